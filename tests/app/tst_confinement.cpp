// SPDX-License-Identifier: GPL-3.0-or-later
// What a guest's thread can no longer do, and what it still can; and that a run's thread is one.
#include "app/run/confinement.h"
#include "app/run/run_worker.h"

#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

using namespace bootglass;

namespace {

/// The error number, 0 if it opens.
int openError(const char *path) {
    int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    ::close(file);
    return 0;
}

int socketError(int domain) {
    int file = ::socket(domain, SOCK_STREAM, 0);
    if (file < 0) return errno;
    ::close(file);
    return 0;
}

/// Tries to open a file whenever the guest writes to its serial line, on the guest's thread.
struct Burglar final : RunWatcher {
    void serialByte(uint8_t) override { error = openError("/dev/null"); }
    int error = -1; // no byte came
};

} // namespace

class TestConfinement : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void opensNothing();
    void usesNoNetwork();
    void startsNoProgram();
    void confinesItsOwnThreadsToo();
    void readsWhatWasOpenBefore();
    void leavesOtherThreadsAlone();
    void passesExceptions();
    void guestsRunConfined();
};

void TestConfinement::initTestCase() {
    std::string why;
    runConfined([] {}, why);
    if (!why.empty()) QSKIP(why.c_str());
}

void TestConfinement::opensNothing() {
    std::string why;
    QCOMPARE(runConfined([] { return openError("/dev/null"); }, why), EACCES);
    QCOMPARE(runConfined([] { return openError("/etc/passwd"); }, why), EACCES);
    QCOMPARE(runConfined([] { return ::unlink("/nowhere") == 0 ? 0 : errno; }, why), EACCES);
}

void TestConfinement::usesNoNetwork() {
    std::string why;
    QCOMPARE(runConfined([] { return socketError(AF_INET); }, why), EACCES);
    QCOMPARE(runConfined([] { return socketError(AF_UNIX); }, why), EACCES);
}

void TestConfinement::startsNoProgram() {
    std::string why;
    char *arguments[] = {nullptr};
    QCOMPARE(runConfined(
                 [&] { return ::execve("/bin/true", arguments, arguments) == 0 ? 0 : errno; }, why),
             EACCES);
}

void TestConfinement::confinesItsOwnThreadsToo() {
    std::string why;
    int error = runConfined(
        [] {
            int inner = -1;
            std::thread([&] { inner = openError("/dev/null"); }).join();
            return inner;
        },
        why);
    QCOMPARE(error, EACCES);
}

void TestConfinement::readsWhatWasOpenBefore() {
    std::string why;
    int file = ::open("/dev/zero", O_RDONLY | O_CLOEXEC);
    QVERIFY(file >= 0);
    char bytes[16];
    auto got = runConfined([&] { return ::pread(file, bytes, sizeof bytes, 0); }, why);
    ::close(file);
    QCOMPARE(got, ssize_t{16});
}

void TestConfinement::leavesOtherThreadsAlone() {
    std::string why;
    runConfined([] {}, why);
    QCOMPARE(openError("/dev/null"), 0);
}

void TestConfinement::passesExceptions() {
    std::string why;
    QVERIFY_THROWS_EXCEPTION(std::bad_alloc, runConfined([] { throw std::bad_alloc(); }, why));
}

void TestConfinement::guestsRunConfined() {
    QTemporaryDir folder;
    RunOptions options;
    options.profile = "generic";
    options.bios = BOOTGLASS_BINARY_DIR "/tests/guests/talker.bin";
    options.memoryMib = 16;
    options.output = folder.filePath("run.bootglass").toStdString();
    options.until = {"time:50ms"};
    auto plan = planRun(options);
    QVERIFY2(plan, plan ? "" : plan.error().sentence.c_str());
    Burglar burglar;
    auto worker = RunWorker::create(std::move(*plan), &burglar);
    QVERIFY(worker);
    QVERIFY((*worker)->run());
    QCOMPARE((*worker)->unconfined(), std::string());
    QCOMPARE(burglar.error, EACCES);
    QCOMPARE(openError("/dev/null"), 0);
}

QTEST_GUILESS_MAIN(TestConfinement)
#include "tst_confinement.moc"
