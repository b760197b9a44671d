// SPDX-License-Identifier: GPL-3.0-or-later
// The host's clock, for what a run costs. Nothing in a machine may depend on it.
#pragma once

#include <ctime>

namespace bootglass {

/// CPU seconds, user and system, of the calling thread.
inline double threadCpuSeconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

} // namespace bootglass
