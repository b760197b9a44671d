// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow's actions: what each entry of the menus does.
#include "ui/base/number_format.h"
#include "ui/export/timeline_png.h"
#include "ui/window/main_window.h"
#include "ui/window/settings.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QThreadPool>

namespace bootglass {

namespace {

constexpr double zoomStep = 0.7;

} // namespace

void MainWindow::connectActions() {
    const auto on = [this](ActionId id, auto function) {
        connect(&(*actions_)[id], &QAction::triggered, this, function);
    };
    Navigator &navigator = view_->navigator();
    const auto zoom = [&navigator](double factor) {
        const TimeRange shown = navigator.visible();
        navigator.zoom(shown.from + shown.lengthNs() / 2, factor);
    };
    on(ActionId::Open, &MainWindow::askForRun);
    on(ActionId::ExportPicture, &MainWindow::askForPicture);
    on(ActionId::CloseRun, &MainWindow::closeRun);
    on(ActionId::Quit, &QWidget::close);
    on(ActionId::CopyCursor, &MainWindow::copyCursor);
    on(ActionId::ClearCursors, [&navigator] { navigator.clearCursors(); });
    on(ActionId::Fit, [&navigator] { navigator.fit(); });
    on(ActionId::ShowAll, [&navigator] { navigator.showAll(); });
    on(ActionId::ZoomIn, [zoom] { zoom(zoomStep); });
    on(ActionId::ZoomOut, [zoom] { zoom(1 / zoomStep); });
    on(ActionId::Back, [&navigator] { navigator.back(); });
    on(ActionId::Forward, [&navigator] { navigator.forward(); });
    on(ActionId::ThemeDesktop, [this] { chooseTheme(QStringLiteral("desktop")); });
    on(ActionId::ThemeLight, [this] { chooseTheme(QStringLiteral("light")); });
    on(ActionId::ThemeDark, [this] { chooseTheme(QStringLiteral("dark")); });
    on(ActionId::Boot, &MainWindow::boot);
    on(ActionId::Pause, [this](bool pause) {
        if (pause)
            session_->pause();
        else
            session_->resume();
    });
    on(ActionId::Stop, [this] { session_->stop(); });
    on(ActionId::Keys, &MainWindow::showKeys);
    on(ActionId::About, &MainWindow::showAbout);
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
    if (!document_) return;
    const QFileInfo run(document_->path());
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Export what is shown"),
        run.dir().filePath(run.completeBaseName() + QStringLiteral(".png")), tr("PNG (*.png)"));
    if (!file.isEmpty()) exportPicture(file);
}

void MainWindow::exportPicture(const QString &file) {
    if (!document_) return;
    PngOptions options;
    options.width = std::max(view_->timeline().width(), 800);
    options.dark = theme_ == ThemeName::Dark;
    options.scale = 2;
    options.from = view_->navigator().visible().from;
    options.to = view_->navigator().visible().to;
    QThreadPool::globalInstance()->start(
        [guard = QPointer<MainWindow>(this), file, options, run = document_->path()] {
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
    const auto last = view_->navigator().lastCursor();
    if (!last) return;
    const Icount count = cursors_.b == last ? cursors_.countB : cursors_.countA;
    QApplication::clipboard()->setText(
        QStringLiteral("%1 ns\ticount %2").arg(last->value).arg(count.value));
}

void MainWindow::showKeys() {
    QMessageBox box(this);
    box.setWindowTitle(tr("Keys and mouse"));
    box.setTextFormat(Qt::RichText);
    const std::pair<QString, QString> rows[] = {
        {tr("Wheel"),
         tr("zooms at the pointer; with Shift moves, over the names scrolls the lanes")},
        {tr("Drag"), tr("moves; on the axis, or with Shift, selects from A to B")},
        {tr("Click"), tr("puts cursor A there, with Shift cursor B; on a group's name folds it")},
        {tr("Double click"), tr("on a phase zooms to it")},
        {tr("W, S, +, −"), tr("zoom at the pointer")},
        {tr("A, D, ←, →"), tr("move by a part of the view")},
        {tr("Page up, page down"), tr("move by a view")},
        {tr("↑, ↓"), tr("scroll the lanes")},
        {tr("Home, End"), tr("go to the start or the end")},
        {tr("F"), tr("fits the selection, without one the whole boot")},
        {tr("Backspace"), tr("goes back to the view before")},
        {tr("Escape"), tr("takes away cursor B, then A")},
    };
    QString text = QStringLiteral("<table cellpadding='4'>");
    for (const auto &[keys, meaning] : rows)
        text += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), meaning.toHtmlEscaped());
    box.setText(text + QStringLiteral("</table>"));
    box.exec();
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
