// SPDX-License-Identifier: GPL-3.0-or-later
// The window beside a guest that runs: it follows the recording as it grows, stays where the user
// went, and hands on commands and keys. The guest is a session that records the sample boot.
#include "tests/ui/open_window.h"
#include "ui/base/number_format.h"
#include "ui/window/settings.h"

#include <QMessageBox>
#include <QTimer>

using namespace bootglass;

namespace {

/// Presses a button of the next message box; false if none came up.
class Answer {
  public:
    explicit Answer(QMessageBox::StandardButton button) {
        QObject::connect(&timer_, &QTimer::timeout, &timer_, [this, button] {
            auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget());
            if (!box) return;
            given_ = true;
            timer_.stop();
            box->button(button)->click();
        });
        timer_.start(5);
    }
    bool given() const { return given_; }

  private:
    QTimer timer_;
    bool given_ = false;
};

} // namespace

class TestLiveRun : public QObject {
    Q_OBJECT

    SampleFile sample_;

    QString newFile() {
        static int number = 0;
        return sample_.path(qPrintable(QString("live%1.bootglass").arg(++number)));
    }
    std::unique_ptr<RunRecorder> record(const QString &file) {
        RecorderOptions options;
        options.path = file.toStdString();
        options.shift = SampleBoot::shift;
        auto recorder = RunRecorder::create(options);
        return recorder ? std::move(*recorder) : nullptr;
    }

  private slots:
    void initTestCase() { QVERIFY2(sample_.error().empty(), sample_.error().c_str()); }
    void init() { QFile::remove(sample_.path("settings/bootglass/window.ini")); }

    void theTimelineGrowsWithTheRun() {
        OpenWindow open;
        const QString file = newFile();
        auto recorder = record(file);
        QVERIFY(recorder);
        SampleBoot boot(*recorder);
        open.session.become(RunSession::State::Running);
        emit open.session.started(file);
        int phases = 0;
        boot.record([&] {
            recorder->flush();
            const RunPoint now = boot.point();
            emit open.session.progressed(
                {now.icount, now.ns, now.idleNs, 512, 41'000, QStringLiteral("kernel")});
            QCOMPARE(open.window.bar().clock().text(), exactSeconds(now.ns));
            QVERIFY(open.window.bar().speed().contains("512"));
            QTRY_VERIFY(open.window.document()->isLoaded());
            QTRY_COMPARE(open.run().end.ns, now.ns);
            QCOMPARE(open.navigator().visible(), open.run().whole()); // follows
            QVERIFY(int(open.run().phases.size()) > phases);
            phases = int(open.run().phases.size());
        });
        QCOMPARE(phases > 4, true);
        QVERIFY(recorder->close());
        open.session.become(RunSession::State::Idle);
        emit open.session.finished("marker:prompt");
        QTRY_VERIFY(open.run().info.complete);
        QVERIFY(!open.window.document()->live());
        QCOMPARE(open.run().info.ended, std::string("marker:prompt"));
        QCOMPARE(open.navigator().visible(), open.run().whole());
        QTRY_VERIFY(open.window.status().text().contains("marker:prompt"));
        QCOMPARE(Settings::recentRuns(), QStringList{file});
        QVERIFY(open.settle());
    }

    void itStaysWhereTheUserWent() {
        OpenWindow open;
        const QString file = newFile();
        auto recorder = record(file);
        SampleBoot boot(*recorder);
        open.session.become(RunSession::State::Running);
        emit open.session.started(file);
        bool moved = false;
        const TimeRange place{{5'000'000}, {25'000'000}};
        boot.record([&] {
            recorder->flush();
            QTRY_VERIFY(open.window.document()->isLoaded());
            QTRY_COMPARE(open.run().end.ns, boot.now());
            if (moved) QCOMPARE(open.navigator().visible(), place);
            if (!moved) open.navigator().show(place);
            moved = true;
        });
        QVERIFY(recorder->close());
        open.session.become(RunSession::State::Idle);
        emit open.session.finished("marker:prompt");
        QTRY_VERIFY(open.run().info.complete);
        QCOMPARE(open.navigator().visible(), place);
        QCOMPARE(open.window.bar().clock().text(), exactSeconds(open.run().end.ns));
    }

    void commandsReachTheSession() {
        OpenWindow open;
        QVERIFY(!open.action(ActionId::Pause).isEnabled());
        open.session.become(RunSession::State::Running);
        QVERIFY(!open.action(ActionId::Boot).isEnabled());
        QVERIFY(open.action(ActionId::Open).isEnabled()); // in a tab of its own
        open.action(ActionId::Pause).trigger();
        QCOMPARE(open.session.pauses, 1);
        open.session.become(RunSession::State::Paused);
        QVERIFY(open.action(ActionId::Pause).isChecked());
        QVERIFY(open.window.bar().speed().contains("paused"));
        open.action(ActionId::Pause).trigger();
        QCOMPARE(open.session.resumes, 1);
        open.session.become(RunSession::State::Running);
        QVERIFY(!open.action(ActionId::Pause).isChecked());
        open.action(ActionId::Stop).trigger();
        QCOMPARE(open.session.stops, 1);
        open.session.become(RunSession::State::Idle);
        QVERIFY(open.action(ActionId::Boot).isEnabled());
        QVERIFY(!open.action(ActionId::Stop).isEnabled());
    }

    void keysTypedIntoTheScreenReachTheGuest() {
        OpenWindow open(sample_.file());
        ScreenView &screen = open.window.view().screen().view();
        QTest::keyClick(&screen, Qt::Key_A); // nobody listens yet
        QVERIFY(open.session.keys.isEmpty());
        open.session.become(RunSession::State::Running);
        QTest::mouseClick(&screen, Qt::LeftButton);
        screen.setFocus();
        QTest::keyClick(&screen, Qt::Key_A, Qt::ShiftModifier);
        QTest::keyClick(&screen, Qt::Key_Return);
        QTest::keyClick(&screen, Qt::Key_Tab); // the guest's, too
        QTest::keyClick(&screen, Qt::Key_F5);
        QList<int> pressed;
        QList<int> released;
        for (const KeyPress &key : open.session.keys)
            (key.down ? pressed : released) << key.key;
        for (const int key : {int(Qt::Key_A), int(Qt::Key_Return), int(Qt::Key_Tab)}) {
            QVERIFY2(pressed.contains(key), QByteArray::number(key));
            QVERIFY2(released.contains(key), QByteArray::number(key));
        }
        QVERIFY(std::ranges::any_of(open.session.keys,
                                    [](const KeyPress &key) { return key.text.toLower() == "a"; }));
        open.session.become(RunSession::State::Idle);
        open.session.keys.clear();
        QTest::keyClick(&screen, Qt::Key_A);
        QVERIFY(open.session.keys.isEmpty());
    }

    void theScreenIsLiveUntilACursorIsSet() {
        OpenWindow open(sample_.file());
        ScreenPanel &panel = open.window.view().screen();
        open.session.become(RunSession::State::Running);
        QCOMPARE(panel.title(), QString("Screen now"));
        TextScreen now;
        now.columns = 80;
        now.rows = 25;
        now.cells.assign(2000, 0x0720);
        now.cells[0] = 0x0700 | 'Q';
        emit open.session.screenChanged(now);
        QCOMPARE(panel.view().text().trimmed(), QString("Q"));
        open.navigator().setCursor(Cursor::A, open.run().end.ns);
        QTRY_VERIFY(panel.view().text().contains("installer"));
        now.cells[0] = 0x0700 | 'R';
        emit open.session.screenChanged(now);
        QVERIFY(panel.view().text().contains("installer")); // history is not overwritten
    }

    void anotherRunOpensBesideTheOneThatGrows() {
        const QString growing = sample_.path("growing_beside.bootglass");
        QVERIFY(QFile::copy(sample_.file(), growing));
        OpenWindow open;
        open.session.become(RunSession::State::Running);
        emit open.session.started(growing);
        QTRY_VERIFY(open.window.document()->isLoaded());
        RunView &live = open.window.view();
        open.open(sample_.file());
        QCOMPARE(open.window.tabs().count(), 2);
        QCOMPARE(open.window.document()->path(), sample_.file());
        QVERIFY(&open.window.view() != &live);
        // What the guest shows goes where its run is; the clock is that of the run that is seen.
        TextScreen screen{2, 1, 1, 0, {0x0741, 0x0742}};
        emit open.session.screenChanged(screen);
        QTRY_VERIFY(live.screen().view().text().contains("AB"));
        QVERIFY(!open.window.view().screen().view().text().contains("AB"));
        RunProgress progress;
        progress.ns = {123'456'789};
        emit open.session.progressed(progress);
        QCOMPARE(open.window.bar().clock().text(), exactSeconds(open.run().end.ns));
        // The growing run is not closed under the guest.
        open.window.tabs().bar().setCurrentIndex(0);
        QCOMPARE(open.window.document()->path(), growing);
        QVERIFY(!open.action(ActionId::CloseRun).isEnabled());
        emit open.window.tabs().closeAsked(open.window.document());
        QVERIFY(open.window.banner().sentence().contains("Stop it"));
        QCOMPARE(open.window.tabs().count(), 2);
        open.session.become(RunSession::State::Idle);
        emit open.session.finished("stopped");
    }

    void aFailureIsToldAndWhatWasRecordedStays() {
        OpenWindow open;
        const QString file = newFile();
        auto recorder = record(file);
        SampleBoot boot(*recorder);
        open.session.become(RunSession::State::Running);
        emit open.session.started(file);
        boot.record();
        recorder->flush();
        QTRY_VERIFY(open.window.document()->isLoaded());
        open.session.become(RunSession::State::Idle);
        emit open.session.failed("live.bootglass: the disk is full; what was recorded is kept");
        QVERIFY(open.window.banner().sentence().contains("disk is full"));
        QVERIFY(open.window.showsRun());
        QVERIFY(!open.window.document()->live());
        QVERIFY(open.settle());
        QVERIFY(open.run().phases.size() > 5);
    }
    void whatNeverStartedIsToldOnTheStartPage() {
        OpenWindow open;
        emit open.session.failed("the kernel 'x' does not exist");
        QVERIFY(open.window.banner().sentence().contains("does not exist"));
        QVERIFY(!open.window.showsRun());
    }

    void closingAsksWhileAGuestRuns() {
        OpenWindow open(sample_.file());
        open.session.become(RunSession::State::Running);
        {
            Answer answer(QMessageBox::Cancel);
            QVERIFY(!open.window.close());
            QVERIFY(answer.given());
            QCOMPARE(open.session.stops, 0);
            QVERIFY(open.window.isVisible());
        }
        Answer answer(QMessageBox::Close);
        QVERIFY(open.window.close());
        QVERIFY(answer.given());
        QCOMPARE(open.session.stops, 1);
    }
    void closingAnIdleWindowAsksNothing() {
        OpenWindow open(sample_.file());
        QVERIFY(open.window.close());
    }
};

int main(int argc, char **argv) {
    QApplication application(argc, argv);
    TestLiveRun test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_live_run.moc"
