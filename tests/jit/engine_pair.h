// SPDX-License-Identifier: GPL-3.0-or-later
// Two guests that begin alike, one interpreted, one translated, and what differs between them.
#pragma once

#include "emulator/jit/jit.h"
#include "tests/cpu/guest.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

namespace bootglass::test {

class EnginePair {
  public:
    explicit EnginePair(GuestMode mode, size_t codeBytes = size_t{1} << 20)
        : interpreted(mode), translated(mode), jit(translated.cpu, codeBytes) {
        noteBegin();
    }
    /// As a new pair (but for the clocks, which go on), and quicker.
    void restart(GuestMode mode) {
        interpreted.restart(mode);
        translated.restart(mode);
        ended = false;
        noteBegin();
    }

    /// After a fault has led to its handler's HLT: both begin their code again, with the registers
    /// as they are.
    void revive() {
        for (Guest *guest : {&interpreted, &translated}) {
            Cpu &cpu = guest->cpu;
            auto registers = cpu.gpr;
            uint32_t flags = cpu.flags.value();
            X87State x87 = cpu.x87;
            SseState sse = cpu.sse;
            uint32_t cr4 = cpu.cr4;
            cpu.reset();
            cpu.gpr = registers;
            cpu.gpr[Esp] = begin_.gpr[Esp];
            cpu.x87 = x87;
            cpu.sse = sse;
            cpu.setCr4(cr4);
            cpu.seg = begin_.seg;
            cpu.ldtr = begin_.ldtr;
            cpu.tr = begin_.tr;
            cpu.gdtr = begin_.gdtr;
            cpu.idtr = begin_.idtr;
            cpu.setCr3(begin_.cr3);
            cpu.setCr0(begin_.cr0);
            cpu.setEflags(flags | begin_.systemFlags);
            cpu.setCpl(begin_.cpl);
            cpu.eip = begin_.eip;
        }
        ended = false;
    }

    /// Both begin so many bytes behind where they would.
    void beginAt(uint32_t offset) {
        begin_.eip += offset;
        interpreted.cpu.eip = translated.cpu.eip = begin_.eip;
    }

    /// Runs both for so many instructions.
    bool run(uint64_t instructions) {
        auto a = interpreted.run(instructions);
        auto b = translated.run(instructions);
        exit = a;
        ended = a != Cpu::Exit::Budget;
        return a == b;
    }

    /// Empty, or what is not the same.
    std::string difference() const { return stateDifference() + memoryDifference(); }

    /// The same of all but the memory.
    std::string stateDifference() const {
        std::string text;
        auto compare = [&text](const char *name, uint64_t a, uint64_t b) {
            if (a != b) text += line(name, a, b);
        };
        const Cpu &a = interpreted.cpu;
        const Cpu &b = translated.cpu;
        static constexpr const char *names[] = {"EAX", "ECX", "EDX", "EBX",
                                                "ESP", "EBP", "ESI", "EDI"};
        for (unsigned n = 0; n < 8; ++n)
            compare(names[n], a.gpr[n], b.gpr[n]);
        compare("EIP", a.eip, b.eip);
        compare("EFLAGS", a.eflags(), b.eflags());
        for (unsigned n = 0; n < 6; ++n) {
            compare("selector", a.seg[n].selector, b.seg[n].selector);
            compare("base", a.seg[n].base, b.seg[n].base);
            compare("limit", a.seg[n].limit, b.seg[n].limit);
            compare("rights", a.seg[n].rights, b.seg[n].rights);
        }
        compare("CR0", a.cr0, b.cr0);
        compare("CR2", a.cr2, b.cr2);
        compare("DR6", a.dr[6], b.dr[6]);
        compare("CPL", a.cpl, b.cpl);
        compare("FPU", a.x87.status, b.x87.status);
        compare("FPU control", a.x87.control, b.x87.control);
        compare("empty", a.x87.empty, b.x87.empty);
        compare("FOP", a.x87.opcode, b.x87.opcode);
        compare("FCS", a.x87.instructionSelector, b.x87.instructionSelector);
        compare("FIP", a.x87.instructionPointer, b.x87.instructionPointer);
        compare("FDS", a.x87.operandSelector, b.x87.operandSelector);
        compare("FDP", a.x87.operandPointer, b.x87.operandPointer);
        for (unsigned n = 0; n < 8; ++n)
            compare("R's sign and exponent", a.x87.registers[n].signExponent,
                    b.x87.registers[n].signExponent);
        for (unsigned n = 0; n < 8; ++n)
            compare("R", a.x87.registers[n].significand, b.x87.registers[n].significand);
        for (unsigned n = 0; n < 8; ++n)
            for (unsigned half = 0; half < 2; ++half)
                compare("XMM", a.sse.xmm[n].q[half], b.sse.xmm[n].q[half]);
        compare("count", interpreted.clock.icount().value, translated.clock.icount().value);
        compare("SSE", 0, std::memcmp(&a.sse.xmm, &b.sse.xmm, sizeof a.sse.xmm) == 0 ? 0 : 1);
        compare("MXCSR", a.sse.mxcsr, b.sse.mxcsr);
        compare("events", interpreted.events.size(), translated.events.size());
        compare("what they are", 0, interpreted.events == translated.events ? 0 : 1);
        return text;
    }

    std::string memoryDifference() const {
        auto one = interpreted.memory.ram();
        auto other = translated.memory.ram();
        if (std::memcmp(one.data(), other.data(), one.size()) == 0) return {};
        const auto at = std::ranges::mismatch(one, other);
        char name[32];
        std::snprintf(name, sizeof name, "byte at %zX", static_cast<size_t>(at.in1 - one.begin()));
        return line(name, *at.in1, *at.in2);
    }

    Guest interpreted;
    Guest translated;
    jit::Jit jit;
    Cpu::Exit exit = Cpu::Exit::Budget; // of the last run
    bool ended = false;                 // it ended by a halt or a shutdown

  private:
    void noteBegin() {
        const Cpu &cpu = interpreted.cpu;
        begin_ = {cpu.gpr, cpu.seg, cpu.ldtr, cpu.tr,          cpu.gdtr, cpu.idtr,
                  cpu.cr0, cpu.cr3, cpu.eip,  cpu.systemFlags, cpu.cpl};
    }
    static std::string line(const char *name, uint64_t a, uint64_t b) {
        char text[120];
        std::snprintf(text, sizeof text, "%s: %llX interpreted, %llX translated; ", name,
                      static_cast<unsigned long long>(a), static_cast<unsigned long long>(b));
        return text;
    }

    struct Begin {
        std::array<uint32_t, 9> gpr{};
        std::array<SegmentRegister, 6> seg;
        SegmentRegister ldtr, tr;
        TableRegister gdtr, idtr;
        uint32_t cr0 = 0, cr3 = 0, eip = 0, systemFlags = 0;
        uint8_t cpl = 0;
    };
    Begin begin_;
};

} // namespace bootglass::test
