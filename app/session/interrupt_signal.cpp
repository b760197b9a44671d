// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/interrupt_signal.h"

#include "app/run/run_worker.h"

#include <signal.h>

#include <atomic>

namespace bootglass {

namespace {

std::atomic<RunWorker *> interrupted = nullptr;
static_assert(std::atomic<RunWorker *>::is_always_lock_free);

void stopRun(int) {
    if (RunWorker *worker = interrupted.load()) worker->stop();
}

} // namespace

InterruptSignal::InterruptSignal(RunWorker &worker) {
    interrupted = &worker;
    struct sigaction action {};
    action.sa_handler = stopRun;
    action.sa_flags = SA_RESETHAND | SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

InterruptSignal::~InterruptSignal() {
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    interrupted = nullptr;
}

} // namespace bootglass
