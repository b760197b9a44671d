// SPDX-License-Identifier: GPL-3.0-or-later
// The small ports of a PC: 61h, 92h, and those for debugging.
#include "emulator/devices/debug_ports.h"
#include "emulator/devices/port61.h"
#include "emulator/devices/port92.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

struct Bench61 {
    VirtualClock clock{0};
    bool gate = false, out = false, nmi = false;
    Port61 chip{clock, [this](bool level) { gate = level; }, [this] { return out; },
                IrqLine([this](bool level) { nmi = level; })};
    int read() { return chip.read(0); }
    void write(int value) { chip.write(0, static_cast<uint8_t>(value)); }
};

} // namespace

class TestSystemPorts : public QObject {
    Q_OBJECT
  private slots:
    // --- port 61h
    void gateAndSpeakerFollowTheirBits() {
        Bench61 b;
        b.write(0x01);
        QVERIFY(b.gate);
        QVERIFY(!b.chip.speaker());
        b.out = true;
        QCOMPARE(b.read(), 0x21);
        QVERIFY(!b.chip.speaker());
        b.write(0x03);
        QVERIFY(b.chip.speaker());
        b.out = false;
        QVERIFY(!b.chip.speaker());
        b.write(0xF0); // the upper half is read only
        QCOMPARE(b.read(), 0x00);
        QVERIFY(!b.gate);
    }

    void theRefreshBitTogglesEach18Clocks() {
        Bench61 b;
        auto ns = [](uint64_t refreshes) {
            return VirtualNs{mulDivUp(18 * refreshes, nsPerSecond, 1'193'182)};
        };
        for (uint64_t i = 1; i < 1000; ++i) {
            b.clock.warpTo(VirtualNs{ns(i).value - 1});
            QCOMPARE(b.read() >> 4 & 1, int(i - 1) & 1);
            b.clock.warpTo(ns(i));
            QCOMPARE(b.read() >> 4 & 1, int(i) & 1);
        }
        QVERIFY(b.clock.timers().next() == VirtualNs::never());
    }

    void nmiSourcesAreLatchedUntilDisabled() {
        Bench61 b;
        b.chip.raiseIoCheck();
        QVERIFY(b.nmi);
        QCOMPARE(b.read(), 0x40);
        b.chip.raiseSystemError();
        QCOMPARE(b.read(), 0xC0);
        b.write(0x08);
        QCOMPARE(b.read(), 0x88);
        QVERIFY(b.nmi);
        b.write(0x0C);
        QVERIFY(!b.nmi);
        b.chip.raiseSystemError(); // disabled
        b.chip.raiseIoCheck();
        QVERIFY(!b.nmi);
        b.write(0x00);
        b.chip.raiseSystemError();
        QVERIFY(b.nmi);
        b.chip.reset();
        QVERIFY(!b.nmi);
        QCOMPARE(b.read(), 0x00);
    }

    void port61IsRestored() {
        Bench61 b;
        b.write(0x03);
        b.chip.raiseIoCheck();
        std::vector<uint8_t> bytes = savedState(b.chip);
        Bench61 other;
        QCOMPARE(restoreState(bytes, other.chip), std::string());
        QCOMPARE(savedState(other.chip), bytes);
        QCOMPARE(other.read(), 0x43);
        QVERIFY(!other.nmi); // the CPU has its own state
        other.write(0x08);
        QCOMPARE(other.read(), 0x08);
        QVERIFY(refusesTruncations(bytes, other.chip));
    }

    // --- port 92h
    void fastA20AndReset() {
        bool a20 = false;
        int resets = 0;
        Port92 chip([&](bool enabled) { a20 = enabled; }, [&] { ++resets; });
        QCOMPARE(int(chip.read(0)), 0);
        chip.write(0, 0x02);
        QVERIFY(a20 && chip.a20());
        QCOMPARE(resets, 0);
        chip.write(0, 0x03);
        QCOMPARE(resets, 1);
        chip.write(0, 0x03); // no edge
        QCOMPARE(resets, 1);
        chip.write(0, 0x00);
        QVERIFY(!a20);
        chip.write(0, 0x01);
        QCOMPARE(resets, 2);
        std::vector<uint8_t> bytes = savedState(chip);
        Port92 other({}, {});
        QCOMPARE(restoreState(bytes, other), std::string());
        QCOMPARE(int(other.read(0)), 1);
        other.write(0, 0x00); // nobody at its wires
        other.write(0, 0xFF);
        QVERIFY(refusesTruncations(bytes, other));
        chip.reset();
        QCOMPARE(int(chip.read(0)), 0);
    }

    // --- the debug ports
    void debugPortsTellWhatIsWritten() {
        QStringList log;
        DebugPorts chip([&](DebugPort port, uint8_t value) {
            log << QString("%1=%2").arg(int(port), 0, 16).arg(int(value), 0, 16);
        });
        chip.write(DebugPort::PostCode, 0x12);
        chip.write(DebugPort::SeaBiosConsole, 'S');
        chip.write(DebugPort::E9Console, 'E');
        chip.write(DebugPort::FirmwareMarker, 1);
        chip.write(DebugPort::KernelMarker, 2);
        QCOMPARE(log, (QStringList{"402=53", "e9=45", "f4=1", "f5=2"})); // POST codes are kept
        QCOMPARE(int(chip.read(DebugPort::PostCode)), 0x12);
        QCOMPARE(int(chip.read(DebugPort::FirmwareMarker)), 1);
        QCOMPARE(int(chip.read(DebugPort::KernelMarker)), 2);
        // SeaBIOS writes its log only if the port reads so.
        QCOMPARE(int(chip.read(DebugPort::SeaBiosConsole)), 0xE9);
        QCOMPARE(int(chip.read(DebugPort::E9Console)), 0xE9);

        std::vector<uint8_t> bytes = savedState(chip);
        DebugPorts other({});
        QCOMPARE(restoreState(bytes, other), std::string());
        QCOMPARE(int(other.read(DebugPort::KernelMarker)), 2);
        other.write(DebugPort::PostCode, 1); // nobody listens
        QVERIFY(refusesTruncations(bytes, other));
        chip.reset();
        QCOMPARE(int(chip.read(DebugPort::PostCode)), 0);
    }
};

QTEST_APPLESS_MAIN(TestSystemPorts)
#include "tst_system_ports.moc"
