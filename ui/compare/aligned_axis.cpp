// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/aligned_axis.h"

#include <algorithm>

namespace bootglass {

AlignedAxis::AlignedAxis(VirtualNs endA, VirtualNs endB,
                         const std::vector<std::pair<VirtualNs, VirtualNs>> &anchors) {
    std::vector<std::pair<VirtualNs, VirtualNs>> all;
    for (const auto &anchor : anchors) {
        const bool ascends =
            all.empty() || (anchor.first > all.back().first && anchor.second > all.back().second);
        if (ascends && anchor.first <= endA && anchor.second <= endB) all.push_back(anchor);
    }
    if (all.empty()) all.emplace_back(VirtualNs{0}, VirtualNs{0});
    zero_ = std::max(all.front().first, all.front().second);
    const auto add = [this](Side side, VirtualNs from, VirtualNs to, VirtualNs at) {
        if (to > from) pieces_[static_cast<size_t>(side)].push_back({{from, to}, at});
    };
    // What comes before the first anchor ends there.
    add(Side::A, {0}, all.front().first, {zero_ - all.front().first});
    add(Side::B, {0}, all.front().second, {zero_ - all.front().second});
    VirtualNs at = zero_;
    for (size_t n = 0; n < all.size(); ++n) {
        const bool last = n + 1 == all.size();
        const VirtualNs toA = last ? endA : all[n + 1].first;
        const VirtualNs toB = last ? endB : all[n + 1].second;
        add(Side::A, all[n].first, toA, at);
        add(Side::B, all[n].second, toB, at);
        at = at + std::max(toA - all[n].first, toB - all[n].second);
    }
    end_ = std::max(at, VirtualNs{1});
}

VirtualNs AlignedAxis::positionOf(Side side, VirtualNs ns, bool isEnd) const {
    const std::vector<AxisPiece> &all = pieces(side);
    if (all.empty()) return zero_;
    auto piece =
        std::ranges::upper_bound(all, ns, {}, [](const AxisPiece &p) { return p.inRun.from; });
    if (piece != all.begin()) --piece;
    if (isEnd && ns == piece->inRun.from && piece != all.begin()) --piece;
    return piece->at + (ns - std::min(ns, piece->inRun.from));
}

TimeRange AlignedAxis::positionsOf(Side side, TimeRange range) const {
    const VirtualNs from = positionOf(side, range.from);
    if (range.to <= range.from) return {from, from};
    return {from, std::max(from, positionOf(side, range.to, true))};
}

VirtualNs AlignedAxis::timeAt(Side side, VirtualNs position) const {
    const std::vector<AxisPiece> &all = pieces(side);
    auto piece = std::ranges::upper_bound(all, position, {}, &AxisPiece::at);
    if (piece == all.begin()) return all.empty() ? VirtualNs{0} : all.front().inRun.from;
    --piece;
    return piece->inRun.from + std::min(position - piece->at, piece->inRun.lengthNs());
}

TimeRange AlignedAxis::shownOf(Side side, TimeRange positions) const {
    return {timeAt(side, positions.from), timeAt(side, positions.to)};
}

AlignedAxis alignedOnMarker(const ComparedRun &a, const ComparedRun &b, std::string_view marker) {
    const auto alignment = alignedOn(a, b, marker);
    if (!alignment) return AlignedAxis(a.end.ns, b.end.ns, {});
    return AlignedAxis(a.end.ns, b.end.ns, {{alignment->a.ns, alignment->b.ns}});
}

AlignedAxis alignedOnPhases(const ComparedRun &a, const ComparedRun &b,
                            const std::vector<DeltaRow> &phases) {
    std::vector<std::pair<VirtualNs, VirtualNs>> anchors;
    anchors.emplace_back(VirtualNs{0}, VirtualNs{0});
    for (const DeltaRow &row : phases) {
        if (!row.placeInA || !row.placeInB || row.moved) continue;
        anchors.emplace_back(a.phases[*row.placeInA].start.ns, b.phases[*row.placeInB].start.ns);
    }
    std::ranges::stable_sort(anchors);
    return AlignedAxis(a.end.ns, b.end.ns, anchors);
}

} // namespace bootglass
