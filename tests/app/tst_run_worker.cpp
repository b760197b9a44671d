// SPDX-License-Identifier: GPL-3.0-or-later
// A run under command from another thread: pause, resume, stop, keys, serial input. What matters
// here is who touches what when, so this test is worth most under the thread sanitizer.
#include "app/run/run_worker.h"
#include "emulator/trace/run_reader.h"

#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <thread>

using namespace bootglass;
using namespace std::chrono_literals;

namespace {

/// Keeps what a run tells, and lets another thread wait for it.
class Listener final : public RunWatcher {
  public:
    void progressed(const RunStatus &status) override {
        change([&] { icount_ = status.at.icount; });
    }
    void paused(bool paused) override {
        change([&] { pauses_.push_back(paused); });
    }
    void serialByte(uint8_t byte) override {
        change([&] { serial_ += static_cast<char>(byte); });
    }

    bool waitForText(const std::string &text) {
        return wait([&] { return serial_.find(text) != std::string::npos; });
    }
    bool waitForPauses(size_t count) {
        return wait([&] { return pauses_.size() >= count; });
    }
    Icount icount() {
        const std::lock_guard lock(mutex_);
        return icount_;
    }
    std::vector<bool> pauses() {
        const std::lock_guard lock(mutex_);
        return pauses_;
    }

  private:
    template<typename Function>
    void change(Function function) {
        const std::lock_guard lock(mutex_);
        function();
        changed_.notify_all();
    }
    template<typename Condition>
    bool wait(Condition condition) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 60s, condition);
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    Icount icount_;
    std::vector<bool> pauses_;
    std::string serial_;
};

} // namespace

class TestRunWorker : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    RunOptions talker(const QString &file) const {
        RunOptions options;
        options.profile = "generic";
        options.bios = BOOTGLASS_BINARY_DIR "/tests/guests/talker.bin";
        options.memoryMib = 16;
        options.output = folder_.filePath(file).toStdString();
        return options;
    }

    /// A worker on a thread of its own, as the window has one.
    class Running {
      public:
        Running(const RunOptions &options, Listener &listener) {
            auto plan = planRun(options);
            if (!plan) {
                error_ = plan.error().sentence;
                return;
            }
            auto worker = RunWorker::create(std::move(*plan), &listener);
            if (!worker) {
                error_ = worker.error().sentence;
                return;
            }
            worker_ = std::move(*worker);
            thread_ = std::thread([this] { outcome_ = worker_->run(); });
        }
        ~Running() {
            if (!thread_.joinable()) return;
            worker_->stop();
            thread_.join();
        }
        const std::string &error() const { return error_; }
        RunWorker &operator*() { return *worker_; }
        RunWorker *operator->() { return worker_.get(); }
        Result<RunOutcome> join() {
            thread_.join();
            return outcome_;
        }

      private:
        std::string error_;
        std::unique_ptr<RunWorker> worker_;
        Result<RunOutcome> outcome_ = Error{"never ran"};
        std::thread thread_;
    };

    uint64_t count(const QString &file, const char *sql) const {
        auto reader = RunReader::open(folder_.filePath(file).toStdString());
        if (!reader) return UINT64_MAX;
        uint64_t number = UINT64_MAX;
        const auto done = (*reader)->query(sql, {}, [&](const RunReader::Row &row) {
            number = std::stoull(std::string(row.values[0]));
            return true;
        });
        return done ? number : UINT64_MAX;
    }

  private slots:
    void stopEndsARunThatWouldNever() {
        Listener listener;
        Running run(talker("stop"), listener);
        QVERIFY2(run.error().empty(), run.error().c_str());
        QVERIFY(listener.waitForText("and on"));
        run->stop();
        const Result<RunOutcome> outcome = run.join();
        QVERIFY(outcome);
        QCOMPARE(outcome->ended, std::string("stopped"));
        auto reader = RunReader::open(folder_.filePath("stop").toStdString());
        QVERIFY(reader);
        const auto info = (*reader)->info();
        QVERIFY(info && info->complete);
        QCOMPARE(info->icount, outcome->at.icount);
        QCOMPARE(info->digest, outcome->digest);
    }

    void whatIsRecordedCanBeReadDuringAPause() {
        Listener listener;
        Running run(talker("pause"), listener);
        QVERIFY2(run.error().empty(), run.error().c_str());
        QVERIFY(listener.waitForText("and on"));
        run->pause();
        QVERIFY(listener.waitForPauses(1));
        const Icount at = listener.icount();
        auto reader = RunReader::open(folder_.filePath("pause").toStdString());
        QVERIFY(reader);
        QCOMPARE((*reader)->end().icount, at);
        std::this_thread::sleep_for(150ms);
        QCOMPARE(listener.icount(), at); // nothing moves
        run->resume();
        QVERIFY(listener.waitForPauses(2));
        run->pause();
        QVERIFY(listener.waitForPauses(3));
        QVERIFY(listener.icount() >= at);
        run->stop(); // wakes it, too
        const Result<RunOutcome> outcome = run.join();
        QVERIFY(outcome);
        QCOMPARE(outcome->ended, std::string("stopped"));
        QCOMPARE(listener.pauses(), std::vector<bool>({true, false, true, false}));
    }

    void pausingChangesNothingInTheMachine() {
        std::vector<std::string> digests;
        for (const bool pauses : {false, true}) {
            Listener listener;
            RunOptions options = talker(pauses ? "paused" : "straight");
            options.until = {"icount:12000000"};
            Running run(options, listener);
            QVERIFY2(run.error().empty(), run.error().c_str());
            for (int i = 0; pauses && i < 3; i++) {
                run->pause();
                std::this_thread::sleep_for(1ms);
                run->resume();
            }
            const Result<RunOutcome> outcome = run.join();
            QVERIFY(outcome);
            QCOMPARE(outcome->ended, std::string("icount:12000000"));
            QCOMPARE(outcome->at.icount, Icount{12'000'000});
            digests.push_back(outcome->digest);
        }
        QCOMPARE(digests[0], digests[1]);
    }

    void serialInputReachesTheGuest() {
        Listener listener;
        Running run(talker("serial"), listener);
        QVERIFY2(run.error().empty(), run.error().c_str());
        QVERIFY(listener.waitForText("and on"));
        run->typeSerial("#");
        QVERIFY(listener.waitForText("#"));
        run->stop();
        QVERIFY(run.join());
    }

    void keysReachTheGuest() {
        Listener listener;
        Running run(talker("keys"), listener);
        QVERIFY2(run.error().empty(), run.error().c_str());
        QVERIFY(listener.waitForText("and on"));
        run->key(0x1E, true); // A
        run->key(0x1E, false);
        run->typeSerial("#"); // comes after the keys
        QVERIFY(listener.waitForText("#"));
        QVERIFY(listener.waitForText("and on"));
        run->pause();
        QVERIFY(listener.waitForPauses(1));
        run->stop();
        QVERIFY(run.join());
        // Set 2 without translation, as the 8042 is after a reset: 1Ch, then F0h 1Ch.
        QCOMPARE(count("keys", "SELECT count(*) FROM event WHERE kind = 'port_write' AND "
                               "address = 0x81 AND value = 0x1C"),
                 uint64_t{2});
    }

    void manyCommandsFromManyThreads() {
        Listener listener;
        Running run(talker("many"), listener);
        QVERIFY2(run.error().empty(), run.error().c_str());
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; t++) {
            threads.emplace_back([&run, t] {
                for (int i = 0; i < 50; i++) {
                    if (t == 0) run->key(0x1E, i % 2 == 0);
                    if (t == 1) run->typeSerial("x");
                    if (t == 2 && i % 2 == 0) run->pause();
                    if (t == 2 && i % 2 == 1) run->resume();
                    std::this_thread::sleep_for(1ms);
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        run->resume();
        QVERIFY(listener.waitForText("x"));
        run->stop();
        const Result<RunOutcome> outcome = run.join();
        QVERIFY(outcome);
        QCOMPARE(outcome->ended, std::string("stopped"));
    }

    void aReaderFollowsWhileItRecords() {
        Listener listener;
        Running run(talker("follow"), listener);
        QVERIFY2(run.error().empty(), run.error().c_str());
        QVERIFY(listener.waitForText("and on"));
        auto reader = RunReader::open(folder_.filePath("follow").toStdString());
        QVERIFY(reader);
        const Icount first = (*reader)->end().icount;
        QTRY_VERIFY_WITH_TIMEOUT((*reader)->refresh() && (*reader)->end().icount > first, 30'000);
        run->stop();
        const Result<RunOutcome> outcome = run.join();
        QVERIFY(outcome);
        QVERIFY((*reader)->refresh());
        QCOMPARE((*reader)->end().icount, outcome->at.icount);
    }
};

QTEST_GUILESS_MAIN(TestRunWorker)
#include "tst_run_worker.moc"
