// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/disassembler.h"

#include <capstone/capstone.h>

#include <new>

namespace bootglass {

struct Disassembler::Handles {
    csh of16 = 0;
    csh of32 = 0;
    csh of64 = 0;
};

Disassembler::Disassembler() : handles_(std::make_unique<Handles>()) {
    if (cs_open(CS_ARCH_X86, CS_MODE_16, &handles_->of16) != CS_ERR_OK ||
        cs_open(CS_ARCH_X86, CS_MODE_32, &handles_->of32) != CS_ERR_OK ||
        cs_open(CS_ARCH_X86, CS_MODE_64, &handles_->of64) != CS_ERR_OK) {
        throw std::bad_alloc(); // nothing else can fail here
    }
}

Disassembler::~Disassembler() {
    cs_close(&handles_->of16);
    cs_close(&handles_->of32);
    cs_close(&handles_->of64);
}

Disassembled Disassembler::first(std::span<const uint8_t> code, uint32_t address,
                                 bool code32) const {
    cs_insn *insn = nullptr;
    const csh handle = code32 ? handles_->of32 : handles_->of16;
    if (cs_disasm(handle, code.data(), code.size(), address, 1, &insn) == 0) return {};
    Disassembled result{insn->mnemonic, insn->op_str, insn->size};
    cs_free(insn, 1);
    return result;
}

std::vector<Disassembled> Disassembler::host(std::span<const uint8_t> code,
                                             uint64_t address) const {
    std::vector<Disassembled> result;
    cs_insn *insns = nullptr;
    const size_t count = cs_disasm(handles_->of64, code.data(), code.size(), address, 0, &insns);
    for (size_t n = 0; n < count; ++n)
        result.push_back({insns[n].mnemonic, insns[n].op_str, insns[n].size});
    if (count > 0) cs_free(insns, count);
    return result;
}

} // namespace bootglass
