// SPDX-License-Identifier: GPL-3.0-or-later
// Markers by each kind of rule, and what bounds them.
#include "tests/devices/saved_state.h"
#include "tests/probe/notes.h"

using namespace bootglass;

class ProbeTest : public QObject {
    Q_OBJECT

  private slots:
    void cpuMomentIsFoundAtItsEvent_data();
    void cpuMomentIsFoundAtItsEvent();
    void codeOfTheFirmwareIsToldFromOther();
    void portWriteIsFound_data();
    void portWriteIsFound();
    void textIsFoundOnItsConsolesOnly_data();
    void textIsFoundOnItsConsolesOnly();
    void textIsFoundInMidLineAndBeforeTheLineEnds();
    void textInterruptedByAnotherConsoleIsFound();
    void patternWithEndOfLineIsFoundWhenTheLineEnds();
    void rowOfTheScreenCountsOnceHoweverItScrolls();
    void markerIsFoundOnce();
    void occurrenceCounts();
    void afterWaitsForItsMarkerAndNotForTheSameEvent();
    void unlessEndsWithItsMarker();
    void firstOfSeveralRulesFindsAndIsNamed();
    void unfinishedLineIsHandedOutAtTheEnd();
    void savedInMidBootGoesOn();
    void stateOfAnotherProfileIsRefused();
};

namespace {

std::string marker(const char *rule) {
    return std::string("[[marker]]\nname = \"m\"\n") + rule + "\n";
}

} // namespace

void ProbeTest::cpuMomentIsFoundAtItsEvent_data() {
    QTest::addColumn<QString>("moment");
    QTest::addColumn<int>("found"); // at which of the events of the boot below; 0: none
    QTest::newRow("reset") << "reset" << 1;
    QTest::newRow("protected-mode") << "protected-mode" << 2;
    QTest::newRow("paging") << "paging" << 5;
    QTest::newRow("virtual-8086") << "virtual-8086" << 7;
    QTest::newRow("user") << "user" << 6;
    QTest::newRow("halt") << "halt" << 10;
    QTest::newRow("shutdown") << "shutdown" << 11;
}

void ProbeTest::cpuMomentIsFoundAtItsEvent() {
    QFETCH(QString, moment);
    QFETCH(int, found);
    Watched watched(marker(("cpu = \"" + moment + "\"").toUtf8().constData()));
    watched.event({.kind = EventKind::Reset});          // 1
    watched.mode(CpuMode::Protected, CpuMode::Real);    // 2
    watched.mode(CpuMode::Real, CpuMode::Protected);    // 3
    watched.mode(CpuMode::Protected, CpuMode::Real);    // 4
    watched.mode(CpuMode::Paged, CpuMode::Protected);   // 5
    watched.privilege(3, 0);                            // 6
    watched.mode(CpuMode::Virtual8086, CpuMode::Paged); // 7
    watched.mode(CpuMode::Paged, CpuMode::Virtual8086); // 8
    watched.privilege(0, 3);                            // 9
    watched.event({.kind = EventKind::Halt});           // 10
    watched.event({.kind = EventKind::Shutdown});       // 11
    QCOMPARE(watched.notes.all, QStringList{QString("marker m @%1").arg(found)});
    QCOMPARE(watched.notes.rules, QStringList{"CPU: " + moment});
}

void ProbeTest::codeOfTheFirmwareIsToldFromOther() {
    const auto enter = [](Watched &watched, uint32_t ip) {
        watched.event({.kind = EventKind::ModeSwitch,
                       .address = ip,
                       .value = static_cast<uint64_t>(CpuMode::Protected),
                       .detail = static_cast<uint64_t>(CpuMode::Real)});
    };
    for (const bool firmware : {false, true}) {
        Watched watched(marker(firmware ? "cpu = \"protected-mode\"\nby = \"firmware\""
                                        : "cpu = \"protected-mode\"\nby = \"loaded\""));
        // SeaBIOS between two modes, and the setup code of a kernel.
        const uint32_t first = firmware ? 0x11A0E : 0xFEC3D;
        const uint32_t second = firmware ? 0xFEC3D : 0x11A0E;
        enter(watched, first);
        enter(watched, second);
        QCOMPARE(watched.notes.all, QStringList{"marker m @2"});
    }
}

void ProbeTest::portWriteIsFound_data() {
    QTest::addColumn<QString>("rule");
    QTest::addColumn<int>("found");
    QTest::newRow("any value of a POST code") << "port = 0x80" << 2;
    QTest::newRow("one POST code") << "port = 0x80\nvalue = 0xC0" << 3;
    QTest::newRow("qboot: firmware starts") << "port = 0xF4\nvalue = 1" << 4;
    QTest::newRow("qboot: kernel starts") << "port = 0xF5\nvalue = 1" << 5;
    QTest::newRow("value that never comes") << "port = 0xF5\nvalue = 2" << 0;
    QTest::newRow("reads are no writes") << "port = 0x3F8" << 0;
}

void ProbeTest::portWriteIsFound() {
    QFETCH(QString, rule);
    QFETCH(int, found);
    Watched watched(marker(rule.toUtf8().constData()));
    watched.event({.kind = EventKind::PortRead, .address = 0x3F8}); // 1
    watched.write(0x80, 0x10);                                      // 2
    watched.write(0x80, 0xC0);                                      // 3
    watched.write(0xF4, 1);                                         // 4
    watched.write(0xF5, 1);                                         // 5
    const QStringList expected =
        found == 0 ? QStringList() : QStringList{QString("marker m @%1").arg(found)};
    QCOMPARE(watched.notes.all, expected);
}

void ProbeTest::textIsFoundOnItsConsolesOnly_data() {
    QTest::addColumn<QString>("on");
    QTest::addColumn<int>("found");
    QTest::newRow("serial2") << "on = \"serial2\"" << 1;
    QTest::newRow("serial") << "on = \"serial\"" << 2;
    QTest::newRow("firmware-log") << "on = \"firmware-log\"" << 3;
    QTest::newRow("port-e9") << "on = \"port-e9\"" << 4;
    QTest::newRow("screen") << "on = \"screen\"" << 5;
    QTest::newRow("two") << "on = [\"screen\", \"port-e9\"]" << 4;
    QTest::newRow("all") << "" << 1;
}

void ProbeTest::textIsFoundOnItsConsolesOnly() {
    QFETCH(QString, on);
    QFETCH(int, found);
    Watched watched(marker(("text = \"here\"\n" + on).toUtf8().constData()));
    watched.print(Console::Serial2, "here");
    watched.print(Console::Serial1, "here");
    watched.print(Console::FirmwareLog, "here");
    watched.print(Console::PortE9, "here");
    watched.row(3, "here");
    QCOMPARE(watched.notes.of("marker"), QStringList{QString("marker m @%1").arg(found)});
}

void ProbeTest::textIsFoundInMidLineAndBeforeTheLineEnds() {
    Watched watched(marker("text = \"login:\""));
    watched.print(Console::Serial1, "debian log");
    watched.print(Console::Serial1, "\x1B[1min:");
    watched.print(Console::Serial1, " root\r\n");
    QCOMPARE(watched.notes.all,
             QStringList({"marker m @2", "line 0 debian log\x1B[1min: root @3"}));
}

void ProbeTest::textInterruptedByAnotherConsoleIsFound() {
    Watched watched(marker("text = \"login:\""));
    watched.print(Console::Serial1, "log");
    watched.print(Console::FirmwareLog, "log");
    watched.print(Console::Serial1, "in:");
    QCOMPARE(watched.notes.of("marker"), QStringList{"marker m @3"});
}

void ProbeTest::patternWithEndOfLineIsFoundWhenTheLineEnds() {
    Watched watched(marker("regex = '^done$'"));
    watched.print(Console::Serial1, "not done\n");
    watched.print(Console::Serial1, "done.\n");
    watched.print(Console::Serial1, "done");
    watched.print(Console::Serial1, "\r\n");
    QCOMPARE(watched.notes.of("marker"), QStringList{"marker m @4"});
}

void ProbeTest::rowOfTheScreenCountsOnceHoweverItScrolls() {
    Watched watched(marker("text = \"ready\"\non = \"screen\"\noccurrence = 2"));
    watched.row(5, "ready");
    watched.row(4, "ready"); // scrolled
    watched.row(5, "other");
    watched.row(4, "gone");
    watched.row(5, "ready");
    QCOMPARE(watched.notes.all, QStringList{"marker m @5"});
}

void ProbeTest::markerIsFoundOnce() {
    Watched watched(marker("text = \"a\""));
    watched.print(Console::Serial1, "aaa");
    watched.print(Console::Serial1, "a");
    QCOMPARE(watched.notes.of("marker"), QStringList{"marker m @1"});
    QVERIFY(watched.probe.found("m"));
    QVERIFY(!watched.probe.found("n"));
}

void ProbeTest::occurrenceCounts() {
    Watched watched(marker("port = 0x80\nvalue = 7\noccurrence = 3"));
    for (const uint64_t value : {7, 7, 6, 7, 7})
        watched.write(0x80, value);
    QCOMPARE(watched.notes.all, QStringList{"marker m @4"});
}

void ProbeTest::afterWaitsForItsMarkerAndNotForTheSameEvent() {
    Watched watched("[[marker]]\nname = \"first\"\nport = 0x80\n"
                    "[[marker]]\nname = \"second\"\nport = 0x80\nafter = \"first\"\n");
    watched.write(0x80, 1);
    watched.write(0x81, 1);
    watched.write(0x80, 2);
    QCOMPARE(watched.notes.all, QStringList({"marker first @1", "marker second @3"}));
}

void ProbeTest::unlessEndsWithItsMarker() {
    const char *profile = "[[marker]]\nname = \"text\"\ntext = \"Linux\"\n"
                          "[[marker]]\nname = \"m\"\ncpu = \"user\"\nunless = \"text\"\n";
    Watched quiet(profile);
    quiet.privilege(3, 0);
    QCOMPARE(quiet.notes.all, QStringList{"marker m @1"});
    Watched talking(profile);
    talking.print(Console::Serial1, "Linux");
    talking.privilege(3, 0);
    QCOMPARE(talking.notes.all, QStringList{"marker text @1"});
}

void ProbeTest::firstOfSeveralRulesFindsAndIsNamed() {
    Watched watched(marker("any = [{ text = \"login:\" }, { port = 0x80 }]"));
    watched.write(0x80, 1);
    watched.print(Console::Serial1, "login:");
    QCOMPARE(watched.notes.of("marker"), QStringList{"marker m @1"});
    QCOMPARE(watched.notes.rules, QStringList{"write to port 80h"});
}

void ProbeTest::unfinishedLineIsHandedOutAtTheEnd() {
    Watched watched(marker("cpu = \"user\""));
    watched.print(Console::Serial1, "# ");
    watched.print(Console::PortE9, "a\n");
    watched.finish();
    QCOMPARE(watched.notes.all, QStringList({"line 3 a @2", "line 0 #  @3"}));
}

void ProbeTest::savedInMidBootGoesOn() {
    const char *profile = "[[marker]]\nname = \"start\"\ncpu = \"reset\"\n"
                          "[[marker]]\nname = \"login\"\ntext = \"login:\"\nafter = \"start\"\n"
                          "[[marker]]\nname = \"third\"\nport = 0x80\noccurrence = 3\n"
                          "[[phase]]\npath = \"kernel/early\"\nfrom = \"start\"\n"
                          "[[phase]]\npath = \"userspace\"\nfrom = \"login\"\n";
    const auto firstHalf = [](Watched &watched) {
        watched.event({.kind = EventKind::Reset});
        watched.write(0x80, 1);
        watched.row(2, "log");
        watched.write(0x80, 1);
        watched.print(Console::Serial1, "a log");
    };
    const auto secondHalf = [](Watched &watched) {
        watched.icount = {100};
        watched.print(Console::Serial1, "in:\n");
        watched.write(0x80, 1);
        watched.finish();
    };
    Watched whole(profile);
    firstHalf(whole);
    const std::vector<uint8_t> saved = savedState(whole.probe);
    const qsizetype before = whole.notes.all.size();
    secondHalf(whole);

    Watched restored(profile);
    QCOMPARE(restoreState(saved, restored.probe), std::string());
    QCOMPARE(savedState(restored.probe), saved);
    QCOMPARE(restored.probe.phase(), std::string("kernel/early"));
    secondHalf(restored);
    QCOMPARE(restored.notes.all, whole.notes.all.mid(before));
    QCOMPARE(restored.notes.all,
             QStringList({"marker login @101", "end kernel/early @101", "end kernel @101",
                          "start userspace @101", "line 0 a login: @101", "marker third @102",
                          "end userspace @103"}));

    Watched damaged(profile);
    QVERIFY(refusesTruncations(saved, damaged.probe));
    survivesDamage(saved, damaged.probe);
}

void ProbeTest::stateOfAnotherProfileIsRefused() {
    Watched one(marker("text = \"a\""));
    const std::vector<uint8_t> saved = savedState(one.probe);
    Watched other("");
    QCOMPARE(restoreState(saved, other.probe),
             std::string("the saved state was made with another profile"));
}

QTEST_GUILESS_MAIN(ProbeTest)
#include "tst_probe.moc"
