// SPDX-License-Identifier: GPL-3.0-or-later
// A real Linux for tests: the kernel of Debian's installer with a small userspace of our own, which
// starts processes, uses memory, prints a prompt and sleeps, and ends with a reset. Some three
// billion instructions, most of them the kernel unpacking itself.
#pragma once

#include "tests/app/program.h"
#include "tests/support/cpio_archive.h"

#include <QTest>

namespace bootglass {

class LinuxGuest {
  public:
    /// Makes what is needed in the program's folder; a sentence if something is missing here.
    QString prepare(const Program &program) {
        if (!QFile::exists(kernel)) {
            return QStringLiteral("%1 is not there; install the Debian package "
                                  "debian-installer-12-netboot-i386")
                .arg(QString::fromUtf8(kernel));
        }
        QProcess fetch;
        fetch.start(QStringLiteral(BOOTGLASS_SOURCE_DIR "/packaging/fetch-guests"),
                    {QStringLiteral("busybox")});
        if (!fetch.waitForFinished(patience) || fetch.exitCode() != 0)
            return QString::fromUtf8(fetch.readAllStandardError()).trimmed();
        QFile busybox(QString::fromUtf8(fetch.readAllStandardOutput()).trimmed() +
                      QStringLiteral("/busybox"));
        if (!busybox.open(QIODevice::ReadOnly)) return QStringLiteral("busybox cannot be read");

        CpioArchive archive;
        archive.folder("bin");
        archive.folder("dev");
        archive.characterDevice("dev/console", 5, 1);
        archive.file("bin/busybox", busybox.readAll().toStdString());
        archive.file("init", init);
        program.write(QStringLiteral("initrd"), QByteArray::fromStdString(archive.bytes()));
        return {};
    }

    /// Boots it, with more options (the kernel's begin with a space); results and files are in the
    /// program's folder.
    static ProgramResult boot(const Program &program, const QString &output,
                              const QStringList &more = {}, const QString &kernelOptions = {}) {
        // The kernel's self-tests of ciphers are half of its boot and nothing that others do not
        // do, too.
        QStringList arguments{"run",
                              "--json",
                              "--quiet",
                              "--profile",
                              "linux",
                              "--kernel",
                              kernel,
                              "--initrd",
                              "initrd",
                              "--append",
                              "console=ttyS0 panic=-1 cryptomgr.notests" + kernelOptions,
                              "--memory",
                              "128",
                              "--output",
                              output,
                              "--until",
                              "reset"};
        return run(program, arguments + more);
    }
    /// Like Program::run, with the patience that a boot needs.
    static ProgramResult run(const Program &program, const QStringList &arguments) {
        const auto process = program.prepare(arguments);
        process->start();
        ProgramResult result;
        if (!process->waitForFinished(patience)) {
            process->kill();
            process->waitForFinished();
            return result;
        }
        result.code = process->exitCode();
        result.out = process->readAllStandardOutput();
        result.err = process->readAllStandardError();
        return result;
    }

    static constexpr const char *kernel =
        "/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386/linux";

    static constexpr const char *installer =
        "/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386/initrd.gz";
    /// What the program boots it with.
    static QStringList firmware() {
        return {"/usr/share/seabios/bios-256k.bin", "/usr/share/seabios/vgabios-stdvga.bin"};
    }

  private:
    static constexpr int patience = 600'000; // ms; only what hangs waits for it
    static constexpr const char *init = R"(#!/bin/busybox sh
b=/bin/busybox
echo "guest: userspace"
i=0
while [ $i -lt 20 ]; do $b true; i=$((i + 1)); done
$b sha256sum $b
printf "guest# "
$b sleep 1
echo
echo "guest: done"
$b reboot -f
)";
};

} // namespace bootglass
