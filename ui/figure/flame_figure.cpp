// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/flame_figure.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/base/theme.h"
#include "ui/figure/type_metrics.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr double narrowest = 0.7; // what is less wide is not drawn

class FlamePainter {
  public:
    FlamePainter(const FigureSpec &spec, const FlameNode &root)
        : spec_(spec),
          root_(root),
          palette_(spec.palette),
          metrics_(spec.family),
          type_(std::max(leastType, spec.typeSize - 1)),
          levels_(root.depth()) {}

    Result<Drawing> paint() {
        const double title = spec_.title.isEmpty() ? 0 : spec_.typeSize * 1.7;
        const double axis = spec_.typeSize * 1.6;
        row_ = type_ * 1.55;
        const double needed = title + row_ * levels_ + axis + 1;
        if (spec_.height > 0) {
            if (spec_.height < needed)
                return Error{"the figure is too low for its levels: it needs a height of " +
                             std::to_string(static_cast<int>(std::ceil(needed))) + "pt"};
            row_ = (spec_.height - title - axis - 1) / levels_;
        }
        const double height = spec_.height > 0 ? spec_.height : std::ceil(needed);
        drawing_ = Drawing(QSizeF(spec_.width, height), spec_.family, spec_.typeSize);
        if (title > 0)
            drawing_.label({{0, spec_.typeSize},
                            metrics_.fitting(spec_.title, spec_.typeSize, spec_.width, true),
                            spec_.typeSize,
                            true,
                            Anchor::Left,
                            palette_.text});
        bottom_ = height - axis;
        node(root_, QString(), -1, 0, spec_.width, 0);
        drawing_.label({{spec_.width / 2, height - spec_.typeSize * 0.4},
                        QStringLiteral("share of %1 samples").arg(grouped(root_.samples)),
                        spec_.typeSize,
                        false,
                        Anchor::Centre,
                        palette_.text});
        return drawing_;
    }

  private:
    void node(const FlameNode &node, const QString &path, int level, double left, double width,
              size_t nth) {
        const QRectF rect(left, bottom_ - (level + 2) * row_, width, row_);
        box(node, path, level, rect, nth);
        double x = left;
        size_t child = 0;
        for (const FlameNode &below : node.children) {
            const double part = width * static_cast<double>(below.samples) /
                                static_cast<double>(std::max<uint64_t>(node.samples, 1));
            if (part >= narrowest) {
                const QString name = shownLine(below.name);
                this->node(below, path.isEmpty() ? name : path + u'/' + name, level + 1, x, part,
                           child);
            }
            x += part;
            ++child;
        }
    }
    Swatch swatchOf(const FlameNode &node, const QString &path, int level, size_t nth) const {
        if (level < 0) return {palette_.grid, Hatch::None};
        if (node.name == "user mode") return palette_.share(CpuShare::User);
        if (node.name == "kernel mode") return palette_.share(CpuShare::Kernel);
        if (!node.children.empty()) return palette_.phase(path);
        // Functions: pale, every second one hatched, so that neighbours part.
        return {mixed(palette_.phase(path).colour, Qt::white, 0.45),
                nth % 2 ? Hatch::Falling : Hatch::None};
    }
    void box(const FlameNode &node, const QString &path, int level, const QRectF &rect,
             size_t nth) {
        const Swatch swatch = swatchOf(node, path, level, nth);
        const QRectF body = rect.adjusted(0, 0.6, rect.width() > 2 ? -0.6 : 0, 0);
        drawing_.area(body, swatch.colour);
        const double room = body.width() - type_ * 0.7;
        const QString name = shownLine(node.name);
        const QString share =
            percent(static_cast<double>(node.samples) / static_cast<double>(root_.samples));
        QString shown;
        for (const QString &words : {QString(name + u"  " + share), name}) {
            if (metrics_.width(words, type_) > room) continue;
            shown = words;
            break;
        }
        if (shown.isEmpty() && room > type_ * 4) shown = metrics_.fitting(name, type_, room);
        if (shown.isEmpty() && body.width() > 2) {
            drawHatch(drawing_, {body}, swatch.colour, swatch.hatch);
            return;
        }
        drawing_.label({{body.center().x(), body.center().y() + type_ * TypeMetrics::middle},
                        shown,
                        type_,
                        false,
                        Anchor::Centre,
                        textOn(swatch.colour)});
    }

    const FigureSpec &spec_;
    const FlameNode &root_;
    FigurePalette palette_;
    TypeMetrics metrics_;
    double type_;
    int levels_;
    double row_ = 0;
    double bottom_ = 0;
    Drawing drawing_;
};

void rowsOf(const FlameNode &node, const QString &above, int depth, FigureTable &table) {
    const QString path =
        depth < 1 ? QString() : (above.isEmpty() ? QString() : above + u';') + shownLine(node.name);
    uint64_t own = node.samples;
    for (const FlameNode &child : node.children)
        own -= std::min(own, child.samples);
    if (depth > 0) table.rows.push_back({path, static_cast<int64_t>(depth), node.samples, own});
    for (const FlameNode &child : node.children)
        rowsOf(child, path, depth + 1, table);
}

} // namespace

Result<Figure> flameFigure(RunReader &reader, const RunSnapshot &run, const FigureSpec &spec,
                           const AddressNames &names) {
    auto range = rangeOf(spec, run);
    if (!range) return range.error();
    if (!spec.until) range->to = range->to + 1; // the run's last moment, too
    const auto root = flameTree(reader, *range, names);
    if (!root) return root.error();
    Figure figure;
    figure.spec = spec;
    auto drawing = FlamePainter(spec, *root).paint();
    if (!drawing) return drawing.error();
    figure.drawing = std::move(*drawing);
    figure.data.columns = {QStringLiteral("stack"), QStringLiteral("depth"),
                           QStringLiteral("samples"), QStringLiteral("own_samples")};
    rowsOf(*root, QString(), 0, figure.data);
    figure.facts.description =
        QStringLiteral("Flame graph of %1 samples of the instruction pointer by phase, mode and "
                       "place")
            .arg(grouped(root->samples));
    if (!root->children.empty()) {
        const FlameNode &first = root->children.front();
        figure.facts.description +=
            u"; most of them, " +
            percent(static_cast<double>(first.samples) / static_cast<double>(root->samples)) +
            u", are in " + shownLine(first.name);
    }
    figure.facts.description += u'.';
    return figure;
}

} // namespace bootglass
