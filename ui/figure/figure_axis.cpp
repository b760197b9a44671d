// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/figure_axis.h"

#include "ui/base/number_format.h"
#include "ui/timeline/time_ticks.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr size_t mostBins = 65536;
// A reader's bin is whole or not at all in one of its pixels, so a column that is as wide as one or
// two of them would be twice as high as its neighbours: ask for finer ones and share them out.
constexpr size_t binsPerColumn = 16;

/// Shares out what lies on [from, to) of the axis: `add(column, part)`, the parts make 1.
template<typename Add>
void shareOut(double from, double to, size_t columns, Add &&add) {
    const auto count = static_cast<double>(columns);
    const double a = std::clamp(from, 0.0, 1.0) * count;
    const double b = std::clamp(to, 0.0, 1.0) * count;
    const auto last = columns - 1;
    const auto columnAt = [&](double x) { return std::min(static_cast<size_t>(x), last); };
    if (b - a < 1e-9) {
        add(columnAt(a), 1.0);
        return;
    }
    for (size_t column = columnAt(a); column <= last && static_cast<double>(column) < b; ++column) {
        const double low = std::max(a, static_cast<double>(column));
        const double high = std::min(b, static_cast<double>(column + 1));
        if (high > low) add(column, (high - low) / (b - a));
    }
}

struct Unit {
    uint64_t size;
    const char16_t *name;
};
constexpr Unit timeUnits[] = {
    {1'000'000'000, u"s"}, {1'000'000, u"ms"}, {1'000, u"µs"}, {1, u"ns"}};
constexpr Unit countUnits[] = {
    {1'000'000'000, u"10⁹"}, {1'000'000, u"10⁶"}, {1'000, u"10³"}, {1, u""}};

/// The largest unit of which a step has at most three decimals.
const Unit &unitOf(AxisKind kind, uint64_t step) {
    const auto &units = kind == AxisKind::Time ? timeUnits : countUnits;
    for (const Unit &unit : units)
        if (step * 100 >= unit.size) return unit;
    return units[3];
}

QString decimal(uint64_t value, uint64_t unit, uint64_t step) {
    QString text = QString::number(value / unit);
    int digits = 0;
    for (uint64_t part = unit; part > 1 && step % part != 0; part /= 10)
        ++digits;
    if (digits > 0) text += u'.' + QString::number(value % unit + unit).mid(1, digits);
    return text;
}

} // namespace

Result<FigureAxis> FigureAxis::make(RunReader &reader, TimeRange range, AxisKind kind) {
    FigureAxis axis;
    axis.reader_ = &reader;
    axis.range_ = range;
    axis.kind_ = kind;
    if (kind == AxisKind::Instructions) {
        const auto from = reader.icountAt(range.from);
        if (!from) return from.error();
        const auto to = reader.icountAt(range.to);
        if (!to) return to.error();
        if (from->value >= to->value)
            return Error{"no instruction was executed in this range; use --axis time"};
        axis.icounts_ = {from->value, to->value};
    }
    return axis;
}

Result<double> FigureAxis::shareOf(VirtualNs ns) const {
    uint64_t value = ns.value;
    if (kind_ == AxisKind::Instructions) {
        const auto icount = reader_->icountAt(ns);
        if (!icount) return icount.error();
        value = icount->value;
    }
    const double length = static_cast<double>(last() - first());
    return value >= first() ? static_cast<double>(value - first()) / length
                            : -static_cast<double>(first() - value) / length;
}

size_t FigureAxis::binsFor(size_t columns) {
    return std::min(columns * binsPerColumn, mostBins);
}

Result<std::vector<double>> FigureAxis::edges(size_t bins) const {
    std::vector<double> edges(bins + 1);
    const double length = static_cast<double>(range_.lengthNs());
    for (size_t i = 0; i <= bins; ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(bins);
        if (kind_ == AxisKind::Time) {
            edges[i] = part;
            continue;
        }
        const auto share =
            shareOf(range_.from + static_cast<uint64_t>(std::llround(part * length)));
        if (!share) return share.error();
        edges[i] = *share;
    }
    return edges;
}

Result<std::vector<LaneColumn>> FigureAxis::columns(std::span<const TrackId> tracks,
                                                    size_t count) const {
    std::vector<LaneColumn> columns(count);
    if (tracks.empty() || count == 0) return columns;
    const size_t bins = binsFor(count);
    const auto found = reader_->bins(tracks, range_, static_cast<unsigned>(bins));
    if (!found) return found.error();
    const auto edge = edges(bins);
    if (!edge) return edge.error();
    for (const TrackBins &track : *found) {
        for (size_t bin = 0; bin < track.pixels.size() && bin < bins; ++bin) {
            const Bin &what = track.pixels[bin];
            if (what.empty()) continue;
            shareOut((*edge)[bin], (*edge)[bin + 1], count, [&](size_t column, double part) {
                columns[column].count += part * static_cast<double>(what.count);
                columns[column].busyNs += part * static_cast<double>(what.busyNs);
            });
        }
    }
    return columns;
}

Result<std::vector<ShareColumn>> FigureAxis::shares(size_t count) const {
    std::vector<ShareColumn> columns(count);
    if (count == 0) return columns;
    const size_t bins = binsFor(count);
    const auto found = reader_->modeShares(range_, static_cast<unsigned>(bins));
    if (!found) return found.error();
    const auto edge = edges(bins);
    if (!edge) return edge.error();
    for (size_t bin = 0; bin < found->size() && bin < bins; ++bin) {
        shareOut((*edge)[bin], (*edge)[bin + 1], count, [&](size_t column, double part) {
            for (size_t owner = 0; owner < cpuShares; ++owner) {
                // On an axis of instructions there is no room for idle time.
                if (kind_ == AxisKind::Instructions && owner == static_cast<size_t>(CpuShare::Idle))
                    continue;
                columns[column][owner] += part * static_cast<double>((*found)[bin][owner]);
            }
        });
    }
    return columns;
}

FigureAxis::Scale FigureAxis::scale(int mostTicks) const {
    Scale scale;
    scale.step = niceStep(last() - first(), mostTicks);
    scale.unit = unitOf(kind_, scale.step).size;
    // Beyond four digits before the point nobody reads on: labels tell a distance then.
    if (first() / scale.unit >= 10'000) scale.base = first() / scale.step * scale.step;
    return scale;
}

std::vector<AxisTick> FigureAxis::ticks(int most) const {
    const Scale scale = this->scale(most);
    std::vector<AxisTick> ticks;
    const double length = static_cast<double>(last() - first());
    for (uint64_t at = (first() + scale.step - 1) / scale.step * scale.step; at <= last();
         at += scale.step) {
        ticks.push_back({static_cast<double>(at - first()) / length,
                         decimal(at - scale.base, scale.unit, scale.step)});
    }
    return ticks;
}

QString FigureAxis::title(int mostTicks) const {
    const Scale scale = this->scale(mostTicks);
    const Unit &unit = unitOf(kind_, scale.step);
    const bool time = kind_ == AxisKind::Time;
    QString title = time ? QStringLiteral("virtual time") : QStringLiteral("instructions");
    if (scale.base != 0) {
        title += time ? u" since " + exactSeconds(VirtualNs{scale.base})
                      : u" since " + grouped(scale.base);
    }
    const QString name = QStringView(unit.name).toString();
    return name.isEmpty() ? title : title + u" (" + name + u')';
}

} // namespace bootglass
