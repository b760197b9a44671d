// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/divergence_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/compare/delta_style.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace bootglass {

namespace {

QString countOf(const ToldEvent *event) {
    return event ? grouped(event->stored.event.icount.value) : QString();
}

QString wordsOf(const ToldEvent *event) {
    return event ? shownLine(eventInWords(*event)) : QString();
}

TableRow line(const QString &sign, const ToldEvent *a, const ToldEvent *b, const QColor &chip) {
    TableRow row;
    row.cells = {sign, countOf(a), wordsOf(a), countOf(b), wordsOf(b)};
    row.chip = chip;
    row.hint = wordsOf(a) + (a && b ? QStringLiteral("\n") : QString()) + wordsOf(b);
    return row;
}

} // namespace

std::vector<TableRow> divergenceRows(const Divergence &divergence, const Theme &theme) {
    std::vector<TableRow> rows;
    for (const ToldEvent &event : divergence.before)
        rows.push_back(line(QStringLiteral("="), &event, &event, QColor()));
    if (!divergence.found()) return rows;
    rows.push_back(line(QStringLiteral("≠"), divergence.a ? &*divergence.a : nullptr,
                        divergence.b ? &*divergence.b : nullptr, theme.flag));
    const size_t after = std::max(divergence.afterA.size(), divergence.afterB.size());
    const auto at = [](const std::vector<ToldEvent> &events, size_t n) {
        return n < events.size() ? &events[n] : nullptr;
    };
    for (size_t n = 0; n < after; ++n)
        rows.push_back(line({}, at(divergence.afterA, n), at(divergence.afterB, n), QColor()));
    return rows;
}

DivergencePanel::DivergencePanel(QWidget *parent)
    : QWidget(parent),
      sentence_(new QLabel),
      find_(new QPushButton(tr("Find it"))),
      model_(new RowTable({{QString()},
                           {tr("A: icount"), true},
                           {tr("event in A")},
                           {tr("B: icount"), true},
                           {tr("event in B")}},
                          this)),
      view_(new RowView(model_, tr("Events around the first divergence"))),
      theme_(&Theme::light()) {
    sentence_->setWordWrap(true);
    sentence_->setFont(textFont(9.5));
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    view_->setItemDelegateForColumn(0, new ChipDelegate(view_));
    view_->setSortingEnabled(false); // events have one order
    QHeaderView *header = view_->horizontalHeader();
    header->setSortIndicatorShown(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(2, QHeaderView::Stretch);
    header->setSectionResizeMode(4, QHeaderView::Stretch);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(10, 0, 8, 0);
    top->addWidget(sentence_, 1);
    top->addWidget(find_);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 10, 4, 4);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(view_, 1);
    connect(find_, &QPushButton::clicked, this, &DivergencePanel::asked);
    clear();
}

void DivergencePanel::setTheme(const Theme &theme) {
    theme_ = &theme;
    if (divergence_) model_->setRows(divergenceRows(*divergence_, theme));
}

void DivergencePanel::clear() {
    divergence_.reset();
    tell(tr("For runs of the same inputs, or nearly: all events before it are equal to the last "
            "bit, and the first that differs tells why the runs part."));
    find_->setVisible(true);
    find_->setEnabled(true);
}

void DivergencePanel::setSearching() {
    tell(tr("Comparing event by event …"));
    find_->setEnabled(false);
}

void DivergencePanel::tell(const QString &sentence) {
    sentence_->setText(sentence);
    model_->setRows({});
    view_->setVisible(false);
    find_->setEnabled(true);
}

void DivergencePanel::setDivergence(const Divergence &divergence) {
    divergence_ = divergence;
    QString text = shownLine(divergenceSentence(divergence));
    text[0] = text[0].toUpper();
    text += u'.';
    if (divergence.found())
        text = tr("After %1 equal events: ").arg(grouped(divergence.equalEvents)) + text;
    if (!divergence.leftOut.empty()) {
        QStringList kinds;
        for (const EventKind kind : divergence.leftOut)
            kinds << QString::fromUtf8(info(kind).label.data(),
                                       static_cast<qsizetype>(info(kind).label.size()));
        text += tr(" Not compared, as the runs keep them differently: %1.")
                    .arg(kinds.join(QStringLiteral(", ")));
    }
    sentence_->setText(text);
    model_->setRows(divergenceRows(divergence, *theme_));
    view_->setVisible(true);
    find_->setVisible(false);
    const auto here = static_cast<int>(divergence.before.size());
    if (divergence.found()) view_->selectRow(here);
}

} // namespace bootglass
