// SPDX-License-Identifier: GPL-3.0-or-later
// How an error travels inside this folder: thrown where it is found, caught at the public functions
// of recorder and reader, which hand it out as a Result. It never leaves the floor as an exception.
#pragma once

#include "emulator/trace/result.h"

#include <new>
#include <type_traits>
#include <utility>

namespace bootglass {

struct Failure {
    Error error;
    int code = 0; // of SQLite; 0: another reason
};

/// Runs a function that may fail and makes a Result of its outcome.
template<typename Function>
auto guarded(Function &&function) -> Result<decltype(function())> {
    try {
        if constexpr (std::is_void_v<decltype(function())>) {
            function();
            return {};
        } else {
            return function();
        }
    } catch (const Failure &failure) {
        return failure.error;
    } catch (const std::bad_alloc &) {
        return Error{"there is not enough memory for this"};
    }
}

} // namespace bootglass
