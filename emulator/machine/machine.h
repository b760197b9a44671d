// SPDX-License-Identifier: GPL-3.0-or-later
// The machine: an i440FX/PIIX PC as QEMU's `pc`, with one CPU, that counts its instructions. It
// runs on the thread that calls run(), and on no other; between two calls it stands still between
// two instructions, and that is where inputs enter. How a run is cut into calls changes nothing:
// the events and the digest are the same.
//
//   for (;;) switch (machine.run(machine.icount() + 1'000'000)) { ... }
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/cpu/block_cache.h"
#include "emulator/devices/screen_image.h"
#include "emulator/devices/text_page.h"
#include "emulator/machine/machine_config.h"
#include "emulator/machine/machine_observer.h"
#include "emulator/memory/archive.h"
#include "emulator/memory/host_activity.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bootglass {

class Cpu;
class PcBoard;
class PhysicalMap;

/// Why run() came back.
enum class Stop : uint8_t {
    Limit,     // the count or the time that was asked for
    Requested, // requestStop()
    Halt,      // the CPU halts and nothing but an input can wake it
    // These end the run; further calls return the same.
    Reset,
    PowerOff,
    Shutdown,  // triple fault
    GuestExit, // port F4h
};
constexpr bool endsRun(Stop stop) {
    return stop >= Stop::Reset;
}

/// An Input event's value for a key: its make code, and this bit if it goes down.
inline constexpr uint32_t keyDownBit = 0x10000;

/// What a Shutdown event's value says.
enum class ShutdownCause : uint8_t { TripleFault, PowerOff, GuestExit };

class Machine {
  public:
    /// The configuration is one that checkMachineConfig() finds nothing wrong with. Throws
    /// std::bad_alloc if the host has no memory for the guest's.
    explicit Machine(MachineConfig config);
    ~Machine();
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    // --- running
    /// Executes until the count is `until`, exactly, or virtual time is at least `latest`,
    /// whichever comes first; timers due at that very moment fire in the next call. While the CPU
    /// halts the count stands still and time goes on, up to `latest`: a caller that must stay
    /// responsive gives one.
    Stop run(Icount until, VirtualNs latest = VirtualNs::never());
    /// run() returns Stop::Requested at the next instruction boundary. From an observer, or between
    /// two runs.
    void requestStop();

    Icount icount() const;
    VirtualNs now() const;
    /// Virtual time spent in HLT.
    uint64_t idleNs() const;
    /// QEMU's exit status of a GuestExit, (value << 1) | 1.
    std::optional<uint32_t> exitCode() const;
    /// What the host is doing for this machine.
    ActivityMark &activity();
    /// Of Engine::Lockstep: empty, or how the translator's machine differs from the interpreter's;
    /// run() returns Stop::Requested then.
    const std::string &difference() const { return difference_; }

    // --- watching; none of it changes the machine
    void setObserver(MachineObserver *observer);
    /// The observer's codeReached() is told before the instruction at this linear address executes.
    /// Between two runs, or from codeReached() itself.
    void watchCode(uint32_t linear);
    void unwatchCode();
    /// Names of everything that an event's source can be.
    std::vector<Source> sources() const;
    /// 32 hex digits over all events so far, and registers, chips and memory as they are now.
    std::string digest();
    /// The same over the events alone: cheap enough for every marker.
    std::string eventDigest() const;
    /// What is on a text screen; none in graphics modes.
    std::optional<TextPage> text() const;
    ScreenImage screen() const;
    const Cpu &cpu() const;
    /// The block that begins where the CPU stands, if its code is these bytes, and what the
    /// translator makes of it. No code if there is no translator, or none for this mode.
    struct TranslatedBlock {
        std::vector<uint32_t> offsets; // of the instructions, from the first
        HostListing host;
    };
    TranslatedBlock translated(std::span<const uint8_t> bytes) const;
    const PhysicalMap &memory() const;

    // --- inputs, between two calls of run(); each is an Input event
    /// A key by its set 1 make code, those with an E0 prefix as E0xxh (see Ps2Keyboard).
    void key(uint16_t set1Code, bool down);
    /// Bytes typed at the other end of COM1 or COM2; they arrive at 115,200 baud, as the guest has
    /// room.
    void receiveSerial(ConsoleId console, std::span<const uint8_t> bytes);

    // --- snapshots
    /// The whole machine, with the digest of its past. Loading wants a machine of the same
    /// configuration, else the archive fails with a sentence; after a failed load this machine is
    /// of no more use.
    void serialize(Archive &archive);

  private:
    bool canWake() const;
    Stop runAlone(Icount until, VirtualNs latest);
    Stop runInLockstep(Icount until, VirtualNs latest);

    // Of one refill of the budget.
    static constexpr uint64_t mostInstructions = uint64_t{1} << 40;

    std::unique_ptr<PcBoard> board_;
    std::unique_ptr<BlockEngine> engine_; // null: the interpreter
    std::unique_ptr<Machine> twin_;       // the interpreter's machine, in lockstep
    std::string difference_;
    uint64_t memoryComparedAt_ = 0;
    bool stopRequested_ = false;
};

} // namespace bootglass
