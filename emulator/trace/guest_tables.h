// SPDX-License-Identifier: GPL-3.0-or-later
// What a run file tells of the guest's own work, as checked values: its activities, where its code
// was sampled, the names of that code, and the code itself.
#pragma once

#include "emulator/trace/run_file.h"
#include "emulator/trace/symbol_table.h"

#include <memory>

namespace bootglass {

class IdleClock;

std::vector<RunActivity> readActivities(RunFile &file, IdleClock &idle);
SymbolTable readSymbols(RunFile &file);
/// Samples in a range, and some more.
uint64_t countSamples(RunFile &file, TimeRange range);
/// The first of each `every`.
std::vector<CodeSample> readSamples(RunFile &file, TimeRange range, uint64_t every);
SampleList nameSamples(RunFile &file, std::vector<CodeSample> samples, const SymbolTable &symbols);
std::vector<FunctionSamples> countFunctions(RunFile &file, TimeRange range,
                                            const SymbolTable &symbols);
CodeBytes readCode(RunFile &file, uint32_t eip, VirtualNs ns);

} // namespace bootglass
