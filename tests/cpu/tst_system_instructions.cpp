// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions that read and change the system's state: SDM vol. 2, and the MSRs and CPUID leaves
// that systems ask for.
#include "emulator/cpu/system/cpuid.h"
#include "emulator/cpu/system/io_permission.h"
#include "emulator/cpu/system/msr.h"
#include "tests/cpu/guest.h"

#include <QTest>

using namespace bootglass;
using namespace bootglass::test;

class SystemInstructionsTest : public QObject {
    Q_OBJECT

  private slots:
    // --- mode switches
    void realModeProgramEntersProtectedModeByItself() {
        Guest guest(GuestMode::Real);
        auto &cpu = guest.cpu;
        guest.load(Guest::dataBase, {0xFF, 0x0F, 0x00, 0x10, 0x00, 0x00}); // limit, base 1000h
        guest.code({0xB8, 0x00, 0x20,                                      // mov ax, 2000h
                    0x8E, 0xD8,                                            // mov ds, ax
                    0x0F, 0x01, 0x16, 0x00, 0x00,                          // lgdt [0]
                    0x0F, 0x20, 0xC0,                                      // mov eax, cr0
                    0x0C, 0x01,                                            // or al, 1
                    0x0F, 0x22, 0xC0,                                      // mov cr0, eax
                    0x66, 0xEA, 0x40, 0x00, 0x01, 0x00, 0x08, 0x00});      // jmp 0008:00010040
        guest.load(0x10040, {0x66, 0xB8, 0x10, 0x00,                       // mov ax, 10h
                             0x8E, 0xD8,                                   // mov ds, eax
                             0xA1, 0x78, 0x56, 0x03, 0x00,                 // mov eax, [35678h]
                             0xF4});
        guest.poke<uint32_t>(0x35678, 0xCAFEBABE);
        QVERIFY(guest.runToHalt());
        QCOMPARE(cpu.gpr[Eax], 0xCAFEBABE);
        QCOMPARE(cpu.eip, 0x1004CU);
        QVERIFY(cpu.code32());
        QVERIFY(guest.happened("mode 0>1"));
    }
    void segmentLimitsSurviveTheReturnToRealMode() {
        Guest guest(GuestMode::Flat);
        auto &cpu = guest.cpu;
        guest.setSegment(Guest::code16, 0, 0xFFFF, Guest::codeAccess, 0);
        guest.code({0xEA, 0x00, 0x70, 0x00, 0x00, 0x38, 0x00});       // jmp 0038:7000
        guest.load(0x7000, {0x0F, 0x20, 0xC0,                         // mov eax, cr0
                            0x24, 0xFE,                               // and al, FEh
                            0x0F, 0x22, 0xC0,                         // mov cr0, eax
                            0xEA, 0x10, 0x70, 0x00, 0x00});           // jmp 0000:7010
        guest.load(0x7010, {0x31, 0xC0, 0x8E, 0xD8,                   // ds = 0
                            0x67, 0x66, 0xA1, 0x00, 0x00, 0x20, 0x00, // mov eax, [200000h]
                            0xF4});
        guest.poke<uint32_t>(0x200000, 0x12345678);
        QVERIFY(guest.runToHalt());
        QCOMPARE(cpu.gpr[Eax], 0x12345678U);
        QVERIFY(guest.happened("mode 1>0"));
    }

    // --- control registers
    void controlRegisterWritesAreChecked_data() {
        QTest::addColumn<unsigned>("number");
        QTest::addColumn<uint32_t>("value");
        QTest::addColumn<int>("vector"); // -1: none
        QTest::newRow("PG without PE") << 0U << cr0::PG << 13;
        QTest::newRow("NW without CD") << 0U << (cr0::PE | cr0::NW) << 13;
        QTest::newRow("NW with CD") << 0U << (cr0::PE | cr0::NW | cr0::CD) << -1;
        QTest::newRow("CR1") << 1U << 0U << 6;
        QTest::newRow("CR2") << 2U << 0xFFFFFFFFU << -1;
        QTest::newRow("CR4.MCE") << 4U << cr4::MCE << -1;
        QTest::newRow("CR4.PGE") << 4U << cr4::PGE << -1;
        QTest::newRow("CR4 bit 13") << 4U << (1U << 13) << 13;
        QTest::newRow("CR5") << 5U << 0U << 6;
    }
    void controlRegisterWritesAreChecked() {
        QFETCH(unsigned, number);
        QFETCH(uint32_t, value);
        QFETCH(int, vector);
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Ebx] = value;
        guest.code({0x0F, 0x22, static_cast<uint8_t>(0xC3 | number << 3), 0xF4});
        auto reached = guest.runToHandler();
        QCOMPARE(reached ? static_cast<int>(*reached) : -1, vector);
        if (vector == -1 && number == 2) QCOMPARE(guest.cpu.cr2, value);
    }
    void paePointersWithReservedBitsFault() {
        Guest guest(GuestMode::Flat);
        auto &cpu = guest.cpu;
        cpu.cr4 = cr4::PAE;
        cpu.cr3 = 0x30000;
        guest.poke<uint64_t>(0x30000, 0x31000 | 1 | 2); // bit 1 is reserved
        cpu.gpr[Eax] = cr0::PE | cr0::PG;
        guest.code({0x0F, 0x22, 0xC0});
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(cpu.cr0 & cr0::PG, 0U);
    }
    void lmswSetsButNeverClearsProtection() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setCr0(cr0::PE | cr0::NE);
        guest.cpu.gpr[Eax] = 0xFFEE; // TS EM MP, not PE
        guest.code({0x0F, 0x01, 0xF0, 0xF4});
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.cr0, cr0::PE | cr0::MP | cr0::EM | cr0::TS | cr0::NE | cr0::ET);
    }
    void cltsClearsTaskSwitched() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setCr0(cr0::PE | cr0::TS);
        guest.code({0x0F, 0x06, 0xF4});
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.cr0 & cr0::TS, 0U);
    }
    void invlpgMakesAChangedPageVisible() {
        Guest guest(GuestMode::Paged);
        guest.poke<uint32_t>(0x40000, 1);
        guest.poke<uint32_t>(0x41000, 2);
        guest.code({0xA1, 0x00, 0x00, 0x04, 0x00,                               // mov eax, [40000h]
                    0xC7, 0x05, 0x00, 0x11, 0x10, 0x00, 0x07, 0x10, 0x04, 0x00, // PTE → 41000h
                    0x0F, 0x01, 0x3D, 0x00, 0x00, 0x04, 0x00,                   // invlpg [40000h]
                    0x8B, 0x1D, 0x00, 0x00, 0x04, 0x00,                         // mov ebx, [40000h]
                    0xF4});
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.gpr[Eax], 1U);
        QCOMPARE(guest.cpu.gpr[Ebx], 2U);
    }

    /// What a write has made known holds for reads, as one entry of a processor's TLB would.
    void whatWasWrittenToIsKnownForReading() {
        Guest guest(GuestMode::Paged);
        guest.poke<uint32_t>(0x41000, 2);
        guest.code({0xC7, 0x05, 0x00, 0x00, 0x04, 0x00, 0x05, 0x00, 0x00, 0x00, // mov [40000h], 5
                    0xC7, 0x05, 0x00, 0x11, 0x10, 0x00, 0x07, 0x10, 0x04, 0x00, // PTE → 41000h
                    0xA1, 0x00, 0x00, 0x04, 0x00,                               // mov eax, [40000h]
                    0x0F, 0x01, 0x3D, 0x00, 0x00, 0x04, 0x00,                   // invlpg [40000h]
                    0x8B, 0x1D, 0x00, 0x00, 0x04, 0x00,                         // mov ebx, [40000h]
                    0xF4});
        QVERIFY(guest.runToHalt());
        QCOMPARE(guest.cpu.gpr[Eax], 5U);
        QCOMPARE(guest.cpu.gpr[Ebx], 2U);
    }

    // --- privilege
    void level3MayNotTouchTheSystem_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("hlt") << QByteArray("\xF4", 1);
        QTest::newRow("cli") << QByteArray("\xFA", 1);
        QTest::newRow("sti") << QByteArray("\xFB", 1);
        QTest::newRow("clts") << QByteArray("\x0F\x06", 2);
        QTest::newRow("invd") << QByteArray("\x0F\x08", 2);
        QTest::newRow("wbinvd") << QByteArray("\x0F\x09", 2);
        QTest::newRow("lgdt [eax]") << QByteArray("\x0F\x01\x10", 3);
        QTest::newRow("lidt [eax]") << QByteArray("\x0F\x01\x18", 3);
        QTest::newRow("lmsw ax") << QByteArray("\x0F\x01\xF0", 3);
        QTest::newRow("invlpg [eax]") << QByteArray("\x0F\x01\x38", 3);
        QTest::newRow("lldt ax") << QByteArray("\x0F\x00\xD0", 3);
        QTest::newRow("ltr ax") << QByteArray("\x0F\x00\xD8", 3);
        QTest::newRow("mov eax, cr0") << QByteArray("\x0F\x20\xC0", 3);
        QTest::newRow("mov cr3, eax") << QByteArray("\x0F\x22\xD8", 3);
        QTest::newRow("mov eax, dr0") << QByteArray("\x0F\x21\xC0", 3);
        QTest::newRow("mov dr7, eax") << QByteArray("\x0F\x23\xF8", 3);
        QTest::newRow("rdmsr") << QByteArray("\x0F\x32", 2);
        QTest::newRow("wrmsr") << QByteArray("\x0F\x30", 2);
        QTest::newRow("sysexit") << QByteArray("\x0F\x35", 2);
        QTest::newRow("in al, 60h") << QByteArray("\xE4\x60", 2);
    }
    void level3MayNotTouchTheSystem() {
        QFETCH(QByteArray, bytes);
        Guest guest(GuestMode::User);
        guest.cpu.sysenterCs = Guest::code0;
        guest.load(Guest::codeBase, {reinterpret_cast<const uint8_t *>(bytes.constData()),
                                     static_cast<size_t>(bytes.size())});
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), 0U); // error code
        QCOMPARE(guest.stack32(1), Guest::codeBase);
    }
    void protectedModeInstructionsAreUnknownInRealMode_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("sldt") << QByteArray("\x0F\x00\xC0", 3);
        QTest::newRow("str") << QByteArray("\x0F\x00\xC8", 3);
        QTest::newRow("lldt") << QByteArray("\x0F\x00\xD0", 3);
        QTest::newRow("ltr") << QByteArray("\x0F\x00\xD8", 3);
        QTest::newRow("verr") << QByteArray("\x0F\x00\xE0", 3);
        QTest::newRow("verw") << QByteArray("\x0F\x00\xE8", 3);
        QTest::newRow("lar") << QByteArray("\x0F\x02\xC0", 3);
        QTest::newRow("lsl") << QByteArray("\x0F\x03\xC0", 3);
        QTest::newRow("arpl") << QByteArray("\x63\xC0", 2);
        QTest::newRow("rsm") << QByteArray("\x0F\xAA", 2);
    }
    void protectedModeInstructionsAreUnknownInRealMode() {
        QFETCH(QByteArray, bytes);
        Guest guest(GuestMode::Real);
        guest.load(Guest::codeBase, {reinterpret_cast<const uint8_t *>(bytes.constData()),
                                     static_cast<size_t>(bytes.size())});
        QCOMPARE(guest.runToHandler(), 6U);
    }

    // --- flags
    void popfObeysIopl_data() {
        QTest::addColumn<unsigned>("level");
        QTest::addColumn<uint32_t>("iopl");
        QTest::addColumn<uint32_t>("changed"); // of IF, IOPL, NT
        constexpr uint32_t all = eflags::IF | eflags::IOPL | eflags::NT;
        QTest::newRow("level 0") << 0U << 0U << all;
        QTest::newRow("level 3, IOPL 0") << 3U << 0U << eflags::NT;
        QTest::newRow("level 3, IOPL 3") << 3U << 3U << (eflags::NT | eflags::IF);
    }
    void popfObeysIopl() {
        QFETCH(unsigned, level);
        QFETCH(uint32_t, iopl);
        QFETCH(uint32_t, changed);
        Guest guest(level == 0 ? GuestMode::Flat : GuestMode::User);
        constexpr uint32_t asked = eflags::IF | eflags::IOPL | eflags::NT;
        guest.cpu.setEflags(iopl << 12);
        uint32_t before = guest.cpu.eflags();
        guest.cpu.gpr[Eax] = before ^ asked;
        guest.code({0x50, 0x9D, 0x90}); // push eax; popf; nop
        guest.run(3);
        QCOMPARE(before ^ guest.cpu.eflags(), changed);
    }
    void popfLeavesVirtualFlagsAlone() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(eflags::VIP | eflags::VIF);
        guest.cpu.gpr[Eax] = eflags::VM | eflags::RF | eflags::ID;
        guest.code({0x50, 0x9D, 0x90});
        guest.run(3);
        QCOMPARE(guest.cpu.eflags(), eflags::VIP | eflags::VIF | eflags::ID | eflags::alwaysOne);
    }
    void pushfHidesVmAndRf() {
        Guest guest(GuestMode::Flat);
        guest.cpu.setEflags(eflags::RF | eflags::CF | eflags::AC);
        guest.code({0x9C});
        guest.run(1);
        QCOMPARE(guest.stack32(0) & ~eflags::RF, eflags::CF | eflags::AC | eflags::alwaysOne);
        QCOMPARE(guest.stack32(0) & eflags::RF, 0U);
    }
    void protectedVirtualInterruptsUseVif() {
        Guest guest(GuestMode::User);
        guest.cpu.setCr4(cr4::PVI);
        guest.cpu.setEflags(eflags::IF);
        guest.code({0xFB, 0x90, 0xFA}); // sti; nop; cli
        guest.run(1);
        QCOMPARE(guest.cpu.eflags(), eflags::IF | eflags::VIF | eflags::alwaysOne);
        guest.run(2);
        QCOMPARE(guest.cpu.eflags(), eflags::IF | eflags::alwaysOne);
        QVERIFY(guest.events.empty());
    }
    void pendingVirtualInterruptTrapsSti() {
        Guest guest(GuestMode::User);
        guest.cpu.setCr4(cr4::PVI);
        guest.cpu.setEflags(eflags::VIP);
        guest.code({0xFB});
        QCOMPARE(guest.runToHandler(), 13U);
    }

    // --- tables and selectors
    void tableRegistersAreStoredWhole() {
        Guest guest(GuestMode::Flat);
        guest.cpu.gdtr = {0x87654321, 0xABCD};
        guest.cpu.gpr[Eax] = Guest::dataBase;
        guest.code(
            {0x0F, 0x01, 0x00, 0x66, 0x0F, 0x01, 0x40, 0x10}); // sgdt [eax]; o16 sgdt [eax+10h]
        guest.run(2);
        for (uint32_t at : {Guest::dataBase, Guest::dataBase + 0x10}) {
            QCOMPARE(guest.peek<uint16_t>(at), uint16_t{0xABCD});
            QCOMPARE(guest.peek<uint32_t>(at + 2), 0x87654321U);
        }
    }
    void sixteenBitLgdtTakes24BitsOfTheBase() {
        Guest guest(GuestMode::Real);
        guest.load(0x500, {0x34, 0x12, 0x11, 0x22, 0x33, 0x44});
        guest.code({0x0F, 0x01, 0x16, 0x00, 0x05, 0x66, 0x0F, 0x01, 0x1E, 0x00, 0x05});
        guest.run(2);
        QCOMPARE(guest.cpu.gdtr.base, 0x332211U);
        QCOMPARE(guest.cpu.idtr.base, 0x44332211U);
        QCOMPARE(guest.cpu.idtr.limit, uint16_t{0x1234});
    }
    void larAndLslTellWhatASelectorGives_data() {
        QTest::addColumn<int>("access");
        QTest::addColumn<uint16_t>("rpl");
        QTest::addColumn<bool>("lar");
        QTest::addColumn<bool>("lsl");
        QTest::newRow("data") << 0xF2 << uint16_t{3} << true << true;
        QTest::newRow("data of level 0") << 0x92 << uint16_t{3} << false << false;
        QTest::newRow("conforming code of level 0") << 0x9E << uint16_t{3} << true << true;
        QTest::newRow("TSS") << 0x89 << uint16_t{0} << true << true;
        QTest::newRow("call gate") << 0x8C << uint16_t{0} << true << false;
        QTest::newRow("task gate") << 0x85 << uint16_t{0} << true << false;
        QTest::newRow("interrupt gate") << 0x8E << uint16_t{0} << false << false;
    }
    void larAndLslTellWhatASelectorGives() {
        QFETCH(int, access);
        QFETCH(uint16_t, rpl);
        QFETCH(bool, lar);
        QFETCH(bool, lsl);
        Guest guest(GuestMode::Flat);
        guest.setSegment(Guest::freeSelector, 0, 0x12345, static_cast<uint8_t>(access),
                         Guest::granular | Guest::big);
        guest.cpu.gpr[Ecx] = Guest::freeSelector | rpl;
        guest.cpu.gpr[Eax] = guest.cpu.gpr[Ebx] = 0x55;
        guest.code({0x0F, 0x02, 0xC1, 0x0F, 0x94, 0xC2,   // lar eax, ecx; setz dl
                    0x0F, 0x03, 0xD9, 0x0F, 0x94, 0xC6}); // lsl ebx, ecx; setz dh
        guest.run(4);
        QCOMPARE((guest.cpu.gpr[Edx] & 1) != 0, lar);
        QCOMPARE((guest.cpu.gpr[Edx] >> 8 & 1) != 0, lsl);
        QCOMPARE(guest.cpu.gpr[Eax], lar ? 0xC00000U | static_cast<uint32_t>(access) << 8 : 0x55U);
        QCOMPARE(guest.cpu.gpr[Ebx], lsl ? 0x12345FFFU : 0x55U);
    }
    void verifyAnswersInZf_data() {
        QTest::addColumn<uint16_t>("selector");
        QTest::addColumn<bool>("readable");
        QTest::addColumn<bool>("writable");
        QTest::newRow("null") << uint16_t{0} << false << false;
        QTest::newRow("beyond the table") << uint16_t{0x2000} << false << false;
        QTest::newRow("user data") << Guest::data3 << true << true;
        QTest::newRow("user code") << Guest::code3 << true << false;
        QTest::newRow("system data") << Guest::data0 << false << false;
        QTest::newRow("TSS") << Guest::tss << false << false;
    }
    void verifyAnswersInZf() {
        QFETCH(uint16_t, selector);
        QFETCH(bool, readable);
        QFETCH(bool, writable);
        Guest guest(GuestMode::User);
        guest.cpu.gpr[Ecx] = selector;
        guest.code({0x0F, 0x00, 0xE1, 0x0F, 0x94, 0xC0,   // verr cx; setz al
                    0x0F, 0x00, 0xE9, 0x0F, 0x94, 0xC4}); // verw cx; setz ah
        guest.run(4);
        QCOMPARE(guest.cpu.gpr[Eax], (readable ? 1U : 0) | (writable ? 0x100U : 0));
    }
    void arplRaisesTheRequestedLevel() {
        Guest guest(GuestMode::Flat);
        guest.poke<uint16_t>(Guest::dataBase, 0x1230);
        guest.cpu.gpr[Eax] = 0x0042;
        guest.cpu.gpr[Ebx] = Guest::dataBase;
        guest.code({0x63, 0x03, 0x0F, 0x94, 0xC1,   // arpl [ebx], ax; setz cl
                    0x63, 0x03, 0x0F, 0x94, 0xC5}); // again: it is high enough now
        guest.run(4);
        QCOMPARE(guest.peek<uint16_t>(Guest::dataBase), uint16_t{0x1232});
        QCOMPARE(guest.cpu.gpr[Ecx], 1U);
    }

    // --- debug registers
    void debugRegistersKeepTheirFixedBits() {
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Eax] = 0;
        guest.code({0x0F, 0x23, 0xF0,   // mov dr6, eax
                    0x0F, 0x23, 0xF8}); // mov dr7, eax
        guest.run(2);
        QCOMPARE(guest.cpu.dr[6], 0xFFFF0FF0U);
        QCOMPARE(guest.cpu.dr[7], 0x400U);
    }
    void dr4IsDr6UnlessDebugExtensionsAreOn() {
        Guest guest(GuestMode::Flat);
        guest.code({0x0F, 0x21, 0xE0, 0x0F, 0x21, 0xE0}); // mov eax, dr4, twice
        guest.run(1);
        QCOMPARE(guest.cpu.gpr[Eax], 0xFFFF0FF0U);
        guest.cpu.setCr4(cr4::DE);
        QCOMPARE(guest.runToHandler(), 6U);
    }
    void generalDetectTrapsAccesses() {
        Guest guest(GuestMode::Flat);
        guest.cpu.dr[7] = 0x2400;
        guest.cpu.stateChanged();
        guest.code({0x90, 0x0F, 0x21, 0xC0}); // nop; mov eax, dr0
        QCOMPARE(guest.runToHandler(), 1U);
        QCOMPARE(guest.cpu.dr[6], 0xFFFF2FF0U); // BD
        QCOMPARE(guest.cpu.dr[7], 0x400U);      // GD is off for the handler
        QCOMPARE(guest.stack32(0), Guest::codeBase + 1);
    }

    // --- MSRs
    void timeStampCounterIsVirtualTime() {
        Guest guest(GuestMode::Flat);
        guest.code({0x90, 0x90, 0x0F, 0x31, 0x90}); // nop; nop; rdtsc
        guest.run(3);
        QCOMPARE(guest.cpu.gpr[Eax], 3U << guest.clock.shift());
        QCOMPARE(guest.cpu.gpr[Edx], 0U);
    }
    void writtenTimeStampGoesOnFromThere() {
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Ecx] = 0x10;
        guest.cpu.gpr[Edx] = 5;
        guest.cpu.gpr[Eax] = 1000;
        guest.code({0x0F, 0x30, 0x90, 0x0F, 0x31}); // wrmsr; nop; rdtsc
        guest.run(3);
        QCOMPARE(guest.cpu.gpr[Eax], 1000U + (2U << guest.clock.shift()));
        QCOMPARE(guest.cpu.gpr[Edx], 5U);
    }
    void timeStampDisableKeepsItFromLevel3() {
        Guest guest(GuestMode::User);
        guest.code({0x0F, 0x31, 0x0F, 0x31});
        guest.run(1);
        QVERIFY(guest.events.empty());
        guest.cpu.setCr4(cr4::TSD);
        QCOMPARE(guest.runToHandler(), 13U);
    }
    void msrsHoldWhatIsAllowed_data() {
        QTest::addColumn<uint32_t>("number");
        QTest::addColumn<quint64>("value");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("SYSENTER_EIP") << 0x176U << quint64{0xC0100000} << true;
        QTest::newRow("EFER.NXE") << 0xC0000080U << quint64{1 << 11} << true;
        QTest::newRow("EFER.LME") << 0xC0000080U << quint64{1 << 8} << false;
        QTest::newRow("PAT") << 0x277U << quint64{0x0007040600010406} << true;
        QTest::newRow("PAT, type 2") << 0x277U << quint64{0x0002040600070406} << false;
        QTest::newRow("MTRR fixed") << 0x26FU << quint64{0x0605040106050401} << true;
        QTest::newRow("MTRR fixed, type 7") << 0x26FU << quint64{7} << false;
        QTest::newRow("MTRR base") << 0x200U << quint64{0xC0000006} << true;
        QTest::newRow("MTRR mask") << 0x20FU << quint64{0xFC0000800} << true;
        QTest::newRow("MTRR mask above 36 bits") << 0x20FU << quint64{0x1FC0000800} << false;
        QTest::newRow("MTRR beyond the last") << 0x210U << quint64{0} << false;
        QTest::newRow("MTRR default") << 0x2FFU << quint64{0xC06} << true;
        QTest::newRow("MTRR capabilities") << 0xFEU << quint64{0x508} << false;
        QTest::newRow("unknown") << 0x12345U << quint64{0} << false;
    }
    void msrsHoldWhatIsAllowed() {
        QFETCH(uint32_t, number);
        QFETCH(quint64, value);
        QFETCH(bool, allowed);
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Ecx] = number;
        guest.cpu.gpr[Edx] = static_cast<uint32_t>(value >> 32);
        guest.cpu.gpr[Eax] = static_cast<uint32_t>(value);
        guest.code({0x0F, 0x30, 0x31, 0xC0, 0x31, 0xD2, 0x0F, 0x32, 0xF4}); // wrmsr … rdmsr
        auto reached = guest.runToHandler();
        QCOMPARE(reached.has_value(), !allowed);
        if (!allowed) {
            QCOMPARE(*reached, 13U);
            QCOMPARE(guest.stack32(1), Guest::codeBase);
            return;
        }
        QCOMPARE(guest.cpu.gpr[Edx], static_cast<uint32_t>(value >> 32));
        QCOMPARE(guest.cpu.gpr[Eax], static_cast<uint32_t>(value));
    }
    void apicBaseReachesTheController() {
        Guest guest(GuestMode::Flat);
        guest.cpu.gpr[Ecx] = 0x1B;
        guest.cpu.gpr[Eax] = 0xFEE00100;                        // off
        guest.code({0x0F, 0x30, 0xB8, 1, 0, 0, 0, 0x0F, 0xA2}); // wrmsr; mov eax, 1; cpuid
        guest.run(3);
        QCOMPARE(guest.apicBase, uint64_t{0xFEE00100});
        QCOMPARE(guest.cpu.gpr[Edx] & 1 << 9, 0U); // no APIC while it is off
    }
    void storedMsrsAreSavedWithTheCpu() {
        Guest guest(GuestMode::Flat);
        QVERIFY(writeMsr(guest.cpu, 0x277, 0x0706050401000706));
        QVERIFY(writeMsr(guest.cpu, 0x26B, 0x0606060606060606));
        QVERIFY(writeMsr(guest.cpu, 0x203, 0xF80000800));
        Archive saved;
        guest.cpu.serialize(saved);
        auto bytes = saved.take();
        Guest other(GuestMode::Real);
        Archive loaded{bytes};
        other.cpu.serialize(loaded);
        QVERIFY(!loaded.failed());
        QCOMPARE(readMsr(other.cpu, 0x277).value, uint64_t{0x0706050401000706});
        QCOMPARE(readMsr(other.cpu, 0x26B).value, uint64_t{0x0606060606060606});
        QCOMPARE(readMsr(other.cpu, 0x203).value, uint64_t{0xF80000800});
    }

    // --- CPUID
    void cpuidNamesTheProcessor() {
        auto vendor = cpuid(0);
        std::string name;
        for (uint32_t part : {vendor.ebx, vendor.edx, vendor.ecx})
            name.append(reinterpret_cast<const char *>(&part), 4);
        QCOMPARE(name, std::string("GenuineIntel"));
        std::string brand;
        for (uint32_t leaf = 0x80000002; leaf <= 0x80000004; ++leaf) {
            auto part = cpuid(leaf);
            for (uint32_t word : {part.eax, part.ebx, part.ecx, part.edx})
                brand.append(reinterpret_cast<const char *>(&word), 4);
        }
        QCOMPARE(brand.substr(0, brand.find('\0')), std::string("Bootglass virtual CPU"));
        QCOMPARE(cpuid(1).eax >> 8 & 0xF, 6U);
    }
    void cpuidReportsWhatWorks() {
        uint32_t features = cpuid(1).edx;
        for (unsigned present :
             {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 19, 23, 24, 25, 26})
            QVERIFY2(features & 1U << present, qPrintable(QString::number(present)));
        for (unsigned absent : {14, 28}) // MCA, HTT
            QVERIFY2(!(features & 1U << absent), qPrintable(QString::number(absent)));
        QCOMPARE(cpuid(1).ecx, 0U);                  // no SSE3
        QCOMPARE(cpuid(0x80000001).edx, 1U << 20);   // NX
        QCOMPARE(cpuid(0x80000008).eax & 0xFF, 36U); // as the MMU has it
        QCOMPARE(cpuid(0x40000000), cpuid(2));       // unknown leaves: the last one's answer
    }

    // --- SYSENTER
    void sysenterAndSysexitCrossTheLevels() {
        Guest guest(GuestMode::User);
        auto &cpu = guest.cpu;
        cpu.sysenterCs = Guest::code0;
        cpu.sysenterEsp = 0x8888;
        cpu.sysenterEip = 0x11000;
        cpu.setEflags(eflags::IF | eflags::CF);
        guest.code({0x0F, 0x34});
        guest.load(0x11000, {0x0F, 0x35});
        guest.run(1);
        QCOMPARE(cpu.eip, 0x11000U);
        QCOMPARE(cpu.gpr[Esp], 0x8888U);
        QCOMPARE(cpu.seg[Cs].selector, Guest::code0);
        QCOMPARE(cpu.seg[Ss].selector, Guest::data0);
        QCOMPARE(cpu.cpl, uint8_t{0});
        QCOMPARE(cpu.eflags(), eflags::CF | eflags::alwaysOne);
        cpu.gpr[Ecx] = 0x9990;
        cpu.gpr[Edx] = Guest::codeBase + 2;
        guest.run(1);
        QCOMPARE(cpu.eip, Guest::codeBase + 2);
        QCOMPARE(cpu.gpr[Esp], 0x9990U);
        QCOMPARE(cpu.seg[Cs].selector, Guest::code3);
        QCOMPARE(cpu.seg[Ss].selector, Guest::data3);
        QCOMPARE(cpu.cpl, uint8_t{3});
        QCOMPARE(guest.events, (std::vector<std::string>{"level 3>0", "level 0>3"}));
    }
    void sysenterNeedsItsSegment() {
        Guest guest(GuestMode::User);
        guest.code({0x0F, 0x34});
        QCOMPARE(guest.runToHandler(), 13U);
    }

    // --- ports
    void portPermissionsComeFromTheTss_data() {
        QTest::addColumn<int>("allowed"); // first port; two follow
        QTest::addColumn<int>("port");
        QTest::addColumn<unsigned>("size");
        QTest::addColumn<bool>("permitted");
        QTest::newRow("byte") << 0x100 << 0x100 << 1U << true;
        QTest::newRow("word") << 0x100 << 0x101 << 2U << true;
        QTest::newRow("word past the end") << 0x100 << 0x102 << 2U << false;
        QTest::newRow("double word") << 0x100 << 0x100 << 4U << false;
        QTest::newRow("across a byte of the map") << 0x106 << 0x107 << 2U << true;
        QTest::newRow("last port") << 0xFFFD << 0xFFFF << 1U << true;
        QTest::newRow("other") << 0x100 << 0x99 << 1U << false;
    }
    void portPermissionsComeFromTheTss() {
        QFETCH(int, allowed);
        QFETCH(int, port);
        QFETCH(unsigned, size);
        QFETCH(bool, permitted);
        Guest guest(GuestMode::User);
        for (int n = 0; n < 3; ++n)
            guest.setPort(static_cast<uint16_t>(allowed + n), true);
        QCOMPARE(ioPermitted(guest.cpu, static_cast<uint16_t>(port), size), permitted);
        if (!permitted) QCOMPARE(guest.cpu.pendingFault(), (Fault{Vector::GP, 0}));
        guest.cpu.dropFault();
    }
    void ioplOpensAllPorts() {
        Guest guest(GuestMode::User);
        guest.cpu.setEflags(eflags::IOPL);
        QVERIFY(ioPermitted(guest.cpu, 0x60, 1));
        guest.cpu.setEflags(eflags::IOPL | eflags::VM);
        QVERIFY(!ioPermitted(guest.cpu, 0x60, 1)); // but not to virtual-8086 mode
        guest.cpu.dropFault();
    }
    void mapPastTheTssForbids() {
        Guest guest(GuestMode::User);
        guest.setPort(0x60, true);
        guest.cpu.tr.limit = Guest::ioMapOffset + 0x60 / 8;
        QVERIFY(!ioPermitted(guest.cpu, 0x60, 1)); // the second byte is not there
        guest.cpu.tr.limit += 1;
        guest.cpu.dropFault();
        QVERIFY(ioPermitted(guest.cpu, 0x60, 1));
    }
};

QTEST_GUILESS_MAIN(SystemInstructionsTest)
#include "tst_system_instructions.moc"
