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

CardText noteCard(const RunNote &note) {
    CardText card{shown(note.title), {}};
    card.lines << (note.isRange()
                       ? exactSeconds(note.range.from) + u" to " + exactSeconds(note.range.to) +
                             u", " + duration(note.range.lengthNs())
                       : exactSeconds(note.range.from));
    constexpr int mostLines = 12;
    for (const QString &line : QString::fromStdString(note.text).split(u'\n').mid(0, mostLines))
        if (!line.isEmpty()) card.lines << line;
    return card;
}

CardText markerCard(const RunMarker &marker) {
    return {shown(marker.name),
            {moment(marker.ns, marker.icount), u"found by " + shown(marker.rule)}};
}

CardText activityCard(const RunActivity &activity, size_t merged, const RunSnapshot &run) {
    const std::string_view kind = name(activity.kind);
    CardText card{shown(activity.name) + u" · " +
                      QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size())),
                  {}};
    if (activity.open) card.title += u" (not ended yet)";
    card.lines << exactSeconds(activity.durationNs()) + u" · " + grouped(activity.instructions()) +
                      u" instructions";
    if (activity.idleNs() > 0)
        card.lines << u"idle " + exactDuration(activity.idleNs()) + u" (" +
                          percent(shareOf(activity.idleNs(), activity.durationNs())) + u")";
    card.lines << percent(shareOf(activity.instructions(), run.end.icount.value)) +
                      u" of the run's instructions";
    if (!activity.note.empty()) {
        const QString note = shown(activity.note);
        card.lines << (activity.kind == ActivityKind::Initcall ? u"returned " + note : note);
    }
    const auto parent = std::ranges::find(run.activities, activity.parent, &RunActivity::id);
    if (activity.parent != 0 && parent != run.activities.end())
        card.lines << u"in " + shown(parent->name);
    card.lines << u"from " + moment(activity.start.ns, activity.start.icount);
    if (!activity.open) card.lines << u"to " + moment(activity.end.ns, activity.end.icount);
    if (merged > 1) card.lines << grouped(merged - 1) + u" shorter ones within this pixel";
    return card;
}

CardText sampleCard(const SampleList &samples, size_t stack, int level) {
    CardText card;
    if (stack >= samples.stacks.size()) return card;
    const SampleList::Stack &at = samples.stacks[stack];
    constexpr size_t mostCallers = 8;
    const size_t own = std::min(static_cast<size_t>(level), at.frames.size() - 1);
    const auto function = [&](size_t frame) { return shown(samples.functions[at.frames[frame]]); };
    card.title = function(own);
    card.lines << moment(at.sample.ns, at.sample.icount);
    if (own + 1 < at.frames.size()) card.lines << u"at " + function(at.frames.size() - 1);
    for (size_t n = 0; n < std::min(own, mostCallers); ++n)
        card.lines << u"called by " + function(own - 1 - n);
    if (own > mostCallers) card.lines << grouped(own - mostCallers) + u" more";
    const auto samplesIn = static_cast<size_t>(
        std::ranges::count_if(samples.stacks, [&](const SampleList::Stack &other) {
            return std::ranges::find(other.frames, at.frames[own]) != other.frames.end();
        }));
    card.lines << percent(shareOf(samplesIn, samples.stacks.size())) +
                      u" of the samples in view are in it";
    return card;
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
