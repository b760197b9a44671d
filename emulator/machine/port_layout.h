// SPDX-License-Identifier: GPL-3.0-or-later
// Who answers at which port: chips at the PC's fixed places, and ranges that software moves (PCI
// base registers). Where they overlap, the fixed chip answers. As with memory, the map is a
// function of where the ranges are, not of how they came there.
#pragma once

#include "emulator/memory/port_map.h"

#include <optional>
#include <string>
#include <vector>

namespace bootglass {

class PortLayout {
  public:
    explicit PortLayout(PortMap &map) : map_(map) {}
    PortLayout(const PortLayout &) = delete;
    PortLayout &operator=(const PortLayout &) = delete;

    /// Registers a chip at ports of its own; the number is its in events.
    uint16_t add(uint16_t first, uint16_t count, std::string name, PortHandler handler);
    /// More ports for a chip that is there already.
    void add(uint16_t first, uint16_t count, uint16_t device);
    /// A range that is nowhere yet.
    uint16_t addMovable(uint16_t count, std::string name, PortHandler handler);
    void place(uint16_t device, std::optional<uint16_t> first);

  private:
    struct Range {
        uint16_t first = 0;
        uint16_t count = 0;
        uint16_t device = 0;
        bool placed = true;
    };
    void rebuild();

    PortMap &map_;
    std::vector<Range> fixed_;
    std::vector<Range> movable_;
};

} // namespace bootglass
