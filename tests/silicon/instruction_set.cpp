// SPDX-License-Identifier: GPL-3.0-or-later
#include "instruction_set.h"

namespace bootglass::silicon {

bool sse2OrOlder(ZydisISASet set) {
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

namespace {

std::optional<Decoded> decode(const ZydisDecoder &decoder, std::span<const uint8_t> bytes) {
    Decoded decoded;
    auto status = ZydisDecoderDecodeFull(&decoder, bytes.data(), bytes.size(), &decoded.instruction,
                                         decoded.operands);
    if (!ZYAN_SUCCESS(status)) return {};
    return decoded;
}

/// Control goes elsewhere, or an answer depends on the host's kernel: tests of their own.
bool excluded(const Decoded &decoded) {
    switch (decoded.instruction.meta.category) {
    case ZYDIS_CATEGORY_UNCOND_BR:
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_RET:
    case ZYDIS_CATEGORY_INTERRUPT:
    case ZYDIS_CATEGORY_SYSCALL:
    case ZYDIS_CATEGORY_SYSRET:
    case ZYDIS_CATEGORY_VTX:
    case ZYDIS_CATEGORY_SEGOP: return true;
    default: break;
    }
    switch (decoded.mnemonic()) {
    case ZYDIS_MNEMONIC_POPF:
    case ZYDIS_MNEMONIC_POPFD:
    case ZYDIS_MNEMONIC_POPFQ:
    case ZYDIS_MNEMONIC_CPUID:
    case ZYDIS_MNEMONIC_RDTSC:
    case ZYDIS_MNEMONIC_RDPMC:
    case ZYDIS_MNEMONIC_SGDT:
    case ZYDIS_MNEMONIC_SIDT:
    case ZYDIS_MNEMONIC_SLDT:
    case ZYDIS_MNEMONIC_SMSW:
    case ZYDIS_MNEMONIC_STR:
    case ZYDIS_MNEMONIC_LAR:
    case ZYDIS_MNEMONIC_LSL:
    case ZYDIS_MNEMONIC_VERR:
    case ZYDIS_MNEMONIC_VERW: return true;
    default: break;
    }
    for (unsigned n = 0; n < decoded.instruction.operand_count; ++n) {
        const auto &operand = decoded.operands[n];
        bool segment = operand.type == ZYDIS_OPERAND_TYPE_REGISTER &&
                       operand.visibility != ZYDIS_OPERAND_VISIBILITY_HIDDEN &&
                       operand.reg.value >= ZYDIS_REGISTER_ES &&
                       operand.reg.value <= ZYDIS_REGISTER_GS;
        if (segment) return true;
    }
    return false;
}

} // namespace

InstructionSet::InstructionSet() {
    ZydisDecoderInit(&decoder32_, ZYDIS_MACHINE_MODE_LEGACY_32, ZYDIS_STACK_WIDTH_32);
    ZydisDecoderInit(&decoder64_, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
}

std::optional<Decoded> InstructionSet::decode32(std::span<const uint8_t> bytes) const {
    return decode(decoder32_, bytes);
}

std::optional<Decoded> InstructionSet::decode64(std::span<const uint8_t> bytes) const {
    return decode(decoder64_, bytes);
}

bool InstructionSet::comparable(const Decoded &in32, const Decoded &in64) {
    const auto &a = in32.instruction;
    const auto &b = in64.instruction;
    if (a.mnemonic != b.mnemonic || a.operand_count_visible != b.operand_count_visible)
        return false;
    if (!sse2OrOlder(a.meta.isa_set) || excluded(in32)) return false;
    for (unsigned n = 0; n < a.operand_count_visible; ++n)
        if (in32.operands[n].size != in64.operands[n].size) {
            // Registers of control and debug are as wide as the mode; the move faults alike.
            if (!in32.has(ZYDIS_ATTRIB_IS_PRIVILEGED)) return false;
        }
    // Implicit stacks of 64-bit code move in steps of eight unless the operand size is 16.
    bool stack = a.meta.category == ZYDIS_CATEGORY_PUSH || a.meta.category == ZYDIS_CATEGORY_POP ||
                 a.mnemonic == ZYDIS_MNEMONIC_ENTER || a.mnemonic == ZYDIS_MNEMONIC_LEAVE;
    return !stack || (a.operand_width == 16 && b.operand_width == 16);
}

bool InstructionSet::exact(ZydisMnemonic mnemonic) {
    switch (mnemonic) {
    // Approximations, transcendental functions (ours are right to the last place but one), images
    // with pointers.
    case ZYDIS_MNEMONIC_RCPPS:
    case ZYDIS_MNEMONIC_RCPSS:
    case ZYDIS_MNEMONIC_RSQRTPS:
    case ZYDIS_MNEMONIC_RSQRTSS:
    case ZYDIS_MNEMONIC_F2XM1:
    case ZYDIS_MNEMONIC_FYL2X:
    case ZYDIS_MNEMONIC_FYL2XP1:
    case ZYDIS_MNEMONIC_FPTAN:
    case ZYDIS_MNEMONIC_FPATAN:
    case ZYDIS_MNEMONIC_FSIN:
    case ZYDIS_MNEMONIC_FCOS:
    case ZYDIS_MNEMONIC_FSINCOS:
    case ZYDIS_MNEMONIC_FXSAVE:
    case ZYDIS_MNEMONIC_FXRSTOR:
    case ZYDIS_MNEMONIC_FLDENV:
    case ZYDIS_MNEMONIC_FNSTENV:
    case ZYDIS_MNEMONIC_FNSAVE:
    case ZYDIS_MNEMONIC_FRSTOR:
    // In no manual: pops as FSTP, but sees empty registers otherwise.
    case ZYDIS_MNEMONIC_FSTPNCE: return false;
    default: return true;
    }
}

} // namespace bootglass::silicon
