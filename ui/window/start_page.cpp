// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/start_page.h"

#include "ui/base/icons.h"

#include <QFileInfo>
#include <QHBoxLayout>

namespace bootglass {

StartPage::StartPage(QWidget *parent)
    : QWidget(parent),
      sign_(new QLabel),
      boot_(new QPushButton),
      open_(new QPushButton(tr("Open a run…"))),
      recentTitle_(new QLabel(tr("Opened last"))),
      recent_(new QVBoxLayout) {
    auto *title = new QLabel(tr("Bootglass"));
    title->setFont(textFont(22, QFont::DemiBold));
    auto *line =
        new QLabel(tr("Boots an operating system on an exact clock and draws what happens, "
                      "from the reset vector to userspace."));
    line->setObjectName(QStringLiteral("secondary"));
    line->setFont(textFont(10.5));
    line->setAlignment(Qt::AlignHCenter);
    recentTitle_->setObjectName(QStringLiteral("panelTitle"));
    boot_->setDefault(true);
    boot_->hide();
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    buttons->addStretch();
    buttons->addWidget(boot_);
    buttons->addWidget(open_);
    buttons->addStretch();
    recent_->setSpacing(0);
    auto *layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addStretch(2);
    layout->addWidget(sign_, 0, Qt::AlignHCenter);
    layout->addWidget(title, 0, Qt::AlignHCenter);
    layout->addWidget(line);
    layout->addSpacing(8);
    layout->addLayout(buttons);
    layout->addSpacing(20);
    layout->addWidget(recentTitle_, 0, Qt::AlignHCenter);
    layout->addLayout(recent_);
    layout->addStretch(3);
    connect(boot_, &QPushButton::clicked, this, &StartPage::bootAsked);
    connect(open_, &QPushButton::clicked, this, &StartPage::openAsked);
    setRecent({});
}

void StartPage::setGuest(const QString &title) {
    boot_->setText(tr("Boot %1").arg(title));
    boot_->setVisible(!title.isEmpty());
}

void StartPage::setRecent(const QStringList &files) {
    while (QLayoutItem *item = recent_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    recentTitle_->setVisible(!files.isEmpty());
    for (const QString &file : files) {
        auto *button = new QPushButton(QFileInfo(file).fileName());
        button->setObjectName(QStringLiteral("link"));
        button->setFlat(true);
        button->setToolTip(file);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this, [this, file] { emit recentChosen(file); });
        recent_->addWidget(button, 0, Qt::AlignHCenter);
    }
}

void StartPage::setTheme(const Theme &theme) {
    sign_->setPixmap(icon(IconName::Application, theme).pixmap(64, 64));
}

} // namespace bootglass
