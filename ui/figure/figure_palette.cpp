// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure_palette.h"

#include "ui/base/theme.h"

#include <array>

namespace bootglass {

namespace {

/// The places of a palette: what is what keeps its place from palette to palette.
enum class Place { Firmware, Loader, Kernel, Drivers, User, Idle, Other, Count };
using Colours = std::array<QRgb, static_cast<size_t>(Place::Count)>;

constexpr Colours okabe = {0xE69F00, 0xCC79A7, 0x0072B2, 0x56B4E9, 0x009E73, 0xDCDCDC, 0xD55E00};
constexpr Colours tol = {0xCCBB44, 0xAA3377, 0x4477AA, 0x66CCEE, 0x228833, 0xDCDCDC, 0xEE6677};
constexpr Colours grey = {0xB8B8B8, 0x8A8A8A, 0x5A5A5A, 0xA0A0A0, 0xD6D6D6, 0xF2F2F2, 0x747474};
constexpr std::array hatches = {Hatch::Crossed, Hatch::Upright, Hatch::Rising, Hatch::Level,
                                Hatch::Falling, Hatch::None,    Hatch::None};

struct Named {
    PaletteName palette;
    const char16_t *name;
    const Colours *colours;
};
constexpr std::array palettes = {Named{PaletteName::OkabeIto, u"okabe-ito", &okabe},
                                 Named{PaletteName::Tol, u"tol", &tol},
                                 Named{PaletteName::Grey, u"grey", &grey}};

const Named &rowOf(PaletteName palette) {
    return palettes[static_cast<size_t>(palette)];
}

Swatch swatch(PaletteName palette, Place place) {
    const auto index = static_cast<size_t>(place);
    return {QColor((*rowOf(palette).colours)[index]), hatches[index]};
}

} // namespace

std::optional<PaletteName> paletteOf(const QString &name) {
    for (const Named &row : palettes)
        if (name == QStringView(row.name)) return row.palette;
    return {};
}

QString nameOf(PaletteName palette) {
    return QStringView(rowOf(palette).name).toString();
}

Swatch FigurePalette::share(CpuShare share) const {
    switch (share) {
    case CpuShare::Firmware: return swatch(name, Place::Firmware);
    case CpuShare::Loader: return swatch(name, Place::Loader);
    case CpuShare::Kernel: return swatch(name, Place::Kernel);
    case CpuShare::User: return swatch(name, Place::User);
    case CpuShare::Idle: break;
    }
    return swatch(name, Place::Idle);
}

Swatch FigurePalette::phase(const QString &path) const {
    const QStringList parts = path.split(u'/');
    qsizetype depth = parts.size() - 1;
    Place place = Place::Other;
    if (parts.front() == u"firmware") place = Place::Firmware;
    if (parts.front() == u"loader") place = Place::Loader;
    if (parts.front() == u"userspace") place = Place::User;
    if (parts.front() == u"kernel") {
        place = Place::Kernel;
        if (depth > 0 && parts[1] == u"drivers") {
            place = Place::Drivers;
            --depth;
        }
    }
    Swatch result = swatch(name, place);
    const double lighter = depth == 0 ? 0 : std::min(0.6, 0.15 + 0.2 * static_cast<double>(depth));
    result.colour = mixed(result.colour, Qt::white, lighter);
    return result;
}

Swatch FigurePalette::nth(size_t n) const {
    constexpr std::array order = {Place::Kernel, Place::Firmware, Place::User,
                                  Place::Loader, Place::Drivers,  Place::Other};
    return swatch(name, order[n % order.size()]);
}

QColor FigurePalette::density() const {
    return name == PaletteName::Grey ? QColor(0x4A4A4A)
                                     : mixed(swatch(name, Place::Kernel).colour, Qt::black, 0.25);
}

Swatch FigurePalette::more() const {
    return swatch(name, Place::Other);
}

Swatch FigurePalette::less() const {
    return swatch(name, Place::User);
}

} // namespace bootglass
