// SPDX-License-Identifier: GPL-3.0-or-later
// The UART against the PC16550D data sheet, and as the drivers of Linux and SeaBIOS probe it.
#include "emulator/devices/ns16550.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

enum Register : uint16_t { rbr, ier, iir, lcr, mcr, lsr, msr, scr };
constexpr uint16_t thr = 0, fcr = 2;

struct Bench {
    VirtualClock clock;
    bool irq = false;
    int edges = 0;
    std::string sent;
    Ns16550 chip{clock, "COM1", IrqLine([this](bool level) { irq = level, edges += level; }),
                 [this](uint8_t byte) { sent += static_cast<char>(byte); }};

    int get(uint16_t reg) { return chip.read(reg); }
    void put(uint16_t reg, int value) { chip.write(reg, static_cast<uint8_t>(value)); }
    void eightBits() { put(lcr, 0x03); }
    void receive(std::string_view text) {
        for (char c : text)
            chip.receive(static_cast<uint8_t>(c));
    }
    std::string readAll() {
        std::string text;
        while ((get(lsr) & 1) != 0)
            text += static_cast<char>(get(rbr));
        return text;
    }
    void goTo(uint64_t ns) {
        clock.warpTo(VirtualNs{ns});
        clock.timers().fireDue(clock.now());
    }
};

} // namespace

class TestNs16550 : public QObject {
    Q_OBJECT
  private slots:
    void registersAfterReset_data() {
        QTest::addColumn<int>("reg");
        QTest::addColumn<int>("value");
        QTest::newRow("IER") << int(ier) << 0x00;
        QTest::newRow("IIR") << int(iir) << 0x01;
        QTest::newRow("LCR") << int(lcr) << 0x00;
        QTest::newRow("MCR") << int(mcr) << 0x00;
        QTest::newRow("LSR") << int(lsr) << 0x60;
        QTest::newRow("MSR") << int(msr) << 0xB0; // cable plugged in: CTS, DSR, DCD
    }
    void registersAfterReset() {
        QFETCH(int, reg);
        Bench b;
        QTEST(b.get(static_cast<uint16_t>(reg)), "value");
        for (uint16_t i = 1; i < 8; ++i)
            b.put(i, 0xFF);
        b.chip.reset();
        QTEST(b.get(static_cast<uint16_t>(reg)), "value");
    }

    void registersKeepTheirBits() {
        Bench b;
        b.put(ier, 0xFF);
        QCOMPARE(b.get(ier), 0x0F);
        b.put(mcr, 0xFF);
        QCOMPARE(b.get(mcr), 0x1F);
        b.put(scr, 0xA5);
        QCOMPARE(b.get(scr), 0xA5);
        b.put(lsr, 0);
        QCOMPARE(b.get(lsr), 0x60);
    }

    void theDivisorIsBehindDlab() {
        Bench b;
        b.put(lcr, 0x83);
        b.put(0, 0x34);
        b.put(1, 0x12);
        QCOMPARE(b.get(0), 0x34);
        QCOMPARE(b.get(1), 0x12);
        QCOMPARE(b.get(lcr), 0x83);
        b.put(lcr, 0x03);
        QCOMPARE(b.get(ier), 0x00);
        QVERIFY(b.sent.empty());
    }

    void fifosShowInIir() {
        Bench b;
        b.put(fcr, 0x01);
        QCOMPARE(b.get(iir), 0xC1); // how drivers know a 16550A
        b.put(fcr, 0x00);
        QCOMPARE(b.get(iir), 0x01);
        b.put(fcr, 0xC0); // without bit 0 nothing else is taken
        QCOMPARE(b.get(iir), 0x01);
    }

    void bytesAreSentAtOnce() {
        Bench b;
        b.eightBits();
        b.put(thr, 'h');
        b.put(thr, 'i');
        QCOMPARE(b.sent, std::string("hi"));
        QCOMPARE(b.get(lsr), 0x60);
        b.put(lcr, 0x00); // five bits
        b.put(thr, 0xFF);
        QCOMPARE(b.sent.back(), '\x1F');
    }

    void theEmptyTransmitterInterrupts() {
        Bench b;
        b.eightBits();
        b.put(thr, 'x');
        QVERIFY(!b.irq); // not enabled
        b.put(ier, 0x02);
        QVERIFY(b.irq);
        QCOMPARE(b.get(iir), 0x02);
        QVERIFY(!b.irq); // reading IIR answers it
        QCOMPARE(b.get(iir), 0x01);
        b.put(thr, 'y');
        QVERIFY(b.irq);
        b.put(thr, 'z'); // falls and rises: an edge for each byte
        QCOMPARE(b.edges, 3);
        b.put(ier, 0x00);
        QVERIFY(!b.irq);
        b.put(ier, 0x02); // enabling it while empty raises it
        QVERIFY(b.irq);
    }

    void withoutFifosACharacterOverruns() {
        Bench b;
        b.eightBits();
        QCOMPARE(b.chip.room(), size_t{1});
        b.receive("a");
        QCOMPARE(b.chip.room(), size_t{0});
        QCOMPARE(b.get(lsr), 0x61);
        b.receive("b"); // the new one replaces the old
        QCOMPARE(b.get(lsr), 0x63);
        QCOMPARE(b.get(lsr), 0x61); // reading clears the error
        QCOMPARE(b.get(rbr), int('b'));
        QCOMPARE(b.get(lsr), 0x60);
        QCOMPARE(b.get(rbr), int('b')); // RBR goes on showing it
    }

    void aFullFifoKeepsWhatItHas() {
        Bench b;
        b.eightBits();
        b.put(fcr, 0x01);
        b.receive("0123456789abcdefX");
        QCOMPARE(b.chip.room(), size_t{0});
        QCOMPARE(b.get(lsr) & 0x02, 0x02);
        QCOMPARE(b.readAll(), std::string("0123456789abcdef"));
        b.receive("again");
        b.put(fcr, 0x03); // receiver reset
        QCOMPARE(b.readAll(), std::string());
    }

    void receptionInterruptsAtTheTriggerLevel_data() {
        QTest::addColumn<int>("control");
        QTest::addColumn<int>("level");
        QTest::newRow("no FIFO") << 0x00 << 1;
        QTest::newRow("1") << 0x01 << 1;
        QTest::newRow("4") << 0x41 << 4;
        QTest::newRow("8") << 0x81 << 8;
        QTest::newRow("14") << 0xC1 << 14;
    }
    void receptionInterruptsAtTheTriggerLevel() {
        QFETCH(int, control);
        QFETCH(int, level);
        Bench b;
        b.eightBits();
        b.put(ier, 0x01);
        b.put(fcr, control);
        b.receive(std::string(static_cast<size_t>(level - 1), 'x'));
        QVERIFY(!b.irq);
        b.receive("x");
        QVERIFY(b.irq);
        QCOMPARE(b.get(iir) & 0x0F, 0x04);
        QVERIFY(b.irq); // only reading the data answers it
        b.get(rbr);
        QVERIFY(!b.irq);
    }

    void charactersLeftInTheFifoTimeOut() {
        Bench b;
        b.put(lcr, 0x83);
        b.put(0, 1); // 115,200 baud
        b.put(1, 0);
        b.eightBits();
        b.put(ier, 0x01);
        b.put(fcr, 0x81);
        b.receive("ab");
        // Four characters of ten bits.
        constexpr uint64_t timeout = mulDivUp(40, nsPerSecond, 115'200);
        QCOMPARE(b.clock.timers().next().value, timeout);
        b.goTo(timeout - 1);
        QVERIFY(!b.irq);
        b.goTo(timeout);
        QVERIFY(b.irq);
        QCOMPARE(b.get(iir), 0xCC);
        b.get(rbr); // any read answers it and starts the time afresh
        QVERIFY(!b.irq);
        QCOMPARE(b.clock.timers().next().value, 2 * timeout);
        b.get(rbr);
        QVERIFY(b.clock.timers().next() == VirtualNs::never());
    }

    void aTimeoutNobodyCanSeeArmsNoTimer() {
        Bench b;
        b.eightBits();
        b.put(fcr, 0x81);
        b.receive("a");
        QVERIFY(b.clock.timers().next() == VirtualNs::never());
        b.put(ier, 0x01);
        QVERIFY(b.clock.timers().next() != VirtualNs::never());
        b.put(fcr, 0x01); // trigger level 1: the interrupt is there already
        QVERIFY(b.irq);
        QVERIFY(b.clock.timers().next() == VirtualNs::never());
    }

    void breaksAreLineErrors() {
        Bench b;
        b.eightBits();
        b.put(fcr, 0x01);
        b.put(ier, 0x04);
        b.receive("a");
        b.chip.receiveBreak();
        QVERIFY(!b.irq); // not at the top of the FIFO yet
        QCOMPARE(b.get(lsr), 0xE1);
        b.get(rbr);
        QVERIFY(b.irq);
        QCOMPARE(b.get(iir) & 0x0F, 0x06);
        QCOMPARE(b.get(lsr), 0xF1);
        QVERIFY(!b.irq);
        QCOMPARE(b.get(lsr), 0x61);
        QCOMPARE(b.get(rbr), 0x00);
    }

    void interruptsHavePriorities() {
        Bench b;
        b.eightBits();
        b.put(ier, 0x0F);
        b.chip.setModemLines({.cts = false});
        QCOMPARE(b.get(iir) & 0x0F, 0x02); // enabling found THR empty
        QCOMPARE(b.get(iir) & 0x0F, 0x00);
        b.receive("a");
        QCOMPARE(b.get(iir) & 0x0F, 0x04);
        b.receive("b");
        QCOMPARE(b.get(iir) & 0x0F, 0x06);
        b.get(lsr);
        b.get(rbr);
        QCOMPARE(b.get(iir) & 0x0F, 0x00);
        QCOMPARE(b.get(msr), 0xA1);
        QCOMPARE(b.get(iir) & 0x0F, 0x01);
        QVERIFY(!b.irq);
    }

    void modemLinesTellTheirChanges() {
        Bench b;
        b.chip.setModemLines({.cts = false, .dsr = true, .ri = true, .dcd = false});
        QCOMPARE(b.get(msr), 0x69); // DSR, RI; changed: DCD, CTS; a rising RI is none
        b.chip.setModemLines({.cts = false, .dsr = true, .ri = false, .dcd = false});
        QCOMPARE(b.get(msr), 0x24); // TERI
        QCOMPARE(b.get(msr), 0x20);
    }

    void loopbackJoinsItsEnds() {
        Bench b;
        b.eightBits();
        b.put(mcr, 0x1A); // as Linux probes: RTS and OUT2 come back as CTS and DCD
        QCOMPARE(b.get(msr) & 0xF0, 0x90);
        b.put(mcr, 0x15);
        QCOMPARE(b.get(msr) & 0xF0, 0x60);
        QVERIFY(!b.chip.dtr());
        b.put(thr, 'L');
        QVERIFY(b.sent.empty());
        QCOMPARE(b.get(rbr), int('L'));
        QCOMPARE(b.chip.room(), size_t{0}); // the cable is cut off
        b.put(lcr, 0x43);
        QCOMPARE(b.get(lsr) & 0x10, 0x10);
        b.put(mcr, 0x03);
        QVERIFY(b.chip.dtr() && b.chip.rts());
        QVERIFY(b.chip.sendingBreak());
    }

    void anyRegisterValuesAreSurvived() {
        Bench b;
        for (int reg = 0; reg < 8; ++reg)
            for (int value = 0; value < 256; ++value) {
                b.put(static_cast<uint16_t>(reg), value);
                b.chip.receive(static_cast<uint8_t>(value));
                for (uint16_t other = 0; other < 8; ++other)
                    b.get(other);
            }
    }

    void savedStateContinues() {
        Bench b;
        b.eightBits();
        b.put(ier, 0x05);
        b.put(fcr, 0x41);
        b.receive("xyz");
        b.get(rbr);
        b.chip.receiveBreak();
        std::vector<uint8_t> bytes = savedState(b.clock, b.chip);
        Bench other;
        QCOMPARE(restoreState(bytes, other.clock, other.chip), std::string());
        QCOMPARE(savedState(other.clock, other.chip), bytes);
        QCOMPARE(other.edges, 0);
        QVERIFY(other.clock.timers().next() == b.clock.timers().next());
        other.goTo(b.clock.timers().next().value);
        QVERIFY(other.irq);
        QCOMPARE(other.readAll(), (std::string{'y', 'z', '\0'}));
        bytes = savedState(b.chip);
        QVERIFY(refusesTruncations(bytes, other.chip));
        survivesDamage(bytes, other.chip);
    }
};

QTEST_APPLESS_MAIN(TestNs16550)
#include "tst_ns16550.moc"
