// SPDX-License-Identifier: GPL-3.0-or-later
// virtual_ns = (icount << shift) + idle_ns, and the budgets that let timers fire at their count.
#include "emulator/clock/virtual_clock.h"

#include <QTest>

using namespace bootglass;

namespace {

constexpr uint64_t unlimited = std::numeric_limits<uint64_t>::max();

/// An executor that only counts.
void execute(VirtualClock &clock, uint64_t instructions) {
    while (instructions > 0) {
        if (clock.remaining() == 0) clock.refill(instructions);
        auto step = std::min(static_cast<uint64_t>(clock.remaining()), instructions);
        clock.remaining() -= static_cast<int64_t>(step);
        instructions -= step;
        clock.timers().fireDue(clock.now());
    }
}

} // namespace

class TestVirtualClock : public QObject {
    Q_OBJECT
  private slots:
    void arithmeticOfRatesDoesNotOverflow() {
        // 100 years in ns times 14 MHz needs 86 bits.
        constexpr uint64_t century = 3'155'760'000ULL * nsPerSecond;
        QCOMPARE(mulDiv(century, 14'318'180, nsPerSecond), 3'155'760'000ULL * 14'318'180);
        QCOMPARE(mulDiv(7, 1, 2), uint64_t{3});
        QCOMPARE(mulDivUp(7, 1, 2), uint64_t{4});
        QCOMPARE(mulDivUp(8, 1, 2), uint64_t{4});
        QCOMPARE(mulDivUp(0, 1, 2), uint64_t{0});
        // The first ns at which a count of ticks is complete, and not one earlier.
        for (uint64_t ticks : {1, 2, 3, 1000, 1193182}) {
            uint64_t ns = mulDivUp(ticks, nsPerSecond, 1'193'182);
            QCOMPARE(mulDiv(ns, 1'193'182, nsPerSecond), ticks);
            QCOMPARE(mulDiv(ns - 1, 1'193'182, nsPerSecond), ticks - 1);
        }
    }

    void timeIsTheCount_data() {
        QTest::addColumn<unsigned>("shift");
        for (unsigned shift = 0; shift <= 10; ++shift)
            QTest::addRow("shift %u", shift) << shift;
    }
    void timeIsTheCount() {
        QFETCH(unsigned, shift);
        VirtualClock clock(shift);
        QCOMPARE(clock.shift(), shift);
        QVERIFY(clock.now() == VirtualNs{0});
        execute(clock, 1001);
        QVERIFY(clock.icount() == Icount{1001});
        QCOMPARE(clock.now().value, uint64_t{1001} << shift);
        clock.warpTo(clock.now() + 77);
        QVERIFY(clock.icount() == Icount{1001});
        QCOMPARE(clock.idleNs(), uint64_t{77});
        QCOMPARE(clock.now().value, (uint64_t{1001} << shift) + 77);
        QCOMPARE(clock.at(Icount{1002}).value, (uint64_t{1002} << shift) + 77);
    }

    void aShiftBeyondTenIsTen() { QCOMPARE(VirtualClock(40).shift(), 10U); }

    void aTimerFiresAtTheFirstBoundaryAtOrAfterItsDeadline_data() {
        QTest::addColumn<unsigned>("shift");
        QTest::addColumn<qulonglong>("deadline");
        for (unsigned shift = 0; shift <= 10; ++shift) {
            qulonglong one = 1ULL << shift;
            for (qulonglong deadline :
                 {1ULL, one - 1, one, one + 1, 5 * one - 1, 5 * one, 5 * one + 1, 1'000'000ULL})
                if (deadline != 0)
                    QTest::addRow("shift %u, %llu ns", shift, deadline) << shift << deadline;
        }
    }
    void aTimerFiresAtTheFirstBoundaryAtOrAfterItsDeadline() {
        QFETCH(unsigned, shift);
        QFETCH(qulonglong, deadline);
        VirtualClock clock(shift);
        std::optional<Icount> fired;
        Timer timer(clock, "test", [&] { fired = clock.icount(); });
        timer.arm(VirtualNs{deadline});
        uint64_t expected = (deadline + (1ULL << shift) - 1) >> shift;
        clock.refill(unlimited);
        QCOMPARE(clock.remaining(), static_cast<int64_t>(expected));
        if (expected > 1) {
            execute(clock, expected - 1);
            QVERIFY(!fired);
        }
        execute(clock, 1);
        QVERIFY(fired == Icount{expected});
    }

    void refillTakesTheSmallerOfDeadlineAndLimit() {
        VirtualClock clock(3);
        Timer timer(clock, "test", [] {});
        clock.refill(50);
        QCOMPARE(clock.remaining(), int64_t{50});
        timer.arm(VirtualNs{800});
        clock.refill(1000);
        QCOMPARE(clock.remaining(), int64_t{100});
        clock.refill(99);
        QCOMPARE(clock.remaining(), int64_t{99});
        QVERIFY(clock.icount() == Icount{0}); // refilling is not executing
    }

    void withoutTimersTheBudgetIsTheLimit() {
        VirtualClock clock(3);
        clock.refill(unlimited);
        QCOMPARE(clock.remaining(), std::numeric_limits<int64_t>::max());
        QVERIFY(clock.icount() == Icount{0});
    }

    void aDeadlineFarAheadDoesNotOverflow() {
        VirtualClock clock(0);
        Timer timer(clock, "test", [] {});
        timer.arm(VirtualNs{VirtualNs::never().value - 1});
        clock.refill(unlimited);
        QCOMPARE(clock.remaining(), std::numeric_limits<int64_t>::max());
        VirtualClock coarse(10);
        Timer other(coarse, "test", [] {});
        other.arm(VirtualNs{VirtualNs::never().value - 1});
        coarse.refill(unlimited);
        QCOMPARE(coarse.remaining(), int64_t{1} << 54);
    }

    void aNearerDeadlineShortensTheRunningBudget() {
        VirtualClock clock(3);
        Timer timer(clock, "test", [] {});
        clock.refill(1000);
        clock.remaining() -= 10; // a chip is programmed by the tenth instruction
        timer.armAfter(81);
        QCOMPARE(clock.remaining(), int64_t{11});
        QVERIFY(clock.icount() == Icount{10});
        timer.armAfter(8000); // a later one leaves the budget: it is a limit, not a promise
        QCOMPARE(clock.remaining(), int64_t{11});
        timer.arm(VirtualNs{3}); // past: at this very boundary
        QCOMPARE(clock.remaining(), int64_t{0});
        QVERIFY(clock.icount() == Icount{10});
    }

    void warpingMovesIdleTimeOnly() {
        VirtualClock clock(3);
        execute(clock, 5);
        clock.warpTo(VirtualNs{1000});
        QVERIFY(clock.now() == VirtualNs{1000});
        QCOMPARE(clock.idleNs(), uint64_t{960});
        clock.warpTo(VirtualNs{999}); // never back
        QVERIFY(clock.now() == VirtualNs{1000});
        execute(clock, 1);
        QVERIFY(clock.now() == VirtualNs{1008});
    }

    void afterAWarpDeadlinesAreStillExact() {
        VirtualClock clock(3);
        std::vector<uint64_t> fired;
        Timer timer(clock, "test", [&] { fired.push_back(clock.now().value); });
        timer.arm(VirtualNs{1003});
        clock.warpTo(timer.deadline());
        clock.timers().fireDue(clock.now());
        timer.arm(VirtualNs{1012}); // 9 ns: two instructions
        execute(clock, 5);
        QCOMPARE(fired, (std::vector<uint64_t>{1003, 1019}));
    }

    void timerHandles() {
        VirtualClock clock(3);
        Timer timer(clock, "named", [] {});
        QVERIFY(!timer.armed());
        QVERIFY(timer.deadline() == VirtualNs::never());
        timer.armAfter(40);
        QVERIFY(timer.armed());
        QVERIFY(timer.deadline() == VirtualNs{40});
        timer.cancel();
        QVERIFY(!timer.armed());
        QCOMPARE(clock.timers().name(TimerId{0}), std::string("named"));
    }

    void aRestoredClockGoesOn() {
        VirtualClock clock(5);
        Timer timer(clock, "test", [] {});
        clock.refill(100);
        clock.remaining() -= 40;
        clock.warpTo(clock.now() + 7);
        timer.arm(VirtualNs{2000});
        Archive saved;
        clock.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();

        VirtualClock other(3);
        std::optional<Icount> fired;
        Timer otherTimer(other, "test", [&] { fired = other.icount(); });
        Archive loading(bytes);
        other.serialize(loading);
        QVERIFY2(!loading.failed(), loading.error().c_str());
        QCOMPARE(other.shift(), 5U);
        QVERIFY(other.icount() == Icount{40});
        QVERIFY(other.now() == clock.now());
        QCOMPARE(other.remaining(), int64_t{0}); // refilled by whoever runs it
        execute(other, 100);
        // (2000 - 7) / 32 = 62.3
        QVERIFY(fired == Icount{63});
    }

    void aDamagedClockIsRefused() {
        VirtualClock clock(3);
        Archive saved;
        clock.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();
        for (size_t length = 0; length < bytes.size(); ++length) {
            Archive loading{std::span(bytes).first(length)};
            VirtualClock other(3);
            other.serialize(loading);
            QVERIFY(loading.failed());
        }
        auto shift = bytes.begin() + 8 + 5; // after the section's name, "clock"
        QCOMPARE(int(*shift), 3);
        const std::vector<uint8_t> good = bytes;
        *shift = 11;
        const std::vector<uint8_t> tooFast = bytes;
        bytes = good;
        *(shift + 4 + 7) = 0x80; // the count's highest byte
        const std::vector<uint8_t> tooOld = bytes;
        bytes = good;
        *(shift + 4 + 8 + 7) = 0x80; // that of the idle time
        for (const std::vector<uint8_t> &bad : {tooFast, tooOld, bytes}) {
            Archive loading(bad);
            VirtualClock other(3);
            other.serialize(loading);
            QVERIFY(loading.failed());
            // Chips still ask it.
            QCOMPARE(other.shift(), 3U);
            QCOMPARE(other.now(), VirtualNs{0});
        }
    }
};

QTEST_APPLESS_MAIN(TestVirtualClock)
#include "tst_virtual_clock.moc"
