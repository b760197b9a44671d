// SPDX-License-Identifier: GPL-3.0-or-later
// Single events, text and time as they were told; and reading while it is recorded.
#include "emulator/trace/run_reader.h"
#include "tests/trace/generate_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace bootglass;

class TestRunReader : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RunGenerator generator_{11};
    std::unique_ptr<RunReader> reader_;

    const GeneratedRun &run() const { return generator_.run(); }
    std::string path(const char *name) const { return folder_.filePath(name).toStdString(); }

  private slots:
    void initTestCase() {
        QCOMPARE(recordRun(generator_, path("run"), 40'000), std::string());
        auto reader = RunReader::open(path("run"));
        QVERIFY(reader);
        reader_ = std::move(*reader);
    }

    void eventsAreFoundByTimeTrackAndNumber() {
        const VirtualNs from{run().end.ns.value / 3};
        const TimeRange range{from, from + 30'000'000};
        const TrackId track{TrackKind::PortDevice, 4};
        std::vector<StoredEvent> all;
        std::vector<StoredEvent> ofTrack;
        for (size_t i = 0; i < run().events.size(); ++i) {
            const Event &event = run().events[i];
            if (event.ns < range.from || event.ns >= range.to) continue;
            all.push_back({i + 1, event});
            if (run().trackAt(i) == track) ofTrack.push_back({i + 1, event});
        }
        QVERIFY(ofTrack.size() > 10);
        QVERIFY(*reader_->events(range, SIZE_MAX) == all);
        QVERIFY(*reader_->events(track, range, SIZE_MAX) == ofTrack);
        QCOMPARE(reader_->events(track, range, 3)->size(), size_t{3});
        QVERIFY(reader_->eventsWithin(range) >= all.size());
        QCOMPARE(reader_->storedEvents(), uint64_t(run().events.size()));
        const size_t last = run().events.size();
        for (const size_t id : {size_t{1}, size_t{2}, size_t{4096}, size_t{4097}, last})
            QVERIFY(reader_->event(id)->event == run().events[id - 1]);
        QCOMPARE(reader_->event(0)->id, uint64_t{0});
        QCOMPARE(reader_->event(last + 1)->id, uint64_t{0});
        QCOMPARE(reader_->event(UINT64_MAX)->id, uint64_t{0});
        QCOMPARE(reader_->eventsFrom(last - 4, 100)->size(), size_t{5});
    }

    void neighboursAreFound_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("number");
        QTest::newRow("frequent") << int(TrackKind::PortDevice) << 3;
        QTest::newRow("interrupts") << int(TrackKind::IrqLine) << 1;
        QTest::newRow("rare") << int(TrackKind::Console) << 2;
        QTest::newRow("address space") << int(TrackKind::AddressSpace) << 3;
        QTest::newRow("none") << int(TrackKind::Exception) << 99;
    }
    void neighboursAreFound() {
        QFETCH(int, kind);
        QFETCH(int, number);
        const TrackId track{static_cast<TrackKind>(kind), static_cast<uint16_t>(number)};
        std::vector<VirtualNs> times;
        for (size_t i = 0; i < run().events.size(); ++i)
            if (run().trackAt(i) == track) times.push_back(run().events[i].ns);
        std::vector<VirtualNs> moments = {{0}, {1}, run().end.ns, VirtualNs::never()};
        for (uint64_t i = 1; i < 40; ++i)
            moments.push_back({run().end.ns.value / 40 * i});
        for (size_t i = 0; i < times.size(); i += 1 + times.size() / 10)
            moments.push_back(times[i]);
        for (const VirtualNs ns : moments) {
            const auto next = std::ranges::upper_bound(times, ns);
            const auto notBefore = std::ranges::lower_bound(times, ns);
            const StoredEvent after = *reader_->nextEvent(track, ns);
            QCOMPARE(after.id != 0, next != times.end());
            if (after.id) QVERIFY(after.event.ns == *next);
            const StoredEvent before = *reader_->previousEvent(track, ns);
            QCOMPARE(before.id != 0, notBefore != times.begin());
            if (before.id) QVERIFY(before.event.ns == *std::prev(notBefore));
            const StoredEvent nearest = *reader_->nearestEvent(track, ns);
            QCOMPARE(nearest.id != 0, !times.empty());
            const auto distance = [&](VirtualNs other) {
                return std::max(ns, other) - std::min(ns, other);
            };
            if (nearest.id && ns != VirtualNs::never())
                for (const VirtualNs time : times)
                    QVERIFY(distance(nearest.event.ns) <= distance(time));
        }
    }

    void consoleStandsAsItStood() {
        const VirtualNs ns{run().end.ns.value / 2};
        std::vector<ConsoleLine> until;
        std::vector<ConsoleLine> after;
        for (const ConsoleLine &line : run().lines)
            (line.ns <= ns ? until : after).push_back(line);
        QVERIFY(until.size() > 20 && after.size() > 20);
        QVERIFY(*reader_->consoleAt(ns) == until);
        QVERIFY(*reader_->consoleLines({ns + 1, VirtualNs::never()}, SIZE_MAX) == after);
        const auto last = reader_->consoleAt(ns, 3);
        QCOMPARE(last->size(), size_t{3});
        QVERIFY(last->back() == until.back());
        QVERIFY(*reader_->markers() == run().markers);
    }

    void countAndTimeConvertExactly() {
        QVERIFY(*reader_->idleSpans({{0}, VirtualNs::never()}, SIZE_MAX) == run().idle);
        QCOMPARE(reader_->idleSpans({{0}, VirtualNs::never()}, 5)->size(), size_t{5});
        for (size_t i = 0; i < run().events.size(); i += 97) {
            const Event &event = run().events[i];
            QVERIFY(*reader_->icountAt(event.ns) == event.icount);
        }
        for (size_t i = 0; i < run().idle.size(); i += 13) {
            const IdleSpan &idle = run().idle[i];
            QVERIFY(*reader_->icountAt({idle.from.value + (idle.to - idle.from) / 2}) ==
                    idle.icount);
            QVERIFY(*reader_->timeAt(idle.icount) == idle.from);
            QVERIFY(*reader_->timeAt(idle.icount + 1) == idle.to + 8);
            const auto touching = reader_->idleSpans({idle.from, idle.from + 1}, 10);
            QCOMPARE(touching->size(), size_t{1});
            QVERIFY(touching->front() == idle);
        }
        QVERIFY(*reader_->icountAt(VirtualNs::never()) == run().end.icount);
        QVERIFY(*reader_->timeAt(Icount::never()) <= run().end.ns);
        QVERIFY(*reader_->timeAt({0}) == VirtualNs{0});
    }

    void screensAreRebuilt() {
        RecorderOptions options;
        options.path = path("screens");
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        TextScreen screen{80, 25, 0, 0, std::vector<uint16_t>(80 * 25, 0x0720)};
        std::vector<std::pair<VirtualNs, TextScreen>> shown;
        std::mt19937 dice(4);
        for (uint64_t i = 0; i < 300; ++i) {
            if (i == 150) screen = {40, 30, 0, 0, std::vector<uint16_t>(40 * 30, 0x0720)};
            TextScreenUpdate update{screen.columns, screen.rows, 0, 0, {}};
            for (int n = 0; n < 2; ++n) {
                const auto row = static_cast<uint16_t>(dice() % screen.rows);
                for (uint16_t column = 0; column < screen.columns; ++column)
                    screen.cells[size_t{row} * screen.columns + column] =
                        static_cast<uint16_t>(0x0700 | dice() % 256);
                const auto begin = screen.cells.begin() + row * std::ptrdiff_t{screen.columns};
                update.changed.push_back({row, {begin, begin + screen.columns}});
            }
            update.changed.push_back({200, {1, 2, 3}}); // beyond the screen
            screen.cursorRow = update.cursorRow = static_cast<uint16_t>(i % 25);
            screen.cursorColumn = update.cursorColumn = static_cast<uint16_t>(i % 40);
            (*recorder)->screenRows(update, {i * 100}, {1000 + i * 800});
            shown.emplace_back(VirtualNs{1000 + i * 800}, screen);
        }
        QVERIFY((*recorder)->close());
        auto reader = RunReader::open(path("screens"));
        QVERIFY(reader);
        QVERIFY(*(*reader)->screenAt({999}) == TextScreen{});
        for (const auto &[ns, expected] : shown) {
            QVERIFY(*(*reader)->screenAt(ns) == expected);
            QVERIFY(*(*reader)->screenAt(ns + 799) == expected);
        }
    }

    void aRunIsReadWhileItIsRecorded() {
        RecorderOptions options;
        options.path = path("live");
        options.detail = Detail::Full;
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        RunGenerator generator(12);
        generator.tell(**recorder, 2000);
        (*recorder)->flush();
        std::atomic<bool> done = false;
        std::string trouble;
        uint64_t refreshes = 0;
        std::thread thread([&] {
            auto reader = RunReader::open(path("live"));
            if (!reader) {
                trouble = reader.error().sentence;
                return;
            }
            uint64_t stored = 0;
            VirtualNs end;
            for (bool last = false; !last && trouble.empty();) {
                last = done;
                const auto more = (*reader)->refresh();
                if (!more) trouble = more.error().sentence;
                if (!more || !*more) continue;
                ++refreshes;
                if ((*reader)->end().ns < end || (*reader)->storedEvents() < stored)
                    trouble = "it went back";
                end = (*reader)->end().ns;
                stored = (*reader)->storedEvents();
                const auto tracks = (*reader)->tracks();
                if (!tracks) {
                    trouble = tracks.error().sentence;
                    return;
                }
                std::vector<TrackId> ids;
                uint64_t told = 0;
                for (const RunTrack &track : *tracks) {
                    if (track.id.kind == TrackKind::CpuShare) continue;
                    ids.push_back(track.id);
                    told += track.count;
                }
                const auto bins = (*reader)->bins(ids, {{0}, end + 1}, 100);
                if (!bins) {
                    trouble = bins.error().sentence;
                    return;
                }
                uint64_t count = 0;
                for (const TrackBins &track : *bins)
                    for (const Bin &bin : track.pixels)
                        count += bin.count;
                if (const auto phases = (*reader)->phases(); !phases)
                    trouble = phases.error().sentence;
                // A track's total may be of a later moment than the refresh.
                if (count != stored || told < stored)
                    trouble = std::to_string(count) + " in bins, " + std::to_string(stored) +
                              " stored, " + std::to_string(told) + " told";
            }
        });
        for (int i = 0; i < 60; ++i) {
            generator.tell(**recorder, 1500);
            const std::string phase = "phase" + std::to_string(i);
            (*recorder)->phaseStarted(phase, generator.point());
            if (i % 3 == 0) (*recorder)->flush();
            (*recorder)->phaseEnded(phase, generator.point());
        }
        generator.end(**recorder);
        const auto closed = (*recorder)->close();
        done = true;
        thread.join();
        QCOMPARE(trouble, std::string());
        QVERIFY(closed);
        QVERIFY(refreshes >= 3);
        QVERIFY(!QFile::exists(folder_.filePath("live-wal")));
        auto reader = RunReader::open(path("live"));
        QVERIFY((*reader)->info()->complete);
        QCOMPARE((*reader)->storedEvents(), uint64_t(generator.run().events.size()));
    }

    void interruptEndsWhatRuns() {
        std::atomic<bool> started = false;
        std::atomic<bool> finished = false;
        std::thread thread([&] {
            while (!started)
                std::this_thread::yield();
            while (!finished) {
                reader_->interrupt();
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
        });
        const auto outcome = reader_->query(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", {},
            [&](const RunReader::Row &) { return started = true; });
        finished = true;
        thread.join();
        QVERIFY(!outcome);
        QVERIFY(outcome.error().cancelled);
        QVERIFY(reader_->tracks());
    }
};

QTEST_GUILESS_MAIN(TestRunReader)
#include "tst_run_reader.moc"
