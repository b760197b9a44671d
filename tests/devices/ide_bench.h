// SPDX-License-Identifier: GPL-3.0-or-later
// An IDE controller with memory and time, driven as its drivers do: registers by their names, PIO,
// descriptors of physical regions, interrupts.
#pragma once

#include "emulator/devices/ata_disk.h"
#include "emulator/devices/atapi_cdrom.h"
#include "emulator/devices/ide_controller.h"
#include "tests/devices/saved_state.h"

#include <QTemporaryDir>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace bootglass {

struct IdeBench {
    using Bytes = std::vector<uint8_t>;
    using Values = std::vector<int>;

    VirtualClock clock;
    PhysicalMap memory{4 << 20};
    std::array<bool, 2> irq{};
    std::array<int, 2> interrupts{};
    IdeController ide{clock, memory, line(0), line(1), [](uint32_t) {}, [](uint32_t) {}};
    unsigned number = 0; // the channel that is spoken to

    IdeBench() {
        memory.mapRam(0, 4 << 20, 0);
        ide.pci().writeConfig(pci::command, pci::commandIo | pci::commandMaster, 2);
    }
    IrqLine line(size_t channel) {
        return IrqLine([this, channel](bool level) {
            irq[channel] = level;
            interrupts[channel] += level;
        });
    }
    IdeChannel &channel() { return ide.channel(number); }

    void out(uint8_t reg, int value) { channel().write(reg, static_cast<uint32_t>(value), 1); }
    int in(uint8_t reg) { return static_cast<int>(channel().read(reg, 1)); }
    int alternate() { return channel().readControl(); }
    bool interrupted() const { return irq[number]; }

    /// Lets time pass until the interrupt, or the time is over.
    bool wait(uint64_t ns = 1'000'000'000) {
        VirtualNs end = clock.now() + ns;
        while (!interrupted() && clock.timers().next() <= end) {
            clock.warpTo(std::max(clock.now(), clock.timers().next()));
            clock.timers().fireDue(clock.now());
        }
        return interrupted();
    }
    void pass(uint64_t ns) {
        VirtualNs end = clock.now() + ns;
        while (clock.timers().next() <= end) {
            clock.warpTo(std::max(clock.now(), clock.timers().next()));
            clock.timers().fireDue(clock.now());
        }
        clock.warpTo(end);
    }

    /// A command with a 28-bit address.
    void command(int code, uint32_t lba = 0, int count = 0, int place = 0) {
        out(ata::Device, static_cast<int>(0xE0 | place << 4 | (lba >> 24 & 15)));
        out(ata::Count, count);
        out(ata::LbaLow, static_cast<int>(lba & 0xFF));
        out(ata::LbaMid, static_cast<int>(lba >> 8 & 0xFF));
        out(ata::LbaHigh, static_cast<int>(lba >> 16 & 0xFF));
        out(ata::Status, code);
    }
    Bytes readData(size_t bytes, unsigned size = 2) {
        Bytes data;
        while (data.size() < bytes) {
            uint32_t value = channel().read(ata::Data, size);
            for (unsigned i = 0; i < size; ++i)
                data.push_back(static_cast<uint8_t>(value >> 8 * i));
        }
        return data;
    }
    void writeData(const Bytes &bytes) {
        for (size_t i = 0; i + 1 < bytes.size(); i += 2)
            channel().write(ata::Data, bytes[i] | uint32_t{bytes[i + 1]} << 8, 2);
    }

    struct Region {
        uint32_t address;
        uint32_t bytes;
    };
    void busMaster(uint16_t port, uint32_t value, unsigned size = 1) {
        ide.writeBusMaster(static_cast<uint16_t>(8 * number + port), value, size);
    }
    int busMasterStatus() {
        return static_cast<int>(ide.readBusMaster(static_cast<uint16_t>(8 * number + 2), 1));
    }
    /// Puts the descriptors at 1000h and clears the status.
    void describe(const std::vector<Region> &regions) {
        for (size_t i = 0; i < regions.size(); ++i) {
            bool last = i + 1 == regions.size();
            uint64_t entry = uint64_t{regions[i].address} |
                             uint64_t{regions[i].bytes & 0xFFFF} << 32 | uint64_t{last} << 63;
            Bytes bytes(8);
            for (size_t b = 0; b < 8; ++b)
                bytes[b] = static_cast<uint8_t>(entry >> 8 * b);
            memory.writeBytes(0x1000 + 8 * i, bytes);
        }
        busMaster(4, 0x1000, 4);
        busMaster(2, 0x06);
    }
    Bytes memoryAt(uint64_t address, size_t bytes) {
        Bytes data(bytes);
        memory.readBytes(address, data);
        return data;
    }

    /// An image whose sectors begin with their number.
    static std::string image(const QTemporaryDir &folder, const char *name, uint64_t sectors,
                             size_t sectorBytes) {
        std::string path = folder.filePath(name).toStdString();
        std::ofstream file(path, std::ios::binary);
        std::string sector(sectorBytes, 0);
        for (uint64_t i = 0; i < sectors; ++i) {
            for (size_t at = 0; at < sectorBytes; ++at)
                sector[at] = static_cast<char>(at < 4 ? i >> 8 * at : i + at);
            file.write(sector.data(), static_cast<std::streamsize>(sectorBytes));
        }
        return path;
    }
    static uint32_t numberIn(const Bytes &bytes, size_t at = 0) {
        return bytes[at] | uint32_t{bytes[at + 1]} << 8 | uint32_t{bytes[at + 2]} << 16;
    }
};

} // namespace bootglass
