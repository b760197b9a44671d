// SPDX-License-Identifier: GPL-3.0-or-later
// Converts between instruction count and virtual time, exactly, from the table idle:
// virtual_ns = (icount << shift) + idle ns, and every halt is recorded, whatever the level of
// detail. The table's rows are kept, a thousand halts each; of their halts, the last decoded.
#pragma once

#include "emulator/trace/run_file.h"

#include <vector>

namespace bootglass {

class IdleClock {
  public:
    explicit IdleClock(RunFile &file) : file_(file) {}

    /// Reads the rows that are new.
    void refresh();
    Icount icountAt(VirtualNs ns);
    VirtualNs timeAt(Icount icount);
    std::vector<IdleSpan> spans(TimeRange range, size_t limit);

  private:
    struct Row {
        int64_t id = 0;
        Icount firstIcount;
        VirtualNs first;
        VirtualNs last;
        uint64_t count = 0;
    };
    const std::vector<IdleSpan> &decode(size_t index);

    RunFile &file_;
    std::vector<Row> rows_;
    size_t decodedRow_ = SIZE_MAX;
    std::vector<IdleSpan> decoded_;
};

} // namespace bootglass
