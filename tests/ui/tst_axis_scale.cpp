// SPDX-License-Identifier: GPL-3.0-or-later
// Axes that do not count virtual time: knots there and back, pixels of equal parts, and bins over
// pixels of any width against the events themselves.
#include "tests/ui/sample_file.h"
#include "ui/timeline/bin_sampling.h"
#include "ui/timeline/navigator.h"
#include "ui/timeline/time_ticks.h"

#include <QTest>

using namespace bootglass;

class TestAxisScale : public QObject {
    Q_OBJECT

    SampleFile sample_;
    std::unique_ptr<RunReader> reader_;

    /// 100 ns of instructions, 900 of idle, 100 of instructions.
    static SharedScale folded() {
        return std::make_shared<const AxisScale>(
            AxisUnit::Instructions,
            std::vector<AxisScale::Knot>{{{0}, 0}, {{100}, 100}, {{1000}, 100}});
    }

  private slots:
    void initTestCase() {
        QVERIFY2(sample_.error().empty(), sample_.error().c_str());
        auto reader = RunReader::open(sample_.file().toStdString());
        QVERIFY(reader);
        reader_ = std::move(*reader);
    }

    void knotsGoBothWays_data() {
        QTest::addColumn<qulonglong>("ns");
        QTest::addColumn<qulonglong>("units");
        QTest::addColumn<qulonglong>("back");
        QTest::newRow("start") << 0ULL << 0ULL << 0ULL;
        QTest::newRow("before idle") << 60ULL << 60ULL << 60ULL;
        QTest::newRow("idle begins") << 100ULL << 100ULL << 100ULL;
        QTest::newRow("within idle") << 500ULL << 100ULL << 100ULL;
        QTest::newRow("idle ends") << 1000ULL << 100ULL << 100ULL;
        QTest::newRow("after it") << 1001ULL << 101ULL << 1001ULL;
        QTest::newRow("beyond the last knot") << 5000ULL << 4100ULL << 5000ULL;
    }
    void knotsGoBothWays() {
        QFETCH(qulonglong, ns);
        QFETCH(qulonglong, units);
        QFETCH(qulonglong, back);
        QCOMPARE(qulonglong(unitsOf(folded(), VirtualNs{ns})), units);
        QCOMPARE(qulonglong(timeOf(folded(), uint64_t{units}).value), back);
    }
    void withoutAScaleUnitsAreNanoseconds() {
        QCOMPARE(unitsOf(nullptr, VirtualNs{77}), uint64_t{77});
        QCOMPARE(timeOf(nullptr, uint64_t{77}), VirtualNs{77});
    }
    void pixelsAreEqualPartsOfTheAxis() {
        const auto edges = pixelEdges(folded(), {{0}, {1100}}, 4);
        const std::vector<VirtualNs> wanted{{0}, {50}, {100}, {1050}, {1100}};
        QVERIFY(edges == wanted);
        const TimeAxis axis{{{0}, {1100}}, 0, 4, folded()};
        QCOMPARE(axis.pixelOf({1050}), 3.0);
        QCOMPARE(axis.timeAt(1), VirtualNs{50});
        QCOMPARE(axis.pixelOf({700}), 2.0); // all of the idle time is one place
    }
    void zoomingAndPanningGoByTheAxisUnits() {
        Navigator navigator;
        navigator.reset({{0}, {100'000}});
        navigator.setScale(std::make_shared<const AxisScale>(
            AxisUnit::Instructions,
            std::vector<AxisScale::Knot>{{{0}, 0}, {{10'000}, 10'000}, {{90'000}, 10'000}}));
        navigator.zoom({0}, 0.5);
        // Half of the 20 000 units: the idle time lies at its end.
        QCOMPARE(navigator.visible(), (TimeRange{{0}, {10'000}}));
        navigator.pan(1);
        QCOMPARE(navigator.visible().to, VirtualNs{100'000});
        navigator.zoom({100'000}, 2);
        QCOMPARE(navigator.visible(), (TimeRange{{0}, {100'000}}));
    }
    void instructionsOfARealRunAreExact() {
        const auto scale = queryScale(*reader_, AxisUnit::Instructions);
        QVERIFY(scale);
        const RunPoint end = reader_->end();
        QCOMPARE(unitsOf(*scale, end.ns), end.icount.value << reader_->shift());
        for (uint64_t part = 0; part <= 50; ++part) {
            const VirtualNs at{end.ns.value / 50 * part};
            const uint64_t units = unitsOf(*scale, at);
            const auto icount = reader_->icountAt(at);
            QVERIFY(icount);
            QVERIFY(units >> reader_->shift() == icount->value);
        }
    }
    void wallClockEndsWithTheRun() {
        const auto points = reader_->wallPoints();
        QVERIFY(points);
        QVERIFY(points->size() >= 2);
        QVERIFY(std::ranges::is_sorted(*points, {}, &WallPoint::ns));
        QVERIFY(std::ranges::is_sorted(*points, {}, &WallPoint::wallNs));
        QCOMPARE(points->back().ns, reader_->end().ns);
        const double seconds = reader_->info()->wallSeconds;
        QVERIFY(std::abs(static_cast<double>(points->back().wallNs) - seconds * 1e9) < 2);
    }
    void unevenBinsHoldTheEventsBetweenTheirEdges() {
        // Edges that fold: some pixels are a thousand times as wide as others.
        const uint64_t whole = reader_->end().ns.value;
        std::vector<VirtualNs> edges{{0}};
        for (uint64_t width = 1000; edges.back().value + width < whole;
             width = width * 7 % 9'000'011)
            edges.push_back(edges.back() + 1 + width);
        edges.push_back({whole + 1});
        const auto tracks = reader_->tracks();
        QVERIFY(tracks);
        std::vector<TrackId> wanted;
        for (const RunTrack &track : *tracks)
            if (track.id.kind != TrackKind::CpuShare &&
                track.id.kind != TrackKind::PrivilegeSwitch &&
                track.id.kind != TrackKind::AddressSpace) // counted, not kept
                wanted.push_back(track.id);
        const auto bins = reader_->bins(wanted, edges);
        QVERIFY(bins);
        for (size_t t = 0; t < wanted.size(); ++t) {
            const auto events = reader_->events(wanted[t], {{0}, {whole + 1}}, 1'000'000);
            QVERIFY(events);
            uint64_t total = 0;
            for (const Bin &bin : (*bins)[t].pixels)
                total += bin.count;
            QCOMPARE(total, uint64_t{events->size()});
            if ((*bins)[t].resolutionNs != 0) continue; // from roll-ups: near, not exact
            std::vector<uint64_t> counts(edges.size() - 1);
            for (const StoredEvent &event : *events)
                ++counts[static_cast<size_t>(std::ranges::upper_bound(edges, event.event.ns) -
                                             edges.begin() - 1)];
            for (size_t pixel = 0; pixel < counts.size(); ++pixel)
                QCOMPARE((*bins)[t].pixels[pixel].count, counts[pixel]);
        }
    }
    void edgesThatAreNoneGiveEmptyBins() {
        const TrackId track{TrackKind::Timer, 0};
        const std::vector<VirtualNs> falling{{100}, {50}, {200}};
        const auto bins = reader_->bins(std::array{track}, falling);
        QVERIFY(bins);
        QCOMPARE(bins->front().pixels.size(), size_t{2});
        QVERIFY(bins->front().pixels[0].empty());
        const auto none = reader_->bins(std::array{track}, std::span<const VirtualNs>());
        QVERIFY(none);
        QVERIFY(none->front().pixels.empty());
    }
    void ticksOfInstructionsAreRoundCounts() {
        const TimeAxis axis{{{0}, {1100}}, 0, 400, folded()};
        const TimeTicks ticks = axisTicks(axis, 0, 5);
        QVERIFY(ticks.ticks.size() >= 3);
        for (const TimeTick &tick : ticks.ticks)
            QCOMPARE(unitsOf(axis.scale, tick.at) % 50, uint64_t{0});
    }
};

QTEST_GUILESS_MAIN(TestAxisScale)
#include "tst_axis_scale.moc"
