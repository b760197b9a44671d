// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/code_panel.h"

#include "ui/base/number_format.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace bootglass {

std::vector<TableRow> codeRows(const CodeListing &listing) {
    std::vector<TableRow> rows;
    for (const CodeLine &line : listing.lines) {
        TableRow row;
        row.cells = {hex(line.address, 8), line.bytes, line.mnemonic, line.operands, line.label};
        row.keys = {qulonglong(line.address)};
        row.id = int64_t{line.address} + 1; // 0 is no row
        rows.push_back(std::move(row));
    }
    return rows;
}

CodePanel::CodePanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable({{tr("address"), false, true},
                           {tr("bytes"), false, true},
                           {tr("instruction"), false, true},
                           {tr("operands"), false, true},
                           {tr("function"), false, true}},
                          this)),
      view_(new RowView(model_, tr("Disassembly"))),
      note_(new QLabel) {
    note_->setObjectName(QStringLiteral("secondary"));
    note_->setContentsMargins(6, 4, 6, 2);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->setSpacing(2);
    layout->addWidget(note_);
    layout->addWidget(view_);
    QHeaderView *header = view_->horizontalHeader();
    const int widths[] = {110, 190, 100, 330};
    for (int column = 0; column < 4; ++column)
        header->resizeSection(column, widths[column]);
    header->setStretchLastSection(true);
    view_->keepOrder(); // of the addresses
    rest_.setSingleShot(true);
    rest_.setInterval(std::chrono::milliseconds(80));
    connect(&rest_, &QTimer::timeout, this, &CodePanel::ask);
    connect(&navigator_, &Navigator::cursorsChanged, &rest_, qOverload<>(&QTimer::start));
    connect(&navigator_, &Navigator::eventChosen, &rest_, qOverload<>(&QTimer::start));
}

void CodePanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    model_->setRows({});
    note_->clear();
    if (document) connect(document, &RunDocument::loaded, &rest_, qOverload<>(&QTimer::start));
}

void CodePanel::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    rest_.start();
}

void CodePanel::ask() {
    if (!document_ || !document_->isLoaded() || !isVisible()) return;
    const VirtualNs cursor = navigator_.lastCursor().value_or(document_->run().end.ns);
    document_->details().ask(
        QuerySlot::Code, this,
        [event = navigator_.event(), cursor](RunReader &reader) {
            return queryCode(reader, event, cursor);
        },
        [this](const Result<CodeListing> &listing) {
            if (listing)
                show(*listing);
            else if (!listing.error().cancelled)
                note_->setText(QString::fromStdString(listing.error().sentence));
        });
}

void CodePanel::show(const CodeListing &listing) {
    model_->setRows(codeRows(listing));
    if (listing.source.isEmpty()) {
        note_->setText(tr("No sample was taken near the cursor; choose an event that tells its "
                          "instruction pointer, an interrupt or an exception."));
        return;
    }
    const QString where =
        hex(listing.eip, 8) +
        (listing.function.isEmpty() ? QString() : QString(u" " + listing.function));
    const QString what = tr("%1 at %2, %3").arg(listing.source, exactSeconds(listing.at), where);
    if (!listing.known) {
        note_->setText(tr("%1: its code was not recorded").arg(what));
        return;
    }
    note_->setText(listing.recorded > listing.at
                       ? tr("%1; the code as it was recorded later, at %2")
                             .arg(what, exactSeconds(listing.recorded))
                       : what);
    view_->chooseId(int64_t{listing.eip} + 1);
}

} // namespace bootglass
