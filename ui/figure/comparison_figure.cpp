// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/comparison_figure.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace bootglass {

namespace {

FigureRun figureRun(const ComparedRun &run) {
    return {shownLine(QFileInfo(QString::fromStdString(run.path)).fileName().toStdString()),
            shownLine(run.digest), shownLine(run.ended), run.inputs};
}

Result<Figure> draw(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec) {
    switch (spec.kind) {
    case FigureKind::Waterfall: return waterfallFigure(a, b, spec);
    case FigureKind::Changes: return changesFigure(a, b, spec);
    default: return facingFigure(a, b, spec);
    }
}

/// Three digits and a power: 96.1 M
QString shortAmount(uint64_t number) {
    constexpr std::pair<uint64_t, const char16_t *> powers[] = {
        {1'000'000'000, u"G"}, {1'000'000, u"M"}, {1'000, u"k"}};
    for (const auto &[size, name] : powers) {
        if (number < size) continue;
        const double value = static_cast<double>(number) / static_cast<double>(size);
        return QString::number(value, 'f',
                               value < 10    ? 2
                               : value < 100 ? 1
                                             : 0) +
               thinSpace + QStringView(name);
    }
    return QString::number(number);
}

} // namespace

Measure measureOf(const FigureSpec &spec) {
    return spec.axis == AxisKind::Time ? Measure::VirtualTime : Measure::Instructions;
}

QString amountWords(uint64_t amount, Measure measure) {
    return measure == Measure::Instructions ? shortAmount(amount) : duration(amount);
}

QString deltaWords(int64_t delta, Measure measure) {
    if (delta == 0) return QStringLiteral("0");
    return (delta < 0 ? QStringLiteral("−") : QStringLiteral("+")) +
           amountWords(magnitude(delta), measure);
}

Result<Figure> makeComparison(const ComparedRun &a, const ComparedRun &b, const FigureSpec &spec,
                              const QString &outFile) {
    if (const auto possible = checkFigure(spec); !possible) return possible.error();
    if (spec.from || spec.until || !spec.annotations.empty() || !spec.tracks.isEmpty())
        return Error{"--from, --until, --tracks and --annotate are for figures of one run"};
    auto figure = draw(a, b, spec);
    if (!figure) return figure.error();
    FigureFacts &facts = figure->facts;
    facts.runs = {figureRun(a), figureRun(b)};
    facts.title = spec.title.isEmpty() ? facts.runs[0].name + u" and " + facts.runs[1].name +
                                             u": " + nameOf(spec.kind)
                                       : spec.title;
    // The answer is the same whatever the figure.
    facts.description += u' ' + shownLine(answerSentence(a, b, deltaRows(a, b, ComparedBy::Phase)));
    facts.command = commandOf(spec, {facts.runs[0].name, facts.runs[1].name}, outFile);
    facts.writer = u"Bootglass " + QCoreApplication::applicationVersion();
    return figure;
}

Result<Figure> makeComparison(RunReader &a, const std::string &otherFile, const FigureSpec &spec,
                              const QString &outFile) {
    auto other = RunReader::open(otherFile);
    if (!other) return other.error();
    std::vector<ComparedRun> runs;
    for (RunReader *each : {&a, other->get()}) {
        auto run = readComparedRun(*each);
        if (!run) return run.error();
        runs.push_back(std::move(*run));
    }
    labelApart(runs);
    return makeComparison(runs[0], runs[1], spec, outFile);
}

} // namespace bootglass
