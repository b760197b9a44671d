// SPDX-License-Identifier: GPL-3.0-or-later
// The colours of the window. A phase, a device, a share of the CPU has one strong colour (the
// Okabe–Ito palette, which the colour-blind can tell apart) that is the same in the bands, the
// tables and the tracks, in light and dark; everything else is calm.
#pragma once

#include "emulator/memory/host_activity.h"
#include "emulator/trace/track.h"

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

namespace bootglass {

enum class ThemeName { Light, Dark };

struct Theme {
    ThemeName name = ThemeName::Light;
    QColor ground; // behind the tracks and tables
    QColor chrome; // menu, tabs, status line
    QColor lane;   // behind a density
    QColor text;
    QColor secondary; // labels, units
    QColor faint;     // what is not reached yet
    QColor line;      // borders
    QColor grid;
    QColor accent; // the visible range, links, focus
    QColor cursorA;
    QColor cursorB;
    QColor selection; // between the cursors
    QColor currentRow;
    QColor pill;
    QColor pillText;
    QColor flag; // markers
    QColor idle;
    QColor banner;
    QColor bannerText;
    QColor consoleGround; // a console is dark in both
    QColor consoleText;

    bool dark() const { return name == ThemeName::Dark; }
    QPalette palette() const;
    QString styleSheet() const;

    static const Theme &light();
    static const Theme &darkOne();
    static const Theme &of(ThemeName name) { return name == ThemeName::Dark ? darkOne() : light(); }
    /// What the desktop's palette asks for.
    static ThemeName wanted(const QPalette &desktop);
};

namespace okabeIto {
inline const QColor orange{0xE6, 0x9F, 0x00};
inline const QColor sky{0x56, 0xB4, 0xE9};
inline const QColor green{0x00, 0x9E, 0x73};
inline const QColor yellow{0xF0, 0xE4, 0x42};
inline const QColor blue{0x00, 0x72, 0xB2};
inline const QColor vermilion{0xD5, 0x5E, 0x00};
inline const QColor purple{0xCC, 0x79, 0xA7};
} // namespace okabeIto

/// Of a phase by its path: the top phase's colour, lighter with depth; kernel/drivers is sky.
QColor phaseColour(const QString &path, const Theme &theme);
QColor shareColour(CpuShare share, const Theme &theme);
QColor costColour(HostActivity activity, const Theme &theme);
/// Of a device, line or timer, by what its name says it is: serial, disk, timer, …
QColor sourceColour(const QString &name, const Theme &theme);
/// Black or white, whichever reads better on it.
QColor textOn(const QColor &ground);
QColor mixed(const QColor &a, const QColor &b, double shareOfB);

/// The fonts: Inter and a monospace where present, else the desktop's.
QFont textFont(double points = 9.5, QFont::Weight weight = QFont::Normal);
QFont codeFont(double points = 9);

} // namespace bootglass
