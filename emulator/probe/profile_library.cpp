// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/profile_library.h"

#include "emulator/probe/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace bootglass {

namespace fs = std::filesystem;

namespace {

constexpr uintmax_t mostBytes = 1 << 20; // of a profile

std::string withoutError(const fs::path &path, std::string &text) {
    std::error_code code;
    auto size = fs::file_size(path, code);
    if (code || !fs::is_regular_file(path, code))
        return fmt::format("cannot read the profile '{}'", path.string());
    if (size > mostBytes) return fmt::format("'{}' is too large for a profile", path.string());
    std::ifstream file(path, std::ios::binary);
    if (!file) return fmt::format("cannot read the profile '{}'", path.string());
    text.assign(std::istreambuf_iterator<char>(file), {});
    return {};
}

/// By name, the folder that comes first wins.
std::map<std::string, fs::path> filesByName(const std::vector<std::string> &directories) {
    std::map<std::string, fs::path> files;
    for (const std::string &directory : directories) {
        std::error_code code;
        for (fs::directory_iterator entry(directory, code), end; !code && entry != end;
             entry.increment(code))
            if (entry->path().extension() == ".toml")
                files.try_emplace(entry->path().stem().string(), entry->path());
    }
    return files;
}

std::string noProfile(const std::string &name, const std::map<std::string, fs::path> &files) {
    std::vector<std::string> names;
    names.reserve(files.size());
    for (const auto &[known, path] : files)
        names.push_back(known);
    return fmt::format("there is no profile '{}'; known: {}", name, listOf(names));
}

ProfileLoader loaderOf(const std::map<std::string, fs::path> &files) {
    return [&files](const std::string &name) -> ProfileText {
        auto found = files.find(name);
        if (found == files.end()) return {{}, {}, noProfile(name, files)};
        std::string text;
        if (auto error = withoutError(found->second, text); !error.empty()) return {{}, {}, error};
        return {text, found->second.string(), {}};
    };
}

ProfileResult readFile(const fs::path &path, const std::map<std::string, fs::path> &files) {
    std::string text;
    if (auto error = withoutError(path, text); !error.empty()) return {{}, error};
    return parseProfile(text, path.string(), loaderOf(files));
}

bool isPath(const std::string &name) {
    return name.find('/') != std::string::npos || name.ends_with(".toml");
}

} // namespace

std::vector<std::string> profileDirectories(std::vector<std::string> shipped) {
    std::vector<std::string> directories;
    const char *config = std::getenv("XDG_CONFIG_HOME");
    const char *home = std::getenv("HOME");
    if (config && *config)
        directories.push_back((fs::path(config) / "bootglass/profiles").string());
    else if (home && *home)
        directories.push_back((fs::path(home) / ".config/bootglass/profiles").string());
    std::ranges::move(shipped, std::back_inserter(directories));
    return directories;
}

std::vector<ProfileEntry> listProfiles(const std::vector<std::string> &directories) {
    std::vector<ProfileEntry> entries;
    auto files = filesByName(directories);
    for (const auto &[name, path] : files) {
        ProfileResult result = readFile(path, files);
        entries.push_back(
            {name, path.string(), result.profile ? result.profile->title : "", result.error});
    }
    return entries;
}

ProfileResult findProfile(const std::string &nameOrFile,
                          const std::vector<std::string> &directories) {
    auto files = filesByName(directories);
    if (isPath(nameOrFile)) return readFile(nameOrFile, files);
    auto found = files.find(nameOrFile);
    if (found == files.end()) return {{}, noProfile(nameOrFile, files)};
    return readFile(found->second, files);
}

} // namespace bootglass
