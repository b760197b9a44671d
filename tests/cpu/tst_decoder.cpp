// SPDX-License-Identifier: GPL-3.0-or-later
// The decoder against Zydis: lengths and validity of random and of directed byte strings in both
// code sizes.
#include "emulator/cpu/decoder.h"
#include "emulator/cpu/opcode_map.h"
#include "emulator/cpu/registers.h"

#include <QTest>

#include <Zydis/Zydis.h>

#include <array>
#include <random>

using namespace bootglass;

namespace {

using Bytes = std::array<uint8_t, 16>;

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

/// What this CPU has: no instruction set after SSE2.
bool has(ZydisISASet set) {
    switch (set) {
    case ZYDIS_ISA_SET_I86:
    case ZYDIS_ISA_SET_I186:
    case ZYDIS_ISA_SET_I286REAL:
    case ZYDIS_ISA_SET_I286PROTECTED:
    case ZYDIS_ISA_SET_I386:
    case ZYDIS_ISA_SET_I486:
    case ZYDIS_ISA_SET_I486REAL:
    case ZYDIS_ISA_SET_PENTIUMREAL:
    case ZYDIS_ISA_SET_PENTIUMMMX:
    case ZYDIS_ISA_SET_PPRO:
    case ZYDIS_ISA_SET_CMOV:
    case ZYDIS_ISA_SET_FCMOV:
    case ZYDIS_ISA_SET_FAT_NOP:
    case ZYDIS_ISA_SET_FXSAVE:
    case ZYDIS_ISA_SET_CLFSH:
    case ZYDIS_ISA_SET_LAHF:
    case ZYDIS_ISA_SET_PAUSE:
    case ZYDIS_ISA_SET_PREFETCH_NOP:
    case ZYDIS_ISA_SET_RDPMC:
    case ZYDIS_ISA_SET_SSE:
    case ZYDIS_ISA_SET_SSEMXCSR:
    case ZYDIS_ISA_SET_SSE_PREFETCH:
    case ZYDIS_ISA_SET_SSE2:
    case ZYDIS_ISA_SET_SSE2MMX:
    case ZYDIS_ISA_SET_X87: return true;
    default: return false;
    }
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
            ZydisDecoderDecodeInstruction(&decoder_, nullptr, bytes.data(), 15, &instruction);
        if (!ZYAN_SUCCESS(status) || !has(instruction.meta.isa_set)) return {};
        bool undefined = instruction.mnemonic >= ZYDIS_MNEMONIC_UD0 &&
                         instruction.mnemonic <= ZYDIS_MNEMONIC_UD2;
        return {!undefined, instruction.length};
    }
    ZydisDecodedInstruction instruction{};

  private:
    ZydisDecoder decoder_{};
};

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
    if (mine == theirs || knownDifference(insn)) return true;
    qWarning("%s: ours %s, %u bytes; Zydis %s, %u bytes (%s)", qPrintable(hex(bytes)),
             mine.valid ? "valid" : "#UD", mine.length, theirs.valid ? "valid" : "#UD",
             theirs.length, ZydisMnemonicGetString(reference.instruction.mnemonic));
    return false;
}

void TestDecoder::agreesWithZydisOnRandomBytes() {
    QFETCH(bool, code32);
    Reference reference(code32);
    std::mt19937_64 random(20260101);
    int differences = 0;
    for (int n = 0; n < 1'000'000 && differences < 20; ++n) {
        Bytes bytes;
        for (auto &byte : bytes)
            byte = static_cast<uint8_t>(random());
        // Half of them in the two-byte map.
        if (n & 1) bytes[0] = 0x0F;
        if (!agrees(reference, bytes, code32)) ++differences;
    }
    QCOMPARE(differences, 0);
}

void TestDecoder::agreesWithZydisOnEveryOpcode() {
    QFETCH(bool, code32);
    Reference reference(code32);
    int differences = 0;
    for (uint8_t prefix : std::to_array<uint8_t>({0x00, 0x66, 0x67, 0xF2, 0xF3, 0xF0, 0x2E}))
        for (bool twoByte : {false, true})
            for (unsigned opcode = 0; opcode < 256; ++opcode)
                for (unsigned modrm = 0; modrm < 256; ++modrm) {
                    Bytes bytes{};
                    size_t at = 0;
                    if (prefix) bytes[at++] = prefix;
                    if (twoByte) bytes[at++] = 0x0F;
                    bytes[at++] = static_cast<uint8_t>(opcode);
                    bytes[at++] = static_cast<uint8_t>(modrm);
                    bytes[at++] = 0x25; // a SIB byte that takes a displacement
                    if (!agrees(reference, bytes, code32) && ++differences > 20) QFAIL("many");
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
