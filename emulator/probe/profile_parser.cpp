// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/profile_parser.h"

#include "emulator/probe/profile_checks.h"
#include "emulator/probe/toml_table.h"
#include "emulator/probe/when.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace bootglass {

namespace {

constexpr size_t deepestExtension = 8;
constexpr uint8_t allConsoles = (1 << consoles) - 1;

constexpr std::array<std::pair<std::string_view, CpuMoment>, 7> moments{
    {{"reset", CpuMoment::Reset},
     {"protected-mode", CpuMoment::ProtectedMode},
     {"paging", CpuMoment::Paging},
     {"virtual-8086", CpuMoment::Virtual8086},
     {"user", CpuMoment::User},
     {"halt", CpuMoment::Halt},
     {"shutdown", CpuMoment::Shutdown}}};

constexpr std::array<std::string_view, consoles> consoleNames{"serial", "serial2", "firmware-log",
                                                              "port-e9", "screen"};

template<typename Names>
std::string known(const Names &names) {
    std::string list;
    for (const auto &entry : names) {
        if (!list.empty()) list += ", ";
        if constexpr (requires { entry.first; })
            list += entry.first;
        else
            list += entry;
    }
    return list;
}

// --- rules of markers

CpuMoment momentOf(const TomlTable &table, const std::string &name) {
    for (const auto &[known_, moment] : moments)
        if (known_ == name) return moment;
    throw table.wrong("cpu",
                      fmt::format("there is no CPU event '{}'; known: {}", name, known(moments)));
}

void readOwner(const TomlTable &table, MarkerRule &rule) {
    const auto owner = table.string("by");
    if (!owner) return;
    if (*owner != "firmware" && *owner != "loaded")
        throw table.wrong("by",
                          fmt::format("'{}' is no owner of code; known: firmware, loaded", *owner));
    rule.by = *owner == "firmware" ? CodeOwner::Firmware : CodeOwner::Loaded;
    rule.description += fmt::format(" by {} code", *owner);
}

uint8_t sourcesOf(const TomlTable &table) {
    auto names = table.strings("on");
    if (names.empty()) return allConsoles;
    uint8_t sources = 0;
    for (const std::string &name : names) {
        auto found = std::ranges::find(consoleNames, name);
        if (found == consoleNames.end())
            throw table.wrong("on", fmt::format("there is no text source '{}'; known: {}", name,
                                                known(consoleNames)));
        sources |= static_cast<uint8_t>(1 << (found - consoleNames.begin()));
    }
    return sources;
}

std::string describeSources(uint8_t sources) {
    if (sources == allConsoles) return "text";
    std::string list;
    for (size_t n = 0; n < consoles; ++n) {
        if (!(sources >> n & 1)) continue;
        if (!list.empty()) list += " or ";
        list += consoleNames[n];
    }
    return list + " text";
}

void readText(const TomlTable &table, MarkerRule &rule) {
    auto text = table.string("text");
    auto regex = table.string("regex");
    const char *key = text ? "text" : "regex";
    const std::string &source = text ? *text : *regex;
    if (source.empty()) throw table.wrong(key, "the text is empty; say what to look for");
    auto pattern = text ? TextPattern::literal(source) : TextPattern::regex(source);
    if (!pattern.error.empty())
        throw table.wrong(key, fmt::format("'{}' cannot be looked for: {}", source, pattern.error));
    rule.pattern = std::move(pattern.pattern);
    rule.sources = sourcesOf(table);
    rule.description = text ? fmt::format("{} '{}'", describeSources(rule.sources), source)
                            : fmt::format("{} /{}/", describeSources(rule.sources), source);
}

void readPort(const TomlTable &table, MarkerRule &rule) {
    rule.port = static_cast<uint16_t>(*table.integer("port", 0, 0xFFFF));
    rule.description = fmt::format("write to port {:X}h", *rule.port);
    if (auto value = table.integer("value", 0, 0xFFFFFFFF)) {
        rule.portValue = static_cast<uint32_t>(*value);
        rule.description += fmt::format(" of {:X}h", *rule.portValue);
    }
}

MarkerRule readRule(const TomlTable &table, const std::string &marker) {
    constexpr std::array ways{"cpu", "port", "symbol", "text", "regex"};
    auto given = std::ranges::count_if(ways, [&](const char *way) { return table.has(way); });
    if (given != 1)
        throw table.wrong("",
                          fmt::format("marker '{}' has {}; give it one of cpu, port, symbol, text, "
                                      "regex{}",
                                      marker, given == 0 ? "no rule" : "several rules in one",
                                      given == 0 ? "" : ", or several rules in 'any'"));
    MarkerRule rule;
    if (auto name = table.string("cpu")) {
        rule.moment = momentOf(table, *name);
        rule.description = fmt::format("CPU: {}", *name);
        readOwner(table, rule);
    } else if (table.has("port")) {
        readPort(table, rule);
    } else if (auto symbol = table.string("symbol")) {
        rule.symbol = *symbol;
        rule.description = fmt::format("function {}", *symbol);
    } else {
        readText(table, rule);
    }
    if (table.has("on") && !rule.pattern)
        throw table.wrong("on", "'on' goes with text and regex only");
    if (table.has("by") && !rule.moment) throw table.wrong("by", "'by' goes with cpu only");
    if (table.has("value") && !rule.port) throw table.wrong("value", "'value' goes with port only");
    rule.after = table.string("after").value_or("");
    rule.unless = table.string("unless").value_or("");
    rule.occurrence = static_cast<uint32_t>(table.integer("occurrence", 1, 1'000'000).value_or(1));
    if (rule.occurrence > 1) rule.description += fmt::format(", number {}", rule.occurrence);
    return rule;
}

Marker readMarker(const TomlTable &table) {
    Marker marker;
    marker.name = table.required("name", "marker");
    marker.file = table.file();
    marker.line = table.line();
    if (!isName(marker.name))
        throw table.wrong(
            "name", fmt::format("'{}' is no name; use letters, digits, '-' and '_'", marker.name));
    if (!table.has("any")) {
        table.only({"name", "cpu", "by", "port", "value", "symbol", "text", "regex", "on", "after",
                    "unless", "occurrence"});
        marker.rules.push_back(readRule(table, marker.name));
        return marker;
    }
    table.only({"name", "any"});
    for (const TomlTable &rule : table.tables("any")) {
        rule.only({"cpu", "by", "port", "value", "symbol", "text", "regex", "on", "after", "unless",
                   "occurrence"});
        marker.rules.push_back(readRule(rule, marker.name));
    }
    if (marker.rules.empty())
        throw table.wrong("any", fmt::format("marker '{}' has no rule; give it one of cpu, port, "
                                             "symbol, text, regex",
                                             marker.name));
    return marker;
}

PhaseRule readPhase(const TomlTable &table) {
    table.only({"path", "from", "to"});
    PhaseRule phase;
    phase.path = table.required("path", "phase");
    phase.file = table.file();
    phase.line = table.line();
    phase.from = table.strings("from");
    phase.to = table.strings("to");
    if (phase.from.empty())
        throw table.wrong(
            "", fmt::format("phase '{}' has no start; name a marker in 'from'", phase.path));
    return phase;
}

ActivityRule readActivity(const TomlTable &table) {
    table.only({"name", "kind", "on", "start", "end", "line"});
    ActivityRule rule;
    rule.name = table.required("name", "activity");
    constexpr std::array told{ActivityKind::Initcall, ActivityKind::Driver, ActivityKind::Service};
    const std::string kind = table.required("kind", fmt::format("activity '{}'", rule.name));
    const auto found =
        std::ranges::find(told, kind, [](ActivityKind one) { return std::string(name(one)); });
    if (found == told.end())
        throw table.wrong("kind", fmt::format("there is no kind '{}' of activity; known: initcall, "
                                              "driver, service",
                                              kind));
    rule.kind = *found;
    rule.sources = sourcesOf(table);
    const auto templates = [&](const char *key, std::vector<LineTemplate> &into) {
        for (const std::string &text : table.strings(key)) {
            LineTemplate::Result line = LineTemplate::parse(text);
            if (!line.error.empty())
                throw table.wrong(key, fmt::format("'{}': {}", text, line.error));
            into.push_back(std::move(line.line));
        }
    };
    templates("start", rule.start);
    templates("end", rule.end);
    templates("line", rule.whole);
    const bool endsTellStarts = !rule.end.empty() && std::ranges::all_of(rule.end, [](auto &end) {
        return end.has("usecs");
    });
    if (rule.whole.empty() && (rule.end.empty() || (rule.start.empty() && !endsTellStarts)))
        throw table.wrong("", fmt::format("activity '{}' has no bounds; give it start and end, an "
                                          "end with {{usecs}}, or line",
                                          rule.name));
    return rule;
}

void readGuest(const TomlTable &table, GuestDefaults &guest) {
    table.only({"memory", "kernel", "initrd", "append", "bios", "disk", "disk2", "cdrom", "floppy",
                "modules", "boot", "until", "needs"});
    if (auto memory = table.integer("memory", 1, 4096))
        guest.memoryMib = static_cast<uint32_t>(*memory);
    if (auto append = table.string("append")) guest.append = *append;
    auto list = [&](const char *key, std::vector<std::string> &into) {
        if (table.has(key)) into = table.strings(key);
    };
    list("kernel", guest.kernel);
    list("initrd", guest.initrd);
    list("bios", guest.bios);
    list("disk", guest.disk);
    list("disk2", guest.disk2);
    list("cdrom", guest.cdrom);
    list("floppy", guest.floppy);
    list("modules", guest.modules);
    list("boot", guest.boot);
    list("needs", guest.needs);
    list("until", guest.until);
    for (const std::string &device : guest.boot)
        if (device != "kernel" && device != "disk" && device != "cdrom" && device != "floppy")
            throw table.wrong("boot", fmt::format("there is no boot device '{}'; known: kernel, "
                                                  "disk, cdrom, floppy",
                                                  device));
    for (const std::string &until : guest.until)
        if (auto when = parseWhen(until); !when.when) throw table.wrong("until", when.error);
}

/// An entry of the same key is replaced in its place, another one is added.
template<typename T, typename Key>
void merge(std::vector<T> &into, T entry, Key key) {
    auto same = std::ranges::find(into, entry.*key, key);
    if (same != into.end())
        *same = std::move(entry);
    else
        into.push_back(std::move(entry));
}

/// A new phase goes behind the others inside its parent: phases stand in the order of the boot.
void mergePhase(std::vector<PhaseRule> &into, PhaseRule phase) {
    std::string_view path = phase.path;
    std::string_view parent = path.substr(0, path.rfind('/'));
    bool known = std::ranges::find(into, phase.path, &PhaseRule::path) != into.end();
    auto inParent = [&](const PhaseRule &other) {
        return other.path == parent || (other.path.starts_with(parent) &&
                                        other.path.substr(parent.size()).starts_with('/'));
    };
    auto last = std::find_if(into.rbegin(), into.rend(), inParent);
    if (known || parent == path || last == into.rend())
        merge(into, std::move(phase), &PhaseRule::path);
    else
        into.insert(last.base(), std::move(phase));
}

Profile readProfile(std::string_view text, const std::string &fileName, const ProfileLoader &loader,
                    std::vector<std::string> &chain) {
    TomlDocument document(text, fileName);
    TomlTable root = document.root();
    root.only({"title", "description", "extends", "guest", "marker", "phase", "activity"});
    std::string name = std::filesystem::path(fileName).stem().string();

    Profile profile;
    if (auto base = root.string("extends")) {
        chain.push_back(name);
        if (std::ranges::find(chain, *base) != chain.end())
            throw root.wrong(
                "extends", fmt::format("profile '{}' extends itself by way of '{}'", *base, name));
        if (chain.size() > deepestExtension)
            throw root.wrong("extends", "too many profiles extend one another");
        ProfileText found = loader ? loader(*base) : ProfileText{{}, {}, "nobody can find it"};
        if (!found.text) throw root.wrong("extends", found.error);
        profile = readProfile(*found.text, found.fileName, loader, chain);
    }
    profile.files.insert(profile.files.begin(), fileName);
    profile.name = name;
    profile.file = fileName;
    profile.title = root.string("title").value_or(profile.title.empty() ? name : profile.title);
    profile.description = root.string("description").value_or(profile.description);
    if (auto guest = root.table("guest")) readGuest(*guest, profile.guest);

    auto refuseTwice = [](const TomlTable &table, auto &seen, const std::string &what,
                          const std::string &key) {
        if (std::ranges::find(seen, key) != seen.end())
            throw table.wrong("", fmt::format("{} '{}' is there twice", what, key));
        seen.push_back(key);
    };
    std::vector<std::string> seen;
    for (const TomlTable &table : root.tables("marker")) {
        Marker marker = readMarker(table);
        refuseTwice(table, seen, "marker", marker.name);
        merge(profile.markers, std::move(marker), &Marker::name);
    }
    seen.clear();
    for (const TomlTable &table : root.tables("phase")) {
        PhaseRule phase = readPhase(table);
        refuseTwice(table, seen, "phase", phase.path);
        mergePhase(profile.phases, std::move(phase));
    }
    seen.clear();
    for (const TomlTable &table : root.tables("activity")) {
        ActivityRule rule = readActivity(table);
        refuseTwice(table, seen, "activity", rule.name);
        merge(profile.activities, std::move(rule), &ActivityRule::name);
    }
    return profile;
}

} // namespace

ProfileResult parseProfile(std::string_view text, const std::string &fileName,
                           const ProfileLoader &loader) {
    try {
        std::vector<std::string> chain;
        Profile profile = readProfile(text, fileName, loader, chain);
        std::string error = checkProfile(profile);
        if (!error.empty()) return {{}, error};
        return {std::move(profile), {}};
    } catch (const ProfileError &error) {
        return {{}, error.sentence};
    }
}

} // namespace bootglass
