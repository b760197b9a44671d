// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/note_dialog.h"

#include "ui/base/number_format.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace bootglass {

NoteDialog::NoteDialog(const RunNote &note, QWidget *parent)
    : QDialog(parent), note_(note), title_(new QLineEdit), text_(new QPlainTextEdit) {
    setWindowTitle(note.title.empty() ? tr("New note") : tr("Note"));
    resize(420, 260);
    auto *place = new QLabel(note.isRange() ? tr("From %1 to %2, %3")
                                                  .arg(exactSeconds(note.range.from),
                                                       exactSeconds(note.range.to),
                                                       duration(note.range.lengthNs()))
                                            : tr("At %1").arg(exactSeconds(note.range.from)));
    place->setObjectName(QStringLiteral("secondary"));
    title_->setPlaceholderText(tr("Title"));
    title_->setAccessibleName(tr("Title of the note"));
    title_->setMaxLength(200);
    title_->setText(QString::fromStdString(note.title));
    text_->setPlaceholderText(tr("Text"));
    text_->setAccessibleName(tr("Text of the note"));
    text_->setTabChangesFocus(true);
    text_->setPlainText(QString::fromStdString(note.text));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    QPushButton *ok = buttons->button(QDialogButtonBox::Ok);
    const auto update = [this, ok] { ok->setEnabled(!title_->text().trimmed().isEmpty()); };
    update();
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(place);
    layout->addWidget(title_);
    layout->addWidget(text_, 1);
    layout->addWidget(buttons);
    connect(title_, &QLineEdit::textChanged, this, update);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

RunNote NoteDialog::note() const {
    RunNote note = note_;
    note.title = title_->text().trimmed().toStdString();
    note.text = text_->toPlainText().toStdString();
    return note;
}

} // namespace bootglass
