// SPDX-License-Identifier: GPL-3.0-or-later
// The firmware configuration device of virtual PCs (QEMU's documentation, docs/specs/fw_cfg): a set
// of read-only byte strings that the board hands to the firmware, chosen by a 16-bit key. Keys
// below 20h are fixed, from 20h on they belong to named files, which the directory under key 19h
// lists.
//
//   510h  selector, 16 bit, write     511h  data, 8 bit, read: the next byte of the selected item
//   514h  DMA address, two big-endian 32-bit halves; writing the low one runs the command found
//   there
//
// A DMA command is carried out whole within the access that starts it. Items read as zeros past
// their end, unknown keys are empty items. An item may have holes, which read as zeros, too, and
// take no memory here: kernels bring hundreds of megabytes of them. The contents are inputs of the
// board: only what the guest changed (selector, offset, half an address) is machine state.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/memory/physical_map.h"
#include "emulator/memory/port_map.h"

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bootglass {

class FwCfg {
  public:
    /// The fixed keys that firmware and boot loaders read.
    enum Key : uint16_t {
        Signature = 0x00,
        Id = 0x01,
        Uuid = 0x02,
        RamSize = 0x03,
        NoGraphic = 0x04,
        CpuCount = 0x05,
        KernelAddress = 0x07,
        KernelSize = 0x08,
        InitrdAddress = 0x0A,
        InitrdSize = 0x0B,
        Numa = 0x0D,
        BootMenu = 0x0E,
        MaxCpuCount = 0x0F,
        KernelEntry = 0x10,
        KernelData = 0x11,
        InitrdData = 0x12,
        CommandLineAddress = 0x13,
        CommandLineSize = 0x14,
        CommandLineData = 0x15,
        SetupAddress = 0x16,
        SetupSize = 0x17,
        SetupData = 0x18,
        FileDirectory = 0x19,
        FirstFile = 0x20,
        // of the PC architecture
        Irq0Override = 0x8002,
        Hpet = 0x8004,
    };

    static constexpr uint16_t controlPort = 0x510; // and 511h
    static constexpr uint16_t controlPortCount = 2;
    static constexpr uint16_t dmaPort = 0x514; // to 51Bh
    static constexpr uint16_t dmaPortCount = 8;
    /// Characters of a file's name in the directory, the final zero apart.
    static constexpr size_t longestName = 55;

    /// Commands and their data are found in `memory`.
    explicit FwCfg(PhysicalMap &memory);

    /// A part of an item: bytes, and where in it they are.
    struct Piece {
        uint32_t offset = 0;
        std::vector<uint8_t> bytes;
    };

    // --- the board's side
    void addItem(uint16_t key, std::vector<uint8_t> bytes);
    /// A large item, which is mostly read once: when a DMA command has read its last byte it is
    /// forgotten, and should it be selected again, `again` brings the same bytes (or none, then it
    /// reads as zeros).
    void addLargeItem(uint16_t key, std::vector<uint8_t> bytes,
                      std::function<std::vector<uint8_t>()> again);
    /// An item with holes. Its pieces are in order and do not overlap.
    void addPieces(uint16_t key, std::vector<Piece> pieces);
    /// An item that is a little-endian number.
    template<std::integral Number>
    void addNumber(uint16_t key, Number value) {
        std::vector<uint8_t> bytes(sizeof(Number));
        for (size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<uint8_t>(static_cast<uint64_t>(value) >> 8 * i);
        addItem(key, std::move(bytes));
    }
    /// Adds a file, or replaces the one of that name. Files are numbered in the order of their
    /// names, so that keys do not depend on the order of adding. Names are cut at longestName.
    void addFile(std::string name, std::vector<uint8_t> bytes);
    /// The bytes of an item up to its first hole; empty if there is none under that key.
    std::span<const uint8_t> item(uint16_t key) const;
    /// The bytes of a file; empty if there is none of that name.
    std::span<const uint8_t> file(std::string_view name) const;
    /// Told of each DMA transfer with data, after it.
    void setTransferred(
        std::function<void(PhysicalAddress address, uint32_t bytes, bool toMemory)> transferred) {
        transferred_ = std::move(transferred);
    }

    // --- the ports: offset from the first port of the range
    uint32_t readControl(uint16_t offset, unsigned size);
    void writeControl(uint16_t offset, uint32_t value, unsigned size);
    uint32_t readDma(uint16_t offset, unsigned size) const;
    void writeDma(uint16_t offset, uint32_t value, unsigned size);
    PortHandler controlPorts();
    PortHandler dmaPorts();

    void reset();
    void serialize(Archive &archive);

  private:
    void select(uint16_t key);
    uint8_t nextByte();
    void runCommand(PhysicalAddress command);
    bool copyToMemory(PhysicalAddress address, uint32_t length);
    bool isWritable(PhysicalAddress address, uint64_t length) const;
    std::span<const Piece> pieces(uint16_t key) const;
    void skip(uint32_t length);
    void listFiles();
    void forgetIfRead();
    void recall();

    PhysicalMap &memory_;
    std::map<uint16_t, std::vector<Piece>> items_;
    std::vector<std::pair<std::string, Piece>> files_; // by name
    struct Large {
        std::function<std::vector<uint8_t>()> again;
        bool forgotten = false;
    };
    std::map<uint16_t, Large> large_; // of the items
    std::function<void(PhysicalAddress, uint32_t, bool)> transferred_;

    uint16_t selector_ = 0;
    uint32_t offset_ = 0; // into the selected item; stays at 2^32 - 1
    uint32_t dmaAddressHigh_ = 0;
};

} // namespace bootglass
