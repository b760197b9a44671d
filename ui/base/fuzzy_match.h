// SPDX-License-Identifier: GPL-3.0-or-later
// Finds what somebody means by a few letters, as command palettes do: the letters come in this
// order in the text; where words begin and letters stand together the match is better.
#pragma once

#include <QString>

#include <optional>

namespace bootglass {

/// Greater is better; nothing: no match. An empty pattern matches everything alike.
std::optional<int> fuzzyScore(QStringView pattern, QStringView text);

} // namespace bootglass
