// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/phase_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/run/cost_text.h"

#include <QHeaderView>
#include <QLabel>
#include <QVBoxLayout>

namespace bootglass {

std::vector<TableRow> phaseRows(const std::vector<PhaseRow> &table, const Theme &theme) {
    std::vector<TableRow> rows;
    for (const PhaseRow &row : table) {
        TableRow line;
        line.cells = {shownLine(row.phase.name),
                      shortCount(row.instructions),
                      duration(row.durationNs),
                      duration(row.idleNs),
                      percent(row.instructionShare),
                      row.phase.hostCost.total() > 0 ? duration(row.phase.hostCost.total())
                                                     : QString()};
        line.chip = phaseColour(QString::fromStdString(row.phase.path), theme);
        line.depth = row.phase.depth;
        line.id = row.phase.id;
        line.time = row.phase.start.ns;
        line.hint = shownLine(row.phase.path) + u"\n" + grouped(row.instructions) +
                    u" instructions, of them " + grouped(row.ownInstructions) +
                    u" in no part of it\n" + exactSeconds(row.durationNs) + u" virtual time\n" +
                    exactSeconds(row.idleNs) + u" idle";
        if (row.phase.hostCost.total() > 0) {
            line.hint += u"\n" + duration(row.phase.hostCost.total()) +
                         u" of the host's CPU time\n  " +
                         costLines(row.phase.hostCost).join(QStringLiteral("\n  "));
        }
        if (row.phase.open) line.cells[0] += u" …";
        rows.push_back(std::move(line));
    }
    return rows;
}

PhasePanel::PhasePanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      theme_(&Theme::light()),
      model_(new RowTable({{tr("phase")},
                           {tr("instr"), true},
                           {tr("time"), true},
                           {tr("idle"), true},
                           {tr("share"), true},
                           {tr("host"), true}},
                          this)),
      view_(new RowView(model_, tr("Phases"))) {
    auto *title = new QLabel(tr("Phases"));
    title->setObjectName(QStringLiteral("panelTitle"));
    title->setFont(textFont(10, QFont::DemiBold));
    title->setContentsMargins(8, 0, 0, 0);
    view_->setItemDelegateForColumn(0, new ChipDelegate(view_));
    view_->keepOrder(); // which says what is part of what
    QHeaderView *header = view_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(0, QHeaderView::Stretch);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 12, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(title);
    layout->addWidget(view_);
    setMinimumHeight(120);
    connect(view_, &RowView::doubleClicked, this, &PhasePanel::zoomTo);
    connect(view_, &RowView::activated, this, &PhasePanel::zoomTo);
    connect(&navigator_, &Navigator::cursorsChanged, this, &PhasePanel::markCurrent);
}

void PhasePanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    if (document) {
        connect(document, &RunDocument::loaded, this, &PhasePanel::fill);
        connect(document, &RunDocument::changed, this, &PhasePanel::fill);
    }
    fill();
}

void PhasePanel::setTheme(const Theme &theme) {
    theme_ = &theme;
    fill();
}

void PhasePanel::fill() {
    if (!document_ || !document_->isLoaded()) {
        model_->setRows({});
        return;
    }
    const RunSnapshot &run = document_->run();
    model_->setRows(phaseRows(phaseTable(run.phases, run.end), *theme_));
}

void PhasePanel::choose(qint64 phase) {
    for (size_t row = 0; row < model_->rows().size(); ++row)
        if (model_->rows()[row].id == phase) view_->selectRow(static_cast<int>(row));
}

void PhasePanel::markCurrent() {
    if (!document_ || !document_->isLoaded()) return;
    const auto cursor = navigator_.lastCursor();
    const RunPhase *phase = cursor ? phaseAt(document_->run().phases, *cursor) : nullptr;
    if (phase)
        choose(phase->id);
    else
        view_->clearSelection();
}

void PhasePanel::zoomTo(const QModelIndex &index) {
    const TableRow *row = view_->rowAt(index);
    if (!row || !document_ || !document_->isLoaded()) return;
    for (const RunPhase &phase : document_->run().phases)
        if (phase.id == row->id)
            navigator_.show(withMargin(phase.range(), 0.02, navigator_.whole()));
}

} // namespace bootglass
