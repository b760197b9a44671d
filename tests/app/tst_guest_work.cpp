// SPDX-License-Identifier: GPL-3.0-or-later
// What a run tells of its guest's own work: functions by symbol, initcalls, processes, samples.
#include "tests/app/program.h"

#include <QJsonArray>
#include <QTest>

using namespace bootglass;

namespace {

/// Of tests/guests/functions.asm, as if it was linked that much lower.
QByteArray symbolMap(uint32_t lower = 0) {
    QByteArray map;
    for (const auto &[address, name] :
         {std::pair(0xF0400U, "T do_one_initcall"), std::pair(0xF0440U, "T count_down"),
          std::pair(0xF0480U, "t driver_init"), std::pair(0xF04C0U, "T asm_exc_divide_error"),
          std::pair(0xF04D0U, "T asm_exc_page_fault"), std::pair(0xF04E0U, "D gdt")})
        map += QByteArray::number(address - lower, 16).rightJustified(8, '0') + ' ' + name + '\n';
    return map;
}

} // namespace

class TestGuestWork : public QObject {
    Q_OBJECT

    Program program_;

    ProgramResult run(const QString &output, const QStringList &more) const {
        return program_.run(QStringList{"run", "--bios", Program::guest("functions"), "--output",
                                        output, "--until", "halt"} +
                            more);
    }
    QStringList query(const QString &file, const QString &sql) const {
        QStringList rows = QString::fromUtf8(program_.run({"query", file, sql}).out)
                               .split('\n', Qt::SkipEmptyParts);
        if (!rows.isEmpty()) rows.removeFirst();
        return rows;
    }
    QString digest(const QString &file) const {
        return query(file, "SELECT value FROM meta WHERE key='digest'").value(0);
    }

  private slots:
    void initTestCase() {
        QVERIFY(program_.write("System.map", symbolMap()));
        for (const char *engine : {"jit", "interpreter"}) {
            const ProgramResult whole =
                run(QString("%1.bootglass").arg(engine),
                    {"--engine", engine, "--symbols", "System.map", "--region", "down=count_down",
                     "--sample-every", "10"});
            QVERIFY2(whole.code == 0, whole.err);
        }
        const ProgramResult plain = run("plain.bootglass", {});
        QVERIFY2(plain.code == 0, plain.err);
    }

    void whoWatchesChangesNothing() {
        QVERIFY(digest("plain.bootglass").size() == 32);
        QCOMPARE(digest("jit.bootglass"), digest("plain.bootglass"));
        QCOMPARE(digest("interpreter.bootglass"), digest("plain.bootglass"));
    }

    void bothExecutorsTellTheSame_data() {
        QTest::addColumn<QString>("table");
        QTest::newRow("activities") << "SELECT * FROM activity";
        QTest::newRow("samples") << "SELECT hex(data) FROM sample";
        QTest::newRow("code") << "SELECT * FROM code";
    }
    void bothExecutorsTellTheSame() {
        QFETCH(QString, table);
        const QStringList rows = query("jit.bootglass", table);
        QVERIFY(!rows.isEmpty());
        QCOMPARE(query("interpreter.bootglass", table), rows);
    }

    void regionIsMeasuredFromEntryToReturn() {
        const QStringList calls =
            query("jit.bootglass", "SELECT id, coalesce(parent, 0), name, note,"
                                   " end_icount - start_icount FROM activity WHERE kind='region'"
                                   " ORDER BY start_icount");
        // Four calls, each within the one before: of 3, 2, 1 and 0. A call is TEST, JZ, DEC, CALL
        // and RET, the last TEST, JZ and RET.
        QCOMPARE(calls,
                 QStringList({"1\t0\tdown\tEAX 00000000\t18", "2\t1\tdown\tEAX 00000000\t13",
                              "3\t2\tdown\tEAX 00000000\t8", "4\t3\tdown\tEAX 00000000\t3"}));
    }

    void initcallHasItsNameAndResult() {
        const QStringList calls = query("jit.bootglass", "SELECT name, note, end_icount - "
                                                         "start_icount FROM activity WHERE "
                                                         "kind='initcall'");
        QCOMPARE(calls, QStringList({"driver_init\t-19\t6"}));
    }

    void movedKernelIsFoundByItsInterruptTable() {
        QVERIFY(program_.write("lower.map", symbolMap(0x23000)));
        const ProgramResult moved =
            run("moved.bootglass",
                {"--symbols", "lower.map", "--region", "down=count_down", "--sample-every", "10"});
        QVERIFY2(moved.code == 0, moved.err);
        QCOMPARE(digest("moved.bootglass"), digest("plain.bootglass"));
        const QString all = "SELECT * FROM activity";
        QCOMPARE(query("moved.bootglass", all), query("jit.bootglass", all));
        const QStringList profile{"profile", "moved.bootglass", "--folded"};
        QVERIFY(program_.run(profile).out.contains("kernel;count_down 2\n"));
        // By less than a page no kernel is moved: then they are the names of something else.
        QVERIFY(program_.write("odd.map", symbolMap(0x23010)));
        QCOMPARE(run("odd.bootglass", {"--symbols", "odd.map", "--region", "down=count_down"}).code,
                 0);
        QVERIFY(query("odd.bootglass", "SELECT 1 FROM activity WHERE kind='region'").isEmpty());
    }

    void processesAreNamed() {
        const QStringList processes =
            query("plain.bootglass", "SELECT name, note, end_ns IS NULL FROM activity WHERE "
                                     "kind='process' ORDER BY id");
        QCOMPARE(processes, QStringList({"init\tCR3 00005000 /sbin/init, execve\t0",
                                         "true\tCR3 00006000 /bin/true, exit 7\t0"}));
    }

    void profileTellsFunctions() {
        const QJsonObject json = program_.run({"profile", "jit.bootglass", "--json"}).json();
        QCOMPARE(json["sample_every"].toInt(), 10);
        QStringList names;
        int samples = 0;
        for (const QJsonValue &function : json["functions"].toArray()) {
            names << function["name"].toString();
            samples += function["samples"].toInt();
            QCOMPARE(function["instructions"].toInt(), 10 * function["samples"].toInt());
        }
        QCOMPARE(json["samples"].toInt(), samples);
        QVERIFY(samples >= 5);
        QVERIFY2(names.contains("count_down"), names.join(' ').toUtf8());
        const ProgramResult folded = program_.run({"profile", "jit.bootglass", "--folded"});
        QVERIFY2(folded.out.contains("kernel;"), folded.out);
        const ProgramResult table = program_.run({"profile", "jit.bootglass", "--count", "1"});
        QVERIFY2(table.out.contains("--count 0 shows all"), table.out);
    }

    void runWithoutSymbolsTellsAddresses() {
        const ProgramResult run = this->run("bare.bootglass", {"--sample-every", "10"});
        QVERIFY2(run.code == 0, run.err);
        const QJsonObject json = program_.run({"profile", "bare.bootglass", "--json"}).json();
        QVERIFY(json["functions"].toArray().at(0)["name"].toString().startsWith("0x"));
    }

    void markerIsFoundAtASymbol() {
        QVERIFY(program_.write("own.toml", "extends = \"generic\"\n[[marker]]\n"
                                           "name = \"driver\"\nsymbol = \"driver_init\"\n"));
        const ProgramResult reached =
            run("marker.bootglass",
                {"--profile", "./own.toml", "--symbols", "System.map", "--until", "marker:driver"});
        QVERIFY2(reached.code == 0, reached.err);
        QVERIFY2(reached.out.startsWith("marker:driver at icount "), reached.out);
        QCOMPARE(query("marker.bootglass", "SELECT rule FROM marker WHERE name='driver'"),
                 QStringList({"function driver_init"}));
    }

    void runThatIsCutInTwoTellsWhatIsOpen() {
        const QString within = query("jit.bootglass", "SELECT 'icount:' || (start_icount + 7) FROM "
                                                      "activity WHERE id=1")
                                   .value(0);
        const ProgramResult first = program_.run(
            {"run", "--bios", Program::guest("functions"), "--output", "first.bootglass", "--until",
             within, "--symbols", "System.map", "--region", "down=count_down", "--save", "state"});
        QVERIFY2(first.code == 0, first.err);
        const ProgramResult second =
            run("second.bootglass",
                {"--symbols", "System.map", "--region", "down=count_down", "--restore", "state"});
        QVERIFY2(second.code == 0, second.err);
        QCOMPARE(digest("second.bootglass"), digest("plain.bootglass"));
        const QString ends = "SELECT id, end_icount FROM activity WHERE kind='region' AND id > 1";
        QVERIFY(!query("second.bootglass", ends).isEmpty());
        QCOMPARE(query("second.bootglass", ends), query("jit.bootglass", ends));
    }

    void wrongRequestsAreRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        QTest::newRow("no symbols") << QStringList{"--region", "a=b"} << QStringList{"--symbols"};
        QTest::newRow("no name") << QStringList{"--region", "=b"} << QStringList{"NAME=SYMBOL"};
        QTest::newRow("no symbol") << QStringList{"--region", "a"} << QStringList{"NAME=SYMBOL"};
        QTest::newRow("unknown symbol")
            << QStringList{"--symbols", "System.map", "--region", "a=nowhere"}
            << QStringList{"'nowhere'", "System.map"};
        QTest::newRow("no file") << QStringList{"--symbols", "missing"} << QStringList{"missing"};
        QTest::newRow("no symbols in it")
            << QStringList{"--symbols", Program::guest("functions")} << QStringList{"--symbols"};
    }
    void wrongRequestsAreRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        QCOMPARE(notRefused(run("refused.bootglass", arguments), says), QByteArray());
    }

    void profileRefusesWhatIsNotThere_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QStringList>("says");
        QTest::newRow("phase") << QStringList{"--phase", "nowhere"} << QStringList{"'nowhere'"};
        QTest::newRow("empty") << QStringList{"--from", "icount:30", "--until", "icount:20"}
                               << QStringList{"nothing between"};
        QTest::newRow("no samples") << QStringList{"--from", "icount:1", "--until", "icount:2"}
                                    << QStringList{"no samples"};
    }
    void profileRefusesWhatIsNotThere() {
        QFETCH(QStringList, arguments);
        QFETCH(QStringList, says);
        QCOMPARE(
            notRefused(program_.run(QStringList{"profile", "jit.bootglass"} + arguments), says),
            QByteArray());
    }
};

QTEST_GUILESS_MAIN(TestGuestWork)
#include "tst_guest_work.moc"
