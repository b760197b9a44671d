// SPDX-License-Identifier: GPL-3.0-or-later
// All actions with their keys, to change them: what is changed counts at once and is kept. Keys
// that another action has are taken from it only after it was named.
#pragma once

#include "ui/window/actions.h"

#include <QDialog>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

namespace bootglass {

class ShortcutEditor : public QDialog {
    Q_OBJECT

  public:
    explicit ShortcutEditor(Actions &actions, QWidget *parent = nullptr);

    void choose(ActionId id);
    QKeySequenceEdit &keys() { return *keys_; }
    QPushButton &addButton() { return *add_; }
    QString told() const { return told_->text(); }

  private:
    void fill();
    void filter(const QString &text);
    ActionId chosen() const;
    void update();
    void add();
    void clear();
    void reset();
    void resetAll();

    Actions &actions_;
    QLineEdit *filter_;
    QTreeWidget *list_;
    QKeySequenceEdit *keys_;
    QPushButton *add_;
    QPushButton *clear_;
    QPushButton *reset_;
    QLabel *told_;
};

} // namespace bootglass
