// SPDX-License-Identifier: GPL-3.0-or-later
// The table of differences: by phase, driver, interrupt line, …, sorted by any column. It tells
// which phase is chosen, and of which the names are searched.
#pragma once

#include "emulator/trace/comparison.h"
#include "ui/panels/row_table.h"

#include <QComboBox>
#include <QLineEdit>
#include <QWidget>

namespace bootglass {

/// Cells of a comparison's rows; `order` says which row stands where.
std::vector<TableRow> deltaTableRows(const std::vector<DeltaRow> &rows, ComparedBy by,
                                     Measure measure, bool tree, const Theme &theme);

class DeltaPanel : public QWidget {
    Q_OBJECT

  public:
    explicit DeltaPanel(QWidget *parent = nullptr);

    void setRuns(std::shared_ptr<const ComparedRun> a, std::shared_ptr<const ComparedRun> b);
    void setMeasure(Measure measure);
    void setTheme(const Theme &theme);
    void setBy(ComparedBy by);
    void sortBy(SortBy sort);
    /// A place among the phases in their order.
    void choose(std::optional<size_t> row);

    ComparedBy by() const { return by_; }
    const std::vector<TableRow> &rows() const { return model_->rows(); }
    RowView &view() { return *view_; }
    QComboBox &tables() { return *tables_; }
    QLineEdit &search() { return *search_; }

  signals:
    void chosen(size_t phase);
    void zoomAsked(size_t phase);
    void byChanged(bootglass::ComparedBy by);

  private:
    void fill();
    Measure shownMeasure() const;

    std::shared_ptr<const ComparedRun> a_;
    std::shared_ptr<const ComparedRun> b_;
    ComparedBy by_ = ComparedBy::Phase;
    Measure measure_ = Measure::Instructions;
    SortBy sort_ = SortBy::Order;
    const Theme *theme_;
    RowTable *model_;
    RowView *view_;
    QComboBox *tables_;
    QLineEdit *search_;
    bool choosing_ = false;
};

} // namespace bootglass
