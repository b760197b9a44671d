// SPDX-License-Identifier: GPL-3.0-or-later
// Where a difference comes from, step by step from A's total to B's. Each instruction of a run
// belongs to exactly one step: to the innermost phase in which it was executed, or to what is
// outside of all phases. So the steps sum to the difference exactly, whatever the phases.
#pragma once

#include "emulator/trace/comparison.h"

namespace bootglass {

/// What each phase took itself, without its parts; and last what no phase has. The sum is the run's
/// total. Where phases overlap without nesting, the deeper, then the later one takes it.
std::vector<Amount> ownAmounts(const ComparedRun &run);

struct WaterfallStep {
    std::string name; // a phase's path; "(outside phases)"; "(others)"
    bool own = false; // the phase has parts, and this is what is in none of them
    bool isNew = false;
    bool isGone = false;
    int64_t delta = 0;
    int64_t before = 0; // the sum so far
    int64_t after = 0;

    bool operator==(const WaterfallStep &) const = default;
};

struct Waterfall {
    Measure measure = Measure::Instructions;
    int64_t fromTotal = 0;
    int64_t toTotal = 0;
    std::vector<WaterfallStep> steps; // those without a difference are left out
};

Waterfall waterfall(const ComparedRun &a, const ComparedRun &b,
                    Measure measure = Measure::Instructions);

/// With at most so many steps: the smallest are put together into one, at the end. Sums stay.
Waterfall abridged(const Waterfall &whole, size_t mostSteps);

} // namespace bootglass
