// SPDX-License-Identifier: GPL-3.0-or-later
// FSIN FCOS FSINCOS FPTAN FPATAN F2XM1 FYL2X FYL2XP1: where their results go.
#include "emulator/cpu/fpu/transcendental.h"
#include "emulator/cpu/fpu/x87_unit.h"

namespace bootglass::x87 {

namespace {

constexpr FloatResult missing{float80::indefinite, stackUnderflow};

void clearC2(X87State &fpu) {
    fpu.status = static_cast<uint16_t>(fpu.status & ~x87status::C2);
}

/// `reduces`: C2 tells whether the argument was in range, and it was.
template<FloatResult (*function)(const Float80 &, uint16_t), bool reduces>
bool onTop(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    FloatResult result = isEmpty(fpu, 0) ? missing : function(st(fpu, 0), fpu.control);
    if constexpr (reduces) clearC2(fpu);
    deliver(fpu, 0, result);
    return true;
}

/// ST(1) = function(ST(1), ST(0)), and pop.
template<FloatResult (*function)(const Float80 &, const Float80 &, uint16_t)>
bool intoNext(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    bool empty = isEmpty(fpu, 0) || isEmpty(fpu, 1);
    FloatResult result = empty ? missing : function(st(fpu, 1), st(fpu, 0), fpu.control);
    if (deliver(fpu, 1, result)) pop(fpu);
    return true;
}

/// `first` replaces ST(0), then a second value is pushed: FPTAN's 1.0, FSINCOS's cosine.
template<FloatResult (*first)(const Float80 &, uint16_t), bool sineAndCosine>
bool withPush(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    note(cpu, i);
    clearC2(fpu);
    FloatResult below = missing;
    FloatResult above = missing;
    if (isEmpty(fpu, 0)) {
        // Both are the default NaN.
    } else if (!isEmpty(fpu, 7)) {
        below.status = stackOverflow;
    } else {
        Float80 argument = st(fpu, 0);
        below = first(argument, fpu.control);
        above = {float80::one};
        bool nan = !inspect(below.value).isNumber();
        if (sineAndCosine)
            above = cosine(argument, fpu.control);
        else if (nan)
            above = below;
    }
    auto status = static_cast<uint16_t>(below.status | (above.status & fpflags::all));
    if (status & x87status::C2) {
        signal(fpu, x87status::C2);
        return true;
    }
    if (!signal(fpu, status)) return true;
    setSt(fpu, 0, below.value);
    setTop(fpu, fpu.top() - 1);
    setSt(fpu, 0, above.value);
    return true;
}

} // namespace

void addFunctions(HandlerTable &table) {
    using enum Op;
    addCompleting<onTop<sine, true>>(table, Fsin);
    addCompleting<onTop<cosine, true>>(table, Fcos);
    addCompleting<onTop<exponentialMinusOne, false>>(table, F2xm1);
    addCompleting<intoNext<arcTangent>>(table, Fpatan);
    addCompleting<intoNext<logarithm>>(table, Fyl2x);
    addCompleting<intoNext<logarithmPlusOne>>(table, Fyl2xp1);
    addCompleting<withPush<tangent, false>>(table, Fptan);
    addCompleting<withPush<sine, true>>(table, Fsincos);
}

} // namespace bootglass::x87
