// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/line_template.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

namespace bootglass {

namespace {

constexpr std::array<std::string_view, 5> holeNames{"", "name", "key", "note", "usecs"};

} // namespace

LineTemplate::Result LineTemplate::parse(std::string_view text) {
    if (text.size() > mostBytes)
        return {{}, fmt::format("a template has at most {} bytes", mostBytes)};
    LineTemplate line;
    line.source_ = text;
    size_t open = text.find('{');
    line.first_ = text.substr(0, open);
    while (open != std::string_view::npos) {
        const size_t close = text.find('}', open);
        if (close == std::string_view::npos) return {{}, "a '{' has no '}'"};
        const std::string_view name = text.substr(open + 1, close - open - 1);
        size_t hole = 0;
        while (hole < holeNames.size() && holeNames[hole] != name)
            ++hole;
        if (hole == holeNames.size())
            return {{},
                    fmt::format("there is no hole {{{}}}; known: {{name}}, {{key}}, {{note}}, "
                                "{{usecs}}, {{}}",
                                name)};
        open = text.find('{', close);
        const std::string_view behind =
            text.substr(close + 1, open == std::string_view::npos ? open : open - close - 1);
        if (behind.empty() && open != std::string_view::npos)
            return {{}, "two holes have nothing between them"};
        line.pieces_.push_back({static_cast<Hole>(hole), std::string(behind)});
        if (line.pieces_.size() > mostHoles)
            return {{}, fmt::format("a template has at most {} holes", mostHoles)};
    }
    if (!line.has("name")) return {{}, "it has no {name}"};
    return {std::move(line), {}};
}

bool LineTemplate::has(std::string_view hole) const {
    for (const Piece &piece : pieces_)
        if (holeNames[static_cast<size_t>(piece.hole)] == hole) return true;
    return false;
}

std::optional<LineParts> LineTemplate::match(std::string_view line) const {
    for (size_t at = line.find(first_); at != std::string_view::npos;
         at = line.find(first_, at + 1)) {
        if (auto parts = matchRest(line.substr(at + first_.size()))) return parts;
        if (first_.empty()) break;
    }
    return std::nullopt;
}

std::optional<LineParts> LineTemplate::matchRest(std::string_view rest) const {
    LineParts parts;
    for (const Piece &piece : pieces_) {
        const size_t end = piece.text.empty() ? rest.size() : rest.find(piece.text, 1);
        if (end == std::string_view::npos || end == 0) return std::nullopt;
        const std::string_view filled = rest.substr(0, end);
        rest.remove_prefix(end + piece.text.size());
        switch (piece.hole) {
        case Hole::Any: break;
        case Hole::Name: parts.name = filled; break;
        case Hole::Key: parts.key = filled; break;
        case Hole::Note: parts.note = filled; break;
        case Hole::Usecs: {
            uint64_t usecs = 0;
            const auto [stop, error] =
                std::from_chars(filled.data(), filled.data() + filled.size(), usecs);
            if (error != std::errc{} || stop != filled.data() + filled.size()) return std::nullopt;
            parts.usecs = usecs;
        }
        }
    }
    return parts;
}

} // namespace bootglass
