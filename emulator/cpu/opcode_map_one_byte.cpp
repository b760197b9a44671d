// SPDX-License-Identifier: GPL-3.0-or-later
// The one-byte opcode map: SDM vol. 2, table A-2, and its groups, table A-6.
#include "emulator/cpu/opcode_forms.h"

#include <array>

namespace bootglass {

namespace {

using namespace forms;
using Group = std::array<OpcodeRow, 8>;

constexpr Op opAt(Op first, unsigned n) {
    return static_cast<Op>(static_cast<unsigned>(first) + n);
}

constexpr Group arithmeticGroup(Form form) {
    Group rows{};
    for (unsigned n = 0; n < 8; ++n)
        rows[n] = {opAt(Op::AddEI, n), form, n == 7 ? uint8_t{0} : uint8_t{Lockable}};
    return rows;
}

constexpr Group shiftGroup(Op first, Form form) {
    Group rows{};
    for (unsigned n = 0; n < 8; ++n)
        rows[n] = {opAt(first, n), form, 0};
    return rows;
}

constexpr Group unaryGroup(Form plain, Form withImmediate) {
    return {{{Op::TestEI, withImmediate},
             {Op::TestEI, withImmediate}, // the same instruction on every CPU, though undocumented
             {Op::NotE, plain, Lockable},
             {Op::NegE, plain, Lockable},
             {Op::MulE, plain},
             {Op::ImulE, plain},
             {Op::DivE, plain},
             {Op::IdivE, plain}}};
}

constexpr Group group1b = arithmeticGroup(EbIb);
constexpr Group group1v = arithmeticGroup(EvIz);
constexpr Group group1s = arithmeticGroup(EvIbs);
constexpr Group group2bI = shiftGroup(Op::RolEI, EbIb);
constexpr Group group2vI = shiftGroup(Op::RolEI, EvIb);
// The decoder gives the forms that shift by one an immediate of 1.
constexpr Group group2b1 = shiftGroup(Op::RolEI, Eb);
constexpr Group group2v1 = shiftGroup(Op::RolEI, Ev);
constexpr Group group2bC = shiftGroup(Op::RolECl, Eb);
constexpr Group group2vC = shiftGroup(Op::RolECl, Ev);
constexpr Group group3b = unaryGroup(Eb, EbIb);
constexpr Group group3v = unaryGroup(Ev, EvIz);
constexpr Group group4 = {{{Op::IncE, Eb, Lockable}, {Op::DecE, Eb, Lockable}}};
constexpr Group group5 = {{{Op::IncE, Ev, Lockable},
                           {Op::DecE, Ev, Lockable},
                           {Op::CallE, Ev, EndsBlock},
                           {Op::CallFarE, Mv, EndsBlock},
                           {Op::JmpE, Ev, EndsBlock},
                           {Op::JmpFarE, Mv, EndsBlock},
                           {Op::PushE, Ev},
                           {}}};
constexpr Group group1a = {{{Op::PopE, Ev}}};
constexpr Group group11b = {{{Op::MovEI, EbIb}}};
constexpr Group group11v = {{{Op::MovEI, EvIz}}};

const Group *group(uint8_t opcode) {
    switch (opcode) {
    case 0x80:
    case 0x82: return &group1b;
    case 0x81: return &group1v;
    case 0x83: return &group1s;
    case 0x8F: return &group1a;
    case 0xC0: return &group2bI;
    case 0xC1: return &group2vI;
    case 0xC6: return &group11b;
    case 0xC7: return &group11v;
    case 0xD0: return &group2b1;
    case 0xD1: return &group2v1;
    case 0xD2: return &group2bC;
    case 0xD3: return &group2vC;
    case 0xF6: return &group3b;
    case 0xF7: return &group3v;
    case 0xFE: return &group4;
    case 0xFF: return &group5;
    default: return nullptr;
    }
}

using Map = std::array<OpcodeRow, 256>;

constexpr void addArithmetic(Map &map) {
    for (unsigned n = 0; n < 8; ++n) {
        auto lock = static_cast<uint8_t>(n == 7 ? 0 : Lockable); // CMP writes nothing
        map[8 * n + 0] = {opAt(Op::AddEG, n), EbGb, lock};
        map[8 * n + 1] = {opAt(Op::AddEG, n), EvGv, lock};
        map[8 * n + 2] = {opAt(Op::AddGE, n), GbEb};
        map[8 * n + 3] = {opAt(Op::AddGE, n), GvEv};
        map[8 * n + 4] = {opAt(Op::AddEI, n), AlIb};
        map[8 * n + 5] = {opAt(Op::AddEI, n), AxIz};
    }
}

constexpr void addRegisterRows(Map &map) {
    for (unsigned r = 0; r < 8; ++r) {
        map[0x40 + r] = {Op::IncE, Reg};
        map[0x48 + r] = {Op::DecE, Reg};
        map[0x50 + r] = {Op::PushE, Reg};
        map[0x58 + r] = {Op::PopE, Reg};
        map[0x90 + r] = {Op::XchgEG, Reg};
        map[0xB0 + r] = {Op::MovEI, RegIb};
        map[0xB8 + r] = {Op::MovEI, RegIv};
    }
    map[0x90] = {Op::Nop, none};
    for (unsigned c = 0; c < 16; ++c)
        map[0x70 + c] = {opAt(Op::JO, c), Ibs};
    // x87; the rows are in their own map.
    for (unsigned n = 0xD8; n <= 0xDF; ++n)
        map[n] = {Op::Invalid, Form{.modrm = true}};
}

constexpr Map makeMap() {
    Map map{};
    addArithmetic(map);
    addRegisterRows(map);
    constexpr uint8_t segmentPushes[] = {0x06, 0x0E, 0x16, 0x1E};
    for (uint8_t opcode : segmentPushes)
        map[opcode] = {Op::PushSeg, noneV, EndsBlock};
    for (unsigned opcode : {0x07, 0x17, 0x1F})
        map[opcode] = {Op::PopSeg, noneV, EndsBlock};
    map[0x27] = {Op::Daa, none};
    map[0x2F] = {Op::Das, none};
    map[0x37] = {Op::Aaa, none};
    map[0x3F] = {Op::Aas, none};
    map[0x60] = {Op::Pusha, noneV};
    map[0x61] = {Op::Popa, noneV};
    map[0x62] = {Op::Bound, Mv};
    map[0x63] = {Op::Arpl, Ew, EndsBlock};
    map[0x68] = {Op::PushI, Iz};
    map[0x69] = {Op::ImulGEI, EvIz};
    map[0x6A] = {Op::PushI, Ibs};
    map[0x6B] = {Op::ImulGEI, EvIbs};
    map[0x6C] = {Op::Ins, byteString, EndsBlock};
    map[0x6D] = {Op::Ins, noneV, EndsBlock};
    map[0x6E] = {Op::Outs, byteString, EndsBlock};
    map[0x6F] = {Op::Outs, noneV, EndsBlock};
    for (unsigned opcode : {0x80, 0x82})
        map[opcode] = {Op::Invalid, EbIb, GroupRow};
    map[0x81] = {Op::Invalid, EvIz, GroupRow};
    map[0x83] = {Op::Invalid, EvIbs, GroupRow};
    map[0x84] = {Op::TestEG, EbGb};
    map[0x85] = {Op::TestEG, EvGv};
    map[0x86] = {Op::XchgEG, EbGb, Lockable};
    map[0x87] = {Op::XchgEG, EvGv, Lockable};
    map[0x88] = {Op::MovEG, EbGb};
    map[0x89] = {Op::MovEG, EvGv};
    map[0x8A] = {Op::MovGE, GbEb};
    map[0x8B] = {Op::MovGE, GvEv};
    map[0x8C] = {Op::MovES, Ew, EndsBlock};
    map[0x8D] = {Op::Lea, Mv};
    map[0x8E] = {Op::MovSE, Ew, EndsBlock};
    map[0x8F] = {Op::Invalid, Ev, GroupRow};
    map[0x98] = {Op::Cbw, noneV};
    map[0x99] = {Op::Cwd, noneV};
    map[0x9A] = {Op::CallFar, Ap, EndsBlock};
    map[0x9B] = {Op::Fwait, none};
    map[0x9C] = {Op::Pushf, noneV, EndsBlock};
    map[0x9D] = {Op::Popf, noneV, EndsBlock};
    map[0x9E] = {Op::Sahf, none};
    map[0x9F] = {Op::Lahf, none};
    map[0xA0] = {Op::MovGE, Ob};
    map[0xA1] = {Op::MovGE, Ov};
    map[0xA2] = {Op::MovEG, Ob};
    map[0xA3] = {Op::MovEG, Ov};
    map[0xA4] = {Op::Movs, byteString, RepEnds};
    map[0xA5] = {Op::Movs, noneV, RepEnds};
    map[0xA6] = {Op::Cmps, byteString, RepEnds};
    map[0xA7] = {Op::Cmps, noneV, RepEnds};
    map[0xA8] = {Op::TestEI, AlIb};
    map[0xA9] = {Op::TestEI, AxIz};
    map[0xAA] = {Op::Stos, byteString, RepEnds};
    map[0xAB] = {Op::Stos, noneV, RepEnds};
    map[0xAC] = {Op::Lods, byteString, RepEnds};
    map[0xAD] = {Op::Lods, noneV, RepEnds};
    map[0xAE] = {Op::Scas, byteString, RepEnds};
    map[0xAF] = {Op::Scas, noneV, RepEnds};
    map[0xC0] = {Op::Invalid, EbIb, GroupRow};
    map[0xC1] = {Op::Invalid, EvIb, GroupRow};
    map[0xC2] = {Op::RetI, Iw, EndsBlock};
    map[0xC3] = {Op::Ret, noneV, EndsBlock};
    map[0xC4] = {Op::Les, Mv, EndsBlock};
    map[0xC5] = {Op::Lds, Mv, EndsBlock};
    map[0xC6] = {Op::Invalid, EbIb, GroupRow};
    map[0xC7] = {Op::Invalid, EvIz, GroupRow};
    map[0xC8] = {Op::Enter, IwIb};
    map[0xC9] = {Op::Leave, noneV};
    map[0xCA] = {Op::RetFarI, Iw, EndsBlock};
    map[0xCB] = {Op::RetFar, noneV, EndsBlock};
    map[0xCC] = {Op::Int3, none, EndsBlock};
    map[0xCD] = {Op::Int, IbOnly, EndsBlock};
    map[0xCE] = {Op::Into, none, EndsBlock};
    map[0xCF] = {Op::Iret, noneV, EndsBlock};
    for (unsigned opcode : {0xD0, 0xD2})
        map[opcode] = {Op::Invalid, Eb, GroupRow};
    for (unsigned opcode : {0xD1, 0xD3})
        map[opcode] = {Op::Invalid, Ev, GroupRow};
    map[0xD4] = {Op::Aam, IbOnly};
    map[0xD5] = {Op::Aad, IbOnly};
    map[0xD6] = {Op::Salc, none};
    map[0xD7] = {Op::Xlat, none};
    map[0xE0] = {Op::Loopne, Ibs};
    map[0xE1] = {Op::Loope, Ibs};
    map[0xE2] = {Op::Loop, Ibs};
    map[0xE3] = {Op::Jcxz, Ibs};
    map[0xE4] = {Op::InI, IbByte, EndsBlock};
    map[0xE5] = {Op::InI, IbOperand, EndsBlock};
    map[0xE6] = {Op::OutI, IbByte, EndsBlock};
    map[0xE7] = {Op::OutI, IbOperand, EndsBlock};
    map[0xE8] = {Op::Call, Iz, EndsBlock};
    map[0xE9] = {Op::Jmp, Iz, EndsBlock};
    map[0xEA] = {Op::JmpFar, Ap, EndsBlock};
    map[0xEB] = {Op::Jmp, Ibs, EndsBlock};
    map[0xEC] = {Op::InDx, byteString, EndsBlock};
    map[0xED] = {Op::InDx, noneV, EndsBlock};
    map[0xEE] = {Op::OutDx, byteString, EndsBlock};
    map[0xEF] = {Op::OutDx, noneV, EndsBlock};
    map[0xF1] = {Op::Int1, none, EndsBlock};
    map[0xF4] = {Op::Hlt, none, EndsBlock};
    map[0xF5] = {Op::Cmc, none};
    map[0xF6] = {Op::Invalid, Eb, GroupRow};
    map[0xF7] = {Op::Invalid, Ev, GroupRow};
    map[0xF8] = {Op::Clc, none};
    map[0xF9] = {Op::Stc, none};
    map[0xFA] = {Op::Cli, none, EndsBlock};
    map[0xFB] = {Op::Sti, none, EndsBlock};
    map[0xFC] = {Op::Cld, none};
    map[0xFD] = {Op::Std, none};
    map[0xFE] = {Op::Invalid, Eb, GroupRow};
    map[0xFF] = {Op::Invalid, Ev, GroupRow};
    return map;
}

constexpr Map map = makeMap();

} // namespace

const OpcodeRow &oneByteRow(uint8_t opcode, uint8_t modrm) {
    if (opcode >= 0xD8 && opcode <= 0xDF) return x87Row(opcode, modrm);
    if (const auto *rows = group(opcode)) return (*rows)[modrm >> 3 & 7];
    return map[opcode];
}

bool oneByteHasModrm(uint8_t opcode) {
    return map[opcode].form.modrm;
}

} // namespace bootglass
