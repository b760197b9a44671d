// SPDX-License-Identifier: GPL-3.0-or-later
// Guests by where they boot from: kernels, CDs, diskettes, a hard disk, all from Debian's packages
// or built with Debian's tools. Each is followed to a text that only a guest that works shows,
// twice, to the same digest.
#include "tests/machine/boot_run.h"

#include <QCryptographicHash>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

namespace {

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
    bool diskette = false; // ours in drive A:
    std::vector<Step> steps{};
};

constexpr const char *diskette = BOOTGLASS_BINARY_DIR "/tests/guests/diskette.bin";

} // namespace

Q_DECLARE_METATYPE(Boot)

class TestBootSources : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    /// Follows the steps; the digest, or nothing and a failure noted.
    QString follow(const Boot &boot) {
        MachineFiles files = BootRun::files();
        files.*boot.medium = boot.file.toStdString();
        MachineConfig settings;
        settings.network = boot.network;
        if (boot.diskette) files.floppy = diskette;
        if (!boot.order.empty()) settings.bootOrder = boot.order;
        BootRun run(std::move(settings), files);
        if (!run.machine) {
            qWarning("%s", qPrintable(run.error));
            return {};
        }
        for (const Step &step : boot.steps) {
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

    /// MD5 of its first 200 sectors, as md5sum tells it.
    static QString startOfDiskette() {
        QFile file(diskette);
        if (!file.open(QIODevice::ReadOnly)) qFatal("the test's diskette is not built");
        return QCryptographicHash::hash(file.read(200 * 512), QCryptographicHash::Md5).toHex();
    }

    /// A medium made by make-media; empty if Debian's packages for it are not there.
    QString made(const QString &kind) {
        QString file = folder_.filePath(kind);
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

    void bootsToItsMark_data() {
        QTest::addColumn<Boot>("boot");
        QTest::addColumn<QString>("needs");
        auto row = [](const char *name, Boot boot, const char *needs) {
            QTest::newRow(name) << std::move(boot) << QString(needs);
        };
        using enum Step::Kind;
        row("memtest86+",
            {.medium = &MachineFiles::kernel,
             .file = "/boot/memtest86+ia32.bin",
             .steps = {{Wait, "Memtest86+ v"},
                       {Wait, "Testing:"},
                       {Wait, "Test #3"},
                       {Wait, "Errors: 0"}}},
            "memtest86+");
        row("iPXE, with a network card",
            {.medium = &MachineFiles::kernel,
             .file = "/boot/ipxe.lkrn",
             .network = true,
             .steps = {{Wait, "Ctrl-B"},
                       {Type, "\002"},
                       {Wait, "iPXE>"},
                       {Type, "ifopen\n"},
                       {Type, "ifstat\n"},
                       {Wait, "using rtl8029"},
                       {Wait, "Link:up"}}},
            "ipxe");
        row("iPXE's CD",
            {.medium = &MachineFiles::cdrom,
             .file = "/usr/lib/ipxe/ipxe.iso",
             .steps = {{Wait, "ISOLINUX"},
                       {Wait, "Ctrl-B"},
                       {Type, "\002"},
                       {Wait, "iPXE>"},
                       {Type, "show buildarch\n"},
                       {Wait, "i386"}}},
            "ipxe");
        row("GRUB's CD",
            {.medium = &MachineFiles::cdrom,
             .file = "/usr/lib/grub-rescue/grub-rescue-cdrom.iso",
             .steps = {{Wait, "GNU GRUB"},
                       {Wait, "highlighted"},
                       {Type, "c"},
                       {Wait, "grub>"},
                       {Type, "ls\n"},
                       {Wait, "(cd)"}}},
            "grub-rescue-pc");
        row("GRUB's diskette",
            {.medium = &MachineFiles::floppy,
             .file = "/usr/lib/grub-rescue/grub-rescue-floppy.img",
             .order = {BootDevice::Floppy},
             .steps = {{Wait, "GNU GRUB"},
                       {Wait, "highlighted"},
                       {Type, "c"},
                       {Wait, "grub>"},
                       {Type, "ls (fd0)/\n"},
                       {Wait, "boot.catalog"}}},
            "grub-rescue-pc");
        row("a diskette as DOS has it",
            {.medium = &MachineFiles::floppy,
             .file = diskette,
             .order = {BootDevice::Floppy},
             .steps = {{Wait, "Program loaded"},
                       {Wait, "Code changed itself"},
                       {Wait, "Sector written and read"},
                       {Wait, "Clock ticks"},
                       {Wait, "A:\\>"},
                       {Type, "dir\n"},
                       {Wait, "A:\\>dir"}}},
            "");
        row("ISOLINUX and Linux 686-pae, with a diskette and a network card",
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
        row("GRUB, and Linux 686-pae from an ext2 root on IDE",
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
        if (!boot.file.startsWith('/')) boot.file = made(boot.file);
        if (!QFile::exists(boot.file))
            QSKIP(qPrintable(QString("not at hand; Debian packages: %1").arg(needs)));
        QString digest = follow(boot);
        QVERIFY(!digest.isEmpty());
        QCOMPARE(follow(boot), digest);
    }
};

QTEST_GUILESS_MAIN(TestBootSources)
#include "tst_boot_sources.moc"
