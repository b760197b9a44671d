// SPDX-License-Identifier: GPL-3.0-or-later
// Bins to pictures: one image column per bin, whatever the number of events behind it. Painting a
// lane is then drawing one image, so a frame costs the same for ten events and for 10^8.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/base/theme.h"

#include <QImage>

#include <span>

namespace bootglass {

/// The tallest column: what a full-height bar stands for.
uint64_t tallest(std::span<const Bin> bins);

/// Height of a bar for a count: the square root, so that a single event stays visible beside a
/// burst; never below `least` for a count above zero.
int barHeight(uint64_t count, uint64_t most, int height, int least);

/// Bars that grow from the bottom; behind them, pale, the share of each pixel that spans cover.
QImage densityStrip(std::span<const Bin> bins, int height, const QColor &colour);

/// Shares stacked from the bottom: firmware, loader, kernel, user; idle on top.
QImage modeStrip(std::span<const ModeShare> shares, int height, const Theme &theme);
/// The same of what the host was busy with: translating at the bottom, recording on top.
QImage costStrip(std::span<const HostCost> costs, int height, const Theme &theme);

} // namespace bootglass
