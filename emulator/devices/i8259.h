// SPDX-License-Identifier: GPL-3.0-or-later
// Intel 8259A programmable interrupt controller, and the pair of them that a PC has: the slave's
// INT drives line 2 of the master. Registers and words (ICW1–4, OCW1–3) carry the data sheet's
// names.
//
// The one idea: IRR is not latched for ever. A line that falls before it is acknowledged takes its
// request along (8259A data sheet, "Interrupt sequence"); if the CPU acknowledges all the same, it
// gets the default IR7, and no in-service bit is set: a spurious interrupt.
#pragma once

#include "emulator/devices/irq_line.h"
#include "emulator/memory/archive.h"

#include <cstdint>
#include <functional>

namespace bootglass {

class I8259 {
  public:
    enum class Role : uint8_t { Master, Slave };

    /// elcrMask: the lines that the edge/level register may make level-triggered (82371, ELCR).
    I8259(Role role, uint8_t elcrMask, IrqLine intr);

    uint8_t read(uint16_t offset);
    void write(uint16_t offset, uint8_t value);
    uint8_t elcr() const { return elcr_; }
    void setElcr(uint8_t value);

    void setLine(unsigned line, bool level);

    struct Acknowledged {
        uint8_t vector;
        uint8_t line; // 0 to 7
        bool spurious;
    };
    /// The two INTA cycles: the vector, and the request moves from IRR to ISR.
    Acknowledged acknowledge();

    bool interruptPending() const { return intr_.level(); }
    bool automaticEnd() const { return (icw4_ & icw4Aeoi) != 0; }
    uint8_t irr() const { return irr_; }
    uint8_t isr() const { return isr_; }
    uint8_t imr() const { return imr_; }

    /// Called with the line (0 to 7) whose in-service bit an EOI command cleared.
    void onEndOfInterrupt(std::function<void(unsigned line)> ended) { ended_ = std::move(ended); }

    void reset();
    void serialize(Archive &archive);

  private:
    static constexpr uint8_t icw4Aeoi = 0x02;
    static constexpr uint8_t icw4Sfnm = 0x10;
    static constexpr unsigned cascadeLine = 2;
    static constexpr unsigned none = 8;

    void writeIcw1(uint8_t value);
    void writeOcw2(uint8_t value);
    void writeOcw3(uint8_t value);
    void endOfInterrupt(unsigned line);
    uint8_t levelTriggered() const { return levelMode_ ? 0xFF : elcr_; }
    unsigned highest(uint8_t requests) const;
    unsigned rank(unsigned line) const { return (line - lowest_ - 1) & 7; }
    unsigned pending() const;
    void accept(unsigned line);
    void update();

    Role role_;
    uint8_t elcrMask_;
    IrqLine intr_;
    std::function<void(unsigned)> ended_;

    uint8_t lines_ = 0; // IR0 to IR7 as they are driven
    uint8_t irr_ = 0;
    uint8_t isr_ = 0;
    uint8_t imr_ = 0;
    uint8_t elcr_ = 0;
    uint8_t vectorBase_ = 0;
    uint8_t icw4_ = 0;
    uint8_t lowest_ = 7;  // the line of lowest priority; the next one has the highest
    uint8_t nextIcw_ = 0; // 2 to 4 within an initialization, 0 outside
    bool single_ = false;
    bool needsIcw4_ = false;
    bool levelMode_ = false; // ICW1 LTIM
    bool initialized_ = false;
    bool readIsr_ = false;
    bool poll_ = false;
    bool specialMask_ = false;
    bool rotateOnAeoi_ = false;
};

/// The master and the slave of a PC, IRQ 0 to 15.
class I8259Pair {
  public:
    explicit I8259Pair(IrqLine intr);
    I8259Pair(const I8259Pair &) = delete;
    I8259Pair &operator=(const I8259Pair &) = delete;

    /// Ports 20h and 21h, A0h and A1h are offsets 0 and 1 of these.
    I8259 &master() { return master_; }
    I8259 &slave() { return slave_; }
    /// Ports 4D0h (IRQ 0 to 7) and 4D1h are offsets 0 and 1.
    uint8_t readElcr(uint16_t offset) const;
    void writeElcr(uint16_t offset, uint8_t value);

    /// irq: 0 to 15, but 2, which is the cascade.
    void setLine(unsigned irq, bool level);
    bool interruptPending() const { return master_.interruptPending(); }

    struct Acknowledged {
        uint8_t vector;
        uint8_t irq;   // 0 to 15
        bool spurious; // no request was left: nothing is in service, no EOI follows
        bool
            automaticEnd; // AEOI mode: it ended with the acknowledge, onEndOfInterrupt stays silent
    };
    Acknowledged acknowledge();

    /// Called with the IRQ (0 to 15) that an EOI command ended; IRQ 2 when the master's cascade is.
    void onEndOfInterrupt(const std::function<void(unsigned irq)> &ended);

    void reset();
    void serialize(Archive &archive);

  private:
    I8259 master_;
    I8259 slave_;
};

} // namespace bootglass
