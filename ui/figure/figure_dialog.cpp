// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure_dialog.h"

#include "ui/export/figure_file.h"
#include "ui/figure/comparison_figure.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

namespace bootglass {

namespace {

constexpr int formWidth = 320;

QWidget *previewArea(QLabel *preview) {
    auto *area = new QScrollArea;
    area->setWidget(preview);
    area->setAlignment(Qt::AlignCenter);
    area->setMinimumSize(460, 420);
    area->setBackgroundRole(QPalette::Mid);
    return area;
}

} // namespace

FigureDialog::FigureDialog(const RunSnapshot &run, const FigureOffer &offer, QWidget *parent)
    : QDialog(parent),
      run_(QString::fromStdString(run.path)),
      other_(offer.other),
      form_(new FigureForm(run, offer)),
      preview_(new QLabel),
      message_(new QLabel),
      command_(new QLineEdit),
      saveAs_(new QPushButton(tr("&Save as…"))),
      reader_(run.path) {
    setWindowTitle(tr("Figure for a paper"));
    form_->setFixedWidth(formWidth);
    message_->setWordWrap(true);
    message_->setObjectName(QStringLiteral("message"));
    preview_->setObjectName(QStringLiteral("preview"));
    command_->setReadOnly(true);
    command_->setToolTip(tr("The command that makes the same file"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    buttons->addButton(saveAs_, QDialogButtonBox::AcceptRole);

    auto *left = new QVBoxLayout;
    left->addWidget(form_);
    left->addStretch(1);
    auto *right = new QVBoxLayout;
    right->addWidget(previewArea(preview_), 1);
    right->addWidget(message_);
    right->addWidget(command_);
    auto *columns = new QHBoxLayout;
    columns->addLayout(left);
    columns->addLayout(right, 1);
    auto *whole = new QVBoxLayout(this);
    whole->addLayout(columns, 1);
    whole->addWidget(buttons);
    resize(1000, 720);

    connect(form_, &FigureForm::changed, this, &FigureDialog::draw);
    connect(saveAs_, &QPushButton::clicked, this, &FigureDialog::askForFile);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&reader_, &QueryThread::failed, this, &FigureDialog::tell);
    draw();
}

/// Of this screen, in the device pixels of a window. Displays that do not know their size say
/// nonsense: then a figure is as large as 96 dots per inch make it.
double FigureDialog::dotsPerInch() const {
    const double told = screen() ? screen()->physicalDotsPerInch() : 0;
    return told >= 50 && told <= 400 ? told : 96;
}

/// On the thread that reads.
Result<Figure> FigureDialog::make(RunReader &reader, const FigureSpec &spec,
                                  const QString &file) const {
    return other_.isEmpty() ? makeFigure(reader, spec, file)
                            : makeComparison(reader, other_.toStdString(), spec, file);
}

void FigureDialog::draw() {
    const auto spec = form_->spec();
    if (!spec) return tell(QString::fromStdString(spec.error().sentence));
    const QString file = QFileInfo(run_).completeBaseName() + QStringLiteral(".pdf");
    reader_.ask(
        QuerySlot::Picture, this,
        [this, spec = *spec, file](RunReader &reader) { return make(reader, spec, file); },
        [this](const Result<Figure> &figure) { show(figure); });
}

void FigureDialog::show(const Result<Figure> &figure) {
    if (!figure) {
        if (!figure.error().cancelled) tell(QString::fromStdString(figure.error().sentence));
        return;
    }
    figure_ = std::make_shared<const Figure>(*figure);
    QImage picture = figureImage(figure_->drawing, dotsPerInch() * devicePixelRatioF());
    picture.setDevicePixelRatio(devicePixelRatioF());
    preview_->setPixmap(QPixmap::fromImage(picture));
    preview_->adjustSize();
    preview_->setAccessibleName(figure_->facts.title);
    preview_->setAccessibleDescription(figure_->facts.description);
    command_->setText(figure_->facts.command);
    command_->setCursorPosition(0);
    const QSizeF size = figure_->drawing.size() / 72;
    message_->setText(tr("%1 × %2 in, shown at its true size")
                          .arg(shortNumber(size.width()), shortNumber(size.height())));
    saveAs_->setEnabled(true);
    emit drawn();
}

void FigureDialog::tell(const QString &sentence) {
    // The figure before stays in view, so that a half-typed width does not make it flicker.
    message_->setText(sentence);
    saveAs_->setEnabled(false);
    emit drawn();
}

void FigureDialog::askForFile() {
    const QFileInfo run(run_);
    const QString file = QFileDialog::getSaveFileName(
        this, tr("Save the figure"),
        run.dir().filePath(run.completeBaseName() + QStringLiteral(".pdf")),
        tr("PDF (*.pdf);;SVG (*.svg);;PNG (*.png);;LaTeX, TikZ (*.tex);;Numbers (*.csv *.json);;"
           "Script for matplotlib (*.py)"));
    if (!file.isEmpty()) save(file);
}

void FigureDialog::save(const QString &file) {
    const auto format = figureFormatOf(file);
    if (!format)
        return tell(
            tr("%1: a figure is saved as %2").arg(file, QString::fromStdString(figureFormats())));
    const auto spec = form_->spec();
    if (!spec) return tell(QString::fromStdString(spec.error().sentence));
    reader_.ask(
        QuerySlot::Run, this,
        [this, spec = *spec, file, format](RunReader &reader) -> Result<void> {
            const auto figure = make(reader, spec, file);
            if (!figure) return figure.error();
            const auto bytes = figureBytes(*figure, *format);
            if (!bytes) return bytes.error();
            return writeBytes(*bytes, file);
        },
        [this, file](const Result<void> &written) {
            if (!written) return tell(QString::fromStdString(written.error().sentence));
            message_->setText(tr("Written: %1").arg(file));
            emit saved(file);
        });
}

} // namespace bootglass
