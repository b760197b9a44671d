// SPDX-License-Identifier: GPL-3.0-or-later
// How a user has arranged the lanes: which groups are folded, which lanes are pinned at the top,
// hidden, taller, in another order, or left by a filter. A plain value that goes into the settings;
// applying it to a plan gives the plan that is shown. Lanes are known by names, not by numbers, so
// an arrangement fits every run of a guest.
#pragma once

#include "ui/timeline/lane_plan.h"

#include <QByteArray>
#include <QMap>

namespace bootglass {

/// "irq/IRQ 4 COM1": a lane's name within its group.
QString laneKey(const LaneGroup &group, const Lane &lane);

struct LaneArrangement {
    static constexpr int lowest = 10; // pixels
    static constexpr int tallest = 200;

    std::set<QString> folded; // groups, by key
    std::set<QString> hidden; // lanes
    QStringList pinned;       // lanes, from the top
    QMap<QString, int> heights;
    QMap<QString, QStringList> order; // of a group's lanes; those it does not name come after
    QString filter;                   // words that a lane's or its group's name has; empty: all

    bool isPinned(const QString &lane) const { return pinned.contains(lane); }
    void setPinned(const QString &lane, bool pin);
    void setHeight(const QString &lane, int pixels);
    /// By so many places within its group, as that is shown.
    void move(const LaneGroup &group, const QString &lane, int places);

    QByteArray toJson() const; // all but the filter
    static LaneArrangement fromJson(const QByteArray &json);
    bool operator==(const LaneArrangement &) const = default;
};

/// Pinned lanes come as the first group, without their old places.
std::vector<LaneGroup> arranged(std::vector<LaneGroup> plan, const LaneArrangement &arrangement);

/// The key of the pinned lanes' group.
inline const QString pinnedGroup = QStringLiteral("pinned");

} // namespace bootglass
