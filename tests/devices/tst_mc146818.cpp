// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/mc146818.h"

#include <QtTest>

using namespace bootglass;

namespace {

constexpr int64_t start2026 = 1'767'225'600; // 2026-01-01 00:00:00, a Thursday

struct Board {
    VirtualClock clock{0};
    bool irq = false;
    unsigned edges = 0;
    Mc146818 rtc;

    explicit Board(int64_t start = start2026)
        : rtc(clock, IrqLine([this](bool level) {
                  irq = level;
                  edges += level ? 1 : 0;
              }),
              start) {}

    int read(uint8_t index) {
        rtc.write(0, index);
        return rtc.read(1);
    }
    void write(uint8_t index, int value) {
        rtc.write(0, index);
        rtc.write(1, static_cast<uint8_t>(value));
    }
    void goTo(uint64_t ns) {
        VirtualNs target{ns};
        while (clock.timers().next() <= target) {
            clock.warpTo(clock.timers().next());
            clock.timers().fireDue(clock.now());
        }
        clock.warpTo(target);
    }
    std::array<int, 8> date() {
        return {read(0x32), read(9), read(8), read(7), read(6), read(4), read(2), read(0)};
    }
};

} // namespace

class TestMc146818 : public QObject {
    Q_OBJECT
  private slots:
    void dateRunsWithVirtualTime_data() {
        QTest::addColumn<qint64>("start");
        QTest::addColumn<quint64>("seconds");
        QTest::addColumn<std::array<int, 8>>("date"); // century year month day weekday h m s
        using Date = std::array<int, 8>;
        QTest::addRow("at once") << qint64{start2026} << quint64{0}
                                 << Date{0x20, 0x26, 1, 1, 5, 0, 0, 0};
        QTest::addRow("a minute and a second")
            << qint64{start2026} << quint64{61} << Date{0x20, 0x26, 1, 1, 5, 0, 1, 1};
        QTest::addRow("31 days") << qint64{start2026} << quint64{31 * 86400}
                                 << Date{0x20, 0x26, 2, 1, 1, 0, 0, 0};
        QTest::addRow("leap day") << qint64{951'782'399} << quint64{1} // 2000-02-28 23:59:59
                                  << Date{0x20, 0, 2, 0x29, 3, 0, 0, 0};
        QTest::addRow("century") << qint64{4'102'444'799} << quint64{1} // 2099-12-31 23:59:59
                                 << Date{0x21, 0, 1, 1, 6, 0, 0, 0};
        QTest::addRow("before the epoch is the epoch")
            << qint64{-5} << quint64{0} << Date{0x19, 0x70, 1, 1, 5, 0, 0, 0};
    }
    void dateRunsWithVirtualTime() {
        QFETCH(qint64, start);
        QFETCH(quint64, seconds);
        using Date = std::array<int, 8>;
        QFETCH(Date, date);
        Board board(start);
        board.goTo(seconds * nsPerSecond);
        QCOMPARE(board.date(), date);
    }
    void updateComesExactlyAtTheSecond() {
        Board board;
        board.goTo(nsPerSecond - 1);
        QCOMPARE(board.read(0), 0);
        board.goTo(nsPerSecond);
        QCOMPARE(board.read(0), 1);
    }
    void updateInProgressShows244MicrosecondsAhead() {
        Board board;
        board.goTo(nsPerSecond - 244'141 - 1);
        QCOMPARE(board.read(0x0A) & 0x80, 0);
        board.goTo(nsPerSecond - 244'141);
        QCOMPARE(board.read(0x0A) & 0x80, 0x80);
        board.goTo(nsPerSecond);
        QCOMPARE(board.read(0x0A) & 0x80, 0);
    }
    void hoursAreWrittenAsRegisterBSays_data() {
        QTest::addColumn<int>("registerB");
        QTest::addColumn<int>("hour");
        QTest::addColumn<int>("next");
        QTest::addRow("24 h, BCD") << 0x02 << 0x12 << 0x13;
        QTest::addRow("24 h, binary") << 0x06 << 23 << 0;
        QTest::addRow("12 h, BCD, noon") << 0x00 << 0x11 << 0x92;
        QTest::addRow("12 h, BCD, one o'clock") << 0x00 << 0x92 << 0x81;
        QTest::addRow("12 h, binary, midnight") << 0x04 << 0x8B << 0x0C;
    }
    void hoursAreWrittenAsRegisterBSays() {
        QFETCH(int, registerB);
        QFETCH(int, hour);
        QFETCH(int, next);
        Board board;
        bool binary = (registerB & 4) != 0;
        board.write(0x0B, registerB | 0x80);
        board.write(0x04, hour);
        board.write(0x02, binary ? 59 : 0x59);
        board.write(0x00, binary ? 59 : 0x59);
        board.write(0x0B, registerB);
        board.goTo(nsPerSecond);
        QCOMPARE(board.read(0x04), next);
        QCOMPARE(board.read(0x02), 0);
    }
    void setStopsTheUpdates() {
        Board board;
        board.write(0x0B, 0x92); // SET and UIE: SET clears UIE
        QCOMPARE(board.read(0x0B), 0x82);
        board.goTo(10 * nsPerSecond);
        QCOMPARE(board.read(0), 0);
        board.write(0x0B, 0x02);
        board.goTo(11 * nsPerSecond);
        QCOMPARE(board.read(0), 1);
    }
    void releasedDividerUpdatesHalfASecondLater() {
        Board board;
        board.write(0x0A, 0x70);
        board.goTo(nsPerSecond * 5 / 4);
        board.write(0x0A, 0x20);
        board.goTo(nsPerSecond * 7 / 4 - 1);
        QCOMPARE(board.read(0), 0);
        board.goTo(nsPerSecond * 7 / 4);
        QCOMPARE(board.read(0), 1);
    }
    void periodicRateIsTheTables_data() {
        QTest::addColumn<int>("rate");
        QTest::addColumn<quint64>("hertz");
        const quint64 table[16] = {0,   256, 128, 8192, 4096, 2048, 1024, 512,
                                   256, 128, 64,  32,   16,   8,    4,    2};
        for (int rate = 0; rate < 16; ++rate)
            QTest::addRow("RS %d", rate) << rate << table[rate];
    }
    void periodicRateIsTheTables() {
        QFETCH(int, rate);
        QFETCH(quint64, hertz);
        Board board;
        board.write(0x0A, 0x20 | rate);
        board.write(0x0B, 0x42);
        quint64 ticks = 0;
        while (board.clock.timers().next() <= VirtualNs{nsPerSecond}) {
            board.goTo(board.clock.timers().next().value);
            QVERIFY(board.irq);
            QCOMPARE(board.clock.now().value, mulDivUp(++ticks, nsPerSecond, hertz));
            QCOMPARE(board.read(0x0C) & 0xC0, 0xC0);
            QVERIFY(!board.irq);
        }
        QCOMPARE(ticks, hertz);
    }
    void alarmFiresAtItsTime_data() {
        QTest::addColumn<int>("hour");
        QTest::addColumn<int>("minute");
        QTest::addColumn<int>("second");
        QTest::addColumn<quint64>("after"); // s; 0: never
        QTest::addRow("exact") << 0x01 << 0x02 << 0x03 << quint64{3723};
        QTest::addRow("each hour") << 0xFF << 0x02 << 0x03 << quint64{123};
        QTest::addRow("each minute") << 0xC0 << 0xC0 << 0x03 << quint64{3};
        QTest::addRow("each second") << 0xFF << 0xFF << 0xFF << quint64{1};
        QTest::addRow("now means tomorrow") << 0x00 << 0x00 << 0x00 << quint64{86400};
        QTest::addRow("no such second") << 0xFF << 0xFF << 0x61 << quint64{0};
    }
    void alarmFiresAtItsTime() {
        QFETCH(int, hour);
        QFETCH(int, minute);
        QFETCH(int, second);
        QFETCH(quint64, after);
        Board board;
        board.write(0x05, hour);
        board.write(0x03, minute);
        board.write(0x01, second);
        board.write(0x0B, 0x22);
        if (after == 0) {
            QVERIFY(board.clock.timers().next() == VirtualNs::never());
            return;
        }
        QCOMPARE(board.clock.timers().next().value, uint64_t{after * nsPerSecond});
        board.goTo(after * nsPerSecond);
        QVERIFY(board.irq);
        QCOMPARE(board.read(0x0C), 0x80 | 0x20 | 0x10 | 0x40);
    }
    void updateEndedInterruptComesEachSecond() {
        Board board;
        board.write(0x0B, 0x12);
        for (uint64_t second = 1; second <= 3; ++second) {
            board.goTo(second * nsPerSecond);
            QCOMPARE(board.edges, unsigned(second));
            QCOMPARE(board.read(0x0C) & 0x90, 0x90);
        }
    }
    void flagsAreKeptWithoutAnyTimer() {
        Board board;
        QVERIFY(board.clock.timers().next() == VirtualNs::never());
        board.write(0x01, 0x02);
        board.write(0x03, 0xFF);
        board.write(0x05, 0xFF);
        board.goTo(nsPerSecond);
        QCOMPARE(board.read(0x0C), 0x40 | 0x10);
        board.goTo(2 * nsPerSecond);
        QCOMPARE(board.read(0x0C), 0x40 | 0x20 | 0x10);
        QCOMPARE(board.read(0x0C), 0);
        QVERIFY(!board.irq);
    }
    void highLineNeedsNoTimer() {
        Board board;
        board.write(0x0B, 0x42);
        board.goTo(nsPerSecond);
        QCOMPARE(board.edges, 1U);
        QVERIFY(board.clock.timers().next() == VirtualNs::never());
        board.read(0x0C);
        QVERIFY(board.clock.timers().next() != VirtualNs::never());
    }
    void nmiMaskAndIndexShareAPort() {
        Board board;
        board.rtc.setCmos(0x7F, 0x5A);
        board.rtc.write(0, 0xFF);
        QVERIFY(board.rtc.nmiMasked());
        QCOMPARE(int(board.rtc.read(1)), 0x5A);
        board.rtc.write(0, 0x0D);
        QVERIFY(!board.rtc.nmiMasked());
        QCOMPARE(int(board.rtc.read(1)), 0x80);
    }
    void resetKeepsTheTime() {
        Board board;
        board.write(0x0B, 0x72);
        board.goTo(5 * nsPerSecond);
        board.rtc.reset();
        QVERIFY(!board.irq);
        QCOMPARE(board.read(0), 5);
        QCOMPARE(board.read(0x0B), 0x02);
    }
    void nonsenseInTheRegistersBecomesADate() {
        Board board;
        board.write(0x0B, 0x86);
        for (int index : {0, 2, 4, 6, 7, 8, 9, 0x32})
            board.write(static_cast<uint8_t>(index), 0xFF);
        board.write(0x0B, 0x06);
        board.goTo(nsPerSecond);
        QVERIFY(board.read(8) >= 1 && board.read(8) <= 12);
        QVERIFY(board.read(7) >= 1 && board.read(7) <= 31);
        QVERIFY(board.read(0) < 60);
    }
    void savedStateContinues() {
        Board board;
        board.write(0x0B, 0x52);
        board.goTo(123'456'789);
        board.read(0x0C);
        Archive saved;
        board.clock.serialize(saved);
        board.rtc.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();
        Board other(0);
        Archive loading(bytes);
        other.clock.serialize(loading);
        other.rtc.serialize(loading);
        QVERIFY(!loading.failed());
        QCOMPARE(other.date(), board.date());
        QVERIFY(other.clock.timers().next() == board.clock.timers().next());
        board.goTo(3 * nsPerSecond);
        other.goTo(3 * nsPerSecond);
        QVERIFY(other.irq);
        QCOMPARE(other.date(), board.date());
    }
};

QTEST_APPLESS_MAIN(TestMc146818)
#include "tst_mc146818.moc"
