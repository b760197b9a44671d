// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/clock/timer_queue.h"

#include <QTest>

using namespace bootglass;

namespace {

/// Four timers that write down who fired.
struct Bench {
    TimerQueue queue;
    std::vector<size_t> fired;
    std::vector<TimerId> ids;

    Bench() {
        for (size_t i = 0; i < 4; ++i)
            ids.push_back(
                queue.add("timer " + std::to_string(i), [this, i] { fired.push_back(i); }));
    }
    void arm(size_t timer, uint64_t ns) { queue.arm(ids[timer], VirtualNs{ns}); }
};

struct Log : TimerObserver {
    QStringList lines;
    void timerArmed(TimerId timer, VirtualNs deadline) override {
        lines << QString("armed %1 %2").arg(int(timer)).arg(deadline.value);
    }
    void timerCancelled(TimerId timer) override {
        lines << QString("cancelled %1").arg(int(timer));
    }
    void timerFired(TimerId timer, VirtualNs deadline) override {
        lines << QString("fired %1 %2").arg(int(timer)).arg(deadline.value);
    }
};

} // namespace

class TestTimerQueue : public QObject {
    Q_OBJECT
  private slots:
    void timersAreKnownByTheirOrderOfRegistration() {
        Bench b;
        QCOMPARE(b.queue.size(), size_t{4});
        QCOMPARE(int(b.ids[2]), 2);
        QCOMPARE(b.queue.name(b.ids[2]), std::string("timer 2"));
        QVERIFY(!b.queue.armed(b.ids[2]));
        QVERIFY(b.queue.next() == VirtualNs::never());
    }

    void nothingFiresBeforeItsDeadline() {
        Bench b;
        b.arm(1, 100);
        b.queue.fireDue(VirtualNs{99});
        QVERIFY(b.fired.empty());
        QVERIFY(b.queue.armed(b.ids[1]));
        b.queue.fireDue(VirtualNs{100});
        QCOMPARE(b.fired, std::vector<size_t>{1});
        QVERIFY(!b.queue.armed(b.ids[1]));
        QVERIFY(b.queue.next() == VirtualNs::never());
    }

    void dueTimersFireInOrderOfTheirDeadlines() {
        Bench b;
        b.arm(0, 30);
        b.arm(1, 10);
        b.arm(2, 20);
        b.arm(3, 41);
        QVERIFY(b.queue.next() == VirtualNs{10});
        b.queue.fireDue(VirtualNs{40});
        QCOMPARE(b.fired, (std::vector<size_t>{1, 2, 0}));
        QVERIFY(b.queue.next() == VirtualNs{41});
    }

    void tiesFireInTheOrderOfArming() {
        Bench b;
        for (size_t timer : {2, 0, 3, 1})
            b.arm(timer, 50);
        b.arm(0, 50); // anew: it goes to the end of the queue
        b.queue.fireDue(VirtualNs{50});
        QCOMPARE(b.fired, (std::vector<size_t>{2, 3, 1, 0}));
    }

    void armingAnewMovesTheDeadlineBothWays() {
        Bench b;
        b.arm(0, 50);
        b.arm(0, 80);
        QVERIFY(b.queue.next() == VirtualNs{80});
        b.arm(0, 20);
        QVERIFY(b.queue.next() == VirtualNs{20});
        b.queue.fireDue(VirtualNs{100});
        QCOMPARE(b.fired, std::vector<size_t>{0});
    }

    void cancelledTimersStaySilent() {
        Bench b;
        b.arm(0, 10);
        b.arm(1, 20);
        b.queue.cancel(b.ids[0]);
        QVERIFY(b.queue.next() == VirtualNs{20});
        b.queue.cancel(b.ids[0]); // twice does no harm
        b.queue.fireDue(VirtualNs{30});
        QCOMPARE(b.fired, std::vector<size_t>{1});
    }

    void armingForNeverIsCancelling() {
        Bench b;
        b.arm(0, 10);
        b.queue.arm(b.ids[0], VirtualNs::never());
        QVERIFY(!b.queue.armed(b.ids[0]));
        QVERIFY(b.queue.next() == VirtualNs::never());
        b.queue.fireDue(VirtualNs{1000});
        QVERIFY(b.fired.empty());
    }

    void aCallbackMayArmItsOwnTimerAgain() {
        TimerQueue queue;
        std::vector<uint64_t> at;
        TimerId periodic{};
        uint64_t deadline = 10;
        periodic = queue.add("periodic", [&] {
            at.push_back(deadline);
            QVERIFY(!queue.armed(periodic)); // disarmed before its callback runs
            queue.arm(periodic, VirtualNs{deadline += 10});
        });
        queue.arm(periodic, VirtualNs{deadline});
        queue.fireDue(VirtualNs{35});
        QCOMPARE(at, (std::vector<uint64_t>{10, 20, 30}));
        QVERIFY(queue.next() == VirtualNs{40});
    }

    void whatACallbackArmsForNowOrEarlierFiresAtOnce() {
        TimerQueue queue;
        std::string order;
        TimerId late = queue.add("late", [&] { order += 'l'; });
        TimerId past = queue.add("past", [&] { order += 'p'; });
        TimerId first = queue.add("first", [&] {
            order += 'f';
            queue.arm(late, VirtualNs{50});
            queue.arm(past, VirtualNs{5});
        });
        queue.arm(first, VirtualNs{50});
        queue.fireDue(VirtualNs{50});
        QCOMPARE(order, std::string("fpl"));
    }

    void aCallbackMayCancelWhatIsDue() {
        TimerQueue queue;
        bool fired = false;
        TimerId other = queue.add("other", [&] { fired = true; });
        TimerId first = queue.add("first", [&] { queue.cancel(other); });
        queue.arm(first, VirtualNs{1});
        queue.arm(other, VirtualNs{2});
        queue.fireDue(VirtualNs{3});
        QVERIFY(!fired);
    }

    void theObserverHearsOfEveryChange() {
        Bench b;
        Log log;
        b.queue.setObserver(&log);
        b.arm(0, 10);
        b.arm(1, 20);
        b.queue.cancel(b.ids[1]);
        b.queue.cancel(b.ids[1]); // no change
        b.queue.fireDue(VirtualNs{15});
        QCOMPARE(log.lines, (QStringList{"armed 0 10", "armed 1 20", "cancelled 1", "fired 0 10"}));
    }

    void theClockHearsOfTheEarliestDeadlineOnly() {
        Bench b;
        int changes = 0;
        b.queue.setDeadlineChanged([&] { ++changes; });
        b.arm(0, 50);
        QCOMPARE(changes, 1);
        b.arm(1, 60);
        QCOMPARE(changes, 1);
        b.arm(2, 40);
        QCOMPARE(changes, 2);
        b.queue.cancel(b.ids[1]);
        QCOMPARE(changes, 2);
        b.queue.cancel(b.ids[2]);
        QCOMPARE(changes, 3);
    }

    void aRestoredQueueFiresAlike() {
        Bench b;
        b.arm(3, 20);
        b.arm(1, 20);
        b.arm(0, 30);
        Archive saved;
        b.queue.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();

        Bench other;
        other.arm(2, 1); // forgotten by the restore
        Archive loading(bytes);
        other.queue.serialize(loading);
        QVERIFY2(!loading.failed(), loading.error().c_str());
        QVERIFY(other.queue.next() == VirtualNs{20});
        other.arm(2, 20); // armed after what was saved: it is last of the tie
        other.queue.fireDue(VirtualNs{30});
        QCOMPARE(other.fired, (std::vector<size_t>{3, 1, 2, 0}));
    }

    void aMachineWithOtherTimersIsRefused() {
        Bench b;
        Archive saved;
        b.queue.serialize(saved);
        std::vector<uint8_t> bytes = saved.take();
        TimerQueue other;
        other.add("one", [] {});
        Archive loading(bytes);
        other.serialize(loading);
        QVERIFY(loading.failed());
    }
};

QTEST_APPLESS_MAIN(TestTimerQueue)
#include "tst_timer_queue.moc"
