// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/state_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

namespace bootglass {

namespace {

constexpr std::string_view firstLine = "bootglass machine state 1\n";

} // namespace

Result<void> saveStateFile(const std::string &path, const Serializer &serialize) {
    Archive archive;
    serialize(archive);
    const std::vector<uint8_t> bytes = archive.take();
    const std::string unfinished = path + ".part";
    errno = 0;
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file.write(firstLine.data(), firstLine.size());
    file.write(reinterpret_cast<const char *>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    std::error_code error(file ? 0 : errno, std::generic_category());
    if (file) std::filesystem::rename(unfinished, path, error);
    if (file && !error) return {};
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    return Error{
        fmt::format("the machine's state cannot be written to {}: {}", path, error.message())};
}

Result<void> loadStateFile(const std::string &path, const Serializer &serialize) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return Error{fmt::format("{}: {}", path, std::strerror(errno != 0 ? errno : ENOENT))};
    std::string head(firstLine.size(), '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (head != firstLine) {
        return Error{fmt::format("{} is no machine state that this Bootglass has saved", path)};
    }
    const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file),
                                     std::istreambuf_iterator<char>()};
    Archive archive(bytes);
    serialize(archive);
    if (archive.failed()) {
        return Error{fmt::format("{} is damaged, or from a run with other options: {}", path,
                                 archive.error())};
    }
    return {};
}

} // namespace bootglass
