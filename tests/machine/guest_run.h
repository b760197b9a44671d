// SPDX-License-Identifier: GPL-3.0-or-later
// Boots an assembled guest of tests/guests/ as the machine's firmware and keeps its events.
#pragma once

#include "emulator/machine/machine.h"

#include <QByteArray>
#include <QFile>
#include <QString>

#include <memory>
#include <vector>

namespace bootglass {

class GuestRun : public MachineObserver {
  public:
    static QByteArray image(const QString &name) {
        QFile file(QString(BOOTGLASS_BINARY_DIR "/tests/guests/%1.bin").arg(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static MachineConfig config(const QByteArray &firmware, unsigned shift = 3) {
        MachineConfig config;
        config.ramBytes = uint64_t{4} << 20;
        config.shift = shift;
        config.bios.assign(firmware.begin(), firmware.end());
        return config;
    }

    explicit GuestRun(const QString &name, unsigned shift = 3)
        : machine(config(image(name), shift)) {
        machine.setObserver(this);
    }

    void event(const Event &event) override { events.push_back(event); }

    /// Runs until the guest halts for good; false if it has not after `most` instructions.
    bool toItsEnd(uint64_t most = 2'000'000) { return machine.run(Icount{most}) == Stop::Halt; }

    std::vector<Event> ofKind(EventKind kind) const {
        std::vector<Event> found;
        for (const Event &e : events)
            if (e.kind == kind) found.push_back(e);
        return found;
    }
    /// Writes to port 80h.
    std::vector<Event> marks() const {
        std::vector<Event> found;
        for (const Event &e : ofKind(EventKind::PortWrite))
            if (e.address == 0x80) found.push_back(e);
        return found;
    }

    std::vector<Event> events;
    Machine machine;
};

} // namespace bootglass
