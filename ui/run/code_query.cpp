// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/code_query.h"

#include "emulator/trace/disassembler.h"
#include "ui/base/guest_text.h"
#include "ui/run/event_text.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t mostLines = 400;
constexpr uint32_t mostBack = 256; // bytes before the instruction pointer
constexpr uint64_t sampleReachNs = 200'000'000;

/// Whether an event's address is where the CPU was.
bool hasInstructionPointer(const Event &event) {
    return static_cast<size_t>(event.kind) < eventKinds.size() &&
           info(event.kind).address == "instruction pointer";
}

Result<std::optional<CodeSample>> nearestSample(RunReader &reader, VirtualNs cursor) {
    const VirtualNs from{cursor.value - std::min(cursor.value, sampleReachNs)};
    const auto list = reader.samples({from, cursor + sampleReachNs}, 100'000);
    if (!list) return list.error();
    const auto distance = [cursor](const SampleList::Stack &stack) {
        return stack.sample.ns > cursor ? stack.sample.ns - cursor : cursor - stack.sample.ns;
    };
    const auto best = std::ranges::min_element(list->stacks, {}, distance);
    if (best == list->stacks.end()) return std::optional<CodeSample>();
    return std::optional(best->sample);
}

/// Code is read as 16 bits in real and virtual-8086 mode, as 32 else.
Result<bool> isCode32(RunReader &reader, VirtualNs at) {
    const auto change = reader.previousEvent({TrackKind::ModeSwitch, 0}, at + 1);
    if (!change) return change.error();
    if (change->id == 0) return false; // since reset
    const auto mode = static_cast<CpuMode>(change->event.value);
    return mode == CpuMode::Protected || mode == CpuMode::Paged;
}

/// Where to begin so that an instruction begins at eip: the function's start, else the earliest
/// place not far before from which the instructions lead there.
uint32_t startOf(const CodeBytes &page, uint32_t eip, bool code32, const SymbolTable &symbols,
                 const Disassembler &disassembler) {
    const auto leadsThere = [&](uint32_t from) {
        while (from < eip) {
            const auto code = std::span(page.bytes).subspan(from - page.address);
            const unsigned bytes = disassembler.first(code, from, code32).bytes;
            if (bytes == 0) return false;
            from += bytes;
        }
        return from == eip;
    };
    if (const Symbol *function = symbols.functionAt(eip);
        function && function->address >= page.address && leadsThere(function->address))
        return function->address;
    const uint32_t least = eip - std::min(mostBack, eip - page.address);
    for (uint32_t from = least; from < eip; ++from)
        if (leadsThere(from)) return from;
    return eip;
}

} // namespace

std::vector<CodeLine> disassembled(const CodeBytes &page, uint32_t eip, bool code32,
                                   const SymbolTable &symbols) {
    std::vector<CodeLine> lines;
    if (eip < page.address || eip - page.address >= page.bytes.size()) return lines;
    const Disassembler disassembler;
    uint32_t at = startOf(page, eip, code32, symbols, disassembler);
    while (lines.size() < mostLines && at - page.address < page.bytes.size()) {
        const auto code = std::span(page.bytes).subspan(at - page.address);
        const Disassembled found = disassembler.first(code, at, code32);
        const unsigned bytes = std::max(found.bytes, 1U);
        CodeLine line;
        line.address = at;
        const auto raw =
            QByteArray(reinterpret_cast<const char *>(code.data()), static_cast<qsizetype>(bytes));
        line.bytes = QString::fromLatin1(raw.toHex(' '));
        line.mnemonic =
            found.bytes == 0 ? QStringLiteral("(bad)") : QString::fromStdString(found.mnemonic);
        line.operands = QString::fromStdString(found.operands);
        if (const Symbol *function = symbols.functionAt(at); function && function->address == at)
            line.label = shownLine(function->name);
        lines.push_back(std::move(line));
        at += bytes;
    }
    return lines;
}

Result<CodeListing> queryCode(RunReader &reader, const std::optional<StoredEvent> &event,
                              VirtualNs cursor) {
    CodeListing listing;
    if (event && hasInstructionPointer(event->event)) {
        listing.eip = event->event.address;
        listing.at = event->event.ns;
        listing.source = kindText(event->event.kind);
    } else {
        const auto sample = nearestSample(reader, cursor);
        if (!sample) return sample.error();
        if (!*sample) return listing;
        listing.eip = (*sample)->eip;
        listing.at = (*sample)->ns;
        listing.source = QStringLiteral("sample");
    }
    const auto symbols = reader.symbols();
    if (!symbols) return symbols.error();
    listing.function = shownLine((*symbols)->nameOf(listing.eip));
    const auto page = reader.codeAt(listing.eip, listing.at);
    if (!page) return page.error();
    const auto code32 = isCode32(reader, listing.at);
    if (!code32) return code32.error();
    listing.recorded = page->ns;
    listing.lines = disassembled(*page, listing.eip, *code32, **symbols);
    listing.known = !listing.lines.empty();
    const auto current = std::ranges::find(listing.lines, listing.eip, &CodeLine::address);
    listing.current = static_cast<size_t>(current - listing.lines.begin());
    return listing;
}

} // namespace bootglass
