// SPDX-License-Identifier: GPL-3.0-or-later
// A table of finished texts: what phases, events and markers are listed in. Rows are values; a row
// can carry a colour chip and an indent. Made for what fits a glance, some thousand rows.
#pragma once

#include "emulator/clock/time_types.h"
#include "ui/base/theme.h"

#include <QAbstractTableModel>
#include <QStyledItemDelegate>
#include <QTableView>

#include <vector>

namespace bootglass {

struct TableColumn {
    QString title;
    bool number = false; // right-aligned
    bool code = false;   // monospace
};

struct TableRow {
    QStringList cells;
    QColor chip; // invalid: none
    int depth = 0;
    int64_t id = 0;
    VirtualNs time;
    QString hint;

    bool operator==(const TableRow &) const = default;
};

class RowTable : public QAbstractTableModel {
    Q_OBJECT

  public:
    static constexpr int chipRole = Qt::UserRole;
    static constexpr int depthRole = Qt::UserRole + 1;

    explicit RowTable(std::vector<TableColumn> columns, QObject *parent = nullptr);

    void setRows(std::vector<TableRow> rows);
    const std::vector<TableRow> &rows() const { return rows_; }
    const TableRow *row(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<TableColumn> columns_;
    std::vector<TableRow> rows_;
};

/// Paints the chip and the indent of a first column.
class ChipDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

/// A view in the house's manner: no grid, rows as a whole, quiet headings.
QTableView *makeTable(RowTable *model, const QString &accessibleName);

} // namespace bootglass
