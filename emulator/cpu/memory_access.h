// SPDX-License-Identifier: GPL-3.0-or-later
// The fast paths of guest memory accesses: one look into a flat table. Included by cpu.h.
#pragma once

#include "emulator/cpu/cpu.h"

#include <cstring>

namespace bootglass {

namespace detail {
/// True if an access of `size` bytes at `linear` reaches into the next page.
constexpr bool crossesPage(uint32_t linear, size_t size) {
    return (linear & pageMask) > pageSize - size;
}
} // namespace detail

template<typename T>
[[gnu::always_inline]] inline Loaded<T> Cpu::readLinear(uint32_t linear) {
    uintptr_t addend = readTable_[linear >> pageShift];
    if (addend != 0 && !detail::crossesPage(linear, sizeof(T))) [[likely]] {
        T value;
        std::memcpy(&value, reinterpret_cast<const void *>(addend + linear), sizeof(T));
        return {value, true};
    }
    if constexpr (sizeof(T) == 16) {
        return readSlow16(linear);
    } else {
        auto slow = readSlow(linear, sizeof(T), cpl == 3);
        return {static_cast<T>(slow.value), slow.ok};
    }
}

template<typename T>
[[gnu::always_inline]] inline bool Cpu::writeLinear(uint32_t linear, T value) {
    uintptr_t addend = writeTable_[linear >> pageShift];
    if (addend != 0 && !detail::crossesPage(linear, sizeof(T))) [[likely]] {
        std::memcpy(reinterpret_cast<void *>(addend + linear), &value, sizeof(T));
        return true;
    }
    if constexpr (sizeof(T) == 16)
        return writeSlow16(linear, value);
    else
        return writeSlow(linear, value, sizeof(T), cpl == 3);
}

template<typename T>
[[gnu::noinline]] Loaded<T> Cpu::readChecked(unsigned segment, uint32_t offset) {
    if (!checkSegment(segment, offset, sizeof(T), false)) return {};
    return readLinear<T>(seg[segment].base + offset);
}

template<typename T>
[[gnu::noinline]] bool Cpu::writeChecked(unsigned segment, uint32_t offset, T value) {
    if (!checkSegment(segment, offset, sizeof(T), true)) return false;
    return writeLinear<T>(seg[segment].base + offset, value);
}

template<typename T>
[[gnu::always_inline]] inline Loaded<T> Cpu::read(unsigned segment, uint32_t offset) {
    const SegmentRegister &s = seg[segment];
    if (int64_t{offset} > s.readMax) [[unlikely]]
        return readChecked<T>(segment, offset);
    return readLinear<T>(s.base + offset);
}

template<typename T>
[[gnu::always_inline]] inline bool Cpu::write(unsigned segment, uint32_t offset, T value) {
    const SegmentRegister &s = seg[segment];
    if (int64_t{offset} > s.writeMax) [[unlikely]]
        return writeChecked<T>(segment, offset, value);
    return writeLinear<T>(s.base + offset, value);
}

template<typename T>
[[gnu::always_inline]] inline T *Cpu::modify(unsigned segment, uint32_t offset) {
    const SegmentRegister &s = seg[segment];
    uint32_t linear = s.base + offset;
    uintptr_t addend = writeTable_[linear >> pageShift];
    bool direct = addend != 0 && !detail::crossesPage(linear, sizeof(T)) &&
                  int64_t{offset} <= s.writeMax && int64_t{offset} <= s.readMax;
    return direct ? reinterpret_cast<T *>(addend + linear) : nullptr;
}

template<typename T>
inline Loaded<T> Cpu::readSystem(uint32_t linear) {
    auto slow = readSlow(linear, sizeof(T), false);
    return {static_cast<T>(slow.value), slow.ok};
}

template<typename T>
inline bool Cpu::writeSystem(uint32_t linear, T value) {
    return writeSlow(linear, value, sizeof(T), false);
}

template<typename T>
inline bool Cpu::writeThrough(const SegmentRegister &segment, uint32_t offset, T value, bool user,
                              Vector vector, uint32_t errorCode) {
    if (!segment.writable() || !segment.contains(offset, sizeof(T)))
        return raise(vector, errorCode);
    return writeSlow(segment.base + offset, value, sizeof(T), user);
}

} // namespace bootglass
