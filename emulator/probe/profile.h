// SPDX-License-Identifier: GPL-3.0-or-later
// A profile says how a guest's boot is read: which moments are its markers, between which of them
// its phases lie, and what the guest needs by default (kernel, memory, command line). Profiles are
// TOML files, see resources/profiles/README.md for the language; this is what one means once it is
// read and checked, as plain values.
#pragma once

#include "emulator/probe/activity.h"
#include "emulator/probe/event.h"
#include "emulator/probe/line_template.h"
#include "emulator/probe/text_pattern.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// Moments of the CPU's life that a rule can name.
enum class CpuMoment : uint8_t { Reset, ProtectedMode, Paging, Virtual8086, User, Halt, Shutdown };

/// Number of a text source in SourceGroup::Console.
enum class Console : uint16_t { Serial1, Serial2, FirmwareLog, PortE9, Screen };
inline constexpr size_t consoles = 5;

/// Whose code the CPU runs at a moment: the firmware's with its option ROMs, below 1 MiB (where
/// firmwares do what they do in real mode, and all mode switches), or what was loaded since.
enum class CodeOwner : uint8_t { Firmware, Loaded };

/// One way to find a marker: exactly one of moment, port, symbol and pattern is set.
struct MarkerRule {
    std::optional<CpuMoment> moment;
    std::optional<CodeOwner> by; // of a moment; empty: whoever

    std::optional<uint16_t> port;      // a write to it
    std::optional<uint32_t> portValue; // empty: any value

    std::string symbol; // the first instruction of a function, by the run's symbols

    std::optional<TextPattern> pattern;
    uint8_t sources = 0; // of a pattern: bit per Console

    std::string after;  // a marker that must be found before this rule counts; empty: none
    std::string unless; // a marker after which it counts no more; empty: none
    uint32_t occurrence = 1;
    std::string description; // for people: "serial text 'Linux version'"
};

struct Marker {
    std::string name;
    std::vector<MarkerRule> rules; // the first one that applies finds it
    std::string file;              // where it is written
    uint32_t line = 0;
};

/// Opens at the first of `from`, closes at the first of `to` or when a phase outside it opens.
struct PhaseRule {
    std::string path; // "kernel/drivers"
    std::vector<std::string> from;
    std::vector<std::string> to; // empty: until the next phase
    std::string file;
    uint32_t line = 0;
};

/// How activities are found in the lines of consoles: bounded by two lines, or one whole line each.
struct ActivityRule {
    std::string name; // of the rule
    ActivityKind kind = ActivityKind::Initcall;
    uint8_t sources = 0; // bit per Console
    std::vector<LineTemplate> start;
    std::vector<LineTemplate> end; // with {usecs} it needs no start
    std::vector<LineTemplate> whole;
};

/// What a guest is booted with unless the user says otherwise. Of files there may be several
/// candidates; the first that exists is meant. A path that does not start with '/' is relative to
/// the profile's folder; "~/" is the user's home.
struct GuestDefaults {
    std::optional<uint32_t> memoryMib;
    std::vector<std::string> kernel;
    std::vector<std::string> initrd;
    std::optional<std::string> append;
    std::vector<std::string> bios;
    std::vector<std::string> disk;
    std::vector<std::string> disk2;
    std::vector<std::string> cdrom;
    std::vector<std::string> floppy;
    std::vector<std::string> modules; // of a Multiboot kernel, all of them: "FILE ARGUMENTS"
    std::vector<std::string> boot;    // "kernel", "disk", "cdrom", "floppy", in order
    std::vector<std::string> until;   // WHEN, see when.h
    std::vector<std::string> needs;   // packages that hold the files above
};

struct Profile {
    std::string name; // of its file, without .toml
    std::string file;
    std::string title;
    std::string description;
    std::vector<std::string> files; // this file and those it extends, nearest first
    GuestDefaults guest;
    std::vector<Marker> markers;
    std::vector<PhaseRule> phases; // in the order of the boot
    std::vector<ActivityRule> activities;

    const Marker *marker(std::string_view markerName) const;
    /// Whether the profile has the phase, or one inside it.
    bool hasPhase(std::string_view path) const;
};

/// "firmware", "loader", "kernel", "userspace".
bool isTopPhase(std::string_view name);

} // namespace bootglass
