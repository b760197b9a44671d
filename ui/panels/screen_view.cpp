// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/screen_view.h"

#include "ui/base/guest_text.h"
#include "ui/base/theme.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <array>

namespace bootglass {

namespace {

// Blue and red change places from the attribute's bits to RGB; 6 is brown, not dark yellow.
const std::array<QColor, 16> vgaColours = {
    QColor(Qt::black), QColor(0x0000AA), QColor(0x00AA00), QColor(0x00AAAA),
    QColor(0xAA0000),  QColor(0xAA00AA), QColor(0xAA5500), QColor(0xAAAAAA),
    QColor(0x555555),  QColor(0x5555FF), QColor(0x55FF55), QColor(0x55FFFF),
    QColor(0xFF5555),  QColor(0xFF55FF), QColor(0xFFFF55), QColor(0xFFFFFF)};

constexpr int cellWidth = 9;
constexpr int cellHeight = 18;
constexpr int mostColumns = 256;
constexpr int mostRows = 128;

bool isSane(const TextScreen &screen) {
    return screen.columns > 0 && screen.rows > 0 && screen.columns <= mostColumns &&
           screen.rows <= mostRows && screen.cells.size() >= size_t{screen.columns} * screen.rows;
}

} // namespace

ScreenView::ScreenView(QWidget *parent) : QWidget(parent) {
    setAccessibleName(tr("Screen at cursor"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setMinimumHeight(120);
}

QSize ScreenView::sizeHint() const {
    return {288, heightForWidth(288)};
}

int ScreenView::heightForWidth(int width) const {
    return width * 25 * cellHeight / (80 * cellWidth);
}

void ScreenView::setScreen(const TextScreen &screen) {
    screen_ = isSane(screen) ? screen : TextScreen();
    picture_ = {};
    setAccessibleDescription(text());
    update();
}

void ScreenView::setPicture(const ScreenPicture &picture) {
    if (picture.empty() || picture.pixels.size() < size_t{picture.width} * picture.height) return;
    // The image copies: what it is made from is the caller's.
    picture_ = QImage(reinterpret_cast<const uchar *>(picture.pixels.data()), picture.width,
                      picture.height, picture.width * 4, QImage::Format_RGB32)
                   .copy();
    setAccessibleDescription(
        tr("A picture of %1 by %2 pixels").arg(picture.width).arg(picture.height));
    update();
}

void ScreenView::setTakesKeys(bool takes) {
    takesKeys_ = takes;
    setFocusPolicy(takes ? Qt::StrongFocus : Qt::NoFocus);
    setToolTip(takes ? tr("Click here to type into the guest") : QString());
    update();
}

QString ScreenView::text() const {
    QStringList lines;
    for (size_t row = 0; row < screen_.rows; ++row) {
        QString line;
        for (size_t column = 0; column < screen_.columns; ++column)
            line +=
                codePage437(static_cast<uint8_t>(screen_.cells[row * screen_.columns + column]));
        while (line.endsWith(u' '))
            line.chop(1);
        lines << line;
    }
    return lines.join(u'\n');
}

void ScreenView::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.fillRect(rect(), QColor(0x0B0D10));
    if (!picture_.isNull()) {
        const QSize size = picture_.size().scaled(this->size(), Qt::KeepAspectRatio);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(
            QRect({(width() - size.width()) / 2, (height() - size.height()) / 2}, size), picture_);
        return;
    }
    if (screen_.columns == 0) {
        painter.setPen(QColor(0x8A929C));
        painter.setFont(textFont(9));
        painter.drawText(rect(), Qt::AlignCenter, tr("Nothing on the screen yet"));
        return;
    }
    const QSizeF whole(screen_.columns * cellWidth, screen_.rows * cellHeight);
    const double scale = std::min(width() / whole.width(), height() / whole.height());
    painter.translate((width() - whole.width() * scale) / 2,
                      (height() - whole.height() * scale) / 2);
    painter.scale(scale, scale);
    QFont font = codeFont();
    font.setPixelSize(15);
    painter.setFont(font);
    painter.setRenderHint(QPainter::TextAntialiasing);
    for (size_t row = 0; row < screen_.rows; ++row) {
        for (size_t column = 0; column < screen_.columns; ++column) {
            const uint16_t cell = screen_.cells[row * screen_.columns + column];
            const QRectF place(static_cast<double>(column) * cellWidth,
                               static_cast<double>(row) * cellHeight, cellWidth, cellHeight);
            const size_t ground = cell >> 12 & 7; // bit 15 blinks
            if (ground != 0) painter.fillRect(place, vgaColours[ground]);
            const QChar letter = codePage437(static_cast<uint8_t>(cell));
            if (letter == u' ' || letter.isNull()) continue;
            painter.setPen(vgaColours[cell >> 8 & 15]);
            painter.drawText(place, Qt::AlignCenter, QString(letter));
        }
    }
    if (screen_.cursorRow < screen_.rows && screen_.cursorColumn < screen_.columns)
        painter.fillRect(QRectF(screen_.cursorColumn * cellWidth,
                                (screen_.cursorRow + 1) * cellHeight - 3, cellWidth, 2),
                         vgaColours[7]);
    if (hasFocus()) {
        painter.resetTransform();
        painter.setPen(QPen(okabeIto::sky, 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void ScreenView::keyPressEvent(QKeyEvent *event) {
    if (!takesKeys_) return event->ignore();
    emit keyPressed({event->key(), event->text(), true});
}

void ScreenView::keyReleaseEvent(QKeyEvent *event) {
    if (!takesKeys_ || event->isAutoRepeat()) return event->ignore();
    emit keyPressed({event->key(), event->text(), false});
}

// A guest needs the Tab key, too. Ctrl+Tab is left for leaving.
bool ScreenView::focusNextPrevChild(bool next) {
    return takesKeys_ ? false : QWidget::focusNextPrevChild(next);
}

} // namespace bootglass
