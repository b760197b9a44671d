// SPDX-License-Identifier: GPL-3.0-or-later
// How the lengths of a track's spans, or the gaps between its events, are spread: a bar for each
// doubling of time, from the shortest to the longest, with the percentiles as marks.
#pragma once

#include "emulator/trace/run_types.h"
#include "ui/base/theme.h"

#include <QWidget>

namespace bootglass {

class HistogramView : public QWidget {
    Q_OBJECT

  public:
    explicit HistogramView(QWidget *parent = nullptr);

    /// `spans`: values are lengths, else gaps.
    void show(const TrackStatistics &statistics, const QString &title, bool spans);
    void clear();
    void setTheme(const Theme &theme);

    /// The bars that are shown: the first and the last power, [2^(n-1), 2^n) ns each.
    std::pair<size_t, size_t> powers() const;

  protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

  private:
    QRect plot() const;
    double xOf(uint64_t ns) const;

    const Theme *theme_;
    TrackStatistics statistics_;
    QString title_;
    bool spans_ = true;
};

} // namespace bootglass
