// SPDX-License-Identifier: GPL-3.0-or-later
// The values that figures are made of: cutting, hatches, names of markers, lengths, palettes, the
// command that draws a figure again.
#include "tests/figure/figure_sample.h"
#include "ui/figure/marker_keys.h"
#include "ui/figure/table_drawing.h"

#include <QApplication>
#include <QTest>

using namespace bootglass;

class TestFigureGeometry : public QObject {
    Q_OBJECT

  private slots:
    // --- cutting

    void polygonsAreCut_data() {
        QTest::addColumn<QPolygonF>("polygon");
        QTest::addColumn<QRectF>("rest"); // its bounds; empty: nothing
        QTest::newRow("inside") << QPolygonF(QRectF(2, 2, 3, 3)) << QRectF(2, 2, 3, 3);
        QTest::newRow("over an edge") << QPolygonF(QRectF(-5, 2, 10, 3)) << QRectF(0, 2, 5, 3);
        QTest::newRow("over all edges")
            << QPolygonF(QRectF(-5, -5, 30, 30)) << QRectF(0, 0, 10, 10);
        QTest::newRow("outside") << QPolygonF(QRectF(20, 2, 10, 3)) << QRectF();
        QTest::newRow("triangle over a corner")
            << QPolygonF({{-4, 5}, {5, -4}, {5, 5}}) << QRectF(0, 0, 5, 5);
    }
    void polygonsAreCut() {
        QFETCH(QPolygonF, polygon);
        QFETCH(QRectF, rest);
        QCOMPARE(cut(polygon, QRectF(0, 0, 10, 10)).boundingRect(), rest);
    }
    void aLineThatLeavesAndComesBackIsTwo() {
        const auto parts =
            cutLine(QPolygonF({{1, 5}, {15, 5}, {15, 8}, {1, 8}}), QRectF(0, 0, 10, 10));
        QCOMPARE(parts.size(), size_t{2});
        QCOMPARE(parts[0], QPolygonF({{1, 5}, {10, 5}}));
        QCOMPARE(parts[1], QPolygonF({{10, 8}, {1, 8}}));
    }
    void nothingIsThinnerOrSmallerThanPublishersTake() {
        Drawing drawing(QSizeF(100, 50), figureFamily());
        drawing.line({0, 0}, {50, 50}, Qt::black, 0.1);
        drawing.label({{10, 20}, "x", 3, false, Anchor::Left, Qt::black});
        QCOMPARE(std::get<Stroke>(drawing.items()[0]).width, leastStroke);
        QCOMPARE(std::get<Label>(drawing.items()[1]).size, leastType);
    }
    void labelsThatLeaveThePageAreLeftOut_data() {
        QTest::addColumn<QPointF>("at");
        QTest::addColumn<bool>("stays");
        QTest::newRow("inside") << QPointF(10, 20) << true;
        QTest::newRow("right") << QPointF(97, 20) << false;
        QTest::newRow("left") << QPointF(-3, 20) << false;
        QTest::newRow("top") << QPointF(10, 3) << false;
        QTest::newRow("bottom") << QPointF(10, 49.5) << false;
    }
    void labelsThatLeaveThePageAreLeftOut() {
        QFETCH(QPointF, at);
        Drawing drawing(QSizeF(100, 50), figureFamily());
        drawing.label({at, "text", 8, false, Anchor::Left, Qt::black});
        QTEST(!drawing.items().empty(), "stays");
    }

    // --- hatches

    void hatchesStayInside_data() {
        QTest::addColumn<int>("hatch");
        for (const int hatch : {1, 2, 3, 4, 5})
            QTest::addRow("hatch %d", hatch) << hatch;
    }
    void hatchesStayInside() {
        QFETCH(int, hatch);
        const std::vector<QRectF> rects = {{3, 4, 20, 7}, {23, 2, 5, 9}, {40, 4, 1, 7}};
        const auto lines = hatchLines(rects, static_cast<Hatch>(hatch), 3);
        QVERIFY(lines.size() > 3);
        for (const QPolygonF &line : lines) {
            for (const QPointF &point : line)
                QVERIFY(std::ranges::any_of(rects, [&](const QRectF &rect) {
                    return rect.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(point);
                }));
        }
    }
    void aHatchGoesOnAcrossNeighbours() {
        // Two halves have no more lines than the whole.
        const auto whole = hatchLines({{0, 0, 40, 10}}, Hatch::Rising, 3);
        const auto halves = hatchLines({{0, 0, 17, 10}, {17, 0, 23, 10}}, Hatch::Rising, 3);
        QCOMPARE(halves.size(), whole.size());
    }
    void greyscaleTellsOwnersApart_data() {
        QTest::addColumn<int>("palette");
        for (const auto palette : {PaletteName::OkabeIto, PaletteName::Tol, PaletteName::Grey})
            QTest::addRow("%s", qPrintable(nameOf(palette))) << static_cast<int>(palette);
    }
    void greyscaleTellsOwnersApart() {
        QFETCH(int, palette);
        const FigurePalette colours(static_cast<PaletteName>(palette));
        for (size_t a = 0; a < cpuShares; ++a) {
            for (size_t b = a + 1; b < cpuShares; ++b) {
                const Swatch x = colours.share(static_cast<CpuShare>(a));
                const Swatch y = colours.share(static_cast<CpuShare>(b));
                QVERIFY(x.hatch != y.hatch);
            }
        }
        for (const auto &[a, b] : {std::pair("firmware", "loader"), std::pair("loader", "kernel"),
                                   std::pair("kernel", "userspace")})
            QVERIFY(colours.phase(a).hatch != colours.phase(b).hatch);
    }

    // --- names of markers

    void namesThatFitAreWritten() {
        const std::vector<MarkerSpot> spots = {{10, 30}, {20, 30}, {95, 20}};
        const auto placed = placeNames(spots, 0, 100, 2, 2);
        QCOMPARE(placed.size(), size_t{3});
        QCOMPARE(placed[1].row, 1);
        QVERIFY(placed[2].left + 20 <= 95); // at the left of its pole
    }
    void namesThatDoNotFitAreNone() {
        const std::vector<MarkerSpot> spots = {{10, 60}, {11, 60}, {12, 60}};
        QVERIFY(placeNames(spots, 0, 100, 2, 2).empty());
    }
    void everyMarkerHasANumber_data() {
        QTest::addColumn<QList<double>>("at");
        QTest::addColumn<QString>("labels");
        QTest::newRow("apart") << QList<double>{0, 50, 100} << "1 2 3";
        QTest::newRow("together") << QList<double>{0, 1, 2, 50} << "1–3 4";
        QTest::newRow("at the right end") << QList<double>{0, 50, 99, 100} << "1 2 3–4";
        QTest::newRow("a growing label takes its neighbour")
            << QList<double>{80, 95, 97, 99, 100} << "1–5";
        QTest::newRow("none") << QList<double>{} << "";
    }
    void everyMarkerHasANumber() {
        QFETCH(QList<double>, at);
        std::vector<MarkerSpot> spots;
        for (const double x : at)
            spots.push_back({x, 50});
        QStringList labels;
        double end = -1;
        for (const PlacedMarker &marker : placeNumbers(spots, 0, 100, 5)) {
            labels << numberLabel(marker);
            QVERIFY(marker.left > end);
            end = marker.left + 5 * static_cast<double>(labels.last().size());
            QVERIFY(end <= 100);
        }
        QTEST(labels.join(' '), "labels");
    }

    // --- what was asked for

    void lengths_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("points"); // 0: none
        QTest::newRow("inches") << "3.5in" << 252.0;
        QTest::newRow("millimetres") << "89mm" << 252.2834645669;
        QTest::newRow("centimetres") << "2.54cm" << 72.0;
        QTest::newRow("points") << "100pt" << 100.0;
        QTest::newRow("pixels") << "96px" << 72.0;
        QTest::newRow("a bare number is pixels") << "96" << 72.0;
        QTest::newRow("empty") << "" << 0.0;
        QTest::newRow("unit alone") << "in" << 0.0;
        QTest::newRow("negative") << "-3in" << 0.0;
        QTest::newRow("unknown unit") << "3ft" << 0.0;
        QTest::newRow("infinite") << "inf" << 0.0;
    }
    void lengths() {
        QFETCH(QString, text);
        QFETCH(double, points);
        const auto length = pointsOf(text);
        QCOMPARE(bool(length), points > 0);
        if (length) QCOMPARE(*length, points);
    }
    void presetsAreThoseOfTheVenues() {
        QCOMPARE(presetOf("ieee-1col")->width, 252.0);
        QCOMPARE(presetOf("ieee-2col")->width, 515.52);
        QCOMPARE(presetOf("acm-1col")->width, 239.76);
        QCOMPARE(presetOf("usenix")->width, 239.76);
        QVERIFY(!presetOf("nowhere"));
        for (const FigurePreset &preset : figurePresets())
            QVERIFY(preset.typeSize >= leastType);
    }
    void theCommandDrawsTheSame() {
        FigureSpec spec = FigureSample::spec();
        spec.title = "it's";
        spec.tracks = {"phases", "IRQ 4 COM1"};
        spec.from = FigurePoint{VirtualNs{5}, "marker:a b"};
        spec.annotations = {{{VirtualNs{7}, "time:7ns"}, "here"}};
        QCOMPARE(commandOf(spec, {"/tmp/some run.bootglass"}, "/tmp/out.pdf"),
                 QString("bootglass export 'some run.bootglass' --to out.pdf --preset ieee-1col "
                         "--from 'marker:a b' --tracks 'phases,IRQ 4 COM1' --title 'it'\\''s' "
                         "--annotate here@time:7ns"));
    }
    void latexIsEscaped() {
        QCOMPARE(latexText("a_b & 50% {x} \\y ~^ <é>"),
                 QString("a\\_b \\& 50\\% \\{x\\} \\textbackslash{}y \\textasciitilde{}"
                         "\\textasciicircum{} \\textless{}?\\textgreater{}"));
    }
};

QTEST_MAIN(TestFigureGeometry)
#include "tst_figure_geometry.moc"
