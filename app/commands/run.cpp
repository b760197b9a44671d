// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass run`: boots a guest and writes a run file, headless or, with --window, watched.
#include "app/command.h"
#include "app/commands/info.h"
#include "app/run/run_options.h"
#include "app/run/run_worker.h"
#include "app/session/interrupt_signal.h"
#include "app/session/terminal_watcher.h"
#include "app/window.h"

#include <fmt/format.h>

#include <deque>

namespace bootglass {

namespace {

struct Options {
    std::deque<std::vector<std::string>> given; // by row of the option table
    std::string serial;
    bool json = false;
    bool quiet = false;
    bool window = false;
};

Result<RunOptions> runOptions(const Options &options) {
    RunOptions run;
    const auto table = runOptionTable();
    for (size_t row = 0; row < table.size(); row++) {
        for (const std::string &value : options.given[row]) {
            if (auto set = setRunOption(run, table[row].name, value); !set) return set.error();
        }
    }
    return run;
}

/// What the user should know beside the exit code.
void tellEnd(const RunOutcome &outcome, const std::string &file) {
    fmt::print("{} at icount {}, {:.9f} s of virtual time\ndigest {}\n{}\n", outcome.ended,
               outcome.at.icount.value,
               static_cast<double>(outcome.at.ns.value) / static_cast<double>(nsPerSecond),
               outcome.digest, file);
}

Outcome runInWindow(const Options &options) {
    RunRequest request;
    const auto table = runOptionTable();
    for (size_t row = 0; row < table.size(); row++) {
        if (options.given[row].empty()) continue;
        QStringList values;
        for (const std::string &value : options.given[row])
            values << QString::fromStdString(value);
        request
            .options[QString::fromUtf8(table[row].name.data(), qsizetype(table[row].name.size()))] =
            values.join(QLatin1Char('\n'));
    }
    return openWindow({}, request);
}

Outcome runGuest(const Options &options) {
    const Result<RunOptions> run = runOptions(options);
    if (!run) return run.error();
    if (options.window) return runInWindow(options);

    auto plan = planRun(*run);
    if (!plan) return plan.error();
    if (options.serial != "-") {
        if (auto free = plan->checkTarget("serial", options.serial); !free) return free.error();
    }
    if (!plan->notice.empty() && !options.quiet)
        fmt::print(stderr, "bootglass: {}\n", plan->notice);
    TerminalWatcher watcher(options.quiet);
    if (auto opened = watcher.openSerial(options.serial); !opened) return opened.error();
    auto worker = RunWorker::create(std::move(*plan), &watcher);
    if (!worker) return worker.error();

    Result<RunOutcome> outcome = Error{};
    {
        const InterruptSignal interrupt(**worker);
        outcome = (*worker)->run();
    }
    watcher.finish();
    if (!outcome) return outcome.error();
    if (options.json) {
        if (auto printed = printInfoJson(run->output); !printed) return printed.error();
    } else if (!options.quiet) {
        tellEnd(*outcome, run->output);
    }
    if (outcome->asked) return ExitCode::Done;
    if (!options.quiet) {
        fmt::print(stderr, "bootglass: the run ended ({}) before it reached what it was to reach\n",
                   outcome->ended);
    }
    return ExitCode::No;
}

} // namespace

void addRunCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("run", "boots a guest and writes a run file");
    auto options = std::make_shared<Options>();
    for (const RunOptionInfo &row : runOptionTable()) {
        auto &values = options->given.emplace_back();
        const std::string name = "--" + std::string(row.name);
        if (row.argument.empty()) {
            command->add_flag_callback(
                name, [&values] { values.emplace_back(); }, std::string(row.help));
            continue;
        }
        auto *option = command->add_option(name, values, std::string(row.help))
                           ->type_name(std::string(row.argument))
                           ->allow_extra_args(false);
        if (!row.repeatable) option->expected(1)->take_last();
    }
    command
        ->add_option("--serial", options->serial,
                     "where the bytes of COM1 go: a file, or - for the standard output")
        ->type_name("FILE|-");
    command->add_flag("--json", options->json, "prints what `bootglass info --json` tells");
    command->add_flag("--quiet", options->quiet, "prints nothing but errors");
    command->add_flag("--window", options->window, "shows the run in the window as it grows");
    command->footer("With --save and --restore a run is cut in two: both ends have the digest that "
                    "the run\nwould have had in one piece. Of several --until the first ends the "
                    "run; the exit code is 1\nif a marker or phase among them was not reached.");
    command->callback([options, &chosen] { chosen = [options] { return runGuest(*options); }; });
}

} // namespace bootglass
