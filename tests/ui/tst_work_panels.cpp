// SPDX-License-Identifier: GPL-3.0-or-later
// The tables about the guest's work: functions by samples, spans of a lane, the code at an event.
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/run/code_query.h"

using namespace bootglass;

class TestWorkPanels : public QObject {
    Q_OBJECT

    SampleFile sample_;

    template<typename Panel>
    static void show(OpenWindow &open, Panel &panel) {
        open.window.view().tabs().setCurrentWidget(&panel);
    }

  private slots:
    void initTestCase() { QVERIFY2(sample_.error().empty(), sample_.error().c_str()); }

    void functionsShareTheSamplesOfTheSelection() {
        OpenWindow open(sample_.file());
        FunctionPanel &panel = open.window.view().functions();
        show(open, panel);
        QTRY_VERIFY(!panel.table().rows().empty());
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto all = (*reader)->functions(open.run().whole());
        QVERIFY(all);
        QCOMPARE(panel.table().rows().size(), all->size());
        QCOMPARE(panel.table().rows()[0].cells[0], QString::fromStdString((*all)[0].name));
        double shares = 0;
        for (const TableRow &row : panel.table().rows())
            shares += row.keys[1].toDouble();
        QVERIFY(std::abs(shares - 1) < 1e-9);
        QCOMPARE(open.window.view().figures().value("top function").section(' ', 0, 0),
                 QString::fromStdString((*all)[0].name));
        // Firmware is not sampled in this run.
        open.navigator().select(open.phase("firmware").range());
        QTRY_VERIFY(panel.table().rows().empty());
        QVERIFY(panel.note().contains("No sample"));
    }

    void spansFollowTheChosenLane() {
        OpenWindow open(sample_.file());
        SpanPanel &panel = open.window.view().spans();
        show(open, panel);
        const LaneRow *row = open.row(QStringLiteral("IRQ 4 COM1"));
        QVERIFY(row);
        const TrackId track = laneOf(*row, open.scene().groups)->tracks.front();
        open.timeline().focusLane(open.scene().keyOf(*row));
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto spans = (*reader)->spans(track, open.run().whole(), SpanPanel::mostRows);
        QVERIFY(spans && !spans->spans.empty());
        QTRY_COMPARE(panel.table().rows().size(), spans->spans.size());
        const TableRow &first = panel.table().rows().front();
        QCOMPARE(first.keys[0].toULongLong(), qulonglong(spans->spans[0].start.value));
        QCOMPARE(first.keys[2].toULongLong(), qulonglong(spans->spans[0].lengthNs()));
        QTest::mouseClick(panel.view().viewport(), Qt::LeftButton, {},
                          panel.view().visualRect(panel.view().model()->index(0, 0)).center());
        QCOMPARE(open.navigator().cursor(Cursor::A), std::optional(spans->spans[0].start));
    }
    void initcallsAreListed() {
        OpenWindow open(sample_.file());
        SpanPanel &panel = open.window.view().spans();
        show(open, panel);
        const int place = panel.lanes().findText("Initcalls");
        QVERIFY(place >= 0);
        panel.lanes().setCurrentIndex(place);
        QTRY_VERIFY(std::ranges::any_of(panel.table().rows(), [](const TableRow &row) {
            return row.cells[4].startsWith("acpi_init");
        }));
    }

    void theCodeAtASampleIsDisassembled() {
        OpenWindow open(sample_.file());
        CodePanel &panel = open.window.view().code();
        show(open, panel);
        const RunPhase &phase = open.phase("kernel/drivers/x509 self test");
        open.navigator().setCursor(Cursor::A, phase.start.ns + phase.durationNs() / 2);
        QTRY_VERIFY(!panel.table().rows().empty());
        QVERIFY2(panel.note().startsWith("sample at"), qPrintable(panel.note()));
        const auto lines = panel.view().selectionModel()->selectedRows();
        QCOMPARE(lines.size(), qsizetype(1));
        const TableRow *row = panel.view().rowAt(lines.front());
        QCOMPARE(row->cells[2], QString("leave")); // sixteen bytes into the function
        QVERIFY(!panel.table().rows().front().cells[4].isEmpty()); // which begins the listing
        QCOMPARE(panel.table().rows().front().cells[2], QString("push"));
    }
    void codeThatWasNotRecordedIsSaidSo() {
        OpenWindow open(sample_.file());
        CodePanel &panel = open.window.view().code();
        show(open, panel);
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto events = (*reader)->events(open.run().whole(), 100'000);
        const auto fault = std::ranges::find(*events, EventKind::Exception,
                                             [](const StoredEvent &e) { return e.event.kind; });
        QVERIFY(fault != events->end());
        open.navigator().choose(*fault);
        QTRY_VERIFY2(panel.note().startsWith("exception at"), qPrintable(panel.note()));
        QVERIFY(panel.note().contains("not recorded"));
        QVERIFY(panel.table().rows().empty());
    }

    void listingsBeginWhereInstructionsLeadToTheOneSought_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("eip");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("at");
        QTest::newRow("from the page's start")
            << QByteArray("\x55\x89\xE5\xC9\xC3", 5) << 3 << "push"
            << "leave";
        // At 1 an instruction would reach over the one at 3.
        QTest::newRow("not within another") << QByteArray("\x0F\xB8\x55\xC9\xC3", 5) << 3 << ""
                                            << "leave";
        QTest::newRow("no instruction at all")
            << QByteArray("\x90\x0F\x0B\xFF\xFF", 5) << 3 << "nop"
            << "(bad)";
    }
    void listingsBeginWhereInstructionsLeadToTheOneSought() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, eip);
        QFETCH(QString, first);
        QFETCH(QString, at);
        CodeBytes page;
        page.address = 0x1000;
        page.bytes.assign(bytes.begin(), bytes.end());
        const uint32_t sought = 0x1000 + static_cast<uint32_t>(eip);
        const auto lines = disassembled(page, sought, true, SymbolTable());
        QVERIFY(!lines.empty());
        if (!first.isEmpty()) QCOMPARE(lines.front().mnemonic, first);
        const auto current = std::ranges::find(lines, sought, &CodeLine::address);
        QVERIFY(current != lines.end());
        QCOMPARE(current->mnemonic, at);
        QVERIFY(disassembled(page, 0x5000, true, SymbolTable()).empty()); // another page
    }
};

QTEST_MAIN(TestWorkPanels)
#include "tst_work_panels.moc"
