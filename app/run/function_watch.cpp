// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/function_watch.h"

#include "app/run/guest_view.h"
#include "emulator/cpu/cpu.h"
#include "emulator/machine/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bootglass {

namespace {

constexpr std::string_view initcallFunction = "do_one_initcall";
/// Of Linux's kernel stacks (THREAD_SIZE), which tell one thread from another.
constexpr unsigned stackShift = 13;
constexpr uint32_t mostFrameBytes = 1 << stackShift;
constexpr size_t mostFrames = 24;
/// What a function may take off the stack with its return, RET n.
constexpr uint32_t mostArguments = 256;

} // namespace

FunctionWatch::FunctionWatch(const SymbolTable &symbols, const std::vector<RegionRequest> &regions,
                             Machine &machine, Probe &probe)
    : given_(symbols), symbols_(symbols), machine_(machine), probe_(probe), slide_(symbols) {
    const auto function = [this](const std::string &symbol) -> Function & {
        const auto known = std::ranges::find(functions_, symbol, &Function::symbol);
        return known != functions_.end() ? *known : functions_.emplace_back(Function{symbol, {}});
    };
    for (const RegionRequest &region : regions)
        function(region.symbol).region = region.name;
    for (const std::string &symbol : probe.markerSymbols())
        function(symbol).marker = true;
    function(std::string(initcallFunction)).initcalls = true;
}

void FunctionWatch::begin() {
    if (slide_.value() != 0) symbols_ = given_.movedBy(slide_.value());
    watch();
}

void FunctionWatch::watch() {
    entries_.clear();
    for (const Function &function : functions_)
        if (const auto address = symbols_.addressOf(function.symbol)) {
            entries_[*address] = &function;
            machine_.watchCode(*address);
        }
    for (const Call &call : calls_)
        machine_.watchCode(call.returnTo);
}

bool FunctionWatch::event(const Event &event) {
    if (settling_ || !slide_.wanted()) return false;
    if (event.kind != EventKind::Interrupt && event.kind != EventKind::Exception &&
        event.kind != EventKind::PageTableSwitch)
        return false;
    settling_ = slide_.look(machine_) && slide_.value() != 0;
    return settling_;
}

bool FunctionWatch::settle() {
    if (!std::exchange(settling_, false)) return false;
    machine_.unwatchCode();
    begin();
    return true;
}

void FunctionWatch::codeReached(uint32_t linear) {
    returned(linear);
    const auto entry = entries_.find(linear);
    if (entry != entries_.end()) entered(*entry->second);
}

void FunctionWatch::entered(const Function &function) {
    if (function.marker) probe_.symbolReached(function.symbol, machine_.icount(), machine_.now());
    if (!function.region.empty()) call(ActivityKind::Region, function.region);
    if (function.initcalls) {
        probe_.ignoreLinesOf(ActivityKind::Initcall);
        // Its argument, in EAX as the kernel is built with -mregparm=3 (arch/x86/Makefile).
        const uint32_t initcall = machine_.cpu().gpr[Eax];
        const Symbol *symbol = symbols_.functionAt(initcall);
        call(ActivityKind::Initcall,
             symbol && symbol->address == initcall ? symbol->name : addressName(initcall));
    }
}

void FunctionWatch::call(ActivityKind kind, const std::string &name) {
    const uint32_t stack = machine_.cpu().gpr[Esp];
    const auto returnTo = GuestView(machine_).word(stack);
    if (!returnTo) return;
    // What was deeper on this stack is gone, though it never returned.
    const bool isRegion = kind == ActivityKind::Region;
    std::erase_if(calls_, [&](const Call &call) {
        const bool gone = call.stack >> stackShift == stack >> stackShift &&
                          (call.stack < stack || (call.stack == stack && call.region == isRegion));
        if (gone)
            probe_.activities().end(call.activity, "did not return", machine_.icount(),
                                    machine_.now());
        return gone;
    });
    const int64_t activity =
        probe_.activities().start(kind, name, fmt::format("stack {:08x}", stack >> stackShift),
                                  machine_.icount(), machine_.now());
    if (activity == 0) return; // there are too many
    calls_.push_back({activity, *returnTo, stack, isRegion});
    machine_.watchCode(*returnTo);
}

void FunctionWatch::returned(uint32_t linear) {
    const uint32_t stack = machine_.cpu().gpr[Esp];
    for (size_t n = calls_.size(); n-- > 0;) {
        const Call call = calls_[n];
        if (call.returnTo != linear || stack - call.stack < sizeof(uint32_t) ||
            stack - call.stack > sizeof(uint32_t) + mostArguments)
            continue;
        calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(n));
        const uint32_t result = machine_.cpu().gpr[Eax];
        // An initcall returns an int; what a region's function returns, if anything, is not known.
        probe_.activities().end(call.activity,
                                call.region ? fmt::format("EAX {:08x}", result)
                                            : fmt::format("{}", static_cast<int32_t>(result)),
                                machine_.icount(), machine_.now());
    }
}

std::vector<uint32_t> FunctionWatch::callers() const {
    std::vector<uint32_t> callers;
    const Cpu &cpu = machine_.cpu();
    const uint32_t eip = cpu.seg[Cs].base + cpu.eip;
    const Symbol *function = symbols_.functionAt(eip);
    if (cpu.cpl != 0 || function == nullptr) return callers;
    const GuestView guest(machine_);
    const auto note = [&](std::optional<uint32_t> address) {
        const bool known = address && symbols_.functionAt(*address) != nullptr;
        if (known) callers.push_back(*address);
        return known;
    };
    // Before PUSH EBP, and before MOV EBP, ESP, the caller is not in the chain yet.
    const uint32_t offset = eip - function->address;
    if (offset <= 1 && !note(guest.word(cpu.gpr[Esp] + (offset == 0 ? 0 : 4)))) return callers;
    uint32_t frame = cpu.gpr[Ebp];
    while (callers.size() < mostFrames && frame % sizeof(uint32_t) == 0) {
        const auto next = guest.word(frame);
        if (!next || !note(guest.word(frame + 4))) break;
        if (*next <= frame || *next - frame > mostFrameBytes) break;
        frame = *next;
    }
    return callers;
}

void FunctionWatch::serialize(Archive &archive) {
    archive.section("functions");
    archive(slide_, calls_);
    if (!archive.loading()) return;
    if (calls_.size() > ActivityTracker::mostOpen) {
        archive.fail("the saved calls cannot be");
        calls_.clear();
    }
}

} // namespace bootglass
