// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/hover_card.h"

#include "ui/base/theme.h"

#include <QVBoxLayout>

namespace bootglass {

namespace {

constexpr int distance = 14;
constexpr int mostLetters = 96;

} // namespace

QPoint cardPlace(QSize card, QPoint pointer, const QRect &bounds) {
    int x = pointer.x() + distance;
    if (x + card.width() > bounds.right()) x = pointer.x() - distance - card.width();
    int y = pointer.y() + distance;
    if (y + card.height() > bounds.bottom()) y = pointer.y() - distance - card.height();
    return {std::max(x, bounds.left()), std::max(y, bounds.top())};
}

HoverCard::HoverCard(QWidget *parent) : QFrame(parent), title_(new QLabel), lines_(new QLabel) {
    setObjectName(QStringLiteral("hoverCard"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(11, 8, 11, 9);
    layout->setSpacing(3);
    for (QLabel *label : {title_, lines_}) {
        // Names and text come from the guest: never markup.
        label->setTextFormat(Qt::PlainText);
        layout->addWidget(label);
    }
    title_->setFont(textFont(9.5, QFont::DemiBold));
    lines_->setFont(textFont(9));
    lines_->setObjectName(QStringLiteral("secondary"));
    hide();
}

void HoverCard::tell(const CardText &text, QPoint pointer) {
    if (text_ != text || !isVisible()) {
        text_ = text;
        title_->setText(text.title.left(mostLetters));
        QStringList lines;
        for (const QString &line : text.lines)
            lines << (line.size() > mostLetters ? line.left(mostLetters) + QChar(0x2026) : line);
        lines_->setText(lines.join(u'\n'));
        adjustSize();
    }
    move(cardPlace(size(), pointer, parentWidget()->rect().adjusted(4, 4, -4, -4)));
    show();
    raise();
}

} // namespace bootglass
