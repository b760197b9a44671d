// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass profiles [NAME]`: the guest profiles and where they were read from; of one, its guest,
// phases and markers.
#include "app/command.h"
#include "app/run/run_plan.h"
#include "emulator/probe/names.h"
#include "emulator/probe/profile_library.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

Outcome listThem() {
    for (const auto &entry : listProfiles(profileFolders())) {
        fmt::print("{:<18} {}\n{:<18} {}\n", entry.name,
                   entry.error.empty() ? entry.title : "broken: " + entry.error, "", entry.file);
    }
    return ExitCode::Done;
}

void printGuest(const GuestDefaults &guest) {
    const auto print = [](const char *what, const std::string &value) {
        if (!value.empty() && value != "none") fmt::print("  {:<10} {}\n", what, value);
    };
    print("bios", listOf(guest.bios));
    print("kernel", listOf(guest.kernel));
    print("initrd", listOf(guest.initrd));
    print("append", guest.append.value_or(""));
    print("disk", listOf(guest.disk));
    print("disk2", listOf(guest.disk2));
    print("cdrom", listOf(guest.cdrom));
    print("floppy", listOf(guest.floppy));
    print("modules", listOf(guest.modules));
    print("boot", listOf(guest.boot));
    if (guest.memoryMib) print("memory", fmt::format("{} MiB", *guest.memoryMib));
    print("until", listOf(guest.until));
    print("packages", listOf(guest.needs));
}

Outcome showOne(const std::string &name) {
    const ProfileResult found = findProfile(name, profileFolders());
    if (!found.profile) return Error{found.error};
    const Profile &profile = *found.profile;
    fmt::print("{}: {}\n", profile.name, profile.title);
    if (!profile.description.empty()) fmt::print("{}\n", profile.description);
    for (const std::string &file : profile.files)
        fmt::print("read from {}\n", file);
    fmt::print("\nguest\n");
    printGuest(profile.guest);
    fmt::print("\nphases\n");
    for (const PhaseRule &phase : profile.phases) {
        fmt::print("  {:<28} from {}{}\n", phase.path, listOf(phase.from),
                   phase.to.empty() ? "" : " to " + listOf(phase.to));
    }
    fmt::print("\nmarkers\n");
    for (const Marker &marker : profile.markers) {
        std::vector<std::string> rules;
        for (const MarkerRule &rule : marker.rules)
            rules.push_back(rule.description);
        fmt::print("  {:<28} {}\n", marker.name, listOf(rules));
    }
    return ExitCode::Done;
}

} // namespace

void addProfilesCommand(CLI::App &program, Action &chosen) {
    auto *command =
        program.add_subcommand("profiles", "the guest profiles, and where they were read from");
    auto name = std::make_shared<std::string>();
    command->add_option("NAME", *name, "one of them, or a file")->type_name("");
    command->callback([name, &chosen] {
        chosen = [name] { return name->empty() ? listThem() : showOne(*name); };
    });
}

} // namespace bootglass
