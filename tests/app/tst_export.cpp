// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass export`, as scripts use it: figures by preset, traces for Perfetto, folded stacks,
// tables; and what it refuses.
#include "tests/app/program.h"

#include <QJsonArray>
#include <QSet>
#include <QTest>

using namespace bootglass;

class TestExport : public QObject {
    Q_OBJECT

    Program program_;

    QByteArray exported(const QString &file, const QStringList &more = {}) {
        QFile::remove(program_.path(file));
        const ProgramResult result =
            program_.run(QStringList{"export", "run.bootglass", "--to", file} + more);
        if (result.code != 0 || !result.err.isEmpty() || !result.out.isEmpty())
            qWarning("export --to %s: %d %s", qPrintable(file), result.code,
                     result.err.constData());
        return program_.read(file);
    }
    QList<QByteArray> lines(const QByteArray &text) const {
        QList<QByteArray> lines = text.split('\n');
        if (!lines.isEmpty() && lines.last().isEmpty()) lines.removeLast();
        return lines;
    }

  private slots:
    void initTestCase() {
        const ProgramResult run = program_.run(
            {"run", "--bios", Program::guest("talker"), "--profile", "generic", "--until",
             "icount:400000", "--sample-every", "10000", "--output", "run.bootglass"});
        QVERIFY2(run.code == 0, run.err);
    }

    // --- figures

    void formatIsTheSuffixs_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("pdf") << "f.pdf" << QByteArray("%PDF-1.4");
        QTest::newRow("svg") << "f.svg" << QByteArray("<?xml");
        QTest::newRow("png") << "f.png" << QByteArray("\x89PNG");
        QTest::newRow("tikz") << "f.tex" << QByteArray("% run.bootglass: timeline");
        QTest::newRow("csv") << "f.csv" << QByteArray("lane,what,name,from,to,depth,value\r\n");
        QTest::newRow("json") << "f.json" << QByteArray("{\"title\":\"run.bootglass: timeline\"");
        QTest::newRow("script") << "f.py" << QByteArray("#!/usr/bin/env python3\n");
        QTest::newRow("in capitals") << "f.PDF" << QByteArray("%PDF-1.4");
    }
    void formatIsTheSuffixs() {
        QFETCH(QString, file);
        QFETCH(QByteArray, begins);
        const QByteArray bytes = exported(file, {"--preset", "ieee-1col"});
        QVERIFY2(bytes.startsWith(begins), bytes.left(100));
    }
    void formatCanBeNamed() {
        QVERIFY(exported("anything.out", {"--format", "svg"}).startsWith("<?xml"));
    }
    void processesAgreeOnEveryByte_data() {
        QTest::addColumn<QString>("file");
        for (const char *file :
             {"a.pdf", "a.svg", "a.png", "a.tex", "a.json", "a.folded", "a.perfetto-trace.json"})
            QTest::newRow(file) << file;
    }
    void processesAgreeOnEveryByte() {
        QFETCH(QString, file);
        const QStringList options = file.contains("folded") || file.contains("perfetto")
                                        ? QStringList()
                                        : QStringList{"--kind", "flame"};
        const QByteArray first = exported(file, options);
        QVERIFY(first.size() > 20);
        QCOMPARE(exported(file, options), first);
    }
    void allOptionsAreTaken() {
        const QByteArray svg = exported("all.svg", {"--preset",    "acm-2col",
                                                    "--width",     "5in",
                                                    "--height",    "80mm",
                                                    "--palette",   "tol",
                                                    "--font",      "DejaVu Sans",
                                                    "--from",      "icount:1000",
                                                    "--until",     "time:3ms",
                                                    "--tracks",    "phases,markers,modes,io/*",
                                                    "--axis",      "instructions",
                                                    "--title",     "What it says",
                                                    "--annotate",  "here@icount:200000",
                                                    "--type-size", "9"});
        QVERIFY2(svg.contains("width=\"360pt\" height=\"226.77pt\""), svg.left(300));
        for (const char *part : {">What it says<", ">here<", ">instructions (10",
                                 "--axis instructions", "--annotate here@icount:200000"})
            QVERIFY2(svg.contains(part), part);
    }
    void aBareWidthIsTheWindowsPicture() {
        const QByteArray window = exported("w.png", {"--width", "700"});
        QVERIFY(!window.isEmpty());
        const QByteArray paper = exported("p.png", {"--width", "7in"});
        QVERIFY(paper.contains("Bootglass")); // a figure tells who wrote it
        QVERIFY(!window.contains("Bootglass"));
    }

    void twoRunsMakeAFigure() {
        for (const char *kind : {"compare", "waterfall", "changes"})
            QVERIFY(exported("two.svg", {"run.bootglass", "--kind", kind}).contains("digest"));
    }

    // --- Perfetto

    void traceIsAsItsFormatSays() {
        const QJsonObject trace =
            QJsonDocument::fromJson(exported("t.perfetto-trace.json")).object();
        QCOMPARE(trace["displayTimeUnit"].toString(), "ns");
        QCOMPARE(trace["otherData"].toObject()["digest"].toString().size(), 32);
        QSet<qint64> named;
        QSet<QString> threads;
        QHash<qint64, double> ends;
        int markers = 0;
        for (const QJsonValue &value : trace["traceEvents"].toArray()) {
            const QJsonObject event = value.toObject();
            const QString phase = event["ph"].toString();
            QVERIFY2(QStringList({"M", "X", "i", "C"}).contains(phase), qPrintable(phase));
            QVERIFY(event["pid"].toInteger(-1) > 0);
            QVERIFY(event["tid"].toInteger(-1) >= 0);
            QVERIFY(!event["name"].toString().isNull());
            const qint64 thread = event["tid"].toInteger();
            if (phase == "M") {
                if (event["name"] == "thread_name") {
                    named.insert(thread);
                    threads.insert(event["args"].toObject()["name"].toString());
                }
                continue;
            }
            QVERIFY(event["ts"].toDouble(-1) >= 0);
            if (phase == "C") {
                QVERIFY(!event["args"].toObject().isEmpty());
                continue;
            }
            // Every event lies on a thread that was named before it.
            QVERIFY(named.contains(thread));
            if (phase == "i") {
                QVERIFY(QStringList({"g", "p", "t"}).contains(event["s"].toString()));
                markers += event["cat"] == "marker";
            }
            if (phase == "X") {
                QVERIFY(event["dur"].toDouble(-1) >= 0);
                if (event["cat"] == "phase") continue; // they nest
                QVERIFY(event["ts"].toDouble() >= ends.value(thread, 0) - 1e-6);
                ends[thread] = event["ts"].toDouble() + event["dur"].toDouble();
            }
        }
        QCOMPARE(markers, int(program_.run({"info", "run.bootglass", "--json"})
                                  .json()["markers"]
                                  .toArray()
                                  .size()));
        QVERIFY2(threads.contains("COM1"), qPrintable(QStringList(threads.values()).join(u'|')));
    }
    void traceTellsEveryAccess() {
        const QByteArray trace = exported("t.json", {"--format", "perfetto"});
        const QJsonObject events =
            program_.run({"info", "run.bootglass", "--json"}).json()["events"].toObject();
        QCOMPARE(qint64(trace.count("\"name\":\"port write 0x")),
                 events["port_write"].toInteger(-1));
    }
    void traceCanBeAPart() {
        const QByteArray part = exported("part.perfetto-trace.json",
                                         {"--from", "icount:100000", "--until", "icount:200000"});
        const QByteArray whole = exported("whole.perfetto-trace.json");
        QVERIFY(part.size() < whole.size());
        QVERIFY(!QJsonDocument::fromJson(part).isNull());
    }

    // --- samples

    void foldedStacksAddUp() {
        qint64 sum = 0;
        for (const QByteArray &line : lines(exported("s.folded"))) {
            const qsizetype space = line.lastIndexOf(' ');
            QVERIFY2(space > 0 && line.left(space).contains(';'), line);
            sum += line.mid(space + 1).toLongLong();
        }
        const QByteArray told =
            program_.run({"query", "run.bootglass", "SELECT count(*) FROM samples"}).out;
        QCOMPARE(sum, told.split('\n').value(1).toLongLong());
        QVERIFY(sum >= 39);
    }
    void symbolsNameTheFrames() {
        QVERIFY(program_.write("System.map", "00000000 T everything\n"));
        const QByteArray stacks = exported("n.folded", {"--symbols", "System.map"});
        QVERIFY2(stacks.contains(";everything "), stacks);
        QVERIFY(exported("n.svg", {"--kind", "flame", "--symbols", "System.map"})
                    .contains(">everything"));
    }

    // --- tables

    void tablesHaveTheirColumns() {
        const QByteArray csv = exported("m.csv", {"--table", "markers"});
        QVERIFY(csv.startsWith("name,rule,icount,virtual_ns\r\n"));
        const QJsonArray json =
            QJsonDocument::fromJson(exported("m.json", {"--table", "markers"})).array();
        QCOMPARE(json.size(), csv.count("\r\n") - 1);
        QCOMPARE(json[0].toObject()["name"].toString(), "reset");
        QCOMPARE(json[0].toObject()["icount"].toInteger(-1), 0);
    }
    void everyTableCanBeExported() {
        const QByteArray told = program_.run({"query", "--tables"}).out;
        int tables = 0;
        for (const QByteArray &line : lines(told)) {
            if (line.startsWith(' ')) continue;
            const QString name = QString::fromUtf8(line.split(':').first());
            QVERIFY2(exported("x.csv", {"--table", name}).contains(','), line);
            ++tables;
        }
        QVERIFY(tables > 10);
    }

    // --- refusals

    void isRefused_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char *name, QStringList options, QStringList says) {
            QTest::newRow(name) << options << says;
        };
        row("preset", {"--to", "x.pdf", "--preset", "lncs"}, {"--preset", "ieee-1col", "'lncs'"});
        row("kind", {"--to", "x.pdf", "--kind", "pie"}, {"--kind", "flame", "'pie'"});
        row("palette", {"--to", "x.pdf", "--palette", "jet"}, {"--palette", "okabe-ito", "'jet'"});
        row("axis", {"--to", "x.pdf", "--axis", "wall"}, {"--axis", "instructions", "'wall'"});
        row("font", {"--to", "x.pdf", "--font", "Nowhere"}, {"'Nowhere'", "not installed"});
        row("length", {"--to", "x.pdf", "--width", "wide"}, {"'wide'", "89mm"});
        row("size", {"--to", "x.pdf", "--width", "1in"}, {"2 to 55 in"});
        row("too low", {"--to", "x.pdf", "--height", "40pt"}, {"too low", "pt"});
        row("track", {"--to", "x.pdf", "--tracks", "phases,nothing"},
            {"no track 'nothing'", "phases"});
        row("annotation", {"--to", "x.pdf", "--annotate", "here"}, {"--annotate", "TEXT@WHEN"});
        row("annotation nowhere", {"--to", "x.pdf", "--annotate", "here@marker:nowhere"},
            {"no marker 'nowhere'"});
        row("dots", {"--to", "x.png", "--dpi", "9"}, {"72 to 1200"});
        row("dots are no number", {"--to", "x.png", "--dpi", "many"}, {"--dpi", "'many'"});
        row("dark paper", {"--to", "x.png", "--dark", "--preset", "usenix"}, {"--dark", "light"});
        row("dark pdf", {"--to", "x.pdf", "--dark"}, {"--dark"});
        row("two runs are needed", {"--to", "x.pdf", "--kind", "waterfall"}, {"two"});
        row("one run is needed", {"run.bootglass", "--to", "x.pdf"}, {"of one run", "compare"});
        row("one run is traced", {"run.bootglass", "--to", "x.perfetto-trace.json"},
            {"of one run"});
        row("other run is none", {"nowhere.bootglass", "--to", "x.pdf", "--kind", "compare"},
            {"nowhere.bootglass", "no such file"});
        row("table", {"--to", "x.csv", "--table", "nothing"}, {"'nothing'", "phases"});
        row("table as a picture", {"--to", "x.png", "--table", "phases"}, {".csv or .json"});
        row("format", {"--to", "x", "--format", "gif"}, {"'.gif'", ".pdf"});
        row("no suffix", {"--to", "x"}, {".pdf"});
        row("trace in no folder", {"--to", "nowhere/x.perfetto-trace.json"}, {"nowhere/x"});
        row("figure in no folder", {"--to", "nowhere/x.pdf"}, {"nowhere/x"});
        row("symbols", {"--to", "x.folded", "--symbols", "nowhere.map"}, {"nowhere.map"});
        row("nothing between",
            {"--to", "x.folded", "--from", "icount:500", "--until", "icount:400"}, {"--from"});
    }
    void isRefused() {
        QFETCH(QStringList, options);
        QFETCH(QStringList, says);
        const QStringList before = program_.files();
        const QByteArray wrong =
            notRefused(program_.run(QStringList{"export", "run.bootglass"} + options), says);
        QVERIFY2(wrong.isEmpty(), wrong);
        QCOMPARE(program_.files(), before);
    }
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
