// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison, whole: both timelines above where the difference comes from; at the side the table
// of differences, what changed behind the chosen row, and the series where there are more than two
// runs; at the foot the command line that tells the same. It reads the runs in the background.
#pragma once

#include "ui/compare/change_bars.h"
#include "ui/compare/compare_bar.h"
#include "ui/compare/compare_timeline.h"
#include "ui/compare/delta_panel.h"
#include "ui/compare/divergence_panel.h"
#include "ui/compare/series_chart.h"
#include "ui/compare/waterfall_view.h"

#include <QSplitter>
#include <QTabWidget>

namespace bootglass {

class CompareView : public QWidget {
    Q_OBJECT

  public:
    explicit CompareView(QWidget *parent = nullptr);
    ~CompareView() override;

    /// Two or more run files; the first is A, the second B. loaded() or failed() follows.
    void open(const QStringList &files);
    void close();
    void setTheme(const Theme &theme);
    void setMarker(const QString &marker);
    void choosePair(size_t a, size_t b);
    void findDivergence();

    bool isLoaded() const { return pair_ != nullptr; }
    /// A (0) or B (1), once it is loaded; nullptr before.
    const RunDocument *document(size_t side) const { return documents_[side].get(); }
    /// What it tells as text: the command line that does the same.
    QString commandLine() const;

    CompareBar &bar() { return *bar_; }
    CompareTimeline &timeline() { return *timeline_; }
    WaterfallView &waterfall() { return *waterfall_; }
    DeltaPanel &table() { return *table_; }
    ChangeBars &changes() { return *changes_; }
    SeriesChart &series() { return *series_; }
    DivergencePanel &divergence() { return *divergence_; }
    QTabWidget &tabs() { return *tabs_; }
    const ComparedPair &pair() const { return *pair_; }

  signals:
    void loaded();
    void failed(const QString &sentence);

  private:
    void readRuns(const QStringList &files);
    void openPair();
    void takePair();
    void showMeasure();
    void showRow(std::optional<size_t> row);
    void chooseMostTelling();
    void askForChanges(size_t row);

    const Theme *theme_;
    QStringList files_;
    std::unique_ptr<RunDocument> first_; // its thread reads all runs
    std::array<std::unique_ptr<RunDocument>, 2> documents_;
    std::shared_ptr<const std::vector<ComparedRun>> runs_;
    std::shared_ptr<const ComparedPair> pair_;
    size_t a_ = 0;
    size_t b_ = 1;
    std::array<std::optional<std::map<ComparedBy, std::vector<Measured>>>, 2> within_;

    CompareBar *bar_;
    CompareTimeline *timeline_;
    QTabWidget *tabs_;
    WaterfallView *waterfall_;
    DivergencePanel *divergence_;
    DeltaPanel *table_;
    ChangeBars *changes_;
    SeriesChart *series_;
    QLabel *command_;
    QSplitter *across_;
    QSplitter *down_;
    QSplitter *side_;
};

} // namespace bootglass
