// SPDX-License-Identifier: GPL-3.0-or-later
// One wire from a chip's output to whoever the board soldered to its other end.
#pragma once

#include <functional>

namespace bootglass {

class IrqLine {
  public:
    IrqLine() = default;
    explicit IrqLine(std::function<void(bool level)> receiver) : receiver_(std::move(receiver)) {}

    /// Drives the wire; the receiver hears changes only.
    void set(bool level) {
        if (level == level_) return;
        level_ = level;
        if (receiver_) receiver_(level);
    }
    void raise() { set(true); }
    void lower() { set(false); }
    void pulse() {
        set(true);
        set(false);
    }
    bool level() const { return level_; }
    /// After a restore: the receiver has its own saved state and is not told.
    void restore(bool level) { level_ = level; }

  private:
    std::function<void(bool)> receiver_;
    bool level_ = false;
};

} // namespace bootglass
