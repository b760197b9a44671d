// SPDX-License-Identifier: GPL-3.0-or-later
// Decides what SQL may do with a run file, as SQLite's authorizer
// (sqlite.org/c3ref/set_authorizer): the reader's own statements read and open transactions; a
// person's statement may only read the tables of the run. So nothing is attached, changed, loaded
// or written, whatever the statement.
#pragma once

#include <sqlite3.h>

namespace bootglass {

class QueryGuard {
  public:
    /// From here on all that is prepared is asked about; `this` must outlive the connection.
    void watch(sqlite3 *database);
    /// On while people's SQL is prepared and runs.
    void restrict(bool restricted) { restricted_ = restricted; }
    /// On while a virtual table declares its columns: SQLite asks then as if sqlite_master were
    /// updated, which it is not.
    void declare(bool declaring) { declaring_ = declaring; }
    /// On while the views of sql_views.h are made: they are put into the connection's own temporary
    /// schema, never into the file.
    void defineViews(bool defining) {
        defining_ = defining;
        knowsViews_ = true;
    }
    bool knowsViews() const { return knowsViews_; }

  private:
    static int authorize(void *self, int action, const char *first, const char *second,
                         const char *database, const char *trigger);
    bool allows(int action, const char *first, const char *second) const;
    bool mayDefine(int action, const char *first) const;

    bool restricted_ = false;
    bool declaring_ = false;
    bool defining_ = false;
    bool knowsViews_ = false;
};

} // namespace bootglass
