// SPDX-License-Identifier: GPL-3.0-or-later
// What the tabs of a run have in common: a line of controls over what is listed, and asking anew
// once the view or the cursors have come to rest.
#pragma once

#include "ui/timeline/navigator.h"

#include <QTimer>
#include <QWidget>

#include <chrono>
#include <initializer_list>

namespace bootglass {

/// The last of the line takes the room that the others leave.
void layOutPanel(QWidget *panel, std::initializer_list<QWidget *> line, QWidget *content);

/// `rest` runs out some time after the last move.
void startAfterMoves(QTimer &rest, const Navigator &navigator, std::chrono::milliseconds time);

} // namespace bootglass
