// SPDX-License-Identifier: GPL-3.0-or-later
// Port and memory-mapped storms on every chip of a whole machine: the input becomes firmware that
// does nothing but touch registers. In the middle the machine is saved and loaded into another one;
// both must end with the same digest.
#include "emulator/machine/machine.h"
#include "fuzz_medium.h"

using namespace bootglass;
using bootglass::fuzz::Input;
using bootglass::fuzz::medium;
using bootglass::fuzz::require;

namespace {

constexpr size_t biosBytes = 64 << 10;

/// Where chips answer, so that not every second access falls into nothing.
constexpr std::array<uint16_t, 52> ports = {
    0x00,   0x08,  0x0B,  0x0F,  0x20,  0x21,  0x40,  0x43,  0x60,  0x61,   0x64,   0x70,   0x71,
    0x80,   0x81,  0x92,  0xA0,  0xA1,  0xC0,  0xD4,  0xD6,  0x170, 0x177,  0x1F0,  0x1F1,  0x1F2,
    0x1F6,  0x1F7, 0x3C0, 0x3C4, 0x3CE, 0x3D4, 0x3F6, 0x3F8, 0x402, 0x510,  0x514,  0xCF8,  0xCFC,
    0xB000, 0x3F0, 0x3F2, 0x3F4, 0x3F5, 0x3F7, 0x04,  0x05,  0x0A,  0xC000, 0xC007, 0xC010, 0xC01F};
constexpr std::array<uint32_t, 8> regions = {0x000A0000, 0x000B8000, 0xFEC00000, 0xFEE00000,
                                             0xFED00000, 0xE0000000, 0x000F0000, 0xFD000000};

class Firmware {
  public:
    explicit Firmware(Input &input) : bytes_(biosBytes, 0xF4) {
        // 16-bit code: to flat 32-bit protected mode; the table follows the code.
        emit({0xFA, 0x66, 0x2E, 0x0F, 0x01, 0x16, 0x40, 0x00}); // CLI; LGDT CS:[40h]
        emit({0x66, 0xB8, 0x01, 0x00, 0x00, 0x00});             // MOV EAX, 1
        emit({0x0F, 0x22, 0xC0});                               // MOV CR0, EAX
        emit({0x66, 0xEA, 0x80, 0x00, 0xFF, 0xFF, 0x08, 0x00}); // JMP 8:FFFF0080h
        at_ = 0x40;
        emit({0x17, 0x00, 0x50, 0x00, 0xFF, 0xFF});
        at_ = 0x58;
        emit({0xFF, 0xFF, 0, 0, 0, 0x9B, 0xCF, 0, 0xFF, 0xFF, 0, 0, 0, 0x93, 0xCF, 0});
        at_ = 0x80;
        emit({0xB8, 0x10, 0, 0, 0, 0x8E, 0xD8, 0x8E, 0xC0, 0x8E, 0xD0, 0xBC, 0, 0x70, 0, 0});
        while (!input.empty() && at_ < biosBytes - 0x40)
            operation(input);
        emit({0xF4});
        at_ = biosBytes - 16;
        emit({0xE9, 0x0D, 0x00}); // JMP 0: the segment's first byte
    }
    std::vector<uint8_t> take() { return std::move(bytes_); }

  private:
    void emit(std::initializer_list<uint8_t> bytes) {
        for (uint8_t byte : bytes)
            bytes_[at_++] = byte;
    }
    void emit32(uint32_t value) {
        for (unsigned n = 0; n < 4; ++n)
            bytes_[at_++] = static_cast<uint8_t>(value >> 8 * n);
    }
    void loadEdx(uint32_t value) {
        emit({0xBA});
        emit32(value);
    }
    void loadEax(uint32_t value) {
        emit({0xB8});
        emit32(value);
    }
    void operation(Input &input) {
        auto kind = input.take<uint8_t>();
        auto where = input.take<uint8_t>();
        uint32_t port = ports[where % ports.size()] + (kind >> 6);
        if (where >= 0xF0) port = input.take<uint16_t>();
        uint32_t address =
            regions[where % regions.size()] + (input.take<uint16_t>() << (kind >> 7));
        switch (kind & 15) {
        case 0:
        case 1:
        case 2:
            loadEdx(port), loadEax(input.take<uint8_t>());
            emit({0xEE}); // OUT DX, AL
            break;
        case 3:
            loadEdx(port), loadEax(input.take<uint32_t>());
            emit({0xEF}); // OUT DX, EAX
            break;
        case 4:
            loadEdx(port), loadEax(input.take<uint16_t>());
            emit({0x66, 0xEF});
            break;
        case 5: loadEdx(port), emit({0xEC}); break; // IN AL, DX
        case 6: loadEdx(port), emit({0xED}); break;
        case 7:
            loadEdx(0xCF8), loadEax(0x80000000U | (where & 0x1F) << 11 | (address & 0x7FC));
            emit({0xEF});
            loadEdx(0xCFC), loadEax(input.take<uint32_t>());
            emit({0xEF});
            break;
        case 8:
        case 9:
            emit({0xC7, 0x05}); // MOV dword [address], value
            emit32(address), emit32(input.take<uint32_t>());
            break;
        case 10:
            emit({0xC6, 0x05});
            emit32(address), emit({input.take<uint8_t>()});
            break;
        case 11: emit({0xA1}), emit32(address); break; // MOV EAX, [address]
        case 12:                                       // REP INSW
            loadEdx(port);
            emit({0xB9}), emit32(input.take<uint8_t>());
            emit({0xBF}), emit32(0x10000);
            emit({0xF3, 0x66, 0x6D});
            break;
        case 13: // REP OUTSW
            loadEdx(port);
            emit({0xB9}), emit32(input.take<uint8_t>());
            emit({0xBE}), emit32(0xFFFF0000 + input.take<uint16_t>());
            emit({0xF3, 0x66, 0x6F});
            break;
        case 14: // time passes
            emit({0xB9}), emit32(1 + input.take<uint16_t>() / 16);
            emit({0xE2, 0xFE});
            break;
        default: emit({0xFB, 0xF4}); // STI; HLT: an interrupt ends it, in a triple fault
        }
    }
    std::vector<uint8_t> bytes_;
    size_t at_ = 0;
};

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const std::shared_ptr<const DiskImage> disk = medium(512), cdrom = medium(2048),
                                                  floppy = medium(512, 1440 << 10);
    Input input(data, size);
    MachineConfig config;
    config.ramBytes = leastRamBytes;
    config.disk = disk;
    config.cdrom = cdrom;
    config.floppy = floppy;
    config.network = true;
    config.exitByPortF4 = true;
    auto middle = input.take<uint16_t>();
    config.bios = Firmware(input).take();
    if (!checkMachineConfig(config).empty()) return 0;
    constexpr Icount end{200'000};
    constexpr VirtualNs latest{50'000'000};

    Machine machine(config);
    Stop stop = machine.run(Icount{middle}, latest);
    Archive saved;
    machine.serialize(saved);
    auto bytes = saved.take();
    Machine other(config);
    Archive loading(bytes);
    other.serialize(loading);
    require(!loading.failed(), loading.error().c_str());
    require(machine.digest() == other.digest(), "what was loaded is not what was saved");
    if (endsRun(stop)) return 0;
    Stop first = machine.run(end, latest), second = other.run(end, latest);
    require(first == second, "the loaded machine stops for another reason");
    require(machine.icount().value <= end.value, "more instructions than the budget has");
    require(machine.digest() == other.digest(), "the loaded machine went another way");
    return 0;
}
