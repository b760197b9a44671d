// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/screen_panel.h"

#include "ui/base/theme.h"

#include <QVBoxLayout>

namespace bootglass {

namespace {

struct Display {
    ScreenPicture picture; // empty in text modes
    TextScreen text;
};

} // namespace

ScreenPanel::ScreenPanel(Navigator &navigator, QWidget *parent)
    : QWidget(parent),
      navigator_(navigator),
      title_(new QLabel(tr("Screen at the end"))),
      view_(new ScreenView) {
    title_->setObjectName(QStringLiteral("panelTitle"));
    title_->setFont(textFont(10, QFont::DemiBold));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(title_);
    layout->addWidget(view_);
    layout->addStretch();
    connect(&navigator_, &Navigator::cursorsChanged, this, &ScreenPanel::ask);
}

void ScreenPanel::setDocument(RunDocument *document) {
    if (document_) document_->disconnect(this);
    document_ = document;
    view_->setScreen({});
    if (!document) return;
    connect(document, &RunDocument::loaded, this, &ScreenPanel::ask);
    connect(document, &RunDocument::changed, this, &ScreenPanel::ask);
}

void ScreenPanel::setLiveScreen(const TextScreen &screen) {
    if (showsLive()) view_->setScreen(screen);
}

void ScreenPanel::setLivePicture(const ScreenPicture &picture) {
    if (showsLive()) view_->setPicture(picture);
}

void ScreenPanel::setTakesKeys(bool takes) {
    takesKeys_ = takes;
    view_->setTakesKeys(takes);
    ask();
}

void ScreenPanel::ask() {
    const auto cursor = navigator_.lastCursor();
    title_->setText(cursor       ? tr("Screen at cursor")
                    : takesKeys_ ? tr("Screen now")
                                 : tr("Screen at the end"));
    if (!document_ || !document_->isLoaded() || showsLive()) return;
    const VirtualNs at = cursor.value_or(document_->run().end.ns);
    document_->details().ask(
        QuerySlot::Screen, this,
        [at](RunReader &reader) -> Result<Display> {
            auto picture = reader.pictureAt(at);
            if (!picture) return picture.error();
            auto text = reader.screenAt(at);
            if (!text) return text.error();
            return Display{std::move(*picture), std::move(*text)};
        },
        [this](const Result<Display> &display) {
            if (!display || showsLive()) return;
            if (display->picture.empty())
                view_->setScreen(display->text);
            else
                view_->setPicture(display->picture);
        });
}

} // namespace bootglass
