// SPDX-License-Identifier: GPL-3.0-or-later
// The guest's display, scaled to fit: a text screen, painted cell by cell in the 16 colours of the
// VGA's default palette, or a picture. With the focus its keys go to the guest.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/run_session.h"

#include <QImage>
#include <QWidget>

namespace bootglass {

class ScreenView : public QWidget {
    Q_OBJECT

  public:
    explicit ScreenView(QWidget *parent = nullptr);

    void setScreen(const TextScreen &screen);
    /// A graphics mode's picture in place of text.
    void setPicture(const ScreenPicture &picture);
    /// True while a guest listens.
    void setTakesKeys(bool takes);
    /// The text, line by line, for whoever cannot see it.
    QString text() const;

    QSize sizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

  signals:
    void keyPressed(const bootglass::KeyPress &key);

  protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    bool focusNextPrevChild(bool next) override;

  private:
    TextScreen screen_;
    QImage picture_; // null: text
    bool takesKeys_ = false;
};

} // namespace bootglass
