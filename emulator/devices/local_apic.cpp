// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/local_apic.h"

#include <algorithm>
#include <bit>

namespace bootglass {

namespace {

constexpr uint32_t maskBit = 0x10000;
constexpr uint32_t remoteIrrBit = 0x4000;
constexpr uint32_t levelBit = 0x8000;
constexpr uint8_t firstLegalVector = 16; // SDM 10.5.2

constexpr uint32_t sendIllegalVector = 1U << 5;
constexpr uint32_t receiveIllegalVector = 1U << 6;
constexpr uint32_t illegalRegister = 1U << 7;

// Version 14h, highest LVT entry 5; the value that QEMU's CPUs show.
constexpr uint32_t version = 0x00050014;

// What software can set of each LVT entry (SDM figure 10-8).
constexpr std::array<uint32_t, 6> lvtWritable = {0x700FF, 0x107FF, 0x107FF,
                                                 0x1A7FF, 0x1A7FF, 0x100FF};

constexpr uint8_t priorityClass(uint8_t vector) {
    return vector & 0xF0;
}

constexpr ApicDelivery deliveryOf(uint32_t bits) {
    return static_cast<ApicDelivery>(bits >> 8 & 7);
}

} // namespace

uint8_t LocalApic::VectorSet::highest() const {
    for (int i = 7; i >= 0; --i) {
        uint32_t word = words[static_cast<size_t>(i)];
        if (word) return static_cast<uint8_t>(32 * i + std::bit_width(word) - 1);
    }
    return 0;
}

LocalApic::LocalApic(VirtualClock &clock, Lines lines)
    : clock_(clock),
      request_(lines.interruptRequest),
      lines_(std::move(lines)),
      timer_(clock, "local APIC", [this] { timerExpired(); }) {
    reset();
}

void LocalApic::reset() {
    enabled_ = true;
    id_ = 0;
    taskPriority_ = 0;
    logicalId_ = 0;
    destinationFormat_ = 0xF;
    spurious_ = 0xFF;
    inService_ = triggerMode_ = requested_ = {};
    errors_ = errorStatus_ = 0;
    command_ = {};
    lvt_.fill(maskBit);
    // Firmware leaves the first CPU in virtual wire mode (MP specification 3.6.2.2); as QEMU, the
    // entry is there from the start, for firmware that relies on it.
    lvt_[lint0] = static_cast<uint32_t>(ApicDelivery::ExtInt) << 8;
    extInt_ = false;
    initialCount_ = startCount_ = 0;
    divideConfiguration_ = 0;
    started_ = {};
    tscDeadline_ = 0;
    timer_.cancel();
    updateRequest();
}

// --- registers

uint64_t LocalApic::read(uint64_t offset, unsigned size) {
    // Registers are 32 bits wide at multiples of 16; between them is nothing (SDM 10.4.1).
    unsigned byte = offset & 0xF;
    if (byte >= 4) return 0;
    uint64_t value = readRegister(static_cast<unsigned>(offset >> 4 & 0xFF)) >> 8 * byte;
    return size >= 4 ? value : value & ((uint64_t{1} << 8 * size) - 1);
}

void LocalApic::write(uint64_t offset, uint64_t value, unsigned size) {
    // Narrower or misaligned writes are undefined; nothing is what hardware is seen to do.
    if (size < 4 || (offset & 0xF) != 0) return;
    writeRegister(static_cast<unsigned>(offset >> 4 & 0xFF), static_cast<uint32_t>(value));
}

uint32_t LocalApic::readRegister(unsigned number) {
    switch (number) {
    case 0x02: return static_cast<uint32_t>(id_) << 24;
    case 0x03: return version;
    case 0x08: return taskPriority_;
    case 0x09: return arbitrationPriority();
    case 0x0A: return processorPriority();
    case 0x0B:           // EOI, write only
    case 0x0C: return 0; // remote read: nobody to read from
    case 0x0D: return static_cast<uint32_t>(logicalId_) << 24;
    case 0x0E: return static_cast<uint32_t>(destinationFormat_) << 28 | 0x0FFFFFFF;
    case 0x0F: return spurious_;
    case 0x28: return errorStatus_;
    case 0x30: return command_[0];
    case 0x31: return command_[1];
    case 0x38: return initialCount_;
    case 0x39: return currentCount();
    case 0x3E: return divideConfiguration_;
    default: break;
    }
    if (number >= 0x10 && number < 0x18) return inService_.words[number - 0x10];
    if (number >= 0x18 && number < 0x20) return triggerMode_.words[number - 0x18];
    if (number >= 0x20 && number < 0x28) return requested_.words[number - 0x20];
    if (number >= 0x32 && number < 0x38) return lvt_[number - 0x32];
    reportError(illegalRegister);
    return 0;
}

void LocalApic::writeRegister(unsigned number, uint32_t value) {
    switch (number) {
    case 0x02: id_ = static_cast<uint8_t>(value >> 24); return;
    case 0x03:
    case 0x09:
    case 0x0A:
    case 0x0C:
    case 0x39: return; // read only
    case 0x08:
        taskPriority_ = static_cast<uint8_t>(value);
        updateRequest();
        return;
    case 0x0B: endInterrupt(); return;
    case 0x0D: logicalId_ = static_cast<uint8_t>(value >> 24); return;
    case 0x0E: destinationFormat_ = static_cast<uint8_t>(value >> 28); return;
    case 0x0F: writeSpurious(value); return;
    case 0x28:
        // A write, of any value, shows what came up since the last one (SDM 10.5.3).
        errorStatus_ = errors_;
        errors_ = 0;
        return;
    case 0x30:
        command_[0] = value & 0xCCFFF;
        sendInterrupt();
        return;
    case 0x31: command_[1] = value & 0xFF000000; return;
    case 0x38:
        if (timerMode() == TimerMode::TscDeadline) return; // SDM 10.5.4.1
        initialCount_ = value;
        timer_.cancel();
        startTimer(value);
        return;
    case 0x3E: {
        uint32_t count = currentCount();
        divideConfiguration_ = value & 0xB;
        if (timerMode() != TimerMode::TscDeadline) startTimer(count);
        return;
    }
    default: break;
    }
    if (number >= 0x32 && number < 0x38)
        return writeLvt(static_cast<LvtIndex>(number - 0x32), value);
    if (number >= 0x10 && number < 0x28) return; // ISR, TMR, IRR are read only
    reportError(illegalRegister);
}

void LocalApic::writeSpurious(uint32_t value) {
    spurious_ = value & 0x3FF;
    if (!softwareEnabled()) {
        // SDM 10.4.7.2: all entries of the LVT are masked and stay so.
        for (uint32_t &entry : lvt_)
            entry |= maskBit;
        armTimer();
    }
    updateRequest();
}

void LocalApic::writeLvt(LvtIndex entry, uint32_t value) {
    TimerMode before = timerMode();
    uint32_t count = currentCount();
    uint32_t kept = lvt_[entry] & remoteIrrBit & (value & levelBit ? ~0U : 0U);
    lvt_[entry] = (value & lvtWritable[entry]) | kept;
    if (!softwareEnabled()) lvt_[entry] |= maskBit;
    if (entry == lvtTimer) {
        TimerMode mode = timerMode();
        if (mode == before) {
            armTimer();
        } else if (mode == TimerMode::TscDeadline || before == TimerMode::TscDeadline) {
            // Changing to or from TSC-deadline mode disarms (SDM 10.5.4.1).
            initialCount_ = startCount_ = 0;
            tscDeadline_ = 0;
            timer_.cancel();
        } else {
            startTimer(count);
        }
    } else if (entry == lint0 || entry == lint1) {
        bool level = lvt_[entry] & levelBit && deliveryOf(lvt_[entry]) == ApicDelivery::Fixed;
        if (level && !masked(entry) && lintLevel_[entry - lint0]) raiseLocal(entry);
        updateRequest();
    }
}

// --- priorities

uint8_t LocalApic::processorPriority() const {
    uint8_t service = inService_.highest();
    // SDM 10.8.3.1.
    return priorityClass(taskPriority_) >= priorityClass(service) ? taskPriority_
                                                                  : priorityClass(service);
}

uint8_t LocalApic::arbitrationPriority() const {
    uint8_t task = priorityClass(taskPriority_);
    uint8_t service = priorityClass(inService_.highest());
    uint8_t request = priorityClass(requested_.highest());
    // SDM vol. 3, 10.6.2.4 (P6 family).
    if (task >= request && task > service) return taskPriority_;
    return std::max<uint8_t>(task & service, request);
}

bool LocalApic::picPassesThrough() const {
    if (!working()) return true;
    return !masked(lint0) && deliveryOf(lvt_[lint0]) == ApicDelivery::ExtInt;
}

void LocalApic::updateRequest() {
    bool request = lintLevel_[0] && picPassesThrough();
    if (working()) {
        uint8_t highest = requested_.highest();
        request |= extInt_ || priorityClass(highest) > priorityClass(processorPriority());
    }
    request_.set(request);
}

LocalApic::Acknowledged LocalApic::acknowledge() {
    // ExtINT has no priority among the vectors: it comes first.
    if ((lintLevel_[0] && picPassesThrough()) || extInt_) {
        extInt_ = false;
        updateRequest();
        return {true, 0};
    }
    uint8_t vector = requested_.highest();
    if (!working() || priorityClass(vector) <= priorityClass(processorPriority()))
        return {false, static_cast<uint8_t>(spurious_)};
    requested_.clear(vector);
    inService_.set(vector);
    updateRequest();
    return {false, vector};
}

void LocalApic::endInterrupt() {
    uint8_t vector = inService_.highest();
    if (vector == 0) return;
    inService_.clear(vector);
    bool level = triggerMode_.test(vector);
    if (lines_.endOfInterrupt) lines_.endOfInterrupt(vector, level);
    for (LvtIndex pin : {lint0, lint1}) {
        if (!(lvt_[pin] & remoteIrrBit) || (lvt_[pin] & 0xFF) != vector) continue;
        lvt_[pin] &= ~remoteIrrBit;
        if (lintLevel_[pin - lint0]) raiseLocal(pin);
    }
    updateRequest();
}

// --- interrupts coming in

bool LocalApic::accept(uint8_t vector, bool levelTriggered) {
    if (!working()) return false;
    if (vector < firstLegalVector) {
        reportError(receiveIllegalVector);
        return false;
    }
    requested_.set(vector);
    if (levelTriggered)
        triggerMode_.set(vector);
    else
        triggerMode_.clear(vector);
    updateRequest();
    return true;
}

bool LocalApic::isDestination(const ApicMessage &message) const {
    if (message.destination == 0xFF) return true;
    if (!message.logical) return message.destination == id_;
    if (destinationFormat_ == 0xF) return message.destination & logicalId_; // flat model
    // Cluster model (SDM 10.6.2.2): a cluster in the high half, its members in the low one.
    auto cluster = static_cast<uint8_t>(message.destination >> 4);
    return (cluster == 0xF || cluster == logicalId_ >> 4) &&
           (message.destination & logicalId_ & 0xF);
}

bool LocalApic::deliver(const ApicMessage &message) {
    if (!enabled_ || !isDestination(message)) return false;
    switch (message.delivery) {
    case ApicDelivery::Fixed:
    case ApicDelivery::LowestPriority: return accept(message.vector, message.levelTriggered);
    case ApicDelivery::Nmi:
        if (lines_.nmi) lines_.nmi();
        return true;
    case ApicDelivery::ExtInt:
        if (!working()) return false;
        extInt_ = true;
        updateRequest();
        return true;
    // The board has one CPU, which runs already, and no system management mode.
    case ApicDelivery::Smi:
    case ApicDelivery::Init:
    case ApicDelivery::Startup: return true;
    }
    return false;
}

void LocalApic::sendInterrupt() {
    auto shorthand = static_cast<Destination>(command_[0] >> 18 & 3);
    if (shorthand == Destination::Others) return; // there are none
    ApicMessage message{.vector = static_cast<uint8_t>(command_[0]),
                        .delivery = deliveryOf(command_[0]),
                        .levelTriggered = false, // SDM 10.6.1: ignored but for INIT
                        .logical = (command_[0] & 0x800) != 0,
                        .destination = static_cast<uint8_t>(command_[1] >> 24)};
    bool fixed =
        message.delivery == ApicDelivery::Fixed || message.delivery == ApicDelivery::LowestPriority;
    if (shorthand == Destination::Self && !fixed) return; // invalid, SDM table 10-3
    if (shorthand != Destination::Named) {
        message.logical = false;
        message.destination = 0xFF;
    }
    if (fixed && message.vector < firstLegalVector) return reportError(sendIllegalVector);
    deliver(message);
}

void LocalApic::reportError(uint32_t bit) {
    bool fresh = !(errors_ & bit);
    errors_ |= bit;
    // An illegal vector in the error entry itself would come back here; once is enough.
    if (fresh && !masked(lvtError)) accept(static_cast<uint8_t>(lvt_[lvtError]), false);
}

void LocalApic::raiseLocal(LvtIndex entry) {
    if (masked(entry) || !working()) return;
    uint32_t value = lvt_[entry];
    switch (deliveryOf(value)) {
    case ApicDelivery::Fixed: {
        bool level = entry == lint0 && value & levelBit; // LINT1 is always edge (SDM 10.5.1)
        if (level && value & remoteIrrBit) return;
        if (accept(static_cast<uint8_t>(value), level) && level) lvt_[entry] |= remoteIrrBit;
        return;
    }
    case ApicDelivery::Nmi:
        if (lines_.nmi) lines_.nmi();
        return;
    default: return; // ExtINT is a level that updateRequest looks at
    }
}

void LocalApic::setLint(LvtIndex pin, bool level) {
    bool &present = lintLevel_[pin - lint0];
    if (present == level) return;
    present = level;
    if (level) {
        // A disabled APIC leaves the pins to the CPU as INTR and NMI (SDM 10.4.3).
        if (pin == lint1 && !enabled_) {
            if (lines_.nmi) lines_.nmi();
        } else {
            raiseLocal(pin);
        }
    }
    updateRequest();
}

void LocalApic::setEnabled(bool enabled) {
    if (enabled == enabled_) return;
    enabled_ = enabled;
    // Switched off, it loses what it held; on again, it starts software-disabled (SDM 10.4.3).
    if (!enabled) {
        inService_ = triggerMode_ = requested_ = {};
        extInt_ = false;
        initialCount_ = startCount_ = 0;
        tscDeadline_ = 0;
        timer_.cancel();
        writeSpurious(0xFF);
    }
    updateRequest();
}

// --- timer

LocalApic::TimerMode LocalApic::timerMode() const {
    switch (lvt_[lvtTimer] >> 17 & 3) {
    case 1: return TimerMode::Periodic;
    case 2: return TimerMode::TscDeadline;
    default: return TimerMode::OneShot;
    }
}

uint64_t LocalApic::divider() const {
    // Bits 3, 1, 0: 2, 4, 8, ... 128, and 1 for seven (SDM figure 10-10).
    unsigned code = (divideConfiguration_ & 3) | (divideConfiguration_ >> 1 & 4);
    return code == 7 ? 1 : uint64_t{2} << code;
}

uint32_t LocalApic::currentCount() const {
    if (timerMode() == TimerMode::TscDeadline || startCount_ == 0) return 0;
    VirtualNs now = clock_.now();
    uint64_t ticks = now > started_ ? (now - started_) / divider() : 0;
    if (ticks < startCount_) return static_cast<uint32_t>(startCount_ - ticks);
    if (timerMode() != TimerMode::Periodic || initialCount_ == 0) return 0;
    return static_cast<uint32_t>(initialCount_ - (ticks - startCount_) % initialCount_);
}

void LocalApic::startTimer(uint32_t count) {
    started_ = clock_.now();
    startCount_ = count;
    armTimer();
}

void LocalApic::armTimer() {
    if (masked(lvtTimer)) return timer_.cancel();
    VirtualNs now = clock_.now();
    // Due within this very instruction: it fires at the instruction's end, whatever changed.
    if (timer_.armed() && timer_.deadline() <= now) return;
    VirtualNs deadline = VirtualNs::never();
    if (timerMode() == TimerMode::TscDeadline) {
        if (tscDeadline_ > now.value) deadline = {tscDeadline_};
    } else if (startCount_ != 0) {
        deadline = started_ + startCount_ * divider();
        if (deadline <= now && timerMode() == TimerMode::Periodic && initialCount_ != 0) {
            uint64_t period = initialCount_ * divider();
            deadline = deadline + ((now - deadline) / period + 1) * period;
        }
    }
    if (deadline <= now || deadline == VirtualNs::never()) return timer_.cancel();
    if (!timer_.armed() || timer_.deadline() != deadline) timer_.arm(deadline);
}

void LocalApic::timerExpired() {
    raiseLocal(lvtTimer);
    if (timerMode() == TimerMode::TscDeadline)
        tscDeadline_ = 0;
    else if (timerMode() == TimerMode::Periodic)
        armTimer();
}

void LocalApic::setTscDeadline(uint64_t deadline) {
    if (timerMode() != TimerMode::TscDeadline) return;
    tscDeadline_ = deadline;
    // A deadline in the past interrupts at once (SDM 10.5.4.1).
    if (deadline == 0 || masked(lvtTimer))
        timer_.cancel();
    else
        timer_.arm(VirtualNs{std::min(deadline, VirtualNs::never().value - 1)});
}

uint64_t LocalApic::tscDeadline() const {
    return tscDeadline_ > clock_.now().value ? tscDeadline_ : 0;
}

void LocalApic::serialize(Archive &archive) {
    archive.section("local APIC");
    archive(enabled_, id_, taskPriority_, logicalId_, destinationFormat_, spurious_);
    archive(inService_.words, triggerMode_.words, requested_.words, errors_, errorStatus_);
    archive(command_, lvt_, lintLevel_, extInt_);
    archive(initialCount_, divideConfiguration_, started_, startCount_, tscDeadline_);
    bool request = request_.level();
    archive(request);
    if (!archive.loading()) return;
    request_.restore(request);
    // Vectors below 16 never get in.
    for (VectorSet *set : {&inService_, &requested_})
        set->words[0] &= 0xFFFF0000;
}

} // namespace bootglass
