// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/span_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/panels/panel_frame.h"

#include <QHeaderView>

#include <algorithm>

namespace bootglass {

namespace {

/// In the box: a track as it is packed, an activity's kind beyond all tracks.
constexpr qulonglong activityBase = qulonglong{1} << 32;

QString kindTitle(ActivityKind kind) {
    switch (kind) {
    case ActivityKind::Initcall: return SpanPanel::tr("Initcalls");
    case ActivityKind::Driver: return SpanPanel::tr("Drivers");
    case ActivityKind::Service: return SpanPanel::tr("Services");
    case ActivityKind::Process: return SpanPanel::tr("Processes");
    case ActivityKind::Region: break;
    }
    return SpanPanel::tr("Regions");
}

} // namespace

std::vector<TableRow> spanRows(const std::vector<Span> &spans) {
    std::vector<TableRow> rows;
    for (const Span &span : spans) {
        const bool waits = span.track.kind == TrackKind::IrqLine && span.accepted > span.start;
        TableRow row;
        row.cells = {exactSeconds(span.start),
                     waits ? exactDuration(span.accepted - span.start) : QString(),
                     exactDuration(span.lengthNs()), exactSeconds(span.end),
                     span.open ? SpanPanel::tr("not ended") : QString()};
        row.keys = {qulonglong(span.start.value),
                    qulonglong(waits ? span.accepted - span.start : 0), qulonglong(span.lengthNs()),
                    qulonglong(span.end.value)};
        row.id = static_cast<int64_t>(rows.size()) + 1;
        row.time = span.start;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<TableRow> activityRows(const std::vector<RunActivity> &activities, ActivityKind kind,
                                   TimeRange range) {
    std::vector<TableRow> rows;
    for (const RunActivity &activity : activities) {
        if (activity.kind != kind || activity.end.ns < range.from || activity.start.ns >= range.to)
            continue;
        TableRow row;
        row.cells = {exactSeconds(activity.start.ns), shortCount(activity.instructions()),
                     exactDuration(activity.durationNs()), exactSeconds(activity.end.ns),
                     shownLine(activity.name) + (activity.note.empty()
                                                     ? QString()
                                                     : QString(u"  " + shownLine(activity.note)))};
        row.keys = {qulonglong(activity.start.ns.value), qulonglong(activity.instructions()),
                    qulonglong(activity.durationNs()), qulonglong(activity.end.ns.value)};
        row.id = static_cast<int64_t>(rows.size()) + 1;
        row.time = activity.start.ns;
        rows.push_back(std::move(row));
    }
    return rows;
}

SpanPanel::SpanPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable({{tr("start"), true},
                           {tr("waited or instructions"), true},
                           {tr("length"), true},
                           {tr("end"), true},
                           {tr("what")}},
                          this)),
      view_(new RowView(model_, tr("Spans"))),
      lanes_(new QComboBox),
      words_(makeFilterField(tr("Words that listed spans have"))),
      note_(new QLabel) {
    lanes_->setAccessibleName(tr("Lane whose spans are listed"));
    lanes_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    note_->setObjectName(QStringLiteral("secondary"));
    layOutPanel(this, {lanes_, words_, note_}, view_);
    QHeaderView *header = view_->horizontalHeader();
    const int widths[] = {160, 170, 150, 160};
    for (int column = 0; column < 4; ++column)
        header->resizeSection(column, widths[column]);
    header->setStretchLastSection(true);
    startAfterMoves(rest_, navigator_, std::chrono::milliseconds(120));
    connect(&rest_, &QTimer::timeout, this, &SpanPanel::ask);
    connect(words_, &QLineEdit::textChanged, view_, &RowView::setWords);
    connect(lanes_, &QComboBox::currentIndexChanged, &rest_, qOverload<>(&QTimer::start));
    connect(view_, &RowView::clicked, this, &SpanPanel::goTo);
    connect(view_, &RowView::activated, this, &SpanPanel::goTo);
}

void SpanPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    model_->setRows({});
    lanes_->clear();
    note_->clear();
    if (!document) return;
    const auto update = [this] {
        fillLanes();
        rest_.start();
    };
    connect(document, &RunDocument::loaded, this, update);
    connect(document, &RunDocument::changed, this, update);
}

void SpanPanel::fillLanes() {
    const RunSnapshot &run = document_->run();
    std::vector<std::pair<QString, qulonglong>> wanted;
    for (const RunTrack &track : run.tracks)
        if (hasSpans(track.id.kind) && track.id.kind != TrackKind::CpuShare &&
            track.id.kind != TrackKind::AddressSpace) // its switches are counted, not kept
            wanted.emplace_back(shownLine(track.label), track.id.packed());
    for (size_t kind = 0; kind < activityKinds; ++kind) {
        const auto has = static_cast<ActivityKind>(kind);
        if (std::ranges::any_of(run.activities,
                                [has](const RunActivity &one) { return one.kind == has; }))
            wanted.emplace_back(kindTitle(has), activityBase + kind);
    }
    if (lanes_->count() == static_cast<int>(wanted.size())) return;
    const QVariant chosen = lanes_->currentData();
    const QSignalBlocker quiet(lanes_);
    lanes_->clear();
    for (const auto &[name, data] : wanted)
        lanes_->addItem(name, data);
    lanes_->setCurrentIndex(std::max(0, lanes_->findData(chosen)));
}

void SpanPanel::chooseTrack(TrackId track) {
    const int place = lanes_->findData(qulonglong(track.packed()));
    if (place >= 0) lanes_->setCurrentIndex(place);
}

void SpanPanel::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    rest_.start();
}

void SpanPanel::ask() {
    if (!document_ || !document_->isLoaded() || !isVisible() || lanes_->count() == 0) return;
    const qulonglong chosen = lanes_->currentData().toULongLong();
    const TimeRange range = navigator_.subject();
    if (chosen >= activityBase) {
        show(activityRows(document_->run().activities,
                          static_cast<ActivityKind>(chosen - activityBase), range),
             false);
        return;
    }
    document_->details().ask(
        QuerySlot::Activities, this,
        [range, track = TrackId::unpack(static_cast<uint32_t>(chosen))](RunReader &reader) {
            return reader.spans(track, range, mostRows);
        },
        [this](const Result<SpanList> &list) {
            if (list)
                show(spanRows(list->spans), list->truncated);
            else if (!list.error().cancelled)
                note_->setText(QString::fromStdString(list.error().sentence));
        });
}

void SpanPanel::show(std::vector<TableRow> rows, bool truncated) {
    const QString where = navigator_.selection() ? tr("between A and B") : tr("in view");
    note_->setText(truncated ? tr("The first %1 spans %2; look closer for the others")
                                   .arg(grouped(rows.size()), where)
                             : tr("%1 spans %2").arg(grouped(rows.size()), where));
    model_->setRows(std::move(rows));
}

void SpanPanel::goTo(const QModelIndex &line) {
    const TableRow *row = view_->rowAt(line);
    if (!row) return;
    if (!navigator_.selection()) navigator_.setCursor(Cursor::A, row->time);
    navigator_.reveal(row->time);
}

} // namespace bootglass
