// SPDX-License-Identifier: GPL-3.0-or-later
// Bins, shares, spans and statistics against brute force over what was told.
#include "emulator/trace/bin_canvas.h"
#include "emulator/trace/rollup_block.h"
#include "emulator/trace/run_reader.h"
#include "tests/trace/generate_run.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>

using namespace bootglass;

namespace {

constexpr size_t steps = 120'000;

/// All pixels of a track, computed the slow and plain way.
std::vector<Bin> reference(const GeneratedRun &run, TrackId track, TimeRange range,
                           unsigned pixels) {
    const BinCanvas canvas(range, pixels);
    std::vector<Bin> bins(pixels);
    for (size_t i = 0; i < run.events.size(); ++i) {
        const Event &event = run.events[i];
        if (run.trackAt(i) != track || event.ns < range.from || event.ns >= range.to) continue;
        size_t pixel = 0;
        while (canvas.edge(pixel + 1) <= event.ns)
            ++pixel;
        ++bins[pixel].count;
        bins[pixel].kinds |= kindBit(event.kind);
        bins[pixel].candidate(0, i + 1);
    }
    for (const Span &span : run.spans) {
        if (span.track != track) continue;
        for (size_t pixel = 0; pixel < pixels; ++pixel) {
            const VirtualNs from = std::max(span.start, canvas.edge(pixel));
            const VirtualNs to = std::min(span.end, canvas.edge(pixel + 1));
            if (to <= from) continue;
            bins[pixel].busyNs += to - from;
            bins[pixel].candidate(span.lengthNs(), span.startId);
        }
    }
    return bins;
}

} // namespace

class TestBins : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RunGenerator generator_{7};
    std::unique_ptr<RunReader> reader_;

    const GeneratedRun &run() const { return generator_.run(); }
    std::set<TrackId> eventTracks() const {
        std::set<TrackId> tracks;
        for (size_t i = 0; i < run().events.size(); ++i)
            tracks.insert(run().trackAt(i));
        return tracks;
    }

  private slots:
    void initTestCase() {
        const std::string path = folder_.filePath("run.bootglass").toStdString();
        QCOMPARE(recordRun(generator_, path, steps), std::string());
        auto reader = RunReader::open(path);
        QVERIFY2(reader, reader ? "" : reader.error().sentence.c_str());
        reader_ = std::move(*reader);
        QVERIFY(run().end.ns.value > 2 * nsPerSecond);
    }

    void pixelsTileTheRange_data() {
        QTest::addColumn<quint64>("from");
        QTest::addColumn<quint64>("length");
        QTest::addColumn<unsigned>("pixels");
        QTest::newRow("even") << quint64(0) << quint64(1000) << 10u;
        QTest::newRow("uneven") << quint64(17) << quint64(1000) << 7u;
        QTest::newRow("one ns") << quint64(5) << quint64(1) << 1u;
        QTest::newRow("finer than ns") << quint64(5) << quint64(3) << 10u;
        QTest::newRow("huge") << quint64(1) << quint64(INT64_MAX) - 1 << 65536u;
    }
    void pixelsTileTheRange() {
        QFETCH(quint64, from);
        QFETCH(quint64, length);
        QFETCH(unsigned, pixels);
        const TimeRange range{{from}, {from + length}};
        const BinCanvas canvas(range, pixels);
        QCOMPARE(canvas.edge(0).value, from);
        QCOMPARE(canvas.edge(pixels).value, from + length);
        for (unsigned pixel = 0; pixel < pixels; pixel += 1 + pixels / 100) {
            const VirtualNs first = canvas.edge(pixel);
            const VirtualNs end = canvas.edge(pixel + 1);
            if (end <= first) continue;
            QCOMPARE(canvas.pixelAt(first), size_t{pixel});
            QCOMPARE(canvas.pixelAt({end.value - 1}), size_t{pixel});
        }
    }

    void fewEventsAreDrawnExactly_data() {
        QTest::addColumn<double>("from");
        QTest::addColumn<quint64>("length");
        QTest::addColumn<unsigned>("pixels");
        QTest::newRow("start") << 0.0 << quint64(3'000'000) << 100u;
        QTest::newRow("middle") << 0.5 << quint64(20'000'000) << 333u;
        QTest::newRow("close") << 0.3 << quint64(10'000) << 64u;
        QTest::newRow("within a nanosecond's reach") << 0.31 << quint64(7) << 20u;
        QTest::newRow("end") << 0.999 << quint64(30'000'000) << 50u;
        QTest::newRow("beyond") << 1.5 << quint64(30'000'000) << 50u;
    }
    void fewEventsAreDrawnExactly() {
        QFETCH(double, from);
        QFETCH(quint64, length);
        QFETCH(unsigned, pixels);
        const VirtualNs begin{
            static_cast<uint64_t>(from * static_cast<double>(run().end.ns.value))};
        const TimeRange range{begin, begin + length};
        const BinCanvas canvas(range, pixels);
        for (const TrackId track : eventTracks()) {
            const auto bins = reader_->bins(track, range, pixels);
            QVERIFY(bins);
            QCOMPARE(bins->resolutionNs, uint64_t{0});
            QCOMPARE(bins->coarse, false);
            const std::vector<Bin> expected = reference(run(), track, range, pixels);
            QCOMPARE(bins->pixels.size(), expected.size());
            for (size_t pixel = 0; pixel < expected.size(); ++pixel) {
                if (canvas.edge(pixel) == canvas.edge(pixel + 1)) continue; // less than a ns
                if (bins->pixels[pixel] != expected[pixel])
                    QFAIL(qPrintable(
                        QString("track %1/%2 pixel %3: count %4/%5 busy %6/%7 longest %8/%9")
                            .arg(int(track.kind))
                            .arg(track.number)
                            .arg(pixel)
                            .arg(bins->pixels[pixel].count)
                            .arg(expected[pixel].count)
                            .arg(bins->pixels[pixel].busyNs)
                            .arg(expected[pixel].busyNs)
                            .arg(bins->pixels[pixel].longestNs)
                            .arg(expected[pixel].longestNs)));
            }
        }
    }

    void rollUpsAgreeWithEvents_data() {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<unsigned>("pixels");
        QTest::newRow("all") << 0.0 << 1.0 << 300u;
        QTest::newRow("all, few pixels") << 0.0 << 1.0 << 11u;
        QTest::newRow("more than all") << 0.0 << 3.0 << 200u;
        QTest::newRow("most") << 0.13 << 0.87 << 157u;
    }
    void rollUpsAgreeWithEvents() {
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(unsigned, pixels);
        const auto end = static_cast<double>(run().end.ns.value);
        const TimeRange range{{static_cast<uint64_t>(from * end)},
                              {static_cast<uint64_t>(to * end) + 1}};
        for (const TrackId track : eventTracks()) {
            const auto bins = reader_->bins(track, range, pixels);
            QVERIFY(bins);
            const uint64_t bin = bins->resolutionNs;
            QVERIFY(bin > 0);
            QVERIFY(bin <= range.lengthNs() / pixels);
            QCOMPARE(bins->coarse, false);
            compare(*bins, range, pixels, bin);
        }
    }
    /// Up to any edge of a pixel as much must have happened as up to a bin earlier or later.
    void compare(const TrackBins &bins, TimeRange range, unsigned pixels, uint64_t slack) {
        const BinCanvas canvas(range, pixels);
        const std::vector<Bin> expected = reference(run(), bins.track, range, pixels);
        uint32_t kinds = 0;
        uint64_t longest = 0;
        uint64_t count = 0;
        uint64_t busy = 0;
        std::vector<VirtualNs> times;
        for (size_t i = 0; i < run().events.size(); ++i)
            if (run().trackAt(i) == bins.track) times.push_back(run().events[i].ns);
        const auto before = [&](uint64_t ns) {
            return static_cast<uint64_t>(std::ranges::lower_bound(times, VirtualNs{ns}) -
                                         times.begin());
        };
        const auto busyBefore = [&](uint64_t ns) {
            uint64_t sum = 0;
            for (const Span &span : run().spans)
                if (span.track == bins.track && span.start.value < ns)
                    sum += std::min(span.end.value, ns) - span.start.value;
            return sum;
        };
        const uint64_t from = range.from.value;
        const uint64_t early = from > slack ? from - slack : 0;
        for (unsigned pixel = 0; pixel < pixels; ++pixel) {
            kinds |= bins.pixels[pixel].kinds;
            longest = std::max(longest, bins.pixels[pixel].longestNs);
            count += bins.pixels[pixel].count;
            busy += bins.pixels[pixel].busyNs;
            const uint64_t edge = canvas.edge(pixel + 1).value;
            QVERIFY(count + before(from + slack) >= before(edge - slack));
            QVERIFY(count + before(early) <= before(edge + slack));
            if (pixel % 50 == 0) {
                QVERIFY(busy + slack + busyBefore(from) >= busyBefore(edge - slack));
                QVERIFY(busy <= busyBefore(edge + slack) - busyBefore(early));
            }
        }
        uint32_t allKinds = 0;
        uint64_t allLongest = 0;
        for (const Bin &bin : expected) {
            allKinds |= bin.kinds;
            allLongest = std::max(allLongest, bin.longestNs);
        }
        QCOMPARE(kinds & allKinds, allKinds);
        QVERIFY(longest >= allLongest);
        if (range.from.value == 0 && range.to > run().end.ns)
            QCOMPARE(count, uint64_t(times.size()));
    }
    void softwareInterruptsAreNamedAfterTheirInstruction() {
        const auto tracks = reader_->tracks();
        QVERIFY(tracks);
        const TrackId wanted{TrackKind::SoftwareInterrupt, 0x80};
        const auto found = std::ranges::find(*tracks, wanted, &RunTrack::id);
        QVERIFY(found != tracks->end());
        QCOMPARE(found->label, std::string("INT 80h"));
    }
    void manyTracksAtOnceAreTheSameAsOneByOne() {
        std::vector<TrackId> tracks;
        for (const TrackId track : eventTracks())
            tracks.push_back(track);
        tracks.push_back(tracks.front());
        for (const uint64_t length : {uint64_t{2'000'000}, run().end.ns.value}) {
            const TimeRange range{{1000}, {1000 + length}};
            const auto all = reader_->bins(tracks, range, 200);
            QVERIFY(all);
            QCOMPARE(all->size(), tracks.size());
            for (size_t i = 0; i < tracks.size(); ++i) {
                const auto one = reader_->bins(tracks[i], range, 200);
                QVERIFY(one);
                QVERIFY((*all)[i].track == tracks[i]);
                QVERIFY((*all)[i].pixels == one->pixels);
            }
        }
    }

    void emptyRangesAreEmpty() {
        const TrackId track{TrackKind::PortDevice, 1};
        QCOMPARE(reader_->bins(track, {{5}, {5}}, 10)->pixels.size(), size_t{10});
        QCOMPARE(reader_->bins(track, {{9}, {5}}, 10)->pixels.size(), size_t{10});
        QCOMPARE(reader_->bins(track, {{0}, {100}}, 0)->pixels.size(), size_t{0});
        const auto never = reader_->bins(track, {{0}, VirtualNs::never()}, 100);
        QVERIFY(never);
        QVERIFY(!never->pixels[0].empty());
    }

    /// From fractions of a bin to spans that are longer than any level's bins hold.
    void longSpansAreDrawnAtEveryScale() {
        RecorderOptions options;
        options.path = folder_.filePath("long").toStdString();
        options.detail = Detail::Markers; // so that all comes from roll-ups
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        std::vector<Span> told;
        Icount icount{1000};
        uint64_t idle = 0;
        uint64_t length = 100'000;
        for (; length < 20'000 * nsPerSecond; length *= 3) {
            for (int repeat = 0; repeat < 3; ++repeat) {
                icount = icount + 500'000;
                const VirtualNs from{(icount.value << 3) + idle};
                (*recorder)->event({icount, from, EventKind::Halt});
                (*recorder)->event({icount, from + length, EventKind::Wake, 0, 0, 0, length});
                idle += length;
                told.push_back({{TrackKind::Halt, 0}, from, from, from + length});
            }
        }
        QVERIFY((*recorder)->close());
        auto reader = RunReader::open(options.path);
        QVERIFY(reader);
        QVERIFY(rollup::levelOfSpan(told.back().lengthNs()) == rollup::levels);
        for (size_t i = 0; i < told.size(); i += 2) {
            // A window that begins in the middle of a span and ends in that of a later one.
            const Span &last = told[std::min(i + 4, told.size() - 1)];
            const TimeRange range{told[i].start + told[i].lengthNs() / 2,
                                  last.start + last.lengthNs() / 2 + 1};
            const unsigned pixels = 50;
            const auto bins = (*reader)->bins({TrackKind::Halt, 0}, range, pixels);
            QVERIFY(bins);
            QVERIFY(bins->resolutionNs > 0);
            uint64_t expected = 0;
            for (const Span &span : told)
                expected +=
                    TimeRange{std::max(span.start, range.from), std::min(span.end, range.to)}
                        .lengthNs();
            uint64_t busy = 0;
            uint64_t longest = 0;
            for (const Bin &bin : bins->pixels) {
                busy += bin.busyNs;
                longest = std::max(longest, bin.longestNs);
            }
            const uint64_t slack = 2 * bins->resolutionNs;
            QVERIFY(busy <= expected + slack && expected <= busy + slack);
            QCOMPARE(longest, last.lengthNs());
            QCOMPARE(bins->pixels.back().longestNs, last.lengthNs());
        }
    }

    void openSpansAreDrawnWhileTheyGrow() {
        RecorderOptions options;
        options.path = folder_.filePath("growing").toStdString();
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        const TrackId track{TrackKind::Timer, 2};
        (*recorder)->event({{1000}, {8000}, EventKind::TimerArmed, 0, 2, 0, 900'000'000});
        for (uint64_t i = 1; i <= 10'000; ++i) // half a second
            (*recorder)->event({{1000 + i * 6250}, {8000 + i * 50'000}, EventKind::PortRead, 1, 1});
        (*recorder)->flush();
        auto reader = RunReader::open(options.path);
        QVERIFY(reader);
        const VirtualNs end = (*reader)->end().ns;
        for (const TimeRange range : {TimeRange{{0}, end}, TimeRange{{200'000'000}, {300'000'000}},
                                      TimeRange{{0}, {1'000'000'000}}}) {
            const auto bins = (*reader)->bins(track, range, 100);
            QVERIFY(bins);
            uint64_t busy = 0;
            for (const Bin &bin : bins->pixels)
                busy += bin.busyNs;
            const VirtualNs from = std::max(range.from, VirtualNs{8000});
            QCOMPARE(busy, std::min(range.to, end) - from);
            const auto spans = (*reader)->spans(track, range, 10);
            QCOMPARE(spans->spans.size(), size_t{1});
            QVERIFY(spans->spans[0].open);
            QVERIFY(spans->spans[0].end == end);
        }
        QVERIFY((*recorder)->close());
    }

    void sharesAddUpToTheTime() {
        const TimeRange range{{0}, run().end.ns};
        const unsigned pixels = 100;
        const auto shares = reader_->modeShares(range, pixels);
        QVERIFY(shares);
        QCOMPARE(shares->size(), size_t{pixels});
        ModeShare told{};
        for (const GeneratedRun::Share &share : run().shares)
            told[static_cast<size_t>(share.share)] += share.to - share.from;
        ModeShare total{};
        for (const ModeShare &pixel : *shares) {
            uint64_t sum = 0;
            for (size_t i = 0; i < cpuShares; ++i) {
                total[i] += pixel[i];
                sum += pixel[i];
            }
            const uint64_t length = range.lengthNs() / pixels;
            QVERIFY(sum + 1000 > length && sum < length + 1000);
        }
        for (size_t i = 0; i < cpuShares; ++i) {
            const uint64_t difference = std::max(total[i], told[i]) - std::min(total[i], told[i]);
            QVERIFY2(difference < 20'000, qPrintable(QString::number(difference)));
        }
    }

    void spansAreThoseThatWereTold_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("number");
        QTest::newRow("interrupt line") << int(TrackKind::IrqLine) << 3;
        QTest::newRow("timer") << int(TrackKind::Timer) << 1;
        QTest::newRow("halt") << int(TrackKind::Halt) << 0;
        QTest::newRow("address space") << int(TrackKind::AddressSpace) << 2;
    }
    void spansAreThoseThatWereTold() {
        QFETCH(int, kind);
        QFETCH(int, number);
        const TrackId track{static_cast<TrackKind>(kind), static_cast<uint16_t>(number)};
        const uint64_t end = run().end.ns.value;
        const TimeRange ranges[] = {
            {{0}, {end + 1}}, {{end / 3}, {end / 3 + 5'000'000}}, {{end / 2}, {end}}};
        for (const TimeRange range : ranges) {
            std::vector<Span> expected;
            for (const Span &span : run().spans)
                if (span.track == track && span.start < range.to &&
                    (span.end > range.from || span.start >= range.from))
                    expected.push_back(span);
            std::ranges::stable_sort(expected, {}, &Span::start);
            const auto found = reader_->spans(track, range, 1'000'000);
            QVERIFY(found);
            QVERIFY(!found->truncated);
            QCOMPARE(found->spans.size(), expected.size());
            for (size_t i = 0; i < expected.size(); ++i)
                QVERIFY(found->spans[i] == expected[i]);
        }
        const auto few = reader_->spans(track, {{0}, {end}}, 3);
        QVERIFY(few->truncated);
        QCOMPARE(few->spans.size(), size_t{3});
    }

    void statisticsAreThoseOfTheValues() {
        const TrackId track{TrackKind::IrqLine, 2};
        const TimeRange range{{0}, {run().end.ns.value + 1}};
        const auto statistics = reader_->statistics(track, range);
        QVERIFY(statistics);
        QVERIFY(statistics->exact);
        std::vector<uint64_t> values;
        uint64_t busy = 0;
        for (const Span &span : run().spans)
            if (span.track == track) { // an interrupt line, of which none is open at the end
                values.push_back(span.lengthNs());
                busy += span.lengthNs();
            }
        std::ranges::sort(values);
        QCOMPARE(statistics->samples, uint64_t(values.size()));
        QCOMPARE(statistics->busyNs, busy);
        QCOMPARE(statistics->minNs, values.front());
        QCOMPARE(statistics->maxNs, values.back());
        QCOMPARE(statistics->p50Ns, values[(values.size() + 1) / 2 - 1]);
        uint64_t inHistogram = 0;
        for (const uint64_t n : statistics->histogram)
            inHistogram += n;
        QCOMPARE(inHistogram, statistics->samples);

        const TrackId points{TrackKind::Exception, 14};
        const auto gaps = reader_->statistics(points, range);
        QVERIFY(gaps);
        QCOMPARE(gaps->samples + 1, gaps->count);
        const auto shares = reader_->statistics({TrackKind::CpuShare, 3}, range);
        QVERIFY(shares);
        QVERIFY(!shares->exact);
        QVERIFY(shares->busyNs > 0);
    }
};

QTEST_GUILESS_MAIN(TestBins)
#include "tst_bins.moc"
