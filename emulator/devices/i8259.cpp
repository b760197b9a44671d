// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/i8259.h"

namespace bootglass {

namespace {

constexpr uint8_t bit(unsigned line) {
    return static_cast<uint8_t>(1U << line);
}

} // namespace

I8259::I8259(Role role, uint8_t elcrMask, IrqLine intr)
    : role_(role), elcrMask_(elcrMask), intr_(std::move(intr)) {}

uint8_t I8259::read(uint16_t offset) {
    if (poll_) {
        // Data sheet, "Poll command": the next RD is an acknowledge; bit 7 tells if there was a
        // request.
        poll_ = false;
        unsigned line = pending();
        if (line == none) return 0;
        accept(line);
        update();
        return static_cast<uint8_t>(0x80 | line);
    }
    if ((offset & 1) != 0) return imr_;
    return readIsr_ ? isr_ : irr_;
}

void I8259::write(uint16_t offset, uint8_t value) {
    if ((offset & 1) == 0) {
        if ((value & 0x10) != 0)
            writeIcw1(value);
        else if ((value & 0x08) != 0)
            writeOcw3(value);
        else
            writeOcw2(value);
    } else {
        switch (nextIcw_) {
        case 2:
            vectorBase_ = value & 0xF8;
            nextIcw_ = single_ ? (needsIcw4_ ? 4 : 0) : 3;
            break;
        case 3:
            // Who is whose slave is soldered in the 82371, which wants 04h and 02h here; nothing to
            // keep.
            nextIcw_ = needsIcw4_ ? 4 : 0;
            break;
        case 4:
            // The 8080 mode (bit 0 clear) has no meaning on a PC's bus: vectors are the 8086's
            // always.
            icw4_ = value & 0x1F;
            nextIcw_ = 0;
            break;
        default: imr_ = value; break;
        }
        if (nextIcw_ == 0) initialized_ = true;
    }
    update();
}

void I8259::writeIcw1(uint8_t value) {
    needsIcw4_ = (value & 0x01) != 0;
    single_ = (value & 0x02) != 0;
    levelMode_ = (value & 0x08) != 0;
    nextIcw_ = 2;
    initialized_ = false;
    // Data sheet, "Initialization command words": the edge sense circuit starts afresh, so a line
    // that is high must fall before it can request; the rest is as after power-on.
    irr_ = lines_ & levelTriggered();
    isr_ = 0;
    imr_ = 0;
    icw4_ = 0;
    lowest_ = 7;
    readIsr_ = false;
    poll_ = false;
    specialMask_ = false;
    rotateOnAeoi_ = false;
}

void I8259::writeOcw2(uint8_t value) {
    unsigned named = value & 7;
    // In special mask mode a non-specific EOI leaves masked in-service bits alone.
    unsigned served = highest(specialMask_ ? isr_ & static_cast<uint8_t>(~imr_) : isr_);
    switch (value >> 5) {
    case 0: rotateOnAeoi_ = false; break;
    case 1:
        if (served != none) endOfInterrupt(served);
        break;
    case 3: endOfInterrupt(named); break;
    case 4: rotateOnAeoi_ = true; break;
    case 5:
        if (served == none) break;
        lowest_ = static_cast<uint8_t>(served);
        endOfInterrupt(served);
        break;
    case 6: lowest_ = static_cast<uint8_t>(named); break;
    case 7:
        lowest_ = static_cast<uint8_t>(named);
        endOfInterrupt(named);
        break;
    default: break; // 2: no operation
    }
}

void I8259::writeOcw3(uint8_t value) {
    if ((value & 0x40) != 0) specialMask_ = (value & 0x20) != 0;
    // Data sheet: poll overrides a register read that is asked for at the same time.
    if ((value & 0x04) != 0)
        poll_ = true;
    else if ((value & 0x02) != 0)
        readIsr_ = (value & 0x01) != 0;
}

void I8259::endOfInterrupt(unsigned line) {
    if ((isr_ & bit(line)) == 0) return;
    isr_ &= static_cast<uint8_t>(~bit(line));
    if (ended_) ended_(line);
}

void I8259::setElcr(uint8_t value) {
    elcr_ = value & elcrMask_;
    uint8_t level = levelTriggered();
    irr_ = static_cast<uint8_t>((irr_ & ~level) | (lines_ & level));
    update();
}

void I8259::setLine(unsigned line, bool level) {
    uint8_t mask = bit(line & 7);
    bool was = (lines_ & mask) != 0;
    if (level) {
        lines_ |= mask;
        if (!was || (levelTriggered() & mask) != 0) irr_ |= mask;
    } else {
        lines_ &= static_cast<uint8_t>(~mask);
        irr_ &= static_cast<uint8_t>(~mask);
    }
    update();
}

unsigned I8259::highest(uint8_t requests) const {
    for (unsigned i = 1; i <= 8; ++i) {
        unsigned line = (lowest_ + i) & 7;
        if ((requests & bit(line)) != 0) return line;
    }
    return none;
}

/// The line that INT stands for, `none` if the chip has nothing to say.
unsigned I8259::pending() const {
    // Before its ICWs the chip's behaviour is undefined; silence is the choice that harms no guest.
    if (!initialized_) return none;
    unsigned request = highest(irr_ & static_cast<uint8_t>(~imr_));
    if (request == none) return none;
    // In special mask mode an in-service line that is masked blocks nobody (data sheet, "Special
    // mask mode").
    unsigned served = highest(specialMask_ ? isr_ & static_cast<uint8_t>(~imr_) : isr_);
    if (served == none || rank(request) < rank(served)) return request;
    // Special fully nested mode: the slave may interrupt its own service with something of higher
    // priority, which only the slave can judge.
    bool nested = (icw4_ & icw4Sfnm) != 0 && role_ == Role::Master;
    if (nested && request == served && request == cascadeLine) return request;
    return none;
}

void I8259::accept(unsigned line) {
    // A level-triggered request stays as long as its line does.
    if ((levelTriggered() & bit(line)) == 0) irr_ &= static_cast<uint8_t>(~bit(line));
    if (!automaticEnd())
        isr_ |= bit(line);
    else if (rotateOnAeoi_)
        lowest_ = static_cast<uint8_t>(line);
}

I8259::Acknowledged I8259::acknowledge() {
    unsigned line = pending();
    bool spurious = line == none;
    if (spurious)
        line = 7;
    else
        accept(line);
    // INT falls with the acknowledge even if the next request waits: as a slave, the master must
    // see an edge again.
    intr_.lower();
    update();
    return {static_cast<uint8_t>(vectorBase_ | line), static_cast<uint8_t>(line), spurious};
}

void I8259::update() {
    intr_.set(pending() != none);
}

void I8259::reset() {
    writeIcw1(0);
    nextIcw_ = 0;
    single_ = false;
    vectorBase_ = 0;
    setElcr(0);
}

void I8259::serialize(Archive &archive) {
    archive.section("8259");
    bool intr = intr_.level();
    archive(lines_, irr_, isr_, imr_, elcr_, vectorBase_, icw4_, lowest_, nextIcw_, single_,
            needsIcw4_, levelMode_, initialized_, readIsr_, poll_, specialMask_, rotateOnAeoi_,
            intr);
    if (!archive.loading()) return;
    lowest_ &= 7;
    intr_.restore(intr);
}

// Lines 0, 1, 2, 8 and 13 belong to chips that only know edges (82371, ELCR1 and ELCR2).
I8259Pair::I8259Pair(IrqLine intr)
    : master_(I8259::Role::Master, 0xF8, std::move(intr)),
      slave_(I8259::Role::Slave, 0xDE, IrqLine([this](bool level) { master_.setLine(2, level); })) {
}

uint8_t I8259Pair::readElcr(uint16_t offset) const {
    return (offset & 1) == 0 ? master_.elcr() : slave_.elcr();
}

void I8259Pair::writeElcr(uint16_t offset, uint8_t value) {
    ((offset & 1) == 0 ? master_ : slave_).setElcr(value);
}

void I8259Pair::setLine(unsigned irq, bool level) {
    if (irq < 8) {
        if (irq != 2) master_.setLine(irq, level);
    } else if (irq < 16) {
        slave_.setLine(irq - 8, level);
    }
}

I8259Pair::Acknowledged I8259Pair::acknowledge() {
    I8259::Acknowledged first = master_.acknowledge();
    if (first.spurious || first.line != 2)
        return {first.vector, first.line, first.spurious,
                !first.spurious && master_.automaticEnd()};
    I8259::Acknowledged second = slave_.acknowledge();
    return {second.vector, static_cast<uint8_t>(8 + second.line), second.spurious,
            !second.spurious && slave_.automaticEnd()};
}

void I8259Pair::onEndOfInterrupt(const std::function<void(unsigned irq)> &ended) {
    master_.onEndOfInterrupt(ended);
    slave_.onEndOfInterrupt([ended](unsigned line) {
        if (ended) ended(8 + line);
    });
}

void I8259Pair::reset() {
    slave_.reset();
    master_.reset();
}

void I8259Pair::serialize(Archive &archive) {
    master_.serialize(archive);
    slave_.serialize(archive);
}

} // namespace bootglass
