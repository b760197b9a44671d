// SPDX-License-Identifier: GPL-3.0-or-later
// What 64-bit code lacks, after the "Operation" sections of SDM vol. 2, written down once more and
// independent of the emulator: the decimal adjustments, PUSHA and POPA, short forms of INC and DEC,
// 16-bit addressing, ENTER, LOOP, far pointers, far control flow of real mode. One Model is the
// state before one instruction; its functions make it the state after it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>

namespace bootglass::test {

class Model {
  public:
    enum Register : unsigned { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI };
    enum Segment : unsigned { ES, CS, SS, DS, FS, GS };
    static constexpr uint32_t CF = 1, PF = 4, AF = 0x10, ZF = 0x40, SF = 0x80, TF = 0x100,
                              IF = 0x200, DF = 0x400, OF = 0x800, AC = 0x40000;

    // --- the state
    std::array<uint32_t, 8> r{};
    uint32_t eip = 0;
    uint32_t flags = 2;
    std::array<uint16_t, 6> selector{};
    std::array<uint32_t, 6> base{};
    /// Segments of real mode: a selector gives its base.
    bool real = false;
    bool code32 = false, stack32 = false;
    uint64_t limit = 0xFFFF;
    /// Memory before the instruction, by linear address; what it writes.
    std::function<uint8_t(uint32_t)> memory;
    std::map<uint32_t, uint8_t> written;
    int fault = -1;
    uint32_t undefined = 0; // flags

    // --- how the instruction is encoded
    bool operand16 = false, address16 = false;
    unsigned length = 0;
    unsigned size() const { return operand16 ? 2 : 4; }

    // --- decimal adjustments
    void daa();
    void das();
    void aaa();
    void aas();
    void aam(uint8_t base10);
    void aad(uint8_t base10);
    void salc();
    // --- stack
    void pusha();
    void popa();
    void pushRegister(unsigned reg);
    void popRegister(unsigned reg);
    void pushImmediate(uint32_t value);
    void pushSegment(unsigned seg);
    void popSegment(unsigned seg);
    void pushFlags();
    void enter(uint16_t bytes, uint8_t level);
    void leave();
    // --- the rest
    void increment(unsigned reg, bool down);
    void loop(uint32_t displacement, int wantedZf); // -1: LOOP
    void jcxz(uint32_t displacement);
    void lea(unsigned reg, uint32_t offset);
    void loadFar(unsigned seg, unsigned reg, unsigned from, uint32_t offset);
    void bound(unsigned reg, unsigned from, uint32_t offset);
    // --- control flow
    void callNear(uint32_t displacement);
    void retNear(uint16_t release);
    void callFar(uint16_t cs, uint32_t offset);
    void jumpFar(uint16_t cs, uint32_t offset);
    void retFar(uint16_t release);
    void interrupt(uint8_t vector, bool fromFault = false);
    void iret();

    /// The effective address of a 16-bit ModRM byte (SDM vol. 2, table 2-1) and its segment.
    struct Address {
        uint32_t offset = 0;
        unsigned segment = DS;
    };
    Address address16Form(unsigned mod, unsigned rm, uint16_t displacement) const;

  private:
    uint32_t stackMask() const { return stack32 ? 0xFFFFFFFF : 0xFFFF; }
    uint8_t byteAt(uint32_t linear) const;
    uint32_t read(unsigned seg, uint32_t offset, unsigned bytes);
    void write(unsigned seg, uint32_t offset, uint32_t value, unsigned bytes);
    void push(uint32_t value, unsigned bytes);
    uint32_t pop(unsigned bytes);
    void setStackPointer(uint32_t value);
    void setRegister(unsigned reg, uint32_t value, unsigned bytes);
    void setFlag(uint32_t flag, bool value) { flags = value ? flags | flag : flags & ~flag; }
    void setSzp(uint32_t value, unsigned bytes);
    void jump(uint32_t target);
    void loadSegment(unsigned seg, uint16_t value);
    uint8_t al() const { return static_cast<uint8_t>(r[EAX]); }
    uint8_t ah() const { return static_cast<uint8_t>(r[EAX] >> 8); }
    void setAl(unsigned value) { r[EAX] = (r[EAX] & 0xFFFFFF00) | (value & 0xFF); }
    void setAh(unsigned value) { r[EAX] = (r[EAX] & 0xFFFF00FF) | (value & 0xFF) << 8; }
    void raise(int vector) {
        if (fault < 0) fault = vector;
    }
};

} // namespace bootglass::test
