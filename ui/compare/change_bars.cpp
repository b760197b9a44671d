// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/change_bars.h"

#include "ui/base/guest_text.h"
#include "ui/compare/delta_style.h"

#include <QPainter>

#include <algorithm>

namespace bootglass {

namespace {

constexpr int rowHeight = 23;
constexpr int titleRoom = 34;

struct Kind {
    ComparedBy by;
    const char *title;
};
constexpr Kind kinds[] = {
    {ComparedBy::Function,
     QT_TRANSLATE_NOOP("bootglass::ChangeBars", "%1: functions that changed")},
    {ComparedBy::Driver, QT_TRANSLATE_NOOP("bootglass::ChangeBars", "%1: drivers that changed")},
    {ComparedBy::Service, QT_TRANSLATE_NOOP("bootglass::ChangeBars", "%1: services that changed")},
    {ComparedBy::Device, QT_TRANSLATE_NOOP("bootglass::ChangeBars", "%1: devices, by accesses")},
    {ComparedBy::Irq, QT_TRANSLATE_NOOP("bootglass::ChangeBars", "%1: interrupts")},
};

bool hasNames(const std::vector<Measured> &measured) {
    return std::ranges::any_of(measured,
                               [](const Measured &one) { return one.name != "(no symbol)"; });
}

} // namespace

Changes changesOf(const QString &name, const std::map<ComparedBy, std::vector<Measured>> &a,
                  const std::map<ComparedBy, std::vector<Measured>> &b) {
    Changes changes;
    for (const Kind &kind : kinds) {
        ComparedRun one;
        ComparedRun other;
        if (const auto found = a.find(kind.by); found != a.end())
            one.measured[kind.by] = found->second;
        if (const auto found = b.find(kind.by); found != b.end())
            other.measured[kind.by] = found->second;
        if (!hasNames(one.measured[kind.by]) && !hasNames(other.measured[kind.by])) continue;
        RowFilter filter;
        filter.measure = mainMeasure(kind.by);
        filter.leastDifference = 1;
        for (const DeltaRow &row : filtered(deltaRows(one, other, kind.by), filter)) {
            changes.bars.push_back({shownLine(row.name), row.delta(filter.measure),
                                    row.isNew()    ? ChangeBars::tr("new")
                                    : row.isGone() ? ChangeBars::tr("gone")
                                                   : QString()});
        }
        if (changes.bars.empty()) continue;
        changes.title = ChangeBars::tr(kind.title).arg(name);
        changes.measure = filter.measure;
        return changes;
    }
    changes.title = name;
    return changes;
}

ChangeBars::ChangeBars(QWidget *parent) : QWidget(parent), theme_(&Theme::light()) {
    setMinimumHeight(110);
    setAccessibleName(tr("What changed in the chosen phase"));
}

void ChangeBars::setChanges(Changes changes) {
    changes_ = std::move(changes);
    sentence_ = changes_.bars.empty() ? tr("Nothing that has a name differs in it.") : QString();
    setAccessibleDescription(changes_.title);
    update();
}

void ChangeBars::tell(const QString &sentence) {
    changes_ = {};
    sentence_ = sentence;
    update();
}

void ChangeBars::setTheme(const Theme &theme) {
    theme_ = &theme;
    update();
}

void ChangeBars::paintEvent(QPaintEvent *) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->ground);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(textFont(10, QFont::DemiBold));
    painter.setPen(theme_->text);
    painter.drawText(
        QRect(14, 8, width() - 28, 20), Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(changes_.title, Qt::ElideRight, width() - 28));
    if (!sentence_.isEmpty()) {
        painter.setFont(textFont(9));
        painter.setPen(theme_->secondary);
        painter.drawText(QRect(14, titleRoom, width() - 28, 40), Qt::TextWordWrap, sentence_);
        return;
    }
    const int rows =
        std::min<int>((height() - titleRoom) / rowHeight, static_cast<int>(changes_.bars.size()));
    if (rows <= 0) return;
    uint64_t less = 0;
    uint64_t more = 0;
    for (int row = 0; row < rows; ++row) {
        const int64_t delta = changes_.bars[static_cast<size_t>(row)].delta;
        uint64_t &side = delta < 0 ? less : more;
        side = std::max(side, magnitude(delta));
    }
    const int nameWidth = std::min(width() * 2 / 5, 210);
    const int figureWidth = 78;
    const int left = 14 + nameWidth + 8;
    const int room = std::max(width() - left - figureWidth - 16, 20);
    // One scale for both signs; zero stands where both have the room that they need.
    const double scale =
        room / std::max(1.0, static_cast<double>(less) + static_cast<double>(more));
    const int zero = left + static_cast<int>(static_cast<double>(less) * scale);
    for (int row = 0; row < rows; ++row) {
        const ChangeBar &bar = changes_.bars[static_cast<size_t>(row)];
        const int top = titleRoom + row * rowHeight;
        painter.setFont(codeFont(8.5));
        painter.setPen(theme_->text);
        painter.drawText(QRect(14, top, nameWidth, rowHeight), Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(
                             bar.note.isEmpty() ? bar.name : bar.name + u" (" + bar.note + u")",
                             Qt::ElideRight, nameWidth));
        const double length = std::max(2.0, scale * static_cast<double>(magnitude(bar.delta)));
        painter.setPen(Qt::NoPen);
        painter.setBrush(deltaColour(bar.delta, *theme_));
        painter.drawRoundedRect(
            QRectF(bar.delta < 0 ? zero - length : zero, top + 6, length, rowHeight - 12), 2, 2);
        painter.setFont(textFont(9));
        painter.setPen(deltaTextColour(bar.delta, *theme_));
        painter.drawText(QRect(width() - figureWidth - 14, top, figureWidth, rowHeight),
                         Qt::AlignRight | Qt::AlignVCenter, deltaText(bar.delta, changes_.measure));
    }
    if (less > 0 && more > 0) {
        painter.setPen(QPen(theme_->line, 1));
        painter.drawLine(zero, titleRoom + 2, zero, titleRoom + rows * rowHeight - 2);
    }
}

} // namespace bootglass
