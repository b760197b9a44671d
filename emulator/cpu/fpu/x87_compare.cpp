// SPDX-License-Identifier: GPL-3.0-or-later
// FCOM FUCOM FICOM FCOMI FUCOMI FTST FXAM: SDM vol. 1, 8.3.6.
#include "emulator/cpu/fpu/float80_arithmetic.h"
#include "emulator/cpu/fpu/x87_operands.h"

namespace bootglass::x87 {

namespace {

using namespace x87status;

constexpr uint16_t unordered = C3 | C2 | C0;

/// Sets the condition codes; true if registers may be popped.
bool setConditions(X87State &fpu, uint16_t outcome) {
    fpu.status = static_cast<uint16_t>(fpu.status & ~unordered);
    return signal(fpu, outcome);
}

void popTimes(X87State &fpu, unsigned times) {
    for (; times != 0; --times)
        pop(fpu);
}

template<typename Operand, unsigned pops>
bool withMemory(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto bits = cpu.read<typename Operand::Bits>(i->segment, cpu.address(i));
    if (!bits.ok) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    FloatResult outcome{{}, unordered | stackUnderflow};
    if (!isEmpty(fpu, 0)) {
        FloatResult operand = Operand::value(bits.value);
        outcome.status = compare(st(fpu, 0), operand.value, false);
        auto conditions = static_cast<uint16_t>(outcome.status & unordered);
        addDenormalOperand(outcome, operand, st(fpu, 0), fpu.control);
        outcome.status |= conditions;
    }
    if (setConditions(fpu, outcome.status)) popTimes(fpu, pops);
    return true;
}

uint16_t compareRegisters(const X87State &fpu, unsigned other, bool quiet) {
    if (isEmpty(fpu, 0) || isEmpty(fpu, other)) return unordered | stackUnderflow;
    return compare(st(fpu, 0), st(fpu, other), quiet);
}

template<bool quiet, unsigned pops>
bool withRegister(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    // FCOMPP and FUCOMPP have 1 in the rm field.
    if (setConditions(fpu, compareRegisters(fpu, i->rm, quiet))) popTimes(fpu, pops);
    return true;
}

/// FCOMI and its kin: ZF, PF, CF instead of the condition codes.
template<bool quiet, unsigned pops>
bool intoFlags(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    uint16_t outcome = compareRegisters(fpu, i->rm, quiet);
    if (!signalKeepingC1(fpu, static_cast<uint16_t>(outcome & ~unordered))) return true;
    cpu.flags.set((outcome & C3 ? eflags::ZF : 0) | (outcome & C2 ? eflags::PF : 0) |
                  (outcome & C0 ? eflags::CF : 0));
    popTimes(fpu, pops);
    return true;
}

bool ftst(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    setConditions(fpu, isEmpty(fpu, 0) ? static_cast<uint16_t>(unordered | stackUnderflow)
                                       : compare(st(fpu, 0), float80::zero, false));
    return true;
}

uint16_t classify(const Float80 &value) {
    FloatOperand x = inspect(value);
    switch (x.kind) {
    case FloatKind::Zero: return C3;
    case FloatKind::Finite: return x.denormal ? C3 | C2 : C2;
    case FloatKind::Infinity: return C2 | C0;
    case FloatKind::Unsupported: return 0;
    default: return C0;
    }
}

/// C1 is the sign, of an empty register, too.
bool fxam(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    auto kind = isEmpty(fpu, 0) ? static_cast<uint16_t>(C3 | C0) : classify(st(fpu, 0));
    uint16_t sign = float80::negative(st(fpu, 0)) ? C1 : 0;
    fpu.status = static_cast<uint16_t>((fpu.status & ~conditions) | kind | sign);
    return true;
}

} // namespace

void addComparisons(HandlerTable &table) {
    using enum Op;
    addCompleting<withMemory<Single, 0>>(table, FcomM32);
    addCompleting<withMemory<Single, 1>>(table, FcompM32);
    addCompleting<withMemory<Double, 0>>(table, FcomM64);
    addCompleting<withMemory<Double, 1>>(table, FcompM64);
    addCompleting<withMemory<Integer<int32_t>, 0>>(table, FcomI32);
    addCompleting<withMemory<Integer<int32_t>, 1>>(table, FcompI32);
    addCompleting<withMemory<Integer<int16_t>, 0>>(table, FcomI16);
    addCompleting<withMemory<Integer<int16_t>, 1>>(table, FcompI16);
    addCompleting<withRegister<false, 0>>(table, FcomSt);
    addCompleting<withRegister<false, 1>>(table, FcompSt);
    addCompleting<withRegister<false, 2>>(table, Fcompp);
    addCompleting<withRegister<true, 0>>(table, Fucom);
    addCompleting<withRegister<true, 1>>(table, Fucomp);
    addCompleting<withRegister<true, 2>>(table, Fucompp);
    addCompleting<intoFlags<false, 0>>(table, Fcomi);
    addCompleting<intoFlags<false, 1>>(table, Fcomip);
    addCompleting<intoFlags<true, 0>>(table, Fucomi);
    addCompleting<intoFlags<true, 1>>(table, Fucomip);
    addCompleting<ftst>(table, Ftst);
    addCompleting<fxam>(table, Fxam);
}

} // namespace bootglass::x87
