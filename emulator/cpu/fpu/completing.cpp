// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/fpu/completing.h"

#include <cstring>

namespace bootglass {

namespace {

constexpr size_t pieceSize(size_t rest) {
    return rest >= 4 ? 4 : 2;
}

} // namespace

bool loadBytes(Cpu &cpu, const Insn *i, std::span<uint8_t> bytes) {
    uint32_t offset = cpu.address(i);
    for (size_t at = 0; at < bytes.size();) {
        size_t size = pieceSize(bytes.size() - at);
        uint32_t place = offset + static_cast<uint32_t>(at);
        if (size == 4) {
            auto piece = cpu.read<uint32_t>(i->segment, place);
            if (!piece.ok) return false;
            std::memcpy(bytes.data() + at, &piece.value, 4);
        } else {
            auto piece = cpu.read<uint16_t>(i->segment, place);
            if (!piece.ok) return false;
            std::memcpy(bytes.data() + at, &piece.value, 2);
        }
        at += size;
    }
    return true;
}

bool storeBytes(Cpu &cpu, const Insn *i, std::span<const uint8_t> bytes) {
    uint32_t offset = cpu.address(i);
    if (!cpu.probeWrite(i->segment, offset, static_cast<uint32_t>(bytes.size()))) return false;
    for (size_t at = 0; at < bytes.size();) {
        size_t size = pieceSize(bytes.size() - at);
        uint32_t place = offset + static_cast<uint32_t>(at);
        uint32_t piece = 0;
        std::memcpy(&piece, bytes.data() + at, size);
        bool written = size == 4
                           ? cpu.write<uint32_t>(i->segment, place, piece)
                           : cpu.write<uint16_t>(i->segment, place, static_cast<uint16_t>(piece));
        if (!written) return false;
        at += size;
    }
    return true;
}

} // namespace bootglass
