// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/probe/console_reader.h"

#include <utility>

namespace bootglass {

ConsoleReader::Step ConsoleReader::byte(uint8_t value) {
    Step step;
    bool returned = std::exchange(returned_, value == '\r');
    if (value == '\n' || value == '\r') {
        escape_ = Escape::None;
        if (value == '\n') {
            step.ended = true;
            step.line = take();
        }
        return step;
    }
    if (returned) {
        step.endedBefore = true;
        step.line = take();
    } else if (line_.size() >= mostBytes) {
        step.cut = true;
        step.line = take();
    }
    line_.push_back(static_cast<char>(value));
    if (isText(value)) step.text = value;
    return step;
}

bool ConsoleReader::isText(uint8_t value) {
    constexpr uint8_t escape = 0x1B;
    constexpr uint8_t bell = 0x07;
    switch (escape_) {
    case Escape::None:
        if (value == escape) escape_ = Escape::Escape;
        return (value >= 0x20 && value != 0x7F) || value == '\t';
    case Escape::Escape:
        if (value == '[')
            escape_ = Escape::Csi;
        else if (value == ']' || value == 'P' || value == 'X' || value == '^' || value == '_')
            escape_ = Escape::String;
        else if (value >= 0x20 && value < 0x30)
            escape_ = Escape::Intermediate;
        else
            escape_ = Escape::None;
        return false;
    case Escape::Intermediate:
        if (value == escape)
            escape_ = Escape::Escape;
        else if (value >= 0x30 && value < 0x7F)
            escape_ = Escape::None;
        return false;
    case Escape::Csi:
        if (value == escape)
            escape_ = Escape::Escape;
        else if (value >= 0x40 && value < 0x7F)
            escape_ = Escape::None;
        return false;
    case Escape::String:
        if (value == bell)
            escape_ = Escape::None;
        else if (value == escape)
            escape_ = Escape::StringEscape;
        return false;
    case Escape::StringEscape: escape_ = Escape::None; return false;
    }
    return false;
}

std::string ConsoleReader::take() {
    returned_ = false;
    return std::exchange(line_, {});
}

void ConsoleReader::serialize(Archive &archive) {
    archive(line_, returned_, escape_);
    if (archive.loading() && (line_.size() > mostBytes || escape_ > Escape::StringEscape)) {
        archive.fail("the saved console line cannot be");
        line_.clear();
        escape_ = Escape::None;
    }
}

} // namespace bootglass
