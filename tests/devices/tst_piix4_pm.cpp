// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/piix4_pm.h"

#include <QTest>

using namespace bootglass;

class TestPiix4Pm : public QObject {
    Q_OBJECT

    struct Rig {
        VirtualClock clock;
        bool sci = false;
        int powerOffs = 0;
        int pmPort = -1;
        int smbusPort = -1;
        Piix4Pm chip{clock,
                     IrqLine([this](bool level) { sci = level; }),
                     {.mapPm = [this](uint16_t base) { pmPort = base; },
                      .unmapPm = [this](uint16_t) { pmPort = -1; },
                      .mapSmbus = [this](uint16_t base) { smbusPort = base; },
                      .unmapSmbus = [this](uint16_t) { smbusPort = -1; }},
                     [this] { ++powerOffs; }};
        void advance(uint64_t ns) {
            VirtualNs end = clock.now() + ns;
            while (clock.timers().next() <= end) {
                clock.warpTo(std::max(clock.timers().next(), clock.now()));
                clock.timers().fireDue(clock.now());
            }
            clock.warpTo(end);
        }
    };
    static constexpr uint64_t halfPeriodNs =
        2'343'484'438; // 2^23 ticks at 3.579545 MHz, rounded up

  private slots:
    void tellsFirmwareThatThereIsNoSmm() {
        Rig rig;
        QCOMPARE(rig.chip.pci().readConfig(0x00, 4), 0x71138086u);
        QCOMPARE(rig.chip.pci().readConfig(0x58, 4) >> 25 & 1, 1u); // APMC_EN
        rig.chip.reset();
        QCOMPARE(rig.chip.pci().readConfig(0x5b, 1), 2u);
    }

    void portsAreDecodedWhereFirmwarePutsThem() {
        Rig rig;
        rig.chip.pci().writeConfig(0x40, 0x601, 4);
        QCOMPARE(rig.pmPort, -1);
        rig.chip.pci().writeConfig(0x80, 1, 1);
        QCOMPARE(rig.pmPort, 0x600);
        QCOMPARE(rig.chip.pci().readConfig(0x40, 4), 0x601u);
        rig.chip.pci().writeConfig(0x90, 0x701, 4);
        rig.chip.pci().writeConfig(0xd2, 9, 1);
        QCOMPARE(rig.smbusPort, 0x700);
        rig.chip.reset();
        QCOMPARE(rig.pmPort, -1);
        QCOMPARE(rig.smbusPort, -1);
    }

    void timerCountsVirtualTime_data() {
        QTest::addColumn<qulonglong>("ns");
        QTest::addColumn<uint>("ticks");
        QTest::newRow("start") << 0ull << 0u;
        QTest::newRow("1 ms") << 1'000'000ull << 3579u;
        QTest::newRow("1 s") << 1'000'000'000ull << 3579545u;
        QTest::newRow("wraps at 24 bits") << 5'000'000'000ull << 17897725u - 0x1000000u;
    }
    void timerCountsVirtualTime() {
        QFETCH(qulonglong, ns);
        QFETCH(uint, ticks);
        Rig rig;
        rig.advance(ns);
        QCOMPARE(rig.chip.readPm(8, 4), ticks);
        QCOMPARE(rig.chip.readPm(9, 1), ticks >> 8 & 0xff);
        rig.chip.writePm(8, 0, 4);
        QCOMPARE(rig.chip.readPm(8, 4), ticks);
    }

    void timerIsArmedOnlyWhileItsCarryInterrupts() {
        Rig rig;
        QVERIFY(rig.clock.timers().next() == VirtualNs::never());
        rig.chip.writePm(2, 1, 2);
        QVERIFY(rig.clock.timers().next() == VirtualNs{halfPeriodNs});
        rig.chip.writePm(2, 0, 2);
        QVERIFY(rig.clock.timers().next() == VirtualNs::never());
    }

    void carryRaisesTheInterruptExactly() {
        Rig rig;
        rig.chip.writeApm(0, 0xf1);
        rig.chip.writePm(2, 1, 2);
        rig.advance(halfPeriodNs - 1);
        QVERIFY(!rig.sci);
        QCOMPARE(rig.chip.readPm(0, 2), 0u);
        rig.advance(1);
        QVERIFY(rig.sci);
        QCOMPARE(rig.chip.readPm(0, 2), 1u);
        rig.chip.writePm(0, 1, 2);
        QVERIFY(!rig.sci);
        QCOMPARE(rig.chip.readPm(0, 2), 0u);
        QVERIFY(rig.clock.timers().next() == VirtualNs{4'686'968'875}); // 2^24 ticks
    }

    void carryShowsInStatusWithoutBeingEnabled() {
        Rig rig;
        rig.advance(halfPeriodNs);
        QCOMPARE(rig.chip.readPm(0, 1), 1u);
        QVERIFY(!rig.sci);
    }

    void apmCommandTurnsAcpiOnAndOff() {
        Rig rig;
        rig.chip.writeApm(1, 0x55);
        QCOMPARE(rig.chip.readApm(1), uint8_t{0x55});
        rig.chip.writeApm(0, 0xf1);
        QCOMPARE(rig.chip.readPm(4, 2), 1u);
        QCOMPARE(rig.chip.readApm(0), uint8_t{0xf1});
        rig.chip.writeApm(0, 0xf0);
        QCOMPARE(rig.chip.readPm(4, 2), 0u);
    }

    void sleepTypesDo_data() {
        QTest::addColumn<uint>("value");
        QTest::addColumn<int>("powerOffs");
        QTest::addColumn<uint>("status");
        QTest::newRow("S5") << 0x2000u << 1 << 0u;
        QTest::newRow("S4") << 0x2800u << 1 << 0u;
        QTest::newRow("S3 ends at once") << 0x2400u << 0 << 0x8000u;
        QTest::newRow("without SLP_EN") << 0x1c00u << 0 << 0u;
    }
    void sleepTypesDo() {
        QFETCH(uint, value);
        QFETCH(int, powerOffs);
        QFETCH(uint, status);
        Rig rig;
        rig.chip.writePm(4, value, 2);
        QCOMPARE(rig.powerOffs, powerOffs);
        QCOMPARE(rig.chip.readPm(0, 2), status);
        QCOMPARE(rig.chip.readPm(4, 2), value & 0x1c00);
        Rig bytewise;
        bytewise.chip.writePm(4, value & 0xff, 1);
        bytewise.chip.writePm(5, value >> 8, 1);
        QCOMPARE(bytewise.powerOffs, powerOffs);
    }

    void powerButtonInterruptsWhenEnabled() {
        Rig rig;
        rig.chip.writeApm(0, 0xf1);
        rig.chip.writePm(2, 0x100, 2);
        rig.chip.pressPowerButton();
        QVERIFY(rig.sci);
        rig.chip.writePm(1, 1, 1);
        QVERIFY(!rig.sci);
    }

    void generalPurposeEventsAreKeptAndCleared() {
        Rig rig;
        rig.chip.writeGpe(2, 0xff);
        QCOMPARE(rig.chip.readGpe(2), uint8_t{0xff});
        rig.chip.writeGpe(0, 0xff);
        QCOMPARE(rig.chip.readGpe(0), uint8_t{0});
        QCOMPARE(rig.chip.readGpe(9), uint8_t{0xff});
    }

    void smbusFindsNobody() {
        Rig rig;
        auto &bus = rig.chip.smbus();
        bus.write(4, 0xa1); // address 50h, read
        bus.write(2, 0x48); // start, byte data
        QCOMPARE(bus.read(0), uint8_t{0x04});
        QCOMPARE(bus.read(2), uint8_t{0x08});
        bus.write(0, 0x04);
        QCOMPARE(bus.read(0), uint8_t{0});
        rig.chip.pci().writeConfig(0xd2, 9, 1);
        bus.write(2, 0x41);
        QVERIFY(rig.sci);
        bus.write(0, 0x1e);
        QVERIFY(!rig.sci);
        QCOMPARE(bus.read(0x0f), uint8_t{0});
    }

    void savedStateIsRestored() {
        Rig rig;
        rig.chip.pci().writeConfig(0x40, 0x601, 4);
        rig.chip.pci().writeConfig(0x80, 1, 1);
        rig.chip.writeApm(0, 0xf1);
        rig.chip.writePm(2, 0x101, 2);
        rig.chip.pressPowerButton();
        rig.advance(1'000'000);
        Archive saved;
        rig.clock.serialize(saved);
        rig.chip.serialize(saved);
        auto bytes = saved.take();
        Rig other;
        Archive loaded{std::span<const uint8_t>(bytes)};
        other.clock.serialize(loaded);
        other.chip.serialize(loaded);
        QVERIFY(!loaded.failed());
        QCOMPARE(other.pmPort, 0x600);
        QCOMPARE(other.chip.readPm(0, 4), rig.chip.readPm(0, 4));
        QCOMPARE(other.chip.readPm(8, 4), 3579u);
        Archive again;
        other.clock.serialize(again);
        other.chip.serialize(again);
        QCOMPARE(again.take(), bytes);
    }
};

QTEST_APPLESS_MAIN(TestPiix4Pm)
#include "tst_piix4_pm.moc"
