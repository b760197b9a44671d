// SPDX-License-Identifier: GPL-3.0-or-later
// The counts are worked out by hand from the data sheet's timing diagrams; time is told in periods
// of CLK after the write that loads the counter.
#include "emulator/devices/i8254.h"

#include <QtTest>

using namespace bootglass;

namespace {

struct Board {
    VirtualClock clock{0};
    std::vector<std::pair<uint64_t, bool>> edges; // (ns, level) of channel 0's output
    I8254 pit{clock, IrqLine([this](bool level) { edges.emplace_back(clock.now().value, level); })};

    void control(unsigned channel, unsigned mode, unsigned access = 3, bool bcd = false) {
        pit.write(3, static_cast<uint8_t>(channel << 6 | access << 4 | mode << 1 | (bcd ? 1 : 0)));
    }
    void count(unsigned channel, unsigned value) {
        pit.write(static_cast<uint16_t>(channel), static_cast<uint8_t>(value));
        pit.write(static_cast<uint16_t>(channel), static_cast<uint8_t>(value >> 8));
    }
    unsigned readCount(unsigned channel) {
        unsigned low = pit.read(static_cast<uint16_t>(channel));
        return low | pit.read(static_cast<uint16_t>(channel)) << 8U;
    }
    static uint64_t ns(uint64_t clocks) { return mulDivUp(clocks, nsPerSecond, I8254::frequency); }
    /// Goes to the start of a CLK period, by way of all timers.
    void goTo(uint64_t clocks) {
        VirtualNs target{ns(clocks)};
        while (clock.timers().next() <= target) {
            clock.warpTo(clock.timers().next());
            clock.timers().fireDue(clock.now());
        }
        clock.warpTo(target);
    }
};

} // namespace

class TestI8254 : public QObject {
    Q_OBJECT
  private slots:
    void countAndOutputFollowTheDataSheet_data() {
        QTest::addColumn<unsigned>("mode");
        QTest::addColumn<unsigned>("load");
        QTest::addColumn<bool>("bcd");
        QTest::addColumn<unsigned>("clocks");
        QTest::addColumn<unsigned>("count");
        QTest::addColumn<bool>("out");
        auto row = [](unsigned mode, unsigned load, bool bcd, unsigned clocks, unsigned count,
                      bool out) {
            QTest::addRow("mode %u of %xh%s after %u", mode, load, bcd ? " BCD" : "", clocks)
                << mode << load << bcd << clocks << count << out;
        };
        row(0, 4, false, 0, 4, false);
        row(0, 4, false, 3, 1, false);
        row(0, 4, false, 4, 0, true);
        row(0, 4, false, 5, 0xFFFF, true);
        row(0, 0, false, 65535, 1, false);
        row(0, 0, false, 65536, 0, true);
        row(0, 0x10, true, 1, 0x09, false);
        row(0, 0x10, true, 11, 0x9999, true);
        row(0, 0, true, 9999, 1, false);
        row(0, 0, true, 10000, 0, true);
        row(1, 3, false, 0, 3, false);
        row(1, 3, false, 2, 1, false);
        row(1, 3, false, 3, 0, true);
        row(2, 3, false, 0, 3, true);
        row(2, 3, false, 1, 2, true);
        row(2, 3, false, 2, 1, false);
        row(2, 3, false, 3, 3, true);
        row(2, 3, false, 5, 1, false);
        row(2, 0, true, 1, 0x9999, true);
        row(3, 4, false, 0, 4, true);
        row(3, 4, false, 1, 2, true);
        row(3, 4, false, 2, 4, false);
        row(3, 4, false, 3, 2, false);
        row(3, 4, false, 4, 4, true);
        row(3, 5, false, 0, 4, true);
        row(3, 5, false, 1, 2, true);
        row(3, 5, false, 2, 0, true);
        row(3, 5, false, 3, 4, false);
        row(3, 5, false, 4, 2, false);
        row(3, 5, false, 5, 4, true);
        row(4, 3, false, 2, 1, true);
        row(4, 3, false, 3, 0, false);
        row(4, 3, false, 4, 0xFFFF, true);
        row(5, 3, false, 2, 1, true);
        row(5, 3, false, 3, 0, false);
        row(5, 3, false, 4, 0xFFFF, true);
    }
    void countAndOutputFollowTheDataSheet() {
        QFETCH(unsigned, mode);
        QFETCH(unsigned, load);
        QFETCH(bool, bcd);
        QFETCH(unsigned, clocks);
        QFETCH(unsigned, count);
        QFETCH(bool, out);
        Board board;
        bool triggered = mode == 1 || mode == 5;
        board.pit.setGate(2, !triggered);
        board.control(2, mode, 3, bcd);
        QCOMPARE(board.pit.out(2), mode != 0);
        board.count(2, load);
        if (triggered) board.pit.setGate(2, true);
        board.goTo(clocks);
        QCOMPARE(board.readCount(2), count);
        QCOMPARE(board.pit.out(2), out);
    }

    void oneShotFiresAtQemusTime() {
        Board board;
        board.control(0, 0);
        board.count(0, 0x1000);
        QCOMPARE(board.clock.timers().next().value, uint64_t{3'432'838});
        board.goTo(0x2000);
        QCOMPARE(board.edges.size(), size_t{1});
        QCOMPARE(board.edges[0].first, uint64_t{3'432'838});
        QVERIFY(board.edges[0].second);
    }
    void periodicOutputHasNoDrift() {
        Board board;
        board.control(0, 2);
        board.count(0, 11932); // 100 Hz
        board.goTo(11932 * 1000);
        std::vector<uint64_t> rising;
        for (auto [ns, level] : board.edges)
            if (level) rising.push_back(ns);
        QCOMPARE(rising.size(), size_t{1001}); // the control word's, and one a period
        for (size_t i = 1; i < rising.size(); ++i)
            QCOMPARE(rising[i], Board::ns(11932 * i));
    }
    void squareWaveSpendsHalfOfItsTimeHigh() {
        Board board;
        board.control(0, 3);
        board.count(0, 5);
        board.goTo(10);
        std::vector<std::pair<uint64_t, bool>> wanted = {{0, true},
                                                         {Board::ns(3), false},
                                                         {Board::ns(5), true},
                                                         {Board::ns(8), false},
                                                         {Board::ns(10), true}};
        QCOMPARE(board.edges, wanted);
    }
    void pulseShorterThanAnInstructionIsStillAnEdge() {
        VirtualClock clock{10}; // 1024 ns an instruction; mode 2's pulse has 838 ns
        unsigned rising = 0;
        I8254 pit(clock, IrqLine([&](bool level) { rising += level ? 1 : 0; }));
        pit.write(3, 0x34);
        pit.write(0, 100);
        pit.write(0, 0);
        QCOMPARE(rising, 1U);
        for (int i = 0; i < 100; ++i) {
            clock.refill(1);
            while (clock.remaining() > 0)
                --clock.remaining();
            clock.timers().fireDue(clock.now());
        }
        QCOMPARE(rising, 2U); // 102,400 ns are 122 clocks
    }
    void lowByteOfModeZeroStopsTheCount() {
        Board board;
        board.control(0, 0);
        board.count(0, 10);
        board.goTo(5);
        board.pit.write(0, 20);
        QVERIFY(!board.clock.timers().armed(TimerId{0}));
        board.goTo(50);
        QVERIFY(!board.pit.out(0));
        board.pit.write(0, 0);
        board.goTo(69);
        QVERIFY(!board.pit.out(0));
        board.goTo(71);
        QVERIFY(board.pit.out(0));
    }
    void newCountOfModeTwoWaitsForTheEndOfTheCycle() {
        Board board;
        board.pit.setGate(2, true);
        board.control(2, 2);
        board.count(2, 10);
        board.goTo(4);
        board.count(2, 20);
        board.pit.write(3, 0xE8);                 // read back status of channel 2
        QVERIFY((board.pit.read(2) & 0x40) != 0); // null count
        board.goTo(9);
        QCOMPARE(board.readCount(2), 1U);
        QVERIFY(!board.pit.out(2));
        board.goTo(10);
        QCOMPARE(board.readCount(2), 20U);
        board.pit.write(3, 0xE8);
        QCOMPARE(int(board.pit.read(2)), 0xB4);
        board.goTo(29);
        QVERIFY(!board.pit.out(2));
    }
    void newCountOfModeThreeWaitsForTheHalfCycle() {
        Board board;
        board.control(0, 3);
        board.count(0, 10);
        board.goTo(2);
        board.count(0, 20);
        board.goTo(30);
        std::vector<std::pair<uint64_t, bool>> wanted = {
            {0, true}, {Board::ns(5), false}, {Board::ns(15), true}, {Board::ns(25), false}};
        QCOMPARE(board.edges, wanted);
    }
    void gateStopsOrReloads_data() {
        QTest::addColumn<unsigned>("mode");
        QTest::addColumn<unsigned>("whileStopped");
        QTest::addColumn<bool>("outWhileStopped");
        QTest::addColumn<unsigned>("afterTwoMore");
        QTest::addRow("mode 0 pauses") << 0U << 7U << false << 5U;
        QTest::addRow("mode 2 starts afresh") << 2U << 7U << true << 8U;
        QTest::addRow("mode 3 starts afresh") << 3U << 4U << true << 6U;
        QTest::addRow("mode 4 pauses") << 4U << 7U << true << 5U;
    }
    void gateStopsOrReloads() {
        QFETCH(unsigned, mode);
        QFETCH(unsigned, whileStopped);
        QFETCH(bool, outWhileStopped);
        QFETCH(unsigned, afterTwoMore);
        Board board;
        board.pit.setGate(2, true);
        board.control(2, mode);
        board.count(2, 10);
        board.goTo(3);
        board.pit.setGate(2, false);
        board.goTo(100);
        QCOMPARE(board.readCount(2), whileStopped);
        QCOMPARE(board.pit.out(2), outWhileStopped);
        board.pit.setGate(2, true);
        board.goTo(102);
        // Clocks after a gate's edge at the start of a period are whole, less the rounding of a
        // nanosecond.
        board.clock.warpTo(board.clock.now() + 1);
        QCOMPARE(board.readCount(2), afterTwoMore);
    }
    void oneShotIsRetriggeredByTheGate() {
        Board board;
        board.control(2, 1);
        board.count(2, 10);
        QVERIFY(board.pit.out(2));
        board.pit.setGate(2, true);
        board.goTo(6);
        board.pit.setGate(2, false);
        board.pit.setGate(2, true);
        board.goTo(15);
        QVERIFY(!board.pit.out(2));
        board.goTo(17);
        QVERIFY(board.pit.out(2));
    }
    void latchHoldsUntilItIsRead() {
        Board board;
        board.control(0, 2);
        board.count(0, 0x1234);
        board.goTo(0x34);
        board.pit.write(3, 0x00);
        board.goTo(0x100);
        board.pit.write(3, 0x00); // a second latch changes nothing
        QCOMPARE(board.readCount(0), 0x1200U);
        QCOMPARE(board.readCount(0), 0x1134U);
    }
    void readBackGivesStatusThenCount() {
        Board board;
        board.control(1, 3, 1, true);
        board.pit.write(3, 0xE4); // status of channel 1
        QCOMPARE(int(board.pit.read(1)), 0x80 | 0x40 | 0x10 | 0x06 | 0x01);
        board.pit.write(1, 0x50);
        board.goTo(25);
        board.pit.write(3, 0xC4); // count and status
        QCOMPARE(int(board.pit.read(1)), 0x10 | 0x06 | 0x01);
        QCOMPARE(int(board.pit.read(1)), 0x50);
    }
    void readBackTakesAnyChannels_data() {
        QTest::addColumn<int>("command");
        QTest::addColumn<QList<int>>("reads"); // of channels 0, 1, 2 in turn
        // Counts 0150h, 0250h, 0350h, 10h clocks ago; status: OUT, two bytes, mode 2.
        QTest::newRow("counts of all") << 0xDE << QList<int>{0x40, 0x40, 0x40};
        QTest::newRow("status of all") << 0xEE << QList<int>{0xB4, 0xB4, 0xB4};
        QTest::newRow("status of 0 and 2") << 0xEA << QList<int>{0xB4, 0x00, 0xB4};
        QTest::newRow("of none") << 0xC0 << QList<int>{0x00, 0x00, 0x00};
        QTest::newRow("neither count nor status") << 0xFE << QList<int>{0x00, 0x00, 0x00};
    }
    void readBackTakesAnyChannels() {
        QFETCH(int, command);
        QFETCH(QList<int>, reads);
        Board board;
        board.pit.setGate(2, true);
        for (unsigned channel = 0; channel < 3; ++channel) {
            board.control(channel, 2);
            board.count(channel, 0x150 + 0x100 * channel);
        }
        board.goTo(0x10);
        board.pit.write(3, static_cast<uint8_t>(command));
        board.goTo(0x50); // what is not latched reads as it is now
        for (unsigned channel = 0; channel < 3; ++channel)
            QCOMPARE(int(board.pit.read(static_cast<uint16_t>(channel))), reads[int(channel)]);
    }
    void nullCountLastsUntilTheCountIsLoaded() {
        Board board;
        auto null = [&board] {
            board.pit.write(3, 0xE2); // status of channel 0
            return (board.pit.read(0) & 0x40) != 0;
        };
        board.control(0, 2);
        QVERIFY(null());
        board.pit.write(0, 0x10);
        QVERIFY(null()); // half a count
        board.pit.write(0, 0x00);
        board.goTo(1);
        QVERIFY(!null());
        board.count(0, 0x20); // taken up at the end of the cycle
        QVERIFY(null());
        board.goTo(0x11);
        QVERIFY(!null());
    }
    void modesSixAndSevenAreTwoAndThree() {
        for (unsigned mode : {6U, 7U}) {
            Board board;
            board.control(0, mode);
            board.count(0, 4);
            board.goTo(2);
            board.pit.write(3, 0xE2);
            QCOMPARE(int(board.pit.read(0) >> 1 & 3), int(mode & 3));
            QCOMPARE(board.pit.out(0), mode == 6);
        }
    }
    void accessSelectsTheBytes_data() {
        QTest::addColumn<unsigned>("access");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("second");
        QTest::addRow("low byte") << 1U << 0x56 << 0x56;
        QTest::addRow("high byte") << 2U << 0x56 << 0x56;
    }
    void accessSelectsTheBytes() {
        QFETCH(unsigned, access);
        QFETCH(int, first);
        QFETCH(int, second);
        Board board;
        board.control(0, 0, access);
        board.pit.write(0, 0x56);
        QCOMPARE(int(board.pit.read(0)), first);
        QCOMPARE(int(board.pit.read(0)), second);
        board.goTo(0x55);
        QCOMPARE(board.pit.out(0), false);
        board.goTo(0x56);
        QCOMPARE(board.pit.out(0), access == 1);
        board.goTo(0x5600);
        QCOMPARE(board.pit.out(0), true);
    }
    void onlyChannelZeroArmsATimer() {
        Board board;
        board.pit.setGate(2, true);
        board.control(2, 3);
        board.count(2, 100);
        QVERIFY(board.clock.timers().next() == VirtualNs::never());
        board.control(0, 3);
        board.count(0, 100);
        QCOMPARE(board.clock.timers().next().value, Board::ns(50));
        board.control(0, 0);
        QVERIFY(board.clock.timers().next() == VirtualNs::never());
    }
    void savedStateContinues() {
        Board board;
        board.control(0, 3);
        board.count(0, 777);
        board.goTo(1000);
        board.count(0, 555);
        Archive saved;
        saved.section("board");
        board.clock.serialize(saved);
        board.pit.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();

        Board other;
        Archive loading(bytes);
        loading.section("board");
        other.clock.serialize(loading);
        other.pit.serialize(loading);
        QVERIFY2(!loading.failed(), loading.error().c_str());
        board.edges.clear();
        other.edges.clear();
        board.goTo(5000);
        other.goTo(5000);
        QVERIFY(!board.edges.empty());
        QCOMPARE(other.edges, board.edges);
        QCOMPARE(other.readCount(0), board.readCount(0));
    }
    void savedStateWithACountOfZeroIsRefused() {
        Board board;
        Archive saved;
        board.pit.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();
        std::fill(bytes.begin() + 12, bytes.end(), uint8_t{0});
        Archive loading(bytes);
        board.pit.serialize(loading);
        QVERIFY(loading.failed());
    }
};

QTEST_APPLESS_MAIN(TestI8254)
#include "tst_i8254.moc"
