// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of two runs: their numbers are those of the comparison, and the files are as good as
// those of one run.
#include "emulator/trace/comparison_waterfall.h"
#include "tests/figure/figure_sample.h"
#include "ui/figure/comparison_figure.h"

#include <QTest>

using namespace bootglass;

namespace {

struct Part {
    const char *path;
    uint64_t instructions;
};

ComparedRun runOf(const char *label, const std::vector<Part> &parts) {
    ComparedRun run;
    run.label = label;
    run.path = std::string("/somewhere/") + label + ".bootglass";
    run.ended = "marker:prompt";
    run.digest = std::string(32, label[0]);
    uint64_t at = 0;
    const auto point = [](uint64_t icount) {
        return RunPoint{Icount{icount}, VirtualNs{icount * 8}};
    };
    for (const Part &part : parts) {
        RunPhase phase;
        phase.id = static_cast<int64_t>(run.phases.size()) + 1;
        phase.path = part.path;
        phase.name = part.path;
        phase.start = point(at);
        at += part.instructions;
        phase.end = point(at);
        run.phases.push_back(phase);
    }
    run.end = point(at);
    return run;
}

} // namespace

class TestComparisonFigure : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    ComparedRun a_ = runOf("old", {{"firmware", 6'000'000},
                                   {"kernel", 900'000'000},
                                   {"loader", 1'000'000},
                                   {"userspace", 300'000'000}});
    ComparedRun b_ = runOf("new", {{"firmware", 6'000'000},
                                   {"kernel", 860'000'000},
                                   {"userspace", 310'000'000},
                                   {"cleanup", 5'000'000}});

    static FigureSpec spec(FigureKind kind) {
        FigureSpec spec = FigureSample::spec("ieee-1col", kind);
        spec.axis = usualAxis(kind);
        return spec;
    }
    static void addKinds() {
        QTest::addColumn<int>("kind");
        for (const auto kind : {FigureKind::Compare, FigureKind::Waterfall, FigureKind::Changes})
            QTest::addRow("%s", qPrintable(nameOf(kind))) << static_cast<int>(kind);
    }

  private slots:
    void initTestCase() {
        if (!hasFamily(figureFamily())) QSKIP("DejaVu Sans is not installed");
    }

    void filesAreFitForPrint_data() { addKinds(); }
    void filesAreFitForPrint() {
        NEEDS_TOOL("pdfinfo");
        NEEDS_TOOL("pdffonts");
        NEEDS_TOOL("xmllint");
        QFETCH(int, kind);
        const auto figure = makeComparison(a_, b_, spec(static_cast<FigureKind>(kind)), "c.pdf");
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        for (const char *name : {"c.pdf", "c.svg", "c.tex"}) {
            const auto bytes = figureBytes(*figure, *figureFormatOf(name));
            QVERIFY(bytes);
            QVERIFY(writeBytes(*bytes, folder_.filePath(name)));
            QCOMPARE(*figureBytes(*figure, *figureFormatOf(name)), *bytes);
        }
        QVERIFY(tool("pdfinfo", {folder_.filePath("c.pdf")}).contains("252 x "));
        QVERIFY(!tool("pdffonts", {folder_.filePath("c.pdf")}).contains("Type 3"));
        QVERIFY(!tool("xmllint", {"--noout", folder_.filePath("c.svg")}).isNull());
        QCOMPARE(figure->facts.runs.size(), size_t{2});
        QVERIFY(figure->facts.command.startsWith("bootglass export old.bootglass new.bootglass"));
        QVERIFY(figure->facts.description.contains("26,000,000 instructions"));
    }
    void everyStepIsDrawnAndTheySum_data() {
        QTest::addColumn<int>("axis");
        QTest::newRow("instructions") << static_cast<int>(AxisKind::Instructions);
        QTest::newRow("time") << static_cast<int>(AxisKind::Time);
    }
    void everyStepIsDrawnAndTheySum() {
        QFETCH(int, axis);
        FigureSpec wanted = spec(FigureKind::Waterfall);
        wanted.axis = static_cast<AxisKind>(axis);
        const auto figure = makeComparison(a_, b_, wanted, "w.pdf");
        QVERIFY(figure);
        qint64 sum = 0;
        for (const auto &row : figure->data.rows)
            sum += row[1].text.toLongLong();
        const qint64 factor = wanted.axis == AxisKind::Time ? 8 : 1;
        QCOMPARE(sum, factor * (qint64(b_.end.icount.value) - qint64(a_.end.icount.value)));
        const QString svg = QString::fromUtf8(figureSvg(*figure));
        for (const char *name : {">kernel<", ">loader (gone)<", ">cleanup (new)<", ">A, total<"})
            QVERIFY2(svg.contains(name), name);
    }
    void changesAreATableOfLatex() {
        const auto figure = makeComparison(a_, b_, spec(FigureKind::Changes), "t.tex");
        QVERIFY(figure);
        const QString text = QString::fromUtf8(figureTex(*figure));
        QVERIFY(text.contains("\\begin{tabular}{@{}lrrrr@{}}"));
        QVERIFY2(text.contains("kernel & 900\\,M & 860\\,M & \\ensuremath{-}40.0\\,M"),
                 qPrintable(text));
        QVERIFY(text.contains("loader & 1.00\\,M &  & \\ensuremath{-}1.00\\,M & gone"));
        QVERIFY(text.contains("total & "));
    }
    void sameRunsHaveNoSteps() {
        const auto figure = makeComparison(a_, a_, spec(FigureKind::Waterfall), "w.pdf");
        QVERIFY(figure);
        QCOMPARE(figure->data.rows.size(), size_t{2});
    }
    void emptyRunsAreDrawn_data() { addKinds(); }
    void emptyRunsAreDrawn() {
        QFETCH(int, kind);
        const ComparedRun none = runOf("none", {});
        const auto figure =
            makeComparison(none, none, spec(static_cast<FigureKind>(kind)), "c.pdf");
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
    }
    void whatIsOfOneRunIsRefused() {
        FigureSpec wanted = spec(FigureKind::Compare);
        wanted.from = FigurePoint{VirtualNs{5}, "time:5ns"};
        const auto figure = makeComparison(a_, b_, wanted, "c.pdf");
        QVERIFY(!figure);
        QVERIFY(figure.error().sentence.find("of one run") != std::string::npos);
    }
};

QTEST_MAIN(TestComparisonFigure)
#include "tst_comparison_figure.moc"
