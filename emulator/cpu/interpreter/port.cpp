// SPDX-License-Identifier: GPL-3.0-or-later
// IN OUT INS OUTS: SDM vol. 2. They end their block, so the chip sees the exact count; an element's
// memory is checked before the port is read, since a chip's register can be read only once.
#include "emulator/cpu/interpreter/operands.h"
#include "emulator/cpu/interpreter/string.h"
#include "emulator/cpu/system/io_permission.h"

namespace bootglass {

namespace {

using namespace interpreter;

template<bool ByImmediate>
uint16_t portOf(const Cpu &cpu, const Insn *i) {
    return static_cast<uint16_t>(ByImmediate ? i->imm : cpu.gpr[Edx]);
}

template<bool ByImmediate>
struct In {
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        uint16_t port = portOf<ByImmediate>(cpu, i);
        if (!ioPermitted(cpu, port, sizeof(T))) return cpu.leave(i);
        cpu.beginIo(i);
        cpu.setReg<T>(Eax, static_cast<T>(cpu.ports().read(port, sizeof(T))));
        noteIoBreakpoints(cpu, port, sizeof(T));
        cpu.eip += i->length;
    }
};

template<bool ByImmediate>
struct Out {
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        uint16_t port = portOf<ByImmediate>(cpu, i);
        if (!ioPermitted(cpu, port, sizeof(T))) return cpu.leave(i);
        cpu.beginIo(i);
        cpu.ports().write(port, cpu.reg<T>(Eax), sizeof(T));
        noteIoBreakpoints(cpu, port, sizeof(T));
        cpu.eip += i->length;
    }
};

/// While a chip is called, eip is the instruction's own address.
class AtInstruction {
  public:
    AtInstruction(Cpu &cpu, const Insn *i) : cpu_(cpu), block_(cpu.eip) { cpu.beginIo(i); }
    ~AtInstruction() { cpu_.eip = block_; }
    AtInstruction(const AtInstruction &) = delete;
    AtInstruction &operator=(const AtInstruction &) = delete;

  private:
    Cpu &cpu_;
    uint32_t block_;
};

/// The port's permission is looked at even by REP with a count of zero (as silicon does:
/// tests/silicon).
template<typename T>
bool permitted(Cpu &cpu, const Insn *i) {
    if (ioPermitted(cpu, static_cast<uint16_t>(cpu.gpr[Edx]), sizeof(T))) [[likely]]
        return true;
    cpu.leave(i);
    return false;
}

struct Ins {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        auto port = static_cast<uint16_t>(cpu.gpr[Edx]);
        uint32_t offset = indexRegister(cpu, i, Edi);
        if (!cpu.probeWrite(Es, offset, sizeof(T))) return false;
        AtInstruction here(cpu, i);
        auto value = static_cast<T>(cpu.ports().read(port, sizeof(T)));
        if (!cpu.write<T>(Es, offset, value)) return false;
        noteIoBreakpoints(cpu, port, sizeof(T));
        advance<T>(cpu, i, Edi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        if (permitted<T>(cpu, i)) runString<false>(cpu, i, element<T>, noChunk);
    }
};

struct Outs {
    template<typename T>
    static bool element(Cpu &cpu, const Insn *i) {
        auto port = static_cast<uint16_t>(cpu.gpr[Edx]);
        auto value = cpu.read<T>(i->segment, indexRegister(cpu, i, Esi));
        if (!value.ok) return false;
        AtInstruction here(cpu, i);
        cpu.ports().write(port, value.value, sizeof(T));
        noteIoBreakpoints(cpu, port, sizeof(T));
        advance<T>(cpu, i, Esi);
        return true;
    }
    template<typename T>
    static void run(Cpu &cpu, const Insn *i) {
        if (permitted<T>(cpu, i)) runString<false>(cpu, i, element<T>, noChunk);
    }
};

} // namespace

void addPortHandlers(HandlerTable &table) {
    addSizes<In<true>>(table, Op::InI);
    addSizes<In<false>>(table, Op::InDx);
    addSizes<Out<true>>(table, Op::OutI);
    addSizes<Out<false>>(table, Op::OutDx);
    addSizes<Ins>(table, Op::Ins);
    addSizes<Outs>(table, Op::Outs);
}

} // namespace bootglass
