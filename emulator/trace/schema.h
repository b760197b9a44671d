// SPDX-License-Identifier: GPL-3.0-or-later
// The run file *.bootglass: an SQLite 3 database with this application_id and the schema's version
// as its user_version. schema.cpp holds the CREATE statements, with the meaning of each column;
// they are stored with their comments, so `bootglass query FILE "SELECT sql FROM sqlite_schema"`
// prints the documentation. A reader adds the table-valued `event`, see event_table.h.
//
// All times are integers: icount is instructions retired since reset, virtual_ns is
// (icount << shift) + idle ns. 64-bit values are stored as SQLite's signed integers, bit by bit.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bootglass {

inline constexpr uint32_t runFileApplicationId = 0x4274476C; // "BtGl"
inline constexpr int runFileSchema = 4;
inline constexpr int runFilePageSize = 8192;

struct SchemaTable {
    std::string_view type; // as in sqlite_schema: table or index
    std::string_view name;
    std::string_view sql;
    int since = 1;             // the schema that has it first
    int until = runFileSchema; // and the last one
    constexpr bool isIn(int version) const { return since <= version && version <= until; }
};

inline constexpr size_t schemaTables = 30;
extern const std::array<SchemaTable, schemaTables> schema;

/// Events in a chunk, at most.
inline constexpr size_t chunkEvents = 4096;

/// Keys of `meta` that the program itself reads; sessions add others.
namespace metaKey {
inline constexpr std::string_view version = "version";
inline constexpr std::string_view shift = "shift";
inline constexpr std::string_view ended = "ended";
inline constexpr std::string_view digest = "digest";
inline constexpr std::string_view icount = "icount";
inline constexpr std::string_view virtualNs = "virtual_ns";
inline constexpr std::string_view idleNs = "idle_ns";
inline constexpr std::string_view wallSeconds = "wall_s";
inline constexpr std::string_view complete = "complete";
inline constexpr std::string_view sampleEvery = "sample_every";
} // namespace metaKey

} // namespace bootglass
