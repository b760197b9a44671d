// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/tlb.h"

#include <sys/mman.h>

#include <new>
#include <utility>

namespace bootglass {

namespace {

constexpr uint64_t pages = uint64_t{1} << 20;

constexpr uint64_t pageNumbersBytes = pages * sizeof(uint32_t);
constexpr uint64_t privilegeBytes = Tlb::writePagesOffset + pageNumbersBytes;
static_assert(Tlb::writePagesOffset - Tlb::executeTableOffset == pages * sizeof(uintptr_t));

void *mapZeroes(uint64_t bytes) {
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    return memory;
}

} // namespace

Tlb::Tlb() : empty_(static_cast<uintptr_t *>(mapZeroes(dataTableBytes))) {
    for (bool user : {false, true}) {
        memory_[user] = static_cast<uint8_t *>(mapZeroes(privilegeBytes));
        auto at = [&](uint64_t offset) {
            return reinterpret_cast<uintptr_t *>(memory_[user] + offset);
        };
        tables_[slot(Access::Read, user)] = at(readTableOffset);
        direct_[slot(Access::Read, user)] = reinterpret_cast<uint32_t *>(at(0));
        direct_[slot(Access::Write, user)] = reinterpret_cast<uint32_t *>(at(directWriteOffset));
        tables_[slot(Access::Write, user)] = at(writeTableOffset);
        tables_[slot(Access::Execute, user)] = at(executeTableOffset);
        withheld_[user] = at(withheldTableOffset);
        writePages_[user] = reinterpret_cast<uint32_t *>(at(writePagesOffset));
        executePages_[user] = static_cast<uint32_t *>(mapZeroes(pageNumbersBytes));
    }
}

Tlb::~Tlb() {
    for (bool user : {false, true}) {
        munmap(memory_[user], privilegeBytes);
        munmap(executePages_[user], pageNumbersBytes);
    }
    munmap(empty_, dataTableBytes);
}

void Tlb::fill(uint32_t linear, Access access, bool user, bool global, PhysicalAddress physical,
               uint8_t *host, bool withheld) {
    uint32_t page = linear >> pageShift;
    size_t s = slot(access, user);
    auto physicalPage = static_cast<uint32_t>(physical >> pageShift);
    uintptr_t addend = reinterpret_cast<uintptr_t>(host) - (uintptr_t{page} << pageShift);
    bool known = access == Access::Write ? writePages_[user][page] != 0 : tables_[s][page] != 0;
    set(s, page, withheld ? 0 : addend);
    if (access == Access::Execute) executePages_[user][page] = physicalPage;
    if (access == Access::Write) {
        withheld_[user][page] = withheld ? addend : 0;
        writePages_[user][page] = physicalPage << 1 | 1;
    }
    if (!known)
        (global ? global_ : local_).push_back({page, physicalPage, static_cast<uint8_t>(s)});
}

void Tlb::withholdWrites(PhysicalAddress physical) {
    uint32_t stored = static_cast<uint32_t>(physical >> pageShift) << 1 | 1;
    for (auto *list : {&local_, &global_}) {
        for (const Filled &f : *list) {
            bool user = f.slot % 2;
            if (!isWrite(f.slot) || writePages_[user][f.page] != stored) continue;
            if (uintptr_t addend = tables_[f.slot][f.page]) withheld_[user][f.page] = addend;
            set(f.slot, f.page, 0);
        }
    }
}

void Tlb::releaseWrite(uint32_t linear, bool user) {
    uint32_t page = linear >> pageShift;
    if (uintptr_t addend = std::exchange(withheld_[user][page], 0))
        set(slot(Access::Write, user), page, addend);
}

void Tlb::setDirect(uintptr_t addend) {
    if (addend == directAddend_) return;
    directAddend_ = addend;
    for (auto *list : {&local_, &global_})
        for (const Filled &f : *list)
            set(f.slot, f.page, tables_[f.slot][f.page]);
}

void Tlb::drop(uint32_t page, size_t slot) {
    set(slot, page, 0);
    if (!isWrite(slot)) return;
    withheld_[slot % 2][page] = 0;
    writePages_[slot % 2][page] = 0;
}

void Tlb::flushPage(uint32_t linear) {
    // The lists keep their entries: flushing an absent page again does no harm, and they are
    // emptied by the next full flush.
    for (size_t s = 0; s < slots; ++s)
        drop(linear >> pageShift, s);
}

void Tlb::flush(std::vector<Filled> &filled) {
    for (const Filled &f : filled)
        drop(f.page, f.slot);
    filled.clear();
}

void Tlb::flushLocal() {
    flush(local_);
}

void Tlb::flushAll() {
    flush(local_);
    flush(global_);
}

void Tlb::serializeList(Archive &archive, std::vector<Filled> &filled,
                        const std::function<uint8_t *(PhysicalAddress, Access)> &host) {
    if (!archive.loading())
        std::erase_if(filled, [this](const Filled &f) {
            return isWrite(f.slot) ? writePages_[f.slot % 2][f.page] == 0
                                   : tables_[f.slot][f.page] == 0;
        });
    uint64_t count = filled.size();
    archive(count);
    for (uint64_t i = 0; i < count && !archive.failed(); ++i) {
        Filled f = archive.loading() ? Filled{} : filled[i];
        archive(f.page, f.physicalPage, f.slot);
        if (!archive.loading()) continue;
        if (f.page >= pages || f.slot >= slots)
            return archive.fail("the saved state has a translation that cannot be");
        PhysicalAddress physical = PhysicalAddress{f.physicalPage} << pageShift;
        uint8_t *bytes = host(physical, static_cast<Access>(f.slot / 2));
        if (!bytes) return archive.fail("the saved state translates to memory that is not there");
        set(f.slot, f.page, reinterpret_cast<uintptr_t>(bytes) - (uintptr_t{f.page} << pageShift));
        if (f.slot / 2 == static_cast<size_t>(Access::Execute))
            executePages_[f.slot % 2][f.page] = f.physicalPage;
        if (isWrite(f.slot)) writePages_[f.slot % 2][f.page] = f.physicalPage << 1 | 1;
        filled.push_back(f);
    }
}

void Tlb::serialize(Archive &archive,
                    const std::function<uint8_t *(PhysicalAddress, Access)> &host) {
    archive.section("tlb");
    if (archive.loading()) flushAll();
    serializeList(archive, local_, host);
    serializeList(archive, global_, host);
}

} // namespace bootglass
