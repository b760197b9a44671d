// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/marker_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace bootglass {

std::vector<TableRow> markerRows(const std::vector<RunMarker> &markers) {
    std::vector<TableRow> rows;
    for (const RunMarker &marker : markers) {
        TableRow row;
        row.cells = {shownLine(marker.name), exactSeconds(marker.ns), grouped(marker.icount.value),
                     shownLine(marker.rule)};
        row.id = marker.id;
        row.time = marker.ns;
        rows.push_back(std::move(row));
    }
    return rows;
}

MarkerPanel::MarkerPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable(
          {{tr("marker")}, {tr("virtual time"), true}, {tr("icount"), true}, {tr("found by")}},
          this)),
      view_(new RowView(model_, tr("Markers"))) {
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->addWidget(view_);
    QHeaderView *header = view_->horizontalHeader();
    header->resizeSection(0, 220);
    header->resizeSection(1, 150);
    header->resizeSection(2, 140);
    header->setStretchLastSection(true);
    connect(view_, &RowView::clicked, this, &MarkerPanel::goTo);
    connect(view_, &RowView::activated, this, &MarkerPanel::goTo);
}

void MarkerPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    if (document) {
        connect(document, &RunDocument::loaded, this, &MarkerPanel::fill);
        connect(document, &RunDocument::changed, this, &MarkerPanel::fill);
    }
    fill();
}

void MarkerPanel::fill() {
    const bool has = document_ && document_->isLoaded();
    model_->setRows(has ? markerRows(document_->run().markers) : std::vector<TableRow>());
}

void MarkerPanel::goTo(const QModelIndex &index) {
    const TableRow *row = view_->rowAt(index);
    if (!row) return;
    navigator_.setCursor(Cursor::A, row->time);
    navigator_.reveal(row->time);
}

} // namespace bootglass
