// SPDX-License-Identifier: GPL-3.0-or-later
// The I/O APIC (Intel 82093AA data sheet; the version register says 20h, which adds the EOI
// register at 40h). Its 24 inputs each have an entry in the redirection table, which says as what
// message an interrupt goes to the local APIC.
//
// Levels here mean "asserted": a wire and its entry's polarity bit agree on any board that works,
// so the bit is kept for software to read and has no effect.
#pragma once

#include "emulator/devices/apic_message.h"
#include "emulator/memory/archive.h"

#include <array>
#include <functional>
#include <optional>

namespace bootglass {

class IoApic {
  public:
    static constexpr unsigned inputs = 24;

    /// deliver: puts a message on the APIC bus; false if nobody accepts it.
    explicit IoApic(std::function<bool(const ApicMessage &)> deliver);

    uint64_t read(uint64_t offset, unsigned size) const;
    void write(uint64_t offset, uint64_t value, unsigned size);
    void reset();
    void serialize(Archive &archive);

    /// Drives an input, 0 to 23; others are ignored.
    void setLine(unsigned input, bool level);
    /// The input whose entry has this vector; the first if there are several.
    std::optional<unsigned> inputOf(uint8_t vector) const;
    /// Whether an unmasked entry sends NMIs.
    bool sendsNmi() const;
    /// A local APIC ended a level-triggered interrupt.
    void endOfInterrupt(uint8_t vector);

  private:
    uint32_t readRegister() const;
    void writeRegister(uint32_t value);
    void service(unsigned input);
    bool send(uint64_t entry) const;

    std::function<bool(const ApicMessage &)> deliver_;
    uint8_t select_ = 0;
    uint8_t id_ = 0;
    uint32_t lines_ = 0; // one bit per input
    std::array<uint64_t, inputs> table_{};
};

} // namespace bootglass
