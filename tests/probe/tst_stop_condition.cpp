// SPDX-License-Identifier: GPL-3.0-or-later
// When a run ends: points that are known ahead, those that are seen, and idleness.
#include "emulator/probe/stop_condition.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

class StopConditionTest : public QObject {
    Q_OBJECT

  private slots:
    void limitIsTheNearestCountOrTime_data();
    void limitIsTheNearestCountOrTime();
    void countIsReachedAtItsCount();
    void timeIsReachedAtTheFirstCountThatIsNotBefore();
    void jumpOfTheClockBringsATimeNearer();
    void markerAndPhaseAreReachedWhenSeen();
    void firstOfSeveralCounts();
    void idlenessAddsUpOverTicks();
    void workEndsAStretchOfIdleness();
    void savedInMidStretchGoesOn();
};

namespace {

std::vector<When> whens(std::initializer_list<const char *> texts) {
    std::vector<When> all;
    for (const char *text : texts)
        all.push_back(*parseWhen(text).when);
    return all;
}

StopCondition stopAt(std::initializer_list<const char *> texts, unsigned shift = 3) {
    return StopCondition(whens(texts), shift);
}

constexpr uint64_t ms = 1'000'000;

/// A guest that executes and halts in turn, on a clock of 8 ns per instruction.
struct Guest {
    explicit Guest(StopCondition &stop) : stop(stop) {}

    void work(uint64_t ns) {
        icount = icount + ns / 8;
        now = now + ns;
    }
    /// True if the machine must stop when it wakes.
    bool halt(uint64_t ns) {
        now = now + ns;
        return stop.event({.icount = icount, .ns = now, .kind = EventKind::Wake, .value = ns});
    }

    StopCondition &stop;
    Icount icount;
    VirtualNs now;
};

} // namespace

void StopConditionTest::limitIsTheNearestCountOrTime_data() {
    QTest::addColumn<QStringList>("points");
    QTest::addColumn<quint64>("icount");
    QTest::addColumn<quint64>("ns");
    QTest::addColumn<quint64>("limit");
    QTest::newRow("nothing") << QStringList{"reset"} << quint64{5} << quint64{40}
                             << quint64{UINT64_MAX};
    QTest::newRow("count") << QStringList{"icount:100"} << quint64{5} << quint64{40}
                           << quint64{100};
    QTest::newRow("two counts") << QStringList{"icount:100", "icount:70"} << quint64{5}
                                << quint64{40} << quint64{70};
    QTest::newRow("time") << QStringList{"time:80ns"} << quint64{5} << quint64{40} << quint64{10};
    QTest::newRow("time between two counts")
        << QStringList{"time:81ns"} << quint64{5} << quint64{40} << quint64{11};
    QTest::newRow("time after idleness")
        << QStringList{"time:80ns"} << quint64{1} << quint64{64} << quint64{3};
    QTest::newRow("time that is over")
        << QStringList{"time:8ns"} << quint64{5} << quint64{40} << quint64{5};
    QTest::newRow("time before a count")
        << QStringList{"icount:100", "time:80ns"} << quint64{5} << quint64{40} << quint64{10};
}

void StopConditionTest::limitIsTheNearestCountOrTime() {
    QFETCH(QStringList, points);
    QFETCH(quint64, icount);
    QFETCH(quint64, ns);
    QFETCH(quint64, limit);
    std::vector<When> all;
    for (const QString &point : points)
        all.push_back(*parseWhen(point.toStdString()).when);
    StopCondition stop(all, 3);
    QCOMPARE(quint64{stop.limit({icount}, {ns}).value}, limit);
}

void StopConditionTest::countIsReachedAtItsCount() {
    const StopCondition stop = stopAt({"icount:100"});
    QCOMPARE(stop.reached({99}, {792}), std::string());
    QCOMPARE(stop.reached({100}, {800}), std::string("icount:100"));
}

void StopConditionTest::timeIsReachedAtTheFirstCountThatIsNotBefore() {
    StopCondition stop = stopAt({"time:81ns"});
    const Icount limit = stop.limit({}, {});
    QCOMPARE(quint64{limit.value}, quint64{11});
    QCOMPARE(stop.reached({10}, {80}), std::string());
    QCOMPARE(stop.reached({11}, {88}), std::string("time:81ns"));
}

void StopConditionTest::jumpOfTheClockBringsATimeNearer() {
    StopCondition stop = stopAt({"time:10ms"});
    Guest guest(stop);
    QCOMPARE(quint64{stop.limit(guest.icount, guest.now).value}, quint64{10 * ms / 8});
    QVERIFY(guest.halt(4 * ms)); // the limit that was given is too far now
    QCOMPARE(stop.reached(guest.icount, guest.now), std::string());
    QCOMPARE(quint64{stop.limit(guest.icount, guest.now).value}, quint64{6 * ms / 8});
}

void StopConditionTest::markerAndPhaseAreReachedWhenSeen() {
    StopCondition stop = stopAt({"marker:shell", "phase:kernel/drivers"});
    QVERIFY(!stop.marker("shel"));
    QVERIFY(!stop.phaseStarted("kernel"));
    QCOMPARE(stop.reached({5}, {40}), std::string());
    QVERIFY(stop.phaseStarted("kernel/drivers"));
    QCOMPARE(stop.reached({5}, {40}), std::string("phase:kernel/drivers"));
    StopCondition other = stopAt({"marker:shell", "phase:kernel/drivers"});
    QVERIFY(!other.phaseStarted("shell"));
    QVERIFY(other.marker("shell"));
    QCOMPARE(other.reached({5}, {40}), std::string("marker:shell"));
}

void StopConditionTest::firstOfSeveralCounts() {
    StopCondition stop = stopAt({"marker:a", "marker:b"});
    QVERIFY(stop.marker("b"));
    QVERIFY(stop.marker("a"));
    QCOMPARE(stop.reached({5}, {40}), std::string("marker:b"));
}

void StopConditionTest::idlenessAddsUpOverTicks() {
    StopCondition stop = stopAt({"idle:20ms"});
    Guest guest(stop);
    guest.work(500 * ms);
    for (int tick = 0; tick < 4; tick++) {
        QVERIFY(!guest.halt(4 * ms));
        guest.work(8000); // a tick that finds nothing to do
    }
    QVERIFY(guest.halt(4 * ms));
    QCOMPARE(stop.reached(guest.icount, guest.now), std::string("idle:20ms"));
}

void StopConditionTest::workEndsAStretchOfIdleness() {
    StopCondition stop = stopAt({"idle:20ms"});
    Guest guest(stop);
    QVERIFY(!guest.halt(16 * ms));
    guest.work(3 * ms);
    QVERIFY(!guest.halt(16 * ms)); // the stretch starts anew with this halt
    QVERIFY(guest.halt(4 * ms));
}

void StopConditionTest::savedInMidStretchGoesOn() {
    StopCondition stop = stopAt({"idle:20ms"});
    Guest guest(stop);
    guest.halt(16 * ms);
    const std::vector<uint8_t> saved = savedState(stop);
    StopCondition restored = stopAt({"idle:20ms"});
    QCOMPARE(restoreState(saved, restored), std::string());
    QCOMPARE(savedState(restored), saved);
    QVERIFY(restored.event({.icount = guest.icount,
                            .ns = guest.now + 4 * ms,
                            .kind = EventKind::Wake,
                            .value = 4 * ms}));
    QVERIFY(refusesTruncations(saved, restored));
}

QTEST_GUILESS_MAIN(StopConditionTest)
#include "tst_stop_condition.moc"
