// SPDX-License-Identifier: GPL-3.0-or-later
// The notes of an open run, as its parts share them: what changes is written at once.
#pragma once

#include "emulator/trace/run_notes.h"

#include <QObject>

namespace bootglass {

class NoteBook : public QObject {
    Q_OBJECT

  public:
    explicit NoteBook(QObject *parent = nullptr) : QObject(parent) {}

    /// Those of a run; empty: none.
    void open(const QString &runFile);
    const std::vector<RunNote> &notes() const { return notes_; }
    const RunNote *find(int64_t id) const;

    void add(RunNote note);
    /// In place of the one with its number.
    void change(const RunNote &note);
    void remove(int64_t id);

  signals:
    void changed();
    /// They could not be read or kept: one sentence.
    void failed(const QString &sentence);

  private:
    void keep(std::vector<RunNote> notes);
    bool read();

    QString runFile_;
    std::vector<RunNote> notes_;
    bool readable_ = true;
};

} // namespace bootglass
