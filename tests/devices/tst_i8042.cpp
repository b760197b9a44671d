// SPDX-License-Identifier: GPL-3.0-or-later
// The keyboard controller as firmware and drivers use it.
#include "emulator/devices/i8042.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

struct Bench {
    Ps2Keyboard keyboard;
    Ps2Mouse mouse;
    int irq1 = 0, irq12 = 0; // rising edges
    bool level1 = false, level12 = false;
    bool a20 = true;
    int resets = 0;
    I8042 chip{keyboard,
               mouse,
               {.irq1 = IrqLine([this](bool level) { irq1 += level, level1 = level; }),
                .irq12 = IrqLine([this](bool level) { irq12 += level, level12 = level; }),
                .a20 = [this](bool enabled) { a20 = enabled; },
                .resetCpu = [this] { ++resets; }}};

    void command(int value) { chip.write(4, static_cast<uint8_t>(value)); }
    void data(int value) { chip.write(0, static_cast<uint8_t>(value)); }
    int status() { return chip.read(4); }
    int read() { return chip.read(0); }
    bool full() { return (status() & 1) != 0; }
    bool fromMouse() { return (status() & 0x20) != 0; }
    int ask(int value) {
        command(value);
        return full() ? read() : -1;
    }
    std::vector<int> drain() {
        std::vector<int> bytes;
        while (full())
            bytes.push_back(read());
        return bytes;
    }
};

using Ints = std::vector<int>;

} // namespace

class TestI8042 : public QObject {
    Q_OBJECT
  private slots:
    void commandsAreAnswered_data() {
        QTest::addColumn<int>("command");
        QTest::addColumn<int>("answer");
        QTest::newRow("self-test") << 0xAA << 0x55;
        QTest::newRow("keyboard's cable") << 0xAB << 0x00;
        QTest::newRow("mouse's cable") << 0xA9 << 0x00;
        QTest::newRow("no password") << 0xA4 << 0xF1;
        QTest::newRow("command byte") << 0x20 << 0x03;
        QTest::newRow("input port") << 0xC0 << 0x80;
        QTest::newRow("output port") << 0xD0 << 0xCF;
        QTest::newRow("test inputs") << 0xE0 << 0x00;
        QTest::newRow("unknown") << 0xB0 << -1;
    }
    void commandsAreAnswered() {
        QFETCH(int, command);
        Bench b;
        QTEST(b.ask(command), "answer");
        QVERIFY(!b.full());
    }

    void statusShowsSelfTestAndWhichPortWasWritten() {
        Bench b;
        QCOMPARE(b.status(), 0x10);
        b.command(0xAA);
        QCOMPARE(b.status(), 0x10 | 0x08 | 0x04 | 0x01);
        b.read();
        b.data(0xF4);
        QCOMPARE(b.status() & 0x08, 0);
    }

    void itsMemoryKeepsBytes() {
        Bench b;
        b.command(0x60);
        b.data(0x65);
        QCOMPARE(b.ask(0x20), 0x65);
        b.command(0x7F);
        b.data(0x12);
        QCOMPARE(b.ask(0x3F), 0x12);
    }

    void keysRaiseIrq1AndReadingLowersIt() {
        Bench b;
        b.keyboard.key(0x1E, true);
        QVERIFY(b.level1);
        QVERIFY(!b.fromMouse());
        QCOMPARE(b.read(), 0x1C);
        QVERIFY(!b.level1);
        QCOMPARE(b.read(), 0x1C); // an empty buffer shows its last byte
        b.keyboard.key(0x1E, false);
        QCOMPARE(b.irq1, 2);
        QCOMPARE(b.drain(), (Ints{0xF0, 0x1C}));
        QCOMPARE(b.irq1, 3);
        QCOMPARE(b.irq12, 0);
    }

    void translationMakesSetOne_data() {
        QTest::addColumn<int>("key");
        QTest::addColumn<Ints>("make");
        QTest::addColumn<Ints>("release");
        QTest::newRow("A") << 0x1E << Ints{0x1E} << Ints{0x9E};
        QTest::newRow("Esc") << 0x01 << Ints{0x01} << Ints{0x81};
        QTest::newRow("F7") << 0x41 << Ints{0x41} << Ints{0xC1};
        QTest::newRow("F12") << 0x58 << Ints{0x58} << Ints{0xD8};
        QTest::newRow("left") << 0xE04B << Ints{0xE0, 0x4B} << Ints{0xE0, 0xCB};
        QTest::newRow("Pause") << 0xE11D << Ints{0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5} << Ints{};
        QTest::newRow("Print Screen")
            << 0xE037 << Ints{0xE0, 0x2A, 0xE0, 0x37} << Ints{0xE0, 0xB7, 0xE0, 0xAA};
    }
    void translationMakesSetOne() {
        QFETCH(int, key);
        Bench b;
        b.command(0x60);
        b.data(0x45);
        b.keyboard.key(static_cast<uint16_t>(key), true);
        QTEST(b.drain(), "make");
        b.keyboard.key(static_cast<uint16_t>(key), false);
        QTEST(b.drain(), "release");
    }

    void everyKeyWithoutPrefixTranslatesToItsOwnCode() {
        Bench b;
        b.command(0x60);
        b.data(0x45);
        for (uint16_t key = 1; key <= 0x58; ++key) {
            if (!b.keyboard.key(key, true)) continue;
            QCOMPARE(b.drain(), Ints{key});
            b.keyboard.key(key, false);
            QCOMPARE(b.drain(), Ints{key | 0x80});
        }
    }

    void keyboardCommandsGoThrough() {
        Bench b;
        b.data(0xFF);
        QCOMPARE(b.drain(), (Ints{0xFA, 0xAA}));
        b.data(0xF2);
        QCOMPARE(b.drain(), (Ints{0xFA, 0xAB, 0x83}));
    }

    void aDisabledKeyboardWaits() {
        Bench b;
        b.command(0xAD);
        b.keyboard.key(0x1E, true);
        QVERIFY(!b.full());
        QCOMPARE(b.ask(0x20), 0x13);
        QCOMPARE(b.irq1, 0); // the answer raised no interrupt either
        b.command(0xAE);
        QVERIFY(b.level1);
        QCOMPARE(b.drain(), Ints{0x1C});
        b.command(0xAD);
        b.data(0xF4); // sending opens the cable
        QCOMPARE(b.drain(), Ints{0xFA});
    }

    void mouseBytesAreMarked() {
        Bench b;
        b.command(0xA8);
        b.command(0xD4);
        b.data(0xF4);
        QVERIFY(b.full() && b.fromMouse());
        QVERIFY(b.level12 && !b.level1);
        QCOMPARE(b.drain(), Ints{0xFA});
        b.mouse.move(3, 0, 0, 0);
        QVERIFY(b.fromMouse());
        QCOMPARE(b.drain(), (Ints{0x08, 3, 0}));
        QCOMPARE(b.irq12, 4);
        b.command(0xA7);
        b.mouse.move(3, 0, 0, 0);
        QVERIFY(!b.full());
    }

    void theKeyboardComesBeforeTheMouse() {
        Bench b;
        b.command(0xD4);
        b.data(0xF4);
        b.drain();
        b.command(0xA7);
        b.command(0xAD);
        b.mouse.move(1, 0, 0, 0);
        b.keyboard.key(0x1E, true);
        b.command(0x60);
        b.data(0x03);
        QCOMPARE(b.drain(), (Ints{0x1C, 0x08, 1, 0}));
    }

    void loopbackCommandsFillTheBuffer() {
        Bench b;
        b.command(0xD3); // Linux tests the mouse's interrupt this way
        b.data(0x5A);
        QVERIFY(b.fromMouse());
        QVERIFY(b.level12);
        QCOMPARE(b.read(), 0x5A);
        b.command(0xD2);
        b.data(0xA5);
        QVERIFY(!b.fromMouse());
        QVERIFY(b.level1);
        QCOMPARE(b.read(), 0xA5);
    }

    void interruptsCanBeSwitchedOff() {
        Bench b;
        b.command(0x60);
        b.data(0x00);
        b.keyboard.key(0x1E, true);
        QVERIFY(b.full());
        QCOMPARE(b.irq1, 0);
        b.command(0x60);
        b.data(0x01); // on again while the byte waits
        QVERIFY(b.level1);
    }

    void a20AndResetAreWires() {
        Bench b;
        b.command(0xD1);
        b.data(0xCD);
        QVERIFY(!b.a20 && !b.chip.a20());
        b.command(0xDF);
        QVERIFY(b.a20 && b.chip.a20());
        b.command(0xDD);
        QVERIFY(!b.a20);
        QCOMPARE(b.resets, 0);
        b.command(0xFE);
        QCOMPARE(b.resets, 1);
        b.command(0xFF); // pulses nothing
        QCOMPARE(b.resets, 1);
        b.command(0xD1);
        b.data(0xCE);
        QCOMPARE(b.resets, 2);
        b.chip.reset();
        QVERIFY(b.a20);
    }

    void anyBytesAreSurvived() {
        Bench b;
        for (int command = 0; command < 256; ++command)
            for (int value : {0, 0x55, 0xED, 0xFF}) {
                b.command(command);
                b.data(value);
            }
        b.chip.reset();
        QCOMPARE(b.drain(), Ints{});
        QCOMPARE(b.ask(0x20), 0x03);
    }

    void savedStateContinues() {
        Bench b;
        b.command(0x60);
        b.data(0x47);
        b.keyboard.key(0xE04B, true);
        b.mouse.move(1, 1, 0, 0);
        b.command(0xD1); // waits for its byte
        std::vector<uint8_t> bytes = savedState(b.chip);
        Bench other;
        QCOMPARE(restoreState(bytes, other.chip), std::string());
        QCOMPARE(savedState(other.chip), bytes);
        QCOMPARE(other.irq1, 0); // the 8259 has its own state
        other.data(0xCD);
        QVERIFY(!other.a20);
        QCOMPARE(other.drain(), (Ints{0xE0, 0x4B}));
        QVERIFY(refusesTruncations(bytes, other.chip));
        survivesDamage(bytes, other.chip);
    }
};

QTEST_APPLESS_MAIN(TestI8042)
#include "tst_i8042.moc"
