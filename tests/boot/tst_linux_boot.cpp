// SPDX-License-Identifier: GPL-3.0-or-later
// A real Linux from reset to reset: what is recorded of it, and that a second boot is the same.
#include "tests/boot/linux_guest.h"
#include "tests/support/known_digest.h"

#include <QJsonArray>

using namespace bootglass;

class LinuxBootTest : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void endsAsTheGuestEndsIt();
    void markersComeInTheOrderOfTheBoot();
    void phasesNestAndLeaveNoGap();
    void firmwareBeginsAtReset();
    void halvesOfTimeAddUp();
    void consoleHoldsWhatTheSerialLineGot();
    void digestIsTheKnownOne();
    void secondBootHasTheSameDigestWhateverIsRecorded();
    void enginesAgree_data();
    void enginesAgree();
    void replayVerifiesEveryEvent();
    void kernelDoesWithoutChips_data();
    void kernelDoesWithoutChips();

  private:
    QByteArrayList query(const QString &sql) const;

    Program program_;
    QJsonObject info_;
};

namespace {

constexpr const char *order[] = {"reset",   "pci-init",  "vga-rom", "text-console",
                                 "boot",    "kernel",    "paging",  "linux-version",
                                 "drivers", "initramfs", "init"};

constexpr const char *leaves[] = {"firmware/post",        "firmware/pci",   "firmware/option-roms",
                                  "firmware/boot-device", "loader",         "kernel/decompression",
                                  "kernel/early",         "kernel/drivers", "userspace"};

QJsonObject named(const QJsonArray &list, const char *key, const char *name) {
    for (const QJsonValue &entry : list)
        if (entry[key] == name) return entry.toObject();
    return {};
}

} // namespace

QByteArrayList LinuxBootTest::query(const QString &sql) const {
    const ProgramResult result = LinuxGuest::run(program_, {"query", "boot.bootglass", sql});
    if (result.code != 0) qWarning("%s", result.err.constData());
    QByteArrayList rows = result.out.split('\n');
    rows.removeFirst(); // the columns' names
    if (!rows.isEmpty() && rows.last().isEmpty()) rows.removeLast();
    return rows;
}

void LinuxBootTest::initTestCase() {
    if (const QString missing = LinuxGuest().prepare(program_); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    const ProgramResult result =
        LinuxGuest::boot(program_, "boot.bootglass", {"--serial", "serial"});
    QVERIFY2(result.code == 0, result.err);
    info_ = result.json();
}

void LinuxBootTest::endsAsTheGuestEndsIt() {
    QCOMPARE(info_["ended"].toString(), QString("reset"));
    QVERIFY(program_.read("serial").contains("guest: done"));
    QVERIFY(info_["icount"].toInteger() > 2'000'000'000);
}

void LinuxBootTest::markersComeInTheOrderOfTheBoot() {
    const QJsonArray markers = info_["markers"].toArray();
    qint64 last = 0;
    for (const char *name : order) {
        const QJsonObject marker = named(markers, "name", name);
        QVERIFY2(!marker.isEmpty(), name);
        QVERIFY2(marker["icount"].toInteger() >= last, name);
        last = marker["icount"].toInteger();
    }
    QCOMPARE(named(markers, "name", "reset")["icount"].toInteger(), 0);
    // The kernel's own switch to protected mode, not one of the firmware's, which are within a
    // few hundred instructions of its last word.
    QVERIFY(named(markers, "name", "kernel")["icount"].toInteger() >
            named(markers, "name", "boot")["icount"].toInteger() + 10'000);
}

void LinuxBootTest::phasesNestAndLeaveNoGap() {
    const QJsonArray phases = info_["phases"].toArray();
    qint64 last = 0;
    for (const char *path : leaves) {
        const QJsonObject phase = named(phases, "path", path);
        QVERIFY2(!phase.isEmpty(), path);
        QVERIFY2(phase["start_icount"].toInteger() == last, path);
        last = phase["end_icount"].toInteger();
        QVERIFY2(last > phase["start_icount"].toInteger(), path);
    }
    QCOMPARE(last, info_["icount"].toInteger());
    for (const QJsonValue &entry : phases) {
        const QString path = entry["path"].toString();
        const qsizetype slash = path.lastIndexOf('/');
        if (slash < 0) continue;
        const QJsonObject parent = named(phases, "path", path.left(slash).toUtf8().constData());
        QVERIFY2(!parent.isEmpty(), qPrintable(path));
        QVERIFY(parent["start_icount"].toInteger() <= entry["start_icount"].toInteger());
        QVERIFY(parent["end_icount"].toInteger() >= entry["end_icount"].toInteger());
    }
}

void LinuxBootTest::firmwareBeginsAtReset() {
    const QJsonObject firmware = named(info_["phases"].toArray(), "path", "firmware");
    QCOMPARE(firmware["start_icount"].toInteger(), 0);
    QCOMPARE(firmware["start_virtual_ns"].toInteger(), 0);
}

void LinuxBootTest::halvesOfTimeAddUp() {
    const qint64 busy = info_["icount"].toInteger() << info_["shift"].toInteger();
    const qint64 idle = info_["idle_ns"].toInteger();
    QCOMPARE(info_["virtual_ns"].toInteger(), busy + idle);
    // It sleeps for a second, less what its timer and the shell took of it.
    QVERIFY(idle > 900'000'000);
    qint64 ofPhases = 0;
    for (const char *path : leaves)
        ofPhases += named(info_["phases"].toArray(), "path", path)["idle_ns"].toInteger();
    QCOMPARE(ofPhases, idle);
}

void LinuxBootTest::consoleHoldsWhatTheSerialLineGot() {
    QByteArrayList sent = program_.read("serial").replace("\r\n", "\n").split('\n');
    if (sent.last().isEmpty()) sent.removeLast();
    // Tabs and backslashes are escaped in what `query` prints.
    for (QByteArray &line : sent)
        line.replace('\\', "\\\\").replace('\t', "\\t").replace('\r', "\\r");
    const QByteArrayList recorded = query("SELECT text FROM console JOIN source ON "
                                          "source.grp = 6 AND source.number = console.source "
                                          "WHERE console.source = 0 ORDER BY id");
    QCOMPARE(recorded.size(), sent.size());
    for (qsizetype i = 0; i < sent.size(); i++)
        QCOMPARE(recorded[i], sent[i]);
}

void LinuxBootTest::digestIsTheKnownOne() {
    const KnownDigest known("Linux 686 with a userspace of our own",
                            LinuxGuest::firmware()
                                << LinuxGuest::kernel << program_.path("initrd"));
    const QString wrong = known.differs(info_["digest"].toString());
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void LinuxBootTest::secondBootHasTheSameDigestWhateverIsRecorded() {
    const ProgramResult result = LinuxGuest::boot(program_, "second.bootglass",
                                                  {"--detail", "markers", "--sample-every", "0"});
    QVERIFY2(result.code == 0, result.err);
    const QJsonObject second = result.json();
    QCOMPARE(second["digest"], info_["digest"]);
    QCOMPARE(second["icount"], info_["icount"]);
    QCOMPARE(second["markers"], info_["markers"]);
    QCOMPARE(second["events"]["sample"].toInteger(), 0);
}

void LinuxBootTest::enginesAgree_data() {
    QTest::addColumn<QString>("engine");
    for (const char *engine : {"jit", "interpreter"})
        QTest::newRow(engine) << engine;
}

void LinuxBootTest::enginesAgree() {
    QFETCH(QString, engine);
    const ProgramResult result =
        LinuxGuest::boot(program_, engine + ".bootglass", {"--engine", engine});
    QVERIFY2(result.code == 0, result.err);
    for (const char *field : {"icount", "virtual_ns", "idle_ns", "digest", "markers", "events"})
        QVERIFY2(result.json()[field] == info_[field], field);
}

void LinuxBootTest::replayVerifiesEveryEvent() {
    const ProgramResult result = LinuxGuest::run(program_, {"replay", "boot.bootglass", "--json"});
    QVERIFY2(result.code == 0, result.out + result.err);
    const QJsonObject json = result.json();
    QCOMPARE(json["same"].toBool(), true);
    QCOMPARE(json["digest"].toString(), info_["digest"].toString());
    QVERIFY(json["events_compared"].toInteger() > 100'000);
}

// Each takes other ways for interrupts and time; the guest sleeps for a second and goes on.
void LinuxBootTest::kernelDoesWithoutChips_data() {
    QTest::addColumn<QString>("options");
    for (const char *options :
         {"noapic", "nolapic", "noapic nolapic", "acpi=off noapic nolapic", "acpi=off",
          "nolapic hpet=disable", "hpet=disable clocksource=acpi_pm", "notsc clocksource=hpet",
          "highres=off nohz=off", "idle=poll"})
        QTest::newRow(options) << ' ' + QString(options);
}

void LinuxBootTest::kernelDoesWithoutChips() {
    QFETCH(QString, options);
    const ProgramResult result = LinuxGuest::boot(
        program_, "without.bootglass",
        {"--force", "--detail", "markers", "--serial", "serial-without", "--until", "time:60s"},
        options);
    QVERIFY2(result.code == 0, result.err);
    QCOMPARE(result.json()["ended"].toString(), QString("reset"));
    QVERIFY(program_.read("serial-without").contains("guest: done"));
}

QTEST_GUILESS_MAIN(LinuxBootTest)
#include "tst_linux_boot.moc"
