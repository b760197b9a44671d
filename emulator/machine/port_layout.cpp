// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/port_layout.h"

#include <utility>

namespace bootglass {

uint16_t PortLayout::add(uint16_t first, uint16_t count, std::string name, PortHandler handler) {
    uint16_t device = map_.addDevice(std::move(name), std::move(handler));
    add(first, count, device);
    return device;
}

void PortLayout::add(uint16_t first, uint16_t count, uint16_t device) {
    fixed_.push_back({first, count, device});
    map_.map(first, count, device);
}

uint16_t PortLayout::addMovable(uint16_t count, std::string name, PortHandler handler) {
    uint16_t device = map_.addDevice(std::move(name), std::move(handler));
    movable_.push_back({0, count, device, false});
    return device;
}

void PortLayout::place(uint16_t device, std::optional<uint16_t> first) {
    for (Range &range : movable_) {
        if (range.device != device) continue;
        range.placed = first.has_value();
        range.first = first.value_or(0);
    }
    rebuild();
}

void PortLayout::rebuild() {
    map_.unmap(0x0000, 0x8000);
    map_.unmap(0x8000, 0x8000);
    for (const auto *ranges : {&movable_, &fixed_})
        for (const Range &range : *ranges)
            if (range.placed) map_.map(range.first, range.count, range.device);
}

} // namespace bootglass
