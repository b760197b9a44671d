// SPDX-License-Identifier: GPL-3.0-or-later
// What can be mistyped, and run files that are none: exit code 2 and one sentence that helps.
#include "tests/app/program.h"

#include <QTest>

#include <sqlite3.h>

using namespace bootglass;

namespace {

bool makeDatabase(const QString &file) {
    sqlite3 *database = nullptr;
    sqlite3_open(file.toUtf8(), &database);
    const int code =
        sqlite3_exec(database, "CREATE TABLE meta(key, value)", nullptr, nullptr, nullptr);
    sqlite3_close(database);
    return code == SQLITE_OK;
}

} // namespace

class TestUsage : public QObject {
    Q_OBJECT

    Program program_;

  private slots:
    void initTestCase() {
        const ProgramResult run =
            program_.run({"run", "--bios", Program::guest("talker"), "--profile", "generic",
                          "--until", "icount:200000", "--output", "good.bootglass"});
        QVERIFY2(run.code == 0, run.err);
        const QByteArray good = program_.read("good.bootglass");
        QVERIFY(program_.write("empty.bootglass", {}));
        QVERIFY(program_.write("text.bootglass", QByteArray(5000, 'x')));
        QVERIFY(program_.write("cut.bootglass", good.left(good.size() / 2)));
        QByteArray newer = good;
        newer[63] = char(newer[63] + 1); // user_version, the last byte
        QVERIFY(program_.write("newer.bootglass", newer));
        QVERIFY(makeDatabase(program_.path("foreign.bootglass")));
        QVERIFY(program_.write("folder.bootglass/file", "x"));
    }

    void isRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char *name, QStringList arguments, QStringList says) {
            QTest::newRow(name) << arguments << says;
        };
        row("unknown command", {"boot"}, {"'boot'", "neither a command nor a run file", "--help"});
        row("unknown command with options", {"boot", "--fast"}, {"'boot'", "--help"});
        row("unknown option of the program", {"--fast"}, {"--fast", "--help"});
        row("unknown option", {"run", "--fast"}, {"--fast", "run --help"});
        row("value missing", {"run", "--bios"}, {"--bios", "run --help"});
        row("word too many", {"run", "disk.img"}, {"disk.img", "run --help"});
        row("value of a flag", {"info", "good.bootglass", "--json=perhaps"}, {"--json"});
        row("memory is no number", {"run", "--memory", "much"}, {"--memory", "'much'", "number"});
        row("memory is negative", {"run", "--memory", "-5"}, {"--memory", "'-5'"});
        row("too little memory", {"run", "--memory", "3"}, {"memory", "MiB", "from 4"});
        row("too much memory", {"run", "--memory", "100000"}, {"memory", "MiB", "from 4"});
        row("shift is no number", {"run", "--shift", "3x"}, {"--shift", "'3x'"});
        row("shift is too large", {"run", "--shift", "50"}, {"shift of 50", "0 to 10"});
        row("engine unknown", {"run", "--engine", "warp"}, {"--engine", "'warp'", "interpreter"});
        row("nothing to boot from", {"run", "--boot", "tape"}, {"--boot", "'tape'", "disk"});
        row("empty boot order", {"run", "--boot", ""}, {"--boot"});
        row("no date", {"run", "--rtc", "tomorrow"}, {"--rtc", "'tomorrow'", "2026-01-31"});
        row("no point in a boot", {"run", "--until", "soon"},
            {"--until", "'soon'", "marker:NAME", "icount:N"});
        row("time without a unit", {"run", "--until", "time:5"}, {"time:5", "unit"});
        row("negative icount", {"run", "--until", "icount:-1"}, {"icount:-1", "whole number"});
        row("marker unknown", {"run", "--until", "marker:nowhere"},
            {"no marker 'nowhere'", "it has:", "prompt"});
        row("phase unknown", {"run", "--until", "phase:nowhere"},
            {"no phase 'nowhere'", "it has:", "kernel"});
        row("second until is wrong", {"run", "--until", "halt", "--until", "later"}, {"'later'"});
        row("level unknown", {"run", "--detail", "loud"}, {"--detail", "'loud'", "events"});
        row("level of an unknown phase", {"run", "--detail", "nowhere=full"},
            {"--detail", "no phase 'nowhere'"});
        row("samples", {"run", "--sample-every", "-1"}, {"--sample-every", "'-1'"});
        row("kernel that is not to be booted", {"run", "--kernel", "k", "--boot", "disk"},
            {"--kernel", "--boot", "contradict"});

        row("info of nothing", {"info"}, {"FILE", "info --help"});
        row("query without SQL", {"query", "good.bootglass"}, {"SQL", "query --help"});
        row("export to nowhere", {"export", "good.bootglass"}, {"--to", "export --help"});
        row("unknown format", {"export", "good.bootglass", "--to", "x.gif"},
            {"x.gif", ".png", "'.gif'"});
        row("too narrow", {"export", "good.bootglass", "--to", "x.png", "--width", "20"},
            {"480 to 16384 pixels"});
        row("scale", {"export", "good.bootglass", "--to", "x.png", "--scale", "100"}, {"0.5 to 8"});
        row("figure from an unknown marker",
            {"export", "good.bootglass", "--to", "x.png", "--from", "marker:prompt"},
            {"no marker 'prompt'"});
        row("figure without a width of time",
            {"export", "good.bootglass", "--to", "x.png", "--from", "icount:5000", "--until",
             "icount:100"},
            {"--from", "--until"});
        row("figure until an end", {"export", "good.bootglass", "--to", "x.png", "--until", "halt"},
            {"'halt'"});
        row("figure in no folder", {"export", "good.bootglass", "--to", "nowhere/x.png"},
            {"nowhere/x.png"});
        row("two runs, no display", {"good.bootglass", "good.bootglass"}, {"no display"});
        row("two runs, one is missing", {"good.bootglass", "gone.bootglass"},
            {"gone.bootglass", "no such file"});
        row("no display", {"good.bootglass"}, {"no display", "bootglass run"});

        const std::pair<const char *, QStringList> badFiles[] = {
            {"nowhere.bootglass", {"no such file"}},
            {"folder.bootglass", {"is a directory"}},
            {"empty.bootglass", {"is not a run file"}},
            {"text.bootglass", {"is not a run file"}},
            {"cut.bootglass", {"damaged", "record the run again"}},
            {"newer.bootglass", {"newer Bootglass"}},
            {"foreign.bootglass", {"another program"}},
        };
        for (const auto &[file, says] : badFiles) {
            const QStringList all = QStringList{file} + says;
            row(qPrintable(QString("info %1").arg(file)), {"info", file}, all);
            row(qPrintable(QString("info --json %1").arg(file)), {"info", "--json", file}, all);
            row(qPrintable(QString("query %1").arg(file)),
                {"query", file, "SELECT count(*) FROM event"}, all);
            row(qPrintable(QString("export %1").arg(file)), {"export", file, "--to", "x.png"}, all);
            row(qPrintable(QString("open %1").arg(file)), {file}, all);
        }

        for (const char *sql :
             {"INSERT INTO marker VALUES(1,2,3,4,5)", "DELETE FROM meta", "DROP TABLE meta",
              "CREATE TABLE mine(x)", "ATTACH 'other.db' AS other", "PRAGMA journal_mode=DELETE",
              "VACUUM INTO 'copy.db'"}) {
            row(sql, {"query", "good.bootglass", sql}, {"may only read"});
        }
        row("two statements", {"query", "good.bootglass", "SELECT 1; SELECT 2"}, {"one statement"});
        row("no SQL", {"query", "good.bootglass", "SELEC 1"}, {"syntax error"});
        row("empty SQL", {"query", "good.bootglass", ""}, {"query is empty"});
        row("table unknown", {"query", "good.bootglass", "SELECT * FROM nowhere"},
            {"no such table: nowhere"});
        row("profile unknown", {"profiles", "nowhere"}, {"no profile 'nowhere'", "generic"});
    }
    void isRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        const QStringList before = program_.files();
        const QByteArray good = program_.read("good.bootglass");
        const QByteArray wrong = notRefused(program_.run(arguments), says);
        QVERIFY2(wrong.isEmpty(), wrong);
        QCOMPARE(program_.files(), before);
        QCOMPARE(program_.read("good.bootglass"), good);
    }

    void helpIsThere_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        QTest::newRow("program") << QStringList{"--help"}
                                 << QStringList{"run",   "info",     "export",
                                                "query", "profiles", "Exit codes"};
        QTest::newRow("version") << QStringList{"--version"} << QStringList{"bootglass "};
        QTest::newRow("run") << QStringList{"run", "--help"}
                             << QStringList{"--profile", "--bios",  "--until",  "marker:NAME",
                                            "--output",  "--force", "--serial", "--json"};
        QTest::newRow("info") << QStringList{"info", "--help"} << QStringList{"FILE", "--json"};
        QTest::newRow("export") << QStringList{"export", "--help"}
                                << QStringList{"--to", "--from", "--until", "--width", "--dark"};
        QTest::newRow("query") << QStringList{"query", "--help"} << QStringList{"SQL", "--json"};
    }
    void helpIsThere() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        const ProgramResult result = program_.run(arguments);
        QCOMPARE(result.code, 0);
        QCOMPARE(result.err, QByteArray());
        for (const QString &part : says)
            QVERIFY2(result.out.contains(part.toUtf8()), qPrintable(part));
    }

    void whatCannotBePrintedIsNoSuccess() {
        auto process = program_.prepare({"info", "good.bootglass"});
        process->setStandardOutputFile("/dev/full");
        process->start();
        const QByteArray wrong = notRefused(Program::finish(*process), {"output", "No space left"});
        QVERIFY2(wrong.isEmpty(), wrong);
    }
};

QTEST_GUILESS_MAIN(TestUsage)
#include "tst_usage.moc"
