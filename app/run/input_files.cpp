// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/input_files.h"

#include <QCryptographicHash>
#include <QFile>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace bootglass {

Result<InputFile> describeInput(const std::string &role, const std::filesystem::path &path) {
    QFile file(QString::fromStdString(path.string()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file)) {
        return Error{
            fmt::format("{} {}: {}", role, path.string(), file.errorString().toStdString())};
    }
    return InputFile{role, path.string(), hash.result().toHex().toStdString(),
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
