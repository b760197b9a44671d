// SPDX-License-Identifier: GPL-3.0-or-later
// A hard disk on an IDE cable, after ATA/ATAPI-6 (T13/1410D, section 8): programmed I/O by single
// sectors and in blocks, multiword DMA, CHS, 28- and 48-bit addresses, write cache and power
// commands. The medium is a DiskImage. An access takes accessNs and nsPerByte for what it moves,
// whatever the host's disk does.
#pragma once

#include "emulator/devices/ata_device.h"
#include "emulator/devices/disk_image.h"

#include <memory>

namespace bootglass {

/// Cylinders, heads and sectors per track.
struct DiskGeometry {
    uint32_t cylinders = 0;
    uint32_t heads = 0;
    uint32_t sectors = 0;

    bool operator==(const DiskGeometry &) const = default;
    /// What a drive of this many sectors reports: 16 heads, 63 sectors, 2 to 16383 cylinders.
    static DiskGeometry forSectors(uint64_t sectors);
    /// The translation that a BIOS should use, as CMOS byte 39h holds it: 0 none, 1 LBA.
    unsigned biosTranslation() const { return cylinders <= 1024 ? 0 : 1; }
};

class AtaDisk final : public AtaDevice {
  public:
    static constexpr unsigned sectorBytes = 512;
    static constexpr unsigned mostMultiple = 16;
    /// A seek, with the rotation after it; and 100 MB/s from there on.
    static constexpr uint64_t accessNs = 100'000;
    static constexpr uint64_t nsPerByte = 10;

    /// image: of 512-byte sectors. serial: up to 20 characters.
    AtaDisk(std::unique_ptr<DiskImage> image, std::string serial);

    DiskImage &image() { return *image_; }
    uint64_t sectors() const { return sectors_; }
    DiskGeometry geometry() const { return geometry_; }

    void timeElapsed() override;
    void serialize(Archive &archive) override;

  private:
    /// What the drive goes on with when its time has elapsed, or a block was moved.
    enum class Step : uint8_t {
        Idle,
        Complete,
        Identify,
        ReadBlock,
        WriteBlock,
        Verify,
        ReadDma,
        WriteDma,
    };

    void execute(uint8_t command) override;
    void blockMoved() override;
    void resetState(bool powerOn) override;
    void setSignature() override;

    void after(uint64_t ns, Step step);
    void abort();
    bool takeAddress(bool extended);
    void storeAddress();
    void startRead(bool extended, unsigned blockSectors);
    void startWrite(bool extended, unsigned blockSectors);
    void startDma(bool extended, Step step);
    void startVerify(bool extended);
    void readBlock();
    void writeBlock();
    void moveByDma(bool toMemory);
    void failAccess(uint8_t errorBits);
    void readNativeMax(bool extended);
    void setFeatures();
    void setMultiple();
    void setGeometry();
    bool inRange(uint64_t count) const;
    uint64_t blockSize() const;
    std::vector<uint8_t> identify() const;

    std::unique_ptr<DiskImage> image_;
    std::string serial_;
    uint64_t sectors_;
    DiskGeometry geometry_;

    Step step_ = Step::Idle;
    bool extended_ = false;
    uint64_t lba_ = 0;       // of the next sector
    uint32_t remaining_ = 0; // sectors not yet moved
    uint32_t blockSectors_ = 1;
    // Settings
    DiskGeometry current_; // by INITIALIZE DEVICE PARAMETERS
    uint8_t multiple_ = mostMultiple;
    uint8_t multiwordMode_ = 2;
    uint8_t ultraMode_ = 0xff; // none
    bool writeCache_ = true;
};

} // namespace bootglass
