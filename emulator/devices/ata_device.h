// SPDX-License-Identifier: GPL-3.0-or-later
// What every drive on an IDE cable has in common, disk or CD (ATA/ATAPI-6, T13/1410D, sections 7 to
// 9): the command block registers, the status, the interrupt request, and the buffer that the host
// empties or fills through the data port. A drive does no work while the host waits in an
// instruction: it asks its cable for a delay, with BSY set, and goes on in timeElapsed(). Delays
// are fixed virtual times, so that each completion has its exact count.
#pragma once

#include "emulator/memory/archive.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace bootglass {

/// What a drive reaches through its cable.
struct AtaCable {
    virtual ~AtaCable() = default;
    /// Calls the drive's timeElapsed() after `ns` of virtual time.
    virtual void wait(uint64_t ns) = 0;
    /// The same, but the time counts from when the host has started the bus master.
    virtual void waitForDma(uint64_t ns) = 0;
    /// Moves bytes by DMA; false if the host's table has no room for all of them.
    virtual bool transfer(std::span<uint8_t> bytes, bool toMemory) = 0;
    virtual void interruptChanged() = 0;
};

namespace ata {

enum Register : uint8_t {
    Data,
    Error, // read; Features when written
    Count,
    LbaLow,
    LbaMid,
    LbaHigh,
    Device,
    Status, // read; Command when written
};

inline constexpr uint8_t busy = 0x80;
inline constexpr uint8_t ready = 0x40;
inline constexpr uint8_t seekComplete = 0x10;
inline constexpr uint8_t dataRequest = 0x08;
inline constexpr uint8_t error = 0x01;

inline constexpr uint8_t errorUncorrectable = 0x40;
inline constexpr uint8_t errorIdNotFound = 0x10;
inline constexpr uint8_t errorAborted = 0x04;

inline constexpr uint8_t deviceLba = 0x40;
inline constexpr uint8_t deviceSecond = 0x10;

/// Controller and drive take this long for a command without access to the medium.
inline constexpr uint64_t commandNs = 10'000;
/// A software reset, or the diagnostics.
inline constexpr uint64_t resetNs = 500'000;

} // namespace ata

class AtaDevice {
  public:
    AtaDevice() = default;
    virtual ~AtaDevice() = default;
    AtaDevice(const AtaDevice &) = delete;
    AtaDevice &operator=(const AtaDevice &) = delete;

    void connect(AtaCable &cable) { cable_ = &cable; }

    // --- the host's side
    /// Error to Device; previous: the byte written before the last one (48-bit addresses).
    uint8_t readRegister(uint8_t reg, bool previous) const;
    void writeRegister(uint8_t reg, uint8_t value);
    uint8_t status() const { return status_; }
    /// Reading the status register is what acknowledges an interrupt.
    void acknowledge();
    void writeCommand(uint8_t command);
    uint32_t readData(unsigned size);
    void writeData(uint32_t value, unsigned size);
    bool interrupt() const { return interrupt_; }

    // --- the cable's side
    /// Stops everything; BSY until finishReset().
    void beginReset();
    /// Puts the signature into the registers.
    void finishReset(bool powerOn);
    /// Raises the interrupt that ends EXECUTE DEVICE DIAGNOSTIC.
    void signalDiagnosed() { requestInterrupt(); }
    virtual void timeElapsed() = 0;
    /// True if `command` is to be taken even while the drive is busy.
    virtual bool takesWhileBusy(uint8_t) const { return false; }

    virtual void serialize(Archive &archive);

  protected:
    enum class Data : uint8_t { None, In, Out }; // as the host sees it

    virtual void execute(uint8_t command) = 0;
    /// The host has moved the last byte of the block.
    virtual void blockMoved() = 0;
    virtual void resetState(bool powerOn) = 0;
    virtual void setSignature() = 0;

    void wait(uint64_t ns);
    void waitForDma(uint64_t ns);
    /// Shows buffer_ to the host; Out: its size says how much is wanted.
    void offerBlock(Data direction, bool interrupt);
    void complete();
    void fail(uint8_t errorBits);
    void requestInterrupt();

    struct Registers {
        uint8_t features = 0;
        uint8_t count = 0;
        uint8_t lbaLow = 0;
        uint8_t lbaMid = 0;
        uint8_t lbaHigh = 0;

        bool operator==(const Registers &) const = default;
        void serialize(Archive &archive);
    };

    AtaCable *cable_ = nullptr;
    Registers now_;
    Registers before_; // what each register held before it was last written
    uint8_t device_ = 0;
    uint8_t error_ = 0;
    uint8_t status_ = 0;
    std::vector<uint8_t> buffer_;

  private:
    uint8_t *byteOf(Registers &registers, uint8_t reg) const;

    bool interrupt_ = false;
    Data data_ = Data::None;
    size_t position_ = 0; // in buffer_
};

/// The 256 words of an IDENTIFY reply.
class IdentifyWords {
  public:
    void set(unsigned word, uint32_t value);
    void set32(unsigned word, uint32_t value);
    /// Text, two characters to a word, the first in the high byte; padded with spaces.
    void setText(unsigned word, unsigned words, std::string_view text);
    std::vector<uint8_t> take() { return std::move(bytes_); }

  private:
    std::vector<uint8_t> bytes_ = std::vector<uint8_t>(512);
};

} // namespace bootglass
