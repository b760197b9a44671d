// SPDX-License-Identifier: GPL-3.0-or-later
// Handlers of the x87, MMX and SSE: a function that says whether the instruction completed, wrapped
// into a link of the block's chain. The function stands apart, so that its locals do not keep the
// compiler from calling the next handler in tail position.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/handlers.h"

#include <span>

namespace bootglass {

/// False: a fault is pending, or the instruction must run alone.
using Execute = bool (*)(Cpu &, const Insn *);

template<Execute execute>
struct Completing {
    static void handler(Cpu &cpu, const Insn *i) {
        if (!apart(cpu, i)) [[unlikely]]
            return cpu.leave(i);
        return next(cpu, i);
    }

  private:
    [[gnu::noinline]] static bool apart(Cpu &cpu, const Insn *i) { return execute(cpu, i); }
};

template<Execute execute>
void addCompleting(HandlerTable &table, Op op) {
    table.setAll(op, &Completing<execute>::handler);
}
template<Execute withRegister, Execute withMemory>
void addCompleting(HandlerTable &table, Op op) {
    table.setPlaces(op, &Completing<withRegister>::handler, &Completing<withMemory>::handler);
}

/// A block of memory at the ModRM operand, all of it or nothing; sizes are even.
bool loadBytes(Cpu &cpu, const Insn *i, std::span<uint8_t> bytes);
bool storeBytes(Cpu &cpu, const Insn *i, std::span<const uint8_t> bytes);

} // namespace bootglass
