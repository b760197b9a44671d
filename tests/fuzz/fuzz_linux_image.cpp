// SPDX-License-Identifier: GPL-3.0-or-later
// Kernels from anywhere: bzImage headers with any field, any command line, initrds that do not fit.
#include "emulator/machine/boot/linux_image.h"
#include "fuzz_target.h"

using namespace bootglass;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz::Input input(data, size);
    LinuxFiles files;
    uint64_t ram = uint64_t{4 + input.take<uint8_t>() * 16U} << 20;
    files.initrd.resize(input.take<uint16_t>() * size_t{input.take<uint8_t>()});
    auto line = input.bytes(input.take<uint8_t>());
    files.commandLine.assign(line.begin(), line.end());
    auto header = input.rest();
    files.kernel.assign(header.begin(), header.end());
    // A real image is larger than what a fuzzer likes to make.
    files.kernel.resize(header.size() + input.take<uint8_t>() * size_t{512});
    auto placed = placeLinux(std::move(files), ram);
    fuzz::require(placed.image.has_value() == placed.error.empty(),
                  "neither an image nor a sentence");
    if (!placed.image) return 0;
    const LinuxImage &image = *placed.image;
    auto fits = [&](uint32_t address, const Bytes &bytes) {
        return address + uint64_t{bytes.size()} <= ram;
    };
    fuzz::require(fits(image.setupAddress, image.setup) &&
                      fits(image.kernelAddress, image.kernel) &&
                      fits(image.initrdAddress, image.initrd) &&
                      fits(image.commandLineAddress, image.commandLine),
                  "a part stands outside memory");
    return 0;
}
