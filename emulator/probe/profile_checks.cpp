// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/profile_checks.h"

#include "emulator/probe/when.h"

#include <fmt/format.h>

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t longestName = 100;
constexpr size_t deepestPhase = 8;

template<typename Entry>
std::string at(const Entry &entry, const std::string &clause) {
    return fmt::format("{}:{}: {}", entry.file, entry.line, clause);
}

std::string noMarker(std::string_view user, std::string_view name) {
    return fmt::format("{} names marker '{}', which does not exist", user, name);
}

std::string checkMarker(const Profile &profile, const Marker &marker) {
    for (const MarkerRule &rule : marker.rules)
        for (const std::string &other : {rule.after, rule.unless}) {
            if (other.empty()) continue;
            std::string user = fmt::format("marker '{}'", marker.name);
            if (other == marker.name) return at(marker, user + " waits for itself");
            if (!profile.marker(other)) return at(marker, noMarker(user, other));
        }
    return {};
}

std::string checkPhase(const Profile &profile, const PhaseRule &phase) {
    std::string_view rest = phase.path;
    std::string_view top = rest.substr(0, rest.find('/'));
    if (!isTopPhase(top))
        return at(phase, fmt::format("phase '{}' must start with firmware, loader, kernel or "
                                     "userspace",
                                     phase.path));
    size_t depth = 0;
    for (bool more = true; more; ++depth) {
        size_t slash = rest.find('/');
        if (!isName(rest.substr(0, slash)))
            return at(phase, fmt::format("'{}' is no phase path; use names with '/' between them",
                                         phase.path));
        more = slash != std::string_view::npos;
        if (more) rest.remove_prefix(slash + 1);
    }
    if (depth > deepestPhase)
        return at(phase, fmt::format("phase '{}' nests too deeply", phase.path));
    for (const auto *names : {&phase.from, &phase.to})
        for (const std::string &name : *names)
            if (!profile.marker(name))
                return at(phase, noMarker(fmt::format("phase '{}'", phase.path), name));
    return {};
}

} // namespace

bool isName(std::string_view text) {
    return !text.empty() && text.size() <= longestName && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

std::string checkProfile(const Profile &profile) {
    for (const Marker &marker : profile.markers)
        if (auto error = checkMarker(profile, marker); !error.empty()) return error;
    for (const PhaseRule &phase : profile.phases)
        if (auto error = checkPhase(profile, phase); !error.empty()) return error;
    for (const std::string &until : profile.guest.until)
        if (auto error = checkWhen(*parseWhen(until).when, profile); !error.empty())
            return fmt::format("{}: until = \"{}\": {}", profile.file, until, error);
    return {};
}

} // namespace bootglass
