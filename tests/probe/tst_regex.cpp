// SPDX-License-Identifier: GPL-3.0-or-later
// Text patterns: compared with std::regex on random expressions and texts, byte by byte.
#include "emulator/probe/text_pattern.h"
#include "tests/devices/saved_state.h"

#include <QElapsedTimer>
#include <QTest>

#include <random>
#include <regex>

using namespace bootglass;

class RegexTest : public QObject {
    Q_OBJECT

  private slots:
    void findsAsWritten_data();
    void findsAsWritten();
    void agreesWithStdRegexOnRandomExpressions();
    void wrongExpressionIsToldInAClause_data();
    void wrongExpressionIsToldInAClause();
    void expressionThatIsSlowToTryTakesAStepPerState();
    void nestedRepetitionsOfNothingEnd();
    void searchStartsAnewBehindAMatch();
    void savedInMidMatchGoesOn();
};

namespace {

/// Where the first match ends: the number of bytes read, or -2 at the line's end, or -1.
int firstMatch(const TextPattern &pattern, std::string_view line) {
    TextMatcher matcher(pattern);
    for (size_t i = 0; i < line.size(); i++)
        if (matcher.byte(static_cast<uint8_t>(line[i]))) return static_cast<int>(i) + 1;
    return matcher.lineEnd() ? -2 : -1;
}

int firstMatch(const std::regex &pattern, const std::string &line) {
    using namespace std::regex_constants;
    for (size_t length = 1; length <= line.size(); length++)
        if (std::regex_search(line.begin(), line.begin() + static_cast<long>(length), pattern,
                              match_not_eol))
            return static_cast<int>(length);
    return std::regex_search(line, pattern) ? -2 : -1;
}

/// Expressions of a small grammar over the letters a, b, c.
class Grammar {
  public:
    explicit Grammar(unsigned seed) : random_(seed) {}

    std::string expression(int depth) {
        std::string text = sequence(depth);
        while (pick(4) == 0)
            text.append("|").append(sequence(depth));
        return text;
    }
    std::string line() {
        std::string text;
        for (unsigned length = pick(10); length > 0; length--)
            text += static_cast<char>('a' + pick(4));
        return text;
    }

  private:
    unsigned pick(unsigned choices) { return static_cast<unsigned>(random_() % choices); }
    std::string sequence(int depth) {
        std::string text(pick(12) == 0 ? "^" : "");
        for (unsigned parts = 1 + pick(3); parts > 0; parts--)
            text += part(depth);
        if (pick(12) == 0) text.append("$");
        return text;
    }
    std::string part(int depth) {
        static constexpr const char *repeats[] = {"*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}"};
        std::string text = atom(depth);
        return pick(3) == 0 ? text + repeats[pick(std::size(repeats))] : text;
    }
    std::string atom(int depth) {
        static constexpr const char *atoms[] = {"a",     "b",   "c",     ".",   "[ab]", "[^a]",
                                                "[b-d]", "\\w", "\\x62", "\\D", "d"};
        if (depth > 0 && pick(4) == 0) return group("(", depth);
        if (depth > 0 && pick(8) == 0) return group("(?:", depth);
        return atoms[pick(std::size(atoms))];
    }

    std::string group(const char *start, int depth) {
        return std::string(start).append(expression(depth - 1)).append(")");
    }

    std::mt19937 random_;
};

} // namespace

void RegexTest::findsAsWritten_data() {
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("end");
    const auto row = [](const char *expression, const char *line, int end) {
        QTest::addRow("%s in %s", expression, line)
            << QByteArray(expression) << QByteArray(line) << end;
    };
    row("Run \\S+ as init process", "[ 1.2] Run /init as init process", 32);
    row("Run \\S+ as init process", "Run  as init process", -1);
    row("^login:", "login: ", 6);
    row("^login:", "the login: ", -1);
    row("login: $", "login: ", -2);
    row("login: $", "login: root", -1);
    row("a\\.b", "axb a.b", 7);
    row("[]x]y", "]y", 2);
    row("[^]]y", "]y", -1);
    row("[a\\d-]+!", "a4-!", 4);
    row("a{3}", "aabaaa", 6);
    row("(ab|c)+d", "abcabd", 6);
    row("\\x1B\\[", "\x1B[", 2);
    row("ab*?c", "abbc", 4);
    row("\xC3\xA4", "x\xC3\xA4", 3);
}

void RegexTest::findsAsWritten() {
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, line);
    QFETCH(int, end);
    const auto result = TextPattern::regex(expression.toStdString());
    QCOMPARE(result.error, std::string());
    QCOMPARE(firstMatch(result.pattern, line.toStdString()), end);
}

void RegexTest::agreesWithStdRegexOnRandomExpressions() {
    Grammar grammar(20260101);
    unsigned compared = 0;
    unsigned found = 0;
    for (unsigned i = 0; i < 2000; i++) {
        const std::string expression = grammar.expression(2);
        const auto result = TextPattern::regex(expression);
        if (!result.error.empty()) {
            QVERIFY2(result.error.starts_with("it also matches the empty text"),
                     (expression + ": " + result.error).c_str());
            continue;
        }
        const std::regex standard(expression);
        for (unsigned lines = 0; lines < 8; lines++) {
            const std::string line = grammar.line();
            const int expected = firstMatch(standard, line);
            const int actual = firstMatch(result.pattern, line);
            QVERIFY2(actual == expected, qPrintable(QString("/%1/ in '%2': %3, std::regex: %4")
                                                        .arg(expression.c_str(), line.c_str())
                                                        .arg(actual)
                                                        .arg(expected)));
            compared++;
            found += expected != -1;
        }
    }
    // The comparison means something only if both outcomes are common.
    QVERIFY(found > compared / 5);
    QVERIFY(found < compared * 4 / 5);
}

void RegexTest::wrongExpressionIsToldInAClause_data() {
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *expression, const char *error) {
        QTest::newRow(expression) << expression << error;
    };
    row("(a", "'(' without ')'");
    row("a)", "')' without '('");
    row("[a", "'[' without ']'");
    row("*a", "'*' has nothing before it to repeat");
    row("a**", "'*' repeats a repetition");
    row("a{2,1}", "the bounds of a repetition are the wrong way round");
    row("a{x}", "'{' needs {n}, {n,} or {m,n}; write \\{ for the character");
    row("a{2000}", "it repeats more than 1000 times");
    row("(a{900}){900}", "it is too large; use smaller repetitions");
    row("a\\", "it ends in '\\'");
    row("\\q", "'\\q' is not known");
    row("\\x4", "'\\x' needs two hexadecimal digits");
    row("[b-a]", "the range b-a is the wrong way round");
    row("(?=a)", "of the groups with '(?' only '(?:' is known");
    row("a*", "it also matches the empty text, so it would be found everywhere");
    row("", "it also matches the empty text, so it would be found everywhere");
    row("^$", "it also matches the empty text, so it would be found everywhere");
    QTest::newRow("too long") << QString(501, 'a') << "the expression is longer than 500 bytes";
}

void RegexTest::wrongExpressionIsToldInAClause() {
    QFETCH(QString, expression);
    QFETCH(QString, error);
    const auto result = TextPattern::regex(expression.toStdString());
    QCOMPARE(QString::fromStdString(result.error), error);
}

void RegexTest::expressionThatIsSlowToTryTakesAStepPerState() {
    // 2^60 ways to fail for whoever tries them one by one.
    const auto result = TextPattern::regex("(a|a?a){60}b");
    QCOMPARE(result.error, std::string());
    QCOMPARE(firstMatch(result.pattern, std::string(5000, 'a')), -1);
}

void RegexTest::nestedRepetitionsOfNothingEnd() {
    const auto result = TextPattern::regex("((((((){1000}){1000}){1000}){1000}){1000}){1000}a");
    QCOMPARE(result.error, std::string());
    QCOMPARE(firstMatch(result.pattern, "ba"), 2);
}

void RegexTest::searchStartsAnewBehindAMatch() {
    const auto result = TextPattern::literal("aa");
    TextMatcher matcher(result.pattern);
    std::vector<bool> found;
    for (int i = 0; i < 5; i++)
        found.push_back(matcher.byte('a'));
    QCOMPARE(found, (std::vector<bool>{false, true, false, true, false}));
}

void RegexTest::savedInMidMatchGoesOn() {
    const auto result = TextPattern::regex("^ab+c");
    TextMatcher matcher(result.pattern);
    matcher.byte('a');
    matcher.byte('b');
    const std::vector<uint8_t> saved = savedState(matcher);
    TextMatcher restored(result.pattern);
    QCOMPARE(restoreState(saved, restored), std::string());
    QCOMPARE(savedState(restored), saved);
    QVERIFY(!restored.byte('b'));
    QVERIFY(restored.byte('c'));
    QVERIFY(refusesTruncations(saved, restored));
    survivesDamage(saved, restored);
}

QTEST_GUILESS_MAIN(RegexTest)
#include "tst_regex.moc"
