// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/mc146818.h"

#include <algorithm>
#include <chrono>

namespace bootglass {

namespace {

constexpr uint64_t crystal = 32'768; // Hz
constexpr int64_t secondsPerDay = 86'400;
constexpr int64_t lastSecond = 253'402'300'799; // 9999-12-31 23:59:59

// Register B
constexpr uint8_t set = 0x80;
constexpr uint8_t pie = 0x40;
constexpr uint8_t aie = 0x20;
constexpr uint8_t uie = 0x10;
constexpr uint8_t sqwe = 0x08;
constexpr uint8_t binary = 0x04;
constexpr uint8_t hours24 = 0x02;
// Register C; a flag has the place of its enable bit in register B
constexpr uint8_t irqf = 0x80;
constexpr uint8_t pf = pie;
constexpr uint8_t af = aie;
constexpr uint8_t uf = uie;

constexpr uint8_t pm = 0x80; // in the hours, 12-hour mode

/// Arms, moves or cancels, and stays silent if nothing changes.
void schedule(Timer &timer, VirtualNs deadline) {
    if (timer.deadline() == deadline) return;
    if (deadline == VirtualNs::never())
        timer.cancel();
    else
        timer.arm(deadline);
}

} // namespace

Mc146818::Mc146818(VirtualClock &clock, IrqLine irq8, int64_t startSeconds)
    : clock_(clock),
      irq_(std::move(irq8)),
      origin_(clock.now().value),
      synchronized_(clock.now()),
      periodic_(clock, "RTC periodic",
                [this] {
                    synchronize();
                    update();
                }),
      update_(clock, "RTC update",
              [this] {
                  synchronize();
                  update();
              }),
      alarm_(clock, "RTC alarm", [this] {
          synchronize();
          update();
      }) {
    cmos_[registerA] =
        0x26; // 32,768 Hz crystal, 1024 Hz periodic rate: what every PC's firmware sets
    cmos_[registerB] = hours24;
    cmos_[registerD] = 0x80; // VRT: the battery is good
    setDate(std::clamp<int64_t>(startSeconds, 0, lastSecond));
    // 1970-01-01 was a Thursday; the chip counts from Sunday = 1.
    cmos_[weekday] = static_cast<uint8_t>((dateSeconds() / secondsPerDay + 4) % 7 + 1);
}

uint8_t Mc146818::read(uint16_t offset) {
    if ((offset & 1) == 0) return 0xFF; // the index port is write-only (82371)
    return readData();
}

void Mc146818::write(uint16_t offset, uint8_t value) {
    if ((offset & 1) == 0) {
        index_ = value & 0x7F;
        nmiMasked_ = (value & 0x80) != 0;
    } else {
        writeData(value);
    }
}

uint8_t Mc146818::readData() {
    synchronize();
    switch (index_) {
    case registerA: return static_cast<uint8_t>(cmos_[registerA] | (updateInProgress() ? 0x80 : 0));
    case registerC: {
        // Reading clears all flags and lets the line fall.
        update();
        uint8_t flags = cmos_[registerC];
        cmos_[registerC] = 0;
        update();
        return flags;
    }
    default: return cmos_[index_];
    }
}

void Mc146818::writeData(uint8_t value) {
    synchronize();
    switch (index_) {
    case registerA: writeRegisterA(value); break;
    case registerB:
        // Data sheet, SET: it stops the updates, and clears UIE.
        if ((value & set) != 0) value &= static_cast<uint8_t>(~uie);
        cmos_[registerB] = value;
        break;
    case registerC:
    case registerD: return; // read-only
    default:
        cmos_[index_] = value;
        if (index_ > year && index_ != century) return;
    }
    update();
}

void Mc146818::writeRegisterA(uint8_t value) {
    bool ran = dividerRuns();
    cmos_[registerA] = value & 0x7F;
    // Data sheet, "Divider control": the first update comes half a second after the divider is
    // released.
    if (!ran && dividerRuns()) origin_ = clock_.now().value - nsPerSecond / 2;
}

// --- time

uint8_t Mc146818::encode(unsigned number) const {
    if ((cmos_[registerB] & binary) != 0) return static_cast<uint8_t>(number);
    return static_cast<uint8_t>(number / 10 << 4 | number % 10);
}

unsigned Mc146818::decode(uint8_t raw) const {
    if ((cmos_[registerB] & binary) != 0) return raw;
    return (raw >> 4) * 10U + (raw & 15);
}

uint8_t Mc146818::encodeHour(unsigned hour) const {
    if ((cmos_[registerB] & hours24) != 0) return encode(hour);
    return static_cast<uint8_t>(encode(hour % 12 == 0 ? 12 : hour % 12) | (hour >= 12 ? pm : 0));
}

unsigned Mc146818::decodeHour(uint8_t raw) const {
    if ((cmos_[registerB] & hours24) != 0) return std::min(decode(raw), 23U);
    return decode(raw & 0x7F) % 12 + ((raw & pm) != 0 ? 12 : 0);
}

/// The registers' date; values that no calendar has (a guest may write any) become the nearest.
int64_t Mc146818::dateSeconds() const {
    namespace chrono = std::chrono;
    unsigned fullYear =
        std::min(decode(cmos_[century]), 99U) * 100 + std::min(decode(cmos_[year]), 99U);
    chrono::year y{static_cast<int>(fullYear)};
    chrono::month m{std::clamp(decode(cmos_[month]), 1U, 12U)};
    unsigned last = static_cast<unsigned>((y / m / chrono::last).day());
    chrono::day d{std::clamp(decode(cmos_[day]), 1U, last)};
    int64_t days = chrono::sys_days{y / m / d}.time_since_epoch().count();
    return days * secondsPerDay + decodeHour(cmos_[hours]) * 3600 +
           std::min(decode(cmos_[minutes]), 59U) * 60 + std::min(decode(cmos_[seconds]), 59U);
}

/// Sets all but the day of the week, which the chip counts on its own.
void Mc146818::setDate(int64_t sinceEpoch) {
    namespace chrono = std::chrono;
    chrono::sys_seconds time{chrono::seconds{sinceEpoch}};
    auto days = chrono::floor<chrono::days>(time);
    chrono::year_month_day date{days};
    auto inDay = static_cast<unsigned>((time - days).count());
    auto fullYear = static_cast<unsigned>(static_cast<int>(date.year())) % 10000;
    cmos_[seconds] = encode(inDay % 60);
    cmos_[minutes] = encode(inDay / 60 % 60);
    cmos_[hours] = encodeHour(inDay / 3600);
    cmos_[day] = encode(static_cast<unsigned>(date.day()));
    cmos_[month] = encode(static_cast<unsigned>(date.month()));
    cmos_[year] = encode(fullYear % 100);
    cmos_[century] = encode(fullYear / 100);
}

/// Updates until the alarm's next match, 1 to 86,400; nothing if the alarm holds no time of day.
std::optional<uint64_t> Mc146818::secondsToAlarm() const {
    // Data sheet, "Alarm": the bytes are compared as they stand; C0h to FFh match anything.
    auto matches = [this](Register alarm, uint8_t byte) {
        return cmos_[alarm] >= 0xC0 || cmos_[alarm] == byte;
    };
    auto present =
        static_cast<unsigned>(((dateSeconds() % secondsPerDay) + secondsPerDay) % secondsPerDay);
    for (unsigned dayOffset = 0; dayOffset < 2; ++dayOffset)
        for (unsigned h = 0; h < 24; ++h) {
            unsigned hour = (dayOffset * 24 + h) * 3600;
            if (hour + 3599 <= present || !matches(hoursAlarm, encodeHour(h))) continue;
            for (unsigned m = 0; m < 60; ++m) {
                unsigned minute = hour + m * 60;
                if (minute + 59 <= present || !matches(minutesAlarm, encode(m))) continue;
                for (unsigned s = 0; s < 60; ++s)
                    if (minute + s > present && matches(secondsAlarm, encode(s)))
                        return minute + s - present;
            }
        }
    return std::nullopt;
}

// --- the divider chain

/// Clocks of the crystal between two periodic interrupts, 0 for none (data sheet, table 5).
uint64_t Mc146818::periodicClocks() const {
    unsigned rate = cmos_[registerA] & 15;
    if (rate == 0 || !dividerRuns()) return 0;
    if (rate < 3) rate += 7;
    return uint64_t{1} << (rate - 1);
}

uint64_t Mc146818::periodicTicks(VirtualNs now) const {
    return mulDiv(sinceOrigin(now), crystal, nsPerSecond) / periodicClocks();
}

bool Mc146818::updateInProgress() const {
    // Data sheet: UIP rises 244 us (8 clocks) before the update. The update itself takes no time
    // here, where the chip's takes 1984 us: whoever finds UIP clear has his 244 us in both.
    constexpr uint64_t ahead = mulDivUp(8, nsPerSecond, crystal);
    if (!dividerRuns() || (cmos_[registerB] & set) != 0) return false;
    return sinceOrigin(clock_.now()) % nsPerSecond >= nsPerSecond - ahead;
}

/// Brings time and flags up to now.
void Mc146818::synchronize() {
    VirtualNs now = clock_.now();
    VirtualNs before = synchronized_;
    synchronized_ = now;
    if (!dividerRuns() || now <= before) return;
    if (periodicClocks() != 0 && periodicTicks(now) != periodicTicks(before))
        cmos_[registerC] |= pf;
    uint64_t updates = sinceOrigin(now) / nsPerSecond - sinceOrigin(before) / nsPerSecond;
    if (updates == 0 || (cmos_[registerB] & set) != 0) return;
    cmos_[registerC] |= uf;
    if (auto alarm = secondsToAlarm(); alarm && *alarm <= updates) cmos_[registerC] |= af;
    int64_t from = dateSeconds();
    int64_t to = from + static_cast<int64_t>(updates);
    setDate(to);
    int64_t days = (to - (to % secondsPerDay + secondsPerDay) % secondsPerDay -
                    (from - (from % secondsPerDay + secondsPerDay) % secondsPerDay)) /
                   secondsPerDay;
    unsigned today = std::clamp<unsigned>(cmos_[weekday], 1, 7);
    cmos_[weekday] = static_cast<uint8_t>((today - 1 + static_cast<uint64_t>(days)) % 7 + 1);
}

/// Drives the line, and the timers for what could raise it next.
void Mc146818::update() {
    bool raised = (cmos_[registerC] & cmos_[registerB] & (pf | af | uf)) != 0;
    cmos_[registerC] = static_cast<uint8_t>((cmos_[registerC] & ~irqf) | (raised ? irqf : 0));
    irq_.set(raised);

    VirtualNs periodic = VirtualNs::never();
    VirtualNs second = VirtualNs::never();
    VirtualNs alarm = VirtualNs::never();
    if (!raised && dividerRuns()) {
        VirtualNs now = clock_.now();
        VirtualNs origin{origin_};
        uint8_t enabled = cmos_[registerB];
        if (uint64_t clocks = periodicClocks(); clocks != 0 && (enabled & pie) != 0)
            periodic = origin + mulDivUp((periodicTicks(now) + 1) * clocks, nsPerSecond, crystal);
        uint64_t updates = sinceOrigin(now) / nsPerSecond;
        if ((enabled & set) == 0) {
            if ((enabled & uie) != 0) second = origin + (updates + 1) * nsPerSecond;
            if ((enabled & aie) != 0)
                if (auto wait = secondsToAlarm()) alarm = origin + (updates + *wait) * nsPerSecond;
        }
    }
    schedule(periodic_, periodic);
    schedule(update_, second);
    schedule(alarm_, alarm);
}

void Mc146818::reset() {
    synchronize();
    cmos_[registerB] &= static_cast<uint8_t>(~(pie | aie | uie | sqwe));
    cmos_[registerC] = 0;
    nmiMasked_ = false;
    update();
}

void Mc146818::serialize(Archive &archive) {
    archive.section("MC146818");
    bool irq = irq_.level();
    archive(cmos_, index_, nmiMasked_, origin_, synchronized_, irq);
    if (!archive.loading()) return;
    index_ &= 0x7F;
    irq_.restore(irq);
}

} // namespace bootglass
