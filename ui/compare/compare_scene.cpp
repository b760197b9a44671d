// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_scene.h"

#include "ui/timeline/phase_bands.h"

#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <map>

namespace bootglass {

namespace {

constexpr int headerRoom = 30;
constexpr int rightMargin = 20;
constexpr int bandRow = 22;
constexpr int bandGap = 3;
constexpr int mostLevels = 3;
constexpr int laneHeight = 15;
constexpr int laneGap = 2;
constexpr int pairGap = 9;
constexpr int divergenceRoom = 26;
constexpr double farOutside = 20'000;
constexpr int leastRibbons = 70;
constexpr int mostRibbons = 170;

bool isShown(TrackKind kind) {
    return kind == TrackKind::IrqLine || kind == TrackKind::PortDevice ||
           kind == TrackKind::MmioDevice || kind == TrackKind::Exception;
}

int levelsOf(const ComparedRun &run) {
    int levels = 1;
    for (const RunPhase &phase : run.phases)
        levels = std::max(levels, phase.depth + 1);
    return std::min(levels, mostLevels);
}

int bandsHeight(int levels) {
    return levels * bandRow + (levels - 1) * bandGap;
}

} // namespace

std::vector<LanePair> lanePairs(const std::vector<RunTrack> &a, const std::vector<RunTrack> &b,
                                size_t most) {
    std::vector<LanePair> pairs;
    std::map<std::pair<TrackKind, std::string>, size_t> places;
    const auto add = [&](const RunTrack &track, bool isA) {
        if (!isShown(track.id.kind) || track.count == 0) return;
        const auto [place, isNew] = places.try_emplace({track.id.kind, track.label}, pairs.size());
        if (isNew) pairs.push_back({QString::fromStdString(track.label), false, {}, {}, 0, 0});
        LanePair &pair = pairs[place->second];
        (isA ? pair.a : pair.b).push_back(track.id);
        (isA ? pair.countA : pair.countB) += track.count;
    };
    for (const RunTrack &track : a)
        add(track, true);
    for (const RunTrack &track : b)
        add(track, false);
    // Of each kind the busiest in turn: lines of some hundred interrupts tell as much as ports of
    // a million accesses.
    std::map<TrackKind, int> rank;
    std::vector<std::pair<int, LanePair>> ranked;
    std::ranges::stable_sort(pairs, std::ranges::greater(), [](const LanePair &pair) {
        return std::max(pair.countA, pair.countB);
    });
    for (LanePair &pair : pairs) {
        const TrackKind kind = (pair.a.empty() ? pair.b : pair.a).front().kind;
        ranked.emplace_back(rank[kind]++, std::move(pair));
    }
    std::ranges::stable_sort(ranked, {}, [](const auto &one) { return one.first; });
    std::vector<LanePair> chosen = {{QStringLiteral("CPU mode"), true, {}, {}, 0, 0}};
    for (auto &[place, pair] : ranked)
        if (chosen.size() < most) chosen.push_back(std::move(pair));
    if (chosen.size() > most) chosen.resize(most);
    return chosen;
}

void CompareScene::place(const QRect &whole) {
    area = whole;
    const int left = whole.left() + labelWidth;
    const int width = std::max(whole.width() - labelWidth - rightMargin, 50);
    const int levelsA = pair ? levelsOf(pair->a) : 1;
    const int levelsB = pair ? levelsOf(pair->b) : 1;
    header = QRect(left, whole.top(), width, headerRoom);
    const int bands = bandsHeight(levelsA) + bandsHeight(levelsB);
    const int room = whole.height() - headerRoom - bands - divergenceRoom - 12;
    const int onePair = 2 * laneHeight + laneGap + pairGap;
    const int pairs = std::clamp((room - leastRibbons) / onePair, 0, 12);
    if (pair) lanes = lanePairs(pair->tracksA, pair->tracksB, static_cast<size_t>(pairs));
    const int taken = static_cast<int>(lanes.size()) * onePair;
    const int ribbonsHeight = std::clamp(room - taken, leastRibbons, mostRibbons);
    bandsA = QRect(left, header.bottom() + 1, width, bandsHeight(levelsA));
    ribbons = QRect(left, bandsA.bottom() + 1, width, ribbonsHeight);
    bandsB = QRect(left, ribbons.bottom() + 1, width, bandsHeight(levelsB));
    const int lanesEnd = bandsB.bottom() + 1 + taken + pairGap;
    rowOfDivergence = QRect(whole.left(), lanesEnd, whole.width(), divergenceRoom);
}

TimeAxis CompareScene::axis() const {
    return {visible, static_cast<double>(header.left()), static_cast<double>(header.width())};
}

int CompareScene::columns() const {
    return std::max(1, static_cast<int>(std::lround(header.width() * pixelRatio)));
}

bool CompareScene::isLeaf(Side side, size_t phase) const {
    const auto &phases = (side == Side::A ? pair->a : pair->b).phases;
    // Parts follow their whole.
    return phase + 1 >= phases.size() || phases[phase + 1].parent != phases[phase].id ||
           phases[phase].depth + 1 >= mostLevels;
}

QRectF CompareScene::wholeBandOf(Side side, size_t phase) const {
    const ComparedRun &run = side == Side::A ? pair->a : pair->b;
    const RunPhase &shown = run.phases[phase];
    if (shown.depth < 0 || shown.depth >= mostLevels) return {};
    const TimeRange positions = aligned.positionsOf(side, shown.range());
    const TimeAxis pixels = axis();
    const double from = pixels.pixelOf(positions.from);
    const double to = pixels.pixelOf(positions.to);
    const double left = std::max<double>(from, header.left() - farOutside);
    const double right = std::min<double>(to, header.right() + farOutside);
    if (right < left) return {};
    const int row = side == Side::A ? shown.depth : levelsOf(run) - 1 - shown.depth;
    const int top = (side == Side::A ? bandsA : bandsB).top() + row * (bandRow + bandGap);
    return {left, static_cast<double>(top), std::max(right - left, 1.0),
            static_cast<double>(bandRow)};
}

QRectF CompareScene::bandOf(Side side, size_t phase) const {
    const QRectF band = wholeBandOf(side, phase);
    const double left = std::max<double>(band.left(), header.left());
    const double right = std::min<double>(band.right(), header.right() + 1);
    if (band.isEmpty() || right <= left) return {};
    return {left, band.top(), right - left, band.height()};
}

QRect CompareScene::laneOf(size_t pairPlace, Side side) const {
    const int onePair = 2 * laneHeight + laneGap + pairGap;
    const int top = bandsB.bottom() + 1 + pairGap + static_cast<int>(pairPlace) * onePair +
                    (side == Side::A ? 0 : laneHeight + laneGap);
    return {header.left(), top, header.width(), laneHeight};
}

std::optional<size_t> CompareScene::rowAt(QPoint point) const {
    if (!pair) return std::nullopt;
    std::optional<size_t> found;
    for (size_t row = 0; row < pair->phases.size(); ++row) {
        const DeltaRow &delta = pair->phases[row];
        const QRectF a = delta.placeInA ? wholeBandOf(Side::A, *delta.placeInA) : QRectF();
        const QRectF b = delta.placeInB ? wholeBandOf(Side::B, *delta.placeInB) : QRectF();
        if (a.contains(point) || b.contains(point)) return row;
        if (!ribbons.contains(point) || a.isEmpty() || b.isEmpty()) continue;
        if (!isLeaf(Side::A, *delta.placeInA) && !isLeaf(Side::B, *delta.placeInB)) continue;
        const double share = (point.y() - a.bottom()) / std::max(1.0, b.top() - a.bottom());
        const double left = a.left() + share * (b.left() - a.left());
        const double right = a.right() + share * (b.right() - a.right());
        if (point.x() >= left - 1 && point.x() <= right + 1) found = row;
    }
    return found;
}

PictureRequest CompareScene::request(Side side) const {
    PictureRequest request;
    request.range = aligned.shownOf(side, visible);
    if (request.range.to <= request.range.from) request.range.to = request.range.from + 1;
    const double share = static_cast<double>(request.range.lengthNs()) /
                         static_cast<double>(std::max<uint64_t>(visible.lengthNs(), 1));
    request.pixels = static_cast<unsigned>(std::clamp(std::ceil(share * columns()), 1.0, 16384.0));
    for (const LanePair &lane : lanes) {
        const auto &tracks = side == Side::A ? lane.a : lane.b;
        request.tracks.insert(request.tracks.end(), tracks.begin(), tracks.end());
    }
    return request;
}

} // namespace bootglass
