// SPDX-License-Identifier: GPL-3.0-or-later
// The runs that are open, one tab each: a view with the document that it shows. There is always a
// view; the first is empty until a run is opened in it. The tabs' bar is seen from two runs on.
#pragma once

#include "ui/run/run_document.h"
#include "ui/window/run_view.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QWidget>

#include <functional>

namespace bootglass {

class RunTabs : public QWidget {
    Q_OBJECT

  public:
    /// `prepare` is called for each view that is made.
    explicit RunTabs(std::function<void(RunView &)> prepare, QWidget *parent = nullptr);
    ~RunTabs() override;

    RunView &view() { return *tabs_[current()].view; }
    /// nullptr while the present view is empty.
    RunDocument *document() { return tabs_[current()].document.get(); }
    RunView *viewOf(const RunDocument *document);
    int count() const;
    QTabBar &bar() { return *bar_; }
    /// All views, also an empty one.
    std::vector<RunView *> views() const;

    /// In a tab of its own, unless the present one is empty or shows the file already.
    RunDocument &open(const QString &file);
    void close(const RunDocument *document);

  signals:
    /// Another run is seen.
    void currentChanged();
    void closeAsked(bootglass::RunDocument *document);

  private:
    struct Tab {
        RunView *view = nullptr;
        std::unique_ptr<RunDocument> document;
    };
    size_t current() const { return static_cast<size_t>(pages_->currentIndex()); }
    size_t addTab();
    void show(size_t tab);
    void updateBar();

    std::function<void(RunView &)> prepare_;
    std::vector<Tab> tabs_; // as in pages_ and bar_
    QTabBar *bar_;
    QStackedWidget *pages_;
};

} // namespace bootglass
