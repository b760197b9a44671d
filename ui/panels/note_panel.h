// SPDX-License-Identifier: GPL-3.0-or-later
// The notes of a run, as a table linked with the timeline: added at the cursor or over the
// selection, changed, removed, copied and saved like every table.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/note_book.h"
#include "ui/timeline/navigator.h"

#include <QLabel>
#include <QPushButton>
#include <QWidget>

namespace bootglass {

std::vector<TableRow> noteRows(const std::vector<RunNote> &notes);

class NotePanel : public QWidget {
    Q_OBJECT

  public:
    NotePanel(Navigator &navigator, NoteBook &book, QWidget *parent = nullptr);

    /// Asks for a title: at the selection, the cursor, or the middle of what is visible.
    void add();
    void edit(int64_t id);
    const RowTable &table() const { return *model_; }
    RowView &view() { return *view_; }

  private:
    void fill();
    void update();
    int64_t chosen() const;
    void goTo(const QModelIndex &line);

    Navigator &navigator_;
    NoteBook &book_;
    RowTable *model_;
    RowView *view_;
    QPushButton *add_;
    QPushButton *edit_;
    QPushButton *remove_;
};

} // namespace bootglass
