// SPDX-License-Identifier: GPL-3.0-or-later
// A guest by where it boots from, and the steps by which a test follows it: texts that it shows,
// keys, bytes on the serial line.
#pragma once

#include "tests/machine/boot_run.h"

#include <QFile>
#include <QTest>

namespace bootglass {

struct Step {
    enum Kind { Wait, Type, Send } kind; // on screen or line; on the keyboard; on the line
    QString text;
    unsigned seconds = 60; // virtual, at most
};

struct Boot {
    std::filesystem::path MachineFiles::*medium = nullptr;
    QString file;
    std::vector<BootDevice> order{};
    bool network = false;
    bool diskette = false; // the test's own in drive A:
    std::vector<Step> steps{};

    static constexpr const char *ourDiskette = BOOTGLASS_BINARY_DIR "/tests/guests/diskette.bin";

    /// Follows the steps; the digest, or nothing and a failure noted.
    QString follow() const {
        MachineFiles files = BootRun::files();
        files.*medium = file.toStdString();
        MachineConfig settings;
        settings.network = network;
        if (diskette) files.floppy = ourDiskette;
        if (!order.empty()) settings.bootOrder = order;
        BootRun run(std::move(settings), files);
        if (!run.machine) {
            qWarning("%s", qPrintable(run.error));
            return {};
        }
        for (const Step &step : steps) {
            if (step.kind == Step::Type) run.type(step.text.toStdString());
            if (step.kind == Step::Send) run.sendSerial(step.text.toStdString());
            if (step.kind == Step::Wait && !run.waitFor(step.text, step.seconds)) {
                qWarning("'%s' did not come; screen:\n%s\nserial line:\n%s", qPrintable(step.text),
                         qPrintable(run.screen()), run.serial.right(2000).constData());
                return {};
            }
        }
        return QString::fromStdString(run.machine->digest());
    }
};

} // namespace bootglass

Q_DECLARE_METATYPE(bootglass::Boot)
