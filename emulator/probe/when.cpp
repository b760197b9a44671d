// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/when.h"

#include "emulator/probe/names.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace bootglass {

namespace {

std::optional<uint64_t> wholeNumber(std::string_view text) {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

struct Unit {
    std::string_view name;
    uint64_t ns;
};
constexpr auto units = std::to_array<Unit>(
    {{"ns", 1}, {"us", 1000}, {"ms", 1'000'000}, {"s", nsPerSecond}, {"min", 60 * nsPerSecond}});

} // namespace

std::optional<uint64_t> parseDuration(std::string_view text) {
    size_t unitAt = text.find_first_not_of("0123456789.");
    if (unitAt == std::string_view::npos) return {};
    uint64_t unit = 0;
    for (const Unit &known : units)
        if (known.name == text.substr(unitAt)) unit = known.ns;
    std::string_view digits = text.substr(0, unitAt);
    size_t point = digits.find('.');
    auto whole = wholeNumber(digits.substr(0, point));
    if (unit == 0 || !whole || *whole > std::numeric_limits<uint64_t>::max() / unit) return {};

    uint64_t ns = *whole * unit;
    if (point == std::string_view::npos) return ns;
    std::string_view decimals = digits.substr(point + 1);
    if (decimals.empty()) return {};
    uint64_t place = unit;
    uint64_t fraction = 0; // in ns; what is below a nanosecond is dropped
    for (char digit : decimals) {
        if (digit == '.') return {};
        fraction += static_cast<uint64_t>(digit - '0') * place / 10;
        place /= 10;
    }
    if (ns > std::numeric_limits<uint64_t>::max() - fraction) return {};
    return ns + fraction;
}

WhenResult parseWhen(std::string_view text) {
    size_t colon = text.find(':');
    std::string_view word = text.substr(0, colon);
    bool hasValue = colon != std::string_view::npos;
    std::string_view value = hasValue ? text.substr(colon + 1) : std::string_view();
    When when;
    when.text = text;

    auto bad = [&](std::string_view why) {
        return WhenResult{{}, fmt::format("'{}': {}", text, why)};
    };
    if (word == "reset" || word == "halt") {
        if (hasValue) return bad(fmt::format("{} takes no value", word));
        when.kind = word == "reset" ? When::Kind::Reset : When::Kind::Halt;
    } else if (word == "marker" || word == "phase") {
        if (value.empty()) return bad(fmt::format("{0} needs a name, as in {0}:NAME", word));
        when.kind = word == "marker" ? When::Kind::Marker : When::Kind::Phase;
        when.name = value;
    } else if (word == "icount") {
        auto count = wholeNumber(value);
        if (!count) return bad("icount needs a whole number, as in icount:5000000");
        when.kind = When::Kind::Icount;
        when.value = *count;
    } else if (word == "time" || word == "idle") {
        auto ns = parseDuration(value);
        if (!ns)
            return bad(fmt::format("{0} needs a number and a unit (ns, us, ms, s, min), as in "
                                   "{0}:5.2s",
                                   word));
        if (word == "idle" && *ns == 0) return bad("idle needs a time above zero");
        when.kind = word == "time" ? When::Kind::Time : When::Kind::Idle;
        when.value = *ns;
    } else {
        return bad("not a point in a boot; give marker:NAME, phase:PATH, icount:N, time:T, "
                   "idle:T, reset or halt");
    }
    return {when, {}};
}

std::string checkWhen(const When &when, const Profile &profile) {
    if (when.kind == When::Kind::Marker && profile.marker(when.name) == nullptr) {
        std::vector<std::string> names;
        for (const Marker &marker : profile.markers)
            names.push_back(marker.name);
        return fmt::format("'{}': profile '{}' has no marker '{}'; it has: {}", when.text,
                           profile.name, when.name, listOf(names));
    }
    if (when.kind == When::Kind::Phase && !profile.hasPhase(when.name)) {
        std::vector<std::string> paths;
        for (const PhaseRule &phase : profile.phases)
            paths.push_back(phase.path);
        return fmt::format("'{}': profile '{}' has no phase '{}'; it has: {}", when.text,
                           profile.name, when.name, listOf(paths));
    }
    return {};
}

} // namespace bootglass
