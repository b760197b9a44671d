// SPDX-License-Identifier: GPL-3.0-or-later
// What a recording promises: each event comes back as it was told; a killed recording opens; a full
// disk ends it with a sentence; the level of detail changes nothing that is counted.
#include "emulator/trace/run_reader.h"
#include "tests/trace/generate_run.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <cstring>

using namespace bootglass;

namespace {

RecorderOptions options(const std::string &path, Detail detail = Detail::Full) {
    RecorderOptions options;
    options.path = path;
    options.detail = detail;
    options.version = "test";
    return options;
}

/// The other process: records until it is killed, and says what is surely written.
int recordForEver(const char *path) {
    auto recorder = RunRecorder::create(options(path));
    if (!recorder) return 1;
    RunGenerator generator;
    for (;;) {
        generator.tell(**recorder, 3000);
        (*recorder)->flush();
        std::printf("%zu\n", generator.run().events.size());
        std::fflush(stdout);
        generator.tell(**recorder, 500);
    }
}

QByteArray sentence(const Error &error) {
    return QByteArray::fromStdString(error.sentence);
}

} // namespace

class TestRecorder : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::string path(const char *name) const { return folder_.filePath(name).toStdString(); }

  private slots:
    void everyKindOfEventComesBack_data() {
        QTest::addColumn<int>("kind");
        for (const EventKindInfo &kind : eventKinds)
            QTest::newRow(std::string(kind.name).c_str()) << int(kind.kind);
    }
    void everyKindOfEventComesBack() {
        QFETCH(int, kind);
        const std::string file = path(QTest::currentDataTag());
        std::vector<Event> told;
        for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{0x80}, uint64_t{INT64_MAX},
                                     uint64_t{1} << 63, UINT64_MAX}) {
            Event event;
            event.kind = static_cast<EventKind>(kind);
            event.icount.value = 100 * told.size();
            event.ns.value = 1000 * told.size() + 7;
            event.size = static_cast<uint8_t>(value);
            event.source = static_cast<uint16_t>(value >> 3);
            event.address = static_cast<uint32_t>(value);
            event.value = value;
            event.detail = ~value;
            told.push_back(event);
        }
        auto recorder = RunRecorder::create(options(file));
        QVERIFY(recorder);
        for (const Event &event : told)
            (*recorder)->event(event);
        QVERIFY((*recorder)->close());
        auto reader = RunReader::open(file);
        QVERIFY2(reader, reader ? "" : sentence(reader.error()));
        const auto events = (*reader)->eventsFrom(1, 100);
        QVERIFY(events);
        QCOMPARE(events->size(), told.size());
        for (size_t i = 0; i < told.size(); ++i) {
            QVERIFY((*events)[i].event == told[i]);
            QCOMPARE((*events)[i].id, uint64_t(i + 1));
        }
        const auto info = (*reader)->info();
        QVERIFY(info);
        QCOMPARE(info->kindCounts.size(), size_t{1});
        QCOMPARE(info->kindCounts[0].first, std::string(eventKinds[size_t(kind)].name));
        QCOMPARE(info->kindCounts[0].second, uint64_t(told.size()));
    }

    void aWholeRunComesBack() {
        RunGenerator generator(3);
        QCOMPARE(recordRun(generator, path("whole"), 30'000), std::string());
        QVERIFY(!QFile::exists(folder_.filePath("whole-wal")));
        QVERIFY(!QFile::exists(folder_.filePath("whole-shm")));
        auto reader = RunReader::open(path("whole"));
        QVERIFY(reader);
        const auto events = (*reader)->eventsFrom(1, SIZE_MAX);
        QVERIFY(events);
        QCOMPARE(events->size(), generator.run().events.size());
        for (size_t i = 0; i < events->size(); ++i)
            QVERIFY((*events)[i].event == generator.run().events[i]);
    }

    void detailChangesNothingThatIsCounted() {
        struct Seen {
            std::vector<std::pair<std::string, uint64_t>> kinds;
            std::vector<RunTrack> tracks;
            std::vector<std::vector<Bin>> bins;
            std::vector<ModeShare> shares;
            std::vector<IdleSpan> idle;
        };
        std::vector<Seen> seen;
        for (const Detail detail : {Detail::Full, Detail::Events, Detail::Markers}) {
            const std::string file = path(std::string(name(detail)).c_str());
            RunGenerator generator(5);
            QCOMPARE(recordRun(generator, file, 60'000, detail), std::string());
            auto reader = RunReader::open(file);
            QVERIFY(reader);
            const TimeRange all{{0}, generator.run().end.ns + 1};
            Seen now;
            now.kinds = (*reader)->info()->kindCounts;
            now.tracks = *(*reader)->tracks();
            std::vector<TrackId> ids;
            for (const RunTrack &track : now.tracks)
                ids.push_back(track.id);
            const auto bins = (*reader)->bins(ids, all, 100);
            QVERIFY(bins);
            for (const TrackBins &track : *bins) {
                now.bins.push_back(track.pixels);
                // Numbers of events differ with what is kept.
                for (Bin &bin : now.bins.back())
                    bin.longestId = 0;
            }
            now.shares = *(*reader)->modeShares(all, 100);
            now.idle = *(*reader)->idleSpans(all, SIZE_MAX);
            uint64_t kept = 0;
            for (const Event &event : generator.run().events)
                kept += keeps(detail, event.kind);
            QCOMPARE((*reader)->storedEvents(), kept);
            QVERIFY(now.idle == generator.run().idle);
            seen.push_back(std::move(now));
        }
        for (const size_t other : {size_t{1}, size_t{2}}) {
            QVERIFY(seen[other].kinds == seen[0].kinds);
            QVERIFY(seen[other].shares == seen[0].shares);
            QCOMPARE(seen[other].tracks.size(), seen[0].tracks.size());
            for (size_t i = 0; i < seen[0].tracks.size(); ++i) {
                QVERIFY(seen[other].tracks[i].id == seen[0].tracks[i].id);
                QCOMPARE(seen[other].tracks[i].count, seen[0].tracks[i].count);
                QCOMPARE(seen[other].tracks[i].busyNs, seen[0].tracks[i].busyNs);
                uint64_t counts[2] = {};
                for (size_t pixel = 0; pixel < 100; ++pixel) {
                    counts[0] += seen[0].bins[i][pixel].count;
                    counts[1] += seen[other].bins[i][pixel].count;
                }
                QCOMPARE(counts[1], counts[0]);
            }
        }
        // What is not drawn event by event is drawn from the same roll-ups.
        for (size_t i = 0; i < seen[0].bins.size(); ++i) {
            QVERIFY(seen[1].bins[i] == seen[0].bins[i]);
            const TrackKind kind = seen[0].tracks[i].id.kind;
            if (kind != TrackKind::Console && kind != TrackKind::Machine)
                QVERIFY(seen[2].bins[i] == seen[0].bins[i]);
        }
    }

    void detailCanChangeOnTheWay() {
        RunGenerator generator(6);
        auto recorder = RunRecorder::create(options(path("changing"), Detail::Markers));
        QVERIFY(recorder);
        generator.tell(**recorder, 20'000);
        const RunPoint from = generator.point();
        (*recorder)->setDetail(Detail::Full, from.icount, from.ns);
        generator.tell(**recorder, 5'000);
        const RunPoint to = generator.point();
        (*recorder)->setDetail(Detail::Markers, to.icount, to.ns);
        generator.tell(**recorder, 20'000);
        generator.end(**recorder);
        QVERIFY((*recorder)->close());
        auto reader = RunReader::open(path("changing"));
        QVERIFY(reader);
        // Within the detailed part spans are whole, though some began before it.
        for (const TrackId track : {TrackId{TrackKind::Timer, 1}, TrackId{TrackKind::IrqLine, 2},
                                    TrackId{TrackKind::AddressSpace, 1}}) {
            const TimeRange range{from.ns, to.ns};
            const auto found = (*reader)->spans(track, range, 100'000);
            QVERIFY(found);
            size_t expected = 0;
            for (const Span &span : generator.run().spans) {
                if (span.track != track || span.start >= range.to || span.end <= range.from)
                    continue;
                QVERIFY(expected < found->spans.size());
                const Span &read = found->spans[expected++];
                QCOMPARE(read.start.value, span.start.value);
                // Of one that ends beyond, the end is known if it is long.
                if (span.end < to.ns || span.lengthNs() > 3'000'000)
                    QCOMPARE(read.end.value, span.end.value);
                else
                    QVERIFY(read.end >= span.start && read.end <= span.end);
            }
            QVERIFY(found->spans.size() >= expected);
            QVERIFY((*reader)->spans(track, {{0}, to.ns}, 100)->spans.empty());
        }
    }

    void hostCostIsTheDifferenceOfTwoMoments() {
        auto recorder = RunRecorder::create(options(path("cost")));
        QVERIFY(recorder);
        RunRecorder &r = **recorder;
        r.hostCostUntil({0}, {});
        r.phaseStarted("firmware", {{0}, {0}, 0, 0});
        r.hostCostUntil({1000}, {{100, 0, 400, 10, 0}});
        r.phaseEnded("firmware", {{125}, {1000}, 0, 0.1});
        r.phaseStarted("kernel", {{125}, {1000}, 0, 0.1});
        r.hostCostUntil({2000}, {{100, 600, 400, 10, 40}});
        r.hostCostUntil({3000}, {{100, 800, 400, 10, 40}});
        r.hostCostUntil({3000}, {{100, 800, 400, 10, 50}}); // the same moment, a little later
        r.ended("reset", {{375}, {3000}, 0, 0.5}, "");
        QVERIFY(r.close());
        auto reader = RunReader::open(path("cost"));
        QVERIFY(reader);
        const auto info = (*reader)->info();
        QVERIFY2(info, info ? "" : sentence(info.error()));
        QCOMPARE(info->cost, (HostCost{{100, 800, 400, 10, 50}}));
        QCOMPARE(info->phases[0].hostCost, (HostCost{{100, 0, 400, 10, 0}}));
        QCOMPARE(info->phases[1].hostCost, (HostCost{{0, 800, 0, 0, 50}}));
        // Between two moments it grows evenly; beyond the last it does not.
        const auto costs = (*reader)->hostCosts({{500}, {4500}}, 4);
        QVERIFY(costs);
        QCOMPARE(costs->size(), size_t{4});
        QCOMPARE((*costs)[0], (HostCost{{50, 300, 200, 5, 20}}));
        QCOMPARE((*costs)[1], (HostCost{{0, 400, 0, 0, 25}}));
        QCOMPARE((*costs)[2], (HostCost{{0, 100, 0, 0, 5}}));
        QCOMPARE((*costs)[3], HostCost{});
    }

    void phasesMarkersAndNamesComeBack() {
        auto recorder = RunRecorder::create(options(path("names")));
        QVERIFY(recorder);
        RunRecorder &r = **recorder;
        r.source({SourceGroup::IrqLine, 4, "IRQ 4 COM1"});
        r.meta("machine", "pc");
        r.input({"kernel", "/boot/vmlinuz", std::string(64, 'a'), 12345});
        r.hostCost("execute", 1.5);
        r.phaseStarted("kernel", {{100}, {800}, 0, 0.1});
        r.phaseStarted("kernel/drivers", {{200}, {1600}, 0, 0.2});
        r.marker("init", "text 'init'", {250}, {2000});
        r.phaseEnded("kernel/drivers", {{300}, {2500}, 100, 0.3});
        r.phaseStarted("kernel/late", {{310}, {2580}, 100, 0.4});
        r.event({{310}, {2580}, EventKind::InterruptRaised, 0, 4});
        r.ended("marker:prompt", {{1000}, {9000}, 1000, 0.5}, "0123");
        QVERIFY(r.close());
        auto reader = RunReader::open(path("names"));
        QVERIFY(reader);
        const auto info = (*reader)->info();
        QVERIFY2(info, info ? "" : sentence(info.error()));
        QVERIFY(info->complete);
        QCOMPARE(info->ended, std::string("marker:prompt"));
        QCOMPARE(info->digest, std::string("0123"));
        QCOMPARE(info->icount.value, uint64_t{1000});
        QCOMPARE(info->virtualNs.value, uint64_t{9000});
        QCOMPARE(info->idleNs, uint64_t{1000});
        QCOMPARE(info->wallSeconds, 0.5);
        QCOMPARE(info->meta.at("machine"), std::string("pc"));
        QCOMPARE(info->inputs.size(), size_t{1});
        QCOMPARE(info->inputs[0].bytes, uint64_t{12345});
        QCOMPARE(info->hostCost.size(), size_t{1});
        QCOMPARE(info->markers.size(), size_t{1});
        QCOMPARE(info->markers[0].rule, std::string("text 'init'"));
        QCOMPARE(info->phases.size(), size_t{3});
        QCOMPARE(info->phases[1].path, std::string("kernel/drivers"));
        QCOMPARE(info->phases[1].name, std::string("drivers"));
        QCOMPARE(info->phases[1].depth, 1);
        QCOMPARE(info->phases[1].parent, info->phases[0].id);
        QCOMPARE(info->phases[1].instructions(), uint64_t{100});
        QCOMPARE(info->phases[1].idleNs(), uint64_t{100});
        QVERIFY(!info->phases[1].open);
        QVERIFY(info->phases[2].open);
        QCOMPARE(info->phases[2].end.ns.value, uint64_t{9000});
        const auto tracks = (*reader)->tracks();
        QVERIFY(tracks);
        const auto irq = std::ranges::find(*tracks, TrackId{TrackKind::IrqLine, 4}, &RunTrack::id);
        QVERIFY(irq != tracks->end());
        QCOMPARE(irq->label, std::string("IRQ 4 COM1"));
        QCOMPARE(irq->busyNs, uint64_t{9000 - 2580});
    }

    void anExistingFileNeedsForce() {
        const std::string file = path("exists");
        QFile existing(QString::fromStdString(file));
        QVERIFY(existing.open(QIODevice::WriteOnly));
        existing.write("precious");
        existing.close();
        auto refused = RunRecorder::create(options(file));
        QVERIFY(!refused);
        QVERIFY2(sentence(refused.error()).contains("--force"), sentence(refused.error()));
        QVERIFY(existing.open(QIODevice::ReadOnly));
        QCOMPARE(existing.readAll(), QByteArray("precious"));
        existing.close();
        RecorderOptions forced = options(file);
        forced.force = true;
        auto recorder = RunRecorder::create(forced);
        QVERIFY(recorder);
        QVERIFY((*recorder)->close());
        QVERIFY(RunReader::open(file));
    }

    void whatCannotBeWrittenIsSaid_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no folder") << folder_.filePath("nowhere/run") << QByteArray("no folder");
        QTest::newRow("a folder") << folder_.path() << QByteArray("is a directory");
        QTest::newRow("a device") << QString("/dev/null") << QByteArray("exists already");
    }
    void whatCannotBeWrittenIsSaid() {
        QFETCH(QString, file);
        QFETCH(QByteArray, says);
        const auto recorder = RunRecorder::create(options(file.toStdString()));
        QVERIFY(!recorder);
        QVERIFY2(sentence(recorder.error()).contains(says), sentence(recorder.error()));
    }

    void aFullDiskEndsTheRecordingAndKeepsWhatWasWritten() {
        RecorderOptions small = options(path("full disk"));
        small.mostPages = 150;
        auto recorder = RunRecorder::create(small);
        QVERIFY2(recorder, recorder ? "" : sentence(recorder.error()));
        RunGenerator generator(8);
        for (int i = 0; i < 400 && !(*recorder)->failed(); ++i)
            generator.tell(**recorder, 5000);
        QVERIFY((*recorder)->failed());
        generator.tell(**recorder, 200'000); // goes on without waiting for ever
        generator.end(**recorder);
        (*recorder)->flush();
        const auto closed = (*recorder)->close();
        QVERIFY(!closed);
        QVERIFY2(sentence(closed.error()).contains("disk is full"), sentence(closed.error()));
        auto reader = RunReader::open(path("full disk"));
        QVERIFY2(reader, reader ? "" : sentence(reader.error()));
        QVERIFY(!(*reader)->info()->complete);
        const auto events = (*reader)->eventsFrom(1, SIZE_MAX);
        QVERIFY(events);
        QVERIFY(events->size() > 10'000);
        for (size_t i = 0; i < events->size(); ++i)
            QVERIFY((*events)[i].event == generator.run().events[i]);
        const TimeRange all{{0}, (*reader)->end().ns};
        for (const RunTrack &track : *(*reader)->tracks())
            QVERIFY((*reader)->bins(track.id, all, 500));
    }

    void aKilledRecordingOpens() {
        for (int attempt = 0; attempt < 3; ++attempt) {
            const QString file = folder_.filePath(QString("killed%1").arg(attempt));
            QProcess process;
            process.start(QCoreApplication::applicationFilePath(), {"--record", file});
            uint64_t told = 0;
            for (int line = 0; line < 4 + 7 * attempt; ++line) {
                while (!process.canReadLine())
                    QVERIFY(process.waitForReadyRead(20'000));
                told = process.readLine().trimmed().toULongLong();
            }
            process.kill();
            QVERIFY(process.waitForFinished());
            QVERIFY(told > 1000);
            auto reader = RunReader::open(file.toStdString());
            QVERIFY2(reader, reader ? "" : sentence(reader.error()));
            const auto info = (*reader)->info();
            QVERIFY(info);
            QVERIFY(!info->complete);
            QVERIFY2(info->storedEvents >= told,
                     qPrintable(QString("%1 of %2").arg(info->storedEvents).arg(told)));
            const auto events = (*reader)->eventsFrom(1, SIZE_MAX);
            QVERIFY(events);
            QCOMPARE(uint64_t(events->size()), info->storedEvents);
            // What is drawn from roll-ups and, at the end, from events, is all there is.
            const TimeRange all{{0}, (*reader)->end().ns + 1};
            std::map<TrackId, uint64_t> counts;
            for (const StoredEvent &event : *events) {
                TrackId track = trackOf(event.event);
                if (track.kind != TrackKind::AddressSpace) ++counts[track];
            }
            for (const auto &[track, count] : counts) {
                const auto bins = (*reader)->bins(track, all, 20);
                QVERIFY(bins);
                uint64_t sum = 0;
                for (const Bin &bin : bins->pixels)
                    sum += bin.count;
                QCOMPARE(sum, count);
            }
        }
    }
};

int main(int argc, char **argv) {
    if (argc == 3 && std::strcmp(argv[1], "--record") == 0) return recordForEver(argv[2]);
    QCoreApplication application(argc, argv);
    TestRecorder test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_recorder.moc"
