// SPDX-License-Identifier: GPL-3.0-or-later
// What the benches have in common on the command line: options that name the programs to measure,
// and one sentence with exit code 2 where something is wrong.
#pragma once

#include "tests/bench/bench_machine.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

namespace bootglass {

inline int complain(const CLI::App &program, const std::string &sentence) {
    fmt::print(stderr, "{}: {}\n", program.get_name(), sentence);
    return 2;
}

/// --qemu, --without-qemu.
inline void addQemuOptions(CLI::App &program, BenchPrograms &programs, bool &withoutQemu) {
    program.add_option("--qemu", programs.qemu, "another qemu-system-i386");
    program.add_flag("--without-qemu", withoutQemu, "boots here only");
}

/// The exit code if the command line is all there is to do: help, or a complaint.
inline std::optional<int> parse(CLI::App &program, int argc, char **argv) {
    try {
        program.parse(argc, argv);
    } catch (const CLI::Success &asked) {
        return program.exit(asked);
    } catch (const CLI::ParseError &error) {
        return complain(program, error.what());
    }
    return std::nullopt;
}

/// A sentence if a program is not there.
inline std::optional<std::string> missing(const BenchPrograms &programs, bool withoutQemu) {
    const auto isThere = [](const std::string &name) {
        return std::system(fmt::format("command -v '{}' >/dev/null 2>&1", name).c_str()) == 0;
    };
    if (!withoutQemu && !isThere(programs.qemu)) {
        return programs.qemu + " is not there; install the Debian package qemu-system-x86, or use "
                               "--without-qemu";
    }
    if (!isThere(programs.bootglass))
        return programs.bootglass + " is not there; build bootglass first";
    return std::nullopt;
}

} // namespace bootglass
