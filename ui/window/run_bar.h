// SPDX-License-Identifier: GPL-3.0-or-later
// The tool bar: boot, pause, stop, the guest to boot, and the clock, which shows the guest's time
// while it runs and the cursor's otherwise.
#pragma once

#include "ui/run_session.h"
#include "ui/window/actions.h"
#include "ui/window/clock_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QToolBar>

namespace bootglass {

class RunBar : public QToolBar {
    Q_OBJECT

  public:
    explicit RunBar(Actions &actions, QWidget *parent = nullptr);

    void setProfiles(const QList<ProfileChoice> &profiles);
    /// The chosen profile's name; empty if there is none.
    QString profile() const { return profiles_->currentData().toString(); }
    QString profileTitle() const { return profiles_->currentText(); }
    void chooseProfile(const QString &name);

    /// A guest is booting: what it cannot do now is greyed.
    void setState(RunSession::State state);
    /// `isSeen`: the clock is the guest's; another run is looked at otherwise.
    void setProgress(const RunProgress &progress, bool isSeen = true);
    void setSearchable(bool searchable) { search_->setEnabled(searchable); }
    QLineEdit &search() { return *search_; }
    ClockPanel &clock() { return *clock_; }
    QString speed() const { return speed_->text(); }

  signals:
    void searched(const QString &text);

  private:
    Actions &actions_;
    QComboBox *profiles_;
    ClockPanel *clock_;
    QLabel *speed_;
    QAction *speedPlace_ = nullptr;
    QLineEdit *search_;
};

} // namespace bootglass
