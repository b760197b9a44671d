// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/span_pairing.h"

namespace bootglass {

namespace {

constexpr std::array pairedKinds = {TrackKind::IrqLine, TrackKind::Timer, TrackKind::Halt,
                                    TrackKind::AddressSpace};
constexpr size_t mostOpen = 4 * 65536;

} // namespace

SpanPairing::Open &SpanPairing::slot(std::vector<Open> &slots, uint16_t number) {
    if (number >= slots.size()) slots.resize(number + size_t{1});
    return slots[number];
}

std::vector<SpanPairing::Open> *SpanPairing::slotsOf(TrackKind kind) {
    switch (kind) {
    case TrackKind::IrqLine: return &irqs_;
    case TrackKind::Timer: return &timers_;
    case TrackKind::Halt: return &halt_;
    case TrackKind::AddressSpace: return &spaces_;
    default: return nullptr;
    }
}

TrackId SpanPairing::pair(TrackId track, const Event &event, uint64_t id) {
    switch (event.kind) {
    case EventKind::InterruptRaised:
    case EventKind::InterruptLowered:
    case EventKind::Interrupt:
    case EventKind::InterruptEnded: irq(track, event, id); break;
    case EventKind::TimerArmed:
    case EventKind::TimerCancelled:
    case EventKind::TimerFired: timer(track, event, id); break;
    case EventKind::Halt:
        close(halt_[0], track, event.ns, id);
        begin(halt_[0], event, id);
        break;
    case EventKind::Wake: close(halt_[0], track, event.ns, id); break;
    case EventKind::PageTableSwitch: {
        track.number = addressSpace(event.value);
        close(slot(spaces_, currentSpace_), {TrackKind::AddressSpace, currentSpace_}, event.ns, id);
        currentSpace_ = track.number;
        begin(slot(spaces_, currentSpace_), event, id);
        break;
    }
    default: break;
    }
    return track;
}

void SpanPairing::irq(TrackId track, const Event &event, uint64_t id) {
    Open &open = slot(irqs_, event.source);
    switch (event.kind) {
    case EventKind::InterruptRaised:
        if (!open.open) {
            begin(open, event, id);
        } else if (open.isAccepted && !open.raisedAgain) {
            open.raisedAgain = true;
            open.again = event.ns;
            open.againId = id;
        }
        break;
    case EventKind::InterruptLowered:
        // Before the CPU took it, a line that falls is a request withdrawn; afterwards the handler
        // has quieted the device and its end is still to come.
        if (open.open && !open.isAccepted) close(open, track, event.ns, id);
        if (open.raisedAgain) open.raisedAgain = false;
        break;
    case EventKind::Interrupt:
        if (open.open && open.isAccepted) {
            // Accepted anew with no end between (automatic end of interrupt): the first one ended
            // when the line rose again.
            const Open before = open;
            close(open, track, before.raisedAgain ? before.again : event.ns, 0);
            begin(open, event, id);
            if (before.raisedAgain) {
                open.start = before.again;
                open.startId = before.againId;
            }
        } else if (!open.open) {
            begin(open, event, id);
        }
        open.isAccepted = true;
        open.accepted = event.ns;
        open.acceptedId = id;
        break;
    default: { // InterruptEnded
        const Open before = open;
        if (!open.isAccepted) break; // the end of something that was not seen to begin
        close(open, track, event.ns, id);
        if (before.raisedAgain) {
            begin(open, event, before.againId);
            open.start = open.accepted = before.again;
        }
    }
    }
}

void SpanPairing::timer(TrackId track, const Event &event, uint64_t id) {
    Open &open = slot(timers_, event.source);
    close(open, track, event.ns, id);
    if (event.kind == EventKind::TimerArmed) begin(open, event, id);
}

void SpanPairing::begin(Open &open, const Event &event, uint64_t id) {
    open = {};
    open.open = true;
    open.start = open.accepted = event.ns;
    open.startId = id;
}

void SpanPairing::close(Open &open, TrackId track, VirtualNs end, uint64_t endId) {
    if (!open.open) return;
    if (ended_ < spans_.size())
        spans_[ended_++] = {track,        open.start,      open.accepted, end,
                            open.startId, open.acceptedId, endId,         false};
    open = {};
}

void SpanPairing::forEachOpen(VirtualNs end, const std::function<void(const Span &)> &span) const {
    for (const TrackKind kind : pairedKinds) {
        const auto &slots = *const_cast<SpanPairing *>(this)->slotsOf(kind);
        for (size_t number = 0; number < slots.size(); ++number) {
            const Open &open = slots[number];
            if (open.open)
                span({{kind, static_cast<uint16_t>(number)},
                      open.start,
                      open.accepted,
                      std::max(end, open.start),
                      open.startId,
                      open.acceptedId,
                      0,
                      true});
        }
    }
}

void SpanPairing::clear() {
    for (const TrackKind kind : pairedKinds)
        for (Open &open : *slotsOf(kind))
            open = {};
    currentSpace_ = 0;
}

uint16_t SpanPairing::addressSpace(uint64_t cr3) {
    const auto found = lanes_.find(cr3);
    if (found != lanes_.end()) return found->second;
    const uint16_t last = mostAddressSpaces - 1;
    if (!learn_ || lanes_.size() >= last) return last;
    const auto number = static_cast<uint16_t>(lanes_.size());
    lanes_[cr3] = number;
    if (addressSpaceFound) addressSpaceFound(number, cr3);
    return number;
}

void SpanPairing::save(ByteWriter &writer) const {
    for (const TrackKind kind : pairedKinds) {
        const auto &slots = *const_cast<SpanPairing *>(this)->slotsOf(kind);
        for (size_t number = 0; number < slots.size(); ++number) {
            const Open &open = slots[number];
            if (!open.open) continue;
            writer.varint(TrackId{kind, static_cast<uint16_t>(number)}.packed());
            writer.varint((open.isAccepted ? 1u : 0u) | (open.raisedAgain ? 2u : 0u));
            writer.varint(open.start.value);
            writer.varint(open.startId);
            if (open.isAccepted) {
                writer.varint(open.accepted - open.start);
                writer.varint(open.acceptedId);
            }
            if (open.raisedAgain) {
                writer.varint(open.again - open.start);
                writer.varint(open.againId);
            }
        }
    }
}

bool SpanPairing::restore(std::span<const uint8_t> bytes) {
    clear();
    ByteReader reader(bytes);
    for (size_t n = 0; reader.ok() && reader.left(); ++n) {
        const uint64_t packed = reader.varint();
        const uint64_t flags = reader.varint();
        if (packed > 0xFFFFFF || n > mostOpen) return false;
        const TrackId track = TrackId::unpack(static_cast<uint32_t>(packed));
        std::vector<Open> *slots = slotsOf(track.kind);
        if (!slots || (track.kind == TrackKind::Halt && track.number) ||
            (track.kind == TrackKind::AddressSpace && track.number >= mostAddressSpaces))
            return false;
        Open &open = slot(*slots, track.number);
        open.open = true;
        open.isAccepted = flags & 1;
        open.raisedAgain = flags & 2;
        open.start = open.accepted = {reader.varint()};
        open.startId = reader.varint();
        if (open.isAccepted) {
            open.accepted = open.start + reader.varint();
            open.acceptedId = reader.varint();
        }
        if (open.raisedAgain) {
            open.again = open.start + reader.varint();
            open.againId = reader.varint();
        }
        if (open.start.value > INT64_MAX || open.accepted < open.start) return false;
        if (track.kind == TrackKind::AddressSpace) currentSpace_ = track.number;
    }
    return reader.ok();
}

} // namespace bootglass
