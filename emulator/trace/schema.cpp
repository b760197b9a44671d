// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/schema.h"

namespace bootglass {

const std::array<SchemaTable, schemaTables> schema = {{
    {"table", "meta", R"(CREATE TABLE meta(
  -- What the run is and where it stands: version, shift, icount, virtual_ns, idle_ns, wall_s, ended,
  -- digest, complete (1: closed in order), and what the session adds (machine, command line, …).
  key TEXT PRIMARY KEY,
  value TEXT
) WITHOUT ROWID)"},
    {"table", "input", R"(CREATE TABLE input(
  -- The files that the machine was given.
  id INTEGER PRIMARY KEY,
  role TEXT,   -- bios, kernel, initrd, disk, …
  path TEXT,   -- where it was then
  sha256 TEXT, -- in hexadecimal
  bytes INTEGER
))"},
    {"table", "source", R"(CREATE TABLE source(
  -- Names of what events come from.
  grp INTEGER,    -- SourceGroup: 0 machine, 1 timer, 2 interrupt line, 3 vector, 4 port device,
                  -- 5 memory-mapped device, 6 console
  number INTEGER, -- as in event.source
  name TEXT,
  PRIMARY KEY(grp, number)
) WITHOUT ROWID)"},
    {"table", "marker", R"(CREATE TABLE marker(
  -- Named points of the boot.
  id INTEGER PRIMARY KEY, -- 1, 2, … in the order of time
  name TEXT,
  rule TEXT,   -- what found it
  icount INTEGER,
  virtual_ns INTEGER
))"},
    {"table", "phase", R"(CREATE TABLE phase(
  -- Named spans of the boot; they nest. The end of a phase that never ended is NULL.
  id INTEGER PRIMARY KEY,
  parent INTEGER, -- a phase's id, or NULL
  path TEXT,      -- kernel/drivers
  name TEXT,      -- drivers
  start_icount INTEGER,
  start_ns INTEGER,
  start_idle_ns INTEGER, -- idle time before it
  start_wall_s REAL,     -- host seconds before it
  end_icount INTEGER,
  end_ns INTEGER,
  end_idle_ns INTEGER,
  end_wall_s REAL
))"},
    {"table", "console", R"(CREATE TABLE console(
  -- Lines of text that the guest wrote to a serial line or a debug port.
  id INTEGER PRIMARY KEY, -- 1, 2, … in the order of time
  source INTEGER,         -- source(grp 6)
  icount INTEGER,         -- of the line's end
  virtual_ns INTEGER,
  text TEXT               -- the guest's bytes
))"},
    {"index", "console_time", R"(CREATE INDEX console_time ON console(virtual_ns))"},
    {"table", "screen", R"(CREATE TABLE screen(
  -- The VGA text screen as it changed.
  id INTEGER PRIMARY KEY,
  icount INTEGER,
  virtual_ns INTEGER,
  whole INTEGER,          -- 1: all rows are in data
  columns INTEGER,
  rows INTEGER,
  cursor_row INTEGER,     -- rows or more: hidden
  cursor_column INTEGER,
  data BLOB               -- zstd: per row its number and its cells, 16 bits each, low byte first
))"},
    {"index", "screen_time", R"(CREATE INDEX screen_time ON screen(virtual_ns))"},
    {"table", "picture", R"(CREATE TABLE picture(
  -- The display in graphics modes, as it was at most once per second of virtual time.
  id INTEGER PRIMARY KEY,
  icount INTEGER,
  virtual_ns INTEGER,
  width INTEGER,  -- 0: back to text
  height INTEGER,
  data BLOB       -- zstd: pixels of 24 bits, blue first, row by row
))"},
    {"index", "picture_time", R"(CREATE INDEX picture_time ON picture(virtual_ns))"},
    {"table", "kind_count", R"(CREATE TABLE kind_count(
  -- All events that happened, kept or not.
  kind TEXT PRIMARY KEY,
  n INTEGER
) WITHOUT ROWID)"},
    {"table", "host_cost", R"(CREATE TABLE host_cost(
  -- What the run cost the host, CPU seconds by purpose.
  purpose TEXT PRIMARY KEY,
  seconds REAL
) WITHOUT ROWID)"},
    {"table", "host_cost_at", R"(CREATE TABLE host_cost_at(
  -- What the run had cost the host up to a moment, CPU ns by purpose: what a stretch cost is the
  -- difference of two rows. There is one where a phase starts or ends.
  virtual_ns INTEGER PRIMARY KEY,
  translate_ns INTEGER, -- making code for the guest's
  execute_ns INTEGER,   -- that code
  interpret_ns INTEGER, -- the guest's instructions, and the dispatcher
  devices_ns INTEGER,
  record_ns INTEGER     -- watching, and the recorder's thread
))",
     2},
    {"table", "detail", R"(CREATE TABLE detail(
  -- From when on which events are kept: 0 markers, 1 events, 2 full.
  id INTEGER PRIMARY KEY,
  icount INTEGER,
  virtual_ns INTEGER,
  level INTEGER
))"},
    {"table", "chunk", R"(CREATE TABLE chunk(
  -- The directory of the single events: up to 4096 each, in the order of time.
  id INTEGER PRIMARY KEY, -- 1, 2, …
  first_event INTEGER,    -- the number of its first event
  count INTEGER,
  first_icount INTEGER,
  last_icount INTEGER,
  first_ns INTEGER,
  last_ns INTEGER,
  kinds INTEGER           -- bit per kind
))"},
    {"table", "chunk_data", R"(CREATE TABLE chunk_data(
  -- The events of a chunk, column by column, delta coded, zstd; read them as table event.
  id INTEGER PRIMARY KEY,
  open BLOB, -- the spans that are open at its start
  data BLOB
))"},
    {"table", "track", R"(CREATE TABLE track(
  -- The lanes of the timeline with their totals.
  track INTEGER PRIMARY KEY, -- TrackKind << 16 | number
  count INTEGER,
  busy_ns INTEGER
))"},
    {"table", "rollup", R"(CREATE TABLE rollup(
  -- Counts per time bin. A bin of level L is 2^(16+L) ns wide; a block is 64 bins of all tracks.
  level INTEGER,
  block INTEGER, -- virtual_ns >> (22 + level)
  data BLOB,     -- zstd: per track its bins' count, busy ns, longest span, its event, kinds
  PRIMARY KEY(level, block)
) WITHOUT ROWID)",
     1, 3},
    {"table", "rollup", R"(CREATE TABLE rollup(
  -- Counts per time bin. A bin of level L is 2^(16+L) ns wide; a block is 64 bins of all tracks, a
  -- row is up to 16 blocks.
  id INTEGER PRIMARY KEY, -- level << 42 | its first block, which is virtual_ns >> (22 + level)
  data BLOB -- zstd: per block that is not empty its number in the row and its size, then per track
            -- its bins' count, busy ns, longest span, its event, kinds, where they are not those of
            -- the bin before
))",
     4},
    {"table", "rollup_level", R"(CREATE TABLE rollup_level(
  -- How far each level is written; beyond that the next finer level goes on.
  level INTEGER PRIMARY KEY,
  closed_ns INTEGER
))"},
    {"table", "long_span", R"(CREATE TABLE long_span(
  -- Spans longer than 32 bins of level 0. They are in the bins of their own level and above,
  -- not in those below: a reader adds them there.
  level INTEGER, -- the finest at which they are at most 32 bins; 20: in no bin at all
  start_ns INTEGER,
  track INTEGER,
  end_ns INTEGER,
  event INTEGER,     -- the span's first event, 0: not kept
  end_event INTEGER,
  PRIMARY KEY(level, start_ns, track, end_ns)
) WITHOUT ROWID)"},
    {"table", "idle", R"(CREATE TABLE idle(
  -- Every halt: what makes icount and virtual time convertible exactly.
  id INTEGER PRIMARY KEY,
  first_icount INTEGER, -- of its first halt
  first_ns INTEGER,     -- when that began
  last_ns INTEGER,      -- when the last one ended
  idle_before_ns INTEGER,
  count INTEGER,
  data BLOB             -- per halt: instructions since the one before, idle ns (LEB128)
))"},
    {"table", "address_space", R"(CREATE TABLE address_space(
  -- The lanes of page-table switches.
  number INTEGER PRIMARY KEY, -- of the track
  cr3 INTEGER                 -- the last lane holds all further ones and has no CR3
))"},
    {"table", "activity", R"(CREATE TABLE activity(
  -- Named spans of work inside the guest. The end of one that never ended is NULL.
  id INTEGER PRIMARY KEY, -- in the order in which they were noticed
  parent INTEGER, -- the activity that it happened in, or NULL
  kind TEXT,      -- initcall, driver, service, process, region
  name TEXT,
  note TEXT,      -- how it ended; of a process "CR3 02102000 /bin/sh, exit 0"
  start_icount INTEGER, -- NULL: only its time is known, by the guest's clock
  start_ns INTEGER,
  start_idle_ns INTEGER,
  end_icount INTEGER,
  end_ns INTEGER,
  end_idle_ns INTEGER
))",
     3},
    {"table", "sample", R"(CREATE TABLE sample(
  -- Where the CPU was, at every so many instructions; up to 1024 samples in a row.
  id INTEGER PRIMARY KEY,
  first_icount INTEGER,
  first_ns INTEGER,
  last_ns INTEGER,
  count INTEGER,
  data BLOB -- zstd: per sample differences of icount and ns, linear EIP, privilege level, CR3 and
            -- return addresses, LEB128
))",
     3},
    {"table", "symbol", R"(CREATE TABLE symbol(
  -- The names of code that the run was given, by address; up to 4096 in a row.
  id INTEGER PRIMARY KEY,
  count INTEGER,
  data BLOB -- zstd: per symbol difference of its address, length of its name (LEB128), name
))",
     3},
    {"table", "code_page", R"(CREATE TABLE code_page(
  -- Pages of the guest's code as they were when they were seen to run; each content once.
  id INTEGER PRIMARY KEY,
  data BLOB -- zstd: 4096 bytes
))",
     3},
    {"table", "code", R"(CREATE TABLE code(
  -- Which code page stood at a linear address, from a moment on.
  id INTEGER PRIMARY KEY,
  address INTEGER,
  icount INTEGER,
  virtual_ns INTEGER,
  page INTEGER -- in code_page
))",
     3},
    {"index", "code_address", R"(CREATE INDEX code_address ON code(address, virtual_ns))", 3},
}};

} // namespace bootglass
