// SPDX-License-Identifier: GPL-3.0-or-later
// Cached address translations: for each kind of access and privilege a flat table with one entry
// per linear page, which holds what must be added to a linear address to get the host address of
// the byte; zero means "ask the slow path". Absent, forbidden, device, read-only, code page and
// first write are all the same zero, so the fast path is one test.
//
// Nothing is ever evicted for lack of room, so the content depends on the guest alone and
// is part of the machine's state. Filled entries are listed, so a flush costs what was used; global
// pages (CR4.PGE) are listed apart.
//
// A page that holds decoded code has its write entries withheld: the translation is known, but the
// fast path must not find it. Whether code is decoded, and when, is the executor's business, and
// changes nothing in what is known.
//
// Tables of one privilege lie side by side at fixed distances, and those for reads and writes have
// sixteen times the room that pages need: translated code looks its addresses up rotated right by
// the size of the access, so that a misaligned one falls onto an entry that is never filled.
//
// Most of a kernel's pages have one addend in common. Which have it is told by the direct tables
// for reads and writes, four bytes a page, all 1 or all 0: so an address >> 10 that is rotated by
// 0, 1 or 2 finds one of its page's bytes by a scale of 1, 2 or 4. The first and the last page are
// never direct, so an address near one that is does not wrap around. A page that is direct for
// writes is direct for reads.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/memory/physical_map.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace bootglass {

enum class Access : uint8_t { Read, Write, Execute };

class Tlb {
  public:
    Tlb();
    ~Tlb();
    Tlb(const Tlb &) = delete;
    Tlb &operator=(const Tlb &) = delete;

    /// Bytes from a privilege's first table, the direct one for reads, to its others.
    static constexpr uint64_t directTableBytes = uint64_t{64} << 20;
    static constexpr uint64_t dataTableBytes = uint64_t{128} << 20;
    static constexpr uint64_t directWriteOffset = directTableBytes;
    static constexpr uint64_t readTableOffset = 2 * directTableBytes;
    static constexpr uint64_t writeTableOffset = readTableOffset + dataTableBytes;
    static constexpr uint64_t withheldTableOffset = readTableOffset + 2 * dataTableBytes;
    static constexpr uint64_t executeTableOffset = readTableOffset + 3 * dataTableBytes;
    static constexpr uint64_t writePagesOffset = executeTableOffset + (uint64_t{8} << 20);

    /// The table of one kind, indexed by linear address >> 12.
    const uintptr_t *table(Access access, bool user) const { return tables_[slot(access, user)]; }
    /// A table in which nothing is ever present.
    const uintptr_t *emptyTable() const { return empty_; }

    /// The physical page number behind an execute entry that is present.
    uint32_t executePage(uint32_t linear, bool user) const {
        return executePages_[user][linear >> pageShift];
    }

    /// The physical page that writes go to if that is known, withheld or not: then `known`.
    struct WritePage {
        bool known = false;
        PhysicalAddress physical = 0;
    };
    WritePage writePage(uint32_t linear, bool user) const {
        uint32_t stored = writePages_[user][linear >> pageShift];
        return {stored != 0, PhysicalAddress{stored >> 1} << pageShift};
    }

    /// Pages with this addend (0: none) are direct from now on.
    void setDirect(uintptr_t addend);

    /// Enters a translation: `host` is the host address of the page's first byte.
    void fill(uint32_t linear, Access access, bool user, bool global, PhysicalAddress physical,
              uint8_t *host, bool withheld = false);
    /// The physical page has come to hold code: its write entries are withheld.
    void withholdWrites(PhysicalAddress physical);
    /// It holds none any more.
    void releaseWrite(uint32_t linear, bool user);
    /// Drops one page's translations (INVLPG), global or not.
    void flushPage(uint32_t linear);
    /// Drops all but global pages (a load of CR3).
    void flushLocal();
    void flushAll();

    /// `host` gives the host address of a physical page, null if it has none any more.
    void serialize(Archive &archive, const std::function<uint8_t *(PhysicalAddress, Access)> &host);

  private:
    struct Filled {
        uint32_t page;
        uint32_t physicalPage;
        uint8_t slot;
    };
    static constexpr size_t slots = 6;
    static size_t slot(Access access, bool user) { return static_cast<size_t>(access) * 2 + user; }
    void set(size_t slot, uint32_t page, uintptr_t addend) {
        tables_[slot][page] = addend;
        if (slot >= direct_.size()) return;
        const size_t reads = Tlb::slot(Access::Read, slot % 2);
        const size_t writes = Tlb::slot(Access::Write, slot % 2);
        const bool isRead = isDirect(page, tables_[reads][page]);
        const bool isWritten = isRead && tables_[writes][page] == tables_[reads][page];
        direct_[reads][page] = isRead ? directMark : 0;
        direct_[writes][page] = isWritten ? directMark : 0;
    }
    bool isDirect(uint32_t page, uintptr_t addend) const {
        return addend == directAddend_ && addend != 0 && page != 0 && page != lastPage;
    }
    static constexpr uint32_t lastPage = 0xFFFFF;
    static constexpr uint32_t directMark = 0x01010101;
    static bool isWrite(size_t slot) { return slot / 2 == static_cast<size_t>(Access::Write); }
    void drop(uint32_t page, size_t slot);
    void flush(std::vector<Filled> &filled);
    void serializeList(Archive &archive, std::vector<Filled> &filled,
                       const std::function<uint8_t *(PhysicalAddress, Access)> &host);

    // Of the supervisor and of the user: the direct tables, those for reads, writes, writes that
    // are withheld, execution, and writePages_, in one piece.
    std::array<uint8_t *, 2> memory_{};
    std::array<uintptr_t *, slots> tables_{};
    std::array<uint32_t *, 4> direct_{}; // of reads and writes
    uintptr_t directAddend_ = 0;
    std::array<uintptr_t *, 2> withheld_{};
    uintptr_t *empty_ = nullptr;
    // Physical page << 1 | 1 where writes are known.
    std::array<uint32_t *, 2> writePages_{};
    // Decoded code is tracked by physical page, which a host address does not tell.
    std::array<uint32_t *, 2> executePages_{};
    std::vector<Filled> local_;
    std::vector<Filled> global_;
};

} // namespace bootglass
