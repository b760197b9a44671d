// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/memory/physical_map.h"

#include <QTest>

#include <numeric>

using namespace bootglass;

namespace {

constexpr uint64_t megabyte = 1 << 20;

struct Chip {
    QStringList log;
    MmioHandler handler() {
        return {[this](uint64_t offset, unsigned size) {
                    log << QString("r%1.%2").arg(offset, 0, 16).arg(size);
                    return 0xF0E0D0C0B0A09080 + offset;
                },
                [this](uint64_t offset, uint64_t value, unsigned size) {
                    log << QString("w%1.%2=%3").arg(offset, 0, 16).arg(size).arg(value, 0, 16);
                }};
    }
};

struct Log : MmioObserver {
    QStringList lines;
    void mmioRead(uint16_t device, PhysicalAddress address, unsigned size,
                  uint64_t value) override {
        lines
            << QString("r%1 %2.%3=%4").arg(device).arg(address, 0, 16).arg(size).arg(value, 0, 16);
    }
    void mmioWrite(uint16_t device, PhysicalAddress address, unsigned size,
                   uint64_t value) override {
        lines
            << QString("w%1 %2.%3=%4").arg(device).arg(address, 0, 16).arg(size).arg(value, 0, 16);
    }
};

struct Bench {
    PhysicalMap map{megabyte};
    Bench() { map.mapRam(0, megabyte, 0); }
};

} // namespace

class TestPhysicalMap : public QObject {
    Q_OBJECT
  private slots:
    void memoryIsLittleEndian() {
        Bench b;
        b.map.write(0x1000, 0x1122334455667788, 8);
        QCOMPARE(b.map.read(0x1000, 1), uint64_t{0x88});
        QCOMPARE(b.map.read(0x1001, 2), uint64_t{0x6677});
        QCOMPARE(b.map.read(0x1003, 4), uint64_t{0x22334455});
        QCOMPARE(b.map.read(0x1000, 8), uint64_t{0x1122334455667788});
        b.map.write(0x1001, 0xFFFF, 1);
        QCOMPARE(b.map.read(0x1000, 4), uint64_t{0x5566FF88});
        QCOMPARE(int(b.map.ram()[0x1001]), 0xFF);
    }

    void nobodyAnswersWithOnes_data() {
        QTest::addColumn<qulonglong>("address");
        QTest::newRow("above the memory") << qulonglong(megabyte);
        QTest::newRow("the last page") << 0xFFFFF000ULL;
        QTest::newRow("above 1 TiB") << (1ULL << 40);
        QTest::newRow("above 4 GiB") << 0x100000000ULL;
        QTest::newRow("the end of the world") << ~0xFFFULL;
    }
    void nobodyAnswersWithOnes() {
        QFETCH(qulonglong, address);
        Bench b;
        QCOMPARE(b.map.read(address, 1), uint64_t{0xFF});
        QCOMPARE(b.map.read(address, 2), uint64_t{0xFFFF});
        QCOMPARE(b.map.read(address, 4), uint64_t{0xFFFFFFFF});
        QCOMPARE(b.map.read(address, 8), ~uint64_t{0});
        b.map.write(address, 0, 8);
        QCOMPARE(b.map.read(address, 8), ~uint64_t{0});
        QVERIFY(b.map.page(address).read == nullptr);
        QVERIFY(b.map.page(address).write == nullptr);
        QVERIFY(!b.map.holdsCode(address, 1));
        b.map.markCode(address, 1);
        b.map.clearCode(address, 1);
    }

    void romKeepsItsBytes() {
        Bench b;
        std::vector<uint8_t> rom(2 * pageSize, 0xAA);
        rom[pageSize] = 0xBB;
        b.map.mapRom(0xE0000, rom);
        QCOMPARE(b.map.read(0xE1000, 2), uint64_t{0xAABB});
        b.map.write(0xE1000, 0, 4);
        QCOMPARE(b.map.read(0xE1000, 2), uint64_t{0xAABB});
        QVERIFY(b.map.page(0xE1000).read == rom.data() + pageSize);
        QVERIFY(b.map.page(0xE1000).write == nullptr);
    }

    void romOverRamReadsRomAndWritesRam() {
        Bench b;
        std::vector<uint8_t> rom(pageSize, 0xAA);
        b.map.mapRomOverRam(0xF0000, rom, 0xF0000);
        b.map.write(0xF0010, 0x77, 1);
        QCOMPARE(b.map.read(0xF0010, 1), uint64_t{0xAA});
        QCOMPARE(int(rom[0x10]), 0xAA);
        b.map.mapRam(0xF0000, pageSize, 0xF0000);
        QCOMPARE(b.map.read(0xF0010, 1), uint64_t{0x77});
    }

    void ramCanBeMappedElsewhere() {
        Bench b;
        b.map.mapRam(0x80000000, pageSize, 0x3000);
        b.map.write(0x80000004, 0x1234, 2);
        QCOMPARE(b.map.read(0x3004, 2), uint64_t{0x1234});
        b.map.unmap(0x80000000, pageSize);
        QCOMPARE(b.map.read(0x80000004, 2), uint64_t{0xFFFF});
    }

    void otherMemoryIsWrittenThrough() {
        Bench b;
        std::vector<uint8_t> frameBuffer(pageSize);
        b.map.mapMemory(0xE0000000, frameBuffer);
        b.map.write(0xE0000FFF, 5, 1);
        QCOMPARE(int(frameBuffer[0xFFF]), 5);
    }

    void chipsAreGivenOffsetsAndMaskedValues() {
        Bench b;
        Chip chip;
        uint16_t number = b.map.addDevice("chip", chip.handler());
        QCOMPARE(b.map.deviceName(number), std::string("chip"));
        b.map.mapDevice(0xFEC00000, 2 * pageSize, number, 0x100);
        QCOMPARE(b.map.read(0xFEC00010, 1), uint64_t{0x90}); // 80h + 110h, one byte of it
        QCOMPARE(b.map.read(0xFEC01000, 8), uint64_t{0xF0E0D0C0B0A0A180});
        b.map.write(0xFEC00004, 0x123456789, 4);
        QCOMPARE(chip.log, (QStringList{"r110.1", "r1100.8", "w104.4=23456789"}));
        QVERIFY(b.map.page(0xFEC00000).read == nullptr);
    }

    void theObserverHearsOfChipsOnly() {
        Bench b;
        Chip chip;
        Log log;
        uint16_t first = b.map.addDevice("first", chip.handler());
        uint16_t second = b.map.addDevice("second", chip.handler());
        b.map.mapDevice(0xFEC00000, pageSize, first);
        b.map.mapDevice(0xFED00000, pageSize, second);
        b.map.setObserver(&log);
        b.map.write(0x1000, 1, 4);
        b.map.read(0x1000, 4);
        b.map.read(0xF0000000, 4);
        b.map.write(0xFED00008, 0xABCDEF, 2);
        b.map.read(0xFEC00000, 2);
        QCOMPARE(log.lines, (QStringList{QString("w%1 fed00008.2=cdef").arg(second),
                                         QString("r%1 fec00000.2=9080").arg(first)}));
    }

    void theCpuHearsOfEachChangeOfTheMap() {
        Bench b;
        int changes = 0;
        b.map.setMapChanged([&] { ++changes; });
        b.map.mapRam(0, pageSize, 0);
        b.map.unmap(0, pageSize);
        QCOMPARE(changes, 2);
        b.map.write(0x1000, 1, 1);
        QCOMPARE(changes, 2);
    }

    void busMastersCrossPagesAndKinds() {
        Bench b;
        Chip chip;
        b.map.mapDevice(0x3000, pageSize, b.map.addDevice("chip", chip.handler()));
        std::vector<uint8_t> bytes(pageSize + 4);
        std::iota(bytes.begin(), bytes.end(), uint8_t{1});
        b.map.writeBytes(0x1FFE, bytes); // two bytes, a page, two bytes to the chip
        QCOMPARE(chip.log, (QStringList{"w0.1=3", "w1.1=4"}));
        std::vector<uint8_t> back(pageSize + 2);
        b.map.readBytes(0x1FFE, back);
        QVERIFY(std::equal(back.begin(), back.end(), bytes.begin()));
        std::vector<uint8_t> rest(2);
        b.map.readBytes(0x3000, rest);
        QCOMPARE(rest, (std::vector<uint8_t>{0x80, 0x81}));
        std::vector<uint8_t> nothing(3, 0);
        b.map.readBytes(0xFFFFFFFE, nothing); // past the end of the address space
        QCOMPARE(nothing, (std::vector<uint8_t>{0xFF, 0xFF, 0xFF}));
        b.map.writeBytes(0xFFFFFFFE, nothing);
    }

    void codeIsKnownToTheByte_data() {
        QTest::addColumn<int>("address");
        QTest::addColumn<int>("size");
        QTest::addColumn<bool>("holds");
        QTest::newRow("before") << 0x1048 << 8 << false;
        QTest::newRow("into the first") << 0x104F << 2 << true;
        QTest::newRow("first") << 0x1050 << 1 << true;
        QTest::newRow("in the next word") << 0x1080 << 4 << true;
        QTest::newRow("last") << 0x108F << 1 << true;
        QTest::newRow("after") << 0x1090 << 8 << false;
        QTest::newRow("around") << 0x1040 << 0x80 << true;
        QTest::newRow("over all") << 0x1000 << 0x1000 << true;
        QTest::newRow("the next page") << 0x2050 << 1 << false;
    }
    void codeIsKnownToTheByte() {
        QFETCH(int, address);
        QFETCH(int, size);
        Bench b;
        b.map.markCode(0x1050, 0x40);
        QTEST(b.map.holdsCode(PhysicalAddress(address), uint64_t(size)), "holds");
    }

    void clearedBytesHoldNoCode() {
        Bench b;
        b.map.markCode(0x1000, 0x1000);
        QVERIFY(b.map.pageHoldsCode(0x1ABC));
        b.map.clearCode(0x1000, 0xFC0);
        QVERIFY(!b.map.holdsCode(0x1000, 0xFC0));
        QVERIFY(b.map.holdsCode(0x1FFF, 1));
        b.map.clearCode(0x1FC0, 0x40);
        QVERIFY(!b.map.pageHoldsCode(0x1000));
    }

    void writesIntoCodeAreReportedBeforeTheyHappen() {
        Bench b;
        std::vector<std::pair<PhysicalAddress, uint64_t>> written;
        b.map.markCode(0x1040, 1);
        b.map.markCode(0x3000, 1);
        b.map.setCodeWritten([&](PhysicalAddress address, uint64_t size) {
            QCOMPARE(b.map.read(0x1040, 1), uint64_t{0});
            written.emplace_back(address, size);
        });
        b.map.write(0x1000, 9, 4); // beside it
        QVERIFY(written.empty());
        b.map.write(0x103C, ~uint64_t{0}, 8);
        QCOMPARE(written.size(), size_t{1});
        QCOMPARE(written[0], std::make_pair(PhysicalAddress{0x103C}, uint64_t{8}));
        b.map.ram()[0x1040] = 0;
        std::vector<uint8_t> bytes(3 * pageSize, 1);
        b.map.clearCode(0x1000, pageSize);
        b.map.writeBytes(0x1800, bytes);
        QCOMPARE(written.size(), size_t{2});
        QCOMPARE(written[1], std::make_pair(PhysicalAddress{0x3000}, uint64_t{pageSize}));
    }

    void aRestoredMemoryIsTheSame() {
        Bench b;
        b.map.write(0x5000, 0xDEADBEEF, 4);
        b.map.write(megabyte - 1, 0x55, 1);
        b.map.markCode(0x5000, 100);
        Archive saved;
        b.map.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();
        QVERIFY(bytes.size() < 3 * pageSize); // zero pages are left out

        Bench other;
        other.map.write(0x7000, 1, 1); // to be forgotten
        other.map.markCode(0x7000, 1);
        Archive loading(bytes);
        other.map.serialize(loading);
        QVERIFY2(!loading.failed(), loading.error().c_str());
        QVERIFY(std::ranges::equal(other.map.ram(), b.map.ram()));
        // What was decoded is not part of the memory.
        QVERIFY(!other.map.pageHoldsCode(0x5000));
        QVERIFY(!other.map.pageHoldsCode(0x7000));
        Archive again;
        other.map.serialize(again);
        QCOMPARE(again.take(), bytes);
    }

    void damagedMemoryIsRefused() {
        Bench b;
        b.map.write(0x5000, 1, 1);
        b.map.markCode(0x5000, 1);
        Archive saved;
        b.map.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();
        constexpr size_t header = 8 + 6 + 8; // "memory", its size
        for (size_t length : {size_t{0}, header - 1, header, header + 7, header + 100,
                              bytes.size() - 9, bytes.size() - 1}) {
            Archive loading{std::span(bytes).first(length)};
            Bench other;
            other.map.serialize(loading);
            QVERIFY(loading.failed());
        }
        std::vector<uint8_t> beyond = bytes;
        QCOMPARE(int(beyond[header]), 5); // the first page's number
        beyond[header + 1] = 1;           // page 261 of 256
        Archive loading(beyond);
        Bench other;
        other.map.serialize(loading);
        QVERIFY(loading.failed());

        PhysicalMap larger(2 * megabyte);
        Archive foreign(bytes);
        larger.serialize(foreign);
        QVERIFY(foreign.failed());
    }

    // --- memory that is taken from the host as it is used
    void memoryIsZeroUntilItIsWritten() {
        PhysicalMap map(8 * megabyte);
        map.mapRam(0, 8 * megabyte, 0);
        map.populate(5 * megabyte);
        map.populate(0xFFFFF000); // nothing there
        map.write(3 * megabyte + 8, 0x1234, 2);
        map.writeBytes(8 * megabyte - 1, std::vector<uint8_t>{7});
        map.populateToRead();
        const auto ram = map.ram();
        QCOMPARE(std::accumulate(ram.begin(), ram.end(), 0), 0x34 + 0x12 + 7);
        // What was only read can be written as ever.
        map.write(megabyte, 5, 1);
        map.populate(2 * megabyte);
        map.write(2 * megabyte, 6, 1);
        QCOMPARE(std::accumulate(ram.begin(), ram.end(), 0), 0x34 + 0x12 + 7 + 5 + 6);
    }
    void aLoadedStateHasNothingElse() {
        PhysicalMap saved(4 * megabyte), loaded(4 * megabyte);
        for (PhysicalMap *map : {&saved, &loaded})
            map->mapRam(0, 4 * megabyte, 0);
        saved.write(0x5000, 0xAB, 1);
        loaded.populate(0);
        loaded.write(0x5001, 0xCD, 1);
        loaded.write(3 * megabyte, 0xEF, 1);
        Archive saving;
        saving(saved);
        const auto bytes = saving.take();
        Archive loading(bytes);
        loading(loaded);
        QVERIFY(!loading.failed());
        QCOMPARE(loaded.read(0x5000, 2), uint64_t{0xAB});
        QCOMPARE(loaded.read(3 * megabyte, 1), uint64_t{0});
        loaded.populate(3 * megabyte);
        loaded.write(3 * megabyte, 1, 1);
        QCOMPARE(loaded.read(3 * megabyte, 1), uint64_t{1});
    }
};

QTEST_APPLESS_MAIN(TestPhysicalMap)
#include "tst_physical_map.moc"
