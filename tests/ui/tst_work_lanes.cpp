// SPDX-License-Identifier: GPL-3.0-or-later
// Where the bands of activities and samples go. Values only.
#include "tests/ui/run_values.h"
#include "ui/timeline/activity_bands.h"
#include "ui/timeline/flame_bands.h"

#include <QTest>

using namespace bootglass;

namespace {

constexpr ActivityKind initcall = ActivityKind::Initcall;

/// A pixel is 10 ns.
TimeAxis axis(uint64_t from = 0) {
    return {{{from}, {from + 1000}}, 0, 100};
}

std::vector<int> rowsOf(const std::vector<RunActivity> &activities) {
    const ActivityLayout layout = layOutActivities(activities);
    return {layout.rows.begin(), layout.rows.end()};
}

/// One of 10 ns each, its calls from the outermost.
SampleList samples(const std::vector<std::vector<uint32_t>> &stacks) {
    SampleList list;
    list.functions = {"start", "init", "probe", "delay", "[user] sh"};
    list.every = 10;
    for (size_t n = 0; n < stacks.size(); ++n) {
        SampleList::Stack stack;
        stack.sample.ns = {10 * (n + 1)};
        stack.sample.icount = {10 * (n + 1)};
        stack.frames = stacks[n];
        list.stacks.push_back(stack);
    }
    return list;
}

QString text(const FlameBand &band) {
    return QStringLiteral("%1 at %2: %3-%4 of %5")
        .arg(band.function)
        .arg(band.level)
        .arg(band.rect.left())
        .arg(band.rect.right())
        .arg(band.samples);
}

QStringList texts(const std::vector<FlameBand> &bands) {
    QStringList list;
    for (const FlameBand &band : bands)
        list << text(band);
    return list;
}

} // namespace

class TestWorkLanes : public QObject {
    Q_OBJECT

  private slots:
    void activitiesStandInTheFirstFreeRow() {
        QCOMPARE(rowsOf({makeActivity(initcall, 1, 0, 10), makeActivity(initcall, 2, 10, 20),
                         makeActivity(initcall, 3, 15, 30), makeActivity(initcall, 4, 20, 25)}),
                 (std::vector<int>{0, 0, 1, 0}));
    }
    void whatHappenedInAnotherStandsBelowIt() {
        // The parent is over already as its child ends; the row above is free, and not taken.
        QCOMPARE(rowsOf({makeActivity(initcall, 1, 0, 10), makeActivity(initcall, 2, 10, 20, 1),
                         makeActivity(initcall, 3, 12, 14, 2)}),
                 (std::vector<int>{0, 1, 2}));
    }
    void kindsHaveRowsOfTheirOwn() {
        const std::vector activities = {makeActivity(initcall, 1, 0, 100),
                                        makeActivity(ActivityKind::Process, 2, 0, 100, 1),
                                        makeActivity(ActivityKind::Process, 3, 0, 100)};
        const ActivityLayout layout = layOutActivities(activities);
        QCOMPARE(layout.depth[0], 1);
        QCOMPARE(layout.depth[size_t(ActivityKind::Process)], 2);
        QCOMPARE(layout.counts[size_t(ActivityKind::Process)], size_t{2});
    }
    void thereAreOnlySoManyRows() {
        std::vector<RunActivity> many;
        for (int64_t n = 1; n <= 50; ++n)
            many.push_back(makeActivity(initcall, n, uint64_t(n), 1000, n - 1));
        const ActivityLayout layout = layOutActivities(many);
        QCOMPARE(layout.depth[0], mostActivityRows);
        QCOMPARE(int(layout.rows.back()), mostActivityRows - 1);
    }

    void bandsAreWhereTheirTimeIs() {
        const std::vector activities = {makeActivity(initcall, 1, 0, 500),
                                        makeActivity(initcall, 2, 100, 200, 1),
                                        makeActivity(initcall, 3, 900, 5000)};
        const auto bands = activityBands(activities, layOutActivities(activities), initcall, axis(),
                                         QRect(0, 50, 100, 200));
        const int second = 50 + activityRowHeight + activityRowGap;
        QCOMPARE(bands.size(), size_t{3});
        QCOMPARE(bands[0].rect, QRect(0, 50, 50, activityRowHeight));
        QCOMPARE(bands[1].rect, QRect(10, second, 10, activityRowHeight));
        QCOMPARE(bands[2].rect, QRect(90, 50, 10, activityRowHeight)); // cut at the edge
        // Of a lane that is folded the first row is left; outside of the view there is nothing.
        QCOMPARE(activityBands(activities, layOutActivities(activities), initcall, axis(),
                               QRect(0, 50, 100, activityRowHeight))
                     .size(),
                 size_t{2});
        QVERIFY(activityBands(activities, layOutActivities(activities), initcall, axis(500),
                              QRect(0, 50, 100, 200))
                    .size() == 1);
    }
    void bandsOnOnePixelBecomeOne() {
        const std::vector activities = {
            makeActivity(initcall, 1, 100, 101), makeActivity(initcall, 2, 101, 104),
            makeActivity(initcall, 3, 104, 104), makeActivity(initcall, 4, 110, 200)};
        const auto bands = activityBands(activities, layOutActivities(activities), initcall, axis(),
                                         QRect(0, 0, 100, 100));
        QCOMPARE(bands.size(), size_t{2});
        QCOMPARE(bands[0].merged, 3U);
        QCOMPARE(bands[0].activity, size_t{1}); // the longest
        QCOMPARE(bands[0].rect.width(), 1);
        QCOMPARE(bands[1].rect.left(), 11);
    }

    void neighboursInOneCallAreOneBand() {
        const SampleList list = samples({{0, 1, 2}, {0, 1, 2}, {0, 1, 3}, {0, 1}, {0, 2, 3}});
        QCOMPARE(texts(flameBands(list, 0, axis(), QRect(0, 0, 100, 100))),
                 QStringList({"0 at 0: 0-4 of 5", "1 at 1: 0-3 of 4", "2 at 2: 0-1 of 2",
                              "3 at 2: 2-2 of 1", "2 at 1: 4-4 of 1", "3 at 2: 4-4 of 1"}));
    }
    void sameFunctionInAnotherCallIsAnotherBand() {
        const SampleList list = samples({{0, 3}, {1, 3}});
        QCOMPARE(texts(flameBands(list, 0, axis(), QRect(0, 0, 100, 100))),
                 QStringList({"0 at 0: 0-0 of 1", "3 at 1: 0-0 of 1", "1 at 0: 1-1 of 1",
                              "3 at 1: 1-1 of 1"}));
    }
    void idleTimeIsNoFunctions() {
        SampleList list = samples({{0}, {0}});
        list.stacks[1].sample.ns = {500}; // 480 ns of them asleep
        QCOMPARE(texts(flameBands(list, 0, axis(), QRect(0, 0, 100, 100))),
                 QStringList({"0 at 0: 0-0 of 1", "0 at 0: 49-49 of 1"}));
    }
    void rowsThatDoNotFitAreLeftOut() {
        const SampleList list = samples({{0, 1, 2}});
        QCOMPARE(flameBands(list, 0, axis(), QRect(0, 0, 100, flameRowHeight)).size(), size_t{1});
    }
    void rareDepthIsNoRow() {
        std::vector<std::vector<uint32_t>> stacks(99, {0, 1});
        stacks.push_back({0, 1, 2, 3});
        QCOMPARE(flameDepth(samples(stacks)), 2);
        QCOMPARE(flameDepth(samples({})), 0);
        QCOMPARE(flameDepth(samples({std::vector<uint32_t>(64, 0)})), mostFlameRows);
    }
};

QTEST_GUILESS_MAIN(TestWorkLanes)
#include "tst_work_lanes.moc"
