// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/command_palette.h"

#include "ui/base/fuzzy_match.h"
#include "ui/base/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace bootglass {

namespace {

constexpr int entryRole = Qt::UserRole;
constexpr int kindRole = Qt::UserRole + 1;
constexpr int keysRole = Qt::UserRole + 2;

/// The text at the left, what it is and its keys at the right, quietly.
class EntryDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override {
        return {200, 28};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override {
        QStyleOptionViewItem ground = option;
        initStyleOption(&ground, index);
        ground.text.clear();
        option.widget->style()->drawControl(QStyle::CE_ItemViewItem, &ground, painter,
                                            option.widget);
        QRect area = option.rect.adjusted(12, 0, -12, 0);
        const QPalette &palette = option.widget->palette();
        painter->setFont(textFont(8.5));
        painter->setPen(palette.color(QPalette::PlaceholderText));
        const QString keys = index.data(keysRole).toString();
        const QString side = index.data(kindRole).toString() +
                             (keys.isEmpty() ? QString() : QString(u"    " + keys));
        painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, side);
        area.setRight(area.right() - painter->fontMetrics().horizontalAdvance(side) - 12);
        painter->setFont(textFont(10));
        painter->setPen(palette.color(QPalette::Text));
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            area.width()));
    }
};

} // namespace

CommandPalette::CommandPalette(QWidget *parent)
    : QDialog(parent, Qt::Popup), line_(new QLineEdit), list_(new QListWidget) {
    setObjectName(QStringLiteral("palette"));
    line_->setPlaceholderText(tr("What to do, or where to go"));
    line_->setAccessibleName(tr("Command or place"));
    line_->setFont(textFont(11));
    list_->setAccessibleName(tr("Commands and places"));
    list_->setItemDelegate(new EntryDelegate(list_));
    list_->setUniformItemSizes(true);
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(line_);
    layout->addWidget(list_);
    line_->installEventFilter(this);
    connect(line_, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(line_, &QLineEdit::returnPressed, this, &CommandPalette::take);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::take);
}

void CommandPalette::ask(std::vector<PaletteEntry> entries) {
    entries_ = std::move(entries);
    line_->clear();
    fill({});
    if (const QWidget *window = parentWidget()) {
        const int width = std::min(620, window->width() - 40);
        resize(width, std::min(440, window->height() - 80));
        move(window->mapToGlobal(QPoint((window->width() - width) / 2, 60)));
    }
    show();
    line_->setFocus();
}

QStringList CommandPalette::shown() const {
    QStringList texts;
    for (int row = 0; row < list_->count(); ++row)
        texts << list_->item(row)->text();
    return texts;
}

void CommandPalette::fill(const QString &pattern) {
    std::vector<std::pair<int, size_t>> found;
    for (size_t entry = 0; entry < entries_.size(); ++entry)
        if (const auto score =
                fuzzyScore(pattern, QString(entries_[entry].text + u' ' + entries_[entry].kind)))
            found.emplace_back(pattern.isEmpty() ? 0 : *score, entry);
    std::ranges::stable_sort(found, std::ranges::greater{}, &std::pair<int, size_t>::first);
    if (found.size() > mostShown) found.resize(mostShown);
    list_->clear();
    for (const auto &[score, entry] : found) {
        auto *item = new QListWidgetItem(entries_[entry].text, list_);
        item->setData(entryRole, static_cast<qulonglong>(entry));
        item->setData(kindRole, entries_[entry].kind);
        item->setData(keysRole, entries_[entry].keys);
    }
    list_->setCurrentRow(0);
}

void CommandPalette::take() {
    const QListWidgetItem *item = list_->currentItem();
    if (!item) return;
    const auto act = entries_[item->data(entryRole).toULongLong()].act;
    hide();
    if (act) act();
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int page = std::max(1, list_->viewport()->height() / 28 - 1);
        const int step = key == Qt::Key_Down       ? 1
                         : key == Qt::Key_Up       ? -1
                         : key == Qt::Key_PageDown ? page
                         : key == Qt::Key_PageUp   ? -page
                                                   : 0;
        if (step != 0) {
            list_->setCurrentRow(std::clamp(list_->currentRow() + step, 0, list_->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace bootglass
