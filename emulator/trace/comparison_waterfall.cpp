// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/comparison_waterfall.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace bootglass {

namespace {

/// A moment at which a phase begins or ends.
struct Edge {
    RunPoint at;
    size_t phase = 0;
    bool begins = false;
};

/// No later than the end, and nothing counts backwards: a damaged file is nobody's excuse.
RunPoint between(const RunPoint &point, const RunPoint &least, const RunPoint &most) {
    RunPoint result = point;
    result.icount = std::clamp(point.icount, least.icount, std::max(least.icount, most.icount));
    result.ns = std::clamp(point.ns, least.ns, std::max(least.ns, most.ns));
    result.idleNs = std::clamp(point.idleNs, least.idleNs, std::max(least.idleNs, most.idleNs));
    return result;
}

std::vector<Edge> edgesOf(const ComparedRun &run) {
    std::vector<Edge> edges;
    for (size_t phase = 0; phase < run.phases.size(); ++phase) {
        edges.push_back({run.phases[phase].start, phase, true});
        edges.push_back({run.phases[phase].end, phase, false});
    }
    std::ranges::stable_sort(
        edges, {}, [](const Edge &edge) { return std::tuple(edge.at.ns, edge.at.icount); });
    return edges;
}

} // namespace

std::vector<Amount> ownAmounts(const ComparedRun &run) {
    std::vector<Amount> own(run.phases.size() + 1);
    // By depth, then by place: the last is the innermost.
    std::set<std::tuple<int, size_t>> inside;
    std::vector<bool> ended(run.phases.size(), false);
    RunPoint since;
    const auto passUntil = [&](const RunPoint &point) {
        const RunPoint now = between(point, since, run.end);
        const size_t place = inside.empty() ? run.phases.size() : std::get<1>(*inside.rbegin());
        own[place] += {now.icount - since.icount, now.ns - since.ns, now.idleNs - since.idleNs, 0};
        since = now;
    };
    for (const Edge &edge : edgesOf(run)) {
        passUntil(edge.at);
        const std::tuple key(run.phases[edge.phase].depth, edge.phase);
        if (!edge.begins) {
            inside.erase(key);
            ended[edge.phase] = true;
        } else if (!ended[edge.phase]) {
            inside.insert(key);
        }
    }
    passUntil(run.end);
    return own;
}

Waterfall waterfall(const ComparedRun &a, const ComparedRun &b, Measure measure) {
    const std::vector<Amount> ownA = ownAmounts(a);
    const std::vector<Amount> ownB = ownAmounts(b);
    Waterfall result;
    result.measure = measure;
    result.fromTotal = static_cast<int64_t>(valueOf(a.total(), measure));
    result.toTotal = static_cast<int64_t>(valueOf(b.total(), measure));
    int64_t sum = result.fromTotal;
    const auto add = [&](WaterfallStep step, const Amount &inA, const Amount &inB) {
        step.delta = difference(valueOf(inA, measure), valueOf(inB, measure));
        if (step.delta == 0) return;
        step.before = sum;
        sum = difference(0, static_cast<uint64_t>(sum) + static_cast<uint64_t>(step.delta));
        step.after = sum;
        result.steps.push_back(std::move(step));
    };
    std::set<int64_t> parentsA;
    std::set<int64_t> parentsB;
    for (const RunPhase &phase : a.phases)
        parentsA.insert(phase.parent);
    for (const RunPhase &phase : b.phases)
        parentsB.insert(phase.parent);
    for (const DeltaRow &row : deltaRows(a, b, ComparedBy::Phase)) {
        WaterfallStep step;
        step.name = row.name;
        step.isNew = row.isNew();
        step.isGone = row.isGone();
        step.own = (row.placeInA && parentsA.contains(a.phases[*row.placeInA].id)) ||
                   (row.placeInB && parentsB.contains(b.phases[*row.placeInB].id));
        add(std::move(step), row.placeInA ? ownA[*row.placeInA] : Amount{},
            row.placeInB ? ownB[*row.placeInB] : Amount{});
    }
    WaterfallStep outside;
    outside.name = "(outside phases)";
    add(std::move(outside), ownA.back(), ownB.back());
    return result;
}

Waterfall abridged(const Waterfall &whole, size_t mostSteps) {
    if (whole.steps.size() <= mostSteps || mostSteps == 0) return whole;
    std::vector<size_t> order(whole.steps.size());
    for (size_t place = 0; place < order.size(); ++place)
        order[place] = place;
    std::ranges::stable_sort(order, std::ranges::greater(),
                             [&](size_t place) { return magnitude(whole.steps[place].delta); });
    const std::set<size_t> kept(order.begin(),
                                order.begin() + static_cast<std::ptrdiff_t>(mostSteps - 1));
    Waterfall result = whole;
    result.steps.clear();
    WaterfallStep others;
    others.name = "(others)";
    uint64_t rest = 0;
    uint64_t sum = static_cast<uint64_t>(whole.fromTotal);
    const auto add = [&](WaterfallStep step) {
        step.before = static_cast<int64_t>(sum);
        sum += static_cast<uint64_t>(step.delta);
        step.after = static_cast<int64_t>(sum);
        result.steps.push_back(std::move(step));
    };
    for (size_t place = 0; place < whole.steps.size(); ++place) {
        if (kept.contains(place))
            add(whole.steps[place]);
        else
            rest += static_cast<uint64_t>(whole.steps[place].delta);
    }
    others.delta = static_cast<int64_t>(rest);
    if (others.delta != 0) add(others);
    return result;
}

} // namespace bootglass
