// SPDX-License-Identifier: GPL-3.0-or-later
// From a place in the opcode maps to a case: Zydis says which operands follow, these are filled in
// so that they lie in the data area, and what has implicit operands (strings, stack, counts) gets
// them.
#include "case_generator.h"
#include "emulator/cpu/registers.h"
#include "host_maker.h"
#include "undefined_flags.h"

#include <algorithm>
#include <cstring>

namespace bootglass::silicon {

namespace {

constexpr uint8_t lockPrefix = 0xF0, repne = 0xF2, rep = 0xF3, addressPrefix = 0x67;

// The last segment is never CS: 64-bit code ignores the four, 32-bit code cannot write there.
constexpr std::array<std::array<uint8_t, 5>, 17> prefixTable = {{
    {}, // the first byte is their number
    {1, 0x66},
    {1, 0xF3},
    {1, 0xF2},
    {2, 0x66, 0xF3},
    {2, 0xF2, 0x66},
    {2, 0x66, 0x66},
    {2, 0xF2, 0xF3},
    {2, 0xF3, 0xF2},
    {1, 0x36},
    {1, 0x3E},
    {1, 0x26},
    {4, 0x2E, 0x36, 0x26, 0x3E},
    {1, 0xF0},
    {2, 0x66, 0xF0},
    {2, 0xF0, 0xF2},
    {3, 0xF3, 0x3E, 0xF0},
}};

constexpr auto makeSets() {
    std::array<std::span<const uint8_t>, prefixTable.size()> result;
    for (size_t n = 0; n < result.size(); ++n)
        result[n] = std::span<const uint8_t>(prefixTable[n]).subspan(1, prefixTable[n][0]);
    return result;
}
constexpr auto sets = makeSets();

bool isPrefix(uint8_t byte) {
    switch (byte) {
    case 0x26:
    case 0x2E:
    case 0x36:
    case 0x3E:
    case 0x64:
    case 0x65:
    case 0x66:
    case addressPrefix:
    case lockPrefix:
    case repne:
    case rep: return true;
    default: return false;
    }
}

bool isFloat(ZydisISASet set) {
    switch (set) {
    case ZYDIS_ISA_SET_X87:
    case ZYDIS_ISA_SET_FCMOV:
    case ZYDIS_ISA_SET_PENTIUMMMX:
    case ZYDIS_ISA_SET_SSE:
    case ZYDIS_ISA_SET_SSEMXCSR:
    case ZYDIS_ISA_SET_SSE2:
    case ZYDIS_ISA_SET_SSE2MMX: return true;
    default: return false;
    }
}

bool isBitString(const Encoding &e) {
    return e.twoByte && e.memory &&
           (e.opcode == 0xA3 || e.opcode == 0xAB || e.opcode == 0xB3 || e.opcode == 0xBB);
}

bool usesStack(const Decoded &decoded) {
    auto category = decoded.instruction.meta.category;
    return category == ZYDIS_CATEGORY_PUSH || category == ZYDIS_CATEGORY_POP ||
           decoded.mnemonic() == ZYDIS_MNEMONIC_ENTER || decoded.mnemonic() == ZYDIS_MNEMONIC_LEAVE;
}

bool addressedBy(const Decoded &decoded, ZydisRegister a, ZydisRegister b) {
    for (unsigned n = 0; n < decoded.instruction.operand_count_visible; ++n) {
        const auto &o = decoded.operands[n];
        if (o.type != ZYDIS_OPERAND_TYPE_MEMORY) continue;
        for (ZydisRegister r : {o.mem.base, o.mem.index})
            if (r == a || r == b) return true;
    }
    return false;
}

std::vector<uint8_t> withoutLock(const std::vector<uint8_t> &code) {
    std::vector<uint8_t> bytes;
    bool prefixes = true;
    for (uint8_t byte : code) {
        if (prefixes && byte == lockPrefix) continue;
        prefixes = prefixes && isPrefix(byte);
        bytes.push_back(byte);
    }
    return bytes;
}

} // namespace

std::span<const std::span<const uint8_t>> prefixSets() {
    return sets;
}

/// What is known of an encoding before its operands are.
struct CaseGenerator::Draft {
    Decoded decoded;
    unsigned rm = 0; // of a register operand
    bool hasModrm = false;
    uint32_t memoryBytes = 4;
};

/// Register BT and the like address bits before and after the operand: keep them in the window.
void CaseGenerator::bitString(Case &test) {
    constexpr unsigned base = Ebp;
    unsigned reg = below(5); // a register that is part of the address would move both
    test.target = dataFirst + 0x1000 * below(4) + 64 + below(64);
    placeWindow(test, test.target);
    test.state.gpr[base] = test.target - 8;
    test.state.gpr[reg] = below(512) - 256;
    append(test, {1 << 6 | reg << 3 | base, 8});
}

/// Operands, explicit and implicit. False if the case would touch what is not the data area.
bool CaseGenerator::prepare(Case &test, const Draft &draft, const Encoding &e) {
    const Decoded &decoded = draft.decoded;
    bool string = decoded.instruction.meta.category == ZYDIS_CATEGORY_STRINGOP;
    const auto &raw = decoded.instruction.raw;
    bool offset = !draft.hasModrm && raw.disp.size != 0; // MOV AL, [offset]
    if (isBitString(e)) {
        bitString(test);
    } else if (draft.hasModrm && e.memory) {
        memoryOperand(test, e.reg, draft.memoryBytes, draft.memoryBytes == 16);
    } else if (draft.hasModrm) {
        registerOperand(test, e.reg, draft.rm);
    } else if (string || decoded.mnemonic() == ZYDIS_MNEMONIC_XLAT) {
        stringOperands(test);
        test.repeats = string && decoded.has(ZYDIS_ATTRIB_HAS_REP | ZYDIS_ATTRIB_HAS_REPE |
                                             ZYDIS_ATTRIB_HAS_REPNE);
    } else {
        test.target = dataFirst + 0x1000 * (1 + below(3)) - below(8);
        placeWindow(test, test.target);
        if (offset) appendLittle(test, test.target, 4);
    }
    bool shift = findUndefinedFlags(decoded.mnemonic()) &&
                 findUndefinedFlags(decoded.mnemonic())->count != CountRule::None;
    for (const auto &immediate : raw.imm) {
        uint32_t value = shift && oneIn(2) ? below(36) : interesting();
        if (decoded.mnemonic() == ZYDIS_MNEMONIC_ENTER)
            value = below(immediate.size == 8 ? 64 : 40);
        if (immediate.size != 0) appendLittle(test, value, immediate.size / 8U);
    }

    auto &gpr = test.state.gpr;
    if (decoded.mnemonic() == ZYDIS_MNEMONIC_MASKMOVQ ||
        decoded.mnemonic() == ZYDIS_MNEMONIC_MASKMOVDQU)
        gpr[Edi] = test.windowFirst + below(192 - 16);
    if (usesStack(decoded)) {
        // The addressing form is known only now.
        auto actual = set_.decode32(withoutLock(test.code32));
        if (!actual) return false;
        bool based = addressedBy(*actual, ZYDIS_REGISTER_ESP, ZYDIS_REGISTER_ESP);
        if (!based) gpr[Esp] = test.windowFirst + 80 + below(48);
        gpr[Ebp] =
            decoded.mnemonic() == ZYDIS_MNEMONIC_ENTER || decoded.mnemonic() == ZYDIS_MNEMONIC_LEAVE
                ? test.windowFirst + 100 + below(64)
                : gpr[Ebp];
        if (gpr[Esp] < test.windowFirst + 8 || gpr[Esp] > test.windowFirst + 184) return false;
    }
    return true;
}

/// The flags that are undefined for this count. False: the result is, too.
bool CaseGenerator::countedFlags(Case &test, const Decoded &decoded) {
    const UndefinedFlags *row = findUndefinedFlags(decoded.mnemonic());
    if (!row) return true;
    test.undefinedFlags = row->flags;
    if (row->count == CountRule::None) return true;
    uint32_t count = test.state.gpr[Ecx];
    for (unsigned n = 1; n < decoded.instruction.operand_count_visible; ++n) {
        const auto &operand = decoded.operands[n];
        if (operand.type == ZYDIS_OPERAND_TYPE_IMMEDIATE)
            count = static_cast<uint32_t>(operand.imm.value.u);
    }
    count &= 31;
    uint32_t bits = decoded.operands[0].size;
    if (count == 0)
        test.undefinedFlags = 0;
    else if (count != 1)
        test.undefinedFlags |= eflags::OF;
    if (row->count == CountRule::Shift && count > bits) test.undefinedFlags |= eflags::CF;
    return row->count != CountRule::Double || count <= bits;
}

/// A conditional branch goes over an instruction or not.
bool CaseGenerator::branchCase(Case &test, const Decoded &decoded) {
    if (decoded.instruction.meta.category != ZYDIS_CATEGORY_COND_BR) return true;
    if (decoded.has(ZYDIS_ATTRIB_HAS_OPERANDSIZE)) return false; // makers differ in 64-bit code
    unsigned bytes = decoded.instruction.raw.imm[0].size / 8U;
    for (auto *code : {&test.code32, &test.code64}) {
        code->resize(code->size() - bytes);
        code->push_back(2);
        code->insert(code->end(), bytes - 1, 0);
    }
    append(test, {0xB0, 0x5A}); // MOV AL, 5Ah
    test.instructions = 2;
    return true;
}

/// x87 exceptions that are not masked, pending or not: the next instruction that waits raises #MF.
void CaseGenerator::unmaskSome(Case &test) {
    bool x87 = test.opcode >= 0xD8 && test.opcode <= 0xDF;
    if (!oneIn(4) || (x87 && unmaskedX87Differs(test.opcode, test.modrm))) return;
    FloatImage &fx = test.state.fx;
    auto control = static_cast<uint16_t>(fx.get<uint16_t>(FloatImage::controlAt) & ~below(64));
    uint32_t flags = below(64);
    if (!oneIn(3)) flags &= control; // else pending
    auto status = static_cast<uint16_t>(fx.get<uint16_t>(FloatImage::statusAt) | flags |
                                        (flags & ~control & 0x3FU ? 0x8080 : 0));
    fx.put(FloatImage::controlAt, control);
    fx.put(FloatImage::statusAt, status);
}

/// Comparisons that often find what they expect, divisions whose quotient fits.
void CaseGenerator::meetExpectations(Case &test, const Decoded &decoded, const Draft &draft,
                                     const Encoding &e) {
    auto &gpr = test.state.gpr;
    bool free = !addressedBy(decoded, ZYDIS_REGISTER_EAX, ZYDIS_REGISTER_EDX);
    if (!free || oneIn(3)) return;
    switch (decoded.mnemonic()) {
    case ZYDIS_MNEMONIC_DIV:
    case ZYDIS_MNEMONIC_IDIV: gpr[Edx] = oneIn(2) ? 0 : 0xFFFFFFFF; break;
    case ZYDIS_MNEMONIC_CMPXCHG:
    case ZYDIS_MNEMONIC_CMPXCHG8B: {
        size_t at = test.target - test.windowFirst;
        if (!e.memory)
            gpr[Eax] = gpr[draft.rm];
        else if (at + 8 <= test.window.size()) {
            std::memcpy(&gpr[Eax], test.window.data() + at, 4);
            std::memcpy(&gpr[Edx], test.window.data() + at + 4, 4);
        }
        break;
    }
    default: break;
    }
}

std::optional<Case> CaseGenerator::encoded(const Encoding &e) {
    if (!e.twoByte && (isPrefix(e.opcode) || e.opcode == 0x0F)) return {};
    // What follows the opcode?
    Draft draft;
    draft.rm = below(8);
    std::vector<uint8_t> probe(e.prefixes.begin(), e.prefixes.end());
    if (e.twoByte) probe.push_back(0x0F);
    probe.push_back(e.opcode);
    probe.push_back(static_cast<uint8_t>(e.memory ? e.reg << 3 | 3 : 0xC0 | e.reg << 3 | draft.rm));
    uint8_t modrm = probe.back();
    probe.resize(24);
    auto first = set_.decode32(withoutLock(probe));
    if (!first || !sse2OrOlder(first->instruction.meta.isa_set) ||
        !InstructionSet::exact(first->mnemonic()))
        return {};
    draft.decoded = *first;
    draft.hasModrm = first->has(ZYDIS_ATTRIB_HAS_MODRM);
    for (unsigned n = 0; n < first->instruction.operand_count_visible; ++n)
        if (first->operands[n].type == ZYDIS_OPERAND_TYPE_MEMORY && first->operands[n].size >= 8)
            draft.memoryBytes = first->operands[n].size / 8U;

    Case test;
    test.opcode = e.opcode;
    test.modrm = draft.hasModrm ? modrm : 0;
    test.name = ZydisMnemonicGetString(first->mnemonic());
    test.usesFloat = isFloat(first->instruction.meta.isa_set);
    test.state = randomState();
    if (test.usesFloat) {
        fillFloats(test.state.fx);
        if (!e.twoByte || first->instruction.meta.isa_set == ZYDIS_ISA_SET_PENTIUMMMX)
            unmaskSome(test);
    }
    test.code64.push_back(addressPrefix);
    for (uint8_t prefix : e.prefixes)
        append(test, {prefix});
    if (e.twoByte) append(test, {0x0F});
    append(test, {e.opcode});
    if (!prepare(test, draft, e)) return {};

    // The same in both modes?
    auto in32 = set_.decode32(withoutLock(test.code32));
    auto in64 = set_.decode64(withoutLock(test.code64));
    if (!in32 || !in64 || !InstructionSet::comparable(*in32, *in64)) return {};
    if (withoutLock(test.code32).size() != in32->instruction.length ||
        withoutLock(test.code64).size() != in64->instruction.length)
        return {};
    if (!countedFlags(test, *in32) || !branchCase(test, *in32)) return {};
    meetExpectations(test, *in32, draft, e);
    if (test.code64.size() > 15) return {};
    return test;
}

Case CaseGenerator::integer() {
    for (;;) {
        Encoding e{oneIn(2) ? sets[0] : sets[below(sets.size())], oneIn(3),
                   static_cast<uint8_t>(below(256)), static_cast<uint8_t>(below(8)), oneIn(2)};
        auto test = encoded(e);
        if (test && !test->usesFloat) return *test;
    }
}

Case CaseGenerator::simd() {
    for (;;) {
        static constexpr unsigned mandatory[] = {0, 1, 2, 5};
        Encoding e{sets[mandatory[below(4)]], true, static_cast<uint8_t>(below(256)),
                   static_cast<uint8_t>(below(8)), oneIn(2)};
        auto test = encoded(e);
        if (test && test->usesFloat) return *test;
    }
}

Case CaseGenerator::x87() {
    for (;;) {
        Encoding e{sets[0], false, static_cast<uint8_t>(oneIn(40) ? 0x9B : 0xD8 + below(8)),
                   static_cast<uint8_t>(below(8)), oneIn(2)};
        auto test = encoded(e);
        if (test) return *test;
    }
}

/// FNSAVE, FXRSTOR and the like. Of the images, the pointers to the last instruction and operand
/// are not compared: processors keep them or not (SDM vol. 1, 8.1.8; FXSAVE: AMD vol. 2, 11.4.4).
Case CaseGenerator::image() {
    struct Row {
        const char *name;
        unsigned opcode, second, reg; // the second byte, for 0F
        uint32_t bytes;
        std::vector<std::pair<size_t, size_t>> ignored;
    };
    static const std::array<Row, 8> rows{{
        {"fnstenv", 0xD9, 0, 6, 28, {{12, 16}}},
        {"fnsave", 0xDD, 0, 6, 108, {{12, 16}}},
        {"fldenv", 0xD9, 0, 4, 28, {}},
        {"frstor", 0xDD, 0, 4, 108, {}},
        // Upper halves of the pointers, MXCSR_MASK, XMM8 to XMM15 and what is reserved.
        {"fxsave",
         0x0F,
         0xAE,
         0,
         512,
         {{5, 19},
          {28, 4},
          {42, 6},
          {58, 6},
          {74, 6},
          {90, 6},
          {106, 6},
          {122, 6},
          {138, 6},
          {154, 6},
          {288, 224}}},
        {"fxrstor", 0x0F, 0xAE, 1, 512, {}},
        {"ldmxcsr", 0x0F, 0xAE, 2, 4, {}},
        {"stmxcsr", 0x0F, 0xAE, 3, 4, {}},
    }};
    const Row &row = rows[below(rows.size())];
    Case test;
    test.name = row.name;
    test.opcode = static_cast<uint8_t>(row.opcode);
    test.usesFloat = true;
    test.state = randomState();
    fillFloats(test.state.fx);
    unmaskSome(test);
    test.target = dataFirst + 1024 + below(dataBytes - 2048);
    if (oneIn(8)) test.target = dataEnd - below(row.bytes + 4);
    if (row.bytes == 512 && !oneIn(16)) test.target &= ~15U;
    placeWindow(test, test.target, 1024);
    size_t at = test.target - test.windowFirst;
    auto put16 = [&](size_t where, uint32_t value) {
        if (at + where + 2 <= test.window.size())
            std::memcpy(test.window.data() + at + where, &value, 2);
    };
    if (row.bytes != 4) { // a control word that keeps most exceptions masked
        size_t step = row.bytes == 512 ? 2 : 4;
        uint32_t control = oneIn(3) ? static_cast<uint32_t>(random_()) & 0x1F7F : 0x37F;
        uint32_t flags = static_cast<uint32_t>(random_()) & 0x3F & (oneIn(3) ? 0x3F : control);
        put16(0, control | 0x40);
        put16(step, (static_cast<uint32_t>(random_()) & 0x7F00) | flags |
                        (flags & ~control & 0x3F ? 0x8080U : 0));
        put16(24, static_cast<uint32_t>(random_()) & 0xFFFF); // FXRSTOR: MXCSR
        put16(26, oneIn(16) ? 0x8000 : 0);
    } else {
        put16(0, static_cast<uint32_t>(random_()) & 0xFFFF);
        put16(2, oneIn(8) ? 0x0100 : 0);
    }
    for (auto [from, bytes] : row.ignored)
        test.ignored.emplace_back(at + from, bytes);
    constexpr unsigned base = Ebx;
    test.state.gpr[base] = test.target;
    test.code64.push_back(addressPrefix);
    append(test, {row.opcode});
    if (row.second) append(test, {row.second});
    append(test, {row.reg << 3 | base});
    return test;
}

} // namespace bootglass::silicon
