// SPDX-License-Identifier: GPL-3.0-or-later
// Loading of segment registers: descriptors are fetched from the GDT or LDT, checked as the SDM's
// pseudo-code says (vol. 2, MOV, LLDT, LTR; vol. 3, ch. 3 and 5) and turned into the hidden part of
// a SegmentRegister. Functions that return bool or Loaded note a guest fault when they fail and
// have then changed no register.
#pragma once

#include "emulator/cpu/cpu.h"
#include "emulator/cpu/system/descriptor.h"

#include <cstdint>

namespace bootglass {

// --- descriptors
enum class DescriptorFetch : uint8_t {
    Found,
    OutsideTable, // null, or beyond the table's limit; no fault is noted
    Faulted       // reading the table faulted
};
struct FetchedDescriptor {
    Descriptor descriptor;
    DescriptorFetch state = DescriptorFetch::OutsideTable;
};

/// The descriptor that a selector names, for instructions that only ask (LAR, VERR …).
FetchedDescriptor lookUpDescriptor(Cpu &cpu, uint16_t selector);
/// The same where a selector outside its table is a fault: `vector` with the selector as error
/// code. The caller has dealt with null selectors.
Loaded<Descriptor> fetchDescriptor(Cpu &cpu, uint16_t selector, Vector vector);
/// Linear address of a descriptor that has been fetched.
uint32_t descriptorAddress(const Cpu &cpu, uint16_t selector);
/// Sets the accessed bit in memory and in the value.
bool markAccessed(Cpu &cpu, uint16_t selector, Descriptor &descriptor);
/// Sets or clears the busy bit of a TSS descriptor in memory.
bool markBusy(Cpu &cpu, uint16_t selector, bool busy);

// --- segment register contents
SegmentRegister segmentFrom(uint16_t selector, const Descriptor &descriptor);
/// After a null selector was loaded: every access faults.
SegmentRegister unusableSegment(uint16_t selector);
/// SDM vol. 3, 20.1.1: 64 KiB at selector * 16, CPL 3.
SegmentRegister virtual8086Segment(uint16_t selector);
/// Real mode changes selector and base only, so limits set in protected mode stay ("unreal mode").
/// CS gets its rights anew (SDM vol. 3, 9.9.2).
SegmentRegister realModeSegment(const SegmentRegister &before, unsigned number, uint16_t selector);

// --- loads, in any mode
/// Checks ES, SS, DS, FS or GS and gives what it would hold; nothing is loaded.
Loaded<SegmentRegister> checkedSegment(Cpu &cpu, unsigned number, uint16_t selector);
/// A data segment in protected mode; bad selectors raise `vector` (#TS in task switches).
Loaded<SegmentRegister> checkedData(Cpu &cpu, uint16_t selector, Vector vector);
/// Loads ES, SS, DS, FS or GS.
bool loadSegment(Cpu &cpu, unsigned number, uint16_t selector);
/// A stack segment for privilege `level`. Bad selectors raise `vector` (#TS for stacks from a TSS,
/// #GP for RET and IRET), absent segments #SS.
Loaded<SegmentRegister> checkedStack(Cpu &cpu, uint16_t selector, unsigned level, Vector vector);
/// SS:ESP for privilege `level` from the current TSS.
struct InnerStack {
    SegmentRegister ss;
    uint32_t esp = 0;
};
Loaded<InnerStack> innerStack(Cpu &cpu, unsigned level);
/// After a return to an outer level: data segments that it may not see become null (SDM vol. 2,
/// RET).
void dropInnerSegments(Cpu &cpu);

bool loadLdtr(Cpu &cpu, uint16_t selector);
bool loadTr(Cpu &cpu, uint16_t selector);
/// Notes a fault whose error code is a selector; always false.
bool raiseSelector(Cpu &cpu, Vector vector, uint16_t selector);
/// True if TR names a 32-bit TSS.
bool task32(const Cpu &cpu);

} // namespace bootglass
