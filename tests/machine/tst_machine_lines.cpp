// SPDX-License-Identifier: GPL-3.0-or-later
// The board's wires: reset and power, A20, shadow memory, interrupts by 8259 and APIC, inputs.
#include "emulator/machine/irq_lines.h"
#include "emulator/memory/physical_map.h"
#include "guest.h"

#include <QTest>

using namespace bootglass;

namespace {

/// Takes the CPU from `start` into 32-bit code at `flat`, with 4 GiB segments.
const std::string enterFlat = R"(
start:  cli
        o32 lgdt [cs:gdtr]
        mov     eax, cr0
        or      al, 1
        mov     cr0, eax
        jmp     dword 8:(flat + 0F0000h)
        align   8
gdt:    dq      0, 0CF9B000000FFFFh, 0CF93000000FFFFh
gdtr:   dw      23
        dd      gdt + 0F0000h
        bits    32
flat:   mov     eax, 16
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     esp, 7000h
)";

} // namespace

class TestMachineLines : public QObject {
    Q_OBJECT

  private slots:
    void guestEndsItsRun_data() {
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("ends");
        QTest::newRow("port 92h") << "in al, 92h\nor al, 1\nout 92h, al\n" << int(Stop::Reset);
        QTest::newRow("keyboard controller") << "mov al, 0FEh\nout 64h, al\n" << int(Stop::Reset);
        QTest::newRow("PIIX3 reset control")
            << "mov dx, 0CF9h\nmov al, 2\nout dx, al\nmov al, 6\nout dx, al\n"
            << int(Stop::Reset);
        QTest::newRow("triple fault") << "o32 lidt [cs:none]\nint3\nnone: dw 0\ndd 0\n"
                                      << int(Stop::Shutdown);
        QTest::newRow("power off") << R"(
        mov     dx, 0CF8h
        mov     eax, 80000B40h
        out     dx, eax
        mov     dx, 0CFCh
        mov     eax, 601h
        out     dx, eax
        mov     dx, 0CF8h
        mov     eax, 80000B80h
        out     dx, eax
        mov     dx, 0CFCh
        mov     al, 1
        out     dx, al
        mov     dx, 604h
        mov     ax, 2000h
        out     dx, ax
)" << int(Stop::PowerOff);
    }
    void guestEndsItsRun() {
        QFETCH(QString, code);
        Machine machine(smallMachine(assembleFirmware(
            "start:\n" + code.toStdString() + "\nend: mov al, 99h\nout 80h, al\njmp end\n")));
        Witness witness;
        machine.setObserver(&witness);
        QFETCH(int, ends);
        auto stop = static_cast<Stop>(ends);
        QCOMPARE(machine.run({1000}), stop);
        QVERIFY(endsRun(stop));
        QVERIFY2(witness.written(0x80).empty(), "the guest ran on");
        EventKind last = stop == Stop::Reset ? EventKind::Reset : EventKind::Shutdown;
        // Coming up from no power is a reset, too.
        QCOMPARE(witness.of(last).size(), stop == Stop::Reset ? size_t{2} : size_t{1});
        QCOMPARE(witness.events.back().kind, last);
        // For good.
        Icount count = machine.icount();
        QCOMPARE(machine.run({2000}), stop);
        QCOMPARE(machine.icount(), count);
    }

    void portF4EndsTheRunOnlyIfAsked() {
        Bytes bios = assembleFirmware("start: mov al, 21h\nout 0F4h, al\nhlt\n");
        MachineConfig config = smallMachine(bios);
        {
            Machine machine(config);
            QCOMPARE(machine.run({1000}), Stop::Halt);
            QVERIFY(!machine.exitCode());
        }
        config.exitByPortF4 = true;
        Machine machine(config);
        QCOMPARE(machine.run({1000}), Stop::GuestExit);
        QCOMPARE(machine.exitCode().value_or(0), uint32_t{0x43});
    }

    void a20IsOpenedByEitherGate() {
        // FFFFh:10h is 0 or 1 MiB. It is told by what a write there does to 0:0. The gate masks
        // fetches too, so the guest goes where bit 20 is zero.
        Machine machine(smallMachine(assembleFirmware(R"(
start:  jmp     0F000h:low
low:    xor     ax, ax
        mov     ds, ax
        dec     ax
        mov     es, ax
        call    probe                   ; open after reset
        mov     al, 0DDh
        out     64h, al
        call    probe                   ; the 8042 closes it
        mov     al, 2
        out     92h, al
        call    probe                   ; port 92h opens it
        mov     al, 0
        out     92h, al
        call    probe
        mov     al, 0DFh
        out     64h, al
        call    probe
        hlt
probe:  mov     byte [0], 1
        mov     byte [es:10h], 2
        mov     al, [0]
        out     80h, al
        ret
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({1000}), Stop::Halt);
        QCOMPARE(witness.written(0x80), (std::vector<uint64_t>{1, 2, 1, 2, 1}));
    }

    void shadowMemoryFollowsTheHostBridge() {
        // PAM0 is register 59h: its upper half is F0000h-FFFFFh.
        Machine machine(smallMachine(assembleFirmware(R"(
start:  mov     ax, 0F000h
        mov     ds, ax
        call    probe                   ; reads and writes: ROM
        mov     al, 20h
        call    pam
        call    probe                   ; reads ROM, writes RAM
        mov     al, 10h
        call    pam
        call    probe                   ; reads RAM, writes vanish
        mov     al, 30h
        call    pam
        call    probe                   ; RAM
        mov     al, 0
        call    pam
        call    probe                   ; ROM again
        hlt
probe:  inc     bl
        mov     [cell], bl
        mov     al, [cell]
        out     80h, al
        ret
pam:    push    ax
        mov     dx, 0CF8h
        mov     eax, 80000058h
        out     dx, eax
        mov     dx, 0CFDh
        pop     ax
        out     dx, al
        ret
cell:   db      77h
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({1000}), Stop::Halt);
        QCOMPARE(witness.written(0x80), (std::vector<uint64_t>{0x77, 0x77, 2, 4, 0x77}));
    }

    void firmwareStandsAtBothPlacesAndNothingAboveRam() {
        Bytes bios = assembleFirmware("start: hlt\n");
        bios[0] = 0x5A;
        Machine machine(smallMachine(bios));
        auto byteAt = [&](PhysicalAddress address) -> int {
            const uint8_t *page = machine.memory().page(address).read;
            return page ? page[address & pageMask] : -1;
        };
        QCOMPARE(byteAt(0xFFFF0000), 0x5A);
        QCOMPARE(byteAt(0xF0000), 0x5A);
        QCOMPARE(byteAt(0xE0000), 0xFF); // the image has 64 KiB only
        QCOMPARE(byteAt(0x7FFFFF), 0);
        QCOMPARE(byteAt(0x800000), -1);
        QCOMPARE(byteAt(0xA0000), -1);
    }

    void keyReachesTheGuestAsInterruptAndScanCode() {
        Machine machine(smallMachine(assembleFirmware("start:\n" + setUpPic + R"(
        mov     word [ss:21h * 4], key
        mov     word [ss:21h * 4 + 2], 0F000h
        mov     al, 0FDh
        out     21h, al
        mov     al, 60h                 ; translate, interrupt 1
        out     64h, al
        mov     al, 41h
        out     60h, al
        sti
idle:   hlt
        jmp     idle
key:    in      al, 60h
        out     80h, al
        mov     al, 20h
        out     20h, al
        iret
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({1'000'000}), Stop::Halt);
        Icount pressed = machine.icount();
        machine.key(0x1E, true);
        QCOMPARE(machine.run({1'000'000}), Stop::Halt);
        machine.key(0x1E, false);
        QCOMPARE(machine.run({1'000'000}), Stop::Halt);
        QCOMPARE(witness.written(0x80), (std::vector<uint64_t>{0x1E, 0x9E}));
        auto inputs = witness.of(EventKind::Input);
        QCOMPARE(inputs.size(), size_t{2});
        QCOMPARE(inputs[0].icount, pressed);
        QCOMPARE(inputs[0].value, uint64_t{keyDownBit | 0x1E});
        QCOMPARE(inputs[1].value, uint64_t{0x1E});
        auto interrupts = witness.of(EventKind::Interrupt);
        QCOMPARE(interrupts.size(), size_t{2});
        QCOMPARE(interrupts[0].source, irq_line::keyboard);
    }

    void serialBytesArriveOneByOneAndAreEchoed() {
        Machine machine(smallMachine(assembleFirmware(R"(
start:  mov     dx, 3FBh
        mov     al, 3                   ; 8 bits
        out     dx, al
next:   mov     dx, 3FDh
empty:  in      al, dx
        test    al, 1
        jz      empty
        mov     dl, 0F8h
        in      al, dx
        inc     al
        out     dx, al
        jmp     next
)")));
        Witness witness;
        machine.setObserver(&witness);
        const std::string text = "HAL and forty more characters than a FIFO has";
        machine.receiveSerial(ConsoleId::Com1,
                              {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
        QCOMPARE(machine.run(Icount::never(), {100'000'000}), Stop::Limit);
        std::string expected = text;
        for (char &c : expected)
            ++c;
        QCOMPARE(witness.consoles[0], expected);
        QCOMPARE(witness.of(EventKind::Input).size(), text.size());
    }

    void interruptsComeThroughTheApics() {
        // 8254 to I/O APIC input 2, vector 40h; ended at the local APIC; then the local timer, 41h.
        Machine machine(smallMachine(assembleFirmware(enterFlat + R"(
        mov     eax, 0F0000h + on40     ; gates 40h and 41h of an IDT at 0
        mov     [40h * 8], ax
        mov     word [40h * 8 + 2], 8
        mov     word [40h * 8 + 4], 8E00h
        shr     eax, 16
        mov     [40h * 8 + 6], ax
        mov     eax, 0F0000h + on41
        mov     [41h * 8], ax
        mov     word [41h * 8 + 2], 8
        mov     word [41h * 8 + 4], 8E00h
        shr     eax, 16
        mov     [41h * 8 + 6], ax
        lidt    [cs:0F0000h + idtr]
        mov     al, 0FFh                ; the 8259s keep quiet
        out     21h, al
        out     0A1h, al
        mov     edi, 0FEE00000h
        mov     dword [edi + 0F0h], 1FFh
        mov     esi, 0FEC00000h
        mov     dword [esi], 14h
        mov     dword [esi + 10h], 40h
        mov     dword [esi], 15h
        mov     dword [esi + 10h], 0
        mov     al, 30h
        out     43h, al
        mov     al, 0
        out     40h, al
        mov     al, 10h
        out     40h, al
        sti
        hlt
        mov     dword [edi + 320h], 41h
        mov     dword [edi + 380h], 1000
        hlt
        cli
        hlt
on40:   mov     al, 40h
        jmp     done
on41:   mov     al, 41h
done:   out     80h, al
        mov     dword [edi + 0B0h], 0
        iret
idtr:   dw      7FFh
        dd      0
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({100'000}), Stop::Halt);
        QCOMPARE(witness.written(0x80), (std::vector<uint64_t>{0x40, 0x41}));
        auto interrupts = witness.of(EventKind::Interrupt);
        auto ended = witness.of(EventKind::InterruptEnded);
        QCOMPARE(interrupts.size(), size_t{2});
        QCOMPARE(interrupts[0].source, irq_line::timer);
        QCOMPARE(interrupts[1].source, irq_line::apicTimer);
        QCOMPARE(ended.size(), size_t{2});
        QCOMPARE(ended[0].source, irq_line::timer);
        QCOMPARE(ended[1].source, irq_line::apicTimer);
        QCOMPARE(ended[1].value, uint64_t{0x41});
        auto modes = witness.of(EventKind::ModeSwitch);
        QCOMPARE(modes.size(), size_t{1});
        QCOMPARE(modes[0].value, uint64_t(CpuMode::Protected));
    }

    void hpetTickWaitsInThe8259() {
        // Comparator 0 in the 8254's place; its tick comes while interrupts are off.
        Machine machine(smallMachine(assembleFirmware(enterFlat + R"(
        mov     eax, 0F0000h + tick
        mov     [20h * 8], ax
        mov     word [20h * 8 + 2], 8
        mov     word [20h * 8 + 4], 8E00h
        shr     eax, 16
        mov     [20h * 8 + 6], ax
        lidt    [cs:0F0000h + idtr]
        mov     al, 11h
        out     20h, al
        mov     al, 20h
        out     21h, al
        mov     al, 4
        out     21h, al
        mov     al, 1
        out     21h, al
        mov     al, 0FEh
        out     21h, al
        mov     edi, 0FED00000h
        mov     dword [edi + 100h], 4   ; an edge, 50 us from now
        mov     dword [edi + 108h], 5000
        mov     dword [edi + 10Ch], 0
        mov     dword [edi + 10h], 3
        mov     ecx, 20000              ; 160 us
        loop    $
        mov     al, 1
        out     80h, al
        sti
        nop
        cli
        hlt
tick:   mov     al, 20h
        out     80h, al
        out     20h, al
        iret
idtr:   dw      7FFh
        dd      0
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({100'000}), Stop::Halt);
        QCOMPARE(witness.written(0x80), (std::vector<uint64_t>{1, 0x20}));
        auto interrupts = witness.of(EventKind::Interrupt);
        QCOMPARE(interrupts.size(), size_t{1});
        QCOMPARE(interrupts[0].source, irq_line::timer);
    }

    void textOnTheScreenIsToldByRows() {
        // Without a VGA BIOS: sequencer, graphics controller, CRTC and attribute controller of
        // mode 3.
        Machine machine(smallMachine(assembleFirmware(R"(
start:  cld
        mov     si, table
next:   mov     dx, 3B0h
        cs lodsb
        test    al, al
        jz      draw
        mov     dl, al
        cs lodsw
        mov     dh, 3
        out     dx, ax
        jmp     next
draw:   mov     dx, 3DAh
        in      al, dx
        mov     dl, 0C0h
        mov     al, 20h
        out     dx, al
        mov     ax, 0B800h
        mov     es, ax
        mov     word [es:160], 0748h
        mov     word [es:162], 0769h
        hlt
table:  db      0C2h, 67h, 67h          ; miscellaneous, twice
        db      0C4h, 0, 3
        db      0C4h, 1, 0
        db      0C4h, 2, 3
        db      0C4h, 4, 2
        db      0CEh, 5, 10h
        db      0CEh, 6, 0Eh
        db      0CEh, 8, 0FFh
        db      0D4h, 1, 4Fh
        db      0D4h, 7, 1Fh
        db      0D4h, 9, 4Fh
        db      0D4h, 12h, 8Fh
        db      0D4h, 13h, 28h
        db      0D4h, 17h, 0A3h
        db      0
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({10'000}), Stop::Halt);
        auto text = machine.text();
        QVERIFY(text);
        QCOMPARE(text->row(1), std::string("Hi"));
        QVERIFY(!witness.rows.empty());
        QCOMPARE(witness.rows.back(), (std::pair<unsigned, std::string>{1, "Hi"}));
    }

    void everySourceThatAnEventNamesHasAName() {
        Machine machine(smallMachine(assembleFirmware("start: hlt\n")));
        auto sources = machine.sources();
        for (SourceGroup group :
             {SourceGroup::Machine, SourceGroup::Timer, SourceGroup::IrqLine, SourceGroup::Vector,
              SourceGroup::PortDevice, SourceGroup::MmioDevice, SourceGroup::Console}) {
            uint16_t expected = 0;
            for (const Source &source : sources) {
                if (source.group != group) continue;
                QCOMPARE(source.number, expected++);
                QVERIFY(!source.name.empty());
            }
            QVERIFY(expected > 0);
        }
    }
};

QTEST_APPLESS_MAIN(TestMachineLines)
#include "tst_machine_lines.moc"
