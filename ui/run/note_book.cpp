// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/note_book.h"

#include <algorithm>

namespace bootglass {

void NoteBook::open(const QString &runFile) {
    runFile_ = runFile;
    notes_.clear();
    readable_ = true;
    if (!runFile_.isEmpty()) read();
    emit changed();
}

bool NoteBook::read() {
    auto notes = readNotes(runFile_.toStdString());
    readable_ = static_cast<bool>(notes);
    if (!notes) {
        emit failed(QString::fromStdString(notes.error().sentence));
        return false;
    }
    notes_ = std::move(*notes);
    return true;
}

const RunNote *NoteBook::find(int64_t id) const {
    const auto found = std::ranges::find(notes_, id, &RunNote::id);
    return found == notes_.end() ? nullptr : &*found;
}

void NoteBook::add(RunNote note) {
    std::vector<RunNote> all = notes_;
    all.push_back(std::move(note));
    keep(std::move(all));
}

void NoteBook::change(const RunNote &note) {
    std::vector<RunNote> all = notes_;
    for (RunNote &other : all)
        if (other.id == note.id) other = note;
    keep(std::move(all));
}

void NoteBook::remove(int64_t id) {
    std::vector<RunNote> all = notes_;
    std::erase_if(all, [id](const RunNote &note) { return note.id == id; });
    keep(std::move(all));
}

void NoteBook::keep(std::vector<RunNote> notes) {
    if (runFile_.isEmpty()) return;
    if (!readable_) {
        emit failed(tr("The notes of this run cannot be read, so none are written over them."));
        return;
    }
    const auto kept = writeNotes(runFile_.toStdString(), std::move(notes));
    if (!kept) emit failed(QString::fromStdString(kept.error().sentence));
    read();
    emit changed();
}

} // namespace bootglass
