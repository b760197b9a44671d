// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/main_window.h"

#include "ui/window/settings.h"

#include <QApplication>
#include <QCloseEvent>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QVBoxLayout>

namespace bootglass {

namespace {

const QString geometryKey = QStringLiteral("geometry");
const QString layoutKey = QStringLiteral("layout");
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
      view_(new RunView),
      bar_(new RunBar(*actions_)),
      status_(new StatusLine),
      recent_(new QMenu(this)) {
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
    pages_->addWidget(view_);
    setCentralWidget(centre);

    bar_->setProfiles(session_->profiles());
    bar_->setState(session_->state());
    start_->setGuest(bar_->profileTitle());
    connectActions();
    connectSession();
    connect(start_, &StartPage::bootAsked, this, &MainWindow::boot);
    connect(start_, &StartPage::openAsked, this, &MainWindow::askForRun);
    connect(start_, &StartPage::recentChosen, this, &MainWindow::openRun);
    connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    connect(&view_->timeline().view(), &TimelineView::cursorsCounted, this,
            &MainWindow::showCursors);
    connect(&view_->navigator(), &Navigator::historyChanged, this, &MainWindow::updateActions);
    connect(&view_->navigator(), &Navigator::cursorsChanged, this, &MainWindow::updateActions);

    resize(1600, 1000);
    restoreGeometry(Settings::bytes(geometryKey));
    view_->restoreLayout(Settings::bytes(layoutKey));
    chooseTheme(Settings::text(themeKey));
    closeRun();
}

MainWindow::~MainWindow() {
    session_->disconnect(this);
    view_->setDocument(nullptr);
}

// --- the run that is open

void MainWindow::openRun(const QString &file) {
    if (session_->state() != RunSession::State::Idle) {
        banner_->tell(tr("A guest is running. Stop it before another run is opened."));
        return;
    }
    openDocument(file, false);
}

void MainWindow::openDocument(const QString &file, bool live) {
    banner_->tell({});
    cursors_ = {};
    auto document = std::make_unique<RunDocument>(file);
    connect(document.get(), &RunDocument::loaded, this, [this, file, live] {
        // A run that broke off before it had an end is no news; one that is read is worth a place.
        if (!live) Settings::addRecentRun(file);
        takeRun();
    });
    connect(document.get(), &RunDocument::changed, this, &MainWindow::takeRun);
    connect(document.get(), &RunDocument::failed, this, [this](const QString &sentence) {
        banner_->tell(sentence);
        if (document_ && !document_->isLoaded()) closeRun();
    });
    view_->setDocument(document.get());
    document_ = std::move(document);
    document_->setLive(live);
    pages_->setCurrentWidget(view_);
    status_->clear();
    setWindowTitle(document_->fileName());
    updateActions();
    view_->timeline().view().setFocus();
}

void MainWindow::closeRun() {
    view_->setDocument(nullptr);
    // Not now: this may be called from a signal of the document's own.
    if (document_) document_.release()->deleteLater();
    start_->setRecent(Settings::recentRuns());
    pages_->setCurrentWidget(start_);
    status_->clear();
    bar_->clock().clear();
    setWindowTitle({});
    updateActions();
}

void MainWindow::takeRun() {
    const RunSnapshot &run = document_->run();
    status_->setRun(run, document_->live());
    showCursors(cursors_);
    updateActions();
}

/// The clock shows the guest's time while it runs, else the cursor's, else the run's end.
void MainWindow::showCursors(const CursorFacts &facts) {
    cursors_ = facts;
    if (session_->state() == RunSession::State::Running) return;
    if (!document_ || !document_->isLoaded()) return;
    const auto last = view_->navigator().lastCursor();
    if (last && facts.b == last)
        bar_->clock().setMoment(*last, facts.countB);
    else if (last && facts.a == last)
        bar_->clock().setMoment(*last, facts.countA);
    else if (!last)
        bar_->clock().setMoment(document_->run().end.ns, document_->run().end.icount);
}

void MainWindow::updateActions() {
    const Navigator &navigator = view_->navigator();
    const bool open = document_ != nullptr;
    const bool idle = session_->state() == RunSession::State::Idle;
    const auto enable = [this](std::initializer_list<ActionId> ids, bool enabled) {
        for (const ActionId id : ids)
            (*actions_)[id].setEnabled(enabled);
    };
    enable({ActionId::Fit, ActionId::ShowAll, ActionId::ZoomIn, ActionId::ZoomOut,
            ActionId::ExportPicture},
           open);
    enable({ActionId::CloseRun}, open && idle);
    enable({ActionId::Open, ActionId::Recent}, idle);
    enable({ActionId::CopyCursor, ActionId::ClearCursors},
           open && navigator.lastCursor().has_value());
    enable({ActionId::Back}, open && navigator.canGoBack());
    enable({ActionId::Forward}, open && navigator.canGoForward());
    if (open && !navigator.lastCursor() && idle) showCursors({});
}

// --- the guest

void MainWindow::boot() {
    if (session_->state() != RunSession::State::Idle) return;
    banner_->tell({});
    session_->start({bar_->profile(), {}});
}

void MainWindow::connectSession() {
    connect(session_, &RunSession::stateChanged, this, [this](RunSession::State state) {
        bar_->setState(state);
        view_->screen().setTakesKeys(state != RunSession::State::Idle);
        updateActions();
    });
    connect(session_, &RunSession::started, this,
            [this](const QString &file) { openDocument(file, true); });
    connect(session_, &RunSession::progressed, bar_, &RunBar::setProgress);
    connect(session_, &RunSession::screenChanged, &view_->screen(), &ScreenPanel::setLiveScreen);
    connect(session_, &RunSession::pictureChanged, &view_->screen(), &ScreenPanel::setLivePicture);
    connect(session_, &RunSession::finished, this, [this](const QString &) {
        if (!document_) return;
        document_->setLive(false);
        Settings::addRecentRun(document_->path());
    });
    connect(session_, &RunSession::failed, this, [this](const QString &sentence) {
        if (document_) document_->setLive(false);
        banner_->tell(sentence);
    });
    connect(&view_->screen().view(), &ScreenView::keyPressed, session_, &RunSession::pressKey);
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
    view_->setTheme(theme);
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
    Settings::setBytes(layoutKey, view_->saveLayout());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() != 1 || !urls.front().isLocalFile()) return;
    event->acceptProposedAction();
    openRun(urls.front().toLocalFile());
}

} // namespace bootglass
