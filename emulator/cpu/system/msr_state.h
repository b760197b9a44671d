// SPDX-License-Identifier: GPL-3.0-or-later
// Model-specific registers that hold what was written to them and do nothing else here: memory
// types (SDM vol. 3, 11.11 and 11.12), since this machine has no caches, and identification.
#pragma once

#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>

namespace bootglass {

struct MsrState {
    static constexpr unsigned variableRanges = 8;

    uint64_t miscEnable = 1; // fast strings
    uint64_t pat = 0x0007040600070406;
    uint64_t biosSignature = 0;
    uint64_t mtrrDefaultType = 0;
    /// 64K_00000, 16K_80000, 16K_A0000, 4K_C0000 … 4K_F8000.
    std::array<uint64_t, 11> mtrrFixed{};
    /// PHYSBASE0, PHYSMASK0, PHYSBASE1 …
    std::array<uint64_t, 2 * variableRanges> mtrrVariable{};

    void serialize(Archive &archive) {
        archive(miscEnable, pat, biosSignature, mtrrDefaultType, mtrrFixed, mtrrVariable);
    }
};

} // namespace bootglass
