// SPDX-License-Identifier: GPL-3.0-or-later
// A chunk of events as bytes. Boots repeat themselves, so each field is a column of its own, coded
// as the difference from what is likely: a time from the instruction count, an address or value
// from the last event of the same kind and source, a timer's deadline from the present. zstd does
// the rest.
#pragma once

#include "emulator/probe/event.h"
#include "emulator/trace/compression.h"

#include <array>
#include <span>
#include <vector>

namespace bootglass {

class EventCodec {
  public:
    /// shift: of the run's clock, predicts times only.
    explicit EventCodec(unsigned shift) : shift_(shift) {}

    /// Codes up to chunkEvents events, in order of time; valid until the next call.
    std::span<const uint8_t> encode(std::span<const Event> events);
    /// Decodes `count` events that start at the given times (both are in the chunk's row). False if
    /// the bytes are damaged, or times run backwards.
    bool decode(std::span<const uint8_t> data, size_t count, Icount firstIcount, VirtualNs firstNs,
                std::vector<Event> &events);

  private:
    /// The last event of a kind and source: what the next one likely resembles.
    struct Last {
        uint32_t address = 0;
        uint64_t value = 0;
        uint64_t detail = 0;
    };
    Last &last(EventKind kind, uint16_t source) {
        return last_[(static_cast<size_t>(kind) << 5 ^ source) % last_.size()];
    }
    /// What a value is counted from: deadlines from the present.
    static uint64_t base(const Event &event) {
        const bool deadline =
            event.kind == EventKind::TimerArmed || event.kind == EventKind::TimerFired;
        return deadline ? event.ns.value : 0;
    }

    enum Column { Kind, Size, SourceNumber, Count, Time, Address, Value, DetailValue, columns };

    unsigned shift_;
    std::array<Last, 1024> last_;
    std::array<std::vector<uint8_t>, columns> buffers_;
    std::vector<uint8_t> plain_;
    Compressor compressor_;
    Decompressor decompressor_;
};

} // namespace bootglass
