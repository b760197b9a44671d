// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/message_banner.h"

#include "ui/base/icons.h"

#include <QHBoxLayout>

namespace bootglass {

MessageBanner::MessageBanner(QWidget *parent)
    : QFrame(parent), text_(new QLabel), close_(new QToolButton) {
    setObjectName(QStringLiteral("banner"));
    setAccessibleName(tr("Message"));
    // Sentences quote files' names and contents: never markup.
    text_->setTextFormat(Qt::PlainText);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    close_->setAccessibleName(tr("Close message"));
    close_->setToolTip(tr("Close"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 8, 12, 8);
    layout->addWidget(text_, 1);
    layout->addWidget(close_);
    connect(close_, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void MessageBanner::tell(const QString &sentence) {
    text_->setText(sentence);
    setAccessibleDescription(sentence);
    setVisible(!sentence.isEmpty());
}

void MessageBanner::setTheme(const Theme &theme) {
    close_->setIcon(icon(IconName::Close, theme));
}

} // namespace bootglass
