// SPDX-License-Identifier: GPL-3.0-or-later
// Writes what Linux takes as its initial file system: a cpio archive of the "newc" kind
// (Documentation/driver-api/early-userspace/buffer-format.rst). Written here, as device nodes in it
// need no root then, and as it has no times, the same content is always the same bytes.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace bootglass {

class CpioArchive {
  public:
    void folder(std::string_view path) { entry(path, 0040755, {}, 0, 0); }
    void file(std::string_view path, std::string_view content, unsigned permissions = 0755) {
        entry(path, 0100000 | permissions, content, 0, 0);
    }
    void characterDevice(std::string_view path, unsigned major, unsigned minor) {
        entry(path, 0020600, {}, major, minor);
    }

    /// The whole archive, closed.
    std::string bytes() const {
        CpioArchive closed = *this;
        closed.entry("TRAILER!!!", 0, {}, 0, 0);
        return closed.bytes_;
    }

  private:
    void entry(std::string_view path, unsigned mode, std::string_view content, unsigned major,
               unsigned minor) {
        const unsigned fields[] = {++inode_,
                                   mode,
                                   0,
                                   0,
                                   1,
                                   0,
                                   unsigned(content.size()),
                                   0,
                                   0,
                                   major,
                                   minor,
                                   unsigned(path.size() + 1),
                                   0};
        bytes_ += "070701";
        for (const unsigned field : fields) {
            char digits[9];
            std::snprintf(digits, sizeof digits, "%08X", field);
            bytes_ += digits;
        }
        bytes_ += path;
        bytes_ += '\0';
        align();
        bytes_ += content;
        align();
    }
    void align() { bytes_.resize((bytes_.size() + 3) / 4 * 4, '\0'); }

    std::string bytes_;
    unsigned inode_ = 0;
};

} // namespace bootglass
