// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/selection_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/base/theme.h"
#include "ui/run/cursor_query.h"

#include <QVBoxLayout>

#include <algorithm>

namespace bootglass {

Result<RangeFigures> queryFigures(RunReader &reader, TimeRange range,
                                  const std::vector<RunTrack> &tracks) {
    RangeFigures figures;
    figures.range = range;
    const auto ends = queryCursors(reader, range.from, range.to);
    if (!ends) return ends.error();
    figures.instructions = ends->instructions();
    figures.idleNs = ends->idleNs();
    const auto functions = reader.functions(range);
    if (!functions) return functions.error();
    if (!functions->empty()) {
        uint64_t samples = 0;
        for (const FunctionSamples &function : *functions)
            samples += function.samples;
        figures.topFunction = functions->front().name;
        figures.topShare =
            static_cast<double>(functions->front().samples) / static_cast<double>(samples);
    }
    std::vector<TrackId> ids;
    for (const RunTrack &track : tracks)
        if (track.id.kind != TrackKind::CpuShare) ids.push_back(track.id);
    if (ids.empty() || range.lengthNs() == 0) return figures;
    const auto bins = reader.bins(ids, range, 1);
    if (!bins) return bins.error();
    for (const TrackBins &track : *bins) {
        const uint64_t count = track.pixels.empty() ? 0 : track.pixels.front().count;
        switch (track.track.kind) {
        case TrackKind::IrqLine: figures.interrupts += count; break;
        case TrackKind::Timer: figures.timers += count; break;
        case TrackKind::Exception: figures.exceptions += count; break;
        case TrackKind::PortDevice:
        case TrackKind::MmioDevice:
            if (count > 0) figures.devices.emplace_back(track.track, count);
            break;
        default: break;
        }
    }
    std::ranges::stable_sort(figures.devices, std::ranges::greater{},
                             &std::pair<TrackId, uint64_t>::second);
    return figures;
}

SelectionPanel::SelectionPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent), navigator_(navigator), title_(new QLabel), rows_(new QFormLayout) {
    title_->setObjectName(QStringLiteral("panelTitle"));
    title_->setFont(textFont(10, QFont::DemiBold));
    title_->setText(tr("In view"));
    rows_->setContentsMargins(0, 2, 4, 0);
    rows_->setVerticalSpacing(5);
    rows_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    time_ = addRow(tr("virtual time"));
    instructions_ = addRow(tr("instructions"));
    idle_ = addRow(tr("idle"));
    interrupts_ = addRow(tr("interrupt events"));
    timers_ = addRow(tr("timer events"));
    exceptions_ = addRow(tr("exceptions"));
    devices_ = addRow(tr("busiest I/O"));
    function_ = addRow(tr("top function"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 8, 10);
    layout->setSpacing(4);
    layout->addWidget(title_);
    layout->addLayout(rows_);
    rest_.setSingleShot(true);
    rest_.setInterval(std::chrono::milliseconds(60));
    connect(&rest_, &QTimer::timeout, this, &SelectionPanel::ask);
    connect(&navigator_, &Navigator::visibleChanged, &rest_, qOverload<>(&QTimer::start));
    connect(&navigator_, &Navigator::cursorsChanged, &rest_, qOverload<>(&QTimer::start));
}

QLabel *SelectionPanel::addRow(const QString &name) {
    auto *label = new QLabel(name);
    label->setObjectName(QStringLiteral("secondary"));
    label->setFont(textFont(9));
    auto *value = new QLabel;
    value->setFont(textFont(9));
    value->setTextFormat(Qt::PlainText);
    value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setAccessibleName(name);
    // A long device name must not widen the window.
    value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    rows_->addRow(label, value);
    return value;
}

QString SelectionPanel::value(const QString &name) const {
    for (int row = 0; row < rows_->rowCount(); ++row) {
        const auto *field =
            qobject_cast<QLabel *>(rows_->itemAt(row, QFormLayout::FieldRole)->widget());
        if (field && field->accessibleName() == name) return field->text();
    }
    return {};
}

void SelectionPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    for (QLabel *label :
         {time_, instructions_, idle_, interrupts_, timers_, exceptions_, devices_, function_})
        label->clear();
    if (!document) return;
    connect(document, &RunDocument::loaded, &rest_, qOverload<>(&QTimer::start));
    connect(document, &RunDocument::changed, &rest_, qOverload<>(&QTimer::start));
}

void SelectionPanel::ask() {
    if (!document_ || !document_->isLoaded()) return;
    TimeRange range = navigator_.subject();
    range.to = std::min(range.to, document_->run().end.ns);
    range.from = std::min(range.from, range.to);
    document_->details().ask(
        QuerySlot::Statistics, this,
        [range, run = document_->snapshot()](RunReader &reader) {
            return queryFigures(reader, range, run->tracks);
        },
        [this](const Result<RangeFigures> &figures) {
            if (figures) show(*figures);
        });
}

void SelectionPanel::show(const RangeFigures &figures) {
    if (!document_ || !document_->isLoaded()) return;
    title_->setText(navigator_.selection() ? tr("Selection A – B") : tr("In view"));
    const uint64_t length = figures.range.lengthNs();
    time_->setText(exactSeconds(length));
    instructions_->setText(grouped(figures.instructions));
    const double share =
        length == 0 ? 0 : static_cast<double>(figures.idleNs) / static_cast<double>(length);
    idle_->setText(duration(figures.idleNs) + u" (" + percent(share) + u")");
    interrupts_->setText(grouped(figures.interrupts));
    timers_->setText(grouped(figures.timers));
    exceptions_->setText(grouped(figures.exceptions));
    function_->setText(figures.topFunction.empty() ? tr("no samples")
                                                   : QString(shownLine(figures.topFunction) + u' ' +
                                                             percent(figures.topShare)));
    QStringList busiest;
    for (size_t i = 0; i < std::min<size_t>(figures.devices.size(), 2); ++i)
        busiest << shownLine(document_->run().labelOf(figures.devices[i].first)) + u' ' +
                       shortCount(figures.devices[i].second);
    const QString text = busiest.isEmpty() ? tr("none") : busiest.join(QStringLiteral(" · "));
    devices_->setText(
        devices_->fontMetrics().elidedText(text, Qt::ElideRight, std::max(devices_->width(), 120)));
    devices_->setToolTip(text);
}

} // namespace bootglass
