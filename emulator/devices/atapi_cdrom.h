// SPDX-License-Identifier: GPL-3.0-or-later
// A CD-ROM drive on an IDE cable: the packet interface of ATA/ATAPI-6 (section 9.8 to 9.10) in
// atapi_cdrom.cpp, and the commands that the packets carry (SPC-2 and MMC-3) in atapi_commands.cpp.
// The medium is an image of 2048-byte sectors, or there is none. Read only.
//
// A packet is twelve bytes written to the data port. Its answer comes in pieces of at most the byte
// count that the host has set, or by DMA; each piece and the end raise the interrupt.
#pragma once

#include "emulator/devices/ata_device.h"
#include "emulator/devices/disk_image.h"

#include <array>
#include <memory>

namespace bootglass {

class AtapiCdrom final : public AtaDevice {
  public:
    static constexpr unsigned sectorBytes = 2048;
    /// A seek; and 10 MB/s from there on, a drive of some 66 times the speed of audio.
    static constexpr uint64_t accessNs = 1'000'000;
    static constexpr uint64_t nsPerByte = 100;

    /// image: of 2048-byte sectors; null for an empty drive.
    AtapiCdrom(std::unique_ptr<DiskImage> image, std::string serial);

    /// Null if the drive is empty.
    DiskImage *image() { return image_.get(); }

    void timeElapsed() override;
    bool takesWhileBusy(uint8_t command) const override;
    void serialize(Archive &archive) override;

  private:
    /// What the drive goes on with when its time has elapsed, or a block was moved.
    enum class Step : uint8_t { Idle, Complete, Identify, Packet, Run, Piece, Dma, Finish };

    /// SPC-2, 7.20: sense key, additional sense code, its qualifier.
    struct Sense {
        uint8_t key = 0;
        uint8_t code = 0;
        uint8_t qualifier = 0;
    };

    // --- atapi_cdrom.cpp: the packet interface
    void execute(uint8_t command) override;
    void blockMoved() override;
    void resetState(bool powerOn) override;
    void setSignature() override;
    void after(uint64_t ns, Step step);
    void startPacket();
    void setFeatures();
    void sendAnswer(bool fromMedium);
    void sendPiece();
    void sendByDma();
    void finish();
    void check(Sense sense);
    bool fetch(std::span<uint8_t> bytes);
    std::vector<uint8_t> identify() const;

    // --- atapi_commands.cpp: the commands
    void runPacket();
    void answer(std::vector<uint8_t> bytes, size_t most);
    bool mediumReady();
    void read(uint64_t lba, uint64_t sectors);
    void readCd(uint64_t lba, uint64_t sectors);
    void readCdByTime();
    void requestSense();
    void inquiry();
    void modeSense(bool ten);
    void readCapacity();
    void readToc();
    void readDiscInformation();
    void getConfiguration();
    void getEventStatus();
    void startStop();
    void mechanismStatus();
    uint64_t mediumSectors() const { return image_ ? image_->size() / sectorBytes : 0; }
    uint16_t packet16(size_t at) const;
    uint32_t packet32(size_t at) const;

    std::unique_ptr<DiskImage> image_;
    std::string serial_;

    Step step_ = Step::Idle;
    std::array<uint8_t, 12> packet_{};
    bool dma_ = false;
    uint32_t limit_ = 2; // bytes of a piece
    // What is still to be sent: of answer_ or, if fromMedium_, of the image.
    bool fromMedium_ = false;
    std::vector<uint8_t> answer_;
    uint64_t next_ = 0;
    uint64_t left_ = 0;
    Sense sense_;
    bool trayOpen_ = false;
    bool locked_ = false;
    uint8_t mediaEvent_ = 0; // MMC-3, 5.6.7: what GET EVENT STATUS tells next
    uint8_t multiwordMode_ = 2;
};

} // namespace bootglass
