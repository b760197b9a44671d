// SPDX-License-Identifier: GPL-3.0-or-later
// Samples and symbols as they lie in a run file: differences in LEB128, before zstd. Decoding
// checks everything: the input is untrusted.
#pragma once

#include "emulator/trace/byte_coding.h"
#include "emulator/trace/run_types.h"
#include "emulator/trace/symbol_table.h"

#include <span>
#include <vector>

namespace bootglass {

inline constexpr size_t samplesPerRow = 1024;
inline constexpr size_t symbolsPerRow = 4096;
inline constexpr size_t mostCallers = 64;       // of a sample
inline constexpr size_t mostSymbolBytes = 1024; // of a name
inline constexpr size_t mostSymbols = 1'000'000;

void encodeSamples(std::span<const CodeSample> samples, ByteWriter &into);
/// Appends `count` samples, the first of which is at these times; false if the bytes are not those.
bool decodeSamples(std::span<const uint8_t> bytes, uint64_t count, Icount firstIcount,
                   VirtualNs firstNs, std::vector<CodeSample> &into);

void encodeSymbols(std::span<const Symbol> symbols, ByteWriter &into);
bool decodeSymbols(std::span<const uint8_t> bytes, uint64_t count, std::vector<Symbol> &into);

} // namespace bootglass
