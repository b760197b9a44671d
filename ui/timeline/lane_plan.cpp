// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/lane_plan.h"

#include "ui/base/number_format.h"
#include "ui/timeline/flame_bands.h"
#include "ui/timeline/lane_arrangement.h"
#include "ui/timeline/marker_layout.h"
#include "ui/timeline/note_lane.h"
#include "ui/timeline/phase_bands.h"

#include <algorithm>
#include <array>

namespace bootglass {

namespace {

constexpr int headingHeight = 20;
constexpr int laneGap = 4;
constexpr int groupGap = 8;

struct GroupKind {
    const char16_t *key;
    const char16_t *title;
    std::array<TrackKind, 2> kinds; // the same twice: one
    LaneStyle style;
    int height;
};

/// One row per group of tracks, from top to bottom.
constexpr std::array groupKinds = std::to_array<GroupKind>({
    {u"irq", u"Interrupts", {TrackKind::IrqLine, TrackKind::IrqLine}, LaneStyle::Density, 18},
    {u"timer", u"Timers", {TrackKind::Timer, TrackKind::Timer}, LaneStyle::Timer, 14},
    {u"io", u"I/O", {TrackKind::PortDevice, TrackKind::MmioDevice}, LaneStyle::Density, 16},
    {u"exception",
     u"Exceptions",
     {TrackKind::Exception, TrackKind::SoftwareInterrupt},
     LaneStyle::Density,
     16},
    {u"console", u"Console", {TrackKind::Console, TrackKind::Console}, LaneStyle::Density, 14},
    {u"space",
     u"Address spaces",
     {TrackKind::AddressSpace, TrackKind::AddressSpace},
     LaneStyle::Density,
     12},
});

/// Address spaces that have a lane each, the busiest; the others share one.
constexpr size_t mostSpaces = 10;

struct ActivityGroup {
    ActivityKind kind;
    const char16_t *key;
    const char16_t *title;
};

constexpr std::array activityGroups = std::to_array<ActivityGroup>({
    {ActivityKind::Initcall, u"initcalls", u"Initcalls"},
    {ActivityKind::Driver, u"drivers", u"Drivers"},
    {ActivityKind::Service, u"services", u"Services"},
    {ActivityKind::Region, u"regions", u"Regions"},
    {ActivityKind::Process, u"processes", u"Processes"},
});

/// Regular things are told by their rate, others by their count.
QString noteOf(const RunTrack &track, const LaneSource &source) {
    const double seconds =
        static_cast<double>(source.durationNs) / static_cast<double>(nsPerSecond);
    if (track.id.kind == TrackKind::Timer && seconds > 0 && track.count > 1) {
        // Each firing was armed before: two events. What it is armed for on average is its period.
        const QString often = rate(static_cast<double>(track.count) / 2 / seconds);
        return track.busyNs == 0 ? often
                                 : duration(track.busyNs / (track.count / 2)) + u" · " + often;
    }
    if (track.id.kind == TrackKind::AddressSpace && source.durationNs > 0)
        return percent(static_cast<double>(track.busyNs) / static_cast<double>(source.durationNs));
    return shortCount(track.count);
}

/// The busiest first, and those that are too many together.
void shareLanes(LaneGroup &group, const LaneSource &source) {
    const auto busy = [&](const Lane &lane) {
        const auto track = std::ranges::find(source.tracks, lane.tracks.front(), &RunTrack::id);
        return track == source.tracks.end() ? 0 : track->busyNs;
    };
    std::ranges::stable_sort(group.lanes, std::ranges::greater(), busy);
    if (group.lanes.size() <= mostSpaces + 1) return;
    Lane rest = group.lanes[mostSpaces];
    rest.label = QStringLiteral("%1 others").arg(group.lanes.size() - mostSpaces);
    rest.note.clear();
    for (size_t n = mostSpaces + 1; n < group.lanes.size(); ++n)
        rest.tracks.push_back(group.lanes[n].tracks.front());
    group.lanes.resize(mostSpaces);
    group.lanes.push_back(std::move(rest));
}

LaneGroup groupOf(const GroupKind &kind, const LaneSource &source) {
    LaneGroup group{
        QStringView(kind.key).toString(), QStringView(kind.title).toString(), {}, true, {}, {}};
    uint64_t total = 0;
    for (const RunTrack &track : source.tracks) {
        if (std::ranges::find(kind.kinds, track.id.kind) == kind.kinds.end()) continue;
        group.lanes.push_back({QString::fromStdString(track.label),
                               noteOf(track, source),
                               kind.style,
                               {track.id},
                               kind.height});
        group.summary.tracks.push_back(track.id);
        total += track.count;
    }
    if (kind.kinds.front() == TrackKind::AddressSpace) shareLanes(group, source);
    group.note = shortCount(total);
    group.summary.label = group.title;
    group.summary.note = group.note;
    group.summary.height = headingHeight - laneGap;
    return group;
}

int depthOf(std::span<const RunPhase> phases) {
    int depth = 0;
    for (const RunPhase &phase : phases)
        depth = std::max(depth, phase.depth + 1);
    return std::min(depth, mostPhaseLevels);
}

LaneGroup single(QString key, Lane lane) {
    return {std::move(key), {}, {}, false, {}, {std::move(lane)}};
}

} // namespace

namespace {

/// A lane of rows: folded, its first one is left.
LaneGroup rowsOf(QString key, Lane lane, int rows, int rowHeight) {
    LaneGroup group = single(std::move(key), std::move(lane));
    group.foldable = rows > 1;
    group.summary = group.lanes.front();
    group.summary.height = rowHeight;
    return group;
}

void addActivities(std::vector<LaneGroup> &plan, const LaneSource &source) {
    for (const ActivityGroup &kind : activityGroups) {
        const auto number = static_cast<size_t>(kind.kind);
        if (source.activities.counts[number] == 0) continue;
        plan.push_back(rowsOf(QStringView(kind.key).toString(),
                              {QStringView(kind.title).toString(),
                               shortCount(source.activities.counts[number]),
                               LaneStyle::Activity,
                               {},
                               source.activities.height(kind.kind),
                               kind.kind},
                              source.activities.depth[number], activityRowHeight));
    }
}

} // namespace

std::vector<LaneGroup> lanePlan(const LaneSource &source) {
    std::vector<LaneGroup> plan;
    if (const int levels = depthOf(source.phases); levels > 0) {
        const int height = levels * (phaseRowHeight + phaseRowGap) - phaseRowGap;
        LaneGroup phases =
            single(QStringLiteral("phases"), {QStringLiteral("Phases"),
                                              levels == 1 ? QStringLiteral("1 level")
                                                          : QStringLiteral("%1 levels").arg(levels),
                                              LaneStyle::Phases,
                                              {},
                                              height});
        phases.foldable = levels > 1;
        phases.summary = phases.lanes.front();
        phases.summary.height = phaseRowHeight;
        plan.push_back(std::move(phases));
    }
    if (!source.markers.empty())
        plan.push_back(single(QStringLiteral("markers"), {QStringLiteral("Markers"),
                                                          shortCount(source.markers.size()),
                                                          LaneStyle::Markers,
                                                          {},
                                                          markerRows * markerRowHeight}));
    if (source.notes > 0)
        plan.push_back(single(QStringLiteral("notes"), {QStringLiteral("Notes"),
                                                        shortCount(source.notes),
                                                        LaneStyle::Notes,
                                                        {},
                                                        noteLaneHeight}));
    addActivities(plan, source);
    plan.push_back(single(
        QStringLiteral("modes"),
        {QStringLiteral("CPU mode"), QStringLiteral("share per pixel"), LaneStyle::Modes, {}, 34}));
    if (source.hostNs > 0)
        plan.push_back(single(QStringLiteral("host"), {QStringLiteral("Host cost"),
                                                       duration(source.hostNs) + u" CPU",
                                                       LaneStyle::HostCost,
                                                       {},
                                                       22}));
    if (source.flameDepth > 0)
        plan.push_back(rowsOf(QStringLiteral("samples"),
                              {QStringLiteral("Samples"),
                               QStringLiteral("by function"),
                               LaneStyle::Flame,
                               {},
                               source.flameDepth * (flameRowHeight + flameRowGap) - flameRowGap},
                              source.flameDepth, flameRowHeight));
    for (const GroupKind &kind : groupKinds)
        if (LaneGroup group = groupOf(kind, source); !group.lanes.empty())
            plan.push_back(std::move(group));
    return plan;
}

LaneLayout layOut(std::span<const LaneGroup> groups, const std::set<QString> &folded) {
    LaneLayout layout;
    int y = 0;
    for (size_t g = 0; g < groups.size(); ++g) {
        const LaneGroup &group = groups[g];
        const bool isFolded = group.foldable && folded.contains(group.key);
        const int number = static_cast<int>(g);
        const bool isPinned = group.key == pinnedGroup;
        if (!group.title.isEmpty() || isFolded) {
            const int height = isFolded ? group.summary.height : headingHeight;
            layout.rows.push_back({number, -1, y, height, true, isFolded, isPinned});
            y += height + (isFolded ? laneGap : 0);
        }
        for (size_t l = 0; !isFolded && l < group.lanes.size(); ++l) {
            const int height = group.lanes[l].height;
            // A group of one lane carries its own fold handle.
            const bool heads = group.title.isEmpty();
            layout.rows.push_back({number, static_cast<int>(l), y, height, heads, false, isPinned});
            y += height + laneGap;
        }
        y += groupGap;
        if (isPinned) layout.pinnedHeight = y;
    }
    layout.height = y;
    return layout;
}

const LaneRow *LaneLayout::rowAt(int y) const {
    for (const LaneRow &row : rows)
        if (y >= row.top && y < row.bottom()) return &row;
    return nullptr;
}

const Lane *laneOf(const LaneRow &row, std::span<const LaneGroup> groups) {
    if (row.group < 0 || static_cast<size_t>(row.group) >= groups.size()) return nullptr;
    const LaneGroup &group = groups[static_cast<size_t>(row.group)];
    if (row.lane < 0) return row.folded ? &group.summary : nullptr;
    if (static_cast<size_t>(row.lane) >= group.lanes.size()) return nullptr;
    return &group.lanes[static_cast<size_t>(row.lane)];
}

} // namespace bootglass
