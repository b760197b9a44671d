// SPDX-License-Identifier: GPL-3.0-or-later
// The floppy disk controller after its data sheet (Intel 290166).
#include "emulator/devices/i82077.h"
#include "tests/devices/saved_state.h"

#include <QTemporaryDir>
#include <QTest>

#include <deque>
#include <fstream>

using namespace bootglass;

namespace {

using Bytes = std::vector<uint8_t>;
using Values = std::vector<int>;

constexpr uint16_t dor = 2, tdr = 3, msr = 4, fifo = 5, dir = 7;
constexpr uint8_t motor = 0x1C; // drive A's, gate open, no reset
constexpr uint8_t readCommand = 0xE6, writeCommand = 0xC5;

/// A diskette whose sectors begin with their cylinder, head and number.
std::string image(const QTemporaryDir &folder, uint64_t kib) {
    std::string path = folder.filePath(QString("%1.img").arg(kib)).toStdString();
    std::ofstream file(path, std::ios::binary);
    FloppyFormat format = floppyFormatFor(kib << 10);
    for (unsigned c = 0; c < format.cylinders; ++c)
        for (unsigned h = 0; h < format.heads; ++h)
            for (unsigned s = 1; s <= format.sectors; ++s) {
                std::string sector(512, static_cast<char>(s ^ 0x55));
                sector[0] = static_cast<char>(c);
                sector[1] = static_cast<char>(h);
                sector[2] = static_cast<char>(s);
                file.write(sector.data(), 512);
            }
    return path;
}

/// The controller with a drive, and memory that a DMA channel of `room` bytes reaches.
struct Bench {
    VirtualClock clock;
    int interrupts = 0;
    bool irq = false;
    Bytes memory;
    size_t room = 512;
    size_t next = 0;
    I82077 chip{clock,
                {.irq6 = IrqLine([this](bool level) {
                     irq = level;
                     interrupts += level;
                 }),
                 .dmaRequest = {[](bool) {}},
                 .dma = [this](std::span<uint8_t> bytes, bool toMemory) {
                     size_t count = std::min(bytes.size(), room - next);
                     memory.resize(std::max(memory.size(), room));
                     for (size_t i = 0; i < count; ++i)
                         (toMemory ? memory[next + i] : bytes[i]) =
                             toMemory ? bytes[i] : memory[next + i];
                     next += count;
                     return I82077::Transferred{count, count != 0 && next == room};
                 }}};
    FloppyDrive *drive = nullptr;

    explicit Bench(const std::string &path = {}) {
        if (!path.empty()) insert(path);
        chip.write(dor, motor);
        setRate(0);
    }
    void insert(const std::string &path, unsigned unit = 0) {
        auto opened = DiskImage::open(path, 512);
        FloppyFormat format = floppyFormatFor(opened.image->size());
        auto made = std::make_unique<FloppyDrive>(format, std::move(opened.image));
        drive = made.get();
        chip.attach(unit, std::move(made));
        setRate(static_cast<uint8_t>(format.rate));
    }
    void setRate(uint8_t rate) {
        chip.write(dir, drive ? static_cast<uint8_t>(drive->format().rate) : rate);
    }
    void setRoom(size_t bytes) {
        room = bytes;
        next = 0;
        memory.assign(bytes, 0);
    }
    /// Lets time pass until the interrupt, or the time is over; true if it came.
    bool wait(uint64_t ns = 100'000'000) {
        VirtualNs end = clock.now() + ns;
        while (!irq && clock.timers().next() <= end) {
            clock.warpTo(std::max(clock.now(), clock.timers().next()));
            clock.timers().fireDue(clock.now());
        }
        return irq;
    }
    void send(const Values &command) {
        for (int byte : command)
            chip.write(fifo, static_cast<uint8_t>(byte));
    }
    Values result() {
        Values bytes;
        while ((chip.read(msr) & 0xC0) == 0xC0 && bytes.size() < 20)
            bytes.push_back(chip.read(fifo));
        return bytes;
    }
    Values run(const Values &command) {
        send(command);
        wait();
        return result();
    }
    Values sense() { return run({0x08}); }
    void recalibrate() {
        run({0x07, 0});
        sense();
    }
    Values transfer(int command, int c, int h, int r, int end, int unit = 0) {
        return run({command, h << 2 | unit, c, h, r, 2, end, 0x1B, 0xFF});
    }
};

} // namespace

class TestI82077 : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::string floppy_;

  private slots:
    void initTestCase() { floppy_ = image(folder_, 1440); }

    // --- formats

    void formatsFollowTheSize_data() {
        QTest::addColumn<quint64>("bytes");
        QTest::addColumn<Values>("geometry"); // cylinders, heads, sectors, rate, type
        auto row = [](const char *name, quint64 bytes, Values geometry) {
            QTest::newRow(name) << bytes << geometry;
        };
        row("160K", 160 << 10, {40, 1, 8, 2, 1});
        row("180K", 180 << 10, {40, 1, 9, 2, 1});
        row("320K", 320 << 10, {40, 2, 8, 2, 1});
        row("360K", 360 << 10, {40, 2, 9, 2, 1});
        row("720K", 720 << 10, {80, 2, 9, 2, 3});
        row("1.2M", 1200 << 10, {80, 2, 15, 0, 2});
        row("1.44M", 1440 << 10, {80, 2, 18, 0, 4});
        row("1.68M", 1680 << 10, {80, 2, 21, 0, 5});
        row("2.88M", 2880 << 10, {80, 2, 36, 3, 5});
        row("a boot sector", 512, {80, 2, 18, 0, 4});
        row("a little more than 1.44M", (1440 << 10) + 512, {80, 2, 21, 0, 5});
        row("a little less than 2.88M", (2880 << 10) - 512, {80, 2, 36, 3, 5});
    }
    void formatsFollowTheSize() {
        QFETCH(quint64, bytes);
        QFETCH(Values, geometry);
        FloppyFormat f = floppyFormatFor(bytes);
        QCOMPARE((Values{f.cylinders, f.heads, f.sectors, int(f.rate), f.driveType}), geometry);
        QVERIFY(f.bytes() >= bytes);
    }

    // --- reset and status

    void resetIsSensedFourTimes() {
        Bench b;
        b.chip.write(dor, 0x08);
        QCOMPARE(int(b.chip.read(msr)), 0x00);
        b.chip.write(dor, 0x0C);
        QVERIFY(!b.irq);
        QVERIFY(b.wait());
        QCOMPARE(int(b.chip.read(msr)), 0x80);
        for (int unit = 0; unit < 4; ++unit) {
            QCOMPARE(b.sense(), (Values{0xC0 | unit, 0}));
            QVERIFY(!b.irq);
        }
        QCOMPARE(b.sense(), (Values{0x80}));
    }
    void dataRateRegisterResetsByItself() {
        Bench b;
        b.send({0x06, 0});
        b.chip.write(msr, 0x80);
        QVERIFY(b.wait());
        QCOMPARE(b.sense(), (Values{0xC0, 0}));
    }
    void resetInterruptsWithoutPolling() {
        Bench b;
        b.send({0x13, 0, 0x10, 0});
        b.chip.write(dor, 0x08);
        b.chip.write(dor, 0x0C);
        QVERIFY(b.wait());
        QCOMPARE(b.sense(), (Values{0xC0, 0}));
    }
    void gateKeepsTheInterrupt() {
        Bench b;
        b.chip.write(dor, 0x00);
        b.chip.write(dor, 0x04);
        QVERIFY(!b.wait());
        b.chip.write(dor, 0x0C);
        QVERIFY(b.irq);
    }
    void registersReadBack() {
        Bench b;
        b.chip.write(dor, 0x2D);
        QCOMPARE(int(b.chip.read(dor)), 0x2D);
        b.chip.write(tdr, 0xFF);
        QCOMPARE(int(b.chip.read(tdr)), 3);
        QCOMPARE(int(b.chip.read(0)), 0xFF);
        QCOMPARE(int(b.chip.read(1)), 0xFF);
    }
    void mainStatusTellsThePhase() {
        Bench b(floppy_);
        QCOMPARE(int(b.chip.read(msr)), 0x80);
        b.send({0x4A});
        QCOMPARE(int(b.chip.read(msr)), 0x90);
        b.send({0x00});
        QCOMPARE(int(b.chip.read(msr)), 0x10);
        QVERIFY(b.wait());
        QCOMPARE(int(b.chip.read(msr)), 0xD0);
        QCOMPARE(b.result().size(), size_t{7});
        QCOMPARE(int(b.chip.read(msr)), 0x80);
        b.send({0x0F, 0, 10});
        QCOMPARE(int(b.chip.read(msr)), 0x81);
        b.wait();
        QCOMPARE(int(b.chip.read(msr)), 0x81);
        b.sense();
        QCOMPARE(int(b.chip.read(msr)), 0x80);
    }

    // --- control commands

    void simpleCommands_data() {
        QTest::addColumn<Values>("command");
        QTest::addColumn<Values>("result");
        QTest::newRow("VERSION") << Values{0x10} << Values{0x90};
        QTest::newRow("invalid") << Values{0x1F} << Values{0x80};
        QTest::newRow("PART ID is not this chip's") << Values{0x18} << Values{0x80};
        QTest::newRow("SENSE INTERRUPT without one") << Values{0x08} << Values{0x80};
        QTest::newRow("LOCK") << Values{0x94} << Values{0x10};
        QTest::newRow("UNLOCK") << Values{0x14} << Values{0x00};
        QTest::newRow("SENSE DRIVE, at track 0") << Values{0x04, 0x04} << Values{0x3C};
        QTest::newRow("SENSE DRIVE, none") << Values{0x04, 0x01} << Values{0x29};
        QTest::newRow("SPECIFY") << Values{0x03, 0xDF, 0x02} << Values{};
    }
    void simpleCommands() {
        QFETCH(Values, command);
        QFETCH(Values, result);
        Bench b(floppy_);
        b.send(command);
        QCOMPARE(b.result(), result);
        QVERIFY(!b.irq);
        QCOMPARE(int(b.chip.read(msr)), 0x80);
    }

    void dumpShowsTheModes() {
        Bench b(floppy_);
        b.send({0x03, 0xAF, 0x02});
        b.send({0x13, 0, 0x57, 0x11});
        b.send({0x12, 0x8B}); // OW, drive 1, GAP and WGATE
        b.send({0x94});
        b.result();
        b.run({0x0F, 0, 5});
        b.sense();
        b.setRoom(512);
        b.transfer(readCommand, 5, 0, 1, 9);
        QCOMPARE(b.run({0x0E}), (Values{5, 0, 0, 0, 0xAF, 0x02, 9, 0x8B, 0x57, 0x11}));
        // Locked, a reset leaves FIFO mode, threshold and precompensation track.
        b.chip.write(dor, 0x08);
        b.chip.write(dor, 0x0C);
        b.wait();
        QCOMPARE(b.run({0x0E}).at(8), 0x57);
    }
    void resetTakesFifoModeBackUnlessLocked() {
        Bench b;
        b.send({0x13, 0, 0x47, 0x11});
        b.chip.write(dor, 0x08);
        b.chip.write(dor, 0x0C);
        b.wait();
        for (int i = 0; i < 4; ++i)
            b.sense();
        Values dump = b.run({0x0E});
        QCOMPARE(dump[8], 0x60);
        QCOMPARE(dump[9], 0);
    }

    void seekTakesItsStepsTime() {
        Bench b(floppy_);
        b.send({0x03, 0xD0, 0x02}); // 3 ms a step
        VirtualNs start = b.clock.now();
        QCOMPARE(b.run({0x0F, 0x04, 40}), Values{});
        QCOMPARE(b.clock.now() - start, 40 * 3'000'000 / I82077::haste);
        QCOMPARE(b.sense(), (Values{0x24, 40}));
        QCOMPARE(int(b.drive->cylinder()), 40);
        b.run({0x07, 0});
        QCOMPARE(b.sense(), (Values{0x20, 0}));
        QCOMPARE(int(b.drive->cylinder()), 0);
    }
    void relativeSeekGoesBothWays() {
        Bench b(floppy_);
        b.run({0xCF, 0, 12});
        QCOMPARE(b.sense(), (Values{0x20, 12}));
        b.run({0x8F, 0, 2});
        QCOMPARE(b.sense(), (Values{0x20, 10}));
        QCOMPARE(int(b.drive->cylinder()), 10);
    }
    void recalibratingNothingFails() {
        Bench b;
        b.run({0x07, 1});
        QCOMPARE(b.sense(), (Values{0x71, 0}));
    }
    void seeksOverlap() {
        Bench b(floppy_);
        b.insert(floppy_, 1);
        b.send({0x0F, 0, 20});
        b.send({0x0F, 1, 10});
        QCOMPARE(int(b.chip.read(msr)), 0x83);
        QVERIFY(b.wait());
        QCOMPARE(b.sense(), (Values{0x21, 10}));
        QVERIFY(b.wait());
        QCOMPARE(b.sense(), (Values{0x20, 20}));
    }

    void changeLineFallsWithAStep() {
        Bench b(floppy_);
        QCOMPARE(int(b.chip.read(dir)), 0x80);
        b.run({0x0F, 0, 0}); // nowhere: no step
        b.sense();
        QCOMPARE(int(b.chip.read(dir)), 0x80);
        b.run({0x0F, 0, 1});
        b.sense();
        QCOMPARE(int(b.chip.read(dir)), 0x00);
        Bench stopped(floppy_);
        stopped.chip.write(dor, 0x0C); // motor off: the drive does not drive the line
        QCOMPARE(int(stopped.chip.read(dir)), 0x00);
    }

    // --- reading

    void readsEverySectorOfEachFormat_data() {
        QTest::addColumn<int>("kib");
        for (int kib : {160, 180, 320, 360, 720, 1200, 1440, 1680, 2880})
            QTest::addRow("%dK", kib) << kib;
    }
    void readsEverySectorOfEachFormat() {
        QFETCH(int, kib);
        Bench b(image(folder_, unsigned(kib)));
        FloppyFormat format = b.drive->format();
        for (int c : {0, 1, format.cylinders - 1}) {
            for (int h = 0; h < format.heads; ++h) {
                b.run({0x0F, h << 2, c});
                b.sense();
                b.setRoom(512 * format.sectors);
                Values result = b.transfer(0x46, c, h, 1, format.sectors);
                QCOMPARE(result, (Values{h << 2, 0, 0, c + 1, h, 1, 2}));
                for (int s = 1; s <= format.sectors; ++s) {
                    const uint8_t *sector = &b.memory[512 * size_t(s - 1)];
                    QCOMPARE((Values{sector[0], sector[1], sector[2], sector[511]}),
                             (Values{c, h, s, (s ^ 0x55) & 0xFF}));
                }
            }
        }
    }

    void resultNamesTheNextSector_data() {
        // Data sheet, table 5-1.
        QTest::addColumn<int>("command");
        QTest::addColumn<int>("head");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("count");
        QTest::addColumn<Values>("id");
        auto row = [](const char *name, int command, int head, int first, int count, Values id) {
            QTest::newRow(name) << command << head << first << count << id;
        };
        row("one track, before its end", 0x46, 0, 3, 2, {7, 0, 5});
        row("one track, at its end", 0x46, 0, 17, 2, {8, 0, 1});
        row("one track, head 1, at its end", 0x46, 1, 18, 1, {8, 1, 1});
        row("multi-track, head 0, before", 0xC6, 0, 1, 1, {7, 0, 2});
        row("multi-track, head 0, at its end", 0xC6, 0, 18, 1, {7, 1, 1});
        row("multi-track, across heads", 0xC6, 0, 18, 3, {7, 1, 3});
        row("multi-track, head 1, at its end", 0xC6, 1, 18, 1, {8, 0, 1});
        row("multi-track, the whole cylinder", 0xC6, 0, 1, 36, {8, 0, 1});
    }
    void resultNamesTheNextSector() {
        QFETCH(int, command);
        QFETCH(int, head);
        QFETCH(int, first);
        QFETCH(int, count);
        QFETCH(Values, id);
        Bench b(floppy_);
        b.setRoom(512 * size_t(count));
        Values result = b.transfer(command, 7, head, first, 18);
        QCOMPARE(result.size(), size_t{7});
        QCOMPARE(result[0] & 0xC0, 0);
        QCOMPARE((Values{result[3], result[4], result[5]}), id);
        QCOMPARE(int(b.memory[512 * size_t(count - 1)]), 7);
    }

    void terminalCountInMidSectorEnds() {
        Bench b(floppy_);
        b.setRoom(700);
        QCOMPARE(b.transfer(readCommand, 0, 0, 1, 18), (Values{0, 0, 0, 0, 0, 3, 2}));
        QCOMPARE(int(b.memory[512 + 2]), 2);
    }

    void whatCannotBeRead_data() {
        QTest::addColumn<Values>("command");
        QTest::addColumn<Values>("status"); // ST0 to ST2
        auto row = [](const char *name, Values command, Values status) {
            QTest::newRow(name) << command << status;
        };
        // The last byte but three is EOT; memory has room for 20 sectors.
        row("sector past the track", {0x46, 0, 0, 0, 19, 2, 25, 27, 255}, {0x40, 0x04, 0x00});
        row("sector 0", {0x46, 0, 0, 0, 0, 2, 18, 27, 255}, {0x40, 0x04, 0x00});
        row("another size", {0x46, 0, 0, 0, 1, 3, 18, 27, 255}, {0x40, 0x04, 0x00});
        row("another head in the ID", {0x46, 4, 0, 0, 1, 2, 18, 27, 255}, {0x44, 0x04, 0x00});
        row("another cylinder", {0x46, 0, 1, 0, 1, 2, 18, 27, 255}, {0x40, 0x04, 0x10});
        row("single density", {0x06, 0, 0, 0, 1, 2, 18, 27, 255}, {0x40, 0x01, 0x00});
        row("end of cylinder", {0x46, 0, 0, 0, 1, 2, 18, 27, 255}, {0x40, 0x80, 0x00});
        row("deleted data", {0x4C, 0, 0, 0, 1, 2, 18, 27, 255}, {0x00, 0x00, 0x40});
        row("deleted data, skipped", {0x6C, 0, 0, 0, 1, 2, 18, 27, 255}, {0x40, 0x80, 0x40});
        row("verify", {0x56, 0, 0, 0, 1, 2, 18, 27, 255}, {0x00, 0x00, 0x00});
        row("verify past the track", {0x56, 0x80, 0, 0, 1, 2, 19, 27, 30}, {0x40, 0x04, 0x00});
        row("read track", {0x42, 0, 0, 0, 1, 2, 18, 27, 255}, {0x00, 0x00, 0x00});
        row("read track, another cylinder", {0x42, 0, 9, 0, 1, 2, 18, 27, 255}, {0x00, 0x04, 0x00});
    }
    void whatCannotBeRead() {
        QFETCH(Values, command);
        QFETCH(Values, status);
        Bench b(floppy_);
        b.send({0x13, 0, 0x20, 0}); // no implied seeks
        b.setRoom(512 * 20);
        Values result = b.run(command);
        QCOMPARE(result.size(), size_t{7});
        QCOMPARE((Values{result[0], result[1], result[2]}), status);
    }
    void wrongRateFindsNoMark() {
        Bench b(floppy_);
        b.chip.write(dir, 2);
        QCOMPARE(b.run({0x4A, 0})[1], 0x01);
        b.chip.write(dir, 0);
        QCOMPARE(b.run({0x4A, 0})[1], 0x00);
    }
    void cylindersPastTheLastAreUnformatted() {
        Bench b(floppy_);
        b.run({0x0F, 0, 81});
        b.sense();
        QCOMPARE(b.run({0x4A, 0})[1], 0x01);
    }
    void maskedChannelOverruns() {
        Bench b(floppy_);
        b.setRoom(0);
        Values result = b.transfer(readCommand, 0, 0, 1, 18);
        QCOMPARE((Values{result[0], result[1]}), (Values{0x40, 0x10}));
    }
    void emptyDriveWaitsForItsReset() {
        Bench b;
        b.chip.attach(0, std::make_unique<FloppyDrive>(floppyFormatFor(1440 << 10)));
        b.send({0x4A, 0});
        QVERIFY(!b.wait(10 * nsPerSecond));
        QCOMPARE(int(b.chip.read(msr)), 0x10);
        QCOMPARE(int(b.chip.read(dir)), 0x80);
        b.chip.write(dor, 0x18);
        b.chip.write(dor, motor);
        QVERIFY(b.wait());
    }
    void readIdNamesASectorUnderTheHead() {
        Bench b(floppy_);
        b.run({0x0F, 0, 33});
        b.sense();
        Values id = b.run({0x4A, 0x04});
        QCOMPARE((Values{id[0], id[1], id[2], id[3], id[4], id[6]}), (Values{4, 0, 0, 33, 1, 2}));
        QVERIFY(id[5] >= 1 && id[5] <= 18);
    }
    void impliedSeekMovesTheHeads() {
        Bench b(floppy_);
        b.setRoom(512);
        QCOMPARE(b.transfer(readCommand, 50, 1, 4, 18)[0], 0x04);
        QCOMPARE((Values{b.memory[0], b.memory[1], b.memory[2]}), (Values{50, 1, 4}));
        QCOMPARE(b.run({0x0E})[0], 50);
        b.send({0x13, 0, 0x20, 0});
        b.setRoom(512);
        QCOMPARE(b.transfer(readCommand, 51, 1, 4, 18)[2], 0x10);
    }
    void sectorsTakeTheTimeOfTheirTrack() {
        Bench b(floppy_);
        b.recalibrate();
        b.send({0x03, 0xDF, 0x02});
        auto time = [&b](size_t sectors) {
            b.setRoom(512 * sectors);
            VirtualNs start = b.clock.now();
            b.transfer(readCommand, 0, 0, 1, 18);
            return b.clock.now() - start;
        };
        time(1); // the head is down now
        uint64_t one = time(1);
        QCOMPARE(one, 200'000'000ULL / 18 / I82077::haste);
        QCOMPARE(time(18), 18 * one);
    }

    // --- writing

    void writtenSectorsReadBack() {
        Bench b(floppy_);
        b.setRoom(1024);
        for (size_t i = 0; i < 1024; ++i)
            b.memory[i] = static_cast<uint8_t>(i * 7);
        Bytes written = b.memory;
        QCOMPARE(b.transfer(writeCommand, 3, 1, 5, 18), (Values{4, 0, 0, 3, 1, 7, 2}));
        b.setRoom(1024);
        b.transfer(readCommand, 3, 1, 5, 18);
        QCOMPARE(b.memory, written);
        // Zeros fill up a sector that TC cuts.
        b.setRoom(10);
        b.transfer(writeCommand, 3, 1, 5, 18);
        b.setRoom(1024);
        b.transfer(readCommand, 3, 1, 5, 18);
        QCOMPARE(int(b.memory[11]), 0);
        QCOMPARE(int(b.memory[600]), int(written[600]));
        // The file is as it was.
        Bench other(floppy_);
        other.setRoom(512);
        other.transfer(readCommand, 3, 1, 5, 18);
        QCOMPARE(int(other.memory[0]), 3);
    }
    void formatFillsATrack() {
        Bench b(floppy_);
        b.run({0x0F, 0, 9});
        b.sense();
        b.setRoom(18 * 4);
        for (uint8_t s = 0; s < 18; ++s) {
            const Bytes id{9, 1, uint8_t(s + 1), 2};
            std::ranges::copy(id, b.memory.begin() + 4 * s);
        }
        QCOMPARE(b.run({0x4D, 0x04, 2, 18, 0x6C, 0xF6})[0], 0x04);
        b.setRoom(512 * 18);
        b.transfer(0x46, 9, 1, 1, 18);
        QCOMPARE(std::ranges::count(b.memory, 0xF6), ptrdiff_t{512 * 18});
        // Other formats cannot be held by the image.
        b.setRoom(9 * 4);
        Values result = b.run({0x4D, 0x04, 2, 9, 0x6C, 0xF6});
        QCOMPARE((Values{result[0], result[1]}), (Values{0x44, 0x02}));
    }
    void scanCompares_data() {
        QTest::addColumn<int>("command");
        QTest::addColumn<int>("offset"); // what is added to the host's bytes
        QTest::addColumn<int>("status2");
        QTest::newRow("equal") << 0x51 << 0 << 0x08;
        QTest::newRow("equal, but it is less") << 0x51 << 1 << 0x04;
        QTest::newRow("low or equal: disk lower") << 0x59 << 1 << 0x00;
        QTest::newRow("low or equal: disk higher") << 0x59 << -1 << 0x04;
        QTest::newRow("high or equal: disk higher") << 0x5D << -1 << 0x00;
        QTest::newRow("high or equal: equal") << 0x5D << 0 << 0x08;
    }
    void scanCompares() {
        QFETCH(int, command);
        QFETCH(int, offset);
        QFETCH(int, status2);
        Bench b(floppy_);
        b.setRoom(512);
        for (uint8_t &byte : b.memory)
            byte = static_cast<uint8_t>((1 ^ 0x55) + offset);
        b.memory[0] = b.memory[1] = b.memory[2] = 0xFF; // fits everything
        Values result = b.run({command, 0, 0, 0, 1, 2, 1, 27, 1});
        QCOMPARE(result[0] & 0xC0, 0);
        QCOMPARE(result[2], status2);
    }

    // --- without DMA

    void processorReadsTheSectors() {
        Bench b(floppy_);
        b.send({0x03, 0xDF, 0x03}); // ND
        b.send({0x46, 0, 0, 0, 1, 2, 2, 27, 255});
        for (int sector = 1; sector <= 2; ++sector) {
            QVERIFY(b.wait());
            for (int i = 0; i < 512; ++i) {
                QCOMPARE(int(b.chip.read(msr)), 0xF0);
                QVERIFY(b.irq); // one for each byte, the FIFO being off
                int byte = b.chip.read(fifo);
                if (i == 2) QCOMPARE(byte, sector);
            }
            QVERIFY(!b.irq || sector == 2);
        }
        QCOMPARE(b.interrupts, 2 * 512 + 1);
        // Nobody pulses TC: the end of the track is an error.
        Values result = b.result();
        QCOMPARE((Values{result[0], result[1]}), (Values{0x40, 0x80}));
    }
    void processorWritesASector() {
        Bench b(floppy_);
        b.send({0x03, 0xDF, 0x03});
        b.send({0x13, 0, 0x4F, 0}); // FIFO on, an interrupt each 16 bytes
        b.send({0x45, 0, 0, 0, 4, 2, 4, 27, 255});
        QVERIFY(b.irq);
        for (int i = 0; i < 512; ++i) {
            QCOMPARE(int(b.chip.read(msr)), 0xB0);
            b.chip.write(fifo, static_cast<uint8_t>(i));
        }
        QVERIFY(b.wait());
        QCOMPARE(b.interrupts, 512 / 16 + 1);
        b.result();
        b.send({0x03, 0xDF, 0x02});
        b.setRoom(512);
        b.transfer(readCommand, 0, 0, 4, 18);
        QCOMPARE(int(b.memory[511]), 0xFF);
    }

    // --- state

    void stateRoundTrips_data() {
        QTest::addColumn<Values>("command");
        QTest::newRow("idle") << Values{};
        QTest::newRow("in a command") << Values{0x46, 0, 0};
        QTest::newRow("seeking") << Values{0x0F, 0, 30};
        QTest::newRow("reading") << Values{0x46, 0, 9, 0, 1, 2, 18, 27, 255};
        QTest::newRow("in a result") << Values{0x0E};
    }
    void stateRoundTrips() {
        QFETCH(Values, command);
        Bench b(floppy_);
        b.setRoom(512 * 4);
        b.send(command);
        Bytes saved = savedState(b.clock, b.chip);
        Bench other(floppy_);
        other.setRoom(512 * 4);
        QCOMPARE(restoreState(saved, other.clock, other.chip), std::string());
        QCOMPARE(savedState(other.clock, other.chip), saved);
        b.wait();
        other.wait();
        QCOMPARE(other.result(), b.result());
        QCOMPARE(other.memory, b.memory);
        QCOMPARE(savedState(other.clock, other.chip), savedState(b.clock, b.chip));
    }
    void damagedStateDoesNoHarm() {
        Bench b(floppy_);
        b.send({0x03, 0xDF, 0x03});
        b.send({0x46, 0, 9, 0, 1, 2, 18, 27, 255});
        b.wait();
        b.chip.read(fifo);
        Bytes saved = savedState(b.chip);
        QVERIFY(refusesTruncations(saved, b.chip, 7));
        Bytes damaged = saved;
        for (size_t at = 0; at < damaged.size(); ++at) {
            for (uint8_t value : {uint8_t{0}, uint8_t{1}, uint8_t{0x7F}, uint8_t{0xFF}}) {
                damaged[at] = value;
                Bench other(floppy_);
                other.setRoom(512);
                if (!restoreState(damaged, other.chip).empty()) continue;
                other.chip.read(fifo); // whatever it does now, it does within its bounds
                other.chip.write(fifo, 0);
                other.wait();
                other.result();
            }
            damaged[at] = saved[at];
        }
    }
    void storms() {
        // Any bytes to any port, with time passing: a hostile guest.
        Bench b(floppy_);
        b.setRoom(512);
        uint32_t seed = 1;
        for (int i = 0; i < 200'000; ++i) {
            seed = seed * 1664525 + 1013904223;
            auto port = static_cast<uint16_t>(seed >> 28 & 7);
            if (port == 6) b.wait(200'000);
            if ((seed >> 27 & 1) != 0)
                b.chip.read(port);
            else
                b.chip.write(port,
                             static_cast<uint8_t>(port == dor ? seed >> 16 | motor : seed >> 16));
        }
        QVERIFY(b.memory.size() == 512);
    }
};

QTEST_APPLESS_MAIN(TestI82077)
#include "tst_i82077.moc"
