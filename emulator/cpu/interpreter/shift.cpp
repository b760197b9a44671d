// SPDX-License-Identifier: GPL-3.0-or-later
// Shifts and rotates: SDM vol. 2, RCL/RCR/ROL/ROR, SAL/SAR/SHL/SHR, SHLD, SHRD. Counts are taken
// modulo
// 32. Flags that the manual leaves undefined get a value that processors give: OF for counts above
// one as for a count of one on the last step; AF set, as AMD's do, so that the translator can
// let the host make the flags.
#include "emulator/cpu/interpreter/operands.h"

namespace bootglass {

namespace {

using namespace interpreter;

template<typename T>
constexpr unsigned bits = 8 * sizeof(T);

template<typename T>
bool topBit(T value) {
    return value >> (bits<T> - 1) & 1;
}

struct Rol {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        T result = std::rotl(a, static_cast<int>(n % bits<T>));
        bool cf = result & 1;
        cpu.flags.setCarryOverflow(cf, cf != topBit(result));
        return result;
    }
};

struct Ror {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        T result = std::rotr(a, static_cast<int>(n % bits<T>));
        bool cf = topBit(result);
        cpu.flags.setCarryOverflow(cf, cf != static_cast<bool>(result >> (bits<T> - 2) & 1));
        return result;
    }
};

/// Through the carry, so a register of one bit more; kept in 64 bits.
template<typename T>
uint64_t rotateThroughCarry(uint64_t value, unsigned left) {
    constexpr unsigned width = bits<T> + 1;
    constexpr uint64_t mask = (uint64_t{1} << width) - 1;
    left %= width;
    return (value << left | value >> (width - left)) & mask;
}

struct Rcl {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        n %= bits<T> + 1; // a whole turn sets the flags, too
        uint64_t wide = uint64_t{cpu.flags.cf()} << bits<T> | a;
        wide = rotateThroughCarry<T>(wide, n);
        auto result = static_cast<T>(wide);
        bool cf = wide >> bits<T> & 1;
        cpu.flags.setCarryOverflow(cf, cf != topBit(result));
        return result;
    }
};

struct Rcr {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        n %= bits<T> + 1; // a whole turn sets the flags, too
        uint64_t wide = uint64_t{cpu.flags.cf()} << bits<T> | a;
        wide = rotateThroughCarry<T>(wide, bits<T> + 1 - n);
        auto result = static_cast<T>(wide);
        bool cf = wide >> bits<T> & 1;
        bool of = topBit(result) != static_cast<bool>(result >> (bits<T> - 2) & 1);
        cpu.flags.setCarryOverflow(cf, of);
        return result;
    }
};

struct Shl {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        uint64_t wide = uint64_t{a} << n;
        auto result = static_cast<T>(wide);
        bool cf = wide >> bits<T> & 1;
        cpu.flags.afterShift<T>(result, cf, cf != topBit(result));
        return result;
    }
};

struct Shr {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        uint64_t wide = uint64_t{a} << 1 >> n; // the bit shifted out last is bit 0
        auto result = static_cast<T>(wide >> 1);
        // Of a count of one: the operand's sign. After more steps the sign before the last one.
        bool of = topBit(static_cast<T>(result << 1 | (wide & 1)));
        cpu.flags.afterShift<T>(result, wide & 1, of);
        return result;
    }
};

struct Sar {
    template<typename T>
    static T apply(Cpu &cpu, T a, T count) {
        unsigned n = count & 31;
        if (n == 0) return a;
        auto wide = static_cast<int64_t>(static_cast<std::make_signed_t<T>>(a)) * 2 >> n;
        auto result = static_cast<T>(wide >> 1);
        cpu.flags.afterShift<T>(result, wide & 1, false);
        return result;
    }
};

template<typename Operation>
struct ShiftByCl {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto count = static_cast<T>(cpu.gpr[Ecx] & 31);
        return modifyE<T, Memory>(
            cpu, i, [count](Cpu &c, T old) { return Operation::template apply<T>(c, old, count); });
    }
};

/// SHLD and SHRD. For 16-bit operands and counts above 16 the result is undefined by the manual;
/// Intel's processors shift the source in again, which the doubled source gives.
struct Shld {
    template<typename T>
    static T apply(Cpu &cpu, T a, T source, unsigned n) {
        if (n == 0) return a;
        unsigned __int128 wide = a;
        wide = wide << bits<T> | source;
        if constexpr (sizeof(T) == 2) wide = wide << 16 | a;
        constexpr unsigned below = 32; // bits below the operand
        wide <<= n;
        auto result = static_cast<T>(wide >> below);
        bool cf = static_cast<bool>(wide >> (below + bits<T>)&1);
        cpu.flags.afterShift<T>(result, cf, cf != topBit(result));
        return result;
    }
};

struct Shrd {
    template<typename T>
    static T apply(Cpu &cpu, T a, T source, unsigned n) {
        if (n == 0) return a;
        unsigned __int128 wide = source;
        wide = wide << bits<T> | a;
        if constexpr (sizeof(T) == 2) wide |= static_cast<unsigned __int128>(a) << 32;
        auto result = static_cast<T>(wide >> n);
        bool cf = static_cast<bool>(wide >> (n - 1) & 1);
        bool of = topBit(result) != topBit(static_cast<T>(result << 1));
        cpu.flags.afterShift<T>(result, cf, of);
        return result;
    }
};

template<typename Operation, bool ByCl>
struct DoubleShift {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        unsigned count = (ByCl ? cpu.gpr[Ecx] : i->imm) & 31;
        T source = cpu.reg<T>(i->reg);
        return modifyE<T, Memory>(cpu, i, [=](Cpu &c, T old) {
            return Operation::template apply<T>(c, old, source, count);
        });
    }
};

template<typename Operation>
void addShift(HandlerTable &table, Op byImmediate, Op byCl) {
    addAll<EI<Operation>>(table, byImmediate);
    addAll<ShiftByCl<Operation>>(table, byCl);
}

} // namespace

void addShiftHandlers(HandlerTable &table) {
    addShift<Rol>(table, Op::RolEI, Op::RolECl);
    addShift<Ror>(table, Op::RorEI, Op::RorECl);
    addShift<Rcl>(table, Op::RclEI, Op::RclECl);
    addShift<Rcr>(table, Op::RcrEI, Op::RcrECl);
    addShift<Shl>(table, Op::ShlEI, Op::ShlECl);
    addShift<Shr>(table, Op::ShrEI, Op::ShrECl);
    addShift<Shl>(table, Op::SalEI, Op::SalECl); // /6 is SHL's twin
    addShift<Sar>(table, Op::SarEI, Op::SarECl);
    addWide<DoubleShift<Shld, false>>(table, Op::ShldI);
    addWide<DoubleShift<Shld, true>>(table, Op::ShldCl);
    addWide<DoubleShift<Shrd, false>>(table, Op::ShrdI);
    addWide<DoubleShift<Shrd, true>>(table, Op::ShrdCl);
}

} // namespace bootglass
