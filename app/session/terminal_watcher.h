// SPDX-License-Identifier: GPL-3.0-or-later
// A headless run as its user sees it: a line of progress on stderr, if that is a terminal, and the
// serial line's bytes where they were asked for.
#pragma once

#include "app/run/run_worker.h"

#include <cstdio>
#include <memory>

namespace bootglass {

class TerminalWatcher final : public RunWatcher {
  public:
    explicit TerminalWatcher(bool quiet);

    /// A file, "-" for stdout, or nothing.
    Result<void> openSerial(const std::string &where);
    /// Clears the line of progress and writes out what waits.
    void finish();

    void progressed(const RunStatus &status) override;
    void serialByte(uint8_t byte) override;

  private:
    struct Close {
        void operator()(FILE *file) const {
            if (file != stdout) fclose(file);
        }
    };
    bool terminal_;
    bool shown_ = false;
    std::unique_ptr<FILE, Close> serial_;
};

} // namespace bootglass
