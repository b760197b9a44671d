// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is written piece by piece, as it may be larger than memory, and takes its name only
// when it is whole: an export that fails half-way leaves what was there before.
#pragma once

#include "emulator/trace/result.h"

#include <QSaveFile>

#include <string>
#include <string_view>

namespace bootglass {

class OutputFile {
  public:
    static Result<std::unique_ptr<OutputFile>> create(const std::string &path);

    void write(std::string_view text);
    Result<void> commit();

  private:
    explicit OutputFile(const std::string &path);
    void flush();

    std::string path_;
    QSaveFile file_;
    std::string buffer_;
};

} // namespace bootglass
