// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/input_script.h"

#include "app/run/key_codes.h"

#include <QKeySequence>

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace bootglass {

namespace {

// Slow enough for the eight-byte queues between a PS/2 keyboard and a BIOS.
constexpr uint64_t keyDownNs = 20'000'000;
constexpr uint64_t keyGapNs = 20'000'000;
constexpr uint64_t modifierNs = 5'000'000;

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes the first word off.
std::string_view takeWord(std::string_view &rest) {
    rest = trimmed(rest);
    const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
    rest = trimmed(rest.substr(word.size()));
    return word;
}

/// One of the escapes, after its backslash; nothing if there is no such.
std::optional<char> unescaped(std::string_view &rest) {
    if (rest.empty()) return std::nullopt;
    const char letter = rest.front();
    rest.remove_prefix(1);
    switch (letter) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'e': return '\x1b';
    case '\\':
    case '"': return letter;
    case 'x': break;
    default: return std::nullopt;
    }
    unsigned value = 0;
    const char *const end = rest.data() + std::min<size_t>(rest.size(), 2);
    const auto [stop, error] = std::from_chars(rest.data(), end, value, 16);
    if (error != std::errc{} || stop != rest.data() + 2) return std::nullopt;
    rest.remove_prefix(2);
    return static_cast<char>(value);
}

Result<std::string> quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"')
        return Error{"the text must stand in double quotes"};
    std::string_view rest = text.substr(1, text.size() - 2);
    std::string result;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '"') return Error{"a double quote within the text is written \\\""};
        if (c != '\\') {
            result += c;
            continue;
        }
        const std::optional<char> escape = unescaped(rest);
        if (!escape) return Error{"an escape is one of \\n \\r \\t \\b \\e \\\\ \\\" \\xNN"};
        result += *escape;
    }
    if (result.empty()) return Error{"the text is empty"};
    return result;
}

/// Presses and releases one key after another.
class Typist {
  public:
    explicit Typist(uint64_t from) : at_(from) {}

    void press(const std::vector<uint16_t> &modifiers, uint16_t code) {
        for (const uint16_t modifier : modifiers)
            put(modifier, true, modifierNs);
        put(code, true, keyDownNs);
        put(code, false, modifiers.empty() ? keyGapNs : modifierNs);
        for (auto modifier = modifiers.rbegin(); modifier != modifiers.rend(); ++modifier)
            put(*modifier, false, modifierNs);
        if (!modifiers.empty()) at_ += keyGapNs;
    }
    std::vector<InputAction> take() { return std::move(actions_); }

  private:
    void put(uint16_t code, bool down, uint64_t lasts) {
        actions_.push_back({at_, {}, code, down});
        at_ += lasts;
    }

    uint64_t at_;
    std::vector<InputAction> actions_;
};

Result<std::vector<InputAction>> typed(const std::string &text, uint64_t delayNs) {
    Typist typist(delayNs);
    for (const char c : text) {
        const std::optional<TypedKey> key = typedKeyOf(c);
        if (!key) {
            return Error{
                fmt::format("no key of a US keyboard types byte {:#04x}", static_cast<uint8_t>(c))};
        }
        typist.press(key->shift ? std::vector<uint16_t>{leftShiftCode} : std::vector<uint16_t>{},
                     key->set1Code);
    }
    return typist.take();
}

Result<std::vector<InputAction>> pressed(std::string_view name, uint64_t delayNs) {
    const QKeySequence sequence = QKeySequence::fromString(
        QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())),
        QKeySequence::PortableText);
    const Error unknown{
        fmt::format("'{}' is no key; keys are named Return, F8, A, Ctrl+Alt+Del", name)};
    if (sequence.count() != 1) return unknown;
    const std::optional<uint16_t> code = set1CodeOf({sequence[0].key(), {}, true});
    if (!code) return unknown;
    const std::pair<Qt::KeyboardModifier, int> held[] = {{Qt::ControlModifier, Qt::Key_Control},
                                                         {Qt::AltModifier, Qt::Key_Alt},
                                                         {Qt::ShiftModifier, Qt::Key_Shift}};
    if (sequence[0].keyboardModifiers() &
        ~(Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier)) {
        return unknown;
    }
    std::vector<uint16_t> modifiers;
    for (const auto &[modifier, key] : held)
        if (sequence[0].keyboardModifiers().testFlag(modifier))
            modifiers.push_back(set1CodeOf({key, {}, true}).value_or(leftShiftCode));
    Typist typist(delayNs);
    typist.press(modifiers, *code);
    return typist.take();
}

Result<std::vector<InputAction>> actionsOf(std::string_view verb, std::string_view what,
                                           uint64_t delayNs) {
    if (verb == "key") return pressed(what, delayNs);
    if (verb != "type" && verb != "serial")
        return Error{fmt::format("'{}' is no input; there are: serial, type, key", verb)};
    const Result<std::string> text = quoted(what);
    if (!text) return text.error();
    if (verb == "type") return typed(*text, delayNs);
    return std::vector<InputAction>{{delayNs, *text, 0, false}};
}

Result<InputLine> lineOf(std::string_view rest, const Profile &profile) {
    InputLine line;
    const WhenResult when = parseWhen(takeWord(rest));
    if (!when.when) return Error{when.error};
    if (const std::string wrong = checkWhen(*when.when, profile); !wrong.empty())
        return Error{wrong};
    line.when = *when.when;
    switch (line.when.kind) {
    case When::Kind::Marker:
    case When::Kind::Phase:
    case When::Kind::Icount:
    case When::Kind::Time: break;
    default: return Error{fmt::format("'{}' is no point at which one can type", line.when.text)};
    }
    uint64_t delayNs = 0;
    std::string_view verb = takeWord(rest);
    if (verb.starts_with('+')) {
        const auto delay = parseDuration(verb.substr(1));
        if (!delay) return Error{fmt::format("'{}' is no delay, such as +500ms", verb)};
        delayNs = *delay;
        verb = takeWord(rest);
    }
    auto actions = actionsOf(verb, rest, delayNs);
    if (!actions) return actions.error();
    line.actions = std::move(*actions);
    return line;
}

} // namespace

Result<InputScript> parseInputScript(std::string_view text, const std::string &name,
                                     const Profile &profile) {
    InputScript script;
    for (size_t number = 1; !text.empty(); ++number) {
        const size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = trimmed(line);
        if (line.empty() || line.starts_with('#')) continue;
        Result<InputLine> parsed = lineOf(line, profile);
        if (!parsed) return Error{fmt::format("{}:{}: {}", name, number, parsed.error().sentence)};
        script.push_back(std::move(*parsed));
    }
    return script;
}

} // namespace bootglass
