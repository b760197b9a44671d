// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/delta_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/delta_style.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <map>

namespace bootglass {

namespace {

constexpr int deltaColumn = 3;
constexpr int percentColumn = 4;

QString labelOf(ComparedBy by) {
    switch (by) {
    case ComparedBy::Phase: return DeltaPanel::tr("Phases");
    case ComparedBy::Marker: return DeltaPanel::tr("Markers");
    case ComparedBy::Driver: return DeltaPanel::tr("Drivers");
    case ComparedBy::Service: return DeltaPanel::tr("Services");
    case ComparedBy::Region: return DeltaPanel::tr("Regions");
    case ComparedBy::Function: return DeltaPanel::tr("Functions");
    case ComparedBy::Irq: return DeltaPanel::tr("Interrupt lines");
    case ComparedBy::Timer: return DeltaPanel::tr("Timers");
    case ComparedBy::Device: return DeltaPanel::tr("Devices");
    case ComparedBy::Exception: return DeltaPanel::tr("Exceptions");
    }
    return {};
}

/// Figures of a difference in the colour of their sign, over a wash that tells its size.
class DeltaDelegate : public QStyledItemDelegate {
  public:
    DeltaDelegate(const Theme *const &theme, QObject *parent)
        : QStyledItemDelegate(parent), theme_(theme) {}

    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        const int64_t sign =
            option->text.startsWith(u'▲') || option->text.startsWith(u'+')            ? 1
            : option->text.startsWith(u'▼') || option->text.startsWith(QChar(0x2212)) ? -1
                                                                                      : 0;
        option->palette.setColor(QPalette::Text, deltaTextColour(sign, *theme_));
        option->palette.setColor(QPalette::HighlightedText, deltaTextColour(sign, *theme_));
    }

  private:
    const Theme *const &theme_;
};

QString hintOf(const DeltaRow &row, ComparedBy by) {
    QString text = shownLine(row.name);
    if (const std::string change = row.change(); !change.empty()) text += u"\n" + shownLine(change);
    const auto add = [&](Measure measure) {
        const auto told = [&](uint64_t value) {
            const bool time = measure == Measure::VirtualTime || measure == Measure::Idle;
            return time ? exactDuration(value) : grouped(value);
        };
        if (row.inA(measure) == 0 && row.inB(measure) == 0) return;
        text += u"\n" + measureText(measure) + u": " + told(row.inA(measure)) + u" → " +
                told(row.inB(measure)) + u", " + exactDelta(row.delta(measure), measure);
    };
    for (const Measure measure : {Measure::Instructions, Measure::VirtualTime, Measure::Idle})
        add(measure);
    if (by != ComparedBy::Phase && by != ComparedBy::Marker) add(Measure::Count);
    return text;
}

} // namespace

std::vector<TableRow> deltaTableRows(const std::vector<DeltaRow> &rows, ComparedBy by,
                                     Measure measure, bool tree, const Theme &theme) {
    std::vector<TableRow> lines;
    for (const DeltaRow &row : rows) {
        const std::string name = tree ? row.name.substr(row.name.rfind('/') + 1) : row.name;
        TableRow line;
        QString title = shownLine(name);
        if (row.isNew()) title += DeltaPanel::tr(" (new in B)");
        if (row.isGone()) title += DeltaPanel::tr(" (gone in B)");
        if (row.moved || !row.renamed.empty()) title += u" (" + shownLine(row.change()) + u")";
        const QString none(QChar(0x2013));
        line.cells = {title, row.a ? amountText(row.inA(measure), measure) : none,
                      row.b ? amountText(row.inB(measure), measure) : none,
                      deltaText(row.delta(measure), measure), percentDelta(row.percent(measure))};
        // What is copied has all digits.
        const auto percent = row.percent(measure);
        line.keys = {title, row.a ? QVariant::fromValue<qulonglong>(row.inA(measure)) : QVariant(),
                     row.b ? QVariant::fromValue<qulonglong>(row.inB(measure)) : QVariant(),
                     QVariant::fromValue<qlonglong>(row.delta(measure)),
                     percent ? QVariant(*percent) : QVariant()};
        if (by == ComparedBy::Phase)
            line.chip = phaseColour(QString::fromStdString(row.name), theme);
        else if (by != ComparedBy::Marker && by != ComparedBy::Function)
            line.chip = sourceColour(QString::fromStdString(row.name), theme);
        line.depth = tree ? std::min(row.depth, 8) : 0;
        line.hint = hintOf(row, by);
        lines.push_back(std::move(line));
    }
    return lines;
}

DeltaPanel::DeltaPanel(QWidget *parent)
    : QWidget(parent),
      theme_(&Theme::light()),
      model_(new RowTable(
          {{tr("name")}, {tr("A"), true}, {tr("B"), true}, {tr("Δ"), true}, {tr("Δ %"), true}},
          this)),
      view_(new RowView(model_, tr("Differences"))),
      tables_(new QComboBox),
      search_(new QLineEdit) {
    for (size_t n = 0; n < comparedBys; ++n)
        tables_->addItem(labelOf(static_cast<ComparedBy>(n)), static_cast<int>(n));
    tables_->setAccessibleName(tr("What the table has rows for"));
    search_->setPlaceholderText(tr("filter by name"));
    search_->setClearButtonEnabled(true);
    view_->setItemDelegateForColumn(0, new ChipDelegate(view_));
    view_->setItemDelegateForColumn(deltaColumn, new DeltaDelegate(theme_, view_));
    view_->setItemDelegateForColumn(percentColumn, new DeltaDelegate(theme_, view_));
    QHeaderView *header = view_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(0, QHeaderView::Stretch);
    header->setMinimumSectionSize(66); // figures keep apart
    // Sorted here: in the order of the boot rows are a tree, else their paths are told.
    view_->setSortingEnabled(false);
    header->setSortIndicatorShown(false);
    header->setSectionsClickable(true);
    header->setToolTip(tr("Click a heading to sort by it, and again for the order of the boot"));
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    auto *top = new QHBoxLayout;
    top->setContentsMargins(8, 0, 4, 0);
    top->addWidget(tables_);
    top->addWidget(search_, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 10, 8, 4);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(view_);
    setMinimumHeight(160);

    connect(header, &QHeaderView::sectionClicked, this, [this](int section) {
        constexpr SortBy keys[] = {SortBy::Name, SortBy::A, SortBy::B, SortBy::Delta,
                                   SortBy::Percent};
        sortBy(sort_ == keys[section] ? SortBy::Order : keys[section]);
    });
    connect(tables_, &QComboBox::activated, this, [this](int place) {
        setBy(static_cast<ComparedBy>(tables_->itemData(place).toInt()));
    });
    connect(search_, &QLineEdit::textChanged, this, &DeltaPanel::fill);
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &index) {
                const TableRow *row = view_->rowAt(index);
                if (row && !choosing_ && by_ == ComparedBy::Phase)
                    emit chosen(static_cast<size_t>(row->id));
            });
    connect(view_, &QTableView::doubleClicked, this, [this](const QModelIndex &index) {
        const TableRow *row = view_->rowAt(index);
        if (row && by_ == ComparedBy::Phase) emit zoomAsked(static_cast<size_t>(row->id));
    });
}

void DeltaPanel::setRuns(std::shared_ptr<const ComparedRun> a,
                         std::shared_ptr<const ComparedRun> b) {
    a_ = std::move(a);
    b_ = std::move(b);
    fill();
}

void DeltaPanel::setMeasure(Measure measure) {
    measure_ = measure;
    fill();
}

void DeltaPanel::setTheme(const Theme &theme) {
    theme_ = &theme;
    fill();
}

void DeltaPanel::setBy(ComparedBy by) {
    const bool other = by_ != by;
    by_ = by;
    tables_->setCurrentIndex(static_cast<int>(by));
    // What has no order of its own is sorted by what matters.
    if (other)
        sort_ = by == ComparedBy::Phase || by == ComparedBy::Marker ? SortBy::Order : SortBy::Delta;
    fill();
    if (other) emit byChanged(by);
}

void DeltaPanel::sortBy(SortBy sort) {
    sort_ = sort;
    fill();
}

/// A table that counts events has nothing else to show.
Measure DeltaPanel::shownMeasure() const {
    const Measure main = mainMeasure(by_);
    return main == Measure::Count || by_ == ComparedBy::Function ? main : measure_;
}

void DeltaPanel::fill() {
    if (!a_ || !b_) return;
    const bool tree = by_ == ComparedBy::Phase && sort_ == SortBy::Order;
    std::vector<DeltaRow> rows = deltaRows(*a_, *b_, by_);
    // A phase's number is its place in the boot's order, however it is sorted.
    std::map<std::pair<std::optional<size_t>, std::optional<size_t>>, size_t> places;
    for (size_t place = 0; place < rows.size(); ++place)
        places[{rows[place].placeInA, rows[place].placeInB}] = place;
    const QString wanted = search_->text().trimmed();
    std::erase_if(rows, [&](const DeltaRow &row) {
        return !wanted.isEmpty() &&
               !QString::fromStdString(row.name).contains(wanted, Qt::CaseInsensitive);
    });
    RowFilter filter;
    filter.sort = sort_;
    filter.measure = shownMeasure();
    rows = filtered(std::move(rows), filter);
    std::vector<TableRow> lines = deltaTableRows(rows, by_, shownMeasure(), tree, *theme_);
    for (size_t place = 0; place < rows.size(); ++place) {
        lines[place].id =
            static_cast<int64_t>(places[{rows[place].placeInA, rows[place].placeInB}]);
    }
    model_->setRows(std::move(lines));
}

void DeltaPanel::choose(std::optional<size_t> row) {
    choosing_ = true;
    if (!row)
        view_->clearChoice();
    else if (by_ == ComparedBy::Phase)
        view_->chooseId(static_cast<int64_t>(*row));
    choosing_ = false;
}

} // namespace bootglass
