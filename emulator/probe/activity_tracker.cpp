// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/activity_tracker.h"

#include "emulator/probe/probe.h"

#include <algorithm>

namespace bootglass {

namespace {

std::string shortened(std::string_view text) {
    return std::string(text.substr(0, ActivityTracker::mostNameBytes));
}

bool isKernels(ActivityKind kind) {
    return kind == ActivityKind::Initcall || kind == ActivityKind::Driver ||
           kind == ActivityKind::Region;
}

} // namespace

int64_t ActivityTracker::innermost(ActivityKind kind, std::string_view key) const {
    const auto same = std::find_if(open_.rbegin(), open_.rend(), [&](const Activity &activity) {
        return key.empty() ? isKernels(kind) && isKernels(activity.kind) : activity.key == key;
    });
    return same == open_.rend() ? 0 : same->id;
}

int64_t ActivityTracker::start(ActivityKind kind, std::string_view name, std::string_view key,
                               Icount icount, VirtualNs ns, std::string_view note) {
    if (last_ >= mostActivities || open_.size() >= mostOpen) return 0;
    open_.push_back(
        {++last_, innermost(kind, key), kind, shortened(name), shortened(key), shortened(note)});
    sink_.activityStarted(open_.back(), icount, ns);
    return last_;
}

void ActivityTracker::close(std::vector<Activity>::iterator activity, std::string_view note,
                            Icount icount, VirtualNs ns) {
    activity->note = shortened(note);
    sink_.activityEnded(*activity, icount, ns);
    open_.erase(activity);
}

bool ActivityTracker::end(ActivityKind kind, std::string_view name, std::string_view key,
                          std::string_view note, Icount icount, VirtualNs ns) {
    const std::string shortName = shortened(name);
    const auto same = std::find_if(open_.rbegin(), open_.rend(), [&](const Activity &activity) {
        return activity.kind == kind && activity.name == shortName &&
               (key.empty() || activity.key == key);
    });
    if (same == open_.rend()) return false;
    close(std::next(same).base(), note, icount, ns);
    return true;
}

void ActivityTracker::end(int64_t id, std::string_view note, Icount icount, VirtualNs ns) {
    const auto found = std::ranges::find(open_, id, &Activity::id);
    if (found != open_.end()) close(found, note, icount, ns);
}

void ActivityTracker::past(ActivityKind kind, std::string_view name, std::string_view note,
                           VirtualNs start, Icount icount, VirtualNs ns) {
    if (last_ >= mostActivities) return;
    const Activity activity{++last_, innermost(kind, {}), kind, shortened(name),
                            {},      shortened(note)};
    sink_.activityPast(activity, std::min(start, ns), icount, ns);
}

void ActivityTracker::serialize(Archive &archive) {
    archive.section("activities");
    archive(last_, open_);
    if (!archive.loading()) return;
    const bool possible = open_.size() <= mostOpen && last_ >= 0 && last_ <= mostActivities &&
                          std::ranges::all_of(open_, [this](const Activity &activity) {
                              return activity.id > 0 && activity.id <= last_ &&
                                     activity.parent < activity.id &&
                                     activity.kind <= ActivityKind::Region;
                          });
    if (possible) return;
    archive.fail("the saved activities cannot be");
    open_.clear();
    last_ = 0;
}

} // namespace bootglass
