// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the pages of the guest's code in which events and samples lie, so that a run file alone can
// show what ran there. A content is kept once however many addresses it has and however often it
// is seen; a guest that makes up new code all the time fills a fixed room and no more.
#pragma once

#include "emulator/machine/machine.h"
#include "emulator/trace/recorder.h"

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>

namespace bootglass {

class CodeRecorder {
  public:
    static constexpr uint64_t mostPages = 4096;
    static constexpr uint64_t mostRows = 100'000;

    explicit CodeRecorder(const Machine &machine) : machine_(machine) {}

    /// The instruction at a linear address is part of what is recorded.
    void seen(uint32_t linear, Icount icount, VirtualNs ns, RunRecorder &recorder);
    /// Of an event that tells an instruction pointer.
    void event(const Event &event, RunRecorder &recorder) {
        if (kinds >> static_cast<unsigned>(event.kind) & 1)
            seen(event.address, event.icount, event.ns, recorder);
    }

  private:
    // What tells where the CPU is and is not too frequent.
    static constexpr uint32_t kinds =
        kindBit(EventKind::Interrupt) | kindBit(EventKind::SoftwareInterrupt) |
        kindBit(EventKind::Exception) | kindBit(EventKind::Halt) | kindBit(EventKind::Wake) |
        kindBit(EventKind::ModeSwitch) | kindBit(EventKind::PageTableSwitch) |
        kindBit(EventKind::Shutdown);

    struct Place {
        const uint8_t *host = nullptr; // of the physical page that was there last
        uint64_t page = 0;             // in the run file; 0: there is no room
        Icount lookedAt;
    };

    const Machine &machine_;
    std::unordered_map<uint32_t, Place> places_;              // by linear page
    std::map<std::pair<uint64_t, uint64_t>, uint64_t> pages_; // by hash of the content
    uint64_t rows_ = 0;
};

} // namespace bootglass
