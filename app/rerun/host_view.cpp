// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rerun/host_view.h"

#include "app/rerun/moment.h"
#include "emulator/cpu/cpu.h"

#include <fmt/format.h>

namespace bootglass {

std::string HostView::begin(uint32_t eip) {
    start_ = eip;
    position_ = 0;
    const uint32_t linear = machine_.cpu().seg[Cs].base + eip;
    block_ = machine_.translated(bytesAt(machine_, linear, pageSize - (linear & pageMask)));
    if (block_.host.code.empty()) return "a block that is interpreted";
    return fmt::format("a block of {} instruction(s), {} bytes of host code", block_.offsets.size(),
                       block_.host.code.size());
}

std::vector<HostView::HostInsn> HostView::between(size_t from, size_t to) const {
    std::vector<HostInsn> result;
    uint64_t address = block_.host.address + from;
    const std::span<const uint8_t> code = std::span(block_.host.code).subspan(from, to - from);
    for (Disassembled &insn : disassembler_.host(code, address)) {
        const unsigned bytes = insn.bytes;
        result.push_back({address, std::move(insn)});
        address += bytes;
    }
    return result;
}

HostView::Part HostView::next() {
    Part part;
    const uint32_t eip = machine_.cpu().eip;
    if (position_ > 0 && eip == start_ + block_.offsets[position_ - 1]) return part;
    if (position_ >= block_.offsets.size() || eip != start_ + block_.offsets[position_]) {
        part.block = begin(eip);
        if (!block_.host.code.empty()) part.entry = between(0, block_.host.starts.front());
    }
    if (block_.offsets.empty()) return part; // it crosses a page, or stands in a chip's memory
    const size_t n = position_++;
    if (block_.host.code.empty()) return part;
    const auto &starts = block_.host.starts;
    part.code = between(starts[n], starts[n + 1]);
    if (position_ == block_.offsets.size())
        part.rest = between(starts[n + 1], block_.host.code.size());
    return part;
}

} // namespace bootglass
