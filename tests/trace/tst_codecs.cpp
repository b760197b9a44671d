// SPDX-License-Identifier: GPL-3.0-or-later
// The codings of the run file's blobs: what goes in comes out, and anything else is refused.
#include "emulator/trace/event_codec.h"
#include "emulator/trace/rollup_block.h"
#include "emulator/trace/schema.h"
#include "emulator/trace/screen_codec.h"
#include "emulator/trace/span_pairing.h"
#include "emulator/trace/spsc_queue.h"

#include <QTest>

#include <map>
#include <random>
#include <thread>

using namespace bootglass;

namespace {

std::vector<Event> someEvents(size_t count, unsigned seed) {
    std::mt19937_64 dice(seed);
    std::vector<Event> events(count);
    Icount icount{dice() % 1000};
    VirtualNs ns{icount.value << 3};
    for (Event &event : events) {
        const uint64_t instructions = dice() % 500;
        icount = icount + instructions;
        ns = ns + (instructions << 3) + (dice() % 9 ? 0 : dice() % 1'000'000);
        event = {icount,
                 ns,
                 static_cast<EventKind>(dice() % eventKinds.size()),
                 static_cast<uint8_t>(dice()),
                 static_cast<uint16_t>(dice() % 12),
                 static_cast<uint32_t>(dice()),
                 dice() >> dice() % 64,
                 dice() >> dice() % 64};
    }
    return events;
}

} // namespace

class TestCodecs : public QObject {
    Q_OBJECT
  private slots:
    void numbersComeBack() {
        ByteWriter writer;
        std::vector<uint64_t> numbers = {0, 1, 127, 128, 16383, 16384, UINT64_MAX, INT64_MAX};
        for (const uint64_t number : numbers) {
            writer.varint(number);
            for (const uint64_t base : numbers)
                QCOMPARE(unzigzag(zigzag(number, base), base), number);
        }
        ByteReader reader(writer.bytes());
        for (const uint64_t number : numbers)
            QCOMPARE(reader.varint(), number);
        QVERIFY(reader.done());
        QCOMPARE(reader.varint(), uint64_t{0});
        QVERIFY(!reader.ok());
        const std::vector<uint8_t> endless(20, 0xFF);
        ByteReader tooLong(endless);
        tooLong.varint();
        QVERIFY(!tooLong.ok());
    }

    void eventsComeBack_data() {
        QTest::addColumn<int>("count");
        for (const int count : {1, 2, 100, 4095, 4096})
            QTest::addRow("%d", count) << count;
    }
    void eventsComeBack() {
        QFETCH(int, count);
        EventCodec codec(3);
        for (unsigned seed = 0; seed < 3; ++seed) {
            const std::vector<Event> events = someEvents(static_cast<size_t>(count), seed);
            const auto coded = codec.encode(events);
            const std::vector<uint8_t> data(coded.begin(), coded.end());
            std::vector<Event> decoded;
            QVERIFY(codec.decode(data, events.size(), events[0].icount, events[0].ns, decoded));
            QVERIFY(decoded == events);
            QVERIFY(!codec.decode(data, events.size() + 1, {0}, {0}, decoded));
            QVERIFY(!codec.decode(data, events.size() - 1, {0}, {0}, decoded));
        }
    }

    void damagedEventsAreRefused() {
        EventCodec codec(3);
        const std::vector<Event> events = someEvents(300, 9);
        const auto coded = codec.encode(events);
        const std::vector<uint8_t> good(coded.begin(), coded.end());
        std::vector<Event> decoded;
        for (size_t at = 0; at < good.size(); ++at) {
            std::vector<uint8_t> bad = good;
            bad[at] ^= 0x10;
            // The frame's checksum finds what the checks of the numbers do not.
            if (codec.decode(bad, events.size(), events[0].icount, events[0].ns, decoded))
                QVERIFY(decoded == events);
            QVERIFY(!codec.decode(std::span(good).first(at), events.size(), {0}, {0}, decoded));
        }
    }

    void eventsWithTimesThatOverflowAreRefused() {
        EventCodec codec(3);
        const std::vector<Event> events = someEvents(300, 9);
        const auto coded = codec.encode(events);
        const std::vector<uint8_t> data(coded.begin(), coded.end());
        std::vector<Event> decoded;
        QVERIFY(!codec.decode(data, events.size(), {UINT64_MAX - 10}, {0}, decoded));
        QVERIFY(!codec.decode(data, events.size(), {0}, {UINT64_MAX - 10}, decoded));
    }

    void rollUpsComeBack() {
        std::mt19937_64 dice(3);
        rollup::Strip strip;
        for (unsigned index = 0; index < rollup::blockBins;
             index += 1 + static_cast<unsigned>(dice() % 5)) {
            Bin &bin = strip.bin(index);
            bin = {dice() >> dice() % 64, dice() >> 20, dice() >> 30, dice() % 1000,
                   static_cast<uint32_t>(dice())};
        }
        const TrackId track{TrackKind::Timer, 7};
        const TrackId other{TrackKind::IrqLine, 1};
        ByteWriter writer;
        rollup::encodeStrip(writer, other, strip);
        rollup::encodeStrip(writer, track, strip);
        rollup::Strip decoded;
        const auto wanted = [&](TrackId id) { return id == track; };
        const auto take = [&](TrackId id, unsigned index, const Bin &bin) {
            QVERIFY(id == track);
            decoded.bin(index) = bin;
        };
        QVERIFY(rollup::decodeStrips(writer.bytes(), rollup::Layout::Grouped, wanted, take));
        QCOMPARE(decoded.used, strip.used);
        for (unsigned index = 0; index < rollup::blockBins; ++index)
            if (strip.used >> index & 1) QVERIFY(decoded.bins[index] == strip.bins[index]);
        const auto all = [](TrackId) { return true; };
        const auto ignore = [](TrackId, unsigned, const Bin &) {};
        size_t complete = 0;
        for (size_t size = 0; size < writer.size(); ++size)
            complete += rollup::decodeStrips(writer.bytes().first(size), rollup::Layout::Grouped,
                                             all, ignore);
        QCOMPARE(complete, size_t{2}); // nothing, and the first strip alone
    }

    void whatABinRepeatsTakesNoRoom() {
        rollup::Strip strip;
        for (unsigned index = 0; index < 33; ++index) // of a span
            strip.bin(index) = {0, 1 << 16, 5'000'000, 4711, 0};
        ByteWriter writer;
        rollup::encodeStrip(writer, {TrackKind::Timer, 0}, strip);
        QVERIFY(writer.size() < 50);
        strip.clear();
        QCOMPARE(strip.used, uint64_t{0});
        for (const Bin &bin : strip.bins)
            QVERIFY(bin == Bin());
    }

    void aRowsBlocksComeBack() {
        ByteWriter row;
        const std::vector<uint8_t> first = {1, 2, 3};
        const std::vector<uint8_t> second(300, 7);
        rollup::appendBlock(row, 0, first);
        rollup::appendBlock(row, 5, second);
        std::map<unsigned, std::vector<uint8_t>> blocks;
        const auto take = [&](unsigned index, std::span<const uint8_t> strips) {
            blocks[index].assign(strips.begin(), strips.end());
            return true;
        };
        QVERIFY(rollup::decodeRow(row.bytes(), take));
        QVERIFY(blocks == (decltype(blocks){{0, first}, {5, second}}));
        const auto refuse = [](unsigned index, std::span<const uint8_t>) { return index != 5; };
        QVERIFY(!rollup::decodeRow(row.bytes(), refuse));
        size_t complete = 0;
        for (size_t size = 0; size < row.size(); ++size)
            complete += rollup::decodeRow(row.bytes().first(size), take);
        QCOMPARE(complete, size_t{2}); // nothing, and the first block alone
    }

    void impossibleRowsAreRefused_data() {
        QTest::addColumn<QByteArray>("row");
        QTest::newRow("a block twice") << QByteArray::fromHex("0301AA0301BB");
        QTest::newRow("backwards") << QByteArray::fromHex("0301AA0201BB");
        QTest::newRow("beyond the row") << QByteArray::fromHex("1001AA");
        QTest::newRow("far beyond") << QByteArray::fromHex("FFFFFFFFFFFFFFFFFF0101AA");
        QTest::newRow("an empty block") << QByteArray::fromHex("0300");
        QTest::newRow("longer than the row") << QByteArray::fromHex("03FFFFFFFFFFFFFFFFFF01AA");
    }
    void impossibleRowsAreRefused() {
        QFETCH(QByteArray, row);
        const auto any = [](unsigned, std::span<const uint8_t>) { return true; };
        QVERIFY(!rollup::decodeRow(
            {reinterpret_cast<const uint8_t *>(row.constData()), static_cast<size_t>(row.size())},
            any));
    }

    void aSpanFindsItsLevel() {
        QCOMPARE(rollup::levelOfSpan(0), 0u);
        for (unsigned level = 0; level < rollup::levels; ++level) {
            const uint64_t most = rollup::binNs(level) * rollup::mostSpanBins;
            QCOMPARE(rollup::levelOfSpan(most), level);
            QCOMPARE(rollup::levelOfSpan(most + 1), level + 1);
        }
        QCOMPARE(rollup::levelOfSpan(UINT64_MAX), rollup::levels);
    }

    void screensComeBack() {
        TextScreen screen = blankScreen(80, 25);
        screen.cells[80 * 3 + 7] = 0x1234;
        screen.cells[80 * 9] = 0x4321;
        std::vector<bool> rows(25);
        rows[3] = true;
        const std::vector<uint8_t> bytes = encodeScreenRows(screen, rows);
        TextScreen decoded = blankScreen(80, 25);
        QVERIFY(decodeScreenRows(bytes, decoded));
        QCOMPARE(int(decoded.cells[80 * 3 + 7]), 0x1234);
        QCOMPARE(int(decoded.cells[80 * 9]), 0x0720);
        TextScreen small = blankScreen(80, 3);
        QVERIFY(!decodeScreenRows(bytes, small));
        QVERIFY(!decodeScreenRows(std::span(bytes).first(bytes.size() - 1), decoded));
        QVERIFY(blankScreen(1000, 25).cells.empty());
    }

    void openSpansComeBack() {
        SpanPairing pairing;
        uint64_t id = 0;
        for (const Event &event : someEvents(500, 12))
            pairing.feed(event, ++id);
        ByteWriter saved;
        pairing.save(saved);
        SpanPairing restored;
        restored.learnAddressSpaces(false);
        QVERIFY(restored.restore(saved.bytes()));
        const auto open = [](const SpanPairing &from) {
            std::vector<Span> spans;
            from.forEachOpen({INT64_MAX}, [&](const Span &span) { spans.push_back(span); });
            return spans;
        };
        QVERIFY(!open(pairing).empty());
        QVERIFY(open(restored) == open(pairing));
        ByteWriter again;
        restored.save(again);
        QVERIFY(std::ranges::equal(again.bytes(), saved.bytes()));
        for (size_t size = 0; size < saved.size(); ++size)
            (void)restored.restore(saved.bytes().first(size));
    }

    void theQueueKeepsItsOrder() {
        SpscQueue<uint64_t> queue(16);
        constexpr uint64_t count = 200'000;
        std::thread producer([&] {
            for (uint64_t i = 0; i < count; ++i)
                while (!queue.push(i))
                    std::this_thread::yield();
        });
        uint64_t expected = 0;
        bool ordered = true;
        while (expected < count) {
            const size_t ready = queue.available();
            if (!ready) std::this_thread::yield();
            for (size_t i = 0; i < ready; ++i)
                ordered &= queue.front(i) == expected++;
            queue.pop(ready);
        }
        producer.join();
        QVERIFY(ordered);
    }
};

QTEST_GUILESS_MAIN(TestCodecs)
#include "tst_codecs.moc"
