// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/system/msr.h"

#include "emulator/cpu/system/instruction.h"

namespace bootglass {

namespace {

// The numbers that registers.h does not name.
constexpr uint32_t p5McAddress = 0x00, p5McType = 0x01, platformId = 0x17, biosSignature = 0x8B,
                   mtrrCap = 0xFE, mcgCap = 0x179, mcgStatus = 0x17A, miscEnable = 0x1A0,
                   mtrrVariableFirst = 0x200, mtrrFix64K = 0x250, mtrrFix16K = 0x258,
                   mtrrFix4K = 0x268, patNumber = 0x277, mtrrDefaultType = 0x2FF;

constexpr uint64_t addressMask = (uint64_t{1} << physicalAddressBits) - 1;
constexpr uint64_t mtrrCapabilities =
    MsrState::variableRanges | 1U << 8 | 1U << 10; // fixed ranges, write combining

/// Memory types of MTRRs: UC, WC, WT, WP, WB.
constexpr bool isMtrrType(uint64_t type) {
    return type == 0 || type == 1 || (type >= 4 && type <= 6);
}

/// Each of the eight bytes is a memory type; the PAT knows UC- too.
constexpr bool areTypes(uint64_t value, bool pat) {
    for (unsigned n = 0; n < 8; ++n) {
        uint64_t type = value >> 8 * n & 0xFF;
        if (!isMtrrType(type) && !(pat && type == 7)) return false;
    }
    return true;
}

/// Index into MsrState::mtrrFixed, or one past its end.
size_t fixedIndex(uint32_t number) {
    if (number == mtrrFix64K) return 0;
    if (number >= mtrrFix16K && number < mtrrFix16K + 2) return 1 + number - mtrrFix16K;
    if (number >= mtrrFix4K && number < mtrrFix4K + 8) return 3 + number - mtrrFix4K;
    return std::tuple_size_v<decltype(MsrState::mtrrFixed)>;
}

/// The stored register that takes any allowed value as it is; null: not one of those.
uint64_t *storage(MsrState &msrs, uint32_t number) {
    switch (number) {
    case miscEnable: return &msrs.miscEnable;
    case patNumber: return &msrs.pat;
    case biosSignature: return &msrs.biosSignature;
    case mtrrDefaultType: return &msrs.mtrrDefaultType;
    default: break;
    }
    uint32_t variable = number - mtrrVariableFirst;
    if (variable < msrs.mtrrVariable.size()) return &msrs.mtrrVariable[variable];
    size_t fixed = fixedIndex(number);
    return fixed < msrs.mtrrFixed.size() ? &msrs.mtrrFixed[fixed] : nullptr;
}

bool allowed(uint32_t number, uint64_t value) {
    if (number == patNumber) return areTypes(value, true);
    if (number == mtrrDefaultType) return !(value & ~uint64_t{0xCFF}) && isMtrrType(value & 0xFF);
    if (fixedIndex(number) != std::tuple_size_v<decltype(MsrState::mtrrFixed)>)
        return areTypes(value, false);
    uint32_t variable = number - mtrrVariableFirst;
    if (variable >= 2 * MsrState::variableRanges) return true;
    if (variable % 2 == 0) return !(value & ~(addressMask & ~0xF00ULL)) && isMtrrType(value & 0xFF);
    return !(value & ~(addressMask & ~0x7FFULL)); // the mask: bit 11 says valid
}

bool writeApicBase(Cpu &cpu, uint64_t value) {
    uint64_t defined = (addressMask & ~pageMask) | apic_base::bootstrap | apic_base::enabled;
    if (value & ~defined) return false;
    cpu.apicBase = value;
    if (cpu.controller()) cpu.controller()->apicBaseWritten(value);
    return true;
}

} // namespace

Loaded<uint64_t> readMsr(Cpu &cpu, uint32_t number) {
    switch (number) {
    case msr::IA32_TSC: return {cpu.clock().now().value + cpu.tscOffset, true};
    case msr::IA32_APIC_BASE: return {cpu.apicBase, true};
    case msr::IA32_SYSENTER_CS: return {cpu.sysenterCs, true};
    case msr::IA32_SYSENTER_ESP: return {cpu.sysenterEsp, true};
    case msr::IA32_SYSENTER_EIP: return {cpu.sysenterEip, true};
    case msr::IA32_EFER: return {cpu.efer, true};
    case mtrrCap: return {mtrrCapabilities, true};
    case p5McAddress:
    case p5McType:
    case platformId:
    case mcgCap:
    case mcgStatus: return {0, true};
    default: break;
    }
    const uint64_t *stored = storage(cpu.msrs, number);
    return {stored ? *stored : 0, stored != nullptr};
}

bool writeMsr(Cpu &cpu, uint32_t number, uint64_t value) {
    switch (number) {
    case msr::IA32_TSC: cpu.tscOffset = value - cpu.clock().now().value; return true;
    case msr::IA32_APIC_BASE: return writeApicBase(cpu, value);
    case msr::IA32_SYSENTER_CS: cpu.sysenterCs = static_cast<uint32_t>(value); return true;
    case msr::IA32_SYSENTER_ESP: cpu.sysenterEsp = static_cast<uint32_t>(value); return true;
    case msr::IA32_SYSENTER_EIP: cpu.sysenterEip = static_cast<uint32_t>(value); return true;
    case msr::IA32_EFER:
        if (value & ~uint64_t{efer::NXE}) return false;
        cpu.setEfer(value);
        return true;
    case p5McAddress:
    case p5McType:
    case mcgStatus: return value == 0;
    default: break;
    }
    uint64_t *stored = storage(cpu.msrs, number);
    if (!stored || !allowed(number, value)) return false;
    *stored = value;
    return true;
}

namespace system {

namespace {

void setEdxEax(Cpu &cpu, uint64_t value) {
    cpu.gpr[Eax] = static_cast<uint32_t>(value);
    cpu.gpr[Edx] = static_cast<uint32_t>(value >> 32);
}

bool rdmsr(Cpu &cpu, const Insn *) {
    if (!privileged(cpu)) return false;
    auto value = readMsr(cpu, cpu.gpr[Ecx]);
    if (!value.ok) return cpu.raiseDecoded(Vector::GP);
    setEdxEax(cpu, value.value);
    return true;
}

bool wrmsr(Cpu &cpu, const Insn *i) {
    if (!privileged(cpu)) return false;
    uint64_t value = uint64_t{cpu.gpr[Edx]} << 32 | cpu.gpr[Eax];
    uint32_t block = cpu.eip;
    cpu.beginIo(i); // the interrupt controller may be called
    if (!writeMsr(cpu, cpu.gpr[Ecx], value)) {
        cpu.eip = block;
        return cpu.raiseDecoded(Vector::GP);
    }
    cpu.eip += i->length;
    return true;
}

/// The time-stamp counter counts virtual nanoseconds: 1 GHz.
bool rdtsc(Cpu &cpu, const Insn *) {
    if ((cpu.cr4 & cr4::TSD) && !privileged(cpu)) return false;
    setEdxEax(cpu, cpu.clock().now().value + cpu.tscOffset);
    return true;
}

/// There are no performance counters, so no number is valid.
bool rdpmc(Cpu &cpu, const Insn *) {
    return cpu.raiseDecoded(Vector::GP);
}

} // namespace

void addModelSpecific(HandlerTable &table) {
    table.setAll(Op::Rdmsr, sequential<rdmsr>);
    table.setAll(Op::Wrmsr, transfer<wrmsr>);
    table.setAll(Op::Rdtsc, sequential<rdtsc>);
    table.setAll(Op::Rdpmc, sequential<rdpmc>);
}

} // namespace system

} // namespace bootglass
