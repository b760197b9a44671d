// SPDX-License-Identifier: GPL-3.0-or-later
// The stored events of the selection, or of what is visible, of one lane or all, as a table that
// grows as it is scrolled. The event that is chosen in the timeline is chosen here, and the other
// way round.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
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
    RowView &view() { return *view_; }

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void fillLanes();
    /// From the range's start; or, if that lists it, from a little before an event.
    void ask(const std::optional<StoredEvent> &around = {});
    void askMore();
    void show(const EventPage &page);
    void append(const EventPage &page);
    void tell();
    void chooseCurrent();
    void goTo(const QModelIndex &index);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    RowView *view_;
    QComboBox *lanes_;
    QLineEdit *words_;
    QLabel *note_;
    EventPage page_; // all events that are listed
    QTimer rest_;    // ranges change fast; a table is read when they have come to rest
};

} // namespace bootglass
