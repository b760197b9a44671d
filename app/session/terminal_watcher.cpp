// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/terminal_watcher.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bootglass {

namespace {

constexpr const char *clearLine = "\r\x1b[K";

} // namespace

TerminalWatcher::TerminalWatcher(bool quiet) : terminal_(!quiet && isatty(STDERR_FILENO)) {}

Result<void> TerminalWatcher::openSerial(const std::string &where) {
    if (where.empty()) return {};
    serial_.reset(where == "-" ? stdout : std::fopen(where.c_str(), "wb"));
    if (serial_) return {};
    return Error{fmt::format("--serial {}: {}", where, std::strerror(errno))};
}

void TerminalWatcher::finish() {
    if (shown_) fmt::print(stderr, "{}", clearLine);
    shown_ = false;
    if (serial_) std::fflush(serial_.get());
}

void TerminalWatcher::progressed(const RunStatus &status) {
    if (serial_) std::fflush(serial_.get());
    if (!terminal_) return;
    fmt::print(stderr, "{}{:9.3f} s  icount {}  {:.0f} MIPS  {}", clearLine,
               static_cast<double>(status.at.ns.value) / static_cast<double>(nsPerSecond),
               status.at.icount.value, status.mips, status.phase);
    std::fflush(stderr);
    shown_ = true;
}

void TerminalWatcher::serialByte(uint8_t byte) {
    if (serial_) std::fputc(byte, serial_.get());
}

} // namespace bootglass
