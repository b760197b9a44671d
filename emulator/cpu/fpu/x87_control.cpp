// SPDX-License-Identifier: GPL-3.0-or-later
// The x87's control instructions: SDM vol. 1, 8.1.10 and 8.3.11 (environment images: figures 8-9 to
// 8-12).
#include "emulator/cpu/fpu/x87_control.h"

#include "emulator/cpu/fpu/x87_unit.h"

#include <array>
#include <cstring>

namespace bootglass::x87 {

uint16_t tagWord(const X87State &fpu) {
    uint32_t tags = 0;
    for (unsigned n = 0; n < 8; ++n) {
        const Float80 &value = fpu.registers[n];
        uint32_t tag = 2;
        if (fpu.empty >> n & 1)
            tag = 3;
        else if (isNormal(value))
            tag = 0;
        else if (inspect(value).isZero())
            tag = 1;
        tags |= tag << 2 * n;
    }
    return static_cast<uint16_t>(tags);
}

void setControl(X87State &fpu, uint16_t value) {
    fpu.control = (value & 0x1F3F) | 0x40;
    updateSummary(fpu);
}

namespace {

constexpr size_t registersSize = 80, largestImage = 28 + registersSize;

void initialise(X87State &fpu) {
    auto registers = fpu.registers;
    fpu = {};
    fpu.registers = registers;
}

void setTags(X87State &fpu, uint32_t tags) {
    fpu.empty = 0;
    for (unsigned n = 0; n < 8; ++n)
        if ((tags >> 2 * n & 3) == 3) fpu.empty = static_cast<uint8_t>(fpu.empty | 1U << n);
}

/// The seven fields of the environment, before they are put into words of 16 or 32 bits.
using Environment = std::array<uint32_t, 7>;

/// In real and virtual-8086 mode pointers are linear addresses, cut in two.
bool linearPointers(const Cpu &cpu) {
    return !cpu.protectedMode() || cpu.virtual8086();
}

Environment environment(const Cpu &cpu, bool small) {
    const X87State &fpu = cpu.x87;
    uint32_t control = fpu.control, status = fpu.status, tags = tagWord(fpu);
    uint32_t instruction = fpu.instructionPointer, operand = fpu.operandPointer;
    // What is reserved reads as ones in the 32-bit images.
    constexpr uint32_t ones = 0xFFFF0000;
    if (!linearPointers(cpu)) {
        if (small)
            return {control,
                    status,
                    tags,
                    instruction,
                    fpu.instructionSelector,
                    operand,
                    fpu.operandSelector};
        uint32_t selector = fpu.instructionSelector | static_cast<uint32_t>(fpu.opcode) << 16;
        return {control | ones,
                status | ones,
                tags | ones,
                instruction,
                selector,
                operand,
                fpu.operandSelector | ones};
    }
    instruction += fpu.instructionSelector * 16U;
    operand += fpu.operandSelector * 16U;
    uint32_t instructionHigh = (instruction >> 16) << 12 | fpu.opcode;
    uint32_t operandHigh = (operand >> 16) << 12;
    if (small) return {control, status, tags, instruction, instructionHigh, operand, operandHigh};
    return {control | ones,  status | ones,
            tags | ones,     (instruction & 0xFFFF) | ones,
            instructionHigh, (operand & 0xFFFF) | ones,
            operandHigh};
}

void setEnvironment(Cpu &cpu, const Environment &words, bool small) {
    X87State &fpu = cpu.x87;
    fpu.status = static_cast<uint16_t>(words[1]);
    setControl(fpu, static_cast<uint16_t>(words[0]));
    setTags(fpu, words[2]);
    fpu.instructionPointer = words[3];
    fpu.operandPointer = words[5];
    if (linearPointers(cpu)) {
        uint32_t high = small ? 0xF : 0xFFFF;
        fpu.instructionPointer = (words[3] & 0xFFFF) | (words[4] >> 12 & high) << 16;
        fpu.operandPointer = (words[5] & 0xFFFF) | (words[6] >> 12 & high) << 16;
        fpu.instructionSelector = fpu.operandSelector = 0;
        fpu.opcode = words[4] & 0x7FF;
    } else {
        fpu.instructionSelector = static_cast<uint16_t>(words[4]);
        fpu.operandSelector = static_cast<uint16_t>(words[6]);
        fpu.opcode = small ? 0 : words[4] >> 16 & 0x7FF;
    }
}

size_t environmentSize(const Insn *i) {
    return i->operand16 ? 14 : 28;
}

size_t putEnvironment(const Cpu &cpu, const Insn *i, std::span<uint8_t> image) {
    size_t wordSize = i->operand16 ? 2 : 4;
    size_t at = 0;
    for (uint32_t word : environment(cpu, i->operand16)) {
        std::memcpy(image.data() + at, &word, wordSize);
        at += wordSize;
    }
    return at;
}

void takeEnvironment(Cpu &cpu, const Insn *i, std::span<const uint8_t> image) {
    size_t wordSize = i->operand16 ? 2 : 4;
    Environment words{};
    for (size_t n = 0; n < words.size(); ++n)
        std::memcpy(&words[n], image.data() + n * wordSize, wordSize);
    setEnvironment(cpu, words, i->operand16);
}

bool fnstenv(Cpu &cpu, const Insn *i) {
    if (!ready<false>(cpu)) return false;
    std::array<uint8_t, largestImage> image{};
    size_t size = putEnvironment(cpu, i, image);
    if (!storeBytes(cpu, i, std::span(image).first(size))) return false;
    cpu.x87.control |= fpflags::all;
    updateSummary(cpu.x87);
    return true;
}

bool fldenv(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    std::array<uint8_t, largestImage> image{};
    if (!loadBytes(cpu, i, std::span(image).first(environmentSize(i)))) return false;
    takeEnvironment(cpu, i, image);
    return true;
}

bool fnsave(Cpu &cpu, const Insn *i) {
    if (!ready<false>(cpu)) return false;
    X87State &fpu = cpu.x87;
    std::array<uint8_t, largestImage> image{};
    size_t at = putEnvironment(cpu, i, image);
    for (unsigned n = 0; n < 8; ++n, at += 10) {
        std::memcpy(image.data() + at, &st(fpu, n).significand, 8);
        std::memcpy(image.data() + at + 8, &st(fpu, n).signExponent, 2);
    }
    if (!storeBytes(cpu, i, std::span(image).first(at))) return false;
    initialise(fpu);
    return true;
}

bool frstor(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    X87State &fpu = cpu.x87;
    std::array<uint8_t, largestImage> image{};
    size_t at = environmentSize(i);
    if (!loadBytes(cpu, i, std::span(image).first(at + registersSize))) return false;
    takeEnvironment(cpu, i, image);
    for (unsigned n = 0; n < 8; ++n, at += 10) {
        Float80 &value = fpu.registers[physical(fpu, n)];
        std::memcpy(&value.significand, image.data() + at, 8);
        std::memcpy(&value.signExponent, image.data() + at + 8, 2);
    }
    return true;
}

bool fldcw(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    auto value = cpu.read<uint16_t>(i->segment, cpu.address(i));
    if (!value.ok) return false;
    setControl(cpu.x87, value.value);
    return true;
}

/// The same, with the operand at hand.
void loadControl(X87State &fpu, uint64_t value, unsigned) {
    setControl(fpu, static_cast<uint16_t>(value));
}

bool fnstcw(Cpu &cpu, const Insn *i) {
    return ready<false>(cpu) && cpu.write<uint16_t>(i->segment, cpu.address(i), cpu.x87.control);
}

bool fnstswM(Cpu &cpu, const Insn *i) {
    return ready<false>(cpu) && cpu.write<uint16_t>(i->segment, cpu.address(i), cpu.x87.status);
}

bool fnstswAx(Cpu &cpu, const Insn *) {
    if (!ready<false>(cpu)) return false;
    cpu.setReg<uint16_t>(Eax, cpu.x87.status);
    return true;
}

bool fnclex(Cpu &cpu, const Insn *) {
    if (!ready<false>(cpu)) return false;
    constexpr uint16_t exceptions = fpflags::all | x87status::SF | x87status::ES | x87status::B;
    cpu.x87.status = static_cast<uint16_t>(cpu.x87.status & ~exceptions);
    return true;
}

bool fninit(Cpu &cpu, const Insn *) {
    if (!ready<false>(cpu)) return false;
    initialise(cpu.x87);
    return true;
}

/// FNENI, FNDISI, FNSETPM: no operations since the 387.
bool nothing(Cpu &cpu, const Insn *) {
    return ready<false>(cpu);
}

bool fnop(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    note(cpu, i);
    return true;
}

template<unsigned step>
bool rotate(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    note(cpu, i);
    setTop(cpu.x87, cpu.x87.top() + step);
    signal(cpu.x87, 0);
    return true;
}

template<bool pops>
bool ffree(Cpu &cpu, const Insn *i) {
    if (!ready(cpu)) return false;
    note(cpu, i);
    signal(cpu.x87, 0);
    free(cpu.x87, i->rm);
    if (pops) pop(cpu.x87);
    return true;
}

/// FWAIT is not the FPU's own: only MP and TS together keep it from asking.
bool fwait(Cpu &cpu, const Insn *) {
    constexpr uint32_t monitored = cr0::MP | cr0::TS;
    if ((cpu.cr0 & monitored) == monitored) return cpu.raiseDecoded(Vector::NM);
    bool pending = (cpu.x87.status & x87status::ES) && (cpu.cr0 & cr0::NE);
    return !pending || cpu.raiseDecoded(Vector::MF);
}

} // namespace

void addControl(HandlerTable &table) {
    using enum Op;
    addCompleting<fldcw>(table, Fldcw);
    table.setWork(Fldcw, {.function = loadControl, .bytes = 2, .notes = false});
    addCompleting<fnstcw>(table, Fnstcw);
    addCompleting<fldenv>(table, Fldenv);
    addCompleting<fnstenv>(table, Fnstenv);
    addCompleting<frstor>(table, Frstor);
    addCompleting<fnsave>(table, Fnsave);
    addCompleting<fnstswM>(table, FnstswM);
    addCompleting<fnstswAx>(table, FnstswAx);
    addCompleting<fnclex>(table, Fnclex);
    addCompleting<fninit>(table, Fninit);
    addCompleting<fwait>(table, Fwait);
    addCompleting<fnop>(table, Fnop);
    addCompleting<nothing>(table, Fneni);
    addCompleting<rotate<1>>(table, Fincstp);
    addCompleting<rotate<7>>(table, Fdecstp);
    addCompleting<ffree<false>>(table, Ffree);
    addCompleting<ffree<true>>(table, Ffreep);
}

} // namespace bootglass::x87

namespace bootglass {

void addX87Handlers(HandlerTable &table) {
    x87::addArithmetic(table);
    x87::addComparisons(table);
    x87::addLoadsAndStores(table);
    x87::addControl(table);
    x87::addFunctions(table);
}

} // namespace bootglass
