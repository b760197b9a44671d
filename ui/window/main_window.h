// SPDX-License-Identifier: GPL-3.0-or-later
// The window: menus, tool bar, start page or runs in tabs, status line. It puts the parts together
// and hands on what they say; what a run shows is in RunView, what a guest does is behind
// RunSession.
#pragma once

#include "ui/run/run_document.h"
#include "ui/run_session.h"
#include "ui/window/actions.h"
#include "ui/window/command_palette.h"
#include "ui/window/message_banner.h"
#include "ui/window/run_bar.h"
#include "ui/window/run_tabs.h"
#include "ui/window/start_page.h"
#include "ui/window/status_line.h"

#include <QMainWindow>
#include <QStackedWidget>

namespace bootglass {

class CompareView;

class MainWindow : public QMainWindow {
    Q_OBJECT

  public:
    /// The session must outlive the window.
    explicit MainWindow(RunSession *session, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens in the background, in a tab of its own; what is wrong with the file is told in the
    /// banner.
    void openRun(const QString &file);
    /// The one that is seen.
    void closeRun();
    /// Two or more runs, the first two above each other.
    void openComparison(const QStringList &files);
    /// Writes what is shown as a PNG, in the background.
    void exportPicture(const QString &file);

    Actions &actions() { return *actions_; }
    /// Of the run that is seen.
    RunView &view() { return tabs_->view(); }
    RunTabs &tabs() { return *tabs_; }
    CommandPalette &palette() { return *palette_; }
    RunBar &bar() { return *bar_; }
    StartPage &startPage() { return *start_; }
    MessageBanner &banner() { return *banner_; }
    StatusLine &status() { return *status_; }
    /// nullptr while no run is open.
    RunDocument *document() { return tabs_->document(); }
    bool showsRun() const { return pages_->currentWidget() == tabs_; }
    bool showsComparison() const;
    /// nullptr before the first comparison.
    CompareView *comparison() { return compare_; }
    ThemeName theme() const { return theme_; }

  protected:
    bool event(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

  private:
    void connectActions();
    void connectLanes();
    void connectPlaces();
    void connectSession();
    void on(ActionId id, std::function<void()> act);
    void prepareView(RunView &view);
    void showLaneMenu(const QPoint &globalPos);
    void boot();
    void openDocument(const QString &file, bool live);
    void closeDocument(RunDocument *document);
    void showCurrent();
    void askForRun();
    void askForComparison();
    void closeComparison();
    void askForPicture();
    void makeFigure();
    void makeFigureOfTwo();
    void copyCursor();
    void showKeys();
    void showPalette();
    void showShortcuts();
    void filterLanes();
    void showAbout();
    void find();
    void fillRecent();
    void takeRun(RunDocument *document);
    void showCursors(const CursorFacts &facts);
    void updateActions();
    void chooseTheme(const QString &name);
    void applyTheme();

    RunSession *session_;
    QPointer<RunDocument> live_; // what the guest is recorded into
    Actions *actions_;
    MessageBanner *banner_;
    QStackedWidget *pages_;
    StartPage *start_;
    RunTabs *tabs_ = nullptr; // while its first view is made
    CompareView *compare_ = nullptr;
    RunBar *bar_;
    CommandPalette *palette_;
    StatusLine *status_;
    QMenu *recent_;
    CursorFacts cursors_;
    QString themeChoice_; // "light", "dark", else the desktop's
    ThemeName theme_ = ThemeName::Light;
};

} // namespace bootglass
