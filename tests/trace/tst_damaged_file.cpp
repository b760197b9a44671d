// SPDX-License-Identifier: GPL-3.0-or-later
// Run files from somebody else: foreign, newer, cut off, with bytes flipped, or made to deceive.
// All end in values or in one sentence.
#include "emulator/trace/run_reader.h"
#include "emulator/trace/schema.h"
#include "tests/trace/generate_run.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

using namespace bootglass;

namespace {

/// Asks a file for all that a reader can tell; the sentences of what failed.
QByteArrayList readAll(const QString &file) {
    QByteArrayList sentences;
    const auto note = [&](const auto &result) {
        if (!result) sentences << QByteArray::fromStdString(result.error().sentence);
        return bool(result);
    };
    auto opened = RunReader::open(file.toStdString());
    if (!note(opened)) return sentences;
    RunReader &reader = **opened;
    note(reader.info());
    note(reader.sources());
    const TimeRange all{{0}, reader.end().ns + 1};
    const VirtualNs middle{reader.end().ns.value / 2};
    std::vector<TrackId> ids;
    auto tracks = reader.tracks();
    if (note(tracks))
        for (const RunTrack &track : *tracks)
            ids.push_back(track.id);
    if (ids.empty()) ids = {{TrackKind::IrqLine, 1}, {TrackKind::PortDevice, 2}};
    note(reader.bins(ids, all, 300));
    note(reader.bins(ids, {middle, middle + 1'000'000}, 100));
    note(reader.modeShares(all, 100));
    note(reader.hostCosts(all, 100));
    note(reader.eventsFrom(1, SIZE_MAX));
    note(reader.events(all, 100'000));
    for (const TrackId track :
         {TrackId{TrackKind::Timer, 1}, TrackId{TrackKind::AddressSpace, 2}}) {
        note(reader.spans(track, all, 1000));
        note(reader.statistics(track, all));
        note(reader.nearestEvent(track, middle));
        note(reader.nextEvent(track, middle));
        note(reader.previousEvent(track, middle));
    }
    note(reader.activities());
    note(reader.symbols());
    const auto samples = reader.samples(all, 1000);
    note(samples);
    note(reader.functions(all));
    if (samples && !samples->stacks.empty())
        note(reader.codeAt(samples->stacks.front().sample.eip, middle));
    note(reader.consoleAt(middle));
    note(reader.consoleLines(all, 1000));
    note(reader.screenAt(reader.end().ns));
    note(reader.icountAt(middle));
    note(reader.timeAt({reader.end().icount.value / 2}));
    note(reader.idleSpans(all, 100'000));
    note(reader.query("SELECT count(*), max(value) FROM event", {}, {}));
    note(reader.query("SELECT * FROM console", {}, {}));
    return sentences;
}

bool write(const QString &name, const QByteArray &bytes) {
    QFile file(name);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

QByteArray read(const QString &name) {
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool execute(const QString &name, const QByteArray &sql) {
    sqlite3 *database = nullptr;
    sqlite3_open(name.toUtf8(), &database);
    const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) qWarning("%s", sqlite3_errmsg(database));
    sqlite3_close(database);
    return code == SQLITE_OK;
}

} // namespace

class TestDamagedFile : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QByteArray good_;

    QString path(const char *name) const { return folder_.filePath(name); }

  private slots:
    void initTestCase() {
        RunGenerator generator(31);
        RecorderOptions options;
        options.path = path("good").toStdString();
        options.detail = Detail::Full;
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        (*recorder)->source({SourceGroup::Timer, 1, "timer"});
        (*recorder)->phaseStarted("kernel", {});
        generator.tell(**recorder, 8000);
        const RunPoint now = generator.point();
        (*recorder)->screenRows({80, 25, 0, 0, {{3, std::vector<uint16_t>(80, 0x0741)}}},
                                now.icount, now.ns);
        (*recorder)->phaseEnded("kernel", now);
        generator.end(**recorder);
        QVERIFY((*recorder)->close());
        good_ = read(path("good"));
        QCOMPARE(readAll(path("good")), QByteArrayList());
    }

    void foreignFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("empty") << QByteArray() << QByteArray("is not a run file");
        QTest::newRow("text") << QByteArray(1000, 'x') << QByteArray("is not a run file");
        QTest::newRow("short") << QByteArray("SQLite format 3\0", 16)
                               << QByteArray("is not a run file");
        QByteArray newer = good_;
        newer[63] = char(runFileSchema + 1);
        QTest::newRow("newer schema") << newer << QByteArray("newer Bootglass");
        QByteArray foreign = good_;
        foreign[68] = 'X';
        QTest::newRow("other program") << foreign << QByteArray("another program");
        QByteArray none = good_;
        none[63] = 0;
        QTest::newRow("no schema") << none << QByteArray("damaged");
    }
    void foreignFilesAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        QVERIFY(write(path("foreign"), bytes));
        const QByteArrayList sentences = readAll(path("foreign"));
        QCOMPARE(sentences.size(), qsizetype(1));
        QVERIFY2(sentences[0].contains(says), sentences[0]);
        QVERIFY2(sentences[0].contains("foreign"), sentences[0]); // the file's name
        QCOMPARE(read(path("foreign")), bytes);
    }

    void whatIsNoFileIsRefused() {
        QVERIFY(readAll(path("nowhere")).value(0).contains("no such file"));
        QVERIFY(readAll(folder_.path()).value(0).contains("is a directory"));
    }

    void strangeNamesWork() {
        const QString name = path("a b%20?mode=rwc#x&y=1.bootglass");
        QVERIFY(write(name, good_));
        QCOMPARE(readAll(name), QByteArrayList());
    }

    void aFileInAFolderThatCannotBeWrittenOpens() {
        QVERIFY(QDir(folder_.path()).mkdir("locked"));
        const QString name = path("locked/run");
        QVERIFY(write(name, good_));
        QFile::setPermissions(name, QFile::ReadOwner);
        QFile::setPermissions(path("locked"), QFile::ReadOwner | QFile::ExeOwner);
        QCOMPARE(readAll(name), QByteArrayList());
        QFile::setPermissions(path("locked"),
                              QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    void flippedBytesNeverCrash() {
        int noticed = 0;
        int tried = 0;
        const auto attempt = [&](qsizetype at, char with) {
            QByteArray bytes = good_;
            bytes[at] = char(bytes[at] ^ with);
            QVERIFY(write(path("flipped"), bytes));
            const QByteArrayList sentences = readAll(path("flipped"));
            for (const QByteArray &sentence : sentences)
                QVERIFY2(!sentence.isEmpty() && !sentence.contains('\n'), sentence);
            noticed += !sentences.isEmpty();
            ++tried;
        };
        for (qsizetype at = 0; at < 200; at += 3)
            attempt(at, char(0xFF));
        for (qsizetype at = 200; at < good_.size(); at += good_.size() / 300)
            attempt(at, at % 2 ? char(0x01) : char(0x80));
        // Much of a small file is the empty room of its pages.
        QVERIFY2(noticed > tried / 10, qPrintable(QString("%1 of %2").arg(noticed).arg(tried)));
    }

    void cutOffFilesNeverCrash() {
        for (qsizetype size = 0; size < good_.size(); size += 1 + good_.size() / 40) {
            QVERIFY(write(path("cut"), good_.first(size)));
            QVERIFY(!readAll(path("cut")).isEmpty());
        }
    }

    void impossibleContentIsSaid_data() {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char *sql) { QTest::newRow(sql) << QByteArray(sql); };
        row("UPDATE chunk SET count=-1");
        row("UPDATE chunk SET count=5000 WHERE id=1");
        row("UPDATE chunk SET count=count-1 WHERE id=2");
        row("UPDATE chunk SET first_event=9 WHERE id=1");
        row("UPDATE chunk SET last_ns=first_ns-1 WHERE id=1");
        row("UPDATE chunk SET last_ns=last_ns+1 WHERE id=(SELECT max(id) FROM chunk)");
        row("UPDATE chunk SET first_ns=-5");
        row("UPDATE chunk SET last_icount='many' WHERE id=1");
        row("DELETE FROM chunk WHERE id=1");
        row("DELETE FROM chunk_data WHERE id=2");
        row("UPDATE chunk_data SET data=zeroblob(100)");
        row("UPDATE chunk_data SET data=(SELECT data FROM chunk_data WHERE id=1)");
        row("UPDATE chunk_data SET data=substr(data, 1, length(data) / 2)");
        row("UPDATE chunk_data SET data=NULL");
        row("UPDATE chunk_data SET open=x'FFFFFFFFFFFFFFFFFFFFFFFF'");
        row("UPDATE chunk_data SET open=x'8180'");
        row("UPDATE rollup SET data=zeroblob(10)");
        row("UPDATE rollup SET data=(SELECT data FROM chunk_data WHERE id=1)");
        row("UPDATE rollup SET data=substr(data, 1, length(data) - 1)");
        row("UPDATE rollup_level SET level=99 WHERE level=3");
        row("UPDATE rollup_level SET closed_ns=-1");
        row("UPDATE long_span SET end_ns=start_ns-1");
        row("UPDATE OR REPLACE long_span SET track=99999999");
        row("UPDATE long_span SET event=-3");
        row("UPDATE idle SET data=x'80'");
        row("UPDATE idle SET data=zeroblob(8)");
        row("UPDATE idle SET count=count+1");
        row("UPDATE idle SET last_ns=first_ns");
        row("UPDATE idle SET count=-1");
        row("UPDATE detail SET level=9");
        row("UPDATE detail SET virtual_ns=-9");
        row("UPDATE phase SET end_ns=-1");
        row("UPDATE phase SET start_icount=end_icount+1");
        row("UPDATE phase SET parent=77");
        row("UPDATE phase SET parent=id");
        row("UPDATE marker SET virtual_ns=-1");
        row("UPDATE console SET source=70000");
        row("UPDATE track SET track=-1 WHERE track=(SELECT max(track) FROM track)");
        row("UPDATE track SET track=99<<16 WHERE track=(SELECT max(track) FROM track)");
        row("UPDATE track SET track=77 WHERE track=0");
        row("UPDATE source SET grp=50");
        row("UPDATE screen SET data=x'00'");
        row("UPDATE screen SET columns=30000");
        row("UPDATE screen SET rows=0");
        row("UPDATE screen SET cursor_row=-1");
        row("UPDATE address_space SET number=1000 WHERE number=1");
        row("UPDATE meta SET value='-1' WHERE key='shift'");
        row("UPDATE meta SET value='64' WHERE key='shift'");
        row("UPDATE meta SET value='99999999999999999999' WHERE key='icount'");
        row("DELETE FROM meta WHERE key='virtual_ns'");
        row("DROP TABLE marker");
        row("DROP INDEX console_time");
        row("DROP TABLE meta; CREATE VIEW meta AS SELECT 'shift' AS key, '3' AS value");
        row("ALTER TABLE marker ADD COLUMN extra");
        row("CREATE VIEW event AS SELECT 1 AS id");
        row("CREATE TABLE Event(id)");
    }
    void impossibleContentIsSaid() {
        QFETCH(QByteArray, sql);
        QVERIFY(write(path("deceiving"), good_));
        QVERIFY(execute(path("deceiving"), sql));
        const QByteArrayList sentences = readAll(path("deceiving"));
        QVERIFY(!sentences.isEmpty());
        for (const QByteArray &sentence : sentences)
            QVERIFY2(sentence.contains("damaged"), sentence);
    }

    void extremeValuesNeverCrash_data() {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char *sql) { QTest::newRow(sql) << QByteArray(sql); };
        row("UPDATE meta SET value='9223372036854775807' WHERE key='virtual_ns'");
        row("UPDATE meta SET value='0' WHERE key='virtual_ns'");
        row("UPDATE meta SET value='9223372036854775807' WHERE key='icount'");
        row("UPDATE rollup_level SET closed_ns=9223372036854775807");
        row("UPDATE rollup_level SET closed_ns=0");
        row("UPDATE rollup_level SET closed_ns=4194304 * level + 5");
        row("UPDATE long_span SET end_ns=9223372036854775807");
        row("UPDATE OR REPLACE long_span SET level=20, start_ns=0, end_ns=9223372036854775807 - "
            "start_ns");
        row("UPDATE OR REPLACE rollup SET id=9223372036854775807 - id");
        row("UPDATE idle SET last_ns=9223372036854775807");
        row("UPDATE detail SET virtual_ns=9223372036854775807");
        row("DELETE FROM detail");
        row("DELETE FROM rollup");
        row("UPDATE OR REPLACE rollup SET id=id + 1");
        row("UPDATE OR REPLACE rollup SET id=-id");
        row("DELETE FROM long_span");
        row("DELETE FROM address_space");
        row("DELETE FROM idle");
        row("DELETE FROM chunk");
        row("UPDATE host_cost SET seconds='x'");
        row("UPDATE host_cost_at SET translate_ns=-1");
        row("UPDATE host_cost_at SET execute_ns=9223372036854775807 - virtual_ns");
        row("UPDATE OR REPLACE host_cost_at SET virtual_ns=9223372036854775807 - virtual_ns");
        row("UPDATE console SET text=zeroblob(1000000)");
        row("UPDATE meta SET value='nan' WHERE key='wall_s'");
    }
    void extremeValuesNeverCrash() {
        QFETCH(QByteArray, sql);
        QVERIFY(write(path("extreme"), good_));
        QVERIFY(execute(path("extreme"), sql));
        for (const QByteArray &sentence : readAll(path("extreme")))
            QVERIFY2(!sentence.contains('\n'), sentence);
    }
};

QTEST_GUILESS_MAIN(TestDamagedFile)
#include "tst_damaged_file.moc"
