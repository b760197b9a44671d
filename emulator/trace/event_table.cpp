// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/event_table.h"

#include "emulator/trace/run_tables.h"

#include <algorithm>
#include <cmath>

namespace bootglass {

namespace {

enum Column { Id, Count, Time, Kind, SourceName, Number, Track, Address, Size, Value, Detail, Ns };

constexpr const char *declaration =
    "CREATE TABLE event(id INTEGER, icount INTEGER, virtual_ns INTEGER, kind TEXT, source TEXT,"
    " number INTEGER, track INTEGER, address INTEGER, size INTEGER, value INTEGER, detail INTEGER,"
    " ns INTEGER HIDDEN)";

struct Table : sqlite3_vtab {
    RunFile *file = nullptr;

    int fail(const Failure &failure) {
        sqlite3_free(zErrMsg);
        zErrMsg = sqlite3_mprintf("%s", failure.error.sentence.c_str());
        return failure.error.cancelled ? SQLITE_INTERRUPT : SQLITE_ERROR;
    }
};

/// Which comparisons a plan uses; a plan is its text: per comparison a letter for what is compared
/// and one for how.
struct Bounds {
    int64_t from = 0;
    int64_t to = INT64_MAX; // inclusive

    /// A superset of the numbers that compare so with the value: SQLite looks again at each row.
    void narrow(char comparison, sqlite3_value *value) {
        int64_t low = 0;
        int64_t high = 0;
        if (sqlite3_value_type(value) == SQLITE_INTEGER) {
            low = high = sqlite3_value_int64(value);
        } else if (sqlite3_value_type(value) == SQLITE_FLOAT) {
            constexpr double most = 9.2e18;
            const double real = sqlite3_value_double(value);
            low = static_cast<int64_t>(std::floor(std::clamp(real, -most, most)));
            high = real > most ? INT64_MAX
                               : static_cast<int64_t>(std::ceil(std::clamp(real, -most, most)));
        } else {
            return;
        }
        if (comparison != '<') from = std::max(from, low);
        if (comparison != '>') to = std::min(to, high);
    }
};

class Cursor : public sqlite3_vtab_cursor {
  public:
    explicit Cursor(Table &table)
        : sqlite3_vtab_cursor{&table}, file_(*table.file), names_(file_) {}

    void filter(std::string_view plan, sqlite3_value **values) {
        ids_ = icounts_ = times_ = {};
        kinds_ = UINT32_MAX;
        for (size_t i = 0; i + 1 < plan.size(); i += 2) {
            sqlite3_value *const value = values[i / 2];
            switch (plan[i]) {
            case 'i': ids_.narrow(plan[i + 1], value); break;
            case 'c': icounts_.narrow(plan[i + 1], value); break;
            case 't': times_.narrow(plan[i + 1], value); break;
            default: narrowKinds(value);
            }
        }
        chunk_ = std::max({file_.chunkOf(natural(ids_.from)),
                           file_.chunkAt(Icount{natural(icounts_.from)}),
                           file_.chunkAt(VirtualNs{natural(times_.from)})});
        events_.reset();
        seek();
    }
    void next() {
        ++index_;
        seek();
    }
    bool atEnd() const { return !events_; }
    uint64_t id() const { return file_.chunks()[chunk_].firstEvent + index_; }

    void column(sqlite3_context *context, int column) const {
        const Event &event = (*events_)[index_];
        const EventKindInfo &kind = info(event.kind);
        const auto number = [&](uint64_t value) {
            sqlite3_result_int64(context, static_cast<int64_t>(value));
        };
        switch (column) {
        case Id: return number(id());
        case Count: return number(event.icount.value);
        case Time:
        case Ns: return number(event.ns.value);
        case Kind:
            return sqlite3_result_text64(context, kind.name.data(), kind.name.size(), SQLITE_STATIC,
                                         SQLITE_UTF8);
        case SourceName: {
            const std::string name = names_(kind.source, event.source);
            return sqlite3_result_text64(context, name.data(), name.size(), SQLITE_TRANSIENT,
                                         SQLITE_UTF8);
        }
        case Number: return number(event.source);
        case Track: return number(file_.track(event).packed());
        case Address:
            if (!kind.address.empty()) number(event.address);
            return;
        case Size:
            if (event.size) number(event.size);
            return;
        case Value:
            if (!kind.value.empty()) number(event.value);
            return;
        case Detail:
            if (!kind.detail.empty()) number(event.detail);
            return;
        default: return;
        }
    }

  private:
    static uint64_t natural(int64_t value) { return static_cast<uint64_t>(value); }
    void narrowKinds(sqlite3_value *value) {
        if (sqlite3_value_type(value) != SQLITE_TEXT) return;
        const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
        uint32_t kinds = 0;
        for (const EventKindInfo &kind : eventKinds)
            if (text && kind.name == text) kinds |= kindBit(kind.kind);
        kinds_ &= kinds;
    }
    static bool within(uint64_t value, const Bounds &bounds) {
        return value >= natural(bounds.from) && value <= natural(bounds.to);
    }
    /// From the present place to the next event within all bounds.
    void seek() {
        const bool none =
            ids_.to < ids_.from || icounts_.to < icounts_.from || times_.to < times_.from;
        for (; chunk_ < file_.chunks().size() && !none; ++chunk_) {
            const ChunkRow &row = file_.chunks()[chunk_];
            if (row.firstEvent > natural(ids_.to) || row.firstIcount.value > natural(icounts_.to) ||
                row.firstNs.value > natural(times_.to))
                break;
            if (!events_) {
                if (!(row.kinds & kinds_)) continue;
                events_ = file_.events(chunk_);
                index_ = 0;
            }
            for (; index_ < events_->size(); ++index_) {
                const Event &event = (*events_)[index_];
                if (kindBit(event.kind) & kinds_ && within(id(), ids_) &&
                    within(event.icount.value, icounts_) && within(event.ns.value, times_))
                    return;
            }
            events_.reset();
        }
        events_.reset();
    }

    RunFile &file_;
    SourceNames names_;
    Bounds ids_;
    Bounds icounts_;
    Bounds times_;
    uint32_t kinds_ = UINT32_MAX;
    size_t chunk_ = 0;
    std::shared_ptr<const Events> events_; // of the present chunk; null: at the end
    size_t index_ = 0;
};

/// Runs what may fail at the border to SQLite, which knows no exceptions.
template<typename Function>
int shielded(Table &table, Function &&function) {
    try {
        function();
        return SQLITE_OK;
    } catch (const Failure &failure) {
        return table.fail(failure);
    } catch (const std::bad_alloc &) {
        return SQLITE_NOMEM;
    }
}

int connect(sqlite3 *database, void *owner, int, const char *const *, sqlite3_vtab **table,
            char **) {
    auto *const file = static_cast<RunFile *>(owner);
    sqlite3_vtab_config(database, SQLITE_VTAB_DIRECTONLY);
    file->guard().declare(true);
    const int code = sqlite3_declare_vtab(database, declaration);
    file->guard().declare(false);
    if (code != SQLITE_OK) return code;
    auto *made = new (std::nothrow) Table{};
    if (!made) return SQLITE_NOMEM;
    made->file = file;
    *table = made;
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab *table) {
    delete static_cast<Table *>(table);
    return SQLITE_OK;
}

/// The letter of what is compared; 0: nothing that helps.
char subject(int column) {
    switch (column) {
    case -1: // rowid
    case Id: return 'i';
    case Count: return 'c';
    case Time:
    case Ns: return 't';
    case Kind: return 'k';
    default: return 0;
    }
}

char comparison(unsigned char op) {
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ: return '=';
    case SQLITE_INDEX_CONSTRAINT_GT:
    case SQLITE_INDEX_CONSTRAINT_GE: return '>';
    case SQLITE_INDEX_CONSTRAINT_LT:
    case SQLITE_INDEX_CONSTRAINT_LE: return '<';
    default: return 0;
    }
}

int bestIndex(sqlite3_vtab *table, sqlite3_index_info *index) {
    char plan[64] = {};
    size_t length = 0;
    double rows = static_cast<double>(static_cast<Table *>(table)->file->storedEvents()) + 1;
    for (int i = 0; i < index->nConstraint; ++i) {
        const auto &constraint = index->aConstraint[i];
        const char what = subject(constraint.iColumn);
        const char how = comparison(constraint.op);
        if (!constraint.usable || !what || !how || length + 2 >= sizeof plan) continue;
        if (what == 'k') {
            if (how != '=' || sqlite3_stricmp(sqlite3_vtab_collation(index, i), "BINARY") != 0)
                continue;
            rows /= 4;
        } else {
            rows = how == '=' ? 1 : rows / 8;
        }
        plan[length++] = what;
        plan[length++] = how;
        index->aConstraintUsage[i].argvIndex = static_cast<int>(length / 2);
    }
    index->idxStr = sqlite3_mprintf("%s", plan);
    if (!index->idxStr) return SQLITE_NOMEM;
    index->needToFreeIdxStr = 1;
    index->estimatedRows = static_cast<sqlite3_int64>(std::max(rows, 1.0));
    index->estimatedCost = std::max(rows, 1.0);
    // Rows come in the order of time, which is that of all three.
    if (index->nOrderBy == 1 && !index->aOrderBy[0].desc) {
        const char what = subject(index->aOrderBy[0].iColumn);
        index->orderByConsumed = what && what != 'k';
    }
    return SQLITE_OK;
}

int open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor) {
    Table &owner = *static_cast<Table *>(table);
    return shielded(owner, [&] { *cursor = new Cursor(owner); });
}

int close(sqlite3_vtab_cursor *cursor) {
    delete static_cast<Cursor *>(cursor);
    return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor *cursor, int, const char *plan, int, sqlite3_value **values) {
    return shielded(*static_cast<Table *>(cursor->pVtab),
                    [&] { static_cast<Cursor *>(cursor)->filter(plan ? plan : "", values); });
}

int next(sqlite3_vtab_cursor *cursor) {
    return shielded(*static_cast<Table *>(cursor->pVtab),
                    [&] { static_cast<Cursor *>(cursor)->next(); });
}

int atEnd(sqlite3_vtab_cursor *cursor) {
    return static_cast<Cursor *>(cursor)->atEnd();
}

int column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int column) {
    return shielded(*static_cast<Table *>(cursor->pVtab),
                    [&] { static_cast<Cursor *>(cursor)->column(context, column); });
}

int rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id) {
    *id = static_cast<sqlite3_int64>(static_cast<Cursor *>(cursor)->id());
    return SQLITE_OK;
}

constexpr sqlite3_module makeModule() {
    sqlite3_module module{};
    // No xCreate: the table is there by its name, and CREATE VIRTUAL TABLE does not know it.
    module.xConnect = connect;
    module.xBestIndex = bestIndex;
    module.xDisconnect = disconnect;
    module.xOpen = open;
    module.xClose = close;
    module.xFilter = filter;
    module.xNext = next;
    module.xEof = atEnd;
    module.xColumn = column;
    module.xRowid = rowid;
    return module;
}

constexpr sqlite3_module eventModule = makeModule();

} // namespace

void addEventTable(RunFile &file) {
    const int code = sqlite3_create_module(file.database().get(), "event", &eventModule, &file);
    if (code != SQLITE_OK) file.database().fail(code);
}

} // namespace bootglass
