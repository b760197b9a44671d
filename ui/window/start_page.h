// SPDX-License-Identifier: GPL-3.0-or-later
// What an empty window offers: boot a profile, open a run, the runs opened last.
#pragma once

#include "ui/base/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <QWidget>

namespace bootglass {

class StartPage : public QWidget {
    Q_OBJECT

  public:
    explicit StartPage(QWidget *parent = nullptr);

    /// Empty: nothing here can boot a guest.
    void setGuest(const QString &title);
    void setRecent(const QStringList &files);
    void setTheme(const Theme &theme);

  signals:
    void bootAsked();
    void openAsked();
    void recentChosen(const QString &file);

  private:
    QLabel *sign_;
    QPushButton *boot_;
    QPushButton *open_;
    QLabel *recentTitle_;
    QVBoxLayout *recent_;
};

} // namespace bootglass
