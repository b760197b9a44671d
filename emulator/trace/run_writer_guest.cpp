// SPDX-License-Identifier: GPL-3.0-or-later
// The guest's own work: activities, samples, the names of its code and the code.
#include "emulator/trace/run_writer.h"
#include "emulator/trace/sample_codec.h"

#include <algorithm>

namespace bootglass {

void RunWriter::activityStarted(const RunActivity &activity) {
    begin();
    touch(activity.start.icount, activity.start.ns);
    SqliteStatement &insert =
        statement("INSERT INTO activity(id, parent, kind, name, note, start_icount, start_ns,"
                  " start_idle_ns) VALUES(?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8)");
    insert.bind(1, activity.id)
        .bind(2, activity.parent)
        .bind(3, name(activity.kind))
        .bind(4, activity.name)
        .bind(5, activity.note)
        .bind(6, activity.start.icount.value)
        .bind(7, activity.start.ns.value)
        .bind(8, activity.start.idleNs)
        .run();
}

void RunWriter::activityEnded(int64_t id, const std::string &note, const RunPoint &at) {
    begin();
    touch(at.icount, at.ns);
    statement("UPDATE activity SET note=?2, end_icount=?3, end_ns=?4, end_idle_ns=?5 WHERE id=?1")
        .bind(1, id)
        .bind(2, note)
        .bind(3, at.icount.value)
        .bind(4, at.ns.value)
        .bind(5, at.idleNs)
        .run();
}

void RunWriter::activityPast(const RunActivity &activity) {
    begin();
    touch(activity.end.icount, activity.end.ns);
    SqliteStatement &insert =
        statement("INSERT INTO activity VALUES(?1, nullif(?2, 0), ?3, ?4, ?5, NULL, ?6, NULL, ?7,"
                  " ?8, ?9)");
    insert.bind(1, activity.id)
        .bind(2, activity.parent)
        .bind(3, name(activity.kind))
        .bind(4, activity.name)
        .bind(5, activity.note)
        .bind(6, activity.start.ns.value)
        .bind(7, activity.end.icount.value)
        .bind(8, activity.end.ns.value)
        .bind(9, activity.end.idleNs)
        .run();
}

void RunWriter::sample(const CodeSample &sample) {
    dirty_ = true;
    touch(sample.icount, sample.ns);
    samples_.push_back(sample);
    if (samples_.size() == samplesPerRow) writeSamples();
}

void RunWriter::writeSamples() {
    if (samples_.empty()) return;
    begin();
    ByteWriter plain;
    encodeSamples(samples_, plain);
    statement("INSERT INTO sample(first_icount, first_ns, last_ns, count, data)"
              " VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind(1, samples_.front().icount.value)
        .bind(2, samples_.front().ns.value)
        .bind(3, samples_.back().ns.value)
        .bind(4, static_cast<uint64_t>(samples_.size()))
        .bind(5, compressor_.compress(plain.bytes()))
        .run();
    samples_.clear();
}

void RunWriter::symbols(const SymbolTable &table) {
    begin();
    statement("DELETE FROM symbol").run();
    const std::span<const Symbol> all = table.symbols().first(std::min(table.size(), mostSymbols));
    for (size_t from = 0; from < all.size(); from += symbolsPerRow) {
        const std::span<const Symbol> part =
            all.subspan(from, std::min(symbolsPerRow, all.size() - from));
        ByteWriter plain;
        encodeSymbols(part, plain);
        statement("INSERT INTO symbol(count, data) VALUES(?1, ?2)")
            .bind(1, static_cast<uint64_t>(part.size()))
            .bind(2, compressor_.compress(plain.bytes()))
            .run();
    }
}

void RunWriter::codePage(uint64_t id, std::span<const uint8_t> bytes) {
    begin();
    statement("INSERT INTO code_page VALUES(?1, ?2)")
        .bind(1, id)
        .bind(2, compressor_.compress(bytes))
        .run();
}

void RunWriter::codeSeen(uint32_t address, uint64_t page, Icount icount, VirtualNs ns) {
    begin();
    touch(icount, ns);
    statement("INSERT INTO code(address, icount, virtual_ns, page) VALUES(?1, ?2, ?3, ?4)")
        .bind(1, int64_t{address})
        .bind(2, icount.value)
        .bind(3, ns.value)
        .bind(4, page)
        .run();
}

} // namespace bootglass
