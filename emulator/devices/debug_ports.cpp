// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/debug_ports.h"

namespace bootglass {

DebugPorts::DebugPorts(std::function<void(DebugPort port, uint8_t value)> written)
    : written_(std::move(written)) {}

uint8_t DebugPorts::read(DebugPort port) const {
    switch (port) {
    case DebugPort::PostCode: return postCode_;
    case DebugPort::FirmwareMarker: return markers_[0];
    case DebugPort::KernelMarker: return markers_[1];
    case DebugPort::E9Console:
    case DebugPort::SeaBiosConsole: return 0xE9;
    }
    return 0xFF;
}

void DebugPorts::write(DebugPort port, uint8_t value) {
    switch (port) {
    case DebugPort::PostCode:
        postCode_ = value;
        return; // nobody waits for it, and Linux delays by it
    case DebugPort::FirmwareMarker: markers_[0] = value; break;
    case DebugPort::KernelMarker: markers_[1] = value; break;
    case DebugPort::E9Console:
    case DebugPort::SeaBiosConsole: break;
    }
    if (written_) written_(port, value);
}

void DebugPorts::reset() {
    postCode_ = 0;
    markers_ = {};
}

void DebugPorts::serialize(Archive &archive) {
    archive.section("debug ports");
    archive(postCode_, markers_);
}

} // namespace bootglass
