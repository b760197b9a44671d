// SPDX-License-Identifier: GPL-3.0-or-later
// A CPU with 4 MiB of RAM and nothing else, set up in one of four modes without executing anything:
// for tests that run a few bytes of machine code. Every vector leads to a HLT of its own, so a test
// runs its code and then asks which handler was reached and what is on the stack.
//
//   00000  real-mode vector table          06000 + 16 n  HLT: handler of vector n
//   00800  IDT, 256 gates (to level 0)     08000  top of the current level-0 stack
//   01000  GDT, 512 entries                09000  top of the stack that the TSS names for level 0
//   02000  LDT, 32 entries                 0A000  top of the level-3 stack
//   03000  TSS with ports' permission map  10000  code
//   05800  free for a second TSS           20000  free for data; 100000 page directory and table
#pragma once

#include "emulator/clock/virtual_clock.h"
#include "emulator/cpu/cpu.h"
#include "emulator/cpu/system/descriptor.h"
#include "emulator/cpu/system/segmentation.h"
#include "emulator/memory/physical_map.h"
#include "emulator/memory/port_map.h"

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bootglass::test {

enum class GuestMode : uint8_t {
    Real,        // CS 1000h, other segments 0
    Protected16, // flat segments with 64 KiB limit, 16-bit code and stack, level 0
    Flat,        // flat 4 GiB segments, 32-bit, level 0
    Paged,       // the same with the first 4 MiB mapped one to one
    User,        // as Flat, but at level 3
    PagedUser,
    Virtual8086, // CS 1000h, other segments 0, IOPL 0; without paging
};

class Guest : public CpuObserver, public InterruptController {
  public:
    // --- the layout
    static constexpr uint32_t idtBase = 0x800, gdtBase = 0x1000, ldtBase = 0x2000, tssBase = 0x3000,
                              secondTss = 0x5800, handlers = 0x6000, stackTop = 0x8000,
                              innerStackTop = 0x9000, userStackTop = 0xA000, codeBase = 0x10000,
                              dataBase = 0x20000, pageDirectory = 0x100000, pageTable = 0x101000;
    /// Entries of the GDT that exist.
    static constexpr uint16_t code0 = 0x08, data0 = 0x10, code3 = 0x1B, data3 = 0x23, tss = 0x28,
                              ldt = 0x30, code16 = 0x38, data16 = 0x40;
    /// The first entry that tests may use.
    static constexpr uint16_t freeSelector = 0x80;
    static constexpr uint32_t ioMapOffset = 0x88, tssLimit = ioMapOffset + 0x2000;

    // Access bytes of descriptors at level 0; a level adds `level << 5`.
    static constexpr uint8_t codeAccess = 0x9A, conformingAccess = 0x9E, dataAccess = 0x92,
                             ldtAccess = 0x82, tss32Access = 0x89, tss16Access = 0x81,
                             callGate16 = 0x84, taskGate = 0x85, interruptGate16 = 0x86,
                             trapGate16 = 0x87, callGate32 = 0x8C, interruptGate32 = 0x8E,
                             trapGate32 = 0x8F;
    /// Flags of segment descriptors: the upper half of byte 6.
    static constexpr uint8_t granular = 8, big = 4;

    explicit Guest(GuestMode mode) {
        memory.mapRam(0, ramBytes, 0);
        cpu.setObserver(this);
        cpu.setController(this);
        start(mode);
    }
    /// As a new guest (but for the clock, which goes on), and quicker.
    void restart(GuestMode mode) {
        static const std::vector<uint8_t> zeros(ramBytes);
        memory.writeBytes(0, zeros);
        cpu.reset();
        cpu.setA20(true);
        cpu.setInterruptLine(false);
        start(mode);
    }

    // --- memory
    template<typename T>
    T peek(uint32_t address) const {
        T value;
        std::memcpy(&value, memory.ram().data() + address, sizeof(T));
        return value;
    }
    /// Writes as a bus master does, so code that was decoded is decoded anew.
    template<typename T>
    void poke(uint32_t address, T value) {
        uint8_t bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        memory.writeBytes(address, bytes);
    }
    void load(uint32_t address, std::span<const uint8_t> bytes) {
        memory.writeBytes(address, bytes);
    }
    void load(uint32_t address, std::initializer_list<uint8_t> bytes) {
        load(address, std::span(bytes.begin(), bytes.size()));
    }
    void code(std::initializer_list<uint8_t> bytes) { load(codeBase, bytes); }

    // --- descriptors
    void setDescriptor(uint16_t selector, Descriptor descriptor) {
        uint32_t table = selector & 4 ? ldtBase : gdtBase;
        poke<uint32_t>(table + (selector & 0xFFF8U), descriptor.low);
        poke<uint32_t>(table + (selector & 0xFFF8U) + 4, descriptor.high);
    }
    Descriptor descriptor(uint16_t selector) const {
        uint32_t table = selector & 4 ? ldtBase : gdtBase;
        uint32_t at = table + (selector & 0xFFF8U);
        return {peek<uint32_t>(at), peek<uint32_t>(at + 4)};
    }
    /// The limit is as the descriptor holds it: in pages with `granular`.
    void setSegment(uint16_t selector, uint32_t base, uint32_t limit, uint8_t access,
                    uint8_t segmentFlags) {
        setDescriptor(selector,
                      {base << 16 | (limit & 0xFFFF),
                       (base & 0xFF000000) | uint32_t{segmentFlags} << 20 | (limit & 0xF0000) |
                           uint32_t{access} << 8 | (base >> 16 & 0xFF)});
    }
    static constexpr Descriptor gate(uint16_t selector, uint32_t offset, uint8_t access,
                                     unsigned parameters = 0) {
        return {uint32_t{selector} << 16 | (offset & 0xFFFF),
                (offset & 0xFFFF0000) | uint32_t{access} << 8 | parameters};
    }
    void setIdt(unsigned vector, Descriptor descriptor) {
        poke<uint32_t>(idtBase + vector * 8, descriptor.low);
        poke<uint32_t>(idtBase + vector * 8 + 4, descriptor.high);
    }
    /// Opens a gate's handler to software at any level.
    void allowSoftware(unsigned vector) {
        setIdt(vector, gate(code0, handlerOf(vector), interruptGate32 | 3 << 5));
    }
    void setPage(uint32_t linear, uint32_t entry) {
        poke<uint32_t>(pageTable + (linear >> 12) * 4, entry);
        cpu.flushPage(linear);
    }

    // --- running
    /// Executes exactly so many instructions, or fewer if the CPU halts or shuts down.
    Cpu::Exit run(uint64_t instructions) {
        clock.refill(instructions);
        uint64_t before = clock.icount().value;
        auto exit = cpu.run();
        executed = clock.icount().value - before;
        return exit;
    }
    /// Runs to a HLT.
    bool runToHalt(uint64_t most = 1000) { return run(most) == Cpu::Exit::Halted; }
    /// Runs to a HLT; the vector whose handler it is in, none if it is elsewhere.
    std::optional<unsigned> runToHandler(uint64_t most = 1000) {
        if (!runToHalt(most)) return {};
        uint32_t address = cpu.seg[Cs].base + cpu.eip - 1 - handlers;
        if (address >= 256 * 16 || address % 16 != 0) return {};
        return address / 16;
    }
    static constexpr uint32_t handlerOf(unsigned vector) { return handlers + vector * 16; }

    /// The n-th value on the current stack.
    uint32_t stack32(unsigned n) const {
        return peek<uint32_t>(cpu.seg[Ss].base + (cpu.gpr[Esp] & cpu.stackMask()) + n * 4);
    }
    uint16_t stack16(unsigned n) const {
        return peek<uint16_t>(cpu.seg[Ss].base + (cpu.gpr[Esp] & cpu.stackMask()) + n * 2);
    }
    /// Allows all ports; the map must be filled before bits of it mean anything.
    void setPort(uint16_t port, bool allowed) { setBit(tssBase + ioMapOffset, port, !allowed); }
    /// INT n in virtual-8086 mode: true sends it to the program's own vector table.
    void redirect(uint8_t vector, bool redirected) {
        setBit(tssBase + ioMapOffset - 32, vector, !redirected);
    }

    // --- what happened, in words: "exception 13 (50h)", "interrupt 8", "software 33", "level 3>0",
    // "mode 1>2", "cr3 100000", "halted"
    std::vector<std::string> events;
    struct Reached {
        uint32_t linear;
        Icount icount;
    };
    std::vector<Reached> reached; // of the code that is watched
    uint32_t watchNext = 0;       // is watched, too, once something is reached
    bool happened(const std::string &event) const {
        for (const auto &e : events)
            if (e == event) return true;
        return false;
    }

    // --- the CPU's outlets
    void interrupt(uint8_t vector) override { note("interrupt " + std::to_string(vector)); }
    void softwareInterrupt(uint8_t vector) override {
        note("software " + std::to_string(vector));
        softwareEip = cpu.eip;
    }
    void exception(Fault fault) override {
        note("exception " + std::to_string(static_cast<unsigned>(fault.vector)) + " (" +
             hex(fault.errorCode) + "h)");
    }
    void privilegeSwitch(unsigned before, unsigned now) override {
        note("level " + std::to_string(before) + ">" + std::to_string(now));
    }
    void modeSwitch(unsigned before, unsigned now) override {
        note("mode " + std::to_string(before) + ">" + std::to_string(now));
    }
    void pageTableSwitch(uint32_t, uint32_t now) override { note("cr3 " + hex(now)); }
    void halted() override { note("halted"); }
    void codeReached(uint32_t linear) override {
        reached.push_back({linear, clock.icount()});
        if (watchNext != 0) cpu.watchCode(watchNext);
    }
    /// The interrupt line falls with the acknowledgement.
    uint8_t acknowledge() override {
        cpu.setInterruptLine(false);
        return pendingVector;
    }
    void apicBaseWritten(uint64_t value) override { apicBase = value; }

    static constexpr uint64_t ramBytes = 4 << 20;
    VirtualClock clock;
    PhysicalMap memory{ramBytes};
    PortMap ports;
    Cpu cpu{clock, memory, ports};
    uint64_t executed = 0; // instructions of the last run
    uint8_t pendingVector = 0x20;
    uint32_t softwareEip = 0; // EIP when the last software interrupt was told
    uint64_t apicBase = 0;

  private:
    static std::string hex(uint32_t value) {
        char text[16];
        std::snprintf(text, sizeof text, "%X", value);
        return text;
    }
    void note(std::string event) { events.push_back(std::move(event)); }
    void setBit(uint32_t map, unsigned bit, bool value) {
        auto byte = peek<uint8_t>(map + bit / 8);
        auto mask = static_cast<uint8_t>(1U << bit % 8);
        poke<uint8_t>(map + bit / 8, static_cast<uint8_t>(value ? byte | mask : byte & ~mask));
    }

    void makeTables() {
        constexpr uint8_t user = 3 << 5;
        setSegment(code0, 0, 0xFFFFF, codeAccess, granular | big);
        setSegment(data0, 0, 0xFFFFF, dataAccess, granular | big);
        setSegment(code3, 0, 0xFFFFF, codeAccess | user, granular | big);
        setSegment(data3, 0, 0xFFFFF, dataAccess | user, granular | big);
        setSegment(tss, tssBase, tssLimit, tss32Access, 0);
        setSegment(ldt, ldtBase, 0xFF, ldtAccess, 0);
        setSegment(code16, 0, 0xFFFF, codeAccess, 0);
        setSegment(data16, 0, 0xFFFF, dataAccess, 0);
        for (unsigned n = 0; n < 256; ++n)
            setIdt(n, gate(code0, handlerOf(n), interruptGate32));
        poke<uint32_t>(tssBase + 4, innerStackTop);
        poke<uint32_t>(tssBase + 8, data0);
        poke<uint16_t>(tssBase + 0x66, ioMapOffset);
        // No port is permitted, no interrupt redirected.
        std::vector<uint8_t> ones(32 + 0x2001, 0xFF);
        memory.writeBytes(tssBase + ioMapOffset - 32, ones);
        poke<uint32_t>(pageDirectory, pageTable | 7);
        for (uint32_t n = 0; n < 1024; ++n)
            poke<uint32_t>(pageTable + n * 4, n << 12 | 7);
    }

    void start(GuestMode mode) {
        for (unsigned n = 0; n < 256; ++n) {
            uint32_t handler = handlerOf(n);
            poke<uint32_t>(n * 4, handler);
            memory.ram()[handler] = 0xF4;
        }
        makeTables();
        cpu.gpr.fill(0);
        enter(mode);
        events.clear();
    }

    void loadDescriptor(SegmentRegister &segment, uint16_t selector) {
        Descriptor d = descriptor(selector);
        if (!d.isSystem()) {
            d.high |= 1U << 8; // accessed
            setDescriptor(selector, d);
        }
        segment = segmentFrom(selector, d);
    }

    void enterProtected(uint16_t codeSelector, uint16_t dataSelector) {
        cpu.gdtr = {gdtBase, 0xFFF};
        cpu.idtr = {idtBase, 0x7FF};
        cpu.setCr0(cr0::PE);
        loadDescriptor(cpu.tr, tss);
        cpu.tr.rights |= 2;
        poke<uint8_t>(gdtBase + tss + 5, tss32Access | 2); // busy
        loadDescriptor(cpu.ldtr, ldt);
        loadDescriptor(cpu.seg[Cs], codeSelector);
        for (unsigned n : {Es, Ss, Ds, Fs, Gs})
            loadDescriptor(cpu.seg[n], dataSelector);
        cpu.eip = codeBase;
        cpu.gpr[Esp] = stackTop;
    }

    void enterUser() {
        enterProtected(code3, data3);
        cpu.gpr[Esp] = userStackTop;
        cpu.setCpl(3);
    }

    void enablePaging() {
        cpu.setCr3(pageDirectory);
        cpu.setCr0(cr0::PE | cr0::PG);
    }

    void enterReal() {
        cpu.setCr0(0);
        cpu.idtr = {0, 0x3FF};
        for (unsigned n = Es; n <= Gs; ++n) {
            cpu.seg[n] = {};
            cpu.seg[n].refresh();
        }
        cpu.seg[Cs] = realModeSegment(cpu.seg[Cs], Cs, codeBase >> 4);
        cpu.eip = 0;
        cpu.gpr[Esp] = stackTop;
    }

    void enter(GuestMode mode) {
        switch (mode) {
        case GuestMode::Real: return enterReal();
        case GuestMode::Protected16:
            enterProtected(code16, data16);
            // The code stands above 64 KiB.
            setSegment(code16, codeBase, 0xFFFF, codeAccess, 0);
            loadDescriptor(cpu.seg[Cs], code16);
            cpu.eip = 0;
            return;
        case GuestMode::Flat: return enterProtected(code0, data0);
        case GuestMode::Paged: enterProtected(code0, data0); return enablePaging();
        case GuestMode::User: return enterUser();
        case GuestMode::PagedUser: enterUser(); return enablePaging();
        case GuestMode::Virtual8086:
            enterProtected(code0, data0);
            for (unsigned n = Es; n <= Gs; ++n)
                cpu.seg[n] = virtual8086Segment(0);
            cpu.seg[Cs] = virtual8086Segment(codeBase >> 4);
            cpu.eip = 0;
            cpu.setEflags(eflags::VM);
            cpu.setCpl(3);
            return;
        }
    }
};

} // namespace bootglass::test
