// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow's actions: what each entry of the menus does.
#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/export/timeline_png.h"
#include "ui/figure/figure_dialog.h"
#include "ui/window/main_window.h"
#include "ui/window/settings.h"
#include "ui/window/shortcut_editor.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTextBrowser>
#include <QThreadPool>
#include <QVBoxLayout>

namespace bootglass {

namespace {

constexpr double zoomStep = 0.7;
constexpr double panStep = 0.15;
constexpr double panPage = 0.9;
constexpr int laneStep = 8; // pixels

} // namespace

void MainWindow::on(ActionId id, std::function<void()> act) {
    connect(&(*actions_)[id], &QAction::triggered, this, [act = std::move(act)] { act(); });
}

void MainWindow::connectActions() {
    using enum ActionId;
    on(Open, [this] { askForRun(); });
    on(Compare, [this] { askForComparison(); });
    on(ExportPicture, [this] { askForPicture(); });
    on(MakeFigure, [this] { makeFigure(); });
    on(CloseRun, [this] { closeRun(); });
    on(Quit, [this] { close(); });
    on(Find, [this] { find(); });
    on(FindNext, [this] { view().searches().step(true); });
    on(FindPrevious, [this] { view().searches().step(false); });
    on(Palette, [this] { showPalette(); });
    on(CopyCursor, [this] { copyCursor(); });
    on(ClearCursors, [this] { view().navigator().clearCursors(); });
    on(AddNote, [this] { view().notes().add(); });
    on(Shortcuts, [this] { showShortcuts(); });
    on(ThemeDesktop, [this] { chooseTheme(QStringLiteral("desktop")); });
    on(ThemeLight, [this] { chooseTheme(QStringLiteral("light")); });
    on(ThemeDark, [this] { chooseTheme(QStringLiteral("dark")); });
    on(Boot, [this] { boot(); });
    connect(&(*actions_)[Pause], &QAction::triggered, this, [this](bool pause) {
        if (pause)
            session_->pause();
        else
            session_->resume();
    });
    on(Stop, [this] { session_->stop(); });
    on(Keys, [this] { showKeys(); });
    on(About, [this] { showAbout(); });
}

void MainWindow::connectPlaces() {
    using enum ActionId;
    const auto navigate = [this](ActionId id, auto act) {
        on(id, [this, act] { act(view().navigator()); });
    };
    on(ZoomIn, [this] { view().timeline().view().zoom(zoomStep); });
    on(ZoomOut, [this] { view().timeline().view().zoom(1 / zoomStep); });
    navigate(Fit, [](Navigator &navigator) { navigator.fit(); });
    navigate(ShowAll, [](Navigator &navigator) { navigator.showAll(); });
    navigate(Back, [](Navigator &navigator) { navigator.back(); });
    navigate(Forward, [](Navigator &navigator) { navigator.forward(); });
    navigate(GoToStart, [](Navigator &navigator) { navigator.goToStart(); });
    navigate(GoToEnd, [](Navigator &navigator) { navigator.goToEnd(); });
    navigate(GoEarlier, [](Navigator &navigator) { navigator.pan(-panStep); });
    navigate(GoLater, [](Navigator &navigator) { navigator.pan(panStep); });
    navigate(PageEarlier, [](Navigator &navigator) { navigator.pan(-panPage); });
    navigate(PageLater, [](Navigator &navigator) { navigator.pan(panPage); });
    const auto step = [this](ActionId id, auto function, bool forward) {
        on(id,
           [this, function, forward] { (view().timeline().view().stepper().*function)(forward); });
    };
    step(PreviousEvent, &EventStepper::stepEvent, false);
    step(NextEvent, &EventStepper::stepEvent, true);
    step(PreviousMarker, &EventStepper::stepMarker, false);
    step(NextMarker, &EventStepper::stepMarker, true);
    step(PreviousPhase, &EventStepper::stepPhase, false);
    step(NextPhase, &EventStepper::stepPhase, true);
    on(AxisTime, [this] { view().setAxis(AxisUnit::VirtualTime); });
    on(AxisInstructions, [this] { view().setAxis(AxisUnit::Instructions); });
    on(AxisWall, [this] { view().setAxis(AxisUnit::WallClock); });
}

void MainWindow::connectLanes() {
    using enum ActionId;
    const auto lanes = [this](ActionId id, auto act) {
        on(id, [this, act] { act(view().timeline().view()); });
    };
    on(FilterLanes, [this] { filterLanes(); });
    lanes(PinLane, [](TimelineView &timeline) { timeline.pinLane(); });
    lanes(HideLane, [](TimelineView &timeline) { timeline.hideLane(); });
    lanes(ShowLanes, [](TimelineView &timeline) { timeline.arrange({}); });
    lanes(LaneUp, [](TimelineView &timeline) { timeline.moveLane(-1); });
    lanes(LaneDown, [](TimelineView &timeline) { timeline.moveLane(1); });
    lanes(LaneTaller, [](TimelineView &timeline) { timeline.growLane(laneStep); });
    lanes(LaneShorter, [](TimelineView &timeline) { timeline.growLane(-laneStep); });
    lanes(FoldAll, [](TimelineView &timeline) { timeline.foldAll(true); });
    lanes(UnfoldAll, [](TimelineView &timeline) { timeline.foldAll(false); });
    lanes(ScrollUp, [](TimelineView &timeline) { timeline.scrollLanes(-1); });
    lanes(ScrollDown, [](TimelineView &timeline) { timeline.scrollLanes(1); });
    lanes(PreviousLane, [](TimelineView &timeline) { timeline.stepLane(-1); });
    lanes(NextLane, [](TimelineView &timeline) { timeline.stepLane(1); });
}

void MainWindow::find() {
    bar_->search().setFocus(Qt::ShortcutFocusReason);
    bar_->search().selectAll();
}

/// All that can be done now, and all places of the run.
void MainWindow::showPalette() {
    std::vector<PaletteEntry> entries;
    for (const ActionInfo &row : actionTable()) {
        QAction *action = &(*actions_)[row.id];
        if (!action->isEnabled() || row.id == ActionId::Recent || row.id == ActionId::Palette)
            continue;
        entries.push_back({actions_->plainText(row.id), Actions::tr(row.menu).remove(u'&'),
                           actions_->keysText(row.id), [action] { action->trigger(); }});
    }
    if (RunDocument *shown = document(); shown && shown->isLoaded()) {
        Navigator &navigator = view().navigator();
        for (const RunPhase &phase : shown->run().phases)
            entries.push_back({shownLine(phase.path), tr("Phase"), duration(phase.durationNs()),
                               [&navigator, range = phase.range()] {
                                   navigator.show(withMargin(range, 0.02, navigator.whole()));
                               }});
        for (const RunMarker &marker : shown->run().markers)
            entries.push_back({shownLine(marker.name), tr("Marker"), duration(marker.ns.value),
                               [&navigator, at = marker.ns] {
                                   navigator.setCursor(Cursor::A, at);
                                   navigator.reveal(at);
                               }});
        TimelineView &timeline = view().timeline().view();
        for (const LaneRow &row : timeline.scene().layout.rows) {
            const Lane *lane = laneOf(row, timeline.scene().groups);
            const QString key = timeline.scene().keyOf(row);
            if (lane && !key.isEmpty())
                entries.push_back({lane->label, tr("Lane"), {}, [&timeline, key] {
                                       timeline.focusLane(key);
                                       timeline.setFocus();
                                   }});
        }
        for (const RunNote &note : view().noteBook().notes())
            entries.push_back({shownLine(note.title), tr("Note"), {}, [this, id = note.id] {
                                   view().showNote(id);
                               }});
    }
    palette_->ask(std::move(entries));
}

void MainWindow::showShortcuts() {
    ShortcutEditor editor(*actions_, this);
    editor.exec();
}

void MainWindow::filterLanes() {
    TimelineView &timeline = view().timeline().view();
    bool ok = false;
    const QString words =
        QInputDialog::getText(this, tr("Filter lanes"), tr("Show lanes whose names have:"),
                              QLineEdit::Normal, timeline.arrangement().filter, &ok);
    if (!ok) return;
    LaneArrangement wanted = timeline.arrangement();
    wanted.filter = words;
    timeline.arrange(std::move(wanted));
}

void MainWindow::showLaneMenu(const QPoint &globalPos) {
    QMenu menu(this);
    using enum ActionId;
    for (const ActionId id : {PinLane, HideLane, LaneUp, LaneDown, LaneTaller, LaneShorter, FoldAll,
                              UnfoldAll, FilterLanes, ShowLanes}) {
        if (id == LaneUp || id == FoldAll || id == FilterLanes) menu.addSeparator();
        menu.addAction(&(*actions_)[id]);
    }
    menu.exec(globalPos);
}

void MainWindow::fillRecent() {
    recent_->clear();
    for (const QString &file : Settings::recentRuns()) {
        // In a menu, & marks a key.
        QString text = QFileInfo(file).fileName().replace(u'&', QStringLiteral("&&"));
        QAction *action = recent_->addAction(text, this, [this, file] { openRun(file); });
        action->setToolTip(file);
    }
    if (recent_->isEmpty()) recent_->addAction(tr("None yet"))->setEnabled(false);
}

void MainWindow::askForRun() {
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Open a run"), {}, tr("Bootglass runs (*.bootglass);;All files (*)"));
    if (!file.isEmpty()) openRun(file);
}

void MainWindow::askForPicture() {
    if (!document()) return;
    const QFileInfo run(document()->path());
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Export what is shown"),
        run.dir().filePath(run.completeBaseName() + QStringLiteral(".png")), tr("PNG (*.png)"));
    if (!file.isEmpty()) exportPicture(file);
}

void MainWindow::makeFigure() {
    if (showsComparison()) {
        makeFigureOfTwo();
        return;
    }
    if (!document() || !document()->isLoaded()) return;
    const Navigator &navigator = view().navigator();
    auto *dialog = new FigureDialog(
        document()->run(),
        {navigator.visible(), navigator.cursor(Cursor::A), navigator.cursor(Cursor::B)}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::exportPicture(const QString &file) {
    if (!document()) return;
    PngOptions options;
    options.width = std::max(view().timeline().width(), 800);
    options.dark = theme_ == ThemeName::Dark;
    options.scale = 2;
    options.from = view().navigator().visible().from;
    options.to = view().navigator().visible().to;
    QThreadPool::globalInstance()->start(
        [guard = QPointer<MainWindow>(this), file, options, run = document()->path()] {
            const Result<void> drawn =
                renderTimelinePng(run.toStdString(), file.toStdString(), options);
            const QString told = drawn ? tr("Written: %1").arg(file)
                                       : QString::fromStdString(drawn.error().sentence);
            QMetaObject::invokeMethod(qApp, [guard, told] {
                if (guard) guard->banner_->tell(told);
            });
        });
}

void MainWindow::copyCursor() {
    const auto last = view().navigator().lastCursor();
    if (!last) return;
    const Icount count = cursors_.b == last ? cursors_.countB : cursors_.countA;
    QApplication::clipboard()->setText(
        QStringLiteral("%1 ns\ticount %2").arg(last->value).arg(count.value));
}

/// The mouse's ways, which are no actions, and after them all actions that have keys.
void MainWindow::showKeys() {
    QDialog dialog(this);
    dialog.setWindowTitle(tr("Keys and mouse"));
    dialog.resize(620, 640);
    const std::pair<QString, QString> hands[] = {
        {tr("Wheel"),
         tr("zooms at the pointer; with Shift moves, over the names scrolls the lanes")},
        {tr("Drag"), tr("moves; on the axis, or with Shift, selects from A to B")},
        {tr("Click"),
         tr("puts cursor A there and snaps it to what is near (not with Alt), with "
            "Shift cursor B; on a lane's name chooses the lane, on a group's folds it")},
        {tr("Double click"), tr("on a phase zooms to it")},
        {tr("Drag a lane's name"), tr("moves the lane; its lower edge makes it taller")},
        {tr("Right button"), tr("on a lane's name: what can be done with it; on a table: CSV")},
    };
    QString text = QStringLiteral("<table cellpadding='4'>");
    const auto add = [&text](const QString &keys, const QString &meaning) {
        text += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), meaning.toHtmlEscaped());
    };
    for (const auto &[keys, meaning] : hands)
        add(keys, meaning);
    for (const ActionInfo &row : actionTable())
        if (const QString keys = actions_->keysText(row.id); !keys.isEmpty())
            add(keys, actions_->plainText(row.id));
    auto *page = new QTextBrowser;
    page->setAccessibleName(tr("Keys and mouse"));
    page->setFrameShape(QFrame::NoFrame);
    page->setHtml(text + QStringLiteral("</table>"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *change = buttons->addButton(tr("Change keys…"), QDialogButtonBox::ActionRole);
    connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    connect(change, &QPushButton::clicked, &dialog, [this, &dialog] {
        dialog.accept();
        showShortcuts();
    });
    auto *layout = new QVBoxLayout(&dialog);
    layout->addWidget(page);
    layout->addWidget(buttons);
    dialog.exec();
}

void MainWindow::showAbout() {
    QMessageBox::about(
        this, tr("About Bootglass"),
        tr("<h3>Bootglass %1</h3><p>Boots an operating system on an instruction-counting PC "
           "emulator and draws the boot on one exact clock.</p><p>Free software under the GNU "
           "General Public License, version 3 or later; it comes with no warranty.</p>")
            .arg(QApplication::applicationVersion().toHtmlEscaped()));
}

} // namespace bootglass
