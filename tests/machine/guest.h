// SPDX-License-Identifier: GPL-3.0-or-later
// Guests for tests: firmware images assembled by nasm when the test runs, and an observer that
// keeps what the machine says.
#pragma once

#include "emulator/machine/machine.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <string>
#include <vector>

namespace bootglass {

/// A firmware of 64 KiB that starts at `start` in real mode, CS base FFFF0000h, segments at 0. A
/// source that nasm refuses ends the test program.
inline Bytes assembleFirmware(const std::string &source) {
    QTemporaryDir directory;
    QFile file(directory.filePath("guest.asm"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("no room for the guest's source");
    std::string whole = "bits 16\norg 0\n" + source +
                        "\ntimes 0FFF0h - ($ - $$) db 0\nbits 16\njmp near start\n"
                        "times 10000h - ($ - $$) db 0\n";
    file.write(whole.data(), static_cast<qint64>(whole.size()));
    file.close();
    QString out = directory.filePath("guest.bin");
    QProcess nasm;
    nasm.setProcessChannelMode(QProcess::ForwardedChannels);
    nasm.start("nasm", {"-f", "bin", "-o", out, file.fileName()});
    if (!nasm.waitForFinished() || nasm.exitCode() != 0) qFatal("nasm refuses the guest");
    QFile built(out);
    if (!built.open(QIODevice::ReadOnly)) qFatal("nasm wrote nothing");
    QByteArray bytes = built.readAll();
    return {bytes.begin(), bytes.end()};
}

inline MachineConfig smallMachine(Bytes bios) {
    MachineConfig config;
    config.ramBytes = uint64_t{8} << 20;
    config.bios = std::move(bios);
    return config;
}

/// Keeps events and console output.
struct Witness : MachineObserver {
    std::vector<Event> events;
    std::vector<std::string> consoles = std::vector<std::string>(5);
    std::vector<std::pair<unsigned, std::string>> rows;

    void event(const Event &event) override { events.push_back(event); }
    void consoleByte(ConsoleId console, uint8_t byte) override {
        consoles[static_cast<size_t>(console)] += static_cast<char>(byte);
    }
    void textRow(unsigned row, const std::function<std::string()> &utf8) override {
        rows.emplace_back(row, utf8());
    }

    std::vector<Event> of(EventKind kind) const {
        std::vector<Event> found;
        std::ranges::copy_if(events, std::back_inserter(found),
                             [kind](const Event &event) { return event.kind == kind; });
        return found;
    }
    /// What the guest wrote to a port, in order.
    std::vector<uint64_t> written(uint16_t port) const {
        std::vector<uint64_t> values;
        for (const Event &event : events)
            if (event.kind == EventKind::PortWrite && event.address == port)
                values.push_back(event.value);
        return values;
    }
};

/// 8259s at 20h and 70h, all lines masked but those of `mask`; interrupt vector 20h at `tick`.
inline const std::string setUpPic = R"(
        mov     al, 11h
        out     20h, al
        out     0A0h, al
        mov     al, 20h
        out     21h, al
        mov     al, 70h
        out     0A1h, al
        mov     al, 4
        out     21h, al
        mov     al, 2
        out     0A1h, al
        mov     al, 1
        out     21h, al
        out     0A1h, al
        mov     al, 0FFh
        out     0A1h, al
        xor     ax, ax
        mov     ss, ax
        mov     sp, 7000h
)";

} // namespace bootglass
