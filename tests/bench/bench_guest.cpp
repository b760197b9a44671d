// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_guest.h"

#include "tests/support/cpio_archive.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace bootglass {

namespace {

namespace fs = std::filesystem;

constexpr const char *installer =
    "/usr/lib/debian-installer/images/12/i386/text/debian-installer/i386/";

/// What a small system does all day, each part between two looks at the clock. Each command is a
/// process of its own, as /bin/busybox is named.
constexpr const char *workload = R"(#!/bin/busybox sh
b=/bin/busybox
/tsc userspace
$b head -c 16000000 /dev/zero | $b sha256sum
/tsc sha256sum
for i in 1 2 3; do $b gzip -c $b | $b gunzip -c | $b md5sum; done
/tsc gzip
i=0
while [ $i -lt 400 ]; do $b true; i=$((i + 1)); done
/tsc forks
$b awk 'BEGIN { for (i = 0; i < 300000; i++) { s += sqrt(i) * 1.5; w[i % 97] = w[i % 97] + i }
    for (i = 0; i < 20000; i++) t = substr(t i, 1, 200); print s, w[42], length(t) }'
/tsc awk
$b reboot -f
)";

std::string contentOf(const fs::path &path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Result<std::string> write(const fs::path &path, const std::string &bytes) {
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    file.close();
    if (!file) return Error{fmt::format("'{}' cannot be written", path.string())};
    return path.string();
}

fs::path assembled(const char *name) {
    return fs::path(BOOTGLASS_BINARY_DIR) / "tests/guests" / name;
}

/// The folder into which packaging/fetch-guests has brought the parts.
Result<fs::path> fetch(const std::string &parts) {
    const std::string command =
        "'" BOOTGLASS_SOURCE_DIR "/packaging/fetch-guests' " + parts + " 2>&1";
    std::string said;
    FILE *pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return Error{"packaging/fetch-guests cannot be started"};
    for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe))
        said += static_cast<char>(c);
    const int status = pclose(pipe);
    while (!said.empty() && said.back() == '\n')
        said.pop_back();
    if (status != 0) return Error{said};
    return fs::path(said);
}

Result<BenchGuest> installerGuest(BenchGuest guest, const fs::path &folder) {
    guest.kernel = std::string(installer) + "linux";
    guest.initrd = std::string(installer) + "initrd.gz";
    for (const std::string &file : {guest.kernel, guest.initrd}) {
        if (!fs::exists(file)) {
            return Error{fmt::format("{} is not there; install the Debian package "
                                     "debian-installer-12-netboot-i386",
                                     file)};
        }
    }
    // Linux unpacks one archive after the other; behind a compressed one they start at a multiple
    // of four bytes.
    std::string bytes = contentOf(guest.initrd);
    bytes.resize((bytes.size() + 3) / 4 * 4, '\0');
    CpioArchive more;
    more.file("tsc", contentOf(assembled("tsc.bin")));
    const Result<std::string> written = write(folder / "timed.initrd", bytes + more.bytes());
    if (!written) return written.error();
    guest.timedInitrd = *written;
    guest.timedAppend = "console=ttyS0 panic=-1 rdinit=/tsc";
    return guest;
}

Result<BenchGuest> workloadGuest(BenchGuest guest, const fs::path &folder) {
    const Result<fs::path> parts = fetch("busybox kernel");
    if (!parts) return parts.error();
    CpioArchive archive;
    archive.folder("bin");
    archive.folder("dev");
    archive.characterDevice("dev/console", 5, 1);
    archive.characterDevice("dev/null", 1, 3);
    archive.characterDevice("dev/zero", 1, 5);
    archive.file("bin/busybox", contentOf(*parts / "busybox"));
    archive.file("tsc", contentOf(assembled("tsc.bin")));
    archive.file("init", workload);
    const Result<std::string> initrd = write(folder / "workload.initrd", archive.bytes());
    if (!initrd) return initrd.error();
    guest.kernel = (*parts / "linux-686-pae").string();
    guest.initrd = *initrd;
    guest.append = "console=ttyS0 panic=-1";
    return guest;
}

} // namespace

Result<BenchGuest> prepareGuest(const std::string &name, const fs::path &folder) {
    BenchGuest guest;
    guest.name = name;
    if (name == "b1") {
        guest.profile = "b1";
        guest.append = "console=ttyS0 panic=-1 rdinit=/bin/true";
        return installerGuest(guest, folder);
    }
    if (name == "prompt") {
        guest.profile = "debian-netboot";
        guest.append = "console=ttyS0 priority=critical DEBIAN_FRONTEND=text";
        guest.memoryMib = 512;
        guest.endText = "Prompt: '?' for help";
        return installerGuest(guest, folder);
    }
    if (name == "workload") {
        guest.profile = "linux";
        return workloadGuest(guest, folder);
    }
    if (name == "dos") {
        guest.profile = "generic";
        guest.disk = assembled("dos.bin").string();
        return guest;
    }
    if (name == "seabios") {
        // Its boot sector has nothing to do as long as nobody writes a row into it.
        guest.profile = "generic";
        guest.disk = assembled("units.bin").string();
        return guest;
    }
    return Error{fmt::format("there is no guest '{}'; there are: b1, prompt, workload, dos, "
                             "seabios",
                             name)};
}

} // namespace bootglass
