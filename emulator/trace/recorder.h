// SPDX-License-Identifier: GPL-3.0-or-later
// Records a run: stands between the machine's thread, which must never wait for a disk, and the run
// file. Everything the machine tells goes, in order, through one bounded lock-free queue to a
// thread that codes and writes it. When the queue is full the machine waits; virtual time does not
// notice. What is written is committed at least every 250 ms of host time and every half second of
// virtual time, so a killed recording keeps all but its last moments.
//
// Threads: all calls but failed(), failure() and the constructor's are made by one thread, the
// machine's.
#pragma once

#include "emulator/probe/event.h"
#include "emulator/trace/detail.h"
#include "emulator/trace/result.h"
#include "emulator/trace/run_types.h"
#include "emulator/trace/symbol_table.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace bootglass {

struct RecorderOptions {
    std::string path;
    bool force = false; // overwrite a file that exists
    unsigned shift = 3;
    Detail detail = Detail::Events;
    std::string version;    // of this program, for meta
    uint32_t mostPages = 0; // a limit of the file's size in pages of 8 KiB, for tests; 0: none
    uint32_t queuedEvents = 1 << 16; // at most, a power of two
};

class RunRecorder : public EventSink {
  public:
    /// Creates the run file and starts the recorder's thread.
    static Result<std::unique_ptr<RunRecorder>> create(RecorderOptions options);
    ~RunRecorder() override; ///< Closes.

    // --- what happens in the machine
    void event(const Event &event) override;
    /// The CPU was in this hand from `from` to `to`; cheap enough for every privilege switch.
    void modeSpan(CpuShare share, VirtualNs from, VirtualNs to);
    /// Changes what is kept from here on; a session calls it when a phase starts or ends.
    void setDetail(Detail detail, Icount icount, VirtualNs ns);

    // --- what the probes find
    /// Also recorded as an event of kind Marker whose value is the marker's number, from 1.
    void marker(std::string name, std::string rule, Icount icount, VirtualNs ns);
    /// A phase's path names its parents: "kernel/drivers"; the parents are open.
    void phaseStarted(std::string path, const RunPoint &at);
    void phaseEnded(std::string path, const RunPoint &at);
    /// A whole line of text; also recorded as an event of kind Console.
    void consoleLine(uint16_t source, std::string text, Icount icount, VirtualNs ns);
    void screenRows(TextScreenUpdate update, Icount icount, VirtualNs ns);
    /// Empty: the display is back in a text mode.
    void picture(ScreenPicture picture, Icount icount);

    /// A span of work that begins, and its end. Its number is the caller's: from 1, each once.
    void activityStarted(RunActivity activity);
    void activityEnded(int64_t id, std::string note, const RunPoint &at);
    /// One that is over when it is noticed; the count of its start is not known.
    void activityPast(RunActivity activity);
    /// Also recorded as an event of kind Sample.
    void sample(CodeSample sample);
    /// A page of code, numbered by the caller from 1; each content once.
    void codePage(uint64_t id, std::vector<uint8_t> bytes);
    /// From here on the page stands at this linear address.
    void codeSeen(uint32_t address, uint64_t page, Icount icount, VirtualNs ns);

    // --- what the run is
    /// In the place of those that were told before.
    void symbols(SymbolTable table);
    void source(Source source);
    void meta(std::string key, std::string value);
    void input(InputFile file);
    /// Host seconds by purpose, for `info`: the names of HostActivity, and "whole".
    void hostCost(std::string purpose, double seconds);
    /// What the run has cost the host up to a moment.
    void hostCostUntil(VirtualNs ns, const HostCost &total);
    /// The run is over: its last moment, and why ("marker:prompt", "reset", "stopped").
    void ended(std::string why, const RunPoint &at, std::string digest);

    // --- state
    /// Writes out everything and makes the file whole (no -wal beside it). Says what went wrong,
    /// also before. Nothing may be recorded after it.
    Result<void> close();
    /// Events are handed to the thread some at a time; this hands over those that wait for others,
    /// for whoever looks at the file while the run goes on.
    void passEvents();
    /// Waits until everything told so far is committed: for a live view that pauses, and tests.
    void flush();
    /// True after an I/O error: what was recorded until then is kept, the rest is dropped. Any
    /// thread.
    bool failed() const;
    /// The error's sentence; empty if there was none. Any thread.
    std::string failure() const;
    /// Host CPU seconds used by the recorder's thread so far.
    double cpuSeconds() const;
    /// Events told so far, of any kind. Any thread.
    uint64_t eventCount() const;
    const std::string &path() const;

  private:
    struct State;
    explicit RunRecorder(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace bootglass
