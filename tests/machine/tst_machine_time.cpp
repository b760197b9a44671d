// SPDX-License-Identifier: GPL-3.0-or-later
// The machine's clock as a guest meets it: each access, interrupt and warp at its exact count.
#include "emulator/machine/irq_lines.h"
#include "emulator/memory/physical_map.h"
#include "guest.h"

#include <QTest>

using namespace bootglass;

namespace {

/// Counts timer interrupts at 500h; the timer is a one-shot or periodic by `control` and `count`.
std::string timerGuest(int control, int count, const std::string &then) {
    return "start:\n" + setUpPic + R"(
        mov     word [ss:20h * 4], tick
        mov     word [ss:20h * 4 + 2], 0F000h
        mov     al, 0FEh
        out     21h, al
        mov     al, )" +
           std::to_string(control) + R"(
        out     43h, al
        mov     al, )" +
           std::to_string(count & 0xFF) + R"(
        out     40h, al
        mov     al, )" +
           std::to_string(count >> 8) + R"(
        out     40h, al
        sti
)" + then + R"(
tick:   push    ax
        inc     word [ss:500h]
        mov     al, 20h
        out     20h, al
        pop     ax
        iret
)";
}

constexpr int oneShot = 0x30;
constexpr int square = 0x36;

} // namespace

class TestMachineTime : public QObject {
    Q_OBJECT

  private slots:
    void resetVectorRunsAndPortsSeeTheirInstructionsCount() {
        Machine machine(smallMachine(assembleFirmware(R"(
start:  mov     al, 42h
        out     80h, al
        nop
        in      al, 80h
        hlt
)")));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({1000}), Stop::Halt);
        QCOMPARE(witness.events.size(), size_t{4});
        QCOMPARE(witness.events[0].kind, EventKind::Reset);
        QCOMPARE(witness.events[0].icount.value, uint64_t{0});
        // The jump at the reset vector, MOV, OUT: the third instruction counts itself.
        const Event &write = witness.events[1];
        QCOMPARE(write.kind, EventKind::PortWrite);
        QCOMPARE(write.icount.value, uint64_t{3});
        QCOMPARE(write.ns.value, uint64_t{24});
        QCOMPARE(write.address, 0x80U);
        QCOMPARE(write.value, uint64_t{0x42});
        QCOMPARE(witness.events[2].kind, EventKind::PortRead);
        QCOMPARE(witness.events[2].icount.value, uint64_t{5});
        QCOMPARE(witness.events[2].value, uint64_t{0x42});
        QCOMPARE(witness.events[3].kind, EventKind::Halt);
        QCOMPARE(machine.icount().value, uint64_t{6});
        QCOMPARE(machine.idleNs(), uint64_t{0});
    }

    void runEndsAtExactlyTheCountAskedFor() {
        Machine machine(smallMachine(assembleFirmware("start: nop\nnop\nnop\njmp start\n")));
        for (uint64_t until : {1ULL, 2ULL, 7ULL, 8ULL, 1000ULL, 123'457ULL}) {
            QCOMPARE(machine.run({until}), Stop::Limit);
            QCOMPARE(machine.icount().value, uint64_t{until});
            QCOMPARE(machine.now().value, uint64_t{until << 3});
        }
        // And at the first boundary at or after a time.
        QCOMPARE(machine.run(Icount::never(), {(123'457 << 3) + 9}), Stop::Limit);
        QCOMPARE(machine.icount().value, uint64_t{123'459});
    }

    void timerInterruptsAtTheFirstBoundaryAfterItsDeadline() {
        Machine machine(smallMachine(assembleFirmware(
            timerGuest(oneShot, 0x1234, "spin: inc ebx\n add ecx, ebx\n jmp spin\n"))));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({2'000'000}), Stop::Limit);
        auto armed = witness.of(EventKind::TimerArmed);
        auto fired = witness.of(EventKind::TimerFired);
        auto interrupts = witness.of(EventKind::Interrupt);
        QCOMPARE(fired.size(), size_t{1});
        QCOMPARE(interrupts.size(), size_t{1});
        // 1234h periods of 1,193,182 Hz after the write that loaded the counter.
        uint64_t deadline = armed.back().ns.value + mulDivUp(0x1234, nsPerSecond, 1'193'182);
        QVERIFY(fired[0].value >= deadline - 1000 && fired[0].value <= deadline + 1000);
        uint64_t boundary = (fired[0].value + 7) >> 3;
        QCOMPARE(fired[0].icount.value, boundary);
        QCOMPARE(interrupts[0].icount.value, boundary);
        QCOMPARE(interrupts[0].value, uint64_t{0x20});
        QCOMPARE(interrupts[0].source, irq_line::timer);
        // The line rose, was accepted, and was ended by the handler's EOI: PUSH, INC, MOV, OUT.
        auto ended = witness.of(EventKind::InterruptEnded);
        QCOMPARE(ended.size(), size_t{1});
        QCOMPARE(ended[0].source, irq_line::timer);
        QCOMPARE(ended[0].value, uint64_t{0x20});
        QCOMPARE(ended[0].icount.value, boundary + 4);
        QCOMPARE(machine.memory().ram()[0x500], uint8_t{1});
    }

    void haltWarpsToTheDeadlineToTheNanosecond() {
        Machine machine(smallMachine(assembleFirmware(
            timerGuest(oneShot, 0x1000, "idle: hlt\n mov al, 1\n out 80h, al\n cli\n hlt\n"))));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run({1'000'000}), Stop::Halt);
        auto halts = witness.of(EventKind::Halt);
        auto wakes = witness.of(EventKind::Wake);
        auto interrupts = witness.of(EventKind::Interrupt);
        auto fired = witness.of(EventKind::TimerFired);
        QCOMPARE(halts.size(), size_t{2});
        QCOMPARE(wakes.size(), size_t{1});
        QCOMPARE(wakes[0].icount, halts[0].icount); // no instruction in between
        QCOMPARE(wakes[0].ns.value, fired[0].value);
        QCOMPARE(wakes[0].value, fired[0].value - halts[0].ns.value);
        QCOMPARE(interrupts[0].ns, wakes[0].ns);
        QCOMPARE(machine.idleNs(), wakes[0].value);
    }

    void idleTimeStopsAtTheTimeAskedFor() {
        Machine machine(
            smallMachine(assembleFirmware(timerGuest(oneShot, 0xFFFF, "idle: hlt\n jmp idle\n"))));
        QCOMPARE(machine.run(Icount::never(), {10'000'000}), Stop::Limit);
        QCOMPARE(machine.now().value, uint64_t{10'000'000});
        uint64_t count = machine.icount().value;
        QCOMPARE(machine.run(Icount::never(), {20'000'000}), Stop::Limit);
        QCOMPARE(machine.icount().value, count);
        QCOMPARE(machine.run(Icount::never(), {60'000'000}), Stop::Halt); // its one shot is over
        QVERIFY(machine.icount().value > count);
    }

    void haltWithInterruptsOffIsTheEndEvenWhileTimersRun() {
        Machine machine(smallMachine(
            assembleFirmware(timerGuest(square, 1000, "idle: cli\n hlt\n jmp idle\n"))));
        QCOMPARE(machine.run(Icount::never()), Stop::Halt);
        QCOMPARE(machine.run(Icount::never()), Stop::Halt);
    }

    void periodicTimerKeepsItsPhase() {
        Machine machine(
            smallMachine(assembleFirmware(timerGuest(square, 1000, "idle: hlt\n jmp idle\n"))));
        Witness witness;
        machine.setObserver(&witness);
        QCOMPARE(machine.run(Icount::never(), {1'000'000'000}), Stop::Limit);
        auto interrupts = witness.of(EventKind::Interrupt);
        // OUT rises with the control word already; then 1193.182 times a second.
        QVERIFY(interrupts.size() == 1193 || interrupts.size() == 1194);
        QCOMPARE(numberAt(machine.memory().ram(), 0x500, 2), uint64_t{interrupts.size()});
        uint64_t first = interrupts[1].ns.value;
        uint64_t expected = first + mulDiv(interrupts.size() - 2, 1000 * nsPerSecond, 1'193'182);
        QVERIFY(interrupts.back().ns.value >= expected - 1 &&
                interrupts.back().ns.value <= expected + 16);
    }

    void requestStopsAtTheNextBoundary() {
        struct Stopper : Witness {
            Machine *machine = nullptr;
            void event(const Event &event) override {
                Witness::event(event);
                if (event.kind == EventKind::PortWrite && event.value == 3) machine->requestStop();
            }
        };
        Machine machine(smallMachine(assembleFirmware(
            "start: xor ax, ax\nagain: inc ax\n out 80h, al\n nop\n jmp again\n")));
        Stopper stopper;
        stopper.machine = &machine;
        machine.setObserver(&stopper);
        QCOMPARE(machine.run({1000}), Stop::Requested);
        QCOMPARE(machine.icount(), stopper.events.back().icount);
        QCOMPARE(machine.run({1000}), Stop::Limit);
        QCOMPARE(machine.icount().value, uint64_t{1000});
    }
};

QTEST_APPLESS_MAIN(TestMachineTime)
#include "tst_machine_time.moc"
