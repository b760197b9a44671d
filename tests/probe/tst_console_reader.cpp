// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of a console, put together into lines.
#include "emulator/probe/console_reader.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

class ConsoleReaderTest : public QObject {
    Q_OBJECT

  private slots:
    void linesEndAsTerminalsEndThem_data();
    void linesEndAsTerminalsEndThem();
    void readersSeeTextWithoutEscapeSequences_data();
    void readersSeeTextWithoutEscapeSequences();
    void promptStandsWithoutALineEnd();
    void endlessLineIsCut();
    void savedInMidSequenceGoesOn();
};

namespace {

struct Read {
    QByteArrayList lines;
    QByteArray text;
};

Read read(ConsoleReader &reader, const QByteArray &bytes) {
    Read all;
    for (const char byte : bytes) {
        const ConsoleReader::Step step = reader.byte(static_cast<uint8_t>(byte));
        if (step.endedBefore || step.cut || step.ended)
            all.lines << QByteArray::fromStdString(step.line);
        if (step.text) all.text += static_cast<char>(*step.text);
    }
    return all;
}

} // namespace

void ConsoleReaderTest::linesEndAsTerminalsEndThem_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QByteArray>("rest");
    const auto row = [](const char *name, const char *bytes, const QByteArrayList &lines,
                        const char *rest) {
        QTest::newRow(name) << QByteArray(bytes) << lines << QByteArray(rest);
    };
    row("LF", "a\nb\n", {"a", "b"}, "");
    row("CR LF", "a\r\nb\r\n", {"a", "b"}, "");
    row("CR CR LF, as a driver below a terminal makes it", "a\r\r\nb", {"a"}, "b");
    row("empty lines", "\n\r\n", {"", ""}, "");
    row("progress display", "10%\r20%\r30%\r\n", {"10%", "20%", "30%"}, "");
    row("no end", "login: ", {}, "login: ");
    row("escape sequences stay in lines", "\x1B[1ma\x1B[0m\n", {"\x1B[1ma\x1B[0m"}, "");
    row("sequence that a line end breaks off", "\x1B[1\na\n", {"\x1B[1", "a"}, "");
}

void ConsoleReaderTest::linesEndAsTerminalsEndThem() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArrayList, lines);
    QFETCH(QByteArray, rest);
    ConsoleReader reader;
    QCOMPARE(read(reader, bytes).lines, lines);
    QCOMPARE(QByteArray::fromStdString(reader.line()), rest);
    QCOMPARE(QByteArray::fromStdString(reader.take()), rest);
    QVERIFY(reader.line().empty());
}

void ConsoleReaderTest::readersSeeTextWithoutEscapeSequences_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const char *bytes, const char *text) {
        QTest::newRow(name) << QByteArray(bytes) << QByteArray(text);
    };
    // ECMA-48, 5.3 to 5.6: CSI, intermediate bytes, strings.
    row("colour in mid-word", "lo\x1B[1;31mgin\x1B[m:", "login:");
    row("cursor position report", "\x1B[6n$ ", "$ ");
    row("character set", "\x1B(Ba", "a");
    row("keypad mode", "\x1B=a", "a");
    row("title, ended by BEL", "\x1B]0;root@host\x07# ", "# ");
    row("title, ended by ST", "\x1B]0;root@host\x1B\\# ", "# ");
    row("device control string", "\x1BPq#0\x1B\\a", "a");
    row("sequence within a sequence", "\x1B[1\x1B[2ma", "a");
    row("control characters", "a\x08\x07\x01z", "az");
    row("tabulator", "a\tb", "a\tb");
    row("UTF-8", "\xC3\xA4", "\xC3\xA4");
    row("delete", "a\x7F", "a");
}

void ConsoleReaderTest::readersSeeTextWithoutEscapeSequences() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    ConsoleReader reader;
    QCOMPARE(read(reader, bytes).text, text);
}

void ConsoleReaderTest::promptStandsWithoutALineEnd() {
    ConsoleReader reader;
    const Read all = read(reader, "Debian\r\nlogin: ");
    QCOMPARE(all.lines, QByteArrayList{"Debian"});
    QCOMPARE(all.text, QByteArray("Debianlogin: "));
    QCOMPARE(reader.line(), std::string("login: "));
}

void ConsoleReaderTest::endlessLineIsCut() {
    ConsoleReader reader;
    const Read all = read(reader, QByteArray(10'000, 'x'));
    QCOMPARE(all.lines.size(), 2);
    QCOMPARE(all.lines[0].size(), qsizetype{ConsoleReader::mostBytes});
    QCOMPARE(all.text.size(), 10'000);
    QCOMPARE(reader.line().size(), 10'000 - 2 * ConsoleReader::mostBytes);
}

void ConsoleReaderTest::savedInMidSequenceGoesOn() {
    ConsoleReader reader;
    read(reader, "ab\x1B[3");
    const std::vector<uint8_t> saved = savedState(reader);
    ConsoleReader restored;
    QCOMPARE(restoreState(saved, restored), std::string());
    QCOMPARE(savedState(restored), saved);
    QCOMPARE(read(restored, "1mc").text, QByteArray("c"));
    QVERIFY(refusesTruncations(saved, restored));
    survivesDamage(saved, restored);
}

QTEST_GUILESS_MAIN(ConsoleReaderTest)
#include "tst_console_reader.moc"
