// SPDX-License-Identifier: GPL-3.0-or-later
// The same inputs give the same run: again, cut into pieces, and from a snapshot.
#include "emulator/memory/physical_map.h"
#include "guest.h"

#include <QTest>

#include <functional>

using namespace bootglass;

namespace {

/// Keeps timer, RTC, UART, memory and stack busy, with waits in HLT, for ever.
Bytes busyGuest() {
    return assembleFirmware("start:\n" + setUpPic + R"(
        mov     word [ss:20h * 4], tick
        mov     word [ss:20h * 4 + 2], 0F000h
        mov     word [ss:70h * 4], clock
        mov     word [ss:70h * 4 + 2], 0F000h
        mov     al, 34h
        out     43h, al
        mov     al, 0
        out     40h, al
        mov     al, 4
        out     40h, al
        mov     al, 0Bh
        out     70h, al
        mov     al, 42h
        out     71h, al                 ; periodic interrupt, 24 hours
        mov     al, 0FAh
        out     21h, al
        mov     al, 0FEh
        out     0A1h, al
        mov     dx, 3FBh
        mov     al, 3
        out     dx, al
        jmp     0F000h:low
low:    sti
again:  mov     cx, 200
work:   imul    eax, eax, 69069
        inc     eax
        movzx   ebx, ax
        and     bx, 7FFCh               ; within the segment's 64 KiB
        mov     [ss:ebx + 8000h], eax
        push    eax
        pop     dword [ss:500h]
        loop    work
        mov     dx, 3F8h
        out     dx, al
        in      al, 40h
        hlt
        jmp     again
tick:   push    ax
        inc     dword [ss:600h]
        mov     al, 20h
        out     20h, al
        pop     ax
        iret
clock:  push    ax
        mov     al, 0Ch
        out     70h, al
        in      al, 71h
        mov     al, 20h
        out     0A0h, al
        out     20h, al
        pop     ax
        iret
)");
}

constexpr uint64_t end = 300'000;

/// Both digests at the end of a run that `advance` has brought there.
struct Digests {
    std::string whole;
    std::string events;
    bool operator==(const Digests &) const = default;
};

Digests finish(Machine &machine) {
    machine.run({end});
    return {machine.digest(), machine.eventDigest()};
}

Bytes save(Machine &machine) {
    Archive archive;
    machine.serialize(archive);
    return archive.take();
}

void advance(Machine &machine, uint64_t to) {
    while (machine.icount().value < to && !endsRun(machine.run({to}))) {
    }
}

} // namespace

class TestMachineSnapshot : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        bios_ = busyGuest();
        Machine machine(smallMachine(bios_));
        expected_ = finish(machine);
        QCOMPARE(expected_.whole.size(), size_t{32});
        QVERIFY(machine.idleNs() > 0);
        QVERIFY(numberAt(machine.memory().ram(), 0x600, 4) > 5);
    }

    void twoRunsHaveTheSameDigest() {
        Machine machine(smallMachine(bios_));
        Witness witness; // watching changes nothing
        machine.setObserver(&witness);
        QVERIFY(finish(machine) == expected_);
        QVERIFY(witness.events.size() > 1000);
    }

    void anotherRunHasAnother() {
        Machine machine(smallMachine(bios_));
        advance(machine, 1000);
        machine.key(0x1E, true);
        Digests other = finish(machine);
        QVERIFY(other.whole != expected_.whole);
        QVERIFY(other.events != expected_.events);
        // Memory and registers are part of the one, not of the other.
        Bytes changed = bios_;
        changed[0x8000] = 1; // never executed
        Machine machine2(smallMachine(changed));
        QCOMPARE(finish(machine2).events, expected_.events);
    }

    void digestTellsMemoryAndRegistersApart() {
        auto digestAfter = [](const char *code) {
            Machine machine(smallMachine(assembleFirmware(std::string("start:\n") + code)));
            machine.run({3});
            return machine.digest();
        };
        auto nothing = digestAfter("xor eax, eax\nnop\nhlt\n");
        QVERIFY(digestAfter("mov al, 1\nnop\nhlt\n") != nothing);
        QVERIFY(digestAfter("mov byte [es:7000h], 1\nnop\nhlt\n") != nothing);
    }

    void piecesOfARunAreTheWholeRun_data() {
        QTest::addColumn<int>("step");
        for (int step : {1, 2, 3, 7, 64, 1001})
            QTest::addRow("%d instructions", step) << step;
    }
    void piecesOfARunAreTheWholeRun() {
        QFETCH(int, step);
        Machine machine(smallMachine(bios_));
        while (machine.icount().value < end)
            machine.run({std::min(end, machine.icount().value + static_cast<uint64_t>(step))},
                        machine.now() + 20'000);
        QVERIFY(finish(machine) == expected_);
    }

    void snapshotContinuesWithTheSameDigest_data() {
        QTest::addColumn<int>("at");
        for (int at : {0, 1, 40, 5'003, 123'456, 299'999})
            QTest::addRow("at %d", at) << at;
    }
    void snapshotContinuesWithTheSameDigest() {
        QFETCH(int, at);
        Machine machine(smallMachine(bios_));
        advance(machine, static_cast<uint64_t>(at));
        std::string before = machine.digest();
        Bytes snapshot = save(machine);
        QCOMPARE(machine.digest(), before);
        QVERIFY(save(machine) == snapshot);
        QVERIFY(finish(machine) == expected_); // saving did not disturb

        Machine fresh(smallMachine(bios_));
        Machine used(smallMachine(bios_));
        advance(used, 200'000);
        for (Machine *other : {&fresh, &used}) {
            Archive archive{snapshot};
            other->serialize(archive);
            QVERIFY2(!archive.failed(), archive.error().c_str());
            QCOMPARE(other->icount().value, static_cast<uint64_t>(at));
            QCOMPARE(other->digest(), before);
            QVERIFY(save(*other) == snapshot);
            QVERIFY(finish(*other) == expected_);
        }
    }

    void snapshotOfAnotherMachineIsRefused_data() {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("says");
        QTest::newRow("memory") << 0 << "the snapshot is of a machine with another memory size";
        QTest::newRow("shift") << 1 << "the snapshot is of a machine with another shift";
        QTest::newRow("date") << 2 << "the snapshot is of a machine with another date at its start";
        QTest::newRow("firmware")
            << 3 << "the snapshot is of a machine with another firmware or boot order";
    }
    void snapshotOfAnotherMachineIsRefused() {
        QFETCH(int, which);
        QFETCH(QString, says);
        Machine machine(smallMachine(bios_));
        Bytes snapshot = save(machine);
        MachineConfig other = smallMachine(bios_);
        if (which == 0) other.ramBytes *= 2;
        if (which == 1) other.shift = 4;
        if (which == 2) ++other.rtcStart;
        if (which == 3) other.bios[5] ^= 1;
        Machine loader(std::move(other));
        Archive archive{snapshot};
        loader.serialize(archive);
        QCOMPARE(QString::fromStdString(archive.error()), says);
    }

    void damagedSnapshotsAreRefusedWithoutHarm() {
        Machine machine(smallMachine(bios_));
        advance(machine, 50'000);
        Bytes snapshot = save(machine);
        Machine loader(smallMachine(bios_));
        for (size_t size = 0; size < snapshot.size(); size += size < 6000 ? 97 : 30'011) {
            Archive archive{std::span(snapshot).first(size)};
            loader.serialize(archive);
            QVERIFY(archive.failed());
            QVERIFY(!archive.error().empty());
        }
        // Bits that are merely wrong may be believed; they must not bring the host down.
        for (size_t at = 0; at < 8000; at += 13) {
            Bytes wrong = snapshot;
            wrong[at] ^= 0xFF;
            Archive archive{wrong};
            Machine victim(smallMachine(bios_));
            victim.serialize(archive);
            if (!archive.failed()) victim.run(victim.icount() + 2000, victim.now() + 1'000'000);
        }
    }

  private:
    Bytes bios_;
    Digests expected_;
};

QTEST_APPLESS_MAIN(TestMachineSnapshot)
#include "tst_machine_snapshot.moc"
