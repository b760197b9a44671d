// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure/flame_tree.h"

#include "emulator/trace/analysis.h"

#include <algorithm>
#include <cstdio>

namespace bootglass {

namespace {

constexpr size_t atOnce = 200'000;

void sort(FlameNode &node) {
    std::ranges::sort(node.children, [](const FlameNode &a, const FlameNode &b) {
        return a.samples != b.samples ? a.samples > b.samples : a.name < b.name;
    });
    for (FlameNode &child : node.children)
        sort(child);
}

std::string pageOf(uint32_t address) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%08X", address & ~0xFFFU);
    return text;
}

/// A name without what parts frames and lines.
std::string frame(std::string name) {
    for (char &c : name)
        if (c == ';' || static_cast<unsigned char>(c) < 0x20) c = '_';
    return name;
}

void add(FlameNode &root, const std::vector<RunPhase> &phases, const Event &event,
         const std::function<std::string(uint32_t)> &names) {
    FlameNode *node = &root;
    ++node->samples;
    const auto into = [&node](const std::string &name) {
        node = &node->child(name);
        ++node->samples;
    };
    if (const RunPhase *phase = phaseAt(phases, event.ns)) {
        for (size_t from = 0; from <= phase->path.size();) {
            const size_t slash = std::min(phase->path.find('/', from), phase->path.size());
            into(phase->path.substr(from, slash - from));
            from = slash + 1;
        }
    }
    into(event.value == 3 ? "user mode" : "kernel mode");
    std::string name = names ? names(event.address) : std::string();
    if (const size_t offset = name.rfind("+0x"); offset != std::string::npos) name.resize(offset);
    into(name.empty() ? pageOf(event.address) : name);
}

void walk(const FlameNode &node, const std::string &above,
          const std::function<void(const std::string &)> &line) {
    const std::string stack = above.empty() ? frame(node.name) : above + ";" + frame(node.name);
    uint64_t own = node.samples;
    for (const FlameNode &child : node.children) {
        own -= std::min(own, child.samples);
        walk(child, stack, line);
    }
    if (own > 0) line(stack + " " + std::to_string(own));
}

} // namespace

FlameNode &FlameNode::child(const std::string &wanted) {
    for (FlameNode &child : children)
        if (child.name == wanted) return child;
    children.push_back({wanted, 0, {}});
    return children.back();
}

int FlameNode::depth() const {
    int deepest = 0;
    for (const FlameNode &child : children)
        deepest = std::max(deepest, child.depth());
    return deepest + 1;
}

Result<FlameNode> flameTree(RunReader &reader, TimeRange range,
                            const std::function<std::string(uint32_t)> &names) {
    const auto phases = reader.phases();
    if (!phases) return phases.error();
    FlameNode root{"all", 0, {}};
    const TrackId samples{TrackKind::Sample, 0};
    for (TimeRange rest = range; rest.lengthNs() > 0;) {
        const auto events = reader.events(samples, rest, atOnce);
        if (!events) return events.error();
        for (const StoredEvent &stored : *events)
            add(root, *phases, stored.event, names);
        if (events->size() < atOnce) break;
        // No two samples are of one instruction, so none is of the same time.
        rest.from = events->back().event.ns + 1;
    }
    if (root.samples == 0)
        return Error{reader.path() +
                     ": no samples lie in this range; record with --detail events and "
                     "--sample-every N"};
    sort(root);
    return root;
}

void forEachFolded(const FlameNode &root, const std::function<void(const std::string &)> &line) {
    for (const FlameNode &child : root.children)
        walk(child, {}, line);
}

} // namespace bootglass
