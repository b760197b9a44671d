// SPDX-License-Identifier: GPL-3.0-or-later
// Integer SSE2, and moves and shuffles of SSE.
#include "emulator/jit/emit_sse.h"

#include "emulator/cpu/cpu.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

x86::Mem xmmOf(const Emitter &e, unsigned number, unsigned size, unsigned from) {
    return e.state(reinterpret_cast<const char *>(e.xmm(number)) + from, size);
}

void loadXmm(Emitter &e, const Insn &i, x86::Xmm target, unsigned size, Alignment alignment) {
    x86::Mem place = i.memory ? e.memory(size, Access::Read, alignment) : xmmOf(e, i.rm, size);
    if (size == 4)
        e.a.movd(target, place);
    else if (size == 8)
        e.a.movq(target, place);
    else
        e.a.movdqu(target, place);
}

namespace {

using asmjit::InstId;
namespace Inst = x86::Inst;

/// reg = operation(reg, E).
template<InstId Operation>
bool vw(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    loadXmm(e, i, x86::xmm1, 16, Alignment::Checked);
    e.a.movdqu(x86::xmm0, xmmOf(e, i.reg));
    e.a.emit(Operation, x86::xmm0, x86::xmm1);
    e.a.movdqu(xmmOf(e, i.reg), x86::xmm0);
    return true;
}

/// The same with a control byte.
template<InstId Operation>
bool vwi(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    loadXmm(e, i, x86::xmm1, 16, Alignment::Checked);
    e.a.movdqu(x86::xmm0, xmmOf(e, i.reg));
    e.a.emit(Operation, x86::xmm0, x86::xmm1, imm(i.imm & 0xFF));
    e.a.movdqu(xmmOf(e, i.reg), x86::xmm0);
    return true;
}

/// rm = operation(rm, immediate).
template<InstId Operation>
bool wi(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    e.a.movdqu(x86::xmm0, xmmOf(e, i.rm));
    e.a.emit(Operation, x86::xmm0, imm(i.imm & 0xFF));
    e.a.movdqu(xmmOf(e, i.rm), x86::xmm0);
    return true;
}

template<Alignment alignment>
bool load(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    loadXmm(e, i, x86::xmm0, 16, alignment);
    e.a.movdqu(xmmOf(e, i.reg), x86::xmm0);
    return true;
}

template<Alignment alignment>
bool store(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    x86::Mem place = i.memory ? e.memory(16, Access::Write, alignment) : xmmOf(e, i.rm);
    e.a.movdqu(x86::xmm0, xmmOf(e, i.reg));
    e.a.movdqu(place, x86::xmm0);
    return true;
}

/// Size bytes from E to the low end of reg. The rest becomes zero if it comes from memory, or if
/// `clears`.
template<unsigned Size, bool clears>
bool loadScalar(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    if (!i.memory && !clears) {
        auto value = Size == 4 ? x86::Gp(x86::r9d) : x86::Gp(x86::r9);
        e.a.mov(value, xmmOf(e, i.rm, Size));
        e.a.mov(xmmOf(e, i.reg, Size), value);
        return true;
    }
    x86::Mem place = i.memory ? e.memory(Size, Access::Read) : xmmOf(e, i.rm, Size);
    if (Size == 4)
        e.a.movd(x86::xmm0, place);
    else
        e.a.movq(x86::xmm0, place);
    e.a.movdqu(xmmOf(e, i.reg), x86::xmm0);
    return true;
}

template<unsigned Size, bool clears>
bool storeScalar(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    if (!i.memory && clears) {
        e.a.movq(x86::xmm0, xmmOf(e, i.reg, 8));
        e.a.movdqu(xmmOf(e, i.rm), x86::xmm0);
        return true;
    }
    x86::Mem place = i.memory ? e.memory(Size, Access::Write) : xmmOf(e, i.rm, Size);
    auto value = Size == 4 ? x86::Gp(x86::r9d) : x86::Gp(x86::r9);
    e.a.mov(value, xmmOf(e, i.reg, Size));
    e.a.mov(place, value);
    return true;
}

bool movdVE(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    if (i.memory)
        e.a.movd(x86::xmm0, e.memory(4, Access::Read));
    else
        e.a.movd(x86::xmm0, Emitter::guest32(i.rm));
    e.a.movdqu(xmmOf(e, i.reg), x86::xmm0);
    return true;
}

bool movdEV(Emitter &e, const Insn &i) {
    if (i.memory) return storeScalar<4, false>(e, i);
    e.unlessSseReady();
    e.a.mov(Emitter::guest32(i.rm), xmmOf(e, i.reg, 4));
    return true;
}

/// 8 bytes from one place to another.
void moveHalf(Emitter &e, const x86::Mem &to, const x86::Mem &from) {
    e.a.mov(x86::r9, from);
    e.a.mov(to, x86::r9);
}

template<unsigned half>
bool loadHalf(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    moveHalf(e, xmmOf(e, i.reg, 8, 8 * half), e.memory(8, Access::Read));
    return true;
}

template<unsigned half>
bool storeHalf(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    x86::Mem place = e.memory(8, Access::Write);
    moveHalf(e, place, xmmOf(e, i.reg, 8, 8 * half));
    return true;
}

template<unsigned to, unsigned from>
bool betweenHalves(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    moveHalf(e, xmmOf(e, i.reg, 8, 8 * to), xmmOf(e, i.rm, 8, 8 * from));
    return true;
}

template<InstId Operation>
bool mask(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    e.a.movdqu(x86::xmm0, xmmOf(e, i.rm));
    e.a.emit(Operation, Emitter::guest32(i.reg), x86::xmm0);
    return true;
}

bool pinsrw(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    x86::Mem lane = xmmOf(e, i.reg, 2, 2 * (i.imm & 7));
    if (i.memory) {
        e.a.movzx(x86::r9d, e.memory(2, Access::Read));
        e.a.mov(lane, x86::r9w);
    } else {
        e.a.mov(lane, Emitter::guest(i.rm, 2));
    }
    return true;
}

bool pextrw(Emitter &e, const Insn &i) {
    e.unlessSseReady();
    e.a.movzx(Emitter::guest32(i.reg), xmmOf(e, i.rm, 2, 2 * (i.imm & 7)));
    return true;
}

bool movnti(Emitter &e, const Insn &i) {
    e.a.mov(e.memory(4, Access::Write), Emitter::guest32(i.reg));
    return true;
}

void addLanes(EmitTable &table) {
    using enum Op;
    table.set(PaddbVW, vw<Inst::kIdPaddb>);
    table.set(PaddwVW, vw<Inst::kIdPaddw>);
    table.set(PadddVW, vw<Inst::kIdPaddd>);
    table.set(PaddqVW, vw<Inst::kIdPaddq>);
    table.set(PsubbVW, vw<Inst::kIdPsubb>);
    table.set(PsubwVW, vw<Inst::kIdPsubw>);
    table.set(PsubdVW, vw<Inst::kIdPsubd>);
    table.set(PsubqVW, vw<Inst::kIdPsubq>);
    table.set(PaddusbVW, vw<Inst::kIdPaddusb>);
    table.set(PadduswVW, vw<Inst::kIdPaddusw>);
    table.set(PaddsbVW, vw<Inst::kIdPaddsb>);
    table.set(PaddswVW, vw<Inst::kIdPaddsw>);
    table.set(PsubusbVW, vw<Inst::kIdPsubusb>);
    table.set(PsubuswVW, vw<Inst::kIdPsubusw>);
    table.set(PsubsbVW, vw<Inst::kIdPsubsb>);
    table.set(PsubswVW, vw<Inst::kIdPsubsw>);
    table.set(PminubVW, vw<Inst::kIdPminub>);
    table.set(PmaxubVW, vw<Inst::kIdPmaxub>);
    table.set(PminswVW, vw<Inst::kIdPminsw>);
    table.set(PmaxswVW, vw<Inst::kIdPmaxsw>);
    table.set(PavgbVW, vw<Inst::kIdPavgb>);
    table.set(PavgwVW, vw<Inst::kIdPavgw>);
    table.set(PcmpeqbVW, vw<Inst::kIdPcmpeqb>);
    table.set(PcmpeqwVW, vw<Inst::kIdPcmpeqw>);
    table.set(PcmpeqdVW, vw<Inst::kIdPcmpeqd>);
    table.set(PcmpgtbVW, vw<Inst::kIdPcmpgtb>);
    table.set(PcmpgtwVW, vw<Inst::kIdPcmpgtw>);
    table.set(PcmpgtdVW, vw<Inst::kIdPcmpgtd>);
    table.set(PandVW, vw<Inst::kIdPand>);
    table.set(PandnVW, vw<Inst::kIdPandn>);
    table.set(PorVW, vw<Inst::kIdPor>);
    table.set(PxorVW, vw<Inst::kIdPxor>);
    table.set(PmullwVW, vw<Inst::kIdPmullw>);
    table.set(PmulhwVW, vw<Inst::kIdPmulhw>);
    table.set(PmulhuwVW, vw<Inst::kIdPmulhuw>);
    table.set(PmuludqVW, vw<Inst::kIdPmuludq>);
    table.set(PmaddwdVW, vw<Inst::kIdPmaddwd>);
    table.set(PsadbwVW, vw<Inst::kIdPsadbw>);
}

void addSseShifts(EmitTable &table) {
    using enum Op;
    table.set(PsrlwVW, vw<Inst::kIdPsrlw>);
    table.set(PsrldVW, vw<Inst::kIdPsrld>);
    table.set(PsrlqVW, vw<Inst::kIdPsrlq>);
    table.set(PsrawVW, vw<Inst::kIdPsraw>);
    table.set(PsradVW, vw<Inst::kIdPsrad>);
    table.set(PsllwVW, vw<Inst::kIdPsllw>);
    table.set(PslldVW, vw<Inst::kIdPslld>);
    table.set(PsllqVW, vw<Inst::kIdPsllq>);
    table.set(PsrlwWI, wi<Inst::kIdPsrlw>);
    table.set(PsrldWI, wi<Inst::kIdPsrld>);
    table.set(PsrlqWI, wi<Inst::kIdPsrlq>);
    table.set(PsrawWI, wi<Inst::kIdPsraw>);
    table.set(PsradWI, wi<Inst::kIdPsrad>);
    table.set(PsllwWI, wi<Inst::kIdPsllw>);
    table.set(PslldWI, wi<Inst::kIdPslld>);
    table.set(PsllqWI, wi<Inst::kIdPsllq>);
    table.set(PsrldqWI, wi<Inst::kIdPsrldq>);
    table.set(PslldqWI, wi<Inst::kIdPslldq>);
}

void addArrangements(EmitTable &table) {
    using enum Op;
    table.set(PunpcklbwVW, vw<Inst::kIdPunpcklbw>);
    table.set(PunpcklwdVW, vw<Inst::kIdPunpcklwd>);
    table.set(PunpckldqVW, vw<Inst::kIdPunpckldq>);
    table.set(PunpcklqdqVW, vw<Inst::kIdPunpcklqdq>);
    table.set(PunpckhbwVW, vw<Inst::kIdPunpckhbw>);
    table.set(PunpckhwdVW, vw<Inst::kIdPunpckhwd>);
    table.set(PunpckhdqVW, vw<Inst::kIdPunpckhdq>);
    table.set(PunpckhqdqVW, vw<Inst::kIdPunpckhqdq>);
    table.set(Unpcklps, vw<Inst::kIdUnpcklps>);
    table.set(Unpckhps, vw<Inst::kIdUnpckhps>);
    table.set(PacksswbVW, vw<Inst::kIdPacksswb>);
    table.set(PackuswbVW, vw<Inst::kIdPackuswb>);
    table.set(PackssdwVW, vw<Inst::kIdPackssdw>);
    table.set(Pshufd, vwi<Inst::kIdPshufd>);
    table.set(Pshufhw, vwi<Inst::kIdPshufhw>);
    table.set(Pshuflw, vwi<Inst::kIdPshuflw>);
    table.set(Shufps, vwi<Inst::kIdShufps>);
    table.set(Shufpd, vwi<Inst::kIdShufpd>);
    table.set(PinsrwVE, pinsrw);
    table.set(PextrwGV, pextrw);
}

void addSseMoves(EmitTable &table) {
    using enum Op;
    table.set(MovAlignedVW, load<Alignment::Checked>);
    table.set(MovAlignedWV, store<Alignment::Checked>);
    table.set(MovUnalignedVW, load<Alignment::Any>);
    table.set(MovUnalignedWV, store<Alignment::Any>);
    table.set(MovssVW, loadScalar<4, false>);
    table.set(MovsdVW, loadScalar<8, false>);
    table.set(MovqVW, loadScalar<8, true>);
    table.set(MovssWV, storeScalar<4, false>);
    table.set(MovsdWV, storeScalar<8, false>);
    table.set(MovqWV, storeScalar<8, true>);
    table.set(MovdVE, movdVE);
    table.set(MovdEV, movdEV);
    table.set(MovlVM, loadHalf<0>);
    table.set(MovhVM, loadHalf<1>);
    table.set(MovlMV, storeHalf<0>);
    table.set(MovhMV, storeHalf<1>);
    table.set(Movhlps, betweenHalves<0, 1>);
    table.set(Movlhps, betweenHalves<1, 0>);
    table.set(Movmskps, mask<Inst::kIdMovmskps>);
    table.set(Movmskpd, mask<Inst::kIdMovmskpd>);
    table.set(PmovmskbGV, mask<Inst::kIdPmovmskb>);
    table.set(Movnti, movnti);
}

} // namespace

void addSse(EmitTable &table) {
    addLanes(table);
    addSseShifts(table);
    addArrangements(table);
    addSseMoves(table);
    addSseFloat(table);
}

} // namespace bootglass::jit
