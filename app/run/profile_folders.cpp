// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/run_plan.h"
#include "emulator/probe/profile_library.h"

#include <filesystem>

namespace bootglass {

namespace {

/// Installed beside the program (also where a package was unpacked to), else the source tree that
/// it was built from.
std::string shippedProfiles() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto beside = program.parent_path().parent_path() / "share/bootglass/profiles";
    for (const std::filesystem::path &folder :
         {beside, std::filesystem::path(BOOTGLASS_SOURCE_DIR "/resources/profiles")}) {
        if (std::filesystem::is_directory(folder, error)) return folder.string();
    }
    return BOOTGLASS_DATA_DIR "/profiles";
}

} // namespace

std::vector<std::string> profileFolders() {
    return profileDirectories({shippedProfiles()});
}

} // namespace bootglass
