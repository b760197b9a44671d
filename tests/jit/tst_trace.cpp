// SPDX-License-Identifier: GPL-3.0-or-later
// Which blocks become one translation: from the bytes of a page.
#include "emulator/cpu/block_cache.h"
#include "emulator/cpu/decoder.h"
#include "emulator/jit/trace.h"

#include <QTest>

#include <array>
#include <map>

using namespace bootglass;
using namespace bootglass::jit;

using Bytes = std::vector<uint8_t>;

namespace {

/// A page's blocks, decoded as they are asked for.
class Page {
  public:
    Page(uint32_t at, const Bytes &code) { std::ranges::copy(code, bytes_.begin() + at); }
    const Block *blockAt(uint32_t offset) {
        const auto [place, isNew] = blocks_.try_emplace(offset);
        Kept &kept = place->second;
        if (!isNew) return &kept.block;
        const std::span code = std::span(bytes_).subspan(offset);
        const DecodedRow row = decodeRow(code, true, std::span(kept.insns).first(64));
        kept.block.bytes = static_cast<uint16_t>(row.bytes);
        kept.block.count = static_cast<uint8_t>(row.count);
        kept.block.insns = kept.insns.data();
        return &kept.block;
    }

  private:
    struct Kept {
        Block block;
        std::array<Insn, 65> insns;
    };
    std::array<uint8_t, pageSize> bytes_{};
    std::map<uint32_t, Kept> blocks_;
};

} // namespace

class TestTrace : public QObject {
    Q_OBJECT

    /// "0+3 10+2": offsets and numbers of instructions.
    static QString text(const Trace &trace) {
        QStringList pieces;
        unsigned position = 0;
        for (const Piece &piece : trace) {
            if (piece.first != position) return QStringLiteral("not in a row");
            position += piece.count;
            pieces << QString("%1+%2").arg(piece.eip).arg(unsigned{piece.count});
        }
        return pieces.join(' ');
    }

    /// inc eax, so often; jnz back; hlt.
    static Bytes loopOf(uint8_t instructions) {
        Bytes code(instructions + size_t{3}, 0x40);
        code[instructions] = 0x75;
        code[instructions + size_t{1}] = static_cast<uint8_t>(-instructions - 2);
        code.back() = 0xF4;
        return code;
    }

  private slots:
    void whatComesNextIsFollowed_data() {
        QTest::addColumn<unsigned>("at");
        QTest::addColumn<Bytes>("code");
        QTest::addColumn<QString>("pieces");
        QTest::newRow("a jump") << 0U << Bytes{0x40, 0xEB, 0x02, 0x90, 0x90, 0x43, 0xF4}
                                << "0+2 5+2";
        QTest::newRow("a call and its return")
            << 0U << Bytes{0x40, 0xE8, 0x02, 0x00, 0x00, 0x00, 0x43, 0xF4, 0x41, 0xC3}
            << "0+2 8+2 6+2";
        QTest::newRow("calls within calls")
            << 0U
            << Bytes{0xE8, 0x03, 0, 0, 0, 0xF4, 0x90, 0x90, 0xE8, 0x01, 0, 0, 0, 0xC3, 0x41, 0xC3}
            << "0+1 8+1 14+2 13+1 5+1";
        QTest::newRow("another's return") << 0U << Bytes{0x41, 0xC3} << "0+2";
        QTest::newRow("a jump of 16 bits") << 0U << Bytes{0x66, 0xE9, 0x00, 0x00, 0xF4} << "0+1";
        QTest::newRow("out of the page") << 0xFF0U << Bytes{0x40, 0xEB, 0x40} << "4080+2";
        QTest::newRow("before the page") << 0U << Bytes{0x40, 0xEB, 0x80} << "0+2";
        QTest::newRow("a port ends it")
            << 0U << Bytes{0xEB, 0x01, 0x90, 0xE4, 0x61, 0xEB, 0xF9} << "0+1 3+1";
        QTest::newRow("an endless loop, as far as there is room")
            << 0U << Bytes{0x40, 0x41, 0x42, 0x43, 0x46, 0x47, 0x40, 0x41, 0x42, 0x43,
                           0x46, 0x47, 0x40, 0x41, 0x42, 0x43, 0x46, 0x47, 0xEB, 0xEC}
            << "0+19 0+19 0+19";
        QTest::newRow("a loop goes round")
            << 0U << Bytes{0x40, 0x4B, 0x75, 0xFC, 0x41, 0xF4} << "0+3 0+3 0+3 0+3";
        QTest::newRow("LOOP") << 0U << Bytes{0x40, 0xE2, 0xFD, 0xF4} << "0+2 0+2 0+2 0+2";
        QTest::newRow("a loop with a call")
            << 0U << Bytes{0xE8, 0x04, 0, 0, 0, 0x4B, 0x75, 0xF8, 0xF4, 0x41, 0xC3}
            << "0+1 9+2 5+2 0+1 9+2 5+2 0+1 9+2 5+2 0+1 9+2 5+2";
        QTest::newRow("a loop within is not gone round")
            << 0U << Bytes{0x40, 0x41, 0x4B, 0x75, 0xFC, 0xF4} << "0+5";
        QTest::newRow("a longer loop, as often as it fits") << 0U << loopOf(20) << "0+21 0+21 0+21";
        QTest::newRow("a long loop once") << 0U << loopOf(40) << "0+42";
    }
    void whatComesNextIsFollowed() {
        QFETCH(unsigned, at);
        QFETCH(Bytes, code);
        QFETCH(QString, pieces);
        Page page(at, code);
        const Trace trace =
            traceOf(*page.blockAt(at), at, [&](uint32_t offset) { return page.blockAt(offset); });
        QCOMPARE(text(trace), pieces);
        for (unsigned n = 0; n < length(trace); ++n) {
            const Piece &piece = pieceAt(trace, n);
            QVERIFY(n >= piece.first && n < piece.first + unsigned{piece.count});
            QCOMPARE(&insnAt(trace, n), &piece.insns[n - piece.first]);
        }
    }

    void whatIsNotKnownIsNot() {
        Page page(0, {0x40, 0xEB, 0x00, 0x43, 0xF4});
        const auto none = [](uint32_t) -> const Block * { return nullptr; };
        QCOMPARE(text(traceOf(*page.blockAt(0), 0, none)), QString("0+2"));
        QCOMPARE(text(traceOf(*page.blockAt(0), 0)), QString("0+2"));
    }
};

QTEST_APPLESS_MAIN(TestTrace)
#include "tst_trace.moc"
