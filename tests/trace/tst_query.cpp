// SPDX-License-Identifier: GPL-3.0-or-later
// SQL on a run: what the table of events says, that conditions reach it, and that nothing but
// reading is possible.
#include "emulator/trace/run_reader.h"
#include "emulator/trace/schema.h"
#include "tests/trace/generate_run.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

class TestQuery : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RunGenerator generator_{21};
    std::unique_ptr<RunReader> reader_;

    const GeneratedRun &run() const { return generator_.run(); }
    QString file() const { return folder_.filePath("run.bootglass"); }

    /// Rows with | between their values.
    QStringList rows(const QString &sql, QByteArray *error = nullptr) {
        QStringList found;
        const auto outcome = reader_->query(sql.toStdString(), {}, [&](const RunReader::Row &row) {
            QStringList values;
            for (size_t i = 0; i < row.values.size(); ++i)
                values << (row.null[i] ? QString("NULL")
                                       : QString::fromUtf8(row.values[i].data(),
                                                           qsizetype(row.values[i].size())));
            found << values.join('|');
            return true;
        });
        if (!outcome && error) *error = QByteArray::fromStdString(outcome.error().sentence);
        if (!outcome && !error) found = {QString::fromStdString(outcome.error().sentence)};
        return found;
    }

  private slots:
    void initTestCase() {
        QCOMPARE(recordRun(generator_, file().toStdString(), 20'000), std::string());
        auto reader = RunReader::open(file().toStdString());
        QVERIFY(reader);
        reader_ = std::move(*reader);
    }

    void eventsAreATable() {
        QCOMPARE(rows("SELECT count(*) FROM event"),
                 QStringList(QString::number(run().events.size())));
        const auto names = reader_->query("SELECT * FROM event LIMIT 1", {}, {});
        QVERIFY(names);
        QCOMPARE(QString::fromStdString([&] {
                     std::string all;
                     for (const std::string &name : *names)
                         all += name + " ";
                     return all;
                 }()),
                 "id icount virtual_ns kind source number track address size value detail ");
        for (const size_t i : {size_t{0}, size_t{1234}, run().events.size() - 1}) {
            const Event &event = run().events[i];
            const EventKindInfo &kind = info(event.kind);
            const auto number = [](bool there, uint64_t value) {
                return there ? QString::number(static_cast<qint64>(value)) : QString("NULL");
            };
            QStringList expected = {QString::number(i + 1),
                                    QString::number(event.icount.value),
                                    QString::number(event.ns.value),
                                    QString::fromStdString(std::string(kind.name)),
                                    QString::number(event.source),
                                    number(!kind.address.empty(), event.address),
                                    number(!kind.value.empty(), event.value)};
            QCOMPARE(
                rows(QString("SELECT id, icount, virtual_ns, kind, number, address, value FROM "
                             "event WHERE id=%1")
                         .arg(i + 1)),
                QStringList(expected.join('|')));
        }
    }

    void conditionsFindTheSameRows_data() {
        QTest::addColumn<QString>("condition");
        const auto row = [](const char *condition) { QTest::newRow(condition) << condition; };
        row("id = 4097");
        row("id > 5000 AND id <= 5003");
        row("id BETWEEN 8190 AND 8200");
        row("rowid = 77");
        row("virtual_ns < 1000000");
        row("ns >= 3e7 AND ns < 3.1e7");
        row("ns > 30000000.5 AND ns < 30100000.5");
        row("ns >= '30000000' AND ns < '30100000'");
        row("icount >= 100000 AND icount < 200000");
        row("kind = 'timer_fired'");
        row("kind = 'TIMER_FIRED'");
        row("kind = 'timer_fired' COLLATE NOCASE");
        row("kind IN ('halt', 'wake') AND ns < 50000000");
        row("kind = 'marker' OR id = 3");
        row("ns < -5");
        row("ns > 9223372036854775807");
        row("ns > 1e300");
        row("ns < NULL");
        row("ns > 'text'");
        row("id = 1.5");
        row("id IN (1, 4096, 4097, 99999999)");
        row("ns < 1000 AND ns > 2000");
        row("kind = 7");
        row("number = 3 AND kind = 'interrupt'");
    }
    void conditionsFindTheSameRows() {
        QFETCH(QString, condition);
        // A unary plus keeps SQLite from handing a condition to the table.
        QString plain = condition;
        for (const char *column : {"rowid", "virtual_ns", "icount", "kind"})
            plain.replace(QRegularExpression(QString("\\b%1\\b").arg(column)),
                          QString("+") + column);
        plain.replace(QRegularExpression("\\b(id|ns)\\b(?=[ ])"), "+\\1");
        const QStringList found =
            rows("SELECT id FROM event WHERE (" + condition + ") ORDER BY id");
        QStringList expected;
        // The plus takes away a column's type as well, so texts are compared as numbers here.
        if (condition.contains("'30000000'")) plain = "+ns >= 30000000 AND +ns < 30100000";
        expected = rows("SELECT id FROM event WHERE (" + plain + ") ORDER BY +id");
        QCOMPARE(found, expected);
    }

    void ordersAndJoinsWork() {
        const QStringList last = rows("SELECT id FROM event ORDER BY id DESC LIMIT 2");
        QCOMPARE(last, QStringList({QString::number(run().events.size()),
                                    QString::number(run().events.size() - 1)}));
        QCOMPARE(rows("SELECT e.id FROM event e ORDER BY virtual_ns LIMIT 2"),
                 QStringList({"1", "2"}));
        QCOMPARE(
            rows("SELECT count(*) FROM marker m JOIN event e ON e.virtual_ns = m.virtual_ns AND "
                 "e.kind = 'marker'"),
            QStringList(QString::number(run().markers.size())));
        QCOMPARE(rows("SELECT kind FROM (SELECT kind, count(*) n FROM event GROUP BY kind) EXCEPT "
                      "SELECT kind FROM kind_count"),
                 QStringList());
        QCOMPARE(rows("WITH e AS (SELECT id FROM event WHERE id < 4) SELECT sum(id) FROM e"),
                 QStringList("6"));
        QVERIFY(rows("SELECT name FROM sqlite_schema WHERE name='chunk'").contains("chunk"));
        QVERIFY(!rows("EXPLAIN QUERY PLAN SELECT * FROM event WHERE id=1").isEmpty());
        QVERIFY(rows("PRAGMA table_info(marker)").size() == 5);
        QCOMPARE(rows("SELECT 'a;b' -- a comment\n ; ; -- another"), QStringList("a;b"));
    }

    void onlyReadingIsPossible_data() {
        QTest::addColumn<QString>("sql");
        const auto row = [](const char *sql) { QTest::newRow(sql) << sql; };
        row("INSERT INTO meta VALUES('a', 'b')");
        row("UPDATE meta SET value='x'");
        row("DELETE FROM event");
        row("DROP TABLE meta");
        row("CREATE TABLE t(a)");
        row("CREATE TEMP TABLE t(a)");
        row("CREATE TEMP VIEW v AS SELECT 1");
        row("CREATE VIRTUAL TABLE t USING event");
        row("ATTACH '/tmp/other' AS other");
        row("DETACH main");
        row("VACUUM");
        row("VACUUM INTO '/tmp/copy'");
        row("REINDEX");
        row("ANALYZE");
        row("BEGIN");
        row("COMMIT");
        row("SAVEPOINT s");
        row("PRAGMA writable_schema=ON");
        row("PRAGMA query_only=OFF");
        row("PRAGMA journal_mode=DELETE");
        row("PRAGMA user_version=7");
        row("PRAGMA mmap_size=1");
        row("PRAGMA temp_store_directory='/tmp'");
        row("SELECT load_extension('x')");
        row("SELECT writefile('/tmp/x', 'y')");
        row("SELECT * FROM pragma_database_list");
        row("SELECT * FROM dbstat");
        row("SELECT 1; SELECT 2");
        row("SELECT 1; DROP TABLE meta");
        row("");
        row(" -- nothing");
        row("SELECT");
        row("nonsense");
        row("SELECT * FROM nowhere");
        row("SELECT nothing FROM event");
    }
    void onlyReadingIsPossible() {
        QFETCH(QString, sql);
        QByteArray error;
        rows(sql, &error);
        QVERIFY2(!error.isEmpty(), "was allowed");
        QVERIFY2(!error.contains('\n'), error);
        // The reader goes on.
        QCOMPARE(rows("SELECT count(*) FROM marker"),
                 QStringList(QString::number(run().markers.size())));
        QVERIFY(reader_->refresh());
    }

    void rowsCanBeStopped() {
        int seen = 0;
        QVERIFY(reader_->query("SELECT id FROM event", {},
                               [&](const RunReader::Row &) { return ++seen < 3; }));
        QCOMPARE(seen, 3);
    }

    void theSchemaIsDocumentedInTheFile() {
        for (const SchemaTable &table : schema) {
            if (table.type != "table" || !table.isIn(runFileSchema)) continue;
            QVERIFY2(table.sql.find("\n  -- ") != std::string_view::npos, table.name.data());
            QCOMPARE(rows(QString("SELECT sql FROM sqlite_schema WHERE name='%1'")
                              .arg(table.name.data())),
                     QStringList(QString::fromUtf8(table.sql.data(), qsizetype(table.sql.size()))));
        }
    }
};

QTEST_GUILESS_MAIN(TestQuery)
#include "tst_query.moc"
