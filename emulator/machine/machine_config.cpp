// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/machine_config.h"

#include "emulator/devices/ata_disk.h"
#include "emulator/devices/atapi_cdrom.h"
#include "emulator/devices/floppy_format.h"
#include "emulator/machine/boot/firmware_config.h"
#include "emulator/machine/event_chain.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace bootglass {

namespace {

constexpr uint64_t mostBiosBytes = uint64_t{16} << 20;
constexpr uint64_t biosGranule = 4096;
constexpr uint64_t mostVgaBiosBytes = 256 << 10;
constexpr unsigned mostShift = 10;

/// Bytes of a file, or a sentence.
struct FileBytes {
    Bytes bytes;
    std::string error;
};

/// Closes a file when its reader is done.
struct Descriptor {
    int number = -1;
    explicit Descriptor(int opened) : number(opened) {}
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
};

constexpr std::string_view moreMemory = "; give the machine more memory";

FileBytes readFile(const std::filesystem::path &path, std::string_view what, uint64_t most,
                   std::string_view advice = {}) {
    auto refuse = [&](std::string_view why) {
        return FileBytes{{}, fmt::format("{} '{}' {}", what, path.string(), why)};
    };
    // Non-blocking, so that a pipe is refused below and not waited for.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number < 0) {
        if (errno == ENOENT) return refuse("does not exist");
        return refuse(fmt::format("cannot be opened: {}", std::strerror(errno)));
    }
    struct stat about {};
    if (fstat(file.number, &about) != 0)
        return refuse(fmt::format("cannot be examined: {}", std::strerror(errno)));
    if (S_ISDIR(about.st_mode)) return refuse("is a directory; name a file");
    if (!S_ISREG(about.st_mode)) return refuse("is not a regular file");
    if (about.st_size <= 0) return refuse("is empty");
    auto size = static_cast<uint64_t>(about.st_size);
    if (size > most)
        return refuse(
            fmt::format("is too large: it has {} bytes, {} are the most{}", size, most, advice));
    Bytes bytes(static_cast<size_t>(size));
    for (size_t done = 0; done < bytes.size();) {
        ssize_t got = ::read(file.number, bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
        if (got == 0) return refuse("became shorter while it was read");
        done += static_cast<size_t>(got);
    }
    return {std::move(bytes), {}};
}

std::string checkNumbers(const MachineConfig &config) {
    constexpr uint64_t mib = uint64_t{1} << 20;
    if (config.ramBytes % mib != 0 || config.ramBytes < leastRamBytes ||
        config.ramBytes > mostRamBytes)
        return fmt::format("a memory of {} bytes is not possible: give a whole number of MiB from "
                           "{} to {}",
                           config.ramBytes, leastRamBytes / mib, mostRamBytes / mib);
    if (config.shift > mostShift)
        return fmt::format("a shift of {} is not possible: give 0 to {}", config.shift, mostShift);
    return {};
}

std::string checkBios(std::span<const uint8_t> bios, std::string_view name) {
    if (bios.empty()) return fmt::format("{} is empty", name);
    if (bios.size() % biosGranule != 0)
        return fmt::format("{} has {} bytes, which is no multiple of {}: this is no firmware image",
                           name, bios.size(), biosGranule);
    if (bios.size() > mostBiosBytes)
        return fmt::format("{} has {} bytes, {} are the most that fit below 4 GiB", name,
                           bios.size(), mostBiosBytes);
    return {};
}

std::string checkVgaBios(std::span<const uint8_t> rom, std::string_view name) {
    if (rom.empty()) return {};
    if (rom.size() > mostVgaBiosBytes)
        return fmt::format("{} has {} bytes, {} are the most", name, rom.size(), mostVgaBiosBytes);
    if (rom.size() < 3 || rom[0] != 0x55 || rom[1] != 0xAA)
        return fmt::format("{} is no option ROM: it does not begin with 55h AAh", name);
    return {};
}

MachineConfigResult refuse(std::string why) {
    return {std::nullopt, std::move(why)};
}

std::string cannotBoot(const MachineFiles &files, std::string_view why) {
    return fmt::format("'{}' cannot be booted: {}", files.kernel.string(), why);
}

/// Reads a file once more. If it is another by now it has nothing: what the guest would see could
/// never be repeated.
std::function<Bytes()> rereader(const std::filesystem::path &path, const Bytes &bytes) {
    return [path = std::filesystem::absolute(path), size = bytes.size(),
            digest = digestOf(bytes)]() -> Bytes {
        FileBytes file = readFile(path, "the initrd", size);
        if (!file.error.empty() || digestOf(file.bytes) != digest) return {};
        return std::move(file.bytes);
    };
}

std::string loadLinux(MachineConfig &config, const MachineFiles &files, FileBytes kernel) {
    if (!files.modules.empty())
        return fmt::format("'{}' is a Linux kernel, which takes no modules: give an initrd",
                           files.kernel.string());
    FileBytes initrd;
    if (!files.initrd.empty())
        initrd = readFile(files.initrd, "the initrd", config.ramBytes, moreMemory);
    if (!initrd.error.empty()) return initrd.error;
    LinuxImageResult placed = placeLinux(
        {std::move(kernel.bytes), std::move(initrd.bytes), files.append}, config.ramBytes);
    if (!placed.image) return cannotBoot(files, placed.error);
    config.kernel = std::move(placed.image);
    if (!files.initrd.empty())
        config.kernel->initrdAgain = rereader(files.initrd, config.kernel->initrd);
    return {};
}

/// What a kernel or module is told: the file's name without its folders, for where a file lies must
/// not change a run, then the arguments.
std::string commandLineOf(const std::filesystem::path &file, std::string_view arguments) {
    std::string line = file.filename().string();
    if (!arguments.empty()) line += ' ' + std::string(arguments);
    return line;
}

std::string loadMultiboot(MachineConfig &config, const MachineFiles &files, FileBytes kernel) {
    if (!files.initrd.empty())
        return fmt::format("'{}' is a Multiboot kernel, which takes no initrd: give modules",
                           files.kernel.string());
    MultibootFiles parts{
        .kernel = std::move(kernel.bytes),
        .commandLine = commandLineOf(files.kernel, files.append),
        .modules = {},
    };
    uint64_t left = config.ramBytes;
    for (const std::string &text : files.modules) {
        std::filesystem::path path = moduleFile(text);
        FileBytes module = readFile(path, "the module", left, moreMemory);
        if (!module.error.empty()) return module.error;
        left -= module.bytes.size();
        std::string arguments = text.substr(std::min(path.string().size() + 1, text.size()));
        parts.modules.push_back({std::move(module.bytes), commandLineOf(path, arguments)});
    }
    MultibootImageResult placed = placeMultiboot(std::move(parts), config.ramBytes);
    if (!placed.image) return cannotBoot(files, placed.error);
    config.multibootKernel = std::move(placed.image);
    return {};
}

/// A kernel and what belongs to it; empty, or what is wrong. A file that is both, as iPXE's, is
/// taken as Linux.
std::string loadKernel(MachineConfig &config, const MachineFiles &files) {
    FileBytes kernel = readFile(files.kernel, "the kernel", config.ramBytes, moreMemory);
    if (!kernel.error.empty()) return kernel.error;
    if (isLinux(kernel.bytes)) return loadLinux(config, files, std::move(kernel));
    if (isMultiboot(kernel.bytes)) return loadMultiboot(config, files, std::move(kernel));
    return cannotBoot(files,
                      "it is neither a Linux bzImage nor a Multiboot kernel; give the kernel "
                      "as its distribution ships it");
}

std::string loadMedium(std::shared_ptr<const DiskImage> &medium, const std::filesystem::path &path,
                       unsigned sectorBytes) {
    if (path.empty()) return {};
    DiskImage::Opened opened = DiskImage::open(path, sectorBytes);
    if (!opened) return opened.error;
    medium = std::move(opened.image);
    return {};
}

} // namespace

std::string checkMachineConfig(const MachineConfig &config) {
    std::string error = checkNumbers(config);
    if (error.empty()) error = checkBios(config.bios, "the firmware");
    if (error.empty()) error = checkVgaBios(config.vgaBios, "the VGA BIOS");
    return error;
}

std::filesystem::path moduleFile(const std::string &module) {
    return module.substr(0, module.find(' '));
}

MachineConfigResult loadMachineConfig(MachineConfig settings, const MachineFiles &files) {
    std::string error = checkNumbers(settings);
    if (!error.empty()) return refuse(error);

    if (files.bios.empty() && settings.bios.empty())
        return refuse("there is no firmware: name an image");
    if (!files.bios.empty()) {
        FileBytes bios = readFile(files.bios, "the firmware", mostBiosBytes);
        if (bios.error.empty())
            bios.error =
                checkBios(bios.bytes, fmt::format("the firmware '{}'", files.bios.string()));
        if (!bios.error.empty()) return refuse(bios.error);
        settings.bios = std::move(bios.bytes);
    }
    if (!files.vgaBios.empty()) {
        FileBytes rom = readFile(files.vgaBios, "the VGA BIOS", mostVgaBiosBytes);
        if (rom.error.empty())
            rom.error =
                checkVgaBios(rom.bytes, fmt::format("the VGA BIOS '{}'", files.vgaBios.string()));
        if (!rom.error.empty()) return refuse(rom.error);
        settings.vgaBios = std::move(rom.bytes);
    }

    if (files.kernel.empty() && !files.initrd.empty())
        return refuse(
            fmt::format("an initrd, '{}', needs a kernel: name one", files.initrd.string()));
    if (files.kernel.empty() && !files.modules.empty())
        return refuse(fmt::format("a module, '{}', needs a kernel: name one", files.modules[0]));
    if (files.kernel.empty() && !files.append.empty())
        return refuse("a kernel command line needs a kernel: name one");
    if (!files.kernel.empty()) error = loadKernel(settings, files);
    if (error.empty()) error = loadMedium(settings.disk, files.disk, AtaDisk::sectorBytes);
    if (error.empty()) error = loadMedium(settings.disk2, files.disk2, AtaDisk::sectorBytes);
    if (error.empty()) error = loadMedium(settings.cdrom, files.cdrom, AtapiCdrom::sectorBytes);
    if (error.empty()) error = loadMedium(settings.floppy, files.floppy, FloppyFormat::sectorBytes);
    if (error.empty() && settings.floppy && settings.floppy->size() > mostFloppyBytes)
        error = fmt::format("the floppy image '{}' has {} bytes, and {} (2.88 MB) are the most",
                            files.floppy.string(), settings.floppy->size(), mostFloppyBytes);
    if (!error.empty()) return refuse(error);
    return {std::move(settings), {}};
}

} // namespace bootglass
