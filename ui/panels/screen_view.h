// SPDX-License-Identifier: GPL-3.0-or-later
// A VGA text screen, painted cell by cell in the 16 colours of the VGA's default palette, scaled to
// fit. With the focus its keys go to the guest.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/run_session.h"

#include <QWidget>

namespace bootglass {

class ScreenView : public QWidget {
    Q_OBJECT

  public:
    explicit ScreenView(QWidget *parent = nullptr);

    void setScreen(const TextScreen &screen);
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
    bool takesKeys_ = false;
};

} // namespace bootglass
