// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the two-byte opcode map (SDM vol. 2, table A-3) that MMX, SSE and SSE2 fill: an
// opcode and its mandatory prefix name the instruction. What came later (SSE3 and on) is #UD.
#include "emulator/cpu/opcode_map.h"

#include <array>

namespace bootglass {
namespace {

using enum Op;

enum class Place : uint8_t { Any, Memory, Register };

/// Columns of the map: no prefix, 66h, F3h, F2h.
struct Entry {
    uint8_t opcode;
    std::array<Op, 4> ops;
    Place place = Place::Any;
    bool immediate = false;
};

constexpr auto entries = std::to_array<Entry>({
    {0x10, {MovUnalignedVW, MovUnalignedVW, MovssVW, MovsdVW}},
    {0x11, {MovUnalignedWV, MovUnalignedWV, MovssWV, MovsdWV}},
    {0x12, {MovlVM, MovlVM, Invalid, Invalid}, Place::Memory},
    {0x12, {Movhlps, Invalid, Invalid, Invalid}, Place::Register},
    {0x13, {MovlMV, MovlMV, Invalid, Invalid}, Place::Memory},
    {0x14, {Unpcklps, PunpcklqdqVW, Invalid, Invalid}},
    {0x15, {Unpckhps, PunpckhqdqVW, Invalid, Invalid}},
    {0x16, {MovhVM, MovhVM, Invalid, Invalid}, Place::Memory},
    {0x16, {Movlhps, Invalid, Invalid, Invalid}, Place::Register},
    {0x17, {MovhMV, MovhMV, Invalid, Invalid}, Place::Memory},
    {0x28, {MovAlignedVW, MovAlignedVW, Invalid, Invalid}},
    {0x29, {MovAlignedWV, MovAlignedWV, Invalid, Invalid}},
    {0x2A, {Cvtpi2ps, Cvtpi2pd, Cvtsi2ss, Cvtsi2sd}},
    {0x2B, {MovAlignedWV, MovAlignedWV, Invalid, Invalid}, Place::Memory}, // MOVNTPS, MOVNTPD
    {0x2C, {Cvttps2pi, Cvttpd2pi, Cvttss2si, Cvttsd2si}},
    {0x2D, {Cvtps2pi, Cvtpd2pi, Cvtss2si, Cvtsd2si}},
    {0x2E, {Ucomiss, Ucomisd, Invalid, Invalid}},
    {0x2F, {Comiss, Comisd, Invalid, Invalid}},
    {0x50, {Movmskps, Movmskpd, Invalid, Invalid}, Place::Register},
    {0x51, {Sqrtps, Sqrtpd, Sqrtss, Sqrtsd}},
    {0x52, {Rsqrtps, Invalid, Rsqrtss, Invalid}},
    {0x53, {Rcpps, Invalid, Rcpss, Invalid}},
    {0x54, {PandVW, PandVW, Invalid, Invalid}}, // ANDPS, ANDPD: bits are bits
    {0x55, {PandnVW, PandnVW, Invalid, Invalid}},
    {0x56, {PorVW, PorVW, Invalid, Invalid}},
    {0x57, {PxorVW, PxorVW, Invalid, Invalid}},
    {0x58, {Addps, Addpd, Addss, Addsd}},
    {0x59, {Mulps, Mulpd, Mulss, Mulsd}},
    {0x5A, {Cvtps2pd, Cvtpd2ps, Cvtss2sd, Cvtsd2ss}},
    {0x5B, {Cvtdq2ps, Cvtps2dq, Cvttps2dq, Invalid}},
    {0x5C, {Subps, Subpd, Subss, Subsd}},
    {0x5D, {Minps, Minpd, Minss, Minsd}},
    {0x5E, {Divps, Divpd, Divss, Divsd}},
    {0x5F, {Maxps, Maxpd, Maxss, Maxsd}},
    {0x60, {PunpcklbwPQ, PunpcklbwVW, Invalid, Invalid}},
    {0x61, {PunpcklwdPQ, PunpcklwdVW, Invalid, Invalid}},
    {0x62, {PunpckldqPQ, PunpckldqVW, Invalid, Invalid}},
    {0x63, {PacksswbPQ, PacksswbVW, Invalid, Invalid}},
    {0x64, {PcmpgtbPQ, PcmpgtbVW, Invalid, Invalid}},
    {0x65, {PcmpgtwPQ, PcmpgtwVW, Invalid, Invalid}},
    {0x66, {PcmpgtdPQ, PcmpgtdVW, Invalid, Invalid}},
    {0x67, {PackuswbPQ, PackuswbVW, Invalid, Invalid}},
    {0x68, {PunpckhbwPQ, PunpckhbwVW, Invalid, Invalid}},
    {0x69, {PunpckhwdPQ, PunpckhwdVW, Invalid, Invalid}},
    {0x6A, {PunpckhdqPQ, PunpckhdqVW, Invalid, Invalid}},
    {0x6B, {PackssdwPQ, PackssdwVW, Invalid, Invalid}},
    {0x6C, {Invalid, PunpcklqdqVW, Invalid, Invalid}},
    {0x6D, {Invalid, PunpckhqdqVW, Invalid, Invalid}},
    {0x6E, {MovdPE, MovdVE, Invalid, Invalid}},
    {0x6F, {MovqPQ, MovAlignedVW, MovUnalignedVW, Invalid}},
    {0x70, {Pshufw, Pshufd, Pshufhw, Pshuflw}, Place::Any, true},
    {0x74, {PcmpeqbPQ, PcmpeqbVW, Invalid, Invalid}},
    {0x75, {PcmpeqwPQ, PcmpeqwVW, Invalid, Invalid}},
    {0x76, {PcmpeqdPQ, PcmpeqdVW, Invalid, Invalid}},
    {0x7E, {MovdEP, MovdEV, MovqVW, Invalid}},
    {0x7F, {MovqQP, MovAlignedWV, MovUnalignedWV, Invalid}},
    {0xC2, {Cmpps, Cmppd, Cmpss, Cmpsd}, Place::Any, true},
    {0xC3, {Movnti, Invalid, Invalid, Invalid}, Place::Memory},
    {0xC4, {PinsrwPE, PinsrwVE, Invalid, Invalid}, Place::Any, true},
    {0xC5, {PextrwGP, PextrwGV, Invalid, Invalid}, Place::Register, true},
    {0xC6, {Shufps, Shufpd, Invalid, Invalid}, Place::Any, true},
    {0xD1, {PsrlwPQ, PsrlwVW, Invalid, Invalid}},
    {0xD2, {PsrldPQ, PsrldVW, Invalid, Invalid}},
    {0xD3, {PsrlqPQ, PsrlqVW, Invalid, Invalid}},
    {0xD4, {PaddqPQ, PaddqVW, Invalid, Invalid}},
    {0xD5, {PmullwPQ, PmullwVW, Invalid, Invalid}},
    {0xD6, {Invalid, MovqWV, Invalid, Invalid}},
    {0xD6, {Invalid, MovqWV, Movq2dq, Movdq2q}, Place::Register},
    {0xD7, {PmovmskbGP, PmovmskbGV, Invalid, Invalid}, Place::Register},
    {0xD8, {PsubusbPQ, PsubusbVW, Invalid, Invalid}},
    {0xD9, {PsubuswPQ, PsubuswVW, Invalid, Invalid}},
    {0xDA, {PminubPQ, PminubVW, Invalid, Invalid}},
    {0xDB, {PandPQ, PandVW, Invalid, Invalid}},
    {0xDC, {PaddusbPQ, PaddusbVW, Invalid, Invalid}},
    {0xDD, {PadduswPQ, PadduswVW, Invalid, Invalid}},
    {0xDE, {PmaxubPQ, PmaxubVW, Invalid, Invalid}},
    {0xDF, {PandnPQ, PandnVW, Invalid, Invalid}},
    {0xE0, {PavgbPQ, PavgbVW, Invalid, Invalid}},
    {0xE1, {PsrawPQ, PsrawVW, Invalid, Invalid}},
    {0xE2, {PsradPQ, PsradVW, Invalid, Invalid}},
    {0xE3, {PavgwPQ, PavgwVW, Invalid, Invalid}},
    {0xE4, {PmulhuwPQ, PmulhuwVW, Invalid, Invalid}},
    {0xE5, {PmulhwPQ, PmulhwVW, Invalid, Invalid}},
    {0xE6, {Invalid, Cvttpd2dq, Cvtdq2pd, Cvtpd2dq}},
    {0xE7, {Movntq, MovAlignedWV, Invalid, Invalid}, Place::Memory}, // 66h: MOVNTDQ
    {0xE8, {PsubsbPQ, PsubsbVW, Invalid, Invalid}},
    {0xE9, {PsubswPQ, PsubswVW, Invalid, Invalid}},
    {0xEA, {PminswPQ, PminswVW, Invalid, Invalid}},
    {0xEB, {PorPQ, PorVW, Invalid, Invalid}},
    {0xEC, {PaddsbPQ, PaddsbVW, Invalid, Invalid}},
    {0xED, {PaddswPQ, PaddswVW, Invalid, Invalid}},
    {0xEE, {PmaxswPQ, PmaxswVW, Invalid, Invalid}},
    {0xEF, {PxorPQ, PxorVW, Invalid, Invalid}},
    {0xF1, {PsllwPQ, PsllwVW, Invalid, Invalid}},
    {0xF2, {PslldPQ, PslldVW, Invalid, Invalid}},
    {0xF3, {PsllqPQ, PsllqVW, Invalid, Invalid}},
    {0xF4, {PmuludqPQ, PmuludqVW, Invalid, Invalid}},
    {0xF5, {PmaddwdPQ, PmaddwdVW, Invalid, Invalid}},
    {0xF6, {PsadbwPQ, PsadbwVW, Invalid, Invalid}},
    {0xF7, {Maskmovq, Maskmovdqu, Invalid, Invalid}, Place::Register},
    {0xF8, {PsubbPQ, PsubbVW, Invalid, Invalid}},
    {0xF9, {PsubwPQ, PsubwVW, Invalid, Invalid}},
    {0xFA, {PsubdPQ, PsubdVW, Invalid, Invalid}},
    {0xFB, {PsubqPQ, PsubqVW, Invalid, Invalid}},
    {0xFC, {PaddbPQ, PaddbVW, Invalid, Invalid}},
    {0xFD, {PaddwPQ, PaddwVW, Invalid, Invalid}},
    {0xFE, {PadddPQ, PadddVW, Invalid, Invalid}},
});

/// Groups 12 to 15: ModRM.reg picks the row.
struct GroupEntry {
    uint8_t opcode;
    uint8_t reg;
    Op none;
    Op operandSize; // with 66h
    Place place;
};
constexpr auto groupEntries = std::to_array<GroupEntry>({
    {0x71, 2, PsrlwQI, PsrlwWI, Place::Register},
    {0x71, 4, PsrawQI, PsrawWI, Place::Register},
    {0x71, 6, PsllwQI, PsllwWI, Place::Register},
    {0x72, 2, PsrldQI, PsrldWI, Place::Register},
    {0x72, 4, PsradQI, PsradWI, Place::Register},
    {0x72, 6, PslldQI, PslldWI, Place::Register},
    {0x73, 2, PsrlqQI, PsrlqWI, Place::Register},
    {0x73, 3, Invalid, PsrldqWI, Place::Register},
    {0x73, 6, PsllqQI, PsllqWI, Place::Register},
    {0x73, 7, Invalid, PslldqWI, Place::Register},
    {0xAE, 0, Fxsave, Invalid, Place::Memory},
    {0xAE, 1, Fxrstor, Invalid, Place::Memory},
    {0xAE, 2, Ldmxcsr, Invalid, Place::Memory},
    {0xAE, 3, Stmxcsr, Invalid, Place::Memory},
    {0xAE, 7, Clflush, Invalid, Place::Memory},
    {0xAE, 5, Fence, Invalid, Place::Register},
    {0xAE, 6, Fence, Invalid, Place::Register},
    {0xAE, 7, Fence, Invalid, Place::Register},
});

// Dimensions: prefix column; memory or register.
using PrefixRows = std::array<std::array<OpcodeRow, 2>, 4>;

constexpr void fill(PrefixRows &rows, unsigned column, Place place, const OpcodeRow &row) {
    if (place != Place::Memory) rows[column][0] = row;
    if (place != Place::Register) rows[column][1] = row;
}

constexpr std::array<PrefixRows, 256> makeRows() {
    std::array<PrefixRows, 256> rows{};
    for (const auto &entry : entries) {
        Form form{.modrm = true, .immediate = entry.immediate ? Immediate::Byte : Immediate::None};
        for (unsigned column = 0; column < 4; ++column) {
            if (entry.ops[column] != Invalid)
                fill(rows[entry.opcode], column, entry.place, {entry.ops[column], form});
        }
    }
    rows[0x77][0].fill({Emms});
    return rows;
}

constexpr std::array<std::array<PrefixRows, 8>, 4> makeGroups() {
    std::array<std::array<PrefixRows, 8>, 4> rows{};
    for (const auto &entry : groupEntries) {
        unsigned group = entry.opcode == 0xAE ? 3 : entry.opcode - 0x71U;
        bool shift = group < 3;
        Form form{.modrm = true, .immediate = shift ? Immediate::Byte : Immediate::None};
        auto &row = rows[group][entry.reg];
        if (entry.none != Invalid) fill(row, 0, entry.place, {entry.none, form});
        if (entry.operandSize != Invalid) fill(row, 1, entry.place, {entry.operandSize, form});
    }
    return rows;
}

constexpr auto rows = makeRows();
constexpr auto groups = makeGroups();

} // namespace

const OpcodeRow &sseRow(uint8_t opcode, uint8_t modrm, uint8_t prefix) {
    unsigned column = prefix == 0x66 ? 1 : prefix == 0xF3 ? 2 : prefix == 0xF2 ? 3 : 0;
    bool memory = modrm < 0xC0;
    unsigned reg = modrm >> 3 & 7;
    switch (opcode) {
    case 0x71:
    case 0x72:
    case 0x73: return groups[opcode - 0x71U][reg][column][memory];
    case 0xAE: return groups[3][reg][column][memory];
    default: return rows[opcode][column][memory];
    }
}

} // namespace bootglass
