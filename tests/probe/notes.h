// SPDX-License-Identifier: GPL-3.0-or-later
// For the probe's tests: a sink that writes down what it is told, one line each, and profiles from
// TOML text that must be good.
#pragma once

#include "emulator/probe/probe.h"
#include "emulator/probe/profile_parser.h"

#include <QStringList>
#include <QTest>

#include <string_view>

namespace bootglass {

inline Profile profileOf(std::string_view toml) {
    ProfileResult result = parseProfile(toml, "test.toml");
    if (!result.profile) qFatal("%s", result.error.c_str());
    return *result.profile;
}

/// "marker NAME @ICOUNT", "start PATH @ICOUNT", "end PATH @ICOUNT", "line CONSOLE TEXT @ICOUNT".
struct Notes : ProbeSink {
    QStringList all;
    QStringList rules; // of markers

    void marker(const std::string &name, const std::string &rule, Icount icount,
                VirtualNs) override {
        note("marker", QString::fromStdString(name), icount);
        rules << QString::fromStdString(rule);
    }
    void phaseStarted(const std::string &path, Icount icount, VirtualNs) override {
        note("start", QString::fromStdString(path), icount);
    }
    void phaseEnded(const std::string &path, Icount icount, VirtualNs) override {
        note("end", QString::fromStdString(path), icount);
    }
    void consoleLine(uint16_t console, const std::string &text, Icount icount, VirtualNs) override {
        note("line", QString("%1 %2").arg(console).arg(QString::fromStdString(text)), icount);
    }

    QStringList of(const char *what) const {
        return all.filter(QRegularExpression(QString("^%1 ").arg(what)));
    }

  private:
    void note(const char *what, const QString &name, Icount icount) {
        all << QString("%1 %2 @%3").arg(what, name).arg(icount.value);
    }
};

/// A probe with its notes, fed by short calls; each takes the next count.
struct Watched {
    explicit Watched(std::string_view toml) : probe(profileOf(toml), notes) {}

    void event(Event event) {
        tick();
        event.icount = icount;
        event.ns = ns();
        probe.event(event);
    }
    void mode(CpuMode mode, CpuMode before) {
        event({.kind = EventKind::ModeSwitch,
               .value = static_cast<uint64_t>(mode),
               .detail = static_cast<uint64_t>(before)});
    }
    void privilege(uint64_t level, uint64_t before) {
        event({.kind = EventKind::PrivilegeSwitch, .value = level, .detail = before});
    }
    void write(uint16_t port, uint64_t value) {
        event({.kind = EventKind::PortWrite, .size = 1, .address = port, .value = value});
    }
    /// All bytes at one count.
    void print(Console console, std::string_view text) {
        tick();
        for (const char c : text)
            probe.consoleByte(static_cast<uint16_t>(console), static_cast<uint8_t>(c), icount,
                              ns());
    }
    void row(unsigned row, std::string_view text) {
        tick();
        probe.textRow(row, text, icount, ns());
    }
    void finish() {
        tick();
        probe.finish(icount, ns());
    }

    Icount icount;
    Notes notes;
    Probe probe;

  private:
    void tick() { icount = icount + 1; }
    VirtualNs ns() const { return {icount.value << 3}; }
};

} // namespace bootglass
