// SPDX-License-Identifier: GPL-3.0-or-later
// How far a Linux kernel was moved from the addresses of its symbols (CONFIG_RANDOMIZE_BASE). The
// gates of its interrupt table tell: where the handlers of #DE and #PF stand, beside where their
// symbols say. (arch/x86/kernel/idt.c; 5.8 renamed the handlers.)
#pragma once

#include "emulator/trace/symbol_table.h"

#include <cstdint>
#include <optional>

namespace bootglass {

class Machine;

class KernelSlide {
  public:
    explicit KernelSlide(const SymbolTable &symbols);

    /// Whether there is something to find out, and it is not known yet.
    bool wanted() const { return divideError_ && pageFault_ && !value_; }
    /// True if it is known from here on.
    bool look(const Machine &machine);
    uint32_t value() const { return value_.value_or(0); }

    template<typename Archive>
    void serialize(Archive &archive) {
        uint8_t known = value_.has_value();
        uint32_t slide = value();
        archive(known, slide);
        if (archive.loading() && known) value_ = slide;
    }

  private:
    std::optional<uint32_t> divideError_;
    std::optional<uint32_t> pageFault_;
    std::optional<uint32_t> value_;
};

} // namespace bootglass
