// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow's comparison: a page of its own, made when it is first asked for.
#include "ui/compare/compare_view.h"
#include "ui/figure/figure_dialog.h"
#include "ui/window/main_window.h"
#include "ui/window/settings.h"

#include <QFileDialog>
#include <QFileInfo>

namespace bootglass {

void MainWindow::openComparison(const QStringList &files) {
    if (session_->state() != RunSession::State::Idle) {
        banner_->tell(tr("A guest is running. Stop it before runs are compared."));
        return;
    }
    banner_->tell({});
    if (!compare_) {
        compare_ = new CompareView;
        compare_->setTheme(Theme::of(theme_));
        pages_->addWidget(compare_);
        connect(compare_, &CompareView::failed, this, [this](const QString &sentence) {
            const bool nothingToShow = !compare_->isLoaded();
            if (nothingToShow && showsComparison()) closeRun();
            banner_->tell(sentence);
        });
    }
    compare_->open(files);
    pages_->setCurrentWidget(compare_);
    bar_->setVisible(false); // a comparison boots nothing
    QStringList names;
    for (const QString &file : files)
        names << QFileInfo(file).completeBaseName();
    setWindowTitle(names.join(tr(" and ")));
    updateActions();
    compare_->timeline().setFocus();
}

/// With the run that is seen, or two that are chosen.
void MainWindow::askForComparison() {
    QStringList files = QFileDialog::getOpenFileNames(
        this, document() ? tr("Compare with") : tr("Compare runs: choose two or more"), {},
        tr("Bootglass runs (*.bootglass);;All files (*)"));
    if (files.isEmpty()) return;
    if (document()) files.prepend(document()->path());
    if (files.size() < 2) {
        banner_->tell(tr("One run alone cannot be compared; choose two or more."));
        return;
    }
    openComparison(files);
}

bool MainWindow::showsComparison() const {
    return compare_ && pages_->currentWidget() == compare_;
}

void MainWindow::closeComparison() {
    if (compare_) compare_->close();
    bar_->setVisible(true);
}

void MainWindow::makeFigureOfTwo() {
    const RunDocument *a = compare_->document(0);
    const RunDocument *b = compare_->document(1);
    if (!compare_->isLoaded() || !a || !b || !a->isLoaded()) return;
    auto *dialog = new FigureDialog(a->run(), {a->run().whole(), {}, {}, b->path()}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace bootglass
