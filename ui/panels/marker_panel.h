// SPDX-License-Identifier: GPL-3.0-or-later
// The markers as a list; activating one puts the cursor there.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QPointer>
#include <QWidget>

namespace bootglass {

std::vector<TableRow> markerRows(const std::vector<RunMarker> &markers);

class MarkerPanel : public QWidget {
    Q_OBJECT

  public:
    explicit MarkerPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    const RowTable &table() const { return *model_; }

  private:
    void fill();
    void goTo(const QModelIndex &index);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    RowView *view_;
};

} // namespace bootglass
