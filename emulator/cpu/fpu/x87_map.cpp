// SPDX-License-Identifier: GPL-3.0-or-later
// The x87 opcode maps, SDM vol. 2, tables. The second names of some encodings (FSTP at
// D9 D8, FCOM at DC D0, FXCH at DD C8 ...) are not in the SDM but in AMD's manual, vol. 5, 1.4, and
// every x87 since the 8087 executes them.
#include "emulator/cpu/opcode_map.h"

#include <array>

namespace bootglass {
namespace {

using enum Op;
using Ops8 = std::array<Op, 8>;

/// By opcode D8..DF and ModRM.reg.
constexpr std::array<Ops8, 8> memoryOps{{
    {FaddM32, FmulM32, FcomM32, FcompM32, FsubM32, FsubrM32, FdivM32, FdivrM32},
    {FldM32, Invalid, FstM32, FstpM32, Fldenv, Fldcw, Fnstenv, Fnstcw},
    {FaddI32, FmulI32, FcomI32, FcompI32, FsubI32, FsubrI32, FdivI32, FdivrI32},
    {FildI32, Invalid, FistI32, FistpI32, Invalid, FldM80, Invalid, FstpM80},
    {FaddM64, FmulM64, FcomM64, FcompM64, FsubM64, FsubrM64, FdivM64, FdivrM64},
    {FldM64, Invalid, FstM64, FstpM64, Frstor, Invalid, Fnsave, FnstswM},
    {FaddI16, FmulI16, FcomI16, FcompI16, FsubI16, FsubrI16, FdivI16, FdivrI16},
    {FildI16, Invalid, FistI16, FistpI16, Fbld, FildI64, Fbstp, FistpI64},
}};

/// Register forms whose rm field is ST(i).
constexpr std::array<Ops8, 8> stackOps{{
    {FaddTop, FmulTop, FcomSt, FcompSt, FsubTop, FsubrTop, FdivTop, FdivrTop},
    {FldSt, Fxch, Invalid, FstpSt, Invalid, Invalid, Invalid, Invalid},
    {FcmovB, FcmovE, FcmovBE, FcmovU, Invalid, Invalid, Invalid, Invalid},
    {FcmovNB, FcmovNE, FcmovNBE, FcmovNU, Invalid, Fucomi, Fcomi, Invalid},
    {FaddSt, FmulSt, FcomSt, FcompSt, FsubrSt, FsubSt, FdivrSt, FdivSt},
    {Ffree, Fxch, FstSt, FstpSt, Fucom, Fucomp, Invalid, Invalid},
    {FaddStPop, FmulStPop, FcompSt, Invalid, FsubrStPop, FsubStPop, FdivrStPop, FdivStPop},
    {Ffreep, Fxch, FstpSt, FstpSt, Invalid, Fucomip, Fcomip, Invalid},
}};

/// Register forms in which rm picks the instruction.
struct SingleOp {
    uint8_t opcode;
    uint8_t modrm;
    Op op;
};
constexpr auto singleOps = std::to_array<SingleOp>({
    {0xD9, 0xD0, Fnop},    {0xD9, 0xE0, Fchs},    {0xD9, 0xE1, Fabs},    {0xD9, 0xE4, Ftst},
    {0xD9, 0xE5, Fxam},    {0xD9, 0xE8, Fld1},    {0xD9, 0xE9, Fldl2t},  {0xD9, 0xEA, Fldl2e},
    {0xD9, 0xEB, Fldpi},   {0xD9, 0xEC, Fldlg2},  {0xD9, 0xED, Fldln2},  {0xD9, 0xEE, Fldz},
    {0xD9, 0xF0, F2xm1},   {0xD9, 0xF1, Fyl2x},   {0xD9, 0xF2, Fptan},   {0xD9, 0xF3, Fpatan},
    {0xD9, 0xF4, Fxtract}, {0xD9, 0xF5, Fprem1},  {0xD9, 0xF6, Fdecstp}, {0xD9, 0xF7, Fincstp},
    {0xD9, 0xF8, Fprem},   {0xD9, 0xF9, Fyl2xp1}, {0xD9, 0xFA, Fsqrt},   {0xD9, 0xFB, Fsincos},
    {0xD9, 0xFC, Frndint}, {0xD9, 0xFD, Fscale},  {0xD9, 0xFE, Fsin},    {0xD9, 0xFF, Fcos},
    {0xDA, 0xE9, Fucompp}, {0xDB, 0xE0, Fneni},   {0xDB, 0xE1, Fneni},   {0xDB, 0xE2, Fnclex},
    {0xDB, 0xE3, Fninit},  {0xDB, 0xE4, Fneni},   {0xDE, 0xD9, Fcompp},  {0xDF, 0xE0, FnstswAx},
});

using Rows = std::array<std::array<OpcodeRow, 256>, 8>;

constexpr Rows makeRows() {
    Rows rows{};
    for (unsigned opcode = 0; opcode < 8; ++opcode) {
        for (unsigned modrm = 0; modrm < 256; ++modrm) {
            unsigned reg = modrm >> 3 & 7;
            rows[opcode][modrm].op = modrm < 0xC0 ? memoryOps[opcode][reg] : stackOps[opcode][reg];
            rows[opcode][modrm].form.modrm = true;
        }
    }
    for (const auto &single : singleOps)
        rows[single.opcode - 0xD8U][single.modrm].op = single.op;
    return rows;
}

constexpr Rows rows = makeRows();

} // namespace

const OpcodeRow &x87Row(uint8_t opcode, uint8_t modrm) {
    return rows[opcode & 7][modrm];
}

} // namespace bootglass
