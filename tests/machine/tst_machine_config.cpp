// SPDX-License-Identifier: GPL-3.0-or-later
// Every bad file is answered with one sentence that names it.
#include "emulator/machine/machine_config.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <functional>

using namespace bootglass;

namespace {

struct Case {
    std::function<void(MachineConfig &, MachineFiles &)> change;
};

} // namespace

Q_DECLARE_METATYPE(Case)

class TestMachineConfig : public QObject {
    Q_OBJECT

    std::filesystem::path make(const char *name, size_t size, uint8_t fill = 0) {
        std::filesystem::path path = directory_.filePath(name).toStdString();
        std::ofstream(path, std::ios::binary) << std::string(size, static_cast<char>(fill));
        return path;
    }
    /// What has the marks of a Linux kernel, and nothing else of one.
    std::filesystem::path makeLinux() {
        std::filesystem::path path = make("linux", 5000);
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(0x1FE);
        file << "\x55\xAA";
        file.seekp(0x202);
        file << "HdrS" << '\x0F' << '\x02'; // protocol 2.15
        return path;
    }

  private slots:
    void filesAreReadIntoTheConfiguration() {
        std::filesystem::path rom = make("vga.rom", 4096);
        {
            std::fstream file(rom, std::ios::binary | std::ios::in | std::ios::out);
            file << "\x55\xAA";
        }
        MachineConfigResult result = loadMachineConfig({}, {.bios = make("good.bin", 0x20000, 7),
                                                            .vgaBios = rom,
                                                            .disk = make("disk.img", 5120),
                                                            .cdrom = make("cd.iso", 4096),
                                                            .floppy = make("boot.fd", 512)});
        QVERIFY2(bool(result), result.error.c_str());
        QCOMPARE(result.config->bios, Bytes(0x20000, 7));
        QCOMPARE(result.config->vgaBios.size(), size_t{4096});
        QCOMPARE(result.config->disk->size(), uint64_t{5120});
        QCOMPARE(result.config->cdrom->size(), uint64_t{4096});
        QCOMPARE(result.config->floppy->size(), uint64_t{512}); // the drive pads it
        QVERIFY(checkMachineConfig(*result.config).empty());
    }

    void badFilesGetASentence_data() {
        QTest::addColumn<Case>("bad");
        QTest::addColumn<QString>("says");
        auto add = [](const char *name, const char *says,
                      std::function<void(MachineConfig &, MachineFiles &)> change) {
            QTest::newRow(name) << Case{std::move(change)} << says;
        };
        add("no firmware", "there is no firmware", [](auto &, auto &files) { files.bios.clear(); });
        add("firmware missing", "the firmware '/nonexistent/bios' does not exist",
            [](auto &, auto &files) { files.bios = "/nonexistent/bios"; });
        add("firmware empty", "is empty",
            [this](auto &, auto &files) { files.bios = make("empty.bin", 0); });
        add("firmware odd", "has 65537 bytes, which is no multiple of 4096",
            [this](auto &, auto &files) { files.bios = make("odd.bin", 65537); });
        add("firmware too large", "is too large",
            [this](auto &, auto &files) { files.bios = make("huge.bin", (16 << 20) + 4096); });
        add("firmware is a directory", "is a directory",
            [](auto &, auto &files) { files.bios = "/usr"; });
        add("firmware is a device", "is not a regular file",
            [](auto &, auto &files) { files.bios = "/dev/zero"; });
        add("VGA BIOS is no ROM", "is no option ROM",
            [this](auto &, auto &files) { files.vgaBios = make("no.rom", 4096); });
        add("no bzImage", "neither a Linux bzImage nor a Multiboot kernel",
            [this](auto &, auto &files) { files.kernel = make("text", 5000, 'x'); });
        add("initrd missing", "the initrd '/nonexistent/initrd' does not exist",
            [this](auto &, auto &files) {
                files.kernel = makeLinux();
                files.initrd = "/nonexistent/initrd";
            });
        add("initrd larger than memory", "the initrd '", [this](auto &config, auto &files) {
            config.ramBytes = 4 << 20;
            files.kernel = makeLinux();
            files.initrd = make("initrd", 5 << 20);
        });
        add("initrd alone", "needs a kernel",
            [](auto &, auto &files) { files.initrd = "/usr/initrd"; });
        add("command line alone", "needs a kernel",
            [](auto &, auto &files) { files.append = "quiet"; });
        add("disk odd", "which is no multiple of its sectors of 512",
            [this](auto &, auto &files) { files.disk = make("odd.img", 1000); });
        add("CD odd", "which is no multiple of its sectors of 2048",
            [this](auto &, auto &files) { files.cdrom = make("odd.iso", 2560); });
        add("floppy odd", "which is no multiple of its sectors of 512",
            [this](auto &, auto &files) { files.floppy = make("odd.fd", 1000); });
        add("floppy too large", "has 2949632 bytes, and 2949120 (2.88 MB) are the most",
            [this](auto &, auto &files) { files.floppy = make("huge.fd", 2949632); });
        add("modules alone", "a module, '/boot/m x', needs a kernel",
            [](auto &, auto &files) { files.modules = {"/boot/m x"}; });
        add("modules for Linux", "is a Linux kernel, which takes no modules",
            [this](auto &, auto &files) {
                files.kernel = makeLinux();
                files.modules = {"/boot/m"};
            });
        add("disk missing", "does not exist",
            [](auto &, auto &files) { files.disk = "/nonexistent/disk"; });
        add("memory too small", "a memory of 1048576 bytes is not possible",
            [](auto &config, auto &) { config.ramBytes = 1 << 20; });
        add("memory too large", "is not possible",
            [](auto &config, auto &) { config.ramBytes = uint64_t{4} << 30; });
        add("memory uneven", "is not possible",
            [](auto &config, auto &) { config.ramBytes = (64 << 20) + 1; });
        add("shift", "a shift of 11 is not possible",
            [](auto &config, auto &) { config.shift = 11; });
    }
    void badFilesGetASentence() {
        QFETCH(Case, bad);
        QFETCH(QString, says);
        MachineConfig config;
        MachineFiles files{.bios = make("bios.bin", 0x10000)};
        bad.change(config, files);
        MachineConfigResult result = loadMachineConfig(config, files);
        QVERIFY(!result);
        auto error = QString::fromStdString(result.error);
        QVERIFY2(error.contains(says), qPrintable(error));
        QVERIFY(!error.contains('\n') && !error.endsWith('.'));
    }

  private:
    QTemporaryDir directory_;
};

QTEST_APPLESS_MAIN(TestMachineConfig)
#include "tst_machine_config.moc"
