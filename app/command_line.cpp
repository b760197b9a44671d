// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line.h"

#include "app/window.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace bootglass {

namespace {

/// One sentence on one line, whatever was in it.
void complain(std::string sentence) {
    while (!sentence.empty() && sentence.back() == '\n')
        sentence.pop_back();
    std::ranges::replace(sentence, '\n', ' ');
    fmt::print(stderr, "bootglass: {}\n", sentence);
}

/// Words that are no command are files to open. A word that cannot be a run file is more likely a
/// command that was mistyped, or that this version does not have.
Result<void> checkRunFileName(const std::string &file) {
    std::error_code ignored;
    if (file.ends_with(".bootglass") || std::filesystem::exists(file, ignored)) return {};
    return Error{fmt::format("'{}' is neither a command nor a run file; `bootglass --help` lists "
                             "the commands",
                             file)};
}

Outcome openFiles(const std::vector<std::string> &files) {
    for (const std::string &file : files) {
        if (const auto checked = checkRunFileName(file); !checked) return checked.error();
    }
    return openWindow(files);
}

/// Whether what was printed has arrived. A reader that has seen enough (`| head`) is no error.
bool isPrinted() {
    errno = 0;
    if (std::fflush(stdout) == 0 || errno == EPIPE) return true;
    complain(fmt::format("the output cannot be written: {}", std::strerror(errno)));
    return false;
}

ExitCode act(const Action &action) {
    Outcome outcome = action();
    const bool printed = isPrinted();
    if (outcome) return printed ? *outcome : ExitCode::BadInput;
    complain(outcome.error().sentence);
    return ExitCode::BadInput;
}

} // namespace

ExitCode runCommandLine(int argc, char **argv) try {
    // A pipe without a reader and a file at the user's limit are errors of writing, told as such;
    // as signals they would end the program before it has made a run file whole.
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    CLI::App program("Boots an operating system on an instruction-counting PC and draws the boot "
                     "as a timeline.",
                     "bootglass");
    program.set_version_flag("--version", "bootglass " BOOTGLASS_VERSION);
    program.require_subcommand(0, 1);
    program.footer("Without a command the window opens; with a run file it shows that run, with "
                   "more it compares them.\n"
                   "Exit codes: 0 done, 1 done and the answer is no, 2 bad usage or input, "
                   "3 a fault of Bootglass.");

    std::vector<std::string> files;
    program.add_option("FILE", files, "a run file to open in the window; several are compared")
        ->type_name("");
    Action chosen = [&files] { return openFiles(files); };
    addRunCommand(program, chosen);
    addInfoCommand(program, chosen);
    addExportCommand(program, chosen);
    addCompareCommand(program, chosen);
    addReplayCommand(program, chosen);
    addTraceCommand(program, chosen);
    addStateCommand(program, chosen);
    addProfileCommand(program, chosen);
    addQueryCommand(program, chosen);
    addProfilesCommand(program, chosen);

    // Before anything else is looked at: what follows an unknown command are its own options.
    const std::string first = argc > 1 ? argv[1] : "-";
    const auto commands = program.get_subcommands([](const CLI::App *) { return true; });
    const bool isCommand = std::ranges::any_of(
        commands, [&](const CLI::App *command) { return command->get_name() == first; });
    if (!first.starts_with('-') && !isCommand) {
        if (const auto checked = checkRunFileName(first); !checked) {
            complain(checked.error().sentence);
            return ExitCode::BadInput;
        }
    }
    try {
        program.parse(argc, argv);
    } catch (const CLI::Success &asked) { // --help, --version
        program.exit(asked);
        return ExitCode::Done;
    } catch (const CLI::ParseError &error) {
        const std::vector<CLI::App *> parsed = program.get_subcommands();
        complain(fmt::format("{}; `bootglass {}{}--help` tells more", error.what(),
                             parsed.empty() ? "" : parsed.front()->get_name(),
                             parsed.empty() ? "" : " "));
        return ExitCode::BadInput;
    }
    return act(chosen);
} catch (const std::bad_alloc &) {
    complain("there is not enough memory for this");
    return ExitCode::Fault;
} catch (const std::system_error &error) { // as fmt tells what cannot be printed
    if (error.code() == std::errc::broken_pipe) return ExitCode::Done;
    complain(fmt::format("the output cannot be written: {}", error.code().message()));
    return ExitCode::BadInput;
} catch (const std::exception &fault) {
    complain(fmt::format("a fault of Bootglass itself: {}", fault.what()));
    return ExitCode::Fault;
}

} // namespace bootglass
