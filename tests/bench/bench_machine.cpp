// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_machine.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace bootglass {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::string contentOf(const fs::path &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void add(Words &words, std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
}

struct Boot {
    const std::string &initrd;
    const std::string &append;
};

Boot bootOf(const BenchGuest &guest, BootKind kind) {
    if (kind == BootKind::Timed) return {guest.timedInitrd, guest.timedAppend};
    return {guest.initrd, guest.append};
}

Error failed(const std::string &program, const ProcessCost &cost, const fs::path &errors) {
    std::string said = contentOf(errors);
    while (!said.empty() && said.back() == '\n')
        said.pop_back();
    said = said.substr(said.rfind('\n') + 1);
    return {fmt::format("'{}' ended with exit code {}: {}", program, cost.exitCode, said)};
}

} // namespace

Result<BenchBoot> bootHere(const BenchPrograms &programs, const BenchGuest &guest, BootKind kind,
                           const fs::path &folder) {
    const Boot boot = bootOf(guest, kind);
    const fs::path serial = folder / "serial";
    Words command{programs.bootglass, "run", "--json", "--quiet", "--force"};
    add(command, {"--profile", guest.profile, "--memory", std::to_string(guest.memoryMib)});
    add(command, {"--shift", "3", "--rtc", "2026-01-01T00:00:00"});
    add(command, {"--output", (folder / "run.bootglass").string(), "--serial", serial.string()});
    if (!guest.kernel.empty()) {
        add(command, {"--kernel", guest.kernel, "--initrd", boot.initrd, "--append", boot.append});
    }
    if (!guest.disk.empty()) add(command, {"--disk", guest.disk, "--boot", "disk"});
    add(command,
        {"--until", guest.endText.empty() || kind == BootKind::Timed ? "reset" : "marker:prompt"});
    if (!programs.engine.empty()) add(command, {"--engine", programs.engine});
    command.insert(command.end(), programs.recording.begin(), programs.recording.end());

    const fs::path output = folder / "output";
    const fs::path errors = folder / "errors";
    const auto cost = measure(command, {output.string(), errors.string()});
    if (!cost) return cost.error();
    if (cost->exitCode != 0) return failed(programs.bootglass, *cost, errors);
    const auto info = nlohmann::json::parse(contentOf(output), nullptr, false);
    if (info.is_discarded()) return Error{fmt::format("'{}' printed no JSON", programs.bootglass)};
    BenchBoot result{*cost, contentOf(serial)};
    result.instructions = info.value("icount", uint64_t{0});
    result.digest = info.value("digest", std::string());
    return result;
}

Result<BenchBoot> bootInQemu(const BenchPrograms &programs, const BenchGuest &guest, BootKind kind,
                             const fs::path &folder) {
    const Boot boot = bootOf(guest, kind);
    const fs::path serial = folder / "qemu.serial";
    Words command{programs.qemu, "-M", "pc", "-m", std::to_string(guest.memoryMib)};
    add(command, {"-icount", "shift=3,sleep=off", "-net", "none", "-display", "none"});
    add(command, {"-no-reboot", "-rtc", "base=2026-01-01,clock=vm"});
    add(command, {"-serial", "file:" + serial.string()});
    if (!guest.kernel.empty()) {
        add(command, {"-kernel", guest.kernel, "-initrd", boot.initrd, "-append", boot.append});
    }
    if (!guest.disk.empty())
        add(command, {"-drive", "file=" + guest.disk + ",format=raw,if=ide,snapshot=on"});

    std::function<bool()> enough;
    if (!guest.endText.empty() && kind == BootKind::Measured) {
        enough = [&] { return contentOf(serial).find(guest.endText) != std::string::npos; };
    }
    std::error_code ignored;
    fs::remove(serial, ignored);
    const fs::path errors = folder / "qemu.errors";
    const auto cost = measure(command, {{}, errors.string()}, enough);
    if (!cost) return cost.error();
    if (cost->exitCode != 0) return failed(programs.qemu, *cost, errors);
    return BenchBoot{*cost, contentOf(serial)};
}

} // namespace bootglass
