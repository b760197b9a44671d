// SPDX-License-Identifier: GPL-3.0-or-later
// MUL IMUL DIV IDIV: SDM vol. 2. ZF, SF, AF and PF after a multiplication and all flags after a
// division are undefined by the manual and stay as they were.
#include "emulator/cpu/interpreter/operands.h"

#include <limits>
#include <type_traits>

namespace bootglass {

namespace {

using namespace interpreter;

template<typename T>
struct Wider;
template<>
struct Wider<uint8_t> {
    using Type = uint16_t;
};
template<>
struct Wider<uint16_t> {
    using Type = uint32_t;
};
template<>
struct Wider<uint32_t> {
    using Type = uint64_t;
};

template<typename T>
using Wide = typename Wider<T>::Type;
template<typename T>
using SignedWide = std::make_signed_t<Wide<T>>;

/// AX, DX:AX or EDX:EAX.
template<typename T>
Wide<T> accumulator(Cpu &cpu) {
    if constexpr (sizeof(T) == 1)
        return static_cast<uint16_t>(cpu.gpr[Eax]);
    else
        return static_cast<Wide<T>>(Wide<T>{cpu.reg<T>(Edx)} << 8 * sizeof(T) | cpu.reg<T>(Eax));
}

template<typename T>
void setAccumulator(Cpu &cpu, T low, T high) {
    if constexpr (sizeof(T) == 1) {
        cpu.setReg<uint16_t>(Eax, static_cast<uint16_t>(low | high << 8));
    } else {
        cpu.setReg<T>(Eax, low);
        cpu.setReg<T>(Edx, high);
    }
}

template<typename T>
SignedWide<T> extended(T value) {
    return static_cast<std::make_signed_t<T>>(value);
}

struct MultiplyUnsigned {
    template<typename T>
    static bool apply(Cpu &cpu, T source) {
        auto product = static_cast<Wide<T>>(Wide<T>{cpu.reg<T>(Eax)} * source);
        auto low = static_cast<T>(product);
        auto high = static_cast<T>(product >> 8 * sizeof(T));
        setAccumulator<T>(cpu, low, high);
        cpu.flags.setCarryOverflow(high != 0, high != 0);
        return true;
    }
};

/// A signed product, with CF and OF telling whether its low half is the whole of it.
template<typename T>
[[gnu::always_inline]] inline SignedWide<T> multiplySigned(Cpu &cpu, T a, T b) {
    auto product = static_cast<SignedWide<T>>(extended(a) * extended(b));
    auto low = static_cast<T>(product);
    bool lost = extended(low) != product;
    cpu.flags.setCarryOverflow(lost, lost);
    return product;
}

struct MultiplySigned {
    template<typename T>
    static bool apply(Cpu &cpu, T source) {
        auto product = static_cast<Wide<T>>(multiplySigned<T>(cpu, cpu.reg<T>(Eax), source));
        setAccumulator<T>(cpu, static_cast<T>(product), static_cast<T>(product >> 8 * sizeof(T)));
        return true;
    }
};

struct DivideUnsigned {
    template<typename T>
    static bool apply(Cpu &cpu, T divisor) {
        if (divisor == 0) return cpu.raise(Vector::DE);
        Wide<T> dividend = accumulator<T>(cpu);
        auto quotient = static_cast<Wide<T>>(dividend / divisor);
        if (quotient > std::numeric_limits<T>::max()) return cpu.raise(Vector::DE);
        setAccumulator<T>(cpu, static_cast<T>(quotient), static_cast<T>(dividend % divisor));
        return true;
    }
};

struct DivideSigned {
    template<typename T>
    static bool apply(Cpu &cpu, T source) {
        SignedWide<T> divisor = extended(source);
        auto dividend = static_cast<SignedWide<T>>(accumulator<T>(cpu));
        // The most negative dividend by -1 would overflow the host's division, too.
        bool overflow = divisor == -1 && dividend == std::numeric_limits<SignedWide<T>>::min();
        if (divisor == 0 || overflow) return cpu.raise(Vector::DE);
        auto quotient = static_cast<SignedWide<T>>(dividend / divisor);
        if (extended(static_cast<T>(quotient)) != quotient) return cpu.raise(Vector::DE);
        setAccumulator<T>(cpu, static_cast<T>(quotient), static_cast<T>(dividend % divisor));
        return true;
    }
};

/// The accumulator with E.
template<typename Operation>
struct WithAccumulator {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        if (!Operation::template apply<T>(cpu, source.value)) [[unlikely]]
            return cpu.leave(i);
        return next(cpu, i);
    }
};

template<bool ByImmediate>
struct Imul {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        T factor = ByImmediate ? static_cast<T>(i->imm) : cpu.reg<T>(i->reg);
        cpu.setReg<T>(i->reg, static_cast<T>(multiplySigned<T>(cpu, source.value, factor)));
        return next(cpu, i);
    }
};

} // namespace

void addMultiplyHandlers(HandlerTable &table) {
    addAll<WithAccumulator<MultiplyUnsigned>>(table, Op::MulE);
    addAll<WithAccumulator<MultiplySigned>>(table, Op::ImulE);
    addAll<WithAccumulator<DivideUnsigned>>(table, Op::DivE);
    addAll<WithAccumulator<DivideSigned>>(table, Op::IdivE);
    addWide<Imul<false>>(table, Op::ImulGE);
    addWide<Imul<true>>(table, Op::ImulGEI);
}

} // namespace bootglass
