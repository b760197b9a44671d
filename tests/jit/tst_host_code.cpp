// SPDX-License-Identifier: GPL-3.0-or-later
// What the translator makes of single instructions, and of a whole block, held against
// tests/jit/host_code.txt. A change that is meant shows as a change of that file in the review; it
// is written anew by
//     BOOTGLASS_WRITE_HOST_CODE=1 build/release/tests/jit/tst_host_code
// Also: what a host is told that has no translator.
#include "emulator/cpu/decoder.h"
#include "emulator/cpu/opcode_map.h"
#include "emulator/jit/host.h"
#include "emulator/jit/jit.h"
#include "tests/cpu/guest.h"
#include "tests/jit/host_text.h"

#include <QTest>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace bootglass;
using namespace bootglass::test;

namespace {

using Bytes = std::vector<uint8_t>;

const std::vector<Bytes> instructions = {
    {0x01, 0xD8},                   // add eax, ebx
    {0x66, 0x11, 0xCA},             // adc dx, cx
    {0x28, 0xE5},                   // sub ch, ah
    {0x83, 0xC1, 0x05},             // add ecx, 5
    {0x35, 0x78, 0x56, 0x34, 0x12}, // xor eax, 12345678h
    {0x85, 0xC9},                   // test ecx, ecx
    {0x40},                         // inc eax
    {0xF7, 0xD8},                   // neg eax
    {0xC1, 0xE2, 0x07},             // shl edx, 7
    {0xD3, 0xF8},                   // sar eax, cl
    {0xD1, 0xD3},                   // rcl ebx, 1
    {0x0F, 0xA4, 0xD0, 0x05},       // shld eax, edx, 5
    {0x0F, 0xAF, 0xC3},             // imul eax, ebx
    {0xF7, 0xE1},                   // mul ecx
    {0xF7, 0xF3},                   // div ebx
    {0x0F, 0xBC, 0xC1},             // bsf eax, ecx
    {0x0F, 0xBA, 0xE0, 0x03},       // bt eax, 3
    {0x0F, 0xC8},                   // bswap eax
    {0x89, 0xC8},                   // mov eax, ecx
    {0xB4, 0x12},                   // mov ah, 12h
    {0x8B, 0x43, 0x08},             // mov eax, [ebx + 8]
    {0x89, 0x0C, 0xB5, 0, 0, 2, 0}, // mov [esi * 4 + 20000h], ecx
    {0x88, 0x27},                   // mov [edi], ah
    {0x66, 0x8B, 0x06},             // mov ax, [esi]
    {0x01, 0x03},                   // add [ebx], eax
    {0x0F, 0xB6, 0x06},             // movzx eax, byte [esi]
    {0x0F, 0xBF, 0xC2},             // movsx eax, dx
    {0x8D, 0x44, 0x8B, 0x10},       // lea eax, [ebx + ecx * 4 + 10h]
    {0x87, 0x0B},                   // xchg [ebx], ecx
    {0xF0, 0x0F, 0xB1, 0x0B},       // lock cmpxchg [ebx], ecx
    {0x0F, 0x44, 0xC1},             // cmove eax, ecx
    {0x0F, 0x92, 0xC0},             // setc al
    {0x50},                         // push eax
    {0x6A, 0xFF},                   // push -1
    {0x5B},                         // pop ebx
    {0xC9},                         // leave
    {0x9C},                         // pushfd
    {0xFC},                         // cld
    {0xF3, 0xA5},                   // rep movsd
    {0xAC},                         // lodsb
    {0x0F, 0x31},                   // rdtsc
    {0xF3, 0x90},                   // pause
    {0x0F, 0xA2},                   // cpuid
    {0xE4, 0x61},                   // in al, 61h
    {0x75, 0x10},                   // jne
    {0xE2, 0xFE},                   // loop to itself
    {0xEB, 0x20},                   // jmp
    {0xE8, 0x10, 0, 0, 0},          // call
    {0xFF, 0xD0},                   // call eax
    {0xC3},                         // ret
    {0xDD, 0x03},                   // fld qword [ebx]
    {0x66, 0x0F, 0xFE, 0xC1},       // paddd xmm0, xmm1
    {0x66, 0x0F, 0x58, 0x03},       // addpd xmm0, [ebx]
};

/// Whole blocks: a loop over an array; variables beside EBP.
const Bytes loop = {0x8B, 0x04, 0x8B, 0x01, 0xC2, 0x49, 0x75, 0xF8};
const Bytes frame = {0x8B, 0x45, 0xF0, 0x03, 0x45, 0xF4, 0x33, 0x45, 0xF8, 0xEB, 0x10};

class Listed {
  public:
    std::string of(const Bytes &code) {
        std::vector<Insn> insns;
        uint32_t offset = 0;
        uint8_t properties = 0;
        while (offset < code.size()) {
            Insn insn;
            const auto rest = std::span(code).subspan(offset);
            if (decode(rest, true, insn, properties) != DecodeResult::Done) return "?\n";
            insn.offset = static_cast<uint16_t>(offset);
            insn.position = static_cast<uint8_t>(insns.size());
            offset += insn.length;
            insns.push_back(insn);
        }
        const size_t count = insns.size();
        insns.emplace_back();
        const HostListing host = jit_.list({.host = code.data(),
                                            .bytes = static_cast<uint16_t>(offset),
                                            .count = static_cast<uint8_t>(count),
                                            .code32 = true,
                                            .insns = insns.data()});
        if (host.starts.size() != count + 1) return "?\n";
        const bool whole = count > 1;
        std::string text;
        if (whole) text = "the block is entered by\n" + lines(host, 0, host.starts[0]);
        for (size_t n = 0; n < count; ++n) {
            const auto own = std::span(code).subspan(insns[n].offset, insns[n].length);
            text += textOf(own, CS_MODE_32).front() + "\n";
            text += lines(host, host.starts[n], host.starts[n + 1]);
        }
        if (whole) text += "behind it\n" + lines(host, host.starts[count], host.code.size());
        return text + "\n";
    }

  private:
    std::string lines(const HostListing &host, size_t from, size_t to) const {
        std::string text;
        for (const std::string &line :
             textOf(std::span(host.code).subspan(from, to - from), CS_MODE_64))
            text += "        " + direct(line) + "\n";
        return text;
    }
    /// Where the guest's memory is, is this process's matter: "[rbx + direct + 8]".
    std::string direct(const std::string &line) const {
        static const std::regex displacement(R"(\+ 0x([4-7][0-9a-f]{7})\])");
        std::smatch found;
        if (!std::regex_search(line, found, displacement)) return line;
        const auto base = reinterpret_cast<intptr_t>(guest_.memory.ram().data());
        const auto offset = static_cast<intptr_t>(std::stoll(found[1], nullptr, 16)) - base;
        std::string text = "+ direct";
        if (offset != 0) text += offset < 0 ? " - " : " + ";
        if (offset != 0) text += std::to_string(std::abs(offset));
        return found.prefix().str() + text + "]" + found.suffix().str();
    }

    Guest guest_{GuestMode::Flat};
    jit::Jit jit_{guest_.cpu};
};

std::string contentOf(const char *path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

class TestHostCode : public QObject {
    Q_OBJECT

    static constexpr const char *path = BOOTGLASS_SOURCE_DIR "/tests/jit/host_code.txt";

  private slots:
    void isAsReviewed() {
        const jit::HostFlags all{true, true, true, true, true};
        if (jit::HostFlags::instance() != all)
            QSKIP("this processor's undefined flags need detours that the file does not have");
        Listed listed;
        std::string text = "What the translator makes of instructions in flat 32-bit mode; see "
                           "tst_host_code.cpp.\n\n";
        for (const Bytes &code : instructions)
            text += listed.of(code);
        text += listed.of(loop) + listed.of(frame);
        if (qEnvironmentVariableIsSet("BOOTGLASS_WRITE_HOST_CODE")) {
            std::ofstream(path, std::ios::binary) << text;
            return;
        }
        const auto now = QString::fromStdString(text).split('\n');
        const auto wanted = QString::fromStdString(contentOf(path)).split('\n');
        for (qsizetype n = 0; n < std::max(now.size(), wanted.size()); ++n)
            QVERIFY2(now.value(n) == wanted.value(n),
                     qPrintable(QString("line %1 is '%2', not '%3'")
                                    .arg(n + 1)
                                    .arg(now.value(n), wanted.value(n))));
    }

    void isTheSameInEachProcess() {
        Listed one, other;
        for (const Bytes &code : instructions)
            QCOMPARE(one.of(code), other.of(code));
    }

    void aHostThatLacksInstructionsIsToldSo() {
        QVERIFY(jit::whyNoTranslation({.bmi2 = true}).empty());
        QVERIFY(jit::whyNoTranslation({.bmi2 = false}).find("BMI2") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestHostCode)
#include "tst_host_code.moc"
