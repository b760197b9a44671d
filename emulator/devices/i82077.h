// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 82077AA floppy disk controller in PC/AT mode (data sheet 290166), which has all commands of
// the NEC 765: ports 3F0h to 3F5h and 3F7h, IRQ 6, DMA channel 2 or the processor by its FIFO.
//
// A command goes through three phases: the processor writes its bytes, the controller executes it,
// the processor reads its result. What is executed waits for a timer: each sector, step and search
// has its fixed virtual delay, in the proportions of a real drive but `haste` times as quick, since
// firmware polls while it waits and nobody wants to watch that. No sector is early or late to the
// turning of a disk: a command finds it at once.
//
// Files: i82077.cpp registers, phases and state; i82077_control.cpp what moves heads or sets modes;
// i82077_data.cpp what moves data.
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/devices/floppy_drive.h"
#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace bootglass {

class I82077 {
  public:
    /// What a DMA transfer came to: bytes moved, and whether TC was pulsed with the last.
    struct Transferred {
        size_t bytes = 0;
        bool terminalCount = false;
    };
    struct Wires {
        IrqLine irq6;
        /// DREQ 2.
        std::function<void(bool level)> dmaRequest;
        /// DMA channel 2's acknowledge: moves bytes to or from memory.
        std::function<Transferred(std::span<uint8_t> bytes, bool toMemory)> dma;
    };

    static constexpr unsigned units = 4;
    static constexpr uint64_t haste = 160;

    I82077(VirtualClock &clock, Wires wires);

    /// Cables a drive; the board has not more than units 0 and 1.
    void attach(unsigned unit, std::unique_ptr<FloppyDrive> drive);

    /// Ports 3F0h to 3F7h without 3F6h, which is the IDE controller's.
    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);

    void reset();
    void serialize(Archive &archive);

  private:
    enum class Phase : uint8_t { Command, Execution, Result };
    /// What the execution timer is for.
    enum class Step : uint8_t {
        Nothing,
        ResetDone,
        Id,        // READ ID
        Sector,    // the next sector has passed under the head
        Format,    // the track is written
        NotFound,  // two revolutions have passed
        HostBytes, // none: the processor moves a sector's bytes
    };
    enum class Operation : uint8_t { Read, ReadDeleted, ReadTrack, Write, Verify, Scan };

    struct SeekState {
        bool active = false;
        VirtualNs done;
        int steps = 0; // of the drive, when done
        uint8_t presentCylinder = 0;
        bool ended = false; // its interrupt is still to be sensed
        uint8_t status = 0; // ST0
        void serialize(Archive &archive) {
            archive(active, done, steps, presentCylinder, ended, status);
        }
    };

    // i82077.cpp
    uint8_t mainStatus() const;
    uint8_t readFifo();
    void writeFifo(uint8_t value);
    void writeDor(uint8_t value);
    void beginReset();
    void endReset();
    void timeElapsed();
    void begin(Step step, uint64_t realNs);
    void interrupt(bool level);
    void updateInterrupt();
    void finish(std::initializer_list<uint8_t> result, bool withInterrupt);
    void idle();
    FloppyDrive *drive(unsigned unit) const { return drives_[unit & 3].get(); }
    FloppyRate rate() const { return static_cast<FloppyRate>(dataRate_ & 3); }
    unsigned unit() const { return command_[1] & 3U; }
    unsigned head() const { return command_[1] >> 2 & 1U; }
    uint64_t rateNs(uint64_t atFastest) const;

    // i82077_control.cpp
    static size_t lengthOf(uint8_t command);
    void execute();
    void specify();
    void senseDrive();
    void senseInterrupt();
    void seek(int steps, uint8_t cylinder, bool recalibrate);
    void recalibrate();
    void relativeSeek();
    void dumpRegisters();
    void configure();
    void perpendicular();
    void seeksElapsed();
    void armSeeks();
    uint64_t stepNs() const;

    // i82077_data.cpp
    void readId();
    void startFormat();
    void startData(Operation operation);
    void sectorElapsed();
    void formatElapsed();
    bool findSector();
    void nextSector(uint64_t searchNs = 0);
    void sectorMoved(bool terminalCount);
    bool advance();
    void moveByDma();
    void offerToHost(bool toHost);
    uint8_t hostRead();
    void hostWrite(uint8_t value);
    void hostMoved();
    void compare(std::span<const uint8_t> fromHost);
    uint64_t headNs();
    uint64_t sectorNs() const;
    void endData(uint8_t st0);
    bool nonDma() const { return (specify2_ & 1) != 0; }

    VirtualClock &clock_;
    Wires wires_;
    std::array<std::unique_ptr<FloppyDrive>, units> drives_;
    Timer timer_;
    Timer seekTimer_;

    // Registers
    uint8_t dor_ = 0;
    uint8_t tdr_ = 0;
    uint8_t dataRate_ = 2; // DRATE, in CCR and DSR; 250 kbit/s after power on
    uint8_t precompensation_ = 0;
    // Modes
    uint8_t specify1_ = 0; // step rate, head unload time
    uint8_t specify2_ = 0; // head load time, ND
    uint8_t configure_ = 0;
    uint8_t pretrack_ = 0;
    uint8_t perpendicular_ = 0;
    bool locked_ = false;
    uint8_t lastTrackSector_ = 0; // SC/EOT of the last command, for DUMPREG
    // Phases
    Phase phase_ = Phase::Command;
    Step step_ = Step::Nothing;
    std::vector<uint8_t> command_;
    std::vector<uint8_t> result_; // still to be read, first to last
    bool interrupt_ = false;
    bool resultInterrupts_ = false; // reading it ends the interrupt
    uint8_t resetsToSense_ = 0;
    std::array<SeekState, units> seeks_;
    std::array<VirtualNs, units> headUnloads_{};
    // The data command that executes: the sector to come, and what was found so far.
    Operation operation_ = Operation::Read;
    uint8_t cylinder_ = 0;
    uint8_t side_ = 0;
    uint8_t sector_ = 0;
    uint8_t left_ = 0; // VERIFY: sectors to go, if it was told
    uint8_t st1_ = 0;
    uint8_t st2_ = 0;
    // The sector that the processor moves
    std::vector<uint8_t> buffer_;
    size_t position_ = 0;
    bool toHost_ = false;
};

} // namespace bootglass
