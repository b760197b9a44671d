// SPDX-License-Identifier: GPL-3.0-or-later
// What the hover card says, as plain text.
#pragma once

#include "ui/run/run_snapshot.h"
#include "ui/timeline/hover_query.h"

#include <QString>
#include <QStringList>

namespace bootglass {

struct CardText {
    QString title;
    QStringList lines;

    bool operator==(const CardText &) const = default;
};

CardText phaseCard(const RunPhase &phase, const RunSnapshot &run);
CardText markerCard(const RunMarker &marker);
CardText laneCard(const HoverAnswer &answer, const Lane &lane, const RunSnapshot &run);

} // namespace bootglass
