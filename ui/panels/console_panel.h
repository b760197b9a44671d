// SPDX-License-Identifier: GPL-3.0-or-later
// The console as it stood at the cursor (without one: at the run's end). A double click on a line
// puts the cursor where the guest finished it.
#pragma once

#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QWidget>

namespace bootglass {

class ConsolePanel : public QWidget {
    Q_OBJECT

  public:
    static constexpr size_t mostLines = 5000;

    explicit ConsolePanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    QString text() const { return text_->toPlainText(); }

  protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

  private:
    void ask();
    void fillConsoles();
    void show();

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    QComboBox *consoles_;
    QLineEdit *words_;
    QLabel *note_;
    std::vector<ConsoleLine> lines_; // before the filter
    QPlainTextEdit *text_;
    std::vector<VirtualNs> times_; // of the shown lines
};

} // namespace bootglass
