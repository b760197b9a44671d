// SPDX-License-Identifier: GPL-3.0-or-later
// The window's icons, drawn rather than loaded: sharp at every scale, in the theme's colours, and
// never missing.
#pragma once

#include "ui/base/theme.h"

#include <QIcon>

namespace bootglass {

enum class IconName {
    Application,
    Run,
    Pause,
    Stop,
    Open,
    Picture,
    Fit,
    ZoomIn,
    ZoomOut,
    Back,
    Forward,
    Sun,
    Moon,
    Close,
};

QIcon icon(IconName name, const Theme &theme);

} // namespace bootglass
