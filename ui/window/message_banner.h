// SPDX-License-Identifier: GPL-3.0-or-later
// One sentence across the window: what went wrong, until it is closed or the next thing works.
#pragma once

#include "ui/base/theme.h"

#include <QFrame>
#include <QLabel>
#include <QToolButton>

namespace bootglass {

class MessageBanner : public QFrame {
    Q_OBJECT

  public:
    explicit MessageBanner(QWidget *parent = nullptr);

    void tell(const QString &sentence);
    QString sentence() const { return isHidden() ? QString() : text_->text(); }
    void setTheme(const Theme &theme);

  private:
    QLabel *text_;
    QToolButton *close_;
};

} // namespace bootglass
