// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/screen_tracker.h"

namespace bootglass {

std::optional<TextScreen> textScreenOf(const Machine &machine) {
    const auto page = machine.text();
    if (!page) return std::nullopt;
    TextScreen screen;
    screen.columns = static_cast<uint16_t>(page->columns);
    screen.rows = static_cast<uint16_t>(page->rows);
    screen.cursorRow = screen.rows; // hidden
    if (page->cursor) {
        screen.cursorRow = static_cast<uint16_t>(page->cursor->row);
        screen.cursorColumn = static_cast<uint16_t>(page->cursor->column);
    }
    screen.cells.reserve(page->cells.size());
    for (const auto &cell : page->cells) {
        screen.cells.push_back(static_cast<uint16_t>(cell.character | cell.attribute << 8));
    }
    return screen;
}

ScreenPicture pictureOf(const Machine &machine) {
    ScreenPicture picture;
    if (machine.text()) return picture;
    ScreenImage screen = machine.screen();
    picture.ns = machine.now();
    picture.width = static_cast<uint16_t>(screen.width);
    picture.height = static_cast<uint16_t>(screen.height);
    picture.pixels = std::move(screen.pixels);
    return picture;
}

void ScreenTracker::rowChanged(unsigned row, Icount icount, VirtualNs now) {
    if (row >= changed_.size()) changed_.resize(row + 1);
    changed_[row] = true;
    if (due_ == VirtualNs::never()) due_ = now + intervalNs;
    if (now >= due_) flushText(icount, now);
}

void ScreenTracker::flush(Icount icount, VirtualNs now) {
    flushText(icount, now);
    lookAtPicture(icount, now);
}

void ScreenTracker::lookAtPicture(Icount icount, VirtualNs now) {
    pictureDue_ = now + pictureIntervalNs;
    ScreenPicture picture = pictureOf(machine_);
    if (picture.width == last_.width && picture.height == last_.height &&
        picture.pixels == last_.pixels) {
        return;
    }
    picture.ns = now;
    last_ = picture;
    picture_(std::move(picture), icount);
}

void ScreenTracker::flushText(Icount icount, VirtualNs now) {
    if (due_ == VirtualNs::never()) return;
    due_ = VirtualNs::never();
    std::vector<bool> rows;
    rows.swap(changed_);
    const std::optional<TextScreen> screen = textScreenOf(machine_);
    if (!screen) return;
    TextScreenUpdate update;
    update.columns = screen->columns;
    update.rows = screen->rows;
    update.cursorRow = screen->cursorRow;
    update.cursorColumn = screen->cursorColumn;
    for (uint16_t row = 0; row < screen->rows && row < rows.size(); row++) {
        if (!rows[row]) continue;
        const auto first = screen->cells.begin() + std::ptrdiff_t{row} * screen->columns;
        update.changed.push_back({row, {first, first + screen->columns}});
    }
    update_(std::move(update), icount, now);
}

} // namespace bootglass
