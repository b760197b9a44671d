// SPDX-License-Identifier: GPL-3.0-or-later
// Notes of a run: kept in its file, beside it where it cannot be written, never instead of it.
#include "emulator/trace/run_notes.h"
#include "emulator/trace/run_reader.h"
#include "tests/trace/generate_run.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>
#include <unistd.h>

using namespace bootglass;

class TestNotes : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::string fresh(const char *name) {
        RunGenerator generator(5);
        const std::string path = folder_.filePath(QString::fromLatin1(name)).toStdString();
        if (!recordRun(generator, path, 2000).empty()) return {};
        return path;
    }
    static std::vector<RunNote> two() {
        return {{0, {{9000}, {12'000}}, "second", "a range\nof two lines"},
                {0, {{500}, {500}}, "first", ""}};
    }
    static bool execute(const std::string &path, const char *sql) {
        sqlite3 *database = nullptr;
        sqlite3_open(path.c_str(), &database);
        const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
        sqlite3_close(database);
        return code == SQLITE_OK;
    }

  private slots:
    void aRunWithoutNotesHasNone() {
        const auto notes = readNotes(fresh("none.bootglass"));
        QVERIFY(notes);
        QVERIFY(notes->empty());
    }
    void notesAreKeptInTheRunInTheOrderOfTime() {
        const std::string path = fresh("kept.bootglass");
        const std::string digest = (*RunReader::open(path))->info()->digest;
        QVERIFY(writeNotes(path, two()));
        const auto notes = readNotes(path);
        QVERIFY(notes);
        QCOMPARE(notes->size(), size_t{2});
        QCOMPARE((*notes)[0].title, std::string("first"));
        QCOMPARE((*notes)[0].id, int64_t{1});
        QVERIFY(!(*notes)[0].isRange());
        QCOMPARE((*notes)[1].text, std::string("a range\nof two lines"));
        QVERIFY((*notes)[1].isRange());
        QVERIFY(!QFile::exists(QString::fromStdString(notesBeside(path))));
        // The run itself is what it was, and SQL reads its notes.
        auto reader = RunReader::open(path);
        QVERIFY(reader);
        QCOMPARE((*reader)->info()->digest, digest);
        QString titles;
        const auto asked = (*reader)->query(
            "SELECT title FROM note ORDER BY id", {}, [&](const RunReader::Row &row) {
                titles +=
                    QString::fromUtf8(row.values[0].data(), qsizetype(row.values[0].size())) + ' ';
                return true;
            });
        QVERIFY2(asked, asked ? "" : asked.error().sentence.c_str());
        QCOMPARE(titles, QString("first second "));
    }
    void aListTakesThePlaceOfTheOneBefore() {
        const std::string path = fresh("replaced.bootglass");
        QVERIFY(writeNotes(path, two()));
        QVERIFY(writeNotes(path, {{0, {{1}, {1}}, "only", ""}}));
        QCOMPARE(readNotes(path)->size(), size_t{1});
        QVERIFY(writeNotes(path, {}));
        QVERIFY(readNotes(path)->empty());
    }
    void aRunThatIsReadOnlyHasThemBesideIt() {
        if (geteuid() == 0) {
            // Root may write what is read-only; a run that never ended is the other reason.
            const std::string path = fresh("open.bootglass");
            QVERIFY(execute(path, "UPDATE meta SET value='0' WHERE key='complete'"));
            QVERIFY(writeNotes(path, two()));
            QVERIFY(QFile::exists(QString::fromStdString(notesBeside(path))));
            QCOMPARE(readNotes(path)->size(), size_t{2});
            // Once it is whole they move in.
            QVERIFY(execute(path, "UPDATE meta SET value='1' WHERE key='complete'"));
            QVERIFY(writeNotes(path, *readNotes(path)));
            QVERIFY(!QFile::exists(QString::fromStdString(notesBeside(path))));
            QCOMPARE(readNotes(path)->size(), size_t{2});
            return;
        }
        const std::string path = fresh("readonly.bootglass");
        QFile::setPermissions(QString::fromStdString(path), QFile::ReadOwner);
        QVERIFY(writeNotes(path, two()));
        QVERIFY(QFile::exists(QString::fromStdString(notesBeside(path))));
        QCOMPARE(readNotes(path)->size(), size_t{2});
    }
    void aTableThatIsNotOursIsRefusedAndNotWritten() {
        const std::string path = fresh("foreign.bootglass");
        QVERIFY(execute(path, "CREATE TABLE note(id, start_ns, end_ns, title, text)"));
        const auto notes = readNotes(path);
        QVERIFY(!notes);
        QVERIFY(QString::fromStdString(notes.error().sentence).contains("damaged"));
        QVERIFY(!writeNotes(path, two()));
        QVERIFY(RunReader::open(path)); // the run opens all the same
    }
    void timesThatCannotBeAreDamage() {
        const std::string path = fresh("times.bootglass");
        QVERIFY(writeNotes(path, two()));
        QVERIFY(execute(path, "UPDATE note SET end_ns=-5 WHERE id=1"));
        QVERIFY(!readNotes(path));
        QVERIFY(execute(path, "UPDATE note SET start_ns=10, end_ns=5 WHERE id=1"));
        QVERIFY(!readNotes(path));
    }
    void whatIsNoRunIsToldInASentence() {
        const QString path = folder_.filePath("text.bootglass");
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        const auto notes = readNotes(path.toStdString());
        QVERIFY(!notes);
        QVERIFY(!notes.error().sentence.empty());
    }
};

QTEST_GUILESS_MAIN(TestNotes)
#include "tst_notes.moc"
