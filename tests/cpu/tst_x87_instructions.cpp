// SPDX-License-Identifier: GPL-3.0-or-later
// Every x87 instruction against the host's: register stack, tags, status, memory, with registers
// empty and in use, masked and unmasked exceptions. Transcendental functions, which are ours alone,
// may differ in the last place.
#include "emulator/cpu/opcode_map.h"
#include "tests/cpu/float_operands.h"
#include "tests/cpu/host_simd.h"
#include "tests/silicon/host_maker.h"

#include <QTest>

#include <set>

using namespace bootglass;
using namespace bootglass::test;

namespace {

using enum Op;

const std::set<Op> transcendental{F2xm1, Fyl2x, Fyl2xp1, Fptan, Fpatan, Fsin, Fcos, Fsincos};
/// Their images hold pointers; FLDENV and FRSTOR could unmask what is pending.
const std::set<Op> environment{Fldenv, Fnstenv, Frstor, Fnsave};

SimdState randomState(OperandSource &source) {
    SimdState state;
    for (Float80 &value : state.x87.registers)
        value = source.any();
    // Of neighbours, some are alike.
    state.x87.registers[3] = source.near(state.x87.registers[2]);
    state.x87.registers[6] = source.near(state.x87.registers[5]);
    state.x87.control = source.control();
    auto flags = static_cast<uint16_t>(source.below(2) ? 0 : source.below(0x80));
    flags = static_cast<uint16_t>(flags & ~(~state.x87.control & fpflags::all));
    uint32_t conditions = source.below(16) << 8;
    state.x87.status = static_cast<uint16_t>(flags | (conditions & 0x700) |
                                             (conditions & 0x800) << 3 | source.below(8) << 11);
    state.x87.empty =
        static_cast<uint8_t>(source.below(3) == 0 ? source.bits() : 0x80U >> source.below(9));
    state.eax = static_cast<uint32_t>(source.bits());
    state.eflags = static_cast<uint32_t>(source.bits() & eflags::arithmetic) | eflags::alwaysOne;
    Float80 operand = source.any();
    uint64_t bits = operand.significand;
    switch (source.below(4)) {
    case 0: // a single, or two
        bits = (operand.significand << 1 >> 41) | uint64_t{operand.signExponent} << 24;
        break;
    case 1: bits = operand.significand >> 12 | uint64_t{operand.signExponent} << 52; break;
    default: break;
    }
    std::memcpy(state.memory.data(), &bits, 8);
    std::memcpy(state.memory.data() + 8, &operand.signExponent, 2);
    return state;
}

} // namespace

class X87Instructions : public QObject {
    Q_OBJECT
  private slots:
    void equalTheHost_data();
    void equalTheHost();
    void transcendentalFunctionsAreWithinOneUnit_data();
    void transcendentalFunctionsAreWithinOneUnit();
};

void X87Instructions::equalTheHost_data() {
    QTest::addColumn<int>("opcode");
    QTest::addColumn<int>("modrm");
#if !BOOTGLASS_HOST_RUNS
    QSKIP("the host has no x87");
#endif
    for (int opcode = 0xD8; opcode <= 0xDF; ++opcode) {
        for (int modrm = 0; modrm < 256; ++modrm) {
            // Memory operands stand at (E)DX.
            if (modrm < 0xC0 && (modrm & 0xC7) != 2) continue;
            Op op = x87Row(static_cast<uint8_t>(opcode), static_cast<uint8_t>(modrm)).op;
            if (op == Invalid || transcendental.contains(op) || environment.contains(op)) continue;
            // D9 D8 is in no manual: it pops, but processors see empty registers differently.
            if (opcode == 0xD9 && modrm >= 0xD8 && modrm <= 0xDF) continue;
            std::string name(opName(op));
            QTest::addRow("%s %02X %02X", name.c_str(), static_cast<unsigned>(opcode),
                          static_cast<unsigned>(modrm))
                << opcode << modrm;
        }
    }
}

void X87Instructions::equalTheHost() {
#if BOOTGLASS_HOST_RUNS
    QFETCH(int, opcode);
    QFETCH(int, modrm);
    static HostSimd host;
    static GuestSimd guest;
    QVERIFY(host.ready());
    const uint8_t instruction[] = {static_cast<uint8_t>(opcode), static_cast<uint8_t>(modrm)};
    OperandSource source(static_cast<uint32_t>(opcode << 8 | modrm));
    for (int round = 0; round < 2000; ++round) {
        SimdState before = randomState(source);
        if (opcode == 0xD9 && modrm == 0x2A) before.memory[0] |= 0x3F; // FLDCW: unmask nothing
        bool unmasked = ~before.x87.control & fpflags::all;
        if (unmasked && silicon::unmaskedX87Differs(static_cast<unsigned>(opcode),
                                                    static_cast<unsigned>(modrm)))
            before.x87.control |= fpflags::all;
        bool completed = false;
        SimdState ours = guest.run(instruction, before, completed);
        QVERIFY(completed);
        std::string text = difference(ours, host.run(instruction, before));
        if (text.empty()) continue;
        text += " (status before " + std::to_string(before.x87.status) + ", control " +
                std::to_string(before.x87.control) + ", empty " + std::to_string(before.x87.empty) +
                ", round " + std::to_string(round) + ")";
        QFAIL(text.c_str());
    }
#endif
}

void X87Instructions::transcendentalFunctionsAreWithinOneUnit_data() {
    QTest::addColumn<int>("modrm");
#if !BOOTGLASS_HOST_RUNS
    QSKIP("the host has no x87");
#endif
    for (int modrm = 0xF0; modrm <= 0xFF; ++modrm) {
        Op op = x87Row(0xD9, static_cast<uint8_t>(modrm)).op;
        if (!transcendental.contains(op)) continue;
        std::string name(opName(op));
        QTest::newRow(name.c_str()) << modrm;
    }
}

/// Exceptions and empty registers must be equal; of the results, only the last place may differ,
/// and with it C1, precision and what depends on them.
void X87Instructions::transcendentalFunctionsAreWithinOneUnit() {
#if BOOTGLASS_HOST_RUNS
    QFETCH(int, modrm);
    static HostSimd host;
    static GuestSimd guest;
    const uint8_t instruction[] = {0xD9, static_cast<uint8_t>(modrm)};
    Op op = x87Row(0xD9, static_cast<uint8_t>(modrm)).op;
    OperandSource source(static_cast<uint32_t>(modrm));
    for (int round = 0; round < 4000; ++round) {
        SimdState before = randomState(source);
        before.x87.control |= 0x300; // full precision
        if (before.x87.control & 0x3F) before.x87.control |= 0x3F;
        // Arguments for which the results are undefined are not compared.
        const Float80 &argument = before.x87.registers[before.x87.top()];
        unsigned exponent = argument.signExponent & 0x7FFFU;
        bool outside = (op == Fyl2xp1 && exponent >= 0x3FFD) || (op == F2xm1 && exponent >= 0x3FFF);
        if (outside) continue;
        bool completed = false;
        SimdState ours = guest.run(instruction, before, completed);
        QVERIFY(completed);
        SimdState theirs = host.run(instruction, before);
        for (unsigned n = 0; n < 8; ++n) {
            const Float80 &a = ours.x87.registers[n];
            Float80 &b = theirs.x87.registers[n];
            uint64_t distance = a.significand > b.significand ? a.significand - b.significand
                                                              : b.significand - a.significand;
            bool nextBinade = a.significand + 1 == 0 || b.significand + 1 == 0;
            if (a.signExponent == b.signExponent ? distance <= 1 : nextBinade) b = a;
        }
        uint16_t ignored = x87status::C1 | fpflags::PE | fpflags::UE;
        ours.x87.status = static_cast<uint16_t>(ours.x87.status & ~ignored);
        theirs.x87.status = static_cast<uint16_t>(theirs.x87.status & ~ignored);
        std::string text = difference(ours, theirs);
        if (text.empty()) continue;
        char more[200];
        const Float80 &next = before.x87.registers[(before.x87.top() + 1) & 7];
        std::snprintf(more, sizeof more, " (ST0 %x:%llx ST1 %x:%llx empty %x control %x top %u)",
                      argument.signExponent, static_cast<unsigned long long>(argument.significand),
                      next.signExponent, static_cast<unsigned long long>(next.significand),
                      before.x87.empty, before.x87.control, before.x87.top());
        QFAIL((text + more).c_str());
    }
#endif
}

QTEST_APPLESS_MAIN(X87Instructions)
#include "tst_x87_instructions.moc"
