// SPDX-License-Identifier: GPL-3.0-or-later
// Guests by the profiles that are shipped for them: run by name alone, they end where the profile
// says, and its markers and phases come in the order of the boot.
#include "tests/boot/boot_order.h"
#include "tests/boot/linux_guest.h"
#include "tests/support/known_digest.h"

using namespace bootglass;

namespace {

/// Of MINIX 3.4, in their order.
constexpr const char *minixModules[] = {"ds",  "rs",  "pm", "sched", "vfs", "memory",
                                        "tty", "mib", "vm", "pfs",   "mfs", "init"};

} // namespace

class BootProfilesTest : public QObject {
    Q_OBJECT

  private slots:
    void markersAndPhasesComeInOrder_data();
    void markersAndPhasesComeInOrder();
    void aHaltedGuestEndsAlikeInEachEngine_data() {
        QTest::addColumn<QString>("until");
        QTest::newRow("by its time") << "time:1s";
        QTest::newRow("by idleness") << "idle:300ms";
    }
    void aHaltedGuestEndsAlikeInEachEngine();
};

void BootProfilesTest::markersAndPhasesComeInOrder_data() {
    QTest::addColumn<QString>("profile");
    QTest::addColumn<QString>("input"); // the file that is booted
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QString>("until");
    QTest::addColumn<QStringList>("markers");
    QTest::addColumn<QStringList>("phases");
    QTest::newRow("GRUB") << "grub"
                          << "/usr/lib/grub-rescue/grub-rescue-cdrom.iso" << QStringList{}
                          << "marker:menu" << QStringList{"boot", "core", "normal", "menu"}
                          << QStringList{"loader/boot-image", "loader/core", "loader/menu"};
    QTest::newRow("memtest86+") << "memtest86"
                                << "/boot/memtest86+ia32.bin" << QStringList{} << "marker:tests"
                                << QStringList{"boot", "kernel", "tests"}
                                << QStringList{"loader", "kernel/setup", "kernel/tests"};
    const QStringList firmware{"firmware/post", "firmware/pci", "firmware/option-roms",
                               "firmware/boot-device"};
    QTest::newRow("iPXE") << "generic"
                          << "/boot/ipxe.lkrn"
                          << QStringList{"--kernel", "/boot/ipxe.lkrn", "--network"} << "time:3s"
                          << QStringList{"reset",        "pci-init", "vga-rom",
                                         "text-console", "boot",     "protected-mode"}
                          << (firmware + QStringList{"loader"});
    QTest::newRow("a diskette") << "generic" << Program::guest("diskette")
                                << QStringList{"--boot", "floppy", "--floppy",
                                               Program::guest("diskette")}
                                << "time:1s"
                                << QStringList{"reset", "pci-init", "vga-rom", "text-console",
                                               "boot"}
                                << (firmware + QStringList{"loader"});
    QTest::newRow("a Multiboot kernel")
        << "generic" << Program::guest("multiboot")
        << QStringList{"--kernel", Program::guest("multiboot")} << "halt"
        << QStringList{"reset", "boot"} << (firmware + QStringList{"loader"});
    // Systems of which Debian has no images: guests of our own that write their texts.
    QStringList minix{"--kernel", Program::guest("minix_texts")};
    for (const char *module : minixModules)
        minix << "--module" << module;
    const QStringList minixMarkers{"boot", "paging",    "user",     "banner",
                                   "vfs",  "multiuser", "services", "login"};
    const QStringList minixPhases{
        "loader",         "kernel",         "userspace/servers", "userspace/drivers",
        "userspace/init", "userspace/login"};
    QTest::newRow("MINIX's texts on the serial line")
        << "minix3" << Program::guest("minix_texts") << minix << "marker:login" << minixMarkers
        << minixPhases;
    QTest::newRow("MINIX's texts on the screen") << "minix3" << Program::guest("minix_texts")
                                                 << (minix + QStringList{"--append", "verbose=1"})
                                                 << "marker:login" << minixMarkers << minixPhases;
    QTest::newRow("FreeDOS's texts")
        << "freedos" << Program::guest("freedos_texts")
        << QStringList{"--floppy", Program::guest("freedos_texts")} << "marker:prompt"
        << QStringList{"boot", "boot-sector", "kernel", "disks", "shell", "prompt"}
        << QStringList{"loader", "kernel", "userspace"};
}

void BootProfilesTest::markersAndPhasesComeInOrder() {
    QFETCH(QString, profile);
    QFETCH(QString, input);
    QFETCH(QStringList, options);
    QFETCH(QString, until);
    QFETCH(QStringList, markers);
    QFETCH(QStringList, phases);
    if (!QFile::exists(input) || !QFile::exists("/usr/share/seabios/bios-256k.bin"))
        QSKIP(qPrintable(input + " or SeaBIOS is not there"));
    const Program program;
    for (const char *module : minixModules)
        QVERIFY(program.write(module, module));
    const ProgramResult result =
        LinuxGuest::run(program, QStringList{"run", "--json", "--quiet", "--profile", profile,
                                             "--until", until, "--output", "boot.bootglass"} +
                                     options);
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject info = result.json();
    QCOMPARE(info["ended"].toString(), until);

    QString wrong = orderIsWrong(info, markers, phases);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    const KnownDigest known(QStringLiteral("by its profile: ") + QTest::currentDataTag(),
                            LinuxGuest::firmware() << input);
    wrong = known.differs(info["digest"].toString());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

/// The firmware waits for a key, halted; it is told of the end when a timer wakes it.
void BootProfilesTest::aHaltedGuestEndsAlikeInEachEngine() {
    QFETCH(QString, until);
    const QString diskette = Program::guest("diskette");
    if (!QFile::exists(diskette) || !QFile::exists("/usr/share/seabios/bios-256k.bin"))
        QSKIP("SeaBIOS is not there");
    const Program program;
    QList<QJsonObject> ends;
    for (const char *engine : {"jit", "interpreter"}) {
        const ProgramResult result = LinuxGuest::run(
            program, {"run", "--json", "--quiet", "--force", "--profile", "generic", "--floppy",
                      diskette, "--engine", engine, "--until", until, "--output", "end.bootglass"});
        QVERIFY2(result.code == 0, result.err);
        ends.append(result.json());
    }
    QCOMPARE(ends[0]["ended"].toString(), until);
    for (const char *field : {"icount", "virtual_ns", "digest"}) {
        QVERIFY(!ends[0][field].isUndefined());
        QCOMPARE(ends[0][field], ends[1][field]);
    }
}

QTEST_GUILESS_MAIN(BootProfilesTest)
#include "tst_boot_profiles.moc"
