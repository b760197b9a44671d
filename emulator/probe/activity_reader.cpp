// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/activity_reader.h"

#include <utility>

namespace bootglass {

ActivityReader::ActivityReader(std::vector<ActivityRule> rules, ActivityTracker &tracker)
    : rules_(std::move(rules)), tracker_(tracker) {
    for (const ActivityRule &rule : rules_)
        sources_ |= rule.sources;
}

void ActivityReader::ignore(ActivityKind kind) {
    std::erase_if(rules_, [kind](const ActivityRule &rule) { return rule.kind == kind; });
}

void ActivityReader::text(uint16_t console, uint8_t byte, Icount icount, VirtualNs ns) {
    Line &line = lines_[console];
    if (line.text.empty()) {
        line.icount = icount;
        line.ns = ns;
    }
    if (line.text.size() < mostBytes) line.text.push_back(static_cast<char>(byte));
}

void ActivityReader::lineEnded(uint16_t console, Icount icount, VirtualNs ns) {
    const Line line = std::exchange(lines_[console], {});
    if (line.text.empty()) return;
    for (const ActivityRule &rule : rules_)
        if (rule.sources >> console & 1) apply(rule, line, icount, ns);
}

void ActivityReader::apply(const ActivityRule &rule, const Line &line, Icount icount,
                           VirtualNs ns) {
    for (const LineTemplate &start : rule.start)
        if (const auto parts = start.match(line.text)) {
            tracker_.start(rule.kind, parts->name, parts->key, icount, ns);
            return;
        }
    for (const LineTemplate &end : rule.end) {
        const auto parts = end.match(line.text);
        if (!parts) continue;
        if (tracker_.end(rule.kind, parts->name, parts->key, parts->note, line.icount, line.ns))
            return;
        if (!parts->usecs) continue;
        const uint64_t most = line.ns.value / 1000;
        const uint64_t usecs = *parts->usecs < most ? *parts->usecs : most;
        tracker_.past(rule.kind, parts->name, parts->note, {line.ns.value - usecs * 1000},
                      line.icount, line.ns);
        return;
    }
    for (const LineTemplate &whole : rule.whole) {
        const auto parts = whole.match(line.text);
        if (!parts) continue;
        const int64_t id = tracker_.start(rule.kind, parts->name, parts->key, line.icount, line.ns);
        tracker_.end(id, parts->note, icount, ns);
        return;
    }
}

void ActivityReader::serialize(Archive &archive) {
    archive(lines_);
    if (!archive.loading()) return;
    for (Line &line : lines_)
        if (line.text.size() > mostBytes) {
            archive.fail("the saved console line cannot be");
            line.text.clear();
        }
}

} // namespace bootglass
