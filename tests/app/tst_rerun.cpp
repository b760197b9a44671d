// SPDX-License-Identifier: GPL-3.0-or-later
// Runs with typed input, and what is had by running them again: replay, state, trace.
#include "tests/app/program.h"

#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <elf.h>
#include <sqlite3.h>

#include <array>
#include <cstring>

using namespace bootglass;

namespace {

const QByteArray script = "# comment\r\n\n"
                          "time:1ms serial \"x\"\n"
                          "icount:300000 +1ms type \"aB\"\n"
                          "time:4ms key Ctrl+Alt+Del\n";

bool execute(const QString &file, const char *sql) {
    sqlite3 *database = nullptr;
    sqlite3_open(file.toUtf8(), &database);
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    const bool changed = sqlite3_changes(database) > 0;
    sqlite3_close(database);
    return code == SQLITE_OK && changed;
}

struct ElfSymbol {
    const char *name;
    uint32_t address;
    unsigned char type;
    uint16_t section;
};

/// A 32-bit ELF file that has nothing but symbols.
QByteArray elfWith(const QList<ElfSymbol> &symbols) {
    QByteArray names(1, '\0');
    QByteArray table(sizeof(Elf32_Sym), '\0');
    for (const ElfSymbol &from : symbols) {
        Elf32_Sym symbol{};
        symbol.st_name = static_cast<Elf32_Word>(names.size());
        symbol.st_value = from.address;
        symbol.st_info = ELF32_ST_INFO(STB_GLOBAL, from.type);
        symbol.st_shndx = from.section;
        table.append(reinterpret_cast<const char *>(&symbol), sizeof symbol);
        names.append(from.name).append('\0');
    }
    std::array<Elf32_Shdr, 3> sections{};
    sections[1].sh_type = SHT_SYMTAB;
    sections[1].sh_offset = sizeof(Elf32_Ehdr) + sizeof sections;
    sections[1].sh_size = static_cast<Elf32_Word>(table.size());
    sections[1].sh_link = 2;
    sections[2].sh_type = SHT_STRTAB;
    sections[2].sh_offset = sections[1].sh_offset + sections[1].sh_size;
    sections[2].sh_size = static_cast<Elf32_Word>(names.size());
    Elf32_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_shoff = sizeof header;
    header.e_shentsize = sizeof(Elf32_Shdr);
    header.e_shnum = sections.size();
    QByteArray file(reinterpret_cast<const char *>(&header), sizeof header);
    file.append(reinterpret_cast<const char *>(sections.data()), sizeof sections);
    return file + table + names;
}

} // namespace

class TestRerun : public QObject {
    Q_OBJECT

    Program program_;

    ProgramResult run(const QString &output, const QString &input) const {
        return program_.run({"run", "--bios", "talker.bin", "--profile", "generic", "--memory",
                             "16", "--input", input, "--until", "icount:9000000", "--output",
                             output, "--json"});
    }
    void refused(const QStringList &arguments, const QStringList &says) const {
        const QByteArray wrong = notRefused(program_.run(arguments), says);
        QVERIFY2(wrong.isEmpty(), wrong);
    }

  private slots:
    void initTestCase() {
        QVERIFY(QFile::copy(Program::guest("talker"), program_.path("talker.bin")));
        QVERIFY(program_.write("script", script));
        const ProgramResult result = run("good.bootglass", "script");
        QVERIFY2(result.code == 0, result.err);
    }

    // --- --input

    void keysComeInOrderAndAtTheirTimes() {
        const ProgramResult result = program_.run(
            {"query", "good.bootglass",
             "SELECT virtual_ns, printf('%x', value) FROM event WHERE kind = 'input'"});
        QVERIFY2(result.out.contains("\n1000000\t78\n3400000\t1001e\n4000000\t1001d\n"),
                 result.out);
    }
    void sameScriptSameDigestAnotherScriptAnother() {
        QVERIFY(program_.write("other", "time:1ms serial \"y\"\n"));
        const QString digest =
            program_.run({"info", "--json", "good.bootglass"}).json()["digest"].toString();
        QVERIFY(!digest.isEmpty());
        QCOMPARE(run("again.bootglass", "script").json()["digest"].toString(), digest);
        QVERIFY(run("other.bootglass", "other").json()["digest"].toString() != digest);
    }
    // What was typed before the cut is not typed again, and what is on its way comes at its time.
    void aScriptGoesOnAfterSaveAndRestore_data() {
        QTest::addColumn<QString>("cut");
        QTest::newRow("before anything") << "time:500us";
        QTest::newRow("amid a line that is typed") << "time:3410us";
        QTest::newRow("between two lines") << "time:3900us";
        QTest::newRow("after all") << "time:5ms";
    }
    void aScriptGoesOnAfterSaveAndRestore() {
        QFETCH(QString, cut);
        const QStringList common{"run",      "--bios", "talker.bin", "--profile", "generic",
                                 "--memory", "16",     "--json",     "--force"};
        const ProgramResult first =
            program_.run(common + QStringList{"--input", "script", "--until", cut, "--save",
                                              "half.state", "--output", "half.bootglass"});
        QVERIFY2(first.code == 0, first.err);
        const ProgramResult rest = program_.run(
            common + QStringList{"--input", "script", "--restore", "half.state", "--until",
                                 "icount:9000000", "--output", "rest.bootglass"});
        QVERIFY2(rest.code == 0, rest.err);
        QCOMPARE(rest.json()["digest"].toString(),
                 program_.run({"info", "--json", "good.bootglass"}).json()["digest"].toString());
        // A script with other lines cannot go on.
        QVERIFY(program_.write("longer", script + "time:8ms key A\n"));
        const QByteArray wrong = notRefused(
            program_.run(common + QStringList{"--input", "longer", "--restore", "half.state",
                                              "--output", "longer.bootglass"}),
            {"half.state", "another --input"});
        QVERIFY2(wrong.isEmpty(), wrong);
    }

    // --- disks

    void aSecondDiskIsReadAndFoundAgain() {
        QVERIFY(program_.write("one", QByteArray("One ").leftJustified(5120, '.')));
        QVERIFY(program_.write("two", QByteArray("Two ").leftJustified(10240, '.')));
        const auto boot = [this](const QString &name, const QStringList &more) {
            return program_.run(QStringList{"run", "--bios", Program::guest("disks"), "--memory",
                                            "16", "--profile", "generic", "--quiet", "--disk",
                                            "one", "--serial", "-", "--output", name} +
                                more);
        };
        ProgramResult result = boot("single.bootglass", {"--save", "single.state"});
        QCOMPARE(result.out, QByteArray("One none"));
        result = boot("both.bootglass", {"--disk2", "two", "--save", "both.state"});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.out, QByteArray("One Two "));
        result = program_.run({"replay", "both.bootglass"});
        QVERIFY2(result.code == 0, result.err);
        for (const char *row : {"disk\tone", "disk2\ttwo"}) {
            QVERIFY2(program_.run({"query", "both.bootglass", "SELECT role, path FROM inputs"})
                         .out.contains(row),
                     row);
        }
        // A state is of a machine with as many disks.
        for (const QStringList &wrong :
             {QStringList{"--restore", "both.state"},
              QStringList{"--restore", "single.state", "--disk2", "two"}})
            QCOMPARE(boot("wrong.bootglass", wrong).code, 2);
        QVERIFY(program_.write("two", "another, which is no disk"));
        refused({"replay", "both.bootglass"}, {"two"});
    }

    void aBadLineIsToldWithItsNumber_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("says");
        QTest::newRow("no input") << QByteArray("time:1ms mouse \"x\"") << "'mouse' is no input";
        QTest::newRow("no quotes") << QByteArray("time:1ms serial x") << "double quotes";
        QTest::newRow("no escape") << QByteArray("time:1ms type \"\\q\"") << "an escape is one of";
        QTest::newRow("empty") << QByteArray("time:1ms serial \"\"") << "the text is empty";
        QTest::newRow("no US key") << QByteArray("time:1ms type \"\\xff\"") << "0xff";
        QTest::newRow("no key") << QByteArray("time:1ms key Blah") << "'Blah' is no key";
        QTest::newRow("no modifier of a PC") << QByteArray("time:1ms key Meta+A") << "'Meta+A'";
        QTest::newRow("no delay") << QByteArray("time:1ms +5 type \"a\"") << "'+5' is no delay";
        QTest::newRow("no marker") << QByteArray("marker:no type \"a\"") << "has no marker 'no'";
        QTest::newRow("no point") << QByteArray("halt type \"a\"") << "'halt'";
        QTest::newRow("never") << QByteArray("time:99999999999999s key A") << "time";
    }
    void aBadLineIsToldWithItsNumber() {
        QFETCH(QByteArray, line);
        QFETCH(QString, says);
        QVERIFY(program_.write("bad", "# one\n\n  " + line + "\n"));
        const QByteArray wrong = notRefused(run("bad.bootglass", "bad"), {"bad:3: ", says});
        QVERIFY2(wrong.isEmpty(), wrong);
        QVERIFY(!QFile::exists(program_.path("bad.bootglass")));
    }

    // --- replay

    void aRunWithTypedInputIsTheSameAgain() {
        const ProgramResult result = program_.run({"replay", "--json", "good.bootglass"});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.json()["same"].toBool(), true);
        QCOMPARE(result.json()["icount"].toInteger(), qint64(9'000'000));
        QVERIFY(result.json()["events_compared"].toInteger() > 100'000);
    }
    void anEditedRunDiverges_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("digest") << QByteArray(
            "UPDATE meta SET value = '0000' WHERE key = 'digest'");
        QTest::newRow("events lost")
            << QByteArray("DELETE FROM chunk WHERE id = (SELECT max(id) FROM chunk)");
        QTest::newRow("one more counted")
            << QByteArray("UPDATE kind_count SET n = n + 1 WHERE kind = 'port_write'");
    }
    void anEditedRunDiverges() {
        QFETCH(QByteArray, sql);
        QVERIFY(program_.write("edited.bootglass", program_.read("good.bootglass")));
        QVERIFY(execute(program_.path("edited.bootglass"), sql));
        const ProgramResult result = program_.run({"replay", "edited.bootglass"});
        QVERIFY2(result.code == 1 || result.code == 2, result.err);
        QVERIFY(!result.out.isEmpty() || !result.err.isEmpty());
        QVERIFY(!result.out.contains("the same:"));
    }
    void aChangedInputIsRefused() {
        const QByteArray bios = program_.read("talker.bin");
        QByteArray changed = bios;
        changed[100] = char(~changed[100]);
        QVERIFY(program_.write("talker.bin", changed));
        refused({"replay", "good.bootglass"}, {"talker.bin", "SHA-256"});
        QVERIFY(program_.write("talker.bin", bios));
    }

    // --- state

    void stateTellsRegistersAndShowsTheScreen() {
        const ProgramResult result = program_.run(
            {"state", "good.bootglass", "--at", "0", "--json", "--screen", "screen.png"});
        QVERIFY2(result.code == 0, result.err);
        const QJsonObject registers = result.json()["registers"].toObject();
        QCOMPARE(result.json()["icount"].toInteger(-1), qint64(0));
        QCOMPARE(registers["EIP"].toInteger(), qint64(0xFFF0)); // SDM vol. 3, table 10-1
        QCOMPARE(registers["CS"].toInteger(), qint64(0xF000));
        QVERIFY(!QImage(program_.path("screen.png")).isNull());
    }
    void thePictureReplacesNothingOfTheRun_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("the run") << "good.bootglass";
        QTest::newRow("its firmware") << "./talker.bin";
    }
    void thePictureReplacesNothingOfTheRun() {
        QFETCH(QString, file);
        const QByteArray before = program_.read(file);
        refused({"state", "good.bootglass", "--at", "0", "--screen", file},
                {"--screen", "another"});
        QCOMPARE(program_.read(file), before);
    }
    void nothingLiesBehindTheEnd_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("state") << QStringList{"state", "good.bootglass", "--at", "icount:9000001"};
        QTest::newRow("time") << QStringList{"state", "good.bootglass", "--at", "time:5s"};
        QTest::newRow("trace") << QStringList{"trace", "good.bootglass", "--from", "99999999999"};
    }
    void nothingLiesBehindTheEnd() {
        QFETCH(QStringList, arguments);
        refused(arguments, {"behind the end", "9000000"});
    }

    // --- trace

    void countsRiseByOneFromTheResetVector() {
        const ProgramResult result =
            program_.run({"trace", "good.bootglass", "--from", "0", "--count", "500", "--json"});
        QVERIFY2(result.code == 0, result.err);
        QByteArrayList lines = result.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 500);
        for (qsizetype n = 0; n < lines.size(); ++n)
            QCOMPARE(QJsonDocument::fromJson(lines[n]).object()["icount"].toInteger(), n + 1);
        QCOMPARE(QJsonDocument::fromJson(lines[0]).object()["address"].toInteger(),
                 qint64(0xFFFFFFF0));
    }
    void traceShowsTheHostsCode() {
        const ProgramResult text =
            program_.run({"trace", "good.bootglass", "--from", "0", "--count", "40", "--host"});
        QVERIFY2(text.code == 0, text.err);
        QVERIFY(text.out.contains("bytes of host code"));
        QVERIFY(text.out.contains("-- behind it"));
        const ProgramResult result = program_.run(
            {"trace", "good.bootglass", "--from", "0", "--count", "40", "--host", "--json"});
        int entered = 0, shown = 0;
        for (const QByteArray &line : result.out.trimmed().split('\n')) {
            const QJsonObject insn = QJsonDocument::fromJson(line).object();
            if (insn.contains("host_entry")) ++entered;
            if (insn.contains("host")) ++shown;
        }
        QVERIFY(entered > 1);
        QVERIFY2(shown > 20, qPrintable(QString::number(shown)));
        // What is shown changes nothing of what is traced.
        const auto counts = [](const QByteArray &out) {
            QStringList all;
            for (const QByteArray &line : out.trimmed().split('\n')) {
                QJsonObject insn = QJsonDocument::fromJson(line).object();
                for (const char *host : {"host_entry", "host", "host_rest"})
                    insn.remove(host);
                all << QJsonDocument(insn).toJson();
            }
            return all;
        };
        const ProgramResult plain =
            program_.run({"trace", "good.bootglass", "--from", "0", "--count", "40", "--json"});
        QCOMPARE(counts(result.out), counts(plain.out));
    }

    void traceEndsWithTheRun() {
        const ProgramResult result =
            program_.run({"trace", "good.bootglass", "--from", "8999997", "--count", "50"});
        QCOMPARE(result.code, 0);
        QCOMPARE(result.out.count('\n'), 3);
    }
    void symbolsNameAddresses() {
        QVERIFY(program_.write("map", "ffff0000 T start\nffff0008 d data\n         U nowhere\n"));
        const ProgramResult result = program_.run(
            {"trace", "good.bootglass", "--from", "1", "--count", "2", "--symbols", "map"});
        QVERIFY2(result.out.contains("start\n") && result.out.contains("start+0x3\n"), result.out);
    }
    void symbolsOfAnElfFileNameAddresses() {
        // Code, a thing without a type, data, and what is defined elsewhere.
        const QByteArray elf = elfWith({{"begin", 0xFFFF0000, STT_FUNC, 1},
                                        {"then", 0xFFFF0003, STT_NOTYPE, 1},
                                        {"data", 0xFFFF0003, STT_OBJECT, 1},
                                        {"nowhere", 0xFFFF0003, STT_FUNC, SHN_UNDEF}});
        QVERIFY(program_.write("kernel.elf", elf));
        const ProgramResult result = program_.run(
            {"trace", "good.bootglass", "--from", "1", "--count", "2", "--symbols", "kernel.elf"});
        QVERIFY2(result.out.contains("begin\n") && result.out.contains("then\n"), result.out);
        // Cut anywhere, it is refused or names what it still has, and nothing worse.
        for (qsizetype size = 0; size < elf.size(); size += 13) {
            QVERIFY(program_.write("kernel.elf", elf.first(size)));
            const ProgramResult cut = program_.run({"trace", "good.bootglass", "--from", "1",
                                                    "--count", "1", "--symbols", "kernel.elf"});
            QVERIFY2(cut.code == 2 || cut.code == 0, qPrintable(QString::number(size)));
        }
    }
    void badSymbolsAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << QByteArray() << "names no code";
        QTest::newRow("text") << QByteArray("c0000000 T ok\nhello\n") << "symbols:2:";
        QTest::newRow("cut ELF") << QByteArray("\x7f"
                                               "ELF\1\1")
                                 << "no 32-bit ELF";
        QTest::newRow("ELF of 0xFF") << QByteArray("\x7f"
                                                   "ELF\1\1") +
                                            QByteArray(60, '\xff')
                                     << "no 32-bit ELF";
    }
    void badSymbolsAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        QVERIFY(program_.write("symbols", bytes));
        refused({"trace", "good.bootglass", "--from", "0", "--symbols", "symbols"},
                {"symbols", says});
    }
};

QTEST_GUILESS_MAIN(TestRerun)
#include "tst_rerun.moc"
