// SPDX-License-Identifier: GPL-3.0-or-later
// What a lane is painted from: which lanes there are, where bands, flags and bars go. Values only.
#include "tests/ui/run_values.h"
#include "ui/base/number_format.h"
#include "ui/timeline/bin_sampling.h"
#include "ui/timeline/flame_bands.h"
#include "ui/timeline/lane_plan.h"
#include "ui/timeline/marker_layout.h"
#include "ui/timeline/note_lane.h"
#include "ui/timeline/phase_bands.h"
#include "ui/timeline/strip_image.h"

#include <QTest>

#include <numeric>
#include <random>

using namespace bootglass;

namespace {

Bin bin(uint64_t count) {
    Bin result;
    result.count = count;
    return result;
}

uint64_t total(std::span<const Bin> bins) {
    return std::accumulate(bins.begin(), bins.end(), uint64_t{0},
                           [](uint64_t sum, const Bin &b) { return sum + b.count; });
}

std::vector<uint64_t> counts(std::span<const Bin> bins) {
    std::vector<uint64_t> result;
    for (const Bin &b : bins)
        result.push_back(b.count);
    return result;
}

RunTrack track(TrackKind kind, uint16_t number, const std::string &label, uint64_t count) {
    return {{kind, number}, label, count, 0};
}

} // namespace

class TestLanes : public QObject {
    Q_OBJECT

  private slots:
    // --- bins

    void binsThatFitAreTakenOneByOne() {
        const std::vector<Bin> bins = {bin(1), bin(2), bin(3), bin(4)};
        const TimeRange range{{1000}, {1400}};
        QCOMPARE(counts(sampledBins(bins, range, range, 4)), (std::vector<uint64_t>{1, 2, 3, 4}));
        // Panned by a bin: what is outside is empty.
        QCOMPARE(counts(sampledBins(bins, range, {{1100}, {1500}}, 4)),
                 (std::vector<uint64_t>{2, 3, 4, 0}));
        QCOMPARE(counts(sampledBins(bins, range, {{800}, {1200}}, 4)),
                 (std::vector<uint64_t>{0, 0, 1, 2}));
        // Zoomed in: repeated.
        QCOMPARE(counts(sampledBins(bins, range, {{1100}, {1200}}, 4)),
                 (std::vector<uint64_t>{2, 2, 2, 2}));
    }
    void zoomedOutNothingIsLostOrCountedTwice() {
        std::mt19937_64 dice(11);
        for (int i = 0; i < 500; ++i) {
            std::vector<Bin> bins(1 + dice() % 3000);
            for (Bin &b : bins)
                b = bin(dice() % 100);
            const TimeRange range{{dice() % 1'000'000}, {2'000'000 + dice() % 1'000'000'000}};
            const uint64_t air = range.lengthNs() / 10;
            const TimeRange view{{range.from.value - std::min(range.from.value, air)},
                                 range.to + air};
            const auto columns = static_cast<int>(1 + dice() % bins.size());
            const auto shown = sampledBins(bins, range, view, columns);
            QCOMPARE(shown.size(), size_t(columns));
            const double perColumn = double(view.lengthNs()) / columns;
            if (perColumn > double(range.lengthNs()) / double(bins.size()) * 1.01)
                QCOMPARE(total(shown), total(bins));
        }
    }
    void emptyPicturesAreEmpty() {
        QVERIFY(sampledBins({}, {{0}, {100}}, {{0}, {100}}, 0).empty());
        QCOMPARE(total(sampledBins({}, {{0}, {100}}, {{0}, {100}}, 5)), uint64_t{0});
        const std::vector<Bin> one = {bin(5)};
        QCOMPARE(total(sampledBins(one, {{100}, {100}}, {{0}, {100}}, 5)), uint64_t{0});
        QCOMPARE(sampledBins(one, {{0}, {100}}, {{0}, {100}}, -3).size(), size_t{0});
    }
    void sharesAreMergedToo() {
        std::vector<ModeShare> shares(10);
        for (ModeShare &share : shares)
            share = {1, 0, 2, 3, 4};
        const TimeRange range{{0}, {100}};
        const auto merged = sampledShares(shares, range, range, 5);
        QCOMPARE(merged[2], (ModeShare{2, 0, 4, 6, 8}));
    }
    void sumsGoColumnByColumn() {
        std::vector<Bin> sum = {bin(1)};
        addBins(sum, std::vector<Bin>{bin(2), bin(3)});
        QCOMPARE(counts(sum), (std::vector<uint64_t>{3, 3}));
    }
    void wingsAreWholeColumnsWithinTheRun() {
        const TimeRange whole{{0}, {1'000'000}};
        unsigned columns = 100;
        const TimeRange middle = withWings({{400'000}, {500'000}}, whole, columns);
        QCOMPARE(middle, (TimeRange{{300'000}, {600'000}}));
        QCOMPARE(columns, 300U);
        columns = 100;
        QCOMPARE(withWings(whole, whole, columns), whole);
        QCOMPARE(columns, 100U);
        columns = 100;
        const TimeRange edge = withWings({{5'500}, {105'500}}, whole, columns);
        QCOMPARE(edge.from, VirtualNs{500}); // five columns of 1000 ns fit
        QCOMPARE(columns, 205U);
    }

    // --- the plan of lanes

    void lanesFollowFromWhatTheRunHolds() {
        const std::vector<RunPhase> phases = {makePhase(1, "kernel", 0, 1000),
                                              makePhase(2, "kernel/early", 0, 500)};
        const std::vector<RunMarker> markers = {makeMarker(1, "reset", 0)};
        const std::vector<RunTrack> tracks = {
            track(TrackKind::CpuShare, 2, "kernel", 9),
            track(TrackKind::IrqLine, 0, "IRQ 0 timer", 500),
            track(TrackKind::IrqLine, 4, "IRQ 4 COM1", 40),
            track(TrackKind::Timer, 1, "8254 channel 0", 1000),
            track(TrackKind::MmioDevice, 0, "local APIC", 12'345),
        };
        const auto plan = lanePlan({phases, markers, tracks, 2 * nsPerSecond});
        QStringList keys;
        for (const LaneGroup &group : plan)
            keys << group.key;
        QCOMPARE(keys, (QStringList{"phases", "markers", "modes", "irq", "timer", "io"}));
        QCOMPARE(plan[0].lanes[0].note, QStringLiteral("2 levels"));
        QVERIFY(plan[0].foldable);
        QCOMPARE(plan[3].lanes.size(), size_t{2});
        QCOMPARE(plan[3].note, QStringLiteral("540"));
        QCOMPARE(plan[3].summary.tracks.size(), size_t{2}); // folded, it shows both
        QCOMPARE(plan[4].lanes[0].note, rate(250));         // armed and fired: two events each
        QCOMPARE(plan[5].lanes[0].note, shortCount(12'345));
    }
    void aTimersNoteTellsItsPeriod() {
        RunTrack timer = track(TrackKind::Timer, 1, "local APIC", 1000);
        timer.busyNs = 500 * 4'000'000ULL;
        const std::vector tracks = {timer};
        const auto plan = lanePlan({{}, {}, tracks, 2 * nsPerSecond});
        QCOMPARE(plan[1].lanes[0].note, duration(4'000'000) + u" · " + rate(250));
    }
    void theBusiestAddressSpacesHaveLanesAndTheOthersShareOne() {
        std::vector<RunTrack> tracks;
        for (uint16_t n = 0; n < 40; ++n) {
            tracks.push_back(track(TrackKind::AddressSpace, n, "space", 2));
            tracks.back().busyNs = n * 1000ULL;
        }
        const auto plan = lanePlan({{}, {}, tracks, 100'000});
        QCOMPARE(plan[1].key, QStringLiteral("space"));
        QCOMPARE(plan[1].lanes.size(), size_t{11});
        QCOMPARE(plan[1].lanes[0].tracks.front().number, uint16_t{39});
        QCOMPARE(plan[1].lanes[0].note, percent(0.39));
        QCOMPARE(plan[1].lanes[10].label, QStringLiteral("30 others"));
        QCOMPARE(plan[1].lanes[10].tracks.size(), size_t{30});
    }
    void workHasItsLanes() {
        const std::vector activities = {makeActivity(ActivityKind::Initcall, 1, 0, 10),
                                        makeActivity(ActivityKind::Process, 2, 5, 15),
                                        makeActivity(ActivityKind::Process, 3, 6, 9)};
        LaneSource source;
        source.activities = layOutActivities(activities);
        source.flameDepth = 4;
        QStringList keys;
        const auto plan = lanePlan(source);
        for (const LaneGroup &group : plan)
            keys << group.key;
        QCOMPARE(keys, (QStringList{"initcalls", "processes", "modes", "samples"}));
        QVERIFY(!plan[0].foldable && plan[1].foldable && plan[3].foldable);
        QCOMPARE(plan[1].lanes[0].note, QStringLiteral("2"));
        QCOMPARE(plan[1].lanes[0].height, 2 * activityRowHeight + activityRowGap);
        QCOMPARE(plan[1].summary.height, activityRowHeight);
        QCOMPARE(plan[3].lanes[0].height, 4 * flameRowHeight + 3 * flameRowGap);
    }
    void anEmptyRunHasItsCpu() {
        const auto plan = lanePlan({{}, {}, {}, 0});
        QCOMPARE(plan.size(), size_t{1});
        QCOMPARE(plan[0].key, QStringLiteral("modes"));
    }
    void rowsDoNotOverlapWhateverIsFolded() {
        std::vector<RunTrack> tracks;
        for (uint16_t i = 0; i < 20; ++i) {
            tracks.push_back(track(TrackKind::IrqLine, i, "line", 1));
            tracks.push_back(track(TrackKind::PortDevice, i, "device", 1));
        }
        const std::vector<RunPhase> phases = {makePhase(1, "a", 0, 9), makePhase(2, "a/b", 0, 9)};
        const auto plan = lanePlan({phases, {}, tracks, 100});
        int open = 0;
        for (const std::set<QString> &folded :
             {std::set<QString>{}, {"irq"}, {"irq", "io", "phases"}, {"nowhere"}}) {
            const LaneLayout layout = layOut(plan, folded);
            int y = 0;
            for (const LaneRow &row : layout.rows) {
                QVERIFY(row.top >= y);
                QVERIFY(row.height > 0);
                y = row.bottom();
                QCOMPARE(layout.rowAt(row.top), &row);
                QCOMPARE(layout.rowAt(row.bottom() - 1), &row);
                const Lane *lane = laneOf(row, plan);
                QCOMPARE(lane == nullptr, row.lane < 0 && !row.folded);
            }
            QVERIFY(layout.height >= y);
            QVERIFY(!layout.rowAt(-1) && !layout.rowAt(layout.height));
            if (folded.empty()) open = layout.height;
            if (folded.contains("irq")) QVERIFY(layout.height < open - 19 * 18);
        }
    }

    // --- marker flags

    void flagsAndNamesDoNotOverlap() {
        std::mt19937_64 dice(5);
        for (int round = 0; round < 300; ++round) {
            std::vector<RunMarker> markers(1 + dice() % 40);
            std::vector<int> widths;
            std::vector<uint64_t> times;
            for (size_t i = 0; i < markers.size(); ++i)
                times.push_back(dice() % 1'000'000);
            std::ranges::sort(times);
            for (size_t i = 0; i < markers.size(); ++i) {
                markers[i] = makeMarker(int64_t(i), "m", times[i]);
                widths.push_back(int(10 + dice() % 120));
            }
            const TimeAxis axis{{{0}, {1'000'000}}, 170, 900};
            const MarkerRoom room{170, 1069, markerRows};
            const auto flags = layOutMarkers(markers, widths, axis, room);
            std::vector<std::tuple<int, int, int>> taken; // row, from, to
            for (const MarkerFlag &flag : flags) {
                QVERIFY(flag.row >= 0 && flag.row < room.rows);
                QVERIFY(flag.x >= room.left && flag.x <= room.right);
                int from = flag.atLeft ? flag.x - flagWidth : flag.x;
                int to = flag.atLeft ? flag.x : flag.x + flagWidth;
                if (flag.named) {
                    from = std::min(from, flag.nameLeft);
                    to = std::max(to, flag.nameLeft + flag.nameWidth);
                    QVERIFY(flag.nameLeft >= room.left);
                    QVERIFY(flag.nameLeft + flag.nameWidth <= room.right + 1);
                }
                for (const auto &[row, otherFrom, otherTo] : taken)
                    QVERIFY(row != flag.row || to <= otherFrom || from >= otherTo);
                taken.emplace_back(flag.row, from, to);
            }
        }
    }
    void theLastMarkerIsSeen() {
        const std::vector<RunMarker> markers = {makeMarker(1, "prompt", 1'000'000)};
        const std::vector<int> widths = {60};
        const TimeAxis axis{{{0}, {1'000'000}}, 0, 500};
        const auto flags = layOutMarkers(markers, widths, axis, {0, 499});
        QCOMPARE(flags.size(), size_t{1});
        QVERIFY(flags[0].named && flags[0].atLeft);
        QCOMPARE(flags[0].x, 499);
    }
    void markersOutsideAreLeftOut() {
        const std::vector<RunMarker> markers = {makeMarker(1, "a", 5), makeMarker(2, "b", 5000)};
        const TimeAxis axis{{{1000}, {2000}}, 0, 500};
        QVERIFY(layOutMarkers(markers, std::vector<int>{10, 10}, axis, {0, 499}).empty());
    }

    // --- phase bands

    void bandsNestAndStayInside() {
        const std::vector<RunPhase> phases = {
            makePhase(1, "firmware", 0, 10'000), makePhase(2, "firmware/post", 0, 4'000),
            makePhase(3, "kernel", 10'000, 100'000), makePhase(4, "kernel/early", 10'000, 50'000)};
        const TimeAxis axis{{{0}, {800'000}}, 100, 800};
        const QRect area(100, 50, 800, 2 * phaseRowHeight + phaseRowGap);
        const auto bands = phaseBands(phases, axis, area);
        QCOMPARE(bands.size(), size_t{4});
        QCOMPARE(bands[0].rect, QRect(100, 50, 80, phaseRowHeight));
        QCOMPARE(bands[2].rect, QRect(180, 50, 720, phaseRowHeight));
        QCOMPARE(bands[3].rect, QRect(180, 50 + phaseRowHeight + phaseRowGap, 320, phaseRowHeight));
        // One level alone: folded.
        const auto top = phaseBands(phases, axis, QRect(100, 50, 800, phaseRowHeight));
        QCOMPARE(top.size(), size_t{2});
        // A close view cuts bands at its ends.
        const auto close = phaseBands(phases, {{{400'000}, {480'000}}, 100, 800}, area);
        QCOMPARE(close.size(), size_t{1}); // kernel/early ends where the view begins
        QCOMPARE(close[0].rect, QRect(100, 50, 800, phaseRowHeight));
    }
    void shortPhasesHaveAPixelAndAreDrawnOnce() {
        std::vector<RunPhase> phases;
        for (int64_t i = 0; i < 1000; ++i)
            phases.push_back(makePhase(i, std::string("p").append(std::to_string(i)), uint64_t(i),
                                       uint64_t(i) + 1));
        const TimeAxis axis{{{0}, {8'000'000}}, 0, 100};
        const auto bands = phaseBands(phases, axis, QRect(0, 0, 100, phaseRowHeight));
        QVERIFY(bands.size() <= 2);
        QVERIFY(bands[0].rect.width() >= 1);
    }

    // --- strips

    void barsGrowWithTheRootAndNeverVanish() {
        QCOMPARE(barHeight(0, 100, 18, 3), 0);
        QCOMPARE(barHeight(100, 100, 18, 3), 18);
        QCOMPARE(barHeight(25, 100, 18, 3), 9);
        QCOMPARE(barHeight(1, 100'000'000, 18, 3), 3);
        QCOMPARE(barHeight(5, 5, 2, 3), 2);
        QCOMPARE(barHeight(UINT64_MAX, UINT64_MAX, 18, 3), 18);
    }
    void densityHasItsColumns() {
        std::vector<Bin> bins = {bin(0), bin(100), bin(25)};
        bins[0].busyNs = 50;
        const QImage image = densityStrip(bins, 16, Qt::blue);
        QCOMPARE(image.size(), QSize(3, 16));
        QVERIFY(image.pixelColor(0, 15).alpha() > 0); // busy: pale
        QVERIFY(image.pixelColor(0, 15).alpha() < 100);
        QCOMPARE(image.pixelColor(1, 0), QColor(Qt::blue));
        QCOMPARE(image.pixelColor(2, 0).alpha(), 0);
        QCOMPARE(image.pixelColor(2, 8), QColor(Qt::blue));
        QCOMPARE(image.pixelColor(2, 15), QColor(Qt::blue));
    }
    void sharesFillTheLane() {
        const std::vector<ModeShare> shares = {{1, 0, 0, 0, 0}, {0, 0, 1, 1, 0}, {}};
        const Theme &theme = Theme::light();
        const QImage image = modeStrip(shares, 10, theme);
        for (int y = 0; y < 10; ++y) {
            QCOMPARE(image.pixelColor(0, y), shareColour(CpuShare::Firmware, theme));
            QCOMPARE(image.pixelColor(1, y),
                     shareColour(y < 5 ? CpuShare::User : CpuShare::Kernel, theme));
            QCOMPARE(image.pixelColor(2, y).alpha(), 0); // nothing is known
        }
    }
    void costsFillTheLane() {
        const std::vector<HostCost> costs = {{{0, 1, 0, 0, 1}}, {}};
        const Theme &theme = Theme::darkOne();
        const QImage image = costStrip(costs, 10, theme);
        for (int y = 0; y < 10; ++y) {
            QCOMPARE(image.pixelColor(0, y),
                     costColour(y < 5 ? HostActivity::Record : HostActivity::Execute, theme));
            QCOMPARE(image.pixelColor(1, y).alpha(), 0);
        }
    }
    void costHasALaneIfTheRunTellsIt() {
        const auto has = [](uint64_t hostNs) {
            const auto plan = lanePlan({{}, {}, {}, 100, hostNs});
            return std::ranges::find(plan, QString("host"), &LaneGroup::key) != plan.end();
        };
        QVERIFY(!has(0));
        QVERIFY(has(5));
    }

    void titlesOfNotesDoNotCoverEachOther() {
        const TimeAxis axis{{{0}, {1000}}, 0, 1000};
        const std::vector<RunNote> notes{{1, {{100}, {100}}, "first", ""},
                                         {2, {{120}, {400}}, "second", ""},
                                         {3, {{500}, {500}}, "third", ""},
                                         {4, {{995}, {995}}, "at the edge", ""}};
        const std::vector<int> widths{60, 60, 60, 60};
        const QRect area(0, 10, 1000, noteLaneHeight);
        const auto marks = noteMarks(notes, widths, axis, area);
        QCOMPARE(marks.size(), size_t{4});
        QVERIFY(marks[0].named && !marks[1].named && marks[2].named && !marks[3].named);
        for (const NoteMark &mark : marks)
            QVERIFY(area.contains(mark.flag));
        QCOMPARE(marks[0].flag.left(), 100);
        QVERIFY(marks[0].bar.isEmpty());
        QCOMPARE(marks[1].bar, QRect(120, 10 + noteLaneHeight - 3, 280, 3));
        // Of a range that began before what is seen, the rest.
        const TimeAxis later{{{200}, {1200}}, 0, 1000};
        const auto rest = noteMarks(notes, widths, later, area);
        QCOMPARE(rest.front().note, size_t{1});
        QCOMPARE(rest.front().bar.left(), 0);
        QCOMPARE(rest.front().bar.width(), 200);
    }
};

QTEST_GUILESS_MAIN(TestLanes)
#include "tst_lanes.moc"
