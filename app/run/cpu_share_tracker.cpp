// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/cpu_share_tracker.h"

namespace bootglass {

CpuShare CpuShareTracker::share() const {
    if (halted_) return CpuShare::Idle;
    // Firmware that uses virtual-8086 mode is no user.
    if (phaseShare_ != CpuShare::Kernel) return phaseShare_;
    return user_ ? CpuShare::User : CpuShare::Kernel;
}

void CpuShareTracker::changed(VirtualNs now) {
    const CpuShare next = share();
    if (next == current_) return;
    flush(now);
    current_ = next;
}

void CpuShareTracker::phase(std::string_view path, VirtualNs now) {
    const std::string_view top = path.substr(0, path.find('/'));
    phaseShare_ = top == "firmware" ? CpuShare::Firmware
                  : top == "loader" ? CpuShare::Loader
                                    : CpuShare::Kernel;
    changed(now);
}

void CpuShareTracker::flush(VirtualNs now) {
    if (now > from_) span_(current_, from_, now);
    from_ = now;
}

void CpuShareTracker::serialize(Archive &archive) {
    archive.section("cpu share");
    archive(phaseShare_, user_, halted_, current_, from_);
}

} // namespace bootglass
