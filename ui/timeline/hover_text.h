// SPDX-License-Identifier: GPL-3.0-or-later
// What the hover card says, as plain text.
#pragma once

#include "emulator/trace/run_notes.h"
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
/// `merged`: activities that the band under the pointer stands for.
CardText noteCard(const RunNote &note);
CardText activityCard(const RunActivity &activity, size_t merged, const RunSnapshot &run);
/// A function of a sample's calls, with its callers.
CardText sampleCard(const SampleList &samples, size_t stack, int level);
CardText laneCard(const HoverAnswer &answer, const Lane &lane, const RunSnapshot &run);

} // namespace bootglass
