// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/guest_view.h"

#include "emulator/cpu/cpu.h"
#include "emulator/memory/physical_map.h"

namespace bootglass {

std::span<const uint8_t> GuestView::page(uint32_t linear) const {
    const auto translation = machine_.cpu().inspect(linear);
    if (!translation.ok) return {};
    const auto page = machine_.memory().page(translation.physical);
    if (page.read == nullptr) return {};
    return {page.read, static_cast<size_t>(pageSize)};
}

std::optional<uint32_t> GuestView::word(uint32_t linear) const {
    uint32_t value = 0;
    for (uint32_t n = 0; n < sizeof value; ++n) {
        const std::span<const uint8_t> bytes = page(linear + n);
        if (bytes.empty()) return std::nullopt;
        value |= static_cast<uint32_t>(bytes[(linear + n) & pageMask]) << 8 * n;
    }
    return value;
}

std::optional<std::string> GuestView::text(uint32_t linear, size_t most) const {
    std::string text;
    while (text.size() < most) {
        const uint32_t at = linear + static_cast<uint32_t>(text.size());
        const std::span<const uint8_t> bytes = page(at);
        if (bytes.empty()) return std::nullopt;
        for (size_t n = at & pageMask; n < bytes.size() && text.size() < most; ++n) {
            if (bytes[n] == 0) return text;
            text.push_back(static_cast<char>(bytes[n]));
        }
    }
    return text;
}

} // namespace bootglass
