// SPDX-License-Identifier: GPL-3.0-or-later
// A table of finished texts: what phases, events and markers are listed in. Rows are values; a row
// can carry a colour chip, an indent, and the numbers behind its texts, by which it is sorted and
// which are copied. A view of it is sorted by its headings, filtered by words, and copied as CSV;
// long lists grow as they are scrolled.
#pragma once

#include "emulator/clock/time_types.h"
#include "ui/base/theme.h"

#include <QAbstractTableModel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
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
    QVariantList keys; // what cells are sorted by and copied as; invalid or missing: the text

    bool operator==(const TableRow &) const = default;
};

class RowTable : public QAbstractTableModel {
    Q_OBJECT

  public:
    static constexpr int chipRole = Qt::UserRole;
    static constexpr int depthRole = Qt::UserRole + 1;
    static constexpr int keyRole = Qt::UserRole + 2;

    explicit RowTable(std::vector<TableColumn> columns, QObject *parent = nullptr);

    void setRows(std::vector<TableRow> rows);
    /// Further rows of a list that has more than it holds.
    void append(std::vector<TableRow> rows);
    /// There is more: moreWanted() asks for it when the list's end is seen.
    void setHasMore(bool more);
    const std::vector<TableRow> &rows() const { return rows_; }
    const TableRow *row(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

  signals:
    void moreWanted();

  private:
    std::vector<TableColumn> columns_;
    std::vector<TableRow> rows_;
    bool more_ = false;
    bool asked_ = false;
};

/// Paints the chip and the indent of a first column.
class ChipDelegate : public QStyledItemDelegate {
    Q_OBJECT

  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
};

/// A field whose words a list is filtered by.
QLineEdit *makeFilterField(const QString &accessibleName);

/// A view in the house's manner: no grid, rows as a whole, quiet headings.
class RowView : public QTableView {
    Q_OBJECT

  public:
    explicit RowView(RowTable *model, const QString &accessibleName, QWidget *parent = nullptr);

    /// The row behind a line of the view, which may be sorted and filtered.
    const TableRow *rowAt(const QModelIndex &line) const;
    /// Headings do not sort: the order says something.
    void keepOrder();
    /// Rows with all of these words.
    void setWords(const QString &words);
    /// Selects the row with this id and shows it; false: it is not listed.
    bool chooseId(int64_t id);
    void clearChoice();
    /// Lines that are shown now.
    int lines() const { return proxy_->rowCount(); }

    /// With headings; numbers as plain digits. Of the selected lines, or of all.
    QString csv(bool all) const;

  protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

  private:
    void copy(bool all);
    void save();

    RowTable *table_;
    QSortFilterProxyModel *proxy_;
};

} // namespace bootglass
