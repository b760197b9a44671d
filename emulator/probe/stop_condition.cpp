// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/stop_condition.h"

#include <algorithm>
#include <utility>

namespace bootglass {

namespace {

/// Executing for less than this does not end a stretch of idleness, besides a twentieth of it.
constexpr uint64_t smallWorkNs = 1'000'000;
constexpr uint64_t idleToWork = 20;

} // namespace

StopCondition::StopCondition(std::vector<When> whens, unsigned shift)
    : whens_(std::move(whens)), shift_(shift) {}

Icount StopCondition::limit(Icount icount, VirtualNs ns) {
    given_ = Icount::never();
    for (const When &when : whens_) {
        if (when.kind == When::Kind::Icount) given_ = std::min(given_, Icount{when.value});
        if (when.kind != When::Kind::Time) continue;
        uint64_t rest = when.value > ns.value ? when.value - ns.value : 0;
        uint64_t instructions = (rest >> shift_) + ((rest & ((uint64_t{1} << shift_) - 1)) != 0);
        if (instructions < Icount::never() - icount)
            given_ = std::min(given_, icount + instructions);
    }
    return given_;
}

bool StopCondition::woke(const Event &event) {
    bool idles = false;
    bool nearer = false;
    for (const When &when : whens_) {
        idles |= when.kind == When::Kind::Idle;
        nearer |= when.kind == When::Kind::Time;
    }
    if (idles) {
        uint64_t halted = std::min(event.value, event.ns.value);
        uint64_t elapsed = event.ns.value - std::min(idleFrom_.value, event.ns.value);
        uint64_t worked = elapsed - std::min(idleNs_ + halted, elapsed);
        if (idleNs_ == 0 || (worked > smallWorkNs && worked > elapsed / idleToWork)) {
            idleFrom_ = {event.ns.value - halted};
            idleNs_ = 0;
        }
        idleNs_ += halted;
        for (const When &when : whens_)
            if (when.kind == When::Kind::Idle && idleNs_ >= when.value && reached_.empty())
                reached_ = when.text;
        if (!reached_.empty()) return true;
    }
    if (!nearer) return false;
    Icount before = given_;
    return limit(event.icount, event.ns) < before;
}

bool StopCondition::seen(When::Kind kind, std::string_view name) {
    for (const When &when : whens_) {
        if (when.kind != kind || when.name != name) continue;
        if (reached_.empty()) reached_ = when.text;
        return true;
    }
    return false;
}

bool StopCondition::marker(std::string_view name) {
    return seen(When::Kind::Marker, name);
}

bool StopCondition::phaseStarted(std::string_view path) {
    return seen(When::Kind::Phase, path);
}

std::string StopCondition::reached(Icount icount, VirtualNs ns) const {
    if (!reached_.empty()) return reached_;
    for (const When &when : whens_)
        if ((when.kind == When::Kind::Icount && icount.value >= when.value) ||
            (when.kind == When::Kind::Time && ns.value >= when.value))
            return when.text;
    return {};
}

void StopCondition::serialize(Archive &archive) {
    archive.section("stop condition");
    archive(reached_, given_, idleFrom_, idleNs_);
}

} // namespace bootglass
