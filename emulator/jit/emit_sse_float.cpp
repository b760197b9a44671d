// SPDX-License-Identifier: GPL-3.0-or-later
// Floating point of SSE and SSE2, by the host's own instructions under the guest's MXCSR: SDM vol.
// 1, 10.4 and 11.4. IEEE 754 and the manual fix every bit and flag of these; RCPPS and RSQRTPS,
// which differ between processors, and conversions that use MMX registers are the interpreter's.
#include "emulator/jit/emit_sse.h"
#include "emulator/jit/emit_table.h"

namespace bootglass::jit {

namespace {

using asmjit::InstId;
namespace Inst = x86::Inst;

/// The lowest `size` bytes of reg from a host register.
void storeXmm(Emitter &e, const Insn &i, x86::Xmm source, unsigned size) {
    x86::Mem place = xmmOf(e, i.reg, size);
    if (size == 4)
        e.a.movd(place, source);
    else if (size == 8)
        e.a.movq(place, source);
    else
        e.a.movdqu(place, source);
}

void loadReg(Emitter &e, const Insn &i, x86::Xmm target, unsigned size) {
    x86::Mem place = xmmOf(e, i.reg, size);
    if (size == 4)
        e.a.movd(target, place);
    else if (size == 8)
        e.a.movq(target, place);
    else
        e.a.movdqu(target, place);
}

/// The E operand of a floating-point instruction to xmm1, when all else is well.
void begin(Emitter &e, const Insn &i, unsigned size) {
    e.unlessSseComputes();
    // Whole registers in memory must be aligned.
    loadXmm(e, i, x86::xmm1, size, size == 16 ? Alignment::Checked : Alignment::Any);
}

/// reg = operation(reg, E), of the lowest `Size` bytes.
template<InstId Operation, unsigned Size>
bool binary(Emitter &e, const Insn &i) {
    begin(e, i, Size);
    loadReg(e, i, x86::xmm0, Size);
    e.a.emit(Operation, x86::xmm0, x86::xmm1);
    storeXmm(e, i, x86::xmm0, Size);
    return true;
}

/// CMPccPS and its kin. SSE looks at three bits of the predicate.
template<InstId Operation, unsigned Size>
bool compare(Emitter &e, const Insn &i) {
    begin(e, i, Size);
    loadReg(e, i, x86::xmm0, Size);
    e.a.emit(Operation, x86::xmm0, x86::xmm1, imm(i.imm & 7));
    storeXmm(e, i, x86::xmm0, Size);
    return true;
}

/// Into ZF, PF and CF.
template<InstId Operation, unsigned Size>
bool compareIntoFlags(Emitter &e, const Insn &i) {
    begin(e, i, Size);
    loadReg(e, i, x86::xmm0, Size);
    e.a.emit(Operation, x86::xmm0, x86::xmm1);
    return true;
}

/// From bytes of E to bytes of reg.
template<InstId Operation, unsigned From, unsigned To>
bool convert(Emitter &e, const Insn &i) {
    begin(e, i, From);
    e.a.emit(Operation, x86::xmm0, x86::xmm1);
    storeXmm(e, i, x86::xmm0, To);
    return true;
}

template<InstId Operation, unsigned To>
bool fromGeneral(Emitter &e, const Insn &i) {
    e.unlessSseComputes();
    if (i.memory) e.a.mov(x86::r9d, e.memory(4, Access::Read));
    e.a.emit(Operation, x86::xmm0, i.memory ? x86::Gp(x86::r9d) : Emitter::guest32(i.rm));
    storeXmm(e, i, x86::xmm0, To);
    return true;
}

template<InstId Operation, unsigned From>
bool toGeneral(Emitter &e, const Insn &i) {
    begin(e, i, From);
    e.a.emit(Operation, Emitter::guest32(i.reg), x86::xmm1);
    return true;
}

void addFloatArithmetic(EmitTable &table) {
    using enum Op;
    table.set(Addps, binary<Inst::kIdAddps, 16>);
    table.set(Addpd, binary<Inst::kIdAddpd, 16>);
    table.set(Addss, binary<Inst::kIdAddss, 4>);
    table.set(Addsd, binary<Inst::kIdAddsd, 8>);
    table.set(Subps, binary<Inst::kIdSubps, 16>);
    table.set(Subpd, binary<Inst::kIdSubpd, 16>);
    table.set(Subss, binary<Inst::kIdSubss, 4>);
    table.set(Subsd, binary<Inst::kIdSubsd, 8>);
    table.set(Mulps, binary<Inst::kIdMulps, 16>);
    table.set(Mulpd, binary<Inst::kIdMulpd, 16>);
    table.set(Mulss, binary<Inst::kIdMulss, 4>);
    table.set(Mulsd, binary<Inst::kIdMulsd, 8>);
    table.set(Divps, binary<Inst::kIdDivps, 16>);
    table.set(Divpd, binary<Inst::kIdDivpd, 16>);
    table.set(Divss, binary<Inst::kIdDivss, 4>);
    table.set(Divsd, binary<Inst::kIdDivsd, 8>);
    table.set(Minps, binary<Inst::kIdMinps, 16>);
    table.set(Minpd, binary<Inst::kIdMinpd, 16>);
    table.set(Minss, binary<Inst::kIdMinss, 4>);
    table.set(Minsd, binary<Inst::kIdMinsd, 8>);
    table.set(Maxps, binary<Inst::kIdMaxps, 16>);
    table.set(Maxpd, binary<Inst::kIdMaxpd, 16>);
    table.set(Maxss, binary<Inst::kIdMaxss, 4>);
    table.set(Maxsd, binary<Inst::kIdMaxsd, 8>);
    table.set(Sqrtps, convert<Inst::kIdSqrtps, 16, 16>);
    table.set(Sqrtpd, convert<Inst::kIdSqrtpd, 16, 16>);
    table.set(Sqrtss, convert<Inst::kIdSqrtss, 4, 4>);
    table.set(Sqrtsd, convert<Inst::kIdSqrtsd, 8, 8>);
}

void addFloatComparisons(EmitTable &table) {
    using enum Op;
    table.set(Cmpps, compare<Inst::kIdCmpps, 16>);
    table.set(Cmppd, compare<Inst::kIdCmppd, 16>);
    table.set(Cmpss, compare<Inst::kIdCmpss, 4>);
    table.set(Cmpsd, compare<Inst::kIdCmpsd, 8>);
    table.set(Comiss, compareIntoFlags<Inst::kIdComiss, 4>);
    table.set(Comisd, compareIntoFlags<Inst::kIdComisd, 8>);
    table.set(Ucomiss, compareIntoFlags<Inst::kIdUcomiss, 4>);
    table.set(Ucomisd, compareIntoFlags<Inst::kIdUcomisd, 8>);
}

void addFloatConversions(EmitTable &table) {
    using enum Op;
    table.set(Cvtsi2ss, fromGeneral<Inst::kIdCvtsi2ss, 4>);
    table.set(Cvtsi2sd, fromGeneral<Inst::kIdCvtsi2sd, 8>);
    table.set(Cvtss2si, toGeneral<Inst::kIdCvtss2si, 4>);
    table.set(Cvtsd2si, toGeneral<Inst::kIdCvtsd2si, 8>);
    table.set(Cvttss2si, toGeneral<Inst::kIdCvttss2si, 4>);
    table.set(Cvttsd2si, toGeneral<Inst::kIdCvttsd2si, 8>);
    table.set(Cvtss2sd, convert<Inst::kIdCvtss2sd, 4, 8>);
    table.set(Cvtsd2ss, convert<Inst::kIdCvtsd2ss, 8, 4>);
    table.set(Cvtps2pd, convert<Inst::kIdCvtps2pd, 8, 16>);
    table.set(Cvtdq2pd, convert<Inst::kIdCvtdq2pd, 8, 16>);
    table.set(Cvtpd2ps, convert<Inst::kIdCvtpd2ps, 16, 16>);
    table.set(Cvtdq2ps, convert<Inst::kIdCvtdq2ps, 16, 16>);
    table.set(Cvtps2dq, convert<Inst::kIdCvtps2dq, 16, 16>);
    table.set(Cvttps2dq, convert<Inst::kIdCvttps2dq, 16, 16>);
    table.set(Cvtpd2dq, convert<Inst::kIdCvtpd2dq, 16, 16>);
    table.set(Cvttpd2dq, convert<Inst::kIdCvttpd2dq, 16, 16>);
}

} // namespace

void addSseFloat(EmitTable &table) {
    addFloatArithmetic(table);
    addFloatComparisons(table);
    addFloatConversions(table);
}

} // namespace bootglass::jit
