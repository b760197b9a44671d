// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/pci_device.h"

#include <QTest>

#include <vector>

using namespace bootglass;

class TestPciDevice : public QObject {
    Q_OBJECT

    struct Rig {
        std::vector<std::string> calls;
        PciDevice device{{.vendor = 0x8086,
                          .device = 0x1234,
                          .classCode = 0x020000,
                          .revision = 7,
                          .interruptPin = 1}};
        Rig() {
            add(0, PciBar::Kind::Io, 0x20);
            add(1, PciBar::Kind::PrefetchableMemory, 0x100000);
        }
        void add(unsigned index, PciBar::Kind kind, uint32_t size) {
            auto call = [this, index](const char *what) {
                return [this, index, what](uint32_t base) {
                    calls.push_back(
                        QString("%1 %2 %3").arg(what).arg(index).arg(base, 0, 16).toStdString());
                };
            };
            device.addBar(index, {kind, size, call("map"), call("unmap")});
        }
    };

  private slots:
    void headerShowsWhoItIs() {
        Rig rig;
        QCOMPARE(rig.device.readConfig(0x00, 4), 0x12348086u);
        QCOMPARE(rig.device.readConfig(0x08, 4), 0x02000007u);
        QCOMPARE(rig.device.readConfig(0x2c, 4), 0x11001af4u);
        QCOMPARE(rig.device.readConfig(0x3d, 1), 1u);
        rig.device.writeConfig(0x00, 0, 4);
        QCOMPARE(rig.device.readConfig(0x00, 4), 0x12348086u);
    }

    void barTellsItsSizeWhenWrittenWithOnes_data() {
        QTest::addColumn<uint>("offset");
        QTest::addColumn<uint>("expected");
        QTest::newRow("I/O") << 0x10u << 0xffffffe1u;
        QTest::newRow("prefetchable memory") << 0x14u << 0xfff00008u;
        QTest::newRow("no such register") << 0x18u << 0u;
        QTest::newRow("expansion ROM") << 0x30u << 0u;
    }
    void barTellsItsSizeWhenWrittenWithOnes() {
        QFETCH(uint, offset);
        QFETCH(uint, expected);
        Rig rig;
        rig.device.writeConfig(static_cast<uint8_t>(offset), 0xffffffff, 4);
        QCOMPARE(rig.device.readConfig(static_cast<uint8_t>(offset), 4), expected);
    }

    void rangesAreMappedWhileDecoded() {
        Rig rig;
        rig.device.writeConfig(0x10, 0xc000, 4);
        rig.device.writeConfig(0x14, 0xfe000000, 4);
        QVERIFY(rig.calls.empty());
        rig.device.writeConfig(pci::command, 3, 2);
        QCOMPARE(rig.calls, (std::vector<std::string>{"map 0 c000", "map 1 fe000000"}));
        rig.calls.clear();
        rig.device.writeConfig(0x10, 0xc100, 4);
        QCOMPARE(rig.calls, (std::vector<std::string>{"unmap 0 c000", "map 0 c100"}));
        rig.calls.clear();
        rig.device.writeConfig(pci::command, 2, 2);
        QCOMPARE(rig.calls, (std::vector<std::string>{"unmap 0 c100"}));
        rig.calls.clear();
        rig.device.remap();
        QCOMPARE(rig.calls, (std::vector<std::string>{"map 1 fe000000"}));
    }

    void nothingIsMappedWhileSizingOrUnset_data() {
        QTest::addColumn<uint>("offset");
        QTest::addColumn<uint>("value");
        QTest::newRow("I/O sizing") << 0x10u << 0xffffffffu;
        QTest::newRow("I/O beyond 64 Ki") << 0x10u << 0x10000u;
        QTest::newRow("I/O zero") << 0x10u << 0u;
        QTest::newRow("memory sizing") << 0x14u << 0xffffffffu;
        QTest::newRow("memory zero") << 0x14u << 0u;
    }
    void nothingIsMappedWhileSizingOrUnset() {
        QFETCH(uint, offset);
        QFETCH(uint, value);
        Rig rig;
        rig.device.writeConfig(pci::command, 3, 2);
        rig.device.writeConfig(static_cast<uint8_t>(offset), value, 4);
        QVERIFY(rig.calls.empty());
    }

    void interruptObeysDisableBitAndShowsInStatus() {
        Rig rig;
        bool level = false;
        rig.device.connectInterrupt(IrqLine([&](bool now) { level = now; }));
        rig.device.setInterrupt(true);
        QVERIFY(level);
        QCOMPARE(rig.device.readConfig(pci::status, 2) & 8, 8u);
        rig.device.writeConfig(pci::command, pci::commandInterruptDisable, 2);
        QVERIFY(!level);
        QCOMPARE(rig.device.readConfig(pci::status, 2) & 8, 8u);
        rig.device.writeConfig(pci::command, 0, 2);
        QVERIFY(level);
        rig.device.setInterrupt(false);
        QVERIFY(!level);
    }

    void accessPastTheEndIsHarmless() {
        Rig rig;
        QCOMPARE(rig.device.readConfig(0xff, 4), 0xffffffffu);
        rig.device.writeConfig(0xfe, 0x12345678, 4);
        QCOMPARE(rig.device.readConfig(0xfe, 2), 0u);
    }

    void resetUnmapsAndForgets() {
        Rig rig;
        rig.device.writeConfig(0x10, 0xc000, 4);
        rig.device.writeConfig(pci::command, 1, 2);
        rig.calls.clear();
        rig.device.reset();
        QCOMPARE(rig.calls, (std::vector<std::string>{"unmap 0 c000"}));
        QCOMPARE(rig.device.readConfig(0x10, 4), 1u);
    }

    void savedStateIsRestoredWithItsMappings() {
        Rig rig;
        rig.device.writeConfig(0x10, 0xc000, 4);
        rig.device.writeConfig(pci::command, 1, 2);
        rig.device.writeConfig(pci::interruptLine, 11, 1);
        Archive saved;
        rig.device.serialize(saved);
        auto bytes = saved.take();
        Rig other;
        Archive loaded{std::span<const uint8_t>(bytes)};
        other.device.serialize(loaded);
        QVERIFY(!loaded.failed());
        QCOMPARE(other.calls, (std::vector<std::string>{"map 0 c000"}));
        QCOMPARE(other.device.readConfig(pci::interruptLine, 1), 11u);
    }
};

QTEST_APPLESS_MAIN(TestPciDevice)
#include "tst_pci_device.moc"
