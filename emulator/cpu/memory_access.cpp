// SPDX-License-Identifier: GPL-3.0-or-later
// Guest memory accesses that the flat tables do not answer: first touches, page crossings, chips,
// read-only memory, stores into code, alignment checks, data breakpoints, segment limits.
#include "emulator/cpu/cpu.h"

#include <algorithm>

namespace bootglass {

bool Cpu::raise(Vector vector, uint32_t errorCode) {
    leave_ = Leave::Fault;
    faultCounts_ = false;
    fault_ = {vector, errorCode};
    return false;
}

bool Cpu::raiseDecoded(Vector vector, uint32_t errorCode) {
    raise(vector, errorCode);
    faultCounts_ = true;
    return false;
}

bool Cpu::needAlone() {
    leave_ = Leave::Alone;
    return false;
}

bool Cpu::checkSegment(unsigned segment, uint32_t offset, uint32_t size, bool write) {
    const SegmentRegister &s = seg[segment];
    bool allowed = write ? s.writable() : s.readable();
    if (allowed && s.contains(offset, size)) return true;
    return raise(segment == Ss ? Vector::SS : Vector::GP);
}

bool Cpu::checkAlignment(uint32_t linear, unsigned size) {
    if (!alignmentChecks_ || (linear & (size - 1)) == 0) return true;
    return raise(Vector::AC);
}

void Cpu::checkDataBreakpoints(uint32_t linear, unsigned size, bool write) {
    static constexpr uint32_t lengths[] = {1, 2, 8, 4}; // SDM vol. 3, 18.2.4: LENn
    for (unsigned n = 0; n < 4; ++n) {
        bool enabled = dr[7] >> 2 * n & 3;
        unsigned kind = dr[7] >> (16 + 4 * n) & 3; // 1: writes, 3: reads and writes
        if (!enabled || !(kind == 3 || (kind == 1 && write))) continue;
        uint32_t length = lengths[dr[7] >> (18 + 4 * n) & 3];
        uint32_t first = dr[n] & ~(length - 1);
        bool overlap = linear - first < length || first - linear < size;
        if (overlap) noteDebugTrap(1U << n);
    }
}

Cpu::Place Cpu::placeToRead(uint32_t linear, bool user) {
    if (uintptr_t addend = tlb_.table(Access::Read, user)[linear >> pageShift])
        return {0, reinterpret_cast<uint8_t *>(addend + linear), true};
    auto translation = translate(linear, Access::Read, user);
    if (!translation.ok) return {};
    auto view = memory_.page(translation.physical);
    if (view.read)
        return {translation.physical, view.read + (translation.physical & pageMask), true};
    if (!ioAllowed_) return {0, nullptr, needAlone()};
    return {translation.physical, nullptr, true};
}

/// Where a store goes; host is null if it must go through the physical map.
Cpu::Place Cpu::placeToWrite(uint32_t linear, unsigned size, bool user) {
    if (uintptr_t addend = tlb_.table(Access::Write, user)[linear >> pageShift])
        return {0, reinterpret_cast<uint8_t *>(addend + linear), true};
    PhysicalAddress physical = 0;
    if (auto page = tlb_.writePage(linear, user); page.known) {
        physical = page.physical | (linear & pageMask);
        if (!memory_.pageHoldsCode(physical)) tlb_.releaseWrite(linear, user);
    } else {
        auto translation = translate(linear, Access::Write, user);
        if (!translation.ok) return {};
        physical = translation.physical;
    }
    auto view = memory_.page(physical);
    bool intoCode = view.write && memory_.holdsCode(physical, size);
    bool chip = !view.write && !view.read;
    if ((intoCode || chip) && !ioAllowed_) return {0, nullptr, needAlone()};
    if (view.write && !intoCode) return {physical, view.write + (physical & pageMask), true};
    return {physical, nullptr, true};
}

Loaded<uint64_t> Cpu::readSlow(uint32_t linear, unsigned size, bool user) {
    // Implicit supervisor accesses are exempt.
    if (user && !checkAlignment(linear, size)) return {};
    auto readPart = [&](const Place &place, unsigned bytes) {
        uint64_t value = 0;
        if (place.host)
            std::memcpy(&value, place.host, bytes);
        else if (std::has_single_bit(bytes))
            value = memory_.read(place.physical, bytes);
        else
            for (unsigned i = 0; i < bytes; ++i)
                value |= memory_.read(place.physical + i, 1) << 8 * i;
        return value;
    };
    Place first = placeToRead(linear, user);
    if (!first.ok) return {};
    uint64_t value = 0;
    if (!detail::crossesPage(linear, size)) {
        value = readPart(first, size);
    } else {
        auto head = static_cast<unsigned>(pageSize - (linear & pageMask));
        Place second = placeToRead(linear + head, user);
        if (!second.ok) return {};
        value = readPart(first, head) | readPart(second, size - head) << 8 * head;
    }
    if (dataBreakpoints_) checkDataBreakpoints(linear, size, false);
    return {value, true};
}

bool Cpu::writeSlow(uint32_t linear, uint64_t value, unsigned size, bool user) {
    if (user && !checkAlignment(linear, size)) return false;
    auto writePart = [&](const Place &place, uint64_t part, unsigned bytes) {
        if (place.host)
            std::memcpy(place.host, &part, bytes);
        else if (std::has_single_bit(bytes))
            memory_.write(place.physical, part, bytes);
        else
            for (unsigned i = 0; i < bytes; ++i)
                memory_.write(place.physical + i, part >> 8 * i & 0xFF, 1);
    };
    bool crosses = detail::crossesPage(linear, size);
    auto head = crosses ? static_cast<unsigned>(pageSize - (linear & pageMask)) : size;
    Place first = placeToWrite(linear, head, user);
    if (!first.ok) return false;
    if (crosses) {
        Place second = placeToWrite(linear + head, size - head, user);
        if (!second.ok) return false;
        writePart(second, value >> 8 * head, size - head);
    }
    writePart(first, value, head);
    if (dataBreakpoints_) checkDataBreakpoints(linear, size, true);
    return true;
}

Loaded<Xmm> Cpu::readSlow16(uint32_t linear) {
    auto low = readSlow(linear, 8, cpl == 3);
    if (!low.ok) return {};
    auto high = readSlow(linear + 8, 8, cpl == 3);
    if (!high.ok) return {};
    return {Xmm{{low.value, high.value}}, true};
}

bool Cpu::writeSlow16(uint32_t linear, const Xmm &value) {
    bool user = cpl == 3;
    return probeRange(linear, 16, user, true) && writeSlow(linear, value.q[0], 8, user) &&
           writeSlow(linear + 8, value.q[1], 8, user);
}

/// Whether each page that the range touches can be accessed.
bool Cpu::probeRange(uint32_t linear, uint32_t size, bool user, bool write) {
    while (size != 0) {
        auto chunk =
            static_cast<uint32_t>(std::min<uint64_t>(size, pageSize - (linear & pageMask)));
        Place place = write ? placeToWrite(linear, chunk, user) : placeToRead(linear, user);
        if (!place.ok) return false;
        linear += chunk;
        size -= chunk;
    }
    return true;
}

bool Cpu::probeWrite(unsigned segment, uint32_t offset, uint32_t size) {
    return checkSegment(segment, offset, size, true) &&
           probeRange(seg[segment].base + offset, size, cpl == 3, true);
}

bool Cpu::probeRead(unsigned segment, uint32_t offset, uint32_t size) {
    return checkSegment(segment, offset, size, false) &&
           probeRange(seg[segment].base + offset, size, cpl == 3, false);
}

bool Cpu::probeSystemWrite(uint32_t linear, uint32_t size) {
    return probeRange(linear, size, false, true);
}

Cpu::Modification Cpu::modifySlow(unsigned segment, uint32_t offset, uint8_t size) {
    if (!checkSegment(segment, offset, size, true) || !checkSegment(segment, offset, size, false))
        return {};
    uint32_t linear = seg[segment].base + offset;
    if (!checkAlignment(linear, size) || !probeRange(linear, size, cpl == 3, true)) return {};
    auto old = readSlow(linear, size, cpl == 3);
    return {old.value, linear, size, old.ok};
}

void Cpu::commit(const Modification &modification, uint64_t value) {
    writeSlow(modification.linear, value, modification.size, cpl == 3);
}

void Cpu::codeWritten(PhysicalAddress address, uint64_t size) {
    auto gone = blocks_.invalidate(address, size);
    memory_.clearCode(gone.first, gone.size());
    blocks_.eachIn(
        gone, [this](PhysicalAddress first, uint64_t bytes) { memory_.markCode(first, bytes); });
    codeChanged_ |= ioAllowed_;
}

} // namespace bootglass
