// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/piix4_smbus.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

struct Bench {
    bool irq = false;
    Piix4Smbus chip{IrqLine([this](bool level) { irq = level; })};
    int get(int reg) { return chip.read(static_cast<uint16_t>(reg)); }
    void put(int reg, int value) {
        chip.write(static_cast<uint16_t>(reg), static_cast<uint8_t>(value));
    }
};

} // namespace

class TestPiix4Smbus : public QObject {
    Q_OBJECT
  private slots:
    void everyTransactionEndsWithADeviceError() {
        Bench b;
        QCOMPARE(b.get(0), 0); // not busy
        b.put(4, 0xA1);
        b.put(3, 0x00);
        b.put(2, 0x48); // byte data, start
        QCOMPARE(b.get(0), 0x04);
        QCOMPARE(b.get(2), 0x08); // START reads as zero
        QVERIFY(!b.irq);
        b.put(0, 0x04); // cleared by writing a one
        QCOMPARE(b.get(0), 0x00);
        QCOMPARE(b.get(4), 0xA1);
    }

    void theInterruptFollowsTheStatus() {
        Bench b;
        b.put(2, 0x41);
        QVERIFY(b.irq);
        b.put(0, 0xFF);
        QVERIFY(!b.irq);
        b.put(2, 0x40);
        QVERIFY(!b.irq);
        b.put(2, 0x01);
        QVERIFY(b.irq);
        b.chip.reset();
        QVERIFY(!b.irq);
        QCOMPARE(b.get(2), 0);
    }

    void killingATransactionFails() {
        Bench b;
        b.put(2, 0x42);
        QCOMPARE(b.get(0), 0x10);
    }

    void portsWithoutARegister() {
        Bench b;
        b.put(1, 0xFF);
        b.put(7, 0xFF);
        b.put(40, 0xFF);
        QCOMPARE(b.get(1), 0x00);
        QCOMPARE(b.get(7), 0x00);
        QCOMPARE(b.get(16), 0xFF);
        QCOMPARE(b.get(40), 0xFF);
    }

    void savedStateContinues() {
        Bench b;
        b.put(2, 0x49);
        b.put(5, 0x77);
        std::vector<uint8_t> bytes = savedState(b.chip);
        Bench other;
        QCOMPARE(restoreState(bytes, other.chip), std::string());
        QCOMPARE(savedState(other.chip), bytes);
        QVERIFY(!other.irq); // not told
        QCOMPARE(other.get(5), 0x77);
        QVERIFY(refusesTruncations(bytes, other.chip));
        survivesDamage(bytes, other.chip);
    }
};

QTEST_APPLESS_MAIN(TestPiix4Smbus)
#include "tst_piix4_smbus.moc"
