// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for translated code: one anonymous file mapped twice, writable here and executable there,
// so no page is ever both. Beside the executable view, in reach of 32-bit displacements, lies
// ordinary data that the code reads: links, jump tables, the engine's frame. Code is appended; its
// owner says where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bootglass::jit {

class CodeMemory {
  public:
    /// Throws std::bad_alloc if the host gives no memory for code.
    CodeMemory(size_t codeBytes, size_t dataBytes);
    ~CodeMemory();
    CodeMemory(const CodeMemory &) = delete;
    CodeMemory &operator=(const CodeMemory &) = delete;

    /// Where the next code will be executed.
    uint8_t *next() const { return executable_ + used_; }
    size_t room() const { return end_ - used_; }
    size_t used() const { return used_; }
    /// Appends code that was made for next(); returns where it is executed.
    uint8_t *append(std::span<const uint8_t> code);
    /// From now on code is appended between these bytes.
    void moveTo(size_t first, size_t end);

    uint8_t *data() { return executable_ + codeBytes_; }

  private:
    size_t codeBytes_;
    size_t dataBytes_;
    size_t used_ = 0;
    size_t end_;          // of what may be used
    size_t released_ = 0; // of the writable view, from where code was last moved to
    uint8_t *executable_ = nullptr;
    uint8_t *writable_ = nullptr;
};

} // namespace bootglass::jit
