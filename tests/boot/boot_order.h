// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the markers and phases that `info --json` tells are those of a boot: in order, phases one
// behind the other without a gap up to the run's end, each within the one that its path names.
#pragma once

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

namespace bootglass {

/// Empty, or what is wrong. There may be other markers and phases beside these.
inline QString orderIsWrong(const QJsonObject &info, const QStringList &markers,
                            const QStringList &phases) {
    QStringList found;
    for (const QJsonValue &marker : info["markers"].toArray())
        if (const QString name = marker["name"].toString(); markers.contains(name)) found << name;
    if (found != markers) return QStringLiteral("markers: ") + found.join(' ');

    qint64 end = -1;
    QStringList seen;
    QHash<QString, QJsonObject> all;
    for (const QJsonValue &phase : info["phases"].toArray()) {
        const QString path = phase["path"].toString();
        all[path] = phase.toObject();
        if (!phases.contains(path)) continue;
        seen << path;
        if (end >= 0 && phase["start_icount"].toInteger() != end)
            return QStringLiteral("there is a gap before ") + path;
        end = phase["end_icount"].toInteger();
    }
    if (seen != phases) return QStringLiteral("phases: ") + seen.join(' ');
    if (end != info["icount"].toInteger())
        return QStringLiteral("the last phase does not end with the run");
    for (auto phase = all.cbegin(); phase != all.cend(); ++phase) {
        const QString outer = phase.key().section('/', 0, -2);
        if (outer.isEmpty()) continue;
        if (all[outer]["start_icount"].toInteger() > phase->value("start_icount").toInteger() ||
            all[outer]["end_icount"].toInteger() < phase->value("end_icount").toInteger())
            return phase.key() + QStringLiteral(" stands out of the phase around it");
    }
    return {};
}

} // namespace bootglass
