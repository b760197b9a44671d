// SPDX-License-Identifier: GPL-3.0-or-later
// Makes synthetic runs: a machine of dice that obeys virtual_ns = (icount << shift) + idle_ns,
// tells a recorder all kinds of events, and remembers what it told and which spans that makes.
// Tests compare what a reader says with that memory, by brute force.
#pragma once

#include "emulator/trace/recorder.h"

#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace bootglass {

struct GeneratedRun {
    struct Share {
        CpuShare share;
        VirtualNs from;
        VirtualNs to;
    };
    std::vector<Event> events; // all; at Detail::Full an event's number is its index + 1
    std::vector<Span> spans;   // as they ended, then the open ones; numbers as at Detail::Full
    std::vector<Share> shares;
    std::vector<ConsoleLine> lines;
    std::vector<RunMarker> markers;
    std::vector<IdleSpan> idle;
    RunPoint end;

    TrackId trackAt(size_t index) const {
        TrackId track = trackOf(events[index]);
        if (events[index].kind == EventKind::PageTableSwitch)
            track.number = spaces.at(events[index].value);
        return track;
    }
    std::map<uint64_t, uint16_t> spaces; // CR3 to lane
};

class RunGenerator {
  public:
    static constexpr unsigned shift = 3;
    static constexpr uint16_t timers = 5;
    static constexpr uint16_t lines = 6;

    explicit RunGenerator(unsigned seed = 1) : dice_(seed) {}

    const GeneratedRun &run() const { return run_; }

    /// Tells about `steps` more things that happen, of up to three events each.
    void tell(RunRecorder &recorder, size_t steps) {
        for (size_t i = 0; i < steps; ++i)
            step(recorder);
        run_.end = point();
    }
    /// Ends what is open and the run.
    void end(RunRecorder &recorder, std::string why = "time:end") {
        passShare(recorder, share_);
        run_.end = point();
        std::vector<Span> open(armed_.begin(), armed_.end());
        open.push_back(space_);
        for (Span &span : open) {
            span.end = now();
            span.open = true;
            if (span.startId) run_.spans.push_back(span);
        }
        recorder.ended(std::move(why), run_.end, std::string(32, 'd'));
    }
    RunPoint point() const { return {icount_, now(), idle_, 0.25}; }
    VirtualNs now() const { return {(icount_.value << shift) + idle_}; }

  private:
    uint64_t roll(uint64_t below) { return dice_() % below; }
    bool chance(unsigned percent) { return roll(100) < percent; }

    uint64_t put(RunRecorder &recorder, EventKind kind, uint16_t source = 0, uint32_t address = 0,
                 uint64_t value = 0, uint64_t detail = 0, uint8_t size = 0) {
        const Event event{icount_, now(), kind, size, source, address, value, detail};
        run_.events.push_back(event);
        recorder.event(event);
        return run_.events.size();
    }
    void passShare(RunRecorder &recorder, CpuShare next) {
        if (now() > shareSince_) {
            run_.shares.push_back({share_, shareSince_, now()});
            recorder.modeSpan(share_, shareSince_, now());
        }
        share_ = next;
        shareSince_ = now();
    }

    void step(RunRecorder &recorder) {
        // Quiet stretches now and then, so that all levels of roll-ups have something to do.
        icount_ = icount_ + (chance(2) ? roll(200'000) : 1 + roll(900));
        switch (roll(16)) {
        case 0: timer(recorder); break;
        case 1:
        case 2: interrupt(recorder); break;
        case 3: halt(recorder); break;
        case 4: privilege(recorder); break;
        case 5: pageTable(recorder); break;
        case 6:
            put(recorder, EventKind::Exception, static_cast<uint16_t>(roll(20)),
                static_cast<uint32_t>(dice_()), roll(16), dice_());
            break;
        case 7:
            put(recorder, chance(50) ? EventKind::MmioRead : EventKind::MmioWrite,
                static_cast<uint16_t>(roll(3)), 0xFED00000u + static_cast<uint32_t>(roll(1024)),
                roll(1u << 30), 0, 4);
            break;
        case 8: rare(recorder); break;
        default:
            put(recorder, chance(60) ? EventKind::PortRead : EventKind::PortWrite,
                static_cast<uint16_t>(roll(9)), static_cast<uint32_t>(roll(0x400)), roll(256), 0,
                1);
        }
    }
    void timer(RunRecorder &recorder) {
        const auto number = static_cast<uint16_t>(roll(timers));
        Span &armed = armed_[number];
        const bool was = armed.startId != 0;
        const VirtualNs at = now();
        const VirtualNs begun = armed.start;
        const uint64_t begunId = armed.startId;
        uint64_t id = 0;
        if (was && chance(70)) {
            id = put(recorder, chance(90) ? EventKind::TimerFired : EventKind::TimerCancelled,
                     number, 0, at.value);
            armed = {};
        } else {
            id = put(recorder, EventKind::TimerArmed, number, 0, at.value + roll(10'000'000));
            armed = {{TrackKind::Timer, number}, at, at, at, id, 0, 0, false};
        }
        if (was)
            run_.spans.push_back(
                {{TrackKind::Timer, number}, begun, begun, at, begunId, 0, id, false});
    }
    /// A line rises; most times the CPU takes it and ends it, else the request is withdrawn.
    void interrupt(RunRecorder &recorder) {
        const auto line = static_cast<uint16_t>(roll(lines));
        Span span{{TrackKind::IrqLine, line}, now(), now(), {}, 0, 0, 0, false};
        span.startId = put(recorder, EventKind::InterruptRaised, line);
        icount_ = icount_ + roll(50);
        if (chance(85)) {
            span.accepted = now();
            span.acceptedId = put(recorder, EventKind::Interrupt, line, 0xC0001000, 0x20u + line);
            icount_ = icount_ + roll(chance(3) ? 800'000 : 3000);
            put(recorder, EventKind::InterruptLowered, line);
            span.end = now();
            span.endId = put(recorder, EventKind::InterruptEnded, line, 0, 0x20u + line);
        } else {
            span.end = now();
            span.endId = put(recorder, EventKind::InterruptLowered, line);
        }
        run_.spans.push_back(span);
    }
    void halt(RunRecorder &recorder) {
        passShare(recorder, CpuShare::Idle);
        Span span{{TrackKind::Halt, 0}, now(), now(), {}, 0, 0, 0, false};
        span.startId = put(recorder, EventKind::Halt, 0, 0xC0100000);
        const uint64_t length = chance(5) ? 1 + roll(60'000'000) : 1 + roll(400'000);
        idle_ += length;
        span.end = now();
        span.endId = put(recorder, EventKind::Wake, 0, 0xC0100001, length);
        run_.spans.push_back(span);
        run_.idle.push_back({icount_, span.start, span.end});
        passShare(recorder, CpuShare::Kernel);
    }
    void privilege(RunRecorder &recorder) {
        const bool user = share_ != CpuShare::User;
        put(recorder, EventKind::PrivilegeSwitch, 0, 0x8048000, user ? 3 : 0, user ? 0 : 3);
        passShare(recorder, user ? CpuShare::User : CpuShare::Kernel);
    }
    void pageTable(RunRecorder &recorder) {
        const uint64_t cr3 = 0x1000 * (1 + roll(7));
        const uint16_t lane =
            run_.spaces.try_emplace(cr3, static_cast<uint16_t>(run_.spaces.size())).first->second;
        const VirtualNs at = now();
        const uint64_t id = put(recorder, EventKind::PageTableSwitch, 0, 0xC0200000, cr3, cr3_);
        if (space_.startId) {
            space_.end = at;
            space_.endId = id;
            run_.spans.push_back(space_);
        }
        space_ = {{TrackKind::AddressSpace, lane}, at, at, at, id, 0, 0, false};
        cr3_ = cr3;
    }
    void rare(RunRecorder &recorder) {
        switch (roll(12)) {
        case 0: {
            const auto source = static_cast<uint16_t>(roll(3));
            const std::string text = "line " + std::to_string(run_.lines.size() + 1);
            run_.lines.push_back(
                {static_cast<int64_t>(run_.lines.size() + 1), source, icount_, now(), text});
            recorder.consoleLine(source, text, icount_, now());
            run_.events.push_back(
                {icount_, now(), EventKind::Console, 0, source, 0, run_.lines.size(), 0});
            break;
        }
        case 1: {
            const std::string name = "marker" + std::to_string(run_.markers.size() + 1);
            run_.markers.push_back(
                {static_cast<int64_t>(run_.markers.size() + 1), name, "dice", icount_, now()});
            recorder.marker(name, "dice", icount_, now());
            run_.events.push_back(
                {icount_, now(), EventKind::Marker, 0, 0, 0, run_.markers.size(), 0});
            break;
        }
        case 2: put(recorder, EventKind::ModeSwitch, 0, 0x7C00, roll(4), roll(4)); break;
        case 3:
            put(recorder, EventKind::Dma, 4, static_cast<uint32_t>(dice_()), 512 * roll(256), 1);
            break;
        case 4: put(recorder, EventKind::Input, 0, 0, roll(256)); break;
        case 5: work(recorder); break;
        default: put(recorder, EventKind::SoftwareInterrupt, 0x80, 0x8049000, roll(300)); break;
        }
    }

    /// A sample, and what the guest does meanwhile.
    void work(RunRecorder &recorder) {
        const auto eip = static_cast<uint32_t>(dice_());
        run_.events.push_back({icount_, now(), EventKind::Sample, 0, 0, eip, 3, cr3_});
        recorder.sample({icount_, now(), eip, 3, cr3_, {eip + 16, 0xC1000000}});
        recorder.codePage(++codePages_, std::vector<uint8_t>(4096, static_cast<uint8_t>(eip)));
        recorder.codeSeen(eip & ~0xFFFU, codePages_, icount_, now());
        RunActivity activity{++activities_,
                             activities_ - 1,
                             static_cast<ActivityKind>(eip % 5),
                             "work",
                             "CR3 00001000",
                             point(),
                             {},
                             true};
        if (activity.parent == 0) recorder.symbols(SymbolTable({{0xC1000000, "startup_32"}}));
        recorder.activityStarted(activity);
        if (eip / 5 % 10 < 7) recorder.activityEnded(activities_, "CR3 00001000", point());
    }

    std::mt19937_64 dice_;
    GeneratedRun run_;
    int64_t activities_ = 0;
    uint64_t codePages_ = 0;
    Icount icount_;
    uint64_t idle_ = 0;
    CpuShare share_ = CpuShare::Firmware;
    VirtualNs shareSince_;
    std::array<Span, timers> armed_{};
    Span space_;
    uint64_t cr3_ = 0;
};

/// Records a whole generated run into a file; "" or what went wrong.
inline std::string recordRun(RunGenerator &generator, const std::string &path, size_t steps,
                             Detail detail = Detail::Full) {
    RecorderOptions options;
    options.path = path;
    options.shift = RunGenerator::shift;
    options.detail = detail;
    options.version = "test";
    auto recorder = RunRecorder::create(options);
    if (!recorder) return recorder.error().sentence;
    generator.tell(**recorder, steps);
    generator.end(**recorder);
    const Result<void> closed = (*recorder)->close();
    return closed ? std::string() : closed.error().sentence;
}

} // namespace bootglass
