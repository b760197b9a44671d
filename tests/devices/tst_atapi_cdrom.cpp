// SPDX-License-Identifier: GPL-3.0-or-later
// The CD-ROM drive: packets after ATA/ATAPI-6, commands after SPC-2 and MMC-3.
#include "tests/devices/ide_bench.h"

#include <QTest>

using namespace bootglass;

namespace {

using Bytes = IdeBench::Bytes;
using Values = IdeBench::Values;

constexpr uint64_t sectors = 500;
constexpr int ready = ata::ready | ata::seekComplete;
constexpr int asking = ready | ata::dataRequest;
constexpr int wrong = ready | ata::error;

Bytes text(std::string_view words) {
    return {words.begin(), words.end()};
}

Bytes operator+(Bytes left, const Bytes &right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

struct Bench : IdeBench {
    explicit Bench(const std::string &path = {}) {
        number = 1;
        std::unique_ptr<DiskImage> image;
        if (!path.empty()) image = DiskImage::open(path, 2048).image;
        ide.channel(1).attach(0, std::make_unique<AtapiCdrom>(std::move(image), "CD0001"));
    }
    /// Sends a packet; `limit`: bytes of a piece.
    void packet(const Values &command, int limit = 0xFFFE, bool dma = false) {
        out(ata::Device, 0xA0);
        out(ata::Error, dma ? 1 : 0);
        out(ata::LbaMid, limit & 0xFF);
        out(ata::LbaHigh, limit >> 8);
        out(ata::Status, 0xA0);
        Bytes bytes(12);
        for (size_t i = 0; i < command.size(); ++i)
            bytes[i] = static_cast<uint8_t>(command[i]);
        writeData(bytes);
    }
    /// A packet's whole answer, and how it ended.
    struct Answer {
        Bytes bytes;
        int status = 0;
        int error = 0;
        int pieces = 0;
    };
    Answer ask(const Values &command, int limit = 0xFFFE) {
        packet(command, limit);
        Answer answer;
        while (wait()) {
            answer.status = in(ata::Status);
            answer.error = in(ata::Error);
            if ((answer.status & ata::dataRequest) == 0) break;
            size_t count = static_cast<size_t>(in(ata::LbaMid) | in(ata::LbaHigh) << 8);
            Bytes part = readData((count + 1) & ~size_t{1});
            part.resize(count);
            answer.bytes.insert(answer.bytes.end(), part.begin(), part.end());
            ++answer.pieces;
        }
        return answer;
    }
    /// Sense key, code, qualifier.
    Values sense() {
        Bytes bytes = ask({0x03, 0, 0, 0, 18}).bytes;
        if (bytes.size() < 18) return {};
        return {bytes[2], bytes[12], bytes[13]};
    }
};

} // namespace

class TestAtapiCdrom : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::string cd_;

  private slots:
    void initTestCase() { cd_ = IdeBench::image(folder_, "cd.iso", sectors, 2048); }

    void signatureIsThatOfAPacketDevice() {
        Bench b(cd_);
        QCOMPARE(
            (Values{b.in(ata::Count), b.in(ata::LbaLow), b.in(ata::LbaMid), b.in(ata::LbaHigh)}),
            (Values{1, 1, 0x14, 0xEB}));
        QCOMPARE(b.alternate(), 0);
        for (int code : {0xEC, 0x20}) { // refused, and the signature shown again
            b.out(ata::LbaMid, 0);
            b.out(ata::Status, code);
            QVERIFY(b.wait());
            QCOMPARE(b.in(ata::Status), wrong);
            QCOMPARE(b.in(ata::Error), 0x04);
            QCOMPARE((Values{b.in(ata::LbaMid), b.in(ata::LbaHigh)}), (Values{0x14, 0xEB}));
        }
    }
    void identifyTellsWhatItIs() {
        Bench b(cd_);
        b.out(ata::Status, 0xA1);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Status), asking);
        Bytes data = b.readData(512);
        QCOMPARE(data[0] | data[1] << 8, 0x85C0);
        QCOMPARE(std::string(data.begin() + 54, data.begin() + 62), std::string("OBTOLGSA"));
    }
    void deviceResetStopsAnything() {
        Bench b(cd_);
        b.packet({0x28, 0, 0, 0, 0, 0, 0, 0, 10});
        QVERIFY((b.alternate() & ata::busy) != 0);
        b.out(ata::Status, 0x08);
        QCOMPARE(b.alternate(), 0);
        QCOMPARE((Values{b.in(ata::LbaMid), b.in(ata::LbaHigh)}), (Values{0x14, 0xEB}));
        QVERIFY(!b.wait());
    }
    void reasonSaysWhoseTurnItIs() {
        Bench b(cd_);
        b.out(ata::LbaHigh, 8);
        b.out(ata::Status, 0xA0);
        QCOMPARE(b.alternate(), asking);
        QCOMPARE(b.in(ata::Count)&3, 1); // the packet
        QVERIFY(!b.interrupted());
        Bytes command(12);
        command[0] = 0x12;
        command[4] = 36;
        b.writeData(command);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Count)&3, 2); // data to the host
        b.in(ata::Status);
        b.readData(36);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Count)&3, 3); // the status
        QCOMPARE(b.in(ata::Status), ready);
    }

    void commandsEnd_data() {
        QTest::addColumn<bool>("loaded");
        QTest::addColumn<Values>("command");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<Values>("sense"); // empty: it went well
        auto row = [](const char *name, bool loaded, Values command, int bytes, Values sense = {}) {
            QTest::newRow(name) << loaded << command << bytes << sense;
        };
        row("TEST UNIT READY", true, {0x00}, 0);
        row("TEST UNIT READY, empty", false, {0x00}, 0, {2, 0x3A, 1});
        row("INQUIRY", true, {0x12, 0, 0, 0, 36}, 36);
        row("INQUIRY, cut", true, {0x12, 0, 0, 0, 5}, 5);
        row("INQUIRY, page", true, {0x12, 1, 0x80, 0, 36}, 0, {5, 0x24, 0});
        row("MODE SENSE, capabilities", true, {0x1A, 0, 0x2A, 0, 255}, 26);
        row("MODE SENSE(10), all", true, {0x5A, 0, 0x3F, 0, 0, 0, 0, 1, 0}, 38);
        row("MODE SENSE, saved", true, {0x1A, 0, 0xEA, 0, 255}, 0, {5, 0x39, 0});
        row("MODE SENSE, no such page", true, {0x1A, 0, 0x0D, 0, 255}, 0, {5, 0x24, 0});
        row("READ CAPACITY", true, {0x25}, 8);
        row("READ CAPACITY, empty", false, {0x25}, 0, {2, 0x3A, 1});
        row("READ(10)", true, {0x28, 0, 0, 0, 0, 3, 0, 0, 2}, 4096);
        row("READ(12)", true, {0xA8, 0, 0, 0, 0, 3, 0, 0, 0, 3}, 6144);
        row("READ nothing", true, {0x28, 0, 0, 0, 0, 3, 0, 0, 0}, 0);
        row("READ past the end", true, {0x28, 0, 0, 0, 1, 0xF3, 0, 0, 2}, 0, {5, 0x21, 0});
        row("READ far away", true, {0xA8, 0, 255, 255, 255, 255, 255, 255, 255, 255}, 0,
            {5, 0x21, 0});
        row("READ, empty", false, {0x28, 0, 0, 0, 0, 0, 0, 0, 1}, 0, {2, 0x3A, 1});
        row("READ CD", true, {0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0x10}, 4096);
        row("READ CD, mode 1", true, {0xBE, 2 << 2, 0, 0, 0, 3, 0, 0, 1, 0x10}, 2048);
        row("READ CD, no part", true, {0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0}, 0);
        row("READ CD, audio", true, {0xBE, 1 << 2, 0, 0, 0, 3, 0, 0, 2, 0x10}, 0, {5, 0x64, 0});
        row("READ CD, raw", true, {0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0xF8}, 0, {5, 0x24, 0});
        row("READ CD, sub-channel", true, {0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0x10, 1}, 0, {5, 0x24, 0});
        row("READ CD past the end", true, {0xBE, 0, 0, 0, 1, 0xF3, 0, 0, 2, 0x10}, 0, {5, 0x21, 0});
        row("READ CD, empty", false, {0xBE, 0, 0, 0, 0, 3, 0, 0, 2, 0x10}, 0, {2, 0x3A, 1});
        row("READ CD MSF", true, {0xB9, 0, 0, 0, 2, 7, 0, 2, 9, 0x10}, 4096);
        row("READ CD MSF, before the first", true, {0xB9, 0, 0, 0, 1, 74, 0, 2, 9, 0x10}, 0,
            {5, 0x24, 0});
        row("READ CD MSF, backwards", true, {0xB9, 0, 0, 0, 2, 9, 0, 2, 7, 0x10}, 0, {5, 0x24, 0});
        row("SEEK", true, {0x2B, 0, 0, 0, 1, 0}, 0);
        row("SEEK past the end", true, {0x2B, 0, 0, 0, 2, 0}, 0, {5, 0x21, 0});
        row("READ TOC", true, {0x43, 0, 0, 0, 0, 0, 0, 1, 0}, 20);
        row("READ TOC, lead-out", true, {0x43, 0, 0, 0, 0, 0, 0xAA, 1, 0}, 12);
        row("READ TOC, track 2", true, {0x43, 0, 0, 0, 0, 0, 2, 1, 0}, 0, {5, 0x24, 0});
        row("READ TOC, sessions", true, {0x43, 0, 1, 0, 0, 0, 0, 1, 0}, 12);
        row("READ TOC, raw", true, {0x43, 0, 2, 0, 0, 0, 0, 1, 0}, 48);
        row("READ TOC, ATIP", true, {0x43, 0, 4, 0, 0, 0, 0, 1, 0}, 0, {5, 0x24, 0});
        row("GET CONFIGURATION", true, {0x46, 0, 0, 0, 0, 0, 0, 1, 0}, 60);
        row("GET CONFIGURATION, its header", true, {0x46, 0, 0, 0, 0, 0, 0, 0, 8}, 8);
        row("GET CONFIGURATION, CD read only", true, {0x46, 2, 0, 0x1E, 0, 0, 0, 1, 0}, 16);
        row("GET EVENT STATUS, media", true, {0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8}, 8);
        row("GET EVENT STATUS, waiting", true, {0x4A, 0, 0, 0, 0x10, 0, 0, 0, 8}, 0, {5, 0x24, 0});
        row("READ DISC INFORMATION", true, {0x51, 0, 0, 0, 0, 0, 0, 0, 34}, 34);
        row("MECHANISM STATUS", true, {0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8}, 8);
        row("SET CD SPEED", false, {0xBB, 0, 255, 255}, 0);
        row("an unknown command", true, {0x5D}, 0, {5, 0x20, 0});
    }
    void commandsEnd() {
        QFETCH(bool, loaded);
        QFETCH(Values, command);
        QFETCH(int, bytes);
        QFETCH(Values, sense);
        Bench b(loaded ? cd_ : std::string());
        Bench::Answer answer = b.ask(command);
        QCOMPARE(int(answer.bytes.size()), bytes);
        QCOMPARE(answer.status, sense.empty() ? ready : wrong);
        QCOMPARE(answer.error, sense.empty() ? 0 : sense[0] << 4);
        QCOMPARE(b.sense(), sense.empty() ? (Values{0, 0, 0}) : sense);
        QCOMPARE(b.sense(), (Values{0, 0, 0})); // told once
    }

    void answersAre_data() {
        QTest::addColumn<bool>("loaded");
        QTest::addColumn<Values>("command");
        QTest::addColumn<Bytes>("answer");
        auto row = [](const char *name, bool loaded, Values command, Bytes answer) {
            QTest::newRow(name) << loaded << command << answer;
        };
        row("INQUIRY", true, {0x12, 0, 0, 0, 96},
            Bytes{5, 0x80, 0, 0x21, 31, 0, 0, 0} + text("BOOTGLAS") + text("CD-ROM          ") +
                text("1.0 "));
        // SPC-2, 8.2.5 and 8.3.3; MMC-3, 6.3.5 and 6.3.11: what can be read, 66 times audio's
        // speed.
        const Bytes recovery{0x01, 6, 0, 5, 0, 0, 0, 0};
        const Bytes capabilities{0x2A, 20,   0x3B, 0,    0x70, 0, 0x29, 0, 0x2C, 0x20, 0,
                                 0,    0x02, 0,    0x2C, 0x20, 0, 0,    0, 0,    0,    0};
        row("MODE SENSE, error recovery", true, {0x1A, 0, 0x01, 0, 255},
            Bytes{11, 1, 0, 0} + recovery);
        row("MODE SENSE, capabilities", true, {0x1A, 0, 0x2A, 0, 255},
            Bytes{25, 1, 0, 0} + capabilities);
        row("MODE SENSE, cut", true, {0x1A, 0, 0x2A, 0, 6}, {25, 1, 0, 0, 0x2A, 20});
        row("MODE SENSE(10)", true, {0x5A, 0, 0x3F, 0, 0, 0, 0, 1, 0},
            Bytes{0, 36, 1, 0, 0, 0, 0, 0} + recovery + capabilities);
        row("MODE SENSE(10), empty", false, {0x5A, 0, 0x01, 0, 0, 0, 0, 1, 0},
            Bytes{0, 14, 0x70, 0, 0, 0, 0, 0} + recovery);
        row("MODE SENSE, defaults", true, {0x1A, 0, 0x81, 0, 255}, Bytes{11, 1, 0, 0} + recovery);
        row("MODE SENSE, changeable", true, {0x1A, 0, 0x41, 0, 255},
            {11, 1, 0, 0, 0x01, 6, 0, 0, 0, 0, 0, 0});
        // MMC-3, 6.31: the session's first track; the points of the lead-in, in MSF: 500 is
        // 00:08:50.
        row("READ TOC, sessions", true, {0x43, 0, 1, 0, 0, 0, 0, 1, 0},
            {0, 10, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0});
        row("READ TOC, SFF-8020i's place of the format", true, {0x43, 0, 0, 0, 0, 0, 0, 1, 0, 0x40},
            {0, 10, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0});
        row("READ TOC, raw", true, {0x43, 0, 2, 0, 0, 0, 0, 1, 0},
            {0, 46,   1, 1,                           //
             1, 0x14, 0, 0xA0, 0, 0, 0, 0, 1, 0, 0,   // first track
             1, 0x14, 0, 0xA1, 0, 0, 0, 0, 1, 0, 0,   // last track
             1, 0x14, 0, 0xA2, 0, 0, 0, 0, 0, 8, 50,  // lead-out
             1, 0x14, 0, 0x01, 0, 0, 0, 0, 0, 2, 0}); // track 1
        row("READ TOC, lead-out", true, {0x43, 2, 0, 0, 0, 0, 0xAA, 1, 0},
            {0, 10, 1, 1, 0, 0x14, 0xAA, 0, 0, 0, 8, 50});
        row("READ DISC INFORMATION", true, {0x51, 0, 0, 0, 0, 0, 0, 0, 34},
            {0,   32,  0x0E, 1,   1,   1,   1,   0x20, 0, 0, 0, 0, 0, 0, 0, 0, 255,
             255, 255, 255,  255, 255, 255, 255, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0});
        // MMC-3, 6.6: profile list, core, removable medium, random readable, CD read, DVD read.
        row("GET CONFIGURATION", true, {0x46, 0, 0, 0, 0, 0, 0, 1, 0},
            {0, 0,    0,    56, 0,    0,    0, 0x08,                //
             0, 0,    0x03, 8,  0,    0x10, 0, 0,    0, 0x08, 1, 0, //
             0, 1,    0x03, 4,  0,    0,    0, 2,                   //
             0, 3,    0x03, 4,  0x29, 0,    0, 0,                   //
             0, 0x10, 0x01, 8,  0,    0,    8, 0,    0, 1,    0, 0, //
             0, 0x1E, 0x01, 4,  0,    0,    0, 0,                   //
             0, 0x1F, 0x00, 0});
        row("GET CONFIGURATION, what holds in an empty drive", false,
            {0x46, 1, 0, 0, 0, 0, 0, 1, 0}, {0, 0, 0,    32, 0,    0,    0, 0,                //
                                             0, 0, 0x03, 8,  0,    0x10, 0, 0, 0, 0x08, 0, 0, //
                                             0, 1, 0x03, 4,  0,    0,    0, 2,                //
                                             0, 3, 0x03, 4,  0x29, 0,    0, 0});
        row("GET EVENT STATUS, a class that it has not", true, {0x4A, 1, 0, 0, 0x02, 0, 0, 0, 8},
            {0, 2, 0x80, 0x10});
        row("MECHANISM STATUS", true, {0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8}, {0, 0, 0, 0, 0, 0, 0, 0});
        row("REQUEST SENSE", true, {0x03, 0, 0, 0, 18},
            {0x70, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    }
    void answersAre() {
        QFETCH(bool, loaded);
        QFETCH(Values, command);
        QFETCH(Bytes, answer);
        Bench b(loaded ? cd_ : std::string());
        QCOMPARE(b.ask(command).bytes, answer);
    }

    void lockShowsInTheCapabilities() {
        Bench b(cd_);
        b.ask({0x1E, 0, 0, 0, 1});
        QCOMPARE(int(b.ask({0x1A, 0, 0x2A, 0, 255}).bytes[10]), 0x2B);
        b.ask({0x1E, 0, 0, 0, 0});
        b.ask({0x1B, 0, 0, 0, 2});
        QCOMPARE(int(b.ask({0x1A, 0, 0x2A, 0, 255}).bytes[1]), 0x71); // door open
        QCOMPARE(int(b.ask({0xBD, 0, 0, 0, 0, 0, 0, 0, 0, 8}).bytes[1]), 0x10);
    }

    void answersSayWhatIsTrue() {
        Bench b(cd_);
        Bytes capacity = b.ask({0x25}).bytes;
        QCOMPARE(capacity, (Bytes{0, 0, 0x01, 0xF3, 0, 0, 0x08, 0}));
        Bytes inquiry = b.ask({0x12, 0, 0, 0, 36}).bytes;
        QCOMPARE((Values{inquiry[0], inquiry[1], inquiry[4]}), (Values{5, 0x80, 31}));
        // Track 1 at sector 0 (00:02:00), the lead-out at 500 (00:08:50).
        Bytes toc = b.ask({0x43, 0, 0, 0, 0, 0, 0, 1, 0}).bytes;
        QCOMPARE(toc,
                 (Bytes{0, 18, 1, 1, 0, 0x14, 1, 0, 0, 0, 0, 0, 0, 0x14, 0xAA, 0, 0, 0, 1, 0xF4}));
        toc = b.ask({0x43, 2, 0, 0, 0, 0, 0, 1, 0}).bytes;
        QCOMPARE((Bytes(toc.begin() + 8, toc.begin() + 12)), (Bytes{0, 0, 2, 0}));
        QCOMPARE((Bytes(toc.begin() + 16, toc.end())), (Bytes{0, 0, 8, 50}));
        Bytes sectors = b.ask({0x28, 0, 0, 0, 0, 7, 0, 0, 2}).bytes;
        QCOMPARE(IdeBench::numberIn(sectors), 7U);
        QCOMPARE(IdeBench::numberIn(sectors, 2048), 8U);
        QCOMPARE(int(sectors[100]), 107);
        QCOMPARE(b.ask({0xBE, 0, 0, 0, 0, 7, 0, 0, 2, 0x10}).bytes, sectors);
        QCOMPARE(b.ask({0xB9, 0, 0, 0, 2, 7, 0, 2, 9, 0x10}).bytes, sectors);
    }

    void piecesAreAsLongAsTheHostWants_data() {
        QTest::addColumn<int>("limit");
        QTest::addColumn<int>("pieces");
        QTest::newRow("a sector") << 2048 << 5;
        QTest::newRow("more than all") << 0xFFFE << 1;
        QTest::newRow("zero stands for all") << 0 << 1;
        QTest::newRow("odd is rounded down") << 2049 << 5;
        QTest::newRow("a little") << 1000 << 11;
    }
    void piecesAreAsLongAsTheHostWants() {
        QFETCH(int, limit);
        QFETCH(int, pieces);
        Bench b(cd_);
        Bench::Answer answer = b.ask({0x28, 0, 0, 0, 0, 20, 0, 0, 5}, limit);
        QCOMPARE(answer.pieces, pieces);
        QCOMPARE(int(answer.bytes.size()), 5 * 2048);
        for (size_t i = 0; i < 5; ++i)
            QCOMPARE(IdeBench::numberIn(answer.bytes, i * 2048), unsigned(20 + i));
    }
    void accessTakesItsFixedTime() {
        Bench b(cd_);
        VirtualNs start = b.clock.now();
        b.packet({0x28, 0, 0, 0, 0, 0, 0, 0, 1});
        QVERIFY(b.wait());
        QCOMPARE(b.clock.now() - start,
                 ata::commandNs + AtapiCdrom::accessNs + 2048 * AtapiCdrom::nsPerByte);
    }

    void dmaMovesSectors() {
        Bench b(cd_);
        b.describe({{0x20000, 2048}, {0x30000, 2048}});
        b.busMaster(0, 0x08);
        b.packet({0x28, 0, 0, 0, 0, 9, 0, 0, 2}, 0xFFFE, true);
        QVERIFY(!b.wait());
        b.busMaster(0, 0x09);
        QVERIFY(b.wait());
        QCOMPARE(b.in(ata::Status), ready);
        QCOMPARE(b.in(ata::Count)&3, 3);
        QCOMPARE(b.busMasterStatus() & 7, 0x04);
        QCOMPARE(IdeBench::numberIn(b.memoryAt(0x20000, 4)), 9U);
        QCOMPARE(IdeBench::numberIn(b.memoryAt(0x30000, 4)), 10U);
    }

    void trayOpensUnlessLocked() {
        Bench b(cd_);
        QCOMPARE(b.ask({0x1E, 0, 0, 0, 1}).status, ready); // lock
        QCOMPARE(b.ask({0x1B, 0, 0, 0, 2}).status, wrong);
        QCOMPARE(b.sense(), (Values{5, 0x53, 2}));
        b.ask({0x1E, 0, 0, 0, 0});
        QCOMPARE(b.ask({0x1B, 0, 0, 0, 2}).status, ready); // eject
        QCOMPARE(b.ask({0x00}).status, wrong);
        QCOMPARE(b.sense(), (Values{2, 0x3A, 2})); // tray open
        Bytes event = b.ask({0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8}).bytes;
        QCOMPARE((Values{event[4], event[5]}), (Values{1, 1}));
        b.ask({0x1B, 0, 0, 0, 3}); // load
        event = b.ask({0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8}).bytes;
        QCOMPARE((Values{event[4], event[5]}), (Values{2, 2}));
        event = b.ask({0x4A, 1, 0, 0, 0x10, 0, 0, 0, 8}).bytes;
        QCOMPARE((Values{event[4], event[5]}), (Values{0, 2})); // told once
        QCOMPARE(b.ask({0x00}).status, ready);
    }

    void stateRoundTrips_data() {
        QTest::addColumn<Values>("command");
        QTest::newRow("idle") << Values{};
        QTest::newRow("answering") << Values{0x12, 0, 0, 0, 36};
        QTest::newRow("reading") << Values{0x28, 0, 0, 0, 0, 9, 0, 0, 5};
    }
    void stateRoundTrips() {
        QFETCH(Values, command);
        Bench b(cd_);
        if (!command.empty()) {
            b.packet(command, 2048);
            b.pass(50'000);
        }
        Bytes saved = savedState(b.clock, b.ide);
        Bench other(cd_);
        QCOMPARE(restoreState(saved, other.clock, other.ide), std::string());
        QCOMPARE(savedState(other.clock, other.ide), saved);
        b.wait();
        other.wait();
        QCOMPARE(other.readData(36), b.readData(36));
        QCOMPARE(savedState(other.clock, other.ide), savedState(b.clock, b.ide));
        Bench empty;
        QVERIFY(!restoreState(saved, empty.clock, empty.ide).empty());
        QVERIFY(refusesTruncations(saved, other.ide, 13));
    }
    void anyPacketIsSurvived() {
        Bench b(cd_);
        uint32_t seed = 3;
        for (int i = 0; i < 20'000; ++i) {
            Values command;
            for (int byte = 0; byte < 12; ++byte) {
                seed = seed * 1664525 + 1013904223;
                command.push_back((seed >> 29) == 0 ? int(seed >> 16 & 0xFF) : int(seed >> 24 & 3));
            }
            command[0] = i & 0xFF;
            b.packet(command, int(seed >> 8 & 0xFFFF), (seed & 1) != 0);
            if (b.wait(5'000'000)) b.readData(64);
            b.out(ata::Status, 0x08);
        }
        b.ask({0x1B, 0, 0, 0, 3});
        b.ask({0x03, 0, 0, 0, 18});
        QCOMPARE(b.ask({0x25}).bytes.size(), size_t{8});
    }
};

QTEST_APPLESS_MAIN(TestAtapiCdrom)
#include "tst_atapi_cdrom.moc"
