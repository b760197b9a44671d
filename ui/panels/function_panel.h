// SPDX-License-Identifier: GPL-3.0-or-later
// Where the instructions of the selection, or of what is visible, went, by function: from samples.
#pragma once

#include "ui/panels/row_table.h"
#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace bootglass {

std::vector<TableRow> functionRows(const std::vector<FunctionSamples> &functions);

class FunctionPanel : public QWidget {
    Q_OBJECT

  public:
    explicit FunctionPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    const RowTable &table() const { return *model_; }
    QString note() const { return note_->text(); }

  protected:
    void showEvent(QShowEvent *event) override;

  private:
    void ask();

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    RowTable *model_;
    RowView *view_;
    QLineEdit *words_;
    QLabel *note_;
    QTimer rest_;
};

} // namespace bootglass
