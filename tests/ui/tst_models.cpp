// SPDX-License-Identifier: GPL-3.0-or-later
// What tables and cards say about the sample boot, held against what the reader says.
#include "emulator/trace/analysis.h"
#include "tests/ui/run_values.h"
#include "tests/ui/sample_file.h"
#include "ui/base/number_format.h"
#include "ui/panels/event_panel.h"
#include "ui/panels/marker_panel.h"
#include "ui/panels/phase_panel.h"
#include "ui/panels/selection_panel.h"
#include "ui/run/cost_text.h"
#include "ui/run/cursor_query.h"
#include "ui/run/event_text.h"
#include "ui/run/run_document.h"
#include "ui/timeline/hover_text.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace bootglass;

class TestModels : public QObject {
    Q_OBJECT

    SampleFile sample_;
    std::unique_ptr<RunReader> reader_;
    RunSnapshot run_;

    TrackId trackOf(const char *label) const {
        const auto found = std::ranges::find(run_.tracks, label, &RunTrack::label);
        return found == run_.tracks.end() ? TrackId{} : found->id;
    }
    const RunPhase &phase(const char *path) const {
        return *std::ranges::find(run_.phases, path, &RunPhase::path);
    }
    CardText hover(TrackId track, LaneStyle style, VirtualNs time, uint64_t reach,
                   const QString &label) {
        HoverRequest request;
        if (style != LaneStyle::Modes) request.tracks = {track};
        request.style = style;
        request.time = time;
        request.pixel = {time, time + 1000};
        request.nearby = {{time.value - std::min(time.value, reach)}, time + reach};
        const auto answer = queryHover(*reader_, request);
        if (!answer) return {QString::fromStdString(answer.error().sentence), {}};
        Lane lane;
        lane.label = label;
        lane.style = style;
        return laneCard(*answer, lane, run_);
    }

  private slots:
    void initTestCase() {
        QVERIFY2(sample_.error().empty(), sample_.error().c_str());
        auto reader = RunReader::open(sample_.file().toStdString());
        QVERIFY(reader);
        reader_ = std::move(*reader);
        auto run = takeSnapshot(*reader_);
        QVERIFY(run);
        run_ = std::move(*run);
    }

    // --- phases

    void phaseTableSumsUp() {
        const auto table = phaseTable(run_.phases, run_.end);
        QCOMPARE(table.size(), run_.phases.size());
        uint64_t instructions = 0;
        uint64_t own = 0;
        uint64_t time = 0;
        uint64_t idle = 0;
        double share = 0;
        for (const PhaseRow &row : table) {
            own += row.ownInstructions;
            if (row.phase.depth != 0) continue;
            instructions += row.instructions;
            time += row.durationNs;
            idle += row.idleNs;
            share += row.instructionShare;
        }
        QCOMPARE(instructions, run_.end.icount.value);
        QCOMPARE(own, run_.end.icount.value);
        QCOMPARE(time, run_.end.ns.value);
        QCOMPARE(idle, run_.end.idleNs);
        QVERIFY(std::abs(share - 1) < 1e-9);
    }
    void phaseRowsTellTheTable() {
        const auto table = phaseTable(run_.phases, run_.end);
        const auto rows = phaseRows(table, Theme::light());
        QCOMPARE(rows.size(), table.size());
        for (size_t i = 0; i < rows.size(); ++i) {
            const RunPhase &told = table[i].phase;
            QCOMPARE(rows[i].cells[0], QString::fromStdString(told.name));
            QCOMPARE(rows[i].cells[1], shortCount(told.instructions()));
            QCOMPARE(rows[i].cells[2], duration(told.durationNs()));
            QCOMPARE(rows[i].cells[3], duration(told.idleNs()));
            QCOMPARE(rows[i].cells[5], duration(told.hostCost.total()));
            QVERIFY(rows[i].hint.contains(costLines(told.hostCost).first()));
            QCOMPARE(rows[i].depth, told.depth);
            QVERIFY(rows[i].hint.contains(grouped(told.instructions())));
            QCOMPARE(rows[i].chip, phaseColour(QString::fromStdString(told.path), Theme::light()));
        }
    }
    void phasesHaveTheirColours() {
        for (const Theme *theme : {&Theme::light(), &Theme::darkOne()}) {
            std::set<QRgb> tops;
            for (const char *top : {"firmware", "loader", "kernel", "kernel/drivers", "userspace"})
                tops.insert(phaseColour(QString::fromUtf8(top), *theme).rgb());
            QCOMPARE(tops.size(), size_t{5});
            // Deeper is paler, and any name has a colour.
            QVERIFY(phaseColour("kernel/early", *theme) != phaseColour("kernel", *theme));
            QVERIFY(phaseColour("", *theme).isValid());
            QVERIFY(phaseColour("a/b/c/d/e/f/g/h", *theme).isValid());
        }
    }

    // --- markers and events

    void markerRowsTellTheMarkers() {
        const auto rows = markerRows(run_.markers);
        QCOMPARE(rows.size(), run_.markers.size());
        const RunMarker &last = run_.markers.back();
        QCOMPARE(rows.back().cells,
                 (QStringList{"prompt", exactSeconds(last.ns), grouped(last.icount.value),
                              "serial text 'Prompt:'"}));
        QCOMPARE(rows.back().time, last.ns);
    }
    void hostileNamesAreOnlyText() {
        RunMarker marker = makeMarker(1, "\x1b[31m<b>x</b>\u202E", 80);
        QCOMPARE(markerRows({marker})[0].cells[0], QStringLiteral("<b>x</b>"));
        QCOMPARE(markerCard(marker).title, QStringLiteral("<b>x</b>"));
    }
    void eventRowsTellTheEvents() {
        const TimeRange disk = phase("kernel/drivers/ata_piix").range();
        EventPage page{disk, {}, false};
        page.events = *reader_->events(disk, 5000);
        QCOMPARE(page.events.size(), size_t{5000});
        const auto rows = eventRows(page, run_);
        for (size_t i = 0; i < rows.size(); ++i) {
            const StoredEvent &stored = page.events[i];
            QCOMPARE(rows[i].cells[0], grouped(stored.id));
            QCOMPARE(rows[i].cells[1], exactSeconds(stored.event.ns));
            QCOMPARE(rows[i].cells[2], grouped(stored.event.icount.value));
            QCOMPARE(rows[i].time, stored.event.ns);
            if (stored.event.kind != EventKind::PortWrite) continue;
            QCOMPARE(rows[i].cells[4], QStringLiteral("IDE disk"));
            QVERIFY(rows[i].cells[5].startsWith("port " + hex(stored.event.address)));
        }
    }

    void eventsReadWell_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<quint64>("address");
        QTest::addColumn<quint64>("value");
        QTest::addColumn<quint64>("detail");
        QTest::addColumn<int>("size");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, EventKind kind, quint64 address, quint64 value,
                            quint64 detail, int size, QString text) {
            QTest::newRow(name) << int(kind) << address << value << detail << size
                                << text.replace(u'~', thinSpace);
        };
        row("port write", EventKind::PortWrite, 0x3F8, 0x41, 0, 1,
            "port 0x3F8, value 0x41, 1 byte");
        row("port read", EventKind::PortRead, 0xCFC, 0x12378086, 0, 4,
            "port 0xCFC, value 0x12378086, 4 bytes");
        row("mode switch", EventKind::ModeSwitch, 0x100000, 1, 0, 0,
            "real → protected, at 0x100000");
        row("strange mode", EventKind::ModeSwitch, 0, 77, 99, 0, "unknown → unknown, at 0x0");
        row("dma", EventKind::Dma, 0x1000, 4096, 1, 0,
            "physical address 0x1000, 4.0~KiB to memory");
    }
    void eventsReadWell() {
        QFETCH(int, kind);
        QFETCH(quint64, address);
        QFETCH(quint64, value);
        QFETCH(quint64, detail);
        QFETCH(int, size);
        QFETCH(QString, text);
        Event event;
        event.kind = static_cast<EventKind>(kind);
        event.address = static_cast<uint32_t>(address);
        event.value = value;
        event.detail = detail;
        event.size = static_cast<uint8_t>(size);
        QCOMPARE(valuesText(event), text);
    }
    void unknownKindsAreSurvived() {
        Event event;
        event.kind = static_cast<EventKind>(250);
        QCOMPARE(kindText(event.kind), QStringLiteral("unknown event"));
        QVERIFY(sourceText(event, run_).isEmpty());
        QVERIFY(valuesText(event).isEmpty());
        event.kind = EventKind::PortWrite;
        event.source = 999;
        QCOMPARE(sourceText(event, run_), QStringLiteral("number 999"));
        QVERIFY(!kindsText(UINT32_MAX).isEmpty());
    }

    void tablesAreSoundModels() {
        RowTable table({{"a"}, {"b", true}});
        QAbstractItemModelTester tester(&table,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&table, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&table, &QAbstractItemModel::dataChanged);
        TableRow row;
        row.cells = {"x"}; // one cell short
        table.setRows({row, row});
        QCOMPARE(reset.size(), 1);
        QCOMPARE(table.data(table.index(0, 0), Qt::DisplayRole).toString(), QStringLiteral("x"));
        QCOMPARE(table.data(table.index(0, 1), Qt::DisplayRole).toString(), QString());
        table.setRows({row, row});
        QCOMPARE(changed.size(), 0); // the same
        row.cells = {"y", "z"};
        table.setRows({row, row});
        QCOMPARE(changed.size(), 1); // selection and scrolling stay
        QCOMPARE(reset.size(), 1);
        QVERIFY(!table.row(table.index(5, 0)));
    }

    // --- hover cards

    void phaseCardIsExact() {
        const RunPhase &early = phase("kernel/early");
        const CardText card = phaseCard(early, run_);
        QCOMPARE(card.title, QStringLiteral("kernel/early"));
        const QString all = card.lines.join(u'\n');
        QVERIFY(all.contains(grouped(150'000'000) + " instructions"));
        QVERIFY(all.contains(exactSeconds(early.durationNs())));
        QVERIFY(all.contains("from " + exactSeconds(early.start.ns)));
        QVERIFY(all.contains("icount " + grouped(early.end.icount.value)));
    }
    void laneCardTellsTheEventUnderThePointer() {
        const TrackId line = trackOf("IRQ 14 disk");
        QCOMPARE(line.kind, TrackKind::IrqLine);
        const auto events = *reader_->events(line, run_.whole(), 40);
        const StoredEvent raised = *std::ranges::find_if(events, [](const StoredEvent &stored) {
            return stored.event.kind == EventKind::InterruptRaised;
        });
        const CardText card = hover(line, LaneStyle::Density, raised.event.ns, 50, "IRQ 14 disk");
        const QString all = card.title + u'\n' + card.lines.join(u'\n');
        QVERIFY2(all.contains(exactSeconds(raised.event.ns) + " · icount " +
                              grouped(raised.event.icount.value)),
                 qPrintable(all));
        QVERIFY2(card.title.startsWith("IRQ 14 disk: "), qPrintable(all));
        QVERIFY2(all.contains("ended after " + exactDuration(900 * 8)), qPrintable(all));
        QVERIFY2(all.contains("within this pixel (" + duration(1000) + ")"), qPrintable(all));
    }
    void laneCardWhereNothingHappened() {
        const CardText card =
            hover(trackOf("IRQ 14 disk"), LaneStyle::Density, {1'000'000}, 100, "IRQ 14 disk");
        QCOMPARE(card.title, QStringLiteral("IRQ 14 disk"));
        QCOMPARE(card.lines.size(), qsizetype(2));
        QCOMPARE(card.lines[0],
                 QString(exactSeconds(uint64_t{1'000'000}) + " · icount " + grouped(125'000)));
        QVERIFY(card.lines[1].startsWith("no events within this pixel"));
    }
    void modeCardTellsShares() {
        const CardText card =
            hover({}, LaneStyle::Modes, phase("kernel/early").start.ns + 5000, 100, "CPU mode");
        QVERIFY2(card.lines.contains(QString("kernel " + percent(1) + " · " + exactDuration(1000))),
                 qPrintable(card.lines.join(u'\n')));
    }

    // --- figures

    void cursorsCountExactly() {
        const RunPhase &init = phase("userspace/init");
        const auto facts = queryCursors(*reader_, init.start.ns, init.end.ns);
        QVERIFY(facts);
        QCOMPARE(facts->countA, init.start.icount);
        QCOMPARE(facts->countB, init.end.icount);
        QCOMPARE(facts->instructions(), init.instructions());
        QCOMPARE(facts->lengthNs(), init.durationNs());
        QCOMPARE(facts->idleNs(), init.idleNs());
        const auto swapped = queryCursors(*reader_, init.end.ns, init.start.ns);
        QCOMPARE(swapped->instructions(), init.instructions());
        QVERIFY(!queryCursors(*reader_, init.start.ns, {})->both());
    }
    void figuresOfARangeAreThoseOfItsEvents() {
        const RunPhase &udev = phase("userspace/udev");
        const auto figures = queryFigures(*reader_, udev.range(), run_.tracks);
        QVERIFY(figures);
        QCOMPARE(figures->instructions, udev.instructions());
        QCOMPARE(figures->idleNs, udev.idleNs());
        uint64_t exceptions = 0;
        uint64_t interrupts = 0;
        for (const StoredEvent &stored : *reader_->events(udev.range(), SIZE_MAX)) {
            const TrackKind kind = bootglass::trackOf(stored.event).kind;
            exceptions += kind == TrackKind::Exception;
            interrupts += kind == TrackKind::IrqLine;
        }
        QCOMPARE(figures->exceptions, exceptions);
        QCOMPARE(figures->interrupts, interrupts);
        QVERIFY(figures->exceptions > 1000);
    }

    // --- documents

    void aDocumentLoadsInTheBackground() {
        RunDocument document(sample_.file());
        QSignalSpy loaded(&document, &RunDocument::loaded);
        QSignalSpy failed(&document, &RunDocument::failed);
        QVERIFY(!document.isLoaded());
        QTRY_COMPARE(loaded.size(), 1);
        QCOMPARE(document.run().end, run_.end);
        QCOMPARE(document.run().phases, run_.phases);
        QCOMPARE(failed.size(), 0);
        QVERIFY(document.run().fileBytes > 10'000);
    }
    void aBadFileFailsWithASentence_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("not there") << sample_.path("nowhere") << "no such file";
        QTest::newRow("damaged") << sample_.damagedCopy("damaged.bootglass", 8192) << "damaged";
        QTest::newRow("not a run") << sample_.damagedCopy("none.bootglass", 0) << "not a run file";
    }
    void aBadFileFailsWithASentence() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        RunDocument document(file);
        QSignalSpy failed(&document, &RunDocument::failed);
        QTRY_VERIFY(!failed.isEmpty());
        QVERIFY2(failed[0][0].toString().contains(says), qPrintable(failed[0][0].toString()));
        QVERIFY(!document.isLoaded());
    }
    void ofASlotTheNewestQuestionIsAnswered() {
        QueryThread thread(sample_.file().toStdString());
        QObject asker;
        QList<int> answers;
        for (int question = 0; question < 200; ++question)
            thread.ask(
                QuerySlot::Hover, &asker, [question](RunReader &) { return question; },
                [&](int answer) { answers << answer; });
        QTRY_VERIFY(!thread.busy());
        QTRY_VERIFY(!answers.isEmpty() && answers.last() == 199);
        QVERIFY(answers.size() < 200); // older ones were dropped
        QVERIFY(std::ranges::is_sorted(answers));
    }
    void whoIsGoneHearsNothing() {
        QueryThread thread(sample_.file().toStdString());
        bool told = false;
        {
            QObject asker;
            thread.ask(
                QuerySlot::Hover, &asker, [](RunReader &) { return 1; }, [&](int) { told = true; });
        }
        QTRY_VERIFY(!thread.busy());
        QTest::qWait(20);
        QVERIFY(!told);
    }
};

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    TestModels test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_models.moc"
