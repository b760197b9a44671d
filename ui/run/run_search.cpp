// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/run_search.h"

#include "ui/base/guest_text.h"
#include "ui/base/number_format.h"
#include "ui/run/event_text.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr size_t page = 4096;
constexpr size_t mostSpans = 200'000; // of a track

/// Decimal, or hexadecimal with 0x.
std::optional<uint64_t> number(const QString &text) {
    bool ok = false;
    const uint64_t value = text.startsWith(QStringLiteral("0x"), Qt::CaseInsensitive)
                               ? text.mid(2).toULongLong(&ok, 16)
                               : text.toULongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

Error badTerm(const QString &term, const QString &says) {
    return Error{QString(u"'" + term + u"' " + says).toStdString()};
}

/// Words, with "…" around what has spaces in it.
QStringList termsOf(const QString &text) {
    static const QRegularExpression pattern(QStringLiteral(R"(/(?:\\.|[^/])+/|"[^"]*"|\S+)"));
    QStringList terms;
    for (auto it = pattern.globalMatch(text); it.hasNext();)
        terms << it.next().captured();
    return terms;
}

Result<void> takeKind(SearchQuery &query, const QString &name, const QString &term) {
    const std::string wanted = name.toStdString();
    for (const EventKindInfo &row : eventKinds)
        if (row.name == wanted || (!wanted.empty() && row.name.starts_with(wanted)))
            query.kinds |= kindBit(row.kind);
    if (query.kinds != 0) return {};
    return badTerm(term, QStringLiteral("names no kind of event; kind:port_read is one"));
}

Result<void> takeNumber(std::optional<uint64_t> &into, const QString &text, const QString &term) {
    into = number(text);
    if (into) return {};
    return badTerm(term, QStringLiteral("wants a number, as 1016 or 0x3f8"));
}

Result<void> takeLength(SearchQuery &query, const QString &term) {
    const auto length = durationNs(term.mid(1));
    if (!length) return badTerm(term, QStringLiteral("wants a time with its unit, as >1ms"));
    (term[0] == u'>' ? query.longerNs : query.shorterNs) = length;
    return {};
}

Result<void> takeTerm(SearchQuery &query, const QString &term) {
    static const std::pair<const char *, TrackKind> sources[] = {
        {"irq", TrackKind::IrqLine},      {"timer", TrackKind::Timer},
        {"vector", TrackKind::Exception}, {"device", TrackKind::PortDevice},
        {"console", TrackKind::Console},
    };
    if (term.size() > 2 && term.startsWith(u'/') && term.endsWith(u'/')) {
        query.regex = QRegularExpression(term.mid(1, term.size() - 2),
                                         QRegularExpression::CaseInsensitiveOption);
        if (query.regex->isValid()) return {};
        return badTerm(term, u"is no regular expression: " + query.regex->errorString());
    }
    if (term.size() > 1 && (term[0] == u'>' || term[0] == u'<')) return takeLength(query, term);
    const qsizetype colon = term.indexOf(u':');
    const QString key = term.left(colon).toLower();
    const QString rest = term.mid(colon + 1);
    if (colon > 0 && !rest.isEmpty()) {
        if (key == u"kind") return takeKind(query, rest.toLower(), term);
        if (key == u"address" || key == u"port" || key == u"eip")
            return takeNumber(query.address, rest, term);
        if (key == u"value") return takeNumber(query.value, rest, term);
        for (const auto &[name, kind] : sources) {
            if (key != QLatin1String(name)) continue;
            query.source = kind;
            query.sourceName = rest;
            return {};
        }
    }
    QString word = term;
    word.remove(u'"');
    if (!word.isEmpty()) query.words << word;
    return {};
}

class Search {
  public:
    Search(RunReader &reader, const RunSnapshot &run, const SearchQuery &query, size_t limit)
        : reader_(reader), run_(run), query_(query), limit_(limit) {}

    Result<SearchResult> result() {
        if (query_.wantsSpans()) {
            addPhases();
            if (auto done = addSpans(); !done) return done.error();
        } else {
            if (!query_.wantsEvents()) {
                addMarkers();
                addPhases();
                if (auto done = addConsole(); !done) return done.error();
            }
            if (auto done = addEvents(); !done) return done.error();
        }
        std::ranges::stable_sort(result_.hits, {},
                                 [](const SearchHit &hit) { return hit.range.from; });
        if (result_.hits.size() > limit_) {
            result_.hits.resize(limit_);
            result_.more = true;
        }
        return std::move(result_);
    }

  private:
    void addMarkers() {
        for (const RunMarker &marker : run_.markers)
            if (const QString name = shownLine(marker.name); query_.matchesText(name))
                result_.hits.push_back({{marker.ns, marker.ns},
                                        QStringLiteral("marker"),
                                        name,
                                        shownLine(marker.rule),
                                        0});
    }
    void addPhases() {
        if (query_.wantsEvents()) return;
        for (const RunPhase &phase : run_.phases) {
            const QString path = shownLine(phase.path);
            if (query_.matchesText(path) && query_.matchesLength(phase.durationNs()))
                result_.hits.push_back({phase.range(), QStringLiteral("phase"), path,
                                        duration(phase.durationNs()), 0});
        }
    }
    Result<void> addConsole() {
        const auto lines = reader_.consoleLines({{0}, run_.end.ns + 1}, SIZE_MAX);
        if (!lines) return lines.error();
        size_t found = 0;
        for (const ConsoleLine &line : *lines) {
            const QString text = shownLine(line.text);
            if (!query_.matchesText(text)) continue;
            if (++found > limit_) break;
            result_.hits.push_back({{line.ns, line.ns},
                                    QStringLiteral("console"),
                                    text,
                                    shownLine(run_.nameOf(SourceGroup::Console, line.source)),
                                    0});
        }
        return {};
    }
    bool isSource(TrackId track) const {
        if (!query_.source) return true;
        const bool isDevice =
            track.kind == TrackKind::MmioDevice && *query_.source == TrackKind::PortDevice;
        const bool isVector =
            track.kind == TrackKind::SoftwareInterrupt && *query_.source == TrackKind::Exception;
        if (track.kind != *query_.source && !isDevice && !isVector) return false;
        if (const auto wanted = number(query_.sourceName)) return track.number == *wanted;
        return shownLine(run_.labelOf(track)).contains(query_.sourceName, Qt::CaseInsensitive);
    }
    /// The kinds of events of a track whose names have the words; none: not worth a look.
    uint32_t kindsIn(TrackId track) const {
        if (!isSource(track)) return 0;
        const QString label = shownLine(run_.labelOf(track));
        uint32_t bits = 0;
        for (const EventKindInfo &row : eventKinds) {
            const uint32_t bit = kindBit(row.kind);
            if (!(kindsOf(track.kind) & bit) || (query_.kinds != 0 && !(query_.kinds & bit)))
                continue;
            const QString name =
                QString::fromUtf8(row.name.data(), static_cast<qsizetype>(row.name.size()));
            if (query_.matchesText(kindText(row.kind) + u' ' + name + u' ' + label)) bits |= bit;
        }
        return bits;
    }
    bool matches(const Event &event) const {
        if (query_.address && event.address != *query_.address) return false;
        return !query_.value || event.value == *query_.value;
    }
    Result<void> addEvents() {
        for (const RunTrack &track : run_.tracks) {
            if (track.id.kind == TrackKind::CpuShare) continue;
            const uint32_t kinds = kindsIn(track.id);
            if (kinds == 0) continue;
            if (auto done = addEventsOf(track.id, kinds); !done) return done.error();
        }
        return {};
    }
    Result<void> addEventsOf(TrackId track, uint32_t kinds) {
        size_t found = 0;
        uint64_t last = 0; // number of the event seen last
        VirtualNs from{0};
        while (found <= limit_) {
            const auto events = reader_.events(track, {from, run_.end.ns + 1}, page);
            if (!events) return events.error();
            uint64_t before = last;
            for (const StoredEvent &stored : *events) {
                if (stored.id <= before) continue;
                last = stored.id;
                if (!(kinds & kindBit(stored.event.kind)) || !matches(stored.event)) continue;
                if (++found > limit_) break;
                result_.hits.push_back(
                    {{stored.event.ns, stored.event.ns},
                     QStringLiteral("event"),
                     kindText(stored.event.kind),
                     sourceText(stored.event, run_) + u"  " + valuesText(stored.event),
                     stored.id});
            }
            if (events->size() < page) break;
            // More than a page at one moment is none of a machine's doing; go on behind it.
            const VirtualNs next = events->back().event.ns;
            from = last == before ? next + 1 : next;
        }
        return {};
    }
    Result<void> addSpans() {
        for (const RunTrack &track : run_.tracks) {
            if (!hasSpans(track.id.kind) || track.id.kind == TrackKind::CpuShare ||
                !isSource(track.id))
                continue;
            const QString label = shownLine(run_.labelOf(track.id));
            if (!query_.matchesText(label)) continue;
            const auto spans = reader_.spans(track.id, {{0}, run_.end.ns + 1}, mostSpans);
            if (!spans) return spans.error();
            result_.more |= spans->truncated;
            size_t found = 0;
            for (const Span &span : spans->spans) {
                if (!query_.matchesLength(span.lengthNs())) continue;
                if (++found > limit_) break;
                result_.hits.push_back({{span.start, span.end},
                                        QStringLiteral("span"),
                                        label,
                                        exactDuration(span.lengthNs()),
                                        span.startId});
            }
        }
        return {};
    }

    RunReader &reader_;
    const RunSnapshot &run_;
    const SearchQuery &query_;
    size_t limit_;
    SearchResult result_;
};

} // namespace

bool SearchQuery::matchesText(const QString &text) const {
    for (const QString &word : words)
        if (!text.contains(word, Qt::CaseInsensitive)) return false;
    return !regex || regex->match(text).hasMatch();
}

bool SearchQuery::matchesLength(uint64_t ns) const {
    return (!longerNs || ns > *longerNs) && (!shorterNs || ns < *shorterNs);
}

Result<SearchQuery> parseSearch(const QString &text) {
    SearchQuery query;
    const QStringList terms = termsOf(text);
    if (terms.isEmpty()) return Error{"type what to look for, as panic, irq:4 or >1ms"};
    for (const QString &term : terms)
        if (auto taken = takeTerm(query, term); !taken) return taken.error();
    return query;
}

Result<SearchResult> runSearch(RunReader &reader, const RunSnapshot &run, const SearchQuery &query,
                               size_t limit) {
    return Search(reader, run, query, limit).result();
}

} // namespace bootglass
