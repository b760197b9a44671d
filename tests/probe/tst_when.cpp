// SPDX-License-Identifier: GPL-3.0-or-later
// WHEN, the grammar of points in a boot.
#include "emulator/probe/when.h"
#include "tests/probe/notes.h"

using namespace bootglass;

class WhenTest : public QObject {
    Q_OBJECT

  private slots:
    void pointIsReadAsWritten_data();
    void pointIsReadAsWritten();
    void wrongPointIsToldWithWhatWouldBeRight_data();
    void wrongPointIsToldWithWhatWouldBeRight();
    void durationIsExact_data();
    void durationIsExact();
    void unknownMarkerOrPhaseIsToldWithTheKnownOnes();
};

void WhenTest::pointIsReadAsWritten_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("name");
    QTest::addColumn<quint64>("value");
    const auto row = [](const char *text, When::Kind kind, const char *name, quint64 value) {
        QTest::newRow(text) << text << static_cast<int>(kind) << name << value;
    };
    row("marker:prompt", When::Kind::Marker, "prompt", 0);
    row("phase:kernel/drivers", When::Kind::Phase, "kernel/drivers", 0);
    row("icount:0", When::Kind::Icount, "", 0);
    row("icount:18446744073709551615", When::Kind::Icount, "", UINT64_MAX);
    row("time:5.2s", When::Kind::Time, "", 5'200'000'000);
    row("time:0s", When::Kind::Time, "", 0);
    row("idle:300ms", When::Kind::Idle, "", 300'000'000);
    row("reset", When::Kind::Reset, "", 0);
    row("halt", When::Kind::Halt, "", 0);
}

void WhenTest::pointIsReadAsWritten() {
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(QString, name);
    QFETCH(quint64, value);
    const WhenResult result = parseWhen(text.toStdString());
    QCOMPARE(result.error, std::string());
    QCOMPARE(static_cast<int>(result.when->kind), kind);
    QCOMPARE(result.when->name, name.toStdString());
    QCOMPARE(quint64{result.when->value}, value);
    QCOMPARE(result.when->text, text.toStdString());
}

void WhenTest::wrongPointIsToldWithWhatWouldBeRight_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *text, const char *error) {
        QTest::newRow(text) << text << error;
    };
    row("", "not a point in a boot; give marker:NAME");
    row("login", "not a point in a boot");
    row("marker", "marker needs a name, as in marker:NAME");
    row("marker:", "marker needs a name");
    row("phase:", "phase needs a name, as in phase:NAME");
    row("icount:", "icount needs a whole number");
    row("icount:5e6", "icount needs a whole number");
    row("icount:-1", "icount needs a whole number");
    row("icount:18446744073709551616", "icount needs a whole number");
    row("time:5", "time needs a number and a unit");
    row("time:s", "time needs a number and a unit");
    row("time:5 s", "time needs a number and a unit");
    row("time:1.2.3s", "time needs a number and a unit");
    row("time:1.s", "time needs a number and a unit");
    row("time:-1s", "time needs a number and a unit");
    row("time:18446744074s", "time needs a number and a unit");
    row("idle:0s", "idle needs a time above zero");
    row("reset:now", "reset takes no value");
    row("halt:", "halt takes no value");
}

void WhenTest::wrongPointIsToldWithWhatWouldBeRight() {
    QFETCH(QString, text);
    QFETCH(QString, error);
    const WhenResult result = parseWhen(text.toStdString());
    QVERIFY(!result.when);
    const QString told = QString::fromStdString(result.error);
    QVERIFY2(told.startsWith(QString("'%1': %2").arg(text, error)), qPrintable(told));
}

void WhenTest::durationIsExact_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<quint64>("ns");
    QTest::newRow("1ns") << "1ns" << quint64{1};
    QTest::newRow("1.5us") << "1.5us" << quint64{1500};
    QTest::newRow("0.001ms") << "0.001ms" << quint64{1000};
    QTest::newRow("0.1s") << "0.1s" << quint64{100'000'000};
    QTest::newRow("0.123456789s") << "0.123456789s" << quint64{123'456'789};
    QTest::newRow("below a ns") << "0.1234567899s" << quint64{123'456'789};
    QTest::newRow("0.5ns") << "0.5ns" << quint64{0};
    QTest::newRow("2min") << "2min" << quint64{120'000'000'000};
    QTest::newRow("0.25min") << "0.25min" << quint64{15'000'000'000};
    QTest::newRow("the longest") << "18446744073.709551615s" << quint64{UINT64_MAX};
}

void WhenTest::durationIsExact() {
    QFETCH(QString, text);
    QFETCH(quint64, ns);
    const std::optional<uint64_t> duration = parseDuration(text.toStdString());
    QVERIFY(duration.has_value());
    QCOMPARE(quint64{*duration}, ns);
}

void WhenTest::unknownMarkerOrPhaseIsToldWithTheKnownOnes() {
    const Profile profile = profileOf("[[marker]]\nname = \"shell\"\ncpu = \"user\"\n"
                                      "[[phase]]\npath = \"kernel/late\"\nfrom = \"shell\"\n");
    const auto check = [&profile](const char *text) {
        return checkWhen(*parseWhen(text).when, profile);
    };
    QCOMPARE(check("marker:shell"), std::string());
    QCOMPARE(check("phase:kernel/late"), std::string());
    QCOMPARE(check("phase:kernel"), std::string()); // it opens with what is in it
    QCOMPARE(check("icount:7"), std::string());
    QCOMPARE(check("marker:shel"),
             std::string("'marker:shel': profile 'test' has no marker 'shel'; it has: shell"));
    QCOMPARE(check("phase:late"),
             std::string("'phase:late': profile 'test' has no phase 'late'; it has: kernel/late"));
}

QTEST_GUILESS_MAIN(WhenTest)
#include "tst_when.moc"
