// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses and the look into the TLB's tables.
#include "emulator/cpu/cpu.h"
#include "emulator/jit/emitter.h"

#include <bit>

namespace bootglass::jit {

namespace {

constexpr uint8_t noRegister = 8;
constexpr int32_t tableOffset(Access access) {
    return static_cast<int32_t>(access == Access::Write ? Tlb::writeTableOffset
                                                        : Tlb::readTableOffset);
}
constexpr int32_t directOffset(Access access) {
    return access == Access::Write ? static_cast<int32_t>(Tlb::directWriteOffset) : 0;
}
/// Addresses that are so near to a register wrap around only in the first or the last page, which
/// are never direct.
constexpr int32_t nearby = 2048;
constexpr int64_t mostDirect = (int64_t{1} << 31) - nearby;
/// What r10 holds, as counts of 32-bit shifts.
constexpr unsigned shiftInR10 = 42 & 31;

} // namespace

void Emitter::address(x86::Gp target) {
    const Insn &i = insn();
    auto disp = static_cast<int32_t>(i.disp);
    if (i.base != noRegister && i.index != noRegister)
        a.lea(target, x86::ptr(guest64(i.base), guest64(i.index), i.scale, disp));
    else if (i.base != noRegister)
        a.lea(target, x86::ptr(guest64(i.base), disp));
    else if (i.index != noRegister)
        a.lea(target, x86::ptr(static_cast<uint64_t>(static_cast<int64_t>(disp)), guest64(i.index),
                               i.scale));
    else
        a.mov(target, i.disp & i.addressMask);
}

x86::Gp Emitter::offset() {
    const Insn &i = insn();
    bool constant = i.base == noRegister && i.index == noRegister;
    if (i.base != noRegister && i.index == noRegister && i.disp == 0 && !i.address16)
        return guest64(i.base);
    address(x86::r8d);
    if (i.address16 && !constant) a.movzx(x86::r8d, x86::r8w);
    return x86::r8;
}

/// Flat code takes the base of these for granted.
bool Emitter::isPlain(unsigned segment) const {
    return flatMode() && segment != Fs && segment != Gs && segment != Cs;
}

x86::Mem Emitter::memory(unsigned size, Access access, Alignment alignment) {
    const Insn &i = insn();
    if (!isPlain(i.segment) || i.index != noRegister)
        return memoryAt(i.segment, offset(), i.address16, size, access, alignment);
    const bool misaligned = (i.disp & (size - 1)) != 0;
    if (i.base == noRegister && !misaligned) return memoryAtConstant(size, access, alignment);
    const auto disp = static_cast<int32_t>(i.disp);
    const bool isNear = disp >= -nearby && disp < nearby;
    if (i.base != noRegister && isNear && !i.address16 && mayBeDirect())
        return directMemory(i.base, disp, size, access);
    return memoryAt(i.segment, offset(), i.address16, size, access, alignment);
}

/// Where the entry is, is known.
x86::Mem Emitter::memoryAtConstant(unsigned size, Access access, Alignment alignment) {
    const uint32_t linear = insn().disp & insn().addressMask;
    const auto page = static_cast<int32_t>(linear >> pageShift);
    ensureRoom(24);
    a.mov(x86::r8d, linear);
    if (mayBeDirect()) {
        a.movzx(x86::ecx, x86::byte_ptr(x86::r14, directOffset(access) + 4 * page));
        slowIfZero();
        return x86::ptr(x86::r8, direct(0), size);
    }
    a.mov(x86::rcx, x86::ptr(x86::r14, tableOffset(access) + 8 * page));
    missIfZero(x86::r8, size, access, Frame::privilegeTables, false, alignment);
    return x86::ptr(x86::rcx, x86::r8, 0, 0, size);
}

bool Emitter::hasDirect() const {
    return flatMode() && around_.direct != 0 && around_.direct > -mostDirect &&
           around_.direct < mostDirect;
}

bool Emitter::mayBeDirect() const {
    return !inSlowPath() && hasDirect();
}

int32_t Emitter::direct(int32_t offset) const {
    return static_cast<int32_t>(around_.direct + offset);
}

/// A register + an offset that is near.
x86::Mem Emitter::directMemory(unsigned base, int32_t offset, unsigned size, Access access) {
    if (!windows_.covers(position_, base, offset, size, access)) {
        lookDirect(linearAt(base, offset), size, access);
        slowIfZero();
    }
    return x86::ptr(guest64(base), direct(offset), size);
}

x86::Mem Emitter::stackMemory(unsigned base, int32_t offset, unsigned size, Access access) {
    if (mayBeDirect()) return directMemory(base, offset, size, access);
    return memoryAt(Ss, linearAt(base, offset), false, size, access);
}

/// A register + offset: r8, or the register.
x86::Gp Emitter::linearAt(unsigned base, int32_t offset) {
    if (offset == 0) return guest64(base);
    a.lea(x86::r8d, x86::ptr(guest64(base), offset));
    return x86::r8;
}

/// To rcx: not zero if it is a page with the addend of most.
void Emitter::lookDirect(x86::Gp linear, unsigned size, Access access) {
    ensureRoom(56);
    unsigned scale = 2;
    if (size == 1) {
        a.shrx(x86::ecx, linear.r32(), x86::r10d);
        scale = 0;
    } else if (size == 2) {
        a.rorx(x86::ecx, linear.r32(), 1);
        a.shrx(x86::ecx, x86::ecx, x86::r10d);
        scale = 1;
    } else {
        index(linear, size);
    }
    a.movzx(x86::ecx, x86::byte_ptr(x86::r14, x86::rcx, scale, directOffset(access)));
}

x86::Mem Emitter::memoryAt(unsigned segment, x86::Gp offset, bool narrow, unsigned size,
                           Access access, Alignment alignment) {
    if (isPlain(segment)) {
        if (mayBeDirect()) {
            lookDirect(offset, size, access);
            slowIfZero();
            return x86::ptr(offset, direct(0), size);
        }
        probe(offset, size, access, Frame::privilegeTables, false, alignment);
        return x86::ptr(x86::rcx, offset, 0, 0, size);
    }
    if (!flatMode() && !narrow) limitCheck(segment, offset, access);
    a.mov(x86::ecx, state(&around_.cpu->seg[segment].base, 4));
    a.lea(x86::r8d, x86::ptr(x86::rcx, offset));
    probe(x86::r8, size, access, segment, !flatMode() && narrow, alignment);
    return x86::ptr(x86::rcx, x86::r8, 0, 0, size);
}

/// Beyond the fast limit the interpreter decides.
void Emitter::limitCheck(unsigned segment, x86::Gp offset, Access access) {
    const SegmentRegister &s = around_.cpu->seg[segment];
    ensureRoom(48);
    a.mov(x86::rcx, state(access == Access::Write ? &s.writeMax : &s.readMax, 8));
    a.mov(x86::r9, offset);
    a.not_(x86::r9);
    a.lea(x86::rcx, x86::ptr(x86::rcx, x86::r9, 0, 1)); // limit - offset
    a.shrx(x86::rcx, x86::rcx, x86::r10);               // zero unless negative
    Label within = a.newLabel();
    a.jecxz(x86::rcx, within);
    slow();
    a.bind(within);
}

/// Where in a table the entry of an access is: to rcx; what is not of 4 bytes uses r9.
void Emitter::index(x86::Gp linear, unsigned size) {
    unsigned rotation = static_cast<unsigned>(std::countr_zero(size));
    if (pageShift - rotation == shiftInR10) {
        a.rorx(x86::ecx, linear.r32(), rotation);
        a.shrx(x86::ecx, x86::ecx, x86::r10d);
        return;
    }
    a.mov(x86::r9d, pageShift - rotation);
    if (rotation == 0) {
        a.shrx(x86::ecx, linear.r32(), x86::r9d);
    } else {
        a.rorx(x86::ecx, linear.r32(), rotation);
        a.shrx(x86::ecx, x86::ecx, x86::r9d);
    }
}

void Emitter::probe(x86::Gp linear, unsigned size, Access access, unsigned tables, bool narrow,
                    Alignment alignment) {
    ensureRoom(56);
    index(linear, size);
    if (tables == Frame::privilegeTables) {
        a.mov(x86::rcx, x86::ptr(x86::r14, x86::rcx, 3, tableOffset(access)));
    } else {
        const Frame::SegmentTables &looked = around_.frame->segmentTables[tables];
        withData(access == Access::Write ? &looked.write : &looked.read, x86::Inst::kIdMov,
                 x86::r9);
        a.mov(x86::rcx, x86::ptr(x86::r9, x86::rcx, 3));
    }
    missIfZero(linear, size, access, tables, narrow, alignment);
}

/// There is no entry if rcx is zero.
void Emitter::missIfZero(x86::Gp linear, unsigned size, Access access, unsigned tables, bool narrow,
                         Alignment alignment) {
    if (!inSlowPath()) return slowIfZero();
    bool write = access == Access::Write;
    Beside beside{a.newLabel(), a.newLabel(), slowLabel(), linear,   size,
                  write,        tables,       narrow,      alignment};
    Label island = a.newLabel();
    a.jecxz(x86::rcx, island);
    islands_.push_back({island, beside.label, a.offset()});
    a.bind(beside.resume);
    besides_.push_back(beside);
}

// --- where no entry was found

/// Of a segment whose offsets have 16 bits, one that does not end by FFFFh is the interpreter's; so
/// is one that must be aligned and is not.
void Emitter::slowUnlessInBounds(const Beside &beside) {
    if (beside.alignment == Alignment::Checked) {
        a.mov(x86::ecx, beside.size - 1);
        a.pext(x86::ecx, x86::r8d, x86::ecx);
        jumpUnlessZero(beside.slow);
    }
    if (beside.narrow) {
        a.mov(x86::ecx, segmentBase(beside.tables));
        a.not_(x86::rcx);
        a.lea(x86::ecx, x86::ptr(x86::r8, x86::rcx, 0, static_cast<int32_t>(beside.size)));
        a.rorx(x86::ecx, x86::ecx, 16);
        a.movzx(x86::ecx, x86::cx);
        jumpUnlessZero(beside.slow);
    }
}

/// Before the interpreter is asked: stores beside code, and what is not aligned.
void Emitter::tryOtherwise(const Beside &beside) {
    a.bind(beside.label);
    if (beside.linear.id() != x86::r8.id()) a.mov(x86::r8d, beside.linear.r32());
    const auto access = beside.write ? Access::Write : Access::Read;
    const bool mayBeUnaligned = beside.size > 1 && beside.alignment == Alignment::Any;
    if (beside.write || mayBeUnaligned) {
        if (beside.size > 1) slowUnlessInBounds(beside);
        withData(&around_.frame->segmentTables[beside.tables], x86::Inst::kIdLea, x86::r9);
        callAbsolute(around_.glue.otherwise[static_cast<size_t>(access)]
                                           [static_cast<size_t>(std::countr_zero(beside.size))]);
        jumpUnlessZero(beside.resume);
    }
    if (flatMode()) {
        a.mov(x86::r9d, beside.tables);
        callAbsolute(around_.glue.refill[static_cast<size_t>(access)]);
        jumpUnlessZero(start_);
    }
    a.jmp(beside.slow);
}

} // namespace bootglass::jit
