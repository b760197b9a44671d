// SPDX-License-Identifier: GPL-3.0-or-later
// Holds a run that is run again against its record: each event of the machine, in order, with its
// count and all its values, as far as the run kept single events; at the end the totals and the
// digest. The first difference is kept with what was recorded and what came instead.
#pragma once

#include "emulator/machine/machine.h"
#include "emulator/trace/run_reader.h"

#include <deque>
#include <optional>
#include <string>

namespace bootglass {

class RunVerifier final : public MachineObserver {
  public:
    /// All references must outlive it.
    static Result<std::unique_ptr<RunVerifier>> create(RunReader &reader, Machine &machine);

    void event(const Event &event) override;

    /// Events of the machine that the run had, kept or not.
    uint64_t recordedTotal() const { return recordedTotal_; }
    uint64_t total() const { return total_; }
    /// The machine is asked to stop at the boundary after its event number `total`, from 1.
    void stopAt(uint64_t total) { stopAt_ = total; }
    /// The run is over: what the record has more is a difference, too.
    void finish();

    uint64_t compared() const { return compared_; }
    /// One sentence; empty while nothing differs.
    const std::string &difference() const { return difference_; }
    Result<void> error() const { return error_; }

  private:
    RunVerifier(RunReader &reader, Machine &machine) : reader_(reader), machine_(machine) {}
    const Event *recorded();
    void differ(const Event *recorded, const Event *now);

    RunReader &reader_;
    Machine &machine_;
    uint32_t always_ = 0; // kinds that the run kept from its start to its end
    std::deque<Event> waiting_;
    uint64_t nextId_ = 1;
    uint64_t compared_ = 0;
    uint64_t total_ = 0;
    uint64_t recordedTotal_ = 0;
    uint64_t stopAt_ = 0;
    std::string difference_;
    Result<void> error_;
};

} // namespace bootglass
