// SPDX-License-Identifier: GPL-3.0-or-later
// Random code in each mode by the interpreter and by the translator, which is what guests run on.
// The code is a loop, so that it is translated; both must end in the same state at the same count.
#include "fuzz_program.h"
#include "tests/jit/engine_pair.h"

using namespace bootglass;
using namespace bootglass::fuzz;

namespace {

constexpr uint64_t instructionsPerStage = 1500;
constexpr size_t codeBytes = size_t{256} << 10;

/// Behind the code, a jump to its begin.
void closeLoop(Guest &guest, const Program &p) {
    uint32_t end = Guest::codeBase + static_cast<uint32_t>(p.code.size());
    bool wide = p.mode != GuestMode::Real && p.mode != GuestMode::Protected16 &&
                p.mode != GuestMode::Virtual8086;
    guest.poke<uint8_t>(end, 0xE9);
    if (wide)
        guest.poke<uint32_t>(end + 1, Guest::codeBase - (end + 5));
    else
        guest.poke<uint16_t>(end + 1, static_cast<uint16_t>(Guest::codeBase - (end + 3)));
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Program program = parse(data, size);
    static test::EnginePair pair(program.mode, codeBytes);
    pair.jit.forget();
    for (Guest *guest : {&pair.interpreted, &pair.translated}) {
        guest->restart(program.mode);
        prepare(*guest, program);
        closeLoop(*guest, program);
    }
    for (const Stage &stage : program.stages) {
        pair.ended = false;
        for (uint64_t left = instructionsPerStage; left != 0 && !pair.ended;) {
            // Long slices, for code to be hot, then short ones, for budgets that end within blocks.
            uint64_t slice = left > instructionsPerStage / 2
                                 ? instructionsPerStage / 2
                                 : std::min<uint64_t>(left, program.slice);
            left -= slice;
            require(pair.run(slice), "one engine goes on, one does not");
        }
        std::string difference = pair.difference();
        require(difference.empty(), difference.c_str());
        if (pair.exit == Cpu::Exit::Shutdown) break;
        act(pair.interpreted, stage);
        act(pair.translated, stage);
    }
    return 0;
}
