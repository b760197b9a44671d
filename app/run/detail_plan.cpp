// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/detail_plan.h"

#include <fmt/format.h>

namespace bootglass {

Result<DetailPlan> DetailPlan::parse(const std::vector<std::string> &values,
                                     const Profile &profile) {
    DetailPlan plan;
    for (const std::string &value : values) {
        const size_t equals = value.find('=');
        const std::string phase = equals == std::string::npos ? "" : value.substr(0, equals);
        const std::string level = equals == std::string::npos ? value : value.substr(equals + 1);
        const std::optional<Detail> detail = detailOf(level);
        if (!detail) {
            return Error{
                fmt::format("--detail: '{}' is no level; there are: markers, events, full", level)};
        }
        if (equals == std::string::npos) {
            plan.whole_ = *detail;
        } else if (profile.hasPhase(phase)) {
            plan.phases_[phase] = *detail;
        } else {
            return Error{
                fmt::format("--detail: profile '{}' has no phase '{}'", profile.name, phase)};
        }
    }
    return plan;
}

Detail DetailPlan::at(std::string_view phase) const {
    while (!phase.empty()) {
        if (const auto found = phases_.find(phase); found != phases_.end()) return found->second;
        const size_t slash = phase.rfind('/');
        phase = slash == std::string_view::npos ? std::string_view() : phase.substr(0, slash);
    }
    return whole_;
}

} // namespace bootglass
