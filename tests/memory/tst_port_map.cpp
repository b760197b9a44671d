// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/memory/port_map.h"

#include <QTest>

using namespace bootglass;

namespace {

/// A chip that writes down each access and reads as its offset plus a base.
struct Chip {
    QStringList log;
    uint32_t base;
    unsigned widest;

    Chip(uint32_t base, unsigned widest) : base(base), widest(widest) {}
    PortHandler handler() {
        return {[this](uint16_t offset, unsigned size) {
                    log << QString("r%1.%2").arg(offset).arg(size);
                    return base + offset;
                },
                [this](uint16_t offset, uint32_t value, unsigned size) {
                    log << QString("w%1.%2=%3").arg(offset).arg(size).arg(value, 0, 16);
                },
                widest};
    }
};

struct Log : PortObserver {
    QStringList lines;
    void portRead(uint16_t device, uint16_t port, unsigned size, uint32_t value) override {
        lines << QString("r %1 %2.%3=%4").arg(device).arg(port, 0, 16).arg(size).arg(value, 0, 16);
    }
    void portWrite(uint16_t device, uint16_t port, unsigned size, uint32_t value) override {
        lines << QString("w %1 %2.%3=%4").arg(device).arg(port, 0, 16).arg(size).arg(value, 0, 16);
    }
};

} // namespace

class TestPortMap : public QObject {
    Q_OBJECT
  private slots:
    void nobodyAnswersWithOnes_data() {
        QTest::addColumn<unsigned>("size");
        QTest::addColumn<unsigned>("value");
        QTest::newRow("byte") << 1U << 0xFFU;
        QTest::newRow("word") << 2U << 0xFFFFU;
        QTest::newRow("double word") << 4U << 0xFFFFFFFFU;
    }
    void nobodyAnswersWithOnes() {
        QFETCH(unsigned, size);
        PortMap ports;
        QTEST(ports.read(0x300, size), "value");
        QTEST(ports.read(0xFFFE, size), "value"); // also around the end
        ports.write(0x300, 0x12345678, size);
        QTEST(ports.read(0x300, size), "value");
        QCOMPARE(ports.deviceName(0), std::string("unassigned"));
    }

    void chipsAreGivenOffsets() {
        PortMap ports;
        Chip chip(0x40, 1);
        uint16_t number = ports.add(0x60, 4, "chip", chip.handler());
        QCOMPARE(int(number), 1);
        QCOMPARE(ports.deviceCount(), size_t{2});
        QCOMPARE(ports.deviceName(number), std::string("chip"));
        QCOMPARE(ports.read(0x62, 1), 0x42U);
        ports.write(0x63, 0x1FF, 1);
        QCOMPARE(chip.log, (QStringList{"r2.1", "w3.1=ff"}));
        QCOMPARE(ports.read(0x64, 1), 0xFFU);
        QCOMPARE(ports.read(0x5F, 1), 0xFFU);
    }

    void wideAccessesToByteWideChipsAreSplitLowByteFirst() {
        PortMap ports;
        Chip chip(0x10, 1);
        ports.add(0x70, 4, "chip", chip.handler());
        QCOMPARE(ports.read(0x70, 4), 0x13121110U);
        ports.write(0x71, 0xABCD, 2);
        QCOMPARE(chip.log, (QStringList{"r0.1", "r1.1", "r2.1", "r3.1", "w1.1=cd", "w2.1=ab"}));
    }

    void wideAccessesReachWideChipsWhole() {
        PortMap ports;
        Chip chip(0xFFFF0000, 2);
        ports.add(0x1F0, 8, "chip", chip.handler());
        QCOMPARE(ports.read(0x1F2, 2), 2U); // cut to the access's width
        ports.write(0x1F0, 0x12345678, 2);
        ports.write(0x1F0, 0x12345678, 4); // wider than the chip: bytes
        QCOMPARE(chip.log,
                 (QStringList{"r2.2", "w0.2=5678", "w0.1=78", "w1.1=56", "w2.1=34", "w3.1=12"}));
    }

    void anAccessAcrossTwoChipsIsSplit() {
        PortMap ports;
        Chip low(0x10, 4);
        Chip high(0x20, 4);
        ports.add(0x100, 2, "low", low.handler());
        ports.add(0x102, 2, "high", high.handler());
        QCOMPARE(ports.read(0x100, 4), 0x21201110U);
        QCOMPARE(ports.read(0x101, 2), 0x2011U);
        QCOMPARE(ports.read(0x103, 2), 0xFF21U); // half of it nobody's
        QCOMPARE(low.log, (QStringList{"r0.1", "r1.1", "r1.1"}));
    }

    void accessesWrapAtTheLastPort() {
        PortMap ports;
        Chip last(0x30, 4);
        Chip first(0x40, 4);
        ports.add(0xFFFF, 1, "last", last.handler());
        ports.add(0x0000, 1, "first", first.handler());
        QCOMPARE(ports.read(0xFFFF, 2), 0x4030U);
        ports.write(0xFFFF, 0x1234, 2);
        QCOMPARE(first.log.last(), QString("w0.1=12"));
    }

    void theLastMappingOfAPortWins() {
        PortMap ports;
        Chip old(0, 1);
        Chip fresh(0x80, 1);
        uint16_t number = ports.add(0x10, 8, "old", old.handler());
        ports.add(0x12, 2, "fresh", fresh.handler());
        QCOMPARE(ports.read(0x11, 4), 0x04818001U);
        ports.unmap(0x12, 2);
        QCOMPARE(ports.read(0x12, 1), 0xFFU);
        ports.map(0x12, 1, number); // offsets count from the mapping's start
        QCOMPARE(ports.read(0x12, 1), 0U);
    }

    void rangesPastTheEndAreCut() {
        PortMap ports;
        Chip chip(0, 1);
        ports.add(0xFFFE, 16, "chip", chip.handler());
        QCOMPARE(ports.read(0xFFFF, 1), 1U);
        QCOMPARE(ports.read(0x0000, 1), 0xFFU);
    }

    void theObserverHearsWholeAccessesOnce() {
        PortMap ports;
        Chip chip(0x10, 1);
        Log log;
        uint16_t number = ports.add(0x20, 2, "chip", chip.handler());
        ports.setObserver(&log);
        ports.read(0x20, 2);
        ports.write(0x20, 0xAABBCC, 2);
        ports.read(0x300, 1);
        QCOMPARE(log.lines, (QStringList{QString("r %1 20.2=1110").arg(number),
                                         QString("w %1 20.2=bbcc").arg(number), "r 0 300.1=ff"}));
    }
};

QTEST_APPLESS_MAIN(TestPortMap)
#include "tst_port_map.moc"
