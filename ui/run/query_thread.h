// SPDX-License-Identifier: GPL-3.0-or-later
// A thread with a reader of its own that answers the window's questions, so that the window never
// waits for a disk. Questions have slots: of a slot only the newest counts, an older one that waits
// is dropped and one that runs is interrupted, unless the slot has had no answer for a while (a
// drag asks faster than anybody can answer, and should see something all the same). Answers arrive
// on the window's thread; those of a thread that is gone, or to a widget that is gone, never do.
#pragma once

#include "emulator/trace/run_reader.h"

#include <QObject>
#include <QPointer>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace bootglass {

enum class QuerySlot {
    Run,
    Picture,
    Overview,
    Hover,
    Cursor,
    Console,
    Screen,
    Events,
    Statistics,
    Scale,
    Step,
    Snap,
    Chain,
    Search,
    Spans,
    Functions,
    Code,
    Activities,
    Count
};

class QueryThread : public QObject {
    Q_OBJECT

  public:
    explicit QueryThread(std::string path, QObject *parent = nullptr);
    ~QueryThread() override;

    /// Runs `work(reader)` on the thread and `done(its result)` on the window's.
    template<typename Work, typename Done>
    void ask(QuerySlot slot, QObject *asker, Work work, Done done) {
        post(slot,
             [asker = QPointer<QObject>(asker), work = std::move(work),
              done = std::move(done)](RunReader &reader) -> Answer {
                 auto result = std::make_shared<decltype(work(reader))>(work(reader));
                 return [asker, done, result] {
                     if (asker) done(*result);
                 };
             });
    }
    /// Drops the question of a slot that waits, and interrupts one that runs; its answer comes all
    /// the same. One that consists of several queries may go on with the next: ask again.
    void cancel(QuerySlot slot);
    /// True while a question waits or runs.
    bool busy() const;

  signals:
    /// The file could not be opened: one sentence.
    void failed(const QString &sentence);

  private:
    using Answer = std::function<void()>;
    using Question = std::function<Answer(RunReader &)>;
    using Clock = std::chrono::steady_clock;
    struct Waiting {
        QuerySlot slot;
        Question question;
    };

    void post(QuerySlot slot, Question question);
    void run();
    bool starved(QuerySlot slot) const;

    const std::string path_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Waiting> waiting_;
    std::array<Clock::time_point, static_cast<size_t>(QuerySlot::Count)> answered_{};
    RunReader *reader_ = nullptr; // while open
    std::optional<QuerySlot> running_;
    bool quit_ = false;
    bool ended_ = false;
    std::thread thread_;
};

} // namespace bootglass
