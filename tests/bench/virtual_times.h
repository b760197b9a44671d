// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual times that a guest itself tells on its serial line, so that they can be had from any
// machine:
//   "tsc LABEL 0123456789abcdef"   the time stamp counter, which is virtual ns in both machines
//   "[    1.234567] text"          Linux's log. Its clock starts while the kernel starts; the line
//                                  before userspace gives the distance, as there the counter is
//                                  told, too. (What init does before it reads the counter, a
//                                  fraction of a ms, counts to the distance.)
// Until a counter is its clock source, Linux's log goes by timer ticks, and may be wrong by what
// they lost or gained; it says by how much when it marks its clock stable, and from there on keeps
// the difference. So the clock's start is corrected by it, and lines before the first processor is
// up are not looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

struct VirtualTime {
    std::string name;
    uint64_t ns = 0;
};

/// In the order of the boot, as far as they are there.
std::vector<VirtualTime> virtualTimes(std::string_view serial);

} // namespace bootglass
