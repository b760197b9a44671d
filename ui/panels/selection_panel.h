// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of what is selected or, without a selection, visible: time, instructions, idle time,
// events by kind of lane.
#pragma once

#include "ui/run/run_document.h"
#include "ui/timeline/navigator.h"

#include <QFormLayout>
#include <QLabel>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace bootglass {

struct RangeFigures {
    TimeRange range;
    uint64_t instructions = 0;
    uint64_t idleNs = 0;
    uint64_t interrupts = 0; // events of all lines
    uint64_t timers = 0;
    uint64_t exceptions = 0;
    std::vector<std::pair<TrackId, uint64_t>> devices; // the busiest first
    std::string topFunction;                           // empty: no samples
    double topShare = 0;                               // of the samples

    bool operator==(const RangeFigures &) const = default;
};

Result<RangeFigures> queryFigures(RunReader &reader, TimeRange range,
                                  const std::vector<RunTrack> &tracks);

class SelectionPanel : public QWidget {
    Q_OBJECT

  public:
    explicit SelectionPanel(Navigator &navigator, QWidget *parent = nullptr);

    void setDocument(RunDocument *document);
    /// By the row's name: "instructions".
    QString value(const QString &name) const;

  private:
    QLabel *addRow(const QString &name);
    void ask();
    void show(const RangeFigures &figures);

    Navigator &navigator_;
    QPointer<RunDocument> document_;
    QLabel *title_;
    QFormLayout *rows_;
    QLabel *time_;
    QLabel *instructions_;
    QLabel *idle_;
    QLabel *interrupts_;
    QLabel *timers_;
    QLabel *exceptions_;
    QLabel *devices_;
    QLabel *function_;
    QTimer rest_;
};

} // namespace bootglass
