// SPDX-License-Identifier: GPL-3.0-or-later
// Where the difference comes from, as a waterfall: A's total, a step for each phase that changed,
// B's total. The axis begins where the steps are, so it is marked as cut.
#pragma once

#include "emulator/trace/comparison_waterfall.h"
#include "ui/base/theme.h"

#include <QPainter>
#include <QWidget>

namespace bootglass {

/// Also what a figure is made of. Steps that have no room are put together.
void paintWaterfall(QPainter &painter, const QRect &area, const Waterfall &waterfall,
                    const Theme &theme);

class WaterfallView : public QWidget {
    Q_OBJECT

  public:
    explicit WaterfallView(QWidget *parent = nullptr);

    void setWaterfall(Waterfall waterfall);
    void setTheme(const Theme &theme);

  signals:
    void chosen(const QString &path);

  protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;

  private:
    const WaterfallStep *stepAt(int x) const;

    Waterfall waterfall_;
    Waterfall shown_;
    const Theme *theme_;
};

} // namespace bootglass
