// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run/input_feeder.h"

#include "emulator/machine/machine.h"

#include <algorithm>

namespace bootglass {

InputFeeder::InputFeeder(InputScript script) : script_(std::move(script)), done_(script_.size()) {
    for (size_t line = 0; line < script_.size(); ++line)
        if (script_[line].when.kind == When::Kind::Time)
            schedule(line, VirtualNs{script_[line].when.value});
}

void InputFeeder::schedule(size_t line, VirtualNs from) {
    done_[line] = 1;
    const std::vector<InputAction> &actions = script_[line].actions;
    for (size_t action = 0; action < actions.size(); ++action) {
        const uint64_t room = VirtualNs::never() - from;
        const Due due{from + std::min(actions[action].afterNs, room), static_cast<uint32_t>(line),
                      static_cast<uint32_t>(action)};
        const auto after = std::ranges::upper_bound(due_, due.at, {}, &Due::at);
        due_.insert(after, due);
    }
}

Icount InputFeeder::limit(Icount now) const {
    Icount limit = Icount::never();
    for (size_t line = 0; line < script_.size(); ++line) {
        const When &when = script_[line].when;
        if (!done_[line] && when.kind == When::Kind::Icount && when.value > now.value)
            limit = std::min(limit, Icount{when.value});
    }
    return limit;
}

VirtualNs InputFeeder::next() const {
    return due_.empty() ? VirtualNs::never() : due_.front().at;
}

void InputFeeder::feed(Machine &machine) {
    for (size_t line = 0; line < script_.size(); ++line) {
        const When &when = script_[line].when;
        if (!done_[line] && when.kind == When::Kind::Icount &&
            machine.icount().value >= when.value) {
            schedule(line, machine.now());
        }
    }
    size_t typed = 0;
    for (; typed < due_.size() && due_[typed].at <= machine.now(); ++typed) {
        const InputAction &action = script_[due_[typed].line].actions[due_[typed].action];
        if (action.serial.empty()) {
            machine.key(action.set1Code, action.down);
            continue;
        }
        const auto *bytes = reinterpret_cast<const uint8_t *>(action.serial.data());
        machine.receiveSerial(ConsoleId::Com1, {bytes, action.serial.size()});
    }
    due_.erase(due_.begin(), due_.begin() + static_cast<std::ptrdiff_t>(typed));
}

bool InputFeeder::reached(When::Kind kind, std::string_view name, VirtualNs now) {
    bool any = false;
    for (size_t line = 0; line < script_.size(); ++line) {
        if (done_[line] || script_[line].when.kind != kind || script_[line].when.name != name)
            continue;
        schedule(line, now + 1);
        any = true;
    }
    return any;
}

bool InputFeeder::marker(std::string_view name, VirtualNs now) {
    return reached(When::Kind::Marker, name, now);
}

bool InputFeeder::phaseStarted(std::string_view path, VirtualNs now) {
    return reached(When::Kind::Phase, path, now);
}

void InputFeeder::serialize(Archive &archive) {
    archive.section("input script");
    uint64_t lines = script_.size();
    archive(lines);
    if (lines != script_.size())
        return archive.fail("the saved state is of a run with another --input");
    archive(done_);
    if (done_.size() != script_.size())
        return archive.fail("the saved state is of a run with another --input");
    uint64_t count = due_.size();
    archive(count);
    if (archive.loading()) due_.clear();
    for (uint64_t i = 0; i < count && !archive.failed(); ++i) {
        Due due = archive.loading() ? Due{} : due_[i];
        archive(due.at, due.line, due.action);
        if (!archive.loading()) continue;
        if (due.line >= script_.size() || due.action >= script_[due.line].actions.size())
            return archive.fail("the saved state has an input that its script does not have");
        due_.push_back(due);
    }
}

} // namespace bootglass
