// SPDX-License-Identifier: GPL-3.0-or-later
// Saved states that were tampered with: the input is a list of edits to the state of a machine amid
// its work. A state is refused with a sentence, or the machine goes on from it, whatever it then
// does.
#include "emulator/machine/machine.h"
#include "fuzz_medium.h"

using namespace bootglass;
using namespace bootglass::fuzz;

namespace {

/// Firmware that sets up a little of everything: a timer that ticks, a page of text, sectors that
/// are read by DMA, and then adds numbers in floating point for ever.
constexpr uint8_t code[] = {
    0xFA,                               // cli
    0xB0, 0x11, 0xE6, 0x20,             // 8259: vectors from 20h
    0xB0, 0x20, 0xE6, 0x21, 0xB0, 0x04, //
    0xE6, 0x21, 0xB0, 0x01, 0xE6, 0x21, //
    0xB0, 0xFE, 0xE6, 0x21,             //
    0xB0, 0x34, 0xE6, 0x43, 0xB0, 0x00, // 8254: channel 0, mode 2
    0xE6, 0x40, 0xB0, 0x02, 0xE6, 0x40, //
    0xB0, 0xEC, 0xBA, 0xF7, 0x01, 0xEE, // IDENTIFY DEVICE
    0x31, 0xC0, 0x8E, 0xD8,             // ds = 0
    0xC7, 0x06, 0x80, 0x00, 0x00, 0x10, // vector 20h: 0:1000h, an IRET
    0xC7, 0x06, 0x82, 0x00, 0x00, 0x00, //
    0xC6, 0x06, 0x00, 0x10, 0xCF,       //
    0xDB, 0xE3, 0xD9, 0xE8,             // fninit; fld1
    0xFB,                               // sti
    0xD8, 0xC0, 0xFF, 0x06, 0x00, 0x20, // fadd st0, st0; inc word [2000h]
    0xEB, 0xF8,                         // jmp
};

MachineConfig config() {
    static const std::shared_ptr<const DiskImage> disk = medium(512);
    static const std::shared_ptr<const DiskImage> cdrom = medium(2048);
    static const std::shared_ptr<const DiskImage> floppy = medium(512, 360 << 10);
    MachineConfig config;
    config.ramBytes = leastRamBytes;
    config.disk = disk;
    config.cdrom = cdrom;
    config.floppy = floppy;
    config.network = true;
    config.bios.assign(4096, 0xF4);
    std::ranges::copy(code, config.bios.begin());
    constexpr uint8_t reset[] = {0xE9, 0x0D, 0xF0}; // JMP to the segment's last 4 KiB
    std::ranges::copy(reset, config.bios.end() - 16);
    return config;
}

const std::vector<uint8_t> &goodState() {
    static const std::vector<uint8_t> state = [] {
        Machine machine(config());
        machine.run(Icount{5000}, VirtualNs{100'000'000});
        Archive archive;
        machine.serialize(archive);
        return archive.take();
    }();
    return state;
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Input input(data, size);
    std::vector<uint8_t> state = goodState();
    const bool untouched = input.empty();
    while (!input.empty()) {
        size_t at = input.take<uint32_t>() % state.size();
        auto bytes = input.bytes(1 + input.take<uint8_t>() % 8);
        std::copy_n(bytes.begin(), std::min(bytes.size(), state.size() - at),
                    state.begin() + static_cast<ptrdiff_t>(at));
    }
    Machine machine(config());
    Archive archive(state);
    machine.serialize(archive);
    require(!untouched || !archive.failed(), "the good state is refused");
    if (archive.failed()) return 0;
    Icount end{machine.icount().value + 20'000};
    machine.run(end, machine.now() + 10'000'000);
    (void)machine.digest();
    (void)machine.text();
    return 0;
}
