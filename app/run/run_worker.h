// SPDX-License-Identifier: GPL-3.0-or-later
// One run from its first instruction to its end: machine, probe and recorder put together. This is
// what the command line calls directly and the window runs on a thread of its own.
//
// Threads: run() waits for a thread of the run's own, the machine's, which is confined: it can open
// no file and use no network (confinement.h). The commands may come from any other thread; they
// wait in a queue that the machine's looks into some twenty times a second, so they take effect
// between two instructions. How often it looks changes nothing in the machine.
#pragma once

#include "app/run/run_plan.h"
#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace bootglass {

class Machine;
class RunRecorder;
class RunRecording;

/// Where a run stands, by both clocks.
struct RunStatus {
    RunPoint at;
    double mips = 0;            // since the status before
    double eventsPerSecond = 0; // since the status before
    std::string phase;
};

/// Is told on the machine's thread how a run goes; must return quickly.
struct RunWatcher {
    virtual ~RunWatcher() = default;
    virtual void progressed(const RunStatus &) {}
    /// Whether the next two are of use: to look at the screen costs something.
    virtual bool wantsScreen() const { return false; }
    virtual void screenChanged(const TextScreen &) {}
    virtual void pictureChanged(const ScreenPicture &) {}
    virtual void paused(bool) {}
    virtual void serialByte(uint8_t) {}
};

struct RunOutcome {
    std::string ended; // "marker:prompt", "reset", "stopped", …
    std::string digest;
    RunPoint at;
    bool asked = true; // false: a marker or phase that was to be reached was not
};

class RunWorker {
  public:
    /// Builds the machine and creates the run file. The watcher may be null.
    static Result<std::unique_ptr<RunWorker>> create(RunPlan plan, RunWatcher *watcher);
    ~RunWorker();

    /// To the end. After an error, what was recorded until then stays readable.
    Result<RunOutcome> run();

    // --- commands, from any thread
    void pause();
    void resume();
    /// Ends the run at the next boundary, the file whole, ended "stopped". Safe in a signal
    /// handler.
    void stop() noexcept { stopping_ = true; }
    void key(uint16_t set1Code, bool down);
    void typeSerial(std::string bytes);

    const RunPlan &plan() const { return plan_; }
    /// Why the guest's thread ran unconfined (see confinement.h), if it did: a sentence.
    const std::string &unconfined() const { return unconfined_; }

  private:
    RunWorker(RunPlan plan, RunWatcher *watcher);
    using Input = std::function<void(Machine &)>;

    Result<void> restore();
    Result<void> save();
    Result<std::string> runToItsEnd();
    void takeCommands();
    void report(bool always);
    void recordCost();
    bool asked() const;

    RunPlan plan_;
    RunWatcher *watcher_;
    std::unique_ptr<Machine> machine_;
    std::unique_ptr<RunRecorder> recorder_;
    std::unique_ptr<RunRecording> recording_;
    std::string unconfined_;

    struct Reported {
        double wall = 0;
        uint64_t icount = 0;
        uint64_t events = 0;
    } reported_;

    std::atomic<bool> stopping_ = false;
    std::mutex mutex_; // of what follows
    std::condition_variable wake_;
    bool pausing_ = false;
    std::vector<Input> inputs_;
};

} // namespace bootglass
