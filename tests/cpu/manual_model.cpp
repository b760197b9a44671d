// SPDX-License-Identifier: GPL-3.0-or-later
#include "manual_model.h"

namespace bootglass::test {

// --- memory and stack

uint8_t Model::byteAt(uint32_t linear) const {
    auto found = written.find(linear);
    return found != written.end() ? found->second : memory(linear);
}

uint32_t Model::read(unsigned seg, uint32_t offset, unsigned bytes) {
    if (uint64_t{offset} + bytes - 1 > limit) {
        raise(seg == SS ? 12 : 13);
        return 0;
    }
    uint32_t value = 0;
    for (unsigned n = 0; n < bytes; ++n)
        value |= uint32_t{byteAt(base[seg] + offset + n)} << 8 * n;
    return value;
}

void Model::write(unsigned seg, uint32_t offset, uint32_t value, unsigned bytes) {
    if (uint64_t{offset} + bytes - 1 > limit) return raise(seg == SS ? 12 : 13);
    for (unsigned n = 0; n < bytes; ++n)
        written[base[seg] + offset + n] = static_cast<uint8_t>(value >> 8 * n);
}

void Model::setStackPointer(uint32_t value) {
    r[ESP] = stack32 ? value : (r[ESP] & 0xFFFF0000) | (value & 0xFFFF);
}

void Model::push(uint32_t value, unsigned bytes) {
    uint32_t pointer = (r[ESP] - bytes) & stackMask();
    write(SS, pointer, value, bytes);
    setStackPointer(pointer);
}

uint32_t Model::pop(unsigned bytes) {
    uint32_t value = read(SS, r[ESP] & stackMask(), bytes);
    setStackPointer(r[ESP] + bytes);
    return value;
}

void Model::setRegister(unsigned reg, uint32_t value, unsigned bytes) {
    r[reg] = bytes == 2 ? (r[reg] & 0xFFFF0000) | (value & 0xFFFF) : value;
}

void Model::setSzp(uint32_t value, unsigned bytes) {
    uint32_t mask = bytes == 4 ? 0xFFFFFFFF : (1U << 8 * bytes) - 1;
    bool even = true;
    for (unsigned n = 0; n < 8; ++n)
        even ^= (value >> n & 1) != 0;
    setFlag(PF, even);
    setFlag(ZF, (value & mask) == 0);
    setFlag(SF, (value >> (8 * bytes - 1) & 1) != 0);
}

// --- decimal adjustments

void Model::daa() {
    uint8_t oldAl = al();
    bool oldCf = flags & CF;
    setFlag(CF, false);
    if ((al() & 0xF) > 9 || (flags & AF)) {
        unsigned sum = al() + 6U;
        setAl(sum);
        setFlag(CF, oldCf || sum > 0xFF);
        setFlag(AF, true);
    } else {
        setFlag(AF, false);
    }
    if (oldAl > 0x99 || oldCf) {
        setAl(al() + 0x60U);
        setFlag(CF, true);
    } else {
        setFlag(CF, false);
    }
    setSzp(al(), 1);
    undefined = OF;
}

void Model::das() {
    uint8_t oldAl = al();
    bool oldCf = flags & CF;
    setFlag(CF, false);
    if ((al() & 0xF) > 9 || (flags & AF)) {
        bool borrow = al() < 6;
        setAl(al() - 6U);
        setFlag(CF, oldCf || borrow);
        setFlag(AF, true);
    } else {
        setFlag(AF, false);
    }
    if (oldAl > 0x99 || oldCf) {
        setAl(al() - 0x60U);
        setFlag(CF, true);
    }
    setSzp(al(), 1);
    undefined = OF;
}

void Model::aaa() {
    if ((al() & 0xF) > 9 || (flags & AF)) {
        r[EAX] = (r[EAX] & 0xFFFF0000) | ((r[EAX] + 0x106) & 0xFFFF);
        setFlag(AF, true);
        setFlag(CF, true);
    } else {
        setFlag(AF, false);
        setFlag(CF, false);
    }
    setAl(al() & 0xFU);
    undefined = OF | SF | ZF | PF;
}

void Model::aas() {
    if ((al() & 0xF) > 9 || (flags & AF)) {
        r[EAX] = (r[EAX] & 0xFFFF0000) | ((r[EAX] - 6) & 0xFFFF);
        setAh(ah() - 1U);
        setFlag(AF, true);
        setFlag(CF, true);
    } else {
        setFlag(AF, false);
        setFlag(CF, false);
    }
    setAl(al() & 0xFU);
    undefined = OF | SF | ZF | PF;
}

void Model::aam(uint8_t base10) {
    if (base10 == 0) return raise(0);
    uint8_t value = al();
    setAh(value / base10);
    setAl(value % base10);
    setSzp(al(), 1);
    undefined = OF | AF | CF;
}

void Model::aad(uint8_t base10) {
    setAl(al() + unsigned{ah()} * base10);
    setAh(0);
    setSzp(al(), 1);
    undefined = OF | AF | CF;
}

void Model::salc() {
    setAl(flags & CF ? 0xFF : 0);
}

// --- stack instructions

void Model::pusha() {
    uint32_t before = r[ESP];
    for (unsigned reg : {EAX, ECX, EDX, EBX})
        push(r[reg], size());
    push(before, size());
    for (unsigned reg : {EBP, ESI, EDI})
        push(r[reg], size());
}

void Model::popa() {
    for (unsigned reg : {EDI, ESI, EBP})
        setRegister(reg, pop(size()), size());
    pop(size()); // ESP is skipped
    for (unsigned reg : {EBX, EDX, ECX, EAX})
        setRegister(reg, pop(size()), size());
}

void Model::pushRegister(unsigned reg) {
    push(r[reg], size()); // ESP: as it was before
}

void Model::popRegister(unsigned reg) {
    setRegister(reg, pop(size()), size());
}

void Model::pushImmediate(uint32_t value) {
    push(value, size());
}

void Model::pushSegment(unsigned seg) {
    // 32 bits: zero-extended (SDM vol. 2, PUSH; newer processors write only the lower half).
    push(selector[seg], size());
}

void Model::loadSegment(unsigned seg, uint16_t value) {
    selector[seg] = value;
    base[seg] = uint32_t{value} << 4;
}

void Model::popSegment(unsigned seg) {
    uint32_t value = read(SS, r[ESP] & stackMask(), 2);
    setStackPointer(r[ESP] + size());
    loadSegment(seg, static_cast<uint16_t>(value));
}

void Model::pushFlags() {
    push(flags & 0x00FCFFFF, size()); // VM and RF are cleared in the image
}

void Model::enter(uint16_t bytes, uint8_t level) {
    level %= 32;
    push(r[EBP], size());
    uint32_t frame = r[ESP];
    uint32_t pointer = r[EBP];
    if (level > 0) {
        for (unsigned n = 1; n < level; ++n) {
            pointer =
                stack32 ? pointer - size() : (pointer & 0xFFFF0000) | ((pointer - size()) & 0xFFFF);
            push(read(SS, pointer & stackMask(), size()), size());
        }
        push(frame, size());
    }
    // 16-bit operands or a 16-bit stack leave the upper half alone, as silicon does.
    setRegister(EBP, frame, stack32 && !operand16 ? 4 : 2);
    setStackPointer(r[ESP] - bytes);
}

void Model::leave() {
    setStackPointer(r[EBP]);
    uint32_t value = pop(size());
    setRegister(EBP, value, size());
}

// --- the rest

void Model::increment(unsigned reg, bool down) {
    uint32_t before = r[reg];
    uint32_t after = down ? before - 1 : before + 1;
    setRegister(reg, after, size());
    uint32_t sign = 1U << (8 * size() - 1);
    setSzp(after, size());
    setFlag(AF, (before & 0xF) == (down ? 0U : 0xFU));
    setFlag(OF, ((down ? before : after) & (2 * sign - 1)) == sign);
}

void Model::jump(uint32_t target) {
    if (operand16) target &= 0xFFFF;
    if (target > limit) return raise(13);
    eip = target;
}

void Model::loop(uint32_t displacement, int wantedZf) {
    unsigned bytes = address16 ? 2 : 4;
    setRegister(ECX, r[ECX] - 1, bytes);
    uint32_t count = address16 ? r[ECX] & 0xFFFF : r[ECX];
    bool zf = flags & ZF;
    eip += length;
    if (count != 0 && (wantedZf < 0 || zf == (wantedZf != 0))) jump(eip + displacement);
}

void Model::jcxz(uint32_t displacement) {
    uint32_t count = address16 ? r[ECX] & 0xFFFF : r[ECX];
    eip += length;
    if (count == 0) jump(eip + displacement);
}

Model::Address Model::address16Form(unsigned mod, unsigned rm, uint16_t displacement) const {
    uint32_t bx = r[EBX], bp = r[EBP], si = r[ESI], di = r[EDI];
    Address a;
    switch (rm) {
    case 0: a.offset = bx + si; break;
    case 1: a.offset = bx + di; break;
    case 2: a = {bp + si, SS}; break;
    case 3: a = {bp + di, SS}; break;
    case 4: a.offset = si; break;
    case 5: a.offset = di; break;
    case 6: a = mod == 0 ? Address{displacement, DS} : Address{bp, SS}; break;
    default: a.offset = bx; break;
    }
    if (mod == 1) a.offset += static_cast<uint32_t>(static_cast<int8_t>(displacement));
    if (mod == 2) a.offset += displacement;
    a.offset &= 0xFFFF;
    return a;
}

void Model::lea(unsigned reg, uint32_t offset) {
    setRegister(reg, offset, size());
}

void Model::loadFar(unsigned seg, unsigned reg, unsigned from, uint32_t offset) {
    uint32_t value = read(from, offset, size());
    uint32_t mask = address16 ? 0xFFFF : 0xFFFFFFFF;
    if (fault < 0 && uint64_t{offset} + size() > mask && address16)
        return raise(from == SS ? 12 : 13);
    auto sel = static_cast<uint16_t>(read(from, offset + size(), 2));
    if (fault >= 0) return;
    setRegister(reg, value, size());
    loadSegment(seg, sel);
}

void Model::bound(unsigned reg, unsigned from, uint32_t offset) {
    auto signedOf = [&](uint32_t value) {
        return operand16 ? int32_t{static_cast<int16_t>(value)} : static_cast<int32_t>(value);
    };
    int32_t lower = signedOf(read(from, offset, size()));
    if (uint64_t{offset} + 2 * size() - 1 > limit) raise(from == SS ? 12 : 13);
    if (fault >= 0) return;
    int32_t upper = signedOf(read(from, offset + size(), size()));
    int32_t index = signedOf(r[reg]);
    if (index < lower || index > upper) raise(5);
}

// --- control flow

void Model::callNear(uint32_t displacement) {
    eip += length;
    uint32_t next = eip;
    jump(eip + displacement);
    push(next, size());
}

void Model::retNear(uint16_t release) {
    uint32_t target = pop(size());
    jump(target);
    setStackPointer(r[ESP] + release);
}

void Model::callFar(uint16_t cs, uint32_t offset) {
    uint32_t next = eip + length;
    push(selector[CS], size());
    push(next, size());
    jump(offset);
    loadSegment(CS, cs);
}

void Model::jumpFar(uint16_t cs, uint32_t offset) {
    jump(offset);
    loadSegment(CS, cs);
}

void Model::retFar(uint16_t release) {
    uint32_t offset = pop(size());
    uint32_t cs = pop(size());
    jump(offset);
    loadSegment(CS, static_cast<uint16_t>(cs));
    setStackPointer(r[ESP] + release);
}

/// SDM vol. 3, 20.1.4, in real mode: FLAGS, CS and IP as words, whatever the operand size.
void Model::interrupt(uint8_t vector, bool fromFault) {
    push(flags, 2);
    push(selector[CS], 2);
    push(fromFault ? eip : eip + length, 2);
    flags &= ~(IF | TF | AC);
    uint32_t at = vector * 4U;
    eip = byteAt(at) | uint32_t{byteAt(at + 1)} << 8;
    loadSegment(CS, static_cast<uint16_t>(byteAt(at + 2) | byteAt(at + 3) << 8));
}

void Model::iret() {
    uint32_t offset = pop(size());
    uint32_t cs = pop(size());
    uint32_t image = pop(size());
    jump(offset);
    loadSegment(CS, static_cast<uint16_t>(cs));
    // In real mode, IOPL and NT too; VM, VIF and VIP stay.
    uint32_t loaded = operand16 ? 0x7FD5 : 0x00247FD5;
    flags = (flags & ~loaded) | (image & loaded) | 2;
}

} // namespace bootglass::test
