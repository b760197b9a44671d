// SPDX-License-Identifier: GPL-3.0-or-later
// Whether this host has a translator, and how to get one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace bootglass {

class Cpu;
struct BlockEngine;

/// Empty, or one sentence why guests are interpreted on this host.
std::string whyNoTranslator();
/// A translator that is attached to the CPU as long as it lives; null if the host has none.
std::unique_ptr<BlockEngine> makeTranslator(Cpu &cpu, uint64_t codeBytes);

} // namespace bootglass
