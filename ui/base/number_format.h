// SPDX-License-Identifier: GPL-3.0-or-later
// How numbers look, everywhere in the window: groups of three parted by thin spaces, a thin space
// before the unit, exact where a number is read, short where it is glanced at.
#pragma once

#include "emulator/clock/time_types.h"

#include <QString>

#include <optional>

namespace bootglass {

/// Parts groups of digits and number from unit (U+2009).
inline constexpr QChar thinSpace{0x2009};

/// 730237771 → "730 237 771"
QString grouped(uint64_t number);
/// A few digits and a power: "41 k", "5 862 M", "12 961 M"; below 10 000 exact.
QString shortCount(uint64_t number);
/// Exact, in seconds: "5.841 902 168 s"
QString exactSeconds(VirtualNs ns);
QString exactSeconds(uint64_t ns);
/// For reading at a glance, with the unit that fits: "46.9 s", "4.000 ms", "312 ns"
QString duration(uint64_t ns);
/// What people type: "1ms", "2.5 s", "300us"; nothing if it is no time.
std::optional<uint64_t> durationNs(const QString &text);
/// All digits with the unit that fits: "4.000 128 ms", "312 ns"
QString exactDuration(uint64_t ns);
/// "250 /s", "41 k/s"
QString rate(double perSecond);
/// 0.534 → "53 %"; small but present: "<1 %"
QString percent(double share);
/// "31 MiB"
QString byteSize(uint64_t bytes);
/// "1 312 MIPS"
QString mipsText(double mips);
/// "0x3F8", upper-case digits
QString hex(uint64_t value, int digits = 0);

} // namespace bootglass
