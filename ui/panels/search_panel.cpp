// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/search_panel.h"

#include "ui/base/number_format.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace bootglass {

SearchPanel::SearchPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      model_(new RowTable({{tr("virtual time"), true}, {tr("is")}, {tr("found")}, {tr("details")}},
                          this)),
      view_(new RowView(model_, tr("Search"))),
      note_(new QLabel),
      progress_(new QProgressBar),
      cancel_(new QPushButton(tr("Cancel"))) {
    note_->setObjectName(QStringLiteral("secondary"));
    note_->setContentsMargins(6, 4, 6, 2);
    note_->setWordWrap(true);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->setSpacing(2);
    progress_->setRange(0, 0); // nobody knows how long
    progress_->setMaximumSize(120, 10);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Searching"));
    auto *line = new QHBoxLayout;
    line->setContentsMargins(0, 0, 6, 0);
    line->addWidget(note_, 1);
    line->addWidget(progress_);
    line->addWidget(cancel_);
    layout->addLayout(line);
    layout->addWidget(view_);
    QHeaderView *header = view_->horizontalHeader();
    header->resizeSection(0, 150);
    header->resizeSection(1, 80);
    header->resizeSection(2, 420);
    header->setStretchLastSection(true);
    connect(view_, &RowView::clicked, this, qOverload<const QModelIndex &>(&SearchPanel::goTo));
    connect(view_, &RowView::activated, this, qOverload<const QModelIndex &>(&SearchPanel::goTo));
    slow_.setSingleShot(true);
    slow_.setInterval(std::chrono::milliseconds(300));
    connect(&slow_, &QTimer::timeout, this, [this] {
        progress_->show();
        cancel_->show();
    });
    connect(cancel_, &QPushButton::clicked, this, &SearchPanel::cancel);
    // A search is many queries: each that begins is interrupted until the answer is there.
    stop_.setInterval(std::chrono::milliseconds(20));
    connect(&stop_, &QTimer::timeout, this, [this] {
        if (document_) document_->background().cancel(QuerySlot::Search);
    });
    setBusy(false);
    setDocument(nullptr);
}

void SearchPanel::setBusy(bool busy) {
    if (busy) {
        slow_.start();
        return;
    }
    slow_.stop();
    progress_->hide();
    cancel_->hide();
}

void SearchPanel::cancel() {
    if (!document_ || text_.isEmpty()) return;
    text_.clear();
    setBusy(false);
    note_->setText(tr("The search was given up."));
    document_->background().cancel(QuerySlot::Search);
    stop_.start();
}

void SearchPanel::setDocument(RunDocument *document) {
    document_ = document;
    stop_.stop();
    setBusy(false);
    text_.clear();
    result_ = {};
    model_->setRows({});
    note_->setText(tr("Words in events, markers, phases and console lines; or /regex/, irq:4, "
                      "timer:apic, vector:14, kind:port_write, address:0x3f8, value:0x20, >1ms"));
}

void SearchPanel::search(const QString &text) {
    if (!document_ || !document_->isLoaded()) return;
    text_ = text;
    const auto query = parseSearch(text);
    if (!query) {
        result_ = {};
        model_->setRows({});
        note_->setText(QString::fromStdString(query.error().sentence));
        return;
    }
    note_->setText(tr("Searching…"));
    stop_.stop();
    setBusy(true);
    document_->background().ask(
        QuerySlot::Search, this,
        [query = *query, run = document_->snapshot()](RunReader &reader) {
            return runSearch(reader, *run, query, mostHits);
        },
        [this, text](const Result<SearchResult> &result) {
            stop_.stop();
            if (text != text_) return;
            setBusy(false);
            if (result)
                show(*result);
            else
                note_->setText(result.error().cancelled
                                   ? tr("The search was given up for another question")
                                   : QString::fromStdString(result.error().sentence));
        });
}

void SearchPanel::show(const SearchResult &result) {
    result_ = result;
    std::vector<TableRow> rows;
    for (size_t n = 0; n < result.hits.size(); ++n) {
        const SearchHit &hit = result.hits[n];
        TableRow row;
        row.cells = {exactSeconds(hit.range.from), hit.what, hit.title, hit.detail};
        row.keys = {qulonglong(hit.range.from.value)};
        row.id = static_cast<int64_t>(n) + 1;
        row.time = hit.range.from;
        rows.push_back(std::move(row));
    }
    model_->setRows(std::move(rows));
    if (result.hits.empty())
        note_->setText(tr("Nothing has “%1”.").arg(text_));
    else if (result.more)
        note_->setText(tr("The first %1 of “%2”; more words find less.")
                           .arg(grouped(result.hits.size()), text_));
    else
        note_->setText(tr("%1 found for “%2”").arg(grouped(result.hits.size()), text_));
    if (!result.hits.empty()) step(true);
}

void SearchPanel::step(bool forward) {
    const std::vector<SearchHit> &hits = result_.hits;
    if (hits.empty()) return;
    const auto cursor = navigator_.lastCursor();
    size_t next = forward ? 0 : hits.size() - 1;
    if (cursor && forward) {
        const auto after = std::ranges::find_if(
            hits, [&](const SearchHit &hit) { return hit.range.from > *cursor; });
        if (after != hits.end()) next = static_cast<size_t>(after - hits.begin());
    } else if (cursor) {
        for (size_t n = 0; n < hits.size() && hits[n].range.from < *cursor; ++n)
            next = n;
    }
    view_->chooseId(static_cast<int64_t>(next) + 1);
    goTo(hits[next]);
}

void SearchPanel::goTo(const QModelIndex &line) {
    const TableRow *row = view_->rowAt(line);
    if (row && row->id >= 1 && static_cast<size_t>(row->id) <= result_.hits.size())
        goTo(result_.hits[static_cast<size_t>(row->id) - 1]);
}

void SearchPanel::goTo(const SearchHit &hit) {
    if (!document_) return;
    if (hit.range.to > hit.range.from) {
        navigator_.select(hit.range);
        navigator_.show(withMargin(hit.range, 0.5, navigator_.whole()));
        return;
    }
    if (hit.eventId == 0) {
        navigator_.setCursor(Cursor::A, hit.range.from);
        navigator_.reveal(hit.range.from);
        return;
    }
    document_->details().ask(
        QuerySlot::Step, this, [id = hit.eventId](RunReader &reader) { return reader.event(id); },
        [this](const Result<StoredEvent> &event) {
            if (event && event->id != 0) navigator_.choose(*event);
        });
}

} // namespace bootglass
