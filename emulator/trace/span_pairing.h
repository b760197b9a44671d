// SPDX-License-Identifier: GPL-3.0-or-later
// Makes spans of events: an interrupt line from its raising (or acceptance) to the end of its
// interrupt, a timer from arming to firing, a halt to its wake, an address space from its CR3 load
// to the next. The recorder uses it to build roll-ups, the reader to draw spans; both go through
// the same events, so they find the same spans. Its open spans are saved with each chunk, so a
// reader can start anywhere.
#pragma once

#include "emulator/trace/byte_coding.h"
#include "emulator/trace/run_types.h"

#include <array>
#include <functional>
#include <unordered_map>
#include <vector>

namespace bootglass {

class SpanPairing {
  public:
    /// Takes the next event, and tells its track; id 0 if it is not stored.
    TrackId feed(const Event &event, uint64_t id) {
        ended_ = 0;
        const TrackId track = trackOf(event);
        return hasSpans(track.kind) ? pair(track, event, id) : track;
    }
    /// The spans that ended with that event.
    std::span<const Span> ended() const { return std::span(spans_).first(ended_); }
    /// All spans that are open, with `end` as their end so far.
    void forEachOpen(VirtualNs end, const std::function<void(const Span &)> &span) const;
    /// Closes what is open without telling.
    void clear();

    /// Whether page tables that are loaded for the first time get a lane; a reader only knows those
    /// that were recorded.
    void learnAddressSpaces(bool learn) { learn_ = learn; }
    void setAddressSpace(uint16_t number, uint64_t cr3) { lanes_[cr3] = number; }
    uint16_t addressSpace(uint64_t cr3);
    /// Told of each new lane.
    std::function<void(uint16_t number, uint64_t cr3)> addressSpaceFound;

    void save(ByteWriter &writer) const;
    /// False if the bytes are damaged.
    bool restore(std::span<const uint8_t> bytes);

  private:
    struct Open {
        bool open = false;
        bool isAccepted = false;
        bool raisedAgain = false; // after it was accepted: the next interrupt waits
        VirtualNs start;
        VirtualNs accepted;
        VirtualNs again;
        uint64_t startId = 0;
        uint64_t acceptedId = 0;
        uint64_t againId = 0;
    };
    static Open &slot(std::vector<Open> &slots, uint16_t number);
    TrackId pair(TrackId track, const Event &event, uint64_t id);
    void irq(TrackId track, const Event &event, uint64_t id);
    void timer(TrackId track, const Event &event, uint64_t id);
    void begin(Open &open, const Event &event, uint64_t id);
    void close(Open &open, TrackId track, VirtualNs end, uint64_t endId);
    std::vector<Open> *slotsOf(TrackKind kind);

    std::vector<Open> irqs_;
    std::vector<Open> timers_;
    std::vector<Open> halt_ = std::vector<Open>(1);
    std::vector<Open> spaces_;
    uint16_t currentSpace_ = 0;
    bool learn_ = true;
    std::unordered_map<uint64_t, uint16_t> lanes_;
    size_t ended_ = 0;
    std::array<Span, 2> spans_;
};

} // namespace bootglass
