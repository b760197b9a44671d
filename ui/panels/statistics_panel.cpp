// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/statistics_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <QHeaderView>
#include <QVBoxLayout>

#include <algorithm>

namespace bootglass {

namespace {

QString lengthText(uint64_t ns, bool known) {
    return known ? exactDuration(ns) : QString();
}

} // namespace

std::vector<TableRow> statisticsRows(const std::vector<TrackStatistics> &all, uint64_t rangeNs,
                                     const RunSnapshot &run) {
    std::vector<TableRow> rows;
    for (const TrackStatistics &track : all) {
        if (track.count == 0 && track.busyNs == 0) continue;
        const bool values = track.samples > 0;
        const bool spans = hasSpans(track.track.kind);
        const double busy =
            rangeNs == 0 ? 0 : static_cast<double>(track.busyNs) / static_cast<double>(rangeNs);
        TableRow row;
        row.cells = {shownLine(run.labelOf(track.track)),
                     grouped(track.count),
                     rate(track.perSecond),
                     spans ? percent(busy) : QString(),
                     lengthText(track.minNs, values),
                     values ? duration(static_cast<uint64_t>(track.meanNs)) : QString(),
                     lengthText(track.p50Ns, values),
                     lengthText(track.p95Ns, values),
                     lengthText(track.p99Ns, values),
                     lengthText(track.maxNs, values || track.maxNs > 0)};
        row.keys = {QVariant(),
                    qulonglong(track.count),
                    track.perSecond,
                    spans ? QVariant(busy) : QVariant(),
                    qulonglong(track.minNs),
                    track.meanNs,
                    qulonglong(track.p50Ns),
                    qulonglong(track.p95Ns),
                    qulonglong(track.p99Ns),
                    qulonglong(track.maxNs)};
        row.id = track.track.packed();
        row.hint = spans ? QStringLiteral("lengths of spans")
                         : QStringLiteral("gaps between one event and the next");
        rows.push_back(std::move(row));
    }
    return rows;
}

StatisticsPanel::StatisticsPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable({{tr("lane")},
                           {tr("events"), true},
                           {tr("rate"), true},
                           {tr("busy"), true},
                           {tr("min"), true},
                           {tr("mean"), true},
                           {tr("p50"), true},
                           {tr("p95"), true},
                           {tr("p99"), true},
                           {tr("max"), true}},
                          this)),
      view_(new RowView(model_, tr("Statistics"))),
      histogram_(new HistogramView),
      note_(new QLabel) {
    note_->setObjectName(QStringLiteral("secondary"));
    note_->setContentsMargins(6, 4, 6, 2);
    auto *split = new QSplitter(Qt::Horizontal);
    split->setHandleWidth(1);
    split->setChildrenCollapsible(false);
    split->addWidget(view_);
    split->addWidget(histogram_);
    split->setStretchFactor(0, 1);
    split->setSizes({760, 300});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->setSpacing(2);
    layout->addWidget(note_);
    layout->addWidget(split, 1);
    QHeaderView *header = view_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    rest_.setSingleShot(true);
    rest_.setInterval(std::chrono::milliseconds(150));
    connect(&rest_, &QTimer::timeout, this, &StatisticsPanel::ask);
    connect(&navigator_, &Navigator::visibleChanged, &rest_, qOverload<>(&QTimer::start));
    connect(&navigator_, &Navigator::cursorsChanged, &rest_, qOverload<>(&QTimer::start));
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &StatisticsPanel::showHistogram);
}

void StatisticsPanel::setTheme(const Theme &theme) {
    histogram_->setTheme(theme);
}

void StatisticsPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    all_.clear();
    model_->setRows({});
    histogram_->clear();
    note_->clear();
    if (!document) return;
    connect(document, &RunDocument::loaded, &rest_, qOverload<>(&QTimer::start));
    connect(document, &RunDocument::changed, &rest_, qOverload<>(&QTimer::start));
}

void StatisticsPanel::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    rest_.start();
}

void StatisticsPanel::ask() {
    if (!document_ || !document_->isLoaded() || !isVisible()) return;
    TimeRange range = navigator_.subject();
    range.to = std::min(range.to, document_->run().end.ns);
    range.from = std::min(range.from, range.to);
    std::vector<TrackId> tracks;
    for (const RunTrack &track : document_->run().tracks)
        tracks.push_back(track.id);
    document_->background().ask(
        QuerySlot::Spans, this,
        [range, tracks](RunReader &reader) { return reader.statistics(tracks, range); },
        [this, range](const Result<std::vector<TrackStatistics>> &all) {
            if (all)
                show(*all, range);
            else if (!all.error().cancelled)
                note_->setText(QString::fromStdString(all.error().sentence));
        });
}

void StatisticsPanel::show(const std::vector<TrackStatistics> &all, TimeRange range) {
    if (!document_ || !document_->isLoaded()) return;
    all_ = all;
    const auto lines = view_->selectionModel()->selectedRows();
    const TableRow *chosen = lines.isEmpty() ? nullptr : view_->rowAt(lines.front());
    const int64_t id = chosen ? chosen->id : 0;
    model_->setRows(statisticsRows(all, range.lengthNs(), document_->run()));
    if (id != 0) view_->chooseId(id);
    // Some lanes' events are not kept; where there are too many, no lane's are looked at.
    const bool exact = std::ranges::any_of(all, &TrackStatistics::exact);
    const QString where = navigator_.selection()
                              ? tr("Between A and B, %1").arg(duration(range.lengthNs()))
                              : tr("In view, %1").arg(duration(range.lengthNs()));
    note_->setText(
        exact ? where
              : tr("%1; too many events for percentiles of all lanes: look closer").arg(where));
    showHistogram();
}

void StatisticsPanel::showHistogram() {
    const auto lines = view_->selectionModel()->selectedRows();
    const TableRow *row = lines.isEmpty() ? nullptr : view_->rowAt(lines.front());
    const TrackId track = row ? TrackId::unpack(static_cast<uint32_t>(row->id)) : TrackId{};
    const auto found = std::ranges::find(all_, track, &TrackStatistics::track);
    if (!row || found == all_.end())
        histogram_->clear();
    else
        histogram_->show(*found, row->cells.front(), hasSpans(track.kind));
}

} // namespace bootglass
