// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that watches a machine during a run: the probe, the recorder, the end conditions, and
// what turns events into CPU shares, screens and a stop request. It lives on the machine's thread,
// and asks the machine for one thing only: to stop at the next boundary.
#pragma once

#include "app/run/code_recorder.h"
#include "app/run/cpu_share_tracker.h"
#include "app/run/host_cost_meter.h"
#include "app/run/input_feeder.h"
#include "app/run/process_watch.h"
#include "app/run/run_plan.h"
#include "app/run/screen_tracker.h"
#include "emulator/machine/machine.h"
#include "emulator/probe/probe.h"
#include "emulator/probe/sampler.h"
#include "emulator/probe/stop_condition.h"
#include "emulator/trace/recorder.h"

#include <chrono>
#include <functional>
#include <memory>

namespace bootglass {

class RunRecording final : public MachineObserver, private ProbeSink {
  public:
    /// All references must outlive it.
    RunRecording(const RunPlan &plan, Machine &machine);

    /// Bytes of COM1 as they leave the guest.
    void setSerialOut(std::function<void(uint8_t)> out) { serialOut_ = std::move(out); }

    /// What the run is, before its first instruction, which is what the recorder must be there for.
    /// `restored`: it goes on from a saved state.
    void begin(RunRecorder &recorder, bool restored);
    /// Measures the calling thread, the machine's, until told to stop.
    void beginCost() { meter_.begin(); }
    void endCost() { meter_.end(); }
    /// Records what the run has cost, if much was spent since the last time.
    void noteCost();
    /// What it has cost, as recorded last.
    const HostCost &cost() const { return cost_; }
    /// The run is over; closes what is open and records the end.
    void finish(const std::string &why, const std::string &digest);

    /// How far the machine may run before sample() or the ends must be looked at.
    Icount limit();
    /// Between two runs of the machine: records a sample if one is due, and finds the kernel again
    /// if it is elsewhere than its symbols say.
    void sample();
    /// The end that is reached, as it was written; empty: none.
    std::string reached() const;
    /// The script that the plan has; it types at the points that are found here.
    InputFeeder &feeder() { return feeder_; }

    const std::string &phase() const { return probe_.phase(); }
    /// Host seconds since the start.
    double seconds() const;
    bool found(const When &when) const;

    /// Of the watchers, whose state belongs to a machine saved in mid-boot.
    void serialize(Archive &archive);

  private:
    // MachineObserver
    void event(const Event &event) override;
    void consoleByte(ConsoleId console, uint8_t byte) override;
    void codeReached(uint32_t linear) override;
    void textRow(unsigned row, const std::function<std::string()> &utf8) override;
    // ProbeSink
    void marker(const std::string &name, const std::string &rule, Icount icount,
                VirtualNs ns) override;
    void phaseStarted(const std::string &path, Icount icount, VirtualNs ns) override;
    void phaseEnded(const std::string &path, Icount icount, VirtualNs ns) override;
    void consoleLine(uint16_t console, const std::string &text, Icount icount,
                     VirtualNs ns) override;
    void activityStarted(const Activity &activity, Icount icount, VirtualNs ns) override;
    void activityEnded(const Activity &activity, Icount icount, VirtualNs ns) override;
    void activityPast(const Activity &activity, VirtualNs start, Icount icount,
                      VirtualNs ns) override;

    RunPoint point(Icount icount, VirtualNs ns) const;
    RunPoint pastPoint(Icount icount, VirtualNs ns) const;
    HostCost costNow();
    void recordCost(VirtualNs ns);
    void phaseChanged(Icount icount, VirtualNs ns);
    void stopIf(bool reached) {
        if (reached) machine_.requestStop();
    }

    const RunPlan &plan_;
    Machine &machine_;
    RunRecorder *recorder_ = nullptr; // from begin() on
    Probe probe_;
    FunctionWatch functions_;
    ProcessWatch processes_;
    CodeRecorder code_;
    StopCondition stop_;
    Sampler sampler_;
    InputFeeder feeder_;
    CpuShareTracker shares_;
    ScreenTracker screen_;
    std::function<void(uint8_t)> serialOut_;
    std::vector<std::string> seenPhases_; // that have started, for the exit code
    std::string trackedPhase_;
    Detail detail_ = Detail::Events;
    ActivityMark &activity_;
    HostCostMeter meter_;
    HostCost cost_;
    double costNoted_ = 0;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace bootglass
