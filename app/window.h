// SPDX-License-Identifier: GPL-3.0-or-later
// Where the program becomes a graphical one.
#pragma once

#include "app/command.h"
#include "ui/run_session.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

class QApplication;

namespace bootglass {

/// Qt's application, for as long as it lives. Drawing figures needs one, but no display.
class GuiApplication {
  public:
    enum class Screen { None, Users };
    explicit GuiApplication(Screen screen);
    ~GuiApplication();
    GuiApplication(const GuiApplication &) = delete;
    GuiApplication &operator=(const GuiApplication &) = delete;

    int exec();

  private:
    std::unique_ptr<QApplication> application_;
};

/// Shows the window, with a run file if one is named, comparing if there are more, or booting what
/// is asked for, and stays until the user closes it.
Outcome openWindow(const std::vector<std::string> &runFiles,
                   const std::optional<RunRequest> &boot = {});

} // namespace bootglass
