// SPDX-License-Identifier: GPL-3.0-or-later
// A guest by where it boots from, and the steps by which a test follows it: texts that it shows,
// keys, bytes on the serial line. Tests are tables of such boots, each of which is followed twice,
// by either engine, to one digest and to the one that is known.
#pragma once

#include "tests/machine/boot_run.h"
#include "tests/support/known_digest.h"

#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
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
    QString append{};
    bool isToldItsName = false; // as Multiboot kernels are
    std::vector<Step> steps{};

    static constexpr const char *ourDiskette = BOOTGLASS_BINARY_DIR "/tests/guests/diskette.bin";

    QStringList inputs() const {
        const MachineFiles firmware = BootRun::files();
        QStringList all{QString::fromStdString(firmware.bios.string()),
                        QString::fromStdString(firmware.vgaBios.string()), file};
        if (diskette) all << ourDiskette;
        return all;
    }

    /// Follows the steps; the digest, or nothing and a failure noted.
    QString follow(Engine engine) const {
        MachineFiles files = BootRun::files();
        files.*medium = file.toStdString();
        MachineConfig settings;
        settings.network = network;
        settings.engine = engine;
        if (diskette) files.floppy = ourDiskette;
        files.append = append.toStdString();
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
                qWarning("'%s' did not come; screen:\n%s\nserial line:\n%s\n%s",
                         qPrintable(step.text), qPrintable(run.screen()),
                         run.serial.right(2000).constData(), run.machine->difference().c_str());
                return {};
            }
        }
        return QString::fromStdString(run.machine->digest());
    }

    /// Follows the steps twice, the second time by the interpreter and from a copy of the medium by
    /// another name, which must change nothing. Empty, or what was wrong.
    QString isAsKnown(const QString &name) const {
        const QString digest = follow(Engine::Jit);
        if (digest.isEmpty()) return QStringLiteral("the guest did not come to its mark");
        QTemporaryDir elsewhere;
        Boot copy = *this;
        copy.file =
            elsewhere.filePath(isToldItsName ? QFileInfo(file).fileName() : "another name.image");
        if (!QFile::copy(file, copy.file)) return QStringLiteral("cannot copy ") + file;
        if (const QString second = copy.follow(Engine::Interpreter); second != digest)
            return QStringLiteral("a second boot had the digest %1, not %2").arg(second, digest);
        return KnownDigest(name, inputs()).differs(digest);
    }
};

/// The folder with a part that packaging/fetch-guests brings; empty, and said why, if it cannot.
inline QString fetchedGuests(const QString &part) {
    QProcess fetch;
    fetch.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    fetch.start(BOOTGLASS_SOURCE_DIR "/packaging/fetch-guests", {part});
    if (!fetch.waitForFinished(-1) || fetch.exitCode() != 0) return {};
    return QString::fromUtf8(fetch.readAllStandardOutput()).trimmed();
}

/// The columns of a table of boots, and its rows.
struct BootTable {
    BootTable() {
        QTest::addColumn<Boot>("boot");
        QTest::addColumn<QString>("needs");
    }
    void row(const char *name, Boot boot, const char *needs) {
        QTest::newRow(name) << std::move(boot) << QString(needs);
    }
};

} // namespace bootglass

Q_DECLARE_METATYPE(bootglass::Boot)
