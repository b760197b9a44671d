// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/input_files.h"

#include <QFile>

#include <fmt/format.h>
#include <nettle/sha2.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace bootglass {

Result<InputFile> describeInput(const std::string &role, const std::filesystem::path &path) {
    QFile file(QString::fromStdString(path.string()));
    sha256_ctx hash{};
    sha256_init(&hash);
    std::vector<char> piece(size_t{1} << 20);
    qint64 size = file.open(QIODevice::ReadOnly) ? 1 : -1;
    while (size > 0) {
        size = file.read(piece.data(), static_cast<qint64>(piece.size()));
        if (size > 0)
            sha256_update(&hash, static_cast<size_t>(size),
                          reinterpret_cast<const uint8_t *>(piece.data()));
    }
    if (size < 0) {
        return Error{
            fmt::format("{} {}: {}", role, path.string(), file.errorString().toStdString())};
    }
    std::array<uint8_t, SHA256_DIGEST_SIZE> digest{};
    sha256_digest(&hash, digest.size(), digest.data());
    return InputFile{role, path.string(), fmt::format("{:02x}", fmt::join(digest, "")),
                     static_cast<uint64_t>(file.size())};
}

std::string profilePath(const std::string &written, const std::string &profileFile) {
    if (written.starts_with("~/")) {
        const char *const home = std::getenv("HOME");
        return (home == nullptr ? std::string() : home) + written.substr(1);
    }
    return (std::filesystem::path(profileFile).parent_path() / written).string();
}

std::string textOf(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace bootglass
