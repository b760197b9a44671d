// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/run_worker.h"

#include "app/run/confinement.h"
#include "app/run/run_recording.h"
#include "app/run/state_file.h"

#include <algorithm>
#include <utility>

namespace bootglass {

namespace {

/// Instructions between two looks at the commands: some 50 ms.
constexpr uint64_t sliceInstructions = 5'000'000;
/// Virtual time in a slice: a guest that sleeps most of the time comes by too.
constexpr uint64_t sliceNs = 1'000'000'000;
constexpr double reportSeconds = 0.1;

std::string endOf(Stop stop, const Machine &machine) {
    switch (stop) {
    case Stop::Reset: return "reset";
    case Stop::PowerOff: return "poweroff";
    case Stop::Shutdown: return "triple-fault";
    case Stop::Halt: return "halt";
    case Stop::GuestExit: return "guest-exit:" + std::to_string(machine.exitCode().value_or(0));
    case Stop::Limit:
    case Stop::Requested: break;
    }
    return {};
}

} // namespace

RunWorker::RunWorker(RunPlan plan, RunWatcher *watcher)
    : plan_(std::move(plan)), watcher_(watcher) {}

RunWorker::~RunWorker() = default;

Result<std::unique_ptr<RunWorker>> RunWorker::create(RunPlan plan, RunWatcher *watcher) {
    std::unique_ptr<RunWorker> worker(new RunWorker(std::move(plan), watcher));
    RunPlan &own = worker->plan_;
    // The plan keeps no second copy of what is booted: kernel and initrd are tens of MiB.
    const MachineConfig rest{.shift = own.machine.shift};
    worker->machine_ = std::make_unique<Machine>(std::exchange(own.machine, rest));
    worker->recording_ = std::make_unique<RunRecording>(own, *worker->machine_);
    if (watcher != nullptr) {
        worker->recording_->setSerialOut([watcher](uint8_t byte) { watcher->serialByte(byte); });
    }
    if (auto restored = worker->restore(); !restored) return restored.error();

    // Last, as it overwrites: a run that cannot start costs no run that is there already.
    RecorderOptions options;
    options.path = own.output;
    options.force = own.force;
    options.shift = own.machine.shift;
    options.detail = own.detail.at("");
    options.version = BOOTGLASS_VERSION;
    auto recorder = RunRecorder::create(std::move(options));
    if (!recorder) return recorder.error();
    worker->recorder_ = std::move(*recorder);
    worker->machine_->setObserver(worker->recording_.get());
    return worker;
}

Result<void> RunWorker::restore() {
    if (plan_.restore.empty()) return {};
    return loadStateFile(plan_.restore, [this](Archive &archive) {
        machine_->serialize(archive);
        if (!archive.failed()) recording_->serialize(archive);
    });
}

Result<void> RunWorker::save() {
    if (plan_.save.empty()) return {};
    return saveStateFile(plan_.save, [this](Archive &archive) {
        machine_->serialize(archive);
        recording_->serialize(archive);
    });
}

Result<RunOutcome> RunWorker::run() {
    recording_->begin(*recorder_, !plan_.restore.empty());
    Result<std::string> ended = runConfined(
        [this] {
            recording_->beginCost();
            Result<std::string> end = runToItsEnd();
            recording_->endCost();
            return end;
        },
        unconfined_);
    if (!unconfined_.empty()) recorder_->meta("unconfined", unconfined_);
    if (!ended) {
        // What is there is closed as well as it can be; the first error is the one that counts.
        (void)recorder_->close();
        return ended.error();
    }
    const Result<void> saved = save();

    RunOutcome outcome;
    outcome.ended = *ended;
    outcome.digest = machine_->digest();
    recording_->finish(outcome.ended, outcome.digest);
    outcome.at = {machine_->icount(), machine_->now(), machine_->idleNs(), recording_->seconds()};
    outcome.asked = asked();
    report(true);
    recordCost();
    if (auto closed = recorder_->close(); !closed) return closed.error();
    if (!saved) return saved.error();
    return outcome;
}

Result<std::string> RunWorker::runToItsEnd() {
    for (;;) {
        takeCommands();
        if (recorder_->failed()) return Error{recorder_->failure()};
        if (stopping_) return std::string("stopped");

        recording_->feeder().feed(*machine_);
        const Icount now = machine_->icount();
        const Icount until = std::min(recording_->limit(), now + sliceInstructions);
        const VirtualNs latest = std::min(machine_->now() + sliceNs, recording_->feeder().next());
        const Stop stop = machine_->run(until, latest);
        if (!machine_->difference().empty()) return Error{machine_->difference()};
        recording_->sample();
        recording_->noteCost();
        if (const std::string reached = recording_->reached(); !reached.empty()) return reached;
        if (const std::string end = endOf(stop, *machine_); !end.empty()) return end;
        report(false);
    }
}

bool RunWorker::asked() const {
    return std::ranges::all_of(plan_.until, [this](const When &when) {
        return (when.kind != When::Kind::Marker && when.kind != When::Kind::Phase) ||
               recording_->found(when);
    });
}

void RunWorker::pause() {
    const std::lock_guard lock(mutex_);
    pausing_ = true;
}

void RunWorker::resume() {
    const std::lock_guard lock(mutex_);
    pausing_ = false;
    wake_.notify_all();
}

void RunWorker::key(uint16_t set1Code, bool down) {
    const std::lock_guard lock(mutex_);
    inputs_.push_back([set1Code, down](Machine &machine) { machine.key(set1Code, down); });
}

void RunWorker::typeSerial(std::string bytes) {
    const std::lock_guard lock(mutex_);
    inputs_.push_back([bytes = std::move(bytes)](Machine &machine) {
        const auto *first = reinterpret_cast<const uint8_t *>(bytes.data());
        machine.receiveSerial(ConsoleId::Com1, {first, bytes.size()});
    });
}

void RunWorker::takeCommands() {
    std::unique_lock lock(mutex_);
    if (pausing_ && !stopping_) {
        lock.unlock();
        report(true);
        recorder_->flush();
        if (watcher_ != nullptr) watcher_->paused(true);
        lock.lock();
        // stop() must not lock, as a signal handler calls it: so look at it now and then.
        while (pausing_ && !stopping_)
            wake_.wait_for(lock, std::chrono::milliseconds(50));
        lock.unlock();
        if (watcher_ != nullptr) watcher_->paused(false);
        lock.lock();
    }
    std::vector<Input> inputs;
    inputs.swap(inputs_);
    lock.unlock();
    for (const Input &input : inputs)
        input(*machine_);
}

void RunWorker::report(bool always) {
    const double wall = recording_->seconds();
    const double elapsed = wall - reported_.wall;
    if (watcher_ == nullptr || (!always && elapsed < reportSeconds)) return;
    RunStatus status;
    status.at = {machine_->icount(), machine_->now(), machine_->idleNs(), wall};
    status.phase = recording_->phase();
    const uint64_t events = recorder_->eventCount();
    if (elapsed > 0) {
        status.mips =
            static_cast<double>(status.at.icount.value - reported_.icount) / elapsed / 1e6;
        status.eventsPerSecond = static_cast<double>(events - reported_.events) / elapsed;
    }
    reported_ = {wall, status.at.icount.value, events};
    watcher_->progressed(status);
    if (!watcher_->wantsScreen()) return;
    if (const auto screen = textScreenOf(*machine_))
        watcher_->screenChanged(*screen);
    else
        watcher_->pictureChanged(pictureOf(*machine_));
}

void RunWorker::recordCost() {
    const HostCost &cost = recording_->cost();
    const auto seconds = [](uint64_t ns) {
        return static_cast<double>(ns) / static_cast<double>(nsPerSecond);
    };
    for (size_t n = 0; n < hostActivities; ++n) {
        recorder_->hostCost(std::string(name(static_cast<HostActivity>(n))), seconds(cost.ns[n]));
    }
    recorder_->hostCost("whole", seconds(cost.total()));
}

} // namespace bootglass
