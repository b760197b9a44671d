// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/ps2_mouse.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes takeAll(Ps2Mouse &mouse) {
    Bytes bytes;
    while (auto byte = mouse.take())
        bytes.push_back(*byte);
    return bytes;
}

Bytes ask(Ps2Mouse &mouse, const Bytes &command) {
    Bytes bytes;
    for (uint8_t byte : command) {
        mouse.send(byte);
        Bytes reply = takeAll(mouse);
        bytes.insert(bytes.end(), reply.begin(), reply.end());
    }
    return bytes;
}

const Bytes wheelKnock = {0xF3, 200, 0xF3, 100, 0xF3, 80};
const Bytes fiveKnock = {0xF3, 200, 0xF3, 200, 0xF3, 80};

} // namespace

class TestPs2Mouse : public QObject {
    Q_OBJECT
  private slots:
    void packetsTellMovementAndButtons_data() {
        QTest::addColumn<int>("dx");
        QTest::addColumn<int>("dy");
        QTest::addColumn<int>("buttons");
        QTest::addColumn<Bytes>("packet");
        QTest::newRow("right") << 5 << 0 << 0 << Bytes{0x08, 5, 0};
        QTest::newRow("up left") << -1 << 3 << 0 << Bytes{0x18, 0xFF, 3};
        QTest::newRow("down") << 0 << -128 << 0 << Bytes{0x28, 0, 0x80};
        QTest::newRow("buttons") << 0 << 0 << int(Ps2Mouse::left | Ps2Mouse::middle)
                                 << Bytes{0x0D, 0, 0};
        QTest::newRow("more than fits") << 300 << 0 << 0 << Bytes{0x08, 255, 0, 0x08, 45, 0};
    }
    void packetsTellMovementAndButtons() {
        QFETCH(int, dx);
        QFETCH(int, dy);
        QFETCH(int, buttons);
        Ps2Mouse mouse;
        ask(mouse, {0xF4});
        mouse.move(dx, dy, 0, static_cast<uint8_t>(buttons));
        QTEST(takeAll(mouse), "packet");
    }

    void nothingIsReportedUntilEnabled() {
        Ps2Mouse mouse;
        int ready = 0;
        mouse.onData([&] { ++ready; });
        mouse.move(5, 5, 0, 0);
        QVERIFY(!mouse.take());
        QCOMPARE(ready, 0);
        ask(mouse, {0xF4});
        mouse.move(1, 0, 0, 0);
        QCOMPARE(ready, 1);
        QCOMPARE(takeAll(mouse), (Bytes{0x08, 1, 0})); // what was before is forgotten
    }

    void knockingTurnsTheWheelOn() {
        Ps2Mouse mouse;
        QCOMPARE(ask(mouse, {0xF2}), (Bytes{0xFA, 0}));
        ask(mouse, wheelKnock);
        QCOMPARE(ask(mouse, {0xF2}), (Bytes{0xFA, 3}));
        ask(mouse, {0xF4});
        mouse.move(0, 0, -2, 0);
        QCOMPARE(takeAll(mouse), (Bytes{0x08, 0, 0, 0xFE}));
        ask(mouse, fiveKnock);
        QCOMPARE(ask(mouse, {0xF2}), (Bytes{0xFA, 4}));
        mouse.move(0, 0, 1, Ps2Mouse::fourth);
        QCOMPARE(takeAll(mouse), (Bytes{0x08, 0, 0, 0x11}));
        ask(mouse, {0xFF});
        QCOMPARE(ask(mouse, {0xF2}), (Bytes{0xFA, 0}));
    }

    void fiveButtonsNeedTheWheelFirst() {
        Ps2Mouse mouse;
        ask(mouse, fiveKnock);
        QCOMPARE(ask(mouse, {0xF2}), (Bytes{0xFA, 0}));
    }

    void statusTellsSettings() {
        Ps2Mouse mouse;
        QCOMPARE(ask(mouse, {0xE9}), (Bytes{0xFA, 0x00, 2, 100}));
        ask(mouse, {0xE8, 3, 0xF3, 40, 0xE7, 0xF4});
        mouse.move(0, 0, 0, Ps2Mouse::right);
        takeAll(mouse);
        QCOMPARE(ask(mouse, {0xE9}), (Bytes{0xFA, 0x31, 3, 40}));
        QCOMPARE(ask(mouse, {0xF6, 0xE9}), (Bytes{0xFA, 0xFA, 0x01, 2, 100}));
        QCOMPARE(ask(mouse, {0xE8, 4}), (Bytes{0xFA, 0xFE}));
    }

    void resetPassesTheSelfTest() {
        Ps2Mouse mouse;
        QCOMPARE(ask(mouse, {0xFF}), (Bytes{0xFA, 0xAA, 0x00}));
    }

    void remoteModeAnswersOnRequestOnly() {
        Ps2Mouse mouse;
        ask(mouse, {0xF0, 0xF4});
        mouse.move(7, 8, 0, 0);
        QVERIFY(!mouse.take());
        QCOMPARE(ask(mouse, {0xEB}), (Bytes{0xFA, 0x08, 7, 8}));
        QCOMPARE(ask(mouse, {0xEB}), (Bytes{0xFA, 0x08, 0, 0}));
    }

    void wrapModeEchoes() {
        Ps2Mouse mouse;
        ask(mouse, {0xEE});
        QCOMPARE(ask(mouse, {0x12, 0xF4}), (Bytes{0x12, 0xF4}));
        QCOMPARE(ask(mouse, {0xEC}), (Bytes{0xFA}));
        QCOMPARE(ask(mouse, {0x12}), (Bytes{0xFE}));
    }

    void scalingDoublesInStreamMode() {
        Ps2Mouse mouse;
        ask(mouse, {0xF4, 0xE7});
        mouse.move(3, -10, 0, 0);
        QCOMPARE(takeAll(mouse), (Bytes{0x28, 3, static_cast<uint8_t>(-20)}));
        mouse.move(4, 2, 0, 0);
        QCOMPARE(takeAll(mouse), (Bytes{0x08, 6, 1}));
    }

    void wildMovementsStayWithinBounds() {
        Ps2Mouse mouse;
        ask(mouse, wheelKnock);
        mouse.send(0xF4);
        for (int i = 0; i < 10; ++i)
            mouse.move(std::numeric_limits<int>::max(), std::numeric_limits<int>::min(), 1 << 30,
                       0xFF);
        Bytes bytes;
        for (int i = 0; i < 64; ++i)
            if (auto byte = mouse.take()) bytes.push_back(*byte);
        QCOMPARE(bytes.size(), size_t{64}); // and many more
        for (int i = 0; i < 1000; ++i)
            mouse.send(0xE9);
    }

    void savedStateContinues() {
        Ps2Mouse mouse;
        ask(mouse, wheelKnock);
        ask(mouse, {0xF4});
        mouse.move(700, 0, 3, Ps2Mouse::left);
        mouse.take();
        Bytes bytes = savedState(mouse);
        Ps2Mouse other;
        QCOMPARE(restoreState(bytes, other), std::string());
        QCOMPARE(savedState(other), bytes);
        QCOMPARE(takeAll(other), takeAll(mouse));
        QVERIFY(refusesTruncations(bytes, other));
        survivesDamage(bytes, other);
    }
};

QTEST_APPLESS_MAIN(TestPs2Mouse)
#include "tst_ps2_mouse.moc"
