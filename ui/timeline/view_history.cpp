// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/view_history.h"

namespace bootglass {

void ViewHistory::push(TimeRange view) {
    if (!views_.empty()) {
        if (views_[at_] == view) return;
        views_.resize(at_ + 1);
    }
    views_.push_back(view);
    if (views_.size() > most) views_.erase(views_.begin());
    at_ = views_.size() - 1;
}

std::optional<TimeRange> ViewHistory::back() {
    if (!canGoBack()) return std::nullopt;
    return views_[--at_];
}

std::optional<TimeRange> ViewHistory::forward() {
    if (!canGoForward()) return std::nullopt;
    return views_[++at_];
}

void ViewHistory::clear() {
    views_.clear();
    at_ = 0;
}

} // namespace bootglass
