// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/console_panel.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/base/theme.h"
#include "ui/panels/panel_frame.h"
#include "ui/panels/row_table.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>

namespace bootglass {

ConsolePanel::ConsolePanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      consoles_(new QComboBox),
      words_(makeFilterField(tr("Words that shown lines have"))),
      note_(new QLabel),
      text_(new QPlainTextEdit) {
    consoles_->setAccessibleName(tr("Console"));
    consoles_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    note_->setObjectName(QStringLiteral("secondary"));
    text_->setObjectName(QStringLiteral("console"));
    text_->setAccessibleName(tr("Console text at the cursor"));
    text_->setReadOnly(true);
    text_->setUndoRedoEnabled(false);
    text_->setFont(codeFont(9));
    text_->setLineWrapMode(QPlainTextEdit::NoWrap);
    text_->setFrameShape(QFrame::NoFrame);
    text_->viewport()->installEventFilter(this);
    layOutPanel(this, {consoles_, words_, note_}, text_);
    connect(&navigator_, &Navigator::cursorsChanged, this, &ConsolePanel::ask);
    connect(consoles_, &QComboBox::activated, this, &ConsolePanel::show);
    connect(words_, &QLineEdit::textChanged, this, &ConsolePanel::show);
}

void ConsolePanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    text_->clear();
    note_->clear();
    consoles_->clear();
    times_.clear();
    lines_.clear();
    if (!document) return;
    const auto update = [this] {
        fillConsoles();
        ask();
    };
    connect(document, &RunDocument::loaded, this, update);
    connect(document, &RunDocument::changed, this, update);
}

void ConsolePanel::fillConsoles() {
    int consoles = 1;
    for (const RunTrack &track : document_->run().tracks)
        consoles += track.id.kind == TrackKind::Console;
    if (consoles_->count() == consoles) return;
    const QVariant chosen = consoles_->currentData();
    consoles_->clear();
    consoles_->addItem(tr("All consoles"), QVariant());
    for (const RunTrack &track : document_->run().tracks)
        if (track.id.kind == TrackKind::Console)
            consoles_->addItem(shownLine(track.label), track.id.number);
    consoles_->setCurrentIndex(std::max(0, consoles_->findData(chosen)));
}

void ConsolePanel::ask() {
    if (!document_ || !document_->isLoaded()) return;
    const auto cursor = navigator_.lastCursor();
    const VirtualNs at = cursor.value_or(document_->run().end.ns);
    note_->setText((cursor              ? tr("as it stood at %1")
                    : document_->live() ? tr("as it stands now, %1")
                                        : tr("as it stands at the end, %1"))
                       .arg(exactSeconds(at)));
    document_->details().ask(
        QuerySlot::Console, this,
        [at](RunReader &reader) { return reader.consoleAt(at, mostLines); },
        [this](const Result<std::vector<ConsoleLine>> &lines) {
            if (lines) {
                lines_ = *lines;
                show();
            } else if (!lines.error().cancelled) {
                note_->setText(QString::fromStdString(lines.error().sentence));
            }
        });
}

void ConsolePanel::show() {
    const QStringList words = words_->text().split(u' ', Qt::SkipEmptyParts);
    const QVariant chosen = consoles_->currentData();
    QStringList shown;
    times_.clear();
    for (const ConsoleLine &line : lines_) {
        if (chosen.isValid() && chosen.toUInt() != line.source) continue;
        const QString text = shownLine(line.text);
        const auto isThere = [&text](const QString &word) {
            return text.contains(word, Qt::CaseInsensitive);
        };
        if (!std::ranges::all_of(words, isThere)) continue;
        shown << text;
        times_.push_back(line.ns);
    }
    const QString all = shown.join(u'\n');
    if (all == text_->toPlainText()) return;
    text_->setPlainText(all);
    text_->verticalScrollBar()->setValue(text_->verticalScrollBar()->maximum());
}

bool ConsolePanel::eventFilter(QObject *watched, QEvent *event) {
    if (event->type() == QEvent::MouseButtonDblClick) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const int line = text_->cursorForPosition(mouse->position().toPoint()).blockNumber();
        if (line >= 0 && static_cast<size_t>(line) < times_.size()) {
            const VirtualNs at = times_[static_cast<size_t>(line)];
            navigator_.setCursor(Cursor::A, at);
            navigator_.reveal(at);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace bootglass
