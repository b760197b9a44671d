// SPDX-License-Identifier: GPL-3.0-or-later
// The 64 Ki I/O ports. A chip's ports are byte wide unless it says otherwise; a wider access to
// them becomes accesses to consecutive ports, low byte first, as on the ISA bus. Nobody there:
// reads give ones, writes vanish. The last mapping of a port wins.
#pragma once

#include "emulator/memory/host_activity.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace bootglass {

/// offset: from the first port of the range; size: 1, 2 or 4 bytes, at most `widest`.
struct PortHandler {
    std::function<uint32_t(uint16_t offset, unsigned size)> read;
    std::function<void(uint16_t offset, uint32_t value, unsigned size)> write;
    unsigned widest = 1;
};

/// Told of each access by the CPU, once per instruction, whole.
struct PortObserver {
    virtual ~PortObserver() = default;
    virtual void portRead(uint16_t device, uint16_t port, unsigned size, uint32_t value) = 0;
    virtual void portWrite(uint16_t device, uint16_t port, unsigned size, uint32_t value) = 0;
};

class PortMap {
  public:
    PortMap();

    /// The number of "nobody there".
    static constexpr uint16_t unassigned = 0;
    /// Registers a chip; the number identifies it in events.
    uint16_t addDevice(std::string name, PortHandler handler);
    const std::string &deviceName(uint16_t device) const { return devices_[device].name; }
    size_t deviceCount() const { return devices_.size(); }
    /// Maps ports [first, first + count); the handler is given offsets from `first`.
    void map(uint16_t first, uint16_t count, uint16_t device);
    void unmap(uint16_t first, uint16_t count);
    /// addDevice and map in one.
    uint16_t add(uint16_t first, uint16_t count, std::string name, PortHandler handler);

    /// size: 1, 2 or 4 bytes.
    uint32_t read(uint16_t port, unsigned size);
    void write(uint16_t port, uint32_t value, unsigned size);

    void setObserver(PortObserver *observer) { observer_ = observer; }
    /// Where it is marked that a chip is at work.
    void setActivity(ActivityMark &mark) { activity_ = &mark; }

  private:
    struct Device {
        std::string name;
        PortHandler handler;
    };
    struct Port {
        uint16_t device = 0;
        uint16_t offset = 0;
    };
    uint32_t readOnce(uint16_t port, unsigned size);
    void writeOnce(uint16_t port, uint32_t value, unsigned size);
    bool whole(uint16_t port, unsigned size) const;

    std::vector<Device> devices_;
    std::vector<Port> ports_;
    PortObserver *observer_ = nullptr;
    ActivityMark nobodys_;
    ActivityMark *activity_ = &nobodys_;
};

} // namespace bootglass
