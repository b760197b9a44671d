// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/navigator.h"

#include <chrono>

namespace bootglass {

Navigator::Navigator(QObject *parent) : QObject(parent) {
    rest_.setSingleShot(true);
    rest_.setInterval(std::chrono::milliseconds(400));
    connect(&rest_, &QTimer::timeout, this, &Navigator::settle);
}

std::optional<TimeRange> Navigator::selection() const {
    if (!a_ || !b_ || *a_ == *b_) return std::nullopt;
    return ordered(*a_, *b_);
}

void Navigator::reset(TimeRange whole) {
    whole_ = clamped(whole, whole);
    visible_ = whole_;
    scale_.reset();
    following_ = true;
    a_.reset();
    b_.reset();
    event_.reset();
    history_.clear();
    history_.push(visible_);
    emit visibleChanged();
    emit cursorsChanged();
    emit eventChosen();
    emit historyChanged();
}

void Navigator::grow(TimeRange whole) {
    const TimeRange before = whole_;
    whole_ = clamped(whole, whole);
    if (whole_ == before) return;
    if (following_) {
        // Everything stays everything; a close look at the end slides along.
        const bool all = visible_ == before;
        visible_ = all ? whole_ : clamped({whole_.to, whole_.to + visible_.lengthNs()}, whole_);
    }
    emit visibleChanged();
}

void Navigator::setVisible(TimeRange range) {
    range = clamped(range, whole_);
    if (range == visible_) return;
    visible_ = range;
    following_ = visible_.to == whole_.to;
    rest_.start();
    emit visibleChanged();
}

void Navigator::show(TimeRange range) {
    settle();
    setVisible(range);
    settle();
}

void Navigator::setScale(SharedScale scale) {
    if (scale == scale_ || (scale && scale_ && *scale == *scale_)) return;
    scale_ = std::move(scale);
    emit scaleChanged();
    emit visibleChanged();
}

/// Back to times: the ends of the axis are those of the run, though idle time may lie there.
void Navigator::setUnits(TimeRange units) {
    const TimeRange all = inUnits(whole_);
    TimeRange range = timeOf(scale_, units);
    if (units.from <= all.from) range.from = whole_.from;
    if (units.to >= all.to) range.to = whole_.to;
    setVisible(range);
}

void Navigator::zoom(VirtualNs centre, double factor) {
    setUnits(zoomed(inUnits(visible_), {unitsOf(scale_, centre)}, factor, inUnits(whole_)));
}

void Navigator::pan(double share) {
    pan(visible_, share);
}

void Navigator::pan(TimeRange from, double share) {
    setUnits(panned(inUnits(from), share, inUnits(whole_)));
}

void Navigator::showAll() {
    show(whole_);
}

void Navigator::fit() {
    if (const auto chosen = selection())
        show(withMargin(*chosen, 0.05, whole_));
    else
        showAll();
}

void Navigator::goToStart() {
    show({whole_.from, whole_.from + visible_.lengthNs()});
}

void Navigator::goToEnd() {
    show({whole_.to, whole_.to + visible_.lengthNs()});
}

void Navigator::reveal(VirtualNs ns) {
    if (ns >= visible_.from && ns < visible_.to) return;
    const uint64_t half = visible_.lengthNs() / 2;
    const VirtualNs from{ns.value - std::min(ns.value, half)};
    show({from, from + visible_.lengthNs()});
}

void Navigator::setCursor(Cursor cursor, VirtualNs ns) {
    ns = std::clamp(ns, whole_.from, whole_.to);
    (cursor == Cursor::A ? a_ : b_) = ns;
    lastIsB_ = cursor == Cursor::B;
    dropEvent();
    emit cursorsChanged();
}

void Navigator::choose(const StoredEvent &event) {
    event_ = event;
    reveal(event.event.ns);
    if (!selection()) {
        a_ = std::clamp(event.event.ns, whole_.from, whole_.to);
        b_.reset();
        lastIsB_ = false;
        emit cursorsChanged();
    }
    emit eventChosen();
}

/// An event is chosen as long as cursor A stands on it.
void Navigator::dropEvent() {
    if (!event_ || (a_ && *a_ == event_->event.ns)) return;
    event_.reset();
    emit eventChosen();
}

void Navigator::select(TimeRange range) {
    a_ = std::clamp(range.from, whole_.from, whole_.to);
    b_ = std::clamp(range.to, whole_.from, whole_.to);
    lastIsB_ = true;
    dropEvent();
    emit cursorsChanged();
}

void Navigator::clearCursors() {
    if (!a_ && !b_) return;
    // Step by step: B first, so that a selection can be dropped and the cursor kept.
    if (b_)
        b_.reset();
    else
        a_.reset();
    lastIsB_ = false;
    dropEvent();
    emit cursorsChanged();
}

void Navigator::back() {
    settle();
    if (const auto view = history_.back()) setVisible(*view);
    rest_.stop();
    emit historyChanged();
}

void Navigator::forward() {
    settle();
    if (const auto view = history_.forward()) setVisible(*view);
    rest_.stop();
    emit historyChanged();
}

void Navigator::settle() {
    rest_.stop();
    history_.push(visible_);
    emit historyChanged();
}

} // namespace bootglass
