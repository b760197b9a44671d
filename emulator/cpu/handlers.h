// SPDX-License-Identifier: GPL-3.0-or-later
// Which function executes which instruction: by Op, operand size and whether the ModRM operand is
// memory. Each family fills in its own rows.
#pragma once

#include "emulator/cpu/insn.h"

#include <array>
#include <cstdint>

namespace bootglass {

struct X87State;

/// What an x87 instruction does once it may start and its operand is at hand, for those who find
/// operands themselves. It needs nothing of the CPU but the unit, and cannot fault as long as all
/// exceptions are masked.
struct X87Work {
    /// `operand`: the bits in memory, or where they go to; `number`: of ST(i).
    using Function = void (*)(X87State &, uint64_t operand, unsigned number);
    /// Of FCOMI and its kin: the arithmetic flags.
    using Comparison = uint32_t (*)(X87State &, uint64_t, unsigned number);

    Function function = nullptr;
    Comparison comparison = nullptr;
    uint8_t bytes = 0;   // of the operand in memory
    bool stores = false; // the operand is the host address that the bytes go to
    bool notes = true;   // it is remembered as the last instruction (FOP, FIP, FDP)
};

/// The variant of a handler; instructions of one fixed size use Size32.
enum class OperandSize : uint8_t { Size8, Size16, Size32 };

class HandlerTable {
  public:
    /// The table with every family's handlers.
    static const HandlerTable &instance();

    Handler find(Op op, OperandSize size, bool memory) const {
        return rows_[static_cast<size_t>(op)][static_cast<size_t>(size)][memory];
    }
    void set(Op op, OperandSize size, bool memory, Handler handler) {
        rows_[static_cast<size_t>(op)][static_cast<size_t>(size)][memory] = handler;
    }
    /// The same function for all sizes and places.
    void setAll(Op op, Handler handler) {
        for (auto &size : rows_[static_cast<size_t>(op)])
            size.fill(handler);
    }
    /// For instructions whose function differs by the operand's place only.
    void setPlaces(Op op, Handler withRegister, Handler withMemory) {
        for (auto &size : rows_[static_cast<size_t>(op)])
            size = {withRegister, withMemory};
    }

    void setWork(Op op, const X87Work &work) { works_[static_cast<size_t>(op)] = work; }
    const X87Work &work(Op op) const { return works_[static_cast<size_t>(op)]; }

  private:
    HandlerTable();

    std::array<std::array<std::array<Handler, 2>, 3>, opCount> rows_{};
    std::array<X87Work, opCount> works_{};
};

// The families; each is defined beside its handlers.
void addArithmeticHandlers(HandlerTable &table);
void addShiftHandlers(HandlerTable &table);
void addMultiplyHandlers(HandlerTable &table);
void addBitHandlers(HandlerTable &table);
void addDecimalHandlers(HandlerTable &table);
void addMoveHandlers(HandlerTable &table);
void addStackHandlers(HandlerTable &table);
void addBranchHandlers(HandlerTable &table);
void addStringHandlers(HandlerTable &table);
void addPortHandlers(HandlerTable &table);
void addSystemHandlers(HandlerTable &table);
void addX87Handlers(HandlerTable &table);
void addSseHandlers(HandlerTable &table);

} // namespace bootglass
