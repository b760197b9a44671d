// SPDX-License-Identifier: GPL-3.0-or-later
// What counts how much, and when timers fire: small guests, their counts worked out by hand.
#include "guest_run.h"

#include <QTest>

#include <numeric>

using namespace bootglass;

namespace {

constexpr uint64_t pitHz = 1'193'182;

/// The virtual time of `clocks` periods of the 8254, to the next ns.
uint64_t pitNs(uint64_t clocks) {
    return (clocks * 1'000'000'000 + pitHz - 1) / pitHz;
}

/// The count at which an instruction boundary is at or after a time.
uint64_t boundary(uint64_t ns) {
    return (ns + 7) / 8;
}

} // namespace

class TestCounting : public QObject {
    Q_OBJECT

  private slots:
    void everyInstructionCountsAsTheRulesSay_data();
    void everyInstructionCountsAsTheRulesSay();
    void tscIsVirtualTime();
    void pitInterruptsComeAtTheirExactCount_data();
    void pitInterruptsComeAtTheirExactCount();
    void hltJumpsToTheDeadline();
    void stiAndMovSsShadowOneInstruction();
    void rtcTicksAt1024Hz();
    void apicTimerCountsNanoseconds();
    void chipsSeeTheExactCountInMidBlock();
    void repInsReadsOncePerPass();
    void cuttingARunChangesNothing();
};

void TestCounting::everyInstructionCountsAsTheRulesSay_data() {
    QTest::addColumn<int>("mark");
    QTest::addColumn<uint64_t>("instructions");
    int mark = 0;
    auto row = [&](const char *name, uint64_t n) { QTest::newRow(name) << mark++ << n; };
    row("the jump at the reset vector", 2);
    row("three nops", 4);
    row("REP STOS with 5 counts 6", 3 + 6 + 1);
    row("REP with 0 counts 1", 3);
    row("overlapping REP MOVS with 5 counts 6", 3 + 6 + 1);
    row("REPE CMPS to its end with 4 counts 5", 3 + 5 + 1);
    row("REPE SCAS stopped after 3 counts 3", 3 + 3 + 1);
    row("INT counts 1, IRET counts 1", 2 + 1 + 1 + 1);
    row("a fault counts when the instruction completes", 4 + 2 + 1 + 1);
    row("an undefined opcode counts 1", 2 + 1 + 5 + 1);
    row("PUSHF POPF STI CLI", 5);
    row("RDTSC", 2);
}

void TestCounting::everyInstructionCountsAsTheRulesSay() {
    QFETCH(int, mark);
    QFETCH(uint64_t, instructions);
    GuestRun run("counting");
    QVERIFY(run.toItsEnd());
    auto marks = run.marks();
    QCOMPARE(marks.size(), size_t{13});
    auto index = static_cast<size_t>(mark);
    uint64_t before = index == 0 ? 0 : marks[index - 1].icount.value;
    QCOMPARE(marks[index].icount.value - before, instructions);
    QCOMPARE(marks[index].ns.value, marks[index].icount.value * 8);
}

void TestCounting::tscIsVirtualTime() {
    for (unsigned shift : {0U, 3U, 7U}) {
        GuestRun run("counting", shift);
        QVERIFY(run.toItsEnd());
        QCOMPARE(run.marks().back().value, uint64_t{6} << shift);
    }
}

void TestCounting::pitInterruptsComeAtTheirExactCount_data() {
    QTest::addColumn<int>("mode");
    QTest::addColumn<int>("interrupts");
    QTest::addColumn<uint64_t>("first");
    QTest::newRow("mode 0: once, at N") << 0 << 1 << uint64_t{0x1000};
    QTest::newRow("mode 1: only a gate's edge starts it") << 1 << 0 << uint64_t{0};
    QTest::newRow("mode 2: each N") << 2 << 3 << uint64_t{0x1000};
    QTest::newRow("mode 3: each N") << 3 << 3 << uint64_t{0x1000};
    QTest::newRow("mode 4: once, after the strobe") << 4 << 1 << uint64_t{0x1001};
    QTest::newRow("mode 5: only a gate's edge starts it") << 5 << 0 << uint64_t{0};
}

void TestCounting::pitInterruptsComeAtTheirExactCount() {
    QFETCH(int, mode);
    QFETCH(int, interrupts);
    QFETCH(uint64_t, first);
    GuestRun run(QString("pit%1").arg(mode));
    QCOMPARE(run.machine.run(Icount{1'400'000}), Stop::Limit);
    QCOMPARE(run.machine.icount().value, uint64_t{1'400'000});
    auto marks = run.marks();
    QCOMPARE(static_cast<int>(marks.size()), interrupts + 1);
    uint64_t loaded = (marks[0].icount.value + 1) * 8;
    for (size_t n = 1; n < marks.size(); ++n) {
        uint64_t deadline = loaded + pitNs(first + (n - 1) * 0x1000);
        // Taken between two instructions, uncounted; the mark is the handler's first.
        QCOMPARE(marks[n].icount.value, boundary(deadline) + 1);
    }
    QCOMPARE(run.ofKind(EventKind::Interrupt).size(), static_cast<size_t>(interrupts));
}

void TestCounting::hltJumpsToTheDeadline() {
    GuestRun run("halt");
    QVERIFY(run.toItsEnd());
    auto marks = run.marks();
    QCOMPARE(marks.size(), size_t{2});
    // RDTSC, MOV, MOV, then OUT, which loads the counter; after the wake the handler's four, RDTSC.
    QCOMPARE(marks[1].value, uint64_t{3 * 8 + 3'432'838 + 5 * 8});
    QCOMPARE(run.machine.now().value, (run.machine.icount().value << 3) + run.machine.idleNs());
    auto halts = run.ofKind(EventKind::Halt);
    auto wakes = run.ofKind(EventKind::Wake);
    QCOMPARE(wakes.size(), size_t{1});
    QCOMPARE(wakes[0].icount, halts[0].icount);
    QCOMPARE(wakes[0].value, run.machine.idleNs());
}

void TestCounting::stiAndMovSsShadowOneInstruction() {
    GuestRun run("shadow");
    QVERIFY(run.toItsEnd());
    auto marks = run.marks();
    QCOMPARE(marks.size(), size_t{2});
    QCOMPARE(marks[0].value, uint64_t{1});
    QCOMPARE(marks[1].value, uint64_t{1});
}

void TestCounting::rtcTicksAt1024Hz() {
    GuestRun run("rtc");
    QVERIFY(run.toItsEnd());
    auto marks = run.marks();
    QCOMPARE(marks.size(), size_t{4});
    // 976,562.5 ns: every second one is rounded up.
    QCOMPARE(marks[2].ns - marks[0].ns, uint64_t{1'953'125});
    QCOMPARE(marks[3].ns - marks[1].ns, uint64_t{1'953'125});
    uint64_t one = marks[1].ns - marks[0].ns;
    QVERIFY(one == 976'562 || one == 976'563);
}

void TestCounting::apicTimerCountsNanoseconds() {
    GuestRun run("apic");
    QVERIFY(run.toItsEnd());
    auto marks = run.marks();
    QCOMPARE(marks.size(), size_t{6});
    auto afterHalt = [&](size_t start, size_t tick, uint64_t ns) {
        // The write is the instruction after its mark; the tick's mark is the handler's first.
        return marks[tick].ns.value == marks[start].ns.value + 8 + ns + 8;
    };
    QVERIFY(afterHalt(0, 1, 1'000'000));
    QVERIFY(afterHalt(2, 3, 300'000));
    QVERIFY(afterHalt(2, 4, 600'000));
    QVERIFY(afterHalt(2, 5, 900'000));
}

void TestCounting::chipsSeeTheExactCountInMidBlock() {
    GuestRun run("ports");
    QVERIFY(run.toItsEnd());
    // From the load to the latch: MOV, 12345 LOOPs, XOR, OUT.
    uint64_t clocks = (1 + 12345 + 2) * 8 * pitHz / 1'000'000'000;
    QCOMPARE(run.marks()[0].value, 65536 - clocks);
}

void TestCounting::repInsReadsOncePerPass() {
    GuestRun run("ports");
    QVERIFY(run.toItsEnd());
    auto marks = run.marks();
    QCOMPARE(marks.size(), size_t{3});
    uint64_t before = marks[1].icount.value;
    std::vector<uint64_t> reads;
    for (const Event &e : run.ofKind(EventKind::PortRead))
        if (e.address == 0x61) reads.push_back(e.icount.value - before);
    QCOMPARE(reads, (std::vector<uint64_t>{1, 2, 3, 4, 5}));
    QCOMPARE(marks[2].icount.value - before, uint64_t{5 + 1 + 1});
}

void TestCounting::cuttingARunChangesNothing() {
    GuestRun whole("pit2");
    whole.machine.run(Icount{500'000});
    GuestRun cut("pit2");
    // Slices of ever other lengths, down to single instructions.
    for (uint64_t at = 0, step = 1; at < 500'000; step = step % 977 + 1) {
        at = std::min<uint64_t>(at + step, 500'000);
        cut.machine.run(Icount{at});
        QCOMPARE(cut.machine.icount().value, at);
    }
    QCOMPARE(cut.events, whole.events);
    QCOMPARE(cut.machine.digest(), whole.machine.digest());
}

QTEST_APPLESS_MAIN(TestCounting)
#include "tst_counting.moc"
