// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever watches an address is told each time before its instruction executes, at its exact count,
// by both executors; and whether anybody watches changes nothing in the guest.
#include "tests/jit/engine_pair.h"
#include "tests/machine/guest_run.h"

#include <QTest>

using namespace bootglass;
using namespace bootglass::test;

namespace {

constexpr unsigned loops = 40;

/// A loop that calls a function: 8 instructions a turn, 3 of them the function's.
const std::vector<uint8_t> loopWithCall = {
    0x01, 0xD8,                   // 0  add eax, ebx
    0x50,                         // 2  push eax
    0xE8, 0x07, 0x00, 0x00, 0x00, // 3  call 15
    0x59,                         // 8  pop ecx
    0xEB, 0xF5,                   // 9  jmp 0
    0x90, 0x90, 0x90, 0x90,       // 11
    0x11, 0xC2,                   // 15 adc edx, eax
    0x41,                         // 17 inc ecx
    0xC3,                         // 18 ret
};
constexpr unsigned perTurn = 8;

} // namespace

class TestWatchedCode : public QObject {
    Q_OBJECT

  private slots:
    void isToldBeforeEachExecution_data() {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("position"); // in a turn
        QTest::newRow("start of a block") << 0 << 0;
        QTest::newRow("middle of a block") << 2 << 1;
        QTest::newRow("end of a block") << 3 << 2;
        QTest::newRow("function") << 15 << 3;
        QTest::newRow("middle of a function") << 17 << 4;
        QTest::newRow("its return") << 18 << 5;
        QTest::newRow("where it returns to") << 8 << 6;
        QTest::newRow("jump") << 9 << 7;
    }
    void isToldBeforeEachExecution() {
        QFETCH(int, offset);
        QFETCH(int, position);
        EnginePair pair(GuestMode::Paged);
        Guest alone(GuestMode::Paged);
        const uint32_t watched = Guest::codeBase + static_cast<uint32_t>(offset);
        for (Guest *guest : {&pair.interpreted, &pair.translated, &alone}) {
            guest->load(Guest::codeBase, loopWithCall);
            guest->cpu.gpr[Ebx] = 0x12345678;
        }
        // Before it is known, and while it is translated already.
        QVERIFY(pair.run(loops * perTurn));
        alone.run(loops * perTurn);
        pair.interpreted.cpu.watchCode(watched);
        pair.translated.cpu.watchCode(watched);
        QVERIFY(pair.run(loops * perTurn));
        alone.run(loops * perTurn);
        QCOMPARE(pair.difference(), std::string());
        QVERIFY(pair.interpreted.cpu.gpr == alone.cpu.gpr);
        QCOMPARE(pair.interpreted.cpu.eip, alone.cpu.eip);
        for (const Guest *guest : {&pair.interpreted, &pair.translated}) {
            QCOMPARE(guest->reached.size(), size_t{loops});
            for (unsigned turn = 0; turn < loops; ++turn) {
                QCOMPARE(guest->reached[turn].linear, watched);
                QCOMPARE(guest->reached[turn].icount.value,
                         uint64_t{(loops + turn) * perTurn + static_cast<unsigned>(position)});
            }
        }
        QCOMPARE(alone.reached.size(), size_t{0});
        // And after it.
        pair.interpreted.cpu.unwatchCode();
        pair.translated.cpu.unwatchCode();
        QVERIFY(pair.run(3 * perTurn));
        QCOMPARE(pair.translated.reached.size(), size_t{loops});
        QCOMPARE(pair.difference(), std::string());
    }

    void budgetThatEndsThereTellsItOnce() {
        EnginePair pair(GuestMode::Flat);
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, loopWithCall);
            guest->cpu.watchCode(Guest::codeBase + 2);
        }
        for (unsigned n = 0; n < loops * perTurn; ++n)
            QVERIFY(pair.run(1));
        QCOMPARE(pair.difference(), std::string());
        QCOMPARE(pair.interpreted.reached.size(), size_t{loops});
        QCOMPARE(pair.translated.reached.size(), size_t{loops});
    }

    void whoWatchesFromThereIsToldToo() {
        EnginePair pair(GuestMode::Paged);
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, loopWithCall);
            guest->cpu.watchCode(Guest::codeBase + 15);
            guest->watchNext = Guest::codeBase + 8; // once it is told of the first
        }
        QVERIFY(pair.run(perTurn * loops));
        QCOMPARE(pair.difference(), std::string());
        QCOMPARE(pair.interpreted.reached.size(), size_t{2 * loops});
        QCOMPARE(pair.translated.reached.size(), size_t{2 * loops});
    }

    void codeThatIsWrittenOverIsWatchedStill() {
        EnginePair pair(GuestMode::Paged);
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, loopWithCall);
            guest->cpu.watchCode(Guest::codeBase + 17);
        }
        QVERIFY(pair.run(perTurn * loops));
        for (Guest *guest : {&pair.interpreted, &pair.translated})
            guest->poke<uint8_t>(Guest::codeBase + 17, 0x42); // inc edx
        QVERIFY(pair.run(perTurn * loops));
        QCOMPARE(pair.difference(), std::string());
        QCOMPARE(pair.translated.reached.size(), size_t{2 * loops});
    }

    void digestIsTheSame_data() {
        QTest::addColumn<QString>("guest");
        for (const char *name : {"counting", "rtc", "ports", "pit2"})
            QTest::newRow(name) << name;
    }
    /// Every 16th address of the firmware's last 64 KiB, where these guests live.
    void digestIsTheSame() {
        QFETCH(QString, guest);
        const auto digest = [&](Engine engine, bool watches) {
            MachineConfig config = GuestRun::config(GuestRun::image(guest));
            config.engine = engine;
            Machine machine(config);
            for (uint32_t linear = 0xF0000; watches && linear < 0x100000; linear += 16)
                machine.watchCode(linear);
            machine.run(Icount{2'000'000}, VirtualNs{20 * nsPerSecond});
            return machine.digest();
        };
        const std::string expected = digest(Engine::Interpreter, false);
        QCOMPARE(digest(Engine::Interpreter, true), expected);
        QCOMPARE(digest(Engine::Jit, true), expected);
    }
};

QTEST_GUILESS_MAIN(TestWatchedCode)
#include "tst_watched_code.moc"
