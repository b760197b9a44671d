// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/shortcut_editor.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace bootglass {

namespace {

constexpr int idRole = Qt::UserRole;

} // namespace

ShortcutEditor::ShortcutEditor(Actions &actions, QWidget *parent)
    : QDialog(parent),
      actions_(actions),
      filter_(new QLineEdit),
      list_(new QTreeWidget),
      keys_(new QKeySequenceEdit),
      add_(new QPushButton(tr("Add"))),
      clear_(new QPushButton(tr("No keys"))),
      reset_(new QPushButton(tr("As delivered"))),
      told_(new QLabel) {
    setWindowTitle(tr("Keys"));
    resize(640, 560);
    filter_->setPlaceholderText(tr("Filter actions"));
    filter_->setAccessibleName(tr("Filter actions"));
    filter_->setClearButtonEnabled(true);
    list_->setAccessibleName(tr("Actions and their keys"));
    list_->setColumnCount(2);
    list_->setHeaderLabels({tr("action"), tr("keys")});
    list_->setRootIsDecorated(true);
    list_->setUniformRowHeights(true);
    list_->header()->resizeSection(0, 380);
    keys_->setAccessibleName(tr("New keys"));
    told_->setObjectName(QStringLiteral("secondary"));
    told_->setWordWrap(true);
    auto *line = new QHBoxLayout;
    line->addWidget(new QLabel(tr("Press keys:")));
    line->addWidget(keys_, 1);
    line->addWidget(add_);
    line->addWidget(clear_);
    line->addWidget(reset_);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton *all = buttons->addButton(tr("All as delivered"), QDialogButtonBox::ResetRole);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(filter_);
    layout->addWidget(list_, 1);
    layout->addLayout(line);
    layout->addWidget(told_);
    layout->addWidget(buttons);
    fill();
    update();
    connect(filter_, &QLineEdit::textChanged, this, &ShortcutEditor::filter);
    connect(list_, &QTreeWidget::currentItemChanged, this, [this] {
        told_->clear();
        update();
    });
    connect(keys_, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutEditor::update);
    connect(add_, &QPushButton::clicked, this, &ShortcutEditor::add);
    connect(clear_, &QPushButton::clicked, this, &ShortcutEditor::clear);
    connect(reset_, &QPushButton::clicked, this, &ShortcutEditor::reset);
    connect(all, &QPushButton::clicked, this, &ShortcutEditor::resetAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ShortcutEditor::fill() {
    QTreeWidgetItem *menu = nullptr;
    const char *name = nullptr;
    for (const ActionInfo &row : actionTable()) {
        if (!name || qstrcmp(name, row.menu) != 0) {
            menu = new QTreeWidgetItem(list_, {Actions::tr(row.menu).remove(u'&')});
            menu->setFlags(Qt::ItemIsEnabled);
            menu->setExpanded(true);
            name = row.menu;
        }
        if (row.id == ActionId::Recent) continue; // a menu, no action
        auto *item =
            new QTreeWidgetItem(menu, {actions_.plainText(row.id), actions_.keysText(row.id)});
        item->setData(0, idRole, static_cast<int>(row.id));
    }
}

void ShortcutEditor::filter(const QString &text) {
    for (int m = 0; m < list_->topLevelItemCount(); ++m) {
        QTreeWidgetItem *menu = list_->topLevelItem(m);
        bool any = false;
        for (int i = 0; i < menu->childCount(); ++i) {
            QTreeWidgetItem *item = menu->child(i);
            const bool shown = item->text(0).contains(text, Qt::CaseInsensitive) ||
                               item->text(1).contains(text, Qt::CaseInsensitive);
            item->setHidden(!shown);
            any |= shown;
        }
        menu->setHidden(!any);
    }
}

void ShortcutEditor::choose(ActionId id) {
    for (QTreeWidgetItemIterator it(list_); *it; ++it)
        if ((*it)->data(0, idRole).isValid() &&
            (*it)->data(0, idRole).toInt() == static_cast<int>(id))
            list_->setCurrentItem(*it);
}

ActionId ShortcutEditor::chosen() const {
    const QTreeWidgetItem *item = list_->currentItem();
    const QVariant id = item ? item->data(0, idRole) : QVariant();
    return id.isValid() ? static_cast<ActionId>(id.toInt()) : ActionId::Count;
}

void ShortcutEditor::update() {
    const ActionId id = chosen();
    const bool any = id != ActionId::Count;
    for (QWidget *widget : {static_cast<QWidget *>(keys_), static_cast<QWidget *>(clear_)})
        widget->setEnabled(any);
    reset_->setEnabled(any && actions_.keys(id) != Actions::defaultKeys(id));
    add_->setEnabled(any && !keys_->keySequence().isEmpty());
    for (QTreeWidgetItemIterator it(list_); *it; ++it)
        if (const QVariant row = (*it)->data(0, idRole); row.isValid())
            (*it)->setText(1, actions_.keysText(static_cast<ActionId>(row.toInt())));
    const ActionId owner = actions_.ownerOf(keys_->keySequence());
    if (any && owner != ActionId::Count && owner != id)
        told_->setText(tr("%1 belongs to “%2” and will be taken from it.")
                           .arg(keys_->keySequence().toString(QKeySequence::NativeText),
                                actions_.plainText(owner)));
    else if (!keys_->keySequence().isEmpty())
        told_->clear();
}

void ShortcutEditor::add() {
    const ActionId id = chosen();
    const QKeySequence sequence = keys_->keySequence();
    if (id == ActionId::Count || sequence.isEmpty()) return;
    const ActionId owner = actions_.ownerOf(sequence);
    if (owner == id) return;
    if (owner != ActionId::Count) {
        QList<QKeySequence> left = actions_.keys(owner);
        left.removeAll(sequence);
        actions_.setKeys(owner, left);
    }
    actions_.setKeys(id, actions_.keys(id) << sequence);
    keys_->clear();
    update();
}

void ShortcutEditor::clear() {
    if (chosen() != ActionId::Count) actions_.setKeys(chosen(), {});
    update();
}

void ShortcutEditor::reset() {
    if (chosen() != ActionId::Count) actions_.setKeys(chosen(), Actions::defaultKeys(chosen()));
    update();
}

void ShortcutEditor::resetAll() {
    for (const ActionInfo &row : actionTable())
        actions_.setKeys(row.id, Actions::defaultKeys(row.id));
    update();
}

} // namespace bootglass
