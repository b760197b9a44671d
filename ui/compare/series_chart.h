// SPDX-License-Identifier: GPL-3.0-or-later
// A series of builds: the chosen phase (or the whole boot) over the runs, and below it small
// multiples of the phases that change most. Counts are exact, so no point has an error bar. A click
// on a run makes it B.
#pragma once

#include "emulator/trace/comparison_series.h"
#include "ui/base/theme.h"

#include <QWidget>

namespace bootglass {

class SeriesChart : public QWidget {
    Q_OBJECT

  public:
    explicit SeriesChart(QWidget *parent = nullptr);

    void setRuns(std::shared_ptr<const std::vector<ComparedRun>> runs);
    /// Which of the runs are A and B.
    void setPair(size_t a, size_t b);
    void setMeasure(Measure measure);
    /// A phase's path; empty: the whole boot.
    void setPhase(const QString &path);
    void setTheme(const Theme &theme);

  signals:
    void runChosen(size_t run);

  protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

  private:
    std::vector<uint64_t> totals() const;
    std::vector<uint64_t> valuesOf(const SeriesRow &row) const;
    QRectF mainPlot() const;
    std::optional<size_t> runAt(QPoint at) const;
    void paintLine(QPainter &painter, const QRectF &plot, const std::vector<uint64_t> &values,
                   bool isMain) const;

    std::shared_ptr<const std::vector<ComparedRun>> runs_;
    std::vector<SeriesRow> rows_;
    size_t a_ = 0;
    size_t b_ = 1;
    Measure measure_ = Measure::Instructions;
    QString phase_;
    const Theme *theme_;
};

} // namespace bootglass
