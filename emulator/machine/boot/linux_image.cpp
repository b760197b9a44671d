// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/linux_image.h"

#include "emulator/memory/physical_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string_view>

namespace bootglass {

namespace {

// The setup header's fields (Documentation/x86/boot, "The Real-Mode Kernel Header"), by offset.
enum Field : size_t {
    SetupSectors = 0x1F1,
    SystemSize = 0x1F4, // of the kernel, in 16 bytes
    VideoMode = 0x1FA,
    BootFlag = 0x1FE,
    HeaderMagic = 0x202,
    Protocol = 0x206,
    LoaderType = 0x210,
    LoadFlags = 0x211,
    RamdiskImage = 0x218,
    RamdiskSize = 0x21C,
    HeapEnd = 0x224,
    CommandLinePointer = 0x228,
    InitrdAddressMax = 0x22C,
    CommandLineSize = 0x238,
    ExtraLoadFlags = 0x236,
    PreferredAddress = 0x258,
    InitSize = 0x260,
    // The command line as told before protocol 2.02: a magic number and an offset.
    OldCommandLineMagic = 0x20,
    OldCommandLineOffset = 0x22,
};

constexpr size_t sectorSize = 512;
constexpr size_t headerEnd = 0x268;
constexpr uint16_t bootFlag = 0xAA55;
constexpr uint32_t headerMagic = 0x53726448; // "HdrS"
constexpr uint16_t oldCommandLineMagic = 0xA33F;

constexpr uint8_t loaderType =
    0xB0; // QEMU's number; the list has none for us, and kernels know this
constexpr uint8_t loadedHigh = 1U << 0;
constexpr uint8_t canUseHeap = 1U << 7;
constexpr uint16_t initrdAbove4GiB = 1U << 1;

constexpr uint32_t highKernel = 0x100000;
constexpr uint32_t lowKernel = 0x10000;
constexpr uint32_t lowSetup = 0x90000; // where loaders before 2.02, and zImages, want it
constexpr uint32_t lowSetupEnd = 0x9A000;
constexpr uint32_t setupAddress = 0x10000;
constexpr uint32_t commandLineAddress = 0x20000;
constexpr uint32_t entrySectorSize = 0x200;

LinuxImageResult refuse(std::string why) {
    return {std::nullopt, std::move(why)};
}

/// A kernel file with its header's fields; all reads are checked.
class Header {
  public:
    explicit Header(std::span<const uint8_t> file) : file_(file) {}

    uint64_t get(Field field, size_t size) const { return numberAt(file_, field, size); }
    uint16_t protocol() const { return static_cast<uint16_t>(get(Protocol, 2)); }
    bool isLinux() const {
        return file_.size() >= headerEnd && get(BootFlag, 2) == bootFlag &&
               get(HeaderMagic, 4) == headerMagic && protocol() >= 0x200;
    }
    bool loadsHigh() const { return get(LoadFlags, 1) & loadedHigh; }
    size_t setupSize() const {
        uint64_t sectors = get(SetupSectors, 1);
        return ((sectors == 0 ? 4 : sectors) + 1) * sectorSize;
    }
    /// Bytes of the protected-mode kernel; before 2.04 the upper half of the field belonged to
    /// others.
    uint64_t kernelSize() const { return get(SystemSize, protocol() >= 0x204 ? 4 : 2) * 16; }
    uint64_t longestCommandLine() const {
        return protocol() >= 0x206 ? get(CommandLineSize, 4) : 255;
    }
    uint64_t highestInitrdByte() const {
        if (protocol() >= 0x20C && get(ExtraLoadFlags, 2) & initrdAbove4GiB)
            return std::numeric_limits<uint32_t>::max();
        return protocol() >= 0x203 ? get(InitrdAddressMax, 4) : 0x37FFFFFF;
    }
    /// The first byte that the kernel leaves alone while it unpacks itself.
    uint64_t workspaceEnd(uint64_t loadedEnd) const {
        if (protocol() < 0x20A || get(PreferredAddress, 8) > std::numeric_limits<uint32_t>::max())
            return loadedEnd;
        return std::max(loadedEnd, get(PreferredAddress, 8) + get(InitSize, 4));
    }

  private:
    std::span<const uint8_t> file_;
};

/// The video mode that the command line asks for: the setup code reads it from the header, not
/// there.
std::optional<uint16_t> videoMode(std::string_view commandLine) {
    constexpr std::string_view key = "vga=";
    size_t at = commandLine.starts_with(key) ? 0 : commandLine.find(" vga=");
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view text = commandLine.substr(commandLine.find(key, at) + key.size());
    text = text.substr(0, text.find(' '));
    if (text == "normal") return 0xFFFF;
    if (text == "ext") return 0xFFFE;
    if (text == "ask") return 0xFFFD;
    int base = 10;
    if (text.starts_with("0x")) {
        base = 16;
        text.remove_prefix(2);
    }
    uint16_t mode = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return mode;
}

/// Writes into the header what the loader has to tell the kernel.
void fillHeader(LinuxImage &image, uint16_t protocol) {
    Bytes &setup = image.setup;
    putNumber(setup, LoaderType, loaderType, 1);
    if (protocol >= 0x201) {
        // The heap ends where the command line begins, or at the end of the segment.
        setup[LoadFlags] |= canUseHeap;
        uint32_t heapEnd = std::min(image.commandLineAddress - image.setupAddress, 0x10000U);
        putNumber(setup, HeapEnd, heapEnd - entrySectorSize, 2);
    }
    if (protocol >= 0x202) {
        putNumber(setup, CommandLinePointer, image.commandLineAddress, 4);
    } else {
        putNumber(setup, OldCommandLineMagic, oldCommandLineMagic, 2);
        putNumber(setup, OldCommandLineOffset, image.commandLineAddress - image.setupAddress, 2);
    }
    if (!image.initrd.empty()) {
        putNumber(setup, RamdiskImage, image.initrdAddress, 4);
        putNumber(setup, RamdiskSize, image.initrd.size(), 4);
    }
}

} // namespace

bool isLinux(std::span<const uint8_t> file) {
    return Header(file).isLinux();
}

LinuxImageResult placeLinux(LinuxFiles files, uint64_t ramBytes) {
    Header header(files.kernel);
    if (!header.isLinux())
        return refuse("this is not a bzImage: it has no Linux setup header; give the kernel as its "
                      "distribution ships it (vmlinuz, bzImage)");
    size_t setupSize = header.setupSize();
    uint64_t kernelSize = header.kernelSize();
    // Some builds round the size up to 16 bytes without writing them; a signature may follow.
    if (files.kernel.size() + 15 < setupSize + kernelSize || files.kernel.size() <= setupSize)
        return refuse(
            fmt::format("the kernel is truncated: its header promises {} bytes, the file has "
                        "{}; get it anew",
                        setupSize + kernelSize, files.kernel.size()));
    if (header.longestCommandLine() < files.commandLine.size())
        return refuse(
            fmt::format("the command line is too long for this kernel: it takes {} bytes, "
                        "{} were given; shorten it",
                        header.longestCommandLine(), files.commandLine.size()));

    LinuxImage image;
    image.setup.assign(files.kernel.begin(),
                       files.kernel.begin() + static_cast<ptrdiff_t>(setupSize));
    files.kernel.erase(files.kernel.begin(),
                       files.kernel.begin() + static_cast<ptrdiff_t>(setupSize));
    image.kernel = std::move(files.kernel);
    image.initrd = std::move(files.initrd);
    image.commandLine.assign(files.commandLine.begin(), files.commandLine.end());
    image.commandLine.push_back(0);
    Header fields(image.setup);

    image.kernelAddress = fields.loadsHigh() ? highKernel : lowKernel;
    if (fields.loadsHigh() && fields.protocol() >= 0x202) {
        image.setupAddress = setupAddress;
        image.commandLineAddress = commandLineAddress;
        // Up to the EBDA; the kernel will not take so much, but its header is not to be trusted.
        if (image.commandLine.size() > 0x70000)
            return refuse("the command line is too long: it must be shorter than 448 KiB");
    } else {
        image.setupAddress = lowSetup;
        uint64_t room = lowSetupEnd - lowSetup;
        if (setupSize + image.commandLine.size() + 0x1000 > room)
            return refuse(
                "the kernel's real-mode part and the command line do not fit below 640 KiB "
                "together, as this old kernel wants them; shorten the command line");
        image.commandLineAddress =
            (lowSetupEnd - static_cast<uint32_t>(image.commandLine.size())) & ~15U;
    }
    if (!fields.loadsHigh() && image.kernel.size() > lowSetup - lowKernel)
        return refuse(
            "the kernel is damaged: a zImage, which it claims to be, is at most 512 KiB long");

    uint64_t memoryEnd = ramBytes - std::min(ramBytes, firmwareReserve);
    uint64_t kernelEnd = image.kernelAddress + image.kernel.size();
    if (kernelEnd > memoryEnd)
        return refuse(
            fmt::format("the kernel does not fit into {} MiB of memory; give the machine more",
                        ramBytes >> 20));
    if (!image.initrd.empty()) {
        uint64_t limit = std::min(memoryEnd, fields.highestInitrdByte() + 1);
        uint64_t lowest = std::max<uint64_t>(fields.workspaceEnd(kernelEnd), highKernel);
        uint64_t size = image.initrd.size();
        uint64_t address = limit < size ? 0 : (limit - size) & ~pageMask;
        if (limit < size || address < lowest)
            return refuse(
                fmt::format("the initrd is larger than memory allows: it has {} bytes, and {} "
                            "are free above the kernel; give the machine more memory",
                            size, limit > lowest ? limit - lowest : 0));
        image.initrdAddress = static_cast<uint32_t>(address);
    }
    fillHeader(image, fields.protocol());
    if (auto mode = videoMode(files.commandLine)) putNumber(image.setup, VideoMode, *mode, 2);
    return {std::move(image), {}};
}

} // namespace bootglass
