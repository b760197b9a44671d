// SPDX-License-Identifier: GPL-3.0-or-later
// The guest's code at the chosen event or, without one, at the sample nearest to the cursor.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/code_query.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QLabel>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace bootglass {

std::vector<TableRow> codeRows(const CodeListing &listing);

class CodePanel : public QWidget {
    Q_OBJECT

  public:
    explicit CodePanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    const RowTable &table() const { return *model_; }
    RowView &view() { return *view_; }
    QString note() const { return note_->text(); }

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void ask();
    void show(const CodeListing &listing);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    RowView *view_;
    QLabel *note_;
    QTimer rest_;
};

} // namespace bootglass
