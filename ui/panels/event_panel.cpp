// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/event_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/run/event_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

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
      view_(makeTable(model_, tr("Events"))),
      lanes_(new QComboBox),
      note_(new QLabel) {
    lanes_->setAccessibleName(tr("Lane whose events are listed"));
    lanes_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    note_->setObjectName(QStringLiteral("secondary"));
    auto *line = new QHBoxLayout;
    line->setContentsMargins(6, 4, 6, 2);
    line->addWidget(lanes_);
    line->addWidget(note_, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->setSpacing(2);
    layout->addLayout(line);
    layout->addWidget(view_);
    QHeaderView *header = view_->horizontalHeader();
    const int widths[] = {90, 150, 130, 160, 190};
    for (int column = 0; column < 5; ++column)
        header->resizeSection(column, widths[column]);
    header->setStretchLastSection(true);
    rest_.setSingleShot(true);
    rest_.setInterval(std::chrono::milliseconds(120));
    connect(&rest_, &QTimer::timeout, this, &EventPanel::ask);
    connect(&navigator_, &Navigator::visibleChanged, &rest_, qOverload<>(&QTimer::start));
    connect(&navigator_, &Navigator::cursorsChanged, &rest_, qOverload<>(&QTimer::start));
    connect(lanes_, &QComboBox::activated, this, &EventPanel::ask);
    connect(view_, &QTableView::clicked, this, &EventPanel::goTo);
    connect(view_, &QTableView::activated, this, &EventPanel::goTo);
}

void EventPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    model_->setRows({});
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

void EventPanel::ask() {
    if (!document_ || !document_->isLoaded() || !isVisible()) return;
    const TimeRange range = navigator_.subject();
    std::optional<TrackId> track;
    if (const QVariant chosen = lanes_->currentData(); chosen.isValid())
        track = TrackId::unpack(chosen.toUInt());
    document_->details().ask(
        QuerySlot::Events, this,
        [range, track](RunReader &reader) -> Result<EventPage> {
            auto events = track ? reader.events(*track, range, mostRows + 1)
                                : reader.events(range, mostRows + 1);
            if (!events) return events.error();
            EventPage page{range, std::move(*events), false};
            page.more = page.events.size() > mostRows;
            if (page.more) page.events.resize(mostRows);
            return page;
        },
        [this](const Result<EventPage> &page) {
            if (page)
                show(*page);
            else if (!page.error().cancelled)
                note_->setText(QString::fromStdString(page.error().sentence));
        });
}

void EventPanel::show(const EventPage &page) {
    if (!document_ || !document_->isLoaded()) return;
    model_->setRows(eventRows(page, document_->run()));
    const QString where = navigator_.selection() ? tr("between A and B") : tr("in view");
    if (page.more)
        note_->setText(tr("The first %1 events %2. Zoom in, or choose a lane, to see the others.")
                           .arg(grouped(mostRows), where));
    else if (page.events.empty())
        note_->setText(tr("No stored events %1.").arg(where));
    else
        note_->setText(tr("%1 events %2").arg(grouped(page.events.size()), where));
}

void EventPanel::goTo(const QModelIndex &index) {
    const TableRow *row = model_->row(index);
    if (!row) return;
    // Moving an end of the selection would replace the very table that was clicked.
    if (!navigator_.selection()) navigator_.setCursor(Cursor::A, row->time);
    navigator_.reveal(row->time);
}

} // namespace bootglass
