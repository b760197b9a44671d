// SPDX-License-Identifier: GPL-3.0-or-later
// Events that are written many at a time leave the same file as one by one: whatever rows of like
// events there are, times that run backwards or are beyond SQLite's integers, and at each detail.
#include "emulator/trace/run_writer.h"
#include "emulator/trace/schema.h"

#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace bootglass;

namespace {

/// Bursts of one kind and source among others, in bins of level 0 and across their edges.
std::vector<Event> bursts(uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](uint64_t bound) { return random() % bound; };
    constexpr std::array kinds = {
        EventKind::PortRead,        EventKind::PortWrite,       EventKind::MmioRead,
        EventKind::Interrupt,       EventKind::TimerArmed,      EventKind::InterruptEnded,
        EventKind::Exception,       EventKind::PrivilegeSwitch, EventKind::Wake,
        EventKind::PageTableSwitch, EventKind::MmioWrite,       EventKind::Console};
    std::vector<Event> events;
    uint64_t icount = 0, ns = 0;
    while (events.size() < 20'000) {
        const EventKind kind = kinds[below(kinds.size())];
        const auto source = static_cast<uint16_t>(below(3));
        const uint64_t step = below(2) ? 40 : below(40'000);
        for (uint64_t n = below(4) ? below(8) : below(300); n != 0; --n) {
            icount += below(10);
            ns += below(step + 1);
            if (below(1000) == 0) ns -= std::min<uint64_t>(ns, below(100'000));
            events.push_back({{icount}, {ns}, kind, 1, source, 0x61, below(500), below(3)});
        }
    }
    events.push_back({{icount}, {UINT64_MAX - 5}, EventKind::PortRead, 1, 1, 0x61, 1, 0});
    events.push_back({{icount + 1}, {UINT64_MAX - 4}, EventKind::PortRead, 1, 1, 0x61, 1, 0});
    return events;
}

/// All rows of all tables.
QStringList contents(const QString &path) {
    SqliteDatabase database(path.toStdString(), path.toStdString(), SQLITE_OPEN_READONLY);
    QStringList rows;
    for (const SchemaTable &table : schema) {
        if (table.type != "table" || !table.isIn(runFileSchema)) continue;
        SqliteStatement all = database.prepare("SELECT * FROM " + std::string(table.name));
        while (all.step()) {
            QString row = QString::fromUtf8(table.name.data(), qsizetype(table.name.size()));
            for (int column = 0; column < sqlite3_column_count(all.get()); ++column) {
                const auto blob = all.blob(column);
                row += ' ' + QByteArray(reinterpret_cast<const char *>(blob.data()),
                                        qsizetype(blob.size()))
                                 .toHex();
            }
            rows << row;
        }
    }
    return rows;
}

} // namespace

class TestEventRows : public QObject {
    Q_OBJECT

  private slots:
    void areAsEventsOneByOne_data() {
        QTest::addColumn<int>("detail");
        QTest::newRow("markers") << int(Detail::Markers);
        QTest::newRow("events") << int(Detail::Events);
        QTest::newRow("full") << int(Detail::Full);
    }
    void areAsEventsOneByOne() {
        QFETCH(int, detail);
        QTemporaryDir folder;
        for (uint64_t seed = 1; seed <= 3; ++seed) {
            const std::vector<Event> all = bursts(seed);
            std::mt19937_64 random(seed);
            const auto write = [&](const QString &path, auto tell) {
                RunWriter writer(path.toStdString(), 3, 0);
                writer.detail(static_cast<Detail>(detail), {0}, {0});
                for (std::span<const Event> left(all); !left.empty();)
                    left = left.subspan(tell(writer, left));
                writer.finish();
            };
            const QString one = folder.filePath("one"), many = folder.filePath("many");
            write(one, [](RunWriter &writer, std::span<const Event> left) -> size_t {
                writer.event(left.front());
                return 1;
            });
            write(many, [&](RunWriter &writer, std::span<const Event> left) {
                const size_t count = std::min<size_t>(left.size(), random() % 40);
                writer.events(left.first(count));
                return count;
            });
            const QStringList expected = contents(one);
            QVERIFY(expected.size() > 20);
            QCOMPARE(contents(many), expected);
            QFile::remove(one);
            QFile::remove(many);
        }
    }
};

QTEST_GUILESS_MAIN(TestEventRows)
#include "tst_event_rows.moc"
