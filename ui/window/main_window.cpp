// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include "ui/compare/compare_view.h"
#include "ui/window/settings.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QVBoxLayout>

#include <algorithm>

namespace bootglass {

namespace {

const QString geometryKey = QStringLiteral("geometry");
const QString layoutKey = QStringLiteral("layout");
const QString lanesKey = QStringLiteral("lanes");
const QString themeKey = QStringLiteral("theme");
const QString lightChoice = QStringLiteral("light");
const QString darkChoice = QStringLiteral("dark");

} // namespace

MainWindow::MainWindow(RunSession *session, QWidget *parent)
    : QMainWindow(parent),
      session_(session),
      actions_(new Actions(this)),
      banner_(new MessageBanner),
      pages_(new QStackedWidget),
      start_(new StartPage),
      bar_(new RunBar(*actions_)),
      palette_(new CommandPalette(this)),
      status_(new StatusLine),
      recent_(new QMenu(this)) {
    tabs_ = new RunTabs([this](RunView &view) { prepareView(view); });
    setAcceptDrops(true);
    actions_->fill(*menuBar());
    (*actions_)[ActionId::Recent].setMenu(recent_);
    addToolBar(bar_);
    setStatusBar(status_);
    auto *centre = new QWidget;
    auto *layout = new QVBoxLayout(centre);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(banner_);
    layout->addWidget(pages_, 1);
    pages_->addWidget(start_);
    pages_->addWidget(tabs_);
    setCentralWidget(centre);

    bar_->setProfiles(session_->profiles());
    bar_->setState(session_->state());
    start_->setGuest(bar_->profileTitle());
    connectActions();
    connectLanes();
    connectPlaces();
    connectSession();
    connect(start_, &StartPage::bootAsked, this, &MainWindow::boot);
    connect(start_, &StartPage::openAsked, this, &MainWindow::askForRun);
    connect(start_, &StartPage::recentChosen, this, &MainWindow::openRun);
    connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    connect(tabs_, &RunTabs::currentChanged, this, &MainWindow::showCurrent);
    connect(tabs_, &RunTabs::closeAsked, this, &MainWindow::closeDocument);
    connect(bar_, &RunBar::searched, this, [this](const QString &text) {
        if (document()) view().search(text);
    });

    resize(1600, 1000);
    restoreGeometry(Settings::bytes(geometryKey));
    chooseTheme(Settings::text(themeKey));
    showCurrent();
}

MainWindow::~MainWindow() {
    session_->disconnect(this);
    tabs_->disconnect(this);
    delete std::exchange(tabs_, nullptr); // its views have something to say while they go
}

/// A view that is new: as the others are arranged, and heard.
void MainWindow::prepareView(RunView &view) {
    view.restoreLayout(Settings::bytes(layoutKey));
    view.setTheme(Theme::of(theme_));
    TimelineView &timeline = view.timeline().view();
    timeline.arrange(LaneArrangement::fromJson(Settings::bytes(lanesKey)));
    actions_->attach(&timeline);
    const auto ifSeen = [this, seen = &view](auto act) {
        return [this, seen, act](auto &&...) {
            if (tabs_ && &this->view() == seen) act();
        };
    };
    connect(&timeline, &TimelineView::cursorsCounted, this,
            [this, seen = &view](const CursorFacts &facts) {
                if (tabs_ && &this->view() == seen) showCursors(facts);
            });
    connect(&timeline, &TimelineView::arrangementChanged, this, [this, &timeline] {
        Settings::setBytes(lanesKey, timeline.arrangement().toJson());
        if (tabs_) updateActions();
    });
    connect(&timeline, &TimelineView::laneFocused, this, ifSeen([this] { updateActions(); }));
    connect(&timeline, &TimelineView::laneMenuAsked, this, &MainWindow::showLaneMenu);
    connect(&timeline.stepper(), &EventStepper::stuck, status_, &StatusLine::whisper);
    connect(&view.navigator(), &Navigator::historyChanged, this,
            ifSeen([this] { updateActions(); }));
    connect(&view.navigator(), &Navigator::cursorsChanged, this,
            ifSeen([this] { updateActions(); }));
    connect(&view, &RunView::axisChanged, this, ifSeen([this] { updateActions(); }));
    connect(&view.noteBook(), &NoteBook::failed, banner_, &MessageBanner::tell);
    connect(&view.screen().view(), &ScreenView::keyPressed, session_, &RunSession::pressKey);
}

// --- the runs that are open

void MainWindow::openRun(const QString &file) {
    if (live_ && QFileInfo(live_->path()) == QFileInfo(file)) {
        showCurrent();
        return;
    }
    openDocument(file, false);
}

void MainWindow::openDocument(const QString &file, bool live) {
    closeComparison();
    banner_->tell({});
    cursors_ = {};
    RunDocument *document = &tabs_->open(file);
    connect(document, &RunDocument::loaded, this, [this, document, file, live] {
        // A run that broke off before it had an end is no news; one that is read is worth a place.
        if (!live) Settings::addRecentRun(file);
        takeRun(document);
    });
    connect(document, &RunDocument::changed, this, [this, document] { takeRun(document); });
    connect(document, &RunDocument::failed, this, [this, document](const QString &sentence) {
        if (!document->isLoaded()) closeDocument(document);
        banner_->tell(sentence);
    });
    document->setLive(live);
    if (live) live_ = document;
    showCurrent();
    view().timeline().view().setFocus();
}

void MainWindow::closeRun() {
    if (showsComparison()) {
        closeComparison();
        showCurrent();
        return;
    }
    closeDocument(document());
}

void MainWindow::closeDocument(RunDocument *document) {
    if (!document) return;
    if (document == live_ && session_->state() != RunSession::State::Idle) {
        banner_->tell(tr("The guest is running. Stop it before its run is closed."));
        return;
    }
    tabs_->close(document);
    showCurrent();
}

/// Everything outside the tabs tells of the run that is seen.
void MainWindow::showCurrent() {
    RunDocument *shown = document();
    cursors_ = {};
    status_->clear();
    if (shown) {
        pages_->setCurrentWidget(tabs_);
        setWindowTitle(shown->fileName());
        if (shown->isLoaded()) takeRun(shown);
    } else {
        start_->setRecent(Settings::recentRuns());
        pages_->setCurrentWidget(start_);
        setWindowTitle({});
        bar_->clock().clear();
    }
    updateActions();
}

void MainWindow::takeRun(RunDocument *document) {
    if (document != this->document()) return;
    status_->setRun(document->run(), document->live());
    showCursors(cursors_);
    updateActions();
}

/// The clock shows the guest's time while it runs, else the cursor's, else the run's end.
void MainWindow::showCursors(const CursorFacts &facts) {
    cursors_ = facts;
    RunDocument *shown = document();
    if (!shown || !shown->isLoaded()) return;
    if (shown == live_ && session_->state() == RunSession::State::Running) return;
    const auto last = view().navigator().lastCursor();
    if (last && facts.b == last)
        bar_->clock().setMoment(*last, facts.countB);
    else if (last && facts.a == last)
        bar_->clock().setMoment(*last, facts.countA);
    else if (!last)
        bar_->clock().setMoment(shown->run().end.ns, shown->run().end.icount);
}

void MainWindow::updateActions() {
    const Navigator &navigator = view().navigator();
    RunDocument *shown = document();
    const bool open = shown != nullptr && !showsComparison();
    const bool idle = session_->state() == RunSession::State::Idle;
    const bool lane = open && !view().timeline().view().focusedLane().isEmpty();
    using enum ActionId;
    const auto enable = [this](std::initializer_list<ActionId> ids, bool enabled) {
        for (const ActionId id : ids)
            (*actions_)[id].setEnabled(enabled);
    };
    enable({Fit,           ShowAll,      ZoomIn,        ZoomOut,   ExportPicture,    Find,
            FindNext,      FindPrevious, AddNote,       AxisTime,  AxisInstructions, AxisWall,
            FilterLanes,   ShowLanes,    FoldAll,       UnfoldAll, GoToStart,        GoToEnd,
            GoEarlier,     GoLater,      PageEarlier,   PageLater, ScrollUp,         ScrollDown,
            PreviousLane,  NextLane,     PreviousEvent, NextEvent, PreviousMarker,   NextMarker,
            PreviousPhase, NextPhase},
           open);
    enable({PinLane, HideLane, LaneUp, LaneDown, LaneTaller, LaneShorter}, lane);
    enable({MakeFigure}, showsComparison() || (open && shown->isLoaded()));
    enable({CloseRun}, showsComparison() || (open && (idle || shown != live_)));
    enable({Compare}, idle);
    enable({CopyCursor, ClearCursors}, open && navigator.lastCursor().has_value());
    enable({Back}, open && navigator.canGoBack());
    enable({Forward}, open && navigator.canGoForward());
    const AxisUnit axis = view().axis();
    (*actions_)[axis == AxisUnit::VirtualTime    ? AxisTime
                : axis == AxisUnit::Instructions ? AxisInstructions
                                                 : AxisWall]
        .setChecked(true);
    bar_->setSearchable(open);
    if (open && !navigator.lastCursor()) showCursors({});
}

// --- the guest

void MainWindow::boot() {
    if (session_->state() != RunSession::State::Idle) return;
    banner_->tell({});
    session_->start({bar_->profile(), {}});
}

void MainWindow::connectSession() {
    // What the guest's run is shown in; the view that is seen while it has none.
    const auto liveView = [this]() -> RunView & {
        RunView *found = live_ ? tabs_->viewOf(live_) : nullptr;
        return found ? *found : view();
    };
    connect(session_, &RunSession::stateChanged, this, [this, liveView](RunSession::State state) {
        bar_->setState(state);
        liveView().screen().setTakesKeys(state != RunSession::State::Idle);
        updateActions();
    });
    connect(session_, &RunSession::started, this, [this, liveView](const QString &file) {
        openDocument(file, true);
        liveView().screen().setTakesKeys(session_->state() != RunSession::State::Idle);
    });
    connect(session_, &RunSession::progressed, this, [this](const RunProgress &progress) {
        bar_->setProgress(progress, !live_ || document() == live_);
    });
    connect(session_, &RunSession::screenChanged, this,
            [liveView](const TextScreen &screen) { liveView().screen().setLiveScreen(screen); });
    connect(session_, &RunSession::pictureChanged, this, [liveView](const ScreenPicture &picture) {
        liveView().screen().setLivePicture(picture);
    });
    connect(session_, &RunSession::finished, this, [this](const QString &) {
        if (!live_) return;
        live_->setLive(false);
        Settings::addRecentRun(live_->path());
        updateActions();
    });
    connect(session_, &RunSession::failed, this, [this](const QString &sentence) {
        if (live_) live_->setLive(false);
        banner_->tell(sentence);
    });
}

// --- colours

void MainWindow::chooseTheme(const QString &name) {
    themeChoice_ = name;
    (*actions_)[name == lightChoice  ? ActionId::ThemeLight
                : name == darkChoice ? ActionId::ThemeDark
                                     : ActionId::ThemeDesktop]
        .setChecked(true);
    Settings::setText(themeKey, name);
    applyTheme();
}

void MainWindow::applyTheme() {
    // The application's palette stays the desktop's, so that its changes are seen.
    theme_ = themeChoice_ == lightChoice  ? ThemeName::Light
             : themeChoice_ == darkChoice ? ThemeName::Dark
                                          : Theme::wanted(QApplication::palette());
    const Theme &theme = Theme::of(theme_);
    setPalette(theme.palette());
    setStyleSheet(theme.styleSheet());
    actions_->setTheme(theme);
    banner_->setTheme(theme);
    start_->setTheme(theme);
    for (RunView *view : tabs_->views())
        view->setTheme(theme);
    if (compare_) compare_->setTheme(theme);
    setWindowIcon(icon(IconName::Application, theme));
}

bool MainWindow::event(QEvent *event) {
    // Not a matter of changeEvent(): that hears of the window's own palette only.
    if (event->type() == QEvent::ApplicationPaletteChange && themeChoice_ != lightChoice &&
        themeChoice_ != darkChoice && Theme::wanted(QApplication::palette()) != theme_) {
        applyTheme();
    }
    return QMainWindow::event(event);
}

// --- the desktop's side

void MainWindow::closeEvent(QCloseEvent *event) {
    if (session_->state() != RunSession::State::Idle &&
        QMessageBox::question(this, tr("Stop the guest?"),
                              tr("A guest is running. Its run is kept up to this moment."),
                              QMessageBox::Close | QMessageBox::Cancel,
                              QMessageBox::Close) != QMessageBox::Close) {
        event->ignore();
        return;
    }
    session_->stop();
    Settings::setBytes(geometryKey, saveGeometry());
    Settings::setBytes(layoutKey, view().saveLayout());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    const bool local = std::ranges::all_of(urls, &QUrl::isLocalFile);
    if (!urls.isEmpty() && local) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    QStringList files;
    for (const QUrl &url : urls)
        if (url.isLocalFile()) files << url.toLocalFile();
    if (files.isEmpty() || files.size() != urls.size()) return;
    event->acceptProposedAction();
    if (files.size() == 1)
        openRun(files.front());
    else
        openComparison(files);
}

} // namespace bootglass
