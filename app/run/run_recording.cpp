// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/run_recording.h"

#include "emulator/cpu/cpu.h"

#include <algorithm>

namespace bootglass {

namespace {

/// Between two records of what a run has cost, if no phase starts or ends.
constexpr double costIntervalSeconds = 0.03;

} // namespace

RunRecording::RunRecording(const RunPlan &plan, Machine &machine)
    : plan_(plan),
      machine_(machine),
      probe_(plan.profile, *this),
      functions_(plan.symbols, plan.regions, machine, probe_),
      processes_(machine, probe_),
      code_(machine),
      stop_(plan.until, plan.machine.shift),
      sampler_(plan.sampleEvery),
      feeder_(plan.script),
      shares_([this](CpuShare share, VirtualNs from, VirtualNs to) {
          recorder_->modeSpan(share, from, to);
      }),
      screen_(
          machine,
          [this](TextScreenUpdate update, Icount icount, VirtualNs ns) {
              recorder_->screenRows(std::move(update), icount, ns);
          },
          [this](ScreenPicture picture, Icount icount) {
              recorder_->picture(std::move(picture), icount);
          }),
      detail_(plan.detail.at("")),
      activity_(machine.activity()),
      meter_(activity_) {}

void RunRecording::begin(RunRecorder &recorder, bool restored) {
    recorder_ = &recorder;
    for (const Source &source : machine_.sources())
        recorder_->source(source);
    for (const auto &[key, value] : plan_.meta)
        recorder_->meta(key, value);
    for (const InputFile &input : plan_.inputs)
        recorder_->input(input);
    recordCost(machine_.now());
    functions_.begin();
    if (!plan_.symbols.empty()) recorder_->symbols(functions_.symbols());
    if (!restored) return;

    const Icount icount = machine_.icount();
    const VirtualNs now = machine_.now();
    const std::string &innermost = probe_.phase();
    for (size_t slash = 0; !innermost.empty() && slash != std::string::npos;) {
        slash = innermost.find('/', slash + 1);
        recorder_->phaseStarted(innermost.substr(0, slash), point(icount, now));
    }
    for (const Activity &open : probe_.activities().open())
        activityStarted(open, icount, now);
    if (const auto screen = textScreenOf(machine_)) {
        for (unsigned row = 0; row < screen->rows; row++)
            screen_.rowChanged(row, icount, now);
    }
}

void RunRecording::finish(const std::string &why, const std::string &digest) {
    const Icount icount = machine_.icount();
    const VirtualNs now = machine_.now();
    screen_.flush(icount, now);
    recorder_->flush(); // what it still has to write belongs to what came last
    probe_.finish(icount, now);
    recordCost(now);
    shares_.flush(now);
    recorder_->ended(why, point(icount, now), digest);
}

Icount RunRecording::limit() {
    const Icount now = machine_.icount();
    return std::min({stop_.limit(now, machine_.now()), sampler_.next(), feeder_.limit(now)});
}

void RunRecording::sample() {
    recorder_->passEvents();
    if (functions_.settle()) recorder_->symbols(functions_.symbols());
    const Icount icount = machine_.icount();
    if (!sampler_.due(icount)) return;
    const Cpu &cpu = machine_.cpu();
    const uint32_t eip = cpu.seg[Cs].base + cpu.eip;
    const VirtualNs now = machine_.now();
    recorder_->sample({icount, now, eip, cpu.cpl, cpu.cr3, functions_.callers()});
    code_.seen(eip, icount, now, *recorder_);
}

std::string RunRecording::reached() const {
    return stop_.reached(machine_.icount(), machine_.now());
}

bool RunRecording::found(const When &when) const {
    if (when.kind == When::Kind::Marker) return probe_.found(when.name);
    return std::ranges::find(seenPhases_, when.name) != seenPhases_.end();
}

void RunRecording::serialize(Archive &archive) {
    archive.section("recording");
    archive(probe_, functions_, processes_, stop_, sampler_, feeder_, shares_, seenPhases_,
            trackedPhase_);
}

void RunRecording::event(const Event &event) {
    const During during(activity_, HostActivity::Record);
    screen_.event(event);
    shares_.event(event);
    recorder_->event(event);
    // Of accesses there are the most, and only a rule can want to know of one.
    if (isAccess(event.kind)) return probe_.event(event);
    if (detail_ != Detail::Markers) code_.event(event, *recorder_);
    probe_.event(event);
    processes_.event(event);
    stopIf(stop_.event(event));
    stopIf(functions_.event(event));
}

void RunRecording::codeReached(uint32_t linear) {
    const During during(activity_, HostActivity::Record);
    functions_.codeReached(linear);
}

void RunRecording::consoleByte(ConsoleId console, uint8_t byte) {
    const During during(activity_, HostActivity::Record);
    if (console == ConsoleId::Com1 && serialOut_) serialOut_(byte);
    probe_.consoleByte(static_cast<uint16_t>(console), byte, machine_.icount(), machine_.now());
}

void RunRecording::textRow(unsigned row, const std::function<std::string()> &utf8) {
    const During during(activity_, HostActivity::Record);
    const Icount icount = machine_.icount();
    const VirtualNs now = machine_.now();
    screen_.rowChanged(row, icount, now);
    if (probe_.wantsScreen()) probe_.textRow(row, utf8(), icount, now);
}

void RunRecording::marker(const std::string &name, const std::string &rule, Icount icount,
                          VirtualNs ns) {
    recorder_->marker(name, rule, icount, ns);
    stopIf(stop_.marker(name));
    stopIf(feeder_.marker(name, ns));
}

void RunRecording::phaseStarted(const std::string &path, Icount icount, VirtualNs ns) {
    recordCost(ns);
    recorder_->phaseStarted(path, point(icount, ns));
    seenPhases_.push_back(path);
    trackedPhase_ = path;
    phaseChanged(icount, ns);
    stopIf(stop_.phaseStarted(path));
    stopIf(feeder_.phaseStarted(path, ns));
}

void RunRecording::phaseEnded(const std::string &path, Icount icount, VirtualNs ns) {
    recordCost(ns);
    recorder_->phaseEnded(path, point(icount, ns));
    const size_t slash = path.rfind('/');
    trackedPhase_ = slash == std::string::npos ? std::string() : path.substr(0, slash);
    phaseChanged(icount, ns);
}

void RunRecording::consoleLine(uint16_t console, const std::string &text, Icount icount,
                               VirtualNs ns) {
    recorder_->consoleLine(console, text, icount, ns);
}

/// A moment that may be a while ago: idle time follows from the clock's formula.
RunPoint RunRecording::pastPoint(Icount icount, VirtualNs ns) const {
    const uint64_t busy = icount.value << plan_.machine.shift;
    return {icount, ns, std::max(ns.value, busy) - busy, 0};
}

void RunRecording::activityStarted(const Activity &activity, Icount icount, VirtualNs ns) {
    recorder_->activityStarted({activity.id,
                                activity.parent,
                                activity.kind,
                                activity.name,
                                activity.note,
                                pastPoint(icount, ns),
                                {},
                                true});
}

void RunRecording::activityEnded(const Activity &activity, Icount icount, VirtualNs ns) {
    recorder_->activityEnded(activity.id, activity.note, pastPoint(icount, ns));
}

void RunRecording::activityPast(const Activity &activity, VirtualNs start, Icount icount,
                                VirtualNs ns) {
    RunPoint began;
    began.ns = start;
    recorder_->activityPast({activity.id, activity.parent, activity.kind, activity.name,
                             activity.note, began, pastPoint(icount, ns), false});
}

RunPoint RunRecording::point(Icount icount, VirtualNs ns) const {
    return {icount, ns, machine_.idleNs(), seconds()};
}

HostCost RunRecording::costNow() {
    HostCost cost = meter_.total();
    cost[HostActivity::Record] +=
        static_cast<uint64_t>(recorder_->cpuSeconds() * static_cast<double>(nsPerSecond));
    return cost;
}

/// A thread that has used up its time is often put to sleep at its next system call. Asking for CPU
/// time is one, wall time is not: were it asked each time, the meter would see little but
/// recording.
void RunRecording::noteCost() {
    if (seconds() - costNoted_ < costIntervalSeconds) return;
    recordCost(machine_.now());
}

void RunRecording::recordCost(VirtualNs ns) {
    costNoted_ = seconds();
    cost_ = costNow();
    recorder_->hostCostUntil(ns, cost_);
}

double RunRecording::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void RunRecording::phaseChanged(Icount icount, VirtualNs ns) {
    shares_.phase(trackedPhase_, ns);
    const Detail detail = plan_.detail.at(trackedPhase_);
    if (detail == detail_) return;
    detail_ = detail;
    recorder_->setDetail(detail, icount, ns);
}

} // namespace bootglass
