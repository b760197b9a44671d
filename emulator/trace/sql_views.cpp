// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/sql_views.h"

#include <fmt/format.h>

namespace bootglass {

namespace {

const SqlColumn icount{"icount", "instructions retired since reset"};
const SqlColumn virtualNs{"virtual_ns", "virtual time, ns"};
const SqlColumn eip{"eip", "instruction pointer"};

const std::vector<SqlView> &views() {
    static const std::vector<SqlView> all = {
        {"run",
         "the run as a whole: one row",
         {{"version", "of the Bootglass that wrote it"},
          {"digest", "hash of everything that happened"},
          {"ended", "what ended it"},
          {"shift", "an instruction takes 2^shift ns"},
          icount,
          virtualNs,
          {"idle_ns", "of it halted"},
          {"wall_s", "host seconds: a cost, no measure"}},
         "SELECT max(CASE key WHEN 'version' THEN value END),"
         " max(CASE key WHEN 'digest' THEN value END),"
         " max(CASE key WHEN 'ended' THEN value END),"
         " CAST(max(CASE key WHEN 'shift' THEN value END) AS INTEGER),"
         " CAST(max(CASE key WHEN 'icount' THEN value END) AS INTEGER),"
         " CAST(max(CASE key WHEN 'virtual_ns' THEN value END) AS INTEGER),"
         " CAST(max(CASE key WHEN 'idle_ns' THEN value END) AS INTEGER),"
         " CAST(max(CASE key WHEN 'wall_s' THEN value END) AS REAL) FROM meta"},
        {"inputs",
         "the files that the machine was given",
         {{"role", "bios, kernel, initrd, disk, …"},
          {"path", "where it was then"},
          {"sha256", "in hexadecimal"},
          {"bytes", "its length"}},
         "SELECT role, path, sha256, bytes FROM input ORDER BY id"},
        {"phases",
         "named spans of the boot, parents before children",
         {{"path", "kernel/drivers"},
          {"name", "drivers"},
          {"depth", "0 at the top"},
          {"start_icount", "instructions at its start"},
          {"end_icount", "and at its end; NULL if it never ended"},
          {"instructions", "the difference"},
          {"start_ns", "virtual time at its start"},
          {"end_ns", "and at its end"},
          {"duration_ns", "the difference"},
          {"idle_ns", "of it halted"}},
         "SELECT path, name, length(path) - length(replace(path, '/', '')), start_icount,"
         " end_icount, end_icount - start_icount, start_ns, end_ns, end_ns - start_ns,"
         " end_idle_ns - start_idle_ns FROM phase ORDER BY id"},
        {"markers",
         "named points of the boot, in order",
         {{"name", "of the marker"}, {"rule", "what found it"}, icount, virtualNs},
         "SELECT name, rule, icount, virtual_ns FROM marker ORDER BY id"},
        {"events",
         "every stored event, in order",
         {{"id", "its number, from 1"},
          icount,
          virtualNs,
          {"kind", "timer_fired, interrupt, port_write, …"},
          {"source", "the line, timer, vector, device it came from"},
          {"address", "port, physical address or instruction pointer, by kind"},
          {"size", "bytes of an access"},
          {"value", "by kind"},
          {"detail", "by kind"}},
         "SELECT id, icount, virtual_ns, kind, source, address, size, value, detail FROM event"},
        {"timers",
         "timers as they were armed, cancelled and fired",
         {icount,
          virtualNs,
          {"timer", "its name"},
          {"what", "armed, cancelled or fired"},
          {"deadline_ns", "virtual time it asked for; NULL when cancelled"}},
         "SELECT icount, virtual_ns, source, replace(kind, 'timer_', ''), value FROM event"
         " WHERE kind = 'timer_armed' UNION ALL SELECT icount, virtual_ns, source,"
         " replace(kind, 'timer_', ''), value FROM event WHERE kind = 'timer_fired'"
         " UNION ALL SELECT icount, virtual_ns, source, replace(kind, 'timer_', ''), value"
         " FROM event WHERE kind = 'timer_cancelled' ORDER BY 1, 2"},
        {"interrupts",
         "interrupts as the CPU accepted them",
         {icount, virtualNs, {"line", "its name"}, {"vector", "its number"}, eip},
         "SELECT icount, virtual_ns, source, value, address FROM event WHERE kind = 'interrupt'"},
        {"exceptions",
         "exceptions of the CPU",
         {icount,
          virtualNs,
          {"exception", "its name"},
          {"vector", "its number"},
          eip,
          {"error_code", "0 where it has none"},
          {"cr2", "the address of a page fault"}},
         "SELECT icount, virtual_ns, source, number, address, value, detail FROM event"
         " WHERE kind = 'exception'"},
        {"accesses",
         "port and memory-mapped accesses to devices",
         {icount,
          virtualNs,
          {"device", "its name"},
          {"what", "port_read, port_write, mmio_read or mmio_write"},
          {"address", "the port, or the physical address"},
          {"size", "in bytes"},
          {"value", "read or written"}},
         "SELECT icount, virtual_ns, source, kind, address, size, value FROM event"
         " WHERE kind IN ('port_read', 'port_write', 'mmio_read', 'mmio_write')"},
        {"samples",
         "where the instruction pointer was, every so many instructions",
         {icount, virtualNs, eip, {"privilege", "0 kernel, 3 user"}, {"cr3", "the page tables"}},
         "SELECT icount, virtual_ns, address, value, detail FROM event WHERE kind = 'sample'"},
        {"halts",
         "spans in which the CPU was halted, by their ends",
         {icount,
          {"start_ns", "when it halted"},
          {"end_ns", "when it went on"},
          {"idle_ns", "the difference"}},
         "SELECT icount, virtual_ns - value, virtual_ns, value FROM event WHERE kind = 'wake'"},
        {"console_lines",
         "lines that the guest wrote",
         {icount, virtualNs, {"console", "its name"}, {"text", "the guest's bytes"}},
         "SELECT console.icount, console.virtual_ns, coalesce(source.name, console.source),"
         " console.text FROM console LEFT JOIN source ON source.grp = 6"
         " AND source.number = console.source ORDER BY console.id"},
        {"event_counts",
         "how many events there were of each kind, stored or not",
         {{"kind", "timer_fired, …"}, {"count", "all of them"}},
         "SELECT kind, n FROM kind_count ORDER BY n DESC, kind"},
    };
    return all;
}

} // namespace

std::span<const SqlView> sqlViews() {
    return views();
}

const SqlView *sqlView(std::string_view name) {
    for (const SqlView &view : views())
        if (view.name == name) return &view;
    return nullptr;
}

void addSqlViews(RunFile &file) {
    if (file.guard().knowsViews()) return;
    file.guard().defineViews(true);
    // The file itself is opened read-only, whatever this says; it forbids temporary views, too.
    file.database().execute("PRAGMA query_only=OFF");
    for (const SqlView &view : views()) {
        std::string columns;
        for (const SqlColumn &column : view.columns)
            columns += fmt::format("{}{}", columns.empty() ? "" : ", ", column.name);
        const std::string sql =
            fmt::format("CREATE TEMP VIEW {}({}) AS {}", view.name, columns, view.select);
        file.database().execute(sql.c_str());
    }
    file.database().execute("PRAGMA query_only=ON");
    file.guard().defineViews(false);
}

} // namespace bootglass
