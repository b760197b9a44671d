// SPDX-License-Identifier: GPL-3.0-or-later
#include "native_processor.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <csignal>
#include <cstring>
#include <initializer_list>

namespace bootglass::silicon {

#if defined(__x86_64__) && defined(__linux__)

namespace {

// Everything that the code below touches stands in the low 2 GiB, where absolute addresses reach
// it.
constexpr uintptr_t slotsAddress = 0x0070'0000;
constexpr uintptr_t codeAddress = 0x0060'0000;
constexpr size_t longest = 15;

struct Slots {
    uint64_t hostStack;
    uint64_t flags;
    std::array<uint64_t, 8> gpr;
    alignas(16) std::array<uint8_t, 512> guestFx;
    alignas(16) std::array<uint8_t, 512> hostFx;
    int vector;
    uint32_t errorCode;
    uint64_t faultAddress;
};

Slots &slots() {
    return *reinterpret_cast<Slots *>(slotsAddress);
}

uint8_t *instruction = nullptr; // where the case's bytes go
uintptr_t epilogue = 0;         // reads the registers back
uintptr_t restore = 0;          // only gives the host its own back
std::array<struct sigaction, 4> previous;
constexpr std::array signals{SIGSEGV, SIGILL, SIGFPE, SIGBUS};

void onSignal(int, siginfo_t *, void *context) {
    auto *uc = static_cast<ucontext_t *>(context);
    auto &regs = uc->uc_mcontext.gregs;
    static constexpr std::array order{REG_RAX, REG_RCX, REG_RDX, REG_RBX,
                                      REG_RSP, REG_RBP, REG_RSI, REG_RDI};
    Slots &s = slots();
    for (size_t r = 0; r < order.size(); ++r)
        s.gpr[r] = static_cast<uint64_t>(regs[order[r]]);
    s.flags = static_cast<uint64_t>(regs[REG_EFL]);
    std::memcpy(s.guestFx.data(), uc->uc_mcontext.fpregs, s.guestFx.size());
    s.vector = static_cast<int>(regs[REG_TRAPNO]);
    s.errorCode = static_cast<uint32_t>(regs[REG_ERR]);
    s.faultAddress = static_cast<uint64_t>(regs[REG_CR2]);
    regs[REG_RIP] = static_cast<greg_t>(restore);
    regs[REG_EFL] = 0x202;
}

class Writer {
  public:
    explicit Writer(uint8_t *at) : at_(at) {}
    void bytes(std::initializer_list<uint8_t> list) {
        for (uint8_t b : list)
            *at_++ = b;
    }
    /// Opcode bytes, then a 32-bit absolute address.
    void absolute(std::initializer_list<uint8_t> list, const void *address) {
        bytes(list);
        auto value = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(address));
        std::memcpy(at_, &value, 4);
        at_ += 4;
    }
    uint8_t *at() const { return at_; }

  private:
    uint8_t *at_;
};

void *mapFixed(uintptr_t address, size_t bytes, int protection) {
    void *got = mmap(reinterpret_cast<void *>(address), bytes, protection,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    return got == MAP_FAILED ? nullptr : got;
}

uint8_t modrmOf(unsigned reg) {
    return static_cast<uint8_t>(reg << 3 | 4); // a SIB byte with an absolute address follows
}

} // namespace

/// host registers saved → flags, FXSAVE image and general registers of the case → the instruction →
/// all read back → the host's own.
void NativeProcessor::build() {
    Slots &s = slots();
    Writer w(reinterpret_cast<uint8_t *>(codeAddress));
    w.bytes({0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57}); // PUSH callee-saved
    w.absolute({0x48, 0x89, 0x24, 0x25}, &s.hostStack);                    // MOV [], RSP
    w.absolute({0x0F, 0xAE, 0x04, 0x25}, s.hostFx.data());                 // FXSAVE
    w.absolute({0x0F, 0xAE, 0x0C, 0x25}, s.guestFx.data());                // FXRSTOR
    w.absolute({0xFF, 0x34, 0x25}, &s.flags);                              // PUSH []
    w.bytes({0x9D});                                                       // POPFQ
    for (unsigned r = 0; r < 8; ++r)
        w.absolute({0x8B, modrmOf(r), 0x25}, &s.gpr[r]); // MOV r32, []
    instruction = w.at();
    w = Writer(instruction + longest + 5); // the instruction and a JMP
    epilogue = reinterpret_cast<uintptr_t>(w.at());
    for (unsigned r = 0; r < 8; ++r)
        w.absolute({0x89, modrmOf(r), 0x25}, &s.gpr[r]);
    w.absolute({0x48, 0x8B, 0x24, 0x25}, &s.hostStack);
    w.bytes({0x9C});                          // PUSHFQ
    w.absolute({0x8F, 0x04, 0x25}, &s.flags); // POP []
    w.absolute({0x0F, 0xAE, 0x04, 0x25}, s.guestFx.data());
    restore = reinterpret_cast<uintptr_t>(w.at());
    w.absolute({0x48, 0x8B, 0x24, 0x25}, &s.hostStack);
    w.bytes({0xFC});       // CLD
    w.bytes({0xDB, 0xE3}); // FNINIT: no exception stays pending
    w.absolute({0x0F, 0xAE, 0x0C, 0x25}, s.hostFx.data());
    w.bytes({0x41, 0x5F, 0x41, 0x5E, 0x41, 0x5D, 0x41, 0x5C, 0x5D, 0x5B, 0xC3});
}

NativeProcessor::NativeProcessor() {
    bool mapped = mapFixed(slotsAddress, 8192, PROT_READ | PROT_WRITE) &&
                  mapFixed(codeAddress, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) &&
                  mapFixed(dataFirst, dataBytes, PROT_READ | PROT_WRITE) &&
                  mapFixed(dataEnd, 4096, PROT_NONE);
    if (!mapped) {
        unavailable_ = "the low addresses that the cases use are taken";
        return;
    }
    static std::array<uint8_t, 1 << 16> signalStack;
    stack_t stack{};
    stack.ss_sp = signalStack.data();
    stack.ss_size = signalStack.size();
    sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = onSignal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (size_t n = 0; n < signals.size(); ++n)
        sigaction(signals[n], &action, &previous[n]);
    build();
}

NativeProcessor::~NativeProcessor() {
    if (!unavailable_.empty()) return;
    for (size_t n = 0; n < signals.size(); ++n)
        sigaction(signals[n], &previous[n], nullptr);
    for (auto [address, bytes] : std::initializer_list<std::pair<uintptr_t, size_t>>{
             {slotsAddress, 8192}, {codeAddress, 8192}, {dataFirst, dataBytes + 4096}})
        munmap(reinterpret_cast<void *>(address), bytes);
}

Outcome NativeProcessor::run(const Case &test) {
    Slots &s = slots();
    for (size_t r = 0; r < 8; ++r)
        s.gpr[r] = test.state.gpr[r];
    s.flags = test.state.eflags | 0x202;
    s.guestFx = test.state.fx.bytes;
    s.vector = noFault;
    s.errorCode = 0;
    s.faultAddress = 0;
    std::memcpy(reinterpret_cast<void *>(uintptr_t{test.windowFirst}), test.window.data(),
                test.window.size());
    std::memcpy(instruction, test.code64.data(), test.code64.size());
    uint8_t *jump = instruction + test.code64.size();
    auto distance =
        static_cast<int32_t>(static_cast<int64_t>(epilogue) - reinterpret_cast<int64_t>(jump + 5));
    *jump = 0xE9;
    std::memcpy(jump + 1, &distance, 4);

    reinterpret_cast<void (*)()>(codeAddress)();

    Outcome outcome;
    for (size_t r = 0; r < 8; ++r)
        outcome.state.gpr[r] = static_cast<uint32_t>(s.gpr[r]);
    outcome.state.eflags = static_cast<uint32_t>(s.flags);
    outcome.state.fx.bytes = s.guestFx;
    const auto *window = reinterpret_cast<const uint8_t *>(uintptr_t{test.windowFirst});
    outcome.window.assign(window, window + test.window.size());
    outcome.vector = s.vector;
    outcome.errorCode = s.errorCode;
    outcome.faultAddress = static_cast<uint32_t>(s.faultAddress);
    return outcome;
}

#else

void NativeProcessor::build() {}
NativeProcessor::NativeProcessor() : unavailable_("the host is no x86-64 Linux") {}
NativeProcessor::~NativeProcessor() = default;
Outcome NativeProcessor::run(const Case &) {
    return {};
}

#endif

} // namespace bootglass::silicon
