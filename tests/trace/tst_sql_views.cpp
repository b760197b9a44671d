// SPDX-License-Identifier: GPL-3.0-or-later
// The views that queries and exports rely on: their names and columns are a promise, and what they
// tell is what the reader tells.
#include "emulator/trace/run_reader.h"
#include "emulator/trace/sql_views.h"
#include "tests/trace/generate_run.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

class TestSqlViews : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RunGenerator generator_{22};
    std::unique_ptr<RunReader> reader_;

    QStringList rows(const std::string &sql) {
        QStringList found;
        const auto outcome = reader_->query(sql, {}, [&](const RunReader::Row &row) {
            QStringList values;
            for (const std::string_view value : row.values)
                values << QString::fromUtf8(value.data(), qsizetype(value.size()));
            found << values.join('|');
            return true;
        });
        return outcome ? found : QStringList(QString::fromStdString(outcome.error().sentence));
    }
    QString one(const std::string &sql) { return rows(sql).value(0); }
    size_t eventsOf(std::initializer_list<EventKind> kinds) const {
        size_t count = 0;
        for (const Event &event : generator_.run().events)
            count += std::ranges::find(kinds, event.kind) != kinds.end();
        return count;
    }

  private slots:
    void initTestCase() {
        const std::string file = folder_.filePath("run.bootglass").toStdString();
        QCOMPARE(recordRun(generator_, file, 5'000), std::string());
        auto reader = RunReader::open(file);
        QVERIFY(reader);
        reader_ = std::move(*reader);
    }

    void columnsAreAsPromised_data() {
        QTest::addColumn<QString>("view");
        QTest::addColumn<QString>("columns");
        const auto row = [](const char *view, const char *columns) {
            QTest::newRow(view) << view << columns;
        };
        row("run", "version digest ended shift icount virtual_ns idle_ns wall_s");
        row("inputs", "role path sha256 bytes");
        row("phases", "path name depth start_icount end_icount instructions start_ns end_ns "
                      "duration_ns idle_ns");
        row("markers", "name rule icount virtual_ns");
        row("events", "id icount virtual_ns kind source address size value detail");
        row("timers", "icount virtual_ns timer what deadline_ns");
        row("interrupts", "icount virtual_ns line vector eip");
        row("exceptions", "icount virtual_ns exception vector eip error_code cr2");
        row("accesses", "icount virtual_ns device what address size value");
        row("samples", "icount virtual_ns eip privilege cr3");
        row("halts", "icount start_ns end_ns idle_ns");
        row("console_lines", "icount virtual_ns console text");
        row("event_counts", "kind count");
    }
    void columnsAreAsPromised() {
        QFETCH(QString, view);
        QFETCH(QString, columns);
        const auto names =
            reader_->query("SELECT * FROM " + view.toStdString() + " LIMIT 1", {}, {});
        QVERIFY2(names, names ? "" : names.error().sentence.c_str());
        QStringList found;
        for (const std::string &name : *names)
            found << QString::fromStdString(name);
        QCOMPARE(found.join(' '), columns);
        // What `query --tables` tells is the same, and nothing is without a meaning.
        const SqlView *told = sqlView(view.toStdString());
        QVERIFY(told);
        QVERIFY(!told->meaning.empty());
        found.clear();
        for (const SqlColumn &column : told->columns) {
            found << QString::fromStdString(std::string(column.name));
            QVERIFY(!column.meaning.empty());
        }
        QCOMPARE(found.join(' '), columns);
    }
    void everyViewIsPromised() { QCOMPARE(sqlViews().size(), size_t{13}); }

    void rowsAreThoseOfTheRun() {
        const auto number = [](size_t n) { return QString::number(n); };
        QCOMPARE(one("SELECT count(*) FROM events"), number(generator_.run().events.size()));
        QCOMPARE(one("SELECT count(*) FROM timers"),
                 number(eventsOf(
                     {EventKind::TimerArmed, EventKind::TimerCancelled, EventKind::TimerFired})));
        QCOMPARE(one("SELECT count(*) FROM interrupts"), number(eventsOf({EventKind::Interrupt})));
        QCOMPARE(one("SELECT count(*) FROM exceptions"), number(eventsOf({EventKind::Exception})));
        QCOMPARE(one("SELECT count(*) FROM samples"), number(eventsOf({EventKind::Sample})));
        QCOMPARE(one("SELECT count(*) FROM accesses"),
                 number(eventsOf({EventKind::PortRead, EventKind::PortWrite, EventKind::MmioRead,
                                  EventKind::MmioWrite})));
        QCOMPARE(one("SELECT icount || '|' || virtual_ns FROM run"),
                 number(reader_->end().icount.value) + '|' + number(reader_->end().ns.value));
        QCOMPARE(one("SELECT sum(idle_ns) FROM halts"),
                 one("SELECT sum(value) FROM event WHERE kind = 'wake'"));
        const auto markers = reader_->markers();
        QVERIFY(markers);
        QStringList expected;
        for (const RunMarker &marker : *markers)
            expected << QString::fromStdString(marker.name) + '|' + number(marker.icount.value);
        QCOMPARE(rows("SELECT name, icount FROM markers"), expected);
    }
    void timersAreInOrder() {
        QCOMPARE(one("SELECT count(*) FROM (SELECT virtual_ns < lag(virtual_ns) OVER () AS wrong "
                     "FROM timers) WHERE wrong"),
                 QString("0"));
    }

    void viewsCannotBeChanged_data() {
        QTest::addColumn<QString>("sql");
        for (const char *sql :
             {"DROP VIEW phases", "CREATE TEMP VIEW mine AS SELECT 1", "CREATE TEMP TABLE mine(x)",
              "PRAGMA query_only=OFF", "INSERT INTO sqlite_temp_master VALUES(1,2,3,4,5)"})
            QTest::newRow(sql) << sql;
    }
    void viewsCannotBeChanged() {
        QFETCH(QString, sql);
        const auto outcome = reader_->query(sql.toStdString(), {}, {});
        QVERIFY(!outcome);
        QVERIFY2(outcome.error().sentence.find("may only read") != std::string::npos,
                 outcome.error().sentence.c_str());
        QCOMPARE(one("SELECT count(*) > 0 FROM markers"), QString("1"));
    }
};

QTEST_GUILESS_MAIN(TestSqlViews)
#include "tst_sql_views.moc"
