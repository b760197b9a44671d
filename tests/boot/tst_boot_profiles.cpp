// SPDX-License-Identifier: GPL-3.0-or-later
// Guests by the profiles that are shipped for them: run by name alone, they end where the profile
// says, and its markers and phases come in the order of the boot.
#include "tests/boot/linux_guest.h"

#include <QJsonArray>

using namespace bootglass;

class BootProfilesTest : public QObject {
    Q_OBJECT

  private slots:
    void markersAndPhasesComeInOrder_data();
    void markersAndPhasesComeInOrder();
};

void BootProfilesTest::markersAndPhasesComeInOrder_data() {
    QTest::addColumn<QString>("profile");
    QTest::addColumn<QString>("needs");
    QTest::addColumn<QString>("until");
    QTest::addColumn<QStringList>("markers");
    QTest::addColumn<QStringList>("phases");
    QTest::newRow("GRUB") << "grub"
                          << "/usr/lib/grub-rescue/grub-rescue-cdrom.iso"
                          << "marker:menu" << QStringList{"boot", "core", "normal", "menu"}
                          << QStringList{"loader/boot-image", "loader/core", "loader/menu"};
    QTest::newRow("memtest86+") << "memtest86"
                                << "/boot/memtest86+ia32.bin"
                                << "marker:tests" << QStringList{"boot", "kernel", "tests"}
                                << QStringList{"loader", "kernel/setup", "kernel/tests"};
}

void BootProfilesTest::markersAndPhasesComeInOrder() {
    QFETCH(QString, profile);
    QFETCH(QString, needs);
    QFETCH(QString, until);
    QFETCH(QStringList, markers);
    QFETCH(QStringList, phases);
    if (!QFile::exists(needs) || !QFile::exists("/usr/share/seabios/bios-256k.bin"))
        QSKIP(qPrintable(needs + " or SeaBIOS is not there"));
    const Program program;
    const ProgramResult result =
        LinuxGuest::run(program, {"run", "--json", "--quiet", "--profile", profile, "--until",
                                  until, "--output", "boot.bootglass"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject info = result.json();
    QCOMPARE(info["ended"].toString(), until);

    QStringList found;
    for (const QJsonValue &marker : info["markers"].toArray()) {
        if (const QString name = marker["name"].toString(); markers.contains(name)) found << name;
    }
    QCOMPARE(found, markers);

    qint64 end = -1;
    QStringList seen;
    for (const QJsonValue &phase : info["phases"].toArray()) {
        const QString path = phase["path"].toString();
        if (!phases.contains(path)) continue;
        seen << path;
        QVERIFY2(end < 0 || phase["start_icount"].toInteger() == end, qPrintable(path));
        end = phase["end_icount"].toInteger();
    }
    QCOMPARE(seen, phases);
    QCOMPARE(end, info["icount"].toInteger());
}

QTEST_GUILESS_MAIN(BootProfilesTest)
#include "tst_boot_profiles.moc"
