// SPDX-License-Identifier: GPL-3.0-or-later
// The HPET against the IA-PC HPET specification 1.0a.
#include "emulator/devices/hpet.h"

#include <QTest>

#include <string>
#include <vector>

using namespace bootglass;

namespace {

constexpr uint64_t capabilities = 0x000, configuration = 0x010, status = 0x020, counter = 0x0F0;
constexpr uint64_t config(unsigned timer) {
    return 0x100 + 0x20 * timer;
}
constexpr uint64_t comparator(unsigned timer) {
    return 0x108 + 0x20 * timer;
}
constexpr uint64_t level = 2, interrupt = 4, periodic = 8, valueSet = 0x40, narrow = 0x100;
constexpr uint64_t route(unsigned gsi) {
    return gsi << 9;
}
constexpr uint64_t timerCapabilities = 0x0000000400000030;

struct Bench {
    VirtualClock clock{0};
    std::vector<std::string> log; // "gsi 2 up @ns"
    Hpet hpet{clock,
              {[this](unsigned gsi, bool on) { note("gsi " + std::to_string(gsi), on); },
               [this](bool on) { note("irq0", on); }, [this](bool on) { note("irq8", on); },
               [this](bool on) { note("legacy", on); }}};

    void note(const std::string &what, bool on) {
        log.push_back(what + (on ? " up @" : " down @") + std::to_string(clock.now().value));
    }
    uint64_t get(uint64_t offset) { return hpet.read(offset, 8); }
    void put(uint64_t offset, uint64_t value) { hpet.write(offset, value, 8); }
    void advanceTo(uint64_t ns) {
        while (clock.timers().next() <= VirtualNs{ns}) {
            clock.warpTo(clock.timers().next());
            clock.timers().fireDue(clock.now());
        }
        clock.warpTo({ns});
    }
};

using Log = std::vector<std::string>;

} // namespace

class TestHpet : public QObject {
    Q_OBJECT
  private slots:
    void registersKeepTheirWritableBits_data() {
        QTest::addColumn<quint64>("offset");
        QTest::addColumn<quint64>("atReset");
        QTest::addColumn<quint64>("afterOnes");
        auto row = [](const char *name, uint64_t offset, uint64_t reset, uint64_t ones) {
            QTest::newRow(name) << quint64{offset} << quint64{reset} << quint64{ones};
        };
        row("capabilities", capabilities, 0x009896808086A201, 0x009896808086A201);
        row("configuration", configuration, 0, 3);
        row("status", status, 0, 0);
        row("counter", counter, 0, ~uint64_t{0});
        row("timer 0", config(0), timerCapabilities, timerCapabilities | 0x3F4E);
        row("timer 2", config(2), timerCapabilities, timerCapabilities | 0x3F4E);
        row("comparator", comparator(1), ~uint64_t{0}, ~uint64_t{0});
        row("no fourth timer", config(3), 0, 0);
        row("reserved", 0x008, 0, 0);
        row("the end", 0x3F8, 0, 0);
    }
    void registersKeepTheirWritableBits() {
        QFETCH(quint64, offset);
        Bench b;
        QTEST(quint64{b.get(offset)}, "atReset");
        b.put(offset, ~uint64_t{0});
        QTEST(quint64{b.get(offset)}, "afterOnes");
    }

    void halvesAreWrittenAlone() {
        Bench b;
        b.hpet.write(counter, 0x11111111, 4);
        b.hpet.write(counter + 4, 0x22222222, 4);
        QCOMPARE(b.get(counter), 0x2222222211111111U);
        QCOMPARE(b.hpet.read(counter + 4, 4), uint64_t{0x22222222});
        b.hpet.write(counter, 0, 2);
        b.hpet.write(counter + 1, 0, 4);
        QCOMPARE(b.get(counter), 0x2222222211111111U);
        QCOMPARE(b.hpet.read(counter, 1), uint64_t{0});
    }

    void theCounterCountsTenNanosecondsWhileOn() {
        Bench b;
        b.advanceTo(1003);
        QCOMPARE(b.get(counter), uint64_t{0});
        b.put(configuration, 1);
        b.advanceTo(2002);
        QCOMPARE(b.get(counter), uint64_t{99});
        b.advanceTo(2003);
        QCOMPARE(b.get(counter), uint64_t{100});
        b.put(counter, 7); // it can be written while it stands only
        QCOMPARE(b.get(counter), uint64_t{100});
        b.put(configuration, 0);
        b.advanceTo(9000);
        QCOMPARE(b.get(counter), uint64_t{100});
        b.put(counter, 7);
        QCOMPARE(b.get(counter), uint64_t{7});
    }

    void oneShotRisesAtTheMatch() {
        Bench b;
        b.put(config(0), interrupt | route(2));
        b.put(comparator(0), 500);
        QCOMPARE(b.clock.timers().next(), VirtualNs::never());
        b.put(configuration, 1);
        b.advanceTo(20000);
        QCOMPARE(b.log, (Log{"gsi 2 up @5000"}));
        QCOMPARE(b.get(status), uint64_t{0}); // edges leave no status
    }

    // An 8259 that is not acknowledged at once must still find its line high.
    void anEdgeStandsUntilItIsSwitchedOff_data() {
        QTest::addColumn<quint64>("offset");
        QTest::addColumn<quint64>("value");
        QTest::newRow("the interrupt") << quint64{config(0)} << quint64{route(2)};
        QTest::newRow("the counter") << quint64{configuration} << quint64{0};
        QTest::newRow("its wire") << quint64{config(0)} << quint64{interrupt | route(3)};
        QTest::newRow("the old wires") << quint64{configuration} << quint64{3};
        QTest::newRow("edges") << quint64{config(0)} << quint64{interrupt | level | route(2)};
    }
    void anEdgeStandsUntilItIsSwitchedOff() {
        QFETCH(quint64, offset);
        QFETCH(quint64, value);
        Bench b;
        b.put(config(0), interrupt | route(2));
        b.put(comparator(0), 500);
        b.put(configuration, 1);
        b.advanceTo(20000);
        b.put(offset, value);
        b.put(config(0), interrupt | route(2)); // and does not come back
        b.put(configuration, 1);
        std::erase_if(b.log, [](const std::string &line) { return line.starts_with("legacy"); });
        QCOMPARE(b.log, (Log{"gsi 2 up @5000", "gsi 2 down @20000"}));
    }

    void edgesThatShareALineAreEachSeen() {
        Bench b;
        for (unsigned timer : {0U, 2U}) {
            b.put(config(timer), interrupt | route(2));
            b.put(comparator(timer), 100 * (timer + 1));
        }
        b.put(configuration, 1);
        b.advanceTo(5000);
        QCOMPARE(b.log, (Log{"gsi 2 up @1000", "gsi 2 down @3000", "gsi 2 up @3000"}));
    }

    void aPassedComparatorWaitsForTheCounterToComeRound_data() {
        QTest::addColumn<quint64>("mode");
        QTest::addColumn<quint64>("firesAt");
        QTest::newRow("32 bits") << quint64{narrow} << quint64{((uint64_t{1} << 32) + 50) * 10};
        QTest::newRow("64 bits") << quint64{0} << quint64{VirtualNs::never().value};
    }
    void aPassedComparatorWaitsForTheCounterToComeRound() {
        QFETCH(quint64, mode);
        QFETCH(quint64, firesAt);
        Bench b;
        b.put(configuration, 1);
        b.advanceTo(1000);
        b.put(config(1), interrupt | mode);
        b.put(comparator(1), 50);
        QCOMPARE(b.clock.timers().next(), VirtualNs{firesAt});
    }

    void periodicGoesOnFromItsFirstMatch() {
        Bench b;
        b.put(config(0), interrupt | periodic | valueSet | route(2));
        b.put(comparator(0), 300); // first match and period
        QCOMPARE(b.get(config(0)) & valueSet, uint64_t{0});
        b.put(comparator(0), 100); // the period alone
        b.put(configuration, 1);
        b.advanceTo(5000);
        QCOMPARE(b.log, (Log{"gsi 2 up @3000", "gsi 2 down @4000", "gsi 2 up @4000",
                             "gsi 2 down @5000", "gsi 2 up @5000"}));
        QCOMPARE(b.get(comparator(0)), uint64_t{600});
    }

    void periodicKeepsItsPhaseWhileInterruptsAreOff() {
        Bench b;
        b.put(config(0), periodic | valueSet);
        b.put(comparator(0), 100);
        b.put(configuration, 1);
        b.advanceTo(3450);
        QCOMPARE(b.get(comparator(0)), uint64_t{400});
        b.put(config(0), periodic | interrupt);
        QCOMPARE(b.clock.timers().next(), VirtualNs{4000});
    }

    void levelStaysUntilItsStatusIsCleared() {
        Bench b;
        b.put(config(1), interrupt | level | route(2));
        b.put(comparator(1), 100);
        b.put(configuration, 1);
        b.advanceTo(2000);
        QCOMPARE(b.get(status), uint64_t{2});
        b.put(status, 1); // another timer's
        QCOMPARE(b.log, (Log{"gsi 2 up @1000"}));
        b.put(status, 2);
        QCOMPARE(b.log, (Log{"gsi 2 up @1000", "gsi 2 down @2000"}));
        QCOMPARE(b.get(status), uint64_t{0});
    }

    void sharedLinesFallWithTheLastHolder() {
        Bench b;
        for (unsigned timer : {0U, 2U}) {
            b.put(config(timer), interrupt | level | route(2));
            b.put(comparator(timer), 100);
        }
        b.put(configuration, 1);
        b.advanceTo(1000);
        b.put(status, 1);
        QCOMPARE(b.log, (Log{"gsi 2 up @1000"}));
        b.put(config(2), level | route(2)); // interrupt switched off
        QCOMPARE(b.log, (Log{"gsi 2 up @1000", "gsi 2 down @1000"}));
    }

    void legacyReplacementTakesTheOldWires() {
        Bench b;
        for (unsigned timer = 0; timer < 3; ++timer) {
            b.put(config(timer), interrupt | route(11));
            b.put(comparator(timer), 100 * (timer + 1));
        }
        b.put(configuration, 3);
        QVERIFY(b.hpet.legacyReplacement());
        b.advanceTo(4000);
        b.hpet.reset();
        QCOMPARE(b.log, (Log{"legacy up @0", "irq0 up @1000", "irq8 up @2000", "gsi 11 up @3000",
                             "irq0 down @4000", "irq8 down @4000", "gsi 11 down @4000",
                             "legacy down @4000"}));
    }

    void a32BitComparatorMatchesTheLowHalf() {
        Bench b;
        b.put(counter, 0x5FFFFFFF0);
        b.put(config(0), interrupt | narrow | route(2));
        b.put(comparator(0), 0x1234567800000010);
        QCOMPARE(b.get(comparator(0)), uint64_t{0x10});
        b.put(configuration, 1);
        QCOMPARE(b.clock.timers().next(), VirtualNs{0x20 * 10});
    }

    void rewritingAtTheMatchLosesNothing() {
        Bench b;
        b.put(config(0), interrupt | route(2));
        b.put(comparator(0), 100);
        b.put(configuration, 1);
        b.clock.warpTo({1016}); // within the instruction at whose end it fires
        b.put(comparator(0), 400);
        b.advanceTo(10000);
        QCOMPARE(b.log, (Log{"gsi 2 up @1016", "gsi 2 down @4000", "gsi 2 up @4000"}));
    }

    void restoredStateGoesOn() {
        Bench a;
        a.put(config(0), interrupt | periodic | valueSet | route(2));
        a.put(comparator(0), 100);
        a.put(config(1), interrupt | level | route(5));
        a.put(comparator(1), 150);
        a.put(configuration, 1);
        a.advanceTo(1777);
        Archive out;
        a.clock.serialize(out);
        a.hpet.serialize(out);
        std::vector<uint8_t> saved = out.take();
        Bench b;
        Archive in(saved);
        b.clock.serialize(in);
        b.hpet.serialize(in);
        QVERIFY(!in.failed());
        Archive again;
        b.clock.serialize(again);
        b.hpet.serialize(again);
        QVERIFY(again.take() == saved);
        QVERIFY(b.log.empty()); // who hears the lines has a saved state of its own
        QCOMPARE(b.get(counter), a.get(counter));
        b.put(status, 2);
        b.advanceTo(2000);
        QCOMPARE(b.log, (Log{"gsi 5 down @1777", "gsi 2 down @2000", "gsi 2 up @2000"}));
    }
};

QTEST_APPLESS_MAIN(TestHpet)
#include "tst_hpet.moc"
