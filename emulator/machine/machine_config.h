// SPDX-License-Identifier: GPL-3.0-or-later
// What a machine is made of: sizes, firmware, media. A value: two machines of equal configurations
// that get equal inputs do the same, to the instruction. loadMachineConfig() makes one from files
// and answers every bad file with one sentence.
#pragma once

#include "emulator/devices/disk_image.h"
#include "emulator/machine/boot/firmware_config.h"
#include "emulator/machine/boot/linux_image.h"
#include "emulator/machine/boot/multiboot_image.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bootglass {

inline constexpr uint64_t leastRamBytes = uint64_t{4} << 20;
/// 2026-01-01 00:00:00 UTC, seconds since 1970.
inline constexpr int64_t defaultRtcStart = 1'767'225'600;

/// Who executes the guest; what happens is the same. Without a translator for this host Jit means
/// Interpreter (see whyNoTranslator()).
enum class Engine : uint8_t {
    Interpreter,
    Jit,
    Lockstep // both, compared again and again
};

struct MachineConfig {
    /// A multiple of 1 MiB, leastRamBytes to mostRamBytes.
    uint64_t ramBytes = uint64_t{256} << 20;
    /// One instruction takes 2^shift ns, 0 to 10.
    unsigned shift = 3;
    /// The date of the real-time clock at power on, seconds since 1970.
    int64_t rtcStart = defaultRtcStart;
    /// The firmware, a multiple of 4 KiB, 16 MiB at most: it ends at 4 GiB, its last 128 KiB also
    /// at 1 MiB.
    Bytes bios{};
    /// The display adapter's option ROM; may be empty.
    Bytes vgaBios{};
    /// Taken apart for the memory size above.
    std::optional<LinuxImage> kernel{};
    /// Or this one.
    std::optional<MultibootImage> multibootKernel{};
    /// The media as their files are; each machine has its own overlay.
    std::shared_ptr<const DiskImage> disk{};
    std::shared_ptr<const DiskImage> disk2{}; // device 1 of the first one's channel
    std::shared_ptr<const DiskImage> cdrom{};
    /// In drive A:, which is there only with it; its size says which drive that is.
    std::shared_ptr<const DiskImage> floppy{};
    /// A network card, NE2000 on PCI, with a link on which nobody speaks.
    bool network = false;
    /// First to last; a kernel goes first by itself.
    std::vector<BootDevice> bootOrder{BootDevice::Disk, BootDevice::Cdrom};
    /// A write to port F4h ends the run, as QEMU's isa-debug-exit does.
    bool exitByPortF4 = false;
    Engine engine = Engine::Jit;
    /// Memory for translated code.
    uint64_t codeCacheBytes = uint64_t{64} << 20;
};

/// Where a configuration's files are; empty paths: not wanted.
struct MachineFiles {
    std::filesystem::path bios;
    std::filesystem::path vgaBios;
    std::filesystem::path kernel;
    std::filesystem::path initrd; // Linux only
    /// Multiboot only: "FILE ARGUMENTS" each, the name up to the first space.
    std::vector<std::string> modules;
    std::string append;
    std::filesystem::path disk;
    std::filesystem::path disk2;
    std::filesystem::path cdrom;
    std::filesystem::path floppy;
};

/// A configuration, or one sentence that says what is wrong with which file.
struct MachineConfigResult {
    std::optional<MachineConfig> config;
    std::string error;
    explicit operator bool() const { return config.has_value(); }
};

/// The file's name in "FILE ARGUMENTS".
std::filesystem::path moduleFile(const std::string &module);

/// Reads the files into `settings`, whose sizes and numbers it checks.
MachineConfigResult loadMachineConfig(MachineConfig settings, const MachineFiles &files);
/// Checks a configuration that was put together otherwise: empty, or one sentence.
std::string checkMachineConfig(const MachineConfig &config);

} // namespace bootglass
