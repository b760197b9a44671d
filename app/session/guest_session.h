// SPDX-License-Identifier: GPL-3.0-or-later
// The window's session: runs a guest on a thread of its own and tells the window, on the window's
// thread, how it goes. One run at a time.
#pragma once

#include "app/run/run_options.h"
#include "app/run/run_worker.h"
#include "ui/run_session.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

namespace bootglass {

class GuestSession final : public RunSession {
    Q_OBJECT

  public:
    explicit GuestSession(QObject *parent = nullptr);
    /// Stops the run and waits for its file to be whole.
    ~GuestSession() override;

    QList<ProfileChoice> profiles() const override;
    State state() const override { return state_; }

    void start(const RunRequest &request) override;
    void pause() override;
    void resume() override;
    void stop() override;
    void pressKey(const KeyPress &key) override;

  private:
    class Watcher;

    void runOnThread(const RunOptions &options);
    void end(const std::function<void()> &tell);
    void setState(State state);
    /// Queues a function for the window's thread.
    template<typename Function>
    void post(Function function) {
        QMetaObject::invokeMethod(this, std::move(function), Qt::QueuedConnection);
    }

    State state_ = State::Idle; // of the window's thread
    std::thread thread_;
    std::atomic<bool> stopping_ = false; // also before there is a worker

    std::mutex mutex_; // of the worker's pointer
    std::unique_ptr<RunWorker> worker_;
};

} // namespace bootglass
