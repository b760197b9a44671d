// SPDX-License-Identifier: GPL-3.0-or-later
// What the run is, in one line: file, digest, shift, totals; at the right virtual against wall
// time.
#pragma once

#include "ui/run/run_snapshot.h"

#include <QLabel>
#include <QStatusBar>

namespace bootglass {

/// The two texts, as they are shown.
QString runSummary(const RunSnapshot &run, bool live);
QString timeSummary(const RunSnapshot &run);

class StatusLine : public QStatusBar {
    Q_OBJECT

  public:
    explicit StatusLine(QWidget *parent = nullptr);

    /// Live: it is being recorded now.
    void setRun(const RunSnapshot &run, bool live);
    void clear();
    /// Something small that happened, for a few seconds.
    void whisper(const QString &sentence);
    QString text() const { return summary_->text(); }

  private:
    QLabel *summary_;
    QLabel *times_;
};

} // namespace bootglass
