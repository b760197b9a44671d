// SPDX-License-Identifier: GPL-3.0-or-later
// Who has the CPU: nobody while it halts, the firmware and the loader in their phases, after them
// the user at privilege 3 and the kernel below it. Turns events and phases into spans without gaps,
// so that the shares of a stretch of time add up to the whole.
#pragma once

#include "emulator/memory/archive.h"
#include "emulator/probe/event.h"
#include "emulator/trace/track.h"

#include <functional>
#include <string_view>

namespace bootglass {

class CpuShareTracker {
  public:
    /// Longer spans are reported in parts.
    static constexpr uint64_t longestNs = 50'000'000;

    using Span = std::function<void(CpuShare share, VirtualNs from, VirtualNs to)>;
    explicit CpuShareTracker(Span span) : span_(std::move(span)) {}

    void event(const Event &event) {
        switch (event.kind) {
        case EventKind::PrivilegeSwitch: user_ = event.value == 3; break;
        case EventKind::Halt: halted_ = true; break;
        case EventKind::Wake: halted_ = false; break;
        default:
            // A view that follows the run need not wait for the end of a long span.
            if (event.ns - from_ >= longestNs) flush(event.ns);
            return;
        }
        changed(event.ns);
    }
    /// The innermost open phase is now this one; empty: none.
    void phase(std::string_view path, VirtualNs now);
    /// Reports the span up to now.
    void flush(VirtualNs now);

    void serialize(Archive &archive);

  private:
    CpuShare share() const;
    void changed(VirtualNs now);

    Span span_;
    CpuShare phaseShare_ = CpuShare::Kernel; // of privileged code
    bool user_ = false;
    bool halted_ = false;
    CpuShare current_ = CpuShare::Kernel;
    VirtualNs from_;
};

} // namespace bootglass
