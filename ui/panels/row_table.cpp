// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/row_table.h"

#include <QApplication>
#include <QHeaderView>
#include <QPainter>

namespace bootglass {

namespace {

constexpr int rowHeight = 22;
constexpr int chipSize = 10;
constexpr int indent = 12;

} // namespace

RowTable::RowTable(std::vector<TableColumn> columns, QObject *parent)
    : QAbstractTableModel(parent), columns_(std::move(columns)) {}

void RowTable::setRows(std::vector<TableRow> rows) {
    if (rows == rows_) return;
    // Same number of rows: what is selected and where one has scrolled stays.
    if (rows.size() == rows_.size()) {
        rows_ = std::move(rows);
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

const TableRow *RowTable::row(const QModelIndex &index) const {
    const auto place = static_cast<size_t>(index.row());
    return index.isValid() && place < rows_.size() ? &rows_[place] : nullptr;
}

int RowTable::rowCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RowTable::columnCount(const QModelIndex &parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant RowTable::data(const QModelIndex &index, int role) const {
    const TableRow *row = this->row(index);
    if (!row) return {};
    const TableColumn &column = columns_[static_cast<size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return index.column() < row->cells.size() ? row->cells[index.column()] : QString();
    case Qt::TextAlignmentRole:
        return static_cast<int>((column.number ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    case Qt::FontRole: return column.code ? codeFont(9) : textFont(9);
    case Qt::ToolTipRole: return row->hint.isEmpty() ? QVariant() : row->hint;
    case chipRole: return index.column() == 0 ? QVariant(row->chip) : QVariant();
    case depthRole: return index.column() == 0 ? row->depth : 0;
    default: return {};
    }
}

QVariant RowTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const TableColumn &column = columns_[static_cast<size_t>(section)];
    if (role == Qt::DisplayRole) return column.title;
    if (role == Qt::FontRole) return textFont(8.5);
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>((column.number ? Qt::AlignRight : Qt::AlignLeft) |
                                Qt::AlignVCenter);
    return {};
}

void ChipDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const {
    const QColor chip = index.data(RowTable::chipRole).value<QColor>();
    const int depth = index.data(RowTable::depthRole).toInt();
    QStyleOptionViewItem whole = option;
    initStyleOption(&whole, index);
    const QString text = std::exchange(whole.text, QString());
    const QWidget *widget = option.widget;
    QStyle *style = widget ? widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &whole, painter, widget);

    QRect area = option.rect.adjusted(8 + depth * indent, 0, -4, 0);
    if (chip.isValid()) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(chip);
        painter->drawRoundedRect(
            QRect(area.left(), area.center().y() - chipSize / 2 + 1, chipSize, chipSize), 2, 2);
        painter->restore();
        area.setLeft(area.left() + chipSize + 7);
    }
    painter->setFont(whole.font);
    painter->setPen(whole.palette.color(QPalette::Text));
    painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      whole.fontMetrics.elidedText(text, Qt::ElideRight, area.width()));
}

QTableView *makeTable(RowTable *model, const QString &accessibleName) {
    auto *view = new QTableView;
    view->setModel(model);
    view->setAccessibleName(accessibleName);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view->verticalHeader()->setDefaultSectionSize(rowHeight);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setSectionsClickable(false);
    view->horizontalHeader()->setMinimumSectionSize(36);
    return view;
}

} // namespace bootglass
