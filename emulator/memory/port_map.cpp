// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/memory/port_map.h"

namespace bootglass {

PortMap::PortMap() : ports_(0x10000) {
    addDevice("unassigned",
              {[](uint16_t, unsigned size) { return size == 4 ? ~0U : (1U << 8 * size) - 1; },
               [](uint16_t, uint32_t, unsigned) {}, 4});
}

uint16_t PortMap::addDevice(std::string name, PortHandler handler) {
    devices_.push_back({std::move(name), std::move(handler)});
    return static_cast<uint16_t>(devices_.size() - 1);
}

void PortMap::map(uint16_t first, uint16_t count, uint16_t device) {
    for (uint32_t i = 0; i < count && first + i < ports_.size(); ++i)
        ports_[first + i] = {device, static_cast<uint16_t>(i)};
}

void PortMap::unmap(uint16_t first, uint16_t count) {
    map(first, count, 0);
}

uint16_t PortMap::add(uint16_t first, uint16_t count, std::string name, PortHandler handler) {
    uint16_t device = addDevice(std::move(name), std::move(handler));
    map(first, count, device);
    return device;
}

/// Whether a wider access is one of the chip's.
bool PortMap::whole(uint16_t port, unsigned size) const {
    const Port &first = ports_[port];
    if (devices_[first.device].handler.widest < size) return false;
    return port + size <= ports_.size() && ports_[port + size - 1].device == first.device;
}

uint32_t PortMap::readOnce(uint16_t port, unsigned size) {
    const Port &entry = ports_[port];
    uint32_t value = devices_[entry.device].handler.read(entry.offset, size);
    return size == 4 ? value : value & ((1U << 8 * size) - 1);
}

void PortMap::writeOnce(uint16_t port, uint32_t value, unsigned size) {
    const Port &entry = ports_[port];
    devices_[entry.device].handler.write(entry.offset, value, size);
}

uint32_t PortMap::read(uint16_t port, unsigned size) {
    uint16_t device = ports_[port].device;
    uint32_t value = 0;
    {
        const During during(*activity_, HostActivity::Devices);
        if (size == 1 || whole(port, size)) {
            value = readOnce(port, size);
        } else {
            for (unsigned i = 0; i < size; ++i)
                value |= readOnce(static_cast<uint16_t>(port + i), 1) << 8 * i;
        }
    }
    if (observer_) observer_->portRead(device, port, size, value);
    return value;
}

void PortMap::write(uint16_t port, uint32_t value, unsigned size) {
    if (size < 4) value &= (1U << 8 * size) - 1;
    if (observer_) observer_->portWrite(ports_[port].device, port, size, value);
    const During during(*activity_, HostActivity::Devices);
    if (size == 1 || whole(port, size)) return writeOnce(port, value, size);
    for (unsigned i = 0; i < size; ++i)
        writeOnce(static_cast<uint16_t>(port + i), value >> 8 * i & 0xFF, 1);
}

} // namespace bootglass
