// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/event_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/panels/panel_frame.h"
#include "ui/run/event_text.h"

#include <QHeaderView>

#include <algorithm>

namespace bootglass {

std::vector<TableRow> eventRows(const EventPage &page, const RunSnapshot &run) {
    std::vector<TableRow> rows;
    rows.reserve(page.events.size());
    for (const StoredEvent &stored : page.events) {
        const Event &event = stored.event;
        TableRow row;
        row.cells = {grouped(stored.id),   exactSeconds(event.ns), grouped(event.icount.value),
                     kindText(event.kind), sourceText(event, run), valuesText(event)};
        row.id = static_cast<int64_t>(stored.id);
        row.time = event.ns;
        row.keys = {qulonglong(stored.id), qulonglong(event.ns.value),
                    qulonglong(event.icount.value)};
        rows.push_back(std::move(row));
    }
    return rows;
}

EventPanel::EventPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable({{tr("no."), true},
                           {tr("virtual time"), true},
                           {tr("icount"), true},
                           {tr("event")},
                           {tr("source")},
                           {tr("values")}},
                          this)),
      view_(new RowView(model_, tr("Events"))),
      lanes_(new QComboBox),
      words_(makeFilterField(tr("Words that listed events have"))),
      note_(new QLabel) {
    lanes_->setAccessibleName(tr("Lane whose events are listed"));
    lanes_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    note_->setObjectName(QStringLiteral("secondary"));
    layOutPanel(this, {lanes_, words_, note_}, view_);
    QHeaderView *header = view_->horizontalHeader();
    const int widths[] = {90, 150, 130, 160, 190};
    for (int column = 0; column < 5; ++column)
        header->resizeSection(column, widths[column]);
    header->setStretchLastSection(true);
    startAfterMoves(rest_, navigator_, std::chrono::milliseconds(120));
    connect(&rest_, &QTimer::timeout, this, [this] { ask(); });
    connect(words_, &QLineEdit::textChanged, view_, &RowView::setWords);
    connect(model_, &RowTable::moreWanted, this, &EventPanel::askMore);
    connect(&navigator_, &Navigator::eventChosen, this, &EventPanel::chooseCurrent);
    connect(lanes_, &QComboBox::activated, this, [this] { ask(); });
    connect(view_, &RowView::clicked, this, &EventPanel::goTo);
    connect(view_, &RowView::activated, this, &EventPanel::goTo);
}

void EventPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    model_->setRows({});
    page_ = {};
    note_->clear();
    lanes_->clear();
    if (!document) return;
    const auto update = [this] {
        fillLanes();
        rest_.start();
    };
    connect(document, &RunDocument::loaded, this, update);
    connect(document, &RunDocument::changed, this, update);
}

void EventPanel::fillLanes() {
    const std::vector<RunTrack> &tracks = document_->run().tracks;
    int lanes = 1;
    for (const RunTrack &track : tracks)
        lanes += track.id.kind != TrackKind::CpuShare;
    if (lanes_->count() == lanes) return;
    const QVariant chosen = lanes_->currentData();
    lanes_->clear();
    lanes_->addItem(tr("All lanes"), QVariant());
    for (const RunTrack &track : tracks)
        if (track.id.kind != TrackKind::CpuShare) // shares have no events
            lanes_->addItem(shownLine(track.label), track.id.packed());
    lanes_->setCurrentIndex(std::max(0, lanes_->findData(chosen)));
}

void EventPanel::showEvent(QShowEvent *event) {
    QWidget::showEvent(event);
    rest_.start();
}

namespace {

/// A page of the events of one lane or all, those after an event; one more tells that there is
/// more.
Result<EventPage> eventPage(RunReader &reader, TimeRange range, std::optional<TrackId> track,
                            uint64_t after) {
    EventPage page{range, {}, false};
    const size_t most = EventPanel::mostRows + 1;
    if (track) {
        auto events = reader.events(*track, range, most + (after != 0 ? most : 0));
        if (!events) return events.error();
        for (StoredEvent &event : *events)
            if (event.id > after && page.events.size() < most) page.events.push_back(event);
    } else if (after == 0) {
        auto events = reader.events(range, most);
        if (!events) return events.error();
        page.events = std::move(*events);
    } else {
        auto events = reader.eventsFrom(after + 1, most);
        if (!events) return events.error();
        for (StoredEvent &event : *events)
            if (event.event.ns < range.to) page.events.push_back(event);
    }
    page.more = page.events.size() == most;
    if (page.more) page.events.pop_back();
    return page;
}

} // namespace

void EventPanel::ask(const std::optional<StoredEvent> &around) {
    if (!document_ || !document_->isLoaded() || !isVisible()) return;
    TimeRange range = navigator_.subject();
    std::optional<TrackId> track;
    if (const QVariant chosen = lanes_->currentData(); chosen.isValid())
        track = TrackId::unpack(chosen.toUInt());
    uint64_t after = 0;
    if (around && track)
        range.from = std::max(range.from, around->event.ns);
    else if (around)
        after = around->id - std::min<uint64_t>(around->id - 1, mostRows / 4);
    document_->details().ask(
        QuerySlot::Events, this,
        [range, track, after](RunReader &reader) { return eventPage(reader, range, track, after); },
        [this](const Result<EventPage> &page) {
            if (page)
                show(*page);
            else if (!page.error().cancelled)
                note_->setText(QString::fromStdString(page.error().sentence));
        });
}

void EventPanel::askMore() {
    if (!document_ || page_.events.empty()) return;
    std::optional<TrackId> track;
    if (const QVariant chosen = lanes_->currentData(); chosen.isValid())
        track = TrackId::unpack(chosen.toUInt());
    const StoredEvent last = page_.events.back();
    TimeRange range = page_.range;
    if (track) range.from = last.event.ns;
    document_->details().ask(
        QuerySlot::Events, this,
        [range, track, after = last.id](RunReader &reader) {
            return eventPage(reader, range, track, after);
        },
        [this, after = last.id](const Result<EventPage> &page) {
            // The list may be another one by now.
            if (page && !page_.events.empty() && page_.events.back().id == after) append(*page);
        });
}

void EventPanel::show(const EventPage &page) {
    if (!document_ || !document_->isLoaded()) return;
    page_ = page;
    model_->setRows(eventRows(page, document_->run()));
    model_->setHasMore(page.more);
    tell();
    if (navigator_.event()) view_->chooseId(static_cast<int64_t>(navigator_.event()->id));
}

void EventPanel::append(const EventPage &page) {
    std::ranges::copy(page.events, std::back_inserter(page_.events));
    page_.more = page.more;
    model_->append(eventRows(page, document_->run()));
    model_->setHasMore(page.more);
    tell();
}

void EventPanel::tell() {
    const QString where = navigator_.selection() ? tr("between A and B") : tr("in view");
    if (page_.more)
        note_->setText(
            tr("The first %1 events %2; scroll for more").arg(grouped(page_.events.size()), where));
    else if (page_.events.empty())
        note_->setText(tr("No stored events %1.").arg(where));
    else
        note_->setText(tr("%1 events %2").arg(grouped(page_.events.size()), where));
}

void EventPanel::chooseCurrent() {
    if (!navigator_.event() || !isVisible()) return;
    if (!view_->chooseId(static_cast<int64_t>(navigator_.event()->id))) ask(navigator_.event());
}

void EventPanel::goTo(const QModelIndex &index) {
    const TableRow *row = view_->rowAt(index);
    if (!row) return;
    const auto found =
        std::ranges::find(page_.events, static_cast<uint64_t>(row->id), &StoredEvent::id);
    if (found != page_.events.end()) navigator_.choose(StoredEvent(*found));
}

} // namespace bootglass
