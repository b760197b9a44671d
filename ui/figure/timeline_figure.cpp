// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/timeline_figure.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/base/theme.h"
#include "ui/figure/timeline_layout.h"
#include "ui/figure/timeline_words.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr double columnWidth = leastStroke; // what is drawn is nowhere thinner
constexpr double leastBar = 0.9;            // every column with an event is seen

class TimelinePainter {
  public:
    TimelinePainter(const RunSnapshot &run, const FigureSpec &spec, const FigureAxis &axis,
                    const std::vector<FigureLane> &lanes, const TimelineLayout &layout)
        : run_(run),
          spec_(spec),
          axis_(axis),
          lanes_(lanes),
          layout_(layout),
          palette_(spec.palette),
          metrics_(spec.family),
          drawing_(QSizeF(spec.width, layout.height), spec.family, spec.typeSize) {}

    Result<Drawing> paint() {
        if (layout_.titleBase > 0)
            drawing_.label({{0, layout_.titleBase},
                            metrics_.fitting(spec_.title, layout_.type * 1.15, spec_.width, true),
                            layout_.type * 1.15,
                            true,
                            Anchor::Left,
                            palette_.text});
        for (const LegendEntry &entry : layout_.legend) {
            hatched(drawing_, {entry.box}, entry.swatch.colour, entry.swatch.hatch);
            drawing_.frame(entry.box, palette_.quiet);
            text(entry.at, entry.name, layout_.small, Anchor::Left, palette_.text);
        }
        grid();
        for (size_t i = 0; i < lanes_.size(); ++i)
            if (auto painted = lane(lanes_[i], layout_.lanes[i]); !painted) return painted.error();
        axis();
        annotations();
        double y = layout_.keyTop + 3;
        for (const KeyLine &line : layout_.key) {
            text({1, y + layout_.small * TypeMetrics::ascent}, line.text, layout_.small,
                 Anchor::Left, palette_.text);
            y += layout_.small * 1.25;
        }
        return drawing_;
    }

  private:
    void text(QPointF at, const QString &words, double size, Anchor anchor, const QColor &colour) {
        drawing_.label({at, words, size, false, anchor, colour});
    }
    double xOf(double share) const { return layout_.plot.left() + share * layout_.plot.width(); }
    int mostTicks() const {
        return std::max(3, static_cast<int>(layout_.plot.width() / (layout_.small * 3.4)));
    }

    void grid() {
        for (const AxisTick &tick : axis_.ticks(mostTicks()))
            drawing_.line({xOf(tick.share), layout_.plot.top()},
                          {xOf(tick.share), layout_.plot.bottom()}, palette_.grid);
    }
    void axis() {
        const double y = layout_.plot.bottom();
        drawing_.line({layout_.plot.left(), y}, {layout_.plot.right(), y}, palette_.text, 0.6);
        double base = y + 3.5 + layout_.small * TypeMetrics::ascent;
        for (const AxisTick &tick : axis_.ticks(mostTicks())) {
            drawing_.line({xOf(tick.share), y}, {xOf(tick.share), y + 2.5 * drawing_.unit()},
                          palette_.text, 0.6);
            text({xOf(tick.share), base}, tick.label, layout_.small, Anchor::Centre, palette_.text);
        }
        base += layout_.type * 1.3;
        text({layout_.plot.center().x(), base}, axis_.title(mostTicks()), layout_.type,
             Anchor::Centre, palette_.text);
    }

    Result<void> lane(const FigureLane &lane, const QRectF &area) {
        name(lane, area);
        if (lane.lane.style == LaneStyle::Phases) return phases(area);
        if (lane.lane.style == LaneStyle::Markers) return markers(area);
        if (lane.lane.style == LaneStyle::Modes)
            modes(lane, area);
        else
            density(lane, area);
        return {};
    }
    void name(const FigureLane &lane, const QRectF &area) {
        const QString label = metrics_.fitting(shownLine(lane.lane.label.toStdString()),
                                               layout_.type, layout_.labelRight - 1);
        // With its scale beneath where a lane has one and the room for it.
        const QString note = lane.isDensity() ? peakText(lane, axis_) : QString();
        const bool two = !note.isEmpty() && area.height() >= layout_.type + layout_.small &&
                         metrics_.width(note, layout_.small) <= layout_.labelRight - 1;
        const bool high = !lane.isDensity() && lane.lane.style != LaneStyle::Modes;
        const double centre = high  ? area.top() + layout_.phaseRow / 2
                              : two ? area.center().y() - layout_.small * 0.58
                                    : area.center().y();
        text({layout_.labelRight, centre + layout_.type * TypeMetrics::middle}, label, layout_.type,
             Anchor::Right, palette_.text);
        if (two)
            text({layout_.labelRight,
                  area.center().y() + layout_.type * 0.6 + layout_.small * TypeMetrics::middle},
                 note, layout_.small, Anchor::Right, palette_.quiet);
    }

    Result<void> phases(const QRectF &area) {
        drawing_.setClip(area);
        std::vector<size_t> siblings(static_cast<size_t>(layout_.phaseRows) + 1);
        for (const RunPhase &phase : run_.phases) {
            if (phase.depth < 0 || phase.depth >= layout_.phaseRows) continue;
            const size_t nth = siblings[static_cast<size_t>(phase.depth)]++;
            const auto from = axis_.shareOf(phase.start.ns);
            if (!from) return from.error();
            const auto to = axis_.shareOf(phase.end.ns);
            if (!to) return to.error();
            const double left = std::max(xOf(*from), area.left());
            const double right = std::min(std::max(xOf(*to), left + leastStroke), area.right());
            if (right <= left) continue;
            const double top = area.top() + phase.depth * layout_.phaseRow;
            band(phase, nth, QRectF(left, top, right - left, layout_.phaseRow - 1));
        }
        drawing_.clearClip();
        return {};
    }
    void band(const RunPhase &phase, size_t nth, const QRectF &rect) {
        Swatch swatch = palette_.phase(QString::fromStdString(phase.path));
        // Below the top phases neighbours share a colour: every second one is hatched.
        if (phase.depth > 0) swatch.hatch = nth % 2 ? Hatch::Falling : Hatch::None;
        drawing_.area(rect, swatch.colour);
        const double room = rect.width() - layout_.small * 0.8;
        const QString name = shownLine(phase.name);
        QString shown;
        for (const QString &words : {QString(name + u"  " + duration(phase.durationNs())), name}) {
            if (metrics_.width(words, layout_.small) > room) continue;
            shown = words;
            break;
        }
        const double half = metrics_.width(shown, layout_.small) / 2 + layout_.small * 0.35;
        const double centre = rect.center().x();
        std::vector<QRectF> hatch = {rect};
        if (!shown.isEmpty()) { // type stands on the plain colour
            hatch = {
                QRectF(rect.left(), rect.top(), centre - half - rect.left(), rect.height()),
                QRectF(centre + half, rect.top(), rect.right() - centre - half, rect.height())};
        }
        if (rect.width() > 2) {
            drawHatch(drawing_, hatch, swatch.colour, swatch.hatch);
            drawing_.line(rect.topRight(), rect.bottomRight(), Qt::white, 0.6);
        }
        text({centre, rect.center().y() + layout_.small * TypeMetrics::middle}, shown,
             layout_.small, Anchor::Centre, textOn(swatch.colour));
    }

    Result<void> markers(const QRectF &area) {
        for (const PlacedMarker &placed : layout_.placed) {
            const double top = area.top() + placed.row * layout_.markerRow;
            const double base = top + layout_.markerRow - layout_.small * 0.3;
            const QString label = layout_.numbered
                                      ? numberLabel(placed)
                                      : shownLine(run_.markers[layout_.markers[placed.first]].name);
            if (!layout_.numbered)
                drawing_.line({placed.x, top + 1}, {placed.x, area.bottom()}, palette_.text, 0.6);
            text({placed.left, base}, label, layout_.small, Anchor::Left, palette_.text);
        }
        for (const size_t marker : layout_.markers) {
            const auto share = axis_.shareOf(run_.markers[marker].ns);
            if (!share) return share.error();
            const double x = xOf(*share);
            drawing_.line({x, area.bottom() - 3 * drawing_.unit()}, {x, area.bottom()},
                          palette_.text, 0.6);
        }
        return {};
    }

    /// Stacked shares: each owner's outline reaches down to the ground, so no seams show.
    void modes(const FigureLane &lane, const QRectF &area) {
        if (lane.shares.empty()) return;
        const double width = area.width() / static_cast<double>(lane.shares.size());
        std::array<std::vector<QRectF>, cpuShares> pieces;
        std::array<std::vector<double>, cpuShares> tops;
        for (size_t column = 0; column < lane.shares.size(); ++column) {
            double whole = 0;
            for (const double ns : lane.shares[column])
                whole += ns;
            double y = area.bottom();
            for (size_t owner = 0; owner < cpuShares; ++owner) {
                const double height =
                    whole > 0 ? lane.shares[column][owner] / whole * area.height() : 0;
                y -= height;
                tops[owner].push_back(y);
                if (height <= 0) continue;
                const QRectF piece(area.left() + static_cast<double>(column) * width, y, width,
                                   height);
                auto &list = pieces[owner];
                if (!list.empty() && std::abs(list.back().top() - piece.top()) < 1e-9 &&
                    std::abs(list.back().bottom() - piece.bottom()) < 1e-9 &&
                    std::abs(list.back().right() - piece.left()) < 1e-6)
                    list.back().setRight(piece.right());
                else
                    list.push_back(piece);
            }
        }
        drawing_.setClip(area);
        for (size_t owner = cpuShares; owner-- > 0;)
            steps(tops[owner], area, palette_.share(static_cast<CpuShare>(owner)).colour);
        for (size_t owner = 0; owner < cpuShares; ++owner) {
            const Swatch swatch = palette_.share(static_cast<CpuShare>(owner));
            drawHatch(drawing_, pieces[owner], swatch.colour, swatch.hatch);
        }
        drawing_.clearClip();
    }
    /// An outline from columns' tops down to the ground; one per stretch that has a height.
    void steps(const std::vector<double> &tops, const QRectF &area, const QColor &colour) {
        const double width = area.width() / static_cast<double>(std::max<size_t>(tops.size(), 1));
        const double ground = area.bottom();
        for (size_t from = 0; from < tops.size();) {
            if (tops[from] >= ground) {
                ++from;
                continue;
            }
            size_t to = from;
            QPolygonF outline;
            const auto xAt = [&](size_t column) {
                return area.left() + static_cast<double>(column) * width;
            };
            outline << QPointF(xAt(from), ground);
            for (; to < tops.size() && tops[to] < ground; ++to) {
                if (to > from && tops[to] == tops[to - 1]) continue;
                if (to > from) outline << QPointF(xAt(to), tops[to - 1]);
                outline << QPointF(xAt(to), tops[to]);
            }
            outline << QPointF(xAt(to), tops[to - 1]) << QPointF(xAt(to), ground);
            drawing_.area(outline, colour);
            from = to;
        }
    }
    void density(const FigureLane &lane, const QRectF &area) {
        drawing_.area(area, palette_.ground);
        const LaneScale scale(lane);
        std::vector<double> tops;
        for (const LaneColumn &column : lane.columns) {
            const double height =
                column.count > 0 ? std::max(leastBar, scale.shareOf(column.count) * area.height())
                                 : 0;
            tops.push_back(area.bottom() - height);
        }
        drawing_.setClip(area);
        steps(tops, area, palette_.density());
        drawing_.clearClip();
    }
    void annotations() {
        for (const PlacedMarker &placed : layout_.annotations) {
            const double top = layout_.annotationTop + placed.row * layout_.annotationHeight;
            // It passes behind the phases, whose names would be struck through.
            double y = top;
            for (size_t i = 0; i < lanes_.size(); ++i) {
                if (lanes_[i].lane.style != LaneStyle::Phases) continue;
                drawing_.line({placed.x, y}, {placed.x, layout_.lanes[i].top()}, palette_.text, 0.7,
                              true);
                y = layout_.lanes[i].bottom();
            }
            drawing_.line({placed.x, y}, {placed.x, layout_.plot.bottom()}, palette_.text, 0.7,
                          true);
            text({placed.left, top + layout_.small * TypeMetrics::ascent},
                 spec_.annotations[placed.first].text, layout_.small, Anchor::Left, palette_.text);
        }
    }

    const RunSnapshot &run_;
    const FigureSpec &spec_;
    const FigureAxis &axis_;
    const std::vector<FigureLane> &lanes_;
    const TimelineLayout &layout_;
    FigurePalette palette_;
    TypeMetrics metrics_;
    Drawing drawing_;
};

} // namespace

Result<Figure> timelineFigure(RunReader &reader, const RunSnapshot &run, const FigureSpec &spec) {
    const auto range = rangeOf(spec, run);
    if (!range) return range.error();
    const auto axis = FigureAxis::make(reader, *range, spec.axis);
    if (!axis) return axis.error();
    auto lanes = chooseLanes(run, spec.tracks);
    if (!lanes) return lanes.error();
    if (lanes->empty()) return Error{run.path + ": the run has nothing that a timeline shows"};
    // Lanes know their numbers before they are laid out: the legend names only what is there.
    const auto columns =
        static_cast<size_t>(spec.width * 0.75 / (columnWidth * std::max(1.0, spec.typeSize / 8)));
    if (auto filled = fillLanes(*lanes, *axis, columns); !filled) return filled.error();
    const auto layout = layOutTimeline(run, spec, *axis, *lanes);
    if (!layout) return layout.error();
    auto drawing = TimelinePainter(run, spec, *axis, *lanes, *layout).paint();
    if (!drawing) return drawing.error();
    Figure figure;
    figure.spec = spec;
    figure.drawing = std::move(*drawing);
    auto data = timelineTable(run, *axis, *lanes);
    if (!data) return data.error();
    figure.data = std::move(*data);
    figure.facts.description = timelineDescription(run, *axis, *lanes);
    return figure;
}

} // namespace bootglass
