// SPDX-License-Identifier: GPL-3.0-or-later
// Scan codes after the IBM PS/2 keyboard reference's tables, commands after its command section.
#include "emulator/devices/ps2_keyboard.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes takeAll(Ps2Keyboard &keyboard) {
    Bytes bytes;
    while (auto byte = keyboard.take())
        bytes.push_back(*byte);
    return bytes;
}

Bytes ask(Ps2Keyboard &keyboard, std::initializer_list<uint8_t> command) {
    Bytes bytes;
    for (uint8_t byte : command) {
        keyboard.send(byte);
        Bytes reply = takeAll(keyboard);
        bytes.insert(bytes.end(), reply.begin(), reply.end());
    }
    return bytes;
}

QByteArray hex(const Bytes &bytes) {
    return QByteArray(reinterpret_cast<const char *>(bytes.data()),
                      static_cast<qsizetype>(bytes.size()))
        .toHex();
}

} // namespace

class TestPs2Keyboard : public QObject {
    Q_OBJECT
  private slots:
    void keysSendTheirScanCodes_data() {
        QTest::addColumn<int>("set");
        QTest::addColumn<int>("key");
        QTest::addColumn<QByteArray>("make");
        QTest::addColumn<QByteArray>("release");
        QTest::newRow("A, set 1") << 1 << 0x1E << QByteArray("1e") << QByteArray("9e");
        QTest::newRow("A, set 2") << 2 << 0x1E << QByteArray("1c") << QByteArray("f01c");
        QTest::newRow("A, set 3") << 3 << 0x1E << QByteArray("1c") << QByteArray("f01c");
        QTest::newRow("Enter, set 2") << 2 << 0x1C << QByteArray("5a") << QByteArray("f05a");
        QTest::newRow("keypad Enter, set 1")
            << 1 << 0xE01C << QByteArray("e01c") << QByteArray("e09c");
        QTest::newRow("keypad Enter, set 2")
            << 2 << 0xE01C << QByteArray("e05a") << QByteArray("e0f05a");
        QTest::newRow("F7, set 2") << 2 << 0x41 << QByteArray("83") << QByteArray("f083");
        QTest::newRow("Up, set 2") << 2 << 0xE048 << QByteArray("e075") << QByteArray("e0f075");
        QTest::newRow("Up, set 3") << 3 << 0xE048 << QByteArray("63") << QByteArray("f063");
        QTest::newRow("Print Screen, set 1")
            << 1 << 0xE037 << QByteArray("e02ae037") << QByteArray("e0b7e0aa");
        QTest::newRow("Print Screen, set 2")
            << 2 << 0xE037 << QByteArray("e012e07c") << QByteArray("e0f07ce0f012");
        QTest::newRow("Print Screen, set 3")
            << 3 << 0xE037 << QByteArray("57") << QByteArray("f057");
        QTest::newRow("Pause, set 1") << 1 << 0xE11D << QByteArray("e11d45e19dc5") << QByteArray();
        QTest::newRow("Pause, set 2")
            << 2 << 0xE11D << QByteArray("e11477e1f014f077") << QByteArray();
        QTest::newRow("F12, set 1") << 1 << 0x58 << QByteArray("58") << QByteArray("d8");
    }
    void keysSendTheirScanCodes() {
        QFETCH(int, set);
        QFETCH(int, key);
        Ps2Keyboard keyboard;
        QCOMPARE(hex(ask(keyboard, {0xF0, static_cast<uint8_t>(set)})), QByteArray("fafa"));
        keyboard.key(static_cast<uint16_t>(key), true);
        QTEST(hex(takeAll(keyboard)), "make");
        keyboard.key(static_cast<uint16_t>(key), false);
        QTEST(hex(takeAll(keyboard)), "release");
    }

    void unknownKeysSendNothing() {
        Ps2Keyboard keyboard;
        for (uint16_t key : {uint16_t{0}, uint16_t{0x55}, uint16_t{0x7F}, uint16_t{0xE000},
                             uint16_t{0xFFFF}, uint16_t{0xE1FF}}) {
            QVERIFY(!keyboard.key(key, true));
            QVERIFY(!keyboard.key(key, false));
        }
        QVERIFY(!keyboard.take());
    }

    void commandsAreAnswered_data() {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("reply");
        QTest::newRow("echo") << QByteArray("ee") << QByteArray("ee");
        QTest::newRow("identify") << QByteArray("f2") << QByteArray("faab83");
        QTest::newRow("reset") << QByteArray("ff") << QByteArray("faaa");
        QTest::newRow("LEDs") << QByteArray("ed07") << QByteArray("fafa");
        QTest::newRow("typematic") << QByteArray("f320") << QByteArray("fafa");
        QTest::newRow("which set") << QByteArray("f000") << QByteArray("fafa02");
        QTest::newRow("set 1, which") << QByteArray("f001f000") << QByteArray("fafafafa01");
        QTest::newRow("no such set") << QByteArray("f004") << QByteArray("fafe");
        QTest::newRow("unknown") << QByteArray("12") << QByteArray("fe");
        QTest::newRow("a command in place of an argument")
            << QByteArray("edf2") << QByteArray("fafaab83");
        QTest::newRow("resend") << QByteArray("f2fe") << QByteArray("faab8383");
    }
    void commandsAreAnswered() {
        QFETCH(QByteArray, sent);
        Ps2Keyboard keyboard;
        Bytes all;
        for (char byte : QByteArray::fromHex(sent)) {
            Bytes reply = ask(keyboard, {static_cast<uint8_t>(byte)});
            all.insert(all.end(), reply.begin(), reply.end());
        }
        QTEST(hex(all), "reply");
    }

    void ledsAreTheGuests() {
        Ps2Keyboard keyboard;
        ask(keyboard, {0xED, 0xFD & 0x05});
        QCOMPARE(int(keyboard.leds()), 5);
        ask(keyboard, {0xFF});
        QCOMPARE(int(keyboard.leds()), 0);
    }

    void aDisabledKeyboardLosesKeys() {
        Ps2Keyboard keyboard;
        ask(keyboard, {0xF5});
        QVERIFY(!keyboard.key(0x1E, true));
        QVERIFY(!keyboard.take());
        ask(keyboard, {0xF4});
        QVERIFY(keyboard.key(0x1E, true));
        QCOMPARE(hex(takeAll(keyboard)), QByteArray("1c"));
    }

    void repliesComeBeforeKeys() {
        Ps2Keyboard keyboard;
        keyboard.key(0x1E, true);
        keyboard.send(0xF2);
        QCOMPARE(hex(takeAll(keyboard)), QByteArray("faab831c"));
    }

    void aFullBufferSaysSoOnceAndTearsNoKey() {
        Ps2Keyboard keyboard;
        int ready = 0;
        keyboard.onData([&] { ++ready; });
        for (int i = 0; i < 3; ++i)
            QVERIFY(keyboard.key(0xE037, true)); // four bytes each
        QVERIFY(!keyboard.key(0xE037, true));    // would be 16: the last place is the overrun's
        QVERIFY(!keyboard.key(0xE037, true));
        QCOMPARE(ready, 3);
        Bytes bytes = takeAll(keyboard);
        QCOMPARE(bytes.size(), size_t{13});
        QCOMPARE(int(bytes.back()), 0x00);
        QVERIFY(keyboard.key(0x1E, true)); // room again
    }

    void repliesNeverGrowBeyondTheBuffer() {
        Ps2Keyboard keyboard;
        for (int i = 0; i < 1000; ++i)
            keyboard.send(0xF2);
        QCOMPARE(takeAll(keyboard).size(), size_t{15});
    }

    void setThreeReleasesCanBeSwitchedOff() {
        Ps2Keyboard keyboard;
        ask(keyboard, {0xF0, 0x03, 0xF7});
        keyboard.key(0x1E, true);
        QVERIFY(!keyboard.key(0x1E, false));
        QCOMPARE(hex(takeAll(keyboard)), QByteArray("1c"));
        ask(keyboard, {0xFA});
        QVERIFY(keyboard.key(0x1E, false));
    }

    void savedStateContinues() {
        Ps2Keyboard keyboard;
        ask(keyboard, {0xF0, 0x01, 0xED, 0x02});
        keyboard.key(0x1E, true);
        keyboard.send(0xF3); // waits for its argument
        Bytes bytes = savedState(keyboard);
        Ps2Keyboard other;
        QCOMPARE(restoreState(bytes, other), std::string());
        QCOMPARE(savedState(other), bytes);
        other.send(0x20);
        QCOMPARE(hex(takeAll(other)), QByteArray("fafa1e"));
        QCOMPARE(int(other.leds()), 2);
        QVERIFY(refusesTruncations(bytes, other));
        survivesDamage(bytes, other);
    }
};

QTEST_APPLESS_MAIN(TestPs2Keyboard)
#include "tst_ps2_keyboard.moc"
