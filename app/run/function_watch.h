// SPDX-License-Identifier: GPL-3.0-or-later
// Functions of the guest that somebody wants to know of, by the symbols of `--symbols`: regions,
// from entry to return; initcalls, each a call of Linux's do_one_initcall(); markers. The machine
// tells when an address is reached. A call is over when the address that it returns to is reached
// with the stack where the call had it, so recursion and other threads do not disturb.
#pragma once

#include "app/run/kernel_slide.h"
#include "emulator/memory/archive.h"
#include "emulator/probe/probe.h"
#include "emulator/trace/symbol_table.h"

#include <map>
#include <string>
#include <vector>

namespace bootglass {

class Machine;

/// `--region NAME=SYMBOL`.
struct RegionRequest {
    std::string name;
    std::string symbol;
};

class FunctionWatch {
  public:
    FunctionWatch(const SymbolTable &symbols, const std::vector<RegionRequest> &regions,
                  Machine &machine, Probe &probe);

    /// Watches from here on.
    void begin();
    /// Whether the machine must stop so that settle() can be called.
    bool event(const Event &event);
    /// Between two runs. True if symbols() has changed.
    bool settle();
    void codeReached(uint32_t linear);

    /// As they stand in this guest.
    const SymbolTable &symbols() const { return symbols_; }
    /// Return addresses on the stack of the kernel's code that runs now, the innermost first, by
    /// its chain of frame pointers; as far as they lie in functions.
    std::vector<uint32_t> callers() const;

    void serialize(Archive &archive);

  private:
    struct Function {
        std::string symbol;
        std::string region; // empty: none
        bool initcalls = false;
        bool marker = false;
    };
    struct Call {
        int64_t activity = 0;
        uint32_t returnTo = 0;
        uint32_t stack = 0; // ESP at the entry
        bool region = false;

        void serialize(Archive &archive) { archive(activity, returnTo, stack, region); }
    };

    void watch();
    void entered(const Function &function);
    void returned(uint32_t linear);
    void call(ActivityKind kind, const std::string &name);

    const SymbolTable &given_;
    SymbolTable symbols_;
    Machine &machine_;
    Probe &probe_;
    KernelSlide slide_;
    bool settling_ = false;
    std::vector<Function> functions_;
    std::map<uint32_t, const Function *> entries_; // by address
    std::vector<Call> calls_;
};

} // namespace bootglass
