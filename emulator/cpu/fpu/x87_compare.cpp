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
void withMemory(X87State &fpu, uint64_t bits, unsigned) {
    FloatResult outcome{{}, unordered | stackUnderflow};
    if (!isEmpty(fpu, 0)) {
        FloatResult operand = Operand::value(static_cast<typename Operand::Bits>(bits));
        outcome.status = compare(st(fpu, 0), operand.value, false);
        auto conditions = static_cast<uint16_t>(outcome.status & unordered);
        addDenormalOperand(outcome, operand, st(fpu, 0), fpu.control);
        outcome.status |= conditions;
    }
    if (setConditions(fpu, outcome.status)) popTimes(fpu, pops);
}

uint16_t compareRegisters(const X87State &fpu, unsigned other, bool quiet) {
    if (isEmpty(fpu, 0) || isEmpty(fpu, other)) return unordered | stackUnderflow;
    return compare(st(fpu, 0), st(fpu, other), quiet);
}

/// FCOMPP and FUCOMPP have 1 in the rm field.
template<bool quiet, unsigned pops>
void withRegister(X87State &fpu, uint64_t, unsigned number) {
    if (setConditions(fpu, compareRegisters(fpu, number, quiet))) popTimes(fpu, pops);
}

uint32_t flagsOf(uint16_t outcome) {
    return (outcome & C3 ? eflags::ZF : 0) | (outcome & C2 ? eflags::PF : 0) |
           (outcome & C0 ? eflags::CF : 0);
}

/// FCOMI and its kin: ZF, PF, CF instead of the condition codes.
template<bool quiet, unsigned pops>
bool intoFlags(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    uint16_t outcome = compareRegisters(fpu, i->rm, quiet);
    if (!signalKeepingC1(fpu, static_cast<uint16_t>(outcome & ~unordered))) return true;
    cpu.flags.set(flagsOf(outcome));
    popTimes(fpu, pops);
    return true;
}
/// The same while all exceptions are masked.
template<bool quiet, unsigned pops>
uint32_t comparison(X87State &fpu, uint64_t, unsigned number) {
    uint16_t outcome = compareRegisters(fpu, number, quiet);
    signalKeepingC1(fpu, static_cast<uint16_t>(outcome & ~unordered));
    popTimes(fpu, pops);
    return flagsOf(outcome);
}
template<bool quiet, unsigned pops>
void addIntoFlags(HandlerTable &table, Op op) {
    addCompleting<intoFlags<quiet, pops>>(table, op);
    table.setWork(op, {.comparison = comparison<quiet, pops>});
}

void ftst(X87State &fpu, uint64_t, unsigned) {
    setConditions(fpu, isEmpty(fpu, 0) ? static_cast<uint16_t>(unordered | stackUnderflow)
                                       : compare(st(fpu, 0), float80::zero, false));
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
void fxam(X87State &fpu, uint64_t, unsigned) {
    auto kind = isEmpty(fpu, 0) ? static_cast<uint16_t>(C3 | C0) : classify(st(fpu, 0));
    uint16_t sign = float80::negative(st(fpu, 0)) ? C1 : 0;
    fpu.status = static_cast<uint16_t>((fpu.status & ~conditions) | kind | sign);
}

} // namespace

void addComparisons(HandlerTable &table) {
    using enum Op;
    addOnMemory<withMemory<Single, 0>, Single>(table, FcomM32);
    addOnMemory<withMemory<Single, 1>, Single>(table, FcompM32);
    addOnMemory<withMemory<Double, 0>, Double>(table, FcomM64);
    addOnMemory<withMemory<Double, 1>, Double>(table, FcompM64);
    addOnMemory<withMemory<Integer<int32_t>, 0>, Integer<int32_t>>(table, FcomI32);
    addOnMemory<withMemory<Integer<int32_t>, 1>, Integer<int32_t>>(table, FcompI32);
    addOnMemory<withMemory<Integer<int16_t>, 0>, Integer<int16_t>>(table, FcomI16);
    addOnMemory<withMemory<Integer<int16_t>, 1>, Integer<int16_t>>(table, FcompI16);
    addOnStack<withRegister<false, 0>>(table, FcomSt);
    addOnStack<withRegister<false, 1>>(table, FcompSt);
    addOnStack<withRegister<false, 2>>(table, Fcompp);
    addOnStack<withRegister<true, 0>>(table, Fucom);
    addOnStack<withRegister<true, 1>>(table, Fucomp);
    addOnStack<withRegister<true, 2>>(table, Fucompp);
    addIntoFlags<false, 0>(table, Fcomi);
    addIntoFlags<false, 1>(table, Fcomip);
    addIntoFlags<true, 0>(table, Fucomi);
    addIntoFlags<true, 1>(table, Fucomip);
    addOnStack<ftst>(table, Ftst);
    addOnStack<fxam>(table, Fxam);
}

} // namespace bootglass::x87
