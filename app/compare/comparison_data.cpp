// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison for programs: CSV with one table, JSON with everything. Both have exact integers.
#include "app/compare/comparison_report.h"
#include "app/json_text.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

using Json = nlohmann::ordered_json;

/// RFC 4180.
std::string quoted(const std::string &text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result(1, '"');
    for (const char c : text)
        result.append(c == '"' ? 2 : 1, c);
    result.push_back('"');
    return result;
}

Json amountJson(const std::optional<Amount> &amount) {
    if (!amount) return nullptr;
    return {{"instructions", amount->instructions},
            {"virtual_ns", amount->virtualNs},
            {"idle_ns", amount->idleNs},
            {"count", amount->count}};
}

Json rowJson(const DeltaRow &row, ComparedBy by) {
    Json json;
    json["by"] = std::string(name(by));
    json["name"] = row.name;
    json["change"] = row.isNew()            ? "added"
                     : row.isGone()         ? "removed"
                     : !row.renamed.empty() ? "renamed"
                     : row.moved            ? "moved"
                                            : "";
    if (!row.renamed.empty()) json["renamed_to"] = row.renamed;
    json["moved"] = row.moved;
    json["a"] = amountJson(row.a);
    json["b"] = amountJson(row.b);
    json["delta_instructions"] = row.delta(Measure::Instructions);
    json["delta_virtual_ns"] = row.delta(Measure::VirtualTime);
    json["delta_idle_ns"] = row.delta(Measure::Idle);
    json["delta_count"] = row.delta(Measure::Count);
    const auto percent = row.percent(mainMeasure(by));
    json["delta_percent"] = percent ? Json(*percent) : Json(nullptr);
    return json;
}

Json runJson(const ComparisonReport &report, size_t place) {
    const ComparedRun &run = report.runs[place];
    return {{"run", report.letter(place)},
            {"label", run.label},
            {"path", run.path},
            {"icount", run.end.icount.value},
            {"virtual_ns", run.end.ns.value},
            {"idle_ns", run.end.idleNs},
            {"shift", run.shift},
            {"ended", run.ended},
            {"digest", run.digest}};
}

Json waterfallJson(const Waterfall &waterfall) {
    Json json{{"from", waterfall.fromTotal}, {"to", waterfall.toTotal}};
    json["steps"] = Json::array();
    for (const WaterfallStep &step : waterfall.steps) {
        json["steps"].push_back({{"name", step.name},
                                 {"own", step.own},
                                 {"delta_instructions", step.delta},
                                 {"sum", step.after}});
    }
    return json;
}

Json eventJson(const ToldEvent &told) {
    const Event &event = told.stored.event;
    return {{"id", told.stored.id},
            {"icount", event.icount.value},
            {"virtual_ns", event.ns.value},
            {"kind", std::string(info(event.kind).name)},
            {"source", told.source},
            {"address", event.address},
            {"value", event.value},
            {"detail", event.detail},
            {"size", event.size}};
}

Json eventsJson(const std::vector<ToldEvent> &events) {
    Json json = Json::array();
    for (const ToldEvent &event : events)
        json.push_back(eventJson(event));
    return json;
}

Json divergenceJson(const ComparisonReport &report, const ComparisonResult &result) {
    const Divergence &found = *result.divergence;
    Json json{{"found", found.found()},
              {"equal_events", found.equalEvents},
              {"sentence", divergenceSentence(found, report.letter(report.request.baseline),
                                              report.letter(result.run))}};
    json["a"] = found.a ? eventJson(*found.a) : Json(nullptr);
    json["b"] = found.b ? eventJson(*found.b) : Json(nullptr);
    json["before"] = eventsJson(found.before);
    json["after_a"] = eventsJson(found.afterA);
    json["after_b"] = eventsJson(found.afterB);
    json["left_out"] = Json::array();
    for (const EventKind kind : found.leftOut)
        json["left_out"].push_back(std::string(info(kind).name));
    return json;
}

Json alignmentJson(const ComparisonReport &report, const ComparisonResult &result) {
    const ComparedRun &a = report.base();
    const ComparedRun &b = report.runs[result.run];
    const auto from = [](const RunPoint &zero, const RunPoint &at) {
        return Json{{"icount", difference(zero.icount.value, at.icount.value)},
                    {"virtual_ns", difference(zero.ns.value, at.ns.value)}};
    };
    Json json{{"marker", report.request.align}};
    json["starts"] = Json::array();
    for (const DeltaRow &row : result.phases) {
        Json start{{"name", row.name}, {"a", nullptr}, {"b", nullptr}};
        if (row.placeInA) start["a"] = from(result.alignment->a, a.phases[*row.placeInA].start);
        if (row.placeInB) start["b"] = from(result.alignment->b, b.phases[*row.placeInB].start);
        json["starts"].push_back(std::move(start));
    }
    return json;
}

Json resultJson(const ComparisonReport &report, const ComparisonResult &result) {
    const Answer found = answer(report.base(), report.runs[result.run]);
    Json json;
    json["baseline"] = report.letter(report.request.baseline);
    json["run"] = report.letter(result.run);
    json["sentence"] = report.sentence(result);
    json["delta_instructions"] = found.instructions;
    json["delta_virtual_ns"] = found.virtualNs;
    json["delta_idle_ns"] = found.idleNs;
    json["delta_percent"] = found.percent;
    json["same_digest"] = found.sameDigest;
    json["same_end"] = found.sameEnd;
    json["regression"] = result.regression;
    json["rows"] = Json::array();
    for (const ComparedBy by : report.request.by)
        for (const DeltaRow &row : report.rows(result, by))
            json["rows"].push_back(rowJson(row, by));
    json["waterfall"] = waterfallJson(result.waterfall);
    if (result.alignment) json["aligned"] = alignmentJson(report, result);
    if (result.divergence) json["first_divergence"] = divergenceJson(report, result);
    return json;
}

std::string deltaCsv(const ComparisonReport &report) {
    std::string text = "by,name,change,a_instructions,b_instructions,delta_instructions,"
                       "delta_percent,a_virtual_ns,b_virtual_ns,delta_virtual_ns,a_idle_ns,"
                       "b_idle_ns,delta_idle_ns,a_count,b_count,delta_count\n";
    for (const ComparedBy by : report.request.by) {
        for (const DeltaRow &row : report.rows(report.results.front(), by)) {
            const auto percent = row.percent(mainMeasure(by));
            text += fmt::format("{},{},{}", name(by), quoted(row.name), quoted(row.change()));
            for (const Measure measure :
                 {Measure::Instructions, Measure::VirtualTime, Measure::Idle, Measure::Count}) {
                text += fmt::format(
                    ",{},{},{}", row.a ? std::to_string(row.inA(measure)) : std::string(),
                    row.b ? std::to_string(row.inB(measure)) : std::string(), row.delta(measure));
                if (measure == Measure::Instructions)
                    text += percent ? fmt::format(",{:.6f}", *percent) : std::string(",");
            }
            text += "\n";
        }
    }
    return text;
}

std::string seriesCsv(const ComparisonReport &report) {
    std::string text = "by,name";
    for (const ComparedRun &run : report.runs)
        text += fmt::format(",{}", quoted(run.label));
    text += "\n";
    for (const ComparedBy by : report.request.by) {
        for (const SeriesRow &row : report.series(by)) {
            text += fmt::format("{},{}", name(by), quoted(row.name));
            for (size_t run = 0; run < row.runs.size(); ++run)
                text += row.runs[run] ? fmt::format(",{}", row.value(run, mainMeasure(by)))
                                      : std::string(",");
            text += "\n";
        }
    }
    return text;
}

} // namespace

std::string comparisonCsv(const ComparisonReport &report) {
    return report.runs.size() > 2 ? seriesCsv(report) : deltaCsv(report);
}

std::string comparisonJson(const ComparisonReport &report) {
    Json json = resultJson(report, report.results.front());
    json["runs"] = Json::array();
    for (size_t run = 0; run < report.runs.size(); ++run)
        json["runs"].push_back(runJson(report, run));
    if (report.runs.size() > 2) {
        json["comparisons"] = Json::array();
        for (const ComparisonResult &result : report.results)
            json["comparisons"].push_back(resultJson(report, result));
        json["series"] = Json::array();
        for (const ComparedBy by : report.request.by) {
            for (const SeriesRow &row : report.series(by)) {
                Json line{{"by", std::string(name(by))}, {"name", row.name}};
                line["runs"] = Json::array();
                for (const auto &amount : row.runs)
                    line["runs"].push_back(amountJson(amount));
                json["series"].push_back(std::move(line));
            }
        }
    }
    return jsonText(json) + "\n";
}

} // namespace bootglass
