// SPDX-License-Identifier: GPL-3.0-or-later
// The first event at which two recorded runs part, whatever differs there, with its neighbours.
#include "emulator/trace/comparison_divergence.h"
#include "emulator/trace/comparison_run.h"
#include "emulator/trace/recorder.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

namespace {

constexpr uint64_t events = 10'000;

struct Change {
    uint64_t at = 0; // the number of an event, from 1; 0: none is changed
    std::function<void(Event &)> how;
    Detail detail = Detail::Events;
    std::string sampleEvery = "1000";
    uint16_t diskNumber = 2;
    uint64_t last = events;
};

Event eventAt(uint64_t number, const Change &change) {
    Event event{{number * 10}, {number * 80}, EventKind::PortRead, 1, 1, 0x1F0, number & 0xFF, 0};
    if (number % 3 == 0) {
        event.kind = EventKind::PortWrite;
        event.source = change.diskNumber;
    }
    if (number % 100 == 0)
        event = {{number * 10}, {number * 80}, EventKind::Sample, 0, 0, 0xC0, 0, 0};
    if (number == change.at) change.how(event);
    return event;
}

} // namespace

class TestComparisonDivergence : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::unique_ptr<RunReader> record(const char *name, const Change &change) {
        RecorderOptions options;
        options.path = folder_.filePath(name).toStdString();
        options.force = true;
        options.detail = change.detail;
        auto recorder = RunRecorder::create(options);
        if (!recorder) qFatal("%s", recorder.error().sentence.c_str());
        RunRecorder &run = **recorder;
        run.meta("detail", std::string(bootglass::name(change.detail)));
        run.meta("sample_every", change.sampleEvery);
        run.source({SourceGroup::PortDevice, 1, "fw_cfg"});
        run.source({SourceGroup::PortDevice, change.diskNumber, "disk"});
        for (uint64_t number = 1; number <= change.last; ++number)
            run.event(eventAt(number, change));
        run.ended("time:end", {{events * 10}, {events * 80}, 0, 0}, {});
        if (!run.close()) qFatal("not recorded");
        auto reader = RunReader::open(options.path);
        if (!reader) qFatal("%s", reader.error().sentence.c_str());
        return std::move(*reader);
    }

  private slots:
    void theFirstDifferenceIsFound_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<int>("difference");
        QTest::addColumn<quint64>("equal");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, Change change, Difference difference, quint64 equal,
                            const char *sentence) {
            QTest::newRow(name) << change << int(difference) << equal << QString(sentence);
        };
        row("none", {}, Difference::None, events, "all 10000 events are equal");
        row("another value", {5000 - 1, [](Event &event) { event.value = 0xABCD; }},
            Difference::Value, 4998,
            "at icount 49990 port read fw_cfg, port 0x1F0 has value 0x87 in A and 0xABCD in B");
        row("another count", {7, [](Event &event) { event.icount.value += 3; }}, Difference::Count,
            6,
            "port read fw_cfg, port 0x1F0, value 0x7, 1 byte comes at icount 70 in A and at icount "
            "73 in B");
        row("something else", {1, [](Event &event) { event.kind = EventKind::Halt; }},
            Difference::Kind, 0,
            "A has port read fw_cfg, port 0x1F0, value 0x1, 1 byte at icount 10 where B has halt, "
            "instruction pointer 0x1F0, 1 byte at icount 10");
        row("another device", {4096, [](Event &event) { event.source = 2; }}, Difference::Kind,
            4095,
            "A has port read fw_cfg, port 0x1F0, value 0x0, 1 byte at icount 40960 where B has "
            "port read disk, port 0x1F0, value 0x0, 1 byte at icount 40960");
        row("no more", {.last = 9000}, Difference::Ended, 9000,
            "B has no more events; A goes on at icount 90010 with port read fw_cfg, port 0x1F0, "
            "value 0x29, 1 byte");
        row("devices are compared by name, not by number", {.diskNumber = 7}, Difference::None,
            events, "all 10000 events are equal");
        row("samples at other intervals are left out",
            {9800, [](Event &event) { event.address = 1; }, Detail::Events, "500"},
            Difference::None, events - events / 100, "all 9900 events are equal");
    }
    void theFirstDifferenceIsFound() {
        QFETCH(Change, change);
        QFETCH(int, difference);
        QFETCH(quint64, equal);
        QFETCH(QString, sentence);
        const auto a = record("a.bootglass", {});
        const auto b = record("b.bootglass", change);
        const auto found = firstDivergence(*a, *b, 3);
        QVERIFY2(found, found ? "" : found.error().sentence.c_str());
        QCOMPARE(int(found->difference), difference);
        QCOMPARE(quint64(found->equalEvents), equal);
        QCOMPARE(QString::fromStdString(divergenceSentence(*found)), sentence);
    }

    void bothSidesAreTold() {
        const auto a = record("a.bootglass", {});
        const auto b = record("b.bootglass", {50, [](Event &event) { event.value = 1000; }});
        const auto found = firstDivergence(*a, *b, 2);
        QVERIFY(found);
        QCOMPARE(found->before.size(), size_t(2));
        QCOMPARE(found->before[1].stored.id, uint64_t(49));
        QCOMPARE(found->a->stored.id, uint64_t(50));
        QCOMPARE(found->b->stored.event.value, uint64_t(1000));
        QCOMPARE(found->b->source, std::string("fw_cfg"));
        QCOMPARE(found->afterA.size(), size_t(2));
        QCOMPARE(found->afterB[0].stored.id, uint64_t(51));
    }

    void kindsThatOneRunDoesNotKeepAreLeftOut() {
        const auto a = record("a.bootglass", {});
        const auto b = record("b.bootglass", {.detail = Detail::Markers});
        const auto found = firstDivergence(*a, *b);
        QVERIFY(found);
        QVERIFY(found->nothingToCompare);
        QVERIFY(std::ranges::find(found->leftOut, EventKind::PortRead) != found->leftOut.end());
        QVERIFY(divergenceSentence(*found).find("--detail events") != std::string::npos);
    }

    void itCanBeStopped() {
        const auto a = record("a.bootglass", {});
        const auto found = firstDivergence(*a, *a, 2, [](uint64_t) { return false; });
        QVERIFY(!found);
        QVERIFY(found.error().cancelled);
    }

    void aRunIsReadByNames() {
        const auto reader = record("named.bootglass", {});
        const auto run = readComparedRun(*reader);
        QVERIFY(run);
        QCOMPARE(run->label, std::string("named"));
        const std::vector<Measured> &devices = run->measured.at(ComparedBy::Device);
        QCOMPARE(devices.size(), size_t(2));
        QCOMPARE(devices[0].name, std::string("fw_cfg"));
        QCOMPARE(devices[0].amount.count + devices[1].amount.count, events - events / 100);
    }

    void aRangeIsMeasuredByName() {
        const auto reader = record("range.bootglass", {});
        // Events 101 to 200; the last one is a sample.
        const auto measured = measureWithin(*reader, {{101 * 80}, {200 * 80 + 1}});
        QVERIFY2(measured, measured ? "" : measured.error().sentence.c_str());
        QCOMPARE(measured->at(ComparedBy::Device),
                 (std::vector<Measured>{{"fw_cfg", {0, 0, 0, 66}}, {"disk", {0, 0, 0, 33}}}));
        QVERIFY(measureWithin(*reader, {{5}, {5}}));
    }

    void activitiesOfANameAreOneRow() {
        RecorderOptions options;
        options.path = folder_.filePath("work.bootglass").toStdString();
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        RunRecorder &run = **recorder;
        const auto point = [](uint64_t at) { return RunPoint{{at}, {at * 8}, 0, 0}; };
        const auto activity = [&](int64_t id, ActivityKind kind, const char *name, uint64_t from,
                                  uint64_t to) {
            run.activityStarted({id, 0, kind, name, {}, point(from), point(from), true});
            run.activityEnded(id, {}, point(to));
        };
        activity(1, ActivityKind::Initcall, "pci_init", 100, 400);
        activity(2, ActivityKind::Driver, "ata_piix", 400, 450);
        activity(3, ActivityKind::Driver, "ata_piix", 500, 600);
        activity(4, ActivityKind::Process, "sh", 700, 900);
        activity(5, ActivityKind::Region, "memcpy", 901, 902);
        run.ended("time:end", point(1000), {});
        QVERIFY(run.close());
        const auto reader = RunReader::open(options.path);
        QVERIFY(reader);
        const auto compared = readComparedRun(**reader);
        QVERIFY(compared);
        QCOMPARE(compared->measured.at(ComparedBy::Driver),
                 (std::vector<Measured>{{"pci_init", {300, 2400, 0, 1}},
                                        {"ata_piix", {150, 1200, 0, 2}}}));
        QCOMPARE(compared->measured.at(ComparedBy::Service),
                 (std::vector<Measured>{{"sh", {200, 1600, 0, 1}}}));
        QCOMPARE(compared->measured.at(ComparedBy::Region),
                 (std::vector<Measured>{{"memcpy", {1, 8, 0, 1}}}));
    }

    void codeWithoutASymbolIsOneRow() {
        RecorderOptions options;
        options.path = folder_.filePath("code.bootglass").toStdString();
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        RunRecorder &run = **recorder;
        run.meta("sample_every", "100");
        for (uint64_t at = 1; at <= 5; ++at)
            run.sample({{at * 100}, {at * 800}, uint32_t(0xC1000000 + at * 5000), 0, 0x1000, {}});
        run.sample({{550}, {4400}, 0x01F00000, 0, 0x1000, {}});
        run.ended("time:end", {{600}, {4800}, 0, 0}, {});
        QVERIFY(run.close());
        const auto reader = RunReader::open(options.path);
        QVERIFY(reader);
        const auto functions = measureFunctions(**reader, {{0}, {4800}});
        QVERIFY(functions);
        QCOMPARE(functions->size(), size_t(1));
        QCOMPARE(functions->front().name, std::string("(no symbol)"));
        QCOMPARE(functions->front().amount.count, uint64_t(6));
        QCOMPARE(functions->front().amount.instructions, uint64_t(600));
    }
};

QTEST_GUILESS_MAIN(TestComparisonDivergence)
#include "tst_comparison_divergence.moc"
