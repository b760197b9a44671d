// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/output_file.h"

namespace bootglass {

namespace {

constexpr size_t flushAt = 1 << 20;

} // namespace

OutputFile::OutputFile(const std::string &path)
    : path_(path), file_(QString::fromStdString(path)) {}

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::string &path) {
    std::unique_ptr<OutputFile> file(new OutputFile(path));
    if (file->file_.open(QIODevice::WriteOnly)) return file;
    return Error{path + ": the file cannot be written: " + file->file_.errorString().toStdString()};
}

void OutputFile::write(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= flushAt) flush();
}

void OutputFile::flush() {
    // A failed write makes commit() fail.
    file_.write(buffer_.data(), static_cast<qint64>(buffer_.size()));
    buffer_.clear();
}

Result<void> OutputFile::commit() {
    flush();
    if (file_.error() == QFileDevice::NoError && file_.commit()) return {};
    return Error{path_ + ": the file cannot be written: " + file_.errorString().toStdString()};
}

} // namespace bootglass
