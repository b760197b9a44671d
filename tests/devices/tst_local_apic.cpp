// SPDX-License-Identifier: GPL-3.0-or-later
// The local APIC against the Intel SDM, volume 3, chapter 10.
#include "emulator/devices/local_apic.h"

#include <QTest>

using namespace bootglass;

namespace {

constexpr uint64_t idRegister = 0x20, versionRegister = 0x30, taskPriority = 0x80,
                   arbitration = 0x90, processorPriority = 0xA0, endOfInterrupt = 0xB0,
                   logicalDestination = 0xD0, destinationFormat = 0xE0, spurious = 0xF0,
                   inService = 0x100, trigger = 0x180, requested = 0x200, errorStatus = 0x280,
                   commandLow = 0x300, commandHigh = 0x310, lvtTimer = 0x320, lvtLint0 = 0x350,
                   lvtLint1 = 0x360, lvtError = 0x370, initialCount = 0x380, currentCount = 0x390,
                   divide = 0x3E0;
constexpr uint32_t masked = 0x10000, periodic = 0x20000, tscDeadlineMode = 0x40000;

struct Bench {
    VirtualClock clock{0};
    bool intr = false;
    int nmis = 0;
    std::vector<std::pair<int, bool>> ends;
    LocalApic apic{clock,
                   {[this](bool level) { intr = level; }, [this] { ++nmis; },
                    [this](uint8_t vector, bool level) { ends.emplace_back(vector, level); }}};

    uint32_t get(uint64_t offset) { return static_cast<uint32_t>(apic.read(offset, 4)); }
    void put(uint64_t offset, uint32_t value) { apic.write(offset, value, 4); }
    void switchOn() { put(spurious, 0x1FF); }
    bool send(uint8_t vector, bool level = false) {
        return apic.deliver({.vector = vector, .levelTriggered = level});
    }
    int take() {
        LocalApic::Acknowledged taken = apic.acknowledge();
        return taken.fromPic ? -1 : taken.vector;
    }
    /// Lets time pass, timer by timer.
    void advanceTo(uint64_t ns) {
        while (clock.timers().next() <= VirtualNs{ns}) {
            clock.warpTo(clock.timers().next());
            clock.timers().fireDue(clock.now());
        }
        clock.warpTo({ns});
    }
};

} // namespace

class TestLocalApic : public QObject {
    Q_OBJECT
  private slots:
    void registersKeepTheirWritableBits_data() {
        QTest::addColumn<quint64>("offset");
        QTest::addColumn<quint32>("atReset");
        QTest::addColumn<quint32>("afterOnes");
        auto row = [](const char *name, uint64_t offset, uint32_t reset, uint32_t ones) {
            QTest::newRow(name) << quint64{offset} << quint32{reset} << quint32{ones};
        };
        row("ID", idRegister, 0, 0xFF000000);
        row("version", versionRegister, 0x50014, 0x50014);
        row("TPR", taskPriority, 0, 0xFF);
        row("PPR", processorPriority, 0, 0);
        row("APR", arbitration, 0, 0);
        row("LDR", logicalDestination, 0, 0xFF000000);
        row("DFR", destinationFormat, 0xFFFFFFFF, 0xFFFFFFFF);
        row("SVR", spurious, 0xFF, 0x3FF);
        row("ISR", inService, 0, 0);
        row("TMR", trigger + 0x10, 0, 0);
        row("IRR", requested + 0x70, 0, 0);
        row("ICR high", commandHigh, 0, 0xFF000000);
        row("timer", lvtTimer, masked, 0x700FF);
        row("thermal", 0x330, masked, 0x107FF);
        row("performance", 0x340, masked, 0x107FF);
        row("LINT0", lvtLint0, 0x700, 0x1A7FF);
        row("LINT1", lvtLint1, masked, 0x1A7FF);
        row("error", lvtError, masked, 0x100FF);
        row("initial count", initialCount, 0, 0xFFFFFFFF);
        row("divide configuration", divide, 0, 0xB);
    }
    void registersKeepTheirWritableBits() {
        QFETCH(quint64, offset);
        Bench b;
        QTEST(b.get(offset), "atReset");
        b.put(offset, 0xFFFFFFFF);
        QTEST(b.get(offset), "afterOnes");
    }

    void narrowAndMisalignedAccessesHarmNothing() {
        Bench b;
        b.apic.write(taskPriority, 0x55, 1);
        b.apic.write(taskPriority + 4, 0x55, 4);
        QCOMPARE(b.get(taskPriority), 0U);
        QCOMPARE(b.apic.read(versionRegister + 2, 1), uint64_t{5});
        QCOMPARE(b.apic.read(versionRegister + 4, 4), uint64_t{0});
        QCOMPARE(b.apic.read(0xFFF, 1), uint64_t{0});
    }

    void highestPriorityIsTakenFirstAndEndsFirst() {
        Bench b;
        b.switchOn();
        QVERIFY(b.send(0x31));
        QVERIFY(b.send(0x52));
        QVERIFY(b.intr);
        QCOMPARE(b.take(), 0x52);
        QVERIFY(!b.intr); // 31h has to wait
        QCOMPARE(b.get(processorPriority), 0x50U);
        QCOMPARE(b.get(inService + 0x20), 1U << 0x12);
        QCOMPARE(b.get(requested + 0x10), 1U << 0x11);
        b.put(endOfInterrupt, 0);
        QVERIFY(b.intr);
        QCOMPARE(b.take(), 0x31);
        b.put(endOfInterrupt, 0);
        b.put(endOfInterrupt, 0); // nothing in service: nothing happens
        std::vector<std::pair<int, bool>> expected{{0x52, false}, {0x31, false}};
        QCOMPARE(b.ends, expected);
    }

    void taskPriorityHoldsBackItsClassAndLower_data() {
        QTest::addColumn<int>("priority");
        QTest::addColumn<int>("vector");
        QTest::addColumn<bool>("interrupts");
        QTest::newRow("zero") << 0x00 << 0x21 << true;
        QTest::newRow("lower class") << 0x1F << 0x21 << true;
        QTest::newRow("same class") << 0x20 << 0x2F << false;
        QTest::newRow("higher class") << 0x30 << 0x2F << false;
        QTest::newRow("all") << 0xF0 << 0xFF << false;
    }
    void taskPriorityHoldsBackItsClassAndLower() {
        QFETCH(int, priority);
        QFETCH(int, vector);
        QFETCH(bool, interrupts);
        Bench b;
        b.switchOn();
        b.put(taskPriority, static_cast<uint32_t>(priority));
        b.send(static_cast<uint8_t>(vector));
        QCOMPARE(b.intr, interrupts);
        // Taken all the same, it is spurious: the vector of the SVR, and no ISR bit.
        QCOMPARE(b.take(), interrupts ? vector : 0xFF);
        b.put(taskPriority, 0);
        QCOMPARE(b.intr, !interrupts);
    }

    void softwareDisabledAcceptsNothingAndMasksTheLvt() {
        Bench b;
        QVERIFY(!b.send(0x40));
        b.put(lvtTimer, 0x40);
        QCOMPARE(b.get(lvtTimer), masked | 0x40);
        b.switchOn();
        b.put(lvtTimer, 0x40);
        QCOMPARE(b.get(lvtTimer), 0x40U);
        b.put(spurious, 0xFF);
        QCOMPARE(b.get(lvtTimer), masked | 0x40);
    }

    void virtualWireModePassesThePicThrough_data() {
        QTest::addColumn<bool>("hardware");
        QTest::addColumn<quint32>("svr");
        QTest::addColumn<quint32>("entry");
        QTest::addColumn<bool>("passes");
        QTest::newRow("ExtINT") << true << 0x1FFU << 0x700U << true;
        QTest::newRow("ExtINT, level") << true << 0x1FFU << 0x8700U << true;
        QTest::newRow("ExtINT masked") << true << 0x1FFU << 0x10700U << false;
        QTest::newRow("fixed") << true << 0x1FFU << 0x10040U << false;
        QTest::newRow("software-disabled") << true << 0xFFU << 0x10700U << true;
        QTest::newRow("disabled") << false << 0x1FFU << 0x10700U << true;
    }
    void virtualWireModePassesThePicThrough() {
        QFETCH(bool, hardware);
        QFETCH(quint32, svr);
        QFETCH(quint32, entry);
        QFETCH(bool, passes);
        Bench b;
        b.put(spurious, svr);
        b.put(lvtLint0, entry);
        b.apic.setEnabled(hardware);
        b.apic.setLint0(true);
        QCOMPARE(b.intr, passes);
        QCOMPARE(b.apic.acknowledge().fromPic, passes);
        b.apic.setLint0(false);
        QVERIFY(!b.intr);
    }

    void lint1WithNmiInterruptsTheCpu() {
        Bench b;
        b.switchOn();
        b.put(lvtLint1, 0x400);
        b.apic.setLint1(true);
        b.apic.setLint1(true);
        QCOMPARE(b.nmis, 1);
    }

    void levelOnLint0InterruptsAgainAfterItsEnd() {
        Bench b;
        b.switchOn();
        b.put(lvtLint0, 0x8000 | 0x61);
        b.apic.setLint0(true);
        QCOMPARE(b.take(), 0x61);
        QCOMPARE(b.get(lvtLint0) & 0x4000, 0x4000U);
        QVERIFY(!b.intr);
        b.put(endOfInterrupt, 0);
        QVERIFY(b.intr);
        QCOMPARE(b.take(), 0x61);
        b.apic.setLint0(false);
        b.put(endOfInterrupt, 0);
        QVERIFY(!b.intr);
        QCOMPARE(b.get(lvtLint0) & 0x4000, 0U);
    }

    void levelTriggeredEndsSaySo() {
        Bench b;
        b.switchOn();
        b.send(0x45, true);
        QCOMPARE(b.get(trigger + 0x20), 1U << 5);
        b.take();
        b.put(endOfInterrupt, 0);
        QCOMPARE(b.ends, (std::vector<std::pair<int, bool>>{{0x45, true}}));
    }

    void destinationsAreMatched_data() {
        QTest::addColumn<quint32>("format");
        QTest::addColumn<quint32>("logicalId");
        QTest::addColumn<bool>("logical");
        QTest::addColumn<int>("destination");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("physical, own") << ~0U << 0U << false << 3 << true;
        QTest::newRow("physical, other") << ~0U << 0U << false << 2 << false;
        QTest::newRow("broadcast") << ~0U << 0U << false << 0xFF << true;
        QTest::newRow("flat, member") << ~0U << 0x01000000U << true << 0x03 << true;
        QTest::newRow("flat, no member") << ~0U << 0x01000000U << true << 0x02 << false;
        QTest::newRow("cluster, member") << 0U << 0x21000000U << true << 0x23 << true;
        QTest::newRow("cluster, other cluster") << 0U << 0x21000000U << true << 0x31 << false;
        QTest::newRow("cluster, no member") << 0U << 0x21000000U << true << 0x22 << false;
        QTest::newRow("cluster, all clusters") << 0U << 0x21000000U << true << 0xF1 << true;
    }
    void destinationsAreMatched() {
        QFETCH(quint32, format);
        QFETCH(quint32, logicalId);
        QFETCH(bool, logical);
        QFETCH(int, destination);
        Bench b;
        b.switchOn();
        b.put(idRegister, 3U << 24);
        b.put(destinationFormat, format);
        b.put(logicalDestination, logicalId);
        bool accepted = b.apic.deliver(
            {.vector = 0x40, .logical = logical, .destination = static_cast<uint8_t>(destination)});
        QTEST(accepted, "accepted");
        QCOMPARE(b.intr, accepted);
    }

    void interprocessorInterrupts_data() {
        QTest::addColumn<quint32>("command");
        QTest::addColumn<int>("vector"); // 0: none
        QTest::addColumn<int>("nmis");
        QTest::newRow("self") << 0x40041U << 0x41 << 0;
        QTest::newRow("all") << 0x80041U << 0x41 << 0;
        QTest::newRow("others") << 0xC0041U << 0 << 0;
        QTest::newRow("named") << 0x00041U << 0x41 << 0;
        QTest::newRow("NMI to all") << 0x80400U << 0 << 1;
        QTest::newRow("NMI to self is invalid") << 0x40400U << 0 << 0;
        QTest::newRow("INIT") << 0x04500U << 0 << 0;
        QTest::newRow("STARTUP") << 0x00699U << 0 << 0;
    }
    void interprocessorInterrupts() {
        QFETCH(quint32, command);
        QFETCH(int, vector);
        Bench b;
        b.switchOn();
        b.put(commandHigh, 0);
        b.put(commandLow, command);
        QCOMPARE(b.intr, vector != 0);
        if (vector) QCOMPARE(b.take(), vector);
        QTEST(b.nmis, "nmis");
        QCOMPARE(b.get(commandLow), command); // never shows "send pending"
    }

    void errorsShowAfterAWriteAndInterrupt_data() {
        QTest::addColumn<int>("what");
        QTest::addColumn<quint32>("bits");
        QTest::newRow("send illegal vector") << 0 << 0x20U;
        QTest::newRow("receive illegal vector") << 1 << 0x40U;
        QTest::newRow("illegal register read") << 2 << 0x80U;
        QTest::newRow("illegal register write") << 3 << 0x80U;
    }
    void errorsShowAfterAWriteAndInterrupt() {
        QFETCH(int, what);
        Bench b;
        b.switchOn();
        b.put(lvtError, 0xE0);
        if (what == 0) b.put(commandLow, 0x40005);
        if (what == 1) QVERIFY(!b.send(0x0F));
        if (what == 2) QCOMPARE(b.get(0x3F0), 0U);
        if (what == 3) b.put(0x040, 1);
        QCOMPARE(b.get(errorStatus), 0U);
        b.put(errorStatus, 0);
        QTEST(b.get(errorStatus), "bits");
        b.put(errorStatus, 0);
        QCOMPARE(b.get(errorStatus), 0U);
        QCOMPARE(b.take(), 0xE0);
    }

    void illegalVectorInTheErrorEntryDoesNotRecur() {
        Bench b;
        b.switchOn();
        b.put(lvtError, 0x03);
        b.get(0x3F0);
        b.put(errorStatus, 0);
        QCOMPARE(b.get(errorStatus), 0xC0U);
        QVERIFY(!b.intr);
    }

    void oneShotFiresOnceAtItsCount_data() {
        QTest::addColumn<quint32>("configuration");
        QTest::addColumn<quint64>("divider");
        const uint32_t codes[] = {0, 1, 2, 3, 8, 9, 10, 11};
        const uint64_t dividers[] = {2, 4, 8, 16, 32, 64, 128, 1};
        for (size_t i = 0; i < 8; ++i)
            QTest::addRow("divide by %d", int(dividers[i])) << codes[i] << quint64{dividers[i]};
    }
    void oneShotFiresOnceAtItsCount() {
        QFETCH(quint32, configuration);
        QFETCH(quint64, divider);
        Bench b;
        b.advanceTo(1000);
        b.switchOn();
        b.put(divide, configuration);
        b.put(lvtTimer, 0x55);
        b.put(initialCount, 100);
        b.advanceTo(1000 + 10 * divider);
        QCOMPARE(b.get(currentCount), 90U);
        b.advanceTo(1000 + 100 * divider - 1);
        QVERIFY(!b.intr);
        QCOMPARE(b.get(currentCount), 1U);
        b.advanceTo(1000 + 100 * divider);
        QVERIFY(b.intr);
        QCOMPARE(b.get(currentCount), 0U);
        QCOMPARE(b.take(), 0x55);
        QCOMPARE(b.clock.timers().next(), VirtualNs::never());
    }

    void periodicReloads() {
        Bench b;
        b.switchOn();
        b.put(divide, 0xB);
        b.put(lvtTimer, periodic | 0x55);
        b.put(initialCount, 1000);
        for (uint64_t n = 1; n <= 3; ++n) {
            QCOMPARE(b.clock.timers().next(), VirtualNs{n * 1000});
            b.advanceTo(n * 1000);
            QCOMPARE(b.get(currentCount), 1000U);
            QCOMPARE(b.take(), 0x55);
            b.put(endOfInterrupt, 0);
        }
        b.advanceTo(3400);
        QCOMPARE(b.get(currentCount), 600U);
        b.put(initialCount, 0);
        QCOMPARE(b.clock.timers().next(), VirtualNs::never());
    }

    void aMaskedTimerCountsAndArmsNothing() {
        Bench b;
        b.switchOn();
        b.put(divide, 0xB);
        b.put(lvtTimer, masked | periodic | 0x55);
        b.put(initialCount, 1000);
        QCOMPARE(b.clock.timers().next(), VirtualNs::never());
        b.advanceTo(2300);
        QCOMPARE(b.get(currentCount), 700U);
        b.put(lvtTimer, periodic | 0x55);
        QVERIFY(!b.intr);
        QCOMPARE(b.clock.timers().next(), VirtualNs{3000});
    }

    void aNewDividerKeepsTheCount() {
        Bench b;
        b.switchOn();
        b.put(divide, 0xB);
        b.put(lvtTimer, 0x55);
        b.put(initialCount, 1000);
        b.advanceTo(400);
        b.put(divide, 0);
        QCOMPARE(b.get(currentCount), 600U);
        QCOMPARE(b.clock.timers().next(), VirtualNs{400 + 1200});
    }

    void rewritingTheEntryAtTheDeadlineLosesNothing() {
        Bench b;
        b.switchOn();
        b.put(divide, 0xB);
        b.put(lvtTimer, 0x55);
        b.put(initialCount, 100);
        b.clock.warpTo({104}); // within the instruction at whose end it fires
        b.put(lvtTimer, 0x56);
        b.clock.timers().fireDue(b.clock.now());
        QCOMPARE(b.take(), 0x56);
    }

    void tscDeadlineFiresAndClears() {
        Bench b;
        b.switchOn();
        b.apic.setTscDeadline(500); // another mode: ignored
        QCOMPARE(b.apic.tscDeadline(), uint64_t{0});
        b.put(lvtTimer, tscDeadlineMode | 0x55);
        b.put(initialCount, 7);
        QCOMPARE(b.get(initialCount), 0U);
        b.apic.setTscDeadline(500);
        QCOMPARE(b.apic.tscDeadline(), uint64_t{500});
        b.advanceTo(499);
        QVERIFY(!b.intr);
        b.advanceTo(500);
        QCOMPARE(b.take(), 0x55);
        b.put(endOfInterrupt, 0);
        QCOMPARE(b.apic.tscDeadline(), uint64_t{0});
        b.apic.setTscDeadline(300); // in the past: at once
        b.advanceTo(500);
        QCOMPARE(b.take(), 0x55);
        b.apic.setTscDeadline(~uint64_t{0});
        b.apic.setTscDeadline(0);
        QCOMPARE(b.clock.timers().next(), VirtualNs::never());
    }

    void globalDisableForgets() {
        Bench b;
        b.switchOn();
        b.put(lvtTimer, 0x55);
        b.put(initialCount, 1000);
        b.send(0x70);
        b.apic.setEnabled(false);
        QVERIFY(!b.intr);
        QVERIFY(!b.send(0x71));
        QCOMPARE(b.clock.timers().next(), VirtualNs::never());
        b.apic.setEnabled(true);
        QCOMPARE(b.get(spurious), 0xFFU);
        QVERIFY(!b.intr);
    }

    void restoredStateGoesOn() {
        Bench a;
        a.switchOn();
        a.put(divide, 3);
        a.put(lvtTimer, periodic | 0x55);
        a.put(initialCount, 100);
        a.send(0x81, true);
        a.take();
        a.send(0x44);
        a.advanceTo(777);
        Archive out;
        a.clock.serialize(out);
        a.apic.serialize(out);
        std::vector<uint8_t> saved = out.take();

        Bench b;
        Archive in(saved);
        b.clock.serialize(in);
        b.apic.serialize(in);
        QVERIFY(!in.failed());
        QCOMPARE(b.get(currentCount), a.get(currentCount));
        Archive again;
        b.clock.serialize(again);
        b.apic.serialize(again);
        QVERIFY(again.take() == saved);
        for (Bench *bench : {&a, &b}) {
            bench->put(endOfInterrupt, 0);
            bench->advanceTo(1600);
            QVERIFY(bench->intr);
            QCOMPARE(bench->take(), 0x55);
        }
        b.apic.reset();
        QCOMPARE(b.get(spurious), 0xFFU);
        QCOMPARE(b.get(requested + 0x20), 0U);
    }
};

QTEST_APPLESS_MAIN(TestLocalApic)
#include "tst_local_apic.moc"
