// SPDX-License-Identifier: GPL-3.0-or-later
// The phase table: instructions, virtual time, idle time and share of each phase. The phase at the
// cursor is marked; activating a row zooms to it.
#pragma once

#include "emulator/trace/analysis.h"
#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QPointer>
#include <QWidget>

namespace bootglass {

/// The table's texts; shares are of the run's instructions.
std::vector<TableRow> phaseRows(const std::vector<PhaseRow> &table, const Theme &theme);

class PhasePanel : public QWidget {
    Q_OBJECT

  public:
    explicit PhasePanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    void setTheme(const Theme &theme);
    void choose(qint64 phase);
    const RowTable &table() const { return *model_; }

  private:
    void fill();
    void markCurrent();
    void zoomTo(const QModelIndex &index);

    Navigator &navigator_;
    const Theme *theme_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    RowView *view_;
};

} // namespace bootglass
