// SPDX-License-Identifier: GPL-3.0-or-later
// While it lives, Ctrl-C (SIGINT, SIGTERM) ends a run in order, its file whole. A second one ends
// the program at once.
#pragma once

namespace bootglass {

class RunWorker;

class InterruptSignal {
  public:
    explicit InterruptSignal(RunWorker &worker);
    ~InterruptSignal();
    InterruptSignal(const InterruptSignal &) = delete;
    InterruptSignal &operator=(const InterruptSignal &) = delete;
};

} // namespace bootglass
