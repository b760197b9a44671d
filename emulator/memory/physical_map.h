// SPDX-License-Identifier: GPL-3.0-or-later
// The physical address space as the CPU and bus masters see it: 4 KiB pages of RAM, ROM, chips'
// registers (MMIO), or nothing (open bus: reads give ones, writes vanish). The board maps; the last
// mapping of a page wins. RAM is one anonymous mapping with a guard page on both sides, at a low
// address if one is free: translated code reaches it there with displacements of 32 bits.
//
// Which bytes hold decoded code is known to the byte, one bit each, and by page, so that a store
// beside code is told from a store into it: programs keep their variables next to it. Bus masters
// ask the same.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/memory/host_activity.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bootglass {

using PhysicalAddress = uint64_t;

inline constexpr unsigned pageShift = 12;
inline constexpr uint64_t pageSize = uint64_t{1} << pageShift;
inline constexpr uint64_t pageMask = pageSize - 1;
/// Code is noted in words of 64 bits, one bit a byte.
inline constexpr unsigned codeWordShift = 6;

/// A chip's registers in memory. offset: from where the chip's range was mapped; size: 1, 2, 4 or
/// 8 bytes.
struct MmioHandler {
    std::function<uint64_t(uint64_t offset, unsigned size)> read;
    std::function<void(uint64_t offset, uint64_t value, unsigned size)> write;
};

/// Told of each access to a chip's registers in memory.
struct MmioObserver {
    virtual ~MmioObserver() = default;
    virtual void mmioRead(uint16_t device, PhysicalAddress address, unsigned size,
                          uint64_t value) = 0;
    virtual void mmioWrite(uint16_t device, PhysicalAddress address, unsigned size,
                           uint64_t value) = 0;
};

class PhysicalMap {
  public:
    /// Bytes of guest RAM, a multiple of 1 MiB. Throws std::bad_alloc if the host has no address
    /// space for it; memory is taken from the host in pieces as the guest comes to use it, since
    /// page faults at each first touch cost ten times as much.
    explicit PhysicalMap(uint64_t ramBytes);
    ~PhysicalMap();
    PhysicalMap(const PhysicalMap &) = delete;
    PhysicalMap &operator=(const PhysicalMap &) = delete;

    std::span<uint8_t> ram() { return {ram_, ramBytes_}; }
    std::span<const uint8_t> ram() const { return {ram_, ramBytes_}; }
    /// The page is about to be used.
    void populate(PhysicalAddress address) {
        const Page *page = find(address);
        const auto offset = page ? static_cast<uint64_t>(page->read - ram_) : ramBytes_;
        if (offset < ramBytes_ && !populated_[offset >> pieceShift]) populatePiece(offset);
    }
    /// All of RAM is about to be read.
    void populateToRead() const;

    // --- the board's side: all addresses and sizes are multiples of the page size
    /// Maps RAM from `ramOffset` on.
    void mapRam(PhysicalAddress first, uint64_t size, uint64_t ramOffset);
    /// Maps memory that the guest can read, execute, but not change. `bytes` must outlive the map.
    void mapRom(PhysicalAddress first, std::span<uint8_t> bytes);
    /// Reads come from `rom`, writes go to RAM (a PAM register's "write only" setting).
    void mapRomOverRam(PhysicalAddress first, std::span<uint8_t> rom, uint64_t ramOffset);
    /// Maps other directly accessible memory, a frame buffer, say. `bytes` must outlive the map.
    void mapMemory(PhysicalAddress first, std::span<uint8_t> bytes);
    /// Registers a chip; the number identifies it in events.
    uint16_t addDevice(std::string name, MmioHandler handler);
    const std::string &deviceName(uint16_t device) const { return devices_[device].name; }
    /// Maps a chip's registers; the handler is given offsets from `first` plus `offset`.
    void mapDevice(PhysicalAddress first, uint64_t size, uint16_t device, uint64_t offset = 0);
    void unmap(PhysicalAddress first, uint64_t size);
    /// Called after each change of the map (the CPU's cached translations are stale then).
    void setMapChanged(std::function<void()> changed) { mapChanged_ = std::move(changed); }
    void setObserver(MmioObserver *observer) { observer_ = observer; }
    /// Where it is marked that a chip is at work.
    void setActivity(ActivityMark &mark) { activity_ = &mark; }

    // --- direct access
    /// Host addresses of a page's bytes, null where reads or writes need the slow path (chips, ROM
    /// on writes, nothing there).
    struct PageView {
        uint8_t *read;
        uint8_t *write;
    };
    PageView page(PhysicalAddress address) const {
        const Page *page = find(address);
        return page ? PageView{page->read, page->write} : PageView{nullptr, nullptr};
    }

    // --- access with all effects: chips are called, code that is overwritten is reported
    /// Reads 1, 2, 4 or 8 bytes; they may not cross a page.
    uint64_t read(PhysicalAddress address, unsigned size);
    void write(PhysicalAddress address, uint64_t value, unsigned size);
    /// Bus masters: any length, across pages; chips' registers are reached byte by byte.
    void readBytes(PhysicalAddress address, std::span<uint8_t> bytes);
    void writeBytes(PhysicalAddress address, std::span<const uint8_t> bytes);

    // --- code tracking
    /// True if a byte of [address, address + size) holds code; within one page, as all of these.
    bool holdsCode(PhysicalAddress address, uint64_t size) const;
    bool pageHoldsCode(PhysicalAddress address) const;
    /// For translated code: bit n of word w stands for the byte at 64 w + n.
    const uint64_t *codeWords() const { return codeWords_; }
    void markCode(PhysicalAddress address, uint64_t size);
    void clearCode(PhysicalAddress address, uint64_t size);
    /// Called before bytes that hold code change by write() or writeBytes().
    void setCodeWritten(std::function<void(PhysicalAddress, uint64_t size)> written) {
        codeWritten_ = std::move(written);
    }

    /// RAM (zero pages left out), other writable memory is its owner's; the map is the board's.
    void serialize(Archive &archive);

  private:
    struct Page {
        uint8_t *read = nullptr;
        uint8_t *write = nullptr;
        uint64_t deviceOffset = 0; // of this page's first byte
        uint16_t device = 0;       // one more than its number: 0 is none
    };
    struct Device {
        std::string name;
        MmioHandler handler;
    };
    static constexpr uint64_t addressSpace = uint64_t{1} << 32;
    static constexpr unsigned pieceShift = 21; // of a huge page
    void populatePiece(uint64_t offset);

    template<typename Change>
    void change(PhysicalAddress first, uint64_t size, Change change);
    const Page *find(PhysicalAddress address) const {
        return address < addressSpace ? &pages_[address >> pageShift] : nullptr;
    }
    template<typename Function>
    static bool anyCodeWord(PhysicalAddress address, uint64_t size, Function function);
    uint64_t readDevice(uint16_t device, uint64_t offset, unsigned size);

    uint8_t *ram_ = nullptr;
    uint64_t ramBytes_;
    std::vector<uint8_t> populated_; // by piece of RAM
    // By page number; 4 GiB of physical addresses. Lazily zeroed by the host, so small while
    // unused.
    Page *pages_ = nullptr;
    uint64_t *codeWords_ = nullptr;
    uint64_t *codePages_ = nullptr; // bit n: word n of the page is not zero
    std::vector<Device> devices_;
    MmioObserver *observer_ = nullptr;
    ActivityMark nobodys_;
    ActivityMark *activity_ = &nobodys_;
    std::function<void()> mapChanged_;
    std::function<void(PhysicalAddress, uint64_t)> codeWritten_;
};

} // namespace bootglass
