// SPDX-License-Identifier: GPL-3.0-or-later
// Named spans of work inside a guest. Unlike phases they are no tree that the profile draws: they
// come as the guest tells of them, any number of them, and may overlap.
#pragma once

#include "emulator/clock/time_types.h"
#include "emulator/memory/archive.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bootglass {

enum class ActivityKind : uint8_t {
    Initcall, // of the kernel: a driver's or subsystem's start
    Driver,   // bound to a device
    Service,  // of userspace
    Process,  // an address space, from its first use to its last
    Region,   // a function that was asked for, from its entry to its return
};
inline constexpr size_t activityKinds = 5;

constexpr std::string_view name(ActivityKind kind) {
    constexpr std::string_view names[] = {"initcall", "driver", "service", "process", "region"};
    return names[static_cast<size_t>(kind)];
}

struct Activity {
    int64_t id = 0;     // from 1, in the order in which they are noticed
    int64_t parent = 0; // the one that it happens in; 0: none
    ActivityKind kind = ActivityKind::Initcall;
    std::string name;
    std::string key;  // of what runs it: a process number, a stack; such of other keys overlap
    std::string note; // how it ended

    void serialize(Archive &archive) { archive(id, parent, kind, name, key, note); }
    bool operator==(const Activity &) const = default;
};

} // namespace bootglass
