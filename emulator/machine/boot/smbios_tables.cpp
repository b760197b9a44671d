// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/smbios_tables.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace bootglass {

namespace {

// DSP0134, 6.1.2: a structure is its fixed part, then its strings, each ended by a zero, then one
// more zero; the fixed part names strings by number from 1.
class Builder {
  public:
    /// Starts a structure; its fixed part is appended to what this returns.
    Bytes &begin(uint8_t type, uint16_t handle) {
        start_ = bytes_.size();
        append8(bytes_, type);
        append8(bytes_, 0); // length of the fixed part, set by end()
        append16(bytes_, handle);
        return bytes_;
    }
    void end(std::initializer_list<std::string_view> strings = {}) {
        bytes_[start_ + 1] = static_cast<uint8_t>(bytes_.size() - start_);
        for (std::string_view text : strings)
            appendText(bytes_, text, text.size() + 1);
        append(bytes_, 0, strings.size() == 0 ? 2 : 1);
        longest_ = std::max(longest_, bytes_.size() - start_);
        ++count_;
    }

    Bytes &bytes() { return bytes_; }
    uint16_t count() const { return count_; }
    uint16_t longest() const { return static_cast<uint16_t>(longest_); }

  private:
    Bytes bytes_;
    size_t start_ = 0;
    uint16_t count_ = 0;
    size_t longest_ = 0;
};

constexpr uint16_t systemHandle = 0x100;
constexpr uint16_t enclosureHandle = 0x300;
constexpr uint16_t processorHandle = 0x400;
constexpr uint16_t memoryArrayHandle = 0x1000;
constexpr uint16_t memoryDeviceHandle = 0x1100;
constexpr uint16_t mappedArrayHandle = 0x1300;
constexpr uint16_t bootHandle = 0x2000;
constexpr uint16_t endHandle = 0x7F00;

constexpr std::string_view maker = "Bootglass";
constexpr std::string_view model = "Standard PC (i440FX + PIIX)";
constexpr std::string_view version = "pc-i440fx";

constexpr uint16_t noErrorInformation = 0xFFFE;
constexpr uint8_t other = 1;
constexpr uint8_t unknown = 2;
constexpr uint8_t safe = 3;
constexpr uint16_t noCache = 0xFFFF;

void addSystem(Builder &builder) {
    Bytes &b = builder.begin(1, systemHandle);
    append8(b, 1); // maker, product, version, no serial number
    append8(b, 2);
    append8(b, 3);
    append8(b, 0);
    append(b, 0, 16); // UUID: not set
    append8(b, 6);    // woken by the power switch
    append8(b, 0);    // no stock number, no family
    append8(b, 0);
    builder.end({maker, model, version});
}

void addEnclosure(Builder &builder) {
    Bytes &b = builder.begin(3, enclosureHandle);
    append8(b, 1);
    append8(b, other);
    append8(b, 2);
    append8(b, 0); // serial number, asset tag
    append8(b, 0);
    append8(b, safe); // boot, power, thermal state
    append8(b, safe);
    append8(b, safe);
    append8(b, unknown); // security
    append32(b, 0);
    append(b, 0, 5); // height, cords, contained elements, their size, stock number: none
    builder.end({maker, version});
}

void addProcessor(Builder &builder, uint32_t cpuidSignature, uint32_t cpuidFeatures) {
    Bytes &b = builder.begin(4, processorHandle);
    append8(b, 1);
    append8(b, 3);     // central processor
    append8(b, other); // family
    append8(b, 2);
    append32(b, cpuidSignature);
    append32(b, cpuidFeatures);
    append8(b, 3);
    append8(b, 0);     // voltage
    append(b, 0, 6);   // clocks: unknown, they are the run's choice
    append8(b, 0x41);  // socket populated, processor enabled
    append8(b, other); // socket
    append16(b, noCache);
    append16(b, noCache);
    append16(b, noCache);
    append(b, 0, 3); // serial, asset, part number
    append8(b, 1);   // cores, cores enabled, threads
    append8(b, 1);
    append8(b, 1);
    append16(b, 1U << 1); // characteristics: unknown
    append16(b, other);   // family, again
    builder.end({"CPU 0", maker, version});
}

void addMemory(Builder &builder, uint64_t ramBytes) {
    uint64_t ramKib = ramBytes >> 10;
    Bytes &array = builder.begin(16, memoryArrayHandle);
    append8(array, other); // location
    append8(array, 3);     // system memory
    append8(array, 3);     // no error correction
    append32(array, static_cast<uint32_t>(ramKib));
    append16(array, noErrorInformation);
    append16(array, 1); // devices
    append64(array, 0); // extended capacity: unused
    builder.end();

    Bytes &device = builder.begin(17, memoryDeviceHandle);
    append16(device, memoryArrayHandle);
    append16(device, noErrorInformation);
    append16(device, 0xFFFF); // widths: unknown
    append16(device, 0xFFFF);
    append16(device, static_cast<uint16_t>(ramKib >> 10));
    append8(device, 9); // DIMM
    append8(device, 0); // no set
    append8(device, 1);
    append8(device, 0);
    append8(device, 7);        // RAM
    append16(device, 1U << 1); // in detail: other
    append16(device, 0);       // speed
    append8(device, 2);
    append(device, 0, 3);  // serial, asset, part number
    append(device, 0, 13); // rank, extended size, configured speed, voltages
    builder.end({"DIMM 0", maker});

    Bytes &range = builder.begin(19, mappedArrayHandle);
    append32(range, 0);
    append32(range, static_cast<uint32_t>(ramKib - 1)); // its last KiB
    append16(range, memoryArrayHandle);
    append8(range, 1);    // devices in a row
    append(range, 0, 16); // extended addresses: unused
    builder.end();
}

/// The entry point.
Bytes buildAnchor(const Builder &builder, size_t tableBytes) {
    // DSP0134, 5.2.1. Table address and both checksums are the firmware's to set.
    Bytes b;
    appendText(b, "_SM_", 4);
    append8(b, 0);
    append8(b, 31); // length of the entry point
    append8(b, 2);  // SMBIOS 2.8
    append8(b, 8);
    append16(b, builder.longest());
    append8(b, 0); // entry point revision
    append(b, 0, 5);
    appendText(b, "_DMI_", 5);
    append8(b, 0);
    append16(b, static_cast<uint16_t>(tableBytes));
    append32(b, 0);
    append16(b, builder.count());
    append8(b, 0x28); // 2.8 in BCD
    return b;
}

} // namespace

SmbiosFiles buildSmbiosFiles(uint64_t ramBytes, uint32_t cpuidSignature, uint32_t cpuidFeatures) {
    Builder builder;
    addSystem(builder);
    addEnclosure(builder);
    addProcessor(builder, cpuidSignature, cpuidFeatures);
    addMemory(builder, ramBytes);
    append(builder.begin(32, bootHandle), 0, 7); // system boot information: no errors
    builder.end();
    builder.begin(127, endHandle);
    builder.end();

    Bytes anchor = buildAnchor(builder, builder.bytes().size());
    return {std::move(anchor), std::move(builder.bytes())};
}

} // namespace bootglass
