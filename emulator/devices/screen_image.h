// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of the screen, for people: pixels as 00RRGGBB, rows from top to bottom, without gaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bootglass {

struct ScreenImage {
    unsigned width = 0;
    unsigned height = 0;
    std::vector<uint32_t> pixels;

    ScreenImage() = default;
    /// A black picture.
    ScreenImage(unsigned width, unsigned height)
        : width(width), height(height), pixels(std::size_t{width} * height) {}

    uint32_t at(unsigned x, unsigned y) const { return pixels[std::size_t{y} * width + x]; }
    uint32_t &at(unsigned x, unsigned y) { return pixels[std::size_t{y} * width + x]; }
    bool operator==(const ScreenImage &) const = default;
};

} // namespace bootglass
