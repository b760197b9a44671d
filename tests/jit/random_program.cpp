// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/jit/random_program.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bootglass::test {

namespace {

/// The vector of an interrupt whose handler is an IRET.
constexpr uint8_t returning = 0x60;

/// One-byte opcodes with a ModRM operand, their immediates: 0, 1 byte, 4 as the operand.
struct Opcode {
    uint16_t code; // 0F in the high byte
    int reg;       // a group's number, or -1: a register
    uint8_t immediate;
};

constexpr auto withModrm = std::to_array<Opcode>({
    {0x69, -1, 4},   {0x6B, -1, 1},   {0x80, -1, 1},   {0x81, -1, 4},   {0x83, -1, 1},
    {0x84, -1, 0},   {0x85, -1, 0},   {0x86, -1, 0},   {0x87, -1, 0},   {0x88, -1, 0},
    {0x89, -1, 0},   {0x8A, -1, 0},   {0x8B, -1, 0},   {0x8D, -1, 0},   {0x8F, 0, 0},
    {0xC0, -1, 1},   {0xC1, -1, 1},   {0xC6, 0, 1},    {0xC7, 0, 4},    {0xD0, -1, 0},
    {0xD1, -1, 0},   {0xD2, -1, 0},   {0xD3, -1, 0},   {0xF6, 0, 1},    {0xF7, 0, 4},
    {0xF6, 2, 0},    {0xF7, 3, 0},    {0xF6, 4, 0},    {0xF7, 4, 0},    {0xF7, 5, 0},
    {0xF6, 5, 0},    {0xF7, 6, 0},    {0xF7, 7, 0},    {0xF6, 6, 0},    {0xFE, 0, 0},
    {0xFE, 1, 0},    {0xFF, 0, 0},    {0xFF, 1, 0},    {0xFF, 6, 0},    {0x0FA3, -1, 0},
    {0x0FAB, -1, 0}, {0x0FB3, -1, 0}, {0x0FBB, -1, 0}, {0x0FBA, 4, 1},  {0x0FBA, 5, 1},
    {0x0FBA, 6, 1},  {0x0FBA, 7, 1},  {0x0FA4, -1, 1}, {0x0FA5, -1, 0}, {0x0FAC, -1, 1},
    {0x0FAD, -1, 0}, {0x0FAF, -1, 0}, {0x0FB0, -1, 0}, {0x0FB1, -1, 0}, {0x0FB6, -1, 0},
    {0x0FB7, -1, 0}, {0x0FBC, -1, 0}, {0x0FBD, -1, 0}, {0x0FBE, -1, 0}, {0x0FBF, -1, 0},
    {0x0FC0, -1, 0}, {0x0FC1, -1, 0}, {0x0FC7, 1, 0},  {0x8C, 3, 0},    {0x8E, 3, 0},
    {0x8E, 0, 0},    {0xD8, -1, 0},   {0xD9, 0, 0},    {0xDD, 3, 0},    {0x0FAE, 5, 0},
});

constexpr auto alone = std::to_array<uint8_t>(
    {0x90, 0x98, 0x99, 0x9C, 0x9D, 0x9E, 0x9F, 0xA4, 0xA5, 0xA6, 0xA7, 0xAA, 0xAB,
     0xAC, 0xAD, 0xAE, 0xAF, 0xC9, 0xD7, 0xF5, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD,
     0x27, 0x2F, 0x37, 0x3F, 0x60, 0x61, 0x06, 0x1E, 0x07, 0x1F, 0xCC, 0xCE, 0xD6});

/// Of SSE and SSE2: those that translated code does itself, and some that it does not.
struct SseOpcode {
    uint8_t prefix; // 0: none
    uint8_t code;
    int reg; // a group's number, or -1: a register
    bool immediate = false;
};
constexpr auto sse = std::to_array<SseOpcode>({
    {0x00, 0x10, -1},       {0x66, 0x10, -1},       {0xF3, 0x10, -1},       {0xF2, 0x10, -1},
    {0x00, 0x11, -1},       {0xF3, 0x11, -1},       {0xF2, 0x11, -1},       {0x00, 0x12, -1},
    {0x66, 0x13, -1},       {0x00, 0x16, -1},       {0x66, 0x17, -1},       {0x00, 0x14, -1},
    {0x66, 0x15, -1},       {0x00, 0x28, -1},       {0x66, 0x29, -1},       {0x66, 0x50, -1},
    {0x00, 0x50, -1},       {0x66, 0x57, -1},       {0x00, 0x55, -1},       {0x66, 0x58, -1},
    {0x66, 0x60, -1},       {0x66, 0x61, -1},       {0x66, 0x63, -1},       {0x66, 0x64, -1},
    {0x66, 0x67, -1},       {0x66, 0x6A, -1},       {0x66, 0x6B, -1},       {0x66, 0x6C, -1},
    {0x66, 0x6D, -1},       {0x66, 0x6E, -1},       {0x66, 0x6F, -1},       {0xF3, 0x6F, -1},
    {0x66, 0x70, -1, true}, {0xF3, 0x70, -1, true}, {0xF2, 0x70, -1, true}, {0x66, 0x71, 2, true},
    {0x66, 0x71, 4, true},  {0x66, 0x72, 6, true},  {0x66, 0x73, 3, true},  {0x66, 0x73, 7, true},
    {0x66, 0x73, 2, true},  {0x66, 0x74, -1},       {0x66, 0x75, -1},       {0x66, 0x76, -1},
    {0x66, 0x7E, -1},       {0xF3, 0x7E, -1},       {0x66, 0x7F, -1},       {0xF3, 0x7F, -1},
    {0x00, 0xC3, -1},       {0x66, 0xC4, -1, true}, {0x66, 0xC5, -1, true}, {0x00, 0xC6, -1, true},
    {0x66, 0xC6, -1, true}, {0x66, 0xD1, -1},       {0x66, 0xD4, -1},       {0x66, 0xD5, -1},
    {0x66, 0xD6, -1},       {0x66, 0xD7, -1},       {0x66, 0xDA, -1},       {0x66, 0xDB, -1},
    {0x66, 0xDF, -1},       {0x66, 0xE1, -1},       {0x66, 0xE3, -1},       {0x66, 0xE5, -1},
    {0x66, 0xE7, -1},       {0x66, 0xEB, -1},       {0x66, 0xEF, -1},       {0x66, 0xF2, -1},
    {0x66, 0xF4, -1},       {0x66, 0xF5, -1},       {0x66, 0xF6, -1},       {0x66, 0xF8, -1},
    {0x66, 0xFB, -1},       {0x66, 0xFE, -1},       {0x00, 0xEF, -1},       {0x00, 0x6F, -1},
});

/// Floating point: most exist in four forms, by prefix.
constexpr auto sseFloat =
    std::to_array<uint8_t>({0x51, 0x58, 0x59, 0x5A, 0x5C, 0x5D, 0x5E, 0x5F, 0xC2, 0x2A,
                            0x2C, 0x2D, 0x2E, 0x2F, 0x5B, 0xE6, 0x10, 0x11, 0x52, 0x53});

/// Numbers at the ends of the formats, infinities and NaNs among ordinary ones.
uint64_t floatBits(std::mt19937_64 &random) {
    auto below = [&random](uint64_t bound) { return random() % bound; };
    auto single = [&]() -> uint64_t {
        constexpr auto special =
            std::to_array<uint32_t>({0, 0x3F800000, 0x7F800000, 0x7FC00001, 0x7F800001, 1,
                                     0x00800000, 0x7F7FFFFF, 0x4F000000, 0x4EFFFFFF});
        auto sign = static_cast<uint32_t>(below(2) << 31);
        if (below(3) == 0) return special[below(special.size())] | sign;
        auto exponent = static_cast<uint32_t>(below(4) == 0 ? below(256) : 120 + below(40));
        return sign | exponent << 23 | (static_cast<uint32_t>(random()) & 0x7FFFFF);
    };
    switch (below(4)) {
    case 0: return random();
    case 1: return single() << 32 | single();
    default: break;
    }
    constexpr auto special = std::to_array<uint64_t>(
        {0, 0x3FF0000000000000, 0x7FF0000000000000, 0x7FF8000000000001, 0x7FF0000000000001, 1,
         0x0010000000000000, 0x7FEFFFFFFFFFFFFF, 0x41E0000000000000, 0x41DFFFFFFFC00000,
         0x47EFFFFFF0000000, 0x3810000000000000, 0x3FE0000000000000});
    uint64_t sign = below(2) << 63;
    if (below(3) == 0) return special[below(special.size())] | sign;
    uint64_t exponent = below(4) == 0 ? below(2048) : 1010 + below(60);
    uint64_t fraction = below(2) ? random() : random() << 40;
    return sign | exponent << 52 | (fraction & 0xFFFFFFFFFFFFF);
}

} // namespace

RandomProgram::RandomProgram(GuestMode mode, uint64_t seed)
    : mode_(mode), random_(seed * 0x9E3779B97F4A7C15 + static_cast<uint64_t>(mode)) {
    for (unsigned n = 0; n < 8; ++n)
        registers_.push_back(oneIn(3) ? static_cast<uint32_t>(random_()) : pointer());
    flags_ = static_cast<uint32_t>(random_()) & (eflags::arithmetic | eflags::DF);
    computes_ = oneIn(3);
    framed_ = !computes_ && oneIn(2) && code32();
    start_ = oneIn(2) ? 0xFFF - pick(150) : 0;
    unsigned count = oneIn(3) ? 1 + pick(60) : 1 + pick(12);
    calls_ = code32() && oneIn(2);
    segments_ = (mode_ == GuestMode::Real || mode_ == GuestMode::Virtual8086) && !computes_;
    for (unsigned n = 0; n < count; ++n) {
        instruction();
        if (calls_ && oneIn(5)) call();
    }
    // Round again, perhaps first under a condition.
    if (code32() && oneIn(2)) {
        byte(0x0F);
        byte(0x80 + pick(15));
        dword(0U - static_cast<uint32_t>(code_.size() + 4));
    }
    if (code32() && code_.size() < 120 && oneIn(4)) {
        byte(0xE2); // LOOP
        byte(0U - static_cast<uint32_t>(code_.size() + 1));
    }
    auto back = -static_cast<int32_t>(code_.size()) - (code32() ? 5 : 3);
    byte(0xE9);
    if (code32())
        dword(static_cast<uint32_t>(back));
    else
        word(static_cast<uint32_t>(back));
    function();
}

/// Of the function that stands behind the loop.
void RandomProgram::call() {
    byte(0xE8);
    calledFrom_.push_back(code_.size());
    dword(0);
}

/// Two or three instructions, which may well lead elsewhere than back.
void RandomProgram::function() {
    if (calledFrom_.empty()) return;
    const auto entry = static_cast<uint32_t>(code_.size());
    for (const size_t at : std::exchange(calledFrom_, {})) {
        const uint32_t distance = entry - static_cast<uint32_t>(at + 4);
        for (unsigned n = 0; n < 4; ++n)
            code_[at + n] = static_cast<uint8_t>(distance >> 8 * n);
    }
    for (unsigned n = 2 + pick(1); n != 0; --n)
        instruction();
    if (oneIn(4)) {
        byte(0xC2);
        return word(4 * pick(2));
    }
    byte(0xC3);
}

bool RandomProgram::code32() const {
    return mode_ != GuestMode::Real && mode_ != GuestMode::Protected16 &&
           mode_ != GuestMode::Virtual8086;
}

void RandomProgram::word(uint32_t value) {
    byte(value);
    byte(value >> 8);
}

void RandomProgram::dword(uint32_t value) {
    word(value);
    word(value >> 16);
}

/// An address that is worth a visit.
uint32_t RandomProgram::pointer() {
    uint32_t place = Guest::dataBase + pick(0x2FFF);
    switch (pick(15)) {
    case 0: place = Guest::codeBase + start_ + pick(300); break;
    case 1: place = Guest::dataBase + 0x1000 * pick(3) - pick(8); break;
    case 2: place = 0x3FFFFC + pick(8); break; // the end of RAM
    case 3: place = Guest::stackTop - pick(64); break;
    case 4: place = Guest::codeBase + 0x800 + pick(63); break; // beside code
    case 5: place = static_cast<uint32_t>(random_()); break;
    default: break;
    }
    if (mode_ == GuestMode::Real || mode_ == GuestMode::Virtual8086) {
        place = 0x8000 + pick(0x6FFF);
        if (oneIn(8)) place = 0xFFFF - pick(3);
        if (oneIn(20)) place = 0x10000 + pick(100);
    } else if (mode_ == GuestMode::Protected16) {
        place = oneIn(4) ? 0x10000 - pick(6) : 0x8000 + pick(0x7000);
    }
    return place;
}

void RandomProgram::modrmFrame(uint32_t reg) {
    const bool esp = oneIn(2);
    byte(0x40 | reg << 3 | (esp ? 4 : 5));
    if (esp) byte(0x24);
    byte(oneIn(8) ? pick(255) : 4 * pick(20) - 40);
}

/// ESP or EBP to where a frame may be, often one that crosses a page.
void RandomProgram::moveFrame() {
    if (oneIn(3)) { // sub esp, add esp, lea esp
        byte(oneIn(2) ? 0x83 : 0x8D);
        if (code_.back() == 0x8D) {
            byte(0x64);
            byte(0x24);
        } else {
            byte(oneIn(2) ? 0xEC : 0xC4);
        }
        return byte(4 * pick(8) - (oneIn(12) ? 1 : 0));
    }
    if (oneIn(2)) { // mov ebp, esp; mov esp, ebp
        byte(0x89);
        return byte(oneIn(2) ? 0xE5 : 0xEC);
    }
    byte(oneIn(2) ? 0xBC : 0xBD);
    dword((oneIn(2) ? Guest::dataBase + 0x1000 * pick(3) : Guest::stackTop - 0x800 * pick(1)) +
          4 * pick(30) - 60);
}

void RandomProgram::modrm(uint32_t reg, bool address16) {
    if (framed_ && !address16 && !oneIn(4)) return modrmFrame(reg);
    uint32_t kind = pick(9);
    if (kind < 4) return byte(0xC0 | reg << 3 | pick(7));
    if (kind < 6) {
        if (address16) {
            byte(reg << 3 | 6);
            return word(pointer());
        }
        byte(reg << 3 | 5);
        return dword(pointer());
    }
    uint32_t rm = pick(7);
    uint32_t mod = 1 + pick(1);
    if (oneIn(3) && !(address16 ? rm == 6 : rm == 5)) mod = 0;
    byte(mod << 6 | reg << 3 | rm);
    if (!address16 && rm == 4) {
        uint32_t sib = pick(255);
        if (mod == 0 && (sib & 7) == 5) sib ^= 1;
        byte(sib);
    }
    if (mod == 1) byte(oneIn(2) ? 0xF8 + pick(16) : pick(255));
    if (mod == 2) {
        if (address16)
            word(oneIn(2) ? pick(16) : pointer());
        else
            dword(oneIn(2) ? pick(16) : pointer());
    }
}

void RandomProgram::floatOfSse(bool address16) {
    if (oneIn(24)) { // LDMXCSR, STMXCSR
        byte(0x0F);
        byte(0xAE);
        return modrmMemory(2 + pick(1), address16);
    }
    constexpr auto prefixes = std::to_array<uint8_t>({0, 0x66, 0xF3, 0xF2});
    if (uint8_t prefix = prefixes[pick(3)]) byte(prefix);
    uint8_t opcode = sseFloat[pick(sseFloat.size() - 1)];
    byte(0x0F);
    byte(opcode);
    if (oneIn(3))
        modrmMemory(pick(7), address16);
    else
        modrm(pick(7), address16);
    if (opcode == 0xC2) byte(oneIn(4) ? pick(255) : pick(7));
}

void RandomProgram::floatOfX87(bool address16) {
    if (oneIn(16)) { // FNINIT, FNCLEX, FNSTSW AX, FLDCW
        switch (pick(3)) {
        case 0: byte(0xDB); return byte(0xE3);
        case 1: byte(0xDB); return byte(0xE2);
        case 2: byte(0xDF); return byte(0xE0);
        default: byte(0xD9); return modrmMemory(5, address16);
        }
    }
    if (oneIn(3)) { // the stack is kept filled
        byte(oneIn(2) ? 0xDD : oneIn(2) ? 0xD9 : 0xDB);
        return modrmMemory(0, address16);
    }
    byte(0xD8 + pick(7));
    if (oneIn(2)) return modrmMemory(pick(7), address16);
    byte(0xC0 | pick(63));
}

void RandomProgram::modrmMemory(uint32_t reg, bool address16) {
    uint32_t place = pointer() & (oneIn(2) ? ~15U : ~7U);
    byte(reg << 3 | (address16 ? 6 : 5));
    if (address16)
        word(place);
    else
        dword(place);
}

void RandomProgram::paragraph() {
    const uint32_t alias = pick(3); // the same place under several selectors
    word(after(4) + 16 * alias);
    word((Guest::codeBase >> 4) - alias);
}

/// Loads of segment registers, and transfers to the next instruction, where a selector is a base.
void RandomProgram::segments() {
    const uint32_t place = pointer() & 0xFFFF;
    switch (pick(9)) {
    case 0: { // LES LDS LSS LFS LGS
        constexpr auto codes = std::to_array<uint16_t>({0xC4, 0xC5, 0x0FB2, 0x0FB4, 0x0FB5});
        const uint16_t code = codes[pick(codes.size() - 1)];
        if (code > 0xFF) byte(0x0F);
        byte(code & 0xFF);
        byte(pick(7) << 3 | 6);
        return word(place);
    }
    case 1: // PUSH ES CS SS DS, POP ES SS DS
        byte(8 * pick(3) + 6);
        return byte(oneIn(3) ? 0x17 : oneIn(2) ? 0x07 : 0x1F);
    case 2: { // MOV to a segment register
        constexpr auto selectors =
            std::to_array<uint32_t>({0, 0x10, 0x7FF, 0x1000, 0x1001, 0x2000});
        constexpr auto registers = std::to_array<uint8_t>({Es, Ss, Ss, Ds, Fs, Gs});
        byte(0xB8);
        word(oneIn(4) ? pick(0x3FFF) : selectors[pick(selectors.size() - 1)]);
        byte(0x8E);
        return byte(0xC0 | registers[pick(registers.size() - 1)] << 3);
    }
    case 3: // CALL far
        byte(0x9A);
        return paragraph();
    case 4: // JMP far
        byte(0xEA);
        return paragraph();
    case 5: // PUSH CS, PUSH, RET far
        byte(0x0E);
        byte(0x68);
        if (oneIn(2)) {
            word(after(3));
            return byte(0xCB);
        }
        word(after(5));
        byte(0xCA);
        return word(2 * pick(2));
    case 6:
    case 7: // the same through memory
        byte(0x8C);
        byte(0x0E);
        word(place + 2);
        byte(0xC7);
        byte(0x06);
        word(place);
        word(after(6));
        byte(0xFF);
        byte(oneIn(2) ? 0x1E : 0x2E);
        return word(place);
    case 8: // INT that returns; in virtual-8086 mode #GP
        byte(mode_ == GuestMode::Real || oneIn(20) ? 0xCD : 0x9C);
        if (code_.back() == 0xCD) byte(returning);
        return;
    default: // STI
        return byte(0xFB);
    }
}

void RandomProgram::instruction() {
    bool operand16 = !code32(), address16 = !code32();
    if (segments_ && oneIn(4)) return segments();
    if (framed_ && oneIn(6)) moveFrame();
    // Registers that are used as addresses are set now and then.
    if (oneIn(4)) {
        byte(0xB8 + (oneIn(16) ? 4 : pick(7) & ~4U));
        if (operand16)
            word(pointer());
        else
            dword(pointer());
    }
    if (oneIn(8)) {
        byte(0x66);
        operand16 = !operand16;
    }
    if (oneIn(12)) {
        byte(0x67);
        address16 = !address16;
    }
    if (oneIn(24)) {
        constexpr uint8_t segments[] = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};
        byte(segments[pick(5)]);
    }
    auto immediate = [&](unsigned size) {
        if (size == 1) byte(oneIn(3) ? pick(3) : pick(255));
        if (size == 4) {
            auto value = oneIn(2) ? pick(8) : static_cast<uint32_t>(random_());
            if (operand16)
                word(value);
            else
                dword(value);
        }
    };
    if (computes_ && !oneIn(3)) return oneIn(2) ? floatOfSse(address16) : floatOfX87(address16);
    if (oneIn(8)) {
        const SseOpcode &o = sse[pick(sse.size() - 1)];
        if (o.prefix) byte(o.prefix);
        byte(0x0F);
        byte(o.code);
        if (o.reg < 0)
            modrm(pick(7), address16);
        else
            byte(0xC0 | static_cast<uint32_t>(o.reg) << 3 | pick(7));
        if (o.immediate) byte(oneIn(2) ? pick(17) : pick(255));
        return;
    }
    switch (pick(11)) {
    case 0:
    case 1:
    case 2: { // ADD … CMP in all six forms
        uint32_t form = pick(5);
        byte(pick(7) << 3 | form);
        if (form < 4)
            modrm(pick(7), address16);
        else
            immediate(form == 4 ? 1 : 4);
        return;
    }
    case 3:
    case 4:
    case 5: {
        const Opcode &o = withModrm[pick(withModrm.size() - 1)];
        if (o.code > 0xFF) byte(0x0F);
        byte(o.code & 0xFF);
        modrm(o.reg >= 0 ? static_cast<uint32_t>(o.reg) : pick(7), address16);
        return immediate(o.immediate);
    }
    case 6: // INC DEC PUSH POP
        return byte(0x40 + (oneIn(2) ? pick(15) : 16 + pick(15)));
    case 7:
        if (oneIn(4)) {
            byte(0x0F);
            byte(0x90 + pick(15));
            return modrm(0, address16);
        }
        if (oneIn(3)) {
            byte(0x0F);
            byte(0x40 + pick(15));
            return modrm(pick(7), address16);
        }
        if (oneIn(2)) {
            byte(0xB0 + pick(7));
            return byte(pick(255));
        }
        byte(0xB8 + (pick(7) & ~4U));
        return immediate(4);
    case 8: // branches forward, short
        byte(oneIn(6) ? 0xE0 + pick(3) : oneIn(8) ? 0xEB : 0x70 + pick(15));
        return byte(oneIn(3) ? pick(12) : 0);
    case 9:
        if (oneIn(5)) byte(0xF2 + pick(1));
        return byte(alone[pick(alone.size() - 1)]);
    case 10: // calls that come back: CALL next; or a push and RET
        if (oneIn(2)) {
            byte(0xE8);
            if (operand16)
                word(0);
            else
                dword(0);
            return;
        }
        byte(oneIn(2) ? 0x6A : 0xC9);
        if (code_.back() == 0x6A) byte(pick(255));
        return;
    default:
        if (oneIn(3)) {
            byte(0x0F);
            return byte(0xC8 + (pick(7) & ~4U));
        }
        byte(oneIn(2) ? 0xA8 : 0x90 + pick(7));
        if (code_.back() == 0xA8) byte(pick(255));
    }
}

/// Frames of memory that the guest does not use become pages that it does.
void RandomProgram::movePages(Guest &guest) const {
    const auto entry = [&guest](uint32_t linear) {
        return guest.peek<uint32_t>(Guest::pageTable + (linear >> 12) * 4);
    };
    const auto lead = [&](uint32_t linear, uint32_t frame) {
        guest.setPage(linear, frame | (entry(linear) & 0xFFF));
    };
    if (registers_[6] % 3 == 0) lead(Guest::dataBase + 0x1000, 0x41000);
    if (registers_[6] % 5 == 0) lead(Guest::stackTop - 0x1000, 0x42000);
    if (registers_[6] % 5 == 1) lead(Guest::userStackTop - 0x1000, 0x43000);
    if (registers_[6] % 4 == 0) {
        for (uint32_t at = 0; at < pageSize; at += 8)
            guest.poke<uint64_t>(0x44000 + at, guest.peek<uint64_t>(Guest::codeBase + 0x1000 + at));
        lead(Guest::codeBase + 0x1000, 0x44000);
    }
    if (registers_[6] % 7 == 0)
        guest.setPage(Guest::dataBase + 0x2000, entry(Guest::dataBase + 0x2000) & ~1U);
    if (registers_[6] % 11 == 0) // not to be written
        guest.setPage(Guest::dataBase + 0x1000, entry(Guest::dataBase + 0x1000) & ~2U);
    guest.cpu.setCr0(guest.cpu.cr0 | (registers_[6] % 2 ? cr0::WP : 0));
}

void RandomProgram::install(Guest &guest) const {
    guest.load(Guest::codeBase + start_, code_);
    if (mode_ == GuestMode::Real) {
        guest.poke<uint8_t>(Guest::codeBase + 0xFFFF, 0xCF); // IRET
        guest.poke<uint32_t>(4 * returning, (Guest::codeBase >> 4) << 16 | 0xFFFF);
    }
    if (mode_ == GuestMode::Paged || mode_ == GuestMode::PagedUser) movePages(guest);
    for (unsigned n = 0; n < 8; ++n)
        if (n != Esp) guest.cpu.gpr[n] = registers_[n];
    uint32_t kept = guest.cpu.systemFlags & (eflags::VM | eflags::IOPL);
    guest.cpu.setEflags(flags_ | kept);
    std::mt19937_64 fill(registers_[0]);
    // Without it SSE is #UD.
    if (registers_[1] % 8 != 0) guest.cpu.setCr4(guest.cpu.cr4 | cr4::OSFXSR);
    // Most programs mask all exceptions; of the others every instruction may raise one.
    if (registers_[2] % 4 == 0) {
        guest.cpu.sse.mxcsr = registers_[3] & 0xFFFF;
        guest.cpu.x87.control = static_cast<uint16_t>((registers_[4] & 0x1F3F) | 0x40);
    } else if (registers_[2] % 4 == 1) {
        guest.cpu.sse.mxcsr = 0x1F80 | (registers_[3] & 0xE07F);
        guest.cpu.x87.control = static_cast<uint16_t>((registers_[4] & 0x1F00) | 0x7F);
    }
    // #MF instead of IRQ 13, as every system has it.
    if (registers_[5] % 4 != 0) guest.cpu.setCr0(guest.cpu.cr0 | cr0::NE);
    for (Xmm &xmm : guest.cpu.sse.xmm)
        xmm.q = {floatBits(fill), floatBits(fill)};
    for (Float80 &value : guest.cpu.x87.registers)
        value = {fill() | (fill() % 8 != 0 ? uint64_t{1} << 63 : 0),
                 static_cast<uint16_t>(fill() % 4 != 0 ? 0x3FC0 + fill() % 128 : fill())};
    const uint64_t some = fill();
    guest.cpu.x87.empty = static_cast<uint8_t>(some & fill());
    guest.cpu.x87.status = static_cast<uint16_t>(fill() & 0x3800);
    for (uint32_t at = 0; at < 0x4000; at += 8)
        guest.poke<uint64_t>(Guest::dataBase + at, computes_ ? floatBits(fill) : fill());
}

} // namespace bootglass::test
