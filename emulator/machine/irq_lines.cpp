// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/irq_lines.h"

#include <array>
#include <string_view>

namespace bootglass {

std::string irqLineName(uint16_t line) {
    constexpr std::array<std::string_view, irq_line::count> what = {
        "8254 timer", "keyboard", "HPET",        "COM2",          "COM1", "",
        "",           "floppy",   "RTC",         "ACPI",          "PCI",  "PCI",
        "mouse",      "",         "primary IDE", "secondary IDE",
    };
    if (line == irq_line::apicTimer) return "local APIC timer";
    if (line == irq_line::apic) return "local APIC";
    if (line == irq_line::nmi) return "NMI";
    bool isa = line < 16 && line != irq_line::hpet;
    std::string name = (isa ? "IRQ " : "I/O APIC input ") + std::to_string(line);
    if (line < what.size() && !what[line].empty()) name += ' ' + std::string(what[line]);
    return name;
}

} // namespace bootglass
