// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/time_ticks.h"

#include "ui/base/number_format.h"

#include <algorithm>

namespace bootglass {

namespace {

/// As many decimals as the step needs: 12.5 at a step of 0.5
QString scaled(uint64_t ns, uint64_t unitNs, uint64_t stepNs, QStringView unit) {
    QString text = grouped(ns / unitNs);
    int digits = 0;
    for (uint64_t part = unitNs; part > 1 && stepNs % part != 0; part /= 10)
        ++digits;
    if (digits > 0) {
        const QString all = QString::number(ns % unitNs + unitNs).mid(1);
        text += u'.' + all.left(digits);
    }
    return text + thinSpace + unit;
}

} // namespace

uint64_t niceStep(uint64_t lengthNs, int most) {
    const uint64_t least = lengthNs / static_cast<uint64_t>(std::max(most, 1)) + 1;
    for (uint64_t power = 1; power < UINT64_MAX / 100; power *= 10)
        for (const uint64_t factor : {1U, 2U, 5U})
            if (factor * power >= least) return factor * power;
    return UINT64_MAX / 10;
}

TimeTicks timeTicks(TimeRange range, int most) {
    TimeTicks result;
    result.stepNs = niceStep(range.lengthNs(), most);
    const uint64_t step = result.stepNs;
    uint64_t base = 0;
    if (step < 1'000'000) {
        const uint64_t baseStep = step < 1'000 ? 1'000'000 : 1'000'000'000;
        // A base is of use only while it stays the same over the whole axis.
        base = range.from.value / baseStep * baseStep;
        const QString absolute =
            scaled(base, nsPerSecond, std::min<uint64_t>(baseStep, nsPerSecond), u"s");
        result.base = base == 0 ? QString() : absolute + u" +";
    }
    uint64_t at = (range.from.value + step - 1) / step * step;
    for (; at < range.to.value; at += step) {
        QString label;
        const uint64_t offset = at - base;
        if (step >= 1'000'000)
            label = scaled(at, nsPerSecond, step, u"s");
        else if (step >= 1'000)
            label = scaled(offset, 1'000'000, step, u"ms");
        else
            label = scaled(offset, 1'000, step, u"µs");
        result.ticks.push_back({VirtualNs{at}, label});
    }
    return result;
}

namespace {

/// "7 500 M" where steps are millions, else exact.
TimeTicks countTicks(const TimeAxis &axis, unsigned shift, int most) {
    const TimeRange units = axis.unitRange();
    const uint64_t from = (units.from.value + (uint64_t{1} << shift) - 1) >> shift;
    const uint64_t to = units.to.value >> shift;
    TimeTicks result;
    const uint64_t step = niceStep(to > from ? to - from : 1, most);
    result.stepNs = step << shift;
    for (uint64_t at = (from + step - 1) / step * step; at <= to; at += step)
        result.ticks.push_back(
            {axis.scale->timeAt(at << shift), step >= 10'000'000 ? shortCount(at) : grouped(at)});
    return result;
}

} // namespace

TimeTicks axisTicks(const TimeAxis &axis, unsigned shift, int most) {
    if (!axis.scale) return timeTicks(axis.range, most);
    if (axis.scale->unit() == AxisUnit::Instructions) return countTicks(axis, shift, most);
    TimeTicks result = timeTicks(axis.unitRange(), most);
    for (TimeTick &tick : result.ticks)
        tick.at = axis.scale->timeAt(tick.at.value);
    return result;
}

} // namespace bootglass
