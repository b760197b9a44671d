// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/hover_text.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/run/cost_text.h"
#include "ui/run/event_text.h"

#include <algorithm>
#include <numeric>

namespace bootglass {

namespace {

QString shown(const std::string &text) {
    return shownLine(text);
}

QString moment(VirtualNs ns, Icount icount) {
    return exactSeconds(ns) + u" · icount " + grouped(icount.value);
}

QString capital(QString text) {
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

double shareOf(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void addShares(CardText &card, const ModeShare &shares) {
    const uint64_t total = std::accumulate(shares.begin(), shares.end(), uint64_t{0});
    for (size_t owner = 0; owner < shares.size(); ++owner) {
        if (shares[owner] == 0) continue;
        const std::string_view name = bootglass::name(static_cast<CpuShare>(owner));
        card.lines << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) + u" " +
                          percent(shareOf(shares[owner], total)) + u" · " +
                          exactDuration(shares[owner]);
    }
    if (total == 0) card.lines << QStringLiteral("nothing recorded here");
}

QString spanText(const Span &span) {
    const QString open = span.open ? QStringLiteral(", not ended yet") : QString();
    switch (span.track.kind) {
    case TrackKind::IrqLine:
        if (span.accepted > span.start)
            return u"raised, accepted after " + exactDuration(span.accepted - span.start) +
                   u", ended after " + exactDuration(span.lengthNs()) + open;
        return u"ended after " + exactDuration(span.lengthNs()) + open;
    case TrackKind::Timer:
        return u"armed " + exactSeconds(span.start) + u", for " + exactDuration(span.lengthNs()) +
               open;
    default: return u"lasts " + exactDuration(span.lengthNs()) + open;
    }
}

void addBins(CardText &card, const HoverAnswer &answer, const RunSnapshot &run) {
    struct Count {
        QString name;
        uint64_t count;
    };
    std::vector<Count> counts;
    uint64_t total = 0;
    uint64_t busy = 0;
    uint32_t kinds = 0;
    for (const TrackBins &track : answer.bins) {
        if (track.pixels.empty()) continue;
        const Bin &bin = track.pixels.front();
        total += bin.count;
        busy += bin.busyNs;
        kinds |= bin.kinds;
        if (bin.count > 0) counts.push_back({shown(run.labelOf(track.track)), bin.count});
    }
    const QString width = duration(answer.request.pixel.lengthNs());
    if (total == 0) {
        if (answer.event.id == 0) card.lines << u"no events within this pixel (" + width + u")";
        return;
    }
    const QString events = total == 1 ? QStringLiteral("1 event") : grouped(total) + u" events";
    card.lines << events + u" within this pixel (" + width + u")";
    if (answer.bins.size() == 1) {
        card.lines << kindsText(kinds);
        if (busy > 0)
            card.lines << u"busy " + percent(shareOf(busy, answer.request.pixel.lengthNs())) +
                              u" of it";
        return;
    }
    std::ranges::stable_sort(counts, std::ranges::greater{}, &Count::count);
    for (size_t i = 0; i < std::min<size_t>(counts.size(), 4); ++i)
        card.lines << counts[i].name + u": " + grouped(counts[i].count);
}

} // namespace

CardText phaseCard(const RunPhase &phase, const RunSnapshot &run) {
    CardText card{shown(phase.path), {}};
    if (phase.open) card.title += u" (not ended yet)";
    card.lines << exactSeconds(phase.durationNs()) + u" · " + grouped(phase.instructions()) +
                      u" instructions";
    card.lines << u"idle " + exactDuration(phase.idleNs()) + u" (" +
                      percent(shareOf(phase.idleNs(), phase.durationNs())) + u")";
    card.lines << percent(shareOf(phase.instructions(), run.end.icount.value)) +
                      u" of the run's instructions";
    if (phase.hostCost.total() > 0) {
        card.lines << duration(phase.hostCost.total()) + u" of the host's CPU time";
        card.lines << costLines(phase.hostCost);
    }
    card.lines << u"from " + moment(phase.start.ns, phase.start.icount);
    card.lines << u"to " + moment(phase.end.ns, phase.end.icount);
    return card;
}

CardText markerCard(const RunMarker &marker) {
    return {shown(marker.name),
            {moment(marker.ns, marker.icount), u"found by " + shown(marker.rule)}};
}

CardText laneCard(const HoverAnswer &answer, const Lane &lane, const RunSnapshot &run) {
    CardText card{lane.label, {}};
    if (answer.request.style == LaneStyle::Modes) {
        card.lines << moment(answer.request.time, answer.icount);
        addShares(card, answer.shares);
        return card;
    }
    if (answer.request.style == LaneStyle::HostCost) {
        card.lines << moment(answer.request.time, answer.icount);
        card.lines << costLines(answer.cost);
        card.lines << duration(answer.cost.total()) +
                          u" of the host's CPU time within this pixel (" +
                          duration(answer.request.pixel.lengthNs()) + u")";
        return card;
    }
    if (answer.event.id != 0) {
        const Event &event = answer.event.event;
        card.title = lane.label + u": " + kindText(event.kind);
        card.lines << moment(event.ns, event.icount);
        if (const QString values = valuesText(event); !values.isEmpty())
            card.lines << capital(values);
    } else {
        card.lines << moment(answer.request.time, answer.icount);
    }
    if (answer.span) card.lines << spanText(*answer.span);
    addBins(card, answer, run);
    return card;
}

} // namespace bootglass
