// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions as people read them, by Capstone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bootglass {

struct Disassembled {
    std::string mnemonic;
    std::string operands;
    unsigned bytes = 0; // of the instruction; 0: these bytes are none
};

class Disassembler {
  public:
    Disassembler();
    ~Disassembler();

    /// Code of an x86-64 host, all of it.
    std::vector<Disassembled> host(std::span<const uint8_t> code, uint64_t address) const;
    /// The first instruction of `code`, which stands at `address`.
    Disassembled first(std::span<const uint8_t> code, uint32_t address, bool code32) const;

  private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

} // namespace bootglass
