// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/piix3.h"

#include <QTest>

using namespace bootglass;

class TestPiix3 : public QObject {
    Q_OBJECT

    struct Rig {
        uint16_t irqs = 0;
        Piix3 chip{[this](unsigned irq, bool level) {
            irqs = static_cast<uint16_t>(level ? irqs | 1 << irq : irqs & ~(1 << irq));
        }};
        void route(unsigned pirq, uint8_t value) {
            chip.pci().writeConfig(static_cast<uint8_t>(0x60 + pirq), value, 1);
        }
    };

  private slots:
    void isAMultifunctionIsaBridge() {
        Rig rig;
        QCOMPARE(rig.chip.pci().readConfig(0x00, 4), 0x70008086u);
        QCOMPARE(rig.chip.pci().readConfig(0x0a, 2), 0x0601u);
        QCOMPARE(rig.chip.pci().readConfig(0x0e, 1), 0x80u);
        QCOMPARE(rig.chip.pci().readConfig(0x60, 4), 0x80808080u);
    }

    void wiresGoNowhereUntilTheyAreSteered() {
        Rig rig;
        rig.chip.setPirq(0, true);
        QCOMPARE(rig.irqs, uint16_t{0});
        rig.route(0, 10);
        QCOMPARE(rig.irqs, uint16_t{1 << 10});
        rig.route(0, 11);
        QCOMPARE(rig.irqs, uint16_t{1 << 11});
        rig.route(0, 0x80);
        QCOMPARE(rig.irqs, uint16_t{0});
    }

    void wiresOnOneInputAreOred() {
        Rig rig;
        rig.route(0, 11);
        rig.route(3, 11);
        rig.chip.setPirq(0, true);
        rig.chip.setPirq(3, true);
        rig.chip.setPirq(0, false);
        QCOMPARE(rig.irqs, uint16_t{1 << 11});
        rig.chip.setPirq(3, false);
        QCOMPARE(rig.irqs, uint16_t{0});
    }

    void reservedInputsAreNotDriven_data() {
        QTest::addColumn<uint>("irq");
        for (uint irq : {0u, 1u, 2u, 8u, 13u})
            QTest::addRow("IRQ %u", irq) << irq;
    }
    void reservedInputsAreNotDriven() {
        QFETCH(uint, irq);
        Rig rig;
        rig.route(1, static_cast<uint8_t>(irq));
        rig.chip.setPirq(1, true);
        QCOMPARE(rig.irqs, uint16_t{0});
        QCOMPARE(rig.chip.route(1), 16u);
    }

    void resetDisconnectsTheWires() {
        Rig rig;
        rig.route(2, 5);
        rig.chip.setPirq(2, true);
        rig.chip.reset();
        QCOMPARE(rig.irqs, uint16_t{0});
    }

    void savedStateIsRestored() {
        Rig rig;
        rig.route(2, 5);
        rig.chip.setPirq(2, true);
        Archive saved;
        rig.chip.serialize(saved);
        auto bytes = saved.take();
        Rig other;
        Archive loaded{std::span<const uint8_t>(bytes)};
        other.chip.serialize(loaded);
        QVERIFY(!loaded.failed());
        other.irqs = rig.irqs; // the 8259s restore their own
        other.chip.setPirq(2, false);
        QCOMPARE(other.irqs, uint16_t{0});
    }
};

QTEST_APPLESS_MAIN(TestPiix3)
#include "tst_piix3.moc"
