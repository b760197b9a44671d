// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/kernel_slide.h"

#include "app/run/guest_view.h"
#include "emulator/cpu/cpu.h"

namespace bootglass {

namespace {

std::optional<uint32_t> firstOf(const SymbolTable &symbols, std::string_view name,
                                std::string_view olderName) {
    const auto found = symbols.addressOf(name);
    return found ? found : symbols.addressOf(olderName);
}

/// Where a vector's 32-bit gate leads (SDM vol. 3, 6.11).
std::optional<uint32_t> handlerOf(const Machine &machine, unsigned vector) {
    const GuestView guest(machine);
    const auto low = guest.word(machine.cpu().idtr.base + 8 * vector);
    const auto high = guest.word(machine.cpu().idtr.base + 8 * vector + 4);
    if (!low || !high) return std::nullopt;
    return (*low & 0xFFFF) | (*high & 0xFFFF0000);
}

} // namespace

KernelSlide::KernelSlide(const SymbolTable &symbols)
    : divideError_(firstOf(symbols, "asm_exc_divide_error", "divide_error")),
      pageFault_(firstOf(symbols, "asm_exc_page_fault", "page_fault")) {}

bool KernelSlide::look(const Machine &machine) {
    if (!machine.cpu().protectedMode()) return false; // gates are others there
    const auto divideError = handlerOf(machine, 0);
    const auto pageFault = handlerOf(machine, 14);
    if (!divideError || !pageFault) return false;
    const uint32_t slide = *divideError - *divideError_;
    if (slide != *pageFault - *pageFault_ || (slide & pageMask) != 0) return false;
    value_ = slide;
    return true;
}

} // namespace bootglass
