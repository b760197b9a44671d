// SPDX-License-Identifier: GPL-3.0-or-later
// What the window can be told to do: tabs, the command palette, keys that users change, notes,
// tables that sort, filter and copy.
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/panels/note_dialog.h"
#include "ui/window/settings.h"
#include "ui/window/shortcut_editor.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTimer>

using namespace bootglass;

class TestActions : public QObject {
    Q_OBJECT

    SampleFile sample_;

  private slots:
    void initTestCase() { QVERIFY2(sample_.error().empty(), sample_.error().c_str()); }

    // --- tabs

    void severalRunsHaveTabs() {
        const QString second = sample_.path("second.bootglass");
        QVERIFY(QFile::copy(sample_.file(), second));
        OpenWindow open(sample_.file());
        QVERIFY(!open.window.tabs().bar().isVisible());
        open.navigator().show({{100'000'000}, {200'000'000}});
        open.open(second);
        QCOMPARE(open.window.tabs().count(), 2);
        QVERIFY(open.window.tabs().bar().isVisible());
        QVERIFY(open.window.windowTitle().contains("second"));
        QCOMPARE(open.navigator().visible(), open.run().whole());
        open.window.tabs().bar().setCurrentIndex(0);
        QVERIFY(open.window.windowTitle().contains("sample"));
        QCOMPARE(open.navigator().visible(), (TimeRange{{100'000'000}, {200'000'000}}));
        open.open(second); // it is open already: its tab comes to the front
        QCOMPARE(open.window.tabs().count(), 2);
        QVERIFY(open.window.windowTitle().contains("second"));
        open.action(ActionId::CloseRun).trigger();
        QCOMPARE(open.window.tabs().count(), 1);
        QVERIFY(open.window.windowTitle().contains("sample"));
        QVERIFY(!open.window.tabs().bar().isVisible());
        open.action(ActionId::CloseRun).trigger();
        QVERIFY(!open.window.showsRun());
        open.open(second);
        QVERIFY(open.window.showsRun());
    }
    void aFileThatCannotBeOpenedTakesItsTabAlong() {
        OpenWindow open(sample_.file());
        open.window.openRun(sample_.path("missing.bootglass"));
        QTRY_VERIFY(open.window.banner().sentence().contains("no such file"));
        QCOMPARE(open.window.tabs().count(), 1);
        QVERIFY(open.window.document()->isLoaded());
    }

    // --- the palette

    void thePaletteDoesAndGoes() {
        OpenWindow open(sample_.file());
        CommandPalette &palette = open.window.palette();
        open.action(ActionId::Palette).trigger();
        QVERIFY(palette.isVisible());
        QVERIFY(palette.shown().contains("Zoom in"));
        QVERIFY(palette.shown().contains("kernel/drivers"));
        QTest::keyClicks(&palette.line(), "x509");
        QCOMPARE(palette.shown().first(), QString("kernel/drivers/x509 self test"));
        QTest::keyClick(&palette.line(), Qt::Key_Return);
        QVERIFY(!palette.isVisible());
        const RunPhase &phase = open.phase("kernel/drivers/x509 self test");
        QVERIFY(open.navigator().visible().from <= phase.start.ns);
        QVERIFY(open.navigator().visible().lengthNs() < 2 * phase.durationNs());
        open.action(ActionId::Palette).trigger();
        QTest::keyClicks(&palette.line(), "whole boot");
        QTest::keyClick(&palette.line(), Qt::Key_Return);
        QCOMPARE(open.navigator().visible(), open.run().whole());
        open.action(ActionId::Palette).trigger();
        QTest::keyClick(&palette.line(), Qt::Key_Escape);
        QVERIFY(!palette.isVisible());
    }
    void thePaletteOffersOnlyWhatCanBeDone() {
        OpenWindow open;
        open.action(ActionId::Palette).trigger();
        QVERIFY(!open.window.palette().shown().contains("Zoom in"));
        QVERIFY(open.window.palette().shown().contains("Open a run"));
    }

    // --- keys

    void keysAreChangedKeptAndGivenBack() {
        {
            OpenWindow open(sample_.file());
            Actions &actions = open.window.actions();
            ShortcutEditor editor(actions, &open.window);
            editor.choose(ActionId::ZoomIn);
            editor.keys().setKeySequence(QKeySequence("Z"));
            editor.addButton().click();
            QVERIFY(actions.keys(ActionId::ZoomIn).contains(QKeySequence("Z")));
            // Keys of another action are named, then taken.
            editor.keys().setKeySequence(QKeySequence("F"));
            QVERIFY2(editor.told().contains("Fit the selection"), qPrintable(editor.told()));
            editor.addButton().click();
            QVERIFY(!actions.keys(ActionId::Fit).contains(QKeySequence("F")));
        }
        OpenWindow again(sample_.file());
        Actions &actions = again.window.actions();
        QVERIFY(actions.keys(ActionId::ZoomIn).contains(QKeySequence("Z")));
        QVERIFY(actions.keys(ActionId::Fit).isEmpty());
        const uint64_t before = again.navigator().visible().lengthNs();
        again.timeline().setFocus();
        QTest::keyClick(&again.timeline(), Qt::Key_Z);
        QVERIFY(again.navigator().visible().lengthNs() < before);
        for (const ActionInfo &row : actionTable())
            actions.setKeys(row.id, Actions::defaultKeys(row.id));
        OpenWindow third;
        QCOMPARE(third.window.actions().keys(ActionId::Fit), Actions::defaultKeys(ActionId::Fit));
    }
    void plainKeysLeaveTextFieldsAlone() {
        OpenWindow open(sample_.file());
        const TimeRange before = open.navigator().visible();
        open.window.bar().search().setFocus();
        QTest::keyClicks(&open.window.bar().search(), "wasdf");
        QCOMPARE(open.window.bar().search().text(), QString("wasdf"));
        QCOMPARE(open.navigator().visible(), before);
    }
    void namesOfActionsAreUnique() {
        QStringList names;
        for (const ActionInfo &row : actionTable())
            names << row.name;
        QCOMPARE(names.removeDuplicates(), qsizetype(0));
    }

    // --- notes

    void notesAreWrittenShownAndRemoved() {
        const QString file = sample_.path("noted.bootglass");
        QVERIFY(QFile::copy(sample_.file(), file));
        {
            OpenWindow open(file);
            open.navigator().select({{500'000'000}, {900'000'000}});
            QTimer::singleShot(0, [] {
                auto *dialog = qobject_cast<NoteDialog *>(QApplication::activeModalWidget());
                if (!dialog) return;
                auto *ok = dialog->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
                if (ok->isEnabled()) return; // a note without a title is none
                dialog->title().setText("slow here");
                dialog->text().setPlainText("why?");
                ok->click();
            });
            open.action(ActionId::AddNote).trigger();
            QCOMPARE(open.window.view().notes().table().rows().size(), size_t{1});
            // Its flag is clicked in the lane of notes.
            open.navigator().clearCursors();
            open.navigator().clearCursors();
            const QPoint flag = open.onLane(QStringLiteral("Notes"), {500'000'000}) + QPoint(3, 0);
            QTest::mouseClick(&open.timeline(), Qt::LeftButton, {}, flag);
            QCOMPARE(open.window.view().tabs().currentWidget(), &open.window.view().notes());
            QCOMPARE(open.navigator().cursor(Cursor::A), std::optional(VirtualNs{500'000'000}));
        }
        OpenWindow again(file);
        QCOMPARE(again.window.view().noteBook().notes().size(), size_t{1});
        QCOMPARE(again.window.view().noteBook().notes()[0].title, std::string("slow here"));
        QCOMPARE(again.window.view().noteBook().notes()[0].range,
                 (TimeRange{{500'000'000}, {900'000'000}}));
        again.window.view().noteBook().remove(1);
        QVERIFY(readNotes(file.toStdString())->empty());
    }

    // --- tables

    void tablesSortFilterAndCopy() {
        OpenWindow open(sample_.file());
        EventPanel &panel = open.window.view().events();
        open.window.view().tabs().setCurrentWidget(&panel);
        QTRY_VERIFY(panel.table().rows().size() > 100);
        RowView &view = panel.view();
        view.sortByColumn(2, Qt::DescendingOrder); // by number, not as text
        qulonglong last = ULLONG_MAX;
        for (int line = 0; line < view.lines(); ++line) {
            const qulonglong count =
                view.model()->index(line, 2).data(RowTable::keyRole).toULongLong();
            QVERIFY(count <= last);
            last = count;
        }
        view.sortByColumn(-1, Qt::AscendingOrder);
        view.setWords("port write");
        const int writes = view.lines();
        QVERIFY(writes > 0 && static_cast<size_t>(writes) < panel.table().rows().size());
        view.selectRow(0);
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
        const QStringList csv = QApplication::clipboard()->text().split("\r\n");
        QCOMPARE(csv.size(), qsizetype(3)); // headings, a line, its end
        QCOMPARE(csv[0], QString("no.,virtual time,icount,event,source,values"));
        QVERIFY(csv[1].contains("port write"));
        QVERIFY(csv[1].section(',', 1, 1).toULongLong() > 0); // plain digits
    }
    void aLongListGrowsAsItIsScrolled() {
        OpenWindow open(sample_.file());
        EventPanel &panel = open.window.view().events();
        open.window.view().tabs().setCurrentWidget(&panel);
        QTRY_COMPARE(panel.table().rows().size(), EventPanel::mostRows);
        panel.view().scrollToBottom();
        QTRY_VERIFY(panel.table().rows().size() > EventPanel::mostRows);
        const auto &rows = panel.table().rows();
        for (size_t row = 1; row < rows.size(); ++row)
            QVERIFY(rows[row].id == rows[row - 1].id + 1);
    }
    void theChosenEventIsChosenInTheTable() {
        OpenWindow open(sample_.file());
        EventPanel &panel = open.window.view().events();
        open.window.view().tabs().setCurrentWidget(&panel);
        QTRY_COMPARE(panel.table().rows().size(), EventPanel::mostRows);
        auto reader = RunReader::open(sample_.file().toStdString());
        const StoredEvent far = *(*reader)->event((*reader)->storedEvents() - 10);
        open.navigator().choose(far);
        QTRY_VERIFY(std::ranges::any_of(panel.table().rows(), [&](const TableRow &row) {
            return row.id == static_cast<int64_t>(far.id);
        }));
        QTRY_VERIFY(panel.view().selectionModel()->hasSelection());
        QCOMPARE(panel.view().rowAt(panel.view().selectionModel()->selectedRows().front())->id,
                 static_cast<int64_t>(far.id));
    }
    void fieldsWithCommasAreQuoted() {
        RowTable table({{"a"}, {"b", true}});
        RowView view(&table, "table");
        TableRow row;
        row.cells = {"x, \"y\"", "1 000"};
        row.keys = {QVariant(), 1000};
        table.setRows({row});
        QCOMPARE(view.csv(true), QString("a,b\r\n\"x, \"\"y\"\"\",1000\r\n"));
    }
    void statisticsTellEachLane() {
        OpenWindow open(sample_.file());
        StatisticsPanel &panel = open.window.view().statistics();
        open.window.view().tabs().setCurrentWidget(&panel);
        QTRY_VERIFY(!panel.table().rows().empty());
        auto reader = RunReader::open(sample_.file().toStdString());
        const TableRow *timer = nullptr;
        for (const TableRow &row : panel.table().rows())
            if (TrackId::unpack(static_cast<uint32_t>(row.id)).kind == TrackKind::IrqLine)
                timer = &row;
        QVERIFY(timer);
        const TrackId track = TrackId::unpack(static_cast<uint32_t>(timer->id));
        const auto alone = (*reader)->statistics(track, open.run().whole());
        QCOMPARE(timer->keys[1].toULongLong(), qulonglong(alone->count));
        QCOMPARE(timer->keys[6].toULongLong(), qulonglong(alone->p50Ns));
        QCOMPARE(timer->keys[9].toULongLong(), qulonglong(alone->maxNs));
        QVERIFY(panel.view().chooseId(timer->id));
        QVERIFY(panel.histogram().accessibleDescription().contains(grouped(alone->samples)));
        const auto [first, last] = panel.histogram().powers();
        QVERIFY(first < last);
    }
};

QTEST_MAIN(TestActions)
#include "tst_actions.moc"
