// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass state FILE --at WHEN`: registers, console and screen as they stood at a point.
#include "app/command.h"
#include "app/json_text.h"
#include "app/rerun/moment.h"
#include "emulator/cpu/cpu.h"
#include "emulator/cpu/decoder.h"
#include "emulator/trace/disassembler.h"

#include <QImage>

#include <fmt/format.h>

#include <filesystem>

namespace bootglass {

namespace {

constexpr size_t shownConsoleLines = 12;

struct Options {
    std::string file;
    std::string at;
    std::string screen;
    bool json = false;
};

struct Moment {
    Rerun &rerun;
    std::vector<ConsoleLine> console;
    std::string screenText; // empty in graphics modes
    std::string instruction;

    Machine &machine() const { return rerun.machine(); }
};

std::string instructionAt(const Machine &machine) {
    const Cpu &cpu = machine.cpu();
    const uint32_t linear = cpu.seg[Cs].base + cpu.eip;
    const std::vector<uint8_t> bytes = bytesAt(machine, linear, longestInstruction);
    const Disassembled insn = Disassembler().first(bytes, cpu.eip, cpu.code32());
    return insn.bytes == 0 ? std::string() : insn.mnemonic + " " + insn.operands;
}

Result<void> savePicture(const Machine &machine, const std::string &file) {
    const ScreenImage screen = machine.screen();
    QImage image(static_cast<int>(screen.width), static_cast<int>(screen.height),
                 QImage::Format_RGB32);
    for (unsigned y = 0; y < screen.height; ++y)
        for (unsigned x = 0; x < screen.width; ++x)
            image.setPixel(static_cast<int>(x), static_cast<int>(y), screen.at(x, y) | 0xFF000000U);
    if (image.isNull()) return Error{"the screen shows nothing at that point"};
    if (image.save(QString::fromStdString(file), "PNG")) return {};
    return Error{fmt::format("the picture cannot be written to {}", file)};
}

void printJson(const Moment &moment) {
    Machine &machine = moment.machine();
    nlohmann::ordered_json json;
    json["icount"] = machine.icount().value;
    json["virtual_ns"] = machine.now().value;
    json["idle_ns"] = machine.idleNs();
    json["halted"] = machine.cpu().halted();
    for (const NamedRegister &reg : registersOf(machine.cpu()))
        json["registers"][std::string(reg.name)] = reg.value;
    json["instruction"] = moment.instruction;
    json["screen"] = moment.screenText;
    json["console"] = nlohmann::ordered_json::array();
    for (const ConsoleLine &line : moment.console)
        json["console"].push_back(line.text);
    fmt::print("{}\n", jsonText(json));
}

void printText(const Moment &moment) {
    Machine &machine = moment.machine();
    fmt::print("icount {}, {:.9f} s of virtual time, of it idle {:.9f} s{}\n",
               machine.icount().value,
               static_cast<double>(machine.now().value) / static_cast<double>(nsPerSecond),
               static_cast<double>(machine.idleNs()) / static_cast<double>(nsPerSecond),
               machine.cpu().halted() ? ", halted" : "");
    size_t column = 0;
    for (const NamedRegister &reg : registersOf(machine.cpu())) {
        fmt::print("{}{:<6} {:0{}X}{}", column == 0 ? "\n" : "  ", reg.name, reg.value, reg.digits,
                   std::string(8 - std::min(reg.digits, 8U), ' '));
        column = (column + 1) % 4;
    }
    fmt::print("\n\nnext: {}\n", moment.instruction.empty() ? "–" : moment.instruction);
    if (!moment.console.empty()) fmt::print("\nconsole\n");
    for (const ConsoleLine &line : moment.console)
        fmt::print("  {}\n", line.text);
    if (!moment.screenText.empty()) fmt::print("\nscreen\n{}", moment.screenText);
}

/// The picture must not take the place of the run file, or of what the run is made from.
Result<void> checkPictureFile(RunReader &reader, const Options &options) {
    const Result<RunInfo> run = reader.info();
    if (!run) return run.error();
    const auto same = [&options](const std::string &path) {
        std::error_code none;
        return std::filesystem::equivalent(options.screen, path, none);
    };
    if (same(options.file)) return Error{"--screen names the run file itself; name another"};
    for (const InputFile &input : run->inputs) {
        if (same(input.path))
            return Error{
                fmt::format("--screen names the {} of this run; name another", input.role)};
    }
    return {};
}

Outcome showState(const Options &options) {
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();
    if (!options.screen.empty()) {
        if (auto possible = checkPictureFile(**reader, options); !possible) return possible.error();
    }
    auto rerun = runAgainTo(**reader, options.at);
    if (!rerun) return rerun.error();
    Machine &machine = (*rerun)->machine();
    auto console = (*reader)->consoleAt(machine.now(), shownConsoleLines);
    if (!console) return console.error();
    const auto page = machine.text();
    const Moment moment{**rerun, std::move(*console), page ? page->utf8() : std::string(),
                        instructionAt(machine)};
    // First what can fail: nothing has been printed then.
    if (!options.screen.empty()) {
        if (auto saved = savePicture(machine, options.screen); !saved) return saved.error();
    }
    if (options.json)
        printJson(moment);
    else
        printText(moment);
    return ExitCode::Done;
}

} // namespace

void addStateCommand(CLI::App &program, Action &chosen) {
    auto *command =
        program.add_subcommand("state", "registers, console and screen at a point of a run");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command
        ->add_option("--at", options->at,
                     "the point: marker:NAME, phase:PATH (its start), icount:N, time:5.2s")
        ->required()
        ->type_name("WHEN");
    command->add_option("--screen", options->screen, "writes what the display shows as a PNG")
        ->type_name("FILE");
    command->add_flag("--json", options->json, "an object");
    command->footer(
        "The run is run again up to that point, so its inputs must be where they were.");
    command->callback([options, &chosen] { chosen = [options] { return showState(*options); }; });
}

} // namespace bootglass
