// SPDX-License-Identifier: GPL-3.0-or-later
// Guest memory has a page on both sides that nobody may touch: whatever runs off its ends stops
// there and then.
#include "emulator/memory/physical_map.h"

#include <QTest>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

using namespace bootglass;

namespace {

/// The signal by which a process ends that touches the byte; 0: none.
int signalOfTouching(volatile uint8_t *byte, bool write) {
    pid_t child = fork();
    if (child == 0) {
        rlimit none{};
        setrlimit(RLIMIT_CORE, &none);
        std::signal(SIGSEGV, SIG_DFL); // a sanitizer would tell about it
        if (write)
            *byte = 1;
        else
            (void)*byte;
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) qFatal("no process to try it with");
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

} // namespace

class TestGuardPages : public QObject {
    Q_OBJECT

  private slots:
    void standAtBothEnds_data() {
        QTest::addColumn<qint64>("offset"); // from the start, or from the end on if it is positive
        QTest::addColumn<bool>("mapped");
        QTest::newRow("the first byte") << qint64{0} << true;
        QTest::newRow("before it") << qint64{-1} << false;
        QTest::newRow("a page before") << -qint64{pageSize} << false;
        QTest::newRow("behind the last byte") << qint64{1} << false;
        QTest::newRow("a page behind") << qint64{pageSize} << false;
    }
    void standAtBothEnds() {
        QFETCH(qint64, offset);
        QFETCH(bool, mapped);
        PhysicalMap memory(uint64_t{4} << 20);
        uint8_t *byte = memory.ram().data() + offset;
        if (offset > 0) byte += memory.ram().size() - 1;
        for (bool write : {false, true})
            QCOMPARE(signalOfTouching(byte, write), mapped ? 0 : SIGSEGV);
    }
};

QTEST_APPLESS_MAIN(TestGuardPages)
#include "tst_guard_pages.moc"
