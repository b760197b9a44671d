// SPDX-License-Identifier: GPL-3.0-or-later
// The guests of tests/guests/system under QEMU, which confirms what their authors read in the
// manual. Where QEMU is known to be wrong, the guest's source says what it writes instead, and why.
#include "tests/system/system_guest.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace bootglass;

class TestQemu : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void confirms_data();
    void confirms();

  private:
    QString qemu_;
};

void TestQemu::initTestCase() {
    qemu_ = QStandardPaths::findExecutable("qemu-system-i386");
    if (qemu_.isEmpty()) QSKIP("qemu-system-i386 is not installed");
}

void TestQemu::confirms_data() {
    QTest::addColumn<QString>("name");
    for (const QString &name : SystemGuest::names())
        QTest::newRow(qPrintable(name)) << name;
}

void TestQemu::confirms() {
    QFETCH(QString, name);
    SystemGuest guest(name);
    if (!guest.notUnderQemu.isEmpty()) QSKIP(guest.notUnderQemu.constData());
    QTemporaryDir folder;
    QString output = folder.filePath("output");
    QProcess process;
    process.start(qemu_, {"-M",
                          "pc",
                          "-cpu",
                          "qemu32,+nx",
                          "-m",
                          "16",
                          "-bios",
                          SystemGuest::imagePath(name),
                          "-display",
                          "none",
                          "-net",
                          "none",
                          "-no-reboot",
                          "-monitor",
                          "none",
                          "-serial",
                          "none",
                          "-debugcon",
                          "file:" + output,
                          "-device",
                          "isa-debug-exit,iobase=0xf4,iosize=4"});
    QVERIFY(process.waitForFinished(60'000));
    QFile file(output);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QByteArrayList lines = file.readAll().split('\n');
    for (qsizetype n = 0; n < guest.qemu.size(); ++n)
        QCOMPARE(lines.value(n), guest.qemu.value(n));
    QCOMPARE(lines.mid(guest.qemu.size()).join('\n'), QByteArray());
}

QTEST_GUILESS_MAIN(TestQemu)
#include "tst_qemu.moc"
