// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/machine.h"

#include "emulator/cpu/decoder.h"
#include "emulator/machine/block_engine.h"
#include "emulator/machine/lockstep.h"
#include "emulator/machine/pc_board.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bootglass {

Machine::Machine(MachineConfig config) {
    Engine engine = config.engine;
    uint64_t codeCacheBytes = config.codeCacheBytes;
    if (engine == Engine::Lockstep) {
        MachineConfig other = config;
        other.engine = Engine::Interpreter;
        twin_ = std::make_unique<Machine>(std::move(other));
    }
    board_ = std::make_unique<PcBoard>(std::move(config));
    if (engine != Engine::Interpreter) engine_ = makeTranslator(board_->cpu(), codeCacheBytes);
}
Machine::~Machine() = default;

// --- running

Stop Machine::run(Icount until, VirtualNs latest) {
    return twin_ ? runInLockstep(until, latest) : runAlone(until, latest);
}

/// Both machines by small steps, so that a difference is found near its cause. Memory is compared
/// less often.
Stop Machine::runInLockstep(Icount until, VirtualNs latest) {
    constexpr uint64_t step = 997; // shares no factor with what guests do
    constexpr uint64_t memoryStep = 50'000'000;
    const During during(activity(), HostActivity::Interpret); // the other machine does
    while (difference_.empty()) {
        Icount end = std::min(until, icount() + step);
        Stop stop = runAlone(end, latest);
        if (stop == Stop::Requested) {
            // Observers ask one machine alone, in mid-step. The other stops about there (it may
            // still have to enter an interrupt, or to wake), and both are compared after the next
            // step.
            twin_->runAlone(icount(), now());
            return stop;
        }
        Stop other = twin_->runAlone(end, latest);
        bool last = stop != Stop::Limit || icount() >= until || now() >= latest;
        bool memoryToo = endsRun(stop) || icount().value - memoryComparedAt_ >= memoryStep;
        if (memoryToo) memoryComparedAt_ = icount().value;
        difference_ = lockstepDifference(*this, *twin_, stop == other, memoryToo);
        if (difference_.empty() && last) return stop;
    }
    return Stop::Requested;
}

Stop Machine::runAlone(Icount until, VirtualNs latest) {
    VirtualClock &clock = board_->clock();
    Cpu &cpu = board_->cpu();
    const During during(activity(), HostActivity::Interpret);
    board_->powerOn();
    for (;;) {
        if (std::optional<Stop> ended = board_->ended()) return *ended;
        if (std::exchange(stopRequested_, false)) return Stop::Requested;
        Icount count = clock.icount();
        if (count >= until || clock.now() >= latest) return Stop::Limit;
        if (clock.timers().next() <= clock.now()) {
            const During firing(activity(), HostActivity::Devices);
            clock.timers().fireDue(clock.now());
            continue;
        }
        uint64_t instructions = until - count;
        if (latest != VirtualNs::never()) {
            uint64_t nsLeft = latest - clock.now();
            instructions = std::min(instructions, ((nsLeft - 1) >> clock.shift()) + 1);
        }
        clock.refill(std::min<uint64_t>(instructions, mostInstructions));
        switch (cpu.run()) {
        case Cpu::Exit::Budget:
        case Cpu::Exit::Stopped: break;
        case Cpu::Exit::Shutdown: board_->tripleFault(); break;
        case Cpu::Exit::Halted:
            if (!canWake()) return Stop::Halt;
            clock.warpTo(std::min(clock.timers().next(), latest));
            break;
        }
    }
}

/// Whether anything that is already under way can end a HLT.
bool Machine::canWake() const {
    if (board_->clock().timers().next() == VirtualNs::never()) return false;
    bool interrupts = (board_->cpu().systemFlags & eflags::IF) != 0;
    return interrupts || board_->interrupts().mayWakeByNmi();
}

ActivityMark &Machine::activity() {
    return board_->activity();
}

void Machine::requestStop() {
    stopRequested_ = true;
    board_->cpu().requestStop();
}

Icount Machine::icount() const {
    return board_->clock().icount();
}

VirtualNs Machine::now() const {
    return board_->clock().now();
}

uint64_t Machine::idleNs() const {
    return board_->clock().idleNs();
}

std::optional<uint32_t> Machine::exitCode() const {
    return board_->exitCode();
}

// --- watching

void Machine::setObserver(MachineObserver *observer) {
    board_->setObserver(observer);
}

void Machine::watchCode(uint32_t linear) {
    board_->cpu().watchCode(linear);
}

void Machine::unwatchCode() {
    board_->cpu().unwatchCode();
}

std::string Machine::digest() {
    Bytes both;
    for (const Digest &part : {board_->log().chain().value(), board_->stateDigest()})
        both.insert(both.end(), part.begin(), part.end());
    return hexadecimal(digestOf(both));
}

std::string Machine::eventDigest() const {
    return hexadecimal(board_->log().chain().value());
}

std::optional<TextPage> Machine::text() const {
    return board_->vga().text();
}

ScreenImage Machine::screen() const {
    return board_->vga().render();
}

const Cpu &Machine::cpu() const {
    return board_->cpu();
}

Machine::TranslatedBlock Machine::translated(std::span<const uint8_t> bytes) const {
    TranslatedBlock result;
    const Cpu &cpu = board_->cpu();
    std::array<Insn, Block::mostInsns + 1> insns; // no block is without an end
    const DecodedRow row = decodeRow(bytes, cpu.code32(), std::span(insns).first(Block::mostInsns));
    for (const Insn &insn : std::span(insns).first(row.count))
        result.offsets.push_back(insn.offset);
    if (!engine_ || row.count == 0) return result;
    result.host = engine_->list({.host = bytes.data(),
                                 .bytes = static_cast<uint16_t>(row.bytes),
                                 .count = static_cast<uint8_t>(row.count),
                                 .code32 = cpu.code32(),
                                 .insns = insns.data()});
    return result;
}

const PhysicalMap &Machine::memory() const {
    return board_->memory();
}

// --- inputs

void Machine::key(uint16_t set1Code, bool down) {
    if (twin_) twin_->key(set1Code, down);
    if (board_->ended()) return;
    board_->log().add({.kind = EventKind::Input,
                       .source = static_cast<uint16_t>(ConsoleId::VgaText),
                       .value = set1Code | (down ? keyDownBit : 0U)});
    board_->keyboard().key(set1Code, down);
}

void Machine::receiveSerial(ConsoleId console, std::span<const uint8_t> bytes) {
    if (twin_) twin_->receiveSerial(console, bytes);
    if (board_->ended() || (console != ConsoleId::Com1 && console != ConsoleId::Com2)) return;
    // Byte by byte: how they were gathered leaves no trace, so a log of bytes can be typed again.
    for (const uint8_t &byte : bytes) {
        board_->log().add(
            {.kind = EventKind::Input, .source = static_cast<uint16_t>(console), .value = byte});
        board_->serialInput(console).type({&byte, 1});
    }
}

// --- snapshots

void Machine::serialize(Archive &archive) {
    board_->serialize(archive);
    if (!twin_ || !archive.loading() || archive.failed()) return;
    Archive copy;
    board_->serialize(copy);
    Bytes state = copy.take();
    Archive same(state);
    twin_->serialize(same);
}

} // namespace bootglass
