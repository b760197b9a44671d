// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/timeline_words.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <algorithm>

namespace bootglass {

namespace {

QString shareName(size_t owner) {
    const std::string_view text = name(static_cast<CpuShare>(owner));
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// "a, b and c"
QString listed(const QStringList &words) {
    if (words.size() < 2) return words.join(QString());
    return words.mid(0, words.size() - 1).join(QStringLiteral(", ")) + u" and " + words.last();
}

bool overlaps(const RunPhase &phase, TimeRange range) {
    return phase.start.ns < range.to && phase.end.ns > range.from;
}

} // namespace

QString peakText(const FigureLane &lane, const FigureAxis &axis) {
    const double most = lane.most();
    if (!(most > 0) || lane.columns.empty()) return {};
    const QString log = LaneScale(lane).isLogarithmic() ? QStringLiteral("log ") : QString();
    if (axis.kind() == AxisKind::Instructions) return log.trimmed();
    const double seconds = static_cast<double>(axis.range().lengthNs()) /
                           static_cast<double>(nsPerSecond) /
                           static_cast<double>(lane.columns.size());
    return log + u"≤" + QString(thinSpace) + rate(most / seconds);
}

QString timelineDescription(const RunSnapshot &run, const FigureAxis &axis,
                            const std::vector<FigureLane> &lanes) {
    const TimeRange range = axis.range();
    QString text =
        QStringLiteral("Timeline of a boot from %1 to %2 of virtual time, in which %3 "
                       "instructions were executed")
            .arg(range.from.value == 0 ? QStringLiteral("reset") : duration(range.from.value),
                 duration(range.to.value), shortCount(run.end.icount.value));
    QStringList phases;
    for (const RunPhase &phase : run.phases) {
        if (phase.depth != 0 || !overlaps(phase, range)) continue;
        phases << QStringLiteral("%1 takes %2 (%3 instructions)")
                      .arg(shownLine(phase.name), duration(phase.durationNs()),
                           shortCount(phase.instructions()));
    }
    if (!phases.isEmpty()) text += u"; of its phases, " + listed(phases);
    QStringList shown;
    for (const FigureLane &lane : lanes)
        if (lane.isDensity()) shown << shownLine(lane.lane.label.toStdString());
    if (!shown.isEmpty())
        text += u"; lanes below show how often " + listed(shown) + u" occur over time";
    return text + u'.';
}

Result<FigureTable> timelineTable(const RunSnapshot &run, const FigureAxis &axis,
                                  const std::vector<FigureLane> &lanes) {
    FigureTable table;
    table.columns = {QStringLiteral("lane"), QStringLiteral("what"), QStringLiteral("name"),
                     QStringLiteral("from"), QStringLiteral("to"),   QStringLiteral("depth"),
                     QStringLiteral("value")};
    const TimeRange range = axis.range();
    const bool time = axis.kind() == AxisKind::Time;
    const auto row = [&](const QString &lane, const char *what, const QString &name, uint64_t from,
                         uint64_t to, int depth, double value) {
        table.rows.push_back(
            {lane, QString::fromLatin1(what), name, from, to, static_cast<int64_t>(depth), value});
    };
    for (const FigureLane &lane : lanes) {
        if (lane.lane.style == LaneStyle::Phases) {
            for (const RunPhase &phase : run.phases) {
                if (!overlaps(phase, range)) continue;
                row(lane.key, "phase", shownLine(phase.path),
                    time ? phase.start.ns.value : phase.start.icount.value,
                    time ? phase.end.ns.value : phase.end.icount.value, phase.depth,
                    static_cast<double>(phase.instructions()));
            }
        } else if (lane.lane.style == LaneStyle::Markers) {
            for (const RunMarker &marker : run.markers) {
                if (marker.ns < range.from || marker.ns > range.to) continue;
                const uint64_t at = time ? marker.ns.value : marker.icount.value;
                row(lane.key, "marker", shownLine(marker.name), at, at, 0, 0);
            }
        }
        const size_t count = std::max(lane.columns.size(), lane.shares.size());
        const auto [first, last] = axis.ends();
        const auto edge = [&, first = first, last = last](size_t column) {
            const double part = static_cast<double>(column) / static_cast<double>(count);
            return first + static_cast<uint64_t>(part * static_cast<double>(last - first));
        };
        for (size_t column = 0; column < lane.columns.size(); ++column) {
            if (lane.columns[column].count > 0)
                row(lane.key, "events", shownLine(lane.lane.label.toStdString()), edge(column),
                    edge(column + 1), 0, lane.columns[column].count);
        }
        for (size_t owner = 0; owner < cpuShares; ++owner)
            for (size_t column = 0; column < lane.shares.size(); ++column)
                if (lane.shares[column][owner] > 0)
                    row(lane.key, "cpu_ns", shareName(owner), edge(column), edge(column + 1), 0,
                        lane.shares[column][owner]);
    }
    return table;
}

} // namespace bootglass
