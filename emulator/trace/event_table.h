// SPDX-License-Identifier: GPL-3.0-or-later
// The single events as a table for SQL, named event: an eponymous, read-only virtual table of
// SQLite (sqlite.org/vtab.html). Its columns, in the order of SELECT *:
//   id          number of the event, from 1, in the order of time
//   icount      instructions retired
//   virtual_ns  virtual time; also by the name ns
//   kind        reset, timer_armed, … as in the table of emulator/probe/event.h
//   source      name of the timer, line, vector, device or console
//   number      its number, as in source.number
//   track       its lane, as in track.track
//   address     port, physical address or instruction pointer; NULL where a kind has none
//   size        bytes of an access; NULL where there is none
//   value       port's value, deadline, vector, … by kind; NULL where a kind has none
//   detail      what else a kind tells; NULL where it tells no more
// Comparisons of id, icount, virtual_ns and kind with values go down to the chunks, so that only
// those are decoded that may hold what is sought.
#pragma once

#include "emulator/trace/run_file.h"

namespace bootglass {

/// Adds the table to the file's connection; both live as long as the file.
void addEventTable(RunFile &file);

} // namespace bootglass
