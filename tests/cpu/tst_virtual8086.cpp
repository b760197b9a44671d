// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual-8086 mode with and without its extensions: SDM vol. 3, ch. 20.
#include "tests/cpu/guest.h"

#include <QTest>

using namespace bootglass;
using namespace bootglass::test;

namespace {

using Events = std::vector<std::string>;

constexpr uint32_t cs = Guest::codeBase >> 4;

void setIopl(Guest &guest, unsigned iopl, uint32_t more = 0) {
    guest.cpu.setEflags(eflags::VM | iopl << 12 | more);
}

/// The level-0 stack after an entry from virtual-8086 mode, above the error code if there is one.
struct Frame {
    uint32_t eip, cs, flags, esp, ss, es, ds, fs, gs;
};
Frame frameAt(const Guest &guest, unsigned first) {
    return {guest.stack32(first),     guest.stack32(first + 1), guest.stack32(first + 2),
            guest.stack32(first + 3), guest.stack32(first + 4), guest.stack32(first + 5),
            guest.stack32(first + 6), guest.stack32(first + 7), guest.stack32(first + 8)};
}

} // namespace

class Virtual8086Test : public QObject {
    Q_OBJECT

  private slots:
    void faultLeavesToLevel0WithAllSegments() {
        Guest guest(GuestMode::Virtual8086);
        setIopl(guest, 0, eflags::IF);
        for (unsigned n : {Es, Ds, Fs, Gs})
            guest.cpu.seg[n] = virtual8086Segment(static_cast<uint16_t>(0x1110 + n));
        guest.code({0x90, 0xF4}); // nop; hlt
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.cpu.gpr[Esp], Guest::innerStackTop - 40);
        QCOMPARE(guest.stack32(0), 0U);
        Frame frame = frameAt(guest, 1);
        QCOMPARE(frame.eip, 1U);
        QCOMPARE(frame.cs, cs);
        QCOMPARE(frame.flags, eflags::VM | eflags::IF | eflags::RF | 2);
        QCOMPARE(frame.esp, Guest::stackTop);
        QCOMPARE(frame.ss, 0U);
        QCOMPARE(frame.es, 0x1110U + Es);
        QCOMPARE(frame.ds, 0x1110U + Ds);
        QCOMPARE(frame.fs, 0x1110U + Fs);
        QCOMPARE(frame.gs, 0x1110U + Gs);
        for (unsigned n : {Es, Ds, Fs, Gs}) {
            QVERIFY(!guest.cpu.seg[n].usable());
            QCOMPARE(guest.cpu.seg[n].selector, uint16_t{0});
        }
        QVERIFY(!guest.cpu.virtual8086());
        QCOMPARE(guest.cpu.cpl, uint8_t{0});
        QCOMPARE(guest.events, (Events{"exception 13 (0h)", "mode 3>1", "level 3>0", "halted"}));
    }
    void iretEntersVirtual8086Mode() {
        Guest guest(GuestMode::Flat);
        for (uint32_t value : {0x4444U, 0x3333U, 0x2222U, 0x1111U, 0x700U, 0xFFF0U,
                               eflags::VM | eflags::IF | 2, cs, 0U}) {
            guest.cpu.gpr[Esp] -= 4;
            guest.poke<uint32_t>(guest.cpu.gpr[Esp], value);
        }
        guest.load(0x11000, {0xCF});
        guest.cpu.eip = 0x11000;
        guest.code({0xB8, 0x34, 0x12, 0x50}); // mov ax, 1234h; push ax: 16-bit code
        guest.run(3);
        QVERIFY(guest.cpu.virtual8086());
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
        QCOMPARE(guest.cpu.eip, 4U);
        QCOMPARE(guest.peek<uint16_t>(0x7000 + 0xFFEE), uint16_t{0x1234});
        QCOMPARE(guest.cpu.seg[Es].base, 0x11110U);
        QCOMPARE(guest.cpu.seg[Gs].selector, uint16_t{0x4444});
        QCOMPARE(guest.events, (Events{"mode 1>3", "level 0>3"}));
    }
    void handlerMustBeAtLevel0() {
        Guest guest(GuestMode::Virtual8086);
        guest.setSegment(Guest::freeSelector, 0, 0xFFFFF, Guest::conformingAccess,
                         Guest::granular | Guest::big);
        guest.setIdt(6, Guest::gate(Guest::freeSelector, 0x11000, Guest::interruptGate32));
        guest.code({0x0F, 0x0B});
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.stack32(0), Guest::freeSelector | 1U);
    }
    void segmentsAreParagraphs() {
        Guest guest(GuestMode::Virtual8086);
        guest.poke<uint16_t>(0x54326, 0xBEEF);
        guest.code({0xB8, 0x32, 0x54, 0x8E, 0xD8,   // mov ax, 5432h; mov ds, ax
                    0xA1, 0x06, 0x00,               // mov ax, [6]
                    0xEA, 0x00, 0x00, 0x00, 0x11}); // jmp 1100:0000
        guest.run(4);
        QCOMPARE(guest.cpu.gpr[Eax], 0xBEEFU);
        QCOMPARE(guest.cpu.seg[Cs].base, 0x11000U);
        QCOMPARE(guest.cpu.cpl, uint8_t{3});
    }
    void farCallAndReturnStayInside() {
        Guest guest(GuestMode::Virtual8086);
        guest.code({0x9A, 0x05, 0x00, 0x00, 0x11, 0x90}); // call 1100:0005
        guest.load(0x11005, {0xCA, 0x02, 0x00});          // retf 2
        guest.run(1);
        QCOMPARE(guest.stack16(0), uint16_t{5});
        QCOMPARE(guest.stack16(1), static_cast<uint16_t>(cs));
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 5U);
        QCOMPARE(guest.cpu.seg[Cs].selector, static_cast<uint16_t>(cs));
        QCOMPARE(guest.cpu.gpr[Esp], Guest::stackTop + 2);
    }

    // --- instructions that IOPL guards
    void sensitiveInstructionsTrapBelowIopl3_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("virtualized"); // by VME
        QTest::newRow("cli") << QByteArray("\xFA", 1) << true;
        QTest::newRow("sti") << QByteArray("\xFB", 1) << true;
        QTest::newRow("pushf") << QByteArray("\x9C", 1) << true;
        QTest::newRow("popf") << QByteArray("\x9D", 1) << true;
        QTest::newRow("iret") << QByteArray("\xCF", 1) << true;
        QTest::newRow("pushfd") << QByteArray("\x66\x9C", 2) << false;
        QTest::newRow("popfd") << QByteArray("\x66\x9D", 2) << false;
        QTest::newRow("iretd") << QByteArray("\x66\xCF", 2) << false;
        QTest::newRow("int 30h, not redirected") << QByteArray("\xCD\x30", 2) << false;
    }
    void sensitiveInstructionsTrapBelowIopl3() {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, virtualized);
        for (bool vme : {false, true}) {
            Guest guest(GuestMode::Virtual8086);
            guest.allowSoftware(0x30);
            if (vme) guest.cpu.setCr4(cr4::VME);
            setIopl(guest, 2);
            guest.load(Guest::codeBase, {reinterpret_cast<const uint8_t *>(bytes.constData()),
                                         static_cast<size_t>(bytes.size())});
            guest.run(1);
            bool trapped = guest.happened("exception 13 (0h)");
            QCOMPARE(trapped, !(vme && virtualized));
        }
    }
    void sensitiveInstructionsWorkAtIopl3() {
        Guest guest(GuestMode::Virtual8086);
        setIopl(guest, 3, eflags::IF);
        guest.code({0xFA, 0x9C, 0xFB, 0x9D, 0x90}); // cli; pushf; sti; popf
        guest.run(1);
        QCOMPARE(guest.cpu.eflags() & eflags::IF, 0U);
        guest.run(1);
        QCOMPARE(guest.stack16(0), static_cast<uint16_t>(eflags::IOPL | 2));
        guest.run(1);
        QCOMPARE(guest.cpu.eflags() & eflags::IF, eflags::IF);
        guest.run(1);
        QCOMPARE(guest.cpu.eflags(), eflags::VM | eflags::IOPL | 2);
        QVERIFY(guest.events.empty());
    }
    void iretAtIopl3KeepsIoplAndVm() {
        Guest guest(GuestMode::Virtual8086);
        setIopl(guest, 3);
        guest.cpu.gpr[Esp] -= 6;
        guest.poke<uint16_t>(guest.cpu.gpr[Esp], 0x40);
        guest.poke<uint16_t>(guest.cpu.gpr[Esp] + 2, 0x1100);
        guest.poke<uint16_t>(guest.cpu.gpr[Esp] + 4, eflags::IF | eflags::CF);
        guest.code({0xCF});
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 0x40U);
        QCOMPARE(guest.cpu.seg[Cs].base, 0x11000U);
        QCOMPARE(guest.cpu.eflags(), eflags::VM | eflags::IOPL | eflags::IF | eflags::CF | 2);
    }
    void portsNeedPermissionWhateverIoplIs() {
        Guest guest(GuestMode::Virtual8086);
        setIopl(guest, 3);
        guest.setPort(0x60, true);
        guest.code({0xE4, 0x60, 0xE4, 0x61}); // in al, 60h; in al, 61h
        QCOMPARE(guest.runToHandler(), 13U);
        QCOMPARE(guest.cpu.gpr[Eax] & 0xFF, 0xFFU); // nobody answers at port 60h
        QCOMPARE(guest.stack32(1), 2U);
    }

    // --- INT n: SDM vol. 3, table 20-2
    void softwareInterruptsGoWhereTheTableSays_data() {
        QTest::addColumn<bool>("vme");
        QTest::addColumn<unsigned>("iopl");
        QTest::addColumn<bool>("redirected");
        QTest::addColumn<int>("goes"); // 0: #GP, 1: the monitor's gate, 2: the program's table
        QTest::newRow("method 1") << false << 3U << true << 1;
        QTest::newRow("method 1, IOPL 0") << false << 0U << true << 0;
        QTest::newRow("method 2") << true << 0U << false << 0;
        QTest::newRow("method 4") << true << 3U << false << 1;
        QTest::newRow("method 5") << true << 3U << true << 2;
        QTest::newRow("method 6") << true << 0U << true << 2;
    }
    void softwareInterruptsGoWhereTheTableSays() {
        QFETCH(bool, vme);
        QFETCH(unsigned, iopl);
        QFETCH(bool, redirected);
        QFETCH(int, goes);
        Guest guest(GuestMode::Virtual8086);
        if (vme) guest.cpu.setCr4(cr4::VME);
        setIopl(guest, iopl, eflags::IF | eflags::VIF);
        guest.allowSoftware(0x21);
        guest.redirect(0x21, redirected);
        guest.poke<uint32_t>(0x21 * 4, 0x11000005); // 1100:0005
        guest.code({0xCD, 0x21});
        guest.run(1);
        switch (goes) {
        case 0:
            QCOMPARE(guest.events[0], std::string("exception 13 (0h)"));
            QCOMPARE(guest.stack32(1), 0U);
            break;
        case 1:
            QCOMPARE(guest.events[0], std::string("software 33"));
            QCOMPARE(guest.cpu.eip, Guest::handlerOf(0x21));
            QCOMPARE(guest.cpu.cpl, uint8_t{0});
            QCOMPARE(frameAt(guest, 0).eip, 2U);
            break;
        default: {
            QVERIFY(guest.cpu.virtual8086());
            QCOMPARE(guest.cpu.seg[Cs].selector, uint16_t{0x1100});
            QCOMPARE(guest.cpu.eip, 5U);
            QCOMPARE(guest.stack16(0), uint16_t{2});
            QCOMPARE(guest.stack16(1), static_cast<uint16_t>(cs));
            // The program sees IOPL 3 and an IF of its own, which its handler has cleared.
            QCOMPARE(guest.stack16(2), static_cast<uint16_t>(eflags::IOPL | eflags::IF | 2));
            uint32_t left = iopl == 3 ? eflags::VIF : eflags::IF;
            QCOMPARE(guest.cpu.eflags(), eflags::VM | iopl << 12 | left | 2);
        }
        }
    }
    void onlyIntNIsRedirected() {
        Guest guest(GuestMode::Virtual8086);
        guest.cpu.setCr4(cr4::VME);
        setIopl(guest, 0);
        guest.allowSoftware(3);
        guest.redirect(3, true);
        guest.code({0xCC});
        QCOMPARE(guest.runToHandler(), 3U);
        QCOMPARE(guest.cpu.cpl, uint8_t{0});
    }

    // --- VIF and VIP
    void virtualInterruptFlagStandsInForIf() {
        Guest guest(GuestMode::Virtual8086);
        guest.cpu.setCr4(cr4::VME);
        setIopl(guest, 0, eflags::IF);
        guest.code({0xFB, 0x9C, 0xFA, 0x9D, 0x90}); // sti; pushf; cli; popf
        guest.run(2);
        QCOMPARE(guest.stack16(0), static_cast<uint16_t>(eflags::IOPL | eflags::IF | 2));
        guest.run(1);
        QCOMPARE(guest.cpu.eflags(), eflags::VM | eflags::IF | 2);
        guest.run(1);
        QCOMPARE(guest.cpu.eflags(), eflags::VM | eflags::IF | eflags::VIF | 2);
    }
    void pendingVirtualInterruptTrapsWhatEnablesIt_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<uint32_t>("image"); // the flags on the stack
        QTest::addColumn<bool>("traps");
        QTest::newRow("sti") << QByteArray("\xFB", 1) << 0U << true;
        QTest::newRow("cli") << QByteArray("\xFA", 1) << 0U << false;
        QTest::newRow("popf with IF") << QByteArray("\x9D", 1) << eflags::IF << true;
        QTest::newRow("popf without") << QByteArray("\x9D", 1) << 0U << false;
        QTest::newRow("popf with TF") << QByteArray("\x9D", 1) << eflags::TF << true;
    }
    void pendingVirtualInterruptTrapsWhatEnablesIt() {
        QFETCH(QByteArray, bytes);
        QFETCH(uint32_t, image);
        QFETCH(bool, traps);
        Guest guest(GuestMode::Virtual8086);
        guest.cpu.setCr4(cr4::VME);
        setIopl(guest, 0, eflags::VIP);
        guest.poke<uint16_t>(Guest::stackTop, static_cast<uint16_t>(image));
        guest.load(Guest::codeBase, {reinterpret_cast<const uint8_t *>(bytes.constData()),
                                     static_cast<size_t>(bytes.size())});
        guest.run(1);
        QCOMPARE(guest.happened("exception 13 (0h)"), traps);
    }
    void virtualizedIretTakesVif() {
        Guest guest(GuestMode::Virtual8086);
        guest.cpu.setCr4(cr4::VME);
        setIopl(guest, 0, eflags::IF);
        guest.cpu.gpr[Esp] -= 6;
        guest.poke<uint16_t>(guest.cpu.gpr[Esp], 0x40);
        guest.poke<uint16_t>(guest.cpu.gpr[Esp] + 2, cs);
        guest.poke<uint16_t>(guest.cpu.gpr[Esp] + 4, eflags::IF | eflags::IOPL);
        guest.code({0xCF});
        guest.run(1);
        QCOMPARE(guest.cpu.eip, 0x40U);
        QCOMPARE(guest.cpu.eflags(), eflags::VM | eflags::IF | eflags::VIF | 2);
    }
    void externalInterruptGoesThroughTheMonitor() {
        Guest guest(GuestMode::Virtual8086);
        guest.cpu.setCr4(cr4::VME);
        guest.redirect(0x20, true);
        setIopl(guest, 0, eflags::IF);
        guest.code({0x90});
        guest.cpu.setInterruptLine(true);
        QCOMPARE(guest.runToHandler(), 0x20U);
        QCOMPARE(guest.cpu.cpl, uint8_t{0});
        QCOMPARE(frameAt(guest, 0).eip, 0U);
    }
    void monitorEmulatesAndReturns() {
        // The smallest monitor: on #GP it skips the one-byte instruction and goes on.
        Guest guest(GuestMode::Virtual8086);
        guest.load(Guest::handlerOf(13), {0xFF, 0x44, 0x24, 0x04, // inc dword [esp+4]
                                          0x83, 0xC4, 0x04,       // add esp, 4
                                          0xCF});
        setIopl(guest, 0);
        guest.allowSoftware(3);
        guest.code({0xFA, 0x40, 0xFB, 0x40, 0xCC}); // cli; inc ax; sti; inc ax; int3
        QCOMPARE(guest.runToHandler(), 3U);
        QCOMPARE(guest.cpu.gpr[Eax], 2U);
        QCOMPARE(frameAt(guest, 0).eip, 5U);
    }
};

QTEST_GUILESS_MAIN(Virtual8086Test)
#include "tst_virtual8086.moc"
