// SPDX-License-Identifier: GPL-3.0-or-later
// Whole boots by both engines at once: after each stretch of blocks registers, counts and, now and
// then, memory are the same, or the boot ends there with both states. What comes out has the digest
// that the guest is known to have.
#include "tests/boot/boot_steps.h"
#include "tests/boot/linux_guest.h"

using namespace bootglass;

class TestBootLockstep : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        if (!QFile::exists("/usr/share/seabios/bios-256k.bin")) QSKIP("seabios is not installed");
    }

    void enginesStayTogether_data() {
        BootTable table;
        using enum Step::Kind;
        table.row("a diskette as DOS has it",
                  {.medium = &MachineFiles::floppy,
                   .file = Boot::ourDiskette,
                   .order = {BootDevice::Floppy},
                   .steps = {{Wait, "Program loaded"},
                             {Wait, "Code changed itself"},
                             {Wait, "Sector written and read"},
                             {Wait, "Clock ticks"},
                             {Wait, "A:\\>"},
                             {Type, "dir\n"},
                             {Wait, "A:\\>dir"}}},
                  "");
        table.row("GRUB's diskette",
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
        table.row("iPXE's CD",
                  {.medium = &MachineFiles::cdrom,
                   .file = "/usr/lib/ipxe/ipxe.iso",
                   .steps = {{Wait, "ISOLINUX"},
                             {Wait, "Ctrl-B"},
                             {Type, "\002"},
                             {Wait, "iPXE>"},
                             {Type, "show buildarch\n"},
                             {Wait, "i386"}}},
                  "ipxe");
        table.row("memtest86+",
                  {.medium = &MachineFiles::kernel,
                   .file = "/boot/memtest86+ia32.bin",
                   .steps = {{Wait, "Memtest86+ v"},
                             {Wait, "Testing:"},
                             {Wait, "Test #3"},
                             {Wait, "Errors: 0"}}},
                  "memtest86+");
    }
    void enginesStayTogether() {
        QFETCH(Boot, boot);
        QFETCH(QString, needs);
        if (!QFile::exists(boot.file))
            QSKIP(qPrintable(QString("not at hand; Debian packages: %1").arg(needs)));
        const QString digest = boot.follow(Engine::Lockstep);
        QVERIFY2(!digest.isEmpty(), "the guest did not come to its mark");
        const QString wrong = KnownDigest(QTest::currentDataTag(), boot.inputs()).differs(digest);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    /// Paging, processes, faults, system calls and interrupts, up to the reset.
    void enginesStayTogetherInLinux() {
        const Program program;
        LinuxGuest guest;
        const QString missing = guest.prepare(program);
        if (!missing.isEmpty()) QSKIP(qPrintable(missing));
        const ProgramResult result =
            LinuxGuest::boot(program, "lockstep.bootglass", {"--engine", "lockstep"});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.json()["ended"].toString(), QString("reset"));
    }
};

QTEST_GUILESS_MAIN(TestBootLockstep)
#include "tst_boot_lockstep.moc"
