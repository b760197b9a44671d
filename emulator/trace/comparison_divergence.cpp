// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/comparison_divergence.h"

#include "emulator/trace/detail.h"

#include <fmt/format.h>

#include <deque>
#include <map>

namespace bootglass {

namespace {

constexpr size_t batch = 4096;

using SourceNames = std::map<std::pair<SourceGroup, uint16_t>, std::string>;

Result<SourceNames> sourceNames(RunReader &reader) {
    const auto sources = reader.sources();
    if (!sources) return sources.error();
    SourceNames names;
    for (const Source &source : *sources)
        names[{source.group, source.number}] = source.name;
    return names;
}

/// The events of one run in order, without the kinds that are left out.
class EventWalk {
  public:
    EventWalk(RunReader &reader, SourceNames names, uint32_t kinds)
        : reader_(reader), names_(std::move(names)), kinds_(kinds) {}

    /// The event the walk stands at; nullptr at the end.
    Result<const StoredEvent *> here() {
        while (true) {
            for (; at_ < events_.size(); ++at_)
                if (kinds_ & kindBit(events_[at_].event.kind)) return &events_[at_];
            if (atEnd_) return nullptr;
            auto next = reader_.eventsFrom(nextId_, batch);
            if (!next) return next.error();
            events_ = std::move(*next);
            at_ = 0;
            atEnd_ = events_.empty();
            if (!atEnd_) nextId_ = events_.back().id + 1;
        }
    }
    void step() { ++at_; }

    ToldEvent told(const StoredEvent &stored) const { return {stored, sourceOf(stored.event)}; }
    const std::string &sourceOf(const Event &event) const {
        static const std::string nobody;
        const auto found = names_.find({info(event.kind).source, event.source});
        return found == names_.end() ? nobody : found->second;
    }
    /// The next ones, after the present.
    Result<std::vector<ToldEvent>> following(size_t count) {
        std::vector<ToldEvent> list;
        while (list.size() < count) {
            step();
            const auto event = here();
            if (!event) return event.error();
            if (!*event) break;
            list.push_back(told(**event));
        }
        return list;
    }

  private:
    RunReader &reader_;
    SourceNames names_;
    uint32_t kinds_;
    std::vector<StoredEvent> events_;
    size_t at_ = 0;
    uint64_t nextId_ = 1;
    bool atEnd_ = false;
};

std::string metaOf(const RunInfo &run, const std::string &key) {
    const auto found = run.meta.find(key);
    return found == run.meta.end() ? std::string() : found->second;
}

uint64_t countOf(const RunInfo &run, EventKind kind) {
    for (const auto &[name, count] : run.kindCounts)
        if (name == info(kind).name) return count;
    return 0;
}

/// The kinds that both were asked to keep. Runs whose phases have levels of their own
/// ("kernel=full") are compared by what every level keeps of them.
std::vector<EventKind> unlikeKinds(const RunInfo &a, const RunInfo &b) {
    const auto levelOf = [](const RunInfo &run) { return detailOf(metaOf(run, "detail")); };
    const bool sameDetail = metaOf(a, "detail") == metaOf(b, "detail");
    const bool sameSamples = metaOf(a, "sample_every") == metaOf(b, "sample_every");
    const bool sameProfile = metaOf(a, "profile") == metaOf(b, "profile");
    const Detail lesser =
        std::min(levelOf(a).value_or(Detail::Markers), levelOf(b).value_or(Detail::Markers));
    std::vector<EventKind> kinds;
    for (const EventKindInfo &kind : eventKinds) {
        bool left = !sameDetail && !keeps(lesser, kind.kind);
        if (kind.kind == EventKind::Sample && !sameSamples) left = true;
        // Other rules find other markers, and read other consoles.
        if ((kind.kind == EventKind::Marker || kind.kind == EventKind::Console) && !sameProfile)
            left = true;
        if (left && countOf(a, kind.kind) + countOf(b, kind.kind) > 0) kinds.push_back(kind.kind);
    }
    return kinds;
}

/// Is an event's value read in decimal?
bool isNumber(const EventKindInfo &kind) {
    return kind.value.ends_with("(ns)") || kind.value == "bytes" || kind.value.ends_with("number");
}

bool sameThing(const Event &a, const Event &b) {
    return a.kind == b.kind && a.size == b.size && a.address == b.address;
}

Difference differenceOf(const Event &a, const std::string &sourceA, const Event &b,
                        const std::string &sourceB) {
    const bool sameSource =
        sourceA.empty() && sourceB.empty() ? a.source == b.source : sourceA == sourceB;
    if (!sameSource || !sameThing(a, b)) return Difference::Kind;
    if (a.value != b.value || a.detail != b.detail) return Difference::Value;
    return a.icount == b.icount && a.ns == b.ns ? Difference::None : Difference::Count;
}

} // namespace

Result<Divergence> firstDivergence(RunReader &a, RunReader &b, size_t context,
                                   const std::function<bool(uint64_t)> &goOn) {
    const auto infoA = a.info();
    if (!infoA) return infoA.error();
    const auto infoB = b.info();
    if (!infoB) return infoB.error();
    auto namesA = sourceNames(a);
    if (!namesA) return namesA.error();
    auto namesB = sourceNames(b);
    if (!namesB) return namesB.error();

    Divergence result;
    result.leftOut = unlikeKinds(*infoA, *infoB);
    result.nothingToCompare = infoA->storedEvents == 0 || infoB->storedEvents == 0;
    uint32_t kinds = UINT32_MAX;
    for (const EventKind kind : result.leftOut)
        kinds &= ~kindBit(kind);
    EventWalk walkA(a, std::move(*namesA), kinds);
    EventWalk walkB(b, std::move(*namesB), kinds);
    std::deque<ToldEvent> before;
    while (true) {
        const auto eventA = walkA.here();
        if (!eventA) return eventA.error();
        const auto eventB = walkB.here();
        if (!eventB) return eventB.error();
        if (!*eventA && !*eventB) break;
        if (*eventA && *eventB) {
            const Event &one = (*eventA)->event;
            const Event &other = (*eventB)->event;
            result.difference =
                differenceOf(one, walkA.sourceOf(one), other, walkB.sourceOf(other));
        } else {
            result.difference = Difference::Ended;
        }
        if (result.found()) {
            if (*eventA) result.a = walkA.told(**eventA);
            if (*eventB) result.b = walkB.told(**eventB);
            break;
        }
        if (context > 0) {
            before.push_back(walkA.told(**eventA));
            if (before.size() > context) before.pop_front();
        }
        walkA.step();
        walkB.step();
        if (++result.equalEvents % batch == 0 && goOn && !goOn(result.equalEvents))
            return Error{"the comparison was stopped", true};
    }
    result.before.assign(before.begin(), before.end());
    if (!result.found()) return result;
    auto afterA = walkA.following(context);
    if (!afterA) return afterA.error();
    auto afterB = walkB.following(context);
    if (!afterB) return afterB.error();
    result.afterA = std::move(*afterA);
    result.afterB = std::move(*afterB);
    return result;
}

std::string eventInWords(const ToldEvent &told) {
    const Event &event = told.stored.event;
    const EventKindInfo &kind = info(event.kind);
    std::string text(kind.label);
    if (!told.source.empty()) text += " " + told.source;
    if (!kind.address.empty()) text += fmt::format(", {} 0x{:X}", kind.address, event.address);
    if (!kind.value.empty()) {
        text += isNumber(kind) ? fmt::format(", {} {}", kind.value, event.value)
                               : fmt::format(", {} 0x{:X}", kind.value, event.value);
    }
    if (event.kind == EventKind::Dma)
        text += event.detail != 0 ? ", to memory" : ", from memory";
    else if (!kind.detail.empty())
        text += fmt::format(", {} 0x{:X}", kind.detail, event.detail);
    if (event.size != 0) text += fmt::format(", {} byte{}", event.size, event.size == 1 ? "" : "s");
    return text;
}

std::string divergenceSentence(const Divergence &divergence, const std::string &nameOfA,
                               const std::string &nameOfB) {
    if (divergence.nothingToCompare)
        return "a run holds no single events; record it with --detail events";
    const auto at = [](const ToldEvent &event) {
        return fmt::format("icount {}", event.stored.event.icount.value);
    };
    switch (divergence.difference) {
    case Difference::None: return fmt::format("all {} events are equal", divergence.equalEvents);
    case Difference::Ended: {
        const bool more = divergence.a.has_value();
        const ToldEvent &event = more ? *divergence.a : *divergence.b;
        return fmt::format("{} has no more events; {} goes on at {} with {}",
                           more ? nameOfB : nameOfA, more ? nameOfA : nameOfB, at(event),
                           eventInWords(event));
    }
    case Difference::Count:
        return fmt::format("{} comes at {} in {} and at {} in {}", eventInWords(*divergence.a),
                           at(*divergence.a), nameOfA, at(*divergence.b), nameOfB);
    case Difference::Value: {
        const Event &a = divergence.a->stored.event;
        const Event &b = divergence.b->stored.event;
        const EventKindInfo &kind = info(a.kind);
        const bool value = a.value != b.value;
        const std::string address =
            kind.address.empty() ? "" : fmt::format(", {} 0x{:X}", kind.address, a.address);
        const bool number = value && isNumber(kind);
        const auto told = [number](uint64_t what) {
            return number ? fmt::format("{}", what) : fmt::format("0x{:X}", what);
        };
        return fmt::format("at {} {}{}{}{} has {} {} in {} and {} in {}", at(*divergence.a),
                           kind.label, divergence.a->source.empty() ? "" : " ",
                           divergence.a->source, address, value ? kind.value : kind.detail,
                           told(value ? a.value : a.detail), nameOfA,
                           told(value ? b.value : b.detail), nameOfB);
    }
    case Difference::Kind: break;
    }
    return fmt::format("{} has {} at {} where {} has {} at {}", nameOfA,
                       eventInWords(*divergence.a), at(*divergence.a), nameOfB,
                       eventInWords(*divergence.b), at(*divergence.b));
}

} // namespace bootglass
