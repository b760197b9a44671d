// SPDX-License-Identifier: GPL-3.0-or-later
// Random code in each mode, with interrupts, NMI, A20 and bus masters in between. It runs twice, in
// one go and in slices: whatever the code does, both must end in the same state at the same count.
#include "fuzz_program.h"

using namespace bootglass;
using namespace bootglass::fuzz;

namespace {

constexpr uint64_t instructionsPerStage = 600;

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
