// SPDX-License-Identifier: GPL-3.0-or-later
// The first divergence with the events around it in both runs, side by side: what is equal stands
// in both columns, from the first difference on each run goes its own way.
#pragma once

#include "emulator/trace/comparison_divergence.h"
#include "ui/panels/row_table.h"

#include <QLabel>
#include <QPushButton>
#include <QWidget>

namespace bootglass {

std::vector<TableRow> divergenceRows(const Divergence &divergence, const Theme &theme);

class DivergencePanel : public QWidget {
    Q_OBJECT

  public:
    explicit DivergencePanel(QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    /// Not looked for yet.
    void clear();
    void setSearching();
    void setDivergence(const Divergence &divergence);
    void tell(const QString &sentence);

    QString sentence() const { return sentence_->text(); }
    const std::vector<TableRow> &rows() const { return model_->rows(); }

  signals:
    void asked();

  private:
    QLabel *sentence_;
    QPushButton *find_;
    RowTable *model_;
    RowView *view_;
    std::optional<Divergence> divergence_;
    const Theme *theme_;
};

} // namespace bootglass
