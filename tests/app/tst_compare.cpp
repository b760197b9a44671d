// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass compare`: the answer first, the tables as asked for, and what scripts rely on.
#include "tests/app/program.h"

#include <QJsonArray>
#include <QTest>

using namespace bootglass;

namespace {

const QByteArray profile = R"(
title = "The talker"
extends = "generic"

[guest]
bios = "/%1"

[[marker]]
name = "hello"
text = "hello"
on = "serial"

[[phase]]
path = "kernel/talk"
from = "hello"
)";

} // namespace

class TestCompare : public QObject {
    Q_OBJECT

    Program program_;

    bool record(const QString &name, const QStringList &more) {
        QStringList arguments{"run",     "--profile", "talker",
                              "--quiet", "--output",  name + ".bootglass"};
        const ProgramResult result = program_.run(arguments + more);
        if (result.code != 0) qWarning("%s", result.err.constData());
        return result.code == 0;
    }
    ProgramResult compare(const QStringList &arguments) const {
        return program_.run(QStringList{"compare"} + arguments);
    }

  private slots:
    void initTestCase() {
        const QByteArray bios = Program::guest("talker").mid(1).toUtf8();
        QVERIFY(program_.write("config/bootglass/profiles/talker.toml",
                               QByteArray(profile).replace("%1", bios)));
        QVERIFY(program_.write("typed.txt", "icount:300000 serial \"x\"\n"));
        QVERIFY(record("a", {"--until", "icount:500000"}));
        QVERIFY(record("again", {"--until", "icount:500000"}));
        QVERIFY(record("typed", {"--until", "icount:500000", "--input", "typed.txt"}));
        QVERIFY(record("longer", {"--until", "icount:520000"}));
    }

    void theAnswerComesFirst() {
        const ProgramResult result = compare({"a.bootglass", "longer.bootglass"});
        QCOMPARE(result.code, 0);
        QCOMPARE(result.err, QByteArray());
        QCOMPARE(result.out.split('\n').front(),
                 QByteArray("B takes 20,000 instructions (4.00 %) more than A, though A ended with "
                            "icount:500000 and B with icount:520000; most of it is kernel/talk, "
                            "+20,000."));
        QVERIFY2(result.out.contains("B, in all"), result.out);
    }
    void equalRunsAreSaidToBe() {
        const ProgramResult result = compare({"a.bootglass", "again.bootglass"});
        QCOMPARE(result.code, 0);
        QVERIFY2(result.out.startsWith("A and B are the same run, event by event: "), result.out);
    }

    void jsonHasEverything() {
        const QJsonObject json =
            compare({"a.bootglass", "longer.bootglass", "--json", "--by", "phase,device,marker",
                     "--align", "hello", "--first-divergence"})
                .json();
        QCOMPARE(json["delta_instructions"].toInteger(), qint64(20'000));
        QCOMPARE(json["delta_virtual_ns"].toInteger(), qint64(160'000));
        QCOMPARE(json["delta_percent"].toDouble(), 4.0);
        QCOMPARE(json["same_digest"].toBool(), false);
        QCOMPARE(json["runs"].toArray().size(), 2);
        QCOMPARE(json["runs"][1]["label"].toString(), QString("longer"));
        QSet<QString> tables;
        for (const auto row : json["rows"].toArray()) {
            tables << row.toObject()["by"].toString();
            if (row.toObject()["name"] == "kernel/talk")
                QCOMPARE(row.toObject()["delta_instructions"].toInteger(), qint64(20'000));
        }
        QCOMPARE(tables, (QSet<QString>{"phase", "device", "marker"}));
        qint64 sum = json["waterfall"]["from"].toInteger();
        for (const auto step : json["waterfall"]["steps"].toArray())
            sum += step.toObject()["delta_instructions"].toInteger();
        QCOMPARE(sum, json["waterfall"]["to"].toInteger());
        QCOMPARE(sum, qint64(520'000));
        const QJsonArray starts = json["aligned"]["starts"].toArray();
        QVERIFY(!starts.isEmpty());
        const QJsonObject talk = starts.last().toObject();
        QCOMPARE(talk["name"].toString(), QString("kernel/talk"));
        QCOMPARE(talk["a"]["virtual_ns"].toInteger(-1), qint64(0));
        QCOMPARE(json["first_divergence"]["sentence"].toString().left(21),
                 QString("A has no more events;"));
    }

    void theFirstDivergenceIsTold() {
        const ProgramResult result =
            compare({"a.bootglass", "typed.bootglass", "--first-divergence"});
        QCOMPARE(result.code, 0);
        QVERIFY2(result.out.contains("First divergence after "), result.out);
        QVERIFY2(result.out.contains("where B has input"), result.out);
        QCOMPARE(result.out.count("\n=  icount "), 5);
        QVERIFY(compare({"a.bootglass", "again.bootglass", "--first-divergence"})
                    .out.contains("No divergence: all "));
    }

    void csvIsOneTable() {
        const ProgramResult result =
            compare({"a.bootglass", "longer.bootglass", "--csv", "--by", "phase,irq"});
        const QList<QByteArray> lines = result.out.trimmed().split('\n');
        QVERIFY2(lines.front().startsWith("by,name,change,a_instructions,b_instructions,"),
                 lines.front());
        for (const QByteArray &line : lines)
            QCOMPARE(line.count(','), lines.front().count(','));
        QVERIFY2(result.out.contains("\nphase,kernel/talk,,"), result.out);
    }
    void markdownHasATable() {
        const ProgramResult result = compare({"a.bootglass", "longer.bootglass", "--markdown"});
        QVERIFY2(result.out.contains("\n|---|--:|"), result.out);
        QVERIFY2(result.out.contains("\n| kernel/talk | "), result.out);
    }
    void rowsAreSortedAndLeftOut() {
        const auto names = [this](const QStringList &options) {
            QStringList list;
            const QStringList all =
                QStringList{"a.bootglass", "longer.bootglass", "--json", "--by", "device"} +
                options;
            for (const auto row : compare(all).json()["rows"].toArray())
                list << row.toObject()["name"].toString();
            return list;
        };
        QStringList byName = names({"--sort-by", "name"});
        QVERIFY(byName.size() > 1);
        QVERIFY(std::ranges::is_sorted(byName));
        QVERIFY(names({"--min-absdiff", "1k"}).size() < byName.size());
        QVERIFY(names({"--min-val", "1G"}).isEmpty());
        QCOMPARE(names({"--sort-by", "name", "--top", "2"}), byName.first(2));
    }

    void aSeriesHasAColumnForEachRun() {
        const QStringList runs{"a.bootglass", "longer.bootglass", "typed.bootglass"};
        const ProgramResult text = compare(runs);
        QVERIFY2(text.out.contains("A a ") && text.out.contains("C typed"), text.out);
        const QJsonObject json =
            compare(runs + QStringList{"--json", "--baseline", "longer"}).json();
        QCOMPARE(json["comparisons"].toArray().size(), 2);
        QCOMPARE(json["comparisons"][0]["run"].toString(), QString("A"));
        QCOMPARE(json["comparisons"][0]["baseline"].toString(), QString("B"));
        QCOMPARE(json["comparisons"][0]["delta_instructions"].toInteger(), qint64(-20'000));
        QCOMPARE(json["series"][0]["runs"].toArray().size(), 3);
        QVERIFY(compare(runs + QStringList{"--csv"}).out.startsWith("by,name,a,longer,typed\n"));
    }

    void aRegressionFails_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::newRow("grown by 4 %") << QStringList{"a.bootglass", "longer.bootglass", "3%"} << 1;
        QTest::newRow("grown by less") << QStringList{"a.bootglass", "longer.bootglass", "5"} << 0;
        QTest::newRow("grown by exactly that")
            << QStringList{"a.bootglass", "longer.bootglass", "4%"} << 0;
        QTest::newRow("shorter") << QStringList{"longer.bootglass", "a.bootglass", "1%"} << 0;
        QTest::newRow("the same") << QStringList{"a.bootglass", "again.bootglass", "0%"} << 0;
    }
    void aRegressionFails() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        const ProgramResult result =
            compare({arguments[0], arguments[1], "--fail-on-regression", arguments[2], "--json"});
        QCOMPARE(result.code, code);
        QCOMPARE(result.json()["regression"].toBool(), code == 1);
        QCOMPARE(result.err, QByteArray());
    }

    void isRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char *name, QStringList arguments, QStringList says) {
            QTest::newRow(name) << QStringList{"a.bootglass", "longer.bootglass"} + arguments
                                << says;
        };
        QTest::newRow("one run") << QStringList{"a.bootglass"} << QStringList{"compare --help"};
        QTest::newRow("no such run")
            << QStringList{"a.bootglass", "no.bootglass"} << QStringList{"no.bootglass"};
        row("no such table", {"--by", "moon"}, {"--by", "'moon'", "phase, marker, driver"});
        row("no table", {"--by", ""}, {"--by"});
        row("no such order", {"--sort-by", "luck"}, {"--sort-by", "'luck'", "percent"});
        row("no number", {"--min-absdiff", "some"}, {"--min-absdiff", "'some'", "10k"});
        row("a negative number", {"--min-val", "-1"}, {"--min-val"});
        row("no percentage", {"--fail-on-regression", "much"},
            {"--fail-on-regression", "'much'", "1%"});
        row("endless", {"--fail-on-regression", "inf"}, {"--fail-on-regression", "'inf'"});
        row("no such marker", {"--align", "prompt"}, {"no marker 'prompt'", "in common", "hello"});
        row("no such baseline", {"--baseline", "C"}, {"--baseline", "'C'", "A (a), B (longer)"});
        row("two formats", {"--json", "--csv"}, {"one of them at a time"});
    }
    void isRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        const QByteArray wrong = notRefused(compare(arguments), says);
        QVERIFY2(wrong.isEmpty(), wrong);
    }
};

QTEST_GUILESS_MAIN(TestCompare)
#include "tst_compare.moc"
