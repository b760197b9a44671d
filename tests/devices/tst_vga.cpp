// SPDX-License-Identifier: GPL-3.0-or-later
// The display adapter in its modes, set as the VGA BIOS sets them: what software writes is read
// back and seen. Register values are the BIOS's (IBM VGA/XGA Technical Reference, section 2).
#include "emulator/devices/vga.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

namespace {

using Values = std::vector<int>;
using Bytes = std::vector<uint8_t>;

struct Mode {
    int miscellaneous;
    Values sequencer;
    Values crtc;
    Values graphics;
    Values attribute;
};

const Values textAttributes{0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3A,
                            0x3B, 0x3C, 0x3D, 0x3E, 0x3F, 0x0C, 0x00, 0x0F, 0x08, 0x00};
const Values plainAttributes{0,  1,  2,  3,  4,  5,    6, 7,  8, 9, 10,
                             11, 12, 13, 14, 15, 0x41, 0, 15, 0, 0};

/// 80 columns of 9 dots, 25 rows of 16 lines.
const Mode mode3{0x67,
                 {3, 0, 3, 0, 2},
                 {0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0,
                  0,    0,    0,    0x9C, 0x8E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF},
                 {0, 0, 0, 0, 0, 0x10, 0x0E, 0, 0xFF},
                 textAttributes};
/// 320 × 200 of four colours, as the CGA had it.
const Mode mode4{0x63,
                 {3, 9, 3, 0, 2},
                 {0x2D, 0x27, 0x28, 0x90, 0x2B, 0x80, 0xBF, 0x1F, 0x00, 0xC1, 0,    0,   0,
                  0,    0,    0,    0x9C, 0x8E, 0x8F, 0x14, 0x00, 0x96, 0xB9, 0xA2, 0xFF},
                 {0, 0, 0, 0, 0, 0x30, 0x0F, 0, 0xFF},
                 {0x00, 0x13, 0x15, 0x17, 0x02, 0x04, 0x06, 0x07, 0x10, 0x11, 0x12,
                  0x13, 0x14, 0x15, 0x16, 0x17, 0x01, 0x00, 0x03, 0x00, 0x00}};
/// 640 × 480 of 16 colours.
const Mode mode12{0xE3,
                  {3, 1, 15, 0, 6},
                  {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0x0B, 0x3E, 0x00, 0x40, 0,    0,   0,
                   0,    0,    0,    0xEA, 0x8C, 0xDF, 0x28, 0x00, 0xE7, 0x04, 0xE3, 0xFF},
                  {0, 0, 0, 0, 0, 0, 5, 15, 0xFF},
                  plainAttributes};
/// 320 × 200 of 256 colours.
const Mode mode13{0x63,
                  {3, 1, 15, 0, 14},
                  {0x5F, 0x4F, 0x50, 0x82, 0x54, 0x80, 0xBF, 0x1F, 0x00, 0x41, 0,    0,   0,
                   0,    0,    0,    0x9C, 0x8E, 0x8F, 0x28, 0x40, 0x96, 0xB9, 0xA3, 0xFF},
                  {0, 0, 0, 0, 0, 0x40, 5, 15, 0xFF},
                  plainAttributes};

/// Mode 13h with its planes apart, called mode X.
Mode modeX() {
    Mode mode = mode13;
    mode.sequencer[4] = 6;
    mode.crtc[0x14] = 0;
    mode.crtc[0x17] = 0xE3;
    return mode;
}

struct Bench {
    VirtualClock clock;
    Vga vga{clock};

    explicit Bench(const Mode &mode = mode3) { set(mode); }

    void out(uint16_t port, int value) {
        vga.write(static_cast<uint16_t>(port - Vga::firstPort), static_cast<uint32_t>(value), 1);
    }
    int in(uint16_t port) {
        return static_cast<int>(vga.read(static_cast<uint16_t>(port - Vga::firstPort), 1));
    }
    void index(uint16_t port, int index, int value) {
        out(port, index);
        out(static_cast<uint16_t>(port + 1), value);
    }
    int indexed(uint16_t port, int index) {
        out(port, index);
        return in(static_cast<uint16_t>(port + 1));
    }
    void attribute(int index, int value) {
        in(0x3DA);
        out(0x3C0, index);
        out(0x3C0, value);
    }
    void set(const Mode &mode) {
        out(0x3C2, mode.miscellaneous);
        for (size_t i = 0; i < mode.sequencer.size(); ++i)
            index(0x3C4, int(i), mode.sequencer[i]);
        index(0x3D4, 0x11, 0);
        for (size_t i = 0; i < mode.crtc.size(); ++i)
            index(0x3D4, int(i), mode.crtc[i]);
        for (size_t i = 0; i < mode.graphics.size(); ++i)
            index(0x3CE, int(i), mode.graphics[i]);
        for (size_t i = 0; i < mode.attribute.size(); ++i)
            attribute(int(i), mode.attribute[i]);
        in(0x3DA);
        out(0x3C0, 0x20); // the screen on
        out(0x3C6, 0xFF);
        out(0x3C8, 0);
        for (int colour = 0; colour < 256; ++colour)
            for (int shift : {0, 2, 4})
                out(0x3C9, (colour >> shift & 3) * 21);
    }
    /// A colour that set() put into the DAC, as 00RRGGBB.
    static uint32_t colour(int index) {
        auto part = [](int two) { return uint32_t(two * 85); };
        return part(index & 3) << 16 | part(index >> 2 & 3) << 8 | part(index >> 4 & 3);
    }
    void poke(uint32_t address, uint64_t value, unsigned size = 1) {
        vga.writeWindow(address - 0xA0000, value, size);
    }
    uint64_t peek(uint32_t address, unsigned size = 1) {
        return vga.readWindow(address - 0xA0000, size);
    }
    void vbe(int index, int value) {
        vga.writeVbe(0, static_cast<uint32_t>(index), 2);
        vga.writeVbe(1, static_cast<uint32_t>(value), 2);
    }
    int vbeIs(int index) {
        vga.writeVbe(0, static_cast<uint32_t>(index), 2);
        return static_cast<int>(vga.readVbe(1, 2));
    }
    void linear(int width, int height, int bits, int more = 0) {
        vbe(4, 0);
        vbe(1, width);
        vbe(2, height);
        vbe(3, bits);
        vbe(4, 0x41 | more);
    }
};

} // namespace

class TestVga : public QObject {
    Q_OBJECT
  private slots:
    // --- text

    void textIsSeen() {
        Bench b;
        std::vector<unsigned> rows;
        b.vga.setTextRowWritten([&](unsigned row) { rows.push_back(row); });
        const char *words = "Hello";
        for (unsigned i = 0; words[i] != 0; ++i)
            b.poke(0xB8000 + 2 * (3 * 80 + 10 + i), 0x1F00U | static_cast<uint8_t>(words[i]), 2);
        QCOMPARE(b.vga.textRow(3), std::string(10, ' ') + "Hello");
        QCOMPARE(rows, std::vector<unsigned>(5, 3));
        auto page = b.vga.text();
        QVERIFY(page);
        QCOMPARE(page->columns, 80U);
        QCOMPARE(page->rows, 25U);
        QCOMPARE(int(page->at(10, 3).attribute), 0x1F);
        rows.clear();
        b.poke(0xB8000 + 2 * (3 * 80 + 10), 0x1F48, 2); // nothing new
        QVERIFY(rows.empty());
        QCOMPARE(b.peek(0xB8000 + 2 * (3 * 80 + 10), 2), uint64_t{0x1F48});
        QCOMPARE(b.peek(0xB0000), uint64_t{0xFF}); // the window is at B8000h
    }
    void startAddressScrolls() {
        Bench b;
        b.poke(0xB8000 + 2 * 80 * 30, 0x0741, 2);
        QCOMPARE(b.vga.textRow(5), std::string());
        b.index(0x3D4, 0x0C, (25 * 80) >> 8);
        b.index(0x3D4, 0x0D, (25 * 80) & 0xFF);
        QCOMPARE(b.vga.textRow(5), std::string("A"));
    }
    void cursorIsFound() {
        Bench b;
        b.index(0x3D4, 0x0E, (2 * 80 + 7) >> 8);
        b.index(0x3D4, 0x0F, (2 * 80 + 7) & 0xFF);
        auto page = b.vga.text();
        QVERIFY(page && page->cursor);
        QCOMPARE((Values{int(page->cursor->column), int(page->cursor->row)}), (Values{7, 2}));
        b.index(0x3D4, 0x0A, 0x20);
        QVERIFY(!b.vga.text()->cursor);
    }
    void textHasItsFont() {
        Bench b;
        b.index(0x3D4, 0x0A, 0x20); // no cursor
        // A glyph into plane 2, as the BIOS loads fonts: sequential addresses at A0000h.
        b.index(0x3C4, 2, 4);
        b.index(0x3C4, 4, 7);
        b.index(0x3CE, 5, 0);
        b.index(0x3CE, 6, 0x04);
        b.poke(0xA0000 + 0x41 * 32 + 2, 0x81);
        b.poke(0xA0000 + 0xC4 * 32 + 2, 0x01); // a line: its ninth dot goes on
        b.index(0x3C4, 2, 3);
        b.index(0x3C4, 4, 2);
        b.index(0x3CE, 5, 0x10);
        b.index(0x3CE, 6, 0x0E);
        b.poke(0xB8000, 0x1E41, 2);
        b.poke(0xB8002, 0x1EC4, 2);
        ScreenImage image = b.vga.render();
        QCOMPARE(image.width, 720U);
        QCOMPARE(image.height, 400U);
        uint32_t front = Bench::colour(0x3E); // attribute colour 14 is DAC colour 3Eh
        uint32_t back = Bench::colour(0x01);
        QCOMPARE(image.at(0, 2), front);
        QCOMPARE(image.at(1, 2), back);
        QCOMPARE(image.at(7, 2), front);
        QCOMPARE(image.at(8, 2), back);
        QCOMPARE(image.at(9 + 7, 2), front);
        QCOMPARE(image.at(9 + 8, 2), front);
        QCOMPARE(image.at(0, 3), back);
    }

    // --- planes: what a write does, by the graphics controller's registers

    void writeModes_data() {
        QTest::addColumn<Values>("registers"); // set/reset, enable, rotate, mode, bit mask
        QTest::addColumn<int>("mapMask");
        QTest::addColumn<int>("value");
        QTest::addColumn<Values>("planes"); // the latches held F0h, CCh, AAh, 0Fh
        auto row = [](const char *name, Values registers, int mapMask, int value, Values planes) {
            QTest::newRow(name) << registers << mapMask << value << planes;
        };
        row("0: to all", {0, 0, 0, 0, 0xFF}, 15, 0x5A, {0x5A, 0x5A, 0x5A, 0x5A});
        row("0: to planes 0 and 2", {0, 0, 0, 0, 0xFF}, 5, 0x5A, {0x5A, 0xCC, 0x5A, 0x0F});
        row("0: masked", {0, 0, 0, 0, 0x0F}, 15, 0x55, {0xF5, 0xC5, 0xA5, 0x05});
        row("0: rotated", {0, 0, 3, 0, 0xFF}, 15, 0x0F, {0xE1, 0xE1, 0xE1, 0xE1});
        row("0: set and reset", {6, 15, 0, 0, 0xFF}, 15, 0x12, {0, 0xFF, 0xFF, 0});
        row("0: some by set/reset", {2, 3, 0, 0, 0xFF}, 15, 0x12, {0, 0xFF, 0x12, 0x12});
        row("0: AND", {0, 0, 0x08, 0, 0xFF}, 15, 0x3C, {0x30, 0x0C, 0x28, 0x0C});
        row("0: OR", {0, 0, 0x10, 0, 0xFF}, 15, 0x3C, {0xFC, 0xFC, 0xBE, 0x3F});
        row("0: XOR", {0, 0, 0x18, 0, 0xFF}, 15, 0x3C, {0xCC, 0xF0, 0x96, 0x33});
        row("1: latches", {15, 15, 0x18, 1, 0}, 15, 0x99, {0xF0, 0xCC, 0xAA, 0x0F});
        row("2: a colour", {0, 0, 0, 2, 0xFF}, 15, 0x05, {0xFF, 0, 0xFF, 0});
        row("2: a colour for some dots", {0, 0, 0, 2, 0x81}, 15, 0x05, {0xF1, 0x4C, 0xAB, 0x0E});
        row("3: dots by the value", {9, 0, 0, 3, 0xFF}, 15, 0x81, {0xF1, 0x4C, 0x2A, 0x8F});
        row("3: and the mask", {9, 0, 0, 3, 0x80}, 15, 0x81, {0xF0, 0x4C, 0x2A, 0x8F});
        row("3: rotated", {15, 0, 1, 3, 0xFF}, 15, 0x01, {0xF0, 0xCC, 0xAA, 0x8F});
    }
    void writeModes() {
        QFETCH(Values, registers);
        QFETCH(int, mapMask);
        QFETCH(int, value);
        QFETCH(Values, planes);
        Bench b(mode12);
        const Values before{0xF0, 0xCC, 0xAA, 0x0F};
        for (int plane = 0; plane < 4; ++plane) {
            b.index(0x3C4, 2, 1 << plane);
            b.poke(0xA0123, uint64_t(before[size_t(plane)]));
        }
        b.index(0x3CE, 0, registers[0]);
        b.index(0x3CE, 1, registers[1]);
        b.index(0x3CE, 3, registers[2]);
        b.index(0x3CE, 5, registers[3]);
        b.index(0x3CE, 8, registers[4]);
        b.index(0x3C4, 2, mapMask);
        b.peek(0xA0123); // into the latches
        b.poke(0xA0123, uint64_t(value));
        b.index(0x3CE, 5, 0);
        for (int plane = 0; plane < 4; ++plane) {
            b.index(0x3CE, 4, plane);
            QCOMPARE(int(b.peek(0xA0123)), planes[size_t(plane)]);
        }
    }
    void readMode1ComparesColours() {
        Bench b(mode12);
        const Values planes{0xF0, 0xCC, 0xAA, 0x00}; // dots: 7,3,5,1,6,2,4,0
        for (int plane = 0; plane < 4; ++plane) {
            b.index(0x3C4, 2, 1 << plane);
            b.poke(0xA0000, uint64_t(planes[size_t(plane)]));
        }
        b.index(0x3CE, 5, 8);
        b.index(0x3CE, 2, 5); // colour 5: planes 0 and 2
        b.index(0x3CE, 7, 15);
        QCOMPARE(int(b.peek(0xA0000)), 0x20);
        b.index(0x3CE, 7, 5); // whatever plane 1 has
        QCOMPARE(int(b.peek(0xA0000)), 0xA0);
        b.index(0x3CE, 7, 0);
        QCOMPARE(int(b.peek(0xA0000)), 0xFF);
    }
    void planarDotsAreSeen() {
        Bench b(mode12);
        b.index(0x3C4, 2, 9); // colour 9
        b.poke(0xA0000 + 100 * 80 + 2, 0x40);
        ScreenImage image = b.vga.render();
        QCOMPARE((Values{int(image.width), int(image.height)}), (Values{640, 480}));
        QCOMPARE(image.at(17, 100), Bench::colour(9));
        QCOMPARE(image.at(16, 100), Bench::colour(0));
        QCOMPARE(image.at(17, 101), Bench::colour(0));
        QVERIFY(!b.vga.text());
    }
    void panningAndSplitScreen() {
        Bench b(mode12);
        b.index(0x3C4, 2, 15);
        b.poke(0xA0000, 0x80); // the memory's first dot
        b.poke(0xA0000 + 0x1000 * 1 + 80, 0x80);
        b.attribute(0x13, 3); // three dots to the left
        b.in(0x3DA);
        b.out(0x3C0, 0x20);
        QCOMPARE(b.vga.render().at(0, 0), Bench::colour(0));
        b.attribute(0x13, 0);
        b.in(0x3DA);
        b.out(0x3C0, 0x20);
        b.index(0x3D4, 0x0C, 0x10); // start at 1000h
        b.index(0x3D4, 0x18, 99);   // from line 100 on, memory from 0
        b.index(0x3D4, 7, 0x3E & ~0x10);
        b.index(0x3D4, 0x11, 0x0C);
        b.index(0x3D4, 7, 0x3E & ~0x10);
        b.index(0x3D4, 9, 0x00);
        ScreenImage image = b.vga.render();
        QCOMPARE(image.at(0, 1), Bench::colour(15));
        QCOMPARE(image.at(0, 0), Bench::colour(0));
        QCOMPARE(image.at(0, 100), Bench::colour(15));
    }
    void cgaLinesAreInterleaved() {
        Bench b(mode4);
        b.poke(0xB8000, 0x1B);          // 0 1 2 3
        b.poke(0xB8000 + 0x2000, 0xC0); // line 1 begins with 3
        b.poke(0xB8000 + 80, 0x40);     // line 2 with 1
        ScreenImage image = b.vga.render();
        QCOMPARE((Values{int(image.width), int(image.height)}), (Values{320, 200}));
        auto palette = [](size_t i) { return Bench::colour(mode4.attribute[i]); };
        for (unsigned x = 0; x < 4; ++x)
            QCOMPARE(image.at(x, 0), palette(x));
        QCOMPARE(image.at(0, 1), palette(3));
        QCOMPARE(image.at(0, 2), palette(1));
    }

    // --- 256 colours

    void mode13hIsAByteADot() {
        Bench b(mode13);
        b.poke(0xA0000 + 199 * 320 + 318, 0x7B);
        b.poke(0xA0000, 0x0403020100ULL >> 8, 4);
        ScreenImage image = b.vga.render();
        QCOMPARE((Values{int(image.width), int(image.height)}), (Values{320, 200}));
        QCOMPARE(image.at(318, 199), Bench::colour(0x7B));
        for (unsigned x = 0; x < 4; ++x)
            QCOMPARE(image.at(x, 0), Bench::colour(int(x + 1)));
        QCOMPARE(b.peek(0xA0000, 4), uint64_t{0x04030201});
        b.index(0x3C4, 2, 0x0E); // the map mask holds with chain 4, too
        b.poke(0xA0000, 0, 4);
        QCOMPARE(b.peek(0xA0000, 4), uint64_t{0x00000001});
    }
    void modeXHasItsPlanesApart() {
        Bench b(modeX());
        for (int x = 0; x < 4; ++x) {
            b.index(0x3C4, 2, 1 << x);
            b.poke(0xA0000 + 10 * 80 + 1, uint64_t(0x20 + x));
        }
        ScreenImage image = b.vga.render();
        QCOMPARE((Values{int(image.width), int(image.height)}), (Values{320, 200}));
        for (unsigned x = 0; x < 4; ++x)
            QCOMPARE(image.at(4 + x, 10), Bench::colour(int(0x20 + x)));
        // Four dots copied at once through the latches.
        b.index(0x3C4, 2, 15);
        b.index(0x3CE, 5, 0x41);
        b.peek(0xA0000 + 10 * 80 + 1);
        b.poke(0xA0000 + 20 * 80 + 5, 0);
        QCOMPARE(b.vga.render().at(21, 20), Bench::colour(0x21));
        // A second page.
        b.index(0x3D4, 0x0C, 0x3E);
        b.index(0x3D4, 0x0D, 0x80);
        QCOMPARE(b.vga.render().at(21, 20), Bench::colour(0));
    }

    // --- linear modes

    void linearModes_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<quint64>("pixel");
        QTest::addColumn<quint32>("colour");
        QTest::newRow("8") << 8 << quint64{0x39} << quint32{Bench::colour(0x39)};
        QTest::newRow("15") << 15 << quint64{0x7C1F} << quint32{0xFF00FF};
        QTest::newRow("16") << 16 << quint64{0x07E0} << quint32{0x00FF00};
        QTest::newRow("16, half") << 16 << quint64{0x8410} << quint32{0x848284};
        QTest::newRow("24") << 24 << quint64{0x123456} << quint32{0x123456};
        QTest::newRow("32") << 32 << quint64{0xFF654321} << quint32{0x654321};
    }
    void linearModes() {
        QFETCH(int, bits);
        QFETCH(quint64, pixel);
        QFETCH(quint32, colour);
        Bench b;
        b.linear(800, 600, bits);
        unsigned bytes = unsigned(bits + 7) / 8;
        size_t at = (300 * 800 + 7) * bytes;
        for (unsigned i = 0; i < bytes; ++i)
            b.vga.frameBuffer()[at + i] = static_cast<uint8_t>(pixel >> 8 * i);
        ScreenImage image = b.vga.render();
        QCOMPARE((Values{int(image.width), int(image.height)}), (Values{800, 600}));
        QCOMPARE(image.at(7, 300), colour);
        QCOMPARE(image.at(8, 300), 0U);
        QVERIFY(!b.vga.text());
        b.vbe(4, 0);
        b.set(mode3); // which the firmware does, too: the mode has changed the VGA's registers
        QVERIFY(b.vga.text());
    }
    void banksShowTheMemory() {
        Bench b;
        b.linear(640, 480, 8);
        b.vbe(5, 3);
        b.poke(0xA1234, 0x5A);
        QCOMPARE(int(b.vga.frameBuffer()[0x31234]), 0x5A);
        b.vbe(5, 0);
        QCOMPARE(b.peek(0xA1234), uint64_t{0});
    }
    void switchingOnClears() {
        Bench b;
        b.vga.frameBuffer()[1000] = 7;
        b.linear(320, 200, 8, 0x80); // but for this bit
        QCOMPARE(int(b.vga.frameBuffer()[1000]), 7);
        b.linear(320, 200, 8);
        QCOMPARE(int(b.vga.frameBuffer()[1000]), 0);
    }
    void pictureIsAPartOfALargerOne() {
        Bench b;
        b.linear(320, 200, 32);
        b.vbe(6, 1024);
        QCOMPARE(b.vbeIs(6), 1024);
        QCOMPARE(b.vbeIs(7), 4096); // 16 MiB of lines of 4 KiB
        b.vbe(8, 100);
        b.vbe(9, 50);
        b.vga.frameBuffer()[4 * (51 * 1024 + 102)] = 0x44;
        QCOMPARE(b.vga.render().at(2, 1), 0x44U);
    }
    void vbeRegisters_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("written");
        QTest::addColumn<int>("read");
        QTest::newRow("id") << 0 << 0xB0C4 << 0xB0C4;
        QTest::newRow("no such id") << 0 << 0x1234 << 0xB0C5;
        QTest::newRow("width") << 1 << 1280 << 1280;
        QTest::newRow("too wide") << 1 << 60000 << 16000;
        QTest::newRow("depth") << 3 << 24 << 24;
        QTest::newRow("no such depth") << 3 << 7 << 8;
        QTest::newRow("memory, 64 KiB each") << 10 << 1 << 256;
        QTest::newRow("no such register") << 77 << 5 << 0;
    }
    void vbeRegisters() {
        QFETCH(int, index);
        QFETCH(int, written);
        QFETCH(int, read);
        Bench b;
        b.vbe(index, written);
        QCOMPARE(b.vbeIs(index), read);
        // The same in the memory-mapped registers.
        if (index < 11) QCOMPARE(int(b.vga.readMmio(0x500 + 2 * uint64_t(index), 2)), read);
    }
    void capabilitiesAreAsked() {
        Bench b;
        b.vbe(4, 2);
        QCOMPARE((Values{b.vbeIs(1), b.vbeIs(2), b.vbeIs(3)}), (Values{16000, 12000, 32}));
    }

    // --- registers

    void dacCountsColoursAndComponents() {
        Bench b;
        b.out(0x3C8, 10);
        QCOMPARE(b.in(0x3C7), 0);
        for (int value : {1, 2, 3, 0xFF, 0x40, 63})
            b.out(0x3C9, value);
        QCOMPARE(b.in(0x3C8), 12);
        b.out(0x3C7, 10);
        QCOMPARE(b.in(0x3C7), 3);
        Values read;
        for (int i = 0; i < 6; ++i)
            read.push_back(b.in(0x3C9));
        QCOMPARE(read, (Values{1, 2, 3, 63, 0, 63})); // six bits each
        b.out(0x3C8, 255);
        for (int value : {9, 9, 9, 8, 8, 8})
            b.out(0x3C9, value);
        b.out(0x3C7, 0);
        QCOMPARE(b.in(0x3C9), 8); // the index wraps
    }
    void attributesComeByTurns() {
        Bench b;
        b.in(0x3DA);
        b.out(0x3C0, 0x05); // the palette is software's
        b.out(0x3C0, 0x2A);
        b.out(0x3C0, 0x05); // index again, as data it would be kept
        QCOMPARE(b.in(0x3C1), 0x2A);
        QCOMPARE(b.in(0x3C0), 0x05);
        b.in(0x3DA);
        b.out(0x3C0, 0x25); // now it is the screen's
        b.out(0x3C0, 0x11);
        QCOMPARE(b.in(0x3C1), 0x2A);
        b.in(0x3DA);
        b.out(0x3C0, 0x05); // without it, the screen is dark
        QCOMPARE(b.vga.render().at(0, 0), 0U);
    }
    void crtcProtectsItsTiming() {
        Bench b;
        b.index(0x3D4, 0x11, 0x8E);
        for (int i = 0; i < 8; ++i)
            b.index(0x3D4, i, 0x00);
        QCOMPARE(b.indexed(0x3D4, 0), 0x5F);
        QCOMPARE(b.indexed(0x3D4, 7), 0x0F); // but for line compare's bit
        b.index(0x3D4, 0x0C, 0x12);
        QCOMPARE(b.indexed(0x3D4, 0x0C), 0x12);
    }
    void monochromePortsAreElsewhere() {
        Bench b;
        b.out(0x3C2, 0x66);
        QCOMPARE(b.in(0x3D4), 0xFF);
        QCOMPARE(b.in(0x3D5), 0xFF);
        b.index(0x3B4, 0x0F, 0x33);
        QCOMPARE(b.indexed(0x3B4, 0x0F), 0x33);
        QCOMPARE(b.in(0x3CC), 0x66);
        b.out(0x3C2, 0x67);
        QCOMPARE(b.indexed(0x3D4, 0x0F), 0x33);
    }
    void statusFollowsTheBeam() {
        // Mode 3: 900 dots a line, 449 lines, 28.322 MHz: 70.09 frames a second; retrace from line
        // 412 for two lines.
        Bench b;
        int retraces = 0;
        int lines = 0;
        int last = b.in(0x3DA);
        constexpr uint64_t step = 1000;
        for (uint64_t ns = 0; ns < nsPerSecond / 10; ns += step) {
            b.clock.warpTo(VirtualNs{ns});
            int now = b.in(0x3DA);
            if ((now & ~last & 8) != 0) ++retraces;
            if ((last & ~now & 1) != 0) ++lines;
            last = now;
        }
        QCOMPARE(retraces, 7);
        QVERIFY2(lines >= 7 * 399 && lines <= 7 * 401 + 20, qPrintable(QString::number(lines)));
    }
    void memoryCanBeSwitchedOff() {
        Bench b;
        b.poke(0xB8000, 0x41);
        b.out(0x3C2, 0x65);
        QCOMPARE(b.peek(0xB8000), uint64_t{0xFF});
        b.poke(0xB8000, 0x42);
        b.out(0x3C2, 0x67);
        QCOMPARE(b.peek(0xB8000), uint64_t{0x41});
    }
    void portsAreInMemory() {
        Bench b;
        b.vga.writeMmio(0x4C4 - 0xC0, 0x0F02, 2); // sequencer, 3C4h
        QCOMPARE(b.indexed(0x3C4, 2), 0x0F);
        QCOMPARE(b.vga.readMmio(0x604, 4), uint64_t{0x1E1E1E1E});
        b.linear(320, 200, 32);
        b.vga.frameBuffer()[1] = 0x12;
        QCOMPARE(b.vga.render().at(0, 0), 0x1200U);
        b.vga.writeMmio(0x604, 0xBEBEBEBE, 4);
        QCOMPARE(b.vga.render().at(0, 0), 0x120000U);
    }

    // --- state

    void stateRoundTrips() {
        Bench b(mode12);
        b.poke(0xA0000, 0x5A);
        b.index(0x3D4, 0x0C, 0x12);
        b.in(0x3DA);
        b.out(0x3C0, 0x21);
        b.vga.frameBuffer()[5'000'000] = 9;
        Bytes saved = savedState(b.vga);
        Bench other(mode3);
        QCOMPARE(restoreState(saved, other.vga), std::string());
        QCOMPARE(savedState(other.vga), saved);
        QVERIFY(other.vga.render() == b.vga.render());
        QVERIFY(refusesTruncations(saved, other.vga, 101));
    }
    void damagedStateIsDrawn() {
        Bench b(mode13);
        b.linear(64, 64, 16);
        Bytes saved = savedState(b.vga);
        for (size_t at = 0; at < std::min<size_t>(saved.size(), 1000); at += 3) {
            Bytes damaged = saved;
            damaged[at] = 0xFF;
            if (!restoreState(damaged, b.vga).empty()) continue;
            b.vga.text();
            ScreenImage image = b.vga.render();
            QCOMPARE(image.pixels.size(), size_t{image.width} * image.height);
        }
    }
    void storms() {
        Bench b;
        uint32_t seed = 11;
        for (int i = 0; i < 100'000; ++i) {
            seed = seed * 1664525 + 1013904223;
            auto port = static_cast<uint16_t>(seed >> 8 & 0x2F);
            unsigned size = 1U << (seed >> 16 & 3) % 3;
            switch (seed >> 29) {
            case 0: b.vga.read(port, 1); break;
            case 1:
            case 2: b.vga.write(port, seed >> 12, 1); break;
            case 3: b.vga.writeWindow(seed >> 12 & 0x1FFF8, seed, size); break;
            case 4: b.vga.readWindow(seed >> 12 & 0x1FFF8, size); break;
            case 5: b.vbe(int(seed >> 4 & 15), int(seed >> 12 & 0x3FF)); break;
            case 6: b.vga.writeMmio(seed >> 12 & 0x7FC, seed, 4); break;
            default: b.vga.readMmio(seed >> 12 & 0x7FC, 4); break;
            }
            if (i % 4096 == 0) {
                b.vga.text();
                ScreenImage image = b.vga.render();
                QCOMPARE(image.pixels.size(), size_t{image.width} * image.height);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestVga)
#include "tst_vga.moc"
