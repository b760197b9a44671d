// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/code_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace bootglass::jit {

namespace {

constexpr size_t hostPage = 4096;
constexpr size_t codeAlignment = 16;
/// What is written is given back in pieces of this size.
constexpr size_t pieceBytes = size_t{256} << 10;

size_t wholePages(size_t bytes) {
    return (bytes + hostPage - 1) & ~(hostPage - 1);
}

} // namespace

CodeMemory::CodeMemory(size_t codeBytes, size_t dataBytes)
    : codeBytes_(wholePages(codeBytes)), dataBytes_(wholePages(dataBytes)), end_(codeBytes_) {
    // Shared memory without a file: a limit of files' sizes does not reach it.
    void *whole = mmap(nullptr, codeBytes_ + dataBytes_, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    void *view =
        mmap(nullptr, codeBytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    void *code = MAP_FAILED;
    if (whole != MAP_FAILED && view != MAP_FAILED) {
        // An old size of 0 maps the same pages once more (mremap(2)), over the first part of
        // `whole`.
        code = mremap(view, 0, codeBytes_, MREMAP_MAYMOVE | MREMAP_FIXED, whole);
    }
    if (code != MAP_FAILED && mprotect(code, codeBytes_, PROT_READ | PROT_EXEC) == 0) {
        executable_ = static_cast<uint8_t *>(code);
        writable_ = static_cast<uint8_t *>(view);
        return;
    }
    if (view != MAP_FAILED) munmap(view, codeBytes_);
    if (whole != MAP_FAILED) munmap(whole, codeBytes_ + dataBytes_);
    throw std::bad_alloc();
}

CodeMemory::~CodeMemory() {
    munmap(executable_, codeBytes_ + dataBytes_);
    munmap(writable_, codeBytes_);
}

uint8_t *CodeMemory::append(std::span<const uint8_t> code) {
    uint8_t *place = executable_ + used_;
    std::memcpy(writable_ + used_, code.data(), code.size());
    used_ = std::min(end_, (used_ + code.size() + codeAlignment - 1) & ~(codeAlignment - 1));
    // Pages that are written need not be mapped twice: they are read by the other view alone.
    for (; released_ + pieceBytes <= used_; released_ += pieceBytes)
        madvise(writable_ + released_, pieceBytes, MADV_DONTNEED);
    return place;
}

void CodeMemory::moveTo(size_t first, size_t end) {
    const size_t whole = (used_ + hostPage - 1) & ~(hostPage - 1);
    if (whole > released_) madvise(writable_ + released_, whole - released_, MADV_DONTNEED);
    used_ = first;
    end_ = end;
    released_ = first & ~(hostPage - 1);
}

} // namespace bootglass::jit
