// SPDX-License-Identifier: GPL-3.0-or-later
// Run files from somebody else: the input is a list of changes to a sound one (offset, length,
// bytes), or, where it begins with SQLite's magic, the whole file. Everything that a reader can be
// asked must end in a value or a sentence.
#include "emulator/trace/recorder.h"
#include "emulator/trace/run_reader.h"
#include "fuzz_target.h"
#include "tests/trace/generate_run.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

using namespace bootglass;

namespace {

std::string temporaryFile() {
    static const std::string path = (std::filesystem::temp_directory_path() /
                                     ("bootglass-fuzz-" + std::to_string(getpid()) + ".bootglass"))
                                        .string();
    return path;
}

const std::string &soundFile() {
    static const std::string bytes = [] {
        RecorderOptions options;
        options.path = temporaryFile();
        options.force = true;
        options.detail = Detail::Full;
        RunGenerator generator;
        auto recorder = RunRecorder::create(options);
        fuzz::require(bool(recorder), "no run file");
        (*recorder)->source({SourceGroup::Timer, 1, "timer"});
        (*recorder)->phaseStarted("kernel", {});
        generator.tell(**recorder, 1500);
        const RunPoint now = generator.point();
        (*recorder)->screenRows({80, 25, 0, 0, {{3, std::vector<uint16_t>(80, 0x0741)}}},
                                now.icount, now.ns);
        (*recorder)->phaseEnded("kernel", now);
        generator.end(**recorder);
        fuzz::require(bool((*recorder)->close()), "no whole run file");
        std::ifstream stream(options.path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(stream),
                           std::istreambuf_iterator<char>());
    }();
    return bytes;
}

std::string fileFrom(fuzz::Input input, std::string_view whole) {
    if (whole.starts_with("SQLite format 3")) return std::string(whole);
    std::string bytes = soundFile();
    auto keep = input.take<uint8_t>(); // 0: all
    if (keep != 0) bytes.resize(bytes.size() * keep / 255);
    while (!input.empty()) {
        // Changes stand close together, as a page's header and cells do.
        size_t at = (input.take<uint16_t>() * size_t{8192} + input.take<uint16_t>() % 8192) %
                    std::max<size_t>(bytes.size(), 1);
        for (uint8_t byte : input.bytes(1 + input.take<uint8_t>() % 8))
            if (at < bytes.size()) bytes[at++] = static_cast<char>(byte);
    }
    return bytes;
}

void readAll(RunReader &reader) {
    (void)reader.info();
    (void)reader.sources();
    (void)reader.markers();
    (void)reader.phases();
    const TimeRange all{{0}, VirtualNs{reader.end().ns.value + 1}};
    const VirtualNs middle{reader.end().ns.value / 2};
    std::vector<TrackId> ids{
        {TrackKind::IrqLine, 1}, {TrackKind::PortDevice, 2}, {TrackKind::Timer, 1}};
    if (auto tracks = reader.tracks())
        for (const RunTrack &track : *tracks)
            if (ids.size() < 40) ids.push_back(track.id);
    (void)reader.bins(ids, all, 300);
    (void)reader.bins(ids, {middle, VirtualNs{middle.value + 1'000'000}}, 100);
    (void)reader.modeShares(all, 100);
    (void)reader.hostCosts(all, 100);
    (void)reader.events(all, 10'000);
    (void)reader.eventsFrom(1, 10'000);
    for (TrackId track : ids) {
        (void)reader.spans(track, all, 1000);
        (void)reader.statistics(track, all);
        (void)reader.nearestEvent(track, middle);
        (void)reader.nextEvent(track, middle);
        (void)reader.previousEvent(track, middle);
    }
    (void)reader.activities();
    (void)reader.symbols();
    (void)reader.functions(all);
    if (const auto samples = reader.samples(all, 1000); samples && !samples->stacks.empty())
        (void)reader.codeAt(samples->stacks.front().sample.eip, middle);
    (void)reader.consoleAt(middle);
    (void)reader.consoleLines(all, 1000);
    (void)reader.screenAt(reader.end().ns);
    (void)reader.icountAt(middle);
    (void)reader.timeAt({reader.end().icount.value / 2});
    (void)reader.idleSpans(all, 10'000);
    (void)reader.query("SELECT count(*), max(value) FROM event", {}, {});
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    std::string_view whole(reinterpret_cast<const char *>(data), size);
    std::string bytes = fileFrom(fuzz::Input(data, size), whole);
    std::string path = temporaryFile();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    if (auto opened = RunReader::open(path)) readAll(**opened);
    std::filesystem::remove(path);
    return 0;
}
