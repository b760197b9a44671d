// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/run_tables.h"

#include "emulator/trace/compression.h"
#include "emulator/trace/host_cost.h"
#include "emulator/trace/schema.h"
#include "emulator/trace/screen_codec.h"

#include <fmt/format.h>

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t mostScreenBytes = size_t{mostScreenRows} * (2 + 2 * mostScreenColumns);

int64_t sqlLimit(size_t limit) {
    return static_cast<int64_t>(std::min<uint64_t>(limit, INT64_MAX));
}

std::vector<InputFile> readInputs(RunFile &file) {
    std::vector<InputFile> inputs;
    SqliteStatement &rows =
        file.statement("SELECT role, path, sha256, bytes FROM input ORDER BY id");
    while (rows.step())
        inputs.push_back({rows.text(0), rows.text(1), rows.text(2), rows.natural(3)});
    return inputs;
}

std::vector<std::pair<std::string, uint64_t>> readKindCounts(RunFile &file) {
    std::vector<std::pair<std::string, uint64_t>> counts;
    for (const EventKindInfo &kind : eventKinds) {
        SqliteStatement &row =
            file.statement("SELECT n FROM kind_count WHERE kind=?1").bind(1, kind.name);
        if (row.step()) counts.emplace_back(kind.name, row.natural(0));
        row.reset();
    }
    return counts;
}

/// The programs that ran in each address space, by "CR3 02102000": the first three.
std::map<std::string, std::string> programNames(RunFile &file) {
    std::map<std::string, std::string> names;
    if (!file.tellsActivities()) return names;
    constexpr size_t most = 3;
    std::map<std::string, std::vector<std::string>> programs;
    SqliteStatement &rows = file.statement(
        "SELECT substr(note, 1, 12), name FROM activity WHERE kind='process' ORDER BY id");
    while (rows.step()) {
        std::vector<std::string> &list = programs[rows.text(0)];
        std::string name = rows.text(1);
        if (list.size() <= most && std::ranges::find(list, name) == list.end())
            list.push_back(std::move(name));
    }
    for (const auto &[cr3, list] : programs) {
        std::string &text = names[cr3];
        for (size_t n = 0; n < std::min(list.size(), most); ++n)
            text += (n == 0 ? "" : ", ") + list[n];
        if (list.size() > most) text += ", …";
    }
    return names;
}

std::string trackLabel(RunFile &file, const SourceNames &names,
                       const std::map<std::string, std::string> &programs, TrackId track) {
    switch (track.kind) {
    case TrackKind::CpuShare: return std::string(name(static_cast<CpuShare>(track.number)));
    case TrackKind::Halt: return "halted";
    case TrackKind::PrivilegeSwitch: return "privilege switches";
    case TrackKind::ModeSwitch: return "mode switches";
    case TrackKind::Sample: return "samples";
    // Firmware's INT 10h is not the exception of that number.
    case TrackKind::SoftwareInterrupt: return fmt::format("INT {:02X}h", track.number);
    case TrackKind::AddressSpace: {
        const auto found = file.addressSpaces().find(track.number);
        if (found == file.addressSpaces().end()) return "other address spaces";
        const std::string cr3 = fmt::format("CR3 {:08X}", found->second);
        const auto ran = programs.find(cr3);
        return ran == programs.end() ? cr3 : fmt::format("{} · {:X}", ran->second, found->second);
    }
    default: return names(sourceGroup(track.kind), track.number);
    }
}

ConsoleLine consoleLine(const RunFile &file, const SqliteStatement &row) {
    const uint64_t source = row.natural(1);
    if (source > UINT16_MAX) file.damaged("a console line has an impossible source");
    return {row.integer(0),
            static_cast<uint16_t>(source),
            {row.natural(2)},
            {row.natural(3)},
            row.text(4)};
}

} // namespace

SourceNames::SourceNames(RunFile &file) {
    SqliteStatement &rows =
        file.statement("SELECT grp, number, name FROM source ORDER BY grp, number");
    while (rows.step()) {
        const uint64_t group = rows.natural(0);
        const uint64_t number = rows.natural(1);
        if (group > static_cast<uint64_t>(SourceGroup::Console) || number > UINT16_MAX)
            file.damaged("a source of events is impossible");
        const Source source{static_cast<SourceGroup>(group), static_cast<uint16_t>(number),
                            rows.text(2)};
        names_[{source.group, source.number}] = source.name;
        sources_.push_back(source);
    }
}

std::string SourceNames::operator()(SourceGroup group, uint16_t number) const {
    const auto found = names_.find({group, number});
    if (found != names_.end() && !found->second.empty()) return found->second;
    switch (group) {
    case SourceGroup::Machine: return "machine";
    case SourceGroup::Timer: return fmt::format("timer {}", number);
    case SourceGroup::IrqLine: return fmt::format("IRQ {}", number);
    case SourceGroup::Vector: return fmt::format("vector {:02X}h", number);
    case SourceGroup::PortDevice: return fmt::format("port device {}", number);
    case SourceGroup::MmioDevice: return fmt::format("memory-mapped device {}", number);
    case SourceGroup::Console: break;
    }
    return fmt::format("console {}", number);
}

RunInfo readInfo(RunFile &file) {
    RunInfo info;
    info.version = file.metaText(metaKey::version);
    info.schema = file.schemaVersion();
    info.complete = file.complete();
    info.icount = file.end().icount;
    info.virtualNs = file.end().ns;
    info.idleNs = file.end().idleNs;
    info.shift = file.shift();
    info.ended = file.metaText(metaKey::ended);
    info.digest = file.metaText(metaKey::digest);
    info.wallSeconds = file.end().wallSeconds;
    if (info.wallSeconds > 0)
        info.mips = static_cast<double>(info.icount.value) / info.wallSeconds / 1e6;
    SqliteStatement &costs =
        file.statement("SELECT purpose, seconds FROM host_cost ORDER BY purpose");
    while (costs.step())
        info.hostCost.emplace_back(costs.text(0), costs.real(1));
    info.cost = hostCostUntil(file, file.end().ns);
    info.markers = readMarkers(file);
    info.phases = readPhases(file);
    info.kindCounts = readKindCounts(file);
    info.storedEvents = file.storedEvents();
    info.inputs = readInputs(file);
    constexpr std::array own = {metaKey::version, metaKey::shift,       metaKey::ended,
                                metaKey::digest,  metaKey::icount,      metaKey::virtualNs,
                                metaKey::idleNs,  metaKey::wallSeconds, metaKey::complete};
    for (const auto &[key, value] : file.meta())
        if (std::ranges::find(own, key) == own.end()) info.meta[key] = value;
    return info;
}

std::vector<RunMarker> readMarkers(RunFile &file) {
    std::vector<RunMarker> markers;
    SqliteStatement &rows =
        file.statement("SELECT id, name, rule, icount, virtual_ns FROM marker ORDER BY id");
    while (rows.step())
        markers.push_back(
            {rows.integer(0), rows.text(1), rows.text(2), {rows.natural(3)}, {rows.natural(4)}});
    return markers;
}

std::vector<RunPhase> readPhases(RunFile &file) {
    std::vector<RunPhase> phases;
    std::map<int64_t, int> depths;
    SqliteStatement &rows = file.statement(
        "SELECT id, parent, path, name, start_icount, start_ns, start_idle_ns, start_wall_s,"
        " end_icount, end_ns, end_idle_ns, end_wall_s FROM phase ORDER BY id");
    while (rows.step()) {
        RunPhase phase;
        phase.id = rows.integer(0);
        phase.path = rows.text(2);
        phase.name = rows.text(3);
        phase.start = {{rows.natural(4)}, {rows.natural(5)}, rows.natural(6), rows.real(7)};
        phase.open = rows.null(9);
        if (phase.open)
            phase.end = file.end();
        else
            phase.end = {{rows.natural(8)}, {rows.natural(9)}, rows.natural(10), rows.real(11)};
        if (phase.open) {
            // While a run is recorded the host's time is known at the ends of phases only; and a
            // phase may have started since the reader was refreshed.
            phase.end.icount = std::max(phase.end.icount, phase.start.icount);
            phase.end.ns = std::max(phase.end.ns, phase.start.ns);
            phase.end.idleNs = std::max(phase.end.idleNs, phase.start.idleNs);
            phase.end.wallSeconds = std::max(phase.end.wallSeconds, phase.start.wallSeconds);
        }
        if (phase.end.icount < phase.start.icount || phase.end.ns < phase.start.ns ||
            phase.end.idleNs < phase.start.idleNs)
            file.damaged("a phase ends before it starts");
        if (!rows.null(1)) {
            phase.parent = rows.integer(1);
            const auto parent = depths.find(phase.parent);
            if (parent == depths.end()) file.damaged("a phase has no parent");
            phase.depth = parent->second + 1;
        }
        depths[phase.id] = phase.depth;
        phase.hostCost = hostCostUntil(file, phase.end.ns) - hostCostUntil(file, phase.start.ns);
        phases.push_back(std::move(phase));
    }
    return phases;
}

std::vector<RunTrack> readTracks(RunFile &file) {
    const SourceNames names(file);
    const std::map<std::string, std::string> programs = programNames(file);
    std::vector<RunTrack> tracks;
    SqliteStatement &rows =
        file.statement("SELECT track, count, busy_ns FROM track ORDER BY track");
    while (rows.step()) {
        const uint64_t packed = rows.natural(0);
        if (packed >> 16 >= trackKinds) file.damaged("a track is of no known kind");
        const TrackId id = TrackId::unpack(static_cast<uint32_t>(packed));
        if (id.kind == TrackKind::CpuShare && id.number >= cpuShares)
            file.damaged("a share of the CPU has no owner");
        tracks.push_back(
            {id, trackLabel(file, names, programs, id), rows.natural(1), rows.natural(2)});
    }
    return tracks;
}

std::vector<ConsoleLine> readConsoleUntil(RunFile &file, VirtualNs ns, size_t limit) {
    std::vector<ConsoleLine> lines;
    SqliteStatement &rows =
        file.statement("SELECT id, source, icount, virtual_ns, text FROM console"
                       " WHERE virtual_ns <= ?1 ORDER BY virtual_ns DESC, id DESC LIMIT ?2");
    rows.bind(1, sqlTime(ns)).bind(2, sqlLimit(limit));
    while (rows.step())
        lines.push_back(consoleLine(file, rows));
    std::ranges::reverse(lines);
    return lines;
}

std::vector<ConsoleLine> readConsole(RunFile &file, TimeRange range, size_t limit) {
    std::vector<ConsoleLine> lines;
    SqliteStatement &rows = file.statement(
        "SELECT id, source, icount, virtual_ns, text FROM console"
        " WHERE virtual_ns >= ?1 AND virtual_ns < ?2 ORDER BY virtual_ns, id LIMIT ?3");
    rows.bind(1, sqlTime(range.from)).bind(2, sqlTime(range.to)).bind(3, sqlLimit(limit));
    while (rows.step())
        lines.push_back(consoleLine(file, rows));
    return lines;
}

TextScreen readScreen(RunFile &file, VirtualNs ns) {
    SqliteStatement &whole =
        file.statement("SELECT id, columns, rows FROM screen WHERE virtual_ns <= ?1 AND whole=1"
                       " ORDER BY virtual_ns DESC, id DESC LIMIT 1");
    whole.bind(1, sqlTime(ns));
    if (!whole.step()) return {};
    const int64_t id = whole.integer(0);
    const int64_t columns = whole.integer(1);
    const int64_t lines = whole.integer(2);
    whole.reset();
    if (columns < 1 || columns > mostScreenColumns || lines < 1 || lines > mostScreenRows)
        file.damaged("a text screen has an impossible size");
    TextScreen screen = blankScreen(static_cast<uint16_t>(columns), static_cast<uint16_t>(lines));
    SqliteStatement &rows = file.statement("SELECT columns, rows, cursor_row, cursor_column, data"
                                           " FROM screen WHERE id >= ?1 AND virtual_ns <= ?2"
                                           " ORDER BY id");
    rows.bind(1, id).bind(2, sqlTime(ns));
    Decompressor unpack;
    while (rows.step()) {
        file.checkCancelled();
        const int64_t cursorRow = rows.integer(2);
        const int64_t cursorColumn = rows.integer(3);
        if (rows.integer(0) != columns || rows.integer(1) != lines || cursorRow < 0 ||
            cursorRow > UINT16_MAX || cursorColumn < 0 || cursorColumn > UINT16_MAX ||
            !unpack.decompress(rows.blob(4), mostScreenBytes) ||
            !decodeScreenRows(unpack.plain(), screen))
            file.damaged("a text screen cannot be decoded");
        screen.cursorRow = static_cast<uint16_t>(cursorRow);
        screen.cursorColumn = static_cast<uint16_t>(cursorColumn);
    }
    return screen;
}

ScreenPicture readPicture(RunFile &file, VirtualNs ns) {
    SqliteStatement &row =
        file.statement("SELECT virtual_ns, width, height, data FROM picture WHERE virtual_ns <= ?1"
                       " ORDER BY virtual_ns DESC, id DESC LIMIT 1");
    row.bind(1, sqlTime(ns));
    if (!row.step()) return {};
    const int64_t width = row.integer(1);
    const int64_t height = row.integer(2);
    if (width < 0 || width > mostPictureSide || height < 0 || height > mostPictureSide)
        file.damaged("a picture has an impossible size");
    ScreenPicture picture{
        VirtualNs{row.natural(0)}, static_cast<uint16_t>(width), static_cast<uint16_t>(height), {}};
    Decompressor unpack;
    const auto bytes = static_cast<size_t>(width) * static_cast<size_t>(height) * 3;
    if (!unpack.decompress(row.blob(3), bytes) || !decodePicture(unpack.plain(), picture))
        file.damaged("a picture cannot be decoded");
    return picture;
}

} // namespace bootglass
