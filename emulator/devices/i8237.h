// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 8237A DMA controller and the PC/AT's pair of them with its page registers: channels 0 to 3
// move bytes within 64 KiB, 5 to 7 words within 128 KiB, channel 4 cascades the first controller.
// Addresses have 24 bits.
//
// The one idea: a peripheral that has data calls transfer(), which moves it at once, as far as the
// channel's count and its programming allow.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/memory/physical_map.h"

#include <array>
#include <cstdint>
#include <span>

namespace bootglass {

/// One controller's registers; counts and addresses are in its transfer units.
class I8237 {
  public:
    /// Registers 0 to 15, as A3 to A0 select them.
    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);
    /// The DREQ inputs.
    void setRequest(unsigned channel, bool level);

    enum class Type : uint8_t { Verify, ToMemory, FromMemory, Illegal };
    enum class Mode : uint8_t { Demand, Single, Block, Cascade };
    Type type(unsigned channel) const {
        return static_cast<Type>(channels_[channel].mode >> 2 & 3);
    }
    Mode mode(unsigned channel) const {
        return static_cast<Mode>(channels_[channel].mode >> 6 & 3);
    }
    bool decrements(unsigned channel) const { return (channels_[channel].mode & 0x20) != 0; }
    /// Enabled, and not masked.
    bool ready(unsigned channel) const;
    uint16_t address(unsigned channel) const { return channels_[channel].address; }
    /// Transfers left until terminal count, 1 to 65,536.
    uint32_t left(unsigned channel) const { return channels_[channel].count + 1U; }
    /// After `units` transfers of a channel, at most left(): moves address and count. True at
    /// terminal count.
    bool advance(unsigned index, uint32_t units);

    void reset();
    void serialize(Archive &archive);

  private:
    struct Channel {
        uint16_t baseAddress = 0;
        uint16_t baseCount = 0;
        uint16_t address = 0;
        uint16_t count = 0;
        uint8_t mode = 0;
        void serialize(Archive &archive) { archive(baseAddress, baseCount, address, count, mode); }
    };

    std::array<Channel, 4> channels_;
    uint8_t command_ = 0;
    uint8_t mask_ = 0x0F;
    uint8_t requests_ = 0;       // software requests
    uint8_t lines_ = 0;          // DREQ
    uint8_t terminalCounts_ = 0; // since the status was read
    bool highByte_ = false;      // the first/last flip-flop
};

class I8237Pair {
  public:
    explicit I8237Pair(PhysicalMap &memory);

    /// Ports 00h to 0Fh: channels 0 to 3.
    uint8_t readFirst(uint16_t offset) { return first_.read(offset); }
    void writeFirst(uint16_t offset, uint8_t value) { first_.write(offset, value); }
    /// Ports C0h to DFh: channels 4 to 7, a register each two ports.
    uint8_t readSecond(uint16_t offset) { return second_.read(offset >> 1); }
    void writeSecond(uint16_t offset, uint8_t value) { second_.write(offset >> 1, value); }
    /// Ports 80h to 8Fh: page registers; those without a channel (80h, the POST code's, too) keep
    /// what is written.
    uint8_t readPage(uint16_t offset) const { return pages_[offset & 15]; }
    void writePage(uint16_t offset, uint8_t value) { pages_[offset & 15] = value; }

    /// DREQ of a channel, 0 to 7; shown in the status register.
    void setRequest(unsigned channel, bool level);

    /// Where the channel's next transfer goes to or comes from.
    PhysicalAddress address(unsigned channel) const;

    enum class Direction : uint8_t { ToMemory, FromMemory };
    struct Transferred {
        size_t bytes;       // of the peripheral's, from the first on
        bool terminalCount; // TC was pulsed with the last one
    };
    /// Channels 0 to 3 and 5 to 7. Ends at terminal count, moves nothing while the channel is
    /// masked. If the channel is programmed for verify or the other direction, counts run but no
    /// byte moves.
    Transferred transfer(unsigned channel, std::span<uint8_t> bytes, Direction direction);

    void reset();
    void serialize(Archive &archive);

  private:
    PhysicalAddress pageBase(unsigned channel) const;
    void move(unsigned channel, PhysicalAddress page, std::span<uint8_t> bytes,
              Direction direction);

    PhysicalMap &memory_;
    I8237 first_;
    I8237 second_;
    std::array<uint8_t, 16> pages_{};
};

} // namespace bootglass
