// SPDX-License-Identifier: GPL-3.0-or-later
// Which accesses beside ESP and EBP need no look of their own: from the bytes of a block.
#include "emulator/cpu/decoder.h"
#include "emulator/jit/stack_window.h"

#include <QTest>

#include <array>

using namespace bootglass;
using namespace bootglass::jit;

using Bytes = std::vector<uint8_t>;

class TestStackWindow : public QObject {
    Q_OBJECT

    /// As if what ends a block went on behind itself.
    static StackWindows windowsOf(std::span<const uint8_t> code) {
        std::array<Insn, 64> insns;
        size_t count = 0;
        while (!code.empty()) {
            const DecodedRow row = decodeRow(code, true, std::span(insns).subspan(count));
            if (row.count == 0) return {};
            count += row.count;
            code = code.subspan(row.bytes);
        }
        return StackWindows(std::span(insns).first(count));
    }
    static StackWindows windowsOf(const Bytes &code) { return windowsOf(std::span(code)); }
    /// "2: R esp-8:4 esp+0:1; …": before which instruction what is looked at, and how it is
    /// aligned.
    static QString text(const StackWindows &windows, unsigned instructions) {
        QStringList all;
        for (unsigned n = 0; n < instructions; ++n) {
            QString line;
            for (const auto &look : windows.before(n))
                line += QString(" %1 %2%3%4:%5")
                            .arg(look.access == Access::Write ? "W" : "R")
                            .arg(look.base == Ebp ? "ebp" : "esp")
                            .arg(look.offset < 0 ? "" : "+")
                            .arg(look.offset)
                            .arg(look.size);
            if (!line.isEmpty()) all << QString::number(n) + ":" + line;
        }
        return all.join("; ");
    }

  private slots:
    void endsAreLookedAt_data() {
        QTest::addColumn<Bytes>("code");
        QTest::addColumn<QString>("looks");
        QTest::newRow("three reads") << Bytes{0x8B, 0x45, 0xF0, 0x8B, 0x4D, 0xD8, 0x8B, 0x5D, 0xE0}
                                     << "0: R ebp-40:4 R ebp-16:1";
        QTest::newRow("two are not worth it") << Bytes{0x8B, 0x45, 0xF0, 0x8B, 0x4D, 0xD8} << "";
        QTest::newRow("reads and writes together")
            << Bytes{0x8B, 0x45, 0xF0, 0x89, 0x4D, 0xF4, 0x8B, 0x5D,
                     0xE0, 0x89, 0x4D, 0xF8, 0x01, 0x45, 0xFC}
            << "0: W ebp-32:4 W ebp-4:1";
        QTest::newRow("pushes") << Bytes{0x50, 0x53, 0x56, 0x57} << "0: W esp-16:4 W esp-4:1";
        QTest::newRow("pops") << Bytes{0x5B, 0x5E, 0x5F, 0xC3} << "0: R esp+0:4 R esp+12:1";
        QTest::newRow("through a call and back")
            << Bytes{0xE8, 0x00, 0x00, 0x00, 0x00, 0x8B, 0x4D, 0xF4, 0xC3, 0x50, 0x5B}
            << "0: W esp-4:4";
        QTest::newRow("ESP is followed")
            << Bytes{0x83, 0xEC, 0x10, 0x89, 0x04, 0x24, 0x50, 0x89, 0x5C, 0x24, 0x08}
            << "1: W esp-4:4 W esp+4:1";
        QTest::newRow("another value ends it")
            << Bytes{0x8B, 0x45, 0xF0, 0x8B, 0x4D, 0xF4, 0x89, 0xE5, 0x8B, 0x45, 0xF0} << "";
        QTest::newRow("POP EBP ends EBP's, not ESP's")
            << Bytes{0x5B, 0x5E, 0x5D, 0xC3} << "0: R esp+0:4 R esp+12:1";
        QTest::newRow("an instruction that is not known ends both")
            << Bytes{0x50, 0x53, 0x0F, 0xA2, 0x56, 0x57} << ""; // CPUID
        QTest::newRow("what does not fit is left out")
            << Bytes{0x8B, 0x45, 0xF0, 0x8B, 0x45, 0xF1, 0x8B, 0x45, 0xF4, 0x8B, 0x45, 0xF8}
            << "0: R ebp-16:4 R ebp-8:1";
        QTest::newRow("the lower end is moved down to a multiple")
            << Bytes{0x8A, 0x45, 0xEE, 0x8B, 0x45, 0xF0, 0x8B, 0x45, 0xF8}
            << "0: R ebp-20:4 R ebp-8:1";
        QTest::newRow("bytes need no alignment")
            << Bytes{0x8A, 0x45, 0xEF, 0x8A, 0x5D, 0xF1, 0x84, 0x45, 0xF4}
            << "0: R ebp-17:1 R ebp-12:1";
        QTest::newRow("other segments do not count")
            << Bytes{0x64, 0x8B, 0x45, 0xF0, 0x8B, 0x45, 0xF4, 0x8B, 0x45, 0xF8} << "";
        QTest::newRow("ESP goes very far")
            << Bytes{0x81, 0xEC, 0x00, 0x00, 0x00, 0x80, 0x81, 0xC4, 0xFF, 0xFF,
                     0xFF, 0x7F, 0x81, 0xC4, 0xFF, 0xFF, 0xFF, 0x7F, 0x50, 0x53}
            << "";
        QTest::newRow("far from each other")
            << Bytes{0x8B, 0x85, 0xD0, 0xF8, 0xFF, 0xFF, 0x8B, 0x45,
                     0xF4, 0x8B, 0x85, 0xD0, 0x07, 0x00, 0x00}
            << "";
    }
    void endsAreLookedAt() {
        QFETCH(Bytes, code);
        QFETCH(QString, looks);
        QCOMPARE(text(windowsOf(code), 8), looks);
    }

    void whatLiesBetweenIsCovered() {
        // push eax; push ebx; mov [esp+4], ecx; push edx
        const StackWindows windows = windowsOf({0x50, 0x53, 0x89, 0x4C, 0x24, 0x04, 0x52});
        QCOMPARE(text(windows, 4), QString("0: W esp-12:4 W esp-4:1"));
        QVERIFY(windows.covers(0, Esp, -4, 4, Access::Write));
        QVERIFY(windows.covers(2, Esp, 4, 4, Access::Write));
        QVERIFY(windows.covers(2, Esp, 2, 2, Access::Write));
        QVERIFY(windows.covers(3, Esp, -4, 4, Access::Write));
        QVERIFY(windows.covers(2, Esp, 4, 4, Access::Read));   // what may be written may be read
        QVERIFY(!windows.covers(2, Esp, 3, 2, Access::Write)); // not aligned
        QVERIFY(!windows.covers(2, Esp, 8, 4, Access::Write)); // beyond
        QVERIFY(!windows.covers(2, Ebp, 4, 4, Access::Write));
        const StackWindows reads = windowsOf({0x5B, 0x5E, 0x5F, 0xC3}); // pop ebx; …; ret
        QVERIFY(reads.covers(3, Esp, 0, 4, Access::Read));
        QVERIFY(!reads.covers(3, Esp, 0, 4, Access::Write));
    }

    /// Behind an instruction that was executed otherwise, by the register's value then.
    void looksAreRepeated() {
        const StackWindows windows = windowsOf({0x50, 0x53, 0x56, 0x57});
        const auto looks = windows.after(0);
        QCOMPARE(looks.size(), size_t{2});
        QCOMPARE(looks[0].offset, -12);
        QCOMPARE(looks[1].offset, 0);
        QVERIFY(windows.after(1).empty());
    }
};

QTEST_APPLESS_MAIN(TestStackWindow)
#include "tst_stack_window.moc"
