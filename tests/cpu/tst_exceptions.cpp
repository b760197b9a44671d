// SPDX-License-Identifier: GPL-3.0-or-later
// Delivery of interrupts and exceptions, and IRET: SDM vol. 3, ch. 6; debug exceptions: ch. 18.
#include "tests/cpu/guest.h"

#include <QTest>

using namespace bootglass;
using namespace bootglass::test;

namespace {

using Events = std::vector<std::string>;

constexpr uint32_t dr6Reset = 0xFFFF0FF0;

} // namespace

class ExceptionsTest : public QObject {
    Q_OBJECT

  private slots:
    // --- real mode
    void realModeSavesFlagsAndAddress() {
        Guest guest(GuestMode::Real);
        guest.cpu.setEflags(eflags::IF | eflags::AC | eflags::CF);
        guest.code({0x90, 0xCD, 0x21}); // nop; int 21h
        guest.run(2);
        QCOMPARE(guest.cpu.seg[Cs].selector, uint16_t{0});
        QCOMPARE(guest.cpu.eip, Guest::handlerOf(0x21));
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 6);
        QCOMPARE(guest.stack16(0), uint16_t{3});
        QCOMPARE(guest.stack16(1), uint16_t{0x1000});
        QCOMPARE(guest.stack16(2), static_cast<uint16_t>(eflags::IF | eflags::CF | 2));
        QCOMPARE(guest.cpu.eflags(), eflags::CF | 2);
        QCOMPARE(guest.events, Events{"software 33"});
        QCOMPARE(guest.softwareEip, 1U); // of the INT itself
    }
    void realModeFaultsPushNoErrorCode() {
        Guest guest(GuestMode::Real);
        guest.code({0xA1, 0xFF, 0xFF}); // mov ax, [FFFFh]
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 6);
        QCOMPARE(guest.stack16(0), uint16_t{0});
        QCOMPARE(guest.executed, uint64_t{1}); // the HLT: what faults has not been executed
    }
    void realModeTableHasALimit() {
        Guest guest(GuestMode::Real);
        guest.cpu.idtr.limit = 0x21 * 4 + 2; // one byte short
        guest.code({0xCD, 0x21});
        QCOMPARE(guest.runToHandler(), 13U);
        Guest none(GuestMode::Real);
        none.cpu.idtr.limit = 0;
        none.code({0xCD, 0x21});
        QCOMPARE(none.run(10), Cpu::Exit::Shutdown);
    }
    void realModeStackMustHoldTheFrame() {
        Guest guest(GuestMode::Real);
        guest.cpu.gpr[Esp] = 1; // the push would wrap inside a word
        guest.code({0xCD, 0x21});
        // The #SS has no stack either.
        QCOMPARE(guest.run(10), Cpu::Exit::Shutdown);
    }

    // --- gates
    void interruptGateMasksInterruptsTrapGateDoesNot() {
        for (bool trap : {false, true}) {
            Guest guest(GuestMode::Flat);
            guest.cpu.setEflags(eflags::IF | eflags::NT | eflags::CF);
            guest.setIdt(0x30, Guest::gate(Guest::code0, Guest::handlerOf(0x30),
                                           trap ? Guest::trapGate32 : Guest::interruptGate32));
            guest.code({0xCD, 0x30});
            guest.run(1);
            QCOMPARE(guest.cpu.eip, Guest::handlerOf(0x30));
            QCOMPARE(guest.cpu.eflags(), (trap ? eflags::IF : 0) | eflags::CF | 2);
            QCOMPARE(guest.stack32(0), Guest::codeBase + 2);
            QCOMPARE(guest.stack32(1), uint32_t{Guest::code0});
            QCOMPARE(guest.stack32(2), eflags::IF | eflags::NT | eflags::CF | 2);
        }
    }
    void sixteenBitGatesPushWords() {
        Guest guest(GuestMode::Flat);
        guest.setIdt(13, Guest::gate(Guest::code0, Guest::handlerOf(13), Guest::interruptGate16));
        guest.cpu.gpr[Eax] = 0x7FF8;
        guest.code({0x8E, 0xD8}); // mov ds, eax
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 8);
        QCOMPARE(guest.stack16(0), uint16_t{0x7FF8});
        QCOMPARE(guest.stack16(1), static_cast<uint16_t>(Guest::codeBase));
        QCOMPARE(guest.stack16(2), Guest::code0);
    }
    void faultsSaveRfSoftwareInterruptsDoNot() {
        Guest fault(GuestMode::Flat);
        fault.code({0x0F, 0x0B}); // ud2
        QCOMPARE(fault.runToHandler(), 6U);
        QCOMPARE(fault.stack32(0), Guest::codeBase);
        QCOMPARE(fault.stack32(2) & eflags::RF, eflags::RF);
        Guest software(GuestMode::Flat);
        software.code({0xCC});
        QCOMPARE(software.runToHandler(), 3U);
        QCOMPARE(software.stack32(0), Guest::codeBase + 1);
        QCOMPARE(software.stack32(2) & eflags::RF, 0U);
    }
    void userCodeEntersThroughTheStackOfTheTss() {
        Guest guest(GuestMode::User);
        guest.allowSoftware(0x80);
        guest.cpu.setEflags(eflags::IF);
        guest.code({0xCD, 0x80});
        guest.run(1);
        QCOMPARE(guest.cpu.cpl, uint8_t{0});
        QCOMPARE(guest.cpu.seg[Ss].selector, Guest::data0);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::innerStackTop - 20);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 2);
        QCOMPARE(guest.stack32(1), uint32_t{Guest::code3});
        QCOMPARE(guest.stack32(2), eflags::IF | 2);
        QCOMPARE(guest.stack32(3), Guest::userStackTop);
        QCOMPARE(guest.stack32(4), uint32_t{Guest::data3});
        QCOMPARE(guest.events, (Events{"software 128", "level 3>0"}));
    }
    void conformingHandlerKeepsTheLevel() {
        Guest guest(GuestMode::User);
        guest.setSegment(Guest::freeSelector, 0, 0xFFFFF, Guest::conformingAccess,
                         Guest::granular | Guest::big);
        guest.setIdt(0x40, Guest::gate(Guest::freeSelector, 0x11000, Guest::trapGate32 | 3 << 5));
        guest.code({0xCD, 0x40});
        guest.run(1);
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.seg[Cs].selector, static_cast<uint16_t>(Guest::freeSelector | 3));
        QCOMPARE(guest.cpu.gpr[Esp], Guest::userStackTop - 12);
    }
    void gatesAreChecked_data() {
        QTest::addColumn<int>("access");
        QTest::addColumn<uint16_t>("selector");
        QTest::addColumn<int>("vector");
        QTest::addColumn<uint32_t>("error");
        constexpr int gate = Guest::interruptGate32;
        QTest::newRow("level") << gate << Guest::code0 << 13 << 0x40U * 8 + 2;
        QTest::newRow("absent") << (gate & 0x6F) + 0x60 << Guest::code0 << 11 << 0x40U * 8 + 2;
        QTest::newRow("no gate") << 0xE9 << Guest::code0 << 13 << 0x40U * 8 + 2;
        QTest::newRow("null code") << gate + 0x60 << uint16_t{3} << 13 << 0U;
        QTest::newRow("outside the GDT") << gate + 0x60 << uint16_t{0x2008} << 13 << 0x2008U;
        QTest::newRow("data") << gate + 0x60 << Guest::data0 << 13 << 0x10U;
        QTest::newRow("absent code") << gate + 0x60 << Guest::freeSelector << 11 << 0x80U;
    }
    void gatesAreChecked() {
        QFETCH(int, access);
        QFETCH(uint16_t, selector);
        QFETCH(int, vector);
        QFETCH(uint32_t, error);
        Guest guest(GuestMode::User);
        guest.setSegment(Guest::freeSelector, 0, 0xFFFFF, Guest::codeAccess & 0x7F,
                         Guest::granular | Guest::big);
        guest.setIdt(0x40,
                     Guest::gate(selector, Guest::handlerOf(0x40), static_cast<uint8_t>(access)));
        guest.code({0xCD, 0x40});
        QCOMPARE(guest.runToHandler(), static_cast<unsigned>(vector));
        QCOMPARE(guest.stack32(0), error);
        QCOMPARE(guest.stack32(1), Guest::codeBase);
        QCOMPARE(guest.stack32(4), Guest::userStackTop); // nothing was pushed there
        QVERIFY(!guest.happened("software 64"));
    }
    void stackOfTheTssIsChecked_data() {
        QTest::addColumn<uint16_t>("ss");
        QTest::addColumn<uint16_t>("limit");
        QTest::addColumn<std::string>("event");
        QTest::newRow("null") << uint16_t{0} << uint16_t{0x67} << std::string("exception 10 (1h)");
        QTest::newRow("wrong level")
            << Guest::data3 << uint16_t{0x67} << std::string("exception 10 (21h)");
        QTest::newRow("code") << Guest::code0 << uint16_t{0x67} << std::string("exception 10 (9h)");
        QTest::newRow("absent") << Guest::freeSelector << uint16_t{0x67}
                                << std::string("exception 12 (81h)");
        QTest::newRow("short TSS")
            << Guest::data0 << uint16_t{8} << std::string("exception 10 (29h)");
    }
    void stackOfTheTssIsChecked() {
        QFETCH(uint16_t, ss);
        QFETCH(uint16_t, limit);
        QFETCH(std::string, event);
        Guest guest(GuestMode::User);
        guest.setSegment(Guest::freeSelector, 0, 0xFFFFF, Guest::dataAccess & 0x7F,
                         Guest::granular | Guest::big);
        guest.poke<uint16_t>(Guest::tssBase + 8, ss);
        guest.cpu.tr.limit = limit;
        guest.code({0x0F, 0x0B});                    // ud2
        QCOMPARE(guest.run(5), Cpu::Exit::Shutdown); // no handler can be reached
        QVERIFY(guest.events.size() >= 2);
        QCOMPARE(guest.events[0], std::string("exception 6 (0h)"));
        QCOMPARE(guest.events[1], event);
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.eip, Guest::codeBase);
    }
    void smallInnerStackRaisesSs() {
        Guest guest(GuestMode::User);
        guest.setSegment(Guest::freeSelector, 0, 0x0F, Guest::dataAccess, Guest::big);
        guest.poke<uint32_t>(Guest::tssBase + 4, 0x10);
        guest.poke<uint16_t>(Guest::tssBase + 8, Guest::freeSelector);
        guest.code({0x0F, 0x0B});
        QCOMPARE(guest.run(5), Cpu::Exit::Shutdown);
        QCOMPARE(guest.events[1], std::string("exception 12 (81h)"));
    }

    // --- external interrupts
    void externalInterruptIsTakenBetweenInstructions() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(eflags::IF);
        guest.code({0x90, 0x90, 0x90});
        guest.run(1);
        guest.cpu.setInterruptLine(true);
        QCOMPARE(guest.runToHandler(), 0x20U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 1);
        QCOMPARE(guest.stack32(2), eflags::IF | 2);
        QCOMPARE(guest.events, (Events{"interrupt 32", "halted"}));
        QCOMPARE(guest.executed, uint64_t{1}); // only the handler's HLT
    }
    void haltEndsWithTheInterrupt() {
        Guest guest(GuestMode::Flat);
        guest.code({0xFB, 0xF4, 0x90}); // sti; hlt
        QCOMPARE(guest.run(100), Cpu::Exit::Halted);
        QCOMPARE(guest.executed, uint64_t{2});
        QVERIFY(guest.cpu.halted());
        guest.cpu.setInterruptLine(true);
        QCOMPARE(guest.runToHandler(), 0x20U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 2);
    }
    void stiAndMovSsShadowOneInstruction_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<uint32_t>("flags");
        QTest::addColumn<uint32_t>("resumed"); // where the interrupt comes
        QTest::newRow("sti") << QByteArray("\xFB\x90\x90", 3) << 0U << 2U;
        QTest::newRow("sti, enabled before") << QByteArray("\xFB\x90\x90", 3) << eflags::IF << 0U;
        QTest::newRow("sti; cli") << QByteArray("\xFB\xFA\xFB\x90\x90", 5) << 0U << 4U;
        QTest::newRow("mov ss") << QByteArray("\xFB\x8E\xD0\x90\x90", 5) << 0U << 4U;
        QTest::newRow("pop ss") << QByteArray("\xFB\x17\x90\x90", 4) << 0U << 3U;
    }
    void stiAndMovSsShadowOneInstruction() {
        QFETCH(QByteArray, bytes);
        QFETCH(uint32_t, flags);
        QFETCH(uint32_t, resumed);
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(flags);
        guest.cpu.gpr[Eax] = Guest::data0;
        guest.poke<uint32_t>(Guest::stackTop, Guest::data0);
        guest.load(Guest::codeBase, {reinterpret_cast<const uint8_t *>(bytes.constData()),
                                     static_cast<size_t>(bytes.size())});
        guest.cpu.setInterruptLine(true);
        QCOMPARE(guest.runToHandler(), 0x20U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + resumed);
    }
    void nmiIsBlockedUntilIret() {
        Guest guest(GuestMode::Flat);
        guest.load(Guest::handlerOf(2), {0x90, 0x90, 0xCF}); // nop; nop; iret
        guest.code({0x90, 0x90, 0x90, 0x90});
        guest.cpu.raiseNmi();
        guest.run(1);
        QCOMPARE(guest.cpu.eip, Guest::handlerOf(2) + 1);
        guest.cpu.raiseNmi();
        guest.run(2); // still in the first handler, to its end
        QCOMPARE(guest.cpu.eip, Guest::codeBase);
        guest.run(1);
        QCOMPARE(guest.cpu.eip, Guest::handlerOf(2) + 1);
        QCOMPARE(guest.events, (Events{"interrupt 2", "interrupt 2"}));
    }
    void faultsOfAnExternalEventHaveTheExtBit() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(eflags::IF);
        guest.setIdt(0x20, Guest::gate(Guest::code0, 0, Guest::interruptGate32 & 0x7F));
        guest.code({0x90});
        guest.cpu.setInterruptLine(true);
        QCOMPARE(guest.runToHandler(), 11U);
        QCOMPARE(guest.stack32(0), 0x20U * 8 + 3);
        QCOMPARE(guest.stack32(1), Guest::codeBase);
    }

    // --- page faults
    void pageFaultTellsAddressAndCause_data() {
        QTest::addColumn<bool>("user");
        QTest::addColumn<bool>("write");
        QTest::addColumn<uint32_t>("entry");
        QTest::addColumn<uint32_t>("error");
        QTest::newRow("absent, read") << false << false << 0U << 0U;
        QTest::newRow("absent, written by level 3") << true << true << 0U << 6U;
        QTest::newRow("supervisor's, read by level 3") << true << false << 3U << 5U;
        QTest::newRow("read-only, written by level 3") << true << true << 5U << 7U;
    }
    void pageFaultTellsAddressAndCause() {
        QFETCH(bool, user);
        QFETCH(bool, write);
        QFETCH(uint32_t, entry);
        QFETCH(uint32_t, error);
        Guest guest(user ? GuestMode::PagedUser : GuestMode::Paged);
        guest.setPage(0x40000, entry ? 0x40000 | entry : 0);
        guest.cpu.gpr[Ebx] = 0x40123;
        guest.code({0x90, static_cast<uint8_t>(write ? 0x88 : 0x8A), 0x03}); // mov [ebx], al
        QCOMPARE(guest.runToHandler(), 14U);
        QCOMPARE(guest.cpu.cr2, 0x40123U);
        QCOMPARE(guest.stack32(0), error);
        QCOMPARE(guest.stack32(1), Guest::codeBase + 1);
    }
    void faultingInstructionCanBeRestarted() {
        Guest guest(GuestMode::PagedUser);
        guest.setPage(0x9F000 - 0x1000, 0);
        guest.cpu.gpr[Esp] = 0x9F000;
        // The handler maps the page, drops the error code and returns.
        guest.load(Guest::handlerOf(14),
                   {0xC7, 0x05, 0x78, 0x12, 0x10, 0x00, 0x07, 0xE0, 0x09, 0x00, // PTE of 9E000h
                    0x83, 0xC4, 0x04, 0xCF});
        guest.cpu.gpr[Eax] = 0x1234;
        guest.code({0x50, 0xCC}); // push eax; int3
        guest.allowSoftware(3);
        QCOMPARE(guest.runToHandler(), 3U);
        QCOMPARE(guest.peek<uint32_t>(0x9EFFC), 0x1234U);
        QCOMPARE(guest.stack32(3), 0x9EFFCU);
    }

    // --- double and triple faults
    void secondFaultsCombine_data() {
        QTest::addColumn<unsigned>("first");
        QTest::addColumn<unsigned>("second");
        QTest::addColumn<unsigned>("delivered");
        QTest::addColumn<uint32_t>("error");
        // SDM vol. 3, table 6-5.
        QTest::newRow("benign, #GP") << 6U << 13U << 13U << 1U;
        QTest::newRow("benign, #NP") << 6U << 11U << 11U << 6U * 8 + 3;
        QTest::newRow("benign, #PF") << 6U << 14U << 14U << 0U;
        QTest::newRow("contributory, contributory") << 13U << 11U << 8U << 0U;
        QTest::newRow("contributory, #PF") << 13U << 14U << 14U << 0U;
        QTest::newRow("#DE, #GP") << 0U << 13U << 8U << 0U;
        QTest::newRow("#PF, contributory") << 14U << 13U << 8U << 0U;
        QTest::newRow("#PF, #PF") << 14U << 14U << 8U << 0U;
    }
    void secondFaultsCombine() {
        QFETCH(unsigned, first);
        QFETCH(unsigned, second);
        QFETCH(unsigned, delivered);
        QFETCH(uint32_t, error);
        Guest guest(GuestMode::Paged);
        spoilGate(guest, first, second);
        raiseFirst(guest, first);
        QCOMPARE(guest.runToHandler(), delivered);
        QCOMPARE(guest.stack32(0), error);
        QCOMPARE(guest.stack32(1), Guest::codeBase);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 16); // one frame only
        if (delivered == 8) QVERIFY(guest.happened("exception 8 (0h)"));
    }
    void thirdFaultShutsDown_data() {
        QTest::addColumn<unsigned>("third");
        QTest::newRow("#GP") << 13U;
        QTest::newRow("#NP") << 11U;
        QTest::newRow("#PF") << 14U;
    }
    void thirdFaultShutsDown() {
        QFETCH(unsigned, third);
        Guest guest(GuestMode::Paged);
        spoilGate(guest, 13, 11);
        spoilGate(guest, 8, third);
        raiseFirst(guest, 13);
        QCOMPARE(guest.run(10), Cpu::Exit::Shutdown);
        QCOMPARE(guest.run(10), Cpu::Exit::Shutdown); // until a reset
        guest.cpu.reset();
        QCOMPARE(guest.cpu.eip, 0xFFF0U);
    }
    void endlessAlignmentFaultsShutDown() {
        // Each #AC is benign, so no double fault ends this.
        Guest guest(GuestMode::User);
        guest.setIdt(17, Guest::gate(Guest::code3, 0x11000, Guest::interruptGate32));
        guest.cpu.setCr0(cr0::PE | cr0::AM);
        guest.cpu.setEflags(eflags::AC);
        guest.cpu.gpr[Esp] = Guest::userStackTop - 1;
        guest.code({0x50}); // push eax
        QCOMPARE(guest.run(10), Cpu::Exit::Shutdown);
    }
    void timeGoesOnWhileAHandlerFaultsForEver() {
        Guest guest(GuestMode::Real);
        guest.load(Guest::handlerOf(13), {0xA1, 0xFF, 0xFF}); // mov ax, [FFFFh]: #GP again
        guest.code({0xA1, 0xFF, 0xFF});
        QCOMPARE(guest.run(100), Cpu::Exit::Budget);
        QCOMPARE(guest.executed, uint64_t{100});
    }
    void alignmentIsNotCheckedOnTheWayToLevel0() {
        Guest guest(GuestMode::User);
        guest.cpu.setCr0(cr0::PE | cr0::AM);
        guest.cpu.setEflags(eflags::AC);
        guest.poke<uint32_t>(Guest::tssBase + 4, Guest::innerStackTop - 2);
        guest.cpu.gpr[Ebx] = Guest::dataBase + 1;
        guest.code({0x8B, 0x03}); // mov eax, [ebx]
        QCOMPARE(guest.runToHandler(), 17U);
        QCOMPARE(guest.stack32(0), 0U);
    }

    // --- software
    void intoAndBoundTrapOnTheirConditions() {
        Guest guest(GuestMode::Flat);
        guest.code({0xCE, 0xB0, 0x7F, 0x04, 0x01, 0xCE}); // into; mov al, 7Fh; add al, 1; into
        QCOMPARE(guest.runToHandler(), 4U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 6);

        Guest bounds(GuestMode::Flat);
        bounds.poke<int32_t>(Guest::dataBase, -5);
        bounds.poke<int32_t>(Guest::dataBase + 4, 5);
        bounds.cpu.gpr[Ebx] = Guest::dataBase;
        bounds.cpu.gpr[Eax] = static_cast<uint32_t>(-5);
        bounds.code({0x62, 0x03, 0x83, 0xC0, 0x0B, 0x62, 0x03}); // bound; add eax, 11; bound
        QCOMPARE(bounds.runToHandler(), 5U);
        QCOMPARE(bounds.stack32(0), Guest::codeBase + 5); // a fault
    }
    void int1ReachesAClosedGate() {
        Guest guest(GuestMode::User);
        guest.code({0xF1});
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.cpu.dr[6], dr6Reset);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 1);
    }
    void int3NeedsAnOpenGate() {
        Guest guest(GuestMode::User);
        guest.code({0xCC});
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), 3U * 8 + 2);
    }

    // --- debug exceptions
    void trapFlagStepsInstructions() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(eflags::TF | eflags::IF);
        guest.code({0x90, 0x90});
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 1);
        QCOMPARE(guest.stack32(2), eflags::TF | eflags::IF | 2); // no RF
        QCOMPARE(guest.cpu.eflags() & (eflags::TF | eflags::IF), 0U);
        QCOMPARE(guest.cpu.dr[6], dr6Reset | 1 << 14);
        QCOMPARE(guest.executed, uint64_t{2});
    }
    void popfArmsTheTrapAfterTheNextInstruction() {
        Guest guest(GuestMode::Flat);
        guest.code({0x68, 0x00, 0x01, 0x00, 0x00, 0x9D, 0x90, 0x90}); // push 100h; popf; nop
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 7);
    }
    void movSsHoldsTheTrapOff() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(eflags::TF);
        guest.cpu.gpr[Eax] = Guest::data0;
        guest.code({0x8E, 0xD0, 0x90, 0x90});
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 3);
    }
    void instructionBreakpointComesBeforeAndRfSkipsIt() {
        Guest guest(GuestMode::Flat);
        guest.cpu.dr[0] = Guest::codeBase + 1;
        guest.cpu.dr[7] = 0x402; // G0, execution
        guest.cpu.stateChanged();
        guest.load(Guest::handlerOf(1),
                   {0x81, 0x4C, 0x24, 0x08, 0x00, 0x00, 0x01, 0x00, 0xCF}); // or [esp+8], RF; iret
        guest.code({0x40, 0x40, 0x40, 0xF4});                               // inc eax …; hlt
        guest.run(2);
        QCOMPARE(guest.cpu.gpr[Eax], 1U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 1);
        QCOMPARE(guest.cpu.dr[6], dr6Reset | 1);
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.gpr[Eax], 3U);
        QCOMPARE(guest.events, (Events{"exception 1 (0h)", "halted"}));
    }
    void dataBreakpointTrapsAfterTheWrite() {
        Guest guest(GuestMode::Flat);
        guest.cpu.dr[2] = Guest::dataBase;
        guest.cpu.dr[7] = 0x420 | 0xDU << 24; // G2, writes, 4 bytes
        guest.cpu.stateChanged();
        guest.cpu.gpr[Ebx] = Guest::dataBase + 3;
        guest.cpu.gpr[Eax] = 0x77;
        guest.code({0x8A, 0x0B, 0x88, 0x03, 0x90}); // mov cl, [ebx]; mov [ebx], al
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.peek<uint8_t>(Guest::dataBase + 3), uint8_t{0x77});
        QCOMPARE(guest.stack32(0), Guest::codeBase + 4);
        QCOMPARE(guest.cpu.dr[6], dr6Reset | 4);
    }

    void ioBreakpointTrapsAfterTheAccess() {
        for (bool enabled : {false, true}) {
            Guest guest(GuestMode::Flat);
            guest.cpu.setCr4(enabled ? cr4::DE : 0);
            guest.cpu.dr[1] = 0x61;
            guest.cpu.dr[7] = 0x408 | 2U << 20; // G1, I/O, 1 byte
            guest.cpu.stateChanged();
            guest.code({0xE4, 0x62, 0xE5, 0x60, 0xF4}); // in al, 62h; in eax, 60h
            QCOMPARE(guest.runToHandler().has_value(), enabled);
            if (!enabled) continue;
            QCOMPARE(guest.stack32(0), Guest::codeBase + 4);
            QCOMPARE(guest.cpu.dr[6], dr6Reset | 2);
        }
    }

    // --- IRET
    void iretReturnsToTheOuterLevel() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(0);
        for (uint32_t value :
             {uint32_t{Guest::data3}, Guest::userStackTop, eflags::IF | eflags::IOPL | eflags::CF,
              uint32_t{Guest::code3}, 0x11000U}) {
            guest.cpu.gpr[Esp] -= 4;
            guest.poke<uint32_t>(guest.cpu.gpr[Esp], value);
        }
        guest.cpu.seg[Fs] = unusableSegment(0);
        guest.code({0xCF});
        guest.run(1);
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.eip, 0x11000U);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::userStackTop);
        QCOMPARE(guest.cpu.eflags(), eflags::IF | eflags::IOPL | eflags::CF | 2);
        // Level 0's data segments are gone (SDM vol. 2, IRET).
        QVERIFY(!guest.cpu.seg[Ds].usable());
        QCOMPARE(guest.cpu.seg[Ds].selector, uint16_t{0});
    }
    void iretOfLevel3CannotRaiseItsPrivileges() {
        Guest guest(GuestMode::User);
        for (uint32_t value : {eflags::IF | eflags::IOPL | eflags::VM | eflags::ID,
                               uint32_t{Guest::code3}, 0x11000U}) {
            guest.cpu.gpr[Esp] -= 4;
            guest.poke<uint32_t>(guest.cpu.gpr[Esp], value);
        }
        guest.code({0xCF});
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 0x11000U);
        QCOMPARE(guest.cpu.eflags(), eflags::ID | 2);
    }
    void iretChecksItsSelectors_data() {
        QTest::addColumn<uint32_t>("cs");
        QTest::addColumn<uint32_t>("ss");
        QTest::addColumn<uint32_t>("eip");
        QTest::addColumn<int>("vector");
        QTest::addColumn<uint32_t>("error");
        QTest::newRow("null CS") << 0U << 0x23U << 0U << 13 << 0U;
        QTest::newRow("data CS") << 0x23U << 0x23U << 0U << 13 << 0x20U;
        QTest::newRow("CS of another level") << 0x0BU << 0x23U << 0U << 13 << 0x08U;
        QTest::newRow("CS outside") << 0x2008U << 0x23U << 0U << 13 << 0x2008U;
        QTest::newRow("null SS") << 0x1BU << 0U << 0U << 13 << 0U;
        QTest::newRow("SS of another level") << 0x1BU << 0x10U << 0U << 13 << 0x10U;
        QTest::newRow("absent SS") << 0x1BU << 0x83U << 0U << 12 << 0x80U;
        QTest::newRow("EIP outside") << 0x8BU << 0x23U << 0x11U << 13 << 0U;
    }
    void iretChecksItsSelectors() {
        QFETCH(uint32_t, cs);
        QFETCH(uint32_t, ss);
        QFETCH(uint32_t, eip);
        QFETCH(int, vector);
        QFETCH(uint32_t, error);
        Guest guest(GuestMode::Flat);
        guest.setSegment(0x80, 0, 0xFFFFF, 0x72, Guest::granular | Guest::big); // absent
        guest.setSegment(0x88, 0, 0x10, 0xFA, Guest::big);                      // tiny code
        for (uint32_t value : {ss, Guest::userStackTop, 0U, cs, eip}) {
            guest.cpu.gpr[Esp] -= 4;
            guest.poke<uint32_t>(guest.cpu.gpr[Esp], value);
        }
        guest.code({0xCF});
        QCOMPARE(guest.runToHandler(), static_cast<unsigned>(vector));
        QCOMPARE(guest.stack32(0), error);
        QCOMPARE(guest.stack32(1), Guest::codeBase);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 20 - 16); // the frame is still there
    }

  private:
    /// Makes the delivery of `vector` raise `fault`.
    static void spoilGate(Guest &guest, unsigned vector, unsigned fault) {
        uint16_t selector = Guest::code0;
        uint8_t access = Guest::interruptGate32;
        switch (fault) {
        case 13: selector = 0; break;
        case 11: access &= 0x7F; break;
        default: // the descriptor stands in a page that is not there
            guest.cpu.gdtr.limit = 0x1FFF;
            guest.setPage(Guest::ldtBase, 0);
            selector = 0x1008;
        }
        Descriptor spoilt = Guest::gate(selector, Guest::handlerOf(vector), access);
        guest.setIdt(vector, spoilt);
    }
    static void raiseFirst(Guest &guest, unsigned vector) {
        switch (vector) {
        case 0: guest.code({0xF7, 0xF1}); break; // div ecx, which is 0
        case 6: guest.code({0x0F, 0x0B}); break;
        case 13:
            guest.cpu.gpr[Eax] = 0x5000;
            guest.code({0x8E, 0xD8}); // mov ds, eax
            break;
        default:
            guest.setPage(0x40000, 0);
            guest.cpu.gpr[Ebx] = 0x40000;
            guest.code({0x8B, 0x03}); // mov eax, [ebx]
        }
    }
};

QTEST_GUILESS_MAIN(ExceptionsTest)
#include "tst_exceptions.moc"
