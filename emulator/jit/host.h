// SPDX-License-Identifier: GPL-3.0-or-later
// What the host's processor offers: whether code for it can be made, and what it does with the
// flags that the manual leaves undefined.
#pragma once

#include <string>

namespace bootglass::jit {

/// What the host's processor has of what translated code is made of.
struct HostFeatures {
    bool bmi2 = false;

    /// This host's. BOOTGLASS_WITHOUT=bmi2 in the environment shows what happens on one that lacks
    /// it.
    static HostFeatures present();
};

/// Empty, or one sentence that says what the host lacks.
std::string whyNoTranslation(HostFeatures features = HostFeatures::present());

/// The interpreter has one definition of the undefined flags, which AMD's processors fulfil by
/// themselves. Where the host does something else, the instructions are left to the interpreter, or
/// the flags are put right. Asked of the processor by trying.
struct HostFlags {
    bool shiftsSetAf = false;           // SHL SHR SAR SHLD SHRD by a count that is not zero
    bool multiplicationsKeepZf = false; // and SF, AF, PF
    bool scansAreCanonical = false;     // BSF BSR: PF of the number found, CF OF SF AF cleared
    bool logicClearsAf = false;         // AND OR XOR TEST
    bool bitTestsKeepOthers = false;    // BT BTS BTR BTC change CF alone

    static const HostFlags &instance();
    bool operator==(const HostFlags &) const = default;
};

} // namespace bootglass::jit
