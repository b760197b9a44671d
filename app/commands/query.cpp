// SPDX-License-Identifier: GPL-3.0-or-later
// `bootglass query FILE "SQL"`: read-only SQL on a run. Prints a line of column names and a line
// per row, with tabs between; tabs, line ends and backslashes within a value are escaped, so that
// a line is always a row.
#include "app/command.h"
#include "app/json_text.h"
#include "emulator/trace/run_reader.h"
#include "emulator/trace/sql_views.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace bootglass {

namespace {

struct Options {
    std::string file;
    std::string sql;
    bool json = false;
    bool tables = false;
    bool whole = false; // both are named, if only by an empty text
};

std::string escaped(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    for (const char c : value) {
        switch (c) {
        case '\t': text += "\\t"; break;
        case '\n': text += "\\n"; break;
        case '\r': text += "\\r"; break;
        case '\\': text += "\\\\"; break;
        default: text += c;
        }
    }
    return text;
}

template<typename Values>
void printRow(const Values &values) {
    std::string line;
    for (size_t i = 0; i < values.size(); i++) {
        if (i > 0) line += '\t';
        line += escaped(values[i]);
    }
    fmt::print("{}\n", line);
}

/// A list of objects, printed row by row: a run may have more rows than fit into memory.
class JsonRows {
  public:
    /// The query can be run: only now there is something to print.
    void header(const std::vector<std::string> &columns) {
        columns_ = columns;
        fmt::print("[");
    }
    void row(const RunReader::Row &row) {
        nlohmann::ordered_json object = nlohmann::ordered_json::object();
        for (size_t i = 0; i < columns_.size() && i < row.values.size(); i++) {
            auto &value = object[columns_[i]];
            if (!row.null[i]) value = std::string(row.values[i]);
        }
        fmt::print("{}{}", first_ ? "\n" : ",\n", jsonText(object));
        first_ = false;
    }
    void end() { fmt::print("\n]\n"); }

  private:
    std::vector<std::string> columns_;
    bool first_ = true;
};

/// The tables that stay as they are, whatever the schema of the file becomes.
Outcome tellTables() {
    for (const SqlView &view : sqlViews()) {
        fmt::print("{}: {}\n", view.name, view.meaning);
        for (const SqlColumn &column : view.columns)
            fmt::print("  {:<14} {}\n", column.name, column.meaning);
    }
    return ExitCode::Done;
}

Outcome query(const Options &options) {
    if (options.tables) return tellTables();
    if (!options.whole)
        return Error{fmt::format("{} is required; `bootglass query --help` tells more",
                                 options.file.empty() ? "FILE" : "SQL")};
    auto reader = RunReader::open(options.file);
    if (!reader) return reader.error();

    if (!options.json) {
        const auto columns = (*reader)->query(options.sql, printRow<std::vector<std::string>>,
                                              [](const RunReader::Row &row) {
                                                  printRow(row.values);
                                                  return true;
                                              });
        if (!columns) return columns.error();
        return ExitCode::Done;
    }
    JsonRows rows;
    const auto columns = (*reader)->query(
        options.sql, [&rows](const std::vector<std::string> &names) { rows.header(names); },
        [&rows](const RunReader::Row &row) {
            rows.row(row);
            return true;
        });
    if (!columns) return columns.error();
    rows.end();
    return ExitCode::Done;
}

} // namespace

void addQueryCommand(CLI::App &program, Action &chosen) {
    auto *command = program.add_subcommand("query", "read-only SQL on a run");
    auto options = std::make_shared<Options>();
    command->add_option("FILE", options->file, "the run file")->type_name("");
    command
        ->add_option("SQL", options->sql,
                     "one statement, for instance \"SELECT name, virtual_ns FROM markers\"")
        ->type_name("");
    command->add_flag("--tables", options->tables,
                      "tells the tables that stay the same from version to version, with their "
                      "columns; the file's own, which may change, are told by \"SELECT sql FROM "
                      "sqlite_schema\"");
    command->add_flag("--json", options->json, "a list of objects, values as strings");
    command->callback([command, options, &chosen] {
        options->whole = command->count("FILE") > 0 && command->count("SQL") > 0;
        chosen = [options] { return query(*options); };
    });
}

} // namespace bootglass
