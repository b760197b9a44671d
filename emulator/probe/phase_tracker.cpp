// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/phase_tracker.h"

#include <algorithm>
#include <utility>

namespace bootglass {

namespace {

bool contains(const std::vector<std::string> &names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether `path` is `outer` or lies in it. Everything lies in the empty path.
bool isInside(std::string_view path, std::string_view outer) {
    return outer.empty() ||
           (path.starts_with(outer) && (path.size() == outer.size() || path[outer.size()] == '/'));
}

std::string parent(const std::string &path) {
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

} // namespace

PhaseTracker::PhaseTracker(std::vector<PhaseRule> rules) : rules_(std::move(rules)) {}

void PhaseTracker::closeInnermost(Changes &changes) {
    // A phase that opened at this very marker has no length: it never was.
    if (!changes.started.empty() && changes.started.back() == innermost_)
        changes.started.pop_back();
    else
        changes.ended.push_back(innermost_);
    innermost_ = parent(innermost_);
}

void PhaseTracker::open(const std::string &path, Changes &changes) {
    while (!isInside(path, innermost_))
        closeInnermost(changes);
    while (innermost_ != path) {
        size_t from = innermost_.empty() ? 0 : innermost_.size() + 1;
        innermost_ = path.substr(0, path.find('/', from));
        changes.started.push_back(innermost_);
    }
}

PhaseTracker::Changes PhaseTracker::marker(std::string_view name) {
    Changes changes;
    for (const PhaseRule &rule : rules_) {
        if (innermost_.empty() || !isInside(innermost_, rule.path) || !contains(rule.to, name))
            continue;
        while (isInside(innermost_, rule.path))
            closeInnermost(changes);
        while (next_ < rules_.size() && isInside(rules_[next_].path, rule.path))
            ++next_;
        break; // rules of outer phases stand before those of inner ones
    }
    for (uint32_t i = next_; i < rules_.size(); ++i) {
        if (!contains(rules_[i].from, name)) continue;
        open(rules_[i].path, changes);
        next_ = i + 1;
    }
    return changes;
}

PhaseTracker::Changes PhaseTracker::finish() {
    Changes changes;
    while (!innermost_.empty())
        closeInnermost(changes);
    next_ = static_cast<uint32_t>(rules_.size());
    return changes;
}

void PhaseTracker::serialize(Archive &archive) {
    archive(next_, innermost_);
    if (!archive.loading()) return;
    bool known = innermost_.empty() ||
                 std::any_of(rules_.begin(), rules_.end(), [this](const PhaseRule &rule) {
                     return isInside(rule.path, innermost_);
                 });
    if (next_ > rules_.size() || !known) {
        archive.fail("the saved phase is not of this profile");
        next_ = 0;
        innermost_.clear();
    }
}

} // namespace bootglass
