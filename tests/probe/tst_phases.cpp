// SPDX-License-Identifier: GPL-3.0-or-later
// Phases: they nest, close one another, and come in the order of the boot.
#include "emulator/probe/phase_tracker.h"
#include "emulator/probe/profile_library.h"
#include "tests/devices/saved_state.h"
#include "tests/probe/notes.h"

using namespace bootglass;

class PhasesTest : public QObject {
    Q_OBJECT

  private slots:
    void phasesOpenAndClose_data();
    void phasesOpenAndClose();
    void endClosesAllFromWithin();
    void savedGoesOn();
};

namespace {

/// "kernel/early<a" opens at marker a; "kernel/early<a>b" closes at b; "<a,b" at either.
std::vector<PhaseRule> rulesOf(const QStringList &texts) {
    std::vector<PhaseRule> rules;
    for (const QString &text : texts) {
        const qsizetype from = text.indexOf('<');
        const qsizetype to = text.indexOf('>');
        PhaseRule rule;
        rule.path = text.left(from).toStdString();
        for (const QString &name :
             text.mid(from + 1, to < 0 ? -1 : to - from - 1).split(',', Qt::SkipEmptyParts))
            rule.from.push_back(name.toStdString());
        if (to >= 0) rule.to.push_back(text.mid(to + 1).toStdString());
        rules.push_back(std::move(rule));
    }
    return rules;
}

QStringList told(const PhaseTracker::Changes &changes) {
    QStringList all;
    for (const std::string &path : changes.ended)
        all << QString("-%1").arg(path.c_str());
    for (const std::string &path : changes.started)
        all << QString("+%1").arg(path.c_str());
    return all;
}

} // namespace

void PhasesTest::phasesOpenAndClose_data() {
    QTest::addColumn<QStringList>("rules");
    QTest::addColumn<QString>("markers");
    QTest::addColumn<QStringList>("changes");
    QTest::newRow("one after the other") << QStringList{"firmware<a", "kernel<b"} << "ab"
                                         << QStringList{"+firmware", "-firmware", "+kernel"};
    QTest::newRow("inner one in its parent") << QStringList{"kernel<a", "kernel/early<b"} << "ab"
                                             << QStringList{"+kernel", "+kernel/early"};
    QTest::newRow("parent opens with its child")
        << QStringList{"kernel/early<a"} << "a" << QStringList{"+kernel", "+kernel/early"};
    QTest::newRow("parent and first child open together")
        << QStringList{"kernel<a", "kernel/early<a"} << "a"
        << QStringList{"+kernel", "+kernel/early"};
    QTest::newRow("siblings") << QStringList{"kernel/early<a", "kernel/drivers<b"} << "ab"
                              << QStringList{"+kernel", "+kernel/early", "-kernel/early",
                                             "+kernel/drivers"};
    QTest::newRow("next top phase closes all of the one before")
        << QStringList{"kernel/early/memory<a", "userspace/init<b"} << "ab"
        << QStringList{
               "+kernel",       "+kernel/early", "+kernel/early/memory", "-kernel/early/memory",
               "-kernel/early", "-kernel",       "+userspace",           "+userspace/init"};
    QTest::newRow("phase that is left out")
        << QStringList{"firmware<a", "loader<x", "kernel<b"} << "ab"
        << QStringList{"+firmware", "-firmware", "+kernel"};
    QTest::newRow("marker of an earlier phase comes too late")
        << QStringList{"firmware<a", "loader<x", "kernel<b"} << "abx"
        << QStringList{"+firmware", "-firmware", "+kernel"};
    QTest::newRow("phase that would have no length never was")
        << QStringList{"firmware<a", "loader<b", "kernel<b"} << "ab"
        << QStringList{"+firmware", "-firmware", "+kernel"};
    QTest::newRow("end of its own") << QStringList{"kernel<a", "kernel/early<b>c"} << "abc"
                                    << QStringList{"+kernel", "+kernel/early", "-kernel/early"};
    QTest::newRow("end of the parent closes the child")
        << QStringList{"kernel<a>c", "kernel/early<b"} << "abc"
        << QStringList{"+kernel", "+kernel/early", "-kernel/early", "-kernel"};
    QTest::newRow("end before the start") << QStringList{"kernel<a", "kernel/early<b>c"} << "acb"
                                          << QStringList{"+kernel", "+kernel/early"};
    QTest::newRow("first of several starts") << QStringList{"kernel<b,a", "userspace<c"} << "abc"
                                             << QStringList{"+kernel", "-kernel", "+userspace"};
    QTest::newRow("name that begins like another")
        << QStringList{"kernel/early<a", "kernel/early-2<b"} << "ab"
        << QStringList{"+kernel", "+kernel/early", "-kernel/early", "+kernel/early-2"};
}

void PhasesTest::phasesOpenAndClose() {
    QFETCH(QStringList, rules);
    QFETCH(QString, markers);
    QFETCH(QStringList, changes);
    PhaseTracker tracker(rulesOf(rules));
    QStringList all;
    for (const QChar marker : markers)
        all += told(tracker.marker(QString(marker).toStdString()));
    QCOMPARE(all, changes);
}

void PhasesTest::endClosesAllFromWithin() {
    PhaseTracker tracker(rulesOf({"kernel/early/memory<a", "userspace<b"}));
    tracker.marker("a");
    QCOMPARE(tracker.innermost(), std::string("kernel/early/memory"));
    QCOMPARE(told(tracker.finish()),
             QStringList({"-kernel/early/memory", "-kernel/early", "-kernel"}));
    QCOMPARE(tracker.innermost(), std::string());
    QCOMPARE(told(tracker.marker("b")), QStringList());
}

void PhasesTest::savedGoesOn() {
    const QStringList rules{"kernel/early<a", "kernel/drivers<b", "userspace<c"};
    PhaseTracker tracker(rulesOf(rules));
    tracker.marker("b");
    const std::vector<uint8_t> saved = savedState(tracker);
    PhaseTracker restored(rulesOf(rules));
    QCOMPARE(restoreState(saved, restored), std::string());
    QCOMPARE(restored.innermost(), std::string("kernel/drivers"));
    QCOMPARE(told(restored.marker("a")), QStringList());
    QCOMPARE(told(restored.marker("c")), QStringList({"-kernel/drivers", "-kernel", "+userspace"}));
    PhaseTracker other(rulesOf({"firmware<a"}));
    QCOMPARE(restoreState(saved, other), std::string("the saved phase is not of this profile"));
    QVERIFY(refusesTruncations(saved, restored));
    survivesDamage(saved, restored);
}

QTEST_GUILESS_MAIN(PhasesTest)
#include "tst_phases.moc"
