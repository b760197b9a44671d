// SPDX-License-Identifier: GPL-3.0-or-later
// Segment loads, limits, far transfers and call gates: SDM vol. 3, ch. 5; vol. 2, MOV, CALL, RET.
#include "tests/cpu/guest.h"

#include <QTest>

using namespace bootglass;
using namespace bootglass::test;

namespace {

constexpr uint8_t absent = 0x7F; // mask that takes the present bit away

} // namespace

class SegmentationTest : public QObject {
    Q_OBJECT

  private slots:
    // --- loads
    void loadsAreChecked_data() {
        QTest::addColumn<unsigned>("level");
        QTest::addColumn<unsigned>("segment");
        QTest::addColumn<int>("access");
        QTest::addColumn<unsigned>("rpl");
        QTest::addColumn<int>("vector"); // -1: none
        constexpr int data = 0x92, readOnly = 0x90, code = 0x9A, executeOnly = 0x98,
                      conforming = 0x9E, user = 0x60;
        QTest::newRow("DS, data") << 0U << 3U << data << 0U << -1;
        QTest::newRow("DS, read-only data") << 0U << 3U << readOnly << 0U << -1;
        QTest::newRow("DS, RPL above DPL") << 0U << 3U << data << 1U << 13;
        QTest::newRow("DS, readable code") << 0U << 3U << code << 0U << -1;
        QTest::newRow("DS, execute-only code") << 0U << 3U << executeOnly << 0U << 13;
        QTest::newRow("DS, system segment") << 0U << 3U << 0x82 << 0U << 13;
        QTest::newRow("DS, absent") << 0U << 3U << (data & absent) << 0U << 11;
        QTest::newRow("DS, level 0's from level 3") << 3U << 3U << data << 3U << 13;
        QTest::newRow("DS, conforming from level 3") << 3U << 3U << conforming << 3U << -1;
        QTest::newRow("FS, user data") << 3U << 4U << data + user << 3U << -1;
        QTest::newRow("SS, data") << 0U << 2U << data << 0U << -1;
        QTest::newRow("SS, read-only") << 0U << 2U << readOnly << 0U << 13;
        QTest::newRow("SS, wrong RPL") << 0U << 2U << data << 3U << 13;
        QTest::newRow("SS, wrong DPL") << 0U << 2U << data + user << 0U << 13;
        QTest::newRow("SS, code") << 0U << 2U << code << 0U << 13;
        QTest::newRow("SS, absent") << 0U << 2U << (data & absent) << 0U << 12;
    }
    void loadsAreChecked() {
        QFETCH(unsigned, level);
        QFETCH(unsigned, segment);
        QFETCH(int, access);
        QFETCH(unsigned, rpl);
        QFETCH(int, vector);
        Guest guest(level == 0 ? GuestMode::Flat : GuestMode::User);
        guest.allowSoftware(3);
        guest.setSegment(Guest::freeSelector, 0x12345678, 0xFFFFF, static_cast<uint8_t>(access),
                         Guest::granular | Guest::big);
        auto selector = static_cast<uint16_t>(Guest::freeSelector | rpl);
        uint16_t before = guest.cpu.seg[segment].selector;
        guest.cpu.gpr[Eax] = selector;
        guest.code({0x8E, static_cast<uint8_t>(0xC0 | segment << 3)});
        guest.run(1);
        if (vector != -1) {
            QVERIFY(guest.happened("exception " + std::to_string(vector) + " (80h)"));
            QCOMPARE(guest.cpu.seg[segment].selector, before);
            QVERIFY(!guest.descriptor(Guest::freeSelector).accessed());
            return;
        }
        QVERIFY(guest.events.empty());
        QCOMPARE(guest.cpu.seg[segment].selector, selector);
        QCOMPARE(guest.cpu.seg[segment].base, 0x12345678U);
        QCOMPARE(guest.cpu.seg[segment].limit, 0xFFFFFFFFU);
        QVERIFY(guest.descriptor(Guest::freeSelector).accessed());
    }
    void selectorsOutsideTheirTable_data() {
        QTest::addColumn<unsigned>("segment");
        QTest::addColumn<uint16_t>("selector");
        QTest::addColumn<uint32_t>("error");
        QTest::newRow("beyond the GDT") << 3U << uint16_t{0x1003} << 0x1000U;
        QTest::newRow("beyond the LDT") << 3U << uint16_t{0x107} << 0x104U;
        QTest::newRow("null SS") << 2U << uint16_t{0} << 0U;
    }
    void selectorsOutsideTheirTable() {
        QFETCH(unsigned, segment);
        QFETCH(uint16_t, selector);
        QFETCH(uint32_t, error);
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Eax] = selector;
        guest.code({0x8E, static_cast<uint8_t>(0xC0 | segment << 3)});
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), error);
    }
    void csCannotBeMovedTo() {
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Eax] = Guest::code0;
        guest.code({0x8E, 0xC8});
        QCOMPARE(guest.runToHandler(), 6U);
    }
    void nullSegmentFaultsOnlyWhenUsed() {
        Guest guest(GuestMode::Flat);
        guest.code({0x31, 0xC0, 0x8E, 0xC0, 0x26, 0x8B, 0x03}); // es = 0; mov eax, es:[ebx]
        guest.run(2);
        QVERIFY(guest.events.empty());
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), 0U);
        QCOMPARE(guest.stack32(1), Guest::codeBase + 4);
    }
    void localTableIsUsed() {
        Guest guest(GuestMode::Flat);
        guest.setSegment(0x0C, 0x30000, 0xFFFF, Guest::dataAccess, 0);
        guest.poke<uint32_t>(0x30010, 0xABCDEF01);
        guest.cpu.gpr[Eax] = 0x0C;
        guest.code(
            {0x8E, 0xE0, 0x64, 0xA1, 0x10, 0x00, 0x00, 0x00}); // mov fs, ax; mov eax, fs:[10h]
        guest.run(2);
        QCOMPARE(guest.cpu.gpr[Eax], 0xABCDEF01U);
    }

    // --- limits
    void limitsGuardEachByte_data() {
        QTest::addColumn<uint32_t>("limit");
        QTest::addColumn<int>("access");
        QTest::addColumn<int>("flags");
        QTest::addColumn<uint32_t>("offset");
        QTest::addColumn<bool>("allowed"); // for four bytes
        constexpr int data = 0x92, down = 0x96;
        QTest::newRow("last") << 0xFFFU << data << 0 << 0xFFCU << true;
        QTest::newRow("one beyond") << 0xFFFU << data << 0 << 0xFFDU << false;
        QTest::newRow("in pages") << 0U << data << 8 << 0xFFCU << true;
        QTest::newRow("4 GiB wraps") << 0xFFFFFU << data << 8 << 0xFFFFFFFEU << true;
        QTest::newRow("down: above") << 0xFFFU << down << 4 << 0x1000U << true;
        QTest::newRow("down: at the limit") << 0xFFFU << down << 4 << 0xFFFU << false;
        QTest::newRow("down, 16 bits: top") << 0xFFFU << down << 0 << 0xFFFCU << true;
        QTest::newRow("down, 16 bits: beyond") << 0xFFFU << down << 0 << 0xFFFDU << false;
        QTest::newRow("down, 32 bits: beyond 64 KiB") << 0xFFFU << down << 4 << 0x10000U << true;
    }
    void limitsGuardEachByte() {
        QFETCH(uint32_t, limit);
        QFETCH(int, access);
        QFETCH(int, flags);
        QFETCH(uint32_t, offset);
        QFETCH(bool, allowed);
        Guest guest(GuestMode::Flat);
        guest.setSegment(Guest::freeSelector, Guest::dataBase, limit, static_cast<uint8_t>(access),
                         static_cast<uint8_t>(flags));
        guest.cpu.gpr[Eax] = Guest::freeSelector;
        guest.cpu.gpr[Ebx] = offset;
        guest.code({0x8E, 0xD8, 0x8B, 0x0B, 0x89, 0x0B, 0x90}); // mov ds, ax; mov ecx, [ebx]; back
        guest.run(3);
        QCOMPARE(guest.happened("exception 13 (0h)"), !allowed);
        QCOMPARE(guest.events.empty(), allowed);
    }
    void writesNeedAWritableSegment() {
        Guest guest(GuestMode::Flat);
        guest.code(
            {0x2E, 0xA1, 0, 0, 2, 0, 0x2E, 0xA3, 0, 0, 2, 0}); // mov eax, cs:[…]; mov cs:[…], eax
        guest.run(1);
        QVERIFY(guest.events.empty());
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(1), Guest::codeBase + 6);
    }
    void stackLimitRaisesSs() {
        Guest guest(GuestMode::Flat);
        guest.setSegment(Guest::freeSelector, 0, 0x7FFF, Guest::dataAccess, Guest::big);
        guest.cpu.gpr[Eax] = Guest::freeSelector;
        guest.cpu.gpr[Ebp] = 0x7FFD;
        guest.code({0x8E, 0xD0, 0x8B, 0x45, 0x00}); // mov ss, ax; mov eax, [ebp]
        QCOMPARE(guest.runToHandler(), 12U);
        QCOMPARE(guest.stack32(0), 0U);
    }
    void codeEndsAtItsLimit() {
        Guest guest(GuestMode::Flat);
        guest.setSegment(Guest::freeSelector, Guest::codeBase, 0x0F, Guest::codeAccess, Guest::big);
        guest.code({0xEA, 0x0E, 0, 0, 0, 0x80, 0});                   // jmp 0080:0000000E
        guest.load(Guest::codeBase + 0x0E, {0x90, 0xB8, 1, 0, 0, 0}); // nop; mov eax, 1
        guest.run(2);
        QVERIFY(guest.events.empty());
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(1), 0x0FU);
        QCOMPARE(guest.stack32(2), uint32_t{Guest::freeSelector});
    }

    // --- PUSH, POP and far pointers
    void pushedSelectorsFillTheOperand() {
        Guest guest(GuestMode::Flat);
        guest.poke<uint32_t>(Guest::stackTop - 4, 0xFFFFFFFF);
        guest.code({0x1E, 0x66, 0x1E, 0x0F, 0xA8}); // push ds; o16 push ds; push gs
        guest.run(3);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 10);
        QCOMPARE(guest.peek<uint32_t>(Guest::stackTop - 4), uint32_t{Guest::data0});
        QCOMPARE(guest.peek<uint16_t>(Guest::stackTop - 6), Guest::data0);
    }
    void failedPopLeavesTheStack() {
        Guest guest(GuestMode::Flat);
        guest.poke<uint32_t>(Guest::stackTop, 0x7000);
        guest.code({0x07}); // pop es
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 16);
        QCOMPARE(guest.cpu.seg[Es].selector, Guest::data0);
    }
    void farPointersLoadBothOrNothing() {
        Guest guest(GuestMode::Flat);
        guest.load(Guest::dataBase, {0x78, 0x56, 0x34, 0x12, Guest::data3, 0x00, 0x78, 0x56, 0x34,
                                     0x12, 0x00, 0x70});
        guest.cpu.gpr[Ebx] = Guest::dataBase;
        guest.code({0x0F, 0xB4, 0x0B, 0xC4, 0x53, 0x06}); // lfs ecx, [ebx]; les edx, [ebx+6]
        guest.run(1);
        QCOMPARE(guest.cpu.gpr[Ecx], 0x12345678U);
        QCOMPARE(guest.cpu.seg[Fs].selector, Guest::data3);
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.cpu.gpr[Edx], 0U);
        QCOMPARE(guest.cpu.seg[Es].selector, Guest::data0);
    }
    void movFromSegmentClearsTheUpperHalf() {
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr.fill(0);
        guest.cpu.gpr[Eax] = guest.cpu.gpr[Ecx] = 0xFFFFFFFF;
        guest.code({0x8C, 0xD8, 0x66, 0x8C, 0xD9}); // mov eax, ds; mov cx, ds
        guest.run(2);
        QCOMPARE(guest.cpu.gpr[Eax], uint32_t{Guest::data0});
        QCOMPARE(guest.cpu.gpr[Ecx], 0xFFFF0000U | Guest::data0);
    }

    // --- system tables
    void ltrMarksTheTssBusy() {
        Guest guest(GuestMode::Flat);
        guest.setSegment(Guest::freeSelector, Guest::secondTss, 0x67, Guest::tss32Access, 0);
        guest.cpu.gpr[Eax] = Guest::freeSelector;
        guest.code({0x0F, 0x00, 0xD8, 0x0F, 0x00, 0xCB, 0x0F, 0x00, 0xD8}); // ltr; str; ltr
        guest.run(2);
        QVERIFY(guest.descriptor(Guest::freeSelector).isBusy());
        QCOMPARE(guest.cpu.gpr[Ebx], uint32_t{Guest::freeSelector});
        QCOMPARE(guest.cpu.tr.base, Guest::secondTss);
        QCOMPARE(guest.runToHandler(), 13U); // it is busy now
        QCOMPARE(guest.stack32(0), uint32_t{Guest::freeSelector});
    }
    void lldtChecksTheType_data() {
        QTest::addColumn<int>("access");
        QTest::addColumn<uint16_t>("selector");
        QTest::addColumn<int>("vector");
        QTest::newRow("LDT") << 0x82 << uint16_t{0x80} << -1;
        QTest::newRow("null") << 0x82 << uint16_t{0} << -1;
        QTest::newRow("TSS") << 0x89 << uint16_t{0x80} << 13;
        QTest::newRow("absent") << 0x02 << uint16_t{0x80} << 11;
        QTest::newRow("in the LDT") << 0x82 << uint16_t{0x84} << 13;
    }
    void lldtChecksTheType() {
        QFETCH(int, access);
        QFETCH(uint16_t, selector);
        QFETCH(int, vector);
        Guest guest(GuestMode::Flat);
        guest.setSegment(0x80, 0x5000, 0x17, static_cast<uint8_t>(access), 0);
        guest.cpu.gpr[Eax] = selector;
        guest.code({0x0F, 0x00, 0xD0, 0xF4});
        auto reached = guest.runToHandler();
        QCOMPARE(reached ? static_cast<int>(*reached) : -1, vector);
        if (vector == -1) QCOMPARE(guest.cpu.ldtr.usable(), selector != 0);
        QCOMPARE(guest.cpu.ldtr.selector, vector == -1 ? selector : Guest::ldt);
    }

    // --- far transfers
    void farCallAndReturn() {
        Guest guest(GuestMode::Flat);
        guest.setSegment(Guest::freeSelector, 0x30000, 0xFFFF, Guest::codeAccess, Guest::big);
        guest.code({0x9A, 0x10, 0, 0, 0, 0x80, 0}); // call 0080:00000010
        guest.load(0x30010, {0xCA, 0x08, 0x00});    // retf 8
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 0x10U);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 7);
        QCOMPARE(guest.stack32(1), uint32_t{Guest::code0});
        guest.run(1);
        QCOMPARE(guest.cpu.eip, Guest::codeBase + 7);
        QCOMPARE(guest.cpu.seg[Cs].selector, Guest::code0);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop + 8);
    }
    void sixteenBitFarCallPushesWords() {
        Guest guest(GuestMode::Protected16);
        guest.setSegment(Guest::freeSelector, 0x30000, 0xFFFF, Guest::codeAccess, 0);
        guest.cpu.gpr[Esp] = 0xABCD0000 | Guest::stackTop; // the upper half is not used
        guest.code({0x9A, 0x10, 0, 0x80, 0});
        guest.load(0x30010, {0xCB});
        guest.run(1);
        QCOMPARE(guest.cpu.gpr[Esp], 0xABCD0000 | (Guest::stackTop - 4));
        QCOMPARE(guest.stack16(0), uint16_t{5});
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 5U);
        QCOMPARE(guest.cpu.gpr[Esp], 0xABCD0000 | Guest::stackTop);
    }
    void realModeFarJumpThroughMemory() {
        Guest guest(GuestMode::Real);
        guest.load(0x500, {0x34, 0x12, 0x00, 0x20});
        guest.code({0xFF, 0x2E, 0x00, 0x05}); // jmp far [500h]
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 0x1234U);
        QCOMPARE(guest.cpu.seg[Cs].selector, uint16_t{0x2000});
        QCOMPARE(guest.cpu.seg[Cs].base, 0x20000U);
    }
    void farTargetsAreChecked_data() {
        QTest::addColumn<int>("access");
        QTest::addColumn<uint16_t>("selector");
        QTest::addColumn<uint32_t>("offset");
        QTest::addColumn<int>("vector");
        QTest::addColumn<uint32_t>("error");
        QTest::newRow("null") << 0x9A << uint16_t{0} << 0U << 13 << 0U;
        QTest::newRow("data") << 0x92 << uint16_t{0x80} << 0U << 13 << 0x80U;
        QTest::newRow("other level") << 0xFA << uint16_t{0x83} << 0U << 13 << 0x80U;
        QTest::newRow("absent") << 0x1A << uint16_t{0x80} << 0U << 11 << 0x80U;
        QTest::newRow("outside") << 0x9A << uint16_t{0x80} << 0x10000U << 13 << 0U;
        QTest::newRow("LDT") << 0x82 << uint16_t{0x80} << 0U << 13 << 0x80U;
        QTest::newRow("interrupt gate") << 0x8E << uint16_t{0x80} << 0U << 13 << 0x80U;
    }
    void farTargetsAreChecked() {
        QFETCH(int, access);
        QFETCH(uint16_t, selector);
        QFETCH(uint32_t, offset);
        QFETCH(int, vector);
        QFETCH(uint32_t, error);
        for (bool call : {false, true}) {
            Guest guest(GuestMode::Flat);
            guest.setSegment(0x80, 0, 0xFFFF, static_cast<uint8_t>(access), Guest::big);
            guest.code({static_cast<uint8_t>(call ? 0x9A : 0xEA), static_cast<uint8_t>(offset),
                        static_cast<uint8_t>(offset >> 8), static_cast<uint8_t>(offset >> 16), 0,
                        static_cast<uint8_t>(selector), 0});
            QCOMPARE(guest.runToHandler(), static_cast<unsigned>(vector));
            QCOMPARE(guest.stack32(0), error);
            QCOMPARE(guest.stack32(1), Guest::codeBase);
            QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop - 16);
        }
    }
    void conformingCodeKeepsTheLevel() {
        Guest guest(GuestMode::User);
        guest.setSegment(0x80, 0, 0xFFFFF, Guest::conformingAccess, Guest::granular | Guest::big);
        guest.code({0xEA, 0x00, 0x10, 0x01, 0, 0x80, 0});
        guest.run(1);
        QCOMPARE(guest.cpu.seg[Cs].selector, uint16_t{0x83});
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.eip, 0x11000U);
    }

    // --- call gates
    void callGateCopiesParametersToTheInnerStack() {
        Guest guest(GuestMode::User);
        guest.setDescriptor(0x80, Guest::gate(Guest::code0, 0x11000, Guest::callGate32 | 0x60, 2));
        guest.poke<uint32_t>(Guest::userStackTop, 0x11111111);
        guest.poke<uint32_t>(Guest::userStackTop + 4, 0x22222222);
        guest.code({0x9A, 0, 0, 0, 0, 0x83, 0}); // the offset does not matter
        guest.load(0x11000, {0xCA, 0x08, 0x00}); // retf 8
        guest.run(1);
        QCOMPARE(guest.cpu.cpl, uint8_t{0});
        QCOMPARE(guest.cpu.eip, 0x11000U);
        QCOMPARE(guest.cpu.seg[Cs].selector, Guest::code0);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::innerStackTop - 24);
        QCOMPARE(guest.stack32(0), Guest::codeBase + 7);
        QCOMPARE(guest.stack32(1), uint32_t{Guest::code3});
        QCOMPARE(guest.stack32(2), 0x11111111U);
        QCOMPARE(guest.stack32(3), 0x22222222U);
        QCOMPARE(guest.stack32(4), Guest::userStackTop);
        QCOMPARE(guest.stack32(5), uint32_t{Guest::data3});
        // The return frees the parameters on both stacks.
        guest.run(1);
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.eip, Guest::codeBase + 7);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::userStackTop + 8);
        QCOMPARE(guest.cpu.seg[Ss].selector, Guest::data3);
        QCOMPARE(guest.cpu.seg[Ds].selector, Guest::data3); // it may stay
    }
    void sixteenBitCallGatePushesWords() {
        Guest guest(GuestMode::User);
        guest.setDescriptor(0x80, Guest::gate(Guest::code0, 0x7000, Guest::callGate16 | 0x60, 1));
        guest.poke<uint16_t>(Guest::userStackTop, 0x1234);
        guest.code({0x9A, 0, 0, 0, 0, 0x83, 0});
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 0x7000U);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::innerStackTop - 10);
        QCOMPARE(guest.stack16(2), uint16_t{0x1234});
        QCOMPARE(guest.stack16(3), static_cast<uint16_t>(Guest::userStackTop));
    }
    void callGatesAreChecked_data() {
        QTest::addColumn<int>("access");
        QTest::addColumn<uint16_t>("target");
        QTest::addColumn<bool>("jump");
        QTest::addColumn<int>("vector");
        QTest::addColumn<uint32_t>("error");
        constexpr int gate = Guest::callGate32 | 0x60;
        QTest::newRow("gate of level 0")
            << int{Guest::callGate32} << Guest::code0 << false << 13 << 0x80U;
        QTest::newRow("absent gate") << (gate & absent) << Guest::code0 << false << 11 << 0x80U;
        QTest::newRow("null target") << gate << uint16_t{0} << false << 13 << 0U;
        QTest::newRow("data target") << gate << Guest::data0 << false << 13 << 0x10U;
        QTest::newRow("jump to an inner level") << gate << Guest::code0 << true << 13 << 0x08U;
    }
    void callGatesAreChecked() {
        QFETCH(int, access);
        QFETCH(uint16_t, target);
        QFETCH(bool, jump);
        QFETCH(int, vector);
        QFETCH(uint32_t, error);
        Guest guest(GuestMode::User);
        guest.setDescriptor(0x80, Guest::gate(target, 0x11000, static_cast<uint8_t>(access)));
        guest.code({static_cast<uint8_t>(jump ? 0xEA : 0x9A), 0, 0, 0, 0, 0x83, 0});
        QCOMPARE(guest.runToHandler(), static_cast<unsigned>(vector));
        QCOMPARE(guest.stack32(0), error);
        QCOMPARE(guest.stack32(1), Guest::codeBase);
        QCOMPARE(guest.stack32(4), Guest::userStackTop);
    }
    void farReturnCannotRaisePrivileges() {
        Guest guest(GuestMode::User);
        guest.poke<uint32_t>(Guest::userStackTop, 0x11000);
        guest.poke<uint32_t>(Guest::userStackTop + 4, Guest::code0);
        guest.code({0xCB});
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), uint32_t{Guest::code0});
    }
    void storesIntoCodeThroughFarCallsTakeEffect() {
        // The frame is pushed over code that has been executed: it must be decoded anew.
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Esp] = 0x11008;
        guest.load(0x11000, {0x40, 0x40, 0x40, 0x40, 0xC3, 0x90, 0x90, 0x90}); // inc eax; ret
        guest.poke<uint32_t>(0x11008, Guest::codeBase);
        guest.cpu.eip = 0x11000;
        guest.code({0x9A, 0x00, 0x10, 0x01, 0x00, 0x08, 0x00}); // call 0008:00011000
        guest.run(5);
        QCOMPARE(guest.cpu.eip, Guest::codeBase);
        QCOMPARE(guest.cpu.gpr[Eax], 4U);
        guest.cpu.gpr[Esp] = 0x11008;
        guest.run(1);
        QCOMPARE(guest.peek<uint32_t>(0x11000), Guest::codeBase + 7); // 07 00 01 00: pop es …
        guest.run(1);
        QCOMPARE(guest.cpu.gpr[Eax], 4U);
    }
};

QTEST_GUILESS_MAIN(SegmentationTest)
#include "tst_segmentation.moc"
