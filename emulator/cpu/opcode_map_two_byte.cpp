// SPDX-License-Identifier: GPL-3.0-or-later
// The two-byte opcode map (0F xx): SDM vol. 2, table A-3, and its groups, table A-6. Rows that the
// integer instructions leave free belong to MMX, SSE and SSE2.
#include "emulator/cpu/opcode_forms.h"

#include <array>

namespace bootglass {

namespace {

using namespace forms;
using Group = std::array<OpcodeRow, 8>;
using Map = std::array<OpcodeRow, 256>;

constexpr Op opAt(Op first, unsigned n) {
    return static_cast<Op>(static_cast<unsigned>(first) + n);
}

constexpr Group group6 = {{{Op::Sldt, Ew, EndsBlock},
                           {Op::Str, Ew, EndsBlock},
                           {Op::Lldt, Ew, EndsBlock},
                           {Op::Ltr, Ew, EndsBlock},
                           {Op::Verr, Ew, EndsBlock},
                           {Op::Verw, Ew, EndsBlock},
                           {},
                           {}}};
constexpr Group group7 = {{{Op::Sgdt, Mv, EndsBlock},
                           {Op::Sidt, Mv, EndsBlock},
                           {Op::Lgdt, Mv, EndsBlock},
                           {Op::Lidt, Mv, EndsBlock},
                           {Op::Smsw, Ew, EndsBlock},
                           {},
                           {Op::Lmsw, Ew, EndsBlock},
                           {Op::Invlpg, Mv, EndsBlock}}};
constexpr Group group8 = {{{},
                           {},
                           {},
                           {},
                           {Op::BtEI, EvIb},
                           {Op::BtsEI, EvIb, Lockable},
                           {Op::BtrEI, EvIb, Lockable},
                           {Op::BtcEI, EvIb, Lockable}}};
constexpr Group group9 = {{{}, {Op::Cmpxchg8b, Mq, Lockable}}};

const Group *group(uint8_t opcode) {
    switch (opcode) {
    case 0x00: return &group6;
    case 0x01: return &group7;
    case 0xBA: return &group8;
    case 0xC7: return &group9;
    default: return nullptr;
    }
}

constexpr Map makeMap() {
    Map map{};
    map[0x00] = {Op::Invalid, Ew, GroupRow};
    map[0x01] = {Op::Invalid, Ew, GroupRow};
    map[0x02] = {Op::Lar, GvEw, EndsBlock};
    map[0x03] = {Op::Lsl, GvEw, EndsBlock};
    map[0x06] = {Op::Clts, none, EndsBlock};
    map[0x08] = {Op::Invd, none, EndsBlock};
    map[0x09] = {Op::Wbinvd, none, EndsBlock};
    map[0x0B] = {Op::Ud, none, EndsBlock};
    map[0x0D] = {Op::Nop, Ev}; // prefetch hints
    for (unsigned n = 0x18; n <= 0x1F; ++n)
        map[n] = {Op::Nop, Ev};
    map[0x20] = {Op::MovFromCr, Rd, EndsBlock};
    map[0x21] = {Op::MovFromDr, Rd, EndsBlock};
    map[0x22] = {Op::MovToCr, Rd, EndsBlock};
    map[0x23] = {Op::MovToDr, Rd, EndsBlock};
    map[0x30] = {Op::Wrmsr, none, EndsBlock};
    map[0x31] = {Op::Rdtsc, none, EndsBlock};
    map[0x32] = {Op::Rdmsr, none, EndsBlock};
    map[0x33] = {Op::Rdpmc, none, EndsBlock};
    map[0x34] = {Op::Sysenter, none, EndsBlock};
    map[0x35] = {Op::Sysexit, none, EndsBlock};
    for (unsigned c = 0; c < 16; ++c) {
        map[0x40 + c] = {opAt(Op::CmovO, c), GvEv};
        map[0x80 + c] = {opAt(Op::JO, c), Iz};
        map[0x90 + c] = {opAt(Op::SetO, c), Eb};
    }
    map[0xA0] = {Op::PushSeg, noneV, EndsBlock};
    map[0xA1] = {Op::PopSeg, noneV, EndsBlock};
    map[0xA2] = {Op::Cpuid, none, EndsBlock};
    map[0xA3] = {Op::BtEG, EvGv};
    map[0xA4] = {Op::ShldI, EvIb};
    map[0xA5] = {Op::ShldCl, EvGv};
    map[0xA8] = {Op::PushSeg, noneV, EndsBlock};
    map[0xA9] = {Op::PopSeg, noneV, EndsBlock};
    map[0xAA] = {Op::Rsm, none, EndsBlock};
    map[0xAB] = {Op::BtsEG, EvGv, Lockable};
    map[0xAC] = {Op::ShrdI, EvIb};
    map[0xAD] = {Op::ShrdCl, EvGv};
    map[0xAF] = {Op::ImulGE, GvEv};
    map[0xB0] = {Op::CmpxchgEG, EbGb, Lockable};
    map[0xB1] = {Op::CmpxchgEG, EvGv, Lockable};
    map[0xB2] = {Op::Lss, Mv, EndsBlock};
    map[0xB3] = {Op::BtrEG, EvGv, Lockable};
    map[0xB4] = {Op::Lfs, Mv, EndsBlock};
    map[0xB5] = {Op::Lgs, Mv, EndsBlock};
    map[0xB6] = {Op::MovzxB, GvEb};
    map[0xB7] = {Op::MovzxW, GvEw};
    map[0xB9] = {Op::Ud, Ev, EndsBlock};
    map[0xBA] = {Op::Invalid, EvIb, GroupRow};
    map[0xBB] = {Op::BtcEG, EvGv, Lockable};
    map[0xBC] = {Op::Bsf, GvEv};
    map[0xBD] = {Op::Bsr, GvEv};
    map[0xBE] = {Op::MovsxB, GvEb};
    map[0xBF] = {Op::MovsxW, GvEw};
    map[0xC0] = {Op::XaddEG, EbGb, Lockable};
    map[0xC1] = {Op::XaddEG, EvGv, Lockable};
    map[0xC7] = {Op::Invalid, Mq, GroupRow};
    for (unsigned r = 0; r < 8; ++r)
        map[0xC8 + r] = {Op::Bswap, Reg};
    map[0xFF] = {Op::Ud, Ev, EndsBlock};
    return map;
}

constexpr Map map = makeMap();

bool integerRow(uint8_t opcode) {
    return map[opcode].op != Op::Invalid || (map[opcode].properties & GroupRow);
}

} // namespace

const OpcodeRow &twoByteRow(uint8_t opcode, uint8_t modrm, uint8_t prefix) {
    if (const auto *rows = group(opcode)) return (*rows)[modrm >> 3 & 7];
    return integerRow(opcode) ? map[opcode] : sseRow(opcode, modrm, prefix);
}

bool twoByteHasModrm(uint8_t opcode) {
    if (integerRow(opcode)) return map[opcode].form.modrm;
    // Of the MMX/SSE rows only EMMS has none; opcodes that do not exist have none either, so
    // that an invalid opcode at a page's end faults as #UD, not on the next page.
    bool simd = (opcode >= 0x10 && opcode <= 0x17) || (opcode >= 0x28 && opcode <= 0x2F) ||
                (opcode >= 0x50 && opcode <= 0x7F) || opcode == 0xAE || opcode == 0xC2 ||
                (opcode >= 0xC3 && opcode <= 0xC6) || opcode >= 0xD0;
    return simd && opcode != 0x77;
}

} // namespace bootglass
