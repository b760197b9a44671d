// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/jit/emitter.h"

#include "emulator/cpu/cpu.h"
#include "emulator/jit/cpu_access.h"

#include <bit>
#include <cstring>
#include <utility>

namespace bootglass::jit {

namespace {

/// JRCXZ's displacement is a signed byte.
constexpr size_t shortReach = 127;
constexpr size_t islandBytes = 5;
constexpr size_t jumpOverBytes = 2;

/// What ends a block by itself alone: what comes next in memory comes next, unless it is repeated.
bool goesOn(Op op) {
    switch (op) {
    case Op::InI:
    case Op::InDx:
    case Op::OutI:
    case Op::OutDx:
    case Op::Ins:
    case Op::Outs:
    case Op::Movs:
    case Op::Stos:
    case Op::Lods:
    case Op::Cmps:
    case Op::Scas: return true;
    default: return false;
    }
}

/// What is certain neither to read nor to change arithmetic flags, of what ends a block and keeps
/// the mode.
bool keepsFlags(Op op) {
    switch (op) {
    case Op::Cmps:
    case Op::Scas: return false;
    case Op::Call:
    case Op::CallE:
    case Op::JmpE:
    case Op::Ret:
    case Op::RetI:
    case Op::Rdtsc:
    case Op::Pause: return true;
    default: return goesOn(op);
    }
}

/// What is certain to change neither privilege nor segments nor control registers.
bool keepsMode(Op op) {
    return keepsFlags(op) || op == Op::Cmps || op == Op::Scas || op == Op::Pushf;
}

/// What changes only selectors and bases, and flags that mean nothing to privilege, in real mode.
bool keepsRealMode(Op op) {
    switch (op) {
    case Op::MovSE:
    case Op::PopSeg:
    case Op::Les:
    case Op::Lss:
    case Op::Lds:
    case Op::Lfs:
    case Op::Lgs:
    case Op::JmpFar:
    case Op::JmpFarE:
    case Op::CallFar:
    case Op::CallFarE:
    case Op::RetFar:
    case Op::RetFarI:
    case Op::Int:
    case Op::Int3:
    case Op::Into:
    case Op::Iret:
    case Op::Popf:
    case Op::Sti: return true;
    default: return false;
    }
}

} // namespace

Emitter::Emitter(x86::Assembler &assembler, const Surroundings &surroundings, const Source &source,
                 const uint8_t *join)
    : a(assembler), around_(surroundings), source_(source), join_(join) {
    body_ = a.newLabel();
    start_ = a.newLabel();
    if (!hasDirect() || !stackIs32() || !around_.stackWindows) return;
    std::vector<Insn> insns;
    for (const Piece &piece : *source.trace)
        insns.insert(insns.end(), piece.insns, piece.insns + piece.count);
    windows_ = StackWindows(insns);
}

bool Emitter::isFollowed() const {
    return position_ + 1 == piece_->end() && piece_ != &source_.trace->back();
}

x86::Gp Emitter::guest32(unsigned number) {
    static const x86::Gp registers[] = {x86::eax,  x86::r11d, x86::edx, x86::ebx,
                                        x86::r12d, x86::ebp,  x86::esi, x86::edi};
    return registers[number];
}

x86::Mem Emitter::state(const void *member, unsigned size) const {
    auto distance =
        static_cast<const char *>(member) - reinterpret_cast<const char *>(around_.cpu->gpr.data());
    return x86::ptr(x86::r15, static_cast<int32_t>(distance), size);
}

x86::Mem Emitter::systemFlags() const {
    return state(&around_.cpu->systemFlags, 4);
}

x86::Mem Emitter::tscOffset() const {
    return state(&around_.cpu->tscOffset, 8);
}

x86::Mem Emitter::interruptLine() const {
    return state(CpuAccess::interruptLine(*around_.cpu), 1);
}

x86::Mem Emitter::selector(unsigned segment) const {
    return state(&around_.cpu->seg[segment].selector, 2);
}

const Xmm *Emitter::xmm(unsigned number) const {
    return &around_.cpu->sse.xmm[number & 7];
}

const X87State &Emitter::x87() const {
    return around_.cpu->x87;
}

x86::Mem Emitter::segmentBase(unsigned segment) const {
    return state(&around_.cpu->seg[segment].base, 4);
}

unsigned Emitter::clockShift() const {
    return around_.cpu->clock().shift();
}

// --- positions

void Emitter::jumpAbsolute(const uint8_t *target) {
    auto next = around_.base + a.offset() + 5;
    uint8_t code[5] = {0xE9};
    auto distance = static_cast<int32_t>(target - next);
    std::memcpy(code + 1, &distance, 4);
    a.embed(code, sizeof code);
}

void Emitter::callAbsolute(const uint8_t *target) {
    auto next = around_.base + a.offset() + 5;
    uint8_t code[5] = {0xE8};
    auto distance = static_cast<int32_t>(target - next);
    std::memcpy(code + 1, &distance, 4);
    a.embed(code, sizeof code);
}

void Emitter::fixData(const void *address) {
    size_t end = a.offset();
    auto distance =
        static_cast<int32_t>(static_cast<const uint8_t *>(address) - (around_.base + end));
    std::memcpy(a.bufferData() + end - 4, &distance, 4);
}

void Emitter::jumpThrough(const uint64_t *slot) {
    withData(slot, x86::Inst::kIdJmp);
}

/// If rcx is not.
void Emitter::jumpUnlessZero(const Label &target) {
    Label zero = a.newLabel();
    a.jecxz(x86::rcx, zero);
    a.jmp(target);
    a.bind(zero);
}

// --- islands and slow paths

void Emitter::flushIslands(bool fallsThrough) {
    if (islands_.empty()) return;
    Label over;
    if (fallsThrough) {
        over = a.newLabel();
        a.short_().jmp(over);
    }
    for (const Island &island : islands_) {
        a.bind(island.label);
        a.long_().jmp(island.target);
    }
    islands_.clear();
    if (fallsThrough) a.bind(over);
}

void Emitter::ensureRoom(unsigned bytes) {
    if (islands_.empty()) return;
    if (around_.closesIslands) return flushIslands(true);
    size_t end = a.offset() + bytes + jumpOverBytes + islandBytes * islands_.size();
    if (end - islands_.front().at > shortReach) flushIslands(true);
}

Label Emitter::slowLabel() {
    if (!inSlowPath()) {
        if (!slowHere_) {
            slowHere_ = slowPaths.size();
            slowPaths.push_back({a.newLabel(), a.newLabel(), position_});
        }
        return slowPaths[*slowHere_].label;
    }
    if (!slowHere_) {
        slowHere_ = slows_.size();
        slows_.push_back({a.newLabel(), a.newLabel(), position_});
    }
    return slows_[*slowHere_].label;
}

void Emitter::slowIfZero() {
    Label island = a.newLabel();
    a.jecxz(x86::rcx, island);
    islands_.push_back({island, slowLabel(), a.offset()});
}

void Emitter::slow() {
    a.long_().jmp(slowLabel());
}

void Emitter::slowIfBudgetEnds() {
    a.mov(x86::rcx, x86::r13);
    a.not_(x86::rcx); // what remains
    slowIfZero();
}

void Emitter::unlessAllowed(const uint8_t &allowed) {
    withData(&allowed, x86::Inst::kIdMovzx, x86::ecx, 1);
    slowIfZero();
}

void Emitter::unlessSseReady() {
    // It can change in the middle of a block only by what is called.
    if (std::exchange(sseIsReady_, true)) return;
    unlessAllowed(around_.frame->mayUseSse);
}

void Emitter::unlessX87Ready() {
    if (std::exchange(x87IsReady_, true)) return;
    unlessAllowed(around_.frame->mayUseX87);
}

void Emitter::unlessSseComputes() {
    LoadOfSse load{a.newLabel(), a.newLabel(), slowLabel()};
    withData(&around_.frame->sseIsLoaded, x86::Inst::kIdMovzx, x86::ecx, 1);
    Label island = a.newLabel();
    a.jecxz(x86::rcx, island);
    islands_.push_back({island, load.label, a.offset()});
    a.bind(load.resume);
    loadsOfSse_.push_back(load);
}

void Emitter::begin(unsigned n) {
    position_ = n;
    piece_ = &pieceAt(*source_.trace, n);
    if (inSlowPath()) a.bind(start_);
    slowHere_.reset();
    ensureRoom(64);
    if (inSlowPath()) return;
    for (const StackWindows::Look &look : windows_.before(n)) {
        lookDirect(linearAt(look.base, look.offset), look.size, look.access);
        slowIfZero();
    }
}

void Emitter::end() {
    if (inSlowPath() && slowHere_) a.bind(slows_[*slowHere_].resume);
    joinHere();
}

/// Where a slow path comes back to the block. It goes there: then true, and nothing more is to be
/// emitted.
bool Emitter::joinHere() {
    if (inSlowPath()) {
        joinIfWindowsHold();
        flushIslands(false);
        return true;
    }
    if (slowHere_) a.bind(slowPaths[*slowHere_].join);
    slowHere_.reset();
    return false;
}

/// Calls the interpreter for an instruction.
void Emitter::handOver(unsigned position, const uint8_t *glue) {
    const Piece &piece = pieceAt(*source_.trace, position);
    const Insn &i = piece.at(position);
    // Whoever leaves in the middle of a block gives back what follows in it, by the block's count:
    // that is the whole trace's, less what came before the block. What ends its block does not, so
    // for that the trace gives back before.
    const unsigned fromItsBlockOn = i.ends ? i.position + 1U : source_.count() - piece.first;
    if (i.ends) giveBackAfter(position);
    a.mov(x86::r8d, around_.firstSite + static_cast<uint32_t>(sites.size()));
    sites.push_back({&i, piece.eip, static_cast<uint8_t>(fromItsBlockOn), isRelocatable(), i.ends,
                     keepsMode(i.op), selectorsAreBases() && keepsRealMode(i.op),
                     keepsFlags(i.op)});
    callAbsolute(glue);
}

void Emitter::callout() {
    // Then what follows in memory is jumped to by a link that stands behind.
    const bool links = insn().ends && goesOn(insn().op) && !inSlowPath();
    handOver(position_, links ? around_.glue.calloutGoingOn : around_.glue.callout);
    sseIsReady_ = x87IsReady_ = false;
    if (links) jumpTo(nextEip());
}

// --- byte registers

x86::Gp Emitter::byteIn(ByteRegister source, x86::Gp scratch) {
    if (!source.high) return guest32(source.number).r8();
    a.rorx(scratch.r32(), guest32(source.number), 8);
    return scratch.r8();
}

namespace {

/// AH DH BH as the host's own; such instructions cannot have a REX prefix.
x86::Gp hostHigh(unsigned number) {
    switch (number) {
    case Eax: return x86::ah;
    case Edx: return x86::dh;
    default: return x86::bh;
    }
}

} // namespace

void Emitter::clToByte(asmjit::InstId operation, ByteRegister destination) {
    if (!destination.high) {
        a.emit(operation, guest32(destination.number).r8(), x86::cl);
    } else if (destination.number == Ecx) {
        a.rorx(x86::r11d, x86::r11d, 8);
        a.emit(operation, x86::r11b, x86::cl);
        a.rorx(x86::r11d, x86::r11d, 24);
    } else {
        a.emit(operation, hostHigh(destination.number), x86::cl);
    }
}

void Emitter::byteToByte(asmjit::InstId operation, ByteRegister destination, ByteRegister source) {
    if (!destination.high && !source.high) {
        a.emit(operation, guest32(destination.number).r8(), guest32(source.number).r8());
    } else if (destination.number != Ecx && source.number != Ecx) {
        auto host = [](ByteRegister r) {
            return r.high ? hostHigh(r.number) : guest32(r.number).r8();
        };
        a.emit(operation, host(destination), host(source));
    } else {
        if (source.high)
            a.rorx(x86::ecx, guest32(source.number), 8);
        else
            a.mov(x86::ecx, guest32(source.number));
        clToByte(operation, destination);
    }
}

void Emitter::immediateToByte(asmjit::InstId operation, ByteRegister destination, uint32_t value) {
    auto byte = imm(static_cast<int8_t>(value));
    if (!destination.high) {
        a.emit(operation, guest32(destination.number).r8(), byte);
    } else if (destination.number == Ecx) {
        a.rorx(x86::r11d, x86::r11d, 8);
        a.emit(operation, x86::r11b, byte);
        a.rorx(x86::r11d, x86::r11d, 24);
    } else {
        a.emit(operation, hostHigh(destination.number), byte);
    }
}

void Emitter::onByte(asmjit::InstId operation, ByteRegister destination) {
    if (!destination.high) {
        a.emit(operation, guest32(destination.number).r8());
    } else if (destination.number == Ecx) {
        a.rorx(x86::r11d, x86::r11d, 8);
        a.emit(operation, x86::r11b);
        a.rorx(x86::r11d, x86::r11d, 24);
    } else {
        a.emit(operation, hostHigh(destination.number));
    }
}

// --- leaving

void Emitter::loadEip(x86::Gp target, uint32_t eip) {
    if (!isRelocatable()) {
        a.mov(target, eip);
        return;
    }
    withData(&around_.frame->pageEip, x86::Inst::kIdMov, target);
    if (eip != 0) a.lea(target, x86::ptr(target.r64(), static_cast<int32_t>(eip)));
}

bool Emitter::leavesPage(uint32_t eip) const {
    return (eip & ~static_cast<uint32_t>(pageMask)) != 0;
}

/// Relocatable code goes to another page with its EIP in r8d.
void Emitter::useLink(uint32_t eip) {
    auto number = static_cast<uint32_t>(links.size());
    links.push_back({eip, a.newLabel()});
    if (isRelocatable() && leavesPage(eip)) loadEip(x86::r8d, eip);
    jumpThrough(&around_.links[around_.firstLink + number]);
}

void Emitter::leaveTo(uint32_t eip) {
    loadEip(x86::r8d, eip);
    jumpAbsolute(around_.glue.leave);
}

/// What follows in the block takes for granted what was looked at before this instruction, without
/// success. If it still is not so, the next instruction begins another block.
void Emitter::joinIfWindowsHold() {
    Label elsewhere = a.newLabel();
    const auto looks = windows_.after(position_);
    if (!looks.empty()) flushIslands(true);
    for (const StackWindows::Look &look : looks) {
        lookDirect(linearAt(look.base, look.offset), look.size, look.access);
        Label no = a.newLabel(), yes = a.newLabel();
        a.jecxz(x86::rcx, no);
        a.short_().jmp(yes);
        a.bind(no);
        a.long_().jmp(elsewhere);
        a.bind(yes);
    }
    jumpAbsolute(join_);
    if (looks.empty()) return;
    a.bind(elsewhere);
    loadEip(x86::r8d, isFollowed() ? piece_[1].eip : nextEip());
    jumpByTableAfter(position_);
}

/// An instruction leaves the trace: what would have come after it.
void Emitter::giveBackAfter(unsigned position) {
    const auto rest = static_cast<int32_t>(source_.count() - position - 1);
    if (rest != 0 && source_.counted) a.lea(x86::r13, x86::ptr(x86::r13, -rest));
}

void Emitter::jumpByTableAfter(unsigned position) {
    giveBackAfter(position);
    jumpByTable();
}

void Emitter::jumpTo(uint32_t eip) {
    if (joinHere() || isFollowed()) return;
    if (reachable(eip))
        useLink(eip);
    else
        leaveTo(eip);
    flushIslands(false);
}

void Emitter::takenFrom(Label label, uint32_t eip) {
    taken_.push_back({label, position_, eip});
}

/// A RET that was followed: does r8d lead to what comes next in the trace?
void Emitter::jumpIfAstray() {
    ensureRoom(40);
    Astray astray{a.newLabel(), position_};
    Label here = a.newLabel();
    loadEip(x86::r9d, piece_[1].eip);
    a.not_(x86::r9d);
    a.lea(x86::ecx, x86::ptr(x86::r8, x86::r9, 0, 1));
    a.jecxz(x86::rcx, here);
    a.long_().jmp(astray.label);
    a.bind(here);
    astray_.push_back(astray);
}

void Emitter::jumpToR8() {
    if (isFollowed()) {
        // The windows of what follows would need r8d.
        if (inSlowPath()) return jumpByTableAfter(position_);
        joinHere();
        return jumpIfAstray();
    }
    if (joinHere()) return;
    jumpByTable();
    flushIslands(false);
}

void Emitter::jumpByTable() {
    if (flatMode()) {
        a.movzx(x86::ecx, x86::r8w);
    } else {
        a.mov(x86::ecx, state(&around_.cpu->seg[Cs].base, 4));
        a.lea(x86::ecx, x86::ptr(x86::rcx, x86::r8));
        a.movzx(x86::ecx, x86::cx);
    }
    withData(around_.jumpTables + source_.mode * jumpTableEntries, x86::Inst::kIdLea, x86::r9);
    a.jmp(x86::ptr(x86::r9, x86::rcx, 3));
}

void Emitter::loadSseOutOfLine() {
    for (const LoadOfSse &load : loadsOfSse_) {
        a.bind(load.label);
        callAbsolute(around_.glue.loadSse);
        jumpUnlessZero(load.resume);
        a.jmp(load.slow);
    }
}

void Emitter::finishSlowPath() {
    for (const Beside &beside : besides_)
        tryOtherwise(beside);
    loadSseOutOfLine();
    for (const Slow &slow : slows_) {
        a.bind(slow.label);
        handOver(slow.position, around_.glue.callout);
        if (!insnAt(*source_.trace, slow.position).ends) a.jmp(slow.resume);
    }
}

void Emitter::finish() {
    flushIslands(false);
    for (const Taken &taken : taken_) {
        a.bind(taken.label);
        if (taken.target == source_.eip() && !source_.counted) {
            a.jmp(body_);
            continue;
        }
        if (taken.target == source_.eip()) {
            // Round again: the rest of this turn is given back, the next is taken.
            a.lea(x86::r13, x86::ptr(x86::r13, static_cast<int32_t>(taken.position + 1)));
            a.shrx(x86::rcx, x86::r13, x86::r10);
            Label out = a.newLabel();
            a.jecxz(x86::rcx, out);
            countAgain(out);
            a.jmp(body_);
            a.bind(out);
            a.lea(x86::r13, x86::ptr(x86::r13, -static_cast<int32_t>(source_.count())));
            leaveTo(source_.eip());
            continue;
        }
        giveBackAfter(taken.position);
        useLink(taken.target);
    }
    for (const Astray &astray : astray_) {
        a.bind(astray.label);
        jumpByTableAfter(astray.position);
    }
    loadSseOutOfLine();
    for (size_t n = 0; n < slowPaths.size(); ++n) {
        auto number = around_.firstSlowPath + static_cast<uint32_t>(n);
        a.bind(slowPaths[n].label);
        a.mov(x86::r8d, number);
        jumpThrough(&around_.slowPaths[number]);
    }
    for (size_t n = 0; n < links.size(); ++n) {
        a.bind(links[n].unresolved);
        loadEip(x86::r8d, links[n].target);
        a.mov(x86::r9d, around_.firstLink + static_cast<uint32_t>(n));
        jumpAbsolute(around_.glue.leaveByLink);
    }
}

} // namespace bootglass::jit
