// SPDX-License-Identifier: GPL-3.0-or-later
// A kernel as the Multiboot specification 0.6.96 (version 1) wants it loaded: an ELF file or, by
// the addresses in its Multiboot header (the "a.out kludge"), any file, with modules behind it and
// a record that tells the kernel about them. Here everything gets its address; the option ROM
// copies it there, adds the firmware's memory map and enters the kernel in protected mode.
#pragma once

#include "emulator/devices/fw_cfg.h"
#include "emulator/machine/boot/byte_writer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bootglass {

struct MultibootFiles {
    struct Module {
        Bytes bytes;
        /// By custom its name first.
        std::string commandLine;
    };
    Bytes kernel;
    std::string commandLine;
    std::vector<Module> modules;
};

/// Pieces of memory as the kernel will find them.
struct MultibootImage {
    uint32_t address = 0;
    uint32_t bytes = 0; // the kernel, its zeros, its modules
    /// What of them is in the files; between these are zeros, of which a kernel may want more than
    /// the host should hold twice.
    std::vector<FwCfg::Piece> pieces;
    uint32_t entry = 0;
    uint32_t infoAddress = 0;
    Bytes info; // the record, what it points to, and room for the memory map
};

/// Either an image, or one sentence on what is wrong with the files.
struct MultibootImageResult {
    std::optional<MultibootImage> image;
    std::string error;
};

/// Whether the file has a Multiboot header: within its first 8192 bytes, aligned to four.
bool isMultiboot(std::span<const uint8_t> file);

/// Places kernel and modules in a machine with so much memory.
MultibootImageResult placeMultiboot(MultibootFiles files, uint64_t ramBytes);

/// What the option ROM has to know of the record: it fills in the sizes of memory and the map.
namespace multiboot_info {
inline constexpr uint32_t address = 0x10000;
inline constexpr uint32_t mapOffset = 0x80;
inline constexpr uint32_t mapEntryBytes = 24;
inline constexpr uint32_t mostMapEntries = 64;
} // namespace multiboot_info

} // namespace bootglass
