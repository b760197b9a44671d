// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_view.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/delta_style.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QTabBar>
#include <QVBoxLayout>

namespace bootglass {

namespace {

/// A word of a shell's command line.
QString quoted(const QString &word) {
    static const QString plain = QStringLiteral("-_./:=+%,@");
    for (const QChar c : word) {
        if ((c.unicode() < 128 && c.isLetterOrNumber()) || plain.contains(c)) continue;
        QString inside = word;
        return u'\'' + inside.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
    }
    return word.isEmpty() ? QStringLiteral("''") : word;
}

QWidget *rule() {
    auto *line = new QWidget;
    line->setObjectName(QStringLiteral("rule"));
    line->setAttribute(Qt::WA_StyledBackground);
    line->setFixedHeight(1);
    return line;
}

Result<std::vector<ComparedRun>> readAll(const QStringList &files) {
    std::vector<ComparedRun> runs;
    for (const QString &file : files) {
        auto reader = RunReader::open(file.toStdString());
        if (!reader) return reader.error();
        auto run = readComparedRun(**reader);
        if (!run) return run.error();
        runs.push_back(std::move(*run));
    }
    labelApart(runs);
    return runs;
}

/// "B takes 28 704 441 instructions (0.99 %) more"
QString shortAnswer(const ComparedRun &a, const ComparedRun &b, Measure measure) {
    const Answer found = answer(a, b);
    if (found.sameDigest) return CompareView::tr("A and B are the same, event by event");
    const uint64_t from = valueOf(a.total(), measure);
    const int64_t delta = difference(from, valueOf(b.total(), measure));
    const bool count = measure == Measure::Instructions;
    const QString amount = count ? grouped(magnitude(delta)) : duration(magnitude(delta));
    if (delta == 0) return CompareView::tr("A and B take the same %1").arg(measureText(measure));
    QString text = count ? CompareView::tr("B takes %1 instructions").arg(amount)
                         : CompareView::tr("B takes %1 of %2").arg(amount, measureText(measure));
    if (from != 0) {
        const double share =
            100.0 * static_cast<double>(magnitude(delta)) / static_cast<double>(from);
        text += u" (" + QString::number(share, 'f', share < 0.1 ? 3 : 2) + thinSpace + u"%)";
    }
    return text + u' ' + (delta > 0 ? CompareView::tr("more") : CompareView::tr("less"));
}

} // namespace

CompareView::CompareView(QWidget *parent)
    : QWidget(parent),
      theme_(&Theme::light()),
      bar_(new CompareBar),
      timeline_(new CompareTimeline),
      tabs_(new QTabWidget),
      waterfall_(new WaterfallView),
      divergence_(new DivergencePanel),
      table_(new DeltaPanel),
      changes_(new ChangeBars),
      series_(new SeriesChart),
      command_(new QLabel),
      across_(new QSplitter(Qt::Horizontal)),
      down_(new QSplitter(Qt::Vertical)),
      side_(new QSplitter(Qt::Vertical)) {
    tabs_->setDocumentMode(true);
    tabs_->tabBar()->setDrawBase(false);
    tabs_->addTab(waterfall_, tr("Where the difference comes from"));
    tabs_->addTab(divergence_, tr("First divergence"));
    for (QSplitter *splitter : {across_, down_, side_}) {
        splitter->setHandleWidth(1);
        splitter->setChildrenCollapsible(false);
    }
    down_->addWidget(timeline_);
    down_->addWidget(tabs_);
    down_->setSizes({560, 330});
    side_->addWidget(table_);
    side_->addWidget(changes_);
    side_->addWidget(series_);
    side_->setSizes({340, 190, 360});
    across_->addWidget(down_);
    across_->addWidget(side_);
    across_->setSizes({1140, 460});
    across_->setStretchFactor(0, 1);

    command_->setFont(codeFont(9));
    command_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    command_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    command_->setAccessibleName(tr("The command line that tells the same"));
    command_->setObjectName(QStringLiteral("secondary"));
    auto *copy = new QPushButton(tr("Copy command"));
    copy->setObjectName(QStringLiteral("link"));
    auto *foot = new QHBoxLayout;
    foot->setContentsMargins(14, 2, 8, 2);
    foot->addWidget(command_, 1);
    foot->addWidget(copy);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(bar_);
    layout->addWidget(rule());
    layout->addWidget(across_, 1);
    layout->addWidget(rule());
    layout->addLayout(foot);

    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(commandLine()); });
    connect(bar_, &CompareBar::pairChosen, this, &CompareView::choosePair);
    connect(bar_, &CompareBar::markerChosen, this, &CompareView::setMarker);
    connect(bar_, &CompareBar::measureChosen, this, &CompareView::showMeasure);
    connect(timeline_, &CompareTimeline::chosen, this, [this](std::optional<size_t> row) {
        table_->choose(row);
        showRow(row);
    });
    connect(timeline_, &CompareTimeline::divergenceAsked, this, &CompareView::findDivergence);
    connect(divergence_, &DivergencePanel::asked, this, &CompareView::findDivergence);
    connect(table_, &DeltaPanel::chosen, this, [this](size_t row) {
        timeline_->choose(row);
        showRow(row);
    });
    connect(table_, &DeltaPanel::zoomAsked, timeline_, &CompareTimeline::showRow);
    connect(table_, &DeltaPanel::byChanged, this, [this] { command_->setText(commandLine()); });
    connect(waterfall_, &WaterfallView::chosen, this, [this](const QString &path) {
        if (!pair_) return;
        for (size_t row = 0; row < pair_->phases.size(); ++row) {
            if (QString::fromStdString(pair_->phases[row].name) != path) continue;
            timeline_->choose(row);
            table_->choose(row);
            showRow(row);
            return;
        }
    });
    connect(series_, &SeriesChart::runChosen, this, [this](size_t run) {
        if (run != a_) choosePair(a_, run);
    });
    setTheme(*theme_);
}

CompareView::~CompareView() = default;

void CompareView::setTheme(const Theme &theme) {
    theme_ = &theme;
    bar_->setTheme(theme);
    timeline_->setTheme(theme);
    waterfall_->setTheme(theme);
    divergence_->setTheme(theme);
    table_->setTheme(theme);
    changes_->setTheme(theme);
    series_->setTheme(theme);
}

void CompareView::open(const QStringList &files) {
    close();
    files_ = files;
    a_ = 0;
    b_ = 1;
    changes_->tell(tr("Reading the runs …"));
    first_ = std::make_unique<RunDocument>(files.front());
    connect(first_.get(), &RunDocument::failed, this, &CompareView::failed);
    first_->details().ask(
        QuerySlot::Events, this, [files](RunReader &) { return readAll(files); },
        [this](const Result<std::vector<ComparedRun>> &runs) {
            if (!runs) {
                if (!runs.error().cancelled)
                    emit failed(QString::fromStdString(runs.error().sentence));
                return;
            }
            runs_ = std::make_shared<const std::vector<ComparedRun>>(*runs);
            series_->setVisible(runs_->size() > 2);
            series_->setRuns(runs_);
            openPair();
        });
}

void CompareView::close() {
    timeline_->setDocuments(nullptr, nullptr);
    timeline_->setPair(nullptr);
    pair_.reset();
    runs_.reset();
    documents_ = {};
    first_.reset();
}

void CompareView::choosePair(size_t a, size_t b) {
    if (!runs_ || a >= runs_->size() || b >= runs_->size() || (a == a_ && b == b_)) return;
    a_ = a;
    b_ = b;
    openPair();
}

void CompareView::openPair() {
    timeline_->setDocuments(nullptr, nullptr);
    pair_.reset();
    QStringList labels;
    for (const ComparedRun &run : *runs_)
        labels << shownLine(run.label);
    bar_->setRuns(labels, a_, b_);
    series_->setPair(a_, b_);
    const std::array<size_t, 2> places = {a_, b_};
    for (size_t side = 0; side < 2; ++side) {
        documents_[side] =
            std::make_unique<RunDocument>(files_[static_cast<qsizetype>(places[side])]);
        connect(documents_[side].get(), &RunDocument::failed, this, &CompareView::failed);
        connect(documents_[side].get(), &RunDocument::loaded, this, [this] {
            if (documents_[0] && documents_[0]->isLoaded() && documents_[1] &&
                documents_[1]->isLoaded())
                takePair();
        });
    }
}

void CompareView::takePair() {
    auto pair = std::make_shared<ComparedPair>();
    pair->a = (*runs_)[a_];
    pair->b = (*runs_)[b_];
    pair->phases = deltaRows(pair->a, pair->b, ComparedBy::Phase);
    pair->tracksA = documents_[0]->run().tracks;
    pair->tracksB = documents_[1]->run().tracks;
    pair_ = pair;
    timeline_->setDocuments(documents_[0].get(), documents_[1].get());
    bar_->setMarkers(commonMarkers(pair->a, pair->b));
    timeline_->setMarker(bar_->marker());
    timeline_->setPair(pair_);
    divergence_->clear();
    table_->setRuns(std::make_shared<const ComparedRun>(pair->a),
                    std::make_shared<const ComparedRun>(pair->b));
    showMeasure();
    chooseMostTelling();
    emit loaded();
}

void CompareView::setMarker(const QString &marker) {
    const int place = bar_->alignment().findData(marker);
    if (place < 0) return;
    bar_->alignment().setCurrentIndex(place);
    timeline_->setMarker(marker);
    command_->setText(commandLine());
}

void CompareView::showMeasure() {
    if (!pair_) return;
    const Measure measure = bar_->measure();
    timeline_->setMeasure(measure);
    table_->setMeasure(measure);
    series_->setMeasure(measure);
    const Waterfall steps = bootglass::waterfall(pair_->a, pair_->b, measure);
    bar_->setAnswer(
        shortAnswer(pair_->a, pair_->b, measure),
        QString::fromStdString(answerSentence(pair_->a, pair_->b, pair_->phases)),
        difference(static_cast<uint64_t>(steps.fromTotal), static_cast<uint64_t>(steps.toTotal)));
    waterfall_->setWaterfall(steps);
    command_->setText(commandLine());
}

void CompareView::showRow(std::optional<size_t> row) {
    if (!pair_) return;
    series_->setPhase(row ? QString::fromStdString(pair_->phases[*row].name) : QString());
    if (row)
        askForChanges(*row);
    else
        changes_->tell(tr("Choose a phase, and what changed in it is listed here."));
}

/// So that nobody has to look for it: the phase without parts that has changed most.
void CompareView::chooseMostTelling() {
    std::optional<size_t> most;
    const auto size = [this](size_t row) {
        return magnitude(pair_->phases[row].delta(Measure::Instructions));
    };
    for (size_t row = 0; row < pair_->phases.size(); ++row) {
        const DeltaRow &delta = pair_->phases[row];
        const bool leaf =
            (!delta.placeInA || timeline_->scene().isLeaf(Side::A, *delta.placeInA)) &&
            (!delta.placeInB || timeline_->scene().isLeaf(Side::B, *delta.placeInB));
        if (leaf && size(row) > 0 && (!most || size(row) > size(*most))) most = row;
    }
    timeline_->choose(most);
    table_->choose(most);
    showRow(most);
}

void CompareView::askForChanges(size_t row) {
    const DeltaRow &delta = pair_->phases[row];
    const QString name = shownLine(delta.name);
    within_ = {};
    const std::array<std::optional<TimeRange>, 2> ranges = {
        delta.placeInA ? std::optional(pair_->a.phases[*delta.placeInA].range()) : std::nullopt,
        delta.placeInB ? std::optional(pair_->b.phases[*delta.placeInB].range()) : std::nullopt};
    const auto take = [this, name] {
        if (within_[0] && within_[1])
            changes_->setChanges(changesOf(name, *within_[0], *within_[1]));
    };
    changes_->tell(tr("Looking into %1 …").arg(name));
    for (size_t side = 0; side < 2; ++side) {
        if (!ranges[side]) {
            within_[side].emplace();
            continue;
        }
        documents_[side]->details().ask(
            QuerySlot::Statistics, this,
            [range = *ranges[side]](RunReader &reader) { return measureWithin(reader, range); },
            [this, side,
             take](const Result<std::map<ComparedBy, std::vector<Measured>>> &measured) {
                if (!measured) return; // a newer question has taken its place
                within_[side] = *measured;
                take();
            });
    }
    take();
}

void CompareView::findDivergence() {
    if (!pair_) return;
    tabs_->setCurrentWidget(divergence_);
    divergence_->setSearching();
    const std::string other = pair_->b.path;
    documents_[0]->details().ask(
        QuerySlot::Events, this,
        [other](RunReader &reader) -> Result<Divergence> {
            auto second = RunReader::open(other);
            if (!second) return second.error();
            return firstDivergence(reader, **second);
        },
        [this](const Result<Divergence> &found) {
            if (!found) {
                divergence_->tell(QString::fromStdString(found.error().sentence));
                return;
            }
            divergence_->setDivergence(*found);
            timeline_->setDivergence(*found);
            command_->setText(commandLine());
        });
}

QString CompareView::commandLine() const {
    if (!runs_) return {};
    QStringList words{QStringLiteral("bootglass"), QStringLiteral("compare")};
    for (const QString &file : files_)
        words << quoted(file);
    const std::string_view by = name(table_->by());
    if (table_->by() != ComparedBy::Phase)
        words << QStringLiteral("--by")
              << QString::fromUtf8(by.data(), static_cast<qsizetype>(by.size()));
    if (!bar_->marker().isEmpty()) words << QStringLiteral("--align") << quoted(bar_->marker());
    if (a_ != 0)
        words << QStringLiteral("--baseline") << quoted(files_[static_cast<qsizetype>(a_)]);
    if (timeline_->scene().divergence) words << QStringLiteral("--first-divergence");
    return words.join(u' ');
}

} // namespace bootglass
