// SPDX-License-Identifier: GPL-3.0-or-later
// The most prominent number of the window: virtual time, with the count beside it.
#pragma once

#include "emulator/clock/time_types.h"

#include <QFrame>
#include <QLabel>

namespace bootglass {

class ClockPanel : public QFrame {
    Q_OBJECT

  public:
    explicit ClockPanel(QWidget *parent = nullptr);

    void setMoment(VirtualNs ns, Icount icount);
    void clear();
    QString text() const { return time_->text(); }

  private:
    QLabel *time_;
    QLabel *count_;
};

} // namespace bootglass
