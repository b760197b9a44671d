// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i8259.h"

#include <QtTest>

using namespace bootglass;

namespace {

/// A pair set up as a PC's firmware does it: vectors 08h and 70h, edge-triggered, nothing masked.
struct Board {
    bool intr = false;
    std::vector<unsigned> ended;
    I8259Pair pics{IrqLine([this](bool level) { intr = level; })};

    Board() {
        pics.onEndOfInterrupt([this](unsigned irq) { ended.push_back(irq); });
        initialize(0x11, 0x01);
    }
    void initialize(uint8_t icw1, uint8_t icw4) {
        for (auto [pic, vector, cascade] :
             {std::tuple{&pics.master(), 0x08, 0x04}, std::tuple{&pics.slave(), 0x70, 0x02}}) {
            pic->write(0, icw1);
            pic->write(1, static_cast<uint8_t>(vector));
            pic->write(1, static_cast<uint8_t>(cascade));
            pic->write(1, icw4);
        }
    }
    void pulse(unsigned irq) {
        pics.setLine(irq, false);
        pics.setLine(irq, true);
    }
};

} // namespace

class TestI8259 : public QObject {
    Q_OBJECT
  private slots:
    void everyLineHasItsVector_data() {
        QTest::addColumn<unsigned>("irq");
        QTest::addColumn<int>("vector");
        for (unsigned irq = 0; irq < 16; ++irq)
            if (irq != 2)
                QTest::addRow("IRQ %u", irq) << irq << int(irq < 8 ? 0x08 + irq : 0x70 + irq - 8);
    }
    void everyLineHasItsVector() {
        QFETCH(unsigned, irq);
        QFETCH(int, vector);
        Board board;
        QVERIFY(!board.intr);
        board.pics.setLine(irq, true);
        QVERIFY(board.intr);
        auto got = board.pics.acknowledge();
        QCOMPARE(int(got.vector), vector);
        QCOMPARE(unsigned(got.irq), irq);
        QVERIFY(!got.spurious);
        QVERIFY(!board.intr);
    }
    void silentBeforeInitialization() {
        bool intr = false;
        I8259Pair pics(IrqLine([&](bool level) { intr = level; }));
        pics.setLine(0, true);
        QVERIFY(!intr);
    }
    void maskedLineWaitsForItsUnmasking() {
        Board board;
        board.pics.master().write(1, 0x02);
        board.pics.setLine(1, true);
        QVERIFY(!board.intr);
        QCOMPARE(int(board.pics.master().read(1)), 0x02);
        board.pics.master().write(1, 0x00);
        QVERIFY(board.intr);
    }
    void lowerPriorityWaitsForEndOfInterrupt() {
        Board board;
        board.pics.setLine(3, true);
        board.pics.acknowledge();
        board.pics.setLine(4, true);
        QVERIFY(!board.intr);
        board.pics.setLine(1, true); // higher: nests
        QVERIFY(board.intr);
        QCOMPARE(int(board.pics.acknowledge().irq), 1);
        board.pics.master().write(0, 0x20);
        QVERIFY(!board.intr);
        board.pics.master().write(0, 0x20);
        QVERIFY(board.intr);
        QCOMPARE(board.ended, (std::vector<unsigned>{1, 3}));
    }
    void slaveEndsBothItsOwnAndTheCascade() {
        Board board;
        board.pics.setLine(14, true);
        board.pics.acknowledge();
        QCOMPARE(int(board.pics.slave().isr()), 0x40);
        QCOMPARE(int(board.pics.master().isr()), 0x04);
        board.pics.slave().write(0, 0x20);
        board.pics.master().write(0, 0x62); // specific EOI, line 2
        QCOMPARE(board.ended, (std::vector<unsigned>{14, 2}));
    }
    void edgeIsNotSeenTwice() {
        Board board;
        board.pics.setLine(4, true);
        board.pics.acknowledge();
        board.pics.master().write(0, 0x20);
        QVERIFY(!board.intr);
        board.pulse(4);
        QVERIFY(board.intr);
    }
    void levelIsSeenAgainUntilItFalls() {
        Board board;
        board.pics.writeElcr(1, 0xFF);
        QCOMPARE(int(board.pics.readElcr(1)), 0xDE); // IRQ 8 and 13 stay edge-triggered
        board.pics.setLine(11, true);
        board.pics.acknowledge();
        board.pics.slave().write(0, 0x20);
        board.pics.master().write(0, 0x20);
        QVERIFY(board.intr);
        board.pics.setLine(11, false);
        QVERIFY(!board.intr);
    }
    void requestThatWentAwayIsSpurious_data() {
        QTest::addColumn<unsigned>("irq");
        QTest::addColumn<int>("vector");
        QTest::addRow("master") << 4U << 0x0F;
        QTest::addRow("slave, edge kept by the master") << 12U << 0x77;
    }
    void requestThatWentAwayIsSpurious() {
        QFETCH(unsigned, irq);
        QFETCH(int, vector);
        Board board;
        if (irq < 8) {
            board.pics.setLine(irq, true);
            board.pics.setLine(irq, false);
            auto got = board.pics.acknowledge();
            QCOMPARE(int(got.vector), vector);
            QVERIFY(got.spurious);
            QCOMPARE(int(board.pics.master().isr()), 0);
        } else {
            // The master has latched its line 2 in level mode; the slave's request is polled away.
            board.pics.setLine(irq, true);
            I8259::Acknowledged first = board.pics.master().acknowledge();
            QCOMPARE(int(first.line), 2);
            board.pics.setLine(irq, false);
            I8259::Acknowledged second = board.pics.slave().acknowledge();
            QVERIFY(second.spurious);
            QCOMPARE(int(second.vector), vector);
            QCOMPARE(int(board.pics.slave().isr()), 0);
        }
    }
    void automaticEndLeavesNothingInService() {
        Board board;
        board.initialize(0x11, 0x03);
        board.pics.setLine(5, true);
        auto got = board.pics.acknowledge();
        QVERIFY(got.automaticEnd);
        QCOMPARE(int(board.pics.master().isr()), 0);
        QVERIFY(board.ended.empty());
    }
    void automaticEndOnTheSlaveShowsTheNextRequest() {
        Board board;
        board.initialize(0x11, 0x03);
        board.pics.setLine(9, true);
        board.pics.setLine(10, true);
        QCOMPARE(int(board.pics.acknowledge().irq), 9);
        QVERIFY(board.intr);
        QCOMPARE(int(board.pics.acknowledge().irq), 10);
        QVERIFY(!board.intr);
    }
    void rotationMakesTheServedLineTheLowest() {
        Board board;
        board.pics.setLine(3, true);
        board.pics.acknowledge();
        board.pics.master().write(0, 0xA0); // rotate on non-specific EOI
        board.pics.setLine(4, true);
        board.pulse(3);
        QCOMPARE(int(board.pics.acknowledge().irq), 4);
    }
    void endOfInterruptCommands_data() {
        // OCW2 (data sheet, figure 8), with lines 3 to 5 in service.
        QTest::addColumn<int>("command");
        QTest::addColumn<int>("inService"); // afterwards
        QTest::addColumn<int>("first");     // of lines 0 and 7, which comes first
        QTest::newRow("non-specific") << 0x20 << 0x30 << 0;
        QTest::newRow("specific") << 0x64 << 0x28 << 0;
        QTest::newRow("specific, of a line not in service") << 0x61 << 0x38 << 0;
        QTest::newRow("rotate, non-specific") << 0xA0 << 0x30 << 7;
        QTest::newRow("rotate, specific") << 0xE5 << 0x18 << 7;
        QTest::newRow("no operation") << 0x40 << 0x38 << 0;
        QTest::newRow("set priority") << 0xC0 << 0x38 << 7;
    }
    void endOfInterruptCommands() {
        QFETCH(int, command);
        QFETCH(int, inService);
        QFETCH(int, first);
        Board board;
        for (unsigned irq : {5U, 4U, 3U}) {
            board.pics.setLine(irq, true);
            board.pics.acknowledge();
        }
        QCOMPARE(int(board.pics.master().isr()), 0x38);
        board.pics.master().write(0, static_cast<uint8_t>(command));
        QCOMPARE(int(board.pics.master().isr()), inService);
        for (int line : {3, 4, 5}) // the others out of the way, by their numbers
            board.pics.master().write(0, static_cast<uint8_t>(0x60 | line));
        board.pics.setLine(0, true);
        board.pics.setLine(7, true);
        QCOMPARE(int(board.pics.acknowledge().irq), first);
    }
    void rotationInAutomaticEndMode() {
        Board board;
        board.initialize(0x11, 0x03);
        board.pics.master().write(0, 0x80); // set
        board.pics.setLine(3, true);
        board.pics.acknowledge();
        board.pics.setLine(4, true);
        board.pulse(3);
        QCOMPARE(int(board.pics.acknowledge().irq), 4);
        board.pics.master().write(0, 0x00); // clear: 4 is the lowest and stays it
        QCOMPARE(int(board.pics.acknowledge().irq), 3);
        board.pulse(0);
        board.pulse(6);
        QCOMPARE(int(board.pics.acknowledge().irq), 6);
    }
    void maskIsReadBack() {
        Board board;
        board.pics.master().write(1, 0xA5);
        board.pics.slave().write(1, 0x5A);
        QCOMPARE(int(board.pics.master().read(1)), 0xA5);
        QCOMPARE(int(board.pics.slave().read(1)), 0x5A);
        board.initialize(0x11, 0x01); // clears it
        QCOMPARE(int(board.pics.master().read(1)), 0x00);
    }
    void setPriorityNamesTheLowestLine() {
        Board board;
        board.pics.master().write(0, 0xC4);
        board.pics.setLine(1, true);
        board.pics.setLine(6, true);
        QCOMPARE(int(board.pics.acknowledge().irq), 6);
    }
    void specialMaskModeLetsLowerLinesIn() {
        Board board;
        board.pics.setLine(1, true);
        board.pics.acknowledge();
        board.pics.setLine(6, true);
        QVERIFY(!board.intr);
        board.pics.master().write(1, 0x02);
        board.pics.master().write(0, 0x68); // set special mask
        QVERIFY(board.intr);
        QCOMPARE(int(board.pics.acknowledge().irq), 6);
        board.pics.master().write(0, 0x20); // leaves the masked IRQ 1 alone
        QCOMPARE(int(board.pics.master().isr()), 0x02);
    }
    void specialFullyNestedSlaveInterruptsItself() {
        Board board;
        board.initialize(0x11, 0x11);
        board.pics.setLine(12, true);
        board.pics.acknowledge();
        board.pics.setLine(8, true);
        QVERIFY(board.intr);
        QCOMPARE(int(board.pics.acknowledge().irq), 8);
        board.pics.setLine(3, true); // below the cascade: waits
        QVERIFY(!board.intr);
    }
    void pollAcknowledges() {
        Board board;
        board.pics.setLine(6, true);
        board.pics.master().write(0, 0x0C);
        QCOMPARE(int(board.pics.master().read(0)), 0x86);
        QCOMPARE(int(board.pics.master().isr()), 0x40);
        board.pics.setLine(13, true);
        board.pics.slave().write(0, 0x0C);
        QCOMPARE(int(board.pics.slave().read(0)), 0x85);
        QCOMPARE(int(board.pics.slave().isr()), 0x20);
        board.pics.master().write(0, 0x0C);
        QCOMPARE(int(board.pics.master().read(0)), 0x00);
    }
    void statusReadsShowRequestsAndService() {
        Board board;
        board.pics.setLine(0, true);
        board.pics.acknowledge();
        board.pics.setLine(7, true);
        board.pics.master().write(0, 0x0A);
        QCOMPARE(int(board.pics.master().read(0)), 0x80);
        board.pics.master().write(0, 0x0B);
        QCOMPARE(int(board.pics.master().read(0)), 0x01);
    }
    void initializationForgetsEdges() {
        Board board;
        board.pics.setLine(0, true);
        board.initialize(0x11, 0x01);
        QVERIFY(!board.intr);
        board.pulse(0);
        QVERIFY(board.intr);
    }
    void savedStateContinues() {
        Board board;
        board.pics.setLine(3, true);
        board.pics.acknowledge();
        board.pics.setLine(10, true);
        Archive saved;
        board.pics.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();

        Board other;
        Archive loading(bytes);
        other.pics.serialize(loading);
        QVERIFY(!loading.failed());
        Archive again;
        other.pics.serialize(again);
        QCOMPARE(again.take(), bytes);
        QCOMPARE(other.pics.interruptPending(), board.pics.interruptPending());
        QCOMPARE(int(other.pics.acknowledge().irq), 10);
    }
};

QTEST_APPLESS_MAIN(TestI8259)
#include "tst_i8259.moc"
