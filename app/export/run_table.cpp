// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/run_table.h"

#include "app/export/output_file.h"
#include "app/json_text.h"
#include "emulator/trace/sql_views.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

std::string csvField(std::string_view value) {
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(value);
    std::string field = "\"";
    for (const char c : value) {
        if (c == '"') field += '"';
        field += c;
    }
    field += '"';
    return field;
}

template<typename Values>
std::string csvLine(const Values &values) {
    std::string line;
    for (size_t i = 0; i < values.size(); ++i)
        line.append(i > 0 ? "," : "").append(csvField(values[i]));
    return line + "\r\n";
}

/// As JSON writes it: what is a whole number in the run stays one.
std::string jsonValue(std::string_view value, bool isNull) {
    if (isNull) return "null";
    const std::string_view digits = value.starts_with('-') ? value.substr(1) : value;
    const bool whole = !digits.empty() && digits.size() < 19 &&
                       digits.find_first_not_of("0123456789") == std::string_view::npos &&
                       (digits.size() == 1 || digits.front() != '0');
    if (whole) return std::string(value);
    return jsonText(nlohmann::ordered_json(std::string(value)));
}

} // namespace

std::string runTableNames() {
    std::string names;
    for (const SqlView &view : sqlViews())
        names += fmt::format("{}{}", names.empty() ? "" : ", ", view.name);
    return names;
}

Result<void> writeRunTable(RunReader &reader, const std::string &table, const std::string &format,
                           const std::string &outFile) {
    const SqlView *view = sqlView(table);
    if (!view)
        return Error{fmt::format("there is no table '{}'; a run has {}", table, runTableNames())};
    const bool json = format == "json";
    if (!json && format != "csv")
        return Error{fmt::format("{}: a table is exported as .csv or .json", outFile)};
    auto file = OutputFile::create(outFile);
    if (!file) return file.error();
    bool first = true;
    std::vector<std::string> columns;
    const auto done = reader.query(
        fmt::format("SELECT * FROM {}", view->name),
        [&](const std::vector<std::string> &names) {
            columns = names;
            (*file)->write(json ? "[" : csvLine(names));
        },
        [&](const RunReader::Row &row) {
            if (!json) {
                (*file)->write(csvLine(row.values));
                return true;
            }
            std::string object = first ? "\n{" : ",\n{";
            for (size_t i = 0; i < columns.size(); ++i)
                object += fmt::format("{}\"{}\":{}", i > 0 ? "," : "", columns[i],
                                      jsonValue(row.values[i], row.null[i]));
            object += '}';
            (*file)->write(object);
            first = false;
            return true;
        });
    if (!done) return done.error();
    if (json) (*file)->write("\n]\n");
    return (*file)->commit();
}

} // namespace bootglass
