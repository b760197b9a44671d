// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i440fx.h"

#include <QTest>

#include <vector>

using namespace bootglass;

class TestI440fx : public QObject {
    Q_OBJECT

    struct Change {
        PamRegion region;
        bool readRam;
        bool writeRam;
        bool operator==(const Change &) const = default;
    };
    struct Rig {
        std::vector<Change> changes;
        I440fx chip{[this](PamRegion region, bool readRam, bool writeRam) {
            changes.push_back({region, readRam, writeRam});
        }};
    };

  private slots:
    void isTheHostBridgeThatFirmwareLooksFor() {
        Rig rig;
        QCOMPARE(rig.chip.pci().readConfig(0x00, 4), 0x12378086u);
        QCOMPARE(rig.chip.pci().readConfig(0x08, 4), 0x06000002u);
        QCOMPARE(rig.chip.pci().readConfig(0x2c, 4), 0x11001af4u);
        QCOMPARE(rig.chip.pci().readConfig(0x59, 1), 0u);
        QCOMPARE(rig.chip.pci().readConfig(0x72, 1), 2u);
    }

    void eachNibbleControlsItsRegion_data() {
        QTest::addColumn<uint>("offset");
        QTest::addColumn<uint>("value");
        QTest::addColumn<uint>("first");
        QTest::addColumn<uint>("size");
        QTest::newRow("BIOS") << 0x59u << 0x30u << 0xf0000u << 0x10000u;
        QTest::newRow("C0000") << 0x5au << 0x03u << 0xc0000u << 0x4000u;
        QTest::newRow("C4000") << 0x5au << 0x30u << 0xc4000u << 0x4000u;
        QTest::newRow("D0000") << 0x5cu << 0x03u << 0xd0000u << 0x4000u;
        QTest::newRow("EC000") << 0x5fu << 0x30u << 0xec000u << 0x4000u;
    }
    void eachNibbleControlsItsRegion() {
        QFETCH(uint, offset);
        QFETCH(uint, value);
        QFETCH(uint, first);
        QFETCH(uint, size);
        Rig rig;
        rig.chip.pci().writeConfig(static_cast<uint8_t>(offset), value, 1);
        QCOMPARE(rig.changes, (std::vector<Change>{{{first, size}, true, true}}));
        rig.changes.clear();
        rig.chip.pci().writeConfig(static_cast<uint8_t>(offset), value & 0x11, 1);
        QCOMPARE(rig.changes, (std::vector<Change>{{{first, size}, true, false}}));
    }

    void aDwordChangesEightRegionsOnce() {
        Rig rig;
        rig.chip.pci().writeConfig(0x5a, 0x33333333, 4);
        QCOMPARE(rig.changes.size(), 8u);
        rig.chip.pci().writeConfig(0x5a, 0x33333333, 4);
        QCOMPARE(rig.changes.size(), 8u);
    }

    void bitsOutsideTheAttributesStayClear() {
        Rig rig;
        rig.chip.pci().writeConfig(0x5a, 0xff, 1);
        QCOMPARE(rig.chip.pci().readConfig(0x5a, 1), 0x33u);
    }

    void smramLockHoldsUntilReset() {
        Rig rig;
        rig.chip.pci().writeConfig(0x72, 0x48, 1);
        QCOMPARE(rig.chip.pci().readConfig(0x72, 1), 0x4au);
        rig.chip.pci().writeConfig(0x72, 0x58, 1);
        QCOMPARE(rig.chip.pci().readConfig(0x72, 1), 0x1au);
        rig.chip.pci().writeConfig(0x72, 0x40, 1);
        QCOMPARE(rig.chip.pci().readConfig(0x72, 1), 0x1au);
        rig.chip.reset();
        rig.chip.pci().writeConfig(0x72, 0x40, 1);
        QCOMPARE(rig.chip.pci().readConfig(0x72, 1), 0x42u);
    }

    void resetGivesTheRegionsBackToRom() {
        Rig rig;
        rig.chip.pci().writeConfig(0x59, 0x30, 1);
        rig.changes.clear();
        rig.chip.reset();
        QCOMPARE(rig.changes, (std::vector<Change>{{{0xf0000, 0x10000}, false, false}}));
    }

    void savedStateIsRestoredAndReported() {
        Rig rig;
        rig.chip.pci().writeConfig(0x59, 0x10, 1);
        Archive saved;
        rig.chip.serialize(saved);
        auto bytes = saved.take();
        Rig other;
        Archive loaded{std::span<const uint8_t>(bytes)};
        other.chip.serialize(loaded);
        QVERIFY(!loaded.failed());
        QCOMPARE(other.changes, (std::vector<Change>{{{0xf0000, 0x10000}, true, false}}));
        QVERIFY(other.chip.readsRam(0));
    }
};

QTEST_APPLESS_MAIN(TestI440fx)
#include "tst_i440fx.moc"
