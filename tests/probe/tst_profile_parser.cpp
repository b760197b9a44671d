// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles as people write them: what they mean, and what is said about wrong ones.
#include "emulator/probe/profile_parser.h"

#include <QTest>

using namespace bootglass;

class ProfileParserTest : public QObject {
    Q_OBJECT

  private slots:
    void readsGuestMarkersAndPhases();
    void fileNameGivesTheName();
    void wrongProfileIsToldWithFileLineAndWhat_data();
    void wrongProfileIsToldWithFileLineAndWhat();
    void extendingReplacesByNameAndKeepsTheOrder();
    void newPhaseOfAnExtensionGoesBehindItsSiblings();
    void errorInAnExtendedProfileNamesThatFile();
    void circleOfExtensionsIsRefused();
    void damagedTextIsRefusedWithoutHarm();
};

namespace {

constexpr std::string_view good = R"(title = "A kernel"
description = "For a test."

[guest]
memory = 64
kernel = ["/boot/a", "b"]
append = "console=ttyS0"
boot = ["disk", "cdrom"]
until = "marker:shell"
needs = "seabios"

[[marker]]
name = "start"
cpu = "reset"

[[marker]]
name = "shell"
any = [
    { text = "# ", on = ["serial", "screen"], after = "start" },
    { port = 0xF4, value = 16, occurrence = 2 },
]

[[phase]]
path = "kernel"
from = "start"

[[phase]]
path = "userspace"
from = ["shell"]
to = "start"
)";

/// Loads from a list of names and texts.
ProfileLoader loaderOf(std::vector<std::pair<std::string, std::string>> texts) {
    return [texts = std::move(texts)](const std::string &name) -> ProfileText {
        for (const auto &[known, text] : texts)
            if (known == name) return {text, known + ".toml", {}};
        return {{}, {}, "there is no profile '" + name + "'"};
    };
}

QStringList pathsOf(const Profile &profile) {
    QStringList paths;
    for (const PhaseRule &phase : profile.phases)
        paths << QString::fromStdString(phase.path);
    return paths;
}

} // namespace

void ProfileParserTest::readsGuestMarkersAndPhases() {
    const ProfileResult result = parseProfile(good, "a/kernel.toml");
    QCOMPARE(result.error, std::string());
    const Profile &profile = *result.profile;
    QCOMPARE(profile.title, std::string("A kernel"));
    QCOMPARE(profile.guest.memoryMib, std::optional<uint32_t>(64));
    QCOMPARE(profile.guest.kernel, (std::vector<std::string>{"/boot/a", "b"}));
    QCOMPARE(profile.guest.boot, (std::vector<std::string>{"disk", "cdrom"}));
    QCOMPARE(profile.guest.needs, std::vector<std::string>{"seabios"});
    QCOMPARE(profile.markers.size(), size_t{2});
    QCOMPARE(profile.markers[0].rules[0].moment, std::optional<CpuMoment>(CpuMoment::Reset));

    const std::vector<MarkerRule> &shell = profile.markers[1].rules;
    QCOMPARE(shell.size(), size_t{2});
    QVERIFY(shell[0].pattern.has_value());
    const unsigned serialAndScreen = 1U << static_cast<unsigned>(Console::Serial1) |
                                     1U << static_cast<unsigned>(Console::Screen);
    QCOMPARE(unsigned{shell[0].sources}, serialAndScreen);
    QCOMPARE(shell[0].after, std::string("start"));
    QCOMPARE(shell[0].description, std::string("serial or screen text '# '"));
    QCOMPARE(shell[1].port, std::optional<uint16_t>(uint16_t{0xF4}));
    QCOMPARE(shell[1].portValue, std::optional<uint32_t>(16));
    QCOMPARE(shell[1].occurrence, 2U);
    QCOMPARE(shell[1].description, std::string("write to port F4h of 10h, number 2"));

    QCOMPARE(profile.phases[1].from, std::vector<std::string>{"shell"});
    QCOMPARE(profile.phases[1].to, std::vector<std::string>{"start"});
    QVERIFY(profile.hasPhase("kernel"));
    QVERIFY(!profile.hasPhase("kern"));
}

void ProfileParserTest::fileNameGivesTheName() {
    const ProfileResult result = parseProfile("", "/somewhere/my-guest.toml");
    QCOMPARE(result.profile->name, std::string("my-guest"));
    QCOMPARE(result.profile->title, std::string("my-guest"));
}

void ProfileParserTest::wrongProfileIsToldWithFileLineAndWhat_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("what");
    const auto row = [](const char *name, const char *text, int line, const char *what) {
        QTest::newRow(name) << text << line << what;
    };
    row("no TOML", "title = \"a\"\n[[marker", 2, "");
    row("unknown key at the top", "\ntitel = \"a\"\n", 2, "'titel' is not known here");
    row("unknown key of the guest", "[guest]\nmemori = 3\n", 2, "'memori' is not known here");
    row("memory as text", "[guest]\nmemory = \"64\"\n", 2, "must be a whole number from 1 to 4096");
    row("memory of nothing", "[guest]\nmemory = 0\n", 2, "from 1 to 4096");
    row("unknown boot device", "[guest]\nboot = \"tape\"\n", 2, "no boot device 'tape'");
    row("until that is none", "[guest]\n\nuntil = \"soon\"\n", 3, "not a point in a boot");
    row("kernel that is a number", "[guest]\nkernel = 4\n", 2, "must be a string or a list");
    row("guest that is a list", "guest = []\n", 1, "must be a table: [guest]");
    row("marker that is a table", "[marker]\nname = \"a\"\n", 1, "must be tables: [[marker]]");
    row("marker without a name", "\n[[marker]]\ncpu = \"user\"\n", 2, "this marker has no 'name'");
    row("marker with a bad name", "[[marker]]\nname = \"a b\"\ncpu = \"user\"\n", 2,
        "'a b' is no name");
    row("marker without a rule", "[[marker]]\nname = \"a\"\n", 1, "marker 'a' has no rule");
    row("marker with two rules", "[[marker]]\nname = \"a\"\ncpu = \"user\"\nport = 1\n", 1,
        "several rules in one");
    row("marker with no rules in any", "[[marker]]\nname = \"a\"\nany = []\n", 3, "has no rule");
    row("rule in any with a key too many",
        "[[marker]]\nname = \"a\"\nany = [{ cpu = \"user\", name = \"b\" }]\n", 3,
        "'name' is not known here");
    row("unknown CPU event", "[[marker]]\nname = \"a\"\ncpu = \"usr\"\n", 3,
        "there is no CPU event 'usr'; known: reset, protected-mode");
    row("port too large", "[[marker]]\nname = \"a\"\nport = 65536\n", 3, "from 0 to 65535");
    row("value without port", "[[marker]]\nname = \"a\"\ncpu = \"user\"\nvalue = 1\n", 4,
        "'value' goes with port only");
    row("source without text", "[[marker]]\nname = \"a\"\ncpu = \"user\"\non = \"serial\"\n", 4,
        "'on' goes with text and regex only");
    row("unknown owner", "[[marker]]\nname = \"a\"\ncpu = \"user\"\nby = \"me\"\n", 4,
        "'me' is no owner of code; known: firmware, loaded");
    row("owner without CPU event", "[[marker]]\nname = \"a\"\nport = 1\nby = \"loaded\"\n", 4,
        "'by' goes with cpu only");
    row("unknown source", "[[marker]]\nname = \"a\"\ntext = \"x\"\non = \"printer\"\n", 4,
        "no text source 'printer'; known: serial");
    row("empty text", "[[marker]]\nname = \"a\"\ntext = \"\"\n", 3, "the text is empty");
    row("text over lines", "[[marker]]\nname = \"a\"\ntext = \"x\\ny\"\n", 3, "spans lines");
    row("bad regex", "[[marker]]\nname = \"a\"\nregex = \"(x\"\n", 3,
        "'(x' cannot be looked for: '(' without ')'");
    row("occurrence of zero", "[[marker]]\nname = \"a\"\ncpu = \"user\"\noccurrence = 0\n", 4,
        "from 1 to 1000000");
    row("after a marker that is not", "[[marker]]\nname = \"a\"\ncpu = \"user\"\nafter = \"b\"\n",
        1, "marker 'a' names marker 'b', which does not exist");
    row("unless a marker that is not", "[[marker]]\nname = \"a\"\ncpu = \"user\"\nunless = \"b\"\n",
        1, "names marker 'b'");
    row("after itself", "[[marker]]\nname = \"a\"\ncpu = \"user\"\nafter = \"a\"\n", 1,
        "waits for itself");
    row("marker twice",
        "[[marker]]\nname = \"a\"\ncpu = \"user\"\n[[marker]]\nname = \"a\"\ncpu = \"user\"\n", 4,
        "marker 'a' is there twice");
    row("phase without a path", "[[phase]]\nfrom = \"a\"\n", 1, "this phase has no 'path'");
    row("phase without a start", "[[phase]]\npath = \"kernel\"\n", 1,
        "phase 'kernel' has no start");
    row("phase with a foreign top",
        "[[marker]]\nname = \"a\"\ncpu = \"user\"\n[[phase]]\npath = \"boot/x\"\nfrom = \"a\"\n", 4,
        "must start with firmware, loader, kernel or userspace");
    row("phase with an empty name",
        "[[marker]]\nname = \"a\"\ncpu = \"user\"\n[[phase]]\npath = \"kernel//x\"\nfrom = \"a\"\n",
        4, "is no phase path");
    row("phase too deep",
        "[[marker]]\nname = \"a\"\ncpu = \"user\"\n[[phase]]\npath = \"kernel/b/c/d/e/f/g/h/i\"\n"
        "from = \"a\"\n",
        4, "nests too deeply");
    row("phase from a marker that is not", "[[phase]]\npath = \"kernel\"\nfrom = \"a\"\n", 1,
        "phase 'kernel' names marker 'a', which does not exist");
    row("phase twice",
        "[[marker]]\nname = \"a\"\ncpu = \"user\"\n[[phase]]\npath = \"kernel\"\nfrom = \"a\"\n"
        "[[phase]]\npath = \"kernel\"\nfrom = \"a\"\n",
        7, "phase 'kernel' is there twice");
    row("extends nobody", "\nextends = \"nobody\"\n", 2, "there is no profile 'nobody'");
}

void ProfileParserTest::wrongProfileIsToldWithFileLineAndWhat() {
    QFETCH(QString, text);
    QFETCH(int, line);
    QFETCH(QString, what);
    const ProfileResult result = parseProfile(text.toStdString(), "dir/wrong.toml", loaderOf({}));
    QVERIFY(!result.profile);
    const QString error = QString::fromStdString(result.error);
    QVERIFY2(error.startsWith(QString("dir/wrong.toml:%1: ").arg(line)), qPrintable(error));
    QVERIFY2(error.contains(what), qPrintable(error));
}

void ProfileParserTest::extendingReplacesByNameAndKeepsTheOrder() {
    const std::string more = R"(extends = "base"
[guest]
memory = 128
[[marker]]
name = "start"
cpu = "paging"
[[marker]]
name = "more"
cpu = "user"
)";
    const ProfileResult result =
        parseProfile(more, "more.toml", loaderOf({{"base", std::string(good)}}));
    QCOMPARE(result.error, std::string());
    const Profile &profile = *result.profile;
    QCOMPARE(profile.name, std::string("more"));
    QCOMPARE(profile.title, std::string("A kernel"));
    QCOMPARE(profile.files, (std::vector<std::string>{"more.toml", "base.toml"}));
    QCOMPARE(profile.guest.memoryMib, std::optional<uint32_t>(128));
    QCOMPARE(profile.guest.append, std::optional<std::string>("console=ttyS0"));
    QCOMPARE(profile.markers.size(), size_t{3});
    QCOMPARE(profile.markers[0].rules[0].moment, std::optional<CpuMoment>(CpuMoment::Paging));
    QCOMPARE(profile.markers[2].name, std::string("more"));
}

void ProfileParserTest::newPhaseOfAnExtensionGoesBehindItsSiblings() {
    const std::string base = R"([[marker]]
name = "a"
cpu = "user"
[[phase]]
path = "kernel"
from = "a"
[[phase]]
path = "kernel/early"
from = "a"
[[phase]]
path = "userspace"
from = "a"
)";
    const std::string more = "extends = \"base\"\n"
                             "[[phase]]\npath = \"userspace/init\"\nfrom = \"a\"\n"
                             "[[phase]]\npath = \"kernel/late\"\nfrom = \"a\"\n";
    const ProfileResult result = parseProfile(more, "more.toml", loaderOf({{"base", base}}));
    QCOMPARE(result.error, std::string());
    QCOMPARE(pathsOf(*result.profile),
             QStringList({"kernel", "kernel/early", "kernel/late", "userspace", "userspace/init"}));
}

void ProfileParserTest::errorInAnExtendedProfileNamesThatFile() {
    const ProfileResult result = parseProfile("extends = \"base\"\n", "more.toml",
                                              loaderOf({{"base", "\n\n[[marker]]\nname = 1\n"}}));
    QVERIFY2(result.error.starts_with("base.toml:4: "), result.error.c_str());
}

void ProfileParserTest::circleOfExtensionsIsRefused() {
    const ProfileResult result =
        parseProfile("extends = \"b\"\n", "a.toml",
                     loaderOf({{"a", "extends = \"b\"\n"}, {"b", "extends = \"a\"\n"}}));
    QVERIFY2(result.error.find("extends itself") != std::string::npos, result.error.c_str());
}

void ProfileParserTest::damagedTextIsRefusedWithoutHarm() {
    // Each byte in turn is damaged: either it is still a profile, or there is a sentence.
    for (size_t at = 0; at < good.size(); at++) {
        for (const char damage : {'\0', '"', ']', '\n', '\xFF'}) {
            std::string text(good);
            text[at] = damage;
            const ProfileResult result = parseProfile(text, "damaged.toml");
            QVERIFY(result.profile.has_value() != !result.error.empty());
        }
    }
}

QTEST_GUILESS_MAIN(ProfileParserTest)
#include "tst_profile_parser.moc"
