// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/function_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/panels/panel_frame.h"

#include <QHeaderView>

namespace bootglass {

std::vector<TableRow> functionRows(const std::vector<FunctionSamples> &functions) {
    uint64_t samples = 0;
    for (const FunctionSamples &function : functions)
        samples += function.samples;
    std::vector<TableRow> rows;
    for (const FunctionSamples &function : functions) {
        const double share =
            samples == 0 ? 0 : static_cast<double>(function.samples) / static_cast<double>(samples);
        TableRow row;
        row.cells = {shownLine(function.name), percent(share), grouped(function.samples),
                     shortCount(function.instructions)};
        row.keys = {QVariant(), share, qulonglong(function.samples),
                    qulonglong(function.instructions)};
        row.id = static_cast<int64_t>(rows.size()) + 1;
        rows.push_back(std::move(row));
    }
    return rows;
}

FunctionPanel::FunctionPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable({{tr("function"), false, true},
                           {tr("share"), true},
                           {tr("samples"), true},
                           {tr("instructions"), true}},
                          this)),
      view_(new RowView(model_, tr("Functions"))),
      words_(makeFilterField(tr("Words that listed functions have"))),
      note_(new QLabel) {
    note_->setObjectName(QStringLiteral("secondary"));
    layOutPanel(this, {words_, note_}, view_);
    QHeaderView *header = view_->horizontalHeader();
    header->resizeSection(0, 420);
    for (int column = 1; column < 4; ++column)
        header->resizeSection(column, 110);
    connect(words_, &QLineEdit::textChanged, view_, &RowView::setWords);
    startAfterMoves(rest_, navigator_, std::chrono::milliseconds(120));
    connect(&rest_, &QTimer::timeout, this, &FunctionPanel::ask);
}

void FunctionPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    model_->setRows({});
    note_->clear();
    if (!document) return;
    connect(document, &RunDocument::loaded, &rest_, qOverload<>(&QTimer::start));
    connect(document, &RunDocument::changed, &rest_, qOverload<>(&QTimer::start));
}

void FunctionPanel::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    rest_.start();
}

void FunctionPanel::ask() {
    if (!document_ || !document_->isLoaded() || !isVisible()) return;
    document_->background().ask(
        QuerySlot::Functions, this,
        [range = navigator_.subject()](RunReader &reader) { return reader.functions(range); },
        [this](const Result<std::vector<FunctionSamples>> &functions) {
            if (!functions) {
                if (!functions.error().cancelled)
                    note_->setText(QString::fromStdString(functions.error().sentence));
                return;
            }
            model_->setRows(functionRows(*functions));
            uint64_t samples = 0;
            for (const FunctionSamples &function : *functions)
                samples += function.samples;
            const QString where = navigator_.selection() ? tr("between A and B") : tr("in view");
            note_->setText(samples == 0 ? tr("No sample was taken %1.").arg(where)
                                        : tr("%1 samples %2").arg(grouped(samples), where));
        });
}

} // namespace bootglass
