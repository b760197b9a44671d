// SPDX-License-Identifier: GPL-3.0-or-later
// Time to pixels and back, zooming and panning, ticks, and the history of views: values only.
#include "ui/base/number_format.h"
#include "ui/timeline/time_axis.h"
#include "ui/timeline/time_ticks.h"
#include "ui/timeline/view_history.h"

#include <QTest>

#include <random>

using namespace bootglass;

namespace {

constexpr TimeRange whole{{0}, {3'000'000'000}};

TimeRange range(uint64_t from, uint64_t to) {
    return {{from}, {to}};
}

} // namespace

class TestTimeAxis : public QObject {
    Q_OBJECT

  private slots:
    void pixelsAndTimesAreInverse_data() {
        QTest::addColumn<quint64>("from");
        QTest::addColumn<quint64>("length");
        QTest::addColumn<double>("width");
        QTest::newRow("a boot") << quint64(0) << quint64(46'000'000'000) << 1200.0;
        QTest::newRow("closest") << quint64(44'201'333'777) << quint64(200) << 1200.0;
        QTest::newRow("a pixel is a nanosecond") << quint64(5) << quint64(1000) << 1000.0;
        QTest::newRow("far") << quint64(1) << quint64(1'000'000'000'000'000) << 777.0;
        QTest::newRow("one pixel wide") << quint64(9) << quint64(12'345) << 1.0;
    }
    void pixelsAndTimesAreInverse() {
        QFETCH(quint64, from);
        QFETCH(quint64, length);
        QFETCH(double, width);
        const TimeAxis axis{range(from, from + length), 170, width};
        QCOMPARE(axis.pixelOf(axis.range.from), axis.left);
        QCOMPARE(axis.pixelOf(axis.range.to), axis.right());
        for (int step = 0; step <= 20; ++step) {
            const double pixel = axis.left + width * step / 20;
            const VirtualNs time = axis.timeAt(pixel);
            const double error = std::abs(axis.pixelOf(time) - pixel) * axis.unitsPerPixel();
            QVERIFY2(error <= 1 + double(length) * 1e-12, QByteArray::number(error));
            const TimeRange column = axis.pixelRange(pixel);
            QVERIFY(column.lengthNs() > 0);
            QVERIFY(column.from <= time && time <= column.to);
        }
    }
    void timesLeftOfZeroAreZero() {
        const TimeAxis axis{range(0, 1000), 100, 100};
        QCOMPARE(axis.timeAt(0), VirtualNs{0});
        QCOMPARE(axis.timeAt(-1e300), VirtualNs{0});
        QCOMPARE(axis.timeAt(qQNaN()), VirtualNs{0});
        QVERIFY(axis.timeAt(1e300) > VirtualNs{1000});
    }

    void clampingKeepsTheLength_data() {
        QTest::addColumn<TimeRange>("wanted");
        QTest::addColumn<TimeRange>("given");
        const auto row = [](const char *name, TimeRange wanted, TimeRange given) {
            QTest::newRow(name) << wanted << given;
        };
        row("inside", range(5000, 9000), range(5000, 9000));
        row("beyond the end", range(2'999'999'000, 3'000'001'000),
            range(2'999'998'000, 3'000'000'000));
        row("longer than the run", range(1000, 9'000'000'000), whole);
        row("shorter than the closest look", range(5000, 5001), range(5000, 5200));
        row("empty at the end", range(3'000'000'000, 3'000'000'000),
            range(2'999'999'800, 3'000'000'000));
        row("backwards", range(9000, 5000), range(9000, 9200));
    }
    void clampingKeepsTheLength() {
        QFETCH(TimeRange, wanted);
        QFETCH(TimeRange, given);
        QCOMPARE(clamped(wanted, whole), given);
    }
    void anEmptyRunHasAView() {
        QCOMPARE(clamped(range(0, 0), range(0, 0)), range(0, shortestViewNs));
        QCOMPARE(zoomed(range(0, 0), {0}, 0.5, range(0, 0)), range(0, shortestViewNs));
    }

    void zoomingKeepsTheCentreInItsPlace() {
        std::mt19937_64 dice(7);
        for (int i = 0; i < 2000; ++i) {
            const uint64_t from = dice() % 2'000'000'000;
            const TimeRange view = range(from, from + 1000 + dice() % 900'000'000);
            const VirtualNs centre = view.from + dice() % view.lengthNs();
            const double factor = 0.3 + double(dice() % 1000) / 500;
            const TimeRange after = zoomed(view, centre, factor, whole);
            const double before = double(centre - view.from) / double(view.lengthNs());
            if (after.from == whole.from || after.to == whole.to) continue; // held by an end
            const double now = double(centre - after.from) / double(after.lengthNs());
            QVERIFY2(std::abs(now - before) * double(after.lengthNs()) <= 2,
                     QByteArray::number(now - before));
        }
    }
    void zoomingHasEnds() {
        TimeRange view = whole;
        for (int i = 0; i < 200; ++i)
            view = zoomed(view, {1'234'567'890}, 0.7, whole);
        QCOMPARE(view.lengthNs(), shortestViewNs);
        QVERIFY(view.from <= VirtualNs{1'234'567'890} && view.to >= VirtualNs{1'234'567'890});
        for (int i = 0; i < 200; ++i)
            view = zoomed(view, {1'234'567'890}, 1 / 0.7, whole);
        QCOMPARE(view, whole);
    }
    void panningStopsAtTheEnds() {
        QCOMPARE(panned(range(1000, 2000), 0.5, whole), range(1500, 2500));
        QCOMPARE(panned(range(1000, 2000), -0.5, whole), range(500, 1500));
        QCOMPARE(panned(range(1000, 2000), -50, whole), range(0, 1000));
        QCOMPARE(panned(range(1000, 2000), 1e12, whole), range(2'999'999'000, 3'000'000'000));
    }
    void marginsStayInside() {
        QCOMPARE(withMargin(range(10'000, 20'000), 0.1, whole), range(9000, 21'000));
        QCOMPARE(withMargin(range(0, 10'000), 0.1, whole), range(0, 11'000));
        QCOMPARE(ordered({5}, {3}), range(3, 5));
    }

    // --- ticks

    void stepsAreNice_data() {
        QTest::addColumn<quint64>("length");
        QTest::addColumn<int>("most");
        QTest::addColumn<quint64>("step");
        QTest::newRow("a boot") << quint64(46'000'000'000) << 10 << quint64(5'000'000'000);
        QTest::newRow("milliseconds") << quint64(30'000'000) << 10 << quint64(5'000'000);
        QTest::newRow("closest") << quint64(200) << 10 << quint64(50);
        QTest::newRow("nothing") << quint64(0) << 10 << quint64(1);
        QTest::newRow("no room") << quint64(1000) << 0 << quint64(2000);
    }
    void stepsAreNice() {
        QFETCH(quint64, length);
        QFETCH(int, most);
        QFETCH(quint64, step);
        QCOMPARE(niceStep(length, most), uint64_t(step));
    }
    void ticksAreInTheRangeAndFew() {
        std::mt19937_64 dice(3);
        for (int i = 0; i < 3000; ++i) {
            const uint64_t from = dice() % 100'000'000'000;
            const uint64_t length = 200 + (dice() >> (dice() % 38 + 26));
            const int most = 2 + int(dice() % 15);
            const TimeTicks ticks = timeTicks(range(from, from + length), most);
            QVERIFY(ticks.ticks.size() <= size_t(most) + 1);
            QStringList labels;
            for (const TimeTick &tick : ticks.ticks) {
                QVERIFY(tick.at.value >= from && tick.at.value < from + length);
                QCOMPARE(tick.at.value % ticks.stepNs, uint64_t(0));
                labels << tick.label;
            }
            QCOMPARE(labels.removeDuplicates(), qsizetype(0)); // each tells its own time
        }
    }
    void ticksTellTheirTime_data() {
        QTest::addColumn<TimeRange>("shown");
        QTest::addColumn<QString>("base");
        QTest::addColumn<QStringList>("labels");
        const auto row = [](const char *name, TimeRange shown, QString base, QStringList labels) {
            QTest::newRow(name) << shown << base.replace(u' ', thinSpace)
                                << labels.replaceInStrings(" ", QString(thinSpace));
        };
        row("seconds", range(0, 3'000'000'000), "", {"0 s", "1 s", "2 s"});
        row("halves", range(900'000'000, 2'100'000'000), "", {"1.0 s", "1.5 s", "2.0 s"});
        row("milliseconds", range(1'000'000'000, 1'030'000'000), "",
            {"1.00 s", "1.01 s", "1.02 s"});
        row("microseconds in the first second", range(500'000, 530'000), "",
            {"0.50 ms", "0.51 ms", "0.52 ms"});
        row("nanoseconds", range(1'000, 1'300), "", {"1.0 µs", "1.1 µs", "1.2 µs"});
    }
    void ticksTellTheirTime() {
        QFETCH(TimeRange, shown);
        QFETCH(QString, base);
        QFETCH(QStringList, labels);
        const TimeTicks ticks = timeTicks(shown, 4);
        QStringList told;
        for (const TimeTick &tick : ticks.ticks)
            told << tick.label;
        QCOMPARE(told, labels);
        QCOMPARE(ticks.base, base);
    }
    void closeTicksCountFromABase() {
        const TimeTicks ticks = timeTicks(range(44'201'333'000, 44'201'363'000), 4);
        QString base = QStringLiteral("44 s +");
        QCOMPARE(ticks.base, base.replace(2, 1, thinSpace));
        QVERIFY2(ticks.ticks.front().label.startsWith(QStringLiteral("201.3")),
                 qPrintable(ticks.ticks.front().label));
    }

    // --- history

    void historyGoesBackAndForth() {
        ViewHistory history;
        QVERIFY(!history.canGoBack() && !history.canGoForward());
        QVERIFY(!history.back() && !history.forward());
        history.push(range(0, 1));
        history.push(range(0, 2));
        history.push(range(0, 2)); // twice is once
        history.push(range(0, 3));
        QCOMPARE(*history.back(), range(0, 2));
        QCOMPARE(*history.back(), range(0, 1));
        QVERIFY(!history.back());
        QCOMPARE(*history.forward(), range(0, 2));
        history.push(range(0, 9)); // what was ahead is forgotten
        QVERIFY(!history.canGoForward());
        QCOMPARE(*history.back(), range(0, 2));
    }
    void historyForgetsTheOldest() {
        ViewHistory history;
        for (uint64_t i = 0; i < 3 * ViewHistory::most; ++i)
            history.push(range(0, i));
        size_t steps = 0;
        while (history.back())
            ++steps;
        QCOMPARE(steps, ViewHistory::most - 1);
        history.clear();
        QVERIFY(!history.canGoForward());
    }
};

QTEST_GUILESS_MAIN(TestTimeAxis)
#include "tst_time_axis.moc"
