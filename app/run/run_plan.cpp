// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/run_plan.h"

#include "app/run/input_files.h"
#include "app/run/symbol_file.h"
#include "emulator/machine/block_engine.h"
#include "emulator/probe/names.h"
#include "emulator/probe/profile_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace bootglass {

namespace {

constexpr const char *firmwareFile = "/usr/share/seabios/bios-256k.bin";
constexpr const char *vgaFirmwareFile = "/usr/share/seabios/vgabios-stdvga.bin";

bool namesGuest(const RunOptions &options) {
    return !options.bios.empty() || !options.kernel.empty() || !options.disk.empty() ||
           !options.disk2.empty() || !options.cdrom.empty() || !options.floppy.empty();
}

/// The files of a run, found: options first, then the profile's candidates.
class FileFinder {
  public:
    FileFinder(const Profile &profile, const GuestDefaults &guest)
        : profile_(profile), guest_(guest) {}

    Result<std::string> find(const std::string &asked, const std::vector<std::string> &candidates,
                             const char *what) const {
        if (!asked.empty() || candidates.empty()) return asked;
        std::vector<std::string> tried;
        for (const std::string &candidate : candidates) {
            tried.push_back(profilePath(candidate, profile_.file));
            std::error_code ignored;
            if (std::filesystem::exists(tried.back(), ignored)) return tried.back();
        }
        return Error{fmt::format("the {} of profile '{}' is not there: {}{}", what, profile_.name,
                                 listOf(tried), install())};
    }

  private:
    std::string install() const {
        return guest_.needs.empty()
                   ? std::string()
                   : fmt::format("; install the Debian packages: {}", listOf(guest_.needs));
    }

    const Profile &profile_;
    const GuestDefaults &guest_;
};

Result<MachineFiles> findFiles(const RunOptions &options, const Profile &profile,
                               const GuestDefaults &guest) {
    const FileFinder finder(profile, guest);
    MachineFiles files;
    std::vector<std::string> firmware = guest.bios;
    if (firmware.empty()) firmware.emplace_back(firmwareFile);
    std::error_code ignored;
    if (options.bios.empty() && guest.bios.empty() &&
        !std::filesystem::exists(firmwareFile, ignored)) {
        return Error{fmt::format("there is no firmware at {}; install the Debian package seabios, "
                                 "or name another with --bios",
                                 firmwareFile)};
    }
    // A kernel of the user's own does not go with the initrd and command line of another.
    const bool ownKernel = !options.kernel.empty();
    struct Wanted {
        std::filesystem::path MachineFiles::*file;
        const std::string &asked;
        std::vector<std::string> candidates;
        const char *what;
    };
    const Wanted wanted[] = {
        {&MachineFiles::bios, options.bios, firmware, "firmware"},
        {&MachineFiles::kernel, options.kernel, guest.kernel, "kernel"},
        {&MachineFiles::initrd, options.initrd,
         ownKernel ? std::vector<std::string>() : guest.initrd, "initrd"},
        {&MachineFiles::disk, options.disk, guest.disk, "disk"},
        {&MachineFiles::disk2, options.disk2, guest.disk2, "second disk"},
        {&MachineFiles::cdrom, options.cdrom, guest.cdrom, "CD-ROM"},
        {&MachineFiles::floppy, options.floppy, guest.floppy, "floppy"},
    };
    for (const Wanted &file : wanted) {
        const Result<std::string> found = finder.find(file.asked, file.candidates, file.what);
        if (!found) return found.error();
        files.*file.file = *found;
    }
    if (std::filesystem::exists(vgaFirmwareFile, ignored)) files.vgaBios = vgaFirmwareFile;
    if (options.append) {
        files.append = *options.append;
    } else if (!ownKernel) {
        files.append = guest.append.value_or("");
    }
    if (!options.modules.empty())
        files.modules = options.modules;
    else if (!ownKernel)
        for (const std::string &module : guest.modules)
            files.modules.push_back(profilePath(module, profile.file));
    // Whoever says what to boot from, and leaves the kernel out, does not want it.
    if (!options.boot.empty() && std::ranges::find(options.boot, "kernel") == options.boot.end()) {
        if (ownKernel) return Error{"--kernel and a --boot without kernel contradict each other"};
        files.kernel.clear();
        files.initrd.clear();
        files.append.clear();
        files.modules.clear();
    }
    if (files.kernel.empty()) {
        if (!files.initrd.empty()) return Error{"--initrd needs a --kernel to load it"};
        if (!files.append.empty()) return Error{"--append needs a --kernel to read it"};
        if (!files.modules.empty()) return Error{"--module needs a --kernel to use it"};
    }
    return files;
}

std::vector<BootDevice> bootOrder(const std::vector<std::string> &names) {
    std::vector<BootDevice> order;
    for (const std::string &name : names) {
        if (name == "disk") order.push_back(BootDevice::Disk);
        if (name == "cdrom") order.push_back(BootDevice::Cdrom);
        if (name == "floppy") order.push_back(BootDevice::Floppy);
    }
    return order;
}

Result<std::vector<When>> endsOf(const std::vector<std::string> &texts, const Profile &profile) {
    std::vector<When> ends;
    for (const std::string &text : texts) {
        const WhenResult parsed = parseWhen(text);
        if (!parsed.when) return Error{fmt::format("--until: {}", parsed.error)};
        if (const std::string wrong = checkWhen(*parsed.when, profile); !wrong.empty())
            return Error{fmt::format("--until: {}", wrong)};
        ends.push_back(*parsed.when);
    }
    return ends;
}

Result<std::vector<InputFile>> describeInputs(const MachineFiles &files) {
    const std::pair<const char *, const std::filesystem::path *> roles[] = {
        {"bios", &files.bios},     {"vgabios", &files.vgaBios}, {"kernel", &files.kernel},
        {"initrd", &files.initrd}, {"disk", &files.disk},       {"disk2", &files.disk2},
        {"cdrom", &files.cdrom},   {"floppy", &files.floppy}};
    std::vector<std::pair<const char *, std::filesystem::path>> given;
    for (const auto &[role, path] : roles)
        if (!path->empty()) given.emplace_back(role, *path);
    for (const std::string &module : files.modules)
        given.emplace_back("module", moduleFile(module));
    std::vector<InputFile> inputs;
    for (const auto &[role, path] : given) {
        Result<InputFile> input = describeInput(role, path);
        if (!input) return input.error();
        inputs.push_back(std::move(*input));
    }
    return inputs;
}

Result<InputScript> readScript(const std::string &path, const Profile &profile) {
    if (path.empty()) return InputScript{};
    constexpr uintmax_t mostBytes = 1 << 20;
    std::error_code error;
    const uintmax_t bytes = std::filesystem::file_size(path, error);
    if (error) return Error{fmt::format("--input {}: {}", path, error.message())};
    if (bytes > mostBytes)
        return Error{fmt::format("--input {}: a script has at most {} bytes", path, mostBytes)};
    return parseInputScript(textOf(path), path, profile);
}

Result<void> readSymbols(const RunOptions &options, RunPlan &plan) {
    if (!options.symbols.empty()) {
        Result<SymbolTable> symbols = loadSymbols(options.symbols);
        if (!symbols) return Error{fmt::format("--symbols: {}", symbols.error().sentence)};
        plan.symbols = std::move(*symbols);
        const Result<InputFile> file = describeInput("symbols", options.symbols);
        if (!file) return file.error();
        // Not among the inputs: no count depends on it, so a run can be run again without it.
        plan.meta["symbols"] = file->path;
        plan.meta["symbols_sha256"] = file->sha256;
    }
    for (const std::string &text : options.regions) {
        const size_t equals = text.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
            return Error{fmt::format("--region: '{}' is not NAME=SYMBOL", text)};
        const RegionRequest region{text.substr(0, equals), text.substr(equals + 1)};
        if (options.symbols.empty())
            return Error{fmt::format("--region {}: the address of {} must be known; name a "
                                     "System.map with --symbols",
                                     text, region.symbol)};
        if (!plan.symbols.addressOf(region.symbol))
            return Error{fmt::format("--region {}: {} has no function '{}'", text, options.symbols,
                                     region.symbol)};
        plan.regions.push_back(region);
    }
    return {};
}

std::string joined(const std::vector<std::string> &words, char between = ' ') {
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? std::string() : std::string(1, between)) + word;
    return text;
}

/// A host without a translator interprets, and says so.
Result<Engine> engineOf(const std::string &name, std::string &notice) {
    if (name == "interpreter") return Engine::Interpreter;
    if (std::string why = whyNoTranslator(); !why.empty()) {
        if (name == "lockstep") return Error{fmt::format("--engine lockstep: {}", why)};
        notice = name.empty() ? why : fmt::format("--engine {}: {}", name, why);
        return Engine::Interpreter;
    }
    return name == "lockstep" ? Engine::Lockstep : Engine::Jit;
}

/// All that is needed to run it again, beside the inputs.
void describeRun(RunPlan &plan, const RunOptions &options, const MachineFiles &files,
                 const std::vector<std::string> &boot) {
    auto &meta = plan.meta;
    meta["machine"] = "pc (i440FX/PIIX)";
    static constexpr std::array engines{"interpreter", "jit", "lockstep"};
    meta["engine"] = engines[static_cast<size_t>(plan.machine.engine)];
    meta["memory_mib"] = std::to_string(plan.machine.ramBytes >> 20);
    meta["rtc_start"] = std::to_string(plan.machine.rtcStart);
    meta["append"] = files.append;
    for (size_t i = 0; i < files.modules.size(); ++i) // a module's file is among the inputs
        meta[fmt::format("module:{}", i)] = files.modules[i];
    if (options.network) meta["network"] = "ne2000";
    meta["boot"] = joined(boot, ',');
    meta["profile"] = plan.profile.name;
    meta["sample_every"] = std::to_string(plan.sampleEvery);
    meta["detail"] = options.detail.empty() ? "events" : joined(options.detail);
    std::vector<std::string> ends;
    for (const When &end : plan.until)
        ends.push_back(end.text);
    meta["until"] = joined(ends);
    for (const std::string &file : plan.profile.files) {
        meta["profile_file:" + std::filesystem::path(file).filename().string()] = textOf(file);
    }
}

} // namespace

Result<void> RunPlan::checkTarget(const std::string &option, const std::string &path) const {
    const auto same = [&path](const std::string &other) {
        std::error_code missing;
        return path == other || std::filesystem::equivalent(path, other, missing);
    };
    const auto refuse = [&](std::string_view what) {
        return Error{fmt::format("--{} {} is {}; name another file", option, path, what)};
    };
    if (path.empty()) return {};
    for (const InputFile &input : inputs) {
        if (same(input.path))
            return refuse(fmt::format("the {} of this run, which it would destroy", input.role));
    }
    for (const std::string &file : profile.files) {
        if (same(file)) return refuse("the run's profile, which it would destroy");
    }
    if (option != "save" && same(restore))
        return refuse("the state that the run starts from, which it would destroy");
    if (option != "output" && same(output)) return refuse("the run file");
    return {};
}

Result<RunPlan> planRun(const RunOptions &options) {
    ProfileResult found = findProfile(options.profile.value_or(defaultProfile), profileFolders());
    if (!found.profile) return Error{found.error};
    const bool ownGuest = !options.profile && namesGuest(options);
    const GuestDefaults guest = ownGuest ? GuestDefaults() : found.profile->guest;

    RunPlan plan;
    plan.profile = std::move(*found.profile);
    const Result<MachineFiles> files = findFiles(options, plan.profile, guest);
    if (!files) return files.error();

    MachineConfig settings;
    if (const auto mib = options.memoryMib ? options.memoryMib : guest.memoryMib)
        settings.ramBytes = uint64_t{*mib} << 20;
    settings.shift = options.shift.value_or(settings.shift);
    settings.rtcStart = options.rtcStart.value_or(settings.rtcStart);
    const std::vector<std::string> &boot = options.boot.empty() ? guest.boot : options.boot;
    settings.network = options.network;
    auto engine = engineOf(options.engine, plan.notice);
    if (!engine) return engine.error();
    settings.engine = *engine;
    if (const auto order = bootOrder(boot); !order.empty())
        settings.bootOrder = order;
    else if (!files->floppy.empty() && files->disk.empty() && files->cdrom.empty())
        settings.bootOrder = {BootDevice::Floppy};

    const auto until = endsOf(options.until.empty() ? guest.until : options.until, plan.profile);
    if (!until) return until.error();
    plan.until = *until;
    auto script = readScript(options.input, plan.profile);
    if (!script) return script.error();
    plan.script = std::move(*script);
    auto detail = DetailPlan::parse(options.detail, plan.profile);
    if (!detail) return detail.error();
    plan.detail = std::move(*detail);

    MachineConfigResult machine = loadMachineConfig(std::move(settings), *files);
    if (!machine) return Error{machine.error};
    plan.machine = std::move(*machine.config);
    auto inputs = describeInputs(*files);
    if (!inputs) return inputs.error();
    plan.inputs = std::move(*inputs);
    for (const auto &[role, path] :
         {std::pair("state", &options.restore), std::pair("script", &options.input)}) {
        if (path->empty()) continue;
        Result<InputFile> input = describeInput(role, *path);
        if (!input) return input.error();
        plan.inputs.push_back(std::move(*input));
    }

    if (auto read = readSymbols(options, plan); !read) return read.error();
    plan.sampleEvery = options.sampleEvery;
    plan.output = options.output;
    plan.force = options.force;
    plan.save = options.save;
    plan.restore = options.restore;
    plan.serialConsole = files->append.find("console=ttyS") != std::string::npos;
    describeRun(plan, options, *files, boot);
    if (auto free = plan.checkTarget("output", plan.output); !free) return free.error();
    if (auto free = plan.checkTarget("save", plan.save); !free) return free.error();
    return plan;
}

} // namespace bootglass
