// SPDX-License-Identifier: GPL-3.0-or-later
// Hardware task switches: SDM vol. 3, ch. 7.
#include "tests/cpu/guest.h"

#include <QTest>

using namespace bootglass;
using namespace bootglass::test;

namespace {

constexpr uint16_t secondTask = 0x80, gateToSecond = 0x88;
constexpr uint32_t entry = 0x11000, secondStack = 0xB000;

/// A guest at level 0 with a second task at `entry`.
struct TwoTasks : Guest {
    explicit TwoTasks(GuestMode mode = GuestMode::Flat) : Guest(mode) {
        setSegment(secondTask, secondTss, 0x67, tss32Access, 0);
        setDescriptor(gateToSecond, gate(secondTask, 0, taskGate));
        const uint16_t selectors[] = {data0, code0, data0, data0, data0, data0};
        for (unsigned n = 0; n < 6; ++n)
            poke<uint32_t>(secondTss + 0x48 + 4 * n, selectors[n]);
        for (uint32_t n = 0; n < 8; ++n)
            poke<uint32_t>(secondTss + 0x28 + 4 * n, 0x1000 + n);
        poke<uint32_t>(secondTss + 0x38, secondStack);
        poke<uint32_t>(secondTss + 0x20, entry);
        poke<uint32_t>(secondTss + 0x24, eflags::CF | 2);
        poke<uint32_t>(secondTss + 0x1C, pageDirectory);
        memory.ram()[entry] = 0xF4;
    }
    void setField(uint32_t offset, uint32_t value) { poke<uint32_t>(secondTss + offset, value); }
    bool firstBusy() const { return descriptor(tss).isBusy(); }
    bool secondBusy() const { return descriptor(secondTask).isBusy(); }
    void farJumpTo(uint16_t selector) {
        code({0xEA, 0, 0, 0, 0, static_cast<uint8_t>(selector), 0});
    }
    void farCallTo(uint16_t selector) {
        code({0x9A, 0, 0, 0, 0, static_cast<uint8_t>(selector), 0});
    }
};

} // namespace

class TaskSwitchTest : public QObject {
    Q_OBJECT

  private slots:
    void jumpExchangesTheRegisters_data() {
        QTest::addColumn<uint16_t>("selector");
        QTest::newRow("TSS") << secondTask;
        QTest::newRow("task gate") << gateToSecond;
    }
    void jumpExchangesTheRegisters() {
        QFETCH(uint16_t, selector);
        TwoTasks guest;
        auto &cpu = guest.cpu;
        for (uint32_t n = 0; n < 8; ++n)
            if (n != Esp) cpu.gpr[n] = 0x2000 + n;
        cpu.setEflags(eflags::ZF | eflags::NT);
        cpu.dr[7] = 0x4FF;
        guest.farJumpTo(selector);
        guest.run(1);
        // The new task's state …
        QCOMPARE(cpu.eip, entry);
        QCOMPARE(cpu.tr.selector, secondTask);
        QCOMPARE(cpu.gpr[Esp], secondStack);
        QCOMPARE(cpu.gpr[Edi], 0x1007U);
        QCOMPARE(cpu.eflags(), eflags::CF | 2);
        QVERIFY(cpu.cr0 & cr0::TS);
        QCOMPARE(cpu.dr[7], 0x4AAU); // no local breakpoints
        QVERIFY(!guest.firstBusy());
        QVERIFY(guest.secondBusy());
        // … and the old one's in its TSS.
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x20), Guest::codeBase + 7);
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x24), eflags::ZF | eflags::NT | 2);
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x28), 0x2000U);
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x38), Guest::stackTop);
        QCOMPARE(guest.peek<uint16_t>(Guest::tssBase + 0x4C), Guest::code0);
        QCOMPARE(guest.peek<uint16_t>(Guest::tssBase + 0x54), Guest::data0);
        QCOMPARE(guest.peek<uint16_t>(Guest::secondTss), uint16_t{0}); // no link
    }
    void callNestsAndIretReturns() {
        TwoTasks guest;
        auto &cpu = guest.cpu;
        guest.load(entry, {0x40, 0xCF, 0x40}); // inc eax; iret; inc eax
        guest.farCallTo(secondTask);
        cpu.gpr[Eax] = 5;
        guest.run(1);
        QCOMPARE(cpu.eip, entry);
        QVERIFY(cpu.systemFlags & eflags::NT);
        QVERIFY(guest.firstBusy());
        QVERIFY(guest.secondBusy());
        QCOMPARE(guest.peek<uint16_t>(Guest::secondTss), Guest::tss);
        guest.run(2);
        QCOMPARE(cpu.eip, Guest::codeBase + 7);
        QCOMPARE(cpu.gpr[Eax], 5U);
        QCOMPARE(cpu.tr.selector, Guest::tss);
        QVERIFY(guest.firstBusy());
        QVERIFY(!guest.secondBusy());
        QCOMPARE(guest.peek<uint32_t>(Guest::secondTss + 0x28), 0x1001U);
        QCOMPARE(guest.peek<uint32_t>(Guest::secondTss + 0x20), entry + 2); // it goes on there
        QCOMPARE(guest.peek<uint32_t>(Guest::secondTss + 0x24) & eflags::NT, 0U);
    }
    void switchLoadsCr3AndLdt() {
        TwoTasks guest(GuestMode::Paged);
        guest.load(0x102000, guest.memory.ram().subspan(Guest::pageDirectory, 4096));
        guest.setField(0x1C, 0x102000);
        guest.setField(0x60, Guest::ldt);
        guest.setSegment(0x0C, 0x30000, 0xFFFF, Guest::dataAccess, 0);
        guest.setField(0x54, 0x0C); // DS from the new LDT
        guest.cpu.ldtr = unusableSegment(0);
        guest.farJumpTo(secondTask);
        guest.run(1);
        QCOMPARE(guest.cpu.cr3, 0x102000U);
        QCOMPARE(guest.cpu.ldtr.base, Guest::ldtBase);
        QCOMPARE(guest.cpu.seg[Ds].base, 0x30000U);
        QVERIFY(guest.happened("cr3 102000"));
    }
    void taskMayRunAtLevel3() {
        TwoTasks guest;
        guest.setField(0x4C, Guest::code3);
        for (uint32_t offset : {0x48U, 0x50U, 0x54U, 0x58U, 0x5CU})
            guest.setField(offset, Guest::data3);
        guest.farJumpTo(secondTask);
        guest.run(1);
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.eip, entry);
        QCOMPARE(guest.cpu.seg[Ss].selector, Guest::data3);
    }
    void taskMayBeVirtual8086() {
        TwoTasks guest;
        guest.setField(0x24, eflags::VM | eflags::IOPL | 2);
        guest.setField(0x20, 0x0010);
        guest.setField(0x4C, 0x1100);
        guest.setField(0x54, 0x7000);
        guest.farJumpTo(secondTask);
        guest.run(1);
        QVERIFY(guest.cpu.virtual8086());
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.seg[Cs].base, 0x11000U);
        QCOMPARE(guest.cpu.seg[Ds].base, 0x70000U);
        QCOMPARE(guest.cpu.eip, 0x10U);
    }
    void sixteenBitTasksSaveWords() {
        TwoTasks guest;
        auto &cpu = guest.cpu;
        guest.setSegment(secondTask, Guest::secondTss, 0x2B, Guest::tss16Access, 0);
        guest.setSegment(0x90, 0, 0xFFFF, Guest::codeAccess, 0);
        for (uint32_t at = 0; at < 0x2C; at += 2)
            guest.poke<uint16_t>(Guest::secondTss + at, 0);
        guest.poke<uint16_t>(Guest::secondTss + 0x0E, 0x7000); // IP
        guest.poke<uint16_t>(Guest::secondTss + 0x10, 0x0003); // FLAGS
        guest.poke<uint16_t>(Guest::secondTss + 0x12, 0xAAAA); // AX
        guest.poke<uint16_t>(Guest::secondTss + 0x1A, 0xB000); // SP
        for (uint32_t at : {0x22U, 0x26U, 0x28U})
            guest.poke<uint16_t>(Guest::secondTss + at, Guest::data0);
        guest.poke<uint16_t>(Guest::secondTss + 0x24, 0x90); // CS
        guest.load(0x7000, {0x40, 0xCF});                    // inc ax; iret
        guest.farCallTo(secondTask);
        cpu.gpr[Eax] = 0x12345678;
        guest.run(1);
        QCOMPARE(cpu.eip, 0x7000U);
        QCOMPARE(cpu.gpr[Eax] & 0xFFFF, 0xAAAAU);
        QCOMPARE(cpu.gpr[Esp] & 0xFFFF, 0xB000U);
        QVERIFY(!cpu.seg[Fs].usable()); // a 16-bit TSS has no FS and GS
        guest.run(2);
        QCOMPARE(cpu.gpr[Eax], 0x12345678U);
        QCOMPARE(cpu.eip, Guest::codeBase + 7);
        QCOMPARE(guest.peek<uint16_t>(Guest::secondTss + 0x12), uint16_t{0xAAAB});
        QCOMPARE(guest.peek<uint16_t>(Guest::secondTss + 0x0E), uint16_t{0x7002});
    }

    // --- interrupts and exceptions through task gates
    void faultThroughATaskGatePushesItsErrorCode() {
        TwoTasks guest;
        guest.setIdt(13, Guest::gate(secondTask, 0, Guest::taskGate));
        guest.cpu.gpr[Eax] = 0x7000;
        guest.code({0x8E, 0xD8}); // mov ds, ax
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.eip, entry + 1);
        QCOMPARE(guest.cpu.gpr[Esp], secondStack - 4);
        QCOMPARE(guest.stack32(0), 0x7000U);
        QVERIFY(guest.cpu.systemFlags & eflags::NT);
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x20), Guest::codeBase);
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x24), eflags::RF | 2);
        QCOMPARE(guest.peek<uint16_t>(Guest::secondTss), Guest::tss);
    }
    void doubleFaultTaskRescuesABrokenStack() {
        TwoTasks guest(GuestMode::Paged);
        guest.setIdt(8, Guest::gate(secondTask, 0, Guest::taskGate));
        guest.setPage(0x50000, 0);
        guest.cpu.gpr[Esp] = 0x51000;
        guest.code({0x50}); // push eax: #PF, whose frame faults too
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.eip, entry + 1);
        QCOMPARE(guest.stack32(0), 0U);
        QCOMPARE(guest.cpu.cr2, 0x50FFCU);
        QCOMPARE(guest.events, (std::vector<std::string>{"exception 14 (2h)", "exception 8 (0h)",
                                                         "cr3 100000", "halted"}));
    }
    void interruptTaskReturnsToTheInterruptedOne() {
        TwoTasks guest;
        guest.setIdt(0x20, Guest::gate(secondTask, 0, Guest::taskGate));
        guest.load(entry, {0xCF, 0xEB, 0xFD}); // iret; jmp back to it
        guest.cpu.setEflags(eflags::IF);
        guest.code({0x40, 0x40, 0x40, 0xF4});
        for (int n = 0; n < 2; ++n) {
            guest.run(1);
            guest.cpu.setInterruptLine(true);
            guest.run(n == 0 ? 1 : 2); // the second time it begins behind the IRET
            QCOMPARE(guest.cpu.tr.selector, Guest::tss);
            QCOMPARE(guest.cpu.gpr[Eax], 1U + n);
        }
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.gpr[Eax], 3U);
    }
    void softwareInterruptToATaskIsToldOnce() {
        TwoTasks guest;
        guest.setIdt(0x30, Guest::gate(secondTask, 0, Guest::taskGate));
        guest.code({0x90, 0xCD, 0x30});
        guest.run(2);
        QCOMPARE(guest.cpu.eip, entry);
        QCOMPARE(guest.peek<uint32_t>(Guest::tssBase + 0x20), Guest::codeBase + 3);
        QCOMPARE(guest.events, (std::vector<std::string>{"software 48"}));
        QCOMPARE(guest.softwareEip, Guest::codeBase + 1);
    }

    // --- what can go wrong before the switch: the old task faults
    void invalidTasksFaultInTheOldTask_data() {
        QTest::addColumn<int>("access");
        QTest::addColumn<uint32_t>("limit");
        QTest::addColumn<int>("vector");
        QTest::newRow("busy") << 0x8B << 0x67U << 13;
        QTest::newRow("absent") << 0x09 << 0x67U << 11;
        QTest::newRow("short") << 0x89 << 0x66U << 10;
        QTest::newRow("short, 16 bits") << 0x81 << 0x2AU << 10;
        QTest::newRow("LDT") << 0x82 << 0x67U << 13;
    }
    void invalidTasksFaultInTheOldTask() {
        QFETCH(int, access);
        QFETCH(uint32_t, limit);
        QFETCH(int, vector);
        TwoTasks guest;
        guest.setSegment(secondTask, Guest::secondTss, limit, static_cast<uint8_t>(access), 0);
        guest.farJumpTo(secondTask);
        QCOMPARE(guest.runToHandler(), static_cast<unsigned>(vector));
        QCOMPARE(guest.stack32(0), uint32_t{secondTask});
        QCOMPARE(guest.stack32(1), Guest::codeBase);
        QCOMPARE(guest.cpu.tr.selector, Guest::tss);
        QVERIFY(guest.firstBusy());
    }
    void taskOfLevel0IsNotForLevel3() {
        TwoTasks guest(GuestMode::User);
        guest.farJumpTo(secondTask);
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), uint32_t{secondTask});
    }
    void absentPagesOfTheTssFaultBeforeTheSwitch() {
        TwoTasks guest(GuestMode::Paged);
        guest.setPage(Guest::secondTss, 0);
        guest.farJumpTo(secondTask);
        QCOMPARE(guest.runToHandler(), 14U);
        QCOMPARE(guest.stack32(1), Guest::codeBase);
        QVERIFY(guest.firstBusy());
        QVERIFY(!guest.secondBusy());
        QCOMPARE(guest.cpu.tr.selector, Guest::tss);
    }
    void iretWithoutABusyLinkRaisesTs() {
        TwoTasks guest;
        guest.poke<uint16_t>(Guest::tssBase, secondTask); // not busy
        guest.cpu.setEflags(eflags::NT);
        guest.code({0xCF});
        QCOMPARE(guest.runToHandler(), 10U);
        QCOMPARE(guest.stack32(0), uint32_t{secondTask});
        QCOMPARE(guest.stack32(1), Guest::codeBase);
    }

    // --- and after it: the new task faults
    void badSegmentsFaultInTheNewTask_data() {
        QTest::addColumn<uint32_t>("offset"); // in the TSS
        QTest::addColumn<uint32_t>("selector");
        QTest::addColumn<int>("vector");
        QTest::addColumn<uint32_t>("error");
        QTest::newRow("null CS") << 0x4CU << 0U << 10 << 0U;
        QTest::newRow("data CS") << 0x4CU << 0x10U << 10 << 0x10U;
        QTest::newRow("null SS") << 0x50U << 0U << 10 << 0U;
        QTest::newRow("SS of level 3") << 0x50U << 0x23U << 10 << 0x20U;
        QTest::newRow("absent SS") << 0x50U << 0x90U << 12 << 0x90U;
        QTest::newRow("absent DS") << 0x54U << 0x90U << 11 << 0x90U;
        QTest::newRow("system DS") << 0x54U << 0x28U << 10 << 0x28U;
        QTest::newRow("LDT that is none") << 0x60U << 0x10U << 10 << 0x10U;
    }
    void badSegmentsFaultInTheNewTask() {
        QFETCH(uint32_t, offset);
        QFETCH(uint32_t, selector);
        QFETCH(int, vector);
        QFETCH(uint32_t, error);
        TwoTasks guest;
        guest.setSegment(0x90, 0, 0xFFFFF, 0x12, Guest::granular | Guest::big); // absent data
        guest.setField(offset, selector);
        // The new task's stack may be unusable: a third task takes the fault.
        guest.setSegment(0x98, 0x5C00, 0x67, Guest::tss32Access, 0);
        guest.load(0x5C00, guest.memory.ram().subspan(Guest::secondTss, 0x68));
        const uint16_t selectors[] = {0x10, 0x08, 0x10, 0x10, 0x10, 0x10};
        for (unsigned n = 0; n < 6; ++n)
            guest.poke<uint32_t>(0x5C48 + 4 * n, selectors[n]);
        guest.poke<uint32_t>(0x5C60, 0);
        guest.setIdt(static_cast<unsigned>(vector), Guest::gate(0x98, 0, Guest::taskGate));
        guest.farJumpTo(secondTask);
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.tr.selector, uint16_t{0x98});
        QCOMPARE(guest.stack32(0), error);
        QCOMPARE(guest.peek<uint16_t>(0x5C00), secondTask); // it was the second task's fault
        QCOMPARE(guest.peek<uint32_t>(Guest::secondTss + 0x20), entry);
        QVERIFY(!guest.firstBusy());
    }
    void debugBitOfTheTssTrapsBeforeTheFirstInstruction() {
        TwoTasks guest;
        guest.setField(0x64, 1);
        guest.farJumpTo(secondTask);
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.cpu.dr[6], 0xFFFF8FF0U); // BT
        QCOMPARE(guest.stack32(0), entry);
    }
    void nothingPrivilegedLeaksThroughAFault() {
        // A fault of the new task at level 3 is handled on the inner stack of the new TSS.
        TwoTasks guest;
        guest.setField(0x4C, Guest::code3);
        guest.setField(0x50, Guest::data3);
        guest.setField(0x54, Guest::data0); // not visible from level 3
        guest.setField(0x04, 0xC000);
        guest.setField(0x08, Guest::data0);
        guest.farJumpTo(secondTask);
        QCOMPARE(guest.runToHandler(), 10U);
        QCOMPARE(guest.cpu.gpr[Esp], 0xC000U - 24);
        QCOMPARE(guest.stack32(0), uint32_t{Guest::data0});
        QCOMPARE(guest.stack32(1), entry);
        QCOMPARE(guest.stack32(2), uint32_t{Guest::code3});
        QCOMPARE(guest.stack32(4), secondStack);
    }
};

QTEST_GUILESS_MAIN(TaskSwitchTest)
#include "tst_task_switch.moc"
