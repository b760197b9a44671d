// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/fw_cfg.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

namespace bootglass {

namespace {

constexpr std::array<uint8_t, 4> signature{'Q', 'E', 'M', 'U'};
/// What the DMA address register reads as.
constexpr std::array<uint8_t, 8> dmaSignature{'Q', 'E', 'M', 'U', ' ', 'C', 'F', 'G'};
constexpr uint32_t traditionalInterface = 1;
constexpr uint32_t dmaInterface = 2;

// The selector's upper bits: bit 15 is the architecture's name space, bit 14 was for writing by
// port and is ignored.
constexpr uint16_t keyMask = 0xBFFF;

// A DMA command: control, length, address, all big-endian.
constexpr size_t commandSize = 16;
constexpr uint32_t failed = 1U << 0; // answer
constexpr uint32_t readItem = 1U << 1;
constexpr uint32_t skipBytes = 1U << 2;
constexpr uint32_t selectItem = 1U << 3; // the key in the upper half
constexpr uint32_t writeItem = 1U << 4;

constexpr uint32_t swapBytes(uint32_t value) {
    return value >> 24 | (value >> 8 & 0xFF00) | (value << 8 & 0xFF0000) | value << 24;
}

uint32_t bigEndian(std::span<const uint8_t> bytes) {
    uint32_t value = 0;
    for (uint8_t byte : bytes.first(4))
        value = value << 8 | byte;
    return value;
}

void appendBigEndian(std::vector<uint8_t> &bytes, uint32_t value, unsigned size) {
    while (size-- > 0)
        bytes.push_back(static_cast<uint8_t>(value >> 8 * size));
}

} // namespace

FwCfg::FwCfg(PhysicalMap &memory) : memory_(memory) {
    addItem(Signature, {signature.begin(), signature.end()});
    addNumber(Id, traditionalInterface | dmaInterface);
    listFiles();
}

void FwCfg::addItem(uint16_t key, std::vector<uint8_t> bytes) {
    addPieces(key, {});
    items_[key & keyMask].push_back({0, std::move(bytes)});
}

void FwCfg::addLargeItem(uint16_t key, std::vector<uint8_t> bytes,
                         std::function<std::vector<uint8_t>()> again) {
    addItem(key, std::move(bytes));
    if (again) large_[key & keyMask] = {std::move(again)};
}

void FwCfg::forgetIfRead() {
    auto large = large_.find(selector_ & keyMask);
    if (large == large_.end() || large->second.forgotten) return;
    Piece &piece = items_[large->first].front();
    if (offset_ < piece.bytes.size()) return;
    piece.bytes = std::vector<uint8_t>(); // its memory, too
    large->second.forgotten = true;
}

void FwCfg::recall() {
    auto large = large_.find(selector_ & keyMask);
    if (large == large_.end() || !large->second.forgotten) return;
    items_[large->first].front().bytes = large->second.again();
    large->second.forgotten = false;
}

void FwCfg::addPieces(uint16_t key, std::vector<Piece> pieces) {
    items_[key & keyMask] = std::move(pieces);
}

void FwCfg::addFile(std::string name, std::vector<uint8_t> bytes) {
    if (name.size() > longestName) name.resize(longestName);
    auto place = std::ranges::lower_bound(files_, name, {}, [](const auto &f) { return f.first; });
    if (place != files_.end() && place->first == name)
        place->second.bytes = std::move(bytes);
    else
        files_.emplace(place, std::move(name), Piece{0, std::move(bytes)});
    listFiles();
}

void FwCfg::listFiles() {
    std::vector<uint8_t> directory;
    appendBigEndian(directory, static_cast<uint32_t>(files_.size()), 4);
    uint32_t key = FirstFile;
    for (const auto &[name, content] : files_) {
        appendBigEndian(directory, static_cast<uint32_t>(content.bytes.size()), 4);
        appendBigEndian(directory, key++, 2);
        appendBigEndian(directory, 0, 2);
        directory.insert(directory.end(), name.begin(), name.end());
        directory.insert(directory.end(), longestName + 1 - name.size(), 0);
    }
    addItem(FileDirectory, std::move(directory));
}

std::span<const FwCfg::Piece> FwCfg::pieces(uint16_t key) const {
    key &= keyMask;
    size_t number = key - size_t{FirstFile};
    if (key >= FirstFile && number < files_.size()) return {&files_[number].second, 1};
    auto found = items_.find(key);
    return found == items_.end() ? std::span<const Piece>{} : found->second;
}

std::span<const uint8_t> FwCfg::item(uint16_t key) const {
    std::span<const Piece> parts = pieces(key);
    return parts.empty() || parts[0].offset != 0 ? std::span<const uint8_t>{} : parts[0].bytes;
}

std::span<const uint8_t> FwCfg::file(std::string_view name) const {
    auto found = std::ranges::find(files_, name, [](const auto &f) { return f.first; });
    return found == files_.end() ? std::span<const uint8_t>{} : found->second.bytes;
}

void FwCfg::select(uint16_t key) {
    selector_ = key;
    offset_ = 0;
    recall();
}

void FwCfg::skip(uint32_t length) {
    offset_ += std::min(length, std::numeric_limits<uint32_t>::max() - offset_);
}

uint8_t FwCfg::nextByte() {
    std::span<const Piece> parts = pieces(selector_);
    // The last piece that does not begin behind the offset.
    auto next = std::ranges::upper_bound(parts, offset_, {}, &Piece::offset);
    uint8_t value = 0;
    if (next != parts.begin()) {
        const Piece &piece = *std::prev(next);
        size_t at = offset_ - piece.offset;
        if (at < piece.bytes.size()) value = piece.bytes[at];
    }
    skip(1);
    return value;
}

uint32_t FwCfg::readControl(uint16_t offset, unsigned size) {
    // The selector cannot be read: open bus. A word from 510h has the data register as its high
    // half.
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= (offset + i == 1 ? nextByte() : 0xFFU) << 8 * i;
    return value;
}

void FwCfg::writeControl(uint16_t offset, uint32_t value, unsigned size) {
    // Only whole words select; writing data through the port is a thing of the past.
    if (offset == 0 && size == 2) select(static_cast<uint16_t>(value));
}

uint32_t FwCfg::readDma(uint16_t offset, unsigned size) const {
    uint32_t value = 0;
    for (unsigned i = 0; i < size; ++i) {
        size_t at = static_cast<size_t>(offset) + i;
        value |= (at < dmaSignature.size() ? dmaSignature[at] : 0xFFU) << 8 * i;
    }
    return value;
}

void FwCfg::writeDma(uint16_t offset, uint32_t value, unsigned size) {
    if (size != 4) return;
    if (offset == 0) {
        dmaAddressHigh_ = swapBytes(value);
    } else if (offset == 4) {
        PhysicalAddress command = uint64_t{dmaAddressHigh_} << 32 | swapBytes(value);
        dmaAddressHigh_ = 0;
        runCommand(command);
    }
}

void FwCfg::runCommand(PhysicalAddress command) {
    // A command that is not in memory cannot be answered either.
    if (!isWritable(command, commandSize)) return;
    std::array<uint8_t, commandSize> bytes{};
    memory_.readBytes(command, bytes);
    uint32_t control = bigEndian(bytes);
    uint32_t length = bigEndian(std::span(bytes).subspan(4));
    PhysicalAddress address = uint64_t{bigEndian(std::span(bytes).subspan(8))} << 32 |
                              bigEndian(std::span(bytes).subspan(12));

    bool done = true;
    if (control & selectItem) select(static_cast<uint16_t>(control >> 16));
    if (control & readItem) {
        done = copyToMemory(address, length);
        if (done && length > 0 && transferred_) transferred_(address, length, true);
    } else if (control & writeItem) {
        done = length == 0; // nothing here can be written
    } else if (control & skipBytes) {
        skip(length);
    }
    std::array<uint8_t, 4> answer{0, 0, 0, static_cast<uint8_t>(done ? 0 : failed)};
    memory_.writeBytes(command, answer);
}

bool FwCfg::copyToMemory(PhysicalAddress address, uint32_t length) {
    // Checked first, so that a wild address costs nothing and changes nothing.
    if (!isWritable(address, length)) return false;
    static constexpr std::array<uint8_t, pageSize> zeros{};
    const uint64_t end = uint64_t{offset_} + length;
    uint64_t at = offset_; // in the item
    auto put = [&](std::span<const uint8_t> bytes) {
        memory_.writeBytes(address + (at - offset_), bytes);
        at += bytes.size();
    };
    auto putZeros = [&](uint64_t upTo) {
        while (at < upTo)
            put(std::span(zeros).first(std::min<uint64_t>(upTo - at, zeros.size())));
    };
    for (const Piece &piece : pieces(selector_)) {
        if (piece.offset >= end) break;
        putZeros(piece.offset);
        uint64_t within = at - piece.offset;
        if (within < piece.bytes.size())
            put(std::span(piece.bytes)
                    .subspan(within, std::min<uint64_t>(piece.bytes.size() - within, end - at)));
    }
    putZeros(end);
    skip(length);
    forgetIfRead();
    return true;
}

bool FwCfg::isWritable(PhysicalAddress address, uint64_t length) const {
    if (length == 0) return true;
    PhysicalAddress last = address + (length - 1);
    if (last < address) return false;
    for (PhysicalAddress page = address & ~pageMask;; page += pageSize) {
        if (!memory_.page(page).write) return false;
        if (last - page < pageSize) return true;
    }
}

PortHandler FwCfg::controlPorts() {
    return {[this](uint16_t offset, unsigned size) { return readControl(offset, size); },
            [this](uint16_t offset, uint32_t value, unsigned size) {
                writeControl(offset, value, size);
            },
            2};
}

PortHandler FwCfg::dmaPorts() {
    return {
        [this](uint16_t offset, unsigned size) { return readDma(offset, size); },
        [this](uint16_t offset, uint32_t value, unsigned size) { writeDma(offset, value, size); },
        4};
}

void FwCfg::reset() {
    select(0);
    dmaAddressHigh_ = 0;
}

void FwCfg::serialize(Archive &archive) {
    archive.section("fw_cfg");
    archive(selector_, offset_, dmaAddressHigh_);
    if (archive.loading()) recall();
}

} // namespace bootglass
