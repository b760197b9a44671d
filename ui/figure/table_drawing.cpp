// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/table_drawing.h"

#include "ui/figure/type_metrics.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

constexpr double rowHeight = 1.45; // of the type size
constexpr double heavyRule = 0.8;  // as booktabs has them
constexpr double lightRule = 0.5;
constexpr double leastName = 40;
constexpr double leastBar = 24;

} // namespace

Result<Drawing> drawTable(const DrawnTable &content, const FigureSpec &spec) {
    const TypeMetrics metrics(spec.family);
    const FigurePalette palette(spec.palette);
    const double type = std::max(leastType, spec.typeSize - 0.5);
    const double gap = type * 0.9;
    const auto columns = static_cast<size_t>(content.heads.size()) - 1;
    std::vector<double> widths(columns);
    double names = metrics.width(content.heads.front(), type, true);
    for (size_t c = 0; c < columns; ++c)
        widths[c] = metrics.width(content.heads[static_cast<qsizetype>(c) + 1], type, true);
    for (const DrawnRow &row : content.rows) {
        names = std::max(names, row.depth * type + metrics.width(row.name, type, row.strong));
        for (size_t c = 0; c < columns && c < static_cast<size_t>(row.cells.size()); ++c)
            widths[c] = std::max(
                widths[c], metrics.width(row.cells[static_cast<qsizetype>(c)], type, row.strong));
    }
    double numbers = 0;
    for (const double width : widths)
        numbers += width + gap;
    const double titleHeight = spec.title.isEmpty() ? 0 : type * 1.8;
    const double needed =
        titleHeight + (static_cast<double>(content.rows.size()) + 1) * type * rowHeight + 5;
    if (spec.height > 0 && spec.height < needed)
        return Error{"the figure is too low for its rows: it needs a height of " +
                     std::to_string(static_cast<int>(std::ceil(needed))) + "pt"};
    if (spec.width - numbers < leastName)
        return Error{"the figure is too narrow for its columns: it needs a width of " +
                     std::to_string(static_cast<int>(std::ceil(numbers + leastName))) + "pt"};
    const double nameRoom = std::min(names, spec.width - numbers);
    double bar = content.bars ? spec.width - numbers - nameRoom - gap : 0;
    if (bar < leastBar) bar = 0;
    bar = std::min(bar, spec.width / 3);

    Drawing drawing(QSizeF(spec.width, spec.height > 0 ? spec.height : std::ceil(needed)),
                    spec.family, spec.typeSize);
    const double row = spec.height > 0 ? (spec.height - titleHeight - 5) /
                                             (static_cast<double>(content.rows.size()) + 1)
                                       : type * rowHeight;
    double y = titleHeight + 1;
    const auto baseline = [&] { return y + row / 2 + type * TypeMetrics::middle; };
    const auto rule = [&](double width) {
        drawing.line({0, y}, {spec.width, y}, palette.text, width);
    };
    const double right = spec.width - (bar > 0 ? bar + gap : 0);
    const auto line = [&](const DrawnRow &cells) {
        const double indent = cells.depth * type;
        drawing.label({{indent, baseline()},
                       metrics.fitting(cells.name, type, nameRoom - indent + 0.01, cells.strong),
                       type,
                       cells.strong,
                       Anchor::Left,
                       palette.text});
        double x = right;
        for (size_t c = columns; c-- > 0;) {
            drawing.label({{x, baseline()},
                           cells.cells.value(static_cast<qsizetype>(c)),
                           type,
                           cells.strong,
                           Anchor::Right,
                           palette.text});
            x -= widths[c] + gap;
        }
    };
    if (titleHeight > 0)
        drawing.label({{0, type * 1.15},
                       metrics.fitting(spec.title, type * 1.1, spec.width, true),
                       type * 1.1,
                       true,
                       Anchor::Left,
                       palette.text});
    rule(heavyRule);
    line({0, content.heads.front(), content.heads.mid(1), 0, {}, true});
    y += row;
    rule(lightRule);
    y += 1;
    const bool negative =
        std::ranges::any_of(content.rows, [](const DrawnRow &r) { return r.bar < 0; });
    for (const DrawnRow &cells : content.rows) {
        line(cells);
        if (bar > 0 && cells.bar != 0) {
            const double ground = right + gap + (negative ? bar / 2 : 0);
            const double length = std::max(std::abs(cells.bar) * (negative ? bar / 2 : bar), 0.8);
            const QRectF rect(cells.bar < 0 ? ground - length : ground, y + row * 0.2, length,
                              row * 0.6);
            hatched(drawing, {rect}, cells.swatch.colour, cells.swatch.hatch);
        }
        y += row;
    }
    if (bar > 0 && negative)
        drawing.line({right + gap + bar / 2, titleHeight + row + 2}, {right + gap + bar / 2, y},
                     palette.quiet);
    y += 1;
    rule(heavyRule);
    return drawing;
}

QString latexText(const QString &text) {
    QString out;
    for (const QChar c : text) {
        switch (c.unicode()) {
        case u'\\': out += QStringLiteral("\\textbackslash{}"); break;
        case u'{':
        case u'}':
        case u'$':
        case u'&':
        case u'#':
        case u'_':
        case u'%': out += u'\\' + QString(c); break;
        case u'~': out += QStringLiteral("\\textasciitilde{}"); break;
        case u'^': out += QStringLiteral("\\textasciicircum{}"); break;
        case u'"': out += QStringLiteral("''"); break;
        case u'<': out += QStringLiteral("\\textless{}"); break;
        case u'>': out += QStringLiteral("\\textgreater{}"); break;
        case u'|': out += QStringLiteral("\\textbar{}"); break;
        case 0x2009: out += QStringLiteral("\\,"); break;
        case 0xA0: out += u'~'; break;
        case 0xB5:
        case 0x3BC: out += QStringLiteral("\\ensuremath{\\mu}"); break;
        case 0xB7: out += QStringLiteral("\\ensuremath{\\cdot}"); break;
        case 0xB2: out += QStringLiteral("\\textsuperscript{2}"); break;
        case 0xB3: out += QStringLiteral("\\textsuperscript{3}"); break;
        case 0x2076: out += QStringLiteral("\\textsuperscript{6}"); break;
        case 0x2079: out += QStringLiteral("\\textsuperscript{9}"); break;
        case 0xD7: out += QStringLiteral("\\ensuremath{\\times}"); break;
        case 0x394: out += QStringLiteral("\\ensuremath{\\Delta}"); break;
        case 0x2212: out += QStringLiteral("\\ensuremath{-}"); break;
        case 0x2264: out += QStringLiteral("\\ensuremath{\\le}"); break;
        case 0x2013: out += QStringLiteral("--"); break;
        case 0x2026: out += QStringLiteral("\\dots{}"); break;
        default: out += c.unicode() >= 0x20 && c.unicode() < 0x7F ? c : QChar(u'?');
        }
    }
    return out;
}

QString latexTable(const DrawnTable &content) {
    const QStringList &heads = content.latexHeads.isEmpty() ? content.heads : content.latexHeads;
    QString text = QStringLiteral("\\begin{tabular}{@{}l") + QString(heads.size() - 1, u'r') +
                   QStringLiteral("@{}}\n\\toprule\n");
    const auto line = [&](const QString &name, const QStringList &cells) {
        QStringList all = {name};
        for (const QString &cell : cells)
            all << latexText(cell);
        text += all.join(QStringLiteral(" & ")) + QStringLiteral(" \\\\\n");
    };
    line(latexText(heads.front()), heads.mid(1));
    text += QStringLiteral("\\midrule\n");
    for (const DrawnRow &row : content.rows)
        line(QStringLiteral("\\quad ").repeated(row.depth) + latexText(row.name), row.cells);
    return text + QStringLiteral("\\bottomrule\n\\end{tabular}\n");
}

} // namespace bootglass
