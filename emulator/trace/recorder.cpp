// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/recorder.h"

#include "emulator/trace/run_writer.h"
#include "emulator/trace/schema.h"
#include "emulator/trace/spsc_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <filesystem>
#include <functional>
#include <future>
#include <mutex>
#include <span>
#include <thread>
#include <utility>

namespace bootglass {

namespace {

using namespace std::chrono_literals;
constexpr auto commitEvery = 250ms;                 // of host time
constexpr uint64_t commitEveryNs = nsPerSecond / 2; // of virtual time
constexpr auto poll = 5ms;                          // of an empty queue
constexpr size_t shareBinsPerMessage = 64;
constexpr size_t mostLineBytes = 64 * 1024; // of a console line
constexpr uint64_t longShareBins = 4;       // spans beyond go as one

/// What is not an event: a call of the writer, in its place among the events.
using Message = std::function<void(RunWriter &)>;

/// Some events, and what comes after them. They are handed over together, since a ring's slot is
/// dearer than an event.
struct Slot {
    static constexpr size_t most = 32;
    std::array<Event, most> events;
    size_t count = 0;
    Message *message = nullptr; // owned, or none
};

double secondsOf(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

} // namespace

struct RunRecorder::State {
    State(RecorderOptions &&o)
        : options(std::move(o)),
          writer(options.path, options.shift, options.mostPages),
          queue(options.queuedEvents / Slot::most) {
        setDetail(options.detail);
    }

    RecorderOptions options;
    RunWriter writer; // of the recorder's thread, once that runs
    SpscQueue<Slot> queue;

    // --- of the machine's thread
    Slot *filling = nullptr; // takes the next event
    size_t filled = 0;       // events in it
    bool keepsPrivilegeSwitches = false;
    std::vector<ShareBin> shareBins;
    uint64_t shareBin = UINT64_MAX;   // the bin of shareBins.back()
    uint64_t shareLimit = UINT64_MAX; // the writer must have shareBins before an event of this time
    uint64_t markers = 0;
    uint64_t lines = 0;
    bool closed = false;

    // --- shared
    std::array<std::atomic<uint64_t>, eventKinds.size()> counts{};
    std::atomic<bool> failed = false;
    std::atomic<bool> stop = false;
    std::atomic<double> cpu = 0; // of the thread, once it has ended
    clockid_t cpuClock{};        // of the thread
    mutable std::mutex mutex;    // of `failure`, and of `wake`
    std::string failure;
    std::condition_variable wake;
    std::thread thread;

    void setDetail(Detail detail) {
        keepsPrivilegeSwitches = keeps(detail, EventKind::PrivilegeSwitch);
    }
    void push(const Event &event) {
        if (!filling) [[unlikely]]
            return pushIntoNext(event);
        filling->events[filled++] = event;
        if (filled == Slot::most) pass(nullptr);
    }
    [[gnu::noinline]] void pushIntoNext(const Event &event) {
        takeSlot();
        push(event);
    }
    void takeSlot() {
        while (!(filling = queue.next())) {
            wake.notify_one();
            std::this_thread::sleep_for(100us);
        }
    }
    /// Hands over what is there.
    [[gnu::noinline]] void pass(Message *message) {
        if (!filling) takeSlot();
        filling->count = std::exchange(filled, 0);
        filling->message = message;
        filling = nullptr;
        queue.publish();
        // Wakes the consumer before the ring is full, not for each slot.
        if ((queue.pushed() & (queue.size() / 2 - 1)) == 0) wake.notify_one();
    }
    void passEvents() {
        if (filled != 0) pass(nullptr);
    }
    [[gnu::noinline, gnu::cold]] void pushAfterShares(const Event &event) {
        sendShares();
        push(event);
    }
    [[gnu::noinline]] void countPrivilegeSwitch(VirtualNs ns) {
        ++shareBinAt(ns).privilegeSwitches;
    }
    void send(Message message) {
        sendShares();
        pass(new Message(std::move(message)));
    }
    void sendShares() {
        shareBin = shareLimit = UINT64_MAX;
        if (shareBins.empty()) return;
        pass(new Message([bins = std::move(shareBins)](RunWriter &w) { w.shares(bins); }));
        shareBins.clear();
    }
    ShareBin &shareBinAt(VirtualNs ns) {
        const uint64_t bin = rollup::binOf(0, ns.value);
        if (bin != shareBin) {
            if (shareBins.size() >= shareBinsPerMessage || ns.value >= shareLimit) sendShares();
            // A roll-up block stays open while the next one fills, see RollupBuilder::advance().
            if (shareBins.empty())
                shareLimit = ((bin >> rollup::blockBits) + 2)
                             << (rollup::finestBits + rollup::blockBits);
            shareBins.push_back({ns, {}, {}, 0});
            shareBin = bin;
        }
        return shareBins.back();
    }

    void run();
    void drain(size_t slots);
    void commit();
    void fail(const Error &error);
};

// --- the recorder's thread

void RunRecorder::State::run() {
    auto committed = std::chrono::steady_clock::now();
    for (;;) {
        // Looked at first: what was pushed before the stop is then seen below.
        const bool stopping = stop.load(std::memory_order_acquire);
        const size_t slots = queue.available();
        if (slots) {
            drain(std::min<size_t>(slots, 4096));
        } else if (stopping) {
            break;
        } else {
            std::unique_lock lock(mutex);
            wake.wait_for(lock, poll);
        }
        const auto now = std::chrono::steady_clock::now();
        if (now - committed >= commitEvery) {
            if (!failed && writer.dirty()) commit();
            committed = now;
        }
    }
    if (!failed) {
        const auto outcome = guarded([&] {
            std::array<uint64_t, eventKinds.size()> totals;
            for (size_t kind = 0; kind < totals.size(); ++kind)
                totals[kind] = counts[kind];
            writer.setKindCounts(totals);
            writer.finish();
        });
        if (!outcome) fail(outcome.error());
    }
    cpu = secondsOf(CLOCK_THREAD_CPUTIME_ID);
}

void RunRecorder::State::drain(size_t slots) {
    size_t i = 0;
    while (i < slots) {
        const auto outcome = guarded([&] {
            while (i < slots) {
                const Slot &slot = queue.front(i++);
                const std::unique_ptr<Message> message(slot.message);
                // After a failure all is dropped, so that the machine does not wait for ever.
                if (failed.load(std::memory_order_relaxed)) continue;
                writer.events(std::span(slot.events).first(slot.count));
                if (message) (*message)(writer);
                if (writer.now() - writer.committedNs() >= commitEveryNs) commit();
            }
        });
        if (!outcome) fail(outcome.error());
    }
    queue.pop(slots);
}

void RunRecorder::State::commit() {
    const auto outcome = guarded([&] {
        std::array<uint64_t, eventKinds.size()> totals;
        for (size_t kind = 0; kind < totals.size(); ++kind)
            totals[kind] = counts[kind].load(std::memory_order_relaxed);
        writer.setKindCounts(totals);
        writer.commit();
    });
    if (!outcome) fail(outcome.error());
}

void RunRecorder::State::fail(const Error &error) {
    {
        const std::lock_guard lock(mutex);
        failure = error.sentence;
    }
    failed = true;
    writer.abandon();
}

// --- the machine's thread

Result<std::unique_ptr<RunRecorder>> RunRecorder::create(RecorderOptions options) {
    namespace fs = std::filesystem;
    const std::string path = options.path;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) return Error{fmt::format("{}: is a directory", path)};
    if (fs::exists(status)) {
        if (!options.force)
            return Error{fmt::format("{}: exists already; --force overwrites it", path)};
        if (!fs::is_regular_file(status)) return Error{fmt::format("{}: is not a file", path)};
    }
    for (const char *suffix : {"", "-wal", "-shm", "-journal"}) {
        if (!fs::exists(path + suffix, error) && !error) continue;
        if (!fs::remove(path + suffix, error) && error)
            return Error{fmt::format("{}: cannot be overwritten ({})", path, error.message())};
    }
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty() && !fs::is_directory(folder, error))
        return Error{fmt::format("{}: there is no folder {}", path, folder.string())};

    return guarded([&]() -> std::unique_ptr<RunRecorder> {
        auto state = std::make_unique<State>(std::move(options));
        state->writer.meta(metaKey::version, state->options.version);
        state->writer.detail(state->options.detail, {0}, {0});
        state->writer.commit();
        State *const running = state.get();
        state->thread = std::thread([running] { running->run(); });
        pthread_getcpuclockid(state->thread.native_handle(), &state->cpuClock);
        return std::unique_ptr<RunRecorder>(new RunRecorder(std::move(state)));
    });
}

RunRecorder::RunRecorder(std::unique_ptr<State> state) : state_(std::move(state)) {}

RunRecorder::~RunRecorder() {
    (void)close();
}

void RunRecorder::event(const Event &event) {
    const auto kind = static_cast<size_t>(event.kind);
    std::atomic<uint64_t> &count = state_->counts[kind];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    // Ports are accessed by the million: what is rare is called last, so that nothing is kept for
    // it.
    if (event.kind == EventKind::PrivilegeSwitch && !state_->keepsPrivilegeSwitches) [[unlikely]]
        return state_->countPrivilegeSwitch(event.ns);
    if (event.ns.value >= state_->shareLimit) [[unlikely]]
        return state_->pushAfterShares(event);
    state_->push(event);
}

void RunRecorder::modeSpan(CpuShare share, VirtualNs from, VirtualNs to) {
    if (to <= from) return;
    const auto index = static_cast<size_t>(share);
    if (rollup::binOf(0, to.value) - rollup::binOf(0, from.value) > longShareBins) {
        state_->send([=](RunWriter &writer) { writer.share(share, from, to); });
        return;
    }
    ++state_->shareBinAt(from).spans[index];
    while (from < to) {
        const VirtualNs edge{(rollup::binOf(0, from.value) + 1) << rollup::finestBits};
        const VirtualNs end = std::min(to, edge);
        state_->shareBinAt(from).busyNs[index] += end - from;
        from = end;
    }
}

void RunRecorder::setDetail(Detail detail, Icount icount, VirtualNs ns) {
    state_->setDetail(detail);
    state_->send([=](RunWriter &writer) { writer.detail(detail, icount, ns); });
}

void RunRecorder::marker(std::string name, std::string rule, Icount icount, VirtualNs ns) {
    const uint64_t number = ++state_->markers;
    state_->send([=, name = std::move(name), rule = std::move(rule)](RunWriter &writer) {
        writer.marker(number, name, rule, icount, ns);
    });
    event({icount, ns, EventKind::Marker, 0, 0, 0, number, 0});
}

void RunRecorder::phaseStarted(std::string path, const RunPoint &at) {
    state_->send(
        [path = std::move(path), at](RunWriter &writer) { writer.phaseStarted(path, at); });
}

void RunRecorder::phaseEnded(std::string path, const RunPoint &at) {
    state_->send([path = std::move(path), at](RunWriter &writer) { writer.phaseEnded(path, at); });
}

void RunRecorder::consoleLine(uint16_t source, std::string text, Icount icount, VirtualNs ns) {
    const uint64_t number = ++state_->lines;
    if (text.size() > mostLineBytes) text.resize(mostLineBytes);
    state_->send([=, text = std::move(text)](RunWriter &writer) {
        writer.console(number, source, text, icount, ns);
    });
    event({icount, ns, EventKind::Console, 0, source, 0, number, 0});
}

void RunRecorder::screenRows(TextScreenUpdate update, Icount icount, VirtualNs ns) {
    state_->send(
        [=, update = std::move(update)](RunWriter &writer) { writer.screen(update, icount, ns); });
}

void RunRecorder::picture(ScreenPicture picture, Icount icount) {
    state_->send(
        [=, picture = std::move(picture)](RunWriter &writer) { writer.picture(picture, icount); });
}

void RunRecorder::activityStarted(RunActivity activity) {
    state_->send(
        [activity = std::move(activity)](RunWriter &writer) { writer.activityStarted(activity); });
}

void RunRecorder::activityEnded(int64_t id, std::string note, const RunPoint &at) {
    state_->send(
        [=, note = std::move(note)](RunWriter &writer) { writer.activityEnded(id, note, at); });
}

void RunRecorder::activityPast(RunActivity activity) {
    state_->send(
        [activity = std::move(activity)](RunWriter &writer) { writer.activityPast(activity); });
}

void RunRecorder::sample(CodeSample sample) {
    const Event told{sample.icount, sample.ns,        EventKind::Sample, 0, 0,
                     sample.eip,    sample.privilege, sample.cr3};
    state_->send([sample = std::move(sample)](RunWriter &writer) { writer.sample(sample); });
    event(told);
}

void RunRecorder::codePage(uint64_t id, std::vector<uint8_t> bytes) {
    state_->send([id, bytes = std::move(bytes)](RunWriter &writer) { writer.codePage(id, bytes); });
}

void RunRecorder::codeSeen(uint32_t address, uint64_t page, Icount icount, VirtualNs ns) {
    state_->send([=](RunWriter &writer) { writer.codeSeen(address, page, icount, ns); });
}

void RunRecorder::symbols(SymbolTable table) {
    state_->send([table = std::move(table)](RunWriter &writer) { writer.symbols(table); });
}

void RunRecorder::source(Source source) {
    state_->send([source = std::move(source)](RunWriter &writer) { writer.source(source); });
}

void RunRecorder::meta(std::string key, std::string value) {
    state_->send([key = std::move(key), value = std::move(value)](RunWriter &writer) {
        writer.meta(key, value);
    });
}

void RunRecorder::input(InputFile file) {
    state_->send([file = std::move(file)](RunWriter &writer) { writer.input(file); });
}

void RunRecorder::hostCost(std::string purpose, double seconds) {
    state_->send([purpose = std::move(purpose), seconds](RunWriter &writer) {
        writer.hostCost(purpose, seconds);
    });
}

void RunRecorder::hostCostUntil(VirtualNs ns, const HostCost &total) {
    state_->send([=](RunWriter &writer) { writer.hostCostUntil(ns, total); });
}

void RunRecorder::ended(std::string why, const RunPoint &at, std::string digest) {
    state_->send([why = std::move(why), at, digest = std::move(digest)](RunWriter &writer) {
        writer.ended(why, at, digest);
    });
}

void RunRecorder::passEvents() {
    state_->passEvents();
}

void RunRecorder::flush() {
    if (state_->closed) return;
    const auto done = std::make_shared<std::promise<void>>();
    std::future<void> written = done->get_future();
    // A message is dropped after a failure; its destruction tells in any case.
    std::shared_ptr<void> tell(nullptr, [done](void *) { done->set_value(); });
    state_->send([state = state_.get(), tell = std::move(tell)](RunWriter &) { state->commit(); });
    written.wait();
}

Result<void> RunRecorder::close() {
    if (!state_->closed) {
        state_->closed = true;
        state_->sendShares();
        state_->passEvents();
        state_->stop.store(true, std::memory_order_release);
        state_->wake.notify_one();
        state_->thread.join();
    }
    if (failed()) return Error{failure()};
    return {};
}

bool RunRecorder::failed() const {
    return state_->failed;
}

std::string RunRecorder::failure() const {
    const std::lock_guard lock(state_->mutex);
    return state_->failure;
}

double RunRecorder::cpuSeconds() const {
    return state_->closed ? state_->cpu.load(std::memory_order_relaxed)
                          : secondsOf(state_->cpuClock);
}

uint64_t RunRecorder::eventCount() const {
    uint64_t total = 0;
    for (const auto &count : state_->counts)
        total += count.load(std::memory_order_relaxed);
    return total;
}

const std::string &RunRecorder::path() const {
    return state_->options.path;
}

} // namespace bootglass
