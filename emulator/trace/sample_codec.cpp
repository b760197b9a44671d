// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/sample_codec.h"

#include <algorithm>

namespace bootglass {

void encodeSamples(std::span<const CodeSample> samples, ByteWriter &into) {
    Icount icount = samples.empty() ? Icount{} : samples.front().icount;
    VirtualNs ns = samples.empty() ? VirtualNs{} : samples.front().ns;
    uint32_t eip = 0;
    uint64_t cr3 = 0;
    for (const CodeSample &sample : samples) {
        into.varint(sample.icount - icount);
        into.varint(sample.ns - ns);
        into.varint(zigzag(sample.eip, eip));
        into.varint(sample.privilege);
        into.varint(zigzag(sample.cr3, cr3));
        const size_t callers = std::min(sample.callers.size(), mostCallers);
        into.varint(callers);
        uint32_t base = sample.eip;
        for (size_t n = 0; n < callers; ++n) {
            into.varint(zigzag(sample.callers[n], base));
            base = sample.callers[n];
        }
        icount = sample.icount;
        ns = sample.ns;
        eip = sample.eip;
        cr3 = sample.cr3;
    }
}

bool decodeSamples(std::span<const uint8_t> bytes, uint64_t count, Icount firstIcount,
                   VirtualNs firstNs, std::vector<CodeSample> &into) {
    if (count > samplesPerRow) return false;
    ByteReader from(bytes);
    CodeSample sample{firstIcount, firstNs, 0, 0, 0, {}};
    const auto address = [&](uint64_t base) {
        const uint64_t value = unzigzag(from.varint(), base);
        return value <= UINT32_MAX ? static_cast<uint32_t>(value)
                                   : (from.take(SIZE_MAX), uint32_t{0}); // no address: not ok()
    };
    for (uint64_t n = 0; n < count; ++n) {
        sample.icount = sample.icount + from.varint();
        sample.ns = sample.ns + from.varint();
        sample.eip = address(sample.eip);
        const uint64_t privilege = from.varint();
        sample.cr3 = unzigzag(from.varint(), sample.cr3);
        const uint64_t callers = from.varint();
        if (!from.ok() || privilege > 3 || callers > mostCallers ||
            sample.icount.value > INT64_MAX || sample.ns.value > INT64_MAX ||
            (!into.empty() && (sample.ns < into.back().ns || sample.icount < into.back().icount)))
            return false;
        sample.privilege = static_cast<uint8_t>(privilege);
        sample.callers.resize(callers);
        uint32_t base = sample.eip;
        for (uint32_t &caller : sample.callers)
            base = caller = address(base);
        if (!from.ok()) return false;
        into.push_back(sample);
    }
    return from.done();
}

void encodeSymbols(std::span<const Symbol> symbols, ByteWriter &into) {
    uint32_t address = 0;
    for (const Symbol &symbol : symbols) {
        const std::string_view name = std::string_view(symbol.name).substr(0, mostSymbolBytes);
        into.varint(symbol.address - address);
        into.varint(name.size());
        into.raw({reinterpret_cast<const uint8_t *>(name.data()), name.size()});
        address = symbol.address;
    }
}

bool decodeSymbols(std::span<const uint8_t> bytes, uint64_t count, std::vector<Symbol> &into) {
    if (count > symbolsPerRow || into.size() + count > mostSymbols) return false;
    ByteReader from(bytes);
    uint64_t address = 0;
    for (uint64_t n = 0; n < count; ++n) {
        address += from.varint();
        const std::span<const uint8_t> name =
            from.take(std::min<uint64_t>(from.varint(), mostSymbolBytes + 1));
        if (!from.ok() || name.size() > mostSymbolBytes || address > UINT32_MAX) return false;
        into.push_back({static_cast<uint32_t>(address),
                        {reinterpret_cast<const char *>(name.data()), name.size()}});
    }
    return from.done();
}

} // namespace bootglass
