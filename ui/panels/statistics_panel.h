// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of each lane in the selection, or in what is visible: how many events, at what rate, how
// long or how far apart; with a histogram of the lane that is chosen.
#pragma once

#include "ui/panels/histogram_view.h"
#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QLabel>
#include <QPointer>
#include <QSplitter>
#include <QTimer>
#include <QWidget>

namespace bootglass {

std::vector<TableRow> statisticsRows(const std::vector<TrackStatistics> &all, uint64_t rangeNs,
                                     const RunSnapshot &run);

class StatisticsPanel : public QWidget {
    Q_OBJECT

  public:
    explicit StatisticsPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    void setTheme(const Theme &theme);
    const RowTable &table() const { return *model_; }
    RowView &view() { return *view_; }
    QString note() const { return note_->text(); }
    const HistogramView &histogram() const { return *histogram_; }

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void ask();
    void show(const std::vector<TrackStatistics> &all, TimeRange range);
    void showHistogram();

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    std::vector<TrackStatistics> all_;
    RowTable *model_;
    RowView *view_;
    HistogramView *histogram_;
    QLabel *note_;
    QTimer rest_;
};

} // namespace bootglass
