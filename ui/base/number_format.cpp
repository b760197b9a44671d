// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/number_format.h"

#include <QRegularExpression>

#include <cmath>
#include <iterator>

namespace bootglass {

namespace {

struct TimeUnit {
    uint64_t ns;
    int decimals; // of an exact value
    const char16_t *name;
};

constexpr TimeUnit timeUnits[] = {
    {1'000'000'000, 9, u"s"}, {1'000'000, 6, u"ms"}, {1'000, 3, u"µs"}, {1, 0, u"ns"}};

const TimeUnit &unitFor(uint64_t ns) {
    for (const TimeUnit &unit : timeUnits)
        if (ns >= unit.ns) return unit;
    return timeUnits[std::size(timeUnits) - 1];
}

QString withUnit(const QString &number, QStringView unit) {
    return number + thinSpace + unit;
}

/// The decimals of a value below one unit, parted in threes: "841 902 168"
QString decimals(uint64_t rest, int digits) {
    QString text = QString::number(rest).rightJustified(digits, u'0');
    for (int at = 3; at < text.size(); at += 4)
        text.insert(at, thinSpace);
    return text;
}

} // namespace

QString grouped(uint64_t number) {
    QString text = QString::number(number);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, thinSpace);
    return text;
}

QString shortCount(uint64_t number) {
    if (number < 10'000) return grouped(number);
    if (number < 10'000'000) return withUnit(grouped((number + 500) / 1'000), u"k");
    if (number < 100'000'000'000) return withUnit(grouped((number + 500'000) / 1'000'000), u"M");
    return withUnit(grouped((number + 500'000'000) / 1'000'000'000), u"G");
}

QString exactSeconds(uint64_t ns) {
    return withUnit(grouped(ns / nsPerSecond) + u'.' + decimals(ns % nsPerSecond, 9), u"s");
}

QString exactSeconds(VirtualNs ns) {
    return exactSeconds(ns.value);
}

QString duration(uint64_t ns) {
    const TimeUnit &unit = unitFor(ns);
    if (unit.ns == 1) return withUnit(QString::number(ns), unit.name);
    const double value = static_cast<double>(ns) / static_cast<double>(unit.ns);
    const int digits = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
    if (digits == 0)
        return withUnit(grouped(static_cast<uint64_t>(std::llround(value))), unit.name);
    return withUnit(QString::number(value, 'f', digits), unit.name);
}

QString exactDuration(uint64_t ns) {
    const TimeUnit &unit = unitFor(ns);
    if (unit.ns == 1) return withUnit(QString::number(ns), unit.name);
    return withUnit(grouped(ns / unit.ns) + u'.' + decimals(ns % unit.ns, unit.decimals),
                    unit.name);
}

QString rate(double perSecond) {
    if (!(perSecond > 0)) return withUnit(QStringLiteral("0"), u"/s");
    if (perSecond < 10) return withUnit(QString::number(perSecond, 'f', 1), u"/s");
    const QString count = shortCount(static_cast<uint64_t>(std::llround(perSecond)));
    return perSecond < 10'000 ? withUnit(count, u"/s") : count + u"/s";
}

QString percent(double share) {
    if (!(share > 0)) return withUnit(QStringLiteral("0"), u"%");
    if (share < 0.01) return withUnit(QStringLiteral("<1"), u"%");
    return withUnit(QString::number(std::lround(share * 100)), u"%");
}

QString byteSize(uint64_t bytes) {
    constexpr const char16_t *units[] = {u"B", u"KiB", u"MiB", u"GiB", u"TiB"};
    double value = static_cast<double>(bytes);
    size_t unit = 0;
    while (value >= 1024 && unit + 1 < std::size(units)) {
        value /= 1024;
        ++unit;
    }
    const int digits = unit > 0 && value < 10 ? 1 : 0;
    return withUnit(QString::number(value, 'f', digits), units[unit]);
}

QString mipsText(double mips) {
    const auto whole = static_cast<uint64_t>(mips > 0 ? std::llround(mips) : 0);
    return withUnit(grouped(whole), u"MIPS");
}

QString hex(uint64_t value, int digits) {
    return u"0x" + QString::number(value, 16).toUpper().rightJustified(digits, u'0');
}

std::optional<uint64_t> durationNs(const QString &text) {
    static const QRegularExpression pattern(
        QStringLiteral(R"(^\s*(\d+(?:\.\d+)?)\s*(ns|us|µs|ms|s|min)\s*$)"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch()) return {};
    const QString unit = match.captured(2);
    const double factor = unit == u"ns"    ? 1
                          : unit == u"ms"  ? 1e6
                          : unit == u"s"   ? 1e9
                          : unit == u"min" ? 60e9
                                           : 1e3;
    const double ns = match.captured(1).toDouble() * factor;
    if (ns > 9e18) return {};
    return static_cast<uint64_t>(std::llround(ns));
}

} // namespace bootglass
