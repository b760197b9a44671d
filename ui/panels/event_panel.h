// SPDX-License-Identifier: GPL-3.0-or-later
// The stored events of the selection, or of what is visible, of one lane or all: the first
// thousands, as a table. Zooming in is how one reaches the others, and the heading says so.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QComboBox>
#include <QLabel>
#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <optional>

namespace bootglass {

struct EventPage {
    TimeRange range;
    std::vector<StoredEvent> events;
    bool more = false;
};

std::vector<TableRow> eventRows(const EventPage &page, const RunSnapshot &run);

class EventPanel : public QWidget {
    Q_OBJECT

  public:
    static constexpr size_t mostRows = 2000;

    explicit EventPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    const RowTable &table() const { return *model_; }

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void fillLanes();
    void ask();
    void show(const EventPage &page);
    void goTo(const QModelIndex &index);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    QTableView *view_;
    QComboBox *lanes_;
    QLabel *note_;
    QTimer rest_; // ranges change fast; a table is read when they have come to rest
};

} // namespace bootglass
