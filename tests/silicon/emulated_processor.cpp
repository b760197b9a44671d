// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulated_processor.h"

#include <algorithm>

namespace bootglass::silicon {

namespace {

constexpr uint64_t ramBytes = 16 << 20;
constexpr uint32_t directory = 0x1000;
constexpr uint32_t tables = 0x2000; // four of them: 16 MiB
constexpr uint32_t presentWritableUser = 7;

/// A repeated instruction is done when it has moved on.
unsigned mostInstructions(const Case &test) {
    return test.repeats ? 64 : test.instructions;
}

} // namespace

EmulatedProcessor::EmulatedProcessor(bool translates)
    : memory_(ramBytes), cpu_(clock_, memory_, ports_) {
    memory_.mapRam(0, ramBytes, 0);
    for (uint32_t table = 0; table < 4; ++table) {
        uint32_t at = tables + table * 4096;
        memory_.write(directory + table * 4, at | presentWritableUser, 4);
        for (uint32_t page = 0; page < 1024; ++page) {
            uint32_t address = table << 22 | page << 12;
            bool absent = address == dataEnd;
            memory_.write(at + page * 4, absent ? 0 : address | presentWritableUser, 4);
        }
    }
    cpu_.setObserver(this);
    if (translates) jit_ = std::make_unique<jit::Jit>(cpu_, size_t{1} << 22);
    enterUserMode();
}

void EmulatedProcessor::enterUserMode() {
    cpu_.reset();
    for (unsigned number : {Es, Cs, Ss, Ds, Fs, Gs}) {
        SegmentRegister &segment = cpu_.seg[number];
        segment.selector = number == Cs ? 0x1B : 0x23;
        segment.base = 0;
        segment.limit = 0xFFFFFFFF;
        segment.rights =
            (number == Cs ? 0xFBU : 0xF3U) | access_rights::big | access_rights::granular;
        segment.refresh();
    }
    cpu_.tr.limit = 0;   // no port is permitted
    cpu_.idtr.limit = 0; // a fault cannot be delivered: it is noted, and the CPU shuts down
    cpu_.setCr4(cr4::OSFXSR | cr4::OSXMMEXCPT);
    cpu_.setCr3(directory);
    cpu_.setCr0(cr0::PE | cr0::PG | cr0::WP | cr0::NE | cr0::MP);
    cpu_.setCpl(3);
}

void EmulatedProcessor::load(const State &state) {
    std::copy(state.gpr.begin(), state.gpr.end(), cpu_.gpr.begin());
    cpu_.setEflags(state.eflags | eflags::IF);
    const FloatImage &fx = state.fx;
    cpu_.x87.control = fx.get<uint16_t>(FloatImage::controlAt);
    cpu_.x87.status = fx.get<uint16_t>(FloatImage::statusAt);
    cpu_.x87.empty = static_cast<uint8_t>(~fx.get<uint8_t>(FloatImage::tagsAt));
    for (unsigned n = 0; n < 8; ++n) {
        size_t at = FloatImage::registersAt + 16 * n;
        cpu_.x87.registers[(cpu_.x87.top() + n) & 7] = {fx.get<uint64_t>(at),
                                                        fx.get<uint16_t>(at + 8)};
        cpu_.sse.xmm[n].q = fx.get<std::array<uint64_t, 2>>(FloatImage::xmmAt + 16 * n);
    }
    cpu_.sse.mxcsr = fx.get<uint32_t>(FloatImage::mxcsrAt);
}

State EmulatedProcessor::save() const {
    State state;
    std::copy_n(cpu_.gpr.begin(), 8, state.gpr.begin());
    state.eflags = cpu_.eflags();
    FloatImage &fx = state.fx;
    fx.put(FloatImage::controlAt, cpu_.x87.control);
    fx.put(FloatImage::statusAt, cpu_.x87.status);
    fx.put(FloatImage::tagsAt, static_cast<uint8_t>(~cpu_.x87.empty));
    for (unsigned n = 0; n < 8; ++n) {
        size_t at = FloatImage::registersAt + 16 * n;
        const Float80 &value = cpu_.x87.registers[(cpu_.x87.top() + n) & 7];
        fx.put(at, value.significand);
        fx.put(at + 8, value.signExponent);
        fx.put(FloatImage::xmmAt + 16 * n, cpu_.sse.xmm[n].q);
    }
    fx.put(FloatImage::mxcsrAt, cpu_.sse.mxcsr);
    return state;
}

void EmulatedProcessor::exception(Fault fault) {
    if (outcome_.vector != noFault) return; // what follows from the first
    outcome_.vector = static_cast<int>(fault.vector);
    outcome_.errorCode = fault.errorCode;
    outcome_.faultAddress = fault.vector == Vector::PF ? cpu_.cr2 : 0;
    outcome_.state = save();
}

void EmulatedProcessor::begin(const Case &test, uint32_t eip) {
    memory_.writeBytes(test.windowFirst, test.window);
    load(test.state);
    outcome_ = {};
    cpu_.eip = eip;
}

Outcome EmulatedProcessor::end(const Case &test) {
    if (outcome_.vector == noFault)
        outcome_.state = save();
    else
        enterUserMode();
    auto window = memory_.ram().subspan(test.windowFirst, test.window.size());
    outcome_.window.assign(window.begin(), window.end());
    return outcome_;
}

Outcome EmulatedProcessor::run(const Case &test) {
    return jit_ ? translate(test) : interpret(test);
}

Outcome EmulatedProcessor::interpret(const Case &test) {
    memory_.writeBytes(codeFirst, test.code32);
    begin(test, codeFirst);
    auto end = codeFirst + static_cast<uint32_t>(test.code32.size());
    const unsigned most = mostInstructions(test);
    for (unsigned n = 0; n < most && cpu_.eip != end && outcome_.vector == noFault; ++n) {
        clock_.refill(1);
        cpu_.run();
    }
    return this->end(test);
}

/// Several times, since what runs for the first time is interpreted, and each case in a place of
/// its own, since code that is rewritten all the time is not translated.
Outcome EmulatedProcessor::translate(const Case &test) {
    constexpr unsigned turns = 3;
    constexpr uint32_t bytesEach = 32, codeBytes = uint32_t{ramBytes} - codeFirst;
    const uint32_t eip = codeFirst + place_;
    place_ = (place_ + bytesEach) % codeBytes;
    std::vector<uint8_t> code = test.code32;
    code.insert(code.end(), {0xEB, 0xFE}); // jmp to itself, for what is left of the budget
    memory_.writeBytes(eip, code);
    Outcome outcome;
    for (unsigned turn = 0; turn < turns; ++turn) {
        begin(test, eip);
        clock_.refill(mostInstructions(test) + 1);
        cpu_.run();
        outcome = end(test);
    }
    return outcome;
}

} // namespace bootglass::silicon
