// SPDX-License-Identifier: GPL-3.0-or-later
// How numbers, times and a guest's own text are shown.
#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"

#include <QTest>

using namespace bootglass;

namespace {

/// Rows are written with plain spaces; what is shown has thin ones.
QString thin(const char *text) {
    return QString::fromUtf8(text).replace(u' ', thinSpace);
}

} // namespace

class TestShownText : public QObject {
    Q_OBJECT

  private slots:
    void groupsDigitsByThree_data() {
        QTest::addColumn<quint64>("number");
        QTest::addColumn<QString>("shown");
        QTest::newRow("zero") << quint64(0) << "0";
        QTest::newRow("three digits") << quint64(999) << "999";
        QTest::newRow("four digits") << quint64(1000) << "1 000";
        QTest::newRow("nine digits") << quint64(730237771) << "730 237 771";
        QTest::newRow("the largest") << quint64(UINT64_MAX) << "18 446 744 073 709 551 615";
    }
    void groupsDigitsByThree() {
        QFETCH(quint64, number);
        QFETCH(QString, shown);
        QCOMPARE(grouped(number), thin(shown.toUtf8()));
    }

    void shortensCounts_data() {
        QTest::addColumn<quint64>("number");
        QTest::addColumn<QString>("shown");
        QTest::newRow("exact") << quint64(9999) << "9 999";
        QTest::newRow("thousands") << quint64(10000) << "10 k";
        QTest::newRow("rounded") << quint64(41499) << "41 k";
        QTest::newRow("rounded up") << quint64(41500) << "42 k";
        QTest::newRow("last in thousands") << quint64(9'999'499) << "9 999 k";
        QTest::newRow("millions") << quint64(5'862'000'000) << "5 862 M";
        QTest::newRow("last in millions") << quint64(99'999'000'000) << "99 999 M";
        QTest::newRow("milliards") << quint64(586'200'000'000) << "586 G";
        QTest::newRow("the largest") << quint64(UINT64_MAX - 500'000'000) << "18 446 744 073 G";
    }
    void shortensCounts() {
        QFETCH(quint64, number);
        QFETCH(QString, shown);
        QCOMPARE(shortCount(number), thin(shown.toUtf8()));
    }

    void tellsTimes_data() {
        QTest::addColumn<quint64>("ns");
        QTest::addColumn<QString>("brief");
        QTest::addColumn<QString>("exact");
        QTest::addColumn<QString>("seconds");
        const auto row = [](const char *name, quint64 ns, const char *brief, const char *exact,
                            const char *seconds) {
            QTest::newRow(name) << ns << brief << exact << seconds;
        };
        row("nothing", 0, "0 ns", "0 ns", "0.000 000 000 s");
        row("an instruction", 8, "8 ns", "8 ns", "0.000 000 008 s");
        row("below a microsecond", 999, "999 ns", "999 ns", "0.000 000 999 s");
        row("microseconds", 1000, "1.000 µs", "1.000 µs", "0.000 001 000 s");
        row("tens of microseconds", 12'345, "12.35 µs", "12.345 µs", "0.000 012 345 s");
        row("milliseconds", 4'000'128, "4.000 ms", "4.000 128 ms", "0.004 000 128 s");
        row("hundreds", 123'456'789, "123.5 ms", "123.456 789 ms", "0.123 456 789 s");
        row("seconds", 46'912'345'678, "46.91 s", "46.912 345 678 s", "46.912 345 678 s");
        row("an hour and more", 4'000'000'000'000, "4 000 s", "4 000.000 000 000 s",
            "4 000.000 000 000 s");
    }
    void tellsTimes() {
        QFETCH(quint64, ns);
        QFETCH(QString, brief);
        QFETCH(QString, exact);
        QFETCH(QString, seconds);
        QCOMPARE(duration(ns), thin(brief.toUtf8()));
        QCOMPARE(exactDuration(ns), thin(exact.toUtf8()));
        QCOMPARE(exactSeconds(ns), thin(seconds.toUtf8()));
        QCOMPARE(exactSeconds(VirtualNs{ns}), thin(seconds.toUtf8()));
    }

    void tellsShares_data() {
        QTest::addColumn<double>("share");
        QTest::addColumn<QString>("shown");
        QTest::newRow("none") << 0.0 << "0 %";
        QTest::newRow("a trace") << 0.0001 << "<1 %";
        QTest::newRow("one") << 0.01 << "1 %";
        QTest::newRow("half") << 0.534 << "53 %";
        QTest::newRow("all") << 1.0 << "100 %";
        QTest::newRow("no number") << qQNaN() << "0 %";
        QTest::newRow("negative") << -0.5 << "0 %";
    }
    void tellsShares() {
        QFETCH(double, share);
        QFETCH(QString, shown);
        QCOMPARE(percent(share), thin(shown.toUtf8()));
    }

    void tellsRatesAndSizes() {
        QCOMPARE(rate(0), thin("0 /s"));
        QCOMPARE(rate(-3), thin("0 /s"));
        QCOMPARE(rate(qQNaN()), thin("0 /s"));
        QCOMPARE(rate(2.5), thin("2.5 /s"));
        QCOMPARE(rate(250), thin("250 /s"));
        QCOMPARE(rate(41'000), thin("41 k/s"));
        QCOMPARE(byteSize(0), thin("0 B"));
        QCOMPARE(byteSize(1023), thin("1023 B"));
        QCOMPARE(byteSize(1024), thin("1.0 KiB"));
        QCOMPARE(byteSize(31 << 20), thin("31 MiB"));
        QCOMPARE(byteSize(UINT64_MAX), thin("16777216 TiB"));
        QCOMPARE(mipsText(1312.4), thin("1 312 MIPS"));
        QCOMPARE(mipsText(-1), thin("0 MIPS"));
        QCOMPARE(hex(0x3F8), QStringLiteral("0x3F8"));
        QCOMPARE(hex(0xC, 4), QStringLiteral("0x000C"));
        QCOMPARE(hex(0), QStringLiteral("0x0"));
    }

    void guestTextIsOnlyText_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char *name, QByteArray bytes, QString shown) {
            QTest::newRow(name) << bytes << shown;
        };
        row("empty", "", "");
        row("plain", "Linux version 6.1", "Linux version 6.1");
        row("UTF-8", "Größe €", QString::fromUtf8("Größe €"));
        row("not UTF-8", "a\xFFz", QString::fromUtf8("a\uFFFDz"));
        row("cut UTF-8", "a\xE2\x82", QString::fromUtf8("a\uFFFD\uFFFD"));
        row("colours", "\x1b[1;31mred\x1b[0m!", "red!");
        row("cursor moves", "a\x1b[2J\x1b[10;20Hb", "ab");
        row("title", QByteArray("\x1b]0;evil\x07good"), "good");
        row("title that never ends", "x\x1b]0;evil evil evil", "x");
        row("sequence that never ends", "x\x1b[1;2;3;4", "x");
        row("lone escape", "x\x1b", "x");
        row("character set", "\x1b(0box\x1b)B", "box");
        row("other escape",
            "\x1b"
            "cclear",
            "clear");
        row("bell and NUL",
            QByteArray("a\0b\x07"
                       "c",
                       5),
            "abc");
        row("delete",
            "a\x7F"
            "b",
            "ab");
        row("backspace", "abc\b\bX", "aX");
        row("backspace at the start", "\b\b\bx", "x");
        row("tab", "a\tb", "a       b");
        row("carriage return", "a\rb", "ab");
        row("markup", "<b>no</b>&amp;", "<b>no</b>&amp;");
    }
    void guestTextIsOnlyText() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, shown);
        QCOMPARE(shownLine({bytes.data(), size_t(bytes.size())}), shown);
    }
    void backspaceTakesWholeCharacters() { QCOMPARE(shownLine("a€\bx"), QStringLiteral("ax")); }
    void noBidirectionalTricks() {
        // Overrides and isolates (Unicode UAX 9) would let a line show other text than it holds.
        for (const char *control : {"\u202E", "\u202D", "\u2066", "\u2069", "\u200F", "\u061C"}) {
            const QString shown = shownLine(std::string("a") + control + "b");
            QCOMPARE(shown, QStringLiteral("ab"));
        }
        QCOMPARE(shownLine("a\u2028b\u2029c\u0085"
                           "d"),
                 QStringLiteral("abcd")); // line ends
    }
    void longLinesAreCut() {
        const std::string line(1 << 20, 'x');
        const QString shown = shownLine(line);
        QCOMPARE(shown.size(), qsizetype(mostShownBytes) + 1);
        QVERIFY(shown.endsWith(QChar(0x2026)));
        // Tabs and escapes cannot blow it up.
        QVERIFY(shownLine(std::string(1 << 20, '\t')).size() <= qsizetype(8 * mostShownBytes) + 1);
    }
    void screensHaveTheCharactersOfCodePage437() {
        QCOMPARE(codePage437('A'), QChar(u'A'));
        QCOMPARE(codePage437(0), QChar(u' '));
        QCOMPARE(codePage437(1), QChar(0x263A));
        QCOMPARE(codePage437(0xC4), QChar(0x2500));
        QCOMPARE(codePage437(0xDB), QChar(0x2588));
        QCOMPARE(codePage437(0x7F), QChar(0x2302));
        QCOMPARE(codePage437(0xE1), QChar(0xDF));
        for (int c = 0; c < 256; ++c)
            QVERIFY2(codePage437(uint8_t(c)).isPrint(), QByteArray::number(c));
    }
};

QTEST_GUILESS_MAIN(TestShownText)
#include "tst_shown_text.moc"
