// SPDX-License-Identifier: GPL-3.0-or-later
// What the targets of random code make of their input: a mode, registers, code, and what comes from
// outside between the stages of its run: interrupts, NMI, A20, a bus master's writes.
#pragma once

#include "fuzz_target.h"
#include "tests/cpu/guest.h"

#include <array>

namespace bootglass::fuzz {

using test::Guest;
using test::GuestMode;

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

inline Program parse(const uint8_t *data, size_t size) {
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
inline void makeHandlers(Guest &guest, bool real) {
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

inline void prepare(Guest &guest, const Program &p) {
    makeHandlers(guest, p.mode == GuestMode::Real);
    guest.load(Guest::codeBase, p.code);
    guest.load(Guest::dataBase, p.code);
    static constexpr std::array names{Eax, Ecx, Edx, Ebx, Ebp, Esi, Edi};
    for (size_t n = 0; n < names.size(); ++n)
        guest.cpu.gpr[names[n]] = p.registers[n];
    guest.cpu.setCr4(guest.cpu.cr4 | cr4::OSFXSR | cr4::OSXMMEXCPT);
    guest.cpu.setEflags(p.flags | (guest.cpu.eflags() & eflags::VM));
}

inline void act(Guest &guest, const Stage &stage) {
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

} // namespace bootglass::fuzz
