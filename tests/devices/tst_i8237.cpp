// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i8237.h"
#include "tests/devices/saved_state.h"

#include <QTest>

#include <numeric>

using namespace bootglass;

namespace {

constexpr uint8_t single = 0x40, toMemory = 0x04, fromMemory = 0x08, autoinit = 0x10, down = 0x20;

struct Bench {
    PhysicalMap memory{2 << 20};
    I8237Pair chip{memory};
    Bench() { memory.mapRam(0, 2 << 20, 0); }

    void word(uint16_t port, unsigned value) {
        chip.writeFirst(port, static_cast<uint8_t>(value));
        chip.writeFirst(port, static_cast<uint8_t>(value >> 8));
    }
    /// Channel 2, as the floppy controller's.
    void program(uint8_t mode, unsigned address, unsigned count, uint8_t page = 0x01) {
        chip.writeFirst(12, 0);
        chip.writeFirst(11, static_cast<uint8_t>(mode | 2));
        word(4, address);
        word(5, count - 1);
        chip.writePage(1, page);
        chip.writeSecond(15 << 1, 0x00); // the cascade is open
        chip.writeFirst(10, 2);
    }
    unsigned readWord(uint16_t port) {
        chip.writeFirst(12, 0);
        unsigned low = chip.readFirst(port);
        return low | static_cast<unsigned>(chip.readFirst(port)) << 8;
    }
};

std::vector<uint8_t> numbers(size_t count) {
    std::vector<uint8_t> bytes(count);
    std::iota(bytes.begin(), bytes.end(), uint8_t{1});
    return bytes;
}

using Direction = I8237Pair::Direction;

} // namespace

class TestI8237 : public QObject {
    Q_OBJECT
  private slots:
    void registersAreWordsThroughTheFlipFlop() {
        Bench b;
        b.word(0, 0x1234);
        b.word(7, 0xABCD);
        QCOMPARE(b.readWord(0), 0x1234U);
        QCOMPARE(b.readWord(7), 0xABCDU);
        b.chip.readFirst(0); // leaves the flip-flop high
        QCOMPARE(int(b.chip.readFirst(0)), 0x12);
    }

    void allChannelsAreMaskedAfterReset() {
        Bench b;
        QCOMPARE(int(b.chip.readFirst(15)), 0xFF);
        std::vector<uint8_t> bytes = numbers(4);
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{0});
        b.chip.writeFirst(14, 0);
        QCOMPARE(int(b.chip.readFirst(15)), 0xF0);
        b.chip.writeFirst(13, 0);
        QCOMPARE(int(b.chip.readFirst(15)), 0xFF);
    }

    void bytesGoToMemoryUntilTerminalCount() {
        Bench b;
        b.program(single | toMemory, 0x8000, 6);
        std::vector<uint8_t> bytes = numbers(4);
        auto first = b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(first.bytes, size_t{4});
        QVERIFY(!first.terminalCount);
        QCOMPARE(b.readWord(4), 0x8004U);
        QCOMPARE(b.readWord(5), 1U);
        auto second = b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(second.bytes, size_t{2});
        QVERIFY(second.terminalCount);
        QCOMPARE(b.memory.read(0x18000, 4), uint64_t{0x04030201});
        QCOMPARE(b.memory.read(0x18004, 4), uint64_t{0x0201});
        QCOMPARE(int(b.chip.readFirst(8)), 0x04); // status: TC of channel 2, once
        QCOMPARE(int(b.chip.readFirst(8)), 0x00);
        QCOMPARE(int(b.chip.readFirst(15)), 0xFF); // channel 2 is masked again
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{0});
    }

    void bytesComeFromMemory() {
        Bench b;
        b.memory.write(0x18000, 0x0807060504030201, 8);
        b.program(single | fromMemory, 0x8000, 8);
        std::vector<uint8_t> bytes(8);
        QVERIFY(b.chip.transfer(2, bytes, Direction::FromMemory).terminalCount);
        QCOMPARE(bytes, numbers(8));
    }

    void aCountOfZeroIsOneTransferAndOfAllOnes64Ki() {
        Bench b;
        b.program(single | toMemory, 0, 1);
        std::vector<uint8_t> bytes(70000, 0x55);
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{1});
        b.program(single | toMemory, 0, 0x10000);
        auto all = b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(all.bytes, size_t{65536});
        QVERIFY(all.terminalCount);
    }

    void addressesWrapWithinThePage() {
        Bench b;
        b.program(single | toMemory, 0xFFFE, 4);
        std::vector<uint8_t> bytes = numbers(4);
        b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(b.memory.read(0x1FFFE, 2), uint64_t{0x0201});
        QCOMPARE(b.memory.read(0x10000, 2), uint64_t{0x0403});
        QCOMPARE(b.memory.read(0x20000, 2), uint64_t{0});
    }

    void addressesCanCountDown() {
        Bench b;
        b.program(single | toMemory | down, 0x8003, 4);
        std::vector<uint8_t> bytes = numbers(4);
        b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(b.memory.read(0x18000, 4), uint64_t{0x01020304});
        QCOMPARE(b.readWord(4), 0x7FFFU);
    }

    void autoinitializeStartsAgain() {
        Bench b;
        b.program(single | toMemory | autoinit, 0x8000, 2);
        std::vector<uint8_t> bytes = numbers(2);
        QVERIFY(b.chip.transfer(2, bytes, Direction::ToMemory).terminalCount);
        QCOMPARE(b.readWord(4), 0x8000U);
        QCOMPARE(b.readWord(5), 1U);
        QVERIFY(b.chip.transfer(2, bytes, Direction::ToMemory).terminalCount);
    }

    void verifyCountsWithoutMoving() {
        Bench b;
        b.program(single, 0x8000, 4);
        std::vector<uint8_t> bytes = numbers(4);
        auto done = b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(done.bytes, size_t{4});
        QVERIFY(done.terminalCount);
        QCOMPARE(b.memory.read(0x18000, 4), uint64_t{0});
    }

    void theSecondControllerMovesWords() {
        Bench b;
        b.chip.writeSecond(12 << 1, 0);
        b.chip.writeSecond(11 << 1, single | toMemory | 1); // channel 5
        for (uint8_t byte : {uint8_t{0x00}, uint8_t{0x40}}) // words from 4000h: bytes from 8000h
            b.chip.writeSecond(2 << 1, byte);
        for (uint8_t byte : {uint8_t{2}, uint8_t{0}})
            b.chip.writeSecond(3 << 1, byte);
        b.chip.writePage(0xB, 0x03); // A16 is not the page's
        b.chip.writeSecond(10 << 1, 1);
        std::vector<uint8_t> bytes = numbers(7);
        auto done = b.chip.transfer(5, bytes, Direction::ToMemory);
        QCOMPARE(done.bytes, size_t{6});
        QVERIFY(done.terminalCount);
        QCOMPARE(b.memory.read(0x28000, 8), uint64_t{0x0000060504030201});
    }

    void theCascadeGatesTheFirstController() {
        Bench b;
        b.program(single | toMemory, 0x8000, 4);
        b.chip.writeSecond(10 << 1, 4); // channel 4 masked
        std::vector<uint8_t> bytes = numbers(4);
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{0});
        QCOMPARE(b.chip.transfer(4, bytes, Direction::ToMemory).bytes, size_t{0});
        b.chip.writeSecond(10 << 1, 0);
        b.chip.writeFirst(8, 0x04); // controller disabled
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{0});
    }

    void requestsShowInTheStatus() {
        Bench b;
        b.chip.setRequest(2, true);
        b.chip.writeFirst(9, 4 | 1); // and one by software
        QCOMPARE(int(b.chip.readFirst(8)), 0x60);
        b.chip.setRequest(2, false);
        b.chip.writeFirst(9, 1);
        QCOMPARE(int(b.chip.readFirst(8)), 0x00);
        b.chip.setRequest(6, true);
        QCOMPARE(int(b.chip.readSecond(8 << 1)), 0x40);
    }

    void masksAreSetOneByOneOrAllAtOnce() {
        Bench b;
        b.chip.writeFirst(14, 0);
        b.chip.writeFirst(10, 4 | 3);
        b.chip.writeFirst(10, 4 | 1);
        QCOMPARE(int(b.chip.readFirst(15)), 0xFA);
        b.chip.writeFirst(10, 3);
        QCOMPARE(int(b.chip.readFirst(15)), 0xF2);
        b.chip.writeFirst(15, 0x0C);
        QCOMPARE(int(b.chip.readFirst(15)), 0xFC);
    }
    void disabledControllerMovesNothing() {
        Bench b;
        b.program(single | toMemory, 0x8000, 4);
        std::vector<uint8_t> bytes = numbers(4);
        b.chip.writeFirst(8, 0x04); // controller disable
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{0});
        b.chip.writeFirst(8, 0x00);
        QCOMPARE(b.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{4});
    }
    void addressTellsWhereTheNextByteGoes() {
        Bench b;
        b.program(single | toMemory, 0x8000, 6, 0x03);
        QCOMPARE(b.chip.address(2), PhysicalAddress{0x38000});
        std::vector<uint8_t> bytes = numbers(4);
        b.chip.transfer(2, bytes, Direction::ToMemory);
        QCOMPARE(b.chip.address(2), PhysicalAddress{0x38004});
        b.chip.writeSecond(12 << 1, 0); // channel 5 counts words, in 128 KiB
        b.chip.writeSecond(2 << 1, 0x34);
        b.chip.writeSecond(2 << 1, 0x12);
        b.chip.writePage(0xB, 0x07);
        QCOMPARE(b.chip.address(5), PhysicalAddress{0x60000 + 0x2468});
    }

    void pageRegistersKeepTheirBytes() {
        Bench b;
        for (uint16_t i = 0; i < 16; ++i)
            b.chip.writePage(i, static_cast<uint8_t>(0xA0 + i));
        for (uint16_t i = 0; i < 16; ++i)
            QCOMPARE(int(b.chip.readPage(i)), 0xA0 + i);
    }

    void memoryThatIsNotThereIsOpenBus() {
        Bench b;
        b.program(single | fromMemory, 0x8000, 4, 0xFE);
        std::vector<uint8_t> bytes(4);
        b.chip.transfer(2, bytes, Direction::FromMemory);
        QCOMPARE(bytes, std::vector<uint8_t>(4, 0xFF));
    }

    void savedStateContinues() {
        Bench b;
        b.program(single | toMemory, 0x8000, 6);
        std::vector<uint8_t> bytes = numbers(4);
        b.chip.transfer(2, bytes, Direction::ToMemory);
        b.chip.readFirst(4); // the flip-flop is high
        std::vector<uint8_t> state = savedState(b.chip);
        Bench other;
        QCOMPARE(restoreState(state, other.chip), std::string());
        QCOMPARE(savedState(other.chip), state);
        QCOMPARE(int(other.chip.readFirst(4)), 0x80);
        QCOMPARE(other.chip.transfer(2, bytes, Direction::ToMemory).bytes, size_t{2});
        QCOMPARE(other.memory.read(0x18004, 2), uint64_t{0x0201});
        QVERIFY(refusesTruncations(state, other.chip));
        survivesDamage(state, other.chip);
    }
};

QTEST_APPLESS_MAIN(TestI8237)
#include "tst_i8237.moc"
