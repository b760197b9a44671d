// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's Linux 686-pae by loaders of its own, from media that are built with Debian's tools:
// ISOLINUX on a CD, GRUB on a hard disk with an ext2 root.
#include "tests/boot/boot_order.h"
#include "tests/boot/boot_steps.h"
#include "tests/boot/linux_guest.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QTemporaryDir>

using namespace bootglass;

class TestBootLinux : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    /// MD5 of its first 200 sectors, as md5sum tells it.
    static QString startOfDiskette() {
        QFile file(Boot::ourDiskette);
        if (!file.open(QIODevice::ReadOnly)) qFatal("the test's diskette is not built");
        return QCryptographicHash::hash(file.read(200 * 512), QCryptographicHash::Md5).toHex();
    }

    /// A medium made by make-media; empty if Debian's packages for it are not there.
    QString made(const QString &kind, const char *name = nullptr) {
        QString file = folder_.filePath(name != nullptr ? QString(name) : kind);
        if (QFile::exists(file)) return file;
        QProcess script;
        script.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PATH", environment.value("PATH") + ":/usr/sbin:/sbin");
        script.setProcessEnvironment(environment);
        script.start(BOOTGLASS_SOURCE_DIR "/tests/boot/make-media", {kind, file});
        bool done = script.waitForFinished(-1) && script.exitCode() == 0;
        return done ? file : QString();
    }

  private slots:
    void initTestCase() {
        if (!QFile::exists("/usr/share/seabios/bios-256k.bin")) QSKIP("seabios is not installed");
    }

    void mediaAreTheSameBytesEachTime_data() {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"isolinux-cd", "grub-disk"})
            QTest::newRow(kind) << QString(kind);
    }
    void mediaAreTheSameBytesEachTime() {
        QFETCH(QString, kind);
        const QString first = made(kind);
        if (first.isEmpty()) QSKIP("Debian's packages for it are not there");
        // Files made in another second have other times.
        QTest::qWait(1100);
        QFile one(first);
        QFile two(made(kind, "again"));
        QVERIFY(one.open(QIODevice::ReadOnly) && two.open(QIODevice::ReadOnly));
        QVERIFY(one.readAll() == two.readAll());
        QVERIFY(two.remove());
    }

    void bootsToItsMark_data() {
        BootTable table;
        using enum Step::Kind;
        table.row("ISOLINUX and Linux 686-pae, with a diskette and a network card",
                  {.medium = &MachineFiles::cdrom,
                   .file = "isolinux-cd",
                   .network = true,
                   .diskette = true,
                   .steps = {{Wait, "Run /init", 120},
                             {Wait, "post-1991 82077", 120},
                             {Wait, "RealTek RTL-8029(AS)", 120},
                             {Wait, "initramfs is ready", 120},
                             {Wait, "/ # "},
                             {Send, "uname -m; echo $((6*7))\n"},
                             {Wait, "i686"},
                             {Wait, "42"},
                             {Send, "dd if=/dev/fd0 bs=512 count=200 | md5sum\n"},
                             {Wait, startOfDiskette()},
                             {Send, "dd if=/dev/zero of=/dev/fd0 bs=512 seek=100 count=37; sync\n"},
                             {Wait, "37+0 records out"},
                             {Send, "ifconfig eth0 10.0.0.1 up; ping -c 1 -W 1 10.0.0.2\n"},
                             {Wait, "100% packet loss"}}},
                  "isolinux, xorriso, cpio, and what packaging/fetch-guests brings");
        table.row("GRUB, and Linux 686-pae from an ext2 root on IDE",
                  {.medium = &MachineFiles::disk,
                   .file = "grub-disk",
                   .steps = {{Wait, "Linux from the disk"},
                             {Wait, "ata1: PATA", 120},
                             {Wait, "/dev/sda1 / ext2", 120},
                             {Wait, "/ # "},
                             {Send, "cat /written\n"},
                             {Wait, "\nwritten"}}},
                  "grub-pc-bin, e2fsprogs, cpio, and what packaging/fetch-guests brings");
    }
    void bootsToItsMark() {
        QFETCH(Boot, boot);
        QFETCH(QString, needs);
        boot.file = made(boot.file);
        if (boot.file.isEmpty())
            QSKIP(qPrintable(QString("not at hand; Debian packages: %1").arg(needs)));
        const QString wrong = boot.isAsKnown(QTest::currentDataTag());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    void markersAndPhasesComeInOrder_data() {
        QTest::addColumn<QString>("medium");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QStringList>("phases");
        // Without the setup code nothing tells that a kernel runs before it turns paging on.
        QTest::newRow("ISOLINUX") << "isolinux-cd" << QStringList{"--boot", "cdrom", "--cdrom"}
                                  << QStringList{"loader", "kernel/decompression", "kernel/early",
                                                 "kernel/drivers", "userspace"};
        QTest::newRow("GRUB") << "grub-disk" << QStringList{"--boot", "disk", "--disk"}
                              << QStringList{"loader", "kernel/early", "kernel/drivers",
                                             "userspace"};
    }
    void markersAndPhasesComeInOrder() {
        QFETCH(QString, medium);
        QFETCH(QStringList, options);
        QFETCH(QStringList, phases);
        const QString file = made(medium);
        if (file.isEmpty()) QSKIP("Debian's packages for it are not there");
        const Program program;
        const ProgramResult result = LinuxGuest::run(
            program, QStringList{"run", "--json", "--quiet", "--profile", "linux", "--output",
                                 "boot.bootglass", "--until", "marker:init"} +
                         options + QStringList{file});
        QVERIFY2(result.code == 0, result.err);
        const QString wrong = orderIsWrong(
            result.json(),
            {"boot", "loader", "protected-mode", "linux-version", "drivers", "initramfs", "init"},
            phases);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
};

QTEST_GUILESS_MAIN(TestBootLinux)
#include "tst_boot_linux.moc"
