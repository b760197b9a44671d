// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/run_tabs.h"

#include <QFileInfo>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace bootglass {

RunTabs::RunTabs(std::function<void(RunView &)> prepare, QWidget *parent)
    : QWidget(parent), prepare_(std::move(prepare)), bar_(new QTabBar), pages_(new QStackedWidget) {
    bar_->setDocumentMode(true);
    bar_->setDrawBase(false);
    bar_->setExpanding(false);
    bar_->setTabsClosable(true);
    bar_->setElideMode(Qt::ElideMiddle);
    bar_->setAccessibleName(tr("Open runs"));
    bar_->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(bar_);
    layout->addWidget(pages_, 1);
    addTab();
    connect(bar_, &QTabBar::currentChanged, this, [this](int tab) {
        if (tab >= 0) show(static_cast<size_t>(tab));
    });
    connect(bar_, &QTabBar::tabCloseRequested, this, [this](int tab) {
        if (RunDocument *document = tabs_[static_cast<size_t>(tab)].document.get())
            emit closeAsked(document);
    });
}

// The views let go of the documents before these go.
RunTabs::~RunTabs() {
    for (const Tab &tab : tabs_)
        tab.view->setDocument(nullptr);
}

size_t RunTabs::addTab() {
    auto *view = new RunView;
    tabs_.push_back({view, nullptr});
    const QSignalBlocker quiet(bar_);
    bar_->addTab(QString());
    pages_->addWidget(view);
    prepare_(*view);
    return tabs_.size() - 1;
}

RunView *RunTabs::viewOf(const RunDocument *document) {
    const auto found =
        std::ranges::find_if(tabs_, [&](const Tab &tab) { return tab.document.get() == document; });
    return found == tabs_.end() ? nullptr : found->view;
}

int RunTabs::count() const {
    return static_cast<int>(
        std::ranges::count_if(tabs_, [](const Tab &tab) { return tab.document != nullptr; }));
}

std::vector<RunView *> RunTabs::views() const {
    std::vector<RunView *> views;
    for (const Tab &tab : tabs_)
        views.push_back(tab.view);
    return views;
}

RunDocument &RunTabs::open(const QString &file) {
    const QString path = QFileInfo(file).absoluteFilePath();
    const auto shown = std::ranges::find_if(tabs_, [&](const Tab &tab) {
        return tab.document && QFileInfo(tab.document->path()).absoluteFilePath() == path;
    });
    const size_t place = shown != tabs_.end() ? static_cast<size_t>(shown - tabs_.begin())
                         : document()         ? addTab()
                                              : current();
    Tab &tab = tabs_[place];
    auto document = std::make_unique<RunDocument>(file);
    tab.view->setDocument(document.get());
    std::swap(tab.document, document);
    // Not now: this may be called from a signal of the old one's own.
    if (document) document.release()->deleteLater();
    bar_->setTabText(static_cast<int>(place), tab.document->fileName());
    bar_->setTabToolTip(static_cast<int>(place), path);
    updateBar();
    show(place);
    return *tab.document;
}

void RunTabs::close(const RunDocument *document) {
    const auto found = std::ranges::find_if(
        tabs_, [&](const Tab &tab) { return document && tab.document.get() == document; });
    if (found == tabs_.end()) return;
    const auto place = static_cast<size_t>(found - tabs_.begin());
    found->view->setDocument(nullptr);
    found->document.release()->deleteLater();
    if (tabs_.size() > 1) {
        const QSignalBlocker quiet(bar_);
        RunView *view = found->view;
        tabs_.erase(found);
        bar_->removeTab(static_cast<int>(place));
        pages_->removeWidget(view);
        view->deleteLater();
    }
    updateBar();
    show(std::min(place, tabs_.size() - 1));
}

void RunTabs::show(size_t tab) {
    const QSignalBlocker quiet(bar_);
    bar_->setCurrentIndex(static_cast<int>(tab));
    pages_->setCurrentIndex(static_cast<int>(tab));
    emit currentChanged();
}

void RunTabs::updateBar() {
    bar_->setVisible(count() > 1);
}

} // namespace bootglass
