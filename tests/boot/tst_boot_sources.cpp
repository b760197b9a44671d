// SPDX-License-Identifier: GPL-3.0-or-later
// Guests by where they boot from: kernels, CDs, diskettes, all from Debian's packages or of our
// own. Each is followed to a text that only a guest that works shows.
// Linux is in tst_boot_linux, Multiboot kernels with modules are in tests/machine.
#include "tests/boot/boot_steps.h"
#include "tests/boot/common_boots.h"

using namespace bootglass;

class TestBootSources : public QObject {
    Q_OBJECT
    static constexpr const char *mach = "mach"; // is still to be fetched

  private slots:
    void initTestCase() {
        if (!QFile::exists("/usr/share/seabios/bios-256k.bin")) QSKIP("seabios is not installed");
    }

    void bootsToItsMark_data() {
        BootTable table;
        using enum Step::Kind;
        addBootsOfBothEngines(table);
        table.row("iPXE, with a network card",
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
        table.row("GRUB's CD",
                  {.medium = &MachineFiles::cdrom,
                   .file = "/usr/lib/grub-rescue/grub-rescue-cdrom.iso",
                   .steps = {{Wait, "GNU GRUB"},
                             {Wait, "highlighted"},
                             {Type, "c"},
                             {Wait, "grub>"},
                             {Type, "ls\n"},
                             {Wait, "(cd)"}}},
                  "grub-rescue-pc");
        table.row("GNU Mach, with a diskette",
                  {.medium = &MachineFiles::kernel,
                   .file = mach,
                   .diskette = true,
                   .append = "console=com0",
                   .isToldItsName = true,
                   .steps = {{Wait, "BM-DMA at 0xc000-0xc007"},
                             {Wait, "hd2: BOOTGLASS CD-ROM, ATAPI CDROM drive"},
                             {Wait, "fd0 is 1.44M"},
                             {Wait, "RTC time is 2026-01-01 00:00:0"},
                             {Wait, "No bootstrap code loaded with the kernel"}}},
                  "gnumach-image-1.8-486, by packaging/fetch-guests");
    }
    void bootsToItsMark() {
        QFETCH(Boot, boot);
        QFETCH(QString, needs);
        if (boot.file == mach) boot.file = fetchedGuests("mach") + "/gnumach";
        if (!QFile::exists(boot.file))
            QSKIP(qPrintable(QString("not at hand; Debian packages: %1").arg(needs)));
        const QString wrong = boot.isAsKnown(QTest::currentDataTag());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
};

QTEST_GUILESS_MAIN(TestBootSources)
#include "tst_boot_sources.moc"
