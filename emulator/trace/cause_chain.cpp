// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/cause_chain.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t mostSpans = 256;
constexpr size_t mostNeighbours = 64; // events at one instruction

ChainStep stepOf(const StoredEvent &event) {
    return {event, trackOf(event.event)};
}

class ChainQuery {
  public:
    explicit ChainQuery(RunReader &reader) : reader_(reader) {}

    Result<std::vector<ChainStep>> around(const StoredEvent &event) {
        const TrackKind kind = trackOf(event.event).kind;
        if (kind != TrackKind::Timer && kind != TrackKind::IrqLine)
            return std::vector<ChainStep>{stepOf(event)};
        auto chain = spanSteps(event);
        if (!chain) return chain.error();
        if (chain->empty()) return std::vector<ChainStep>{stepOf(event)};
        if (kind == TrackKind::Timer) {
            // The effect: a line that rises where the timer fired.
            const StoredEvent &last = chain->back().event;
            if (last.event.kind == EventKind::TimerFired) {
                if (auto added = append(*chain, last, EventKind::InterruptRaised); !added)
                    return added.error();
            }
        } else {
            // The cause: a timer that fired where the line rose.
            const StoredEvent &first = chain->front().event;
            const auto timer = atSameInstruction(first, EventKind::TimerFired);
            if (!timer) return timer.error();
            if (timer->id != 0) {
                auto before = spanSteps(*timer);
                if (!before) return before.error();
                chain->insert(chain->begin(), before->begin(), before->end());
            }
        }
        return chain;
    }

  private:
    /// The events of the span that the event belongs to, in order.
    Result<std::vector<ChainStep>> spanSteps(const StoredEvent &event) {
        const TrackId track = trackOf(event.event);
        // From a ns before, so that the span which ends with the event is among them.
        const VirtualNs from{event.event.ns.value - std::min<uint64_t>(event.event.ns.value, 1)};
        const auto spans = reader_.spans(track, {from, event.event.ns + 1}, mostSpans);
        if (!spans) return spans.error();
        const Span *own = nullptr;
        for (const Span &span : spans->spans) {
            const bool has =
                span.startId == event.id || span.acceptedId == event.id || span.endId == event.id;
            // A periodic timer is armed anew where it fires: the span that ends there tells more.
            if (has && (!own || span.endId == event.id)) own = &span;
        }
        std::vector<ChainStep> steps;
        if (!own) return steps;
        for (const uint64_t id : {own->startId, own->acceptedId, own->endId}) {
            if (id == 0 || (!steps.empty() && steps.back().event.id == id)) continue;
            const auto step = reader_.event(id);
            if (!step) return step.error();
            if (step->id != 0) steps.push_back(stepOf(*step));
        }
        return steps;
    }
    Result<StoredEvent> atSameInstruction(const StoredEvent &event, EventKind kind) {
        const uint64_t from = event.id > mostNeighbours ? event.id - mostNeighbours : 1;
        const auto near = reader_.eventsFrom(from, 2 * mostNeighbours);
        if (!near) return near.error();
        const bool before = kind == EventKind::TimerFired; // causes come first
        StoredEvent found;
        for (const StoredEvent &other : *near) {
            if (other.event.icount != event.event.icount || other.event.ns != event.event.ns ||
                other.event.kind != kind)
                continue;
            if (before ? other.id < event.id : (other.id > event.id && found.id == 0))
                found = other;
        }
        return found;
    }
    Result<void> append(std::vector<ChainStep> &chain, const StoredEvent &cause, EventKind kind) {
        const auto effect = atSameInstruction(cause, kind);
        if (!effect) return effect.error();
        if (effect->id == 0) return {};
        const auto steps = spanSteps(*effect);
        if (!steps) return steps.error();
        chain.insert(chain.end(), steps->begin(), steps->end());
        return {};
    }

    RunReader &reader_;
};

} // namespace

Result<std::vector<ChainStep>> queryChain(RunReader &reader, uint64_t eventId) {
    const auto event = reader.event(eventId);
    if (!event) return event.error();
    if (event->id == 0) return std::vector<ChainStep>();
    return ChainQuery(reader).around(*event);
}

} // namespace bootglass
