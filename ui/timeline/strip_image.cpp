// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/strip_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace bootglass {

namespace {

QImage emptyStrip(size_t columns, int height) {
    const int width = static_cast<int>(std::clamp<size_t>(columns, 1, 65536));
    QImage image(width, std::max(height, 1), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    return image;
}

void fillColumn(QImage &image, int x, int top, int bottom, QRgb colour) {
    for (int y = std::max(top, 0); y < std::min(bottom, image.height()); ++y)
        reinterpret_cast<QRgb *>(image.scanLine(y))[x] = colour;
}

/// A column filled from the bottom, in proportion.
template<size_t count>
void stackShares(QImage &image, size_t column, const std::array<uint64_t, count> &shares,
                 const std::array<QColor, count> &colours) {
    const int x = static_cast<int>(column);
    const double total =
        static_cast<double>(std::accumulate(shares.begin(), shares.end(), uint64_t{0}));
    if (x >= image.width() || total <= 0) return;
    const int height = image.height();
    double sum = 0;
    int bottom = height;
    for (size_t owner = 0; owner < count; ++owner) {
        sum += static_cast<double>(shares[owner]);
        const int top = height - static_cast<int>(std::lround(sum / total * height));
        fillColumn(image, x, top, bottom, qPremultiply(colours[owner].rgba()));
        bottom = std::min(bottom, top);
    }
}

} // namespace

uint64_t tallest(std::span<const Bin> bins) {
    uint64_t most = 0;
    for (const Bin &bin : bins)
        most = std::max(most, bin.count);
    return most;
}

int barHeight(uint64_t count, uint64_t most, int height, int least) {
    if (count == 0 || most == 0) return 0;
    const double share = std::sqrt(static_cast<double>(count) / static_cast<double>(most));
    return std::clamp(static_cast<int>(std::lround(share * height)), std::min(least, height),
                      height);
}

QImage densityStrip(std::span<const Bin> bins, int height, const QColor &colour) {
    QImage image = emptyStrip(bins.size(), height);
    const uint64_t most = tallest(bins);
    uint64_t widest = 1;
    for (const Bin &bin : bins)
        widest = std::max(widest, bin.busyNs);
    const QRgb solid = qPremultiply(colour.rgba());
    const int columns = std::min(image.width(), static_cast<int>(bins.size()));
    for (int x = 0; x < columns; ++x) {
        const Bin &bin = bins[static_cast<size_t>(x)];
        if (bin.busyNs > 0) {
            QColor pale = colour;
            pale.setAlphaF(static_cast<float>(0.10 + 0.25 * static_cast<double>(bin.busyNs) /
                                                         static_cast<double>(widest)));
            fillColumn(image, x, 0, height, qPremultiply(pale.rgba()));
        }
        const int bar = barHeight(bin.count, most, height, 3);
        fillColumn(image, x, height - bar, height, solid);
    }
    return image;
}

QImage modeStrip(std::span<const ModeShare> shares, int height, const Theme &theme) {
    QImage image = emptyStrip(shares.size(), height);
    std::array<QColor, cpuShares> colours;
    for (size_t owner = 0; owner < cpuShares; ++owner)
        colours[owner] = shareColour(static_cast<CpuShare>(owner), theme);
    for (size_t column = 0; column < shares.size(); ++column)
        stackShares(image, column, shares[column], colours);
    return image;
}

QImage costStrip(std::span<const HostCost> costs, int height, const Theme &theme) {
    QImage image = emptyStrip(costs.size(), height);
    std::array<QColor, hostActivities> colours;
    for (size_t n = 0; n < hostActivities; ++n)
        colours[n] = costColour(static_cast<HostActivity>(n), theme);
    for (size_t column = 0; column < costs.size(); ++column)
        stackShares(image, column, costs[column].ns, colours);
    return image;
}

} // namespace bootglass
