// SPDX-License-Identifier: GPL-3.0-or-later
// A boot that is cut in pieces, each in a process of its own: the machine's whole state is in the
// file that one leaves to the next, so the end has the same digest wherever the cuts are and
// whatever is recorded.
#include "tests/boot/linux_guest.h"

#include <QJsonArray>

using namespace bootglass;

class LinuxRestoreTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void pieceEndsWhereItWasToEnd();
    void restEndsAsTheWholeWould_data();
    void restEndsAsTheWholeWould();
    void userIsTheFirstInstructionAtPrivilegeThree();
    void otherMachineIsRefused();
    void damagedStateIsRefused();

  private:
    Program program_;
    QJsonObject whole_;
    QJsonObject kernelPiece_;
};

void LinuxRestoreTest::initTestCase() {
    if (const QString missing = LinuxGuest().prepare(program_); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    const auto boot = [this](const QString &name, const QStringList &more) {
        const ProgramResult result = LinuxGuest::boot(program_, name + ".bootglass", more);
        if (result.code != 0) qWarning("%s: %s", qPrintable(name), result.err.constData());
        return result.json();
    };
    // In the firmware; amid the kernel's start, where memory is mapped and timers tick; in
    // userspace, where it sleeps or is about to.
    boot("firmware", {"--until", "icount:3000000", "--save", "firmware.state"});
    kernelPiece_ = boot("kernel", {"--restore", "firmware.state", "--until", "icount:2430000001",
                                   "--save", "kernel.state"});
    boot("user", {"--restore", "kernel.state", "--until", "time:23.5s", "--save", "user.state"});
    whole_ = boot("whole", {});
    QVERIFY(!whole_["digest"].toString().isEmpty());
}

void LinuxRestoreTest::pieceEndsWhereItWasToEnd() {
    QCOMPARE(kernelPiece_["icount"].toInteger(), 2'430'000'001);
    QCOMPARE(kernelPiece_["ended"].toString(), QString("icount:2430000001"));
}

void LinuxRestoreTest::restEndsAsTheWholeWould_data() {
    QTest::addColumn<QString>("state");
    QTest::addColumn<QStringList>("options");
    QTest::newRow("from the kernel") << "kernel.state" << QStringList{};
    QTest::newRow("from userspace") << "user.state" << QStringList{};
    QTest::newRow("markers only") << "kernel.state" << QStringList{"--detail", "markers"};
    QTest::newRow("everything") << "kernel.state" << QStringList{"--detail", "full"};
    QTest::newRow("one phase in full")
        << "kernel.state" << QStringList{"--detail", "markers", "--detail", "kernel/drivers=full"};
    QTest::newRow("many samples") << "kernel.state" << QStringList{"--sample-every", "997"};
    QTest::newRow("no samples") << "kernel.state" << QStringList{"--sample-every", "0"};
}

void LinuxRestoreTest::restEndsAsTheWholeWould() {
    QFETCH(QString, state);
    QFETCH(QStringList, options);
    const ProgramResult result = LinuxGuest::boot(
        program_, "rest.bootglass", QStringList{"--force", "--restore", state} + options);
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject rest = result.json();
    QCOMPARE(rest["ended"].toString(), QString("reset"));
    QCOMPARE(rest["icount"], whole_["icount"]);
    QCOMPARE(rest["idle_ns"], whole_["idle_ns"]);
    QCOMPARE(rest["digest"], whole_["digest"]);
    // What is found after the cut is found where it was.
    for (const QJsonValue &marker : rest["markers"].toArray())
        QVERIFY2(whole_["markers"].toArray().contains(marker),
                 qPrintable(marker["name"].toString()));
}

void LinuxRestoreTest::userIsTheFirstInstructionAtPrivilegeThree() {
    // Switches of privilege are kept one by one in full detail only.
    const ProgramResult boot = LinuxGuest::boot(
        program_, "full.bootglass",
        {"--restore", "kernel.state", "--detail", "full", "--until", "marker:user"});
    QVERIFY2(boot.code == 0, boot.err);
    const ProgramResult first = LinuxGuest::run(
        program_, {"query", "full.bootglass",
                   "SELECT (SELECT min(icount) FROM event WHERE kind = 'privilege_switch' AND "
                   "value = 3) - (SELECT icount FROM marker WHERE name = 'user') AS distance"});
    QCOMPARE(first.out, QByteArray("distance\n0\n"));
    // Nothing ran before it that was not the kernel.
    for (const QJsonValue &marker : whole_["markers"].toArray())
        if (marker["name"] == "user") QCOMPARE(boot.json()["icount"], marker["icount"]);
}

void LinuxRestoreTest::otherMachineIsRefused() {
    const ProgramResult result = LinuxGuest::boot(program_, "other.bootglass",
                                                  {"--restore", "user.state", "--memory", "64"});
    QCOMPARE(result.code, 2);
    QCOMPARE(result.err.count('\n'), 1);
}

void LinuxRestoreTest::damagedStateIsRefused() {
    const QByteArray state = program_.read("firmware.state");
    const qsizetype lengths[] = {0, 1, 100, state.size() / 2, state.size() - 1};
    for (const qsizetype length : lengths) {
        QVERIFY(program_.write("damaged.state", state.first(length)));
        const ProgramResult result = LinuxGuest::boot(program_, "damaged.bootglass",
                                                      {"--force", "--restore", "damaged.state"});
        QCOMPARE(result.code, 2);
        QCOMPARE(result.err.count('\n'), 1);
    }
}

QTEST_GUILESS_MAIN(LinuxRestoreTest)
#include "tst_linux_restore.moc"
