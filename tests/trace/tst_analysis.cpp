// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/analysis.h"

#include <QTest>

using namespace bootglass;

namespace {

RunPhase phase(int64_t id, int64_t parent, int depth, std::string path, uint64_t from, uint64_t to,
               bool open = false) {
    RunPhase phase;
    phase.id = id;
    phase.parent = parent;
    phase.depth = depth;
    phase.path = std::move(path);
    phase.start = {{from}, {from * 8}, 0, 0};
    phase.end = {{to}, {to * 8 + 100}, 100, 0};
    phase.open = open;
    return phase;
}

const std::vector<RunPhase> phases = {
    phase(1, 0, 0, "firmware", 0, 400),
    phase(2, 1, 1, "firmware/post", 0, 100),
    phase(3, 1, 1, "firmware/pci", 150, 250),
    phase(4, 0, 0, "kernel", 400, 1000, true),
    phase(5, 4, 1, "kernel/drivers", 600, 1000, true),
};

} // namespace

class TestAnalysis : public QObject {
    Q_OBJECT
  private slots:
    void phasesAreSummedUp() {
        const std::vector<PhaseRow> rows = phaseTable(phases, {{1000}, {8100}, 100, 0});
        QCOMPARE(rows.size(), size_t{5});
        QCOMPARE(rows[0].instructions, uint64_t{400});
        QCOMPARE(rows[0].ownInstructions, uint64_t{200});
        QCOMPARE(rows[0].durationNs, uint64_t{3300});
        QCOMPARE(rows[0].idleNs, uint64_t{100});
        QCOMPARE(rows[0].instructionShare, 0.4);
        QCOMPARE(rows[3].ownInstructions, uint64_t{200});
        QCOMPARE(rows[4].ownInstructions, uint64_t{400});
        QVERIFY(rows[4].phase == phases[4]);
    }

    void anEmptyRunHasNoShares() {
        QVERIFY(phaseTable({}, {}).empty());
        const std::vector<PhaseRow> rows = phaseTable({phase(1, 0, 0, "firmware", 0, 0)}, {});
        QCOMPARE(rows[0].instructionShare, 0.0);
        QCOMPARE(rows[0].timeShare, 0.0);
    }

    void aChildTakesNoMoreThanItsParentHas() {
        const std::vector<PhaseRow> rows = phaseTable(
            {phase(1, 0, 0, "a", 0, 10), phase(2, 1, 1, "a/b", 0, 30)}, {{30}, {240}, 0, 0});
        QCOMPARE(rows[0].ownInstructions, uint64_t{0});
    }

    void theInnermostPhaseIsFound_data() {
        QTest::addColumn<quint64>("ns");
        QTest::addColumn<QString>("path");
        QTest::newRow("start") << quint64(0) << "firmware/post";
        QTest::newRow("between") << quint64(1000) << "firmware";
        QTest::newRow("child") << quint64(1200) << "firmware/pci";
        QTest::newRow("next") << quint64(3300) << "kernel";
        QTest::newRow("open") << quint64(100'000) << "kernel/drivers";
    }
    void theInnermostPhaseIsFound() {
        QFETCH(quint64, ns);
        QFETCH(QString, path);
        const RunPhase *found = phaseAt(phases, {ns});
        QVERIFY(found);
        QCOMPARE(QString::fromStdString(found->path), path);
        QVERIFY(!phaseAt({phases[1]}, {5000}));
    }

    void frequentKindsComeFirst() {
        const auto sorted = frequentKinds({{"a", 1}, {"b", 0}, {"d", 7}, {"c", 7}});
        QCOMPARE(sorted.size(), size_t{3});
        QCOMPARE(sorted[0].first, std::string("c"));
        QCOMPARE(sorted[1].first, std::string("d"));
        QCOMPARE(sorted[2].first, std::string("a"));
    }
};

QTEST_APPLESS_MAIN(TestAnalysis)
#include "tst_analysis.moc"
