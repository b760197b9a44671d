// SPDX-License-Identifier: GPL-3.0-or-later
// The guest's own work in a run file: activities, samples, names of code, code; and files that
// older versions wrote, which have none of it.
#include "emulator/trace/run_reader.h"
#include "emulator/trace/schema.h"
#include "tests/trace/generate_run.h"

#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

using namespace bootglass;

namespace {

RunPoint at(uint64_t icount, uint64_t idleNs = 0) {
    return {{icount}, {icount * 8 + idleNs}, idleNs, 0};
}

constexpr TimeRange everything{{0}, VirtualNs::never()};

} // namespace

class TestGuestTables : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::unique_ptr<RunRecorder> recorder_;
    std::string file_;

    std::string path(const char *name) const { return folder_.filePath(name).toStdString(); }
    std::unique_ptr<RunReader> finished() {
        recorder_->ended("test", at(1'000'000), {});
        if (!recorder_->close()) return {};
        return opened();
    }
    std::unique_ptr<RunReader> opened() const {
        auto reader = RunReader::open(file_);
        return reader ? std::move(*reader) : nullptr;
    }
    bool change(const char *sql) const {
        sqlite3 *database = nullptr;
        const bool done = sqlite3_open(file_.c_str(), &database) == SQLITE_OK &&
                          sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
        sqlite3_close(database);
        return done;
    }

  private slots:
    void init() {
        file_ = path(QTest::currentTestFunction()) +
                std::string(QTest::currentDataTag() ? QTest::currentDataTag() : "");
        RecorderOptions options;
        options.path = file_;
        options.version = "test";
        options.force = true;
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        recorder_ = std::move(*recorder);
    }

    void activitiesComeBackInTheOrderOfTheirStarts() {
        const RunActivity outer{1,       0,    ActivityKind::Initcall, "do_outer", {}, at(10, 80),
                                at(900), false};
        RunActivity inner{2, 1, ActivityKind::Region, "inner", {}, at(20, 80), {}, true};
        RunActivity past{3, 1, ActivityKind::Driver, "0000:00:01.1", "0", {}, at(500, 80), false};
        past.start.ns = {12 * 8 + 80};
        recorder_->activityStarted(outer);
        recorder_->activityStarted(inner);
        recorder_->activityPast(past);
        recorder_->activityEnded(1, "returned 0", at(900, 80));
        const auto reader = finished();
        QVERIFY(reader);
        const auto told = reader->activities();
        QVERIFY(told);
        QCOMPARE(told->size(), size_t{3});
        QCOMPARE((*told)[0].name, std::string("do_outer"));
        QCOMPARE((*told)[0].note, std::string("returned 0"));
        QVERIFY((*told)[0].start == outer.start && (*told)[0].end == at(900, 80));
        QVERIFY(!(*told)[0].open);
        // Its start was told by time alone.
        QCOMPARE((*told)[1].name, past.name);
        QVERIFY((*told)[1].kind == ActivityKind::Driver && (*told)[1].parent == 1);
        QVERIFY((*told)[1].start.ns == past.start.ns);
        // What never ended goes to the end of the run.
        QVERIFY((*told)[2].open && (*told)[2].kind == ActivityKind::Region);
        QVERIFY((*told)[2].end.ns == reader->end().ns);
    }

    void samplesAreNamedByTheSymbolsOfTheRun() {
        recorder_->meta("sample_every", "1000");
        recorder_->symbols(SymbolTable({{0xC1000000, "startup_32"},
                                        {0xC1000100, "delay_tsc"},
                                        {0xC1000100, "an_alias"},
                                        {0xC1000200, "calibrate"}}));
        for (uint64_t n = 1; n <= 2500; ++n) {
            CodeSample sample{{n * 1000}, {n * 8000}, 0xC1000104, 0, 0x1000, {0xC1000210}};
            if (n % 5 == 0) sample = {{n * 1000}, {n * 8000}, 0x08048123, 3, 0x2000, {}};
            recorder_->sample(sample);
        }
        const auto reader = finished();
        QVERIFY(reader);
        const auto functions = reader->functions(everything);
        QVERIFY(functions);
        QVERIFY(*functions == (std::vector<FunctionSamples>{{"delay_tsc", 2000, 2'000'000},
                                                            {"[user]", 500, 500'000}}));
        // Half open, across the rows of the table.
        const auto some = reader->samples({{1024 * 8000}, {1030 * 8000}}, 100);
        QVERIFY(some);
        QCOMPARE(some->stacks.size(), size_t{6});
        QCOMPARE(some->every, uint64_t{1000});
        const SampleList::Stack &first = some->stacks.front();
        QVERIFY(first.sample.icount == Icount{1024 * 1000});
        QCOMPARE(first.frames.size(), size_t{2});
        QCOMPARE(some->functions[first.frames[0]], std::string("calibrate"));
        QCOMPARE(some->functions[first.frames[1]], std::string("delay_tsc"));
        QVERIFY(some->stacks[1].sample.privilege == 3);
        QCOMPARE(some->thinned, uint64_t{1});
        const auto few = reader->samples(everything, 7);
        QCOMPARE(few->thinned, uint64_t{358}); // 2500 / 7, rounded up
        QCOMPARE(few->stacks.size(), size_t{7});
        QVERIFY(few->stacks[1].sample.icount == Icount{359 * 1000});
        QCOMPARE((*reader->symbols())->size(), size_t{4});
        // They are events, too.
        QCOMPARE(reader->info()->storedEvents, uint64_t{2500});
    }

    void withoutSymbolsAnAddressIsItsName() {
        recorder_->sample({{1000}, {8000}, 0xC1234567, 0, 0x1000, {}});
        const auto reader = finished();
        QVERIFY(reader);
        QCOMPARE(reader->functions(everything)->front().name, std::string("0xc1234567"));
    }

    void codeIsFoundAsItWasAtAMoment() {
        std::vector<uint8_t> before(4096, 0x90);
        std::vector<uint8_t> after(4096, 0xCC);
        recorder_->codePage(1, before);
        recorder_->codeSeen(0xC1000000, 1, {100}, {800});
        recorder_->codePage(2, after);
        recorder_->codeSeen(0xC1000000, 2, {200}, {1600});
        recorder_->codeSeen(0x08048000, 1, {300}, {2400});
        const auto reader = finished();
        QVERIFY(reader);
        QVERIFY(*reader->codeAt(0xC1000FFF, {800}) == (CodeBytes{0xC1000000, {800}, before}));
        QVERIFY(*reader->codeAt(0xC1000000, {1599}) == (CodeBytes{0xC1000000, {800}, before}));
        QVERIFY(*reader->codeAt(0xC1000000, {1600}) == (CodeBytes{0xC1000000, {1600}, after}));
        // Not seen before: as it was first.
        QVERIFY(*reader->codeAt(0x08048010, {0}) == (CodeBytes{0x08048000, {2400}, before}));
        QVERIFY(reader->codeAt(0x12345678, {1600})->bytes.empty());
    }

    void olderFilesOpen_data() {
        QTest::addColumn<int>("version");
        QTest::newRow("1") << 1;
        QTest::newRow("2") << 2;
    }
    /// As those versions wrote them: without the tables that came later, with those that went.
    void olderFilesOpen() {
        QFETCH(int, version);
        RunGenerator generator(5);
        generator.tell(*recorder_, 3000);
        recorder_->ended("test", generator.point(), {});
        QVERIFY(recorder_->close());
        QByteArray sql = "PRAGMA user_version=" + QByteArray::number(version) + ";";
        const auto bytes = [](std::string_view text) {
            return QByteArray(text.data(), qsizetype(text.size()));
        };
        for (const SchemaTable &table : schema) // its indexes go with a table
            if (table.since > version && table.type == "table")
                sql += "DROP TABLE " + bytes(table.name) + ";";
        for (const SchemaTable &table : schema)
            if (table.isIn(version) && table.until < runFileSchema) sql += bytes(table.sql) + ";";
        QVERIFY(change(sql));
        const auto reader = opened();
        QVERIFY(reader);
        QCOMPARE(reader->info()->schema, version);
        QVERIFY(reader->storedEvents() > 1000);
        QVERIFY(reader->activities() && reader->activities()->empty());
        QVERIFY(reader->functions(everything) && reader->functions(everything)->empty());
        QVERIFY(reader->samples(everything, 10)->stacks.empty());
        QVERIFY(reader->codeAt(0xC1000000, {0}) && reader->codeAt(0xC1000000, {0})->bytes.empty());
        QCOMPARE((*reader->symbols())->size(), size_t{0});
    }

    void damageIsToldAsASentence_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::newRow("kind") << QByteArray("UPDATE activity SET kind='x'");
        QTest::newRow("parent") << QByteArray("UPDATE activity SET parent=77");
        QTest::newRow("end before start") << QByteArray("UPDATE activity SET end_ns=0");
        QTest::newRow("negative time") << QByteArray("UPDATE activity SET start_ns=-1");
        QTest::newRow("samples") << QByteArray("UPDATE sample SET data=x'00'");
        QTest::newRow("count of samples") << QByteArray("UPDATE sample SET count=9");
        QTest::newRow("symbols") << QByteArray("UPDATE symbol SET data=x'00'");
        QTest::newRow("count of symbols") << QByteArray("UPDATE symbol SET count=1000000000");
        QTest::newRow("code") << QByteArray("UPDATE code_page SET data=x'00'");
        QTest::newRow("no code page") << QByteArray("DELETE FROM code_page");
    }
    void damageIsToldAsASentence() {
        QFETCH(QByteArray, sql);
        recorder_->symbols(SymbolTable({{0xC1000000, "startup_32"}}));
        recorder_->activityStarted({1, 0, ActivityKind::Initcall, "init", {}, at(10), {}, true});
        recorder_->activityEnded(1, {}, at(20));
        recorder_->sample({{1000}, {8000}, 0xC1234567, 0, 0x1000, {}});
        recorder_->codePage(1, std::vector<uint8_t>(4096));
        recorder_->codeSeen(0xC1000000, 1, {100}, {800});
        QVERIFY(finished());
        QVERIFY(change(sql));
        const auto reader = opened();
        QVERIFY(reader);
        const auto activities = reader->activities();
        const auto samples = reader->samples(everything, 10);
        const auto code = reader->codeAt(0xC1000000, {800});
        const auto isTold = [](const auto &result) {
            return !result && result.error().sentence.find("damaged") != std::string::npos;
        };
        QVERIFY(isTold(activities) || isTold(samples) || isTold(code));
    }
};

QTEST_GUILESS_MAIN(TestGuestTables)
#include "tst_guest_tables.moc"
