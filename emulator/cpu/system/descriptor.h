// SPDX-License-Identifier: GPL-3.0-or-later
// The eight bytes of a descriptor: segment (SDM vol. 3, 3.4.5), system segment (3.5) or gate
// (5.8.3, 6.11). A plain value; the accessors say which kind they belong to.
#pragma once

#include <cstdint>

namespace bootglass {

/// Types of system descriptors, SDM vol. 3, table 3-2.
enum class SystemType : uint8_t {
    Tss16Available = 1,
    Ldt = 2,
    Tss16Busy = 3,
    CallGate16 = 4,
    TaskGate = 5,
    InterruptGate16 = 6,
    TrapGate16 = 7,
    Tss32Available = 9,
    Tss32Busy = 11,
    CallGate32 = 12,
    InterruptGate32 = 14,
    TrapGate32 = 15,
};

/// What an error code holds of a selector: all but RPL.
constexpr uint32_t selectorError(uint16_t selector) {
    return selector & 0xFFFCU;
}
constexpr unsigned rplOf(uint16_t selector) {
    return selector & 3U;
}
constexpr bool isNull(uint16_t selector) {
    return (selector & 0xFFFCU) == 0;
}
constexpr uint16_t withRpl(uint16_t selector, unsigned rpl) {
    return static_cast<uint16_t>((selector & 0xFFFCU) | rpl);
}

struct Descriptor {
    uint32_t low = 0;
    uint32_t high = 0;

    unsigned dpl() const { return high >> 13 & 3; }
    bool present() const { return high & 1U << 15; }
    bool isSystem() const { return !(high & 1U << 12); }

    // --- code and data segments
    bool isCode() const { return !isSystem() && (high & 1U << 11); }
    bool isData() const { return !isSystem() && !(high & 1U << 11); }
    bool conforming() const { return isCode() && (high & 1U << 10); }
    bool readable() const { return isData() || (isCode() && (high & 1U << 9)); }
    bool writable() const { return isData() && (high & 1U << 9); }
    bool accessed() const { return high & 1U << 8; }

    // --- all segments
    uint32_t base() const { return low >> 16 | (high & 0xFF) << 16 | (high & 0xFF000000); }
    uint32_t limit() const {
        uint32_t raw = (low & 0xFFFF) | (high & 0xF0000);
        return high & 1U << 23 ? raw << 12 | 0xFFF : raw;
    }
    /// In the format of SegmentRegister::rights.
    uint32_t rights() const { return high >> 8 & 0xD0FF; }

    // --- system segments and gates
    SystemType systemType() const { return static_cast<SystemType>(high >> 8 & 0xF); }
    bool isSystem(SystemType type) const { return isSystem() && systemType() == type; }
    bool isTss() const { return isSystem() && (high >> 8 & 5) == 1; }
    bool isTask32() const { return high & 1U << 11; }
    bool isBusy() const { return high & 1U << 9; }

    // --- gates
    bool isCallGate() const {
        return isSystem(SystemType::CallGate16) || isSystem(SystemType::CallGate32);
    }
    bool isGate32() const { return high & 1U << 11; }
    uint16_t gateSelector() const { return static_cast<uint16_t>(low >> 16); }
    uint32_t gateOffset() const {
        return isGate32() ? (low & 0xFFFF) | (high & 0xFFFF0000) : low & 0xFFFF;
    }
    unsigned gateParameters() const { return high & 0x1F; }
};

} // namespace bootglass
