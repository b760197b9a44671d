// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/guest_tables.h"

#include "emulator/trace/compression.h"
#include "emulator/trace/idle_clock.h"
#include "emulator/trace/run_tables.h"
#include "emulator/trace/sample_codec.h"
#include "emulator/trace/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

namespace bootglass {

namespace {

constexpr uint32_t codePageBytes = 4096;
constexpr size_t mostSampleBytes = samplesPerRow * mostVarintBytes * (6 + mostCallers);
constexpr size_t mostSymbolRowBytes = symbolsPerRow * (2 * mostVarintBytes + mostSymbolBytes);

ActivityKind activityKind(const RunFile &file, const std::string &text) {
    for (size_t kind = 0; kind < activityKinds; ++kind)
        if (name(static_cast<ActivityKind>(kind)) == text) return static_cast<ActivityKind>(kind);
    file.damaged("an activity is of no known kind");
}

/// Instructions from one sample to the next; 0: it is not told.
uint64_t sampleDistance(const RunFile &file) {
    const std::string text = file.metaText(metaKey::sampleEvery);
    uint64_t every = 0;
    std::from_chars(text.data(), text.data() + text.size(), every);
    return every;
}

/// Which program ran in an address space, and when.
class Programs {
  public:
    explicit Programs(RunFile &file) {
        if (!file.tellsActivities()) return;
        SqliteStatement &rows = file.statement("SELECT note, name, start_ns FROM activity"
                                               " WHERE kind='process' ORDER BY start_ns");
        while (rows.step()) {
            // "CR3 02102000 …", see schema.cpp.
            const std::string note = rows.text(0);
            uint64_t cr3 = 0;
            if (note.size() < 12 || !note.starts_with("CR3 ")) continue;
            std::from_chars(note.data() + 4, note.data() + 12, cr3, 16);
            byCr3_[cr3].push_back({{rows.natural(2)}, rows.text(1)});
        }
    }
    /// Empty if it is not known.
    std::string_view at(uint64_t cr3, VirtualNs ns) const {
        const auto found = byCr3_.find(cr3);
        if (found == byCr3_.end()) return {};
        const auto after = std::ranges::upper_bound(found->second, ns, {}, &Program::from);
        return after == found->second.begin() ? std::string_view() : std::prev(after)->name;
    }

  private:
    struct Program {
        VirtualNs from;
        std::string name;
    };
    std::unordered_map<uint64_t, std::vector<Program>> byCr3_;
};

/// Numbers names as they come.
class NameList {
  public:
    NameList(RunFile &file, const SymbolTable &symbols) : symbols_(symbols), programs_(file) {}

    uint32_t operator()(uint32_t address, const CodeSample &sample) {
        const bool user = sample.privilege == 3;
        const std::string_view program =
            user ? programs_.at(sample.cr3, sample.ns) : std::string_view();
        if (!program.empty()) return numberOf(fmt::format("[user] {}", program));
        const auto [known, isNew] = numbers_.try_emplace(uint64_t{user} << 32 | address, 0U);
        if (isNew) known->second = numberOf(nameOf(address, user));
        return known->second;
    }

    std::vector<std::string> names;

  private:
    std::string nameOf(uint32_t address, bool user) const {
        constexpr uint32_t mib = 1 << 20;
        if (const Symbol *function = symbols_.functionAt(address)) return function->name;
        if (symbols_.empty()) return addressName(address);
        // Beside functions with names, what has none is told by where it lies, so that a program
        // without symbols is one row and not a thousand.
        if (user) return "[user]";
        if (address < mib) return "[below 1 MiB]";
        return fmt::format("[{}]", addressName(address & ~(mib - 1)));
    }
    uint32_t numberOf(std::string name) {
        const auto [known, isNew] = byName_.try_emplace(name, uint32_t(names.size()));
        if (isNew) names.push_back(std::move(name));
        return known->second;
    }

    const SymbolTable &symbols_;
    const Programs programs_;
    std::unordered_map<uint64_t, uint32_t> numbers_; // by privilege and address
    std::unordered_map<std::string, uint32_t> byName_;
};

} // namespace

std::vector<RunActivity> readActivities(RunFile &file, IdleClock &idle) {
    std::vector<RunActivity> activities;
    if (!file.tellsActivities()) return activities;
    std::set<int64_t> ids;
    SqliteStatement &rows = file.statement(
        "SELECT id, parent, kind, name, note, start_icount, start_ns, start_idle_ns, end_icount,"
        " end_ns, end_idle_ns FROM activity ORDER BY id");
    while (rows.step()) {
        RunActivity activity;
        activity.id = rows.integer(0);
        activity.parent = rows.null(1) ? 0 : rows.integer(1);
        activity.kind = activityKind(file, rows.text(2));
        activity.name = rows.text(3);
        activity.note = rows.text(4);
        activity.start = {{rows.natural(5)}, {rows.natural(6)}, rows.natural(7), 0};
        if (rows.null(5)) {
            activity.start.icount = idle.icountAt(activity.start.ns);
            const uint64_t busy = activity.start.icount.value << file.shift();
            activity.start.idleNs = std::max(activity.start.ns.value, busy) - busy; // as in a halt
        }
        activity.open = rows.null(9);
        if (activity.open) {
            activity.end = file.end();
            activity.end.wallSeconds = 0;
            // It may have started since the reader was refreshed.
            activity.end.icount = std::max(activity.end.icount, activity.start.icount);
            activity.end.ns = std::max(activity.end.ns, activity.start.ns);
            activity.end.idleNs = std::max(activity.end.idleNs, activity.start.idleNs);
        } else {
            activity.end = {{rows.natural(8)}, {rows.natural(9)}, rows.natural(10), 0};
        }
        if (activity.end.icount < activity.start.icount || activity.end.ns < activity.start.ns ||
            activity.end.idleNs < activity.start.idleNs)
            file.damaged("an activity ends before it starts");
        if (activity.parent != 0 && !ids.contains(activity.parent))
            file.damaged("an activity has no parent");
        ids.insert(activity.id);
        activities.push_back(std::move(activity));
    }
    std::ranges::stable_sort(activities, [](const RunActivity &a, const RunActivity &b) {
        return a.start.ns != b.start.ns ? a.start.ns < b.start.ns : a.end.ns > b.end.ns;
    });
    return activities;
}

SymbolTable readSymbols(RunFile &file) {
    if (!file.tellsActivities()) return {};
    std::vector<Symbol> symbols;
    Decompressor unpack;
    SqliteStatement &rows = file.statement("SELECT count, data FROM symbol ORDER BY id");
    while (rows.step()) {
        file.checkCancelled();
        if (!unpack.decompress(rows.blob(1), mostSymbolRowBytes) ||
            !decodeSymbols(unpack.plain(), rows.natural(0), symbols))
            file.damaged("the names of its code cannot be decoded");
    }
    return SymbolTable(std::move(symbols));
}

uint64_t countSamples(RunFile &file, TimeRange range) {
    if (!file.tellsActivities()) return 0;
    uint64_t count = 0;
    SqliteStatement &rows =
        file.statement("SELECT count FROM sample WHERE last_ns >= ?1 AND first_ns < ?2");
    rows.bind(1, sqlTime(range.from)).bind(2, sqlTime(range.to));
    while (rows.step())
        count += std::min<uint64_t>(rows.natural(0), samplesPerRow);
    return count;
}

std::vector<CodeSample> readSamples(RunFile &file, TimeRange range, uint64_t every) {
    std::vector<CodeSample> samples;
    if (!file.tellsActivities()) return samples;
    uint64_t number = 0;
    Decompressor unpack;
    std::vector<CodeSample> row;
    SqliteStatement &rows = file.statement("SELECT first_icount, first_ns, count, data FROM sample"
                                           " WHERE last_ns >= ?1 AND first_ns < ?2 ORDER BY id");
    rows.bind(1, sqlTime(range.from)).bind(2, sqlTime(range.to));
    while (rows.step()) {
        file.checkCancelled();
        row.clear();
        if (!unpack.decompress(rows.blob(3), mostSampleBytes) ||
            !decodeSamples(unpack.plain(), rows.natural(2), {rows.natural(0)}, {rows.natural(1)},
                           row))
            file.damaged("its samples cannot be decoded");
        for (CodeSample &sample : row) {
            if (sample.ns < range.from || sample.ns >= range.to) continue;
            if (number++ % every == 0) samples.push_back(std::move(sample));
        }
    }
    return samples;
}

SampleList nameSamples(RunFile &file, std::vector<CodeSample> samples, const SymbolTable &symbols) {
    SampleList list;
    list.every = sampleDistance(file);
    NameList nameOf(file, symbols);
    list.stacks.reserve(samples.size());
    for (CodeSample &sample : samples) {
        SampleList::Stack stack;
        // A return address may be the first behind its function, if that calls what never returns.
        for (auto caller = sample.callers.rbegin(); caller != sample.callers.rend(); ++caller)
            stack.frames.push_back(nameOf(*caller - (symbols.empty() ? 0 : 1), sample));
        stack.frames.push_back(nameOf(sample.eip, sample));
        stack.sample = std::move(sample);
        list.stacks.push_back(std::move(stack));
    }
    list.functions = std::move(nameOf.names);
    return list;
}

std::vector<FunctionSamples> countFunctions(RunFile &file, TimeRange range,
                                            const SymbolTable &symbols) {
    const uint64_t every = sampleDistance(file);
    NameList numberOf(file, symbols);
    std::vector<FunctionSamples> functions;
    for (const CodeSample &sample : readSamples(file, range, 1)) {
        const uint32_t number = numberOf(sample.eip, sample);
        if (number == functions.size()) functions.push_back({numberOf.names[number], 0, 0});
        ++functions[number].samples;
        functions[number].instructions += every;
    }
    std::ranges::stable_sort(functions, std::ranges::greater(), &FunctionSamples::samples);
    return functions;
}

CodeBytes readCode(RunFile &file, uint32_t eip, VirtualNs ns) {
    CodeBytes code;
    if (!file.keepsCode()) return code;
    code.address = eip & ~(codePageBytes - 1);
    int64_t page = 0;
    const auto found = [&](SqliteStatement &row) {
        row.bind(1, int64_t{code.address}).bind(2, sqlTime(ns));
        const bool there = row.step();
        if (there) {
            code.ns = {row.natural(0)};
            page = row.integer(1);
        }
        row.reset();
        return there;
    };
    if (!found(file.statement("SELECT virtual_ns, page FROM code WHERE address=?1 AND"
                              " virtual_ns <= ?2 ORDER BY virtual_ns DESC, id DESC LIMIT 1")) &&
        !found(file.statement("SELECT virtual_ns, page FROM code WHERE address=?1 AND"
                              " virtual_ns > ?2 ORDER BY virtual_ns, id LIMIT 1")))
        return code;
    SqliteStatement &data = file.statement("SELECT data FROM code_page WHERE id=?1").bind(1, page);
    Decompressor unpack;
    if (!data.step() || !unpack.decompress(data.blob(0), codePageBytes) ||
        unpack.plain().size() != codePageBytes)
        file.damaged("a page of code cannot be decoded");
    code.bytes.assign(unpack.plain().begin(), unpack.plain().end());
    data.reset();
    return code;
}

} // namespace bootglass
