// SPDX-License-Identifier: GPL-3.0-or-later
// What the user looks at: the visible range, the cursors A and B, the chosen event, and the views
// before. The one place that timeline, overview, tables and panels share; they ask it to move and
// hear when it did.
#pragma once

#include "ui/timeline/time_axis.h"
#include "ui/timeline/view_history.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace bootglass {

enum class Cursor { A, B };

class Navigator : public QObject {
    Q_OBJECT

  public:
    explicit Navigator(QObject *parent = nullptr);

    TimeRange whole() const { return whole_; }
    /// What the axis counts; moving and zooming go by its units. nullptr: virtual time.
    const SharedScale &scale() const { return scale_; }
    void setScale(SharedScale scale);
    TimeRange visible() const { return visible_; }
    std::optional<VirtualNs> cursor(Cursor cursor) const { return cursor == Cursor::A ? a_ : b_; }
    /// The cursor that was moved last.
    std::optional<VirtualNs> lastCursor() const { return lastIsB_ && b_ ? b_ : a_; }
    /// Between the cursors, if both are set.
    std::optional<TimeRange> selection() const;
    /// What statistics are about: the selection, else what is visible.
    TimeRange subject() const { return selection().value_or(visible_); }

    /// A new run: everything visible, no cursors, no history.
    void reset(TimeRange whole);
    /// The run has grown; the view follows if it did so far.
    void grow(TimeRange whole);
    bool following() const { return following_; }

    void show(TimeRange range);
    void zoom(VirtualNs centre, double factor);
    void pan(double share);
    /// From where a drag began, so that rounding does not add up on the way.
    void pan(TimeRange from, double share);
    void showAll();
    /// The selection if there is one, else everything.
    void fit();
    void goToStart();
    void goToEnd();
    /// Moves no more than is needed to see the time.
    void reveal(VirtualNs ns);

    void setCursor(Cursor cursor, VirtualNs ns);
    void select(TimeRange range);
    void clearCursors();

    /// The event that cursor A stands on, if one was chosen.
    const std::optional<StoredEvent> &event() const { return event_; }
    using QObject::event; // Qt's, which has nothing to do with it
    /// Puts cursor A there and makes it seen. While A and B select a range, which tables may list,
    /// they stay.
    void choose(const StoredEvent &event);

    void back();
    void forward();
    bool canGoBack() const { return history_.canGoBack(); }
    bool canGoForward() const { return history_.canGoForward(); }
    /// Takes the present view into the history now; else that happens when it rests for a moment.
    void settle();

  signals:
    void visibleChanged();
    void scaleChanged();
    void cursorsChanged();
    void eventChosen();
    void historyChanged();

  private:
    void setVisible(TimeRange range);
    TimeRange inUnits(TimeRange range) const { return unitsOf(scale_, range); }
    void setUnits(TimeRange units);
    void dropEvent();

    TimeRange whole_{{0}, {shortestViewNs}};
    TimeRange visible_{{0}, {shortestViewNs}};
    SharedScale scale_;
    std::optional<VirtualNs> a_;
    std::optional<VirtualNs> b_;
    std::optional<StoredEvent> event_;
    bool lastIsB_ = false;
    bool following_ = true;
    ViewHistory history_;
    QTimer rest_;
};

} // namespace bootglass
