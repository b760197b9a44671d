// SPDX-License-Identifier: GPL-3.0-or-later
// Guests are hostile: should one find a way out of its machine, the thread that runs it can still
// neither open a file, nor use the network, nor start a program. A seccomp filter (Linux,
// seccomp(2)) of that thread alone refuses it with EACCES; files that were opened before (media,
// the run file's recorder, which is another thread's) go on. The filter cannot be taken off again,
// so confined work gets a thread of its own.
#pragma once

#include <future>
#include <string>
#include <type_traits>
#include <utility>

namespace bootglass {

/// Confines the calling thread, and those that it starts, for good. A sentence if the host cannot.
std::string confineThisThread();

/// Runs a function on a new, confined thread, and waits for it; exceptions pass. `why` gets the
/// sentence if it had to run without.
template<typename Function>
auto runConfined(Function function, std::string &why) {
    auto result = std::async(std::launch::async, [&] {
        why = confineThisThread();
        return function();
    });
    return result.get();
}

} // namespace bootglass
