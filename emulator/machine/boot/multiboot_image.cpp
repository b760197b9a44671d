// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/multiboot_image.h"

#include "emulator/machine/boot/linux_image.h"
#include "emulator/memory/physical_map.h"

#include <fmt/format.h>

#include <algorithm>

namespace bootglass {

namespace {

// The header (section 3.1.1)
constexpr size_t searchedBytes = 8192;
constexpr uint32_t headerMagic = 0x1BADB002;
constexpr uint32_t pageAligned = 1U << 0; // modules; ours always are
constexpr uint32_t wantsMemory = 1U << 1; // always told
constexpr uint32_t wantsVideo = 1U << 2;  // a preference; the screen stays in text mode
constexpr uint32_t mustKnow = 0xFFFF;
constexpr uint32_t hasAddresses = 1U << 16;
enum HeaderField : size_t {
    Flags = 4,
    HeaderAddress = 12,
    LoadAddress = 16,
    LoadEnd = 20,
    BssEnd = 24,
    EntryAddress = 28,
};

// The information record (section 3.3)
constexpr uint32_t infoFlags = 1U << 0    // sizes of memory
                               | 1U << 1  // boot device
                               | 1U << 2  // command line
                               | 1U << 3  // modules
                               | 1U << 6  // memory map
                               | 1U << 9; // name of the loader
enum InfoField : size_t {
    InfoFlags = 0,
    BootDeviceNumber = 12,
    CommandLine = 16,
    ModuleCount = 20,
    ModuleList = 24,
    MapAddress = 48,
    LoaderName = 64,
};
constexpr uint32_t bootDevice = 0x8000FFFF; // the first disk, no partition: nobody's, in truth
constexpr std::string_view loaderName = "Bootglass";
constexpr size_t moduleEntryBytes = 16;
constexpr uint32_t infoEnd = 0x90000; // below the firmware's data at the top of the first 640 KiB

// ELF (System V ABI, i386 supplement)
constexpr size_t elfHeaderBytes = 52;
constexpr size_t elfSegmentBytes = 32;
constexpr uint64_t elf32LittleEndian = 0x0101'464C'457F; // magic, ELFCLASS32, ELFDATA2LSB
constexpr uint64_t machine386 = 3;
constexpr uint64_t loadedSegment = 1;

constexpr uint64_t lowestAddress = 0x100000;

MultibootImageResult refuse(std::string why) {
    return {std::nullopt, std::move(why)};
}

std::optional<size_t> findHeader(std::span<const uint8_t> file) {
    for (size_t at = 0; at + 12 <= std::min(file.size(), searchedBytes); at += 4) {
        uint64_t sum =
            numberAt(file, at, 4) + numberAt(file, at + Flags, 4) + numberAt(file, at + 8, 4);
        if (numberAt(file, at, 4) == headerMagic && static_cast<uint32_t>(sum) == 0) return at;
    }
    return std::nullopt;
}

/// A piece of the file and where it goes; zeros follow up to `bytes`.
struct Segment {
    uint64_t fileOffset = 0;
    uint64_t fileBytes = 0;
    uint64_t address = 0;
    uint64_t bytes = 0;
};

struct Layout {
    std::vector<Segment> segments;
    uint64_t entry = 0;
    std::string error;
};

Layout fail(std::string why) {
    return {{}, 0, std::move(why)};
}

Layout layoutByHeader(std::span<const uint8_t> file, size_t header) {
    auto field = [&](HeaderField at) { return numberAt(file, header + at, 4); };
    if (file.size() < header + EntryAddress + 4)
        return fail("the file ends within its Multiboot header; get it anew");
    uint64_t load = field(LoadAddress);
    uint64_t before = field(HeaderAddress) - load; // bytes of the header's file position loaded
    if (field(HeaderAddress) < load || before > header)
        return fail("the Multiboot header says that loading starts before the file does; rebuild "
                    "the kernel");
    Segment all{.fileOffset = header - before, .address = load};
    uint64_t end = field(LoadEnd) != 0 ? field(LoadEnd) : load + file.size() - all.fileOffset;
    if (end < load || end - load > file.size() - all.fileOffset)
        return fail("the kernel is truncated: its Multiboot header names more than the file has; "
                    "get it anew");
    all.fileBytes = end - load;
    all.bytes = std::max(all.fileBytes, field(BssEnd) > load ? field(BssEnd) - load : 0);
    return {{all}, field(EntryAddress), {}};
}

Layout layoutByElf(std::span<const uint8_t> file) {
    uint64_t identity = numberAt(file, 0, 6);
    if ((identity & 0xFFFFFFFF) != (elf32LittleEndian & 0xFFFFFFFF))
        return fail("the kernel is neither an ELF file nor has its Multiboot header load "
                    "addresses; rebuild it with either");
    if (identity != elf32LittleEndian || file.size() < elfHeaderBytes ||
        numberAt(file, 18, 2) != machine386)
        return fail("the kernel is an ELF file for another processor; this machine runs 32-bit "
                    "i386 kernels");
    uint64_t entry = numberAt(file, 24, 4);
    uint64_t table = numberAt(file, 28, 4);
    uint64_t entryBytes = numberAt(file, 42, 2);
    uint64_t count = numberAt(file, 44, 2);
    if (entryBytes < elfSegmentBytes || table > file.size() ||
        count * entryBytes > file.size() - table)
        return fail("the kernel is truncated: its ELF segments are not in the file; get it anew");
    Layout layout{{}, entry, {}};
    for (uint64_t i = 0; i < count; ++i) {
        size_t at = table + i * entryBytes;
        auto field = [&](size_t offset) { return numberAt(file, at + offset, 4); };
        Segment segment{field(4), field(16), field(12), field(20)};
        if (field(0) != loadedSegment || segment.bytes == 0) continue;
        if (segment.fileOffset > file.size() ||
            segment.fileBytes > file.size() - segment.fileOffset ||
            segment.fileBytes > segment.bytes)
            return fail("the kernel is truncated: an ELF segment is not in the file; get it anew");
        // Kernels that run at high addresses give their entry as such: it is taken to where the
        // segment that holds it is loaded.
        uint64_t linear = field(8);
        if (entry >= linear && entry - linear < segment.bytes)
            layout.entry = entry - linear + segment.address;
        layout.segments.push_back(segment);
    }
    if (layout.segments.empty()) return fail("the kernel has no ELF segment to load; rebuild it");
    return layout;
}

uint64_t pageUp(uint64_t address) {
    return (address + pageMask) & ~uint64_t{pageMask};
}

/// The information record, and behind the map what it points to: modules, then texts.
Bytes makeInfo(const MultibootFiles &files, const std::vector<uint32_t> &moduleAddresses) {
    using namespace multiboot_info;
    Bytes info(mapOffset + mapEntryBytes * mostMapEntries +
               moduleEntryBytes * files.modules.size());
    auto put = [&](size_t at, uint64_t value) { putNumber(info, at, value, 4); };
    auto text = [&](std::string_view words) {
        auto at = static_cast<uint32_t>(address + info.size());
        info.insert(info.end(), words.begin(), words.end());
        info.push_back(0);
        return at;
    };
    uint32_t list = mapOffset + mapEntryBytes * mostMapEntries;
    for (size_t i = 0; i < files.modules.size(); ++i) {
        size_t at = list + moduleEntryBytes * i;
        put(at, moduleAddresses[i]);
        put(at + 4, moduleAddresses[i] + files.modules[i].bytes.size());
        put(at + 8, text(files.modules[i].commandLine));
    }
    put(InfoFlags, infoFlags);
    put(BootDeviceNumber, bootDevice);
    put(CommandLine, text(files.commandLine));
    put(ModuleCount, files.modules.size());
    put(ModuleList, address + list);
    put(MapAddress, address + mapOffset);
    put(LoaderName, text(loaderName));
    return info;
}

} // namespace

bool isMultiboot(std::span<const uint8_t> file) {
    return findHeader(file).has_value();
}

MultibootImageResult placeMultiboot(MultibootFiles files, uint64_t ramBytes) {
    std::optional<size_t> header = findHeader(files.kernel);
    if (!header)
        return refuse("this is no Multiboot kernel: there is no Multiboot header in its first "
                      "8192 bytes");
    uint64_t flags = numberAt(files.kernel, *header + Flags, 4);
    if ((flags & mustKnow & ~(pageAligned | wantsMemory | wantsVideo)) != 0)
        return refuse(fmt::format("its Multiboot header demands features that the specification "
                                  "does not have (flags {:#x})",
                                  flags));
    Layout layout = (flags & hasAddresses) != 0 ? layoutByHeader(files.kernel, *header)
                                                : layoutByElf(files.kernel);
    if (!layout.error.empty()) return refuse(layout.error);

    uint64_t memoryEnd = ramBytes - std::min(ramBytes, firmwareReserve);
    uint64_t first = ~uint64_t{0};
    uint64_t last = 0;
    for (const Segment &segment : layout.segments) {
        first = std::min(first, segment.address);
        last = std::max(last, segment.address + segment.bytes);
    }
    if (first < lowestAddress)
        return refuse(fmt::format("the kernel wants to be loaded at {:#x}, below 1 MiB, where the "
                                  "firmware is; link it higher",
                                  first));
    if (last > memoryEnd)
        return refuse(fmt::format("the kernel, which ends at {:#x}, does not fit into {} MiB of "
                                  "memory; give the machine more",
                                  last, ramBytes >> 20));
    std::vector<uint32_t> moduleAddresses;
    uint64_t end = last;
    for (const MultibootFiles::Module &module : files.modules) {
        end = pageUp(end);
        moduleAddresses.push_back(static_cast<uint32_t>(end));
        end += module.bytes.size();
    }
    if (end > memoryEnd)
        return refuse(fmt::format("the modules do not fit into {} MiB of memory behind the "
                                  "kernel; give the machine more",
                                  ramBytes >> 20));

    // A segment is in memory once, so that what is held of the file is no more than the file.
    std::ranges::sort(layout.segments, {}, &Segment::address);
    for (size_t i = 1; i < layout.segments.size(); ++i) {
        const Segment &before = layout.segments[i - 1];
        if (layout.segments[i].address - before.address < before.bytes)
            return refuse("two ELF segments of the kernel overlap in memory; rebuild it");
    }

    MultibootImage image{.address = static_cast<uint32_t>(first),
                         .bytes = static_cast<uint32_t>(end - first),
                         .pieces = {},
                         .entry = static_cast<uint32_t>(layout.entry),
                         .infoAddress = multiboot_info::address,
                         .info = makeInfo(files, moduleAddresses)};
    if (image.infoAddress + image.info.size() > infoEnd)
        return refuse("the command lines are too long: they must fit below 576 KiB");
    auto place = [&](Bytes bytes, uint64_t address) {
        if (!bytes.empty())
            image.pieces.push_back({static_cast<uint32_t>(address - first), std::move(bytes)});
    };
    for (const Segment &segment : layout.segments) {
        auto from = files.kernel.begin() + static_cast<ptrdiff_t>(segment.fileOffset);
        place(Bytes(from, from + static_cast<ptrdiff_t>(segment.fileBytes)), segment.address);
    }
    for (size_t i = 0; i < files.modules.size(); ++i)
        place(std::move(files.modules[i].bytes), moduleAddresses[i]);
    return {std::move(image), {}};
}

} // namespace bootglass
