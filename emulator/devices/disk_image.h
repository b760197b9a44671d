// SPDX-License-Identifier: GPL-3.0-or-later
// The medium of a drive: a raw image file. The file is opened once and never changed; what the
// guest writes goes to an overlay in memory, copied on write in clusters of 4 KiB. So a run leaves
// its inputs as they were, and the overlay is all there is to save.
#pragma once

#include "emulator/memory/archive.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

namespace bootglass {

class DiskImage {
  public:
    static constexpr uint64_t clusterBytes = 4096;

    /// An image, or one sentence that says why there is none.
    struct Opened {
        std::unique_ptr<DiskImage> image;
        std::string error;
        explicit operator bool() const { return image != nullptr; }
    };
    /// sectorBytes: 512 for disks, 2048 for CDs; the file's size must be a multiple of it.
    static Opened open(const std::filesystem::path &path, unsigned sectorBytes);
    /// Another image of the same opened file, without what was written to this one.
    std::unique_ptr<DiskImage> fresh() const;

    DiskImage(const DiskImage &) = delete;
    DiskImage &operator=(const DiskImage &) = delete;

    uint64_t size() const { return size_; }
    /// Makes a shorter image this long: what the file does not have reads as zeros.
    void padTo(uint64_t bytes) { size_ = std::max(size_, bytes); }
    /// False if the range is not within the image, or the host cannot read the file.
    bool read(uint64_t offset, std::span<uint8_t> bytes) const;
    bool write(uint64_t offset, std::span<const uint8_t> bytes);
    /// Clusters that differ from the file.
    size_t changedClusters() const { return overlay_.size(); }

    /// The overlay; the file must be the one it was made over.
    void serialize(Archive &archive);

  private:
    using Cluster = std::array<uint8_t, clusterBytes>;

    /// An open file, closed with its last image.
    struct File {
        File(int opened, uint64_t bytes) : descriptor(opened), size(bytes) {}
        ~File();
        File(const File &) = delete;
        File &operator=(const File &) = delete;
        int descriptor;
        uint64_t size;
    };

    explicit DiskImage(std::shared_ptr<const File> file)
        : file_(std::move(file)), size_(file_->size) {}
    bool contains(uint64_t offset, uint64_t count) const;
    bool readFile(uint64_t offset, std::span<uint8_t> bytes) const;

    std::shared_ptr<const File> file_;
    uint64_t size_;                       // of the medium: the file's, or more
    std::map<uint64_t, Cluster> overlay_; // by cluster number
};

} // namespace bootglass
