// SPDX-License-Identifier: GPL-3.0-or-later
// Random programs for a Guest: a loop of random instructions, some of which call a function, whose
// operands mostly lie where a guest has memory, among them the code itself, page ends and the
// stack. Half of the programs cross a page; with paging some pages are not where they seem to be,
// or not there; some programs live on their stack frame; where a selector is a base, most load
// segments and go from one to another. Whatever one does, faults included, it does the same in
// every engine.
#pragma once

#include "tests/cpu/guest.h"

#include <cstdint>
#include <random>
#include <vector>

namespace bootglass::test {

class RandomProgram {
  public:
    RandomProgram(GuestMode mode, uint64_t seed);

    /// Loads code and registers into a guest of the mode.
    void install(Guest &guest) const;
    const std::vector<uint8_t> &code() const { return code_; }
    /// Where the code begins, from Guest::codeBase on.
    uint32_t start() const { return start_; }
    GuestMode mode() const { return mode_; }

  private:
    bool code32() const;
    uint32_t pick(uint32_t most) { return static_cast<uint32_t>(random_() % (uint64_t{most} + 1)); }
    bool oneIn(uint32_t n) { return pick(n - 1) == 0; }
    void byte(uint32_t value) { code_.push_back(static_cast<uint8_t>(value)); }
    /// The EIP of what comes behind so many bytes more.
    uint32_t after(uint32_t bytes) const {
        return start_ + static_cast<uint32_t>(code_.size()) + bytes;
    }
    void word(uint32_t value);
    void dword(uint32_t value);
    uint32_t pointer();
    void modrm(uint32_t reg, bool address16);
    void instruction();
    void segments();
    /// A far pointer to what stands behind it.
    void paragraph();
    void call();
    void function();
    void floatOfSse(bool address16);
    void floatOfX87(bool address16);
    /// An address that is aligned, as operands of floating point mostly are.
    void modrmMemory(uint32_t reg, bool address16);
    /// Something beside EBP or ESP.
    void modrmFrame(uint32_t reg);
    void moveFrame();
    void movePages(Guest &guest) const;
    void integer(uint32_t opcode);

    GuestMode mode_;
    std::mt19937_64 random_;
    std::vector<uint8_t> code_;
    std::vector<uint32_t> registers_;
    uint32_t flags_ = 0;
    uint32_t start_ = 0;
    bool calls_ = false;             // a function behind the loop
    std::vector<size_t> calledFrom_; // where the distances stand
    bool computes_ = false;          // with floating point, mostly
    bool segments_ = false;          // with far pointers
    bool framed_ = false;            // with variables in a stack frame, mostly
};

} // namespace bootglass::test
