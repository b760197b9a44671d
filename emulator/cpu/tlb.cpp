// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/tlb.h"

#include <sys/mman.h>

#include <new>

namespace bootglass {

namespace {

constexpr uint64_t pages = uint64_t{1} << 20;

template<typename T>
T *mapTable() {
    void *table = mmap(nullptr, pages * sizeof(T), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (table == MAP_FAILED) throw std::bad_alloc();
    return static_cast<T *>(table);
}

template<typename T>
void unmapTable(T *table) {
    munmap(table, pages * sizeof(T));
}

} // namespace

Tlb::Tlb() : empty_(mapTable<uintptr_t>()) {
    for (auto &table : tables_)
        table = mapTable<uintptr_t>();
    for (auto &table : executePages_)
        table = mapTable<uint32_t>();
}

Tlb::~Tlb() {
    for (auto *table : tables_)
        unmapTable(table);
    for (auto *table : executePages_)
        unmapTable(table);
    unmapTable(empty_);
}

void Tlb::fill(uint32_t linear, Access access, bool user, bool global, PhysicalAddress physical,
               uint8_t *host) {
    uint32_t page = linear >> pageShift;
    size_t s = slot(access, user);
    bool known = tables_[s][page] != 0;
    tables_[s][page] = reinterpret_cast<uintptr_t>(host) - (uintptr_t{page} << pageShift);
    if (access == Access::Execute)
        executePages_[user][page] = static_cast<uint32_t>(physical >> pageShift);
    if (!known)
        (global ? global_ : local_)
            .push_back(
                {page, static_cast<uint32_t>(physical >> pageShift), static_cast<uint8_t>(s)});
}

void Tlb::flushPage(uint32_t linear) {
    // The lists keep their entries: flushing an absent page again does no harm, and they are
    // emptied by the next full flush.
    for (auto *table : tables_)
        table[linear >> pageShift] = 0;
}

void Tlb::flush(std::vector<Filled> &filled) {
    for (const Filled &f : filled)
        tables_[f.slot][f.page] = 0;
    filled.clear();
}

void Tlb::flushLocal() {
    flush(local_);
}

void Tlb::flushAll() {
    flush(local_);
    flush(global_);
}

void Tlb::flushWrites() {
    for (auto *list : {&local_, &global_}) {
        std::erase_if(*list, [this](const Filled &f) {
            bool write = f.slot / 2 == static_cast<size_t>(Access::Write);
            if (write) tables_[f.slot][f.page] = 0;
            return write;
        });
    }
}

void Tlb::serializeList(Archive &archive, std::vector<Filled> &filled,
                        const std::function<uint8_t *(PhysicalAddress, Access)> &host) {
    if (!archive.loading())
        std::erase_if(filled, [this](const Filled &f) { return tables_[f.slot][f.page] == 0; });
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
        tables_[f.slot][f.page] =
            reinterpret_cast<uintptr_t>(bytes) - (uintptr_t{f.page} << pageShift);
        if (f.slot / 2 == static_cast<size_t>(Access::Execute))
            executePages_[f.slot % 2][f.page] = f.physicalPage;
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
