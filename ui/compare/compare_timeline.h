// SPDX-License-Identifier: GPL-3.0-or-later
// The two runs of a comparison, one above the other: zooms at the pointer, moves by dragging,
// chooses a phase by a click. Pictures are asked of both documents' threads.
#pragma once

#include "ui/compare/compare_scene.h"
#include "ui/run/run_document.h"

#include <QPointer>
#include <QWidget>

namespace bootglass {

class CompareTimeline : public QWidget {
    Q_OBJECT

  public:
    explicit CompareTimeline(QWidget *parent = nullptr);

    /// The documents of the pair, whose threads are asked.
    void setDocuments(RunDocument *a, RunDocument *b);
    void setPair(std::shared_ptr<const ComparedPair> pair);
    void setTheme(const Theme &theme);
    void setMeasure(Measure measure);
    /// On a marker; empty: on each phase's start.
    void setMarker(const QString &marker);
    void setDivergence(std::optional<Divergence> divergence);
    void choose(std::optional<size_t> row);
    void showRow(size_t row);
    void showAll();

    const CompareScene &scene() const { return scene_; }
    /// Everything that is in view has been painted from its own picture.
    bool isPainted() const;

  signals:
    void chosen(std::optional<size_t> row);
    void divergenceAsked();

  protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool event(QEvent *event) override;

  private:
    void align();
    void place();
    void show(TimeRange visible);
    void ask(Side side);
    QString hint(size_t row) const;

    CompareScene scene_;
    std::array<QPointer<RunDocument>, 2> documents_;
    std::array<PictureRequest, 2> asked_;
    QPoint pressed_;
    TimeRange pressedView_;
    bool dragging_ = false;
    bool moved_ = false;
};

} // namespace bootglass
