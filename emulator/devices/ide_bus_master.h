// SPDX-License-Identifier: GPL-3.0-or-later
// The bus master of one IDE channel (Programming Interface for Bus Master IDE Controller, revision
// 1.0): three registers in eight ports, and a table of physical region descriptors in memory that
// says where a drive's bytes go. A descriptor is a 32-bit address, a 16-bit count (0: 64 KiB), and
// a flag that it is the last.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/memory/physical_map.h"

#include <cstdint>
#include <functional>
#include <span>

namespace bootglass {

class IdeBusMaster {
  public:
    static constexpr uint16_t ports = 8;
    /// A region that was moved: for events.
    using Moved = std::function<void(PhysicalAddress, uint32_t bytes, bool toMemory)>;

    /// enabled: the function's bus master bit in its PCI command register.
    IdeBusMaster(PhysicalMap &memory, std::function<bool()> enabled)
        : memory_(memory), enabled_(std::move(enabled)) {}

    void setMoved(Moved moved) { moved_ = std::move(moved); }
    /// Told when the host starts or stops the bus master.
    void setStartChanged(std::function<void(bool started)> changed) {
        startChanged_ = std::move(changed);
    }

    uint8_t read(uint16_t offset) const;
    void write(uint16_t offset, uint8_t value);

    // --- the channel's side
    bool started() const { return (command_ & 1) != 0; }
    /// Moves a drive's bytes; false if the table ends before they do.
    bool transfer(std::span<uint8_t> bytes, bool toMemory);
    /// The drive's interrupt line has risen.
    void latchInterrupt();

    void reset();
    void serialize(Archive &archive);

  private:
    bool nextRegion();
    void halt();

    PhysicalMap &memory_;
    std::function<bool()> enabled_;
    Moved moved_;
    std::function<void(bool)> startChanged_;

    uint8_t command_ = 0;
    uint8_t status_ = 0;
    uint32_t table_ = 0;
    // The region that is being filled or emptied.
    uint32_t next_ = 0; // the descriptor after it
    uint32_t address_ = 0;
    uint32_t left_ = 0;
    bool last_ = false;
};

} // namespace bootglass
