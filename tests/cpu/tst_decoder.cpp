// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder against Zydis: length, validity and operands of byte strings in both code sizes, for
// all pairs of prefixes with every opcode, and for random ones. BOOTGLASS_DECODER_CASES and
// BOOTGLASS_DECODER_SEED ask for more than the seeded set.
#include "emulator/cpu/decoder.h"
#include "emulator/cpu/opcode_map.h"
#include "emulator/cpu/registers.h"
#include "tests/silicon/instruction_set.h"

#include <QTest>

#include <Zydis/Zydis.h>

#include <array>
#include <bit>
#include <cstring>
#include <random>
#include <vector>

using namespace bootglass;

namespace {

using Bytes = std::array<uint8_t, 16>;

constexpr uint8_t prefixBytes[] = {0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x26,
                                   0x2E, 0x36, 0x3E, 0x64, 0x65};

uint64_t setting(const char *name, uint64_t otherwise) {
    bool ok = false;
    uint64_t value = qEnvironmentVariable(name).toULongLong(&ok);
    return ok ? value : otherwise;
}

struct Outcome {
    bool valid = false;
    unsigned length = 0;
    bool operator==(const Outcome &) const = default;
};

Outcome ours(const Bytes &bytes, bool code32, Insn &insn) {
    uint8_t properties = 0;
    auto result = decode(std::span(bytes).first(15), code32, insn, properties);
    if (result != DecodeResult::Done) return {};
    return {insn.op != Op::Ud && insn.op != Op::Invalid, insn.length};
}

class Reference {
  public:
    explicit Reference(bool code32) {
        ZydisDecoderInit(&decoder_,
                         code32 ? ZYDIS_MACHINE_MODE_LEGACY_32 : ZYDIS_MACHINE_MODE_LEGACY_16,
                         code32 ? ZYDIS_STACK_WIDTH_32 : ZYDIS_STACK_WIDTH_16);
        for (auto mode :
             {ZYDIS_DECODER_MODE_MPX, ZYDIS_DECODER_MODE_CET, ZYDIS_DECODER_MODE_LZCNT,
              ZYDIS_DECODER_MODE_TZCNT, ZYDIS_DECODER_MODE_WBNOINVD, ZYDIS_DECODER_MODE_CLDEMOTE})
            ZydisDecoderEnableMode(&decoder_, mode, ZYAN_FALSE);
    }
    Outcome decode(const Bytes &bytes) {
        auto status =
            ZydisDecoderDecodeFull(&decoder_, bytes.data(), 15, &instruction, operands.data());
        if (!ZYAN_SUCCESS(status) || !silicon::sse2OrOlder(instruction.meta.isa_set)) return {};
        bool undefined = instruction.mnemonic >= ZYDIS_MNEMONIC_UD0 &&
                         instruction.mnemonic <= ZYDIS_MNEMONIC_UD2;
        return {!undefined, instruction.length};
    }
    ZydisDecodedInstruction instruction{};
    std::array<ZydisDecodedOperand, ZYDIS_MAX_OPERAND_COUNT> operands{};

  private:
    ZydisDecoder decoder_{};
};

/// Registers as the decoder numbers them: byte registers by their place in the register file.
unsigned numberOf(ZydisRegister reg) {
    auto id = static_cast<unsigned>(ZydisRegisterGetId(reg));
    if (ZydisRegisterGetClass(reg) != ZYDIS_REGCLASS_GPR8) return id;
    // Zydis: AL CL DL BL AH CH DH BH SPL ...
    return (id & 3) * 4 + (id >> 2);
}

unsigned addressRegister(ZydisRegister reg) {
    return reg == ZYDIS_REGISTER_NONE ? 8U : numberOf(reg);
}

QString memoryDiffers(const Insn &insn, const ZydisDecodedOperand &operand) {
    if (!insn.memory) return "no memory operand";
    const auto &mem = operand.mem;
    unsigned base = addressRegister(mem.base), index = addressRegister(mem.index);
    unsigned scale = mem.scale == 0 ? 0 : static_cast<unsigned>(std::countr_zero(mem.scale));
    // Of two registers without a scale, either may be called the base.
    bool same = insn.base == base && insn.index == index && insn.scale == scale;
    bool swapped = insn.scale == 0 && scale == 0 && insn.base == index && insn.index == base;
    if (!same && !swapped) return "base and index";
    auto displacement = static_cast<uint32_t>(mem.disp.has_displacement ? mem.disp.value : 0);
    if ((insn.disp ^ displacement) & insn.addressMask) return "displacement";
    bool addressOnly = mem.type == ZYDIS_MEMOP_TYPE_AGEN; // LEA has no segment
    if (!addressOnly && insn.segment != static_cast<unsigned>(ZydisRegisterGetId(mem.segment)))
        return "segment";
    return {};
}

/// What is decoded otherwise than Zydis has it; empty if nothing is.
QString operandsDiffer(const Insn &insn, const Reference &reference) {
    const auto &theirs = reference.instruction;
    bool prefetch = insn.op == Op::Nop; // nobody looks at the operands of hints
    if (prefetch) return {};
    if (insn.address16 != (theirs.address_width == 16)) return "address size";
    bool x87 = insn.opcode >= 0xD8 && insn.opcode <= 0xDF;
    for (unsigned n = 0; n < theirs.operand_count; ++n) {
        const auto &operand = reference.operands[n];
        if (operand.visibility == ZYDIS_OPERAND_VISIBILITY_HIDDEN) continue;
        switch (operand.encoding) {
        case ZYDIS_OPERAND_ENCODING_MODRM_REG: {
            if (operand.type == ZYDIS_OPERAND_TYPE_REGISTER &&
                insn.reg != numberOf(operand.reg.value))
                return "reg";
            break;
        }
        case ZYDIS_OPERAND_ENCODING_MODRM_RM:
        case ZYDIS_OPERAND_ENCODING_OPCODE:
            if (operand.type == ZYDIS_OPERAND_TYPE_MEMORY) {
                if (auto text = memoryDiffers(insn, operand); !text.isEmpty()) return text;
            } else if (operand.type == ZYDIS_OPERAND_TYPE_REGISTER && !x87) {
                if (insn.memory || insn.rm != numberOf(operand.reg.value)) return "rm";
            }
            break;
        case ZYDIS_OPERAND_ENCODING_DISP16_32_64:
            if (!insn.memory || insn.base != 8 || insn.index != 8) return "offset's registers";
            if ((insn.disp ^ static_cast<uint32_t>(operand.mem.disp.value)) & insn.addressMask)
                return "offset";
            if (insn.segment != static_cast<unsigned>(ZydisRegisterGetId(operand.mem.segment)))
                return "segment";
            break;
        default: break;
        }
        if (operand.type == ZYDIS_OPERAND_TYPE_POINTER &&
            (insn.imm != operand.ptr.offset || insn.disp != operand.ptr.segment))
            return "far pointer";
    }
    bool pointer =
        theirs.operand_count > 0 && reference.operands[0].type == ZYDIS_OPERAND_TYPE_POINTER;
    if (theirs.raw.imm[0].size != 0 && !pointer) {
        uint32_t mask = theirs.operand_width == 8    ? 0xFF
                        : theirs.operand_width == 16 ? 0xFFFF
                                                     : 0xFFFFFFFF;
        if (theirs.raw.imm[0].is_relative) mask = 0xFFFFFFFF;
        if ((insn.imm ^ static_cast<uint32_t>(theirs.raw.imm[0].value.u)) & mask)
            return "immediate";
        if (theirs.raw.imm[1].size != 0 && insn.disp != theirs.raw.imm[1].value.u)
            return "second immediate";
    }
    return {};
}

QString hex(const Bytes &bytes) {
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), 15).toHex(' ');
}

/// Where the two may differ: a sentence that says why; else null.
const char *knownDifference(const Insn &insn) {
    unsigned reg = insn.modrm >> 3 & 7;
    switch (insn.opcode) {
    case 0x8C:
    case 0x8E:
        if (reg >= 6 || reg == Cs) return "no such segment register: refused when executed";
        break;
    case 0x0F20:
    case 0x0F22:
        if (reg == 1 || reg >= 5) return "no such control register: refused when executed";
        break;
    case 0x0F0D: return "a prefetch hint: no operation on this CPU";
    default: break;
    }
    return nullptr;
}

} // namespace

class TestDecoder : public QObject {
    Q_OBJECT

  private slots:
    void agreesWithZydisOnRandomBytes_data() { codeSizes(); }
    void agreesWithZydisOnRandomBytes();
    void agreesWithZydisOnEveryOpcode_data() { codeSizes(); }
    void agreesWithZydisOnEveryOpcode();
    void asksForMoreBytes();
    void refusesTooLongInstructions();

  private:
    static void codeSizes() {
        QTest::addColumn<bool>("code32");
        QTest::newRow("16-bit code") << false;
        QTest::newRow("32-bit code") << true;
    }
    static bool agrees(Reference &reference, const Bytes &bytes, bool code32);
};

bool TestDecoder::agrees(Reference &reference, const Bytes &bytes, bool code32) {
    Outcome theirs = reference.decode(bytes);
    Insn insn;
    Outcome mine = ours(bytes, code32, insn);
    if (!mine.valid) mine.length = 0; // where an undefined opcode ends is nobody's business
    if (!theirs.valid) theirs.length = 0;
    if (knownDifference(insn)) return true;
    if (mine == theirs && mine.valid) {
        QString text = operandsDiffer(insn, reference);
        if (text.isEmpty()) return true;
        qWarning("%s (%s): another %s", qPrintable(hex(bytes)),
                 ZydisMnemonicGetString(reference.instruction.mnemonic), qPrintable(text));
        return false;
    }
    if (mine == theirs) return true;
    qWarning("%s: ours %s, %u bytes; Zydis %s, %u bytes (%s)", qPrintable(hex(bytes)),
             mine.valid ? "valid" : "#UD", mine.length, theirs.valid ? "valid" : "#UD",
             theirs.length, ZydisMnemonicGetString(reference.instruction.mnemonic));
    return false;
}

void TestDecoder::agreesWithZydisOnRandomBytes() {
    QFETCH(bool, code32);
    Reference reference(code32);
    std::mt19937_64 random(setting("BOOTGLASS_DECODER_SEED", 20260101));
    uint64_t cases = setting("BOOTGLASS_DECODER_CASES", 1'000'000) / 2; // of either code size
    int differences = 0;
    for (uint64_t n = 0; n < cases && differences < 20; ++n) {
        Bytes bytes;
        for (size_t at = 0; at < bytes.size(); at += 8) {
            uint64_t value = random();
            std::memcpy(bytes.data() + at, &value, 8);
        }
        // Plain, in the two-byte map, behind prefixes, and both.
        size_t at = 0;
        for (uint64_t p = n & 2 ? bytes[15] % 5 : 0; p != 0; --p, ++at)
            bytes[at] = prefixBytes[bytes[at] % std::size(prefixBytes)];
        if (n & 1) bytes[at] = 0x0F;
        if (!agrees(reference, bytes, code32)) ++differences;
    }
    QCOMPARE(differences, 0);
}

/// Each pair of prefixes (none among them) with each opcode; with at most one prefix, each ModRM
/// byte and several SIB bytes.
void TestDecoder::agreesWithZydisOnEveryOpcode() {
    QFETCH(bool, code32);
    Reference reference(code32);
    int differences = 0;
    auto look = [&](int first, int second, bool twoByte, unsigned opcode, unsigned modrm,
                    uint8_t sib) {
        Bytes bytes{};
        size_t at = 0;
        for (int prefix : {first, second})
            if (prefix >= 0) bytes[at++] = static_cast<uint8_t>(prefix);
        if (twoByte) bytes[at++] = 0x0F;
        bytes[at++] = static_cast<uint8_t>(opcode);
        bytes[at++] = static_cast<uint8_t>(modrm);
        bytes[at++] = sib;
        for (uint8_t filler = 0x81; at < bytes.size(); filler = static_cast<uint8_t>(filler + 0x13))
            bytes[at++] = filler;
        if (!agrees(reference, bytes, code32)) ++differences;
    };
    std::vector<int> prefixes{-1};
    prefixes.insert(prefixes.end(), std::begin(prefixBytes), std::end(prefixBytes));
    for (int first : prefixes)
        for (bool twoByte : {false, true})
            for (unsigned opcode = 0; opcode < 256 && differences < 20; ++opcode) {
                for (unsigned modrm = 0; modrm < 256; ++modrm)
                    for (uint8_t sib : std::to_array<uint8_t>({0x25, 0x00, 0x64, 0xED, 0x9C}))
                        look(first, -1, twoByte, opcode, modrm, sib);
                for (int second : prefixes)
                    for (unsigned n = 0; n < 32; ++n) // each mod and reg
                        look(first, second, twoByte, opcode, (n << 3 | (n * 5 & 7)) & 0xFF, 0x4D);
            }
    QCOMPARE(differences, 0);
}

void TestDecoder::asksForMoreBytes() {
    const std::array<uint8_t, 7> bytes{0xC7, 0x84, 0x24, 0x78, 0x56, 0x34, 0x12};
    Insn insn;
    uint8_t properties = 0;
    for (size_t n = 0; n < bytes.size(); ++n)
        QCOMPARE(decode(std::span(bytes).first(n), true, insn, properties),
                 DecodeResult::NeedMoreBytes);
}

void TestDecoder::refusesTooLongInstructions() {
    std::array<uint8_t, 16> bytes;
    bytes.fill(0x66);
    bytes[14] = 0x90;
    Insn insn;
    uint8_t properties = 0;
    QCOMPARE(decode(bytes, true, insn, properties), DecodeResult::Done);
    QCOMPARE(insn.length, 15);
    bytes[14] = 0x66;
    bytes[15] = 0x90;
    QCOMPARE(decode(bytes, true, insn, properties), DecodeResult::TooLong);
}

QTEST_APPLESS_MAIN(TestDecoder)
#include "tst_decoder.moc"
