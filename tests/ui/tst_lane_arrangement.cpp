// SPDX-License-Identifier: GPL-3.0-or-later
// Arrangements of lanes as values: what they do to a plan, and that they are kept whole.
#include "ui/timeline/lane_arrangement.h"

#include <QTest>

using namespace bootglass;

class TestLaneArrangement : public QObject {
    Q_OBJECT

    static Lane lane(const QString &label) { return {label, {}, LaneStyle::Density, {}, 18, {}}; }
    static std::vector<LaneGroup> plan() {
        return {{"irq",
                 "Interrupts",
                 {},
                 true,
                 {},
                 {lane("IRQ 0"), lane("IRQ 4 COM1"), lane("IRQ 14")}},
                {"io", "I/O", {}, true, {}, {lane("COM1"), lane("IDE")}}};
    }
    static QStringList keys(const std::vector<LaneGroup> &groups) {
        QStringList all;
        for (const LaneGroup &group : groups)
            for (const Lane &lane : group.lanes)
                all << laneKey(group, lane);
        return all;
    }

  private slots:
    void nothingToldIsThePlanItself() { QVERIFY(arranged(plan(), {}) == plan()); }

    void arrangements_data() {
        QTest::addColumn<LaneArrangement>("arrangement");
        QTest::addColumn<QStringList>("shown");
        LaneArrangement told;
        told.hidden = {"irq/IRQ 4 COM1"};
        QTest::newRow("hidden") << told
                                << QStringList{"irq/IRQ 0", "irq/IRQ 14", "io/COM1", "io/IDE"};
        told = {};
        told.filter = "com1";
        QTest::newRow("filtered") << told << QStringList{"irq/IRQ 4 COM1", "io/COM1"};
        told.filter = "interrupts 14";
        QTest::newRow("by the group's name, too") << told << QStringList{"irq/IRQ 14"};
        told = {};
        told.setPinned("io/IDE", true);
        told.setPinned("irq/IRQ 14", true);
        QTest::newRow("pinned in the order of pinning")
            << told
            << QStringList{"io/IDE", "irq/IRQ 14", "irq/IRQ 0", "irq/IRQ 4 COM1", "io/COM1"};
        told = {};
        told.move(plan()[0], "irq/IRQ 14", -2);
        QTest::newRow("moved up") << told
                                  << QStringList{"irq/IRQ 14", "irq/IRQ 0", "irq/IRQ 4 COM1",
                                                 "io/COM1", "io/IDE"};
        told = {};
        told.move(plan()[0], "irq/IRQ 14", 5);
        QTest::newRow("not beyond its group")
            << told
            << QStringList{"irq/IRQ 0", "irq/IRQ 4 COM1", "irq/IRQ 14", "io/COM1", "io/IDE"};
        told = {};
        told.hidden = {"io/COM1", "io/IDE"};
        QTest::newRow("a group without lanes goes")
            << told << QStringList{"irq/IRQ 0", "irq/IRQ 4 COM1", "irq/IRQ 14"};
    }
    void arrangements() {
        QFETCH(LaneArrangement, arrangement);
        QFETCH(QStringList, shown);
        QCOMPARE(keys(arranged(plan(), arrangement)), shown);
        QCOMPARE(arranged(plan(), arrangement).back().lanes.empty(), false);
    }
    void pinnedLanesAreMovedAmongThemselves() {
        LaneArrangement told;
        told.setPinned("io/IDE", true);
        told.setPinned("irq/IRQ 14", true);
        told.move(arranged(plan(), told)[0], "irq/IRQ 14", -1);
        QCOMPARE(told.pinned, (QStringList{"irq/IRQ 14", "io/IDE"}));
    }
    void heightsKeepWithinBounds() {
        LaneArrangement told;
        told.setHeight("irq/IRQ 0", 3);
        QCOMPARE(arranged(plan(), told)[0].lanes[0].height, LaneArrangement::lowest);
        told.setHeight("irq/IRQ 0", 3000);
        QCOMPARE(arranged(plan(), told)[0].lanes[0].height, LaneArrangement::tallest);
    }
    void settingsKeepEverythingButTheFilter() {
        LaneArrangement told;
        told.folded = {"io"};
        told.hidden = {"irq/IRQ 0"};
        told.setPinned("io/IDE", true);
        told.setHeight("irq/IRQ 14", 40);
        told.move(plan()[0], "irq/IRQ 14", -1);
        QCOMPARE(LaneArrangement::fromJson(told.toJson()), told);
        LaneArrangement filtered = told;
        filtered.filter = "x";
        QCOMPARE(LaneArrangement::fromJson(filtered.toJson()), told);
    }
    void rubbishIsNoArrangement() {
        for (const char *rubbish : {"", "{", "[]", "{\"version\":2,\"hidden\":[\"a\"]}"})
            QCOMPARE(LaneArrangement::fromJson(rubbish), LaneArrangement());
    }
};

QTEST_GUILESS_MAIN(TestLaneArrangement)
#include "tst_lane_arrangement.moc"
