// SPDX-License-Identifier: GPL-3.0-or-later
// A stack while several values are pushed to or popped from it: SS:ESP change only when everything
// went well. It is either the current stack or one that is about to become current.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/system/descriptor.h"

#include <cstdint>

namespace bootglass {

class StackFrame {
  public:
    /// The current stack.
    explicit StackFrame(Cpu &cpu) : cpu_(cpu), esp_(cpu.gpr[Esp]), mask_(cpu.stackMask()) {}
    /// A stack that becomes current at privilege `level`; overflows raise #SS with its selector.
    StackFrame(Cpu &cpu, const SegmentRegister &ss, uint32_t esp, unsigned level)
        : cpu_(cpu),
          fresh_(&ss),
          esp_(esp),
          mask_(ss.big() ? 0xFFFFFFFF : 0xFFFF),
          user_(level == 3) {}

    /// Whether so many values could be pushed on the current stack; else a fault is pending.
    bool hasRoom(unsigned values, bool wide) {
        uint32_t size = wide ? 4 : 2;
        for (unsigned n = 1; n <= values; ++n)
            if (!cpu_.probeWrite(Ss, (esp_ - n * size) & mask_, size)) return false;
        return true;
    }
    bool push(uint32_t value, bool wide) {
        return wide ? pushAs<uint32_t>(value) : pushAs<uint16_t>(static_cast<uint16_t>(value));
    }
    /// From the current stack only.
    Loaded<uint32_t> pop(bool wide) {
        if (wide) return popAs<uint32_t>();
        auto half = popAs<uint16_t>();
        return {half.value, half.ok};
    }
    /// Skips parameters.
    void discard(uint32_t bytes) { move(bytes); }

    /// ESP as it is to be after the transfer: a 16-bit stack leaves the upper half alone.
    uint32_t esp() const { return esp_; }
    void commit() { cpu_.gpr[Esp] = esp_; }

  private:
    void move(uint32_t distance) { esp_ = (esp_ & ~mask_) | ((esp_ + distance) & mask_); }

    template<typename T>
    bool pushAs(T value) {
        uint32_t offset = (esp_ - static_cast<uint32_t>(sizeof(T))) & mask_;
        bool done = fresh_ ? cpu_.writeThrough<T>(*fresh_, offset, value, user_, Vector::SS,
                                                  selectorError(fresh_->selector))
                           : cpu_.write<T>(Ss, offset, value);
        if (done) move(0U - static_cast<uint32_t>(sizeof(T)));
        return done;
    }
    template<typename T>
    Loaded<T> popAs() {
        auto value = cpu_.read<T>(Ss, esp_ & mask_);
        if (value.ok) move(sizeof(T));
        return value;
    }

    Cpu &cpu_;
    const SegmentRegister *fresh_ = nullptr;
    uint32_t esp_;
    uint32_t mask_;
    bool user_ = false;
};

} // namespace bootglass
