// SPDX-License-Identifier: GPL-3.0-or-later
// ADD OR ADC SBB AND SUB XOR CMP TEST INC DEC NEG NOT: SDM vol. 2.
#include "emulator/cpu/interpreter/operands.h"

namespace bootglass {

namespace {

using namespace interpreter;

struct Add {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = static_cast<T>(a + b);
        cpu.flags.afterAdd<T>(a, b, result);
        return result;
    }
};

struct Adc {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = static_cast<T>(a + b + cpu.flags.cf());
        cpu.flags.afterAdd<T>(a, b, result);
        return result;
    }
};

struct Sub {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = static_cast<T>(a - b);
        cpu.flags.afterSub<T>(a, b, result);
        return result;
    }
};

struct Sbb {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = static_cast<T>(a - b - cpu.flags.cf());
        cpu.flags.afterSub<T>(a, b, result);
        return result;
    }
};

struct And {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = a & b;
        cpu.flags.afterLogic<T>(result);
        return result;
    }
};

struct Or {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = a | b;
        cpu.flags.afterLogic<T>(result);
        return result;
    }
};

struct Xor {
    template<typename T>
    static T apply(Cpu &cpu, T a, T b) {
        T result = a ^ b;
        cpu.flags.afterLogic<T>(result);
        return result;
    }
};

struct Inc {
    template<typename T>
    static T apply(Cpu &cpu, T a) {
        T result = static_cast<T>(a + 1);
        cpu.flags.afterInc<T>(a, result);
        return result;
    }
};

struct Dec {
    template<typename T>
    static T apply(Cpu &cpu, T a) {
        T result = static_cast<T>(a - 1);
        cpu.flags.afterDec<T>(a, result);
        return result;
    }
};

struct Neg {
    template<typename T>
    static T apply(Cpu &cpu, T a) {
        T result = static_cast<T>(-a);
        cpu.flags.afterSub<T>(0, a, result);
        return result;
    }
};

struct Not {
    template<typename T>
    static T apply(Cpu &, T a) {
        return static_cast<T>(~a);
    }
};

template<typename Operation>
void addBinary(HandlerTable &table, Op eg, Op ge, Op ei) {
    addAll<EG<Operation>>(table, eg);
    addAll<GE<Operation>>(table, ge);
    addAll<EI<Operation>>(table, ei);
}

} // namespace

void addArithmeticHandlers(HandlerTable &table) {
    addBinary<Add>(table, Op::AddEG, Op::AddGE, Op::AddEI);
    addBinary<Or>(table, Op::OrEG, Op::OrGE, Op::OrEI);
    addBinary<Adc>(table, Op::AdcEG, Op::AdcGE, Op::AdcEI);
    addBinary<Sbb>(table, Op::SbbEG, Op::SbbGE, Op::SbbEI);
    addBinary<And>(table, Op::AndEG, Op::AndGE, Op::AndEI);
    addBinary<Sub>(table, Op::SubEG, Op::SubGE, Op::SubEI);
    addBinary<Xor>(table, Op::XorEG, Op::XorGE, Op::XorEI);
    addAll<ReadEG<Sub>>(table, Op::CmpEG);
    addAll<ReadGE<Sub>>(table, Op::CmpGE);
    addAll<ReadEI<Sub>>(table, Op::CmpEI);
    addAll<ReadEG<And>>(table, Op::TestEG);
    addAll<ReadEI<And>>(table, Op::TestEI);
    addAll<E1<Inc>>(table, Op::IncE);
    addAll<E1<Dec>>(table, Op::DecE);
    addAll<E1<Neg>>(table, Op::NegE);
    addAll<E1<Not>>(table, Op::NotE);
}

} // namespace bootglass
