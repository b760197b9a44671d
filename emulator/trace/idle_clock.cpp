// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/idle_clock.h"

#include <algorithm>

namespace bootglass {

void IdleClock::refresh() {
    SqliteStatement &rows = file_.statement(
        "SELECT id, first_icount, first_ns, last_ns, count FROM idle WHERE id > ?1 ORDER BY id");
    rows.bind(1, rows_.empty() ? int64_t{0} : rows_.back().id);
    while (rows.step()) {
        const Row row{rows.integer(0),
                      {rows.natural(1)},
                      {rows.natural(2)},
                      {rows.natural(3)},
                      rows.natural(4)};
        const bool ordered = rows_.empty() || (row.first >= rows_.back().last &&
                                               row.firstIcount >= rows_.back().firstIcount);
        if (!ordered || row.last < row.first || !row.count) file_.damaged("its halts overlap");
        rows_.push_back(row);
    }
}

const std::vector<IdleSpan> &IdleClock::decode(size_t index) {
    if (decodedRow_ == index) return decoded_;
    file_.checkCancelled();
    decodedRow_ = SIZE_MAX;
    decoded_.clear();
    const Row &row = rows_[index];
    SqliteStatement &data = file_.statement("SELECT data FROM idle WHERE id=?1").bind(1, row.id);
    ByteReader reader(data.step() ? data.blob(0) : std::span<const uint8_t>());
    Icount icount = row.firstIcount;
    VirtualNs ns = row.first;
    while (reader.ok() && reader.left()) {
        const uint64_t instructions = reader.varint();
        const uint64_t idle = reader.varint();
        // Halts lie within the row's times, so nothing overflows.
        const uint64_t most = row.last - ns;
        if (instructions > most >> file_.shift() || idle > most - (instructions << file_.shift()))
            file_.damaged("a halt is outside of its row");
        icount = icount + instructions;
        ns = ns + (instructions << file_.shift());
        decoded_.push_back({icount, ns, ns + idle});
        ns = ns + idle;
    }
    const bool good = reader.ok() && decoded_.size() == row.count;
    data.reset();
    if (!good) file_.damaged("its halts cannot be decoded");
    decodedRow_ = index;
    return decoded_;
}

Icount IdleClock::icountAt(VirtualNs ns) {
    ns = std::min(ns, file_.end().ns);
    const auto after = std::ranges::upper_bound(rows_, ns, {}, &Row::first);
    Icount icount{ns.value >> file_.shift()};
    if (after != rows_.begin()) {
        const std::vector<IdleSpan> &halts = decode(static_cast<size_t>(after - rows_.begin()) - 1);
        const IdleSpan &halt = *std::prev(std::ranges::upper_bound(halts, ns, {}, &IdleSpan::from));
        icount = halt.icount;
        if (ns > halt.to) icount = icount + ((ns - halt.to) >> file_.shift());
    }
    return std::min(icount, file_.end().icount);
}

VirtualNs IdleClock::timeAt(Icount icount) {
    icount = std::min(icount, file_.end().icount);
    const auto after = std::ranges::lower_bound(rows_, icount, {}, &Row::firstIcount);
    Icount from;
    VirtualNs ns;
    if (after != rows_.begin()) {
        const std::vector<IdleSpan> &halts = decode(static_cast<size_t>(after - rows_.begin()) - 1);
        const IdleSpan &halt =
            *std::prev(std::ranges::lower_bound(halts, icount, {}, &IdleSpan::icount));
        from = halt.icount;
        ns = halt.to;
    }
    const uint64_t left = icount - from;
    const uint64_t most = file_.end().ns > ns ? file_.end().ns - ns : 0;
    return ns + (left > most >> file_.shift() ? most : left << file_.shift());
}

std::vector<IdleSpan> IdleClock::spans(TimeRange range, size_t limit) {
    std::vector<IdleSpan> found;
    auto row = std::ranges::lower_bound(rows_, range.from, {}, &Row::last);
    for (; row != rows_.end() && row->first < range.to; ++row) {
        for (const IdleSpan &halt : decode(static_cast<size_t>(row - rows_.begin()))) {
            if (halt.to <= range.from || halt.from >= range.to) continue;
            if (found.size() >= limit) return found;
            found.push_back(halt);
        }
    }
    return found;
}

} // namespace bootglass
