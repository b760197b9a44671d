// SPDX-License-Identifier: GPL-3.0-or-later
// The window around the timeline: start page, tables, console and screen at the cursor, messages,
// themes, what is remembered.
#include "emulator/trace/analysis.h"
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/window/settings.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFileInfo>
#include <QImage>
#include <QMimeData>
#include <QTableView>

using namespace bootglass;

namespace {

/// The desktop changes its colours. Qt tells windows of it once its event loop runs, which it does
/// not in a test.
void setDesktop(MainWindow &window, const QColor &ground) {
    QPalette palette;
    palette.setColor(QPalette::Window, ground);
    QApplication::setPalette(palette);
    QEvent event(QEvent::ApplicationPaletteChange);
    QApplication::sendEvent(&window, &event);
}

} // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

    SampleFile sample_;

    static QTableView *tableOf(QWidget &panel) { return panel.findChild<QTableView *>(); }
    static void click(QTableView &table, int row, bool twice = false) {
        const QModelIndex index = table.model()->index(row, 1);
        table.scrollTo(index);
        const QPoint at = table.visualRect(index).center();
        QTest::mouseClick(table.viewport(), Qt::LeftButton, {}, at);
        if (twice) QTest::mouseDClick(table.viewport(), Qt::LeftButton, {}, at);
    }
    static QStringList recentButtons(MainWindow &window) {
        QStringList names;
        for (const QPushButton *button : window.startPage().findChildren<QPushButton *>("link"))
            names << button->text();
        return names;
    }

  private slots:
    void initTestCase() { QVERIFY2(sample_.error().empty(), sample_.error().c_str()); }
    void init() { QFile::remove(sample_.path("settings/bootglass/window.ini")); }

    // --- start page and files

    void startsWithAnOffer() {
        OpenWindow open;
        QVERIFY(!open.window.showsRun());
        QVERIFY(open.window.startPage().isVisible());
        QVERIFY(recentButtons(open.window).isEmpty());
        QVERIFY(!open.action(ActionId::CloseRun).isEnabled());
        QVERIFY(!open.action(ActionId::Fit).isEnabled());
        QVERIFY(!open.action(ActionId::Stop).isEnabled());
        QVERIFY(open.action(ActionId::Boot).isEnabled());
        open.action(ActionId::Boot).trigger();
        QCOMPARE(open.session.requests.size(), 1);
        QCOMPARE(open.session.requests[0].profile, QStringLiteral("debian-netboot"));
    }
    void withoutProfilesThereIsNothingToBoot() {
        FakeSession session;
        session.entries.clear();
        MainWindow window(&session);
        window.show();
        QVERIFY(!window.actions()[ActionId::Boot].isEnabled());
        for (const QPushButton *button : window.startPage().findChildren<QPushButton *>())
            QVERIFY(!button->isVisible() || !button->text().startsWith("Boot"));
    }
    void anOpenedRunIsShownAndRemembered() {
        OpenWindow open(sample_.file());
        QVERIFY(open.window.showsRun());
        QVERIFY(open.window.windowTitle().contains("sample.bootglass"));
        QVERIFY2(open.window.status().text().contains("marker:prompt"),
                 qPrintable(open.window.status().text()));
        QCOMPARE(open.window.bar().clock().text(), exactSeconds(open.run().end.ns));
        QVERIFY(open.window.banner().sentence().isEmpty());
        open.action(ActionId::CloseRun).trigger();
        QVERIFY(!open.window.showsRun());
        QCOMPARE(recentButtons(open.window), QStringList{"sample.bootglass"});
        open.window.startPage().findChildren<QPushButton *>("link").first()->click();
        QVERIFY(open.settle());
        QVERIFY(open.window.showsRun());
    }
    void recentRunsAreTheNewestThatExist() {
        for (int i = 0; i < 12; ++i) {
            const QString copy = sample_.path(qPrintable(QString("copy%1").arg(i)));
            QFile::copy(sample_.file(), copy);
            Settings::addRecentRun(copy);
        }
        Settings::addRecentRun(sample_.path("copy7")); // again: to the front
        QCOMPARE(Settings::recentRuns().size(), Settings::mostRecent);
        QCOMPARE(QFileInfo(Settings::recentRuns().first()).fileName(), QString("copy7"));
        QFile::remove(sample_.path("copy7"));
        QCOMPARE(QFileInfo(Settings::recentRuns().first()).fileName(), QString("copy11"));
        for (int i = 0; i < 12; ++i)
            QFile::remove(sample_.path(qPrintable(QString("copy%1").arg(i))));
        QVERIFY(Settings::recentRuns().isEmpty());
    }
    void aDroppedFileOpens() {
        OpenWindow open;
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(sample_.file())});
        QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&open.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(100, 100), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&open.window, &drop);
        QVERIFY(open.settle());
    }
    void aBadFileIsToldInTheBanner_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("not there") << sample_.path("nowhere.bootglass") << "no such file";
        QTest::newRow("folder") << QFileInfo(sample_.file()).path() << "directory";
        QTest::newRow("not a run") << sample_.damagedCopy("text.bootglass", 0) << "not a run file";
        QTest::newRow("damaged") << sample_.damagedCopy("cut.bootglass", 8192) << "damaged";
    }
    void aBadFileIsToldInTheBanner() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        OpenWindow open;
        open.window.openRun(file);
        QTRY_VERIFY(!open.window.banner().sentence().isEmpty());
        QVERIFY2(open.window.banner().sentence().contains(says),
                 qPrintable(open.window.banner().sentence()));
        QTRY_VERIFY(!open.window.showsRun());
        QVERIFY(!Settings::recentRuns().contains(file));
        open.open(sample_.file()); // what works takes the message away
        QVERIFY(open.isPainted());
        QVERIFY(open.window.banner().sentence().isEmpty());
    }
    void damageWithinARunIsToldWhereItIsMet() {
        // The file's later half: what opening reads may be whole, what is drawn is not.
        const qint64 half = QFileInfo(sample_.file()).size() / 2;
        OpenWindow open;
        open.window.openRun(sample_.damagedCopy("half.bootglass", half));
        QTRY_VERIFY(open.window.banner().sentence().contains("damaged"));
    }

    // --- tables

    void phaseTableMarksThePhaseAtTheCursor() {
        OpenWindow open(sample_.file());
        PhasePanel &panel = open.window.view().phases();
        QCOMPARE(panel.table().rows().size(), open.run().phases.size());
        const RunPhase acpi = open.phase("kernel/drivers/acpi");
        open.navigator().setCursor(Cursor::A, acpi.start.ns + 1000);
        const QModelIndexList chosen = tableOf(panel)->selectionModel()->selectedRows();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(panel.table().row(chosen[0])->id, acpi.id);
        open.navigator().clearCursors();
        QVERIFY(!tableOf(panel)->selectionModel()->hasSelection());
    }
    void phaseTableZooms() {
        OpenWindow open(sample_.file());
        PhasePanel &panel = open.window.view().phases();
        const auto &rows = panel.table().rows();
        const auto udev =
            std::ranges::find_if(rows, [](const TableRow &row) { return row.cells[0] == "udev"; });
        QVERIFY(udev != rows.end());
        click(*tableOf(panel), int(udev - rows.begin()), true);
        QCOMPARE(open.navigator().visible(),
                 withMargin(open.phase("userspace/udev").range(), 0.02, open.run().whole()));
    }
    void clickOnABandChoosesItsRow() {
        OpenWindow open(sample_.file());
        QTest::mouseClick(&open.timeline(), Qt::LeftButton, {}, open.onPhase("kernel/early"));
        PhasePanel &panel = open.window.view().phases();
        const QModelIndexList chosen = tableOf(panel)->selectionModel()->selectedRows();
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(panel.table().row(chosen[0])->cells[0], QString("early"));
    }
    void figuresFollowTheView() {
        OpenWindow open(sample_.file());
        SelectionPanel &figures = open.window.view().figures();
        QTRY_COMPARE(figures.value("instructions"), grouped(open.run().end.icount.value));
        QCOMPARE(figures.value("virtual time"), exactSeconds(open.run().end.ns));
        const RunPhase init = open.phase("userspace/init");
        open.navigator().show(init.range());
        QTRY_COMPARE(figures.value("instructions"), grouped(init.instructions()));
        open.navigator().select(open.phase("kernel/early").range());
        QTRY_COMPARE(figures.value("instructions"), grouped(150'000'000));
    }
    void eventTableFollowsAndLeadsBack() {
        OpenWindow open(sample_.file());
        EventPanel &panel = open.window.view().events();
        open.window.view().tabs().setCurrentWidget(&panel);
        const RunPhase rtc = open.phase("kernel/drivers/rtc");
        open.navigator().show(rtc.range());
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto events = *(*reader)->events(open.navigator().visible(), 100'000);
        QVERIFY(events.size() > 100 && events.size() < EventPanel::mostRows);
        QTRY_COMPARE(panel.table().rows().size(), events.size());
        QCOMPARE(panel.table().rows()[17].id, int64_t(events[17].id));

        click(*tableOf(panel), 17);
        QCOMPARE(*open.navigator().cursor(Cursor::A), events[17].event.ns);
        QCOMPARE(open.navigator().visible(), clamped(rtc.range(), open.run().whole()));

        // With a selection: what lies between the cursors, and clicking leaves them.
        open.navigator().select({events[5].event.ns, events[25].event.ns});
        QTRY_VERIFY(panel.table().rows().size() < events.size());
        const TimeRange selection = *open.navigator().selection();
        for (const TableRow &row : panel.table().rows())
            QVERIFY(row.time >= selection.from && row.time < selection.to);
        click(*tableOf(panel), 3);
        QCOMPARE(*open.navigator().selection(), selection);
    }
    void eventTableCanShowOneLane() {
        OpenWindow open(sample_.file());
        EventPanel &panel = open.window.view().events();
        open.window.view().tabs().setCurrentWidget(&panel);
        auto *lanes = panel.findChild<QComboBox *>();
        const int place = lanes->findText("IRQ 4 COM1");
        QVERIFY(place > 0);
        QTest::keyClick(lanes, Qt::Key_Home);
        lanes->setCurrentIndex(place);
        emit lanes->activated(place);
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto events =
            *(*reader)->events(TrackId{TrackKind::IrqLine, 4}, open.run().whole(), 100'000);
        QTRY_COMPARE(panel.table().rows().size(), events.size());
        for (const TableRow &row : panel.table().rows())
            QCOMPARE(row.cells[4], QString("IRQ 4 COM1"));
    }
    void markerTableLeadsToItsMarker() {
        OpenWindow open(sample_.file());
        MarkerPanel &panel = open.window.view().markers();
        open.window.view().tabs().setCurrentWidget(&panel);
        QCOMPARE(panel.table().rows().size(), open.run().markers.size());
        open.navigator().show({{0}, {1'000'000}});
        click(*tableOf(panel), 5);
        const RunMarker &marker = open.run().markers[5];
        QCOMPARE(*open.navigator().cursor(Cursor::A), marker.ns);
        QVERIFY(open.navigator().visible().from <= marker.ns);
        QVERIFY(marker.ns < open.navigator().visible().to);
        QCOMPARE(open.navigator().visible().lengthNs(), uint64_t{1'000'000});
    }

    // --- console and screen at the cursor

    void consoleIsAsItStoodAtTheCursor() {
        OpenWindow open(sample_.file());
        auto reader = RunReader::open(sample_.file().toStdString());
        ConsolePanel &console = open.window.view().console();
        for (const char *path : {"kernel/early", "kernel/drivers/acpi", "userspace/installer"}) {
            const RunPhase phase = open.phase(path);
            const VirtualNs at = phase.start.ns + phase.durationNs() / 2;
            QStringList lines;
            for (const ConsoleLine &line : *(*reader)->consoleAt(at))
                lines << QString::fromStdString(line.text);
            QVERIFY(lines.size() > 10);
            open.navigator().setCursor(Cursor::A, at);
            QTRY_COMPARE(console.text(), lines.join('\n'));
        }
        open.navigator().setCursor(Cursor::A, {0});
        QTRY_COMPARE(console.text(), QString());
        open.navigator().clearCursors();
        QTRY_VERIFY(console.text().count('\n') > 100);
    }
    void doubleClickOnALineGoesToIt() {
        OpenWindow open(sample_.file());
        ConsolePanel &console = open.window.view().console();
        QTRY_VERIFY(!console.text().isEmpty());
        auto *text = console.findChild<QPlainTextEdit *>();
        const int line = text->cursorForPosition({5, 5}).blockNumber();
        QTest::mouseDClick(text->viewport(), Qt::LeftButton, {}, {5, 5});
        auto reader = RunReader::open(sample_.file().toStdString());
        const auto lines = *(*reader)->consoleAt(open.run().end.ns);
        QCOMPARE(*open.navigator().cursor(Cursor::A), lines[size_t(line)].ns);
    }
    void screenIsAsItStoodAtTheCursor() {
        OpenWindow open(sample_.file());
        ScreenPanel &screen = open.window.view().screen();
        QTRY_VERIFY(screen.view().text().contains("Debian GNU/Linux installer"));
        QCOMPARE(screen.title(), QString("Screen at the end"));
        open.navigator().setCursor(Cursor::A, open.phase("kernel/early").start.ns);
        QTRY_VERIFY(!screen.view().text().contains("installer"));
        QVERIFY(screen.view().text().contains("Booting from ROM"));
        QCOMPARE(screen.title(), QString("Screen at cursor"));
    }
    void hostileScreensAreNotShown() {
        ScreenView view;
        view.resize(300, 200);
        TextScreen screen;
        screen.columns = 60'000;
        screen.rows = 60'000;
        view.setScreen(screen);
        QCOMPARE(view.text(), QString());
        screen.columns = 80;
        screen.rows = 25;
        screen.cells.assign(100, 0x0741); // too few
        view.setScreen(screen);
        QCOMPARE(view.text(), QString());
        screen.cells.assign(2000, 0xFFFF);
        screen.cursorRow = 60'000;
        view.setScreen(screen);
        QVERIFY(!view.grab().isNull());
    }

    // --- colours

    void themesAreChosenAndRemembered() {
        {
            OpenWindow open(sample_.file());
            QCOMPARE(open.window.theme(), ThemeName::Light);
            open.action(ActionId::ThemeDark).trigger();
            QCOMPARE(open.window.theme(), ThemeName::Dark);
            QVERIFY(open.settle());
            const QImage picture = open.window.grab().toImage();
            QVERIFY(picture.pixelColor(picture.width() / 2, picture.height() / 3).lightness() <
                    128);
        }
        {
            OpenWindow again;
            QCOMPARE(again.window.theme(), ThemeName::Dark);
            QVERIFY(again.action(ActionId::ThemeDark).isChecked());
            again.action(ActionId::ThemeLight).trigger();
            QCOMPARE(again.window.theme(), ThemeName::Light);
        }
    }
    void theDesktopsColoursAreFollowed() {
        const QPalette before = QApplication::palette();
        {
            OpenWindow open;
            open.action(ActionId::ThemeDesktop).trigger();
            setDesktop(open.window, QColor(30, 30, 30));
            QCOMPARE(open.window.theme(), ThemeName::Dark);
            setDesktop(open.window, QColor(240, 240, 240));
            QCOMPARE(open.window.theme(), ThemeName::Light);
            open.action(ActionId::ThemeLight).trigger();
            setDesktop(open.window, QColor(30, 30, 30));
            QCOMPARE(open.window.theme(), ThemeName::Light); // chosen is chosen
        }
        QApplication::setPalette(before);
    }

    // --- the rest

    void exportWritesWhatIsShown() {
        OpenWindow open(sample_.file());
        open.navigator().show(open.phase("kernel/drivers").range());
        const QString file = sample_.path("shown.png");
        open.window.exportPicture(file);
        QTRY_VERIFY(open.window.banner().sentence().contains("shown.png"));
        QVERIFY(QImage(file).width() > 800);
        open.window.exportPicture("/nowhere/shown.png");
        QTRY_VERIFY(open.window.banner().sentence().contains("cannot be written"));
    }
    void layoutIsRemembered() {
        {
            OpenWindow open;
            open.window.view().tabs().setCurrentIndex(2);
            open.window.resize(1234, 890);
            open.window.close();
        }
        OpenWindow again;
        QCOMPARE(again.window.view().tabs().currentIndex(), 2);
        Settings::setBytes("layout", "rubbish");
        Settings::setBytes("geometry", "rubbish");
        const OpenWindow third; // survives
    }
    void everyActionIsReachable() {
        OpenWindow open;
        QStringList shortcuts;
        for (const ActionInfo &row : actionTable()) {
            QVERIFY(!open.action(row.id).text().isEmpty());
            for (const QKeySequence &keys : open.window.actions().keys(row.id))
                shortcuts << keys.toString();
        }
        QVERIFY(!shortcuts.contains(QString()));
        QCOMPARE(shortcuts.removeDuplicates(), qsizetype(0));
        QCOMPARE(open.window.menuBar()->actions().size(), qsizetype(7));
    }
    void controlsHaveNamesForReaders() {
        OpenWindow open(sample_.file());
        for (const QWidget *widget : open.window.findChildren<QWidget *>()) {
            const bool control = qobject_cast<const QComboBox *>(widget) ||
                                 qobject_cast<const QTableView *>(widget) ||
                                 qobject_cast<const QPlainTextEdit *>(widget) ||
                                 qobject_cast<const TimelineView *>(widget) ||
                                 qobject_cast<const ScreenView *>(widget);
            if (control)
                QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
        }
    }
};

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    TestMainWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_main_window.moc"
