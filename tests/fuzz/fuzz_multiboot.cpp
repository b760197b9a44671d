// SPDX-License-Identifier: GPL-3.0-or-later
// Multiboot kernels from anywhere: ELF files and files with addresses in their header, with any
// field, and modules that do not fit.
#include "emulator/machine/boot/multiboot_image.h"
#include "fuzz_target.h"

using namespace bootglass;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz::Input input(data, size);
    MultibootFiles files;
    uint64_t ram = uint64_t{4 + input.take<uint8_t>() % 64U} << 20; // what a kernel may fill
    for (auto modules = input.take<uint8_t>() % 4; modules > 0; --modules) {
        MultibootFiles::Module module;
        module.bytes.resize(input.take<uint16_t>() * size_t{input.take<uint8_t>()});
        auto line = input.bytes(input.take<uint8_t>() % 32);
        module.commandLine.assign(line.begin(), line.end());
        files.modules.push_back(std::move(module));
    }
    auto line = input.bytes(input.take<uint8_t>());
    files.commandLine.assign(line.begin(), line.end());
    auto kernel = input.rest();
    files.kernel.assign(kernel.begin(), kernel.end());
    (void)isMultiboot(kernel);
    auto placed = placeMultiboot(std::move(files), ram);
    fuzz::require(placed.image.has_value() == placed.error.empty(),
                  "neither an image nor a sentence");
    if (!placed.image) return 0;
    const MultibootImage &image = *placed.image;
    fuzz::require(image.address + uint64_t{image.bytes} <= ram &&
                      image.infoAddress + uint64_t{image.info.size()} <= ram,
                  "a part stands outside memory");
    uint64_t end = 0;
    for (const FwCfg::Piece &piece : image.pieces) {
        fuzz::require(piece.offset >= end, "pieces overlap or are out of order");
        end = piece.offset + uint64_t{piece.bytes.size()};
    }
    fuzz::require(end <= image.bytes, "a piece stands outside the image");
    return 0;
}
