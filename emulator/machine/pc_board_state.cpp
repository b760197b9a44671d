// SPDX-License-Identifier: GPL-3.0-or-later
// The board as bytes: for snapshots, and for the digest.
#include "emulator/machine/pc_board.h"

namespace bootglass {

namespace {

constexpr uint8_t noEnd = 0xFF;

/// Bytes of several pieces, each with its length, hashed as one.
class PieceHash {
  public:
    void add(std::span<const uint8_t> piece) {
        append64(pieces_, piece.size());
        Digest digest = digestOf(piece);
        pieces_.insert(pieces_.end(), digest.begin(), digest.end());
    }
    Digest value() const { return digestOf(pieces_); }

  private:
    Bytes pieces_;
};

} // namespace

PcBoard::Fingerprint::Fingerprint(const MachineConfig &config)
    : ramBytes(config.ramBytes),
      shift(config.shift),
      rtcStart(config.rtcStart),
      diskBytes(config.disk ? config.disk->size() : 0),
      disk2Bytes(config.disk2 ? config.disk2->size() : 0),
      cdromBytes(config.cdrom ? config.cdrom->size() : 0),
      floppyBytes(config.floppy ? config.floppy->size() : 0),
      exitByPortF4(config.exitByPortF4),
      network(config.network) {
    PieceHash firmwareHash;
    firmwareHash.add(config.bios);
    firmwareHash.add(config.vgaBios);
    Bytes order;
    for (BootDevice device : config.bootOrder)
        append8(order, static_cast<uint8_t>(device));
    firmwareHash.add(order);
    firmware = firmwareHash.value();
    PieceHash kernelHash;
    if (config.multibootKernel) {
        for (const FwCfg::Piece &piece : config.multibootKernel->pieces) {
            Bytes place;
            append32(place, piece.offset);
            kernelHash.add(place);
            kernelHash.add(piece.bytes);
        }
        kernelHash.add(config.multibootKernel->info);
    }
    if (!config.kernel) {
        kernel = kernelHash.value();
        return;
    }
    for (const Bytes *part : {&config.kernel->setup, &config.kernel->kernel, &config.kernel->initrd,
                              &config.kernel->commandLine})
        kernelHash.add(*part);
    kernel = kernelHash.value();
}

void PcBoard::Fingerprint::check(Archive &archive) {
    archive.section("bootglass machine 2");
    auto same = [&archive](const auto &ours, const char *what) {
        auto stored = ours;
        archive(stored);
        if (archive.loading() && stored != ours)
            archive.fail(std::string("the snapshot is of a machine with ") + what);
    };
    same(ramBytes, "another memory size");
    same(shift, "another shift");
    same(rtcStart, "another date at its start");
    same(firmware, "another firmware or boot order");
    same(kernel, "another kernel, initrd or command line");
    same(diskBytes, "another disk");
    // Not in states of a machine with one disk, which are as they were before there was another.
    if (disk2Bytes != 0) same(disk2Bytes, "another second disk");
    same(cdromBytes, "another CD-ROM");
    same(floppyBytes, "another floppy");
    same(exitByPortF4, "another use of port F4h");
    same(network, "another network card");
}

/// Whether a guest's registers are equal is asked of these; what the CPU keeps to be fast is not
/// among them.
void PcBoard::serializeRegisters(Archive &archive) {
    uint32_t flags = cpu_.eflags();
    archive(cpu_.gpr, cpu_.eip, flags, cpu_.seg, cpu_.ldtr, cpu_.tr, cpu_.gdtr, cpu_.idtr, cpu_.cr0,
            cpu_.cr2, cpu_.cr3, cpu_.cr4, cpu_.dr, cpu_.efer, cpu_.apicBase, cpu_.sysenterCs,
            cpu_.sysenterEsp, cpu_.sysenterEip, cpu_.tscOffset, cpu_.cpl, cpu_.x87, cpu_.sse);
}

void PcBoard::serializeChips(Archive &archive) {
    archive(pci_, hostBridge_, isaBridge_, ide_, pm_, vgaCard_);
    archive(pit_, rtc_, hpet_, port61_, port92_, keyboardController_, dma_, floppy_, com1_, com2_,
            com1Input_, com2Input_, debugPorts_, fwCfg_, interrupts_, cpuEvents_);
    if (network_) archive(*network_);
    uint8_t ended = ended_ ? static_cast<uint8_t>(*ended_) : noEnd;
    uint64_t exitCode = exitCode_ ? uint64_t{*exitCode_} + 1 : 0; // 0: none
    archive(nmiLine_, apicBase_, poweredOn_, ended, exitCode);
    if (!archive.loading() || archive.failed()) return;
    if (ended != noEnd && ended > static_cast<uint8_t>(Stop::GuestExit))
        return archive.fail("the saved state has ended in an unknown way");
    ended_.reset();
    if (ended != noEnd) ended_ = static_cast<Stop>(ended);
    exitCode_.reset();
    if (exitCode != 0) exitCode_ = static_cast<uint32_t>(exitCode - 1);
    placeLocalApic(apicBase_);
}

void PcBoard::serialize(Archive &archive) {
    fingerprint_.check(archive);
    if (archive.failed()) return;
    archive(clock_, log_);
    serializeChips(archive);
    archive(memory_);
    if (!archive.failed()) archive(cpu_);
}

Digest PcBoard::stateDigest() {
    Archive archive;
    serializeRegisters(archive);
    archive(clock_);
    serializeChips(archive);
    PieceHash hash;
    hash.add(archive.take());
    memory_.populateToRead();
    hash.add(memory_.ram());
    return hash.value();
}

} // namespace bootglass
