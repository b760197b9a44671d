// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/fw_cfg.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace bootglass;

namespace {

constexpr uint64_t ramBytes = 1 << 20;
constexpr uint64_t romBase = 0xF0000;
constexpr PhysicalAddress commandAddress = 0x1000;
constexpr PhysicalAddress dataAddress = 0x2000;

enum Control : uint32_t { Failed = 1, Read = 2, Skip = 4, Select = 8, Write = 16 };

std::vector<uint8_t> counted(size_t size) {
    std::vector<uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), uint8_t{1});
    return bytes;
}

/// fw_cfg on a bus of its own, with a megabyte of RAM below 0xF0000 and ROM above.
struct Bench {
    PhysicalMap memory{ramBytes};
    std::vector<uint8_t> rom = std::vector<uint8_t>(ramBytes - romBase);
    FwCfg fwCfg{memory};
    PortMap ports;

    Bench() {
        memory.mapRam(0, romBase, 0);
        memory.mapRom(romBase, rom);
        ports.add(FwCfg::controlPort, FwCfg::controlPortCount, "fw_cfg", fwCfg.controlPorts());
        ports.add(FwCfg::dmaPort, FwCfg::dmaPortCount, "fw_cfg DMA", fwCfg.dmaPorts());
    }

    void select(uint16_t key) { ports.write(0x510, key, 2); }
    uint32_t next() { return ports.read(0x511, 1); }
    std::vector<uint8_t> take(size_t count) {
        std::vector<uint8_t> bytes(count);
        for (uint8_t &byte : bytes)
            byte = static_cast<uint8_t>(next());
        return bytes;
    }

    static uint32_t swapped(uint32_t v) {
        return v >> 24 | (v >> 8 & 0xFF00) | (v << 8 & 0xFF0000) | v << 24;
    }
    void placeCommand(uint32_t control, uint32_t length, uint64_t address) {
        memory.write(commandAddress, swapped(control), 4);
        memory.write(commandAddress + 4, swapped(length), 4);
        memory.write(commandAddress + 8, swapped(static_cast<uint32_t>(address >> 32)), 4);
        memory.write(commandAddress + 12, swapped(static_cast<uint32_t>(address)), 4);
    }
    /// Runs a command and returns its control field afterwards.
    uint32_t dma(uint32_t control, uint32_t length, uint64_t address) {
        placeCommand(control, length, address);
        ports.write(0x514, 0, 4);
        ports.write(0x518, swapped(commandAddress), 4);
        return swapped(static_cast<uint32_t>(memory.read(commandAddress, 4)));
    }
    std::vector<uint8_t> memoryAt(PhysicalAddress address, size_t count) {
        std::vector<uint8_t> bytes(count);
        memory.readBytes(address, bytes);
        return bytes;
    }
};

} // namespace

class TestFwCfg : public QObject {
    Q_OBJECT

  private slots:
    void announcesItself() {
        Bench bench;
        bench.select(FwCfg::Signature);
        QCOMPARE(bench.take(4), (std::vector<uint8_t>{'Q', 'E', 'M', 'U'}));
        bench.select(FwCfg::Id);
        QCOMPARE(bench.take(4), (std::vector<uint8_t>{3, 0, 0, 0}));
        QCOMPARE(bench.ports.read(0x514, 4), 0x554D4551U);
        QCOMPARE(bench.ports.read(0x518, 4), 0x47464320U);
        QCOMPARE(bench.ports.read(0x51B, 1), uint32_t{'G'});
    }

    void itemsReadAsZerosPastTheirEnd() {
        Bench bench;
        bench.fwCfg.addNumber(FwCfg::CpuCount, uint16_t{0x1234});
        bench.select(FwCfg::CpuCount);
        QCOMPARE(bench.take(4), (std::vector<uint8_t>{0x34, 0x12, 0, 0}));
        bench.select(0x1F); // nobody there
        QCOMPARE(bench.take(2), (std::vector<uint8_t>{0, 0}));
    }

    void selectingStartsAnItemOver() {
        Bench bench;
        bench.fwCfg.addItem(FwCfg::Uuid, counted(16));
        bench.select(FwCfg::Uuid);
        bench.take(5);
        bench.select(FwCfg::Uuid);
        QCOMPARE(bench.next(), 1U);
    }

    void accessWidths() {
        Bench bench;
        bench.fwCfg.addItem(FwCfg::Uuid, counted(16));
        bench.select(FwCfg::Uuid);
        // Port 510h cannot be read, a word there has one data byte in it; a word at 511h has one,
        // too.
        QCOMPARE(bench.ports.read(0x510, 1), 0xFFU);
        QCOMPARE(bench.ports.read(0x510, 2), 0x01FFU);
        QCOMPARE(bench.ports.read(0x511, 2), 0xFF02U);
        QCOMPARE(bench.next(), 3U);
        // Bytes neither select nor write.
        bench.ports.write(0x510, 0, 1);
        bench.ports.write(0x511, 0, 1);
        QCOMPARE(bench.next(), 4U);
    }

    void architectureKeysAreApart() {
        Bench bench;
        bench.fwCfg.addNumber(FwCfg::Irq0Override, uint8_t{7});
        bench.select(FwCfg::Irq0Override);
        QCOMPARE(bench.next(), 7U);
        bench.select(FwCfg::Irq0Override & 0x7FFF);
        QCOMPARE(bench.next(), 0U);
        bench.select(FwCfg::Irq0Override | 0x4000); // the former write flag means nothing
        QCOMPARE(bench.next(), 7U);
    }

    void directoryListsFilesByName() {
        Bench bench;
        bench.fwCfg.addFile("etc/z", counted(0x102));
        bench.fwCfg.addFile("bootorder", counted(3));
        bench.fwCfg.addFile("etc/z", counted(0x103)); // replaced, not added
        bench.select(FwCfg::FileDirectory);
        QCOMPARE(bench.take(4), (std::vector<uint8_t>{0, 0, 0, 2}));
        QCOMPARE(bench.take(8), (std::vector<uint8_t>{0, 0, 0, 3, 0, 0x20, 0, 0}));
        std::vector<uint8_t> name = bench.take(56);
        QCOMPARE(std::string(name.begin(), name.begin() + 10), std::string("bootorder\0", 10));
        QCOMPARE(bench.take(8), (std::vector<uint8_t>{0, 0, 1, 3, 0, 0x21, 0, 0}));
        bench.select(0x21);
        QCOMPARE(bench.take(2), (std::vector<uint8_t>{1, 2}));
        QCOMPARE(bench.fwCfg.file("etc/z").size(), size_t{0x103});
        QVERIFY(bench.fwCfg.file("etc/y").empty());
    }

    void longNamesAreCut() {
        Bench bench;
        bench.fwCfg.addFile(std::string(80, 'x'), counted(1));
        bench.select(FwCfg::FileDirectory);
        bench.take(4 + 8 + FwCfg::longestName);
        QCOMPARE(bench.next(), 0U);
        QVERIFY(!bench.fwCfg.file(std::string(FwCfg::longestName, 'x')).empty());
    }

    void dmaReadsAndGoesOn() {
        Bench bench;
        bench.fwCfg.addItem(FwCfg::SetupData, counted(8));
        QCOMPARE(bench.dma(FwCfg::SetupData << 16 | Select | Read, 3, dataAddress), 0U);
        QCOMPARE(bench.memoryAt(dataAddress, 4), (std::vector<uint8_t>{1, 2, 3, 0}));
        QCOMPARE(bench.dma(Skip, 2, 0), 0U);
        QCOMPARE(bench.dma(Read, 4, dataAddress), 0U);
        QCOMPARE(bench.memoryAt(dataAddress, 4), (std::vector<uint8_t>{6, 7, 8, 0}));
        QCOMPARE(bench.dma(FwCfg::SetupData << 16 | Select, 0, 0), 0U);
        QCOMPARE(bench.next(), 1U);
    }

    void dmaFillsUpWithZeros() {
        Bench bench;
        std::vector<uint8_t> ones(3 * pageSize, 0xFF);
        bench.memory.writeBytes(dataAddress, ones);
        bench.fwCfg.addItem(FwCfg::SetupData, counted(2));
        auto length = static_cast<uint32_t>(2 * pageSize + 1);
        QCOMPARE(bench.dma(FwCfg::SetupData << 16 | Select | Read, length, dataAddress), 0U);
        std::vector<uint8_t> bytes = bench.memoryAt(dataAddress, length + 1);
        QCOMPARE(bytes[1], uint8_t{2});
        QCOMPARE(std::ranges::count(bytes, uint8_t{0}), static_cast<ptrdiff_t>(length - 2));
        QCOMPARE(bytes.back(), uint8_t{0xFF});
    }

    void aLargeItemIsForgottenWhenReadAndBroughtAgain() {
        constexpr uint16_t key = FwCfg::InitrdData;
        constexpr uint32_t read = 2, select = 8 | uint32_t{key} << 16;
        const std::vector<uint8_t> bytes{1, 2, 3, 4, 5, 6};
        Bench bench;
        int brought = 0;
        bench.fwCfg.addLargeItem(key, bytes,
                                 [&] { return ++brought < 3 ? bytes : std::vector<uint8_t>{}; });
        bench.dma(read | select, 4, 0x2000);
        QVERIFY(!bench.fwCfg.item(key).empty());
        bench.dma(read, 2, 0x2004);
        QCOMPARE(bench.memoryAt(0x2000, 6), bytes);
        QVERIFY(bench.fwCfg.item(key).empty());
        QCOMPARE(bench.next(), 0U);
        // Part of it by either way.
        bench.select(key);
        QCOMPARE(bench.take(3), (std::vector<uint8_t>{1, 2, 3}));
        QCOMPARE(brought, 1);
        bench.dma(read, 3, 0x3000);
        QCOMPARE(bench.memoryAt(0x3000, 3), (std::vector<uint8_t>{4, 5, 6}));
        bench.dma(read | select, 6, 0x4000);
        QCOMPARE(bench.memoryAt(0x4000, 6), bytes);
        QCOMPARE(brought, 2);
        // It cannot be had any more.
        bench.dma(read | select, 6, 0x4000);
        QCOMPARE(bench.memoryAt(0x4000, 6), std::vector<uint8_t>(6));
    }

    void holesReadAsZeros() {
        Bench bench;
        bench.fwCfg.addPieces(FwCfg::KernelData, {{2, {1, 2, 3}}, {5, {4}}, {10, {5, 6}}});
        const std::vector<uint8_t> all{0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 0, 0};
        bench.select(FwCfg::KernelData);
        QCOMPARE(bench.take(all.size()), all);
        for (uint32_t from = 0; from < all.size(); ++from) {
            for (uint32_t to = from + 1; to <= all.size(); ++to) {
                std::vector<uint8_t> ones(all.size() + 1, 0xFF);
                bench.memory.writeBytes(dataAddress, ones);
                bench.select(FwCfg::KernelData);
                QCOMPARE(bench.dma(Skip, from, 0), 0U);
                QCOMPARE(bench.dma(Read, to - from, dataAddress), 0U);
                std::vector<uint8_t> expected(all.begin() + from, all.begin() + to);
                expected.push_back(0xFF); // no further
                QCOMPARE(bench.memoryAt(dataAddress, expected.size()), expected);
            }
        }
        QVERIFY(bench.fwCfg.item(FwCfg::KernelData).empty());
    }

    void dmaIsReported() {
        Bench bench;
        std::vector<std::pair<PhysicalAddress, uint32_t>> seen;
        bench.fwCfg.setTransferred([&](PhysicalAddress address, uint32_t bytes, bool toMemory) {
            QVERIFY(toMemory);
            seen.emplace_back(address, bytes);
        });
        bench.dma(Read, 3, dataAddress);
        bench.dma(Skip, 3, 0);
        bench.dma(Read, 3, 0xFFFF'0000);
        QCOMPARE(seen.size(), size_t{1});
        QCOMPARE(seen[0].first, dataAddress);
        QCOMPARE(seen[0].second, 3U);
    }

    void badCommandsFail_data() {
        QTest::addColumn<uint>("control");
        QTest::addColumn<uint>("length");
        QTest::addColumn<quint64>("address");
        QTest::newRow("write") << uint{Write} << 4U << quint64{dataAddress};
        QTest::newRow("to ROM") << uint{Read} << 4U << quint64{romBase};
        QTest::newRow("into ROM") << uint{Read} << 8U << quint64{romBase - 4};
        QTest::newRow("to nowhere") << uint{Read} << 4U << quint64{0x8000'0000};
        QTest::newRow("past 4 GiB") << uint{Read} << 4U << quint64{0x1'0000'0000};
        QTest::newRow("around the end") << uint{Read} << 0xFFFFU << ~quint64{0} - 3;
        QTest::newRow("all there is") << uint{Read} << 0xFFFF'FFFFU << quint64{dataAddress};
    }
    void badCommandsFail() {
        QFETCH(uint, control);
        QFETCH(uint, length);
        QFETCH(quint64, address);
        Bench bench;
        bench.fwCfg.addItem(FwCfg::SetupData, counted(8));
        bench.select(FwCfg::SetupData);
        std::vector<uint8_t> before = bench.memoryAt(dataAddress, romBase - dataAddress);
        QCOMPARE(bench.dma(control, length, address), uint32_t{Failed});
        QCOMPARE(bench.memoryAt(dataAddress, romBase - dataAddress), before);
        QCOMPARE(bench.next(), 1U); // nor was the item advanced
    }

    void commandOutsideOfMemoryIsIgnored() {
        Bench bench;
        bench.placeCommand(Read, 4, dataAddress);
        bench.memory.write(dataAddress, 0xAA, 1);
        bench.ports.write(0x514, Bench::swapped(1), 4); // above 4 GiB
        bench.ports.write(0x518, Bench::swapped(commandAddress), 4);
        bench.ports.write(0x518, Bench::swapped(0xFFFF'FFF8), 4);
        QCOMPARE(bench.memory.read(dataAddress, 1), uint64_t{0xAA});
        // The upper half counts for one command only.
        bench.ports.write(0x518, Bench::swapped(commandAddress), 4);
        QCOMPARE(bench.memory.read(dataAddress, 1), uint64_t{'Q'});
    }

    void narrowWritesToTheDmaAddressAreIgnored() {
        Bench bench;
        bench.placeCommand(Read, 4, dataAddress);
        bench.memory.write(dataAddress, 0xAA, 1);
        for (unsigned i = 0; i < 4; ++i)
            bench.ports.write(static_cast<uint16_t>(0x518 + i),
                              Bench::swapped(commandAddress) >> 8 * i, 1);
        bench.ports.write(0x516, Bench::swapped(commandAddress), 4);
        QCOMPARE(bench.memory.read(dataAddress, 1), uint64_t{0xAA});
    }

    void offsetStaysAtItsEnd() {
        Bench bench;
        bench.fwCfg.addItem(FwCfg::SetupData, counted(8));
        bench.select(FwCfg::SetupData);
        bench.dma(Skip, 0xFFFF'FFFF, 0);
        bench.dma(Skip, 0xFFFF'FFFF, 0);
        QCOMPARE(bench.take(3), (std::vector<uint8_t>{0, 0, 0}));
    }

    void roundTrip() {
        Bench bench;
        bench.fwCfg.addItem(FwCfg::SetupData, counted(8));
        bench.select(FwCfg::SetupData);
        bench.take(3);
        bench.ports.write(0x514, Bench::swapped(1), 4);
        Archive saved;
        bench.fwCfg.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();

        Bench other;
        other.fwCfg.addItem(FwCfg::SetupData, counted(8));
        Archive loaded(bytes);
        other.fwCfg.serialize(loaded);
        QVERIFY2(!loaded.failed(), loaded.error().c_str());
        Archive again;
        other.fwCfg.serialize(again);
        QCOMPARE(again.take(), bytes);
        QCOMPARE(other.next(), 4U);

        other.fwCfg.reset();
        QCOMPARE(other.next(), uint32_t{'Q'});
        other.placeCommand(Read, 1, dataAddress);
        other.ports.write(0x518, Bench::swapped(commandAddress), 4);
        QCOMPARE(other.memory.read(dataAddress, 1), uint64_t{'E'}); // the half address is gone
    }
};

QTEST_APPLESS_MAIN(TestFwCfg)
#include "tst_fw_cfg.moc"
