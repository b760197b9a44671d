// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/clock_panel.h"

#include "ui/base/number_format.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>

namespace bootglass {

ClockPanel::ClockPanel(QWidget *parent) : QFrame(parent), time_(new QLabel), count_(new QLabel) {
    setObjectName(QStringLiteral("clock"));
    setAccessibleName(tr("Virtual time"));
    time_->setFont(textFont(12, QFont::DemiBold));
    count_->setFont(textFont(9));
    count_->setObjectName(QStringLiteral("secondary"));
    // Wide enough for any boot, so that nothing jumps as the figures grow.
    time_->setMinimumWidth(
        time_->fontMetrics().horizontalAdvance(exactSeconds(VirtualNs{188'888'888'888})));
    count_->setMinimumWidth(
        count_->fontMetrics().horizontalAdvance(grouped(18'888'888'888) + tr(" instructions")));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 4, 14, 4);
    layout->setSpacing(12);
    layout->addWidget(time_);
    layout->addWidget(count_);
    clear();
}

void ClockPanel::setMoment(VirtualNs ns, Icount icount) {
    time_->setText(exactSeconds(ns));
    count_->setText(grouped(icount.value) + tr(" instructions"));
    setAccessibleDescription(time_->text() + u", " + count_->text());
}

void ClockPanel::clear() {
    time_->setText(QStringLiteral("–"));
    count_->clear();
}

} // namespace bootglass
