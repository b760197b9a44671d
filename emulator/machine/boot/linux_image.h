// SPDX-License-Identifier: GPL-3.0-or-later
// A Linux kernel for the PC as a boot loader sees it (the kernel's Documentation/x86/boot: the
// Linux/x86 boot protocol): a real-mode part, whose header tells the loader about the kernel and is
// told in turn what was loaded where, and the protected-mode kernel behind it. Here the parts get
// their addresses; the option ROM copies them there and enters the real-mode part.
#pragma once

#include "emulator/machine/boot/byte_writer.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace bootglass {

struct LinuxFiles {
    Bytes kernel;
    Bytes initrd; // empty: none
    std::string commandLine;
};

/// Parts of a kernel and the physical addresses that they go to.
struct LinuxImage {
    uint32_t setupAddress = 0;
    Bytes setup; // the real-mode part, its header filled in
    uint32_t kernelAddress = 0;
    Bytes kernel;
    uint32_t initrdAddress = 0;
    Bytes initrd;
    std::function<Bytes()> initrdAgain; // brings it once more, if it is to be forgotten when read
    uint32_t commandLineAddress = 0;
    Bytes commandLine; // with its final zero
};

/// Either an image, or one sentence on what is wrong with the files.
struct LinuxImageResult {
    std::optional<LinuxImage> image;
    std::string error;
};

/// Whether the file has a Linux setup header of boot protocol 2.00 or later.
bool isLinux(std::span<const uint8_t> file);

/// Memory at its top that is kept free for the firmware's tables.
inline constexpr uint64_t firmwareReserve = 0x28000;

/// Takes a bzImage (or a zImage) apart and places it in a machine with so much memory, which starts
/// at address 0 without gaps but for the one below 1 MiB.
LinuxImageResult placeLinux(LinuxFiles files, uint64_t ramBytes);

} // namespace bootglass
