// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs side by side: which phase is which, what they took, and that every part of a difference
// is found in exactly one place.
#include "emulator/trace/comparison_series.h"
#include "emulator/trace/comparison_waterfall.h"

#include <QTest>

#include <numeric>
#include <random>

using namespace bootglass;

namespace {

constexpr unsigned shift = 3;

/// A run by a list of phases: a path and its instructions; parents end with their last part.
class Sketch {
  public:
    explicit Sketch(std::string label = "run") {
        run_.label = std::move(label);
        run_.path = run_.label + ".bootglass";
        run_.ended = "marker:prompt";
        run_.shift = shift;
    }
    Sketch &outside(uint64_t instructions) {
        now_ = now_ + instructions;
        return *this;
    }
    Sketch &idle(uint64_t ns) {
        idle_ += ns;
        return *this;
    }
    /// A phase with parts, which `parts` adds, and something of its own before them.
    template<typename Parts>
    Sketch &phase(const std::string &name, uint64_t own, Parts parts) {
        const size_t place = open(name);
        now_ = now_ + own;
        parts(*this);
        close(place);
        return *this;
    }
    Sketch &phase(const std::string &name, uint64_t instructions) {
        return phase(name, instructions, [](Sketch &) {});
    }
    Sketch &marker(const std::string &name) {
        RunMarker marker;
        marker.id = int64_t(run_.markers.size() + 1);
        marker.name = name;
        marker.icount = now_;
        marker.ns = point().ns;
        run_.markers.push_back(marker);
        return *this;
    }
    Sketch &irq(const std::string &name, uint64_t count) {
        run_.measured[ComparedBy::Irq].push_back({name, {0, 100 * count, 0, count}});
        return *this;
    }
    ComparedRun run() {
        run_.end = point();
        return run_;
    }
    operator ComparedRun() { return run(); }

  private:
    RunPoint point() const { return {now_, {(now_.value << shift) + idle_}, idle_, 0}; }
    size_t open(const std::string &name) {
        RunPhase phase;
        phase.id = int64_t(run_.phases.size() + 1);
        phase.parent = parents_.empty() ? 0 : run_.phases[parents_.back()].id;
        phase.depth = int(parents_.size());
        phase.path = parents_.empty() ? name : run_.phases[parents_.back()].path + "/" + name;
        phase.name = name;
        phase.start = point();
        run_.phases.push_back(phase);
        parents_.push_back(run_.phases.size() - 1);
        return run_.phases.size() - 1;
    }
    void close(size_t place) {
        run_.phases[place].end = point();
        parents_.pop_back();
    }

    ComparedRun run_;
    std::vector<size_t> parents_;
    Icount now_;
    uint64_t idle_ = 0;
};

/// "kernel/a 100>120", with what changed in brackets.
QStringList told(const std::vector<DeltaRow> &rows, Measure measure = Measure::Instructions) {
    QStringList list;
    for (const DeltaRow &row : rows) {
        QString text = QString::fromStdString(row.name) + ' ' +
                       (row.a ? QString::number(row.inA(measure)) : "-") + '>' +
                       (row.b ? QString::number(row.inB(measure)) : "-");
        if (!row.change().empty()) text += " [" + QString::fromStdString(row.change()) + ']';
        list << text;
    }
    return list;
}

QStringList phasesTold(const ComparedRun &a, const ComparedRun &b) {
    return told(deltaRows(a, b, ComparedBy::Phase));
}

ComparedRun kernelBoot(uint64_t inflate, uint64_t ata, uint64_t udev) {
    return Sketch()
        .phase("firmware", 50)
        .phase("kernel", 10,
               [&](Sketch &s) {
                   s.phase("early", inflate).marker("drivers");
                   s.phase("drivers", 5,
                           [&](Sketch &d) { d.phase("pci", 40).phase("ata", ata).idle(700); });
               })
        .marker("init")
        .phase("userspace", 0, [&](Sketch &s) { s.phase("udev", udev); })
        .run();
}

} // namespace

class TestComparison : public QObject {
    Q_OBJECT

  private slots:
    void phasesAreMatched_data() {
        QTest::addColumn<ComparedRun>("a");
        QTest::addColumn<ComparedRun>("b");
        QTest::addColumn<QStringList>("rows");
        const auto row = [](const char *name, ComparedRun a, ComparedRun b, QStringList rows) {
            QTest::newRow(name) << a << b << rows;
        };
        row("nothing", Sketch(), Sketch(), {});
        row("the same names", Sketch().phase("x", 10).phase("y", 20),
            Sketch().phase("x", 11).phase("y", 20), {"x 10>11", "y 20>20"});
        row("the same name again and again", Sketch().phase("x", 1).phase("x", 2).phase("x", 3),
            Sketch().phase("x", 5).phase("x", 6), {"x 1>5", "x 2>6", "x 3>- [gone]"});
        row("new and gone, of other lengths", Sketch().phase("x", 10).phase("y", 20).phase("z", 5),
            Sketch().phase("x", 10).phase("n", 90).phase("z", 5),
            {"x 10>10", "n ->90 [new]", "y 20>- [gone]", "z 5>5"});
        row("new at the start and the end", Sketch().phase("x", 10),
            Sketch().phase("n", 1).phase("x", 10).phase("m", 2),
            {"n ->1 [new]", "x 10>10", "m ->2 [new]"});
        row("renamed: between the same neighbours, of like length",
            Sketch().phase("x", 10).phase("old", 100).phase("z", 5),
            Sketch().phase("x", 10).phase("new", 130).phase("z", 5),
            {"x 10>10", "old 100>130 [renamed to new]", "z 5>5"});
        row("of two in the gap the likest", Sketch().phase("x", 10).phase("old", 100).phase("z", 5),
            Sketch().phase("x", 10).phase("n", 150).phase("m", 101).phase("z", 5),
            {"x 10>10", "n ->150 [new]", "old 100>101 [renamed to m]", "z 5>5"});
        row("a like one elsewhere is not the same",
            Sketch().phase("x", 10).phase("old", 100).phase("z", 5),
            Sketch().phase("x", 10).phase("z", 5).phase("new", 100),
            {"x 10>10", "old 100>- [gone]", "z 5>5", "new ->100 [new]"});
        row("another order", Sketch().phase("x", 10).phase("y", 20).phase("z", 30),
            Sketch().phase("y", 20).phase("z", 30).phase("x", 10),
            {"x 10>10 [moved]", "y 20>20", "z 30>30"});
        row("parts of a renamed phase are its parts",
            Sketch().phase("k", 0, [](Sketch &s) { s.phase("p", 10).phase("q", 20); }),
            Sketch().phase("kernel", 0, [](Sketch &s) { s.phase("p", 11).phase("q", 20); }),
            {"k 30>31 [renamed to kernel]", "k/p 10>11 [now kernel/p]",
             "k/q 20>20 [now kernel/q]"});
        row("below another parent",
            Sketch()
                .phase("k", 1, [](Sketch &s) { s.phase("p", 100); })
                .phase("u", 1000, [](Sketch &s) { s.phase("q", 5); }),
            Sketch().phase("k", 1).phase("u", 1000,
                                         [](Sketch &s) { s.phase("q", 5).phase("p", 90); }),
            {"k 101>1", "k/p 100>90 [moved to u/p]", "u 1005>1095", "u/q 5>5"});
        row("the same name below another parent, far longer, is new",
            Sketch().phase("k", 1, [](Sketch &s) { s.phase("p", 10); }).phase("u", 1000),
            Sketch().phase("k", 1).phase("u", 1000, [](Sketch &s) { s.phase("p", 900); }),
            {"k 11>1", "k/p 10>- [gone]", "u 1000>1900", "u/p ->900 [new]"});
    }
    void phasesAreMatched() {
        QFETCH(ComparedRun, a);
        QFETCH(ComparedRun, b);
        QFETCH(QStringList, rows);
        QCOMPARE(phasesTold(a, b), rows);
    }

    void phasesOfADamagedFileAreMatchedOnce() {
        // Parents that are unknown, come later or are the phase itself; numbers that come twice.
        ComparedRun run = kernelBoot(100, 100, 100);
        run.phases[0].parent = run.phases[0].id;
        run.phases[1].parent = 99;
        run.phases[2].parent = run.phases[3].id;
        run.phases[4].id = run.phases[3].id;
        const std::vector<PhaseMatch> matches = matchPhases(run.phases, run.phases);
        QCOMPARE(matches.size(), run.phases.size());
        for (size_t place = 0; place < matches.size(); ++place)
            QCOMPARE(matches[place], (PhaseMatch{place, place, false, false}));
    }

    void otherThingsAreMatchedByName() {
        const auto rows =
            deltaRows(Sketch().irq("IRQ 0 timer", 9).irq("IRQ 14 disk", 3),
                      Sketch().irq("IRQ 14 disk", 5).irq("IRQ 4 COM1", 1), ComparedBy::Irq);
        QCOMPARE(
            told(rows, Measure::Count),
            (QStringList{"IRQ 0 timer 9>- [gone]", "IRQ 14 disk 3>5", "IRQ 4 COM1 ->1 [new]"}));
    }

    void deltasHaveSignsAndShares() {
        const auto rows = deltaRows(Sketch().phase("x", 200).phase("y", 10),
                                    Sketch().phase("x", 150).phase("n", 4000), ComparedBy::Phase);
        QCOMPARE(rows[0].delta(Measure::Instructions), int64_t(-50));
        QCOMPARE(*rows[0].percent(Measure::Instructions), -25.0);
        QCOMPARE(rows[0].delta(Measure::VirtualTime), int64_t(-50 * 8));
        QCOMPARE(rows[1].name, std::string("n"));
        QVERIFY(!rows[1].percent(Measure::Instructions));
        QCOMPARE(*rows[2].percent(Measure::Instructions), -100.0);
    }

    void rowsAreSortedAndLeftOut_data() {
        QTest::addColumn<RowFilter>("filter");
        QTest::addColumn<QString>("order");
        const auto row = [](const char *name, RowFilter filter, const char *order) {
            QTest::newRow(name) << filter << QString(order);
        };
        using enum SortBy;
        row("as they come", {.sort = Order}, "b a d c n");
        row("name", {.sort = Name}, "a b c d n");
        row("A", {.sort = A}, "c b a d n");
        row("B", {.sort = B}, "c b a n d");
        row("what matters", {.sort = Delta}, "b d n a c");
        row("share", {.sort = Percent}, "n d b a c");
        row("at least so much of a difference", {.sort = Delta, .leastDifference = 30}, "b d n");
        row("so many rows", {.sort = A, .most = 2}, "c b");
        row("at least so much in one of them", {.sort = Order, .leastValue = 50}, "b a d c");
    }
    void rowsAreSortedAndLeftOut() {
        QFETCH(RowFilter, filter);
        QFETCH(QString, order);
        const auto rows = deltaRows(
            Sketch().phase("b", 300).phase("a", 100).phase("d", 50).phase("c", 1000),
            Sketch().phase("b", 200).phase("a", 99).phase("d", 0).phase("c", 1000).phase("n", 40),
            ComparedBy::Phase);
        QStringList names;
        for (const DeltaRow &found : filtered(rows, filter))
            names << QString::fromStdString(found.name);
        QCOMPARE(names.join(' '), order);
    }

    void runsAreAlignedOnAMarker() {
        const ComparedRun a = kernelBoot(100, 100, 100);
        const ComparedRun b = kernelBoot(130, 100, 100);
        const auto alignment = alignedOn(a, b, "drivers");
        QVERIFY(alignment);
        QCOMPARE(alignment->a.icount.value, uint64_t(50 + 10 + 100));
        QCOMPARE(alignment->b.icount.value, uint64_t(50 + 10 + 130));
        QCOMPARE(commonMarkers(a, b), (std::vector<std::string>{"drivers", "init"}));
        const auto missing = alignedOn(a, b, "prompt");
        QVERIFY(!missing);
        QVERIFY(missing.error().sentence.find("in common: drivers, init") != std::string::npos);
    }

    // --- the answer

    void theAnswerIsOneSentence_data() {
        QTest::addColumn<ComparedRun>("a");
        QTest::addColumn<ComparedRun>("b");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char *name, ComparedRun a, ComparedRun b, const char *sentence) {
            QTest::newRow(name) << a << b << QString(sentence);
        };
        const ComparedRun base = kernelBoot(1'000'000, 100'000, 10'000);
        row("fewer", base, kernelBoot(900'000, 100'000, 10'000),
            "B takes 100,000 instructions (9.01 %) fewer than A to marker:prompt; most of it is "
            "kernel/early, -100,000.");
        row("more", base, kernelBoot(1'000'000, 100'000, 20'000),
            "B takes 10,000 instructions (0.90 %) more than A to marker:prompt; most of it is "
            "userspace/udev, +10,000.");
        row("a sum that hides a larger change", base, kernelBoot(1'200'000, 100'000, 10'000 - 1),
            "B takes 199,999 instructions (18.02 %) more than A to marker:prompt; most of it is "
            "kernel/early, +200,000.");
        row("nothing in all", base, kernelBoot(1'005'000, 95'000, 10'000),
            "A and B take the same 1,110,105 instructions to marker:prompt; the largest change is "
            "kernel/early, +5,000.");
        ComparedRun other = kernelBoot(1'000'000, 100'000, 20'000);
        other.ended = "reset";
        row("another end", base, other,
            "B takes 10,000 instructions (0.90 %) more than A, though A ended with marker:prompt "
            "and B with reset; most of it is userspace/udev, +10,000.");
        ComparedRun same = base;
        same.digest = "0123";
        row("the same", same, same,
            "A and B are the same run, event by event: 1,110,105 instructions to marker:prompt.");
        row("no phases", Sketch().outside(100), Sketch().outside(150),
            "B takes 50 instructions (50.00 %) more than A to marker:prompt.");
        row("nothing at all", Sketch(), Sketch(),
            "A and B take the same 0 instructions to marker:prompt.");
    }
    void theAnswerIsOneSentence() {
        QFETCH(ComparedRun, a);
        QFETCH(ComparedRun, b);
        QFETCH(QString, sentence);
        QCOMPARE(QString::fromStdString(answerSentence(a, b, deltaRows(a, b, ComparedBy::Phase))),
                 sentence);
    }

    // --- the waterfall

    void eachInstructionBelongsToOnePhase() {
        const ComparedRun run = Sketch()
                                    .outside(7)
                                    .phase("k", 10,
                                           [](Sketch &s) {
                                               s.phase("p", 100);
                                               s.outside(3); // between parts: the phase's own
                                               s.phase("q", 20);
                                           })
                                    .outside(2)
                                    .run();
        std::vector<uint64_t> own;
        for (const Amount &amount : ownAmounts(run))
            own.push_back(amount.instructions);
        QCOMPARE(own, (std::vector<uint64_t>{13, 100, 20, 9}));
    }

    void stepsLeadFromOneTotalToTheOther() {
        const ComparedRun a = kernelBoot(1000, 300, 500);
        const ComparedRun b = Sketch()
                                  .phase("firmware", 50)
                                  .phase("kernel", 15,
                                         [&](Sketch &s) {
                                             s.phase("early", 900);
                                             s.phase("drivers", 5, [&](Sketch &d) {
                                                 d.phase("pci", 40).phase("i2c", 12);
                                             });
                                         })
                                  .phase("userspace", 0, [&](Sketch &s) { s.phase("udev", 530); })
                                  .outside(1);
        const Waterfall steps = waterfall(a, b);
        QStringList told;
        for (const WaterfallStep &step : steps.steps) {
            told << QString("%1%2 %3 %4>%5")
                        .arg(QString::fromStdString(step.name), step.own ? " (own)" : "")
                        .arg(step.delta)
                        .arg(step.before)
                        .arg(step.after);
        }
        QCOMPARE(told, (QStringList{
                           "kernel (own) 5 1905>1910", "kernel/early -100 1910>1810",
                           "kernel/drivers/i2c 12 1810>1822", "kernel/drivers/ata -300 1822>1522",
                           "userspace/udev 30 1522>1552", "(outside phases) 1 1552>1553"}));
        QCOMPARE(steps.fromTotal, int64_t(1905));
        QCOMPARE(steps.toTotal, int64_t(1553));
    }

    void stepsSumExactlyWhateverThePhases_data() {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 40; ++seed)
            QTest::addRow("%u", seed) << seed;
    }
    void stepsSumExactlyWhateverThePhases() {
        QFETCH(unsigned, seed);
        std::mt19937 dice(seed);
        // Phases that overlap, outlast the run, end before they begin, and have no order.
        const auto wild = [&dice] {
            ComparedRun run = Sketch().outside(1000 + dice() % 1000).idle(dice() % 500);
            for (unsigned phase = 0; phase < 12; ++phase) {
                const auto point = [&] {
                    const uint64_t at = dice() % 2500;
                    return RunPoint{{at}, {at * 8 + at / 10}, at / 10, 0};
                };
                RunPhase one;
                one.id = int64_t(phase + 1);
                one.parent = int64_t(dice() % (phase + 1));
                one.depth = int(dice() % 4);
                one.name = std::string(1, char('a' + dice() % 9));
                one.path = one.name;
                one.start = point();
                one.end = point();
                run.phases.push_back(one);
            }
            return run;
        };
        const ComparedRun a = wild();
        const ComparedRun b = wild();
        for (const Measure measure : {Measure::Instructions, Measure::VirtualTime, Measure::Idle}) {
            const Waterfall whole = waterfall(a, b, measure);
            for (const Waterfall &steps : {whole, abridged(whole, 4)}) {
                int64_t sum = steps.fromTotal;
                for (const WaterfallStep &step : steps.steps) {
                    QCOMPARE(step.before, sum);
                    sum += step.delta;
                    QCOMPARE(step.after, sum);
                }
                QCOMPARE(sum, steps.toTotal);
            }
            QVERIFY(abridged(whole, 4).steps.size() <= 4);
        }
    }

    void theSmallestStepsArePutTogether() {
        const Waterfall whole =
            waterfall(Sketch().phase("a", 10).phase("b", 20).phase("c", 30).phase("d", 100),
                      Sketch().phase("a", 11).phase("b", 60).phase("c", 28).phase("d", 10));
        const Waterfall few = abridged(whole, 3);
        QCOMPARE(few.steps.size(), size_t(3));
        QCOMPARE(few.steps[0].name, std::string("b"));
        QCOMPARE(few.steps[1].name, std::string("d"));
        QCOMPARE(few.steps[2].name, std::string("(others)"));
        QCOMPARE(few.steps[2].delta, int64_t(-1));
    }

    // --- more than two

    void aSeriesHasAColumnForEachRun() {
        const std::vector<ComparedRun> runs = {
            Sketch("47").phase("x", 10).phase("y", 20),
            Sketch("48").phase("x", 11).phase("n", 500).phase("y", 20),
            Sketch("50").phase("x", 12).phase("n", 600).phase("m", 9).phase("z", 1000)};
        const auto text = [](const std::vector<SeriesRow> &rows) {
            QStringList list;
            for (const SeriesRow &row : rows) {
                QString line = QString::fromStdString(row.name);
                for (const auto &amount : row.runs)
                    line += amount ? QString(" %1").arg(amount->instructions) : QString(" -");
                list << line;
            }
            return list;
        };
        QCOMPARE(text(seriesRows(runs, 0, ComparedBy::Phase)),
                 (QStringList{"x 10 11 12", "n - 500 600", "m - - 9", "z - - 1000", "y 20 20 -"}));
        QCOMPARE(text(seriesRows(runs, 1, ComparedBy::Phase)),
                 (QStringList{"x 10 11 12", "n - 500 600", "m - - 9", "z - - 1000", "y 20 20 -"}));
        QCOMPARE(text(filtered(seriesRows(runs, 0, ComparedBy::Phase), 0,
                               {.sort = SortBy::Delta, .leastDifference = 5})),
                 (QStringList{"z - - 1000", "n - 500 600", "y 20 20 -", "m - - 9"}));
        QVERIFY(seriesRows(runs, 3, ComparedBy::Phase).empty());
    }

    void labelsTellRunsApart() {
        std::vector<ComparedRun> runs(3);
        runs[0].path = "/old/boot.bootglass";
        runs[1].path = "/new/boot.bootglass";
        runs[2].path = "/new/other.bootglass";
        runs[0].label = runs[1].label = "boot";
        runs[2].label = "other";
        labelApart(runs);
        QCOMPARE(runs[0].label, std::string("old/boot"));
        QCOMPARE(runs[1].label, std::string("new/boot"));
        QCOMPARE(runs[2].label, std::string("other"));
    }
};

QTEST_GUILESS_MAIN(TestComparison)
#include "tst_comparison.moc"
