// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/lockstep.h"

#include "emulator/cpu/cpu.h"
#include "emulator/machine/machine.h"

#include <capstone/capstone.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace bootglass {

namespace {

std::string describe(const Cpu &cpu, uint64_t count) {
    static constexpr const char *names[] = {"EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"};
    std::string text =
        fmt::format("count {} CS:EIP {:04X}:{:08X} EFLAGS {:08X} CR0 {:08X} CR3 "
                    "{:08X} CPL {}",
                    count, cpu.seg[Cs].selector, cpu.eip, cpu.eflags(), cpu.cr0, cpu.cr3, cpu.cpl);
    for (unsigned n = 0; n < 8; ++n)
        text += fmt::format(" {} {:08X}", names[n], cpu.gpr[n]);
    for (const SegmentRegister &s : cpu.seg)
        text += fmt::format(" {:04X}", s.selector);
    return text;
}

bool sameRegisters(const Cpu &a, const Cpu &b) {
    for (unsigned n = 0; n < a.seg.size(); ++n)
        if (a.seg[n].selector != b.seg[n].selector || a.seg[n].base != b.seg[n].base ||
            a.seg[n].limit != b.seg[n].limit || a.seg[n].rights != b.seg[n].rights)
            return false;
    for (unsigned n = 0; n < 8; ++n)
        if (a.x87.registers[n] != b.x87.registers[n] || a.sse.xmm[n] != b.sse.xmm[n]) return false;
    return a.gpr == b.gpr && a.eip == b.eip && a.eflags() == b.eflags() && a.cr0 == b.cr0 &&
           a.cr2 == b.cr2 && a.cr3 == b.cr3 && a.cr4 == b.cr4 && a.cpl == b.cpl &&
           a.x87.status == b.x87.status && a.x87.control == b.x87.control &&
           a.x87.empty == b.x87.empty && a.x87.opcode == b.x87.opcode &&
           a.x87.instructionPointer == b.x87.instructionPointer &&
           a.x87.operandPointer == b.x87.operandPointer && a.sse.mxcsr == b.sse.mxcsr;
}

/// The instructions at CS:EIP.
std::string disassembly(const Machine &machine) {
    const Cpu &cpu = machine.cpu();
    uint32_t linear = cpu.seg[Cs].base + cpu.eip;
    auto place = cpu.inspect(linear);
    const uint8_t *page = place.ok ? machine.memory().page(place.physical).read : nullptr;
    csh handle = 0;
    if (!page || cs_open(CS_ARCH_X86, cpu.code32() ? CS_MODE_32 : CS_MODE_16, &handle) != CS_ERR_OK)
        return "no code there";
    size_t at = place.physical & pageMask;
    constexpr size_t instructions = 6;
    cs_insn *insns = nullptr;
    size_t count = cs_disasm(handle, page + at, pageSize - at, cpu.eip, instructions, &insns);
    std::string text;
    for (size_t n = 0; n < count; ++n)
        text +=
            fmt::format("\n  {:08X}  {} {}", insns[n].address, insns[n].mnemonic, insns[n].op_str);
    if (count != 0) cs_free(insns, count);
    cs_close(&handle);
    return text;
}

} // namespace

std::string lockstepDifference(const Machine &translated, const Machine &interpreted, bool sameEnd,
                               bool memoryToo) {
    const Cpu &a = translated.cpu();
    const Cpu &b = interpreted.cpu();
    std::string what;
    if (translated.icount() != interpreted.icount() || translated.now() != interpreted.now())
        what = "the counts differ";
    else if (!sameRegisters(a, b))
        what = "the registers differ";
    else if (!sameEnd)
        what = "one machine stopped, the other did not";
    else if (memoryToo) {
        auto one = translated.memory().ram();
        auto other = interpreted.memory().ram();
        if (std::memcmp(one.data(), other.data(), one.size()) != 0) {
            auto at = std::ranges::mismatch(one, other).in1 - one.begin();
            what = fmt::format("memory differs at {:X}", at);
        }
    }
    if (what.empty()) return {};
    return fmt::format("translator and interpreter part: {}\ntranslated:  {}\ninterpreted: {}\n"
                       "code: {}",
                       what, describe(a, translated.icount().value),
                       describe(b, interpreted.icount().value), disassembly(interpreted));
}

} // namespace bootglass
