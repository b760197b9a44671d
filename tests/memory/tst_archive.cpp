// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/memory/archive.h"

#include <QTest>

using namespace bootglass;

namespace {

enum class Colour : uint8_t { Red, Green, Blue };

struct Time {
    uint64_t value = 0;
};

struct Part {
    uint16_t number = 0;
    std::string name;
    void serialize(Archive &archive) { archive(number, name); }
    bool operator==(const Part &) const = default;
};

struct Whole {
    uint8_t byte = 0;
    int32_t negative = 0;
    bool flag = false;
    Colour colour = Colour::Red;
    Time time;
    std::array<uint16_t, 3> array{};
    std::vector<Part> parts;
    void serialize(Archive &archive) {
        archive.section("whole");
        archive(byte, negative, flag, colour, time, array, parts);
    }
};

Whole example() {
    return {0xAB, -5, true, Colour::Blue, {1ULL << 63}, {1, 0x203, 0xFFFF}, {{7, "x"}, {8, ""}}};
}

std::vector<uint8_t> save(Whole whole) {
    Archive archive;
    archive(whole);
    return archive.take();
}

} // namespace

class TestArchive : public QObject {
    Q_OBJECT
  private slots:
    void whatWasSavedIsLoaded() {
        std::vector<uint8_t> bytes = save(example());
        Archive loading(bytes);
        QVERIFY(loading.loading());
        Whole whole;
        loading(whole);
        QVERIFY2(!loading.failed(), loading.error().c_str());
        QCOMPARE(int(whole.byte), 0xAB);
        QCOMPARE(whole.negative, -5);
        QCOMPARE(whole.flag, true);
        QVERIFY(whole.colour == Colour::Blue);
        QCOMPARE(whole.time.value, uint64_t{1} << 63);
        QCOMPARE(whole.array, (std::array<uint16_t, 3>{1, 0x203, 0xFFFF}));
        QCOMPARE(whole.parts, (std::vector<Part>{{7, "x"}, {8, ""}}));
        QCOMPARE(save(whole), bytes);
    }

    void bytesAreLittleEndianWithoutGaps() {
        Archive archive;
        uint8_t byte = 1;
        uint32_t word = 0x12345678;
        archive(byte, word);
        std::string text = "ab";
        archive(text);
        QCOMPARE(archive.take(), (std::vector<uint8_t>{1, 0x78, 0x56, 0x34, 0x12, 2, 0, 0, 0, 0, 0,
                                                       0, 0, 'a', 'b'}));
    }

    void everyTruncationFailsAndStaysFailed() {
        std::vector<uint8_t> bytes = save(example());
        for (size_t length = 0; length < bytes.size(); ++length) {
            Archive loading{std::span(bytes).first(length)};
            Whole whole;
            loading(whole);
            QVERIFY2(loading.failed(), qPrintable(QString::number(length)));
            std::string first = loading.error();
            uint64_t untouched = 42;
            loading(untouched);
            QCOMPARE(untouched, uint64_t{42});
            QCOMPARE(loading.error(), first);
        }
    }

    void aLengthBeyondTheInputIsRefusedBeforeMemoryIsTaken() {
        for (uint64_t length : {uint64_t{9}, uint64_t{1} << 40, ~uint64_t{0}}) {
            Archive saving;
            saving(length);
            uint64_t rest = 0; // eight bytes follow
            saving(rest);
            std::vector<uint8_t> bytes = saving.take();
            std::vector<uint8_t> values{1, 2, 3};
            Archive loading(bytes);
            loading(values);
            QVERIFY(loading.failed());
            QVERIFY(values.size() <= 3);
            std::string text = "text";
            Archive again(bytes);
            again(text);
            QVERIFY(again.failed());
            QVERIFY(text.size() <= 4);
        }
    }

    void sectionsFindForeignBytes() {
        Archive saving;
        saving.section("timers");
        std::vector<uint8_t> bytes = saving.take();
        Archive right(bytes);
        right.section("timers");
        QVERIFY(!right.failed());
        Archive wrong(bytes);
        wrong.section("clock");
        QVERIFY(wrong.failed());
        QCOMPARE(wrong.error(), std::string("the saved state has 'timers' where 'clock' belongs"));
    }

    void aHostileSectionNameIsCutInTheMessage() {
        Archive saving;
        saving.section(std::string(5000, 'x'));
        std::vector<uint8_t> bytes = saving.take();
        Archive loading(bytes);
        loading.section("clock");
        QVERIFY(loading.failed());
        QVERIFY(loading.error().size() < 120);
    }

    void devicesMayRefuse() {
        std::vector<uint8_t> bytes(4);
        Archive loading(bytes);
        loading.fail("first");
        loading.fail("second");
        QCOMPARE(loading.error(), std::string("first"));
        Archive saving;
        saving.fail("saving cannot fail");
        QVERIFY(!saving.failed());
    }

    void spansAreBytesWithoutALength() {
        std::array<uint8_t, 3> data{1, 2, 3};
        Archive saving;
        saving.bytes(data);
        std::vector<uint8_t> bytes = saving.take();
        QCOMPARE(bytes, (std::vector<uint8_t>{1, 2, 3}));
        std::array<uint8_t, 4> more{9, 9, 9, 9};
        Archive loading(bytes);
        loading.bytes(more);
        QVERIFY(loading.failed());
        QCOMPARE(more, (std::array<uint8_t, 4>{9, 9, 9, 9}));
    }
};

QTEST_APPLESS_MAIN(TestArchive)
#include "tst_archive.moc"
