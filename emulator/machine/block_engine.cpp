// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/block_engine.h"

#include "emulator/cpu/cpu.h"

#ifdef BOOTGLASS_JIT
#include "emulator/jit/host.h"
#include "emulator/jit/jit.h"
#endif

namespace bootglass {

#ifdef BOOTGLASS_JIT

std::string whyNoTranslator() {
    return jit::whyNoTranslation();
}

std::unique_ptr<BlockEngine> makeTranslator(Cpu &cpu, uint64_t codeBytes) {
    if (!whyNoTranslator().empty()) return nullptr;
    return std::make_unique<jit::Jit>(cpu, codeBytes);
}

#else

std::string whyNoTranslator() {
    return "this Bootglass has no translator, which makes code for x86-64 hosts, so guests are "
           "interpreted";
}

std::unique_ptr<BlockEngine> makeTranslator(Cpu &, uint64_t) {
    return nullptr;
}

#endif

} // namespace bootglass
