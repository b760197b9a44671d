// SPDX-License-Identifier: GPL-3.0-or-later
// Which lanes a run has, in which groups and in which order: made from what the run holds by one
// table of groups, so a new kind of track is a row. Values only; no widget knows the table.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/timeline/activity_bands.h"

#include <QString>

#include <set>
#include <span>
#include <vector>

namespace bootglass {

enum class LaneStyle { Phases, Markers, Notes, Modes, HostCost, Density, Timer, Activity, Flame };

struct Lane {
    QString label;
    QString note; // a count or a rate
    LaneStyle style = LaneStyle::Density;
    std::vector<TrackId> tracks; // one, or all of a folded group
    int height = 18;
    ActivityKind activity = ActivityKind::Initcall; // of LaneStyle::Activity
    QString home{};                                 // of a pinned lane: its key in its own group

    bool operator==(const Lane &) const = default;
};

struct LaneGroup {
    QString key;   // of the folded state: "irq"
    QString title; // empty: its lane stands alone
    QString note;
    bool foldable = false;
    Lane summary; // shown beside the title while folded
    std::vector<Lane> lanes;

    bool operator==(const LaneGroup &) const = default;
};

/// What a plan is made from.
struct LaneSource {
    std::span<const RunPhase> phases;
    std::span<const RunMarker> markers;
    std::span<const RunTrack> tracks;
    uint64_t durationNs = 0;
    uint64_t hostNs = 0; // CPU time of the host; 0: the run does not tell
    ActivityLayout activities;
    int flameDepth = 0; // 0: no samples with names
    size_t notes = 0;
};

std::vector<LaneGroup> lanePlan(const LaneSource &source);

/// A row of the timeline: a lane or a group's heading, with its place.
struct LaneRow {
    int group = 0;
    int lane = -1; // -1: the heading of the group
    int top = 0;
    int height = 0;
    bool heading = false;
    bool folded = false;
    bool pinned = false; // stays while the others are scrolled

    int bottom() const { return top + height; }
    bool operator==(const LaneRow &) const = default;
};

struct LaneLayout {
    std::vector<LaneRow> rows;
    int height = 0;
    int pinnedHeight = 0; // of the rows at the top that stay

    const LaneRow *rowAt(int y) const;
    bool operator==(const LaneLayout &) const = default;
};

LaneLayout layOut(std::span<const LaneGroup> groups, const std::set<QString> &folded);

/// The lane a row shows: of a folded group its summary; nullptr for the heading of an open one.
const Lane *laneOf(const LaneRow &row, std::span<const LaneGroup> groups);

} // namespace bootglass
