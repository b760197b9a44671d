// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/disk_image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace bootglass {

DiskImage::Opened DiskImage::open(const std::filesystem::path &path, unsigned sectorBytes) {
    std::string name = "the image '" + path.string() + "'";
    // Non-blocking, so that a pipe is refused below and not waited for.
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        if (errno == ENOENT) return {nullptr, name + " does not exist"};
        return {nullptr, name + " cannot be opened: " + std::strerror(errno)};
    }
    struct stat about {};
    bool examined = fstat(file, &about) == 0;
    auto size = static_cast<uint64_t>(std::max<off_t>(about.st_size, 0));
    std::unique_ptr<DiskImage> image(new DiskImage(std::make_shared<const File>(file, size)));
    if (!examined) return {nullptr, name + " cannot be examined: " + std::strerror(errno)};
    if (S_ISDIR(about.st_mode)) return {nullptr, name + " is a directory; name a file"};
    if (!S_ISREG(about.st_mode)) return {nullptr, name + " is not a regular file"};
    if (about.st_size <= 0) return {nullptr, name + " is empty"};
    if (image->size_ % sectorBytes != 0)
        return {nullptr, name + " has " + std::to_string(image->size_) +
                             " bytes, which is no multiple of its sectors of " +
                             std::to_string(sectorBytes) + "; a raw image is needed"};
    return {std::move(image), {}};
}

DiskImage::File::~File() {
    ::close(descriptor);
}

std::unique_ptr<DiskImage> DiskImage::fresh() const {
    return std::unique_ptr<DiskImage>(new DiskImage(file_));
}

bool DiskImage::contains(uint64_t offset, uint64_t count) const {
    return offset <= size_ && count <= size_ - offset;
}

bool DiskImage::readFile(uint64_t offset, std::span<uint8_t> bytes) const {
    uint64_t there = file_->size - std::min(file_->size, offset);
    if (bytes.size() > there) { // the padding
        std::ranges::fill(bytes.subspan(static_cast<size_t>(there)), uint8_t{0});
        bytes = bytes.first(static_cast<size_t>(there));
    }
    while (!bytes.empty()) {
        ssize_t got =
            pread(file_->descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false; // an error, or the file has shrunk
        offset += static_cast<uint64_t>(got);
        bytes = bytes.subspan(static_cast<size_t>(got));
    }
    return true;
}

bool DiskImage::read(uint64_t offset, std::span<uint8_t> bytes) const {
    if (!contains(offset, bytes.size())) return false;
    if (overlay_.empty()) return readFile(offset, bytes);
    while (!bytes.empty()) {
        uint64_t within = offset % clusterBytes;
        size_t count = std::min<size_t>(bytes.size(), clusterBytes - within);
        auto changed = overlay_.find(offset / clusterBytes);
        if (changed != overlay_.end())
            std::copy_n(changed->second.begin() + static_cast<ptrdiff_t>(within), count,
                        bytes.begin());
        else if (!readFile(offset, bytes.first(count)))
            return false;
        offset += count;
        bytes = bytes.subspan(count);
    }
    return true;
}

bool DiskImage::write(uint64_t offset, std::span<const uint8_t> bytes) {
    if (!contains(offset, bytes.size())) return false;
    while (!bytes.empty()) {
        uint64_t number = offset / clusterBytes;
        uint64_t within = offset % clusterBytes;
        size_t count = std::min<size_t>(bytes.size(), clusterBytes - within);
        auto changed = overlay_.find(number);
        if (changed == overlay_.end()) {
            Cluster cluster{};
            uint64_t first = number * clusterBytes;
            uint64_t length = std::min(clusterBytes, size_ - first);
            if (count < length && !readFile(first, std::span(cluster).first(length))) return false;
            changed = overlay_.emplace(number, cluster).first;
        }
        std::copy_n(bytes.begin(), count, changed->second.begin() + static_cast<ptrdiff_t>(within));
        offset += count;
        bytes = bytes.subspan(count);
    }
    return true;
}

void DiskImage::serialize(Archive &archive) {
    archive.section("disk image");
    uint64_t size = size_;
    uint64_t count = overlay_.size();
    archive(size, count);
    if (!archive.loading()) {
        for (auto &[number, cluster] : overlay_) {
            uint64_t key = number;
            archive(key);
            archive.bytes(cluster);
        }
        return;
    }
    if (!archive.failed() && size != size_)
        archive.fail("the saved state is of a disk image of another size");
    overlay_.clear();
    for (uint64_t i = 0; i < count && !archive.failed(); ++i) {
        uint64_t number = 0;
        Cluster cluster{};
        archive(number);
        archive.bytes(cluster);
        if (archive.failed()) return;
        if (number > (size_ - 1) / clusterBytes)
            return archive.fail("the saved state changes a disk image beyond its end");
        overlay_[number] = cluster;
    }
}

} // namespace bootglass
