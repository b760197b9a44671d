// SPDX-License-Identifier: GPL-3.0-or-later
// What a search found, as a table linked with the timeline; the search itself is in run_search.h.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/run/run_search.h"
#include "ui/timeline/navigator.h"

#include <QLabel>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QWidget>

namespace bootglass {

class SearchPanel : public QWidget {
    Q_OBJECT

  public:
    static constexpr size_t mostHits = 5000;

    explicit SearchPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    void search(const QString &text);
    /// To the next hit after the cursor, or the last one before it; around at the ends.
    void step(bool forward);
    /// Gives a search up that is under way.
    void cancel();
    QPushButton &cancelButton() { return *cancel_; }
    const RowTable &table() const { return *model_; }
    QString note() const { return note_->text(); }

  private:
    void show(const SearchResult &result);
    void setBusy(bool busy);
    void goTo(const QModelIndex &line);
    void goTo(const SearchHit &hit);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    QString text_;
    SearchResult result_;
    RowTable *model_;
    RowView *view_;
    QLabel *note_;
    QProgressBar *progress_;
    QPushButton *cancel_;
    QTimer slow_; // what is answered at once needs no sign of waiting
    QTimer stop_; // while a search that was given up ends
};

} // namespace bootglass
