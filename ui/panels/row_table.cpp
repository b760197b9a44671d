// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/row_table.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QHeaderView>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QSaveFile>

#include <algorithm>

namespace bootglass {

namespace {

constexpr int lineHeight = 22;
constexpr int chipSize = 10;
constexpr int indent = 12;

/// Rows whose texts have all of some words between them; sorted by the numbers behind.
class WordFilter : public QSortFilterProxyModel {
  public:
    explicit WordFilter(QObject *parent) : QSortFilterProxyModel(parent) {
        setSortRole(RowTable::keyRole);
        setDynamicSortFilter(true);
    }
    void setWords(const QString &text) {
        words_ = text.split(u' ', Qt::SkipEmptyParts);
        invalidateFilter();
    }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override {
        if (words_.isEmpty()) return true;
        QString all;
        for (int column = 0; column < sourceModel()->columnCount(parent); ++column)
            all += sourceModel()->index(row, column, parent).data().toString() + u' ';
        for (const QString &word : words_)
            if (!all.contains(word, Qt::CaseInsensitive)) return false;
        return true;
    }

  private:
    QStringList words_;
};

/// As RFC 4180 has it: quoted where it holds a quote, a comma or a line's end.
QString csvField(QString text) {
    if (!text.contains(u'"') && !text.contains(u',') && !text.contains(u'\n') &&
        !text.contains(u'\r'))
        return text;
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

} // namespace

RowTable::RowTable(std::vector<TableColumn> columns, QObject *parent)
    : QAbstractTableModel(parent), columns_(std::move(columns)) {}

void RowTable::setRows(std::vector<TableRow> rows) {
    if (rows == rows_) return;
    asked_ = false;
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

void RowTable::append(std::vector<TableRow> rows) {
    asked_ = false;
    if (rows.empty()) return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(rows.size()) - 1);
    std::ranges::move(rows, std::back_inserter(rows_));
    endInsertRows();
}

void RowTable::setHasMore(bool more) {
    more_ = more;
    asked_ = false;
}

bool RowTable::canFetchMore(const QModelIndex &parent) const {
    return !parent.isValid() && more_ && !asked_;
}

void RowTable::fetchMore(const QModelIndex &) {
    asked_ = true;
    emit moreWanted();
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
    case keyRole: {
        const QVariant key = row->keys.value(index.column());
        if (key.isValid()) return key;
        return index.column() < row->cells.size() ? row->cells[index.column()] : QString();
    }
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

QLineEdit *makeFilterField(const QString &accessibleName) {
    auto *field = new QLineEdit;
    field->setPlaceholderText(RowView::tr("Filter"));
    field->setAccessibleName(accessibleName);
    field->setClearButtonEnabled(true);
    field->setMaximumWidth(220);
    return field;
}

RowView::RowView(RowTable *model, const QString &accessibleName, QWidget *parent)
    : QTableView(parent), table_(model), proxy_(new WordFilter(this)) {
    proxy_->setSourceModel(model);
    setModel(proxy_);
    setAccessibleName(accessibleName);
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(lineHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(36);
    // Rows come as the model has them; a heading's third click gives that back.
    horizontalHeader()->setSortIndicatorShown(true);
    horizontalHeader()->setSortIndicatorClearable(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    setSortingEnabled(true);
}

const TableRow *RowView::rowAt(const QModelIndex &line) const {
    return table_->row(proxy_->mapToSource(line));
}

void RowView::keepOrder() {
    setSortingEnabled(false);
    horizontalHeader()->setSortIndicatorShown(false);
    horizontalHeader()->setSectionsClickable(false);
}

void RowView::setWords(const QString &words) {
    static_cast<WordFilter *>(proxy_)->setWords(words);
}

bool RowView::chooseId(int64_t id) {
    const auto found = std::ranges::find(table_->rows(), id, &TableRow::id);
    if (found == table_->rows().end()) return false;
    const QModelIndex line =
        proxy_->mapFromSource(table_->index(static_cast<int>(found - table_->rows().begin()), 0));
    if (!line.isValid()) return false;
    if (!selectionModel()->isRowSelected(line.row())) selectRow(line.row());
    scrollTo(line);
    return true;
}

void RowView::clearChoice() {
    clearSelection();
}

QString RowView::csv(bool all) const {
    QStringList lines;
    QStringList fields;
    for (int column = 0; column < proxy_->columnCount(); ++column)
        fields << csvField(proxy_->headerData(column, Qt::Horizontal).toString());
    lines << fields.join(u',');
    for (int row = 0; row < proxy_->rowCount(); ++row) {
        if (!all && !selectionModel()->isRowSelected(row)) continue;
        fields.clear();
        for (int column = 0; column < proxy_->columnCount(); ++column)
            fields << csvField(proxy_->index(row, column).data(RowTable::keyRole).toString());
        lines << fields.join(u',');
    }
    return lines.join(QStringLiteral("\r\n")) + u"\r\n";
}

void RowView::copy(bool all) {
    QApplication::clipboard()->setText(csv(all));
}

void RowView::save() {
    const QString name = QFileDialog::getSaveFileName(
        this, tr("Save as CSV"), accessibleName().toLower() + QStringLiteral(".csv"),
        tr("CSV (*.csv)"));
    if (name.isEmpty()) return;
    QSaveFile file(name);
    const QByteArray bytes = csv(true).toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        QMessageBox::warning(this, tr("Save as CSV"),
                             tr("%1 cannot be written: %2").arg(name, file.errorString()));
}

void RowView::keyPressEvent(QKeyEvent *event) {
    if (event->matches(QKeySequence::Copy))
        copy(false);
    else
        QTableView::keyPressEvent(event);
}

void RowView::contextMenuEvent(QContextMenuEvent *event) {
    QMenu menu(this);
    QAction *selected = menu.addAction(tr("Copy as CSV"), this, [this] { copy(false); });
    selected->setShortcut(QKeySequence::Copy);
    selected->setEnabled(selectionModel()->hasSelection());
    menu.addAction(tr("Copy the whole table as CSV"), this, [this] { copy(true); });
    menu.addAction(tr("Save the table as CSV…"), this, [this] { save(); });
    menu.exec(event->globalPos());
}

} // namespace bootglass
