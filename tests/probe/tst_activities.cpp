// SPDX-License-Identifier: GPL-3.0-or-later
// Activities as a guest's lines tell of them, by the profile's rules.
#include "emulator/probe/line_template.h"
#include "tests/devices/saved_state.h"
#include "tests/probe/notes.h"

using namespace bootglass;

namespace {

constexpr const char *initcalls = R"(
[[activity]]
name = "initcalls"
kind = "initcall"
on = "serial"
start = "calling  {name}+0x{} @ {key}"
end = "initcall {name}+0x{} returned {note} after {} usecs"
)";

/// "start NAME in PARENT @ICOUNT", "end NAME NOTE @ICOUNT", "past NAME NOTE STARTNS @ICOUNT".
struct ActivityNotes : Notes {
    void activityStarted(const Activity &activity, Icount icount, VirtualNs) override {
        all << QString("start %1 in %2 @%3")
                   .arg(QString::fromStdString(activity.name))
                   .arg(activity.parent)
                   .arg(icount.value);
    }
    void activityEnded(const Activity &activity, Icount icount, VirtualNs) override {
        all << QString("end %1 %2 @%3")
                   .arg(QString::fromStdString(activity.name),
                        QString::fromStdString(activity.note))
                   .arg(icount.value);
    }
    void activityPast(const Activity &activity, VirtualNs start, Icount icount,
                      VirtualNs) override {
        all << QString("past %1 %2 %3 @%4")
                   .arg(QString::fromStdString(activity.name),
                        QString::fromStdString(activity.note))
                   .arg(start.value)
                   .arg(icount.value);
    }
    QStringList activities() const { return all.filter(QRegularExpression("^(start|end|past) ")); }
};

struct Told {
    explicit Told(std::string_view toml) : probe(profileOf(toml), notes) {}
    /// Each byte takes one count.
    void print(std::string_view text, Console console = Console::Serial1) {
        for (const char c : text) {
            ++icount.value;
            probe.consoleByte(static_cast<uint16_t>(console), static_cast<uint8_t>(c), icount,
                              {icount.value << 3});
        }
    }
    Icount icount;
    ActivityNotes notes;
    Probe probe;
};

} // namespace

class ActivitiesTest : public QObject {
    Q_OBJECT

  private slots:
    void templateFindsItsPartsInALine_data();
    void templateFindsItsPartsInALine();
    void wrongTemplateIsRefused_data();
    void wrongTemplateIsRefused();
    void ownLinesAreNotPartOfTheSpan();
    void initcallsNestByTheirProcess();
    void endWithItsLengthNeedsNoStart();
    void wholeLineIsASpan();
    void lineOfAnotherConsoleIsNotRead();
    void escapesAreNotPartOfALine();
    void whatIsKnownBetterIsIgnored();
    void noMoreThanSoManyAreOpen();
    void wrongRuleIsRefused_data();
    void wrongRuleIsRefused();
    void ruleOfTheSameNameReplaces();
    void savedInMidLineGoesOn();
};

void ActivitiesTest::templateFindsItsPartsInALine_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("parts"); // name|key|note|usecs; empty: no match
    QTest::newRow("initcall") << "initcall {name}+0x{} returned {note} after {} usecs"
                              << "[    1.2] initcall acpi_init+0x0/0x450 returned -19 after 7 usecs"
                              << "acpi_init||-19|";
    QTest::newRow("key") << "calling  {name}+0x{} @ {key}"
                         << "[    0.5] calling  a_b+0x0/0x1 @ 12"
                         << "a_b|12||";
    QTest::newRow("usecs") << "probe of {name} returned {note} after {usecs} usecs"
                           << "probe of 0000:00:01.1 returned 0 after 1234 usecs"
                           << "0000:00:01.1||0|1234";
    QTest::newRow("usecs that are no number") << "probe of {name} after {usecs} usecs"
                                              << "probe of x after many usecs"
                                              << "";
    QTest::newRow("text is not there") << "Started {name}."
                                       << "Starting x..."
                                       << "";
    QTest::newRow("hole would be empty") << "Started {name}."
                                         << "Started ."
                                         << "";
    QTest::newRow("second occurrence of the start") << "x {name}+y"
                                                    << "x x acpi+y"
                                                    << "x acpi|||";
    QTest::newRow("first occurrence fails") << "at {name};"
                                            << "at; at home;"
                                            << "home|||";
    QTest::newRow("hole first") << "{name} is up"
                                << "eth0 is up"
                                << "eth0|||";
    QTest::newRow("empty line") << "{name}"
                                << ""
                                << "";
}

void ActivitiesTest::templateFindsItsPartsInALine() {
    QFETCH(QString, text);
    QFETCH(QString, line);
    QFETCH(QString, parts);
    const auto parsed = LineTemplate::parse(text.toStdString());
    QCOMPARE(parsed.error, std::string());
    const std::string bytes = line.toStdString();
    const auto found = parsed.line.match(bytes);
    QCOMPARE(found.has_value(), !parts.isEmpty());
    if (!found) return;
    const auto shown = [](std::string_view view) {
        return QString::fromUtf8(view.data(), qsizetype(view.size()));
    };
    QCOMPARE(QStringList({shown(found->name), shown(found->key), shown(found->note),
                          found->usecs ? QString::number(*found->usecs) : QString()})
                 .join('|'),
             parts);
}

void ActivitiesTest::wrongTemplateIsRefused_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("no end") << "a {name"
                            << "'{' has no '}'";
    QTest::newRow("unknown hole") << "a {nam}"
                                  << "{nam}";
    QTest::newRow("no name") << "a {} b"
                             << "no {name}";
    QTest::newRow("holes side by side") << "{}{name}"
                                        << "nothing between";
    QTest::newRow("long") << QString(201, 'x') << "200 bytes";
    QTest::newRow("many holes") << QString("{name}") + QString(" {}").repeated(8) << "8 holes";
}

void ActivitiesTest::wrongTemplateIsRefused() {
    QFETCH(QString, text);
    QFETCH(QString, says);
    const QString error = QString::fromStdString(LineTemplate::parse(text.toStdString()).error);
    QVERIFY2(error.contains(says), qPrintable(error));
}

void ActivitiesTest::ownLinesAreNotPartOfTheSpan() {
    Told told(initcalls);
    told.print("calling  a+0x0/0x1 @ 1\n"); // complete with byte 23
    told.print("something\n");
    told.print("initcall a+0x0/0x1 returned 0 after 5 usecs\n"); // its first byte is 34
    QCOMPARE(told.notes.activities(), QStringList({"start a in 0 @23", "end a 0 @34"}));
}

void ActivitiesTest::initcallsNestByTheirProcess() {
    Told told(initcalls);
    told.print("calling  outer+0x0/0x1 @ 1\n");
    told.print("calling  other+0x0/0x1 @ 7\n");
    told.print("calling  inner+0x0/0x1 @ 1\n");
    told.print("initcall other+0x0/0x1 returned 0 after 5 usecs\n");
    told.print("initcall inner+0x0/0x1 returned 0 after 5 usecs\n");
    told.print("initcall outer+0x0/0x1 returned 0 after 5 usecs\n");
    told.print("initcall stray+0x0/0x1 returned 0 after 5 usecs\n");
    QCOMPARE(told.notes.activities().replaceInStrings(QRegularExpression(" @.*"), ""),
             QStringList({"start outer in 0", "start other in 0", "start inner in 1", "end other 0",
                          "end inner 0", "end outer 0"}));
}

void ActivitiesTest::endWithItsLengthNeedsNoStart() {
    Told told("[[activity]]\nname = \"d\"\nkind = \"driver\"\n"
              "end = \"probe of {name} returned {note} after {usecs} usecs\"\n");
    told.icount.value = 999;
    told.print("probe of eth0 returned 1 after 2 usecs\n"); // begins at 1000, 8000 ns
    told.print("probe of sda returned 1 after 18446744073709551615 usecs\n");
    QCOMPARE(told.notes.activities(),
             QStringList({"past eth0 1 6000 @1000", "past sda 1 312 @1039"}));
}

void ActivitiesTest::wholeLineIsASpan() {
    Told told("[[activity]]\nname = \"s\"\nkind = \"service\"\n"
              "line = \"Starting {name}: {note}\"\n");
    told.print("Starting log daemon: syslogd.\n");
    QCOMPARE(told.notes.activities(),
             QStringList({"start log daemon in 0 @1", "end log daemon syslogd. @30"}));
}

void ActivitiesTest::lineOfAnotherConsoleIsNotRead() {
    Told told(initcalls);
    told.print("calling  a+0x0/0x1 @ 1\n", Console::Serial2);
    QCOMPARE(told.notes.activities(), QStringList());
}

void ActivitiesTest::escapesAreNotPartOfALine() {
    Told told("[[activity]]\nname = \"s\"\nkind = \"service\"\n"
              "start = \"Starting {name}...\"\nend = \"Started {name}.\"\n");
    told.print("         Starting \x1b[0;1;39mcron\x1b[0m...\n");
    told.print("[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39mcron\x1b[0m.\n");
    QCOMPARE(told.notes.activities().size(), qsizetype(2));
    QVERIFY(told.notes.activities()[1].startsWith("end cron "));
}

void ActivitiesTest::whatIsKnownBetterIsIgnored() {
    Told told(initcalls);
    told.probe.ignoreLinesOf(ActivityKind::Initcall);
    told.print("calling  a+0x0/0x1 @ 1\n");
    QCOMPARE(told.notes.activities(), QStringList());
}

void ActivitiesTest::noMoreThanSoManyAreOpen() {
    Told told(initcalls);
    for (size_t n = 0; n < ActivityTracker::mostOpen + 100; ++n)
        told.print("calling  a+0x0/0x1 @ 1\n");
    QCOMPARE(told.notes.activities().size(), qsizetype(ActivityTracker::mostOpen));
}

void ActivitiesTest::wrongRuleIsRefused_data() {
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown kind") << "kind = \"process\"\nline = \"{name}\""
                                  << "'process'";
    QTest::newRow("no kind") << "line = \"{name}\""
                             << "kind";
    QTest::newRow("no bounds") << "kind = \"driver\""
                               << "has no bounds";
    QTest::newRow("start alone") << "kind = \"driver\"\nstart = \"{name}\""
                                 << "has no bounds";
    QTest::newRow("end alone, no length") << "kind = \"driver\"\nend = \"{name}\""
                                          << "no bounds";
    QTest::newRow("template") << "kind = \"driver\"\nline = \"{nme}\""
                              << "{nme}";
    QTest::newRow("key") << "kind = \"driver\"\nline = \"{name}\"\nfoo = 1"
                         << "foo";
}

void ActivitiesTest::wrongRuleIsRefused() {
    QFETCH(QString, rule);
    QFETCH(QString, says);
    const ProfileResult result =
        parseProfile(("[[activity]]\nname = \"x\"\n" + rule + "\n").toStdString(), "p.toml");
    QVERIFY(!result.profile);
    QVERIFY2(QString::fromStdString(result.error).contains(says), result.error.c_str());
    QVERIFY2(result.error.starts_with("p.toml:"), result.error.c_str());
}

void ActivitiesTest::ruleOfTheSameNameReplaces() {
    const ProfileResult result =
        parseProfile("extends = \"base\"\n[[activity]]\nname = \"initcalls\"\nkind = \"service\"\n"
                     "line = \"{name}!\"\n",
                     "p.toml", [](const std::string &) {
                         return ProfileText{initcalls, "base.toml", {}};
                     });
    QVERIFY2(result.profile.has_value(), result.error.c_str());
    QCOMPARE(result.profile->activities.size(), size_t{1});
    QVERIFY(result.profile->activities[0].kind == ActivityKind::Service);
}

void ActivitiesTest::savedInMidLineGoesOn() {
    Told first(initcalls);
    first.print("calling  a+0x0/0x1 @ 1\n");
    first.print("initcall a+0x0/0x1 ret");
    Told second(initcalls);
    const std::vector<uint8_t> state = savedState(first.probe);
    QCOMPARE(restoreState(state, second.probe), std::string());
    second.icount = first.icount;
    second.print("urned 0 after 5 usecs\n");
    QCOMPARE(second.notes.activities(), QStringList({"end a 0 @24"}));
    QVERIFY(refusesTruncations(state, second.probe, 3));
    survivesDamage(state, second.probe);
}

QTEST_GUILESS_MAIN(ActivitiesTest)
#include "tst_activities.moc"
