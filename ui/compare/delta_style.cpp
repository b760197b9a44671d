// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/delta_style.h"

#include "ui/base/number_format.h"

#include <QCoreApplication>

#include <cmath>

namespace bootglass {

namespace {

constexpr QChar minus{0x2212};

QString digits(uint64_t value, Measure measure) {
    switch (measure) {
    case Measure::VirtualTime:
    case Measure::Idle: return duration(value);
    default: break;
    }
    // Three digits that count: a difference is small beside what it is a difference of.
    if (value < 10'000) return grouped(value);
    constexpr std::pair<double, char16_t> units[] = {{1e9, u'G'}, {1e6, u'M'}, {1e3, u'k'}};
    for (const auto &[size, unit] : units) {
        const double scaled = static_cast<double>(value) / size;
        if (scaled < 1) continue;
        const int decimals = scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
        return QString::number(scaled, 'f', decimals) + thinSpace + QChar(unit);
    }
    return grouped(value);
}

} // namespace

QColor deltaColour(int64_t delta, const Theme &theme) {
    if (delta == 0) return theme.faint;
    if (delta > 0) return theme.dark() ? QColor(0xF0A030) : okabeIto::orange;
    return theme.dark() ? okabeIto::sky : okabeIto::blue;
}

QColor deltaTextColour(int64_t delta, const Theme &theme) {
    if (delta == 0) return theme.secondary;
    if (theme.dark()) return deltaColour(delta, theme);
    return delta > 0 ? QColor(0xA85B00) : okabeIto::blue;
}

QColor runColour(bool isA, const Theme &theme) {
    return isA ? theme.cursorA : theme.cursorB;
}

QString deltaText(int64_t delta, Measure measure) {
    if (delta == 0) return QStringLiteral("0");
    return (delta > 0 ? QStringLiteral("▲") : QStringLiteral("▼")) + thinSpace +
           digits(magnitude(delta), measure);
}

QString exactDelta(int64_t delta, Measure measure) {
    const bool time = measure == Measure::VirtualTime || measure == Measure::Idle;
    const QString number = time ? exactDuration(magnitude(delta)) : grouped(magnitude(delta));
    if (delta == 0) return number;
    return (delta > 0 ? QChar(u'+') : minus) + number;
}

QString amountText(uint64_t value, Measure measure) {
    return digits(value, measure);
}

QString percentDelta(const std::optional<double> &percent) {
    if (!percent) return {};
    if (*percent == 0) return QStringLiteral("0");
    const double size = std::abs(*percent);
    const int decimals = size >= 100 ? 0 : size >= 0.01 ? 2 : size >= 0.001 ? 3 : 4;
    const QString text = QString::number(size, 'f', decimals);
    return (*percent > 0 ? QChar(u'+') : minus) + text;
}

QString measureText(Measure measure) {
    switch (measure) {
    case Measure::Instructions: return QCoreApplication::translate("Compare", "instructions");
    case Measure::VirtualTime: return QCoreApplication::translate("Compare", "virtual time");
    case Measure::Idle: return QCoreApplication::translate("Compare", "idle time");
    case Measure::Count: return QCoreApplication::translate("Compare", "events");
    }
    return {};
}

} // namespace bootglass
