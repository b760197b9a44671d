// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rerun/run_verifier.h"

#include "emulator/trace/detail.h"

#include <fmt/format.h>

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t page = 8192;

/// Of the machine itself; the others are what watchers made of it.
constexpr bool isMachines(EventKind kind) {
    return kind != EventKind::Console && kind != EventKind::Marker && kind != EventKind::Sample;
}

std::string words(const Event *event) {
    if (event == nullptr) return "nothing";
    const EventKindInfo &kind = info(event->kind);
    std::string text = fmt::format("{} at icount {}", kind.label, event->icount.value);
    if (kind.source != SourceGroup::Machine) text += fmt::format(", number {}", event->source);
    if (!kind.address.empty()) text += fmt::format(", {} {:#x}", kind.address, event->address);
    if (!kind.value.empty()) text += fmt::format(", {} {:#x}", kind.value, event->value);
    if (!kind.detail.empty()) text += fmt::format(", {} {:#x}", kind.detail, event->detail);
    return text;
}

/// The kinds that are kept at every level that the run was recorded with.
Result<uint32_t> kindsKept(RunReader &reader) {
    uint32_t kept = ~uint32_t{0};
    const auto rows = reader.query(
        "SELECT level FROM detail", [](const std::vector<std::string> &) {},
        [&kept](const RunReader::Row &row) {
            const char digit = row.values[0].size() == 1 ? row.values[0][0] : '0';
            const auto level = static_cast<Detail>(std::clamp(digit, '0', '2') - '0');
            for (const EventKindInfo &kind : eventKinds)
                if (!keeps(level, kind.kind)) kept &= ~kindBit(kind.kind);
            return true;
        });
    if (!rows) return rows.error();
    return kept;
}

} // namespace

Result<std::unique_ptr<RunVerifier>> RunVerifier::create(RunReader &reader, Machine &machine) {
    const Result<uint32_t> kept = kindsKept(reader);
    if (!kept) return kept.error();
    const Result<RunInfo> run = reader.info();
    if (!run) return run.error();
    std::unique_ptr<RunVerifier> verifier(new RunVerifier(reader, machine));
    verifier->always_ = *kept;
    for (const auto &[name, count] : run->kindCounts) {
        const auto kind = std::ranges::find(eventKinds, name, &EventKindInfo::name);
        if (kind != eventKinds.end() && isMachines(kind->kind)) verifier->recordedTotal_ += count;
    }
    return verifier;
}

const Event *RunVerifier::recorded() {
    while (waiting_.empty()) {
        const auto events = reader_.eventsFrom(nextId_, page);
        if (!events) {
            error_ = events.error();
            return nullptr;
        }
        if (events->empty()) return nullptr;
        nextId_ = events->back().id + 1;
        for (const StoredEvent &stored : *events)
            if (isMachines(stored.event.kind)) waiting_.push_back(stored.event);
    }
    return &waiting_.front();
}

void RunVerifier::event(const Event &event) {
    ++total_;
    if (total_ == stopAt_) machine_.requestStop();
    if (!difference_.empty() || !error_) return;
    const Event *expected = recorded();
    if (expected != nullptr && *expected == event) {
        waiting_.pop_front();
        ++compared_;
        return;
    }
    const bool mustBeThere = (always_ & kindBit(event.kind)) != 0;
    if (mustBeThere || (expected != nullptr && expected->icount < event.icount))
        differ(expected, &event);
}

void RunVerifier::finish() {
    if (!difference_.empty() || !error_) return;
    if (const Event *expected = recorded()) return differ(expected, nullptr);
    if (total_ != recordedTotal_) {
        difference_ =
            fmt::format("the run had {} events, now there are {}", recordedTotal_, total_);
    }
}

void RunVerifier::differ(const Event *recorded, const Event *now) {
    difference_ = fmt::format("recorded: {}; now: {}", words(recorded), words(now));
    machine_.requestStop();
}

} // namespace bootglass
