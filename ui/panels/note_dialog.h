// SPDX-License-Identifier: GPL-3.0-or-later
// Writes or changes a note.
#pragma once

#include "emulator/trace/run_notes.h"

#include <QDialog>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace bootglass {

class NoteDialog : public QDialog {
    Q_OBJECT

  public:
    explicit NoteDialog(const RunNote &note, QWidget *parent = nullptr);

    RunNote note() const;
    QLineEdit &title() { return *title_; }
    QPlainTextEdit &text() { return *text_; }

  private:
    RunNote note_;
    QLineEdit *title_;
    QPlainTextEdit *text_;
};

} // namespace bootglass
