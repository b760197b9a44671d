// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/lane_arrangement.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace bootglass {

namespace {

QJsonArray toArray(const auto &texts) {
    QJsonArray array;
    for (const QString &text : texts)
        array << text;
    return array;
}

QStringList toList(const QJsonValue &value) {
    QStringList list;
    for (const QJsonValue &entry : value.toArray())
        list << entry.toString();
    return list;
}

std::set<QString> toSet(const QJsonValue &value) {
    const QStringList list = toList(value);
    return {list.begin(), list.end()};
}

bool matches(const QString &filter, const LaneGroup &group, const Lane &lane) {
    const QString name = group.title + u' ' + lane.label;
    for (const QString &word : filter.split(u' ', Qt::SkipEmptyParts))
        if (!name.contains(word, Qt::CaseInsensitive)) return false;
    return true;
}

void sortLanes(LaneGroup &group, const QStringList &order) {
    const auto placeOf = [&](const Lane &lane) {
        const qsizetype place = order.indexOf(laneKey(group, lane));
        return place < 0 ? order.size() : place;
    };
    std::ranges::stable_sort(group.lanes, {}, placeOf);
}

} // namespace

QString laneKey(const LaneGroup &group, const Lane &lane) {
    // A pinned lane keeps the name that it had in its own group.
    return group.key == pinnedGroup ? lane.home : QString(group.key + u'/' + lane.label);
}

void LaneArrangement::setPinned(const QString &lane, bool pin) {
    pinned.removeAll(lane);
    if (pin) pinned << lane;
}

void LaneArrangement::setHeight(const QString &lane, int pixels) {
    heights[lane] = std::clamp(pixels, lowest, tallest);
}

void LaneArrangement::move(const LaneGroup &group, const QString &lane, int places) {
    QStringList keys;
    for (const Lane &other : group.lanes)
        keys << laneKey(group, other);
    const qsizetype from = keys.indexOf(lane);
    if (from < 0) return;
    const qsizetype to = std::clamp<qsizetype>(from + places, 0, keys.size() - 1);
    keys.move(from, to);
    if (group.key == pinnedGroup)
        pinned = keys;
    else
        order[group.key] = keys;
}

QByteArray LaneArrangement::toJson() const {
    QJsonObject tall;
    for (auto it = heights.begin(); it != heights.end(); ++it)
        tall[it.key()] = it.value();
    QJsonObject orders;
    for (auto it = order.begin(); it != order.end(); ++it)
        orders[it.key()] = toArray(it.value());
    const QJsonObject all{{QStringLiteral("version"), 1},
                          {QStringLiteral("folded"), toArray(folded)},
                          {QStringLiteral("hidden"), toArray(hidden)},
                          {QStringLiteral("pinned"), toArray(pinned)},
                          {QStringLiteral("heights"), tall},
                          {QStringLiteral("order"), orders}};
    return QJsonDocument(all).toJson(QJsonDocument::Compact);
}

LaneArrangement LaneArrangement::fromJson(const QByteArray &json) {
    const QJsonObject all = QJsonDocument::fromJson(json).object();
    LaneArrangement result;
    if (all[QStringLiteral("version")].toInt() != 1) return result;
    result.folded = toSet(all[QStringLiteral("folded")]);
    result.hidden = toSet(all[QStringLiteral("hidden")]);
    result.pinned = toList(all[QStringLiteral("pinned")]);
    const QJsonObject tall = all[QStringLiteral("heights")].toObject();
    for (auto it = tall.begin(); it != tall.end(); ++it)
        result.setHeight(it.key(), it.value().toInt());
    const QJsonObject orders = all[QStringLiteral("order")].toObject();
    for (auto it = orders.begin(); it != orders.end(); ++it)
        result.order[it.key()] = toList(it.value());
    return result;
}

std::vector<LaneGroup> arranged(std::vector<LaneGroup> plan, const LaneArrangement &arrangement) {
    LaneGroup top{pinnedGroup, QStringLiteral("Pinned"), {}, false, {}, {}};
    std::vector<LaneGroup> result;
    for (LaneGroup &group : plan) {
        sortLanes(group, arrangement.order.value(group.key));
        std::vector<Lane> left;
        for (Lane &lane : group.lanes) {
            const QString key = laneKey(group, lane);
            if (const int height = arrangement.heights.value(key); height > 0) lane.height = height;
            if (arrangement.isPinned(key)) {
                lane.home = key;
                top.lanes.push_back(std::move(lane));
            } else if (!arrangement.hidden.contains(key) &&
                       matches(arrangement.filter, group, lane)) {
                left.push_back(std::move(lane));
            }
        }
        group.lanes = std::move(left);
        if (!group.lanes.empty()) result.push_back(std::move(group));
    }
    if (top.lanes.empty()) return result;
    std::ranges::stable_sort(
        top.lanes, {}, [&](const Lane &lane) { return arrangement.pinned.indexOf(lane.home); });
    result.insert(result.begin(), std::move(top));
    return result;
}

} // namespace bootglass
