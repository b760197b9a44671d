// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of figures: palettes that the colour-blind can tell apart (Okabe and Ito 2008; Tol's
// "bright", SRON/EPS/TN/09-002) or greys; each colour has a hatch of its own, so that a print in
// grey still tells them apart.
#pragma once

#include "emulator/trace/track.h"
#include "ui/figure/hatch.h"

#include <optional>

namespace bootglass {

enum class PaletteName { OkabeIto, Tol, Grey };

std::optional<PaletteName> paletteOf(const QString &name);
QString nameOf(PaletteName palette);

struct Swatch {
    QColor colour;
    Hatch hatch = Hatch::None;
};

struct FigurePalette {
    PaletteName name = PaletteName::OkabeIto;
    QColor text{0x11, 0x11, 0x11};
    QColor quiet{0x4A, 0x4A, 0x4A};
    QColor grid{0xD4, 0xD4, 0xD4};
    QColor ground{0xF4, 0xF4, 0xF4}; // behind a density

    explicit FigurePalette(PaletteName palette = PaletteName::OkabeIto) : name(palette) {}

    /// Of who has the CPU.
    Swatch share(CpuShare share) const;
    /// Of a phase by its path: its top phase's, lighter with depth.
    Swatch phase(const QString &path) const;
    /// Of the nth of many equals.
    Swatch nth(size_t n) const;
    /// Of a density.
    QColor density() const;
    /// What becomes more, and what less, in a comparison.
    Swatch more() const;
    Swatch less() const;
};

} // namespace bootglass
