// SPDX-License-Identifier: GPL-3.0-or-later
// Paging: SDM vol. 3, ch. 4. 32-bit paging with 4 KiB and 4 MiB pages, PAE with 4 KiB and 2 MiB
// pages, global pages, execute-disable.
#include "emulator/cpu/cpu.h"

#include <cstring>

namespace bootglass {

namespace {

// Bits of paging-structure entries, SDM vol. 3, tables 4-5 and 4-6.
constexpr uint64_t present = 1U << 0, writable = 1U << 1, userPage = 1U << 2, accessed = 1U << 5,
                   dirty = 1U << 6, largePage = 1U << 7, globalPage = 1U << 8,
                   executeDisable = uint64_t{1} << 63;

// Bits of the page-fault error code, SDM vol. 3, figure 4-12.
constexpr uint32_t errorProtection = 1, errorWrite = 2, errorUser = 4, errorReserved = 8,
                   errorFetch = 16;

constexpr uint64_t addressBits = 36; // what CPUID leaf 80000008H reports
constexpr uint64_t paeAddress = ((uint64_t{1} << addressBits) - 1) & ~pageMask;
constexpr uint64_t paeReserved = ~((uint64_t{1} << addressBits) - 1) & ~executeDisable;

} // namespace

bool Cpu::raisePageFault(uint32_t linear, uint32_t errorCode) {
    leave_ = Leave::Fault;
    faultCounts_ = false;
    fault_ = {Vector::PF, errorCode};
    cr2 = linear;
    return false;
}

bool Cpu::loadPdptrs(uint32_t cr3Value) {
    std::array<uint64_t, 4> entries{};
    for (unsigned n = 0; n < 4; ++n) {
        PhysicalAddress at = ((cr3Value & 0xFFFFFFE0) + 8 * n) & physicalMask_;
        entries[n] = memory_.read(at, 8);
        // SDM vol. 3, 4.4.1: bits 2:1, 8:5 and those above the address are reserved.
        constexpr uint64_t reserved = 0x1E6 | ~((uint64_t{1} << addressBits) - 1);
        if ((entries[n] & present) && (entries[n] & reserved)) return false;
    }
    pdptr_ = entries;
    return true;
}

/// Whether the access is allowed by the rights gathered on the walk (SDM vol. 3, 4.6.1).
bool Cpu::permitted(uint32_t linear, Access access, bool user, bool pageWritable, bool pageUser,
                    bool executable, bool reserved, Walk walk) {
    bool write = access == Access::Write;
    bool allowed = !reserved && (!user || pageUser);
    if (write && !pageWritable && (user || (cr0 & cr0::WP))) allowed = false;
    if (access == Access::Execute && !executable) allowed = false;
    if (allowed || walk == Walk::Quiet) return allowed;
    bool nxOn = (efer & efer::NXE) && (cr4 & cr4::PAE);
    raisePageFault(linear, errorProtection | (write ? errorWrite : 0) | (user ? errorUser : 0) |
                               (reserved ? errorReserved : 0) |
                               (access == Access::Execute && nxOn ? errorFetch : 0));
    return false;
}

/// Makes the translation known to the fast paths as far as it holds for later accesses: a write
/// entry only for a dirty page, since the first write must set the dirty bit; withheld if the page
/// holds code.
void Cpu::enter(uint32_t linear, Access access, bool user, bool global, bool isDirty,
                PhysicalAddress physical) {
    PhysicalAddress page = physical & ~pageMask;
    memory_.populate(page);
    auto view = memory_.page(page);
    uint32_t linearPage = linear & ~static_cast<uint32_t>(pageMask);
    if (access == Access::Write) {
        if (view.write && isDirty) {
            // What was written to may be read without another walk, too.
            if (view.read) tlb_.fill(linearPage, Access::Read, user, global, page, view.read);
            tlb_.fill(linearPage, Access::Write, user, global, page, view.write,
                      memory_.pageHoldsCode(page));
        }
    } else if (view.read) {
        tlb_.fill(linearPage, access, user, global, page, view.read);
    }
}

Cpu::Translation Cpu::translate(uint32_t linear, Access access, bool user, Walk walk) {
    if (!(cr0 & cr0::PG)) {
        PhysicalAddress physical = linear & physicalMask_;
        enter(linear, access, user, false, true, physical);
        return {physical, true};
    }
    return cr4 & cr4::PAE ? walkPae(linear, access, user, walk)
                          : walk32(linear, access, user, walk);
}

bool Cpu::refill(uint32_t linear, Access access) {
    translate(linear, access, cpl == 3, Walk::Quiet);
    return tlb_.table(access, cpl == 3)[linear >> pageShift] != 0;
}

/// Reads an entry of a paging structure. False: a quiet walk would have to ask a chip for it.
template<typename T>
bool Cpu::pagingEntry(PhysicalAddress at, Walk walk, T &value) {
    if (const uint8_t *bytes = memory_.page(at).read) [[likely]] {
        std::memcpy(&value, bytes + (at & pageMask), sizeof value);
        return true;
    }
    if (walk == Walk::Quiet) return false;
    value = static_cast<T>(memory_.read(at, sizeof value));
    return true;
}

Cpu::Translation Cpu::walk32(uint32_t linear, Access access, bool user, Walk walk) {
    bool write = access == Access::Write;
    auto notPresent = [&]() -> Translation {
        if (walk == Walk::Raising)
            raisePageFault(linear, (write ? errorWrite : 0) | (user ? errorUser : 0));
        return {};
    };
    PhysicalAddress pdeAt = ((cr3 & ~pageMask) + (linear >> 22) * 4) & physicalMask_;
    uint32_t pde = 0;
    if (!pagingEntry(pdeAt, walk, pde)) return {};
    if (!(pde & present)) return notPresent();

    if ((pde & largePage) && (cr4 & cr4::PSE)) {
        // PSE-36: bits 20:13 are address bits 39:32; bit 21 and those beyond 36 bits are reserved.
        uint64_t high = pde >> 13 & 0xFF;
        bool reserved = (pde & 1U << 21) || (high >> (addressBits - 32));
        if (!permitted(linear, access, user, pde & writable, pde & userPage, true, reserved, walk))
            return {};
        uint32_t updated = pde | accessed | (write ? dirty : 0);
        if (updated != pde && walk == Walk::Quiet) return {};
        if (updated != pde) memory_.write(pdeAt, updated, 4);
        PhysicalAddress physical =
            (high << 32 | (pde & 0xFFC00000) | (linear & 0x3FFFFF)) & (physicalMask_ | high << 32);
        enter(linear, access, user, (pde & globalPage) && (cr4 & cr4::PGE), updated & dirty,
              physical);
        return {physical, true};
    }

    PhysicalAddress pteAt = ((pde & ~pageMask) + (linear >> 12 & 0x3FF) * 4) & physicalMask_;
    uint32_t pte = 0;
    if (!pagingEntry(pteAt, walk, pte)) return {};
    if (!(pte & present)) return notPresent();
    if (!permitted(linear, access, user, pde & pte & writable, pde & pte & userPage, true, false,
                   walk))
        return {};
    uint32_t updated = pte | accessed | (write ? dirty : 0);
    if (walk == Walk::Quiet && (!(pde & accessed) || updated != pte)) return {};
    if (!(pde & accessed)) memory_.write(pdeAt, pde | accessed, 4);
    if (updated != pte) memory_.write(pteAt, updated, 4);
    PhysicalAddress physical = ((pte & ~pageMask) | (linear & pageMask)) & physicalMask_;
    enter(linear, access, user, (pte & globalPage) && (cr4 & cr4::PGE), updated & dirty, physical);
    return {physical, true};
}

Cpu::Translation Cpu::walkPae(uint32_t linear, Access access, bool user, Walk walk) {
    bool write = access == Access::Write;
    bool nxOn = efer & efer::NXE;
    auto notPresent = [&]() -> Translation {
        if (walk == Walk::Raising)
            raisePageFault(linear, (write ? errorWrite : 0) | (user ? errorUser : 0) |
                                       (access == Access::Execute && nxOn ? errorFetch : 0));
        return {};
    };
    auto reservedBits = [&](uint64_t entry, uint64_t more) {
        return (entry & (paeReserved | more)) || ((entry & executeDisable) && !nxOn);
    };
    auto a20 = [&](PhysicalAddress address) {
        return address & (~uint64_t{0xFFFFFFFF} | physicalMask_);
    };
    uint64_t pdpte = pdptr_[linear >> 30];
    if (!(pdpte & present)) return notPresent();
    PhysicalAddress pdeAt = a20((pdpte & paeAddress) + (linear >> 21 & 0x1FF) * 8);
    uint64_t pde = 0;
    if (!pagingEntry(pdeAt, walk, pde)) return {};
    if (!(pde & present)) return notPresent();

    if (pde & largePage) {
        bool reserved = reservedBits(pde, 0x1FE000);
        if (!permitted(linear, access, user, pde & writable, pde & userPage,
                       !(pde & executeDisable), reserved, walk))
            return {};
        uint64_t updated = pde | accessed | (write ? dirty : 0);
        if (updated != pde && walk == Walk::Quiet) return {};
        if (updated != pde) memory_.write(pdeAt, updated, 8);
        PhysicalAddress physical =
            a20((pde & paeAddress & ~uint64_t{0x1FFFFF}) | (linear & 0x1FFFFF));
        enter(linear, access, user, (pde & globalPage) && (cr4 & cr4::PGE), updated & dirty,
              physical);
        return {physical, true};
    }

    bool pdeReserved = reservedBits(pde, 0);
    PhysicalAddress pteAt = a20((pde & paeAddress) + (linear >> 12 & 0x1FF) * 8);
    uint64_t pte = present;
    if (!pdeReserved && !pagingEntry(pteAt, walk, pte)) return {};
    if (!(pte & present)) return notPresent();
    bool reserved = pdeReserved || reservedBits(pte, 0);
    bool executable = !((pde | pte) & executeDisable);
    if (!permitted(linear, access, user, pde & pte & writable, pde & pte & userPage, executable,
                   reserved, walk))
        return {};
    uint64_t updated = pte | accessed | (write ? dirty : 0);
    if (walk == Walk::Quiet && (!(pde & accessed) || updated != pte)) return {};
    if (!(pde & accessed)) memory_.write(pdeAt, pde | accessed, 8);
    if (updated != pte) memory_.write(pteAt, updated, 8);
    PhysicalAddress physical = a20((pte & paeAddress) | (linear & pageMask));
    enter(linear, access, user, (pte & globalPage) && (cr4 & cr4::PGE), updated & dirty, physical);
    return {physical, true};
}

Cpu::Translation Cpu::inspect(uint32_t linear) const {
    if (!(cr0 & cr0::PG)) return {linear & physicalMask_, true};
    auto entry = [this](PhysicalAddress at, unsigned size) -> uint64_t {
        auto view = memory_.page(at);
        uint64_t value = 0;
        if (view.read) std::memcpy(&value, view.read + (at & pageMask), size);
        return value;
    };
    if (cr4 & cr4::PAE) {
        uint64_t pdpte = pdptr_[linear >> 30];
        if (!(pdpte & present)) return {};
        uint64_t pde = entry((pdpte & paeAddress) + (linear >> 21 & 0x1FF) * 8, 8);
        if (!(pde & present)) return {};
        if (pde & largePage)
            return {(pde & paeAddress & ~uint64_t{0x1FFFFF}) | (linear & 0x1FFFFF), true};
        uint64_t pte = entry((pde & paeAddress) + (linear >> 12 & 0x1FF) * 8, 8);
        return {(pte & paeAddress) | (linear & pageMask), (pte & present) != 0};
    }
    uint64_t pde = entry((cr3 & ~pageMask) + (linear >> 22) * 4, 4);
    if (!(pde & present)) return {};
    if ((pde & largePage) && (cr4 & cr4::PSE))
        return {(pde >> 13 & 0xFF) << 32 | (pde & 0xFFC00000) | (linear & 0x3FFFFF), true};
    uint64_t pte = entry((pde & ~pageMask) + (linear >> 12 & 0x3FF) * 4, 4);
    return {(pte & ~pageMask) | (linear & pageMask), (pte & present) != 0};
}

} // namespace bootglass
