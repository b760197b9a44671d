// SPDX-License-Identifier: GPL-3.0-or-later
// The small card beside the pointer.
#pragma once

#include "ui/timeline/hover_text.h"

#include <QFrame>
#include <QLabel>

namespace bootglass {

/// Beside the pointer, within the bounds, never under the pointer.
QPoint cardPlace(QSize card, QPoint pointer, const QRect &bounds);

class HoverCard : public QFrame {
    Q_OBJECT

  public:
    explicit HoverCard(QWidget *parent);

    void tell(const CardText &text, QPoint pointer);
    const CardText &text() const { return text_; }

  private:
    CardText text_;
    QLabel *title_;
    QLabel *lines_;
};

} // namespace bootglass
