// SPDX-License-Identifier: GPL-3.0-or-later
// Screens. Of text screens the rows that changed, and now and then all of them, so that a reader
// that wants the screen at some moment has few rows to go through.
#include "emulator/trace/run_writer.h"
#include "emulator/trace/screen_codec.h"

#include <algorithm>

namespace bootglass {

namespace {

constexpr unsigned updatesPerWhole = 64;

} // namespace

void RunWriter::screen(const TextScreenUpdate &update, Icount icount, VirtualNs ns) {
    bool whole = ++screensSinceWhole_ >= updatesPerWhole;
    if (screen_.columns != update.columns || screen_.rows != update.rows) {
        screen_ = blankScreen(update.columns, update.rows);
        whole = true;
    }
    if (screen_.cells.empty()) return; // a size that no adapter has
    screen_.cursorRow = update.cursorRow;
    screen_.cursorColumn = update.cursorColumn;
    std::vector<bool> rows(screen_.rows, whole);
    for (const TextScreenRow &changed : update.changed) {
        if (changed.row >= screen_.rows) continue;
        const size_t cells = std::min<size_t>(changed.cells.size(), screen_.columns);
        std::copy_n(changed.cells.begin(), cells,
                    screen_.cells.begin() + changed.row * std::ptrdiff_t{screen_.columns});
        rows[changed.row] = true;
    }
    if (whole) screensSinceWhole_ = 0;
    begin();
    touch(icount, ns);
    const std::vector<uint8_t> plain = encodeScreenRows(screen_, rows);
    statement(
        "INSERT INTO screen(icount, virtual_ns, whole, columns, rows, cursor_row, cursor_column,"
        " data) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .bind(1, lastIcount_)
        .bind(2, lastNs_)
        .bind(3, whole ? 1 : 0)
        .bind(4, int{screen_.columns})
        .bind(5, int{screen_.rows})
        .bind(6, int{screen_.cursorRow})
        .bind(7, int{screen_.cursorColumn})
        .bind(8, compressor_.compress(plain))
        .run();
}

void RunWriter::picture(const ScreenPicture &picture, Icount icount) {
    if (picture.width > mostPictureSide || picture.height > mostPictureSide) return;
    begin();
    touch(icount, picture.ns);
    statement("INSERT INTO picture(icount, virtual_ns, width, height, data)"
              " VALUES(?1, ?2, ?3, ?4, ?5)")
        .bind(1, lastIcount_)
        .bind(2, lastNs_)
        .bind(3, int{picture.width})
        .bind(4, int{picture.height})
        .bind(5, compressor_.compress(encodePicture(picture)))
        .run();
}

} // namespace bootglass
