// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_bar.h"

#include "ui/base/guest_text.h"
#include "ui/compare/compare_painter.h"
#include "ui/compare/delta_style.h"

#include <QHBoxLayout>
#include <QPainter>

namespace bootglass {

namespace {

constexpr int badgeSize = 20;

QPixmap badge(bool isA, const Theme &theme, double ratio) {
    QPixmap pixmap(QSize(badgeSize, badgeSize) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    paintRunBadge(painter, QRectF(0, 0, badgeSize, badgeSize), isA, theme);
    return pixmap;
}

} // namespace

CompareBar::CompareBar(QWidget *parent)
    : QWidget(parent),
      badgeA_(new QLabel),
      badgeB_(new QLabel),
      runA_(new QComboBox),
      runB_(new QComboBox),
      alignment_(new QComboBox),
      measures_(new QComboBox),
      answer_(new QLabel),
      theme_(&Theme::light()) {
    for (const Measure measure : {Measure::Instructions, Measure::VirtualTime, Measure::Idle})
        measures_->addItem(measureText(measure), static_cast<int>(measure));
    runA_->setAccessibleName(tr("Run A"));
    runB_->setAccessibleName(tr("Run B"));
    alignment_->setAccessibleName(tr("Align on"));
    alignment_->setToolTip(tr("Where both runs stand below each other"));
    measures_->setAccessibleName(tr("What is compared"));
    for (QComboBox *box : {runA_, runB_, alignment_, measures_})
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    answer_->setFont(textFont(10, QFont::DemiBold));
    answer_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    answer_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    answer_->setMinimumWidth(60);
    answer_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(14, 8, 14, 8);
    layout->setSpacing(8);
    layout->addWidget(badgeA_);
    layout->addWidget(runA_);
    layout->addSpacing(8);
    layout->addWidget(badgeB_);
    layout->addWidget(runB_);
    layout->addSpacing(16);
    layout->addWidget(alignment_);
    layout->addWidget(measures_);
    layout->addWidget(answer_, 1);

    const auto pair = [this] {
        emit pairChosen(static_cast<size_t>(runA_->currentIndex()),
                        static_cast<size_t>(runB_->currentIndex()));
    };
    connect(runA_, &QComboBox::activated, this, pair);
    connect(runB_, &QComboBox::activated, this, pair);
    connect(alignment_, &QComboBox::activated, this, [this] { emit markerChosen(marker()); });
    connect(measures_, &QComboBox::activated, this, [this] { emit measureChosen(measure()); });
}

Measure CompareBar::measure() const {
    return static_cast<Measure>(measures_->currentData().toInt());
}

void CompareBar::setTheme(const Theme &theme) {
    theme_ = &theme;
    badgeA_->setPixmap(badge(true, theme, devicePixelRatioF()));
    badgeB_->setPixmap(badge(false, theme, devicePixelRatioF()));
    showAnswer();
}

void CompareBar::setRuns(const QStringList &labels, size_t a, size_t b) {
    for (const auto &[box, chosen] : {std::pair(runA_, a), std::pair(runB_, b)}) {
        box->clear();
        box->addItems(labels);
        box->setCurrentIndex(static_cast<int>(chosen));
    }
}

void CompareBar::setMarkers(const std::vector<std::string> &markers) {
    const QString before = marker();
    alignment_->clear();
    alignment_->addItem(tr("align each phase"), QString());
    for (const std::string &name : markers)
        alignment_->addItem(tr("align on %1").arg(shownLine(name)), QString::fromStdString(name));
    const int place = alignment_->findData(before);
    alignment_->setCurrentIndex(place < 0 ? 0 : place);
}

void CompareBar::setAnswer(const QString &shortAnswer, const QString &sentence, int64_t delta) {
    delta_ = delta;
    answer_->setText(shortAnswer);
    answer_->setToolTip(sentence);
    answer_->setAccessibleDescription(sentence);
    showAnswer();
}

void CompareBar::showAnswer() {
    answer_->setStyleSheet(
        QStringLiteral("color: %1").arg(deltaTextColour(delta_, *theme_).name()));
}

} // namespace bootglass
