// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rerun/moment.h"

#include "app/run/time_option.h"
#include "emulator/cpu/cpu.h"
#include "emulator/memory/physical_map.h"
#include "emulator/probe/when.h"

#include <fmt/format.h>

namespace bootglass {

Result<std::unique_ptr<Rerun>> runAgainTo(RunReader &reader, const std::string &at) {
    const bool bareCount = !at.empty() && at.find_first_not_of("0123456789") == std::string::npos;
    const std::string when = bareCount ? "icount:" + at : at;
    const Result<VirtualNs> ns = timeOfWhen(reader, when);
    if (!ns) return ns.error();
    const WhenResult point = parseWhen(when);
    if (!point.when) return Error{point.error};
    // What lies behind the end never happened, and a machine that halts for good never gets there.
    const bool isCount = point.when->kind == When::Kind::Icount;
    const RunPoint end = reader.end();
    if ((isCount && Icount{point.when->value} > end.icount) ||
        (point.when->kind == When::Kind::Time && VirtualNs{point.when->value} > end.ns)) {
        return Error{fmt::format("'{}' is behind the end of the run, which is at icount {}", at,
                                 end.icount.value)};
    }
    auto rerun = Rerun::create(reader);
    if (!rerun) return rerun.error();
    // A count is reached before the idle time that may follow it, which a time does not tell.
    auto there = isCount ? (*rerun)->advance(Icount{point.when->value}) : (*rerun)->advance(*ns);
    if (!there) return there.error();
    return rerun;
}

std::vector<NamedRegister> registersOf(const Cpu &cpu) {
    std::vector<NamedRegister> registers;
    constexpr std::string_view general[] = {"EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"};
    for (size_t i = 0; i < std::size(general); ++i)
        registers.push_back({general[i], cpu.gpr[i]});
    registers.push_back({"EIP", cpu.eip});
    registers.push_back({"EFLAGS", cpu.eflags()});
    constexpr std::string_view segments[] = {"ES", "CS", "SS", "DS", "FS", "GS"};
    for (size_t i = 0; i < std::size(segments); ++i)
        registers.push_back({segments[i], cpu.seg[i].selector, 4});
    registers.push_back({"LDTR", cpu.ldtr.selector, 4});
    registers.push_back({"TR", cpu.tr.selector, 4});
    registers.push_back({"GDTR", cpu.gdtr.base});
    registers.push_back({"IDTR", cpu.idtr.base});
    registers.push_back({"CR0", cpu.cr0});
    registers.push_back({"CR2", cpu.cr2});
    registers.push_back({"CR3", cpu.cr3});
    registers.push_back({"CR4", cpu.cr4});
    registers.push_back({"EFER", cpu.efer});
    registers.push_back({"DR6", cpu.dr[6]});
    registers.push_back({"DR7", cpu.dr[7]});
    registers.push_back({"CPL", cpu.cpl, 1});
    return registers;
}

std::vector<uint8_t> bytesAt(const Machine &machine, uint32_t linear, size_t most) {
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < most; ++i) {
        const auto translation = machine.cpu().inspect(linear + static_cast<uint32_t>(i));
        if (!translation.ok) break;
        const auto page = machine.memory().page(translation.physical);
        if (page.read == nullptr) break;
        bytes.push_back(page.read[translation.physical & pageMask]);
    }
    return bytes;
}

} // namespace bootglass
