// SPDX-License-Identifier: GPL-3.0-or-later
// Whole boots by both engines at once: after each stretch of blocks registers, counts and, now and
// then, memory are the same, or the boot ends there with both states. What comes out has the digest
// that the guest is known to have.
#include "tests/boot/boot_steps.h"
#include "tests/boot/common_boots.h"
#include "tests/boot/linux_guest.h"

using namespace bootglass;

class TestBootLockstep : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase() {
        if (!QFile::exists("/usr/share/seabios/bios-256k.bin")) QSKIP("seabios is not installed");
    }

    void enginesStayTogether_data() {
        BootTable table;
        addBootsOfBothEngines(table);
    }
    void enginesStayTogether() {
        QFETCH(Boot, boot);
        QFETCH(QString, needs);
        if (!QFile::exists(boot.file))
            QSKIP(qPrintable(QString("not at hand; Debian packages: %1").arg(needs)));
        const QString digest = boot.follow(Engine::Lockstep);
        QVERIFY2(!digest.isEmpty(), "the guest did not come to its mark");
        const QString wrong = KnownDigest(QTest::currentDataTag(), boot.inputs()).differs(digest);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    /// Paging, processes, faults, system calls and interrupts, up to the reset.
    void enginesStayTogetherInLinux() {
        const Program program;
        LinuxGuest guest;
        const QString missing = guest.prepare(program);
        if (!missing.isEmpty()) QSKIP(qPrintable(missing));
        const ProgramResult result =
            LinuxGuest::boot(program, "lockstep.bootglass", {"--engine", "lockstep"});
        QVERIFY2(result.code == 0, result.err);
        QCOMPARE(result.json()["ended"].toString(), QString("reset"));
    }
};

QTEST_GUILESS_MAIN(TestBootLockstep)
#include "tst_boot_lockstep.moc"
