// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/generated_boot.h"

#include "emulator/trace/recorder.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

namespace bootglass {

namespace {

constexpr unsigned shift = 3;
constexpr uint16_t lines = 10;
constexpr uint16_t timers = 6;
constexpr uint16_t ports = 13;
constexpr uint16_t memoryMapped = 4;
constexpr uint16_t vectors = 5;
constexpr uint16_t consoles = 2;
static_assert(lines + timers + ports + memoryMapped + vectors + consoles == 40);

/// xorshift64*: dice that cost next to nothing.
class Dice {
  public:
    uint64_t roll(uint64_t below) {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return (state_ * 0x2545F4914F6CDD1D >> 32) * below >> 32;
    }

  private:
    uint64_t state_ = 0x9E3779B97F4A7C15;
};

class Boot {
  public:
    Boot(RunRecorder &recorder, uint64_t events) : recorder_(recorder), events_(events) {}

    void tell() {
        name();
        const char *phases[] = {"firmware", "loader", "kernel", "userspace"};
        uint64_t next = 0;
        size_t phase = 0;
        while (told_ < events_) {
            if (told_ >= next && phase < std::size(phases)) {
                if (phase > 0) recorder_.phaseEnded(phases[phase - 1], point());
                recorder_.phaseStarted(phases[phase], point());
                recorder_.marker(phases[phase], "generated", icount_, now());
                next += events_ / std::size(phases);
                ++phase;
            }
            step();
        }
        recorder_.modeSpan(CpuShare::Kernel, shareSince_, now());
        recorder_.phaseEnded(phases[phase - 1], point());
        recorder_.ended("time:end", point(), std::string(32, '0'));
    }

  private:
    VirtualNs now() const { return {icount_.value << shift}; }
    RunPoint point() const { return {icount_, now(), 0, 0}; }

    void name() {
        const auto all = [this](SourceGroup group, const char *word, uint16_t count) {
            for (uint16_t number = 0; number < count; ++number)
                recorder_.source({group, number, fmt::format("{} {}", word, number)});
        };
        all(SourceGroup::IrqLine, "IRQ", lines);
        all(SourceGroup::Timer, "timer", timers);
        all(SourceGroup::PortDevice, "device", ports);
        all(SourceGroup::MmioDevice, "memory device", memoryMapped);
        all(SourceGroup::Vector, "exception", vectors);
        all(SourceGroup::Console, "console", consoles);
    }

    void put(EventKind kind, uint16_t source, uint32_t address = 0, uint64_t value = 0) {
        recorder_.event({icount_, now(), kind, 1, source, address, value, 0});
        ++told_;
    }
    void pass(uint64_t instructions) { icount_ = icount_ + instructions; }

    void step() {
        // A burst is of one kind and near in time, as a driver's work is.
        if (burst_ == 0) {
            burst_ = 1 + dice_.roll(200);
            kind_ = dice_.roll(10);
            source_ = dice_.roll(1 << 16);
            pass(dice_.roll(20'000));
            const CpuShare share = kind_ < 5 ? CpuShare::Kernel : CpuShare::User;
            recorder_.modeSpan(share, shareSince_, now());
            shareSince_ = now();
        }
        --burst_;
        pass(20 + dice_.roll(160));
        switch (kind_) {
        case 0:
        case 1: interrupt(static_cast<uint16_t>(source_ % lines)); break;
        case 2: timer(static_cast<uint16_t>(source_ % timers)); break;
        case 3:
            put(EventKind::MmioWrite, static_cast<uint16_t>(source_ % memoryMapped),
                0xFED00000u + static_cast<uint32_t>(4 * dice_.roll(64)), dice_.roll(1u << 16));
            break;
        case 4:
            put(EventKind::Exception, static_cast<uint16_t>(source_ % vectors),
                0xC0100000u + static_cast<uint32_t>(dice_.roll(1 << 16)), 2);
            break;
        default:
            put(dice_.roll(2) ? EventKind::PortRead : EventKind::PortWrite,
                static_cast<uint16_t>(source_ % ports),
                0x100u + static_cast<uint32_t>(8 * (source_ % ports) + dice_.roll(8)),
                dice_.roll(256));
        }
        if (dice_.roll(4096) == 0) {
            recorder_.consoleLine(static_cast<uint16_t>(dice_.roll(consoles)),
                                  fmt::format("line {}", ++consoleLines_), icount_, now());
            ++told_;
        }
    }
    void interrupt(uint16_t line) {
        put(EventKind::InterruptRaised, line);
        pass(dice_.roll(30));
        put(EventKind::Interrupt, line, 0xC0001000, 0x20u + line);
        pass(100 + dice_.roll(400));
        put(EventKind::InterruptLowered, line);
        put(EventKind::InterruptEnded, line, 0, 0x20u + line);
    }
    void timer(uint16_t number) {
        const uint64_t deadline = now().value + 8 * 500;
        put(EventKind::TimerArmed, number, 0, deadline);
        pass(500);
        put(EventKind::TimerFired, number, 0, deadline);
    }

    RunRecorder &recorder_;
    uint64_t events_;
    uint64_t told_ = 0;
    uint64_t consoleLines_ = 0;
    Dice dice_;
    Icount icount_;
    VirtualNs shareSince_;
    uint64_t burst_ = 0;
    uint64_t kind_ = 0;
    uint64_t source_ = 0;
};

} // namespace

Result<GeneratedBoot> generateBoot(const std::string &file, uint64_t events) {
    RecorderOptions options;
    options.path = file;
    options.force = true;
    options.shift = shift;
    options.version = "bench";
    auto recorder = RunRecorder::create(options);
    if (!recorder) return recorder.error();
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    Boot((**recorder), events).tell();
    if (auto closed = (*recorder)->close(); !closed) return closed.error();
    GeneratedBoot boot;
    boot.wallSeconds = std::chrono::duration<double>(Clock::now() - start).count();
    boot.events = (*recorder)->eventCount();
    std::error_code ignored;
    boot.bytes = std::filesystem::file_size(file, ignored);
    return boot;
}

} // namespace bootglass
