// SPDX-License-Identifier: GPL-3.0-or-later
// The NE2000 card after the DP8390D's data sheet, driven as its drivers do.
#include "emulator/devices/dp8390.h"
#include "tests/devices/saved_state.h"

#include <QTest>

#include <numeric>

using namespace bootglass;

namespace {

using Bytes = std::vector<uint8_t>;

enum : uint16_t { cr = 0, data = 0x10, resetPort = 0x1F };
// Page 0
enum : uint16_t {
    pstart = 1,
    pstop = 2,
    bnry = 3,
    tpsr = 4,
    tbcr0 = 5,
    tbcr1 = 6,
    isr = 7,
    rsar0 = 8,
    rsar1 = 9,
    rbcr0 = 10,
    rbcr1 = 11,
    rcr = 12,
    tcr = 13,
    dcr = 14,
    imr = 15,
};
constexpr uint8_t firstPage = 0x46, lastPage = 0x4A; // a ring of four pages
constexpr Dp8390::StationAddress station{0x52, 0x54, 0x00, 0x12, 0x34, 0x56};

struct Bench {
    VirtualClock clock;
    uint32_t base = 0;
    bool irq = false;
    std::vector<Bytes> sent;
    Dp8390 chip{clock, station, [this](uint32_t at) { base = at; }, [this](uint32_t) { base = 0; }};

    Bench() {
        chip.pci().connectInterrupt(IrqLine([this](bool level) { irq = level; }));
        chip.setSent([this](const Bytes &frame) { sent.push_back(frame); });
    }
    void out(uint16_t port, unsigned value, unsigned size = 1) { chip.write(port, value, size); }
    uint8_t in(uint16_t port) { return static_cast<uint8_t>(chip.read(port, 1)); }

    /// As every driver begins: stopped, words, the ring, the station's address, started.
    void start(uint8_t receive = 0x04, uint8_t transmit = 0x00) {
        out(cr, 0x21);
        out(dcr, 0x49);
        out(rbcr0, 0);
        out(rbcr1, 0);
        out(rcr, receive);
        out(tcr, transmit);
        out(pstart, firstPage);
        out(pstop, lastPage);
        out(bnry, firstPage);
        out(isr, 0xFF);
        out(imr, 0x1F);
        out(cr, 0x61);
        for (uint16_t i = 0; i < 6; ++i)
            out(static_cast<uint16_t>(1 + i), station[i]);
        for (uint16_t i = 0; i < 8; ++i)
            out(static_cast<uint16_t>(8 + i), 0xFF);
        out(7, firstPage);
        out(cr, 0x22);
    }
    void remote(uint16_t address, size_t count, uint8_t command) {
        out(rsar0, address & 0xFF);
        out(rsar1, address >> 8);
        out(rbcr0, static_cast<unsigned>(count & 0xFF));
        out(rbcr1, static_cast<unsigned>(count >> 8));
        out(cr, command);
    }
    void put(uint16_t address, const Bytes &bytes) {
        remote(address, bytes.size(), 0x12);
        for (size_t i = 0; i < bytes.size(); i += 2)
            out(data, bytes[i] | bytes[i + 1] << 8, 2);
    }
    Bytes get(uint16_t address, size_t count) {
        remote(address, count, 0x0A);
        Bytes bytes;
        for (size_t i = 0; i < count; i += 2) {
            uint32_t word = chip.read(data, 2);
            bytes.push_back(static_cast<uint8_t>(word));
            bytes.push_back(static_cast<uint8_t>(word >> 8));
        }
        return bytes;
    }
    void pass(uint64_t ns) {
        VirtualNs end = clock.now() + ns;
        while (clock.timers().next() <= end) {
            clock.warpTo(clock.timers().next());
            clock.timers().fireDue(clock.now());
        }
        clock.warpTo(end);
    }
    void send(const Bytes &frame) {
        put(0x4000, frame);
        out(isr, 0x40);
        out(tpsr, 0x40);
        out(tbcr0, static_cast<unsigned>(frame.size() & 0xFF));
        out(tbcr1, static_cast<unsigned>(frame.size() >> 8));
        out(cr, 0x26);
    }
    uint8_t current() {
        out(cr, 0x62);
        uint8_t page = in(7);
        out(cr, 0x22);
        return page;
    }
};

Bytes frameTo(Dp8390::StationAddress to, size_t size) {
    Bytes frame(size);
    std::iota(frame.begin(), frame.end(), uint8_t{0});
    std::copy(to.begin(), to.end(), frame.begin());
    return frame;
}

constexpr Dp8390::StationAddress everybody{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
constexpr Dp8390::StationAddress somebody{0x52, 0x54, 0x00, 0x00, 0x00, 0x01};
constexpr Dp8390::StationAddress group{0x01, 0x00, 0x5E, 0x00, 0x00, 0x01};

} // namespace

class TestDp8390 : public QObject {
    Q_OBJECT
  private slots:
    void isFoundOnPci() {
        Bench b;
        PciDevice &pci = b.chip.pci();
        QCOMPARE(pci.readConfig(0, 4), 0x802910ECU);
        QCOMPARE(pci.readConfig(8, 4) >> 8, 0x020000U);
        pci.writeConfig(0x10, 0xFFFFFFFF, 4);
        QCOMPARE(pci.readConfig(0x10, 4), 0xFFFFFF01U);
        pci.writeConfig(0x10, 0xC100, 4);
        pci.writeConfig(4, 1, 2);
        QCOMPARE(b.base, 0xC100U);
    }

    void resetStops() {
        Bench b;
        b.start();
        QCOMPARE(int(b.in(cr)), 0x22);
        b.in(resetPort);
        QCOMPARE(int(b.in(cr)), 0x21);
        QVERIFY((b.in(isr)&0x80) != 0);
        b.out(isr, 0xFF); // does not clear RST: starting does
        QVERIFY((b.in(isr)&0x80) != 0);
        b.out(cr, 0x22);
        QVERIFY((b.in(isr)&0x80) == 0);
    }

    void pagesShowWhatWasWritten() {
        Bench b;
        b.start(0x1C, 0x00);
        b.out(cr, 0xA2); // page 2
        QCOMPARE(int(b.in(1)), int(firstPage));
        QCOMPARE(int(b.in(2)), int(lastPage));
        QCOMPARE(int(b.in(12)), 0xDC);
        QCOMPARE(int(b.in(14)), 0xC9);
        QCOMPARE(int(b.in(15)), 0x9F);
        b.out(cr, 0x62);
        for (uint16_t i = 0; i < 6; ++i)
            QCOMPARE(int(b.in(static_cast<uint16_t>(1 + i))), int(station[i]));
        b.out(cr, 0x22);
        QCOMPARE(int(b.in(10)), int('P')); // by which the RTL8029AS is told from its clones
        QCOMPARE(int(b.in(11)), int('C'));
    }

    void addressRomHasEachByteTwice() {
        Bench b;
        b.start();
        Bytes rom = b.get(0, 32);
        for (size_t i = 0; i < 6; ++i) {
            QCOMPARE(int(rom[2 * i]), int(station[i]));
            QCOMPARE(int(rom[2 * i + 1]), int(station[i]));
        }
        QCOMPARE(int(rom[28]), 0x57); // a card for 16 bits
        QCOMPARE(int(rom[30]), 0x57);
        QVERIFY((b.in(isr)&0x40) != 0);
    }

    void memoryIsReachedByAnyWidth_data() {
        QTest::addColumn<int>("mode"); // of the data configuration
        QTest::addColumn<unsigned>("size");
        QTest::newRow("bytes") << 0x48 << 1U;
        QTest::newRow("words as bytes") << 0x48 << 2U;
        QTest::newRow("words") << 0x49 << 2U;
        QTest::newRow("dwords") << 0x49 << 4U;
    }
    void memoryIsReachedByAnyWidth() {
        QFETCH(int, mode);
        QFETCH(unsigned, size);
        Bench b;
        b.start();
        b.out(dcr, unsigned(mode));
        b.remote(0x5000, 8, 0x12);
        for (unsigned i = 0; i < 8; i += size)
            b.out(data, (0x04030201 + 0x04040404 * (i / 4)) >> 8 * (i % 4), size);
        QVERIFY((b.in(isr)&0x40) != 0);
        b.out(isr, 0x40);
        b.remote(0x5000, 8, 0x0A);
        uint64_t value = 0;
        for (unsigned i = 0; i < 8; i += size)
            value |= uint64_t{b.chip.read(data, size) & (size == 4 ? ~0U : (1U << 8 * size) - 1)}
                     << 8 * i;
        QCOMPARE(value, 0x0807060504030201ULL);
        QVERIFY((b.in(isr)&0x40) != 0);
        QCOMPARE(b.chip.read(data, size) & 0xFF, 0U); // the count is over
    }

    void remoteReadGoesRoundInTheRing() {
        Bench b;
        b.start();
        b.put((lastPage << 8) - 2, {1, 2});
        b.put(firstPage << 8, {3, 4});
        QCOMPARE(b.get((lastPage << 8) - 2, 4), (Bytes{1, 2, 3, 4}));
    }
    void nothingIsOutsideTheMemory() {
        Bench b;
        b.start();
        b.put(0x3FFE, {1, 2, 3, 4});
        QCOMPARE(b.get(0x3FFE, 4), (Bytes{0xFF, 0xFF, 3, 4}));
        b.put(0xFFFE, {1, 2, 3, 4}); // wraps onto the ROM
        QCOMPARE(int(b.get(0, 2)[0]), 0x52);
    }

    void sendingTakesTheWiresTime_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<quint64>("ns");
        // Preamble 8, checksum 4, gap 12 bytes; 800 ns a byte; 60 bytes at least.
        QTest::newRow("shortest") << 42 << quint64{84 * 800};
        QTest::newRow("60") << 60 << quint64{84 * 800};
        QTest::newRow("longest") << 1514 << quint64{1538 * 800};
    }
    void sendingTakesTheWiresTime() {
        QFETCH(int, size);
        QFETCH(quint64, ns);
        Bench b;
        b.start();
        Bytes frame = frameTo(everybody, size_t(size));
        b.send(frame);
        QCOMPARE(int(b.in(cr)) & 4, 4);
        b.pass(ns - 1);
        QVERIFY(!b.irq);
        b.pass(1);
        QVERIFY(b.irq);
        QCOMPARE(int(b.in(cr)) & 4, 0);
        QCOMPARE(int(b.in(4)), 0x01);
        QCOMPARE(int(b.in(isr)), 0x02);
        b.out(isr, 0x02);
        QVERIFY(!b.irq);
        QCOMPARE(b.sent, std::vector<Bytes>{frame});
        QCOMPARE(int(b.current()), int(firstPage)); // nobody answers
    }

    void stoppingEndsATransmission() {
        Bench b;
        b.start();
        b.send(frameTo(everybody, 100));
        b.out(cr, 0x21);
        b.pass(10'000'000);
        QVERIFY(b.sent.empty());
        QVERIFY(!b.irq);
    }

    void loopbackFillsTheRing() {
        Bench b;
        b.start(0x04, 0x02);
        Bytes frame = frameTo(station, 300);
        b.send(frame);
        b.pass(1'000'000);
        QVERIFY(b.sent.empty());
        QCOMPARE(int(b.in(isr)), 0x03);
        QCOMPARE(int(b.current()), firstPage + 2);
        Bytes header = b.get(firstPage << 8, 4);
        QCOMPARE(header, (Bytes{0x01, firstPage + 2, 304 & 0xFF, 304 >> 8}));
        QCOMPARE(b.get((firstPage << 8) + 4, 300), frame);
        // Read by "send packet", which takes the length from the ring.
        b.out(isr, 0xFF);
        b.out(cr, 0x1A);
        for (int i = 0; i < 304; i += 2)
            b.chip.read(data, 2);
        QVERIFY((b.in(isr)&0x40) != 0);
        // The second does not fit beside the first until that is read.
        b.send(frame);
        b.pass(1'000'000);
        QCOMPARE(int(b.in(isr)&0x11), 0x10);
        b.out(bnry, firstPage + 1);
        b.out(isr, 0xFF);
        b.send(frameTo(station, 200));
        b.pass(1'000'000);
        QCOMPARE(int(b.in(isr)&0x11), 0x01);
        QCOMPARE(int(b.current()), firstPage + 3);
    }

    void filterChooses_data() {
        QTest::addColumn<int>("receive");
        QTest::addColumn<Bytes>("to");
        QTest::addColumn<int>("size");
        QTest::addColumn<bool>("taken");
        auto row = [](const char *name, int receive, Dp8390::StationAddress to, int size,
                      bool taken) {
            QTest::newRow(name) << receive << Bytes(to.begin(), to.end()) << size << taken;
        };
        row("its own", 0x00, station, 64, true);
        row("another's", 0x00, somebody, 64, false);
        row("another's, promiscuous", 0x10, somebody, 64, true);
        row("broadcast", 0x04, everybody, 64, true);
        row("broadcast refused", 0x00, everybody, 64, false);
        row("multicast", 0x08, group, 64, true);
        row("multicast refused", 0x00, group, 64, false);
        row("a runt", 0x00, station, 40, false);
        row("a runt wanted", 0x02, station, 40, true);
        row("monitored only", 0x20, station, 64, false);
    }
    void filterChooses() {
        QFETCH(int, receive);
        QFETCH(Bytes, to);
        QFETCH(int, size);
        QFETCH(bool, taken);
        Bench b;
        b.start(static_cast<uint8_t>(receive), 0x02);
        Dp8390::StationAddress address{};
        std::copy(to.begin(), to.end(), address.begin());
        b.send(frameTo(address, size_t(size)));
        b.pass(1'000'000);
        QCOMPARE(b.current() != firstPage, taken);
        if (receive == 0x20) QCOMPARE(int(b.in(15)), 1); // missed, and counted
        QCOMPARE(int(b.in(15)), 0);
    }
    void multicastFilterIsByHash() {
        // 01:00:5E:00:00:01 has hash 31 (CRC-32 of the frame check, its upper six bits), as
        // Linux's ether_crc() >> 26 gives it.
        for (unsigned bit = 0; bit < 64; ++bit) {
            Bench b;
            b.start(0x08, 0x02);
            b.out(cr, 0x62);
            for (uint16_t i = 0; i < 8; ++i)
                b.out(static_cast<uint16_t>(8 + i), i == bit / 8 ? 1U << bit % 8 : 0);
            b.out(cr, 0x22);
            b.send(frameTo(group, 64));
            b.pass(1'000'000);
            QCOMPARE(b.current() != firstPage, bit == 31);
        }
    }

    void stateRoundTrips() {
        Bench b;
        b.start(0x04, 0x02);
        b.send(frameTo(station, 300));
        Bytes saved = savedState(b.clock, b.chip);
        Bench other;
        QCOMPARE(restoreState(saved, other.clock, other.chip), std::string());
        QCOMPARE(savedState(other.clock, other.chip), saved);
        b.pass(1'000'000);
        other.pass(1'000'000);
        QCOMPARE(savedState(other.clock, other.chip), savedState(b.clock, b.chip));
        QVERIFY(refusesTruncations(saved, other.chip, 997));
    }
    void storms() {
        Bench b;
        uint32_t seed = 7;
        for (int i = 0; i < 300'000; ++i) {
            seed = seed * 1664525 + 1013904223;
            auto port = static_cast<uint16_t>(seed >> 27);
            unsigned size = 1U << (seed >> 25 & 3) % 3;
            if ((seed >> 24 & 1) != 0)
                b.chip.read(port, size);
            else
                b.chip.write(port, seed * 2654435761U, size);
            if (i % 16 == 0) b.pass(100'000);
        }
        b.in(resetPort);
        b.start();
        QCOMPARE(b.get(0, 2), (Bytes{0x52, 0x52}));
    }
};

QTEST_APPLESS_MAIN(TestDp8390)
#include "tst_dp8390.moc"
