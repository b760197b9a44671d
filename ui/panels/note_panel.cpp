// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/note_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/panels/note_dialog.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>

namespace bootglass {

std::vector<TableRow> noteRows(const std::vector<RunNote> &notes) {
    std::vector<TableRow> rows;
    for (const RunNote &note : notes) {
        TableRow row;
        QString text = QString::fromStdString(note.text).simplified();
        row.cells = {exactSeconds(note.range.from),
                     note.isRange() ? duration(note.range.lengthNs()) : QString(),
                     shownLine(note.title), text};
        row.keys = {qulonglong(note.range.from.value), qulonglong(note.range.lengthNs())};
        row.id = note.id;
        row.time = note.range.from;
        row.hint = QString::fromStdString(note.text);
        rows.push_back(std::move(row));
    }
    return rows;
}

NotePanel::NotePanel(Navigator &navigator, NoteBook &book, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      book_(book),
      model_(new RowTable(
          {{tr("virtual time"), true}, {tr("length"), true}, {tr("note")}, {tr("text")}}, this)),
      view_(new RowView(model_, tr("Notes"))),
      add_(new QPushButton(tr("Add…"))),
      edit_(new QPushButton(tr("Edit…"))),
      remove_(new QPushButton(tr("Remove"))) {
    auto *line = new QHBoxLayout;
    line->setContentsMargins(6, 4, 6, 2);
    for (QPushButton *button : {add_, edit_, remove_})
        line->addWidget(button);
    auto *hint = new QLabel(tr("A note stands at the cursor, or from A to B."));
    hint->setObjectName(QStringLiteral("secondary"));
    line->addWidget(hint, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 4);
    layout->setSpacing(2);
    layout->addLayout(line);
    layout->addWidget(view_);
    QHeaderView *header = view_->horizontalHeader();
    header->resizeSection(0, 150);
    header->resizeSection(1, 100);
    header->resizeSection(2, 260);
    header->setStretchLastSection(true);
    connect(&book_, &NoteBook::changed, this, &NotePanel::fill);
    connect(add_, &QPushButton::clicked, this, &NotePanel::add);
    connect(edit_, &QPushButton::clicked, this, [this] { edit(chosen()); });
    connect(remove_, &QPushButton::clicked, this, [this] { book_.remove(chosen()); });
    connect(view_, &RowView::clicked, this, &NotePanel::goTo);
    connect(view_, &RowView::doubleClicked, this, [this] { edit(chosen()); });
    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &NotePanel::update);
    fill();
}

void NotePanel::fill() {
    model_->setRows(noteRows(book_.notes()));
    update();
}

void NotePanel::update() {
    const bool any = chosen() != 0;
    edit_->setEnabled(any);
    remove_->setEnabled(any);
}

int64_t NotePanel::chosen() const {
    const QModelIndexList lines = view_->selectionModel()->selectedRows();
    const TableRow *row = lines.isEmpty() ? nullptr : view_->rowAt(lines.front());
    return row ? row->id : 0;
}

void NotePanel::add() {
    RunNote note;
    const TimeRange shown = navigator_.visible();
    const VirtualNs at = navigator_.lastCursor().value_or(shown.from + shown.lengthNs() / 2);
    note.range = navigator_.selection().value_or(TimeRange{at, at});
    NoteDialog dialog(note, window());
    if (dialog.exec() == QDialog::Accepted) book_.add(dialog.note());
}

void NotePanel::edit(int64_t id) {
    const RunNote *note = book_.find(id);
    if (!note) return;
    NoteDialog dialog(*note, window());
    if (dialog.exec() == QDialog::Accepted) book_.change(dialog.note());
}

void NotePanel::goTo(const QModelIndex &line) {
    const TableRow *row = view_->rowAt(line);
    const RunNote *note = row ? book_.find(row->id) : nullptr;
    if (!note) return;
    if (note->isRange()) {
        navigator_.select(note->range);
        navigator_.show(withMargin(note->range, 0.5, navigator_.whole()));
    } else {
        navigator_.setCursor(Cursor::A, note->range.from);
        navigator_.reveal(note->range.from);
    }
}

} // namespace bootglass
