// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers that the environment may ask for instead of a test's own.
#pragma once

#include <QString>

#include <cstdint>

namespace bootglass::silicon {

inline uint64_t setting(const char *name, uint64_t otherwise) {
    bool ok = false;
    const uint64_t value = qEnvironmentVariable(name).toULongLong(&ok);
    return ok ? value : otherwise;
}

} // namespace bootglass::silicon
