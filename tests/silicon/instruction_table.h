// SPDX-License-Identifier: GPL-3.0-or-later
// The integer instructions that exist unchanged in 64-bit code, by encoding, with the flags that
// SDM vol. 2 leaves undefined.
#pragma once

#include "emulator/cpu/registers.h"

#include <array>
#include <cstdint>

namespace bootglass::silicon {

enum class Operands : uint8_t {
    None,
    Modrm,       // any register, any operand
    Memory,      // LEA and the like: memory only
    Group,       // ModRM's reg field is part of the opcode
    GroupMemory, // the same, memory only
    String,      // ESI and EDI
    BitString,   // the register addresses bits before and after the operand
    Shift,       // a group whose count decides which flags are defined
    ShiftByCl,
    DoubleShift,
    DoubleShiftByCl,
};

/// Sizes: 'b' byte, 'v' 2 or 4 bytes by prefix, 'd' no prefix.
struct InstructionRow {
    const char *name;
    uint16_t opcode; // 0F in the high byte: two-byte map
    uint8_t digit;
    Operands operands;
    char size;
    char immediate; // 0, 'b', 'z' (2 or 4 bytes)
    uint32_t undefined;
};

inline constexpr uint32_t afterMul = eflags::SF | eflags::ZF | eflags::AF | eflags::PF;
inline constexpr uint32_t afterBit = eflags::OF | eflags::SF | eflags::AF | eflags::PF;
inline constexpr uint32_t afterScan =
    eflags::CF | eflags::OF | eflags::SF | eflags::AF | eflags::PF;

inline constexpr auto instructionTable = std::to_array<InstructionRow>({
    {"add", 0x00, 0, Operands::Modrm, 'b', 0, 0},
    {"add", 0x01, 0, Operands::Modrm, 'v', 0, 0},
    {"add", 0x02, 0, Operands::Modrm, 'b', 0, 0},
    {"add", 0x03, 0, Operands::Modrm, 'v', 0, 0},
    {"add", 0x04, 0, Operands::None, 'b', 'b', 0},
    {"add", 0x05, 0, Operands::None, 'v', 'z', 0},
    {"or", 0x08, 0, Operands::Modrm, 'b', 0, eflags::AF},
    {"or", 0x0B, 0, Operands::Modrm, 'v', 0, eflags::AF},
    {"adc", 0x10, 0, Operands::Modrm, 'b', 0, 0},
    {"adc", 0x11, 0, Operands::Modrm, 'v', 0, 0},
    {"adc", 0x13, 0, Operands::Modrm, 'v', 0, 0},
    {"adc", 0x15, 0, Operands::None, 'v', 'z', 0},
    {"sbb", 0x18, 0, Operands::Modrm, 'b', 0, 0},
    {"sbb", 0x19, 0, Operands::Modrm, 'v', 0, 0},
    {"sbb", 0x1B, 0, Operands::Modrm, 'v', 0, 0},
    {"sbb", 0x1C, 0, Operands::None, 'b', 'b', 0},
    {"and", 0x20, 0, Operands::Modrm, 'b', 0, eflags::AF},
    {"and", 0x21, 0, Operands::Modrm, 'v', 0, eflags::AF},
    {"and", 0x25, 0, Operands::None, 'v', 'z', eflags::AF},
    {"sub", 0x28, 0, Operands::Modrm, 'b', 0, 0},
    {"sub", 0x29, 0, Operands::Modrm, 'v', 0, 0},
    {"sub", 0x2B, 0, Operands::Modrm, 'v', 0, 0},
    {"xor", 0x30, 0, Operands::Modrm, 'b', 0, eflags::AF},
    {"xor", 0x31, 0, Operands::Modrm, 'v', 0, eflags::AF},
    {"cmp", 0x38, 0, Operands::Modrm, 'b', 0, 0},
    {"cmp", 0x39, 0, Operands::Modrm, 'v', 0, 0},
    {"cmp", 0x3B, 0, Operands::Modrm, 'v', 0, 0},
    {"cmp", 0x3C, 0, Operands::None, 'b', 'b', 0},
    {"imul", 0x69, 0, Operands::Modrm, 'v', 'z', afterMul},
    {"imul", 0x6B, 0, Operands::Modrm, 'v', 'b', afterMul},
    {"add", 0x80, 0, Operands::Group, 'b', 'b', 0},
    {"or", 0x81, 1, Operands::Group, 'v', 'z', eflags::AF},
    {"adc", 0x83, 2, Operands::Group, 'v', 'b', 0},
    {"sbb", 0x83, 3, Operands::Group, 'v', 'b', 0},
    {"and", 0x80, 4, Operands::Group, 'b', 'b', eflags::AF},
    {"sub", 0x81, 5, Operands::Group, 'v', 'z', 0},
    {"xor", 0x83, 6, Operands::Group, 'v', 'b', eflags::AF},
    {"cmp", 0x81, 7, Operands::Group, 'v', 'z', 0},
    {"test", 0x84, 0, Operands::Modrm, 'b', 0, eflags::AF},
    {"test", 0x85, 0, Operands::Modrm, 'v', 0, eflags::AF},
    {"xchg", 0x86, 0, Operands::Modrm, 'b', 0, 0},
    {"xchg", 0x87, 0, Operands::Modrm, 'v', 0, 0},
    {"mov", 0x88, 0, Operands::Modrm, 'b', 0, 0},
    {"mov", 0x89, 0, Operands::Modrm, 'v', 0, 0},
    {"mov", 0x8A, 0, Operands::Modrm, 'b', 0, 0},
    {"mov", 0x8B, 0, Operands::Modrm, 'v', 0, 0},
    {"lea", 0x8D, 0, Operands::Memory, 'v', 0, 0},
    {"xchg", 0x93, 0, Operands::None, 'v', 0, 0},
    {"cbw", 0x98, 0, Operands::None, 'v', 0, 0},
    {"cwd", 0x99, 0, Operands::None, 'v', 0, 0},
    {"sahf", 0x9E, 0, Operands::None, 'd', 0, 0},
    {"lahf", 0x9F, 0, Operands::None, 'd', 0, 0},
    {"movs", 0xA4, 0, Operands::String, 'b', 0, 0},
    {"movs", 0xA5, 0, Operands::String, 'v', 0, 0},
    {"cmps", 0xA6, 0, Operands::String, 'b', 0, 0},
    {"cmps", 0xA7, 0, Operands::String, 'v', 0, 0},
    {"test", 0xA8, 0, Operands::None, 'b', 'b', eflags::AF},
    {"stos", 0xAA, 0, Operands::String, 'b', 0, 0},
    {"stos", 0xAB, 0, Operands::String, 'v', 0, 0},
    {"lods", 0xAC, 0, Operands::String, 'b', 0, 0},
    {"lods", 0xAD, 0, Operands::String, 'v', 0, 0},
    {"scas", 0xAE, 0, Operands::String, 'b', 0, 0},
    {"scas", 0xAF, 0, Operands::String, 'v', 0, 0},
    {"mov", 0xB4, 0, Operands::None, 'd', 'b', 0},
    {"mov", 0xBD, 0, Operands::None, 'v', 'z', 0},
    {"rol", 0xC0, 0, Operands::Shift, 'b', 'b', 0},
    {"ror", 0xC1, 1, Operands::Shift, 'v', 'b', 0},
    {"rcl", 0xC0, 2, Operands::Shift, 'b', 'b', 0},
    {"rcl", 0xC1, 2, Operands::Shift, 'v', 'b', 0},
    {"rcr", 0xC0, 3, Operands::Shift, 'b', 'b', 0},
    {"rcr", 0xC1, 3, Operands::Shift, 'v', 'b', 0},
    {"shl", 0xC0, 4, Operands::Shift, 'b', 'b', eflags::AF},
    {"shl", 0xC1, 4, Operands::Shift, 'v', 'b', eflags::AF},
    {"shr", 0xC1, 5, Operands::Shift, 'v', 'b', eflags::AF},
    {"sal", 0xC1, 6, Operands::Shift, 'v', 'b', eflags::AF},
    {"sar", 0xC0, 7, Operands::Shift, 'b', 'b', eflags::AF},
    {"sar", 0xC1, 7, Operands::Shift, 'v', 'b', eflags::AF},
    {"mov", 0xC6, 0, Operands::Group, 'b', 'b', 0},
    {"mov", 0xC7, 0, Operands::Group, 'v', 'z', 0},
    {"ror by 1", 0xD1, 1, Operands::Group, 'v', 0, 0},
    {"rcl by 1", 0xD1, 2, Operands::Group, 'v', 0, 0},
    {"shr by 1", 0xD0, 5, Operands::Group, 'b', 0, eflags::AF},
    {"rol by CL", 0xD3, 0, Operands::ShiftByCl, 'v', 0, 0},
    {"rcr by CL", 0xD3, 3, Operands::ShiftByCl, 'v', 0, 0},
    {"shl by CL", 0xD3, 4, Operands::ShiftByCl, 'v', 0, eflags::AF},
    {"shr by CL", 0xD2, 5, Operands::ShiftByCl, 'b', 0, eflags::AF},
    {"sar by CL", 0xD3, 7, Operands::ShiftByCl, 'v', 0, eflags::AF},
    {"xlat", 0xD7, 0, Operands::String, 'd', 0, 0},
    {"cmc", 0xF5, 0, Operands::None, 'd', 0, 0},
    {"test", 0xF6, 1, Operands::Group, 'b', 'b', eflags::AF},
    {"test", 0xF7, 0, Operands::Group, 'v', 'z', eflags::AF},
    {"not", 0xF6, 2, Operands::Group, 'b', 0, 0},
    {"not", 0xF7, 2, Operands::Group, 'v', 0, 0},
    {"neg", 0xF7, 3, Operands::Group, 'v', 0, 0},
    {"mul", 0xF6, 4, Operands::Group, 'b', 0, afterMul},
    {"mul", 0xF7, 4, Operands::Group, 'v', 0, afterMul},
    {"imul", 0xF6, 5, Operands::Group, 'b', 0, afterMul},
    {"imul", 0xF7, 5, Operands::Group, 'v', 0, afterMul},
    {"div", 0xF6, 6, Operands::Group, 'b', 0, eflags::arithmetic},
    {"div", 0xF7, 6, Operands::Group, 'v', 0, eflags::arithmetic},
    {"idiv", 0xF6, 7, Operands::Group, 'b', 0, eflags::arithmetic},
    {"idiv", 0xF7, 7, Operands::Group, 'v', 0, eflags::arithmetic},
    {"clc", 0xF8, 0, Operands::None, 'd', 0, 0},
    {"stc", 0xF9, 0, Operands::None, 'd', 0, 0},
    {"cld", 0xFC, 0, Operands::None, 'd', 0, 0},
    {"std", 0xFD, 0, Operands::None, 'd', 0, 0},
    {"inc", 0xFE, 0, Operands::Group, 'b', 0, 0},
    {"inc", 0xFF, 0, Operands::Group, 'v', 0, 0},
    {"dec", 0xFE, 1, Operands::Group, 'b', 0, 0},
    {"dec", 0xFF, 1, Operands::Group, 'v', 0, 0},
    {"bt", 0x0FA3, 0, Operands::BitString, 'v', 0, afterBit},
    {"shld", 0x0FA4, 0, Operands::DoubleShift, 'v', 'b', eflags::AF},
    {"shld by CL", 0x0FA5, 0, Operands::DoubleShiftByCl, 'v', 0, eflags::AF},
    {"bts", 0x0FAB, 0, Operands::BitString, 'v', 0, afterBit},
    {"shrd", 0x0FAC, 0, Operands::DoubleShift, 'v', 'b', eflags::AF},
    {"shrd by CL", 0x0FAD, 0, Operands::DoubleShiftByCl, 'v', 0, eflags::AF},
    {"imul", 0x0FAF, 0, Operands::Modrm, 'v', 0, afterMul},
    {"cmpxchg", 0x0FB0, 0, Operands::Modrm, 'b', 0, 0},
    {"cmpxchg", 0x0FB1, 0, Operands::Modrm, 'v', 0, 0},
    {"btr", 0x0FB3, 0, Operands::BitString, 'v', 0, afterBit},
    {"movzx", 0x0FB6, 0, Operands::Modrm, 'v', 0, 0},
    {"movzx", 0x0FB7, 0, Operands::Modrm, 'v', 0, 0},
    {"bt", 0x0FBA, 4, Operands::Group, 'v', 'b', afterBit},
    {"bts", 0x0FBA, 5, Operands::Group, 'v', 'b', afterBit},
    {"btr", 0x0FBA, 6, Operands::Group, 'v', 'b', afterBit},
    {"btc", 0x0FBA, 7, Operands::Group, 'v', 'b', afterBit},
    {"btc", 0x0FBB, 0, Operands::BitString, 'v', 0, afterBit},
    {"bsf", 0x0FBC, 0, Operands::Modrm, 'v', 0, afterScan},
    {"bsr", 0x0FBD, 0, Operands::Modrm, 'v', 0, afterScan},
    {"movsx", 0x0FBE, 0, Operands::Modrm, 'v', 0, 0},
    {"movsx", 0x0FBF, 0, Operands::Modrm, 'v', 0, 0},
    {"xadd", 0x0FC0, 0, Operands::Modrm, 'b', 0, 0},
    {"xadd", 0x0FC1, 0, Operands::Modrm, 'v', 0, 0},
    {"cmpxchg8b", 0x0FC7, 1, Operands::GroupMemory, 'd', 0, 0},
    {"bswap", 0x0FCA, 0, Operands::None, 'd', 0, 0},
    {"bswap", 0x0FCF, 0, Operands::None, 'd', 0, 0},
    {"setcc", 0x0F90, 0, Operands::Modrm, 'b', 0, 0},
    {"cmovcc", 0x0F40, 0, Operands::Modrm, 'v', 0, 0},
});

} // namespace bootglass::silicon
