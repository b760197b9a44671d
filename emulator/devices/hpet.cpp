// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/hpet.h"

namespace bootglass {

namespace {

// Period 10,000,000 fs; vendor 8086h, legacy route, 64 bits, three comparators, revision 1: the
// value that QEMU's board shows.
constexpr uint64_t capabilities = uint64_t{10'000'000} << 32 | 0x8086A201;

// A comparator can do periodic mode and 64 bits; of the I/O APIC's inputs, input 2 only.
constexpr uint64_t timerCapabilities = uint64_t{1} << 2 << 32 | 0x30;
constexpr uint64_t timerWritable = 0x3F4E;

constexpr uint64_t legacyIrq0 = uint64_t{1} << 32;
constexpr uint64_t legacyIrq8 = uint64_t{1} << 33;

} // namespace

Hpet::Hpet(VirtualClock &clock, Lines lines)
    : clock_(clock),
      lines_(std::move(lines)),
      timers_{{{clock, "HPET timer 0", [this] { matched(0); }},
               {clock, "HPET timer 1", [this] { matched(1); }},
               {clock, "HPET timer 2", [this] { matched(2); }}}} {
    reset();
}

void Hpet::reset() {
    bool legacy = legacyReplacement();
    configuration_ = 0;
    status_ = 0;
    counterBase_ = 0;
    started_ = {};
    for (Comparator &comparator : comparators_) {
        comparator = {};
        comparator.configuration = timerCapabilities;
        comparator.value = ~uint64_t{0}; // specification 2.3.9
    }
    for (Timer &timer : timers_)
        timer.cancel();
    updateOutputs();
    if (legacy && lines_.legacyReplacement) lines_.legacyReplacement(false);
}

uint64_t Hpet::counter() const {
    VirtualNs now = clock_.now();
    if (!running() || now < started_) return counterBase_;
    return counterBase_ + (now - started_) / nsPerTick;
}

uint64_t Hpet::read(uint64_t offset, unsigned size) {
    if (size < 4 || offset % size != 0) return 0;
    uint64_t value = readRegister(offset & ~uint64_t{7});
    if (size == 8) return value;
    return offset & 4 ? value >> 32 : value & 0xFFFFFFFF;
}

void Hpet::write(uint64_t offset, uint64_t value, unsigned size) {
    if (size < 4 || offset % size != 0) return;
    uint64_t written = ~uint64_t{0};
    if (size == 4) {
        unsigned shift = offset & 4 ? 32 : 0;
        written = uint64_t{0xFFFFFFFF} << shift;
        value = value << shift & written;
    }
    writeRegister(offset & ~uint64_t{7}, value, written);
}

uint64_t Hpet::readRegister(uint64_t offset) {
    switch (offset) {
    case 0x000: return capabilities;
    case 0x010: return configuration_;
    case 0x020: return status_;
    case 0x0F0: return counter();
    default: break;
    }
    if (offset < 0x100 || offset >= 0x100 + 0x20 * comparators) return 0;
    Comparator &comparator = comparators_[(offset - 0x100) / 0x20];
    switch (offset & 0x1F) {
    case 0x00: return comparator.configuration;
    case 0x08: catchUp(comparator); return comparator.value;
    case 0x10: return comparator.messageRoute;
    default: return 0;
    }
}

void Hpet::writeRegister(uint64_t offset, uint64_t value, uint64_t written) {
    switch (offset) {
    case 0x010: writeConfiguration((configuration_ & ~written) | value); return;
    case 0x020:
        status_ &= ~value;
        updateOutputs();
        return;
    case 0x0F0:
        // The counter can be written while it stands only (specification 2.3.7).
        if (!running()) counterBase_ = (counterBase_ & ~written) | value;
        return;
    default: break;
    }
    if (offset < 0x100 || offset >= 0x100 + 0x20 * comparators) return;
    auto index = static_cast<unsigned>((offset - 0x100) / 0x20);
    Comparator &comparator = comparators_[index];
    switch (offset & 0x1F) {
    case 0x00: writeTimerConfiguration(index, (comparator.configuration & ~written) | value); break;
    case 0x08: writeComparator(index, value, written); break;
    case 0x10: comparator.messageRoute = (comparator.messageRoute & ~written) | value; break;
    default: break;
    }
}

void Hpet::writeConfiguration(uint64_t value) {
    uint64_t before = configuration_;
    uint64_t now = counter();
    configuration_ = value & 3;
    // An edge does not move to another wire, nor outlive the counter.
    if (!running() || ((before ^ configuration_) & 2))
        for (Comparator &comparator : comparators_)
            comparator.risen = false;
    if ((before ^ configuration_) & 1) {
        updateOutputs();
        counterBase_ = now;
        started_ = clock_.now();
        for (unsigned i = 0; i < comparators; ++i)
            arm(i);
    }
    if ((before ^ configuration_) & 2) {
        updateOutputs();
        if (lines_.legacyReplacement) lines_.legacyReplacement(legacyReplacement());
    }
}

void Hpet::writeTimerConfiguration(unsigned index, uint64_t value) {
    Comparator &comparator = comparators_[index];
    unsigned route = comparator.route();
    comparator.configuration = timerCapabilities | (value & timerWritable);
    if (comparator.route() != route) comparator.risen = false;
    comparator.value &= comparator.width();
    comparator.period &= comparator.width();
    if (!comparator.levelTriggered()) status_ &= ~(uint64_t{1} << index);
    updateOutputs();
    arm(index);
}

void Hpet::writeComparator(unsigned index, uint64_t value, uint64_t written) {
    Comparator &comparator = comparators_[index];
    catchUp(comparator);
    // In periodic mode what is written is the period; it is the next match too if software said so
    // by Tn_VAL_SET_CNF, which is used up by it (specification 2.3.9.2.2).
    if (comparator.periodic())
        comparator.period = ((comparator.period & ~written) | value) & comparator.width();
    if (!comparator.periodic() || comparator.valueSet())
        comparator.value = ((comparator.value & ~written) | value) & comparator.width();
    comparator.configuration &= ~uint64_t{0x40};
    arm(index);
}

/// A periodic comparator that has been passed stands at its next match.
void Hpet::catchUp(Comparator &comparator) const {
    if (!comparator.periodic() || comparator.period == 0 || !running()) return;
    uint64_t passed = (counter() - comparator.value) & comparator.width();
    if (passed > comparator.width() / 2) return; // it is ahead
    uint64_t periods = passed / comparator.period + 1;
    comparator.value = (comparator.value + periods * comparator.period) & comparator.width();
}

void Hpet::arm(unsigned index) {
    Comparator &comparator = comparators_[index];
    Timer &timer = timers_[index];
    if (!running() || !comparator.interruptEnabled()) return timer.cancel();
    // Due within this very instruction: it fires at the instruction's end, whatever changed.
    if (timer.armed() && timer.deadline() <= clock_.now()) return;
    catchUp(comparator);
    // A comparator that equals the counter matches again when the counter comes round.
    uint64_t ahead = (comparator.value - counter() - 1) & comparator.width();
    uint64_t elapsed = counter() - counterBase_;
    constexpr uint64_t furthest = (uint64_t{1} << 62) / nsPerTick;
    if (ahead > furthest || elapsed > furthest) return timer.cancel();
    VirtualNs deadline = started_ + (elapsed + ahead + 1) * nsPerTick;
    if (!timer.armed() || timer.deadline() != deadline) timer.arm(deadline);
}

void Hpet::matched(unsigned index) {
    Comparator &comparator = comparators_[index];
    if (comparator.levelTriggered()) {
        status_ |= uint64_t{1} << index;
        updateOutputs();
    } else {
        raiseEdge(index);
    }
    arm(index);
}

Hpet::Outputs Hpet::outputOf(unsigned index) const {
    if (legacyReplacement() && index == 0) return legacyIrq0;
    if (legacyReplacement() && index == 1) return legacyIrq8;
    return uint64_t{1} << comparators_[index].route();
}

/// A new edge, even where the edge before, of this comparator or of one that shares its output,
/// still stands.
void Hpet::raiseEdge(unsigned index) {
    for (unsigned i = 0; i < comparators; ++i)
        if (outputOf(i) == outputOf(index)) comparators_[i].risen = false;
    updateOutputs();
    comparators_[index].risen = true;
    updateOutputs();
}

void Hpet::updateOutputs() {
    Outputs outputs = 0;
    for (unsigned i = 0; i < comparators; ++i) {
        Comparator &comparator = comparators_[i];
        if (comparator.levelTriggered() || !comparator.interruptEnabled()) comparator.risen = false;
        bool active = comparator.risen || (comparator.levelTriggered() && status_ >> i & 1);
        if (active && comparator.interruptEnabled()) outputs |= outputOf(i);
    }
    Outputs changed = outputs ^ outputs_;
    outputs_ = outputs;
    drive(changed & ~outputs, false);
    drive(changed & outputs, true);
}

void Hpet::drive(Outputs outputs, bool level) {
    if (outputs & legacyIrq0 && lines_.irq0) lines_.irq0(level);
    if (outputs & legacyIrq8 && lines_.irq8) lines_.irq8(level);
    for (unsigned gsi = 0; gsi < 32; ++gsi)
        if (outputs >> gsi & 1 && lines_.interrupt) lines_.interrupt(gsi, level);
}

void Hpet::serialize(Archive &archive) {
    archive.section("HPET");
    archive(configuration_, status_, counterBase_, started_, comparators_, outputs_);
}

} // namespace bootglass
