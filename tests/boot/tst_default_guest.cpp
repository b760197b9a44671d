// SPDX-License-Identifier: GPL-3.0-or-later
// The guest that Bootglass boots when nobody says otherwise: Debian's installer to its first
// question, by either engine.
#include "tests/boot/linux_guest.h"
#include "tests/support/known_digest.h"

#include <QJsonArray>

using namespace bootglass;

class DefaultGuestTest : public QObject {
    Q_OBJECT

  private slots:
    void reachesItsFirstQuestion();
};

void DefaultGuestTest::reachesItsFirstQuestion() {
    if (!QFile::exists(LinuxGuest::kernel)) QSKIP("debian-installer-12-netboot-i386 is missing");
    const Program program;
    const ProgramResult result = LinuxGuest::run(
        program, {"run", "--json", "--quiet", "--output", "boot.bootglass", "--serial", "serial"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject info = result.json();
    QCOMPARE(info["ended"].toString(), QString("marker:prompt"));
    QVERIFY(program.read("serial").contains("Choose the language"));

    QStringList paths;
    for (const QJsonValue &phase : info["phases"].toArray())
        paths << phase["path"].toString();
    const QStringList order{"firmware",
                            "firmware/post",
                            "firmware/pci",
                            "firmware/option-roms",
                            "firmware/boot-device",
                            "loader",
                            "kernel",
                            "kernel/decompression",
                            "kernel/early",
                            "kernel/drivers",
                            "userspace",
                            "userspace/init",
                            "userspace/installer"};
    QCOMPARE(paths, order);
    const QString wrong =
        KnownDigest("the default guest", LinuxGuest::firmware()
                                             << LinuxGuest::kernel << LinuxGuest::installer)
            .differs(info["digest"].toString());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));

    const ProgramResult interpreted =
        LinuxGuest::run(program, {"run", "--json", "--quiet", "--output", "again.bootglass",
                                  "--engine", "interpreter"});
    QVERIFY2(interpreted.code == 0, interpreted.err);
    for (const char *field : {"icount", "virtual_ns", "digest", "markers"})
        QVERIFY2(interpreted.json()[field] == info[field], field);
}

QTEST_GUILESS_MAIN(DefaultGuestTest)
#include "tst_default_guest.moc"
