// SPDX-License-Identifier: GPL-3.0-or-later
// A segment register with its hidden part (SDM vol. 3, 3.4.3). Access rights are kept in the format
// of vol. 3, 25.4.1: bits 3-0 type, 4 S, 6-5 DPL, 7 P, 12 AVL, 14 D/B, 15 G, 16 unusable.
#pragma once

#include "emulator/memory/archive.h"

#include <cstdint>

namespace bootglass {

namespace access_rights {
inline constexpr uint32_t accessed = 1U << 0;
/// Code: readable; data: writable.
inline constexpr uint32_t readWrite = 1U << 1;
/// Code: conforming; data: expand-down.
inline constexpr uint32_t conformingOrDown = 1U << 2;
inline constexpr uint32_t code = 1U << 3;
inline constexpr uint32_t notSystem = 1U << 4;
inline constexpr uint32_t present = 1U << 7;
inline constexpr uint32_t big = 1U << 14;
inline constexpr uint32_t granular = 1U << 15;
inline constexpr uint32_t unusable = 1U << 16;
} // namespace access_rights

struct SegmentRegister {
    uint16_t selector = 0;
    uint32_t base = 0;
    uint32_t limit =
        0xFFFF; // last byte's offset, already scaled by G (expand-down: first invalid - 1)
    uint32_t rights = 0x93;

    /// An offset up to these is certainly allowed for any operand of at most 16 bytes; above them
    /// the exact check decides. -1: always ask. Derived; call refresh() after each change.
    int64_t readMax = 0xFFFF - 15;
    int64_t writeMax = 0xFFFF - 15;

    unsigned dpl() const { return rights >> 5 & 3; }
    bool isCode() const { return rights & access_rights::code; }
    bool big() const { return rights & access_rights::big; }
    bool usable() const { return !(rights & access_rights::unusable); }
    bool expandDown() const {
        return (rights & (access_rights::code | access_rights::conformingOrDown)) ==
               access_rights::conformingOrDown;
    }
    bool readable() const { return usable() && (!isCode() || (rights & access_rights::readWrite)); }
    bool writable() const { return usable() && !isCode() && (rights & access_rights::readWrite); }
    /// True if bytes [offset, offset + size) lie inside the limit (SDM vol. 3, 5.3).
    bool contains(uint32_t offset, uint32_t size) const {
        uint64_t last = uint64_t{offset} + size - 1;
        if (expandDown()) {
            uint64_t top = big() ? 0xFFFFFFFF : 0xFFFF;
            return offset > limit && last <= top;
        }
        // A 4 GiB segment wraps around.
        return limit == 0xFFFFFFFF || last <= limit;
    }

    void refresh() {
        int64_t fast = -1;
        if (!expandDown()) fast = limit == 0xFFFFFFFF ? int64_t{limit} : int64_t{limit} - 15;
        if (fast < 0) fast = -1;
        readMax = readable() ? fast : -1;
        writeMax = writable() ? fast : -1;
    }

    void serialize(Archive &archive) {
        archive(selector, base, limit, rights);
        refresh();
    }
};

/// GDTR and IDTR.
struct TableRegister {
    uint32_t base = 0;
    uint16_t limit = 0xFFFF;

    void serialize(Archive &archive) { archive(base, limit); }
};

} // namespace bootglass
