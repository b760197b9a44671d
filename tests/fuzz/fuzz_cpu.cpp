// SPDX-License-Identifier: GPL-3.0-or-later
// Random code in each mode, with interrupts, NMI, A20 and bus masters in between. It runs twice, in
// one go and in slices: whatever the code does, both must end in the same state at the same count.
#include "fuzz_target.h"
#include "tests/cpu/guest.h"

using namespace bootglass;
using bootglass::fuzz::Input;
using bootglass::fuzz::require;
using test::Guest;
using test::GuestMode;

namespace {

constexpr uint64_t instructionsPerStage = 600;

struct Stage {
    uint8_t action = 0;
    uint32_t value = 0;
};

struct Program {
    GuestMode mode = GuestMode::Real;
    uint32_t flags = 0;
    std::array<uint32_t, 7> registers{}; // all but ESP
    std::array<Stage, 4> stages;
    uint8_t slice = 1;
    std::span<const uint8_t> code;
};

Program parse(const uint8_t *data, size_t size) {
    Input input(data, size);
    Program p;
    p.mode = static_cast<GuestMode>(input.take<uint8_t>() % 7);
    p.flags = input.take<uint32_t>() & (eflags::arithmetic | eflags::DF | eflags::IF | eflags::TF |
                                        eflags::AC | eflags::IOPL);
    for (auto &r : p.registers) {
        auto kind = input.take<uint8_t>();
        r = input.take<uint32_t>();
        if (kind & 1) r = Guest::dataBase + (r & 0x1FFF);
        if (kind & 2) r &= 0xFFFF;
    }
    for (auto &stage : p.stages) {
        stage.action = input.take<uint8_t>();
        stage.value = input.take<uint32_t>();
    }
    p.slice = static_cast<uint8_t>(1 + input.take<uint8_t>() % 40);
    p.code = input.rest().first(std::min<size_t>(input.rest().size(), 8192));
    return p;
}

/// Handlers that go on one byte behind where the exception was.
void makeHandlers(Guest &guest, bool real) {
    static constexpr uint8_t real16[] = {0x55, 0x89, 0xE5, 0xFF, 0x46, 0x02, 0x5D, 0xCF};
    static constexpr uint8_t plain[] = {0xFF, 0x04, 0x24, 0xCF};
    static constexpr uint8_t withCode[] = {0x83, 0xC4, 0x04, 0xFF, 0x04, 0x24, 0xCF};
    for (unsigned n = 0; n < 256; ++n) {
        bool code = n == 8 || (n >= 10 && n <= 14) || n == 17;
        guest.load(Guest::handlerOf(n), real   ? std::span<const uint8_t>(real16)
                                        : code ? std::span<const uint8_t>(withCode)
                                               : std::span<const uint8_t>(plain));
    }
}

void prepare(Guest &guest, const Program &p) {
    makeHandlers(guest, p.mode == GuestMode::Real);
    guest.load(Guest::codeBase, p.code);
    guest.load(Guest::dataBase, p.code);
    static constexpr std::array names{Eax, Ecx, Edx, Ebx, Ebp, Esi, Edi};
    for (size_t n = 0; n < names.size(); ++n)
        guest.cpu.gpr[names[n]] = p.registers[n];
    guest.cpu.setCr4(guest.cpu.cr4 | cr4::OSFXSR | cr4::OSXMMEXCPT);
    guest.cpu.setEflags(p.flags | (guest.cpu.eflags() & eflags::VM));
}

void act(Guest &guest, const Stage &stage) {
    switch (stage.action % 8) {
    case 0:
        guest.pendingVector = static_cast<uint8_t>(stage.value);
        guest.cpu.setInterruptLine(true);
        break;
    case 1: guest.cpu.raiseNmi(); break;
    case 2: guest.cpu.setA20(stage.value & 1); break;
    case 3: { // a bus master writes beside or into the code
        std::array<uint8_t, 4> bytes;
        std::memcpy(bytes.data(), &stage.value, 4);
        guest.load(Guest::codeBase + (stage.value & 0x3FF), bytes);
        break;
    }
    default: break;
    }
}

/// True while the machine can go on.
bool runStage(Guest &guest, uint64_t slice) {
    uint64_t left = instructionsPerStage;
    while (left != 0) {
        uint64_t most = std::min(left, slice);
        guest.clock.refill(most);
        uint64_t before = guest.clock.icount().value;
        auto exit = guest.cpu.run();
        uint64_t done = guest.clock.icount().value - before;
        require(done <= most, "more instructions than the budget has");
        left -= done;
        if (exit == Cpu::Exit::Shutdown) return false;
        if (exit == Cpu::Exit::Halted) return true;
        require(exit == Cpu::Exit::Budget, "an exit without a reason");
        require(done == most, "the budget is not used up");
    }
    return true;
}

void compare(Guest &a, Guest &b) {
    require(a.clock.icount().value == b.clock.icount().value, "the counts differ");
    require(a.cpu.gpr == b.cpu.gpr, "general registers differ");
    require(a.cpu.eip == b.cpu.eip, "EIP differs");
    require(a.cpu.eflags() == b.cpu.eflags(), "EFLAGS differ");
    require(a.cpu.cr0 == b.cpu.cr0 && a.cpu.cr2 == b.cpu.cr2 && a.cpu.cr3 == b.cpu.cr3 &&
                a.cpu.cr4 == b.cpu.cr4 && a.cpu.cpl == b.cpu.cpl,
            "control registers differ");
    require(a.cpu.dr == b.cpu.dr, "debug registers differ");
    require(a.events == b.events, "what the observer was told differs");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Program program = parse(data, size);
    static Guest whole(program.mode), sliced(program.mode);
    whole.restart(program.mode);
    sliced.restart(program.mode);
    prepare(whole, program);
    prepare(sliced, program);
    for (const Stage &stage : program.stages) {
        bool goesOn = runStage(whole, instructionsPerStage);
        require(goesOn == runStage(sliced, program.slice), "one goes on, one does not");
        compare(whole, sliced);
        if (!goesOn) break;
        act(whole, stage);
        act(sliced, stage);
    }
    auto x = whole.memory.ram();
    auto y = sliced.memory.ram();
    require(std::memcmp(x.data(), y.data(), x.size()) == 0, "memories differ");
    return 0;
}
