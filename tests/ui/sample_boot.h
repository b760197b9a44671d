// SPDX-License-Identifier: GPL-3.0-or-later
// A boot as Linux does it, written straight into a run file, small and the same each time: phases
// with round counts, a timer interrupt at 250 Hz, serial output, a disk, page faults, idle time.
// What the window's tests open.
#pragma once

#include "emulator/trace/recorder.h"

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace bootglass {

class SampleBoot {
  public:
    static constexpr unsigned shift = 3;

    explicit SampleBoot(RunRecorder &recorder) : recorder_(recorder) {}

    /// Records everything; a test that watches it grow gets a call after each phase.
    void record(const std::function<void()> &afterPhase = {}) {
        names();
        put(EventKind::Reset);
        marker("reset", "cpu reset");
        enter("firmware");
        screen("SeaBIOS (version 1.16.2-debian-1.16.2-1)");
        part("post", 20, [this] { ports(Device::pci, 400); });
        part("pci", 10, [this] { ports(Device::pci, 900); });
        part("option roms", 10, [this] { ports(Device::firmware, 300); });
        leave();
        if (afterPhase) afterPhase();

        passShare();
        share_ = CpuShare::Loader;
        enter("loader");
        marker("boot sector", "first instruction at 0x7C00");
        screen("Booting from ROM...");
        work(60, [this] { ports(Device::firmware, 500); });
        leave();

        passShare();
        share_ = CpuShare::Kernel;
        calls({"start_kernel"});
        marker("protected mode", "CR0.PE set");
        put(EventKind::ModeSwitch, 0, 0x100000, 1, 0);
        enter("kernel");
        part("decompression", 700, [] {});
        line(0, "Linux version 6.1.0-47-686 (debian-kernel@lists.debian.org)");
        marker("kernel starts", "serial text 'Linux version'");
        part("early", 1500, [this] { serial(40); });
        ticking_ = true;
        marker("drivers begin", "serial text 'pci 0000:00'");
        enter("drivers");
        calls({"kernel_init", "do_one_initcall"});
        part("pci", 110, [this] {
            initcall("pci_arch_init", 900'000);
            initcall("pci_subsys_init", 1'800'000);
            ports(Device::pci, 700);
        });
        part("acpi", 90, [this] {
            initcall("acpi_init", 3'500'000);
            serial(25);
            initcall("acpi_thermal_init", 400'000);
        });
        part("x509 self test", 320, [this] { serial(12); });
        calls({"kernel_init", "do_one_initcall", "init_drivers"});
        part("ata_piix", 200, [this] {
            disk(900);
            idle(20'000'000);
        });
        part("rtc", 40, [this] { serial(8); });
        leave();
        leave();
        if (afterPhase) afterPhase();

        enter("userspace");
        marker("Run /init", "serial text 'Run /init'");
        marker("first user instruction", "privilege 3");
        part("init", 200, [this] {
            user();
            program(0x2102000, "/bin/sh", [this] { faults(1500); });
        });
        marker("udevd", "serial text 'Starting udev'");
        part("udev", 260, [this] {
            user();
            program(0x2107000, "/sbin/udevd", [this] {
                faults(1300);
                program(0x210B000, "/bin/udevadm", [this] { faults(1200); });
            });
            idle(30'000'000);
        });
        marker("main menu", "serial text 'main menu'");
        part("installer", 200, [this] {
            user();
            program(0x2110000, "/usr/bin/main-menu", [this] {
                serial(60);
                faults(1200);
            });
            idle(15'000'000);
        });
        marker("prompt", "serial text 'Prompt:'");
        leave();
        screen("Debian GNU/Linux installer");
        passShare();
        recorder_.ended("marker:prompt", point(), std::string(32, '7'));
    }

    RunPoint point() const { return {icount_, now(), idle_, 4.6}; }
    VirtualNs now() const { return {(icount_.value << shift) + idle_}; }

  private:
    enum class Device : uint16_t { pci, serial, disk, firmware, rtc };
    enum class Line : uint16_t { timer = 0, serial = 4, disk = 14 };

    void names() {
        recorder_.source({SourceGroup::PortDevice, 0, "PCI config"});
        recorder_.source({SourceGroup::PortDevice, 1, "16550 COM1"});
        recorder_.source({SourceGroup::PortDevice, 2, "IDE disk"});
        recorder_.source({SourceGroup::PortDevice, 3, "fw_cfg"});
        recorder_.source({SourceGroup::PortDevice, 4, "RTC"});
        recorder_.source({SourceGroup::MmioDevice, 0, "local APIC"});
        recorder_.source({SourceGroup::IrqLine, 0, "IRQ 0 timer"});
        recorder_.source({SourceGroup::IrqLine, 4, "IRQ 4 COM1"});
        recorder_.source({SourceGroup::IrqLine, 14, "IRQ 14 disk"});
        recorder_.source({SourceGroup::Timer, 0, "8254 channel 0"});
        recorder_.source({SourceGroup::Timer, 1, "local APIC timer"});
        recorder_.source({SourceGroup::Timer, 2, "RTC"});
        recorder_.source({SourceGroup::Vector, 14, "#PF page fault"});
        recorder_.source({SourceGroup::Vector, 7, "#NM device not available"});
        recorder_.source({SourceGroup::Console, 0, "COM1"});
        recorder_.source({SourceGroup::Console, 2, "firmware log"});
        recorder_.meta("shift", "3");
        symbols();
    }

    // --- the guest's work: functions by symbol, initcalls, programs

    static constexpr uint32_t text = 0xC1000000;
    static constexpr const char *functions[] = {
        "start_kernel", "kernel_init", "do_one_initcall", "init_drivers", "delay_tsc",
        "inflate",      "mpihelp_mul", "exec_binprm",     "sys_read",     "memcpy"};

    void symbols() {
        std::vector<Symbol> table;
        for (const char *function : functions)
            table.push_back({addressOf(function), function});
        recorder_.symbols(SymbolTable(std::move(table)));
        // Functions of one kind: push ebp; mov ebp, esp; mov eax, [ebp + 8]; inc eax; leave; ret.
        const std::vector<uint8_t> body{0x55, 0x89, 0xE5, 0x8B, 0x45, 0x08, 0x40, 0xC9, 0xC3};
        std::vector<uint8_t> page;
        while (page.size() + body.size() <= 4096)
            page.insert(page.end(), body.begin(), body.end());
        page.resize(4096, 0x90);
        recorder_.codePage(1, page);
        for (uint32_t n = 0; n < std::size(functions); ++n)
            recorder_.codeSeen(text + n * 0x1000, 1, icount_, now());
        recorder_.meta("sample_every", "1000000");
    }
    static uint32_t addressOf(const std::string &function) {
        for (uint32_t n = 0; n < std::size(functions); ++n)
            if (functions[n] == function) return text + n * 0x1000;
        return 0;
    }
    /// The outermost first; samples are in them and in what they call.
    void calls(std::vector<std::string> stack) { calls_ = std::move(stack); }
    void sample() {
        if (share_ == CpuShare::Firmware || share_ == CpuShare::Loader) return;
        CodeSample sample{icount_, now(), 0x8049000, 3, cr3_, {}};
        if (share_ != CpuShare::User) {
            const uint32_t leaves[] = {4, 5, 5, 6, 6, 6, 9};
            sample.eip = text + leaves[roll(7) * (roll(5) != 0)] * 0x1000 + 0x10;
            sample.privilege = 0;
            for (auto call = calls_.rbegin(); call != calls_.rend(); ++call)
                sample.callers.push_back(addressOf(*call) + 0x20);
        }
        recorder_.sample(sample);
    }
    int64_t start(ActivityKind kind, const std::string &name, int64_t parent = 0,
                  const std::string &note = {}) {
        recorder_.activityStarted({++activities_, parent, kind, name, note, point(), {}, true});
        return activities_;
    }
    void initcall(const std::string &name, uint64_t instructions) {
        const int64_t id = start(ActivityKind::Initcall, name);
        advance(instructions);
        recorder_.activityEnded(id, "0", point());
    }
    void program(uint32_t cr3, const std::string &path, const std::function<void()> &runs) {
        const uint32_t before = std::exchange(cr3_, cr3);
        put(EventKind::PageTableSwitch, 0, text, cr3, before);
        char note[60];
        std::snprintf(note, sizeof note, "CR3 %08X %s", cr3, path.c_str());
        const int64_t id = start(ActivityKind::Process, path.substr(path.rfind('/') + 1), 0, note);
        runs();
        recorder_.activityEnded(id, std::string(note) + ", exit 0", point());
        cr3_ = before;
        put(EventKind::PageTableSwitch, 0, text, cr3_, cr3);
    }

    uint32_t roll(uint32_t below) {
        dice_ = dice_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<uint32_t>(dice_ >> 33) % below;
    }
    void put(EventKind kind, uint16_t source = 0, uint32_t address = 0, uint64_t value = 0,
             uint64_t detail = 0, uint8_t size = 0) {
        recorder_.event({icount_, now(), kind, size, source, address, value, detail});
    }
    void marker(const std::string &name, const std::string &rule) {
        recorder_.marker(name, rule, icount_, now());
    }
    void line(uint16_t console, const std::string &text) {
        recorder_.consoleLine(console, text, icount_, now());
    }
    void screen(const std::string &text) {
        TextScreenUpdate update;
        update.cursorRow = static_cast<uint16_t>(screenRow_ + 1);
        TextScreenRow row;
        row.row = screenRow_++;
        row.cells.assign(80, 0x0720);
        for (size_t i = 0; i < text.size() && i < 80; ++i)
            row.cells[i] = static_cast<uint16_t>(0x0700 | static_cast<uint8_t>(text[i]));
        update.changed = {row};
        recorder_.screenRows(update, icount_, now());
    }
    void enter(const std::string &name) {
        path_ += path_.empty() ? name : "/" + name;
        phaseStart_ = icount_;
        noteCost();
        recorder_.phaseStarted(path_, point());
    }
    void leave() {
        noteCost();
        recorder_.phaseEnded(path_, point());
        const size_t slash = path_.rfind('/');
        path_.resize(slash == std::string::npos ? 0 : slash);
    }
    void part(const std::string &name, unsigned hundredThousands,
              const std::function<void()> &busy) {
        enter(name);
        work(hundredThousands, busy);
        leave();
    }

    /// That many times 100 000 instructions, in all; what `busy` does is spread over them.
    void work(unsigned hundredThousands, const std::function<void()> &busy) {
        const Icount end = icount_ + 100'000ULL * hundredThousands;
        step_ = 2000;
        limit_ = end;
        busy();
        while (icount_ < end)
            advance(std::min<uint64_t>(50'000, end - icount_));
        step_ = 0;
    }
    void advance(uint64_t instructions) {
        if (limit_.value != 0) instructions = std::min(instructions, limit_ - icount_);
        icount_ = icount_ + instructions;
        spend(instructions);
        if (icount_.value / 1'000'000 != sampled_) {
            sampled_ = icount_.value / 1'000'000;
            sample();
        }
        if (ticking_ && now().value >= nextTick_) tick();
    }
    /// What is new is translated, what was translated runs.
    void spend(uint64_t instructions) {
        const bool fresh = icount_ - phaseStart_ < 3'000'000;
        cost_[HostActivity::Translate] += fresh ? instructions : instructions / 20;
        cost_[HostActivity::Execute] += fresh ? instructions : 2 * instructions;
        cost_[HostActivity::Interpret] += fresh ? instructions : instructions / 5;
        cost_[HostActivity::Devices] += instructions / 4;
        cost_[HostActivity::Record] += instructions / 6;
        if (icount_ - costNoted_ >= 500'000) noteCost();
    }
    void noteCost() {
        costNoted_ = icount_;
        recorder_.hostCostUntil(now(), cost_);
    }
    void tick() {
        put(EventKind::TimerFired, 1, 0, nextTick_);
        interrupt(Line::timer, 1200);
        nextTick_ = now().value - now().value % 4'000'000 + 4'000'000;
        put(EventKind::TimerArmed, 1, 0, nextTick_);
        if (roll(40) == 0) put(EventKind::TimerFired, 2);
        if (roll(30) == 0) put(EventKind::TimerArmed, 2, 0, now().value + 400'000'000);
    }
    void interrupt(Line line, uint64_t length) {
        const auto number = static_cast<uint16_t>(line);
        put(EventKind::InterruptRaised, number);
        put(EventKind::Interrupt, number, 0xC1000000, 0x20U + number);
        const bool was = std::exchange(ticking_, false);
        advance(length);
        ticking_ = was;
        put(EventKind::InterruptLowered, number);
        put(EventKind::InterruptEnded, number, 0, 0x20U + number);
    }
    void ports(Device device, unsigned accesses) {
        for (unsigned i = 0; i < accesses && icount_ < limit_; ++i) {
            advance(200 + roll(step_));
            put(roll(3) ? EventKind::PortRead : EventKind::PortWrite, static_cast<uint16_t>(device),
                0xCF8 + (i & 7), roll(256), 0, 1);
        }
    }
    void serial(unsigned lines) {
        const uint64_t room = (limit_ - icount_) / (lines + 1);
        for (unsigned i = 0; i < lines; ++i) {
            for (unsigned c = 0; c < 20; ++c) {
                advance(room / 80);
                put(EventKind::PortWrite, static_cast<uint16_t>(Device::serial), 0x3F8, 'a' + c, 0,
                    1);
            }
            interrupt(Line::serial, 500);
            line(0, "[    " + std::to_string(now().value / 1'000'000) + "] message " +
                        std::to_string(++messages_) + " of the kernel");
            advance(room / 2 + roll(static_cast<uint32_t>(room / 8 + 1)));
        }
    }
    void disk(unsigned commands) {
        for (unsigned i = 0; i < commands && icount_ < limit_; ++i) {
            advance(300 + roll(4000));
            for (unsigned p = 0; p < 6; ++p)
                put(EventKind::PortWrite, static_cast<uint16_t>(Device::disk), 0x1F0 + p, roll(256),
                    0, 1);
            interrupt(Line::disk, 900);
        }
    }
    void faults(unsigned count) {
        for (unsigned i = 0; i < count && icount_ < limit_; ++i) {
            advance(400 + roll(6000));
            put(EventKind::Exception, 14, 0xB7E00000, 4, 0xB7E00000 + i * 4096U);
            if (roll(6) == 0) mode(CpuShare::Kernel);
            if (roll(6) == 0) mode(CpuShare::User);
        }
    }
    void user() { mode(CpuShare::User); }
    void mode(CpuShare share) {
        if (share == share_) return;
        passShare();
        const uint64_t level = share == CpuShare::User ? 3 : 0;
        put(EventKind::PrivilegeSwitch, 0, 0x8048000, level, 3 - level);
        share_ = share;
    }
    void passShare() {
        if (now() > shareSince_) recorder_.modeSpan(share_, shareSince_, now());
        shareSince_ = now();
    }
    void idle(uint64_t ns) {
        for (unsigned part = 0; part < 10; ++part) {
            passShare();
            put(EventKind::Halt, 0, 0xC1000100);
            idle_ += ns / 10;
            put(EventKind::Wake, 0, 0xC1000101, ns / 10);
            recorder_.modeSpan(CpuShare::Idle, shareSince_, now());
            shareSince_ = now();
            advance(15'000);
        }
    }

    RunRecorder &recorder_;
    Icount icount_;
    Icount limit_;
    uint64_t idle_ = 0;
    uint32_t step_ = 0;
    uint64_t dice_ = 42;
    uint64_t nextTick_ = 0;
    bool ticking_ = false;
    CpuShare share_ = CpuShare::Firmware;
    VirtualNs shareSince_;
    std::string path_;
    Icount phaseStart_;
    Icount costNoted_;
    HostCost cost_;
    uint16_t screenRow_ = 0;
    unsigned messages_ = 0;
    std::vector<std::string> calls_;
    uint32_t cr3_ = 0x1000000;
    int64_t activities_ = 0;
    uint64_t sampled_ = 0;
};

/// A finished run file; "" or what went wrong.
inline std::string recordSampleBoot(const std::string &path) {
    RecorderOptions options;
    options.path = path;
    options.force = true;
    options.shift = SampleBoot::shift;
    options.version = "test";
    auto recorder = RunRecorder::create(options);
    if (!recorder) return recorder.error().sentence;
    SampleBoot(**recorder).record();
    const Result<void> closed = (*recorder)->close();
    return closed ? std::string() : closed.error().sentence;
}

} // namespace bootglass
