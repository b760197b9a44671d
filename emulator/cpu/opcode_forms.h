// SPDX-License-Identifier: GPL-3.0-or-later
// Operand forms under their names from the SDM's opcode maps (vol. 2, A.2): E is the ModRM operand,
// G the ModRM register, I an immediate, M memory only, R register only; b, w, d, v, z are widths.
#pragma once

#include "emulator/cpu/opcode_map.h"

namespace bootglass::forms {

inline constexpr Form none{};
inline constexpr Form noneV{.width = Width::Operand};
inline constexpr Form EbGb{.modrm = true, .byteReg = true, .byteRm = true, .width = Width::Byte};
inline constexpr Form EvGv{.modrm = true, .width = Width::Operand};
inline constexpr Form GbEb = EbGb;
inline constexpr Form GvEv = EvGv;
inline constexpr Form Eb = EbGb;
inline constexpr Form Ev = EvGv;
/// The register named by the reg field is of the operand size, the other operand is a byte.
inline constexpr Form GvEb{.modrm = true, .byteRm = true, .width = Width::Operand};
inline constexpr Form GvEw = EvGv;
inline constexpr Form EbIb{.modrm = true,
                           .byteReg = true,
                           .byteRm = true,
                           .immediate = Immediate::Byte,
                           .width = Width::Byte};
inline constexpr Form EvIz{.modrm = true, .immediate = Immediate::Full, .width = Width::Operand};
inline constexpr Form EvIbs{
    .modrm = true, .immediate = Immediate::SignedByte, .width = Width::Operand};
inline constexpr Form EvIb{.modrm = true, .immediate = Immediate::Byte, .width = Width::Operand};
/// Memory only; the width is the operand size's.
inline constexpr Form Mv{.modrm = true, .memoryOnly = true, .width = Width::Operand};
inline constexpr Form Mq{.modrm = true, .memoryOnly = true};
/// A register number in ModRM's rm field whatever its mod says (moves to and from CRn, DRn).
inline constexpr Form Rd{.modrm = true, .registerOnly = true};
inline constexpr Form Ew{.modrm = true, .width = Width::Operand};
/// AL or eAX with an immediate: the accumulator stands in rm.
inline constexpr Form AlIb{.byteRm = true, .immediate = Immediate::Byte, .width = Width::Byte};
inline constexpr Form AxIz{.immediate = Immediate::Full, .width = Width::Operand};
inline constexpr Form IbOnly{.immediate = Immediate::Byte};
inline constexpr Form IbByte{.immediate = Immediate::Byte, .width = Width::Byte};
inline constexpr Form IbOperand{.immediate = Immediate::Byte, .width = Width::Operand};
inline constexpr Form Iw{.immediate = Immediate::Word, .width = Width::Operand};
inline constexpr Form Iz{.immediate = Immediate::Full, .width = Width::Operand};
inline constexpr Form Ibs{.immediate = Immediate::SignedByte, .width = Width::Operand};
inline constexpr Form IwIb{.immediate = Immediate::WordByte, .width = Width::Operand};
inline constexpr Form Ap{.immediate = Immediate::FarPointer, .width = Width::Operand};
inline constexpr Form Reg{.opcodeReg = true, .width = Width::Operand};
inline constexpr Form RegIv{
    .opcodeReg = true, .immediate = Immediate::Full, .width = Width::Operand};
inline constexpr Form RegIb{
    .byteRm = true, .opcodeReg = true, .immediate = Immediate::Byte, .width = Width::Byte};
inline constexpr Form Ob{.byteReg = true, .immediate = Immediate::Offset, .width = Width::Byte};
inline constexpr Form Ov{.immediate = Immediate::Offset, .width = Width::Operand};
inline constexpr Form byteString{.width = Width::Byte};

} // namespace bootglass::forms
