// SPDX-License-Identifier: GPL-3.0-or-later
// BT BTS BTR BTC BSF BSR BSWAP CMPXCHG CMPXCHG8B XADD: SDM vol. 2.
#include "emulator/cpu/interpreter/operands.h"

#include <type_traits>

namespace bootglass {

namespace {

using namespace interpreter;

struct Test {
    static constexpr bool writes = false;
    template<typename T>
    static T apply(T value, T) {
        return value;
    }
};
struct Set {
    static constexpr bool writes = true;
    template<typename T>
    static T apply(T value, T mask) {
        return value | mask;
    }
};
struct Reset {
    static constexpr bool writes = true;
    template<typename T>
    static T apply(T value, T mask) {
        return value & static_cast<T>(~mask);
    }
};
struct Complement {
    static constexpr bool writes = true;
    template<typename T>
    static T apply(T value, T mask) {
        return value ^ mask;
    }
};

/// Tests and changes bit `bit` of the operand at `offset`.
template<typename Operation, typename T>
[[gnu::always_inline]] inline void bitInMemory(Cpu &cpu, const Insn *i, uint32_t offset, T bit) {
    auto mask = static_cast<T>(T{1} << bit);
    if constexpr (!Operation::writes) {
        auto value = cpu.read<T>(i->segment, offset);
        if (!value.ok) [[unlikely]]
            return cpu.leave(i);
        cpu.flags.setCf(value.value & mask);
        return next(cpu, i);
    } else {
        auto change = [mask](Cpu &c, T old) {
            c.flags.setCf(old & mask);
            return Operation::template apply<T>(old, mask);
        };
        if (T *place = cpu.modify<T>(i->segment, offset)) [[likely]] {
            T old;
            std::memcpy(&old, place, sizeof(T));
            T result = change(cpu, old);
            std::memcpy(place, &result, sizeof(T));
            return next(cpu, i);
        }
        return modifySlow<T>(cpu, i, offset, change);
    }
}

/// The bit's number comes from G or I. In memory G addresses a bit string that reaches in both
/// directions; I stays within the operand.
template<typename Operation, bool ByImmediate>
struct Bit {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        constexpr unsigned width = 8 * sizeof(T);
        T number = ByImmediate ? static_cast<T>(i->imm) : cpu.reg<T>(i->reg);
        auto bit = static_cast<T>(number & (width - 1));
        if constexpr (Memory) {
            uint32_t offset = cpu.address(i);
            if constexpr (!ByImmediate) {
                auto elements =
                    static_cast<std::make_signed_t<T>>(number) >> (std::bit_width(width) - 1);
                auto bytes = static_cast<uint32_t>(elements) * static_cast<uint32_t>(sizeof(T));
                offset = (offset + bytes) & i->addressMask;
            }
            return bitInMemory<Operation, T>(cpu, i, offset, bit);
        } else {
            auto mask = static_cast<T>(T{1} << bit);
            T old = cpu.reg<T>(i->rm);
            cpu.flags.setCf(old & mask);
            if constexpr (Operation::writes)
                cpu.setReg<T>(i->rm, Operation::template apply<T>(old, mask));
            return next(cpu, i);
        }
    }
};

/// BSF and BSR of zero leave the destination alone, as all processors do. Of the flags only ZF is
/// defined; PF is the found number's parity and the others are cleared, as AMD's processors do it.
template<bool Reverse>
struct Scan {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        auto source = readE<T, Memory>(cpu, i);
        if (Memory && !source.ok) [[unlikely]]
            return cpu.leave(i);
        T value = source.value;
        if (value == 0) {
            cpu.flags.set(eflags::ZF | eflags::PF);
        } else {
            int found = Reverse ? std::bit_width(value) - 1 : std::countr_zero(value);
            bool even = (std::popcount(static_cast<unsigned>(found)) & 1) == 0;
            cpu.flags.set(even ? eflags::PF : 0);
            cpu.setReg<T>(i->reg, static_cast<T>(found));
        }
        return next(cpu, i);
    }
};

void bswap32(Cpu &cpu, const Insn *i) {
    cpu.gpr[i->rm] = __builtin_bswap32(cpu.gpr[i->rm]);
    return next(cpu, i);
}

/// Undefined by the manual; Intel's processors give zero.
void bswap16(Cpu &cpu, const Insn *i) {
    cpu.setReg<uint16_t>(i->rm, 0);
    return next(cpu, i);
}

/// The destination is written in any case, so it must be writable.
struct Cmpxchg {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        T source = cpu.reg<T>(i->reg);
        return modifyE<T, Memory>(cpu, i, [source](Cpu &c, T old) {
            T accumulator = c.reg<T>(Eax);
            c.flags.afterSub<T>(accumulator, old, static_cast<T>(accumulator - old));
            if (accumulator == old) return source;
            c.setReg<T>(Eax, old);
            return old;
        });
    }
};

void cmpxchg8b(Cpu &cpu, const Insn *i) {
    return modifyE<uint64_t, true>(cpu, i, [](Cpu &c, uint64_t old) {
        uint64_t expected = uint64_t{c.gpr[Edx]} << 32 | c.gpr[Eax];
        c.flags.setZf(old == expected);
        if (old == expected) return uint64_t{c.gpr[Ecx]} << 32 | c.gpr[Ebx];
        c.gpr[Eax] = static_cast<uint32_t>(old);
        c.gpr[Edx] = static_cast<uint32_t>(old >> 32);
        return old;
    });
}

struct Xadd {
    template<typename T, bool Memory>
    static void run(Cpu &cpu, const Insn *i) {
        return modifyE<T, Memory>(cpu, i, [i](Cpu &c, T old) {
            T source = c.reg<T>(i->reg);
            auto sum = static_cast<T>(old + source);
            c.flags.afterAdd<T>(old, source, sum);
            c.setReg<T>(i->reg, old);
            return sum;
        });
    }
};

template<typename Operation>
void addBit(HandlerTable &table, Op byRegister, Op byImmediate) {
    addWide<Bit<Operation, false>>(table, byRegister);
    addWide<Bit<Operation, true>>(table, byImmediate);
}

} // namespace

void addBitHandlers(HandlerTable &table) {
    addBit<Test>(table, Op::BtEG, Op::BtEI);
    addBit<Set>(table, Op::BtsEG, Op::BtsEI);
    addBit<Reset>(table, Op::BtrEG, Op::BtrEI);
    addBit<Complement>(table, Op::BtcEG, Op::BtcEI);
    addWide<Scan<false>>(table, Op::Bsf);
    addWide<Scan<true>>(table, Op::Bsr);
    table.set(Op::Bswap, OperandSize::Size16, false, bswap16);
    table.set(Op::Bswap, OperandSize::Size32, false, bswap32);
    addAll<Cmpxchg>(table, Op::CmpxchgEG);
    table.setPlaces(Op::Cmpxchg8b, nullptr, cmpxchg8b);
    addAll<Xadd>(table, Op::XaddEG);
}

} // namespace bootglass
