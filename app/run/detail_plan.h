// SPDX-License-Identifier: GPL-3.0-or-later
// What is recorded in which phase: a level for the whole run, and others for single phases with
// all that is inside them.
#pragma once

#include "emulator/probe/profile.h"
#include "emulator/trace/detail.h"
#include "emulator/trace/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

class DetailPlan {
  public:
    /// From the values of --detail: "markers", "kernel/drivers=full".
    static Result<DetailPlan> parse(const std::vector<std::string> &values, const Profile &profile);

    /// The level in a phase; an empty path is before and after all phases.
    Detail at(std::string_view phase) const;

  private:
    Detail whole_ = Detail::Events;
    std::map<std::string, Detail, std::less<>> phases_;
};

} // namespace bootglass
