// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/run_view.h"

#include <QDataStream>
#include <QHBoxLayout>

namespace bootglass {

namespace {

/// Of what saveLayout() gives; another number is another arrangement, and is not taken.
constexpr quint32 layoutVersion = 3;

QSplitter *splitter(Qt::Orientation orientation) {
    auto *result = new QSplitter(orientation);
    result->setHandleWidth(1);
    result->setChildrenCollapsible(false);
    return result;
}

} // namespace

RunView::RunView(QWidget *parent)
    : QWidget(parent),
      timeline_(new TimelinePane(navigator_)),
      phases_(new PhasePanel(navigator_)),
      figures_(new SelectionPanel(navigator_)),
      screen_(new ScreenPanel(navigator_)),
      console_(new ConsolePanel(navigator_)),
      events_(new EventPanel(navigator_)),
      markers_(new MarkerPanel(navigator_)),
      spans_(new SpanPanel(navigator_)),
      statistics_(new StatisticsPanel(navigator_)),
      functions_(new FunctionPanel(navigator_)),
      code_(new CodePanel(navigator_)),
      notes_(new NotePanel(navigator_, noteBook_)),
      search_(new SearchPanel(navigator_)),
      tabs_(new QTabWidget),
      across_(splitter(Qt::Horizontal)),
      down_(splitter(Qt::Vertical)),
      side_(splitter(Qt::Vertical)) {
    setAutoFillBackground(true);
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    tabs_->setAccessibleName(tr("Tables of the run"));
    tabs_->addTab(console_, tr("Console"));
    tabs_->addTab(events_, tr("Events"));
    tabs_->addTab(markers_, tr("Markers"));
    tabs_->addTab(spans_, tr("Spans"));
    tabs_->addTab(statistics_, tr("Statistics"));
    tabs_->addTab(functions_, tr("Functions"));
    tabs_->addTab(code_, tr("Disassembly"));
    tabs_->addTab(notes_, tr("Notes"));
    tabs_->addTab(search_, tr("Search"));
    for (int tab = 0; tab < tabs_->count(); ++tab) {
        tabs_->widget(tab)->setObjectName(QStringLiteral("page"));
        tabs_->widget(tab)->setAttribute(Qt::WA_StyledBackground);
    }
    down_->addWidget(timeline_);
    down_->addWidget(tabs_);
    down_->setStretchFactor(0, 3);
    down_->setStretchFactor(1, 1);
    down_->setSizes({600, 210});
    side_->setObjectName(QStringLiteral("sidePanel"));
    side_->addWidget(phases_);
    side_->addWidget(figures_);
    side_->addWidget(screen_);
    side_->setStretchFactor(0, 1);
    side_->setStretchFactor(1, 0);
    side_->setStretchFactor(2, 0);
    side_->setSizes({360, 200, 250});
    across_->addWidget(down_);
    across_->addWidget(side_);
    across_->setStretchFactor(0, 1);
    across_->setStretchFactor(1, 0);
    across_->setSizes({1150, 450});
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(across_);
    connect(&timeline_->view(), &TimelineView::phaseClicked, phases_, &PhasePanel::choose);
    connect(&timeline_->view(), &TimelineView::laneFocused, this, &RunView::followLane);
    connect(&timeline_->view(), &TimelineView::noteClicked, this, &RunView::showNote);
    connect(&noteBook_, &NoteBook::changed, this,
            [this] { timeline_->view().setNotes(noteBook_.notes()); });
}

void RunView::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    shown_ = false;
    // Before the parts hear of the run: what they show then is already of this run.
    if (document) {
        connect(document, &RunDocument::loaded, this, &RunView::takeRun);
        connect(document, &RunDocument::changed, this, &RunView::takeRun);
    }
    noteBook_.open({});
    axis_ = AxisUnit::VirtualTime;
    navigator_.reset({{0}, {shortestViewNs}});
    emit axisChanged();
    timeline_->setDocument(document);
    phases_->setDocument(document);
    figures_->setDocument(document);
    screen_->setDocument(document);
    console_->setDocument(document);
    events_->setDocument(document);
    markers_->setDocument(document);
    spans_->setDocument(document);
    statistics_->setDocument(document);
    functions_->setDocument(document);
    code_->setDocument(document);
    search_->setDocument(document);
}

/// The table of spans is about the lane that was chosen last.
void RunView::followLane() {
    const TimelineScene &scene = timeline_->view().scene();
    const LaneRow *row = scene.rowOf(timeline_->view().focusedLane());
    const Lane *lane = row ? laneOf(*row, scene.groups) : nullptr;
    if (lane && lane->tracks.size() == 1) spans_->chooseTrack(lane->tracks.front());
}

void RunView::search(const QString &text) {
    tabs_->setCurrentWidget(search_);
    search_->search(text);
}

void RunView::showNote(int64_t id) {
    tabs_->setCurrentWidget(notes_);
    notes_->view().chooseId(id);
}

void RunView::setAxis(AxisUnit unit) {
    axis_ = unit;
    askScale();
    emit axisChanged();
}

void RunView::askScale() {
    if (!document_ || !document_->isLoaded()) return;
    if (axis_ == AxisUnit::VirtualTime) {
        navigator_.setScale({});
        return;
    }
    document_->details().ask(
        QuerySlot::Scale, this,
        [unit = axis_](RunReader &reader) { return queryScale(reader, unit); },
        [this, unit = axis_](const Result<SharedScale> &scale) {
            if (scale && unit == axis_) navigator_.setScale(*scale);
        });
}

void RunView::takeRun() {
    const TimeRange whole = document_->run().whole();
    if (shown_) {
        navigator_.grow(whole);
        if (axis_ != AxisUnit::VirtualTime) askScale(); // the run has more of it
    } else {
        navigator_.reset(whole);
        noteBook_.open(document_->path());
        shown_ = true;
    }
}

void RunView::setTheme(const Theme &theme) {
    setPalette(theme.palette()); // its ground shows between its parts
    timeline_->setTheme(theme);
    phases_->setTheme(theme);
    statistics_->setTheme(theme);
}

QByteArray RunView::saveLayout() const {
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << layoutVersion << across_->saveState() << down_->saveState() << side_->saveState()
           << static_cast<qint32>(tabs_->currentIndex());
    return layout;
}

void RunView::restoreLayout(const QByteArray &layout) {
    QDataStream stream(layout);
    quint32 version = 0;
    QByteArray across;
    QByteArray down;
    QByteArray side;
    qint32 tab = 0;
    stream >> version;
    if (version != layoutVersion) return;
    stream >> across >> down >> side >> tab;
    if (stream.status() != QDataStream::Ok) return;
    across_->restoreState(across);
    down_->restoreState(down);
    side_->restoreState(side);
    if (tab >= 0 && tab < tabs_->count()) tabs_->setCurrentIndex(tab);
}

} // namespace bootglass
