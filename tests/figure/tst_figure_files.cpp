// SPDX-License-Identifier: GPL-3.0-or-later
// What a publisher checks of a figure, asked of real tools: the page box, the fonts, sizes of type
// and strokes; that it is cut at its page; the same bytes each time; what it says about itself.
#include "tests/figure/figure_sample.h"

#include <QApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace bootglass;

namespace {

/// A timer that fires each millisecond; "" or what went wrong.
std::string recordTicks(const std::string &file, uint64_t ticks) {
    RecorderOptions options;
    options.path = file;
    options.force = true;
    options.version = "test";
    auto recorder = RunRecorder::create(options);
    if (!recorder) return recorder.error().sentence;
    constexpr uint64_t instructions = 125'000; // a millisecond at 8 ns each
    const auto at = [](uint64_t tick) {
        return RunPoint{Icount{tick * instructions}, VirtualNs{tick * instructions * 8}};
    };
    for (uint64_t tick = 1; tick <= ticks; ++tick) {
        Event event;
        event.icount = at(tick).icount;
        event.ns = at(tick).ns;
        event.kind = EventKind::TimerFired;
        (*recorder)->event(event);
    }
    (*recorder)->ended("time", at(ticks + 1), std::string(32, '1'));
    const auto closed = (*recorder)->close();
    return closed ? std::string() : closed.error().sentence;
}

/// A run whose every name is chosen to break what it is written into; "" or what went wrong.
std::string recordHostile(const std::string &file) {
    const std::string name =
        "a<b>&\"c\" \\input{x} $_^~%#{ \x1b[31m\r\n\xff \xe2\x80\xae;'''q" + std::string(3000, 'w');
    RecorderOptions options;
    options.path = file;
    options.force = true;
    options.version = name;
    auto recorder = RunRecorder::create(options);
    if (!recorder) return recorder.error().sentence;
    RunRecorder &run = **recorder;
    run.source({SourceGroup::IrqLine, 0, name});
    run.input({name, "/" + name, name, 1});
    RunPoint at;
    std::string path;
    for (int depth = 0; depth < 12; ++depth) {
        path += (depth ? "/" : "") + name.substr(0, 40);
        run.phaseStarted(path, at);
    }
    for (uint32_t step = 1; step <= 200; ++step) {
        at.icount = Icount{step * 1000U};
        at.ns = VirtualNs{step * 8000U};
        run.marker(name + std::to_string(step), name, at.icount, at.ns);
        Event event;
        event.icount = at.icount;
        event.ns = at.ns;
        event.kind = step % 2 ? EventKind::Interrupt : EventKind::Sample;
        event.address = step * 0x10000;
        run.event(event);
    }
    run.ended(name, at, name);
    const auto closed = (*recorder)->close();
    return closed ? std::string() : closed.error().sentence;
}

QList<double> numbersOf(const QString &text, const QString &pattern) {
    QList<double> numbers;
    auto matches = QRegularExpression(pattern).globalMatch(text);
    while (matches.hasNext())
        numbers << matches.next().captured(1).toDouble();
    return numbers;
}

void addFigures() {
    QTest::addColumn<QString>("preset");
    QTest::addColumn<int>("kind");
    for (const FigurePreset &preset : figurePresets()) {
        const QString name = QStringView(preset.name).toString();
        for (const auto kind : {FigureKind::Timeline, FigureKind::Phases})
            QTest::addRow("%s %s", qPrintable(name), qPrintable(nameOf(kind)))
                << name << static_cast<int>(kind);
    }
}

} // namespace

class TestFigureFiles : public QObject {
    Q_OBJECT

    FigureSample sample_;

    FigureSpec rowSpec() {
        const auto value = [](const char *name) {
            return *static_cast<QString *>(QTest::qData(name, qMetaTypeId<QString>()));
        };
        const int kind = *static_cast<int *>(QTest::qData("kind", qMetaTypeId<int>()));
        return FigureSample::spec(value("preset"), static_cast<FigureKind>(kind));
    }

  private slots:
    void initTestCase() {
        QVERIFY(sample_.isValid());
        if (!hasFamily(figureFamily())) QSKIP("DejaVu Sans is not installed");
    }

    // --- PDF

    void pageHasItsSize_data() { addFigures(); }
    void pageHasItsSize() {
        NEEDS_TOOL("pdfinfo");
        const FigureSpec spec = rowSpec();
        const QString file = sample_.path("size.pdf");
        QCOMPARE(sample_.write(spec, file), QByteArray());
        const QString told = tool("pdfinfo", {file});
        const auto size = QRegularExpression("Page size: +([0-9.]+) x ([0-9.]+) pts").match(told);
        QVERIFY2(size.hasMatch(), qPrintable(told));
        QVERIFY2(std::abs(size.captured(1).toDouble() - spec.width) < 0.01, qPrintable(told));
        if (spec.height > 0)
            QVERIFY2(std::abs(size.captured(2).toDouble() - spec.height) < 0.01, qPrintable(told));
        QVERIFY(told.contains(QRegularExpression("Pages: +1\n")));
        QVERIFY(told.contains(QRegularExpression("Tagged: +yes\n")));
        QVERIFY(!told.contains("CreationDate"));
        QVERIFY(!told.contains("Syntax"));
    }
    void fontsAreEmbedded_data() { addFigures(); }
    void fontsAreEmbedded() {
        NEEDS_TOOL("pdffonts");
        const QString file = sample_.path("fonts.pdf");
        QCOMPARE(sample_.write(rowSpec(), file), QByteArray());
        const QStringList lines = QString(tool("pdffonts", {file})).split('\n', Qt::SkipEmptyParts);
        QVERIFY(lines.size() >= 3); // two lines of heads
        for (const QString &line : lines.mid(2)) {
            QVERIFY2(!line.contains("Type 3"), qPrintable(line));
            QVERIFY2(line.contains("TrueType"), qPrintable(line));
            QVERIFY2(line.contains(QRegularExpression(" yes (yes|no) +(yes|no) ")),
                     qPrintable(line));
        }
    }
    void typeOnPaperIsLargeEnough() {
        NEEDS_TOOL("pdftotext");
        const QString file = sample_.path("type.pdf");
        QCOMPARE(sample_.write(FigureSample::spec("nature"), file), QByteArray());
        const QString words = tool("pdftotext", {"-bbox", file, "-"});
        const auto tops = numbersOf(words, "<word[^>]* yMin=\"([0-9.]+)\"");
        const auto bottoms = numbersOf(words, "<word[^>]* yMax=\"([0-9.]+)\"");
        QVERIFY(tops.size() > 10);
        for (qsizetype i = 0; i < tops.size(); ++i)
            QVERIFY(bottoms[i] - tops[i] >= leastType - 0.05);
    }
    void metadataTellsWhatItIs() {
        NEEDS_TOOL("pdfinfo");
        FigureSpec spec = FigureSample::spec();
        spec.title = "A boot";
        const QString file = sample_.path("facts.pdf");
        QCOMPARE(sample_.write(spec, file), QByteArray());
        const QByteArray told = tool("pdfinfo", {file});
        for (const char *part :
             {"Title:           A boot", "Timeline of a boot", "digest 7777",
              "bootglass export sample.bootglass --to facts.pdf --preset ieee-1col"})
            QVERIFY2(told.contains(part), told);
        QVERIFY(tool("pdfinfo", {"-meta", file}).contains("<dc:description>"));
        const QByteArray structure = tool("pdfinfo", {"-struct", file});
        QVERIFY2(structure.startsWith("Figure"), structure);
    }

    // --- SVG

    void svgIsValid_data() { addFigures(); }
    void svgIsValid() {
        NEEDS_TOOL("xmllint");
        NEEDS_TOOL("rsvg-convert");
        const QString file = sample_.path("figure.svg");
        const QString picture = sample_.path("svg.png");
        QCOMPARE(sample_.write(rowSpec(), file), QByteArray());
        QVERIFY(!tool("xmllint", {"--noout", file}).isNull());
        QVERIFY(!tool("rsvg-convert", {file, "-o", picture}).isNull());
        const QImage drawn(picture);
        QVERIFY(drawn.width() > 100 && drawn.height() > 50);
    }
    void svgKeepsPublishersLimits_data() { addFigures(); }
    void svgKeepsPublishersLimits() {
        const auto figure = sample_.make(rowSpec());
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        const QString svg = QString::fromUtf8(figureSvg(*figure));
        const auto sizes = numbersOf(svg, "font-size=\"([0-9.]+)\"");
        QVERIFY(sizes.size() > 5);
        for (const double size : sizes)
            QVERIFY(size >= leastType);
        const auto widths = numbersOf(svg, "stroke-width=\"([0-9.]+)\"");
        QVERIFY(!widths.isEmpty());
        for (const double width : widths)
            QVERIFY(width >= leastStroke);
        QVERIFY(svg.contains("<desc id=\"description\">") && svg.contains("<title id=\"title\">"));
        QVERIFY(svg.contains("<dc:source>drawn by: bootglass export"));
    }
    void nothingLeavesThePage_data() {
        QTest::addColumn<quint64>("from");
        QTest::addColumn<quint64>("until");
        QTest::newRow("whole") << quint64(0) << quint64(0);
        QTest::newRow("disk") << quint64(2'240'000'000) << quint64(2'300'000'000);
        QTest::newRow("single events") << quint64(2'260'000'000) << quint64(2'260'100'000);
        QTest::newRow("within one instruction") << quint64(2'260'000'000) << quint64(2'260'000'004);
    }
    void nothingLeavesThePage() {
        QFETCH(quint64, from);
        QFETCH(quint64, until);
        FigureSpec spec = FigureSample::spec();
        if (until) {
            spec.from = FigurePoint{VirtualNs{from}, "a"};
            spec.until = FigurePoint{VirtualNs{until}, "b"};
        }
        const auto figure = sample_.make(spec);
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        const QRectF page = figure->drawing.page().adjusted(-0.001, -0.001, 0.001, 0.001);
        const TypeMetrics metrics(figure->drawing.family());
        for (const DrawingItem &item : figure->drawing.items()) {
            if (const auto *area = std::get_if<Area>(&item))
                QVERIFY(page.contains(area->outline.boundingRect()));
            if (const auto *stroke = std::get_if<Stroke>(&item))
                for (const QPolygonF &line : stroke->lines)
                    for (const QPointF &point : line)
                        QVERIFY(page.contains(point));
        }
    }

    // --- LaTeX

    void latexCompiles_data() {
        QTest::addColumn<int>("kind");
        for (const auto kind : {FigureKind::Timeline, FigureKind::Phases})
            QTest::addRow("%s", qPrintable(nameOf(kind))) << static_cast<int>(kind);
    }
    void latexCompiles() {
        NEEDS_TOOL("pdflatex");
        NEEDS_TOOL("pdfinfo");
        QFETCH(int, kind);
        FigureSpec spec = FigureSample::spec("ieee-1col", static_cast<FigureKind>(kind));
        spec.annotations = {{{VirtualNs{1'000'000'000}, "time:1s"}, "50% of a_b & {c} \\d é"}};
        const QString file = sample_.path("figure.tex");
        QCOMPARE(sample_.write(spec, file), QByteArray());
        QFile whole(sample_.path("paper.tex"));
        QVERIFY(whole.open(QIODevice::WriteOnly));
        whole.write("\\documentclass{article}\n\\usepackage{tikz}\n\\usepackage{booktabs}\n"
                    "\\pagestyle{empty}\\parindent0pt\n\\begin{document}\n"
                    "\\setbox0\\hbox{\\input{figure}}\\typeout{WIDTH \\the\\wd0}\\box0\n"
                    "\\end{document}\n");
        whole.close();
        const QString log =
            tool("pdflatex", {"-interaction=nonstopmode", "-halt-on-error", "paper"},
                 QFileInfo(file).path());
        QVERIFY(!log.isNull());
        QVERIFY2(!log.contains("Missing character"), qPrintable(log));
        if (spec.kind != FigureKind::Timeline) return;
        // TeX's points are 1/72.27 in.
        const auto width = numbersOf(log, "WIDTH ([0-9.]+)pt");
        QCOMPARE(width.size(), 1);
        QVERIFY(std::abs(width.front() / 72.27 * 72 - spec.width) < 0.01);
    }

    // --- all formats

    void theSameBytesEachTime_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("kind");
        for (const char *suffix : {"pdf", "svg", "png", "tex", "csv", "json", "py"})
            for (const auto kind : {FigureKind::Timeline, FigureKind::Phases})
                QTest::addRow("%s %s", suffix, qPrintable(nameOf(kind)))
                    << QStringLiteral("same.") + suffix << static_cast<int>(kind);
    }
    void theSameBytesEachTime() {
        QFETCH(QString, file);
        QFETCH(int, kind);
        const FigureSpec spec = FigureSample::spec("acm-1col", static_cast<FigureKind>(kind));
        QList<QByteArray> bytes;
        for (int time = 0; time < 2; ++time) {
            const auto figure = sample_.make(spec, file);
            QVERIFY(figure);
            const auto written = figureBytes(*figure, *figureFormatOf(file));
            QVERIFY(written);
            bytes << *written;
        }
        QCOMPARE(bytes[0], bytes[1]);
        QVERIFY(bytes[0].size() > 200);
    }
    void pictureHasItsDots() {
        FigureSpec spec = FigureSample::spec();
        spec.dpi = 200;
        const QString file = sample_.path("dots.png");
        QCOMPARE(sample_.write(spec, file), QByteArray());
        const QImage picture(file);
        QCOMPARE(picture.width(), 700);
        QCOMPARE(qRound(picture.dotsPerMeterX() * 0.0254), 200);
        QVERIFY(picture.text("Source").contains("digest 7777"));
        QVERIFY(picture.text("Description").startsWith("Timeline of a boot"));
    }
    void scriptRuns() {
        QString python;
        for (const char *candidate : {"python3", "/usr/bin/python3"}) {
            QProcess probe;
            probe.start(candidate, {"-c", "import matplotlib"});
            if (python.isEmpty() && probe.waitForFinished() && probe.exitCode() == 0)
                python = candidate;
        }
        if (python.isEmpty()) QSKIP("matplotlib is not installed");
        for (const auto kind : {FigureKind::Timeline, FigureKind::Phases}) {
            const QString file = sample_.path("script.py");
            QCOMPARE(sample_.write(FigureSample::spec("ieee-1col", kind), file), QByteArray());
            QFile::remove(sample_.path("out.png"));
            QVERIFY(!tool(python, {file, sample_.path("out.png")}).isNull());
            QVERIFY(!QImage(sample_.path("out.png")).isNull());
        }
    }
    void numbersAreTheRuns() {
        const auto figure = sample_.make(FigureSample::spec("ieee-1col", FigureKind::Phases));
        QVERIFY(figure);
        const QJsonObject json = QJsonDocument::fromJson(figureJson(*figure)).object();
        QCOMPARE(json["columns"].toArray().first().toString(), "phase");
        const auto phases = sample_.reader().phases();
        QVERIFY(phases);
        const QJsonArray rows = json["rows"].toArray();
        QCOMPARE(size_t(rows.size()), phases->size());
        for (qsizetype i = 0; i < rows.size(); ++i) {
            const RunPhase &phase = (*phases)[size_t(i)];
            QCOMPARE(rows[i].toArray()[0].toString().toStdString(), phase.path);
            QCOMPARE(quint64(rows[i].toArray()[4].toInteger()), phase.instructions());
        }
        QCOMPARE(figureCsv(*figure).count("\r\n"), rows.size() + 1);
    }
    void columnsAddUp_data() {
        QTest::addColumn<int>("axis");
        QTest::newRow("time") << static_cast<int>(AxisKind::Time);
        QTest::newRow("instructions") << static_cast<int>(AxisKind::Instructions);
    }
    void columnsAddUp() {
        QFETCH(int, axis);
        FigureSpec spec = FigureSample::spec();
        spec.axis = static_cast<AxisKind>(axis);
        spec.tracks = QStringList{"IRQ 0 timer"};
        const auto figure = sample_.make(spec);
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        double sum = 0;
        for (const auto &row : figure->data.rows)
            sum += row[6].text.toDouble();
        // The range is half open: what happens in the run's last moment is not in it.
        const auto events = sample_.reader().events(TrackId{TrackKind::IrqLine, 0},
                                                    {{0}, sample_.reader().end().ns}, 1'000'000);
        QVERIFY(events);
        QVERIFY(events->size() > 1000);
        QVERIFY(std::abs(sum - double(events->size())) < 0.01);
    }
    /// A column that is as wide as one or two of the reader's bins must not show one or two. The
    /// run has more events than are looked at one by one, so its bins are those of a roll-up.
    void aSteadyRateIsLevel_data() {
        QTest::addColumn<double>("width");
        for (const double width : {144.0, 173.0, 211.0, 252.0, 516.0})
            QTest::addRow("%g pt", width) << width;
        QCOMPARE(recordTicks(sample_.path("ticks.bootglass").toStdString(), 300'000),
                 std::string());
    }
    void aSteadyRateIsLevel() {
        QFETCH(double, width);
        auto reader = RunReader::open(sample_.path("ticks.bootglass").toStdString());
        QVERIFY(reader);
        FigureSpec spec = FigureSample::spec();
        spec.width = width;
        spec.tracks = QStringList{"timer"};
        const auto figure = makeFigure(**reader, spec, "f.pdf");
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        std::vector<double> counts;
        for (const auto &row : figure->data.rows)
            counts.push_back(row[6].text.toDouble());
        QVERIFY(counts.size() > 100);
        counts.pop_back(); // the last column is cut
        const auto [least, most] = std::ranges::minmax(counts);
        QVERIFY2(most <= 1.2 * least, qPrintable(QString("%1 to %2").arg(least).arg(most)));
    }
    void idleTimeHasNoWidthAmongInstructions() {
        FigureSpec spec = FigureSample::spec();
        spec.axis = AxisKind::Instructions;
        const auto figure = sample_.make(spec);
        QVERIFY(figure);
        for (const auto &row : figure->data.rows)
            QVERIFY(row[2].text != "idle");
        QVERIFY(figureSvg(*figure).contains(">instructions (10⁹)<"));
    }

    // --- runs of others

    void namesAreOnlyText_data() {
        QTest::addColumn<int>("kind");
        for (const auto kind : {FigureKind::Timeline, FigureKind::Phases, FigureKind::Flame})
            QTest::addRow("%s", qPrintable(nameOf(kind))) << static_cast<int>(kind);
        QCOMPARE(recordHostile(sample_.path("hostile.bootglass").toStdString()), std::string());
    }
    void namesAreOnlyText() {
        QFETCH(int, kind);
        auto reader = RunReader::open(sample_.path("hostile.bootglass").toStdString());
        QVERIFY(reader);
        const FigureSpec spec = FigureSample::spec("acm-2col", static_cast<FigureKind>(kind));
        const auto figure = makeFigure(**reader, spec, "f.pdf");
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        const auto save = [&](const char *name) {
            const auto bytes = figureBytes(*figure, *figureFormatOf(QString::fromLatin1(name)));
            return bytes && writeBytes(*bytes, sample_.path(name));
        };
        for (const char *name : {"h.pdf", "h.svg", "h.png", "h.tex", "h.csv", "h.json", "h.py"})
            QVERIFY(save(name));
        QFile json(sample_.path("h.json"));
        QVERIFY(json.open(QIODevice::ReadOnly));
        QVERIFY(!QJsonDocument::fromJson(json.readAll()).isNull());
        NEEDS_TOOL("xmllint");
        NEEDS_TOOL("pdfinfo");
        QVERIFY(!tool("xmllint", {"--noout", sample_.path("h.svg")}).isNull());
        QVERIFY(!tool("pdfinfo", {sample_.path("h.pdf")}).contains("Syntax"));
        NEEDS_TOOL("python3");
        QVERIFY(!tool("python3", {"-m", "py_compile", sample_.path("h.py")}).isNull());
        NEEDS_TOOL("pdflatex");
        QFile paper(sample_.path("hostile.tex"));
        QVERIFY(paper.open(QIODevice::WriteOnly));
        paper.write("\\documentclass{article}\\usepackage{tikz}\\usepackage{booktabs}"
                    "\\begin{document}\\input{h}\\end{document}\n");
        paper.close();
        QVERIFY(!tool("pdflatex", {"-interaction=nonstopmode", "-halt-on-error", "hostile"},
                      QFileInfo(paper).path())
                     .isNull());
    }
    void flameGraphSharesItsSamples() {
        QCOMPARE(recordHostile(sample_.path("flame.bootglass").toStdString()), std::string());
        auto reader = RunReader::open(sample_.path("flame.bootglass").toStdString());
        QVERIFY(reader);
        const auto names = [](uint32_t address) -> std::string {
            return address < 0x640000 ? "early+0x10" : "";
        };
        const auto figure = makeFigure(**reader, FigureSample::spec("ieee-1col", FigureKind::Flame),
                                       "f.pdf", names);
        QVERIFY2(figure, figure ? "" : figure.error().sentence.c_str());
        quint64 own = 0;
        quint64 early = 0;
        for (const auto &row : figure->data.rows) {
            own += row[3].text.toULongLong();
            if (row[0].text.endsWith(";early")) early += row[3].text.toULongLong();
        }
        QCOMPARE(own, quint64(100));
        QCOMPARE(early, quint64(49));
    }

    // --- what cannot be drawn

    void refusals_data() {
        QTest::addColumn<QString>("says");
        QTest::addColumn<int>("what");
        QTest::newRow("too low") << "it needs a height of" << 0;
        QTest::newRow("no such track") << "no track 'nothing'; it has: phases, markers" << 1;
        QTest::newRow("no such font") << "'No Such Font' is not installed" << 2;
        QTest::newRow("too narrow") << "2 to 55 in wide" << 3;
        QTest::newRow("nothing between") << "nothing between" << 4;
        QTest::newRow("annotation elsewhere") << "outside the figure's range" << 5;
        QTest::newRow("no samples") << "no samples" << 6;
        QTest::newRow("one run to compare") << "needs two" << 7;
        QTest::newRow("small type") << "7 to 72 points" << 8;
    }
    void refusals() {
        QFETCH(QString, says);
        QFETCH(int, what);
        FigureSpec spec = FigureSample::spec();
        const auto point = [](uint64_t ns) { return FigurePoint{VirtualNs{ns}, "x"}; };
        switch (what) {
        case 0: spec.height = 60; break;
        case 1: spec.tracks = QStringList{"nothing"}; break;
        case 2: spec.family = "No Such Font"; break;
        case 3: spec.width = 50; break;
        case 4:
            spec.from = point(10);
            spec.until = point(10);
            break;
        case 5:
            spec.until = point(1'000'000);
            spec.annotations = {{point(2'000'000), "late"}};
            break;
        case 6: // the firmware is not sampled
            spec.kind = FigureKind::Flame;
            spec.until = point(10'000'000);
            break;
        case 7: spec.kind = FigureKind::Waterfall; break;
        default: spec.typeSize = 5;
        }
        const auto figure = sample_.make(spec);
        QVERIFY(!figure);
        const QString sentence = QString::fromStdString(figure.error().sentence);
        QVERIFY2(sentence.contains(says), qPrintable(sentence));
    }
};

QTEST_MAIN(TestFigureFiles)
#include "tst_figure_files.moc"
