// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of roll-ups share rows of the run file. What a window shows must not depend on where the
// rows are cut: within a window or at its edges, by a commit, or by the file's early end; nor on
// whether the file is of a schema whose blocks had a row each.
#include "emulator/trace/compression.h"
#include "emulator/trace/rollup_block.h"
#include "emulator/trace/run_reader.h"
#include "emulator/trace/schema.h"
#include "tests/trace/generate_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include <set>

using namespace bootglass;

namespace {

constexpr uint64_t blockNs = rollup::binNs(0) * rollup::blockBins;

/// A strip as schema 3 has it: all values of all bins, column by column.
void encodeWhole(ByteWriter &writer, TrackId track, const rollup::Strip &strip) {
    ByteWriter body;
    body.word(strip.used, 8);
    std::vector<Bin> bins;
    for (unsigned i = 0; i < rollup::blockBins; ++i)
        if (strip.used >> i & 1) bins.push_back(strip.bins[i]);
    for (const Bin &bin : bins)
        body.varint(bin.count);
    for (const Bin &bin : bins)
        body.varint(bin.busyNs);
    for (const Bin &bin : bins)
        body.varint(bin.longestNs);
    uint64_t last = 0;
    for (const Bin &bin : bins)
        body.varint(zigzag(bin.longestId, std::exchange(last, bin.longestId)));
    for (const Bin &bin : bins)
        body.varint(bin.kinds);
    writer.varint(track.packed());
    writer.varint(body.size());
    writer.raw(body.bytes());
}

class Database {
  public:
    explicit Database(const QString &file) { sqlite3_open(file.toUtf8(), &database_); }
    ~Database() { sqlite3_close(database_); }
    bool execute(const QByteArray &sql) {
        return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    sqlite3_stmt *prepare(const char *sql) {
        sqlite3_stmt *statement = nullptr;
        sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr);
        return statement;
    }

  private:
    sqlite3 *database_ = nullptr;
};

/// Makes a file what schema 3 would have recorded.
bool makeOlder(const QString &file) {
    struct Row {
        int64_t level;
        int64_t block;
        std::vector<uint8_t> data;
    };
    std::vector<Row> rows;
    Database database(file);
    Compressor compressor;
    Decompressor decompressor;
    sqlite3_stmt *all = database.prepare("SELECT id >> 42, id & ((1 << 42) - 1), data FROM rollup");
    bool good = true;
    while (good && sqlite3_step(all) == SQLITE_ROW) {
        const int64_t level = sqlite3_column_int64(all, 0);
        const int64_t first = sqlite3_column_int64(all, 1);
        const auto *bytes = static_cast<const uint8_t *>(sqlite3_column_blob(all, 2));
        good = decompressor.decompress({bytes, static_cast<size_t>(sqlite3_column_bytes(all, 2))},
                                       rollup::mostRowBytes) &&
               rollup::decodeRow(
                   decompressor.plain(), [&](unsigned index, std::span<const uint8_t> strips) {
                       std::map<TrackId, rollup::Strip> tracks;
                       const bool decoded = rollup::decodeStrips(
                           strips, rollup::Layout::Grouped, [](TrackId) { return true; },
                           [&](TrackId track, unsigned number, const Bin &bin) {
                               tracks[track].bin(number) = bin;
                           });
                       ByteWriter plain;
                       for (const auto &[track, strip] : tracks)
                           encodeWhole(plain, track, strip);
                       const auto data = compressor.compress(plain.bytes());
                       rows.push_back({level, first + index, {data.begin(), data.end()}});
                       return decoded;
                   });
    }
    sqlite3_finalize(all);
    QByteArray sql = "PRAGMA user_version=3; DROP TABLE rollup;";
    for (const SchemaTable &table : schema)
        if (table.isIn(3) && !table.isIn(runFileSchema))
            sql += QByteArray(table.sql.data(), qsizetype(table.sql.size())) + ";";
    good = good && database.execute(sql + "BEGIN");
    sqlite3_stmt *insert = database.prepare("INSERT INTO rollup VALUES(?1, ?2, ?3)");
    for (const Row &row : rows) {
        sqlite3_bind_int64(insert, 1, row.level);
        sqlite3_bind_int64(insert, 2, row.block);
        sqlite3_bind_blob64(insert, 3, row.data.data(), row.data.size(), SQLITE_STATIC);
        good = good && sqlite3_step(insert) == SQLITE_DONE;
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return database.execute("COMMIT") && good && !rows.empty();
}

int64_t number(const QString &file, const char *sql) {
    Database database(file);
    sqlite3_stmt *statement = database.prepare(sql);
    sqlite3_step(statement);
    const int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

} // namespace

class TestRollupRows : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    RunGenerator generator_{23};
    std::unique_ptr<RunReader> reader_;
    std::vector<TrackId> tracks_;

    QString path(const char *name) const { return folder_.filePath(name); }
    static std::unique_ptr<RunReader> opened(const QString &file) {
        auto reader = RunReader::open(file.toStdString());
        return reader ? std::move(*reader) : nullptr;
    }
    std::vector<TrackBins> bins(RunReader &reader, TimeRange range, unsigned pixels) const {
        auto bins = reader.bins(tracks_, range, pixels);
        return bins ? std::move(*bins) : std::vector<TrackBins>();
    }

  private slots:
    void initTestCase() {
        // Nothing but markers is kept, so all that is drawn comes from roll-ups.
        QCOMPARE(recordRun(generator_, path("run").toStdString(), 60'000, Detail::Markers),
                 std::string());
        reader_ = opened(path("run"));
        QVERIFY(reader_);
        const auto tracks = reader_->tracks();
        QVERIFY(tracks);
        for (const RunTrack &track : *tracks)
            if (track.id.kind != TrackKind::Machine && track.id.kind != TrackKind::Console)
                tracks_.push_back(track.id);
        QVERIFY(tracks_.size() > 20);
        QVERIFY(reader_->end().ns.value > 20 * rollup::rowBlocks * blockNs);
        // The finest level has rows of many blocks, and more than the commits would make.
        QVERIFY(number(path("run"), "SELECT count(*) FROM rollup WHERE id >> 42 = 0") > 20);
    }

    void aWindowShowsTheSameWhereverItsRowsAreCut_data() {
        QTest::addColumn<unsigned>("level");
        for (const unsigned level : {0u, 1u, 3u})
            QTest::addRow("level %u", level) << level;
    }
    /// Pixels of a bin each: those of a small window are those of a large one.
    void aWindowShowsTheSameWhereverItsRowsAreCut() {
        QFETCH(unsigned, level);
        const uint64_t bin = rollup::binNs(level);
        const unsigned block = rollup::blockBins;
        const auto whole = static_cast<unsigned>(
            std::min<uint64_t>(reader_->end().ns.value / bin, 20 * rollup::rowBlocks * block));
        const std::vector<TrackBins> all = bins(*reader_, {{0}, {whole * bin}}, whole);
        QCOMPARE(all.size(), tracks_.size());
        QVERIFY(all.front().resolutionNs == bin);
        const unsigned row = rollup::rowBlocks * block;
        const unsigned starts[] = {0,         1,          block - 1, block,     5 * block + 3,
                                   row - 1,   row,        row + 1,   row + 777, 2 * row - block,
                                   whole / 2, whole - row};
        const unsigned lengths[] = {1, 2, block, block + 1, row, row + block + 1};
        size_t drawn = 0;
        for (const unsigned start : starts)
            for (const unsigned length : lengths) {
                if (start >= whole || length > whole - start) continue;
                const TimeRange range{{start * bin}, {(start + length) * bin}};
                const std::vector<TrackBins> part = bins(*reader_, range, length);
                QCOMPARE(part.size(), all.size());
                for (size_t i = 0; i < part.size(); ++i)
                    for (unsigned pixel = 0; pixel < length; ++pixel) {
                        const Bin &expected = all[i].pixels[start + pixel];
                        QCOMPARE(part[i].pixels[pixel].count, expected.count);
                        QCOMPARE(part[i].pixels[pixel].busyNs, expected.busyNs);
                        QVERIFY(part[i].pixels[pixel] == expected);
                        drawn += !expected.empty();
                    }
            }
        QVERIFY(drawn > 10'000);
    }

    void aFileOfSchema3ShowsTheSame() {
        QVERIFY(QFile::copy(path("run"), path("older")));
        QVERIFY(makeOlder(path("older")));
        const std::unique_ptr<RunReader> older = opened(path("older"));
        QVERIFY(older);
        QCOMPARE(older->info()->schema, 3);
        const uint64_t end = reader_->end().ns.value;
        for (const TimeRange range :
             {TimeRange{{0}, {end}}, TimeRange{{end / 3}, {end / 2}},
              TimeRange{{end / 2}, {end / 2 + 50 * blockNs}}, TimeRange{{end - blockNs}, {end}}})
            for (const unsigned pixels : {7u, 300u, 2000u}) {
                const std::vector<TrackBins> expected = bins(*reader_, range, pixels);
                const std::vector<TrackBins> found = bins(*older, range, pixels);
                QCOMPARE(found.size(), tracks_.size());
                for (size_t i = 0; i < found.size(); ++i) {
                    QCOMPARE(found[i].resolutionNs, expected[i].resolutionNs);
                    QVERIFY(found[i].pixels == expected[i].pixels);
                }
            }
    }

    /// Each block is final once time is in the second one after it: a live run shows it from the
    /// next commit on, however full its row is. So does a file whose log was cut by a crash, as of
    /// the last commit that is whole.
    void whatIsClosedIsWritten() {
        RecorderOptions options;
        options.path = path("live").toStdString();
        options.detail = Detail::Markers;
        auto recorder = RunRecorder::create(options);
        QVERIFY(recorder);
        const TrackId track{TrackKind::PortDevice, 1};
        std::vector<VirtualNs> told;
        const auto check = [&](RunReader &reader) {
            const uint64_t now = reader.end().ns.value / blockNs;
            const VirtualNs closed{(now ? now - 1 : 0) * blockNs};
            const auto shown = reader.bins(track, {{0}, reader.end().ns + 1}, 50);
            if (!shown) return std::string(shown.error().sentence);
            uint64_t count = 0;
            for (const Bin &bin : shown->pixels)
                count += bin.count;
            const auto expected =
                static_cast<uint64_t>(std::ranges::lower_bound(told, closed) - told.begin());
            return count == expected ? std::string()
                                     : std::to_string(count) + " of " + std::to_string(expected);
        };
        std::unique_ptr<RunReader> reader;
        uint64_t icount = 1000;
        std::set<uint64_t> ends;
        for (unsigned step = 1; step <= 40; ++step) {
            // From less than a block to more than a row between commits.
            for (unsigned i = 0; i < 20 * step; ++i) {
                icount += 40'000 + i % 3;
                told.push_back({icount << 3});
                (*recorder)->event({{icount}, {icount << 3}, EventKind::PortRead, 1, 1});
            }
            (*recorder)->flush();
            if (!reader) reader = opened(path("live"));
            QVERIFY(reader && reader->refresh());
            QCOMPARE(check(*reader), std::string());
            ends.insert(reader->end().ns.value);
        }
        QCOMPARE(ends.size(), size_t{40});
        QFile log(path("live-wal"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QByteArray bytes = log.readAll();
        QVERIFY(bytes.size() > 100'000);
        std::set<uint64_t> cutEnds;
        for (qsizetype size = bytes.size(); size > 50'000; size -= bytes.size() / 23) {
            QFile::remove(path("cut"));
            QFile::remove(path("cut-shm"));
            QVERIFY(QFile::copy(path("live"), path("cut")));
            QFile cut(path("cut-wal"));
            QVERIFY(cut.open(QIODevice::WriteOnly | QIODevice::Truncate));
            QCOMPARE(cut.write(bytes.first(size)), size);
            cut.close();
            const auto crashed = RunReader::open(path("cut").toStdString());
            QVERIFY2(crashed, crashed ? "" : crashed.error().sentence.c_str());
            QCOMPARE(check(**crashed), std::string());
            cutEnds.insert((*crashed)->end().ns.value);
        }
        QVERIFY(cutEnds.size() > 5);
        QVERIFY((*recorder)->close());
    }
};

QTEST_GUILESS_MAIN(TestRollupRows)
#include "tst_rollup_rows.moc"
