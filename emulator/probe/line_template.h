// SPDX-License-Identifier: GPL-3.0-or-later
// A line with holes: "initcall {name}+{} returned {note} after {} usecs". The text between the
// holes must be there as it is, anywhere in the line; a hole is as short as can be, and not empty;
// one at the template's end takes the rest of the line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

/// What stood in the holes of those names; views into the line.
struct LineParts {
    std::string_view name;
    std::string_view key;
    std::string_view note;
    std::optional<uint64_t> usecs;
};

class LineTemplate {
  public:
    static constexpr size_t mostBytes = 200;
    static constexpr size_t mostHoles = 8;

    struct Result;
    static Result parse(std::string_view text);

    std::optional<LineParts> match(std::string_view line) const;
    bool has(std::string_view hole) const;
    const std::string &source() const { return source_; }

  private:
    enum class Hole : uint8_t { Any, Name, Key, Note, Usecs };
    struct Piece { // a hole and the text behind it
        Hole hole = Hole::Any;
        std::string text;
    };

    std::optional<LineParts> matchRest(std::string_view rest) const;

    std::string source_;
    std::string first_; // before the first hole
    std::vector<Piece> pieces_;
};

/// Either a template, or one clause on what is wrong.
struct LineTemplate::Result {
    LineTemplate line;
    std::string error;
};

} // namespace bootglass
