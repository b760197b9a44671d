// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/interrupt_router.h"

#include <utility>

namespace bootglass {

namespace {

constexpr unsigned ioApicInput(unsigned irq) {
    return irq == irq_line::timer ? 2 : irq;
}

} // namespace

InterruptRouter::InterruptRouter(VirtualClock &clock, Cpu &cpu, EventLog &log)
    : log_(log),
      apic_(clock,
            {.interruptRequest = [&cpu](bool level) { cpu.setInterruptLine(level); },
             .nmi = [&cpu] { cpu.raiseNmi(); },
             .endOfInterrupt = [this](uint8_t vector, bool level) { apicEnded(vector, level); }}),
      ioApic_([this](const ApicMessage &message) { return apic_.deliver(message); }),
      pic_(IrqLine([this](bool level) { apic_.setLint0(level); })) {
    pic_.onEndOfInterrupt([this](unsigned irq) { picEnded(irq); });
    cpu.setController(this);
}

// --- lines

void InterruptRouter::setIrq(unsigned irq, Source source, bool level) {
    if (irq >= asserted_.size() || irq == irq_line::hpet) return;
    uint8_t &asserted = asserted_[irq];
    asserted = static_cast<uint8_t>(level ? asserted | source : asserted & ~source);
    updateIrq(irq);
}

IrqLine InterruptRouter::wire(unsigned irq) {
    return IrqLine([this, irq](bool level) { setIrq(irq, Chip, level); });
}

void InterruptRouter::updateIrq(unsigned irq) {
    bool replaced = legacyReplacement_ && (irq == irq_line::timer || irq == irq_line::rtc);
    unsigned pulling = replaced ? asserted_[irq] & ~Chip : asserted_[irq];
    auto bit = static_cast<uint16_t>(1U << irq);
    bool level = pulling != 0;
    if (level == ((levels_ & bit) != 0)) return;
    levels_ ^= bit;
    log_.add({.kind = level ? EventKind::InterruptRaised : EventKind::InterruptLowered,
              .source = static_cast<uint16_t>(irq)});
    pic_.setLine(irq, level);
    if (irq != irq_line::timer) return ioApic_.setLine(ioApicInput(irq), level);
    if (level) input2IsHpet_ = false;
    updateInput2();
}

void InterruptRouter::setIoApicInput(unsigned input, bool level) {
    // The HPET says of itself that it can be routed to input 2 only.
    if (input != irq_line::hpet || level == hpetInput2_) return;
    hpetInput2_ = level;
    log_.add({.kind = level ? EventKind::InterruptRaised : EventKind::InterruptLowered,
              .source = irq_line::hpet});
    if (level) input2IsHpet_ = true;
    updateInput2();
}

void InterruptRouter::updateInput2() {
    ioApic_.setLine(ioApicInput(irq_line::timer), (levels_ & 1) != 0 || hpetInput2_);
}

void InterruptRouter::setLegacyReplacement(bool on) {
    legacyReplacement_ = on;
    updateIrq(irq_line::timer);
    updateIrq(irq_line::rtc);
}

// --- the CPU

uint8_t InterruptRouter::acknowledge() {
    LocalApic::Acknowledged first = apic_.acknowledge();
    if (!first.fromPic) {
        accepted_ = lineOf(first.vector);
        apicLine_[first.vector] = static_cast<uint8_t>(accepted_);
        return first.vector;
    }
    I8259Pair::Acknowledged second = pic_.acknowledge();
    accepted_ = second.irq;
    picVector_[second.irq] = second.vector;
    endsAtOnce_ = second.automaticEnd;
    return second.vector;
}

uint16_t InterruptRouter::takeAccepted() {
    return std::exchange(accepted_, irq_line::nmi);
}

void InterruptRouter::entered(uint16_t line) {
    if (std::exchange(endsAtOnce_, false)) picEnded(line);
}

void InterruptRouter::apicBaseWritten(uint64_t value) {
    constexpr uint64_t globalEnable = 1U << 11;
    apic_.setEnabled((value & globalEnable) != 0);
    if (apicBaseChanged_) apicBaseChanged_(value);
}

bool InterruptRouter::mayWakeByNmi() const {
    return ioApic_.sendsNmi() || apic_.lint0SendsNmi();
}

// --- for events

uint16_t InterruptRouter::lineOf(uint8_t vector) const {
    if (apic_.timerSends(vector)) return irq_line::apicTimer;
    std::optional<unsigned> input = ioApic_.inputOf(vector);
    if (!input) return irq_line::apic;
    if (*input == 2) return input2IsHpet_ ? irq_line::hpet : irq_line::timer;
    return static_cast<uint16_t>(*input);
}

void InterruptRouter::picEnded(unsigned irq) {
    // The slave's interrupts end twice: once for themselves and once for the cascade.
    if (irq == 2) return;
    log_.add({.kind = EventKind::InterruptEnded,
              .source = static_cast<uint16_t>(irq),
              .value = picVector_[irq]});
}

void InterruptRouter::apicEnded(uint8_t vector, bool levelTriggered) {
    log_.add({.kind = EventKind::InterruptEnded, .source = apicLine_[vector], .value = vector});
    if (levelTriggered) ioApic_.endOfInterrupt(vector);
}

void InterruptRouter::serialize(Archive &archive) {
    archive.section("interrupts");
    archive(pic_, apic_, ioApic_, asserted_, levels_, hpetInput2_, input2IsHpet_,
            legacyReplacement_, accepted_, endsAtOnce_, picVector_, apicLine_);
    if (archive.loading() && accepted_ >= irq_line::count)
        archive.fail("the saved state has an impossible interrupt line");
}

} // namespace bootglass
