// SPDX-License-Identifier: GPL-3.0-or-later
// Media for targets that run a whole machine.
#pragma once

#include "emulator/devices/disk_image.h"
#include "fuzz_target.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace bootglass::fuzz {

/// A medium full of one letter, whose file is gone.
inline std::shared_ptr<const DiskImage> medium(unsigned sectorBytes, size_t bytes = 64 * 2048) {
    auto path = std::filesystem::temp_directory_path() /
                ("bootglass-fuzz-" + std::to_string(getpid()) + "-" + std::to_string(sectorBytes));
    std::ofstream(path, std::ios::binary) << std::string(bytes, 'x');
    auto opened = DiskImage::open(path, sectorBytes);
    std::filesystem::remove(path);
    require(bool(opened), "no medium");
    return std::move(opened.image);
}

} // namespace bootglass::fuzz
