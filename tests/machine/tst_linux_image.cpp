// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/linux_image.h"

#include <QTest>

#include <fstream>
#include <functional>
#include <iterator>

using namespace bootglass;

namespace {

constexpr uint64_t ram256 = uint64_t{256} << 20;
constexpr size_t setupSectors = 4;
constexpr size_t setupSize = (setupSectors + 1) * 512;
constexpr size_t kernelSize = 4096;

/// A bzImage of protocol 2.15 with one page of kernel, the bytes 5Ah.
Bytes bzImage() {
    Bytes file(setupSize + kernelSize, 0x5A);
    std::fill_n(file.begin(), setupSize, uint8_t{0});
    putNumber(file, 0x1F1, setupSectors, 1);
    putNumber(file, 0x1F4, kernelSize / 16, 4);
    putNumber(file, 0x1FE, 0xAA55, 2);
    putNumber(file, 0x202, 0x53726448, 4); // HdrS
    putNumber(file, 0x206, 0x20F, 2);
    putNumber(file, 0x211, 1, 1);          // LOADED_HIGH
    putNumber(file, 0x22C, 0x7FFFFFFF, 4); // initrd_addr_max
    putNumber(file, 0x238, 2047, 4);       // cmdline_size
    putNumber(file, 0x258, 0x1000000, 8);  // pref_address
    putNumber(file, 0x260, 0x800000, 4);   // init_size
    return file;
}

using Change = std::function<void(Bytes &)>;
Change put(size_t offset, uint64_t value, size_t size) {
    return [=](Bytes &file) { putNumber(file, offset, value, size); };
}
Change cut(size_t size) {
    return [=](Bytes &file) { file.resize(size); };
}

} // namespace

Q_DECLARE_METATYPE(Change)

class TestLinuxImage : public QObject {
    Q_OBJECT

  private slots:
    void takesABzImageApart() {
        LinuxImageResult result = placeLinux({bzImage(), Bytes(5000, 1), "console=ttyS0"}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        const LinuxImage &image = *result.image;
        QCOMPARE(image.setupAddress, 0x10000U);
        QCOMPARE(image.setup.size(), setupSize);
        QCOMPARE(image.kernelAddress, 0x100000U);
        QCOMPARE(image.kernel, Bytes(kernelSize, 0x5A));
        QCOMPARE(image.commandLineAddress, 0x20000U);
        QCOMPARE(image.commandLine.size(), size_t{14});
        QCOMPARE(image.commandLine.back(), uint8_t{0});
        // As high as can be, on a page boundary, below what the firmware keeps.
        QCOMPARE(image.initrdAddress, 0x0FFD6000U);
        QCOMPARE(image.initrd.size(), size_t{5000});
    }

    void fillsTheHeader() {
        LinuxImageResult result =
            placeLinux({bzImage(), Bytes(5000, 1), "quiet vga=0x317"}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        const Bytes &setup = result.image->setup;
        QCOMPARE(numberAt(setup, 0x210, 1), uint64_t{0xB0}); // type_of_loader
        QCOMPARE(numberAt(setup, 0x211, 1), uint64_t{0x81}); // LOADED_HIGH, CAN_USE_HEAP
        QCOMPARE(numberAt(setup, 0x218, 4), uint64_t{0x0FFD6000});
        QCOMPARE(numberAt(setup, 0x21C, 4), uint64_t{5000});
        QCOMPARE(numberAt(setup, 0x224, 2), uint64_t{0xFE00}); // heap_end_ptr
        QCOMPARE(numberAt(setup, 0x228, 4), uint64_t{0x20000});
        QCOMPARE(numberAt(setup, 0x1FA, 2), uint64_t{0x317});
    }

    void videoModes_data() {
        QTest::addColumn<QByteArray>("commandLine");
        QTest::addColumn<uint>("mode");
        QTest::newRow("none") << QByteArray("quiet") << 0x1234U;
        QTest::newRow("first") << QByteArray("vga=791 quiet") << 791U;
        QTest::newRow("last") << QByteArray("quiet vga=ask") << 0xFFFDU;
        QTest::newRow("normal") << QByteArray("vga=normal") << 0xFFFFU;
        QTest::newRow("extended") << QByteArray("vga=ext") << 0xFFFEU;
        QTest::newRow("another word") << QByteArray("svga=3") << 0x1234U;
        QTest::newRow("nonsense") << QByteArray("vga=3x") << 0x1234U;
        QTest::newRow("too large") << QByteArray("vga=70000") << 0x1234U;
        QTest::newRow("empty") << QByteArray("vga=") << 0x1234U;
    }
    void videoModes() {
        QFETCH(QByteArray, commandLine);
        QFETCH(uint, mode);
        Bytes file = bzImage();
        putNumber(file, 0x1FA, 0x1234, 2);
        LinuxImageResult result = placeLinux({file, {}, commandLine.toStdString()}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        QCOMPARE(numberAt(result.image->setup, 0x1FA, 2), uint64_t{mode});
    }

    void withoutInitrdTheHeaderSaysSo() {
        LinuxImageResult result = placeLinux({bzImage(), {}, ""}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        QCOMPARE(numberAt(result.image->setup, 0x218, 8), uint64_t{0});
        QCOMPARE(result.image->commandLine, Bytes{0});
    }

    void accepts_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<uint>("setup");
        QTest::addColumn<uint>("kernel");
        QTest::addColumn<uint>("initrd");
        QTest::newRow("setup_sects 0 means 4")
            << put(0x1F1, 0, 1) << 0x10000U << 0x100000U << 0x0FFD6000U;
        QTest::newRow("not padded to 16 bytes")
            << cut(setupSize + kernelSize - 15) << 0x10000U << 0x100000U << 0x0FFD6000U;
        QTest::newRow("a signature behind")
            << cut(setupSize + kernelSize + 700) << 0x10000U << 0x100000U << 0x0FFD6000U;
        QTest::newRow("initrd_addr_max is obeyed")
            << put(0x22C, 0x7FFFFFF, 4) << 0x10000U << 0x100000U << 0x07FFE000U;
        QTest::newRow("initrd anywhere by xloadflags") << Change([](Bytes &file) {
            putNumber(file, 0x22C, 0, 4);
            putNumber(file, 0x236, 2, 2);
        }) << 0x10000U << 0x100000U << 0x0FFD6000U;
        QTest::newRow("protocol 2.01")
            << put(0x206, 0x201, 2) << 0x90000U << 0x100000U << 0x0FFD6000U;
        QTest::newRow("protocol 2.00")
            << put(0x206, 0x200, 2) << 0x90000U << 0x100000U << 0x0FFD6000U;
        QTest::newRow("zImage") << put(0x211, 0, 1) << 0x90000U << 0x10000U << 0x0FFD6000U;
    }
    void accepts() {
        QFETCH(Change, change);
        QFETCH(uint, setup);
        QFETCH(uint, kernel);
        QFETCH(uint, initrd);
        Bytes file = bzImage();
        change(file);
        LinuxImageResult result = placeLinux({file, Bytes(5000, 1), "quiet"}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        QCOMPARE(result.image->setupAddress, setup);
        QCOMPARE(result.image->kernelAddress, kernel);
        QCOMPARE(result.image->initrdAddress, initrd);
        QVERIFY(result.error.empty());
    }

    void oldKernelsGetTheCommandLineTheirWay() {
        Bytes file = bzImage();
        putNumber(file, 0x206, 0x201, 2);
        LinuxImageResult result = placeLinux({file, {}, "quiet"}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        const LinuxImage &image = *result.image;
        QCOMPARE(image.commandLineAddress, 0x99FF0U);
        QCOMPARE(numberAt(image.setup, 0x20, 2), uint64_t{0xA33F});
        QCOMPARE(numberAt(image.setup, 0x22, 2), uint64_t{0x9FF0});
        QCOMPARE(numberAt(image.setup, 0x224, 2), uint64_t{0x9DF0});
        QCOMPARE(numberAt(image.setup, 0x228, 4), uint64_t{0});
    }

    void refuses_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty file") << cut(0) << "not a bzImage";
        QTest::newRow("shorter than a header") << cut(0x267) << "not a bzImage";
        QTest::newRow("no boot flag") << put(0x1FE, 0, 2) << "not a bzImage";
        QTest::newRow("no HdrS") << put(0x202, 0, 4) << "not a bzImage";
        QTest::newRow("protocol 1") << put(0x206, 0x100, 2) << "not a bzImage";
        QTest::newRow("cut in the setup") << cut(setupSize) << "truncated";
        QTest::newRow("cut in the kernel") << cut(setupSize + kernelSize - 16) << "truncated";
        QTest::newRow("absurd size") << put(0x1F4, 0xFFFFFFFF, 4) << "truncated";
        QTest::newRow("absurd setup") << put(0x1F1, 0xFF, 1) << "truncated";
        QTest::newRow("command line") << put(0x238, 4, 4) << "command line is too long";
        QTest::newRow("initrd nowhere") << put(0x22C, 0, 4) << "initrd is larger";
        QTest::newRow("initrd in the kernel") << put(0x22C, 0x101000, 4) << "initrd is larger";
        QTest::newRow("initrd in its workspace") << put(0x22C, 0x1200000, 4) << "initrd is larger";
        QTest::newRow("large zImage") << Change([](Bytes &file) {
            putNumber(file, 0x211, 0, 1);
            file.resize(0x90000);
        }) << "zImage";
        QTest::newRow("huge setup of old") << Change([](Bytes &file) {
            putNumber(file, 0x206, 0x200, 2);
            putNumber(file, 0x1F1, 0x7F, 1);
            file.resize(0x80 * 512 + kernelSize);
        }) << "below 640 KiB";
    }
    void refuses() {
        QFETCH(Change, change);
        QFETCH(QString, says);
        Bytes file = bzImage();
        change(file);
        LinuxImageResult result = placeLinux({file, Bytes(5000, 1), "quiet"}, ram256);
        QVERIFY(!result.image);
        QVERIFY2(QString::fromStdString(result.error).contains(says), result.error.c_str());
    }

    void refusesWhatMemoryCannotHold() {
        LinuxImageResult small = placeLinux({bzImage(), {}, ""}, 1 << 20);
        QVERIFY(!small.image);
        QVERIFY(QString::fromStdString(small.error).contains("does not fit into 1 MiB"));
        LinuxImageResult large =
            placeLinux({bzImage(), Bytes(size_t{20} << 20), ""}, uint64_t{32} << 20);
        QVERIFY(!large.image);
        QVERIFY(QString::fromStdString(large.error).contains("initrd is larger"));
    }

    void anyHeaderIsSurvived() {
        // Every byte of the header in turn, at its extremes: an image or a sentence, never both.
        for (size_t offset = 0x1F1; offset < 0x268; ++offset) {
            for (uint8_t value : {uint8_t{0x00}, uint8_t{0x7F}, uint8_t{0xFF}}) {
                Bytes file = bzImage();
                file[offset] = value;
                LinuxImageResult result = placeLinux({file, Bytes(5000, 1), "quiet"}, ram256);
                QCOMPARE(result.image.has_value(), result.error.empty());
            }
        }
    }

    void debianKernel() {
        const char *path =
            "/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386/linux";
        std::ifstream stream(path, std::ios::binary);
        if (!stream) QSKIP("debian-installer-12-netboot-i386 is not installed");
        Bytes file(std::istreambuf_iterator<char>(stream), {});
        size_t size = file.size();
        LinuxImageResult result = placeLinux({std::move(file), Bytes(1 << 20, 1), "quiet"}, ram256);
        QVERIFY2(result.image, result.error.c_str());
        QCOMPARE(result.image->setup.size() + result.image->kernel.size(), size);
        QCOMPARE(result.image->kernelAddress, 0x100000U);
    }
};

QTEST_APPLESS_MAIN(TestLinuxImage)
#include "tst_linux_image.moc"
