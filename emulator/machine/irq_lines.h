// SPDX-License-Identifier: GPL-3.0-or-later
// The board's interrupt lines as events number them (SourceGroup::IrqLine): the sixteen of the ISA
// bus by their IRQ, the I/O APIC's other inputs, and what has no wire.
#pragma once

#include <cstdint>
#include <string>

namespace bootglass {

namespace irq_line {
inline constexpr uint16_t timer = 0;
inline constexpr uint16_t keyboard = 1;
/// The cascade of the 8259s; as an input of the I/O APIC, the HPET's.
inline constexpr uint16_t hpet = 2;
inline constexpr uint16_t com2 = 3;
inline constexpr uint16_t com1 = 4;
inline constexpr uint16_t floppy = 6;
inline constexpr uint16_t rtc = 8;
inline constexpr uint16_t sci = 9;
inline constexpr uint16_t mouse = 12;
inline constexpr uint16_t idePrimary = 14;
inline constexpr uint16_t ideSecondary = 15;
inline constexpr uint16_t apicTimer = 24;
/// Whatever else the local APIC delivers: self-sent interrupts, errors, spurious ones.
inline constexpr uint16_t apic = 25;
inline constexpr uint16_t nmi = 26;
inline constexpr uint16_t count = 27;
} // namespace irq_line

std::string irqLineName(uint16_t line);

} // namespace bootglass
