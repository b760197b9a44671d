// SPDX-License-Identifier: GPL-3.0-or-later
// The spans of a lane in the selection or in view, as a table: interrupts from raised to ended,
// timers from armed to fired, halts, address spaces; and the guest's work: initcalls, services.
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

namespace bootglass {

std::vector<TableRow> spanRows(const std::vector<Span> &spans);
std::vector<TableRow> activityRows(const std::vector<RunActivity> &activities, ActivityKind kind,
                                   TimeRange range);

class SpanPanel : public QWidget {
    Q_OBJECT

  public:
    static constexpr size_t mostRows = 20'000;

    explicit SpanPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    /// Lists the spans of this track, if it has any.
    void chooseTrack(TrackId track);
    QComboBox &lanes() { return *lanes_; }
    const RowTable &table() const { return *model_; }
    RowView &view() { return *view_; }

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void fillLanes();
    void ask();
    void show(std::vector<TableRow> rows, bool truncated);
    void goTo(const QModelIndex &line);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    RowView *view_;
    QComboBox *lanes_;
    QLineEdit *words_;
    QLabel *note_;
    QTimer rest_;
};

} // namespace bootglass
