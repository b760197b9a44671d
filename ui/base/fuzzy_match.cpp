// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/fuzzy_match.h"

namespace bootglass {

namespace {

constexpr int together = 6;
constexpr int wordStart = 8;
constexpr int textStart = 4;

bool beginsWord(QStringView text, qsizetype at) {
    return at == 0 || !text[at - 1].isLetterOrNumber();
}

/// The best way to place the rest of the pattern from a place on; each letter at its first place
/// or at the next beginning of a word, whichever is worth more.
std::optional<int> score(QStringView pattern, QStringView text, qsizetype from, bool adjacent) {
    if (pattern.isEmpty()) return 0;
    std::optional<int> best;
    int tried = 0;
    for (qsizetype at = from; at < text.size() && tried < 3; ++at) {
        if (text[at].toCaseFolded() != pattern[0].toCaseFolded()) continue;
        const bool near = adjacent && at == from;
        if (tried > 0 && !near && !beginsWord(text, at)) continue;
        ++tried;
        const auto rest = score(pattern.mid(1), text, at + 1, true);
        if (!rest) break; // later places leave even less text
        const int here = 1 + (near ? together : 0) + (beginsWord(text, at) ? wordStart : 0) +
                         (at == 0 ? textStart : 0) + *rest;
        if (!best || here > *best) best = here;
    }
    return best;
}

} // namespace

std::optional<int> fuzzyScore(QStringView pattern, QStringView text) {
    QString letters;
    for (const QChar c : pattern)
        if (!c.isSpace()) letters += c;
    constexpr qsizetype most = 32; // letters that anybody types
    letters.truncate(most);
    const auto found = score(letters, text, 0, false);
    if (!found) return {};
    return *found * 16 - static_cast<int>(std::min<qsizetype>(text.size(), 200)) / 4;
}

} // namespace bootglass
