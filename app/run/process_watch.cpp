// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/process_watch.h"

#include "app/run/guest_view.h"
#include "emulator/cpu/cpu.h"
#include "emulator/machine/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace bootglass {

namespace {

// arch/x86/entry/syscalls/syscall_32.tbl
constexpr uint32_t execve = 11;
constexpr uint32_t exitGroup = 252;

constexpr size_t mostPathBytes = 160;
constexpr size_t mostCalls = 64;
constexpr uint32_t mostArguments = 10'000;

/// What a file is called; control characters of a guest's making are not shown.
std::string fileName(const std::string &path) {
    const size_t slash = path.find_last_of('/');
    return path.substr(slash == std::string::npos ? 0 : slash + 1);
}

} // namespace

/// From privilege 3 by SYSENTER: nothing else leads to its address.
void ProcessWatch::entered(const Event &event) {
    if (event.detail == 3 && event.address == machine_.cpu().sysenterEip) called();
}

void ProcessWatch::called() {
    const Cpu &cpu = machine_.cpu();
    if (cpu.gpr[Eax] == execve) {
        const auto path = GuestView(machine_).text(cpu.gpr[Ebx], mostPathBytes);
        if (!path || path->empty()) return;
        if (calls_.size() >= mostCalls) calls_.clear();
        calls_[cpu.cr3] = {*path, machine_.icount(), machine_.now()};
    } else if (cpu.gpr[Eax] == exitGroup) {
        const auto process = processes_.find(cpu.cr3);
        if (process == processes_.end()) return;
        process->second.seen = machine_.icount();
        process->second.seenNs = machine_.now();
        process->second.note += fmt::format(", exit {}", cpu.gpr[Ebx] & 0xFF);
        end(process);
    }
}

void ProcessWatch::returned() {
    const Cpu &cpu = machine_.cpu();
    if (!calls_.empty() && calls_.erase(cpu.cr3) > 0) return; // it failed
    for (const unsigned reg : {Eax, Ecx, Edx, Ebx, Ebp, Esi, Edi})
        if (cpu.gpr[reg] != 0) return;
    if (calls_.empty()) {
        if (!processes_.contains(cpu.cr3)) startedByKernel();
        return;
    }
    // Of several under way the last: whoever sleeps in one is not who came out of it.
    const auto call =
        std::ranges::max_element(calls_, {}, [](const auto &one) { return one.second.icount; });
    const Call begun = call->second;
    if (const auto replaced = processes_.find(call->first); replaced != processes_.end()) {
        replaced->second.seen = begun.icount;
        replaced->second.seenNs = begun.ns;
        replaced->second.note += ", execve";
        end(replaced);
    }
    calls_.erase(call);
    start(cpu.cr3, begun.path);
}

/// init and the kernel's helpers: no program called for them. On the stack of a program that starts
/// are the number of its arguments and the first of them, its name (psABI, as above).
void ProcessWatch::startedByKernel() {
    const GuestView guest(machine_);
    const uint32_t stack = machine_.cpu().gpr[Esp];
    const auto count = guest.word(stack);
    const auto name = guest.word(stack + 4);
    if (!count || !name || *count == 0 || *count > mostArguments) return;
    const auto path = guest.text(*name, mostPathBytes);
    if (path && !path->empty()) start(machine_.cpu().cr3, *path);
}

void ProcessWatch::left(const Event &event) {
    const auto process = processes_.find(static_cast<uint32_t>(event.detail));
    if (process == processes_.end()) return;
    process->second.seen = event.icount;
    process->second.seenNs = event.ns;
}

void ProcessWatch::start(uint32_t cr3, const std::string &path) {
    if (const auto before = processes_.find(cr3); before != processes_.end()) end(before);
    if (processes_.size() >= mostProcesses) forgetOldest();
    Process process;
    process.seen = machine_.icount();
    process.seenNs = machine_.now();
    process.note = fmt::format("CR3 {:08X} {}", cr3, path);
    process.activity =
        probe_.activities().start(ActivityKind::Process, fileName(path), fmt::format("{:x}", cr3),
                                  process.seen, process.seenNs, process.note);
    if (process.activity != 0) processes_[cr3] = process;
}

void ProcessWatch::forgetOldest() {
    end(std::ranges::min_element(processes_, {},
                                 [](const auto &process) { return process.second.seen; }));
}

void ProcessWatch::end(std::map<uint32_t, Process>::iterator process) {
    const Process &told = process->second;
    probe_.activities().end(told.activity, told.note, told.seen, told.seenNs);
    processes_.erase(process);
}

void ProcessWatch::serialize(Archive &archive) {
    archive.section("processes");
    std::vector<uint32_t> spaces;
    std::vector<std::string> texts;
    std::vector<uint64_t> numbers; // of a process its activity, and of both count and time
    for (const auto &[cr3, call] : calls_) {
        spaces.push_back(cr3);
        texts.push_back(call.path);
        numbers.insert(numbers.end(), {call.icount.value, call.ns.value});
    }
    uint64_t calls = spaces.size();
    for (const auto &[cr3, process] : processes_) {
        spaces.push_back(cr3);
        texts.push_back(process.note);
        numbers.insert(numbers.end(), {static_cast<uint64_t>(process.activity), process.seen.value,
                                       process.seenNs.value});
    }
    archive(calls, spaces, texts, numbers);
    if (!archive.loading()) return;
    calls_.clear();
    processes_.clear();
    if (calls > mostCalls || calls > spaces.size() || spaces.size() - calls > mostProcesses ||
        texts.size() != spaces.size() ||
        numbers.size() != 2 * calls + 3 * (spaces.size() - calls)) {
        archive.fail("the saved processes cannot be");
        return;
    }
    for (size_t n = 0; n < spaces.size(); ++n) {
        if (n < calls) {
            calls_[spaces[n]] = {texts[n], {numbers[2 * n]}, {numbers[2 * n + 1]}};
            continue;
        }
        const uint64_t *values = &numbers[2 * calls + 3 * (n - calls)];
        processes_[spaces[n]] = {
            static_cast<int64_t>(values[0]), texts[n], {values[1]}, {values[2]}};
    }
}

} // namespace bootglass
