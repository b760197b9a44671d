// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass trace FILE --from WHEN --count N`: the instructions of a window, disassembled, each
// with its count; a repeated string instruction has a line for each of its iterations. With --host,
// what the translator makes of each, too.
#include "app/command.h"
#include "app/json_text.h"
#include "app/rerun/host_view.h"
#include "app/rerun/moment.h"
#include "app/run/symbol_file.h"
#include "emulator/cpu/cpu.h"
#include "emulator/cpu/decoder.h"
#include "emulator/machine/block_engine.h"
#include "emulator/trace/disassembler.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    std::string from;
    uint64_t count = 100;
    std::string symbols;
    bool host = false;
    bool json = false;
};

struct Line {
    Icount icount; // once it has completed
    uint32_t linear = 0;
    std::vector<uint8_t> bytes;
    Disassembled insn;
    std::string symbol;
    HostView::Part host;
};

std::string hexBytes(const std::vector<uint8_t> &bytes) {
    std::string text;
    for (const uint8_t byte : bytes)
        text += fmt::format("{}{:02x}", text.empty() ? "" : " ", byte);
    return text;
}

std::string textOf(const HostView::HostInsn &host) {
    return host.insn.mnemonic + (host.insn.operands.empty() ? "" : " ") + host.insn.operands;
}

void printHost(const std::vector<HostView::HostInsn> &code) {
    for (const HostView::HostInsn &host : code) {
        fmt::print("{:>14}      {:012x}  {:<8} {}\n", "", host.address, host.insn.mnemonic,
                   host.insn.operands);
    }
}

nlohmann::ordered_json hostJson(const std::vector<HostView::HostInsn> &code) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (const HostView::HostInsn &host : code)
        lines.push_back(textOf(host));
    return lines;
}

void printLine(const Line &line, bool json) {
    if (!json) {
        if (!line.host.block.empty()) fmt::print("{:>14}  -- {}\n", "", line.host.block);
        printHost(line.host.entry);
        fmt::print("{:>14}  {:08x}  {:<32}  {:<8} {:<36}  {}\n", line.icount.value, line.linear,
                   hexBytes(line.bytes), line.insn.mnemonic, line.insn.operands, line.symbol);
        printHost(line.host.code);
        if (!line.host.rest.empty()) fmt::print("{:>14}  -- behind it\n", "");
        printHost(line.host.rest);
        return;
    }
    nlohmann::ordered_json object{{"icount", line.icount.value},
                                  {"address", line.linear},
                                  {"bytes", hexBytes(line.bytes)},
                                  {"instruction", line.insn.mnemonic + " " + line.insn.operands},
                                  {"symbol", line.symbol}};
    if (!line.host.block.empty()) object["host_entry"] = hostJson(line.host.entry);
    if (!line.host.code.empty()) object["host"] = hostJson(line.host.code);
    if (!line.host.rest.empty()) object["host_rest"] = hostJson(line.host.rest);
    fmt::print("{}\n", jsonText(object));
}

/// The instruction at an offset of the present code segment.
Line lineAt(const Machine &machine, const Disassembler &disassembler, uint32_t offset) {
    const Cpu &cpu = machine.cpu();
    Line line;
    line.linear = cpu.seg[Cs].base + offset;
    line.bytes = bytesAt(machine, line.linear, longestInstruction);
    line.insn = disassembler.first(line.bytes, offset, cpu.code32());
    line.bytes.resize(std::min<size_t>(line.bytes.size(), line.insn.bytes));
    return line;
}

/// Sees whether the CPU went somewhere else on its way to the next completed instruction.
struct Deliveries : MachineObserver {
    std::optional<Event> last;

    void event(const Event &event) override {
        if (event.kind == EventKind::Interrupt || event.kind == EventKind::Exception) last = event;
    }
    uint8_t vector() const {
        return static_cast<uint8_t>(last->kind == EventKind::Interrupt ? last->value
                                                                       : last->source);
    }
};

/// The offset at which the handler of a vector starts: SDM vol. 3, 6.11 and 20.1.4.
uint32_t handlerOffset(const Machine &machine, uint8_t vector) {
    const Cpu &cpu = machine.cpu();
    const size_t size = cpu.protectedMode() ? 8 : 4;
    const std::vector<uint8_t> gate =
        bytesAt(machine, cpu.idtr.base + static_cast<uint32_t>(vector * size), size);
    if (gate.size() < size) return cpu.eip;
    const uint32_t low = gate[0] | static_cast<uint32_t>(gate[1]) << 8;
    const bool gate32 = size == 8 && (gate[5] & 8) != 0;
    return gate32
               ? low | static_cast<uint32_t>(gate[6]) << 16 | static_cast<uint32_t>(gate[7]) << 24
               : low;
}

void printDelivery(const Deliveries &deliveries) {
    fmt::print("{:>14}  {} {:#04x}\n", deliveries.last->icount.value,
               deliveries.last->kind == EventKind::Interrupt ? "-- interrupt" : "-- exception",
               deliveries.vector());
}

Outcome trace(const Options &options) {
    if (const std::string why = whyNoTranslator(); options.host && !why.empty())
        return Error{"--host: " + why};
    std::optional<SymbolTable> symbols;
    if (!options.symbols.empty()) {
        Result<SymbolTable> loaded = loadSymbols(options.symbols);
        if (!loaded) return loaded.error();
        symbols = std::move(*loaded);
    }
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();
    auto rerun = runAgainTo(**reader, options.from);
    if (!rerun) return rerun.error();
    Machine &machine = (*rerun)->machine();
    const Icount end = (*reader)->end().icount;
    const Disassembler disassembler;
    HostView hostView(machine, disassembler);
    Deliveries deliveries;
    machine.setObserver(&deliveries);
    for (uint64_t n = 0; n < options.count && machine.icount() < end; ++n) {
        Line line = lineAt(machine, disassembler, machine.cpu().eip);
        if (options.host) line.host = hostView.next();
        const Icount before = machine.icount();
        deliveries.last.reset();
        if (auto stepped = (*rerun)->advance(before + 1); !stepped) return stepped.error();
        if (machine.icount() == before) break;
        if (deliveries.last) {
            if (!options.json) printDelivery(deliveries);
            // A fault that counts by itself (#UD) leaves the CPU at the handler's first
            // instruction; else that has been executed in place of what was about to be.
            const uint32_t entry = handlerOffset(machine, deliveries.vector());
            if (machine.cpu().eip != entry) line = lineAt(machine, disassembler, entry);
        }
        line.icount = machine.icount();
        if (symbols) line.symbol = symbols->nameOf(line.linear);
        printLine(line, options.json);
    }
    machine.setObserver(nullptr);
    return ExitCode::Done;
}

} // namespace

void addTraceCommand(CLI::App &program, Action &chosen) {
    auto *command =
        program.add_subcommand("trace", "the instructions of a window of a run, disassembled");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->required()->type_name("");
    command
        ->add_option("--from", options->from,
                     "where to start: icount:N (or N), marker:NAME, phase:PATH, time:5.2s")
        ->required()
        ->type_name("WHEN");
    command->add_option("--count", options->count, "instructions (100)")->type_name("N");
    command
        ->add_option("--symbols", options->symbols, "names: a System.map, nm's output, or an ELF")
        ->type_name("FILE");
    command->add_flag("--host", options->host,
                      "beside each block, the host's code that the translator makes of it");
    command->add_flag("--json", options->json, "an object a line");
    command->footer(
        "The run is run again up to that point, so its inputs must be where they were.");
    command->callback([options, &chosen] { chosen = [options] { return trace(*options); }; });
}

} // namespace bootglass
