// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/firmware_config.h"
#include "emulator/machine/boot/smbios_tables.h"
#include "resources/firmware/firmware_blobs.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <string>

using namespace bootglass;

namespace {

constexpr uint64_t ram256 = uint64_t{256} << 20;

std::map<unsigned, unsigned> byIndex(const std::vector<CmosValue> &values) {
    std::map<unsigned, unsigned> map;
    for (const CmosValue &value : values)
        map[value.index] = value.value;
    return map;
}

std::string text(std::span<const uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

} // namespace

class TestFirmwareConfig : public QObject {
    Q_OBJECT

  private slots:
    void memoryMapIsOneRange() {
        PhysicalMap memory(1 << 20);
        FwCfg fwCfg(memory);
        fillFirmwareConfig(fwCfg, {.ramBytes = ram256});
        std::span<const uint8_t> e820 = fwCfg.file("etc/e820");
        QCOMPARE(e820.size(), size_t{20});
        QCOMPARE(numberAt(e820, 0, 8), uint64_t{0});
        QCOMPARE(numberAt(e820, 8, 8), ram256);
        QCOMPARE(numberAt(e820, 16, 4), uint64_t{1});
        QCOMPARE(numberAt(fwCfg.item(FwCfg::RamSize), 0, 8), ram256);
    }

    void hpetIsAnnounced() {
        PhysicalMap memory(1 << 20);
        FwCfg fwCfg(memory);
        fillFirmwareConfig(fwCfg, {.ramBytes = ram256});
        std::span<const uint8_t> hpet = fwCfg.item(FwCfg::Hpet);
        QCOMPARE(hpet.size(), size_t{121});
        QCOMPARE(numberAt(hpet, 0, 1), uint64_t{1});
        QCOMPARE(numberAt(hpet, 1, 4), uint64_t{0x8086A201});
        QCOMPARE(numberAt(hpet, 5, 8), uint64_t{0xFED00000});
    }

    void kernelBootsFirst() {
        PhysicalMap memory(1 << 20);
        FwCfg fwCfg(memory);
        LinuxImage image;
        image.setupAddress = 0x10000;
        image.setup = Bytes(1024, 1);
        image.kernel = Bytes(100, 2);
        image.initrdAddress = 0x800000;
        image.initrd = Bytes(300, 3);
        image.commandLine = {'a', 0};
        fillFirmwareConfig(fwCfg, {.ramBytes = ram256,
                                   .bootOrder = {BootDevice::Kernel, BootDevice::Disk},
                                   .linuxImage = image});
        QCOMPARE(text(fwCfg.file("bootorder")), std::string("/rom@genroms/kernel_boot.bin\n"
                                                            "/pci@i0cf8/ide@1,1/drive@0/disk@0\0",
                                                            63));
        QCOMPARE(numberAt(fwCfg.item(0x16), 0, 4), uint64_t{0x10000});
        QCOMPARE(numberAt(fwCfg.item(0x17), 0, 4), uint64_t{1024});
        QCOMPARE(numberAt(fwCfg.item(0x08), 0, 4), uint64_t{100});
        QCOMPARE(numberAt(fwCfg.item(0x0A), 0, 4), uint64_t{0x800000});
        QCOMPARE(numberAt(fwCfg.item(0x0B), 0, 4), uint64_t{300});
        QCOMPARE(fwCfg.item(0x12).size(), size_t{300});
        QCOMPARE(numberAt(fwCfg.item(0x14), 0, 4), uint64_t{2});
        QVERIFY(!fwCfg.file("genroms/kernel_boot.bin").empty());
    }

    void withoutKernelThereIsNoLoader() {
        PhysicalMap memory(1 << 20);
        FwCfg fwCfg(memory);
        fillFirmwareConfig(fwCfg, {.ramBytes = ram256, .files = {{"genroms/own.bin", {1, 2}}}});
        QVERIFY(fwCfg.file("genroms/kernel_boot.bin").empty());
        QVERIFY(fwCfg.file("bootorder").empty());
        QCOMPARE(fwCfg.file("genroms/own.bin").size(), size_t{2});
        QVERIFY(fwCfg.item(FwCfg::KernelSize).empty());
    }

    void loaderIsAnOptionRom() {
        Bytes rom = finishOptionRom(linuxBootRom());
        QVERIFY(!rom.empty());
        QCOMPARE(rom.size(), size_t{512} * rom[2]);
        QCOMPARE(checksumOf(rom), uint8_t{0});
        size_t pnp = numberAt(rom, 0x1A, 2);
        QVERIFY(pnp % 16 == 0 && pnp + 32 <= rom.size());
        QCOMPARE(text(std::span(rom).subspan(pnp, 4)), std::string("$PnP"));
        QCOMPARE(checksumOf(std::span(rom).subspan(pnp, 32)), uint8_t{0});
        size_t product = numberAt(rom, pnp + 0x10, 2);
        QCOMPARE(std::string(reinterpret_cast<const char *>(&rom[product])),
                 std::string("Bootglass Linux loader"));
        size_t entry = numberAt(rom, pnp + 0x1A, 2);
        QVERIFY(entry > pnp && entry < linuxBootRom().size());
    }

    void badOptionRomsAreRefused_data() {
        QTest::addColumn<QByteArray>("rom");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no signature") << QByteArray("\x55\xAB\x01", 3);
        QTest::newRow("no size") << QByteArray("\x55\xAA\x00", 3);
        QTest::newRow("no room for a checksum")
            << QByteArray("\x55\xAA\x01", 3) + QByteArray(509, 'x');
    }
    void badOptionRomsAreRefused() {
        QFETCH(QByteArray, rom);
        QVERIFY(finishOptionRom(Bytes(rom.begin(), rom.end())).empty());
    }

    void cmosOfAPlainMachine() {
        // As QEMU's pc board with 256 MiB and one 2.88 MB floppy drive has it.
        std::map<unsigned, unsigned> expected{
            {0x10, 0x50}, {0x12, 0x00}, {0x14, 0x07}, {0x15, 0x80}, {0x16, 0x02}, {0x17, 0xFF},
            {0x18, 0xFF}, {0x30, 0xFF}, {0x31, 0xFF}, {0x34, 0x00}, {0x35, 0x0F}, {0x38, 0x30},
            {0x39, 0x00}, {0x3D, 0x12}, {0x5B, 0x00}, {0x5C, 0x00}, {0x5D, 0x00}, {0x5F, 0x00}};
        QCOMPARE(byIndex(cmosValues(
                     {.ramBytes = ram256,
                      .floppyTypes = {5, 0},
                      .disks = {},
                      .bootOrder = {BootDevice::Disk, BootDevice::Floppy, BootDevice::Cdrom}})),
                 expected);
    }

    void cmosOfMemory_data() {
        QTest::addColumn<quint64>("mib");
        QTest::addColumn<uint>("above1");
        QTest::addColumn<uint>("above16");
        QTest::newRow("1 MiB") << quint64{1} << 0U << 0U;
        QTest::newRow("16 MiB") << quint64{16} << 15U * 1024 << 0U;
        QTest::newRow("64 MiB") << quint64{64} << 63U * 1024 << 48U * 16;
        QTest::newRow("3 GiB") << quint64{3072} << 0xFFFFU << 3056U * 16;
    }
    void cmosOfMemory() {
        QFETCH(quint64, mib);
        QFETCH(uint, above1);
        QFETCH(uint, above16);
        auto cmos = byIndex(cmosValues({.ramBytes = mib << 20}));
        QCOMPARE(cmos[0x30] | cmos[0x31] << 8, above1);
        QCOMPARE(cmos[0x34] | cmos[0x35] << 8, above16);
    }

    void cmosOfDisks() {
        CmosConfig config{.ramBytes = ram256};
        config.disks[0] = CmosGeometry::ofSize(uint64_t{1024} * 16 * 63);
        config.disks[1] = CmosGeometry::ofSize(uint64_t{1025} * 16 * 63);
        config.disks[3] = CmosGeometry::ofSize(uint64_t{1} << 40);
        auto cmos = byIndex(cmosValues(config));
        QCOMPARE(cmos[0x12], 0xFFU);
        QCOMPARE(cmos[0x19], 47U);
        QCOMPARE(cmos[0x1A], 47U);
        QCOMPARE(cmos[0x1B] | cmos[0x1C] << 8, 1024U);
        QCOMPARE(cmos[0x1D], 16U);
        QCOMPARE(cmos[0x23], 63U);
        QCOMPARE(cmos[0x24] | cmos[0x25] << 8, 1025U);
        QCOMPARE(cmos[0x39], 0x44U); // as it is; by LBA; none; by LBA
    }

    void geometryFollowsSize_data() {
        QTest::addColumn<quint64>("sectors");
        QTest::addColumn<uint>("cylinders");
        QTest::newRow("nothing") << quint64{0} << 2U;
        QTest::newRow("100 MiB") << quint64{204800} << 203U;
        QTest::newRow("huge") << ~quint64{0} << 16383U;
    }
    void geometryFollowsSize() {
        QFETCH(quint64, sectors);
        QFETCH(uint, cylinders);
        CmosGeometry expected{static_cast<uint16_t>(cylinders), 16, 63};
        QVERIFY(CmosGeometry::ofSize(sectors) == expected);
    }

    void dmiTablesAreWellFormed() {
        SmbiosFiles smbios = buildSmbiosFiles(ram256, 0x663, 0x0781ABFD);
        QCOMPARE(smbios.anchor.size(), size_t{31});
        QCOMPARE(numberAt(smbios.anchor, 5, 1), uint64_t{31});
        QCOMPARE(numberAt(smbios.anchor, 0x16, 2), uint64_t{smbios.tables.size()});
        std::vector<uint64_t> types;
        size_t longest = 0;
        size_t at = 0;
        const Bytes &b = smbios.tables;
        while (at + 4 <= b.size()) {
            size_t start = at;
            size_t length = numberAt(b, at + 1, 1);
            QVERIFY(length >= 4);
            types.push_back(b[at]);
            if (b[at] == 4) QCOMPARE(numberAt(b, at + 8, 8), uint64_t{0x0781ABFD'00000663});
            if (b[at] == 17) QCOMPARE(numberAt(b, at + 12, 2), uint64_t{256});
            if (b[at] == 19) QCOMPARE(numberAt(b, at + 8, 4), uint64_t{(256 << 10) - 1});
            at += length;
            while (at + 2 <= b.size() && (b[at] != 0 || b[at + 1] != 0))
                ++at;
            at += 2;
            longest = std::max(longest, at - start);
        }
        QCOMPARE(at, b.size());
        QCOMPARE(types, (std::vector<uint64_t>{1, 3, 4, 16, 17, 19, 32, 127}));
        QCOMPARE(numberAt(smbios.anchor, 0x1C, 2), uint64_t{types.size()});
        QCOMPARE(numberAt(smbios.anchor, 8, 2), uint64_t{longest});
    }

    void dmiStructuresHaveTheirLengths() {
        // DSP0134 2.8, chapter 7: the lengths of the fixed parts.
        const std::map<uint64_t, size_t> lengths{{1, 0x1B},  {3, 0x16},  {4, 0x2A},  {16, 0x17},
                                                 {17, 0x28}, {19, 0x1F}, {32, 0x0B}, {127, 4}};
        Bytes b = buildSmbiosFiles(ram256, 0, 0).tables;
        for (size_t at = 0; at + 4 <= b.size(); at += 2) {
            QCOMPARE(size_t{b[at + 1]}, lengths.at(b[at]));
            at += b[at + 1];
            while (at + 2 <= b.size() && (b[at] != 0 || b[at + 1] != 0))
                ++at;
        }
    }
};

QTEST_APPLESS_MAIN(TestFirmwareConfig)
#include "tst_firmware_config.moc"
