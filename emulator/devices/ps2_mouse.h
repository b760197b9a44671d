// SPDX-License-Identifier: GPL-3.0-or-later
// A PS/2 mouse: three buttons, and a wheel and two more buttons for the guest that knocks (the
// sample rates 200, 100, 80, then 200, 200, 80: Microsoft's IntelliMouse). Stream, remote and wrap
// modes. Movements add up until a packet has room in the buffer; the sample rate is kept but delays
// nothing, as what moves the mouse comes at its own virtual times.
#pragma once

#include "emulator/memory/archive.h"

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <vector>

namespace bootglass {

class Ps2Mouse {
  public:
    Ps2Mouse() = default;
    Ps2Mouse(const Ps2Mouse &) = delete;
    Ps2Mouse &operator=(const Ps2Mouse &) = delete;

    enum Button : uint8_t { left = 1, right = 2, middle = 4, fourth = 8, fifth = 16 };
    /// A movement in counts, right, up and wheel toward the user positive, and the buttons now
    /// down.
    void move(int dx, int dy, int wheel, uint8_t buttons);

    // --- the controller's side
    void send(uint8_t command);
    std::optional<uint8_t> take();
    /// Called when a movement put a packet into the buffer.
    void onData(std::function<void()> ready) { ready_ = std::move(ready); }

    void reset();
    void serialize(Archive &archive);

  private:
    enum class Mode : uint8_t { Stream, Remote };
    static constexpr size_t bufferSize = 16;

    size_t packetSize() const { return id_ == 0 ? 3 : 4; }
    bool stream();
    void packet(std::vector<uint8_t> &bytes);
    void reply(std::initializer_list<uint8_t> bytes);
    void argument(uint8_t value);
    void setDefaults();
    void forgetMovement();

    std::function<void()> ready_;
    std::vector<uint8_t> replies_;
    std::vector<uint8_t> packets_;
    Mode mode_ = Mode::Stream;
    bool wrap_ = false;
    bool reporting_ = false;
    bool scaling_ = false;   // 2:1
    uint8_t resolution_ = 2; // 4 counts per mm
    uint8_t rate_ = 100;
    uint8_t id_ = 0;                 // 0 plain, 3 wheel, 4 wheel and five buttons
    std::array<uint8_t, 2> knock_{}; // the two rates set before
    uint8_t command_ = 0;
    uint8_t last_ = 0;
    int32_t dx_ = 0;
    int32_t dy_ = 0;
    int32_t wheel_ = 0;
    uint8_t buttons_ = 0;
    uint8_t reported_ = 0; // buttons in the last packet
};

} // namespace bootglass
