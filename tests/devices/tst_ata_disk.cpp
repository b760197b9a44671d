// SPDX-License-Identifier: GPL-3.0-or-later
// Disks on an IDE cable after ATA/ATAPI-6 (T13/1410D), and the bus master after its
// specification 1.0.
#include "tests/devices/ide_bench.h"

#include <QTest>

using namespace bootglass;

namespace {

using Bytes = IdeBench::Bytes;
using Values = IdeBench::Values;

constexpr uint64_t sectors = 20 * 16 * 63;
constexpr int ready = ata::ready | ata::seekComplete;
constexpr int asking = ready | ata::dataRequest;
constexpr int wrong = ready | ata::error;

struct Bench : IdeBench {
    explicit Bench(const std::string &path, bool slave = false) {
        ide.channel(0).attach(
            slave ? 1 : 0, std::make_unique<AtaDisk>(DiskImage::open(path, 512).image, "SN0001"));
    }
    Values address() {
        return {in(ata::Count), in(ata::LbaLow), in(ata::LbaMid), in(ata::LbaHigh),
                in(ata::Device)&0x4F};
    }
};

} // namespace

class TestAtaDisk : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::string disk_;

  private slots:
    void initTestCase() { disk_ = IdeBench::image(folder_, "disk.img", sectors, 512); }

    // --- what is on the cable

    void signatureAfterPowerOnAndReset() {
        Bench b(disk_);
        QCOMPARE(b.address(), (Values{1, 1, 0, 0, 0}));
        QCOMPARE(b.in(ata::Error), 0x01); // diagnostic code
        QCOMPARE(b.in(ata::Status), ready);
        b.out(ata::LbaMid, 0x55);
        b.channel().writeControl(0x04);
        QVERIFY((b.alternate() & ata::busy) != 0);
        b.channel().writeControl(0x00);
        QVERIFY((b.alternate() & ata::busy) != 0);
        b.pass(ata::resetNs);
        QCOMPARE(b.alternate(), ready);
        QCOMPARE(b.address(), (Values{1, 1, 0, 0, 0}));
        QCOMPARE(b.interrupts[0], 0);
    }
    void nobodyIsTheOtherDrive() {
        Bench b(disk_);
        b.out(ata::Device, 0xB0);
        QCOMPARE(b.in(ata::Status), 0);
        b.out(ata::Status, 0xEC);
        QVERIFY(!b.wait());
        QCOMPARE(b.in(ata::Status), 0);
        b.out(ata::Device, 0xA0);
        QCOMPARE(b.in(ata::Status), ready);
        b.number = 1; // a cable without drives
        QCOMPARE(b.in(ata::Status), 0);
    }
    void slaveAloneAnswersForItself() {
        Bench b(disk_, true);
        QCOMPARE(b.in(ata::Status), 0);
        b.command(0xEC, 0, 0, 1);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Status), asking);
    }
    void diagnosticRunsOnBothDrives() {
        Bench b(disk_);
        b.out(ata::Status, 0x90);
        QVERIFY((b.alternate() & ata::busy) != 0);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Error), 0x01);
        QCOMPARE(b.address(), (Values{1, 1, 0, 0, 0}));
    }
    void registersBelongToTheDriveWhileItIsBusy() {
        Bench b(disk_);
        b.command(0xEC);
        b.out(ata::LbaLow, 0x77);
        b.wait();
        QVERIFY(b.in(ata::LbaLow) != 0x77);
    }
    void readingTheStatusAcknowledges() {
        Bench b(disk_);
        b.command(0xE7);
        QVERIFY(b.wait());
        b.alternate();
        QVERIFY(b.interrupted());
        b.in(ata::Status);
        QVERIFY(!b.interrupted());
    }
    void interruptsCanBeSwitchedOff() {
        Bench b(disk_);
        b.channel().writeControl(0x02);
        b.command(0xE7);
        QVERIFY(!b.wait());
        QCOMPARE(b.alternate(), ready);
        b.channel().writeControl(0x00); // it was pending all the time
        QVERIFY(b.interrupted());
    }

    // --- commands without data

    void plainCommands_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("features");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("error");
        auto row = [](const char *name, int code, int features, int count, int status, int error) {
            QTest::newRow(name) << code << features << count << status << error;
        };
        row("NOP aborts", 0x00, 0, 0, wrong, 0x04);
        row("an unknown command aborts", 0xFF, 0, 0, wrong, 0x04);
        row("PACKET is not a disk's", 0xA0, 0, 0, wrong, 0x04);
        row("IDENTIFY PACKET DEVICE neither", 0xA1, 0, 0, wrong, 0x04);
        row("RECALIBRATE", 0x10, 0, 0, ready, 0);
        row("SEEK", 0x70, 0, 0, ready, 0);
        row("FLUSH CACHE", 0xE7, 0, 0, ready, 0);
        row("FLUSH CACHE EXT", 0xEA, 0, 0, ready, 0);
        row("STANDBY IMMEDIATE", 0xE0, 0, 0, ready, 0);
        row("IDLE", 0xE3, 0, 0, ready, 0);
        row("READ VERIFY", 0x40, 0, 1, ready, 0);
        row("SET MULTIPLE MODE 16", 0xC6, 0, 16, ready, 0);
        row("SET MULTIPLE MODE 3", 0xC6, 0, 3, wrong, 0x04);
        row("SET MULTIPLE MODE 32", 0xC6, 0, 32, wrong, 0x04);
        row("SET FEATURES: PIO 4", 0xEF, 0x03, 0x0C, ready, 0);
        row("SET FEATURES: PIO 5", 0xEF, 0x03, 0x0D, wrong, 0x04);
        row("SET FEATURES: multiword 2", 0xEF, 0x03, 0x22, ready, 0);
        row("SET FEATURES: multiword 3", 0xEF, 0x03, 0x23, wrong, 0x04);
        row("SET FEATURES: Ultra 5", 0xEF, 0x03, 0x45, ready, 0);
        row("SET FEATURES: Ultra 6", 0xEF, 0x03, 0x46, wrong, 0x04);
        row("SET FEATURES: write cache", 0xEF, 0x02, 0, ready, 0);
        row("SET FEATURES: unknown", 0xEF, 0x99, 0, wrong, 0x04);
        row("INITIALIZE DEVICE PARAMETERS", 0x91, 0, 63, ready, 0);
        row("INITIALIZE without sectors", 0x91, 0, 0, wrong, 0x04);
    }
    void plainCommands() {
        QFETCH(int, code);
        QFETCH(int, features);
        QFETCH(int, count);
        QFETCH(int, status);
        QFETCH(int, error);
        Bench b(disk_);
        b.out(ata::Error, features);
        b.command(code, 0, count);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Status), status);
        QCOMPARE(b.in(ata::Error), error);
        QVERIFY(!b.interrupted());
    }
    void powerModeIsActive() {
        Bench b(disk_);
        b.command(0xE5);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Count), 0xFF);
    }
    void nativeMaximumIsTheLastSector() {
        Bench b(disk_);
        b.command(0xF8);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::LbaLow) | b.in(ata::LbaMid) << 8 | b.in(ata::LbaHigh) << 16,
                 int(sectors - 1));
    }

    void identifyTellsWhatItIs() {
        Bench b(disk_);
        b.command(0xEC);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Status), asking);
        Bytes data = b.readData(512);
        auto word = [&](size_t i) { return data[2 * i] | data[2 * i + 1] << 8; };
        QCOMPARE(word(0) & 0x8000, 0);
        QCOMPARE((Values{word(1), word(3), word(6)}), (Values{20, 16, 63}));
        QCOMPARE(word(60) | word(61) << 16, int(sectors));
        QCOMPARE(word(100) | word(101) << 16, int(sectors));
        QCOMPARE(word(49) & 0x300, 0x300); // LBA, DMA
        QCOMPARE(word(83) & 0x400, 0x400); // 48-bit addresses
        QCOMPARE(word(255), 0);
        std::string serial;
        for (size_t i = 10; i < 20; ++i) {
            serial += static_cast<char>(word(i) >> 8);
            serial += static_cast<char>(word(i));
        }
        QCOMPARE(serial, std::string("SN0001              "));
        QCOMPARE(b.in(ata::Status), ready);
    }
    void identifyShowsTheModesThatAreSet() {
        Bench b(disk_);
        auto words = [&] {
            b.command(0xEC);
            b.wait();
            b.in(ata::Status);
            return b.readData(512);
        };
        QCOMPARE(int(words()[2 * 63 + 1]), 0x04); // multiword 2
        b.out(ata::Error, 0x03);
        b.command(0xEF, 0, 0x42);
        b.wait();
        b.in(ata::Status);
        Bytes data = words();
        QCOMPARE(int(data[2 * 63 + 1]), 0x00);
        QCOMPARE(int(data[2 * 88 + 1]), 0x04); // Ultra 2
    }

    // --- PIO

    void pioReads_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("blocks"); // interrupts
        QTest::addColumn<unsigned>("size");
        QTest::newRow("a sector") << 0x20 << 1 << 1 << 2U;
        QTest::newRow("five sectors, by dwords") << 0x20 << 5 << 5 << 4U;
        QTest::newRow("five sectors at once") << 0xC4 << 5 << 1 << 2U;
        QTest::newRow("forty sectors by sixteen") << 0xC4 << 40 << 3 << 4U;
        QTest::newRow("256 sectors") << 0xC4 << 256 << 16 << 4U;
    }
    void pioReads() {
        QFETCH(int, code);
        QFETCH(int, count);
        QFETCH(int, blocks);
        QFETCH(unsigned, size);
        Bench b(disk_);
        b.command(code, 1000, count & 0xFF);
        Bytes data;
        while (int(data.size()) < count * 512) {
            QVERIFY(b.wait());
            QCOMPARE(b.in(ata::Status), asking);
            size_t block =
                code == 0x20 ? 512 : std::min<size_t>(16 * 512, count * 512 - data.size());
            Bytes part = b.readData(block, size);
            data.insert(data.end(), part.begin(), part.end());
        }
        QCOMPARE(b.in(ata::Status), ready);
        QCOMPARE(b.interrupts[0], blocks);
        for (int i = 0; i < count; ++i)
            QCOMPARE(IdeBench::numberIn(data, size_t(i) * 512), unsigned(1000 + i));
        // The registers name the last sector.
        int last = 1000 + count - 1;
        QCOMPARE(b.address(), (Values{0, last & 0xFF, last >> 8 & 0xFF, 0, 0x40}));
    }
    void readTakesItsFixedTime() {
        Bench b(disk_);
        VirtualNs start = b.clock.now();
        b.command(0x20, 0, 1);
        b.wait();
        QCOMPARE(b.clock.now() - start, AtaDisk::accessNs + 512 * AtaDisk::nsPerByte);
    }
    void cylindersHeadsAndSectors_data() {
        QTest::addColumn<Values>("chs");
        QTest::addColumn<int>("lba"); // -1: refused
        QTest::newRow("first") << Values{0, 0, 1} << 0;
        QTest::newRow("second head") << Values{0, 1, 1} << 63;
        QTest::newRow("second cylinder") << Values{1, 0, 1} << 16 * 63;
        QTest::newRow("last") << Values{19, 15, 63} << int(sectors - 1);
        QTest::newRow("sector 0") << Values{0, 0, 0} << -1;
        QTest::newRow("sector 64") << Values{0, 0, 64} << -1;
        QTest::newRow("cylinder 20") << Values{20, 0, 1} << -1;
    }
    void cylindersHeadsAndSectors() {
        QFETCH(Values, chs);
        QFETCH(int, lba);
        Bench b(disk_);
        b.out(ata::Device, 0xA0 | chs[1]);
        b.out(ata::Count, 1);
        b.out(ata::LbaLow, chs[2]);
        b.out(ata::LbaMid, chs[0] & 0xFF);
        b.out(ata::LbaHigh, chs[0] >> 8);
        b.out(ata::Status, 0x20);
        QVERIFY(b.wait());
        if (lba < 0) {
            QCOMPARE(b.in(ata::Status), wrong);
            QCOMPARE(b.in(ata::Error), 0x10);
            return;
        }
        QCOMPARE(b.in(ata::Status), asking);
        QCOMPARE(int(IdeBench::numberIn(b.readData(512))), lba);
    }
    void otherGeometriesCanBeSet() {
        Bench b(disk_);
        b.out(ata::Device, 0xA3); // four heads
        b.out(ata::Count, 10);
        b.out(ata::Status, 0x91);
        QVERIFY(b.wait());
        b.in(ata::Status);
        b.out(ata::Device, 0xA1);
        b.out(ata::Count, 1);
        b.out(ata::LbaLow, 3);
        b.out(ata::LbaMid, 2);
        b.out(ata::LbaHigh, 0);
        b.out(ata::Status, 0x20);
        QVERIFY(b.wait());
        QCOMPARE(IdeBench::numberIn(b.readData(512)), unsigned((2 * 4 + 1) * 10 + 2));
    }
    void extendedAddressesHaveTwoBytesEach() {
        Bench b(disk_);
        for (auto [reg, high, low] : {std::tuple{ata::Count, 0, 2},
                                      {ata::LbaLow, 0, 0x10},
                                      {ata::LbaMid, 0, 0x20},
                                      {ata::LbaHigh, 0, 0}}) {
            b.out(reg, high);
            b.out(reg, low);
        }
        b.out(ata::Device, 0xE0);
        b.out(ata::Status, 0x24);
        QVERIFY(b.wait());
        b.in(ata::Status);
        QCOMPARE(IdeBench::numberIn(b.readData(512)), 0x2010U);
        QVERIFY(b.wait());
        b.in(ata::Status);
        b.readData(512);
        QCOMPARE(b.in(ata::LbaLow), 0x11);
        b.channel().writeControl(0x80); // HOB
        QCOMPARE(b.in(ata::LbaLow), 0x00);
        b.out(ata::LbaLow, 0); // a write switches back
        QCOMPARE(b.alternate(), ready);
    }
    void pastTheEnd_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("lba");
        QTest::addColumn<int>("count");
        for (int code : {0x20, 0x30, 0xC4, 0x40, 0xC8}) {
            QTest::addRow("%02Xh, far", code) << code << 0xFFFFFFF << 1;
            QTest::addRow("%02Xh, just", code) << code << int(sectors) << 1;
        }
        QTest::newRow("verify, across") << 0x40 << int(sectors - 1) << 2;
    }
    void pastTheEnd() {
        QFETCH(int, code);
        QFETCH(int, lba);
        QFETCH(int, count);
        Bench b(disk_);
        b.describe({{0x10000, 0x1000}});
        b.busMaster(0, 0x09);
        b.command(code, uint32_t(lba), count);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Status), wrong);
        QCOMPARE(b.in(ata::Error), 0x10);
    }
    void multipleCanBeSwitchedOff() {
        Bench b(disk_);
        b.command(0xC6, 0, 0);
        QVERIFY(b.wait());
        b.in(ata::Status);
        b.command(0xC4, 0, 1);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Error), 0x04);
    }
    void pioWrites_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("count");
        QTest::newRow("a sector") << 0x30 << 1;
        QTest::newRow("three sectors") << 0x30 << 3;
        QTest::newRow("twenty sectors by sixteen") << 0xC5 << 20;
    }
    void pioWrites() {
        QFETCH(int, code);
        QFETCH(int, count);
        Bench b(disk_);
        b.command(code, 500, count);
        QCOMPARE(b.in(ata::Status), asking); // at once, without an interrupt
        QVERIFY(!b.interrupted());
        for (int done = 0; done < count;) {
            int block = code == 0x30 ? 1 : std::min(16, count - done);
            for (int i = 0; i < block; ++i)
                b.writeData(Bytes(512, uint8_t(0x80 + done + i)));
            QVERIFY((b.alternate() & ata::busy) != 0);
            done += block;
            QVERIFY(b.wait());
            QCOMPARE(b.in(ata::Status), done < count ? asking : ready);
        }
        b.command(0xC4, 499, count + 2);
        for (int i = 0; i < count + 2;) {
            QVERIFY(b.wait());
            b.in(ata::Status);
            for (int part = 0; part < 16 && i < count + 2; ++part, ++i) {
                Bytes sector = b.readData(512);
                bool written = i >= 1 && i <= count;
                QCOMPARE(int(sector[5]), written ? 0x80 + i - 1 : int(uint8_t(499 + i + 5)));
            }
        }
    }

    // --- DMA

    void dmaReadsIntoRegions() {
        Bench b(disk_);
        b.describe({{0x20000, 512}, {0x30000, 2}, {0x40000, 1022}, {0x50000, 0}});
        b.busMaster(0, 0x08);
        b.command(0xC8, 700, 5);
        QVERIFY(!b.wait()); // nothing happens before the bus master is started
        b.busMaster(0, 0x09);
        QVERIFY(b.wait());
        // The table goes on: the bus master is active still, and tells the interrupt.
        QCOMPARE(b.busMasterStatus() & 7, 0x05);
        QCOMPARE(b.in(ata::Status), ready);
        b.busMaster(0, 0x08);
        b.busMaster(2, 0x04);
        QCOMPARE(b.busMasterStatus() & 7, 0x00);
        QCOMPARE(IdeBench::numberIn(b.memoryAt(0x20000, 4)), 700U);
        QCOMPARE(b.memoryAt(0x30000, 2), (Bytes{uint8_t(701 & 0xFF), 701 >> 8}));
        QCOMPARE(IdeBench::numberIn(b.memoryAt(0x40000 + 510, 4)), 702U);
        QCOMPARE(IdeBench::numberIn(b.memoryAt(0x50000, 4)), 703U);
        QCOMPARE(IdeBench::numberIn(b.memoryAt(0x50200, 4)), 704U);
    }
    void dmaEndsWithItsTable() {
        Bench b(disk_);
        b.describe({{0x20000, 1024}});
        b.busMaster(0, 0x09);
        b.command(0xC8, 0, 2);
        QVERIFY(b.wait());
        QCOMPARE(b.busMasterStatus() & 7, 0x04); // exactly used up: inactive
    }
    void dmaWithTooShortATableHangs() {
        Bench b(disk_);
        b.describe({{0x20000, 512}});
        b.busMaster(0, 0x09);
        b.command(0xC8, 0, 2);
        QVERIFY(!b.wait());
        QCOMPARE(b.busMasterStatus() & 7, 0x00);
        QVERIFY((b.alternate() & ata::dataRequest) != 0);
        b.channel().writeControl(0x04);
        b.channel().writeControl(0x00);
        b.pass(ata::resetNs);
        QCOMPARE(b.alternate(), ready);
    }
    void dmaTheWrongWay_data() {
        QTest::addColumn<bool>("master"); // the function may master the bus
        QTest::addColumn<int>("command");
        QTest::newRow("direction") << true << 0x01;
        QTest::newRow("not a bus master") << false << 0x09;
    }
    void dmaTheWrongWay() {
        QFETCH(bool, master);
        QFETCH(int, command);
        Bench b(disk_);
        if (!master) b.ide.pci().writeConfig(pci::command, pci::commandIo, 2);
        b.describe({{0x20000, 512}});
        b.busMaster(0, uint32_t(command));
        b.command(0xC8, 3, 1);
        b.wait();
        QCOMPARE(b.busMasterStatus() & 3, 0x02);
        QCOMPARE(b.memoryAt(0x20000, 4), Bytes(4));
    }
    void dmaWrites() {
        Bench b(disk_);
        b.memory.writeBytes(0x20000, Bytes(2048, 0x5A));
        b.describe({{0x20000, 2048}});
        b.busMaster(0, 0x01);
        b.command(0xCA, 100, 4);
        QVERIFY(b.wait());
        b.in(ata::Status);
        b.command(0x20, 103, 1);
        b.wait();
        b.in(ata::Status);
        QCOMPARE(b.readData(512), Bytes(512, 0x5A));
        b.command(0x20, 104, 1);
        b.wait();
        QCOMPARE(IdeBench::numberIn(b.readData(512)), 104U);
    }
    void busMasterRegistersKeepTheirBits() {
        Bench b(disk_);
        b.busMaster(4, 0x12345677, 4);
        QCOMPARE(b.ide.readBusMaster(4, 4), 0x12345674U);
        b.busMaster(2, 0x60);
        QCOMPARE(b.busMasterStatus(), 0x60);
        b.busMaster(0, 0xFE);
        QCOMPARE(b.ide.readBusMaster(0, 1), 0x08U);
        QCOMPARE(b.ide.readBusMaster(8 + 4, 4), 0U); // the other channel's
    }

    // --- state

    void stateRoundTrips_data() {
        QTest::addColumn<int>("code");
        QTest::newRow("idle") << -1;
        QTest::newRow("reading") << 0xC4;
        QTest::newRow("writing") << 0x30;
        QTest::newRow("by DMA") << 0xC8;
    }
    void stateRoundTrips() {
        QFETCH(int, code);
        Bench b(disk_);
        Bench other(disk_);
        for (Bench *bench : {&b, &other}) {
            bench->describe({{0x20000, 4096}});
            bench->busMaster(0, 0x09);
        }
        if (code >= 0) b.command(code, 33, 4);
        if (code == 0x30) b.writeData(Bytes(100, 1));
        Bytes saved = savedState(b.clock, b.ide);
        QCOMPARE(restoreState(saved, other.clock, other.ide), std::string());
        QCOMPARE(savedState(other.clock, other.ide), saved);
        b.wait();
        other.wait();
        QCOMPARE(savedState(other.clock, other.ide), savedState(b.clock, b.ide));
        QCOMPARE(other.memoryAt(0x20000, 2048), b.memoryAt(0x20000, 2048));
        QVERIFY(refusesTruncations(saved, other.ide, 13));
    }
    void damagedStateDoesNoHarm() {
        Bench b(disk_);
        b.command(0x30, 33, 4);
        b.writeData(Bytes(100, 1));
        Bytes saved = savedState(b.ide);
        Bench other(disk_);
        for (size_t at = 256; at < saved.size(); ++at) {
            for (uint8_t value : {uint8_t{0}, uint8_t{0x7F}, uint8_t{0xFF}}) {
                Bytes damaged = saved;
                damaged[at] = value;
                if (!restoreState(damaged, other.ide).empty()) continue;
                other.pass(1'000'000);
                other.writeData(Bytes(600, 2));
                other.readData(600);
                other.pass(10'000'000);
            }
        }
    }
    void storms() {
        Bench b(disk_);
        uint32_t seed = 5;
        for (int i = 0; i < 200'000; ++i) {
            seed = seed * 1664525 + 1013904223;
            auto reg = static_cast<uint16_t>(seed >> 29);
            unsigned size = 1U << (seed >> 27 & 3) % 3;
            uint32_t value = seed >> 8;
            if (i % 64 == 0) b.pass(1'000'000);
            if (i % 512 == 0) b.channel().writeControl(static_cast<uint8_t>(value & 6));
            if (i % 32 == 0) b.busMaster(static_cast<uint16_t>(value & 7), value >> 3);
            if ((seed >> 26 & 1) != 0)
                b.channel().read(reg, size);
            else
                b.channel().write(reg, value, size);
        }
        b.channel().writeControl(0x04);
        b.channel().writeControl(0x00);
        b.pass(ata::resetNs);
        QCOMPARE(b.alternate(), ready);
    }
};

QTEST_APPLESS_MAIN(TestAtaDisk)
#include "tst_ata_disk.moc"
