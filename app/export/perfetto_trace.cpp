// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/perfetto_trace.h"

#include "app/export/output_file.h"
#include "app/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

namespace bootglass {

namespace {

constexpr size_t atOnce = 100'000;
constexpr size_t mostSpans = 50'000'000;
constexpr unsigned counterPoints = 4000;
constexpr int boot = 1; // the process of phases, markers and the console
constexpr int phases = 1;
constexpr int markers = 2;

/// A string of JSON.
std::string jsonString(std::string_view text) {
    return jsonText(nlohmann::ordered_json(std::string(text)));
}

/// µs, exactly.
std::string micros(uint64_t ns) {
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
}

class TraceWriter {
  public:
    TraceWriter(RunReader &reader, TimeRange range, OutputFile &file)
        : reader_(reader), range_(range), file_(file) {}

    Result<void> write() {
        auto run = reader_.info();
        if (!run) return run.error();
        file_.write("{\"displayTimeUnit\":\"ns\",\n\"otherData\":" + facts(*run) +
                    ",\n\"traceEvents\":[");
        process(boot, "boot", 0);
        thread(boot, phases, "phases", 0);
        thread(boot, markers, "markers", 1);
        writePhases(run->phases);
        for (const RunMarker &marker : run->markers)
            if (inside(marker.ns))
                instant(boot, markers, marker.ns, marker.name, "marker", 'g',
                        fmt::format("{{\"icount\":{},\"rule\":{}}}", marker.icount.value,
                                    jsonString(marker.rule)));
        for (const auto part : {&TraceWriter::writeShares, &TraceWriter::writeSpans,
                                &TraceWriter::writePoints, &TraceWriter::writeConsole}) {
            if (auto written = (this->*part)(); !written) return written.error();
        }
        file_.write("\n]}\n");
        return {};
    }

  private:
    std::string facts(const RunInfo &run) const {
        nlohmann::ordered_json json;
        json["run"] = std::filesystem::path(reader_.path()).filename().string();
        json["digest"] = run.digest;
        json["ended"] = run.ended;
        json["version"] = run.version;
        for (const InputFile &input : run.inputs)
            json["inputs"].push_back({{"role", input.role}, {"sha256", input.sha256}});
        return jsonText(json);
    }
    bool inside(VirtualNs ns) const { return ns >= range_.from && ns < range_.to; }

    void put(const std::string &object) {
        file_.write(first_ ? "\n" : ",\n");
        file_.write(object);
        first_ = false;
    }
    void meta(int process, int thread, const char *what, const std::string &argument) {
        put(fmt::format("{{\"ph\":\"M\",\"pid\":{},\"tid\":{},\"name\":\"{}\",\"args\":{{{}}}}}",
                        process, thread, what, argument));
    }
    void process(int id, std::string_view name, int place) {
        meta(id, 0, "process_name", "\"name\":" + jsonString(name));
        meta(id, 0, "process_sort_index", fmt::format("\"sort_index\":{}", place));
    }
    void thread(int process, int id, std::string_view name, int place) {
        meta(process, id, "thread_name", "\"name\":" + jsonString(name));
        meta(process, id, "thread_sort_index", fmt::format("\"sort_index\":{}", place));
    }
    void span(int process, int thread, VirtualNs from, VirtualNs to, std::string_view name,
              std::string_view category, const std::string &arguments) {
        put(fmt::format("{{\"ph\":\"X\",\"pid\":{},\"tid\":{},\"ts\":{},\"dur\":{},\"name\":{},"
                        "\"cat\":\"{}\",\"args\":{}}}",
                        process, thread, micros(from.value), micros(to - from), jsonString(name),
                        category, arguments));
    }
    void instant(int process, int thread, VirtualNs at, std::string_view name,
                 std::string_view category, char scope, const std::string &arguments) {
        put(fmt::format("{{\"ph\":\"i\",\"pid\":{},\"tid\":{},\"ts\":{},\"s\":\"{}\",\"name\":{},"
                        "\"cat\":\"{}\",\"args\":{}}}",
                        process, thread, micros(at.value), scope, jsonString(name), category,
                        arguments));
    }

    void writePhases(const std::vector<RunPhase> &all) {
        for (const RunPhase &phase : all) {
            const VirtualNs from = std::max(phase.start.ns, range_.from);
            const VirtualNs to = std::min(phase.end.ns, range_.to);
            if (from > to) continue;
            span(boot, phases, from, to, phase.name, "phase",
                 fmt::format("{{\"path\":{},\"instructions\":{},\"idle_ns\":{}}}",
                             jsonString(phase.path), phase.instructions(), phase.idleNs()));
        }
    }

    Result<void> writeShares() {
        const auto shares = reader_.modeShares(range_, counterPoints);
        if (!shares) return shares.error();
        const double length = static_cast<double>(range_.lengthNs());
        for (size_t i = 0; i < shares->size(); ++i) {
            const ModeShare &share = (*shares)[i];
            if (i > 0 && share == (*shares)[i - 1]) continue;
            const double part = static_cast<double>(i) / static_cast<double>(shares->size());
            std::string values;
            for (size_t owner = 0; owner < cpuShares; ++owner)
                values += fmt::format("{}\"{}\":{}", owner ? "," : "",
                                      name(static_cast<CpuShare>(owner)), share[owner]);
            put(fmt::format("{{\"ph\":\"C\",\"pid\":{},\"tid\":0,\"ts\":{},\"name\":\"CPU ns by "
                            "owner\",\"args\":{{{}}}}}",
                            boot, micros(range_.from.value + static_cast<uint64_t>(part * length)),
                            values));
        }
        return {};
    }

    /// The process of a kind of track and the thread of a track, told of when first used.
    std::pair<int, int> place(TrackId track) {
        if (labels_.empty()) {
            labels_[{}] = {};
            if (auto tracks = reader_.tracks())
                for (const RunTrack &known : *tracks)
                    labels_[known.id] = known.label;
        }
        const int group = 2 + static_cast<int>(track.kind);
        const int number = group * 100'000 + track.number;
        if (threads_.insert(number).second) {
            if (threads_.insert(-group).second) process(group, label(track.kind), group);
            const std::string &known = labels_[track];
            thread(group, number, known.empty() ? std::string(label(track.kind)) : known,
                   track.number);
        }
        return {group, number};
    }
    Result<void> writeSpans() {
        const auto tracks = reader_.tracks();
        if (!tracks) return tracks.error();
        for (const RunTrack &track : *tracks) {
            if (!hasSpans(track.id.kind)) continue;
            const auto list = reader_.spans(track.id, range_, mostSpans);
            if (!list) return list.error();
            const auto [group, number] = list->spans.empty() ? std::pair(0, 0) : place(track.id);
            // Spans of a thread must not overlap: a line that is raised again while its interrupt
            // is served waits until that has ended.
            VirtualNs last = range_.from;
            for (const Span &found : list->spans) {
                const VirtualNs from = std::max(found.start, last);
                const VirtualNs to = std::min(found.end, range_.to);
                if (from > to) continue;
                span(group, number, from, to, track.label, name(track.id.kind),
                     found.accepted > found.start
                         ? fmt::format("{{\"accepted_after_ns\":{}}}", found.accepted - found.start)
                         : std::string("{}"));
                last = to;
            }
        }
        return {};
    }
    static std::string nameOf(const Event &event) {
        const EventKindInfo &kind = info(event.kind);
        if (isAccess(event.kind)) return fmt::format("{} 0x{:X}", kind.label, event.address);
        return std::string(kind.label);
    }
    static std::string argumentsOf(const Event &event) {
        const EventKindInfo &kind = info(event.kind);
        std::string text = fmt::format("{{\"icount\":{}", event.icount.value);
        if (!kind.address.empty())
            text += fmt::format(",{}:\"0x{:X}\"", jsonString(kind.address), event.address);
        if (!kind.value.empty())
            text += fmt::format(",{}:\"0x{:X}\"", jsonString(kind.value), event.value);
        if (!kind.detail.empty())
            text += fmt::format(",{}:\"0x{:X}\"", jsonString(kind.detail), event.detail);
        return text + "}";
    }
    Result<void> writePoints() {
        const auto start = reader_.events(range_, 1);
        if (!start) return start.error();
        if (start->empty()) return {};
        for (uint64_t id = start->front().id;;) {
            const auto events = reader_.eventsFrom(id, atOnce);
            if (!events) return events.error();
            for (const StoredEvent &stored : *events) {
                const Event &event = stored.event;
                if (event.ns >= range_.to) return {};
                const TrackId track = trackOf(event);
                // Markers and console lines are told with their texts.
                if (hasSpans(track.kind) || event.kind == EventKind::Marker ||
                    event.kind == EventKind::Console)
                    continue;
                const auto [group, number] = place(track);
                instant(group, number, event.ns, nameOf(event), name(track.kind), 't',
                        argumentsOf(event));
            }
            if (events->size() < atOnce) return {};
            id = events->back().id + 1;
        }
    }
    Result<void> writeConsole() {
        const auto lines = reader_.consoleLines(range_, mostSpans);
        if (!lines) return lines.error();
        for (const ConsoleLine &line : *lines) {
            const auto [group, number] = place({TrackKind::Console, line.source});
            instant(group, number, line.ns, line.text, "console", 't',
                    fmt::format("{{\"icount\":{}}}", line.icount.value));
        }
        return {};
    }

    RunReader &reader_;
    TimeRange range_;
    OutputFile &file_;
    bool first_ = true;
    std::map<TrackId, std::string> labels_;
    std::set<int> threads_;
};

} // namespace

Result<void> writePerfettoTrace(RunReader &reader, TimeRange range, const std::string &outFile) {
    auto file = OutputFile::create(outFile);
    if (!file) return file.error();
    if (auto written = TraceWriter(reader, range, **file).write(); !written) return written.error();
    return (*file)->commit();
}

} // namespace bootglass
