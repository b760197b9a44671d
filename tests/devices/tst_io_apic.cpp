// SPDX-License-Identifier: GPL-3.0-or-later
// The I/O APIC against the 82093AA data sheet.
#include "emulator/devices/io_apic.h"

#include <QTest>

#include <vector>

using namespace bootglass;

namespace {

constexpr uint32_t levelBit = 0x8000, maskBit = 0x10000, remoteIrrBit = 0x4000;

struct Bench {
    std::vector<ApicMessage> messages;
    bool accepts = true;
    IoApic chip{[this](const ApicMessage &message) {
        messages.push_back(message);
        return accepts;
    }};

    uint32_t get(uint8_t index) {
        chip.write(0x00, index, 4);
        return static_cast<uint32_t>(chip.read(0x10, 4));
    }
    void put(uint8_t index, uint32_t value) {
        chip.write(0x00, index, 4);
        chip.write(0x10, value, 4);
    }
    void route(unsigned input, uint32_t low, uint32_t high = 0) {
        put(static_cast<uint8_t>(0x11 + 2 * input), high);
        put(static_cast<uint8_t>(0x10 + 2 * input), low);
    }
    uint32_t entry(unsigned input) { return get(static_cast<uint8_t>(0x10 + 2 * input)); }
};

} // namespace

class TestIoApic : public QObject {
    Q_OBJECT
  private slots:
    void registersKeepTheirWritableBits_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<quint32>("atReset");
        QTest::addColumn<quint32>("afterOnes");
        QTest::newRow("ID") << 0x00 << 0U << 0x0F000000U;
        QTest::newRow("version") << 0x01 << 0x00170020U << 0x00170020U;
        QTest::newRow("arbitration") << 0x02 << 0U << 0U;
        QTest::newRow("first entry, low") << 0x10 << maskBit << 0x1AFFFU;
        QTest::newRow("first entry, high") << 0x11 << 0U << 0xFF000000U;
        QTest::newRow("last entry, low") << 0x3E << maskBit << 0x1AFFFU;
        QTest::newRow("last entry, high") << 0x3F << 0U << 0xFF000000U;
        QTest::newRow("none") << 0x40 << 0U << 0U;
        QTest::newRow("none at the end") << 0xFF << 0U << 0U;
    }
    void registersKeepTheirWritableBits() {
        QFETCH(int, index);
        Bench b;
        QTEST(b.get(static_cast<uint8_t>(index)), "atReset");
        b.put(static_cast<uint8_t>(index), 0xFFFFFFFF);
        QTEST(b.get(static_cast<uint8_t>(index)), "afterOnes");
    }

    void theArbitrationRegisterShowsTheId() {
        Bench b;
        b.put(0, 0x05000000);
        QCOMPARE(b.get(2), 0x05000000U);
    }

    void partsOfTheWindowAreReadButNotWritten() {
        Bench b;
        b.chip.write(0x00, 1, 1);
        QCOMPARE(b.chip.read(0x00, 4), uint64_t{1});
        QCOMPARE(b.chip.read(0x12, 1), uint64_t{0x17});
        b.chip.write(0x00, 0x10, 4);
        b.chip.write(0x10, 0x33, 1);
        QCOMPARE(b.entry(0), maskBit);
        QCOMPARE(b.chip.read(0x20, 4), uint64_t{0});
    }

    void entriesBecomeMessages_data() {
        QTest::addColumn<quint32>("low");
        QTest::addColumn<int>("delivery");
        QTest::addColumn<bool>("logical");
        QTest::newRow("fixed") << 0x0042U << 0 << false;
        QTest::newRow("lowest priority, logical") << 0x0942U << 1 << true;
        QTest::newRow("SMI") << 0x0242U << 2 << false;
        QTest::newRow("NMI") << 0x0442U << 4 << false;
        QTest::newRow("INIT") << 0x0542U << 5 << false;
        QTest::newRow("ExtINT") << 0x0742U << 7 << false;
        QTest::newRow("active low makes no difference") << 0x2042U << 0 << false;
    }
    void entriesBecomeMessages() {
        QFETCH(quint32, low);
        QFETCH(int, delivery);
        QFETCH(bool, logical);
        Bench b;
        b.route(5, low, 0x03000000);
        b.chip.setLine(5, true);
        ApicMessage expected{.vector = 0x42,
                             .delivery = static_cast<ApicDelivery>(delivery),
                             .levelTriggered = false,
                             .logical = logical,
                             .destination = 3};
        QVERIFY(b.messages == std::vector{expected});
    }

    void anEdgeInterruptsOncePerRise() {
        Bench b;
        b.route(4, 0x30);
        b.chip.setLine(4, true);
        b.chip.setLine(4, true);
        QCOMPARE(b.messages.size(), size_t{1});
        b.chip.endOfInterrupt(0x30);
        QCOMPARE(b.messages.size(), size_t{1});
        b.chip.setLine(4, false);
        b.chip.setLine(4, true);
        QCOMPARE(b.messages.size(), size_t{2});
        QCOMPARE(b.entry(4), 0x30U);
    }

    void anEdgeWhileMaskedIsLost() {
        Bench b;
        b.route(4, maskBit | 0x30);
        b.chip.setLine(4, true);
        b.route(4, 0x30);
        QVERIFY(b.messages.empty());
    }

    void aLevelInterruptsAgainUntilTheLineFalls() {
        Bench b;
        b.route(10, levelBit | 0x61);
        b.chip.setLine(10, true);
        QCOMPARE(b.messages.size(), size_t{1});
        QVERIFY(b.messages[0].levelTriggered);
        QCOMPARE(b.entry(10), levelBit | remoteIrrBit | 0x61);
        b.chip.endOfInterrupt(0x60); // somebody else's
        QCOMPARE(b.messages.size(), size_t{1});
        b.chip.endOfInterrupt(0x61);
        QCOMPARE(b.messages.size(), size_t{2});
        b.chip.setLine(10, false);
        b.chip.write(0x40, 0x61, 4); // the EOI register
        QCOMPARE(b.messages.size(), size_t{2});
        QCOMPARE(b.entry(10), levelBit | 0x61);
    }

    void aLevelWaitsForItsMask() {
        Bench b;
        b.route(10, levelBit | maskBit | 0x61);
        b.chip.setLine(10, true);
        QVERIFY(b.messages.empty());
        b.route(10, levelBit | 0x61);
        QCOMPARE(b.messages.size(), size_t{1});
    }

    void aMessageThatNobodyAcceptsLeavesNoRemoteIrr() {
        Bench b;
        b.accepts = false;
        b.route(10, levelBit | 0x61);
        b.chip.setLine(10, true);
        QCOMPARE(b.entry(10), levelBit | 0x61);
    }

    void switchingToEdgeClearsRemoteIrr() {
        Bench b;
        b.route(10, levelBit | 0x61);
        b.chip.setLine(10, true);
        b.put(0x10 + 20, maskBit | 0x61);
        QCOMPARE(b.entry(10), maskBit | 0x61);
    }

    void inputsBeyondTheLastAreIgnored() {
        Bench b;
        b.chip.setLine(24, true);
        b.chip.setLine(~0U, true);
        QVERIFY(b.messages.empty());
    }

    void restoredStateGoesOn() {
        Bench a;
        a.put(0, 0x02000000);
        a.route(10, levelBit | 0x61);
        a.chip.setLine(10, true);
        Archive out;
        a.chip.serialize(out);
        std::vector<uint8_t> saved = out.take();
        Bench b;
        Archive in(saved);
        b.chip.serialize(in);
        QVERIFY(!in.failed());
        Archive again;
        b.chip.serialize(again);
        QVERIFY(again.take() == saved);
        b.chip.endOfInterrupt(0x61);
        QCOMPARE(b.messages.size(), size_t{1});
        b.chip.reset();
        QCOMPARE(b.entry(10), maskBit);
        QCOMPARE(b.get(0), 0U);
    }
};

QTEST_APPLESS_MAIN(TestIoApic)
#include "tst_io_apic.moc"
