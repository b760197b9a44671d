// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/timeline_layout.h"

#include "ui/base/guest_text.h"
#include "ui/figure/timeline_words.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr double lineSpacing = 1.25; // of the type size
constexpr int mostMarkerRows = 3;
constexpr int mostPhaseRows = 4;
constexpr double widestLabels = 0.28; // of the figure

/// Lays out from top to bottom; `y` is where the next part begins.
class Layouter {
  public:
    Layouter(const RunSnapshot &run, const FigureSpec &spec, const FigureAxis &axis,
             const std::vector<FigureLane> &lanes)
        : run_(run), spec_(spec), axis_(axis), lanes_(lanes), metrics_(spec.family) {
        out_.type = spec.typeSize;
        out_.small = std::max(leastType, spec.typeSize - 1);
    }

    Result<TimelineLayout> layOut() {
        columns();
        title();
        legend();
        if (auto placed = annotations(); !placed) return placed.error();
        const double top = y_;
        phaseRows();
        if (auto placed = markers(); !placed) return placed.error();
        const double below = axisHeight() + keyHeight();
        const double needed = heights(0);
        double density = out_.type * 2.5;
        if (spec_.height > 0) {
            const double room = spec_.height - top - below - needed;
            const size_t flexible = flexibleLanes();
            if (flexible > 0) density = room / static_cast<double>(flexible);
            const double least = flexible > 0 ? out_.small * 1.3 : 0;
            if (density < least || room < 0)
                return tooLow(top + below + needed + least * static_cast<double>(flexible));
        }
        heights(density);
        out_.plot.setTop(top);
        out_.plot.setBottom(y_);
        y_ += axisHeight();
        out_.keyTop = y_;
        y_ += keyHeight();
        out_.height = spec_.height > 0 ? spec_.height : std::ceil(y_);
        return out_;
    }

  private:
    Error tooLow(double needed) const {
        return Error{"the figure is too low for its lanes: it needs a height of " +
                     QString::number(std::ceil(needed)).toStdString() + "pt, or fewer --tracks"};
    }
    void columns() {
        double widest = 0;
        for (const FigureLane &lane : lanes_)
            widest = std::max({widest, metrics_.width(shownLabel(lane), out_.type),
                               metrics_.width(peakText(lane, axis_), out_.small)});
        const double labels = std::min(widest, widestLabels * spec_.width);
        out_.labelRight = 1 + labels;
        const double left = out_.labelRight + out_.type * 0.6;
        // The last tick's label is centred on its tick.
        out_.plot = QRectF(left, 0, spec_.width - left - out_.type * 1.2, 0);
    }
    static QString shownLabel(const FigureLane &lane) {
        return shownLine(lane.lane.label.toStdString());
    }
    void title() {
        if (spec_.title.isEmpty()) return;
        const double size = out_.type * 1.15;
        out_.titleBase = size * 0.95;
        y_ = size * 1.5;
    }
    void legend() {
        const FigurePalette palette(spec_.palette);
        const double box = out_.small * 0.85;
        double x = out_.plot.left();
        const double row = out_.small * 1.5;
        bool any = false;
        for (const FigureLane &lane : lanes_) {
            if (lane.lane.style != LaneStyle::Modes) continue;
            for (size_t owner = 0; owner < cpuShares; ++owner) {
                const bool present = std::ranges::any_of(
                    lane.shares, [owner](const ShareColumn &c) { return c[owner] > 0; });
                if (!present) continue;
                const auto share = static_cast<CpuShare>(owner);
                const QString name =
                    QString::fromUtf8(bootglass::name(share).data(),
                                      static_cast<qsizetype>(bootglass::name(share).size()));
                const double width = box * 1.5 + metrics_.width(name, out_.small);
                if (any && x + width > spec_.width) {
                    x = out_.plot.left();
                    y_ += row;
                }
                out_.legend.push_back(
                    {palette.share(share), name, QRectF(x, y_ + (row - box) / 2, box, box),
                     QPointF(x + box * 1.5, y_ + row / 2 + out_.small * TypeMetrics::middle)});
                x += width + out_.type * 0.75;
                any = true;
            }
        }
        if (any) y_ += row + 2;
    }
    Result<void> annotations() {
        if (spec_.annotations.empty()) return {};
        std::vector<MarkerSpot> spots;
        for (const Annotation &annotation : spec_.annotations) {
            const auto share = axis_.shareOf(annotation.at.ns);
            if (!share) return share.error();
            if (*share < 0 || *share > 1)
                return Error{"--annotate " + annotation.text.toStdString() + "@" +
                             annotation.at.when.toStdString() + " lies outside the figure's range"};
            spots.push_back({xOf(*share), metrics_.width(annotation.text, out_.small)});
        }
        out_.annotations = placeNames(spots, 0, spec_.width, static_cast<int>(spots.size()), 2.5);
        if (out_.annotations.empty())
            return Error{"an annotation is wider than the figure; make its text shorter"};
        int rows = 0;
        for (const PlacedMarker &placed : out_.annotations)
            rows = std::max(rows, placed.row + 1);
        out_.annotationTop = y_;
        out_.annotationHeight = out_.small * lineSpacing;
        y_ += rows * out_.annotationHeight + 2;
        return {};
    }
    double xOf(double share) const { return out_.plot.left() + share * out_.plot.width(); }
    void phaseRows() {
        for (const RunPhase &phase : run_.phases)
            out_.phaseRows = std::max(out_.phaseRows, std::min(phase.depth + 1, mostPhaseRows));
        out_.phaseRow = out_.small * 1.55;
    }
    Result<void> markers() {
        const bool shown = std::ranges::any_of(
            lanes_, [](const FigureLane &lane) { return lane.lane.style == LaneStyle::Markers; });
        if (!shown) return {};
        std::vector<MarkerSpot> spots;
        for (size_t i = 0; i < run_.markers.size(); ++i) {
            const auto share = axis_.shareOf(run_.markers[i].ns);
            if (!share) return share.error();
            if (*share < 0 || *share > 1) continue;
            out_.markers.push_back(i);
            spots.push_back(
                {xOf(*share), metrics_.width(shownLine(run_.markers[i].name), out_.small)});
        }
        out_.markerRow = out_.small * lineSpacing;
        out_.placed =
            placeNames(spots, out_.plot.left(), spec_.width, mostMarkerRows, out_.small * 0.35);
        if (!out_.placed.empty() || spots.empty()) return {};
        out_.numbered = true;
        out_.placed = placeNumbers(spots, out_.plot.left(), out_.plot.right() + out_.type,
                                   metrics_.width(QStringLiteral("0"), out_.small));
        key();
        return {};
    }
    void key() {
        QString line;
        for (size_t n = 0; n < out_.markers.size(); ++n) {
            const QString entry = QString::number(n + 1) + QChar(0xA0) +
                                  shownLine(run_.markers[out_.markers[n]].name);
            const QString longer = line.isEmpty() ? entry : line + u"  " + entry;
            if (metrics_.width(longer, out_.small) <= spec_.width - 2) {
                line = longer;
                continue;
            }
            if (!line.isEmpty()) out_.key.push_back({line});
            line = metrics_.fitting(entry, out_.small, spec_.width - 2);
        }
        if (!line.isEmpty()) out_.key.push_back({line});
    }
    double axisHeight() const { return 3.5 + out_.small * lineSpacing + out_.type * 1.35; }
    double keyHeight() const {
        if (out_.key.empty()) return 0;
        return 3 + static_cast<double>(out_.key.size()) * out_.small * lineSpacing;
    }
    int markerRows() const {
        int rows = 1;
        for (const PlacedMarker &placed : out_.placed)
            rows = std::max(rows, placed.row + 1);
        return rows;
    }
    size_t flexibleLanes() const {
        return static_cast<size_t>(std::ranges::count_if(lanes_, [](const FigureLane &lane) {
            return lane.isDensity() || lane.lane.style == LaneStyle::Modes;
        }));
    }
    /// Places all lanes, densities as high as told; returns the height of all of them.
    double heights(double density) {
        const double gap = out_.type * 0.4;
        const double top = y_;
        double y = y_;
        out_.lanes.clear();
        for (const FigureLane &lane : lanes_) {
            double height = density > 0 ? density - gap : 0;
            if (lane.lane.style == LaneStyle::Phases)
                height = std::max(1, out_.phaseRows) * out_.phaseRow;
            else if (lane.lane.style == LaneStyle::Markers)
                height = markerRows() * out_.markerRow + (out_.numbered ? out_.small * 0.4 : 1);
            out_.lanes.emplace_back(out_.plot.left(), y, out_.plot.width(), std::max(height, 0.0));
            const bool counted = density > 0 || lane.lane.style == LaneStyle::Phases ||
                                 lane.lane.style == LaneStyle::Markers;
            y += std::max(height, 0.0) + (counted ? gap : 0);
        }
        if (density > 0) y_ = y;
        return y - top;
    }

    const RunSnapshot &run_;
    const FigureSpec &spec_;
    const FigureAxis &axis_;
    const std::vector<FigureLane> &lanes_;
    TypeMetrics metrics_;
    TimelineLayout out_;
    double y_ = 0;
};

} // namespace

Result<TimelineLayout> layOutTimeline(const RunSnapshot &run, const FigureSpec &spec,
                                      const FigureAxis &axis,
                                      const std::vector<FigureLane> &lanes) {
    return Layouter(run, spec, axis, lanes).layOut();
}

} // namespace bootglass
