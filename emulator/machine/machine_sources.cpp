// SPDX-License-Identifier: GPL-3.0-or-later
// The names of everything that an event's source can be.
#include "emulator/machine/machine.h"
#include "emulator/machine/pc_board.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

std::string vectorName(unsigned vector) {
    constexpr auto names = std::to_array<std::string_view>({
        "#DE divide error",
        "#DB debug",
        "NMI",
        "#BP breakpoint",
        "#OF overflow",
        "#BR bound range",
        "#UD invalid opcode",
        "#NM no coprocessor",
        "#DF double fault",
        "coprocessor segment overrun",
        "#TS invalid TSS",
        "#NP segment not present",
        "#SS stack fault",
        "#GP general protection",
        "#PF page fault",
        "vector 0Fh",
        "#MF floating point",
        "#AC alignment check",
        "#MC machine check",
        "#XM SIMD floating point",
    });
    if (vector < names.size()) return std::string(names[vector]);
    return fmt::format("vector {:02X}h", vector);
}

} // namespace

std::vector<Source> Machine::sources() const {
    std::vector<Source> sources{{SourceGroup::Machine, 0, "machine"}};
    auto add = [&](SourceGroup group, size_t number, std::string name) {
        sources.push_back({group, static_cast<uint16_t>(number), std::move(name)});
    };
    const TimerQueue &timers = board_->clock().timers();
    for (size_t i = 0; i < timers.size(); ++i)
        add(SourceGroup::Timer, i, timers.name(static_cast<TimerId>(i)));
    for (uint16_t line = 0; line < irq_line::count; ++line)
        add(SourceGroup::IrqLine, line, irqLineName(line));
    for (unsigned vector = 0; vector < 256; ++vector)
        add(SourceGroup::Vector, vector, vectorName(vector));
    for (size_t i = 0; i < board_->ports().deviceCount(); ++i)
        add(SourceGroup::PortDevice, i, board_->ports().deviceName(static_cast<uint16_t>(i)));
    for (uint16_t i = 0; i < board_->mmioDeviceCount(); ++i)
        add(SourceGroup::MmioDevice, i, board_->memory().deviceName(i));
    for (auto [console, name] : std::to_array<std::pair<ConsoleId, std::string_view>>({
             {ConsoleId::Com1, "COM1"},
             {ConsoleId::Com2, "COM2"},
             {ConsoleId::FirmwareLog, "firmware log"},
             {ConsoleId::PortE9, "port E9h"},
             {ConsoleId::VgaText, "screen"},
         }))
        add(SourceGroup::Console, static_cast<size_t>(console), std::string(name));
    return sources;
}

} // namespace bootglass
