// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass replay FILE`: runs a run again and verifies every event's count and values.
#include "app/command.h"
#include "app/json_text.h"
#include "app/rerun/rerun.h"
#include "app/rerun/run_verifier.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    bool json = false;
    bool quiet = false;
};

/// To the very moment at which the run ended: events may come at that moment without an
/// instruction.
Result<void> runToTheEnd(Rerun &rerun, RunVerifier &verifier, const RunPoint &end) {
    if (auto there = rerun.advance(end.ns); !there) return there.error();
    Machine &machine = rerun.machine();
    if (verifier.total() < verifier.recordedTotal() && machine.icount() == end.icount) {
        verifier.stopAt(verifier.recordedTotal());
        machine.run(end.icount + 1, end.ns + 1);
    }
    return {};
}

Outcome replay(const Options &options) {
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();
    const Result<RunInfo> run = (*reader)->info();
    if (!run) return run.error();
    if (!run->complete)
        return Error{fmt::format("{} was not recorded to its end, so there is no end to compare",
                                 options.file)};
    auto rerun = Rerun::create(**reader);
    if (!rerun) return rerun.error();
    Machine &machine = (*rerun)->machine();
    auto verifier = RunVerifier::create(**reader, machine);
    if (!verifier) return verifier.error();
    machine.setObserver(verifier->get());
    const Result<void> ran = runToTheEnd(**rerun, **verifier, (*reader)->end());
    machine.setObserver(nullptr);
    if (auto read = (*verifier)->error(); !read) return read.error();
    std::string difference = (*verifier)->difference();
    if (difference.empty() && !ran) difference = ran.error().sentence;
    if (difference.empty()) {
        (*verifier)->finish();
        difference = (*verifier)->difference();
    }
    const std::string digest = machine.digest();
    if (difference.empty() && digest != run->digest) {
        difference = fmt::format("all {} events are the same, but the digest was {} and is {} now",
                                 (*verifier)->compared(), run->digest, digest);
    }
    if (options.json) {
        nlohmann::ordered_json json{{"same", difference.empty()},
                                    {"icount", machine.icount().value},
                                    {"events_compared", (*verifier)->compared()},
                                    {"digest", digest},
                                    {"difference", difference}};
        fmt::print("{}\n", jsonText(json));
    } else if (!options.quiet && difference.empty()) {
        fmt::print("the same: {} events to icount {}\ndigest {}\n", (*verifier)->compared(),
                   machine.icount().value, digest);
    }
    if (difference.empty()) return ExitCode::Done;
    if (!options.quiet && !options.json) fmt::print("diverged\n{}\n", difference);
    return ExitCode::No;
}

} // namespace

void addReplayCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("replay", "runs a run again and verifies every count");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command->add_flag("--json", options->json, "an object");
    command->add_flag("--quiet", options->quiet, "prints nothing but errors");
    command->footer("The run's inputs must be where they were. Exit code 1: the run diverged.");
    command->callback([options, &chosen] { chosen = [options] { return replay(*options); }; });
}

} // namespace bootglass
