// SPDX-License-Identifier: GPL-3.0-or-later
// The window's session with a real guest: what its signals tell, in which order, and that it leaves
// a whole file however it ends.
#include "app/run/key_codes.h"
#include "app/session/guest_session.h"
#include "emulator/trace/run_reader.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

class TestGuestSession : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    RunRequest talker(const QString &file) const {
        return {QStringLiteral("generic"),
                {{QStringLiteral("bios"),
                  QStringLiteral(BOOTGLASS_BINARY_DIR "/tests/guests/talker.bin")},
                 {QStringLiteral("memory"), QStringLiteral("16")},
                 {QStringLiteral("output"), folder_.filePath(file)}}};
    }

  private slots:
    void startsTellsAndStops() {
        GuestSession session;
        QSignalSpy states(&session, &RunSession::stateChanged);
        QSignalSpy started(&session, &RunSession::started);
        QSignalSpy progressed(&session, &RunSession::progressed);
        QSignalSpy finished(&session, &RunSession::finished);
        QSignalSpy failed(&session, &RunSession::failed);
        session.start(talker("run"));
        QCOMPARE(session.state(), RunSession::State::Running);
        QTRY_COMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), folder_.filePath("run"));
        QVERIFY(RunReader::open(folder_.filePath("run").toStdString()));
        QTRY_VERIFY_WITH_TIMEOUT(progressed.size() >= 2, 30'000);
        session.pause();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunSession::State::Paused, 30'000);
        session.resume();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunSession::State::Running, 30'000);
        session.stop();
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 30'000);
        QCOMPARE(finished[0][0].toString(), QStringLiteral("stopped"));
        QCOMPARE(session.state(), RunSession::State::Idle);
        QCOMPARE(states.size(), 4);
        QVERIFY(failed.isEmpty());
        auto reader = RunReader::open(folder_.filePath("run").toStdString());
        QVERIFY(reader && (*reader)->info() && (*reader)->info()->complete);
    }

    void runsOneAfterAnother() {
        GuestSession session;
        QSignalSpy finished(&session, &RunSession::finished);
        for (const char *file : {"first", "second"}) {
            RunRequest request = talker(file);
            request.options[QStringLiteral("until")] = QStringLiteral("marker:reset\nicount:10000");
            session.start(request);
            QTRY_COMPARE_WITH_TIMEOUT(session.state(), RunSession::State::Idle, 30'000);
        }
        QTRY_COMPARE(finished.size(), 2);
        QCOMPARE(finished[1][0].toString(), QStringLiteral("marker:reset"));
    }

    void whatCannotStartFailsWithASentence_data() {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says");
        QTest::newRow("firmware") << "bios"
                                  << "/nowhere"
                                  << "/nowhere";
        QTest::newRow("option") << "speed"
                                << "5"
                                << "--speed";
        QTest::newRow("value") << "memory"
                               << "much"
                               << "'much'";
        QTest::newRow("folder") << "output"
                                << "/nowhere/run"
                                << "/nowhere";
    }
    void whatCannotStartFailsWithASentence() {
        QFETCH(QString, option);
        QFETCH(QString, value);
        QFETCH(QString, says);
        GuestSession session;
        QSignalSpy started(&session, &RunSession::started);
        QSignalSpy failed(&session, &RunSession::failed);
        RunRequest request = talker("never");
        request.options[option] = value;
        session.start(request);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY2(failed[0][0].toString().contains(says), qPrintable(failed[0][0].toString()));
        QTRY_COMPARE(session.state(), RunSession::State::Idle);
        QVERIFY(started.isEmpty());
        QVERIFY(!QFile::exists(folder_.filePath("never")));
    }

    void goingAwayMakesTheFileWhole() {
        {
            GuestSession session;
            QSignalSpy progressed(&session, &RunSession::progressed);
            session.start(talker("gone"));
            QTRY_VERIFY_WITH_TIMEOUT(!progressed.isEmpty(), 30'000);
        }
        auto reader = RunReader::open(folder_.filePath("gone").toStdString());
        QVERIFY(reader);
        const auto info = (*reader)->info();
        QVERIFY(info && info->complete);
        QCOMPARE(info->ended, std::string("stopped"));
    }

    void knowsTheShippedProfiles() {
        QStringList names;
        for (const ProfileChoice &entry : GuestSession().profiles()) {
            names << entry.name;
            QVERIFY(!entry.title.isEmpty());
        }
        for (const char *name : {"debian-netboot", "generic", "linux"})
            QVERIFY2(names.contains(QLatin1String(name)), name);
    }

    void keysHaveTheirCodes_data() {
        QTest::addColumn<int>("key");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("code"); // -1: none
        QTest::addColumn<QByteArray>("serial");
        QTest::newRow("a") << int(Qt::Key_A) << "a" << 0x1E << QByteArray("a");
        QTest::newRow("A") << int(Qt::Key_A) << "A" << 0x1E << QByteArray("A");
        QTest::newRow("1") << int(Qt::Key_1) << "1" << 0x02 << QByteArray("1");
        QTest::newRow("!") << int(Qt::Key_Exclam) << "!" << 0x02 << QByteArray("!");
        QTest::newRow("slash") << int(Qt::Key_Slash) << "/" << 0x35 << QByteArray("/");
        QTest::newRow("space") << int(Qt::Key_Space) << " " << 0x39 << QByteArray(" ");
        QTest::newRow("enter") << int(Qt::Key_Return) << "\r" << 0x1C << QByteArray("\r");
        QTest::newRow("up") << int(Qt::Key_Up) << "" << 0xE048 << QByteArray("\x1b[A");
        QTest::newRow("shift") << int(Qt::Key_Shift) << "" << 0x2A << QByteArray();
        QTest::newRow("umlaut") << int(Qt::Key_Adiaeresis) << "ä" << -1 << QByteArray("ä");
        QTest::newRow("media") << int(Qt::Key_MediaPlay) << "" << -1 << QByteArray();
    }
    void keysHaveTheirCodes() {
        QFETCH(int, key);
        QFETCH(QString, text);
        QFETCH(int, code);
        QFETCH(QByteArray, serial);
        const auto found = set1CodeOf({key, text, true});
        QCOMPARE(found ? int(*found) : -1, code);
        QCOMPARE(QByteArray::fromStdString(serialBytesOf({key, text, true})), serial);
        QCOMPARE(serialBytesOf({key, text, false}), std::string()); // releasing sends nothing
    }
};

QTEST_GUILESS_MAIN(TestGuestSession)
#include "tst_guest_session.moc"
