// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison in the window: where things stand on a shared axis, what its tables say, and what
// hands can do with it.
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/compare/compare_view.h"
#include "ui/compare/delta_style.h"

using namespace bootglass;

namespace {

/// A small boot: its phases by name and length, in thousands of instructions.
using Plan = std::vector<std::pair<std::string, uint64_t>>;

std::string recordPlan(const QString &path, const Plan &plan, uint64_t reads) {
    RecorderOptions options;
    options.path = path.toStdString();
    options.force = true;
    auto recorder = RunRecorder::create(options);
    if (!recorder) return recorder.error().sentence;
    RunRecorder &run = **recorder;
    run.meta("detail", "events");
    run.source({SourceGroup::PortDevice, 1, "fw_cfg"});
    Icount now;
    const auto point = [&now] { return RunPoint{now, {now.value * 8}, 0, 0}; };
    uint64_t left = reads;
    for (const auto &[path, thousands] : plan) {
        if (path.starts_with('!')) {
            run.marker(path.substr(1), "test", now, point().ns);
            continue;
        }
        run.phaseStarted(path, point());
        for (; left > 0; --left) {
            run.event({now, point().ns, EventKind::PortRead, 1, 1, 0x511, left, 0});
            now = now + 1;
        }
        left = reads;
        now = now + (thousands * 1000 - reads);
        run.modeSpan(CpuShare::Kernel, {(now.value - thousands * 1000) * 8}, point().ns);
        run.phaseEnded(path, point());
    }
    run.ended("marker:prompt", point(), {});
    const Result<void> closed = run.close();
    return closed ? std::string() : closed.error().sentence;
}

ComparedRun runOf(const QString &file) {
    const auto reader = RunReader::open(file.toStdString());
    const auto run = readComparedRun(**reader);
    return *run;
}

} // namespace

class TestCompareView : public QObject {
    Q_OBJECT

    SampleFile sample_; // with settings that are nobody's
    QString a_;
    QString b_;
    QString c_;

    struct Opened {
        explicit Opened(const QStringList &files) {
            view.resize(1500, 950);
            view.show();
            view.open(files);
            settled = settle();
        }
        bool settle() {
            return QTest::qWaitFor(
                [this] { return view.isLoaded() && view.timeline().isPainted(); }, 20'000);
        }
        size_t row(const char *path) {
            const auto &rows = view.pair().phases;
            return size_t(std::ranges::find(rows, path, &DeltaRow::name) - rows.begin());
        }
        CompareView view;
        bool settled = false;
    };

  private slots:
    void initTestCase() {
        a_ = sample_.path("a.bootglass");
        b_ = sample_.path("b.bootglass");
        c_ = sample_.path("c.bootglass");
        QCOMPARE(
            recordPlan(a_, {{"firmware", 100}, {"!kernel", 0}, {"kernel", 500}, {"userspace", 300}},
                       10),
            std::string());
        QCOMPARE(
            recordPlan(b_, {{"firmware", 200}, {"!kernel", 0}, {"kernel", 400}, {"userspace", 900}},
                       12),
            std::string());
        QCOMPARE(recordPlan(c_,
                            {{"firmware", 100},
                             {"!kernel", 0},
                             {"kernel", 450},
                             {"late", 30},
                             {"userspace", 300}},
                            10),
                 std::string());
    }

    // --- the axis

    void bothStandOnTheMarker() {
        const AlignedAxis axis = alignedOnMarker(runOf(a_), runOf(b_), "kernel");
        QCOMPARE(axis.zero().value, uint64_t(200'000 * 8));
        QCOMPARE(axis.positionOf(Side::A, {100'000 * 8}), axis.zero());
        QCOMPARE(axis.positionOf(Side::B, {200'000 * 8}), axis.zero());
        QCOMPARE(axis.positionOf(Side::A, {0}).value, uint64_t(100'000 * 8));
        QCOMPARE(axis.positionOf(Side::B, {0}).value, uint64_t(0));
        QCOMPARE(axis.end().value, uint64_t(1'500'000 * 8));
        QCOMPARE(axis.timeAt(Side::A, {0}).value, uint64_t(0)); // not begun yet
        QCOMPARE(axis.timeAt(Side::A, axis.end()).value, uint64_t(900'000 * 8));
    }
    void eachPhaseStandsOnItsStart() {
        const ComparedRun a = runOf(a_);
        const ComparedRun b = runOf(b_);
        const AlignedAxis axis = alignedOnPhases(a, b, deltaRows(a, b, ComparedBy::Phase));
        for (size_t phase = 0; phase < 3; ++phase)
            QCOMPARE(axis.positionOf(Side::A, a.phases[phase].start.ns),
                     axis.positionOf(Side::B, b.phases[phase].start.ns));
        // The longer of each pair makes the room: 200 + 500 + 900.
        QCOMPARE(axis.end().value, uint64_t(1'600'000 * 8));
        // A phase ends where it ends, not where the next begins.
        QCOMPARE(axis.positionsOf(Side::A, a.phases[0].range()), (TimeRange{{0}, {100'000 * 8}}));
        QCOMPARE(axis.positionsOf(Side::B, b.phases[1].range()),
                 (TimeRange{{200'000 * 8}, {600'000 * 8}}));
    }
    void anchorsThatDoNotAscendAreLeftOut() {
        const AlignedAxis axis({100}, {100},
                               {{{10}, {50}}, {{20}, {40}}, {{30}, {60}}, {{9}, {90}}});
        QCOMPARE(axis.positionOf(Side::A, {10}), axis.positionOf(Side::B, {50}));
        QCOMPARE(axis.positionOf(Side::A, {30}), axis.positionOf(Side::B, {60}));
        QCOMPARE(axis.pieces(Side::A).size(), size_t(3));
        const AlignedAxis none({0}, {0}, {});
        QCOMPARE(none.positionOf(Side::A, {5}), VirtualNs{0});
        QVERIFY(none.whole().lengthNs() > 0);
    }

    // --- words

    void differencesHaveSigns_data() {
        QTest::addColumn<qint64>("delta");
        QTest::addColumn<QString>("shown");
        QTest::addColumn<QString>("exact");
        QTest::newRow("none") << qint64(0) << "0"
                              << "0";
        QTest::newRow("less") << qint64(-38) << "▼_38"
                              << "−38";
        QTest::newRow("more") << qint64(20'662'461) << "▲_20.7_M"
                              << "+20_662_461";
        QTest::newRow("much more") << qint64(2'345'678'901) << "▲_2.35_G"
                                   << "+2_345_678_901";
        QTest::newRow("least") << qint64(INT64_MIN) << "▼_9223372037_G"
                               << "−9_223_372_036_854_775_808";
    }
    void differencesHaveSigns() {
        QFETCH(qint64, delta);
        QFETCH(QString, shown);
        QFETCH(QString, exact);
        QCOMPARE(deltaText(delta, Measure::Instructions), shown.replace(u'_', thinSpace));
        QCOMPARE(exactDelta(delta, Measure::Instructions), exact.replace(u'_', thinSpace));
    }
    void moreAndLessCanBeToldApart() {
        for (const Theme *theme : {&Theme::light(), &Theme::darkOne()}) {
            const QColor more = deltaColour(1, *theme);
            const QColor less = deltaColour(-1, *theme);
            // Apart in the blue–yellow direction, which the red–green blind see.
            QVERIFY(less.blue() - more.blue() > 100);
            QVERIFY(std::abs(qGray(more.rgb()) - qGray(less.rgb())) > 10);
        }
    }

    // --- the view

    void theAnswerIsSaid() {
        Opened open({a_, b_});
        QVERIFY(open.settled);
        QCOMPARE(open.view.bar().answer().remove(thinSpace),
                 QString("B takes 600000 instructions (66.67%) more"));
        QVERIFY(open.view.bar().sentence().startsWith("B takes 600,000 instructions"));
        const auto &rows = open.view.table().rows();
        QCOMPARE(rows.size(), size_t(3));
        QCOMPARE(rows[2].cells[3], QString("▲ 600 k").replace(u' ', thinSpace));
        QCOMPARE(open.view.timeline().scene().chosen, std::optional<size_t>(2));
        QVERIFY(!open.view.series().isVisible());
    }
    void aPhaseIsChosenByAClick() {
        Opened open({a_, b_});
        QVERIFY(open.settled);
        const CompareScene &scene = open.view.timeline().scene();
        QTest::mouseClick(&open.view.timeline(), Qt::LeftButton, {},
                          scene.bandOf(Side::A, 1).center().toPoint());
        QCOMPARE(scene.chosen, std::optional<size_t>(1));
        QCOMPARE(open.view.table().view().currentIndex().row(), 1);
        QVERIFY(
            QTest::qWaitFor([&] { return !open.view.changes().changes().bars.empty(); }, 10'000));
        QCOMPARE(open.view.changes().changes().title, QString("kernel: devices, by accesses"));
        QCOMPARE(open.view.changes().changes().bars.front(), (ChangeBar{"fw_cfg", 2, {}}));
        // A ribbon is the phase's, too.
        QTest::mouseClick(
            &open.view.timeline(), Qt::LeftButton, {},
            QPoint(int(scene.bandOf(Side::B, 2).center().x()), scene.ribbons.bottom() - 2));
        QCOMPARE(scene.chosen, std::optional<size_t>(2));
        // And the table's row.
        open.view.table().view().selectRow(0);
        QCOMPARE(scene.chosen, std::optional<size_t>(0));
    }
    void aDoubleClickZoomsToThePhase() {
        Opened open({a_, b_});
        QVERIFY(open.settled);
        const CompareScene &scene = open.view.timeline().scene();
        QTest::mouseDClick(&open.view.timeline(), Qt::LeftButton, {},
                           scene.bandOf(Side::B, 1).center().toPoint());
        const TimeRange kernel = scene.aligned.positionsOf(Side::A, runOf(a_).phases[1].range());
        QVERIFY(scene.visible.from <= kernel.from && scene.visible.to >= kernel.to);
        QVERIFY(scene.visible.lengthNs() < kernel.lengthNs() * 11 / 10);
        QVERIFY(open.settle());
        QTest::keyClick(&open.view.timeline(), Qt::Key_Home);
        QCOMPARE(scene.visible, scene.aligned.whole());
    }
    void itIsAlignedOnTheChosenMarker() {
        Opened open({a_, b_});
        QVERIFY(open.settled);
        open.view.setMarker("kernel");
        const CompareScene &scene = open.view.timeline().scene();
        QCOMPARE(scene.bandOf(Side::A, 1).left(), scene.bandOf(Side::B, 1).left());
        QVERIFY(scene.bandOf(Side::A, 2).left() > scene.bandOf(Side::B, 2).left());
        QVERIFY(open.view.commandLine().endsWith(" --align kernel"));
        open.view.setMarker("nowhere");
        QCOMPARE(scene.marker, QString("kernel"));
    }
    void theFirstDivergenceIsOneClickAway() {
        Opened open({a_, b_});
        QVERIFY(open.settled);
        const CompareScene &scene = open.view.timeline().scene();
        QTest::mouseClick(&open.view.timeline(), Qt::LeftButton, {},
                          scene.rowOfDivergence.center());
        QVERIFY(QTest::qWaitFor([&] { return scene.divergence.has_value(); }, 10'000));
        QVERIFY2(open.view.divergence().sentence().contains("has value 0xA in A and 0xC in B"),
                 qPrintable(open.view.divergence().sentence()));
        QCOMPARE(open.view.tabs().currentWidget(), &open.view.divergence());
        QCOMPARE(open.view.divergence().rows().front().cells.front(), QString("≠"));
    }
    void tablesAreSortedAndSearched() {
        Opened open({a_, b_});
        QVERIFY(open.settled);
        DeltaPanel &table = open.view.table();
        const auto names = [&table] {
            QStringList list;
            for (const TableRow &row : table.rows())
                list << row.cells[0];
            return list;
        };
        table.sortBy(SortBy::Delta);
        QCOMPARE(names(), (QStringList{"userspace", "firmware", "kernel"}));
        table.search().setText("KER");
        QCOMPARE(names(), (QStringList{"kernel"}));
        QCOMPARE(table.rows()[0].id, int64_t(1));
        table.search().clear();
        table.setBy(ComparedBy::Device);
        QCOMPARE(names(), (QStringList{"fw_cfg"}));
        QVERIFY(open.view.commandLine().contains("--by device"));
    }
    void aSeriesChoosesItsPair() {
        Opened open({a_, b_, c_});
        QVERIFY(open.settled);
        QVERIFY(open.view.series().isVisible());
        QCOMPARE(open.view.pair().b.label, std::string("b"));
        open.view.choosePair(0, 2);
        QVERIFY(open.settle());
        QCOMPARE(open.view.pair().b.label, std::string("c"));
        QCOMPARE(open.view.bar().runB().currentIndex(), 2);
        QVERIFY(open.view.table().rows()[2].cells[0].contains("new in B"));
        open.view.choosePair(1, 2);
        QVERIFY(open.settle());
        QVERIFY(open.view.commandLine().contains("--baseline"));
    }
    void equalRunsDifferNowhere() {
        Opened open({a_, a_});
        QVERIFY(open.settled);
        QCOMPARE(open.view.bar().answer(), QString("A and B take the same instructions"));
        for (const TableRow &row : open.view.table().rows())
            QCOMPARE(row.cells[3], QString("0"));
        open.view.findDivergence();
        QVERIFY(QTest::qWaitFor([&] { return open.view.timeline().scene().divergence.has_value(); },
                                10'000));
        QVERIFY(open.view.divergence().sentence().startsWith("All "));
    }
    void aBadFileIsToldInASentence() {
        QString told;
        CompareView view;
        connect(&view, &CompareView::failed, [&told](const QString &text) { told = text; });
        view.open({a_, sample_.path("gone.bootglass")});
        QVERIFY(QTest::qWaitFor([&] { return !told.isEmpty(); }, 10'000));
        QVERIFY2(told.contains("gone.bootglass"), qPrintable(told));
    }

    // --- in the window

    void theWindowShowsItInItsColours() {
        OpenWindow open;
        open.window.openComparison({a_, b_});
        CompareView *view = open.window.comparison();
        QVERIFY(view);
        QVERIFY(QTest::qWaitFor([&] { return view->isLoaded() && view->timeline().isPainted(); },
                                20'000));
        QVERIFY(open.window.showsComparison());
        QVERIFY(!open.window.bar().isVisible());
        open.action(ActionId::ThemeDark).trigger();
        QCOMPARE(view->timeline().scene().theme->name, ThemeName::Dark);
        QImage picture = view->grab().toImage();
        QVERIFY(picture.pixelColor(5, picture.height() / 2).lightness() < 100);
        open.action(ActionId::ThemeLight).trigger();
        picture = view->grab().toImage();
        QVERIFY(picture.pixelColor(5, picture.height() / 2).lightness() > 200);
        QVERIFY(open.action(ActionId::CloseRun).isEnabled());
        open.action(ActionId::CloseRun).trigger();
        QVERIFY(!open.window.showsComparison());
        QVERIFY(open.window.bar().isVisible());
        open.open(sample_.file());
        QVERIFY(open.window.showsRun());
    }
};

QTEST_MAIN(TestCompareView)
#include "tst_compare_view.moc"
