// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/table_loader.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t entrySize = 128;
constexpr size_t nameSize = 56;
// The firmware reads the whole file and ignores entries of command 0. A fixed size, as on QEMU's
// board, so that it spends the same time on it.
constexpr size_t scriptSize = 4096;

enum Command : uint32_t { Allocate = 1, AddPointer = 2, AddChecksum = 3 };

} // namespace

Bytes &TableLoader::begin(uint32_t command) {
    append32(script_, command);
    return script_;
}

void TableLoader::end() {
    script_.resize((script_.size() + entrySize - 1) / entrySize * entrySize);
}

void TableLoader::allocate(std::string_view file, uint32_t alignment, Zone zone) {
    Bytes &entry = begin(Allocate);
    appendText(entry, file, nameSize);
    append32(entry, alignment);
    append8(entry, static_cast<uint8_t>(zone));
    end();
}

void TableLoader::addPointer(std::string_view file, uint32_t offset, std::string_view target) {
    Bytes &entry = begin(AddPointer);
    appendText(entry, file, nameSize);
    appendText(entry, target, nameSize);
    append32(entry, offset);
    append8(entry, 4);
    end();
}

void TableLoader::addChecksum(std::string_view file, uint32_t offset, uint32_t start,
                              uint32_t length) {
    Bytes &entry = begin(AddChecksum);
    appendText(entry, file, nameSize);
    append32(entry, offset);
    append32(entry, start);
    append32(entry, length);
    end();
}

Bytes TableLoader::bytes() const {
    Bytes file = script_;
    file.resize(std::max(file.size(), scriptSize));
    return file;
}

} // namespace bootglass
