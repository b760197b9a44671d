// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/compression.h"

#include <new>

namespace bootglass {

Compressor::Compressor() : context_(ZSTD_createCCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}

std::span<const uint8_t> Compressor::compress(std::span<const uint8_t> plain) {
    // Roll-ups of a quiet stretch are many and tiny: there, making tables for their few literals
    // (which negative levels leave out) costs more time than it saves room.
    constexpr size_t tiny = 1024;
    const int level = plain.size() < tiny ? -1 : 1;
    if (level != level_) {
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
        level_ = level;
    }
    output_.resize(ZSTD_compressBound(plain.size()));
    const size_t size =
        ZSTD_compress2(context_.get(), output_.data(), output_.size(), plain.data(), plain.size());
    if (ZSTD_isError(size)) throw std::bad_alloc(); // the room suffices, so memory is what lacks
    return {output_.data(), size};
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
}

bool Decompressor::decompress(std::span<const uint8_t> data, size_t most) {
    size_ = 0;
    const unsigned long long size = ZSTD_getFrameContentSize(data.data(), data.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most)
        return false;
    if (output_.size() < size) output_.resize(static_cast<size_t>(size));
    const size_t written = ZSTD_decompressDCtx(context_.get(), output_.data(), output_.size(),
                                               data.data(), data.size());
    if (ZSTD_isError(written) || written != size) return false;
    size_ = written;
    return true;
}

} // namespace bootglass
