// SPDX-License-Identifier: GPL-3.0-or-later
// zstd with its contexts kept, as every blob of a run file uses it: fastest useful level, with the
// frame's checksum, so that damage is noticed.
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bootglass {

class Compressor {
  public:
    Compressor();
    /// Valid until the next call.
    std::span<const uint8_t> compress(std::span<const uint8_t> plain);

  private:
    struct Free {
        void operator()(ZSTD_CCtx *context) const { ZSTD_freeCCtx(context); }
    };
    std::unique_ptr<ZSTD_CCtx, Free> context_;
    std::vector<uint8_t> output_;
    int level_ = 0; // that the context has
};

class Decompressor {
  public:
    Decompressor();
    /// False if the data is damaged or larger than `most` bytes when plain.
    bool decompress(std::span<const uint8_t> data, size_t most);
    /// Of the last decompress(), valid until the next one.
    std::span<const uint8_t> plain() const { return {output_.data(), size_}; }

  private:
    struct Free {
        void operator()(ZSTD_DCtx *context) const { ZSTD_freeDCtx(context); }
    };
    std::unique_ptr<ZSTD_DCtx, Free> context_;
    std::vector<uint8_t> output_;
    size_t size_ = 0;
};

} // namespace bootglass
