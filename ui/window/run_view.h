// SPDX-License-Identifier: GPL-3.0-or-later
// An open run, whole: the timeline over the tables that are linked with it, and at the side the
// phases, the figures of the selection and the guest's screen. Its parts share one navigator and
// know nothing of each other.
#pragma once

#include "ui/panels/code_panel.h"
#include "ui/panels/console_panel.h"
#include "ui/panels/event_panel.h"
#include "ui/panels/function_panel.h"
#include "ui/panels/marker_panel.h"
#include "ui/panels/note_panel.h"
#include "ui/panels/phase_panel.h"
#include "ui/panels/screen_panel.h"
#include "ui/panels/search_panel.h"
#include "ui/panels/selection_panel.h"
#include "ui/panels/span_panel.h"
#include "ui/panels/statistics_panel.h"
#include "ui/timeline/timeline_pane.h"

#include <QSplitter>
#include <QTabWidget>

namespace bootglass {

class RunView : public QWidget {
    Q_OBJECT

  public:
    explicit RunView(QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    void setTheme(const Theme &theme);

    Navigator &navigator() { return navigator_; }
    TimelinePane &timeline() { return *timeline_; }
    PhasePanel &phases() { return *phases_; }
    SelectionPanel &figures() { return *figures_; }
    ScreenPanel &screen() { return *screen_; }
    ConsolePanel &console() { return *console_; }
    EventPanel &events() { return *events_; }
    MarkerPanel &markers() { return *markers_; }
    SpanPanel &spans() { return *spans_; }
    StatisticsPanel &statistics() { return *statistics_; }
    FunctionPanel &functions() { return *functions_; }
    CodePanel &code() { return *code_; }
    NotePanel &notes() { return *notes_; }
    SearchPanel &searches() { return *search_; }
    NoteBook &noteBook() { return noteBook_; }
    QTabWidget &tabs() { return *tabs_; }
    RunDocument *document() { return document_; }

    /// Shows what is found.
    void search(const QString &text);
    /// What the axis counts.
    void setAxis(AxisUnit unit);
    AxisUnit axis() const { return axis_; }
    void showNote(int64_t id);

    /// The places of the splitters, for the next time.
    QByteArray saveLayout() const;
    void restoreLayout(const QByteArray &layout);

  signals:
    void axisChanged();

  private:
    void takeRun();
    void followLane();
    void askScale();

    Navigator navigator_;
    NoteBook noteBook_;
    QPointer<RunDocument> document_;
    AxisUnit axis_ = AxisUnit::VirtualTime;
    TimelinePane *timeline_;
    PhasePanel *phases_;
    SelectionPanel *figures_;
    ScreenPanel *screen_;
    ConsolePanel *console_;
    EventPanel *events_;
    MarkerPanel *markers_;
    SpanPanel *spans_;
    StatisticsPanel *statistics_;
    FunctionPanel *functions_;
    CodePanel *code_;
    NotePanel *notes_;
    SearchPanel *search_;
    QTabWidget *tabs_;
    QSplitter *across_; // work at the left, facts at the right
    QSplitter *down_;   // timeline over tables
    QSplitter *side_;   // phases, figures, screen
    bool shown_ = false;
};

} // namespace bootglass
