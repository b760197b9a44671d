// SPDX-License-Identifier: GPL-3.0-or-later
// What of a run is compared with another: plain values, everything by its name. Addresses, numbers
// of lines and the order of tables differ from build to build and are never compared.
#pragma once

#include "emulator/trace/run_reader.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// What a table of differences has a row for.
enum class ComparedBy : uint8_t {
    Phase,
    Marker,
    Driver,  // initcalls, and drivers bound to a device
    Service, // of userspace, and processes
    Region,
    Function, // where samples were taken
    Irq,
    Timer,
    Device,
    Exception,
};
inline constexpr size_t comparedBys = 10;

/// "phase", "irq", …: on the command line and in JSON.
std::string_view name(ComparedBy by);
std::optional<ComparedBy> comparedByOf(std::string_view text);

/// What one thing took in one run. Of a marker it is its moment; of a function the samples, and the
/// instructions that they stand for; of a line, timer, device or vector the events and the virtual
/// time that its spans cover.
struct Amount {
    uint64_t instructions = 0;
    uint64_t virtualNs = 0;
    uint64_t idleNs = 0;
    uint64_t count = 0;

    Amount &operator+=(const Amount &other) {
        instructions += other.instructions;
        virtualNs += other.virtualNs;
        idleNs += other.idleNs;
        count += other.count;
        return *this;
    }
    bool operator==(const Amount &) const = default;
};

/// What an amount is looked at by.
enum class Measure : uint8_t { Instructions, VirtualTime, Idle, Count };

constexpr uint64_t valueOf(const Amount &amount, Measure measure) {
    switch (measure) {
    case Measure::Instructions: return amount.instructions;
    case Measure::VirtualTime: return amount.virtualNs;
    case Measure::Idle: return amount.idleNs;
    case Measure::Count: return amount.count;
    }
    return 0;
}

/// A thing by its name; of things of one name the sum.
struct Measured {
    std::string name;
    Amount amount;

    bool operator==(const Measured &) const = default;
};

struct ComparedRun {
    std::string path;
    std::string label; // "A" is for the place in a comparison, this for the run: its file's name
    std::string ended;
    std::string digest;
    std::string append; // the kernel's command line
    unsigned shift = 3;
    RunPoint end;
    std::vector<InputFile> inputs;
    std::vector<RunMarker> markers;
    std::vector<RunPhase> phases;
    std::map<ComparedBy, std::vector<Measured>> measured; // all but phases; in the run's order

    const RunMarker *marker(std::string_view name) const; // the first of that name
    Amount total() const { return {end.icount.value, end.ns.value, end.idleNs, 0}; }
};

Result<ComparedRun> readComparedRun(RunReader &reader);

/// The functions of a range by name. Code without a symbol has only an address, which says nothing
/// in another build: it is one row.
Result<std::vector<Measured>> measureFunctions(RunReader &reader, TimeRange range);

/// What happened in a range, by name: functions, the activities that began in it, and single events
/// by line and device.
Result<std::map<ComparedBy, std::vector<Measured>>> measureWithin(RunReader &reader,
                                                                  TimeRange range);

/// Gives runs of equally named files labels that can be told apart.
void labelApart(std::vector<ComparedRun> &runs);

} // namespace bootglass
