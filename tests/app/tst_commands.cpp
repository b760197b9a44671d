// SPDX-License-Identifier: GPL-3.0-or-later
// What scripts rely on: run, info --json, export, query and profiles, as the command line promises.
#include "tests/app/program.h"

#include <QImage>
#include <QJsonArray>
#include <QTest>

#include <signal.h>

using namespace bootglass;

namespace {

const QByteArray talkerProfile = R"(
title = "The talker"
extends = "generic"

[guest]
bios = "/%1"
until = ["icount:900000"]

[[marker]]
name = "hello"
text = "hello"
on = "serial"

[[marker]]
name = "never"
text = "never said"

[[phase]]
path = "kernel"
from = "hello"

[[phase]]
path = "kernel/early"
from = "hello"
)";

constexpr const char *purposes[] = {"translate_s", "execute_s", "interpret_s", "devices_s",
                                    "record_s"};

} // namespace

class TestCommands : public QObject {
    Q_OBJECT

    Program program_;

    QStringList runTalker(const QString &output, const QStringList &more) const {
        return QStringList{"run", "--profile", "talker", "--output", output} + more;
    }
    QByteArray query(const QString &file, const QString &sql) const {
        return program_.run({"query", file, sql}).out;
    }

  private slots:
    void initTestCase() {
        const QByteArray bios = Program::guest("talker").mid(1).toUtf8();
        QVERIFY(program_.write("config/bootglass/profiles/talker.toml",
                               QByteArray(talkerProfile).replace("%1", bios)));
        const ProgramResult run = program_.run(runTalker("good.bootglass", {}));
        QVERIFY2(run.code == 0, run.err);
    }

    // --- run

    void runTellsHowItEnded() {
        const ProgramResult result = program_.run(runTalker("told.bootglass", {}));
        QCOMPARE(result.code, 0);
        QCOMPARE(result.err, QByteArray()); // progress is for terminals
        QVERIFY2(result.out.startsWith("icount:900000 at icount 900000, "), result.out);
        QVERIFY2(result.out.endsWith("told.bootglass\n"), result.out);
        QVERIFY(!QFile::exists(program_.path("told.bootglass-wal")));
    }
    void quietRunSaysNothing() {
        const ProgramResult result = program_.run(runTalker(
            "quiet.bootglass", {"--quiet", "--until", "marker:never", "--until", "icount:1000"}));
        QCOMPARE(result.code, 1);
        QCOMPARE(result.out, QByteArray());
        QCOMPARE(result.err, QByteArray());
    }
    void jsonOfARunIsThatOfInfo() {
        const ProgramResult result = program_.run(runTalker("json.bootglass", {"--json"}));
        QCOMPARE(result.code, 0);
        QVERIFY(!result.json().isEmpty());
        QCOMPARE(result.out, program_.run({"info", "--json", "json.bootglass"}).out);
        QCOMPARE(result.out.count('\n'), 1);
    }
    void serialLineGoesToStdoutOrAFile() {
        const ProgramResult result =
            program_.run(runTalker("s1.bootglass", {"--serial", "-", "--quiet"}));
        QCOMPARE(result.code, 0);
        QVERIFY2(result.out.startsWith("hello\r\nand on\r\nand on\r\n"), result.out);
        QCOMPARE(
            program_.run(runTalker("s2.bootglass", {"--serial", "serial.txt", "--quiet"})).code, 0);
        QCOMPARE(program_.read("serial.txt"), result.out);
    }
    void forceOverwrites() {
        QVERIFY(program_.write("old.bootglass", "old"));
        QCOMPARE(program_.run(runTalker("old.bootglass", {})).code, 2);
        QCOMPARE(program_.read("old.bootglass"), QByteArray("old"));
        QCOMPARE(program_.run(runTalker("old.bootglass", {"--force"})).code, 0);
        QCOMPARE(program_.run({"info", "old.bootglass"}).code, 0);
    }

    void endsWhereItWasAsked_data() {
        QTest::addColumn<QStringList>("until");
        QTest::addColumn<QString>("ended");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, QStringList until, QString ended, int code) {
            QTest::newRow(name) << until << ended << code;
        };
        row("marker", {"marker:hello"}, "marker:hello", 0);
        row("phase", {"phase:kernel"}, "phase:kernel", 0);
        row("inner phase", {"phase:kernel/early"}, "phase:kernel/early", 0);
        row("icount", {"icount:12345"}, "icount:12345", 0);
        row("time", {"time:2.5ms"}, "time:2.5ms", 0);
        row("the first of several", {"icount:500000", "marker:hello"}, "marker:hello", 0);
        row("a marker that is not reached", {"marker:never", "icount:50000"}, "icount:50000", 1);
        row("a marker that another end forestalls", {"marker:hello", "icount:3"}, "icount:3", 1);
        row("halt never comes", {"halt", "time:3ms"}, "time:3ms", 0);
    }
    void endsWhereItWasAsked() {
        QFETCH(QStringList, until);
        QFETCH(QString, ended);
        QFETCH(int, code);
        QStringList options{"--json", "--force"};
        for (const QString &when : until)
            options << "--until" << when;
        const ProgramResult result = program_.run(runTalker("until.bootglass", options));
        QCOMPARE(result.code, code);
        QCOMPARE(result.json()["ended"].toString(), ended);
        QCOMPARE(result.err.isEmpty(), code == 0);
        if (ended.startsWith("icount:"))
            QCOMPARE(result.json()["icount"].toInteger(), ended.mid(7).toLongLong());
        if (ended == "time:2.5ms")
            QCOMPARE(result.json()["virtual_ns"].toInteger(), qint64(2'500'000));
    }

    void haltIsAnEnd() {
        const ProgramResult result =
            program_.run({"run", "--bios", Program::guest("counting"), "--profile", "generic",
                          "--until", "halt", "--output", "halt.bootglass", "--json"});
        QCOMPARE(result.code, 0);
        QCOMPARE(result.json()["ended"].toString(), "halt");
    }

    void sameInputsGiveTheSameDigestWhateverIsRecorded() {
        QStringList digests;
        for (const char *detail : {"markers", "events", "full", "kernel=markers"}) {
            const ProgramResult result = program_.run(
                runTalker("digest.bootglass", {"--force", "--json", "--detail", detail}));
            QVERIFY2(result.code == 0, result.err);
            digests << result.json()["digest"].toString();
        }
        QVERIFY(!digests.front().isEmpty());
        QCOMPARE(digests.count(digests.front()), digests.size());
    }
    void aRunCutInTwoEndsAsInOnePiece() {
        const QJsonObject whole = program_.run({"info", "--json", "good.bootglass"}).json();
        QCOMPARE(program_
                     .run(runTalker("half.bootglass",
                                    {"--until", "icount:400000", "--save", "state", "--quiet"}))
                     .code,
                 0);
        const ProgramResult rest =
            program_.run(runTalker("rest.bootglass", {"--restore", "state", "--json"}));
        QVERIFY2(rest.code == 0, rest.err);
        QCOMPARE(rest.json()["digest"].toString(), whole["digest"].toString());
        QCOMPARE(rest.json()["icount"].toInteger(), qint64(900'000));
    }
    void aDamagedStateCostsNothing() {
        QCOMPARE(program_
                     .run(runTalker("half2.bootglass",
                                    {"--until", "icount:400000", "--save", "whole", "--quiet"}))
                     .code,
                 0);
        QVERIFY(program_.write("cut", program_.read("whole").left(7000)));
        const QByteArray before = program_.read("good.bootglass");
        const QByteArray wrong = notRefused(
            program_.run(runTalker("good.bootglass", {"--force", "--restore", "cut"})), {"cut"});
        QVERIFY2(wrong.isEmpty(), wrong);
        QCOMPARE(program_.read("good.bootglass"), before);
    }

    void interruptEndsARunInOrder_data() {
        QTest::addColumn<int>("number");
        QTest::newRow("SIGINT") << SIGINT;
        QTest::newRow("SIGTERM") << SIGTERM;
    }
    void interruptEndsARunInOrder() {
        QFETCH(int, number);
        auto process = program_.prepare(runTalker(
            "interrupted.bootglass", {"--force", "--until", "marker:never", "--serial", "-"}));
        process->start();
        while (process->bytesAvailable() < 100)
            QVERIFY(process->waitForReadyRead(Program::patience));
        ::kill(static_cast<pid_t>(process->processId()), number);
        const ProgramResult result = Program::finish(*process);
        QCOMPARE(result.code, 1); // the marker was not reached
        QVERIFY2(result.out.contains("stopped at icount"), result.out.right(200));
        const QJsonObject info = program_.run({"info", "--json", "interrupted.bootglass"}).json();
        QCOMPARE(info["ended"].toString(), "stopped");
        QCOMPARE(info["complete"].toBool(), true);
        QVERIFY(!QFile::exists(program_.path("interrupted.bootglass-wal")));
    }
    void aKilledRunOpens() {
        auto process = program_.prepare(
            runTalker("killed.bootglass", {"--until", "marker:never", "--serial", "-"}));
        process->start();
        // How soon something is kept is a matter of the host; then it is killed in the midst of
        // more.
        double kept = 0;
        while (kept <= 100'000) {
            QVERIFY(process->waitForReadyRead(Program::patience));
            process->readAllStandardOutput();
            if (const auto info = program_.run({"info", "--json", "killed.bootglass"});
                info.code == 0)
                kept = info.json()["icount"].toDouble();
        }
        process->kill();
        QVERIFY(process->waitForFinished());
        const ProgramResult result = program_.run({"info", "--json", "killed.bootglass"});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.json()["complete"].toBool(true), false);
        QCOMPARE(result.json()["ended"].toString("x"), "");
        QVERIFY(result.json()["icount"].toDouble() >= kept);
        QCOMPARE(result.json()["markers"].toArray().last()["name"].toString(), "hello");
        const ProgramResult text = program_.run({"info", "killed.bootglass"});
        QVERIFY2(text.out.contains("it did not: killed"), text.out.left(300));
    }
    void aReaderThatGoesAwayDoesNotEndTheRun() {
        auto process = program_.prepare(runTalker("unread.bootglass", {"--serial", "-"}));
        QCOMPARE(Program::finishUnread(*process).code, 0);
        const QJsonObject info = program_.run({"info", "--json", "unread.bootglass"}).json();
        QCOMPARE(info["ended"].toString(), "icount:900000");
    }

    // --- info

    /// As on a host without BMI2.
    void aHostWithoutATranslatorInterprets() {
        const auto without = [this](const QStringList &arguments) {
            auto process = program_.prepare(arguments);
            QProcessEnvironment environment = process->processEnvironment();
            environment.insert("BOOTGLASS_WITHOUT", "bmi2");
            process->setProcessEnvironment(environment);
            process->start();
            return Program::finish(*process);
        };
        const ProgramResult run = without(runTalker("without.bootglass", {}));
        QCOMPARE(run.code, 0);
        QVERIFY2(run.err.contains("no BMI2 instructions, so guests are interpreted"), run.err);
        const QJsonObject info = program_.run({"info", "without.bootglass", "--json"}).json();
        QCOMPARE(info["meta"]["engine"].toString(), "interpreter");
        QCOMPARE(info["digest"],
                 program_.run({"info", "good.bootglass", "--json"}).json()["digest"]);
        const QByteArray refused = notRefused(
            without({"trace", "good.bootglass", "--from", "0", "--host"}), {"--host", "BMI2"});
        QVERIFY2(refused.isEmpty(), refused);
    }

    void interpretingTranslatesNothing() {
        const ProgramResult run = program_.run(
            {"run", "--bios", Program::guest("talker"), "--profile", "generic", "--engine",
             "interpreter", "--until", "icount:900000", "--output", "interpreted.bootglass"});
        QVERIFY2(run.code == 0, run.err);
        const QJsonObject info = program_.run({"info", "interpreted.bootglass", "--json"}).json();
        QCOMPARE(info["host_cost"]["translate_s"].toDouble(-1), 0.0);
        QCOMPARE(info["host_cost"]["execute_s"].toDouble(-1), 0.0);
    }

    /// Where phases meet, one's cost ends and the other's begins.
    void costsOfPhasesAddUpToTheWhole() {
        const QJsonObject info = program_.run({"info", "good.bootglass", "--json"}).json();
        double sum = 0;
        for (const QJsonValue phase : info["phases"].toArray())
            if (!phase["path"].toString().contains('/'))
                sum += phase["host_cost"]["whole_s"].toDouble();
        const double whole = info["host_cost"]["whole_s"].toDouble();
        QVERIFY2(sum <= whole + 1e-6, qPrintable(QString("%1 of %2").arg(sum).arg(whole)));
        QVERIFY(sum > 0);
    }

    void infoHasTheFieldsOfTheContract() {
        const ProgramResult result = program_.run({"info", "good.bootglass", "--json"});
        QCOMPARE(result.code, 0);
        const QJsonObject info = result.json();
        QCOMPARE(info["icount"].toInteger(), qint64(900'000));
        QCOMPARE(info["shift"].toInteger(), qint64(3));
        QCOMPARE(info["virtual_ns"].toInteger(),
                 (info["icount"].toInteger() << 3) + info["idle_ns"].toInteger(-1));
        QCOMPARE(info["ended"].toString(), "icount:900000");
        QVERIFY(info["wall_s"].toDouble() > 0);
        QVERIFY(info["mips"].toDouble() > 0);
        QCOMPARE(info["digest"].toString().size(), 32);
        const QJsonObject cost = info["host_cost"].toObject();
        double sum = 0;
        for (const char *purpose : purposes) {
            QVERIFY2(cost[purpose].isDouble(), purpose);
            sum += cost[purpose].toDouble();
        }
        QVERIFY(sum > 0);
        QVERIFY(std::abs(sum - cost["whole_s"].toDouble()) < 1e-6);

        const QJsonObject marker = info["markers"].toArray().last().toObject();
        QCOMPARE(marker["name"].toString(), "hello");
        QCOMPARE(marker["virtual_ns"].toInteger(), marker["icount"].toInteger(-1) << 3);
        QStringList paths;
        for (const QJsonValue phase : info["phases"].toArray()) {
            paths << phase["path"].toString();
            for (const char *field : {"start_icount", "end_icount", "idle_ns", "wall_s"})
                QVERIFY2(phase[field].isDouble(), field);
            for (const char *purpose : purposes)
                QVERIFY2(phase["host_cost"][purpose].isDouble(), purpose);
        }
        QCOMPARE(paths, QStringList({"firmware", "firmware/post", "kernel", "kernel/early"}));
        QCOMPARE(info["phases"].toArray().last()["end_icount"].toInteger(), qint64(900'000));

        const QJsonObject events = info["events"].toObject();
        for (const char *kind : {"timer_fired", "interrupt", "port_write", "exception", "halt"})
            QVERIFY2(events[kind].isDouble(), kind);
        const QJsonObject bios = info["inputs"].toArray().first().toObject();
        QCOMPARE(bios["role"].toString(), "bios");
        QCOMPARE(bios["path"].toString(), Program::guest("talker"));
        QCOMPARE(bios["sha256"].toString().size(), 64);
    }
    void infoForPeopleNamesWhatMatters() {
        const QByteArray out = program_.run({"info", "good.bootglass"}).out;
        for (const char *part :
             {"900000", "icount:900000", "digest", "kernel", "hello", "port_write", "sha256"})
            QVERIFY2(out.contains(part), part);
    }

    // --- export

    void figureHasItsSize_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QSize>("size"); // a height of 0: any
        QTest::newRow("default") << QStringList{} << QSize(1600, 0);
        QTest::newRow("width") << QStringList{"--width", "900"} << QSize(900, 0);
        QTest::newRow("both") << QStringList{"--width", "900", "--height", "700"}
                              << QSize(900, 700);
        QTest::newRow("scale") << QStringList{"--width", "800", "--height", "600", "--scale", "2"}
                               << QSize(1600, 1200);
        QTest::newRow("range") << QStringList{"--from", "marker:hello", "--until", "time:5ms"}
                               << QSize(1600, 0);
        QTest::newRow("phase to icount")
            << QStringList{"--from", "phase:kernel", "--until", "icount:500000"} << QSize(1600, 0);
    }
    void figureHasItsSize() {
        QFETCH(QStringList, options);
        QFETCH(QSize, size);
        QFile::remove(program_.path("figure.png"));
        const ProgramResult result =
            program_.run(QStringList{"export", "good.bootglass", "--to", "figure.png"} + options);
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.err, QByteArray());
        const QImage figure(program_.path("figure.png"));
        QCOMPARE(figure.width(), size.width());
        if (size.height() > 0) QCOMPARE(figure.height(), size.height());
        QVERIFY(figure.height() > 100);
    }
    void darkFigureIsDark() {
        QCOMPARE(program_.run({"export", "good.bootglass", "--to", "dark.png", "--dark"}).code, 0);
        QCOMPARE(program_.run({"export", "good.bootglass", "--to", "light.png"}).code, 0);
        QVERIFY(QImage(program_.path("dark.png")).pixelColor(2, 2).lightness() < 64);
        QVERIFY(QImage(program_.path("light.png")).pixelColor(2, 2).lightness() > 192);
    }
    void sameRunGivesTheSameFigure() {
        for (const char *file : {"same1.png", "same2.png"})
            QCOMPARE(program_.run({"export", "good.bootglass", "--to", file}).code, 0);
        QCOMPARE(program_.read("same1.png"), program_.read("same2.png"));
    }

    // --- query

    void rowsHaveAHeaderAndTabs() {
        QCOMPARE(query("good.bootglass", "SELECT name, 1 + 1 AS two FROM marker ORDER BY name"),
                 QByteArray("name\ttwo\nhello\t2\nreset\t2\n"));
    }
    void valuesCannotBreakARow() {
        QCOMPARE(query("good.bootglass", "SELECT 'a\tb' AS x, 'c' || char(10) || 'd' AS y, '\\' z"),
                 QByteArray("x\ty\tz\na\\tb\tc\\nd\t\\\\\n"));
    }
    void nothingIsTold() {
        QCOMPARE(query("good.bootglass", "SELECT NULL AS n, '' AS e"), QByteArray("n\te\n\t\n"));
        QCOMPARE(query("good.bootglass", "SELECT name FROM marker WHERE 0"), QByteArray("name\n"));
        const ProgramResult json =
            program_.run({"query", "good.bootglass", "--json", "SELECT NULL AS n, 'x' AS s"});
        QCOMPARE(QJsonDocument::fromJson(json.out).array().first().toObject(),
                 (QJsonObject{{"n", QJsonValue::Null}, {"s", "x"}}));
    }
    void refusedJsonPrintsNothing() {
        const QByteArray wrong =
            notRefused(program_.run({"query", "good.bootglass", "--json", "SELECT * FROM nowhere"}),
                       {"no such table"});
        QVERIFY2(wrong.isEmpty(), wrong);
    }
    void eventsAndTotalsAgree() {
        const QByteArray told =
            query("good.bootglass", "SELECT count(*) AS n FROM event WHERE kind = 'port_write'");
        const QJsonObject info = program_.run({"info", "good.bootglass", "--json"}).json();
        QCOMPARE(told.split('\n').value(1).toLongLong(),
                 info["events"].toObject()["port_write"].toInteger(-1));
    }
    void aClosedPipeEndsAQueryQuietly() {
        auto process = program_.prepare(
            {"query", "good.bootglass",
             "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000000) "
             "SELECT x FROM n"});
        const ProgramResult result = Program::finishUnread(*process);
        QCOMPARE(result.code, 0);
        QCOMPARE(result.err, QByteArray());
    }

    // --- profiles

    void profilesAreListedWithTheirFiles() {
        const ProgramResult result = program_.run({"profiles"});
        QCOMPARE(result.code, 0);
        for (const QByteArray &part :
             {QByteArray("debian-netboot"), QByteArray("generic"), QByteArray("linux"),
              QByteArray("The talker"), program_.path("config/bootglass/profiles").toUtf8()})
            QVERIFY2(result.out.contains(part), part);
    }
    void oneProfileTellsItsRules() {
        const ProgramResult result = program_.run({"profiles", "talker"});
        QCOMPARE(result.code, 0);
        for (const char *part : {"The talker", "talker.toml", "generic.toml", "kernel/early",
                                 "serial text 'hello'", "icount:900000"})
            QVERIFY2(result.out.contains(part), part);
    }
    void usersProfileHidesAShippedOne() {
        const Program other;
        QVERIFY(other.write("config/bootglass/profiles/linux.toml", "title = 'My own Linux'\n"));
        QVERIFY(other.write("config/bootglass/profiles/bad.toml", "title = 5\n"));
        const QByteArray own = other.run({"profiles", "linux"}).out;
        QVERIFY2(own.contains("My own Linux") && own.contains(other.path("config").toUtf8()), own);
        const ProgramResult all = other.run({"profiles"});
        QCOMPARE(all.code, 0);
        QVERIFY2(all.out.contains("bad.toml:1") && all.out.contains("generic"), all.out);
    }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
