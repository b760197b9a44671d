// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/pci_bus.h"

#include <QTest>

#include <array>

using namespace bootglass;

class TestPciBus : public QObject {
    Q_OBJECT

    struct Rig {
        std::array<bool, 4> pirq{};
        int resets = 0;
        PciBus bus{[this](unsigned n, bool level) { pirq[n] = level; }, [this] { ++resets; }};
        PciDevice host{{.vendor = 0x8086, .device = 0x1237, .classCode = 0x060000}};
        PciDevice card{
            {.vendor = 0x10ec, .device = 0x8029, .classCode = 0x020000, .interruptPin = 1}};
        PciDevice second{
            {.vendor = 0x10ec, .device = 0x8139, .classCode = 0x020000, .interruptPin = 1}};
        Rig() {
            bus.attach(0, 0, host);
            bus.attach(3, 0, card);
            bus.attach(7, 0, second);
        }
        void select(uint32_t slot, uint32_t reg) {
            bus.write(0, 0x80000000u | slot << 11 | reg, 4);
        }
    };

  private slots:
    void dataPortsReachEveryByteOfTheRegister() {
        Rig rig;
        rig.select(0, 0);
        QCOMPARE(rig.bus.read(4, 4), 0x12378086u);
        QCOMPARE(rig.bus.read(6, 2), 0x1237u);
        QCOMPARE(rig.bus.read(5, 1), 0x80u);
        rig.select(3, 0x3c);
        rig.bus.write(4, 11, 1);
        QCOMPARE(rig.bus.read(4, 2), 0x010bu);
    }

    void onlyDwordsReachTheAddressRegister() {
        Rig rig;
        rig.bus.write(0, 0x80001800, 4);
        rig.bus.write(0, 0, 2);
        rig.bus.write(3, 1, 1);
        QCOMPARE(rig.bus.read(0, 4), 0x80001800u);
        QCOMPARE(rig.bus.read(0, 2), 0xffffu);
    }

    void nobodyAnswersWithOnes_data() {
        QTest::addColumn<uint>("address");
        QTest::newRow("empty slot") << 0x80002000u;
        QTest::newRow("missing function") << 0x80001900u;
        QTest::newRow("another bus") << 0x80010000u;
        QTest::newRow("not enabled") << 0x00000000u;
    }
    void nobodyAnswersWithOnes() {
        QFETCH(uint, address);
        Rig rig;
        rig.bus.write(0, address, 4);
        QCOMPARE(rig.bus.read(4, 4), 0xffffffffu);
        QCOMPARE(rig.bus.read(4, 1), 0xffu);
        rig.bus.write(4, 0, 4);
    }

    void resetControlResetsOnItsBit() {
        Rig rig;
        rig.bus.write(1, 0x02, 1);
        QCOMPARE(rig.resets, 0);
        QCOMPARE(rig.bus.read(1, 1), 2u);
        rig.bus.write(1, 0x06, 1);
        QCOMPARE(rig.resets, 1);
    }

    void interruptPinsRotateWithTheSlotAndAreShared() {
        Rig rig;
        rig.card.setInterrupt(true); // slot 3, INTA#: PIRQ (3 − 1) & 3 = C
        QCOMPARE(rig.pirq, (std::array<bool, 4>{false, false, true, false}));
        rig.second.setInterrupt(true); // slot 7 shares it
        rig.card.setInterrupt(false);
        QVERIFY(rig.pirq[2]);
        rig.second.setInterrupt(false);
        QVERIFY(!rig.pirq[2]);
    }

    void savedStateIsRestored() {
        Rig rig;
        rig.select(3, 0x10);
        rig.card.setInterrupt(true);
        Archive saved;
        rig.bus.serialize(saved);
        rig.card.serialize(saved);
        auto bytes = saved.take();
        Rig other;
        Archive loaded{std::span<const uint8_t>(bytes)};
        other.bus.serialize(loaded);
        other.card.serialize(loaded);
        QVERIFY(!loaded.failed());
        QCOMPARE(other.bus.read(0, 4), 0x80001810u);
        QVERIFY(!other.pirq[2]); // the receiver has its own saved state
        other.pirq[2] = true;
        other.card.setInterrupt(false);
        QVERIFY(!other.pirq[2]);
    }
};

QTEST_APPLESS_MAIN(TestPciBus)
#include "tst_pci_bus.moc"
