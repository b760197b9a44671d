// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/event_text.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <QStringList>

namespace bootglass {

namespace {

QString text(std::string_view view) {
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

/// How a column reads follows from its name in the table: "(ns)" is a time, counts are decimal.
QString valueText(std::string_view column, uint64_t value) {
    const QString name = text(column);
    if (name.startsWith(u"deadline")) return u"deadline " + exactSeconds(value);
    if (name.endsWith(u" (ns)")) return name.chopped(5) + u' ' + exactDuration(value);
    for (const QStringView decimal : {u"bytes", u"vector", u"number", u"level", u"cause", u"mode"})
        if (name.contains(decimal)) return name + u' ' + grouped(value);
    return name + u' ' + hex(value);
}

} // namespace

QString kindText(EventKind kind) {
    const auto number = static_cast<size_t>(kind);
    return number < eventKinds.size() ? text(eventKinds[number].label)
                                      : QStringLiteral("unknown event");
}

QString sourceText(const Event &event, const RunSnapshot &run) {
    if (static_cast<size_t>(event.kind) >= eventKinds.size()) return {};
    const SourceGroup group = info(event.kind).source;
    if (group == SourceGroup::Machine) return {};
    const std::string name = run.nameOf(group, event.source);
    return name.empty() ? u"number " + grouped(event.source) : shownLine(name);
}

QString valuesText(const Event &event) {
    if (static_cast<size_t>(event.kind) >= eventKinds.size()) return {};
    const EventKindInfo &kind = info(event.kind);
    QStringList parts;
    if (event.kind == EventKind::ModeSwitch) {
        const auto mode = [](uint64_t value) {
            static const QStringList names = {QStringLiteral("real"), QStringLiteral("protected"),
                                              QStringLiteral("paged"),
                                              QStringLiteral("virtual-8086")};
            return value < 4 ? names[static_cast<qsizetype>(value)] : QStringLiteral("unknown");
        };
        parts << mode(event.detail) + u" → " + mode(event.value);
        parts << u"at " + hex(event.address);
        return parts.join(QStringLiteral(", "));
    }
    if (!kind.address.empty()) parts << valueText(kind.address, event.address);
    if (event.kind == EventKind::Dma)
        return parts.join(QString()) + u", " + byteSize(event.value) +
               QStringView(event.detail ? u" to memory" : u" from memory");
    if (!kind.value.empty()) parts << valueText(kind.value, event.value);
    if (!kind.detail.empty()) parts << valueText(kind.detail, event.detail);
    if (event.size > 0)
        parts << grouped(event.size) + QStringView(event.size == 1 ? u" byte" : u" bytes");
    return parts.join(QStringLiteral(", "));
}

QString kindsText(uint32_t kinds) {
    QStringList names;
    for (const EventKindInfo &row : eventKinds)
        if (kinds & kindBit(row.kind)) names << text(row.label);
    return names.join(QStringLiteral(", "));
}

} // namespace bootglass
