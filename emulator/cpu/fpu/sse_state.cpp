// SPDX-License-Identifier: GPL-3.0-or-later
// FXSAVE FXRSTOR LDMXCSR STMXCSR EMMS, fences and CLFLUSH: SDM vol. 1, 10.5 and 10.4.6; the image
// of FXSAVE is table 3-47 of vol. 2.
#include "emulator/cpu/fpu/sse_unit.h"
#include "emulator/cpu/fpu/x87_control.h"

#include <cstring>

namespace bootglass::simd {

namespace {

/// All bits of MXCSR that exist, denormals-are-zeros included.
constexpr uint32_t mxcsrMask = 0xFFFF;

constexpr size_t imageSize = 512, usedSize = 288;
constexpr size_t registersAt = 32, xmmAt = 160;

template<typename T>
void put(std::span<uint8_t> image, size_t at, T value) {
    std::memcpy(image.data() + at, &value, sizeof(T));
}
template<typename T>
T get(std::span<const uint8_t> image, size_t at) {
    T value;
    std::memcpy(&value, image.data() + at, sizeof(T));
    return value;
}

bool readyForImage(Cpu &cpu, const Insn *i) {
    if (cpu.cr0 & (cr0::EM | cr0::TS)) return cpu.raiseDecoded(Vector::NM);
    return aligned(cpu, i);
}

bool fxsave(Cpu &cpu, const Insn *i) {
    if (!readyForImage(cpu, i)) return false;
    const X87State &fpu = cpu.x87;
    std::array<uint8_t, usedSize> image{};
    put(image, 0, fpu.control);
    put(image, 2, fpu.status);
    put(image, 4, static_cast<uint8_t>(~fpu.empty));
    put(image, 6, fpu.opcode);
    put(image, 8, fpu.instructionPointer);
    put(image, 12, fpu.instructionSelector);
    put(image, 16, fpu.operandPointer);
    put(image, 20, fpu.operandSelector);
    put(image, 24, cpu.sse.mxcsr);
    put(image, 28, mxcsrMask);
    for (unsigned n = 0; n < 8; ++n) {
        put(image, registersAt + 16 * n, x87::st(fpu, n).significand);
        put(image, registersAt + 16 * n + 8, x87::st(fpu, n).signExponent);
        put(image, xmmAt + 16 * n, cpu.sse.xmm[n].q);
    }
    // Without OSFXSR the XMM registers are not part of the image. What follows them is reserved and
    // left as it is, but must be there.
    size_t size = cpu.cr4 & cr4::OSFXSR ? usedSize : xmmAt;
    return cpu.probeWrite(i->segment, cpu.address(i), imageSize) &&
           storeBytes(cpu, i, std::span(image).first(size));
}

bool fxrstor(Cpu &cpu, const Insn *i) {
    if (!readyForImage(cpu, i)) return false;
    bool withXmm = cpu.cr4 & cr4::OSFXSR;
    std::array<uint8_t, usedSize> image{};
    if (!cpu.probeRead(i->segment, cpu.address(i), imageSize) || !loadBytes(cpu, i, image))
        return false;
    auto mxcsr = get<uint32_t>(image, 24);
    if (withXmm && (mxcsr & ~mxcsrMask)) return cpu.raise(Vector::GP);
    X87State &fpu = cpu.x87;
    fpu.status = get<uint16_t>(image, 2);
    x87::setControl(fpu, get<uint16_t>(image, 0));
    fpu.empty = static_cast<uint8_t>(~get<uint8_t>(image, 4));
    fpu.opcode = get<uint16_t>(image, 6) & 0x7FF;
    fpu.instructionPointer = get<uint32_t>(image, 8);
    fpu.instructionSelector = get<uint16_t>(image, 12);
    fpu.operandPointer = get<uint32_t>(image, 16);
    fpu.operandSelector = get<uint16_t>(image, 20);
    for (unsigned n = 0; n < 8; ++n) {
        fpu.registers[x87::physical(fpu, n)] = {get<uint64_t>(image, registersAt + 16 * n),
                                                get<uint16_t>(image, registersAt + 16 * n + 8)};
        if (withXmm) cpu.sse.xmm[n].q = get<std::array<uint64_t, 2>>(image, xmmAt + 16 * n);
    }
    if (withXmm) cpu.sse.mxcsr = mxcsr;
    return true;
}

bool ldmxcsr(Cpu &cpu, const Insn *i) {
    if (!readySse(cpu)) return false;
    auto value = cpu.read<uint32_t>(i->segment, cpu.address(i));
    if (!value.ok) return false;
    if (value.value & ~mxcsrMask) return cpu.raise(Vector::GP);
    cpu.sse.mxcsr = value.value;
    return true;
}

bool stmxcsr(Cpu &cpu, const Insn *i) {
    return readySse(cpu) && cpu.write<uint32_t>(i->segment, cpu.address(i), cpu.sse.mxcsr);
}

bool emms(Cpu &cpu, const Insn *) {
    if (!readyMmx(cpu)) return false;
    x87::setTop(cpu.x87, 0);
    cpu.x87.empty = 0xFF;
    return true;
}

/// Memory is always in order here.
bool fence(Cpu &, const Insn *) {
    return true;
}

/// A load of one byte as far as protection is concerned.
bool clflush(Cpu &cpu, const Insn *i) {
    return cpu.probeRead(i->segment, cpu.address(i), 1);
}

} // namespace

void addState(HandlerTable &table) {
    using enum Op;
    addCompleting<fxsave>(table, Fxsave);
    addCompleting<fxrstor>(table, Fxrstor);
    addCompleting<ldmxcsr>(table, Ldmxcsr);
    addCompleting<stmxcsr>(table, Stmxcsr);
    addCompleting<emms>(table, Emms);
    addCompleting<fence>(table, Fence);
    addCompleting<clflush>(table, Clflush);
}

} // namespace bootglass::simd

namespace bootglass {

void addSseHandlers(HandlerTable &table) {
    simd::addPacked(table);
    simd::addMoves(table);
    simd::addShuffles(table);
    simd::addFloatArithmetic(table);
    simd::addConversions(table);
    simd::addState(table);
}

} // namespace bootglass
