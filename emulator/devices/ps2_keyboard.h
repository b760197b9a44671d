// SPDX-License-Identifier: GPL-3.0-or-later
// An IBM PC/AT-style (PS/2) keyboard: scan code sets 1 to 3, LEDs, identification, reset with its
// self-test (BAT). It speaks to its controller in bytes: `send` takes a command, `take` gives the
// next byte. Bytes are there at once; the serial line's time is not modelled, as no guest depends
// on it.
//
// From outside come keys, named by their set 1 make code, those with an E0 prefix as E0xxh: Enter
// is 1Ch, the keypad's Enter E01Ch, Print Screen E037h, Pause E11Dh.
#pragma once

#include "emulator/memory/archive.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <vector>

namespace bootglass {

class Ps2Keyboard {
  public:
    Ps2Keyboard() = default;
    Ps2Keyboard(const Ps2Keyboard &) = delete;
    Ps2Keyboard &operator=(const Ps2Keyboard &) = delete;

    /// Presses or releases a key; pressing one that is down is its typematic repeat. False if the
    /// key was lost: unknown, the guest has scanning off, or the buffer of 16 bytes is full (which
    /// the guest learns by the overrun code).
    bool key(uint16_t set1Code, bool down);
    /// Bit 0 Scroll Lock, bit 1 Num Lock, bit 2 Caps Lock, as the guest has set them.
    uint8_t leds() const { return leds_; }

    // --- the controller's side
    void send(uint8_t command);
    std::optional<uint8_t> take();
    /// Called when a key put bytes into the buffer.
    void onData(std::function<void()> ready) { ready_ = std::move(ready); }

    void reset();
    void serialize(Archive &archive);

  private:
    static constexpr size_t bufferSize = 16;

    std::vector<uint8_t> codes(uint16_t set1Code, bool down) const;
    void reply(std::initializer_list<uint8_t> bytes);
    void argument(uint8_t value);
    void setDefaults();

    std::function<void()> ready_;
    std::vector<uint8_t> replies_; // answers to commands, sent before any key
    std::vector<uint8_t> keys_;
    uint8_t scanSet_ = 2;
    uint8_t leds_ = 0;
    uint8_t typematic_ = 0x2B; // 10.9 per second after 500 ms; kept, repeats come from outside
    uint8_t command_ = 0;      // waits for its argument
    uint8_t last_ = 0;         // for RESEND
    bool scanning_ = true;
    bool breaks_ = true; // set 3: release codes are sent
    bool overrun_ = false;
};

} // namespace bootglass
