// SPDX-License-Identifier: GPL-3.0-or-later
// Multiboot kernels: how they are placed, which are refused, and what one sees that was booted
// through the firmware.
#include "boot_run.h"
#include "emulator/machine/boot/multiboot_image.h"
#include "tests/support/known_digest.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace bootglass;

namespace {

constexpr uint64_t ram32 = uint64_t{32} << 20;

Bytes guest(const char *name) {
    QFile file(QString(BOOTGLASS_BINARY_DIR "/tests/guests/%1.bin").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QByteArray bytes = file.readAll();
    return {bytes.begin(), bytes.end()};
}

using Change = std::function<void(Bytes &)>;

/// Offset of the Multiboot header in a guest.
size_t headerOf(const Bytes &file) {
    for (size_t at = 0; at + 4 <= file.size(); at += 4)
        if (numberAt(file, at, 4) == 0x1BADB002) return at;
    return 0;
}

Change put(size_t offset, uint64_t value, size_t size, bool inHeader = false) {
    return [=](Bytes &file) {
        size_t header = headerOf(file);
        putNumber(file, offset + (inHeader ? header : 0), value, size);
        uint64_t sum = numberAt(file, header, 4) + numberAt(file, header + 4, 4);
        putNumber(file, header + 8, -sum, 4);
    };
}

/// An ELF file's one segment, named twice: its second header lies where the file ends.
void twice(Bytes &file) {
    constexpr size_t table = 84; // behind the note
    constexpr size_t entry = 32;
    Bytes segment(file.begin() + table, file.begin() + table + entry);
    putNumber(file, 28, file.size(), 4); // e_phoff
    putNumber(file, 44, 2, 2);           // e_phnum
    for (int i = 0; i < 2; ++i)
        file.insert(file.end(), segment.begin(), segment.end());
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestMultibootImage : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;

    std::filesystem::path write(const char *name, const QByteArray &content) {
        QFile file(folder_.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write the test's file");
        return file.fileName().toStdString();
    }
    static std::filesystem::path kernel(const QString &name) {
        return QString(BOOTGLASS_BINARY_DIR "/tests/guests/%1.bin").arg(name).toStdString();
    }

  private slots:
    void placesKernelAndModules() {
        Bytes file = guest("multiboot");
        QVERIFY(isMultiboot(file));
        MultibootImageResult result = placeMultiboot(
            {file, "k a=1", {{Bytes(5000, 1), "one"}, {Bytes(10, 2), "two x"}}}, ram32);
        QVERIFY2(result.image, result.error.c_str());
        const MultibootImage &image = *result.image;
        QCOMPARE(image.address, 0x100000U);
        size_t code = file.size() - 0x400; // what comes before is not loaded
        QVERIFY(std::equal(file.begin() + 0x400, file.end(), image.pieces[0].bytes.begin()));
        size_t first = (code + 0x1000 + 0xFFF) & ~size_t{0xFFF}; // behind the zeros
        QCOMPARE(image.pieces.size(), size_t{3});
        QCOMPARE(image.pieces[0].bytes.size(), code);
        QCOMPARE(size_t{image.pieces[1].offset}, first);
        QCOMPARE(int(image.pieces[1].bytes[0]), 1);
        QCOMPARE(size_t{image.pieces[2].offset}, first + 0x2000);
        QCOMPARE(int(image.pieces[2].bytes[0]), 2);
        QCOMPARE(size_t{image.bytes}, first + 0x2000 + 10);
        QCOMPARE(numberAt(image.info, 20, 4), uint64_t{2});
        size_t list = numberAt(image.info, 24, 4) - image.infoAddress;
        QCOMPARE(numberAt(image.info, list, 4), uint64_t{0x100000 + first});
        QCOMPARE(numberAt(image.info, list + 4, 4), uint64_t{0x100000 + first + 5000});
    }

    void elfEntryIsPhysical() {
        MultibootImageResult result = placeMultiboot({guest("multiboot_high"), "", {}}, ram32);
        QVERIFY2(result.image, result.error.c_str());
        QCOMPARE(result.image->address, 0x200000U);
        QVERIFY(result.image->entry > 0x200000 && result.image->entry < 0x201000);
    }

    void zerosAreNotHeld() {
        Bytes file = guest("multiboot");
        put(24, 0x100000 + (400U << 20), 4, true)(file); // bss_end_addr
        uint64_t ram = uint64_t{512} << 20;
        MultibootImageResult result = placeMultiboot({file, "", {{Bytes(5, 1), "m"}}}, ram);
        QVERIFY2(result.image, result.error.c_str());
        QCOMPARE(result.image->bytes, (400U << 20) + 5);
        QCOMPARE(result.image->pieces.size(), size_t{2});
        QVERIFY(result.image->pieces[0].bytes.size() < file.size());
        QCOMPARE(result.image->pieces[1].offset, 400U << 20);
    }

    void refuses_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("says");
        auto row = [](const char *title, const char *name, Change change, const char *says) {
            QTest::newRow(title) << QString(name) << std::move(change) << QString(says);
        };
        row(
            "nothing", "multiboot", [](Bytes &file) { file.clear(); }, "no Multiboot header");
        row(
            "a wrong checksum", "multiboot", [](Bytes &file) { ++file[headerOf(file) + 8]; },
            "no Multiboot header");
        row(
            "a header too far back", "multiboot",
            [](Bytes &file) { file.insert(file.begin(), 8192, 0); }, "no Multiboot header");
        row("unknown features", "multiboot_elf", put(4, 0x13, 4, true), "demands features");
        row("loads below 1 MiB", "multiboot_elf", put(84 + 12, 0x8000, 4), "below 1 MiB");
        row("loads past memory", "multiboot_elf", put(84 + 12, 0x7FFFFFF0, 4), "does not fit");
        row("wraps around", "multiboot_elf", put(84 + 20, 0xFFFFFFFF, 4), "does not fit");
        row("header before the file", "multiboot", put(16, 0x80000, 4, true), "before the file");
        row("header address below", "multiboot", put(12, 0x50000, 4, true), "before the file");
        row("load end past the file", "multiboot", put(20, 0x400000, 4, true), "truncated");
        row("load end before the start", "multiboot", put(20, 0x1000, 4, true), "truncated");
        row("huge zeros", "multiboot", put(24, 0xFFFFFFFF, 4, true), "does not fit");
        row("neither ELF nor addresses", "multiboot", put(4, 3, 4, true), "neither an ELF file");
        row("64-bit ELF", "multiboot_elf", put(4, 2, 1), "another processor");
        row("ELF for another machine", "multiboot_elf", put(18, 40, 2), "another processor");
        row("segments past the file", "multiboot_elf", put(28, 0xFFFFFFF0, 4), "truncated");
        row("many segments", "multiboot_elf", put(44, 0xFFFF, 2), "truncated");
        row("small segment entries", "multiboot_elf", put(42, 8, 2), "truncated");
        row("segment past the file", "multiboot_elf", put(84 + 4, 0xFFFFFF00, 4), "truncated");
        row("longer than its memory", "multiboot_elf", put(84 + 20, 4, 4), "truncated");
        row("segments over each other", "multiboot_elf", twice, "overlap");
        row("nothing to load", "multiboot_elf", put(84, 6, 4), "no ELF segment");
    }
    void refuses() {
        QFETCH(QString, name);
        QFETCH(Change, change);
        QFETCH(QString, says);
        Bytes file = guest(name.toUtf8().constData());
        QVERIFY(!file.empty());
        change(file);
        MultibootImageResult result = placeMultiboot({file, "", {}}, ram32);
        QVERIFY(!result.image);
        QVERIFY2(QString::fromStdString(result.error).contains(says), result.error.c_str());
    }

    void refusesWhatMemoryCannotHold() {
        MultibootImageResult large =
            placeMultiboot({guest("multiboot"), "", {{Bytes(ram32), "m"}}}, ram32);
        QVERIFY(large.error.find("the modules do not fit into 32 MiB") != std::string::npos);
        MultibootImageResult wordy =
            placeMultiboot({guest("multiboot"), std::string(600'000, 'x'), {}}, ram32);
        QVERIFY(wordy.error.find("too long") != std::string::npos);
    }

    void anyHeaderIsSurvived() {
        for (const char *name : {"multiboot", "multiboot_elf"}) {
            Bytes file = guest(name);
            for (size_t offset = 0; offset < headerOf(file) + 32 && offset < 0x440; ++offset) {
                for (uint8_t value : {uint8_t{0}, uint8_t{0x7F}, uint8_t{0xFF}}) {
                    Bytes changed = file;
                    changed[offset] = value;
                    MultibootImageResult result = placeMultiboot({changed, "a", {}}, ram32);
                    QCOMPARE(result.image.has_value(), result.error.empty());
                }
            }
        }
    }

    void filesThatDoNotGoTogether_data() {
        QTest::addColumn<QString>("kernelName");
        QTest::addColumn<bool>("withInitrd");
        QTest::addColumn<bool>("withModule");
        QTest::addColumn<QString>("says");
        QTest::newRow("initrd") << "multiboot" << true << false << "takes no initrd";
        QTest::newRow("modules alone") << "" << false << true << "needs a kernel";
        QTest::newRow("neither kind") << "halt" << false << false << "neither a Linux bzImage";
        QTest::newRow("no such module") << "multiboot" << false << true << "does not exist";
    }
    void filesThatDoNotGoTogether() {
        QFETCH(QString, kernelName);
        QFETCH(bool, withInitrd);
        QFETCH(bool, withModule);
        QFETCH(QString, says);
        MachineFiles files;
        if (!kernelName.isEmpty()) files.kernel = kernel(kernelName);
        if (withInitrd) files.initrd = kernel("halt");
        if (withModule) files.modules = {"/nowhere/module with arguments"};
        MachineConfig config;
        config.bios.resize(65536);
        MachineConfigResult result = loadMachineConfig(config, files);
        QVERIFY(!result);
        QVERIFY2(QString::fromStdString(result.error).contains(says), result.error.c_str());
    }

    void kernelSeesWhatItWasGiven_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("by its header's addresses") << "multiboot";
        QTest::newRow("ELF") << "multiboot_elf";
        QTest::newRow("ELF at a high address") << "multiboot_high";
    }
    void kernelSeesWhatItWasGiven() {
        QFETCH(QString, name);
        if (!QFile::exists("/usr/share/seabios/bios-256k.bin")) QSKIP("seabios is not installed");
        MachineFiles files = BootRun::files();
        files.kernel = kernel(name);
        files.append = "console=tty00 verbose";
        std::string first = write("ds", QByteArray("data store\0", 11)).string();
        std::string second = write("rs", QByteArray("reincarnation\0", 14)).string();
        files.modules = {first + " -v 1", second};
        MachineConfig settings;
        settings.ramBytes = ram32;
        auto boot = [&] {
            BootRun run(settings, files);
            if (!run.machine) return std::pair(run.error.toUtf8(), std::string());
            run.machine->run(Icount{400'000'000});
            return std::pair(run.portE9, run.machine->digest());
        };
        auto [said, digest] = boot();
        QList<QByteArray> lines = said.split('\n');
        QVERIFY2(lines.contains("done"), said.constData());
        for (const char *line :
             {"flags 0000024F", "lower 0000027F", "upper 00007B80", "device 8000FFFF",
              "loader Bootglass", "module ds -v 1", "content data store", "module rs",
              "content reincarnation", "range 00100000", "length 0009FC00"})
            QVERIFY2(lines.contains(line), (said + "\nlacks " + line).constData());
        QVERIFY2(lines.contains("command " + name.toUtf8() + ".bin console=tty00 verbose"),
                 said.constData());
        for (const QByteArray &line : lines) // modules begin at pages
            if (line.startsWith("start ")) QVERIFY2(line.endsWith("000"), said.constData());
        QCOMPARE(boot().second, digest);
        const QStringList inputs{QString::fromStdString(files.bios.string()),
                                 QString::fromStdString(files.vgaBios.string()),
                                 QString::fromStdString(files.kernel.string()),
                                 QString::fromStdString(first), QString::fromStdString(second)};
        const KnownDigest known(QString("Multiboot, ") + QTest::currentDataTag(), inputs);
        const QString wrong = known.differs(QString::fromStdString(digest));
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }
};

QTEST_APPLESS_MAIN(TestMultibootImage)
#include "tst_multiboot_image.moc"
