// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/decoder.h"

#include "emulator/cpu/handlers.h"
#include "emulator/cpu/opcode_map.h"
#include "emulator/cpu/registers.h"

#include <algorithm>

namespace bootglass {

namespace {

/// Reads bytes in order; `short_` once they are used up.
class Cursor {
  public:
    explicit Cursor(std::span<const uint8_t> bytes) : bytes_(bytes) {}
    uint8_t byte() {
        if (at_ >= bytes_.size()) {
            short_ = true;
            return 0;
        }
        return bytes_[at_++];
    }
    uint32_t little(unsigned size) {
        uint32_t value = 0;
        for (unsigned i = 0; i < size; ++i)
            value |= static_cast<uint32_t>(byte()) << 8 * i;
        return value;
    }
    bool tooShort() const { return short_; }
    size_t length() const { return at_; }

  private:
    std::span<const uint8_t> bytes_;
    size_t at_ = 0;
    bool short_ = false;
};

struct Prefixes {
    bool operand = false; // 66
    bool address = false; // 67
    bool lock = false;
    bool rep = false;
    bool repne = false;
    uint8_t segment = noSegment;
    static constexpr uint8_t noSegment = 0xFF;

    /// The mandatory prefix of an SSE opcode: F2 and F3 outrank 66.
    uint8_t mandatory() const { return repne ? 0xF2 : rep ? 0xF3 : operand ? 0x66 : 0; }
};

/// Takes the byte as a prefix if it is one.
bool takePrefix(uint8_t byte, Prefixes &p) {
    switch (byte) {
    case 0x26: p.segment = Es; return true;
    case 0x2E: p.segment = Cs; return true;
    case 0x36: p.segment = Ss; return true;
    case 0x3E: p.segment = Ds; return true;
    case 0x64: p.segment = Fs; return true;
    case 0x65: p.segment = Gs; return true;
    case 0x66: p.operand = true; return true;
    case 0x67: p.address = true; return true;
    case 0xF0: p.lock = true; return true;
    case 0xF2:
        p.repne = true;
        p.rep = false;
        return true;
    case 0xF3:
        p.rep = true;
        p.repne = false;
        return true;
    default: return false;
    }
}

constexpr uint8_t none = 8; // "no register" as base or index

/// SDM vol. 2, table 2-1.
void address16(Cursor &cursor, uint8_t modrm, Insn &insn, bool &stackBased) {
    static constexpr uint8_t bases[] = {Ebx, Ebx, Ebp, Ebp, Esi, Edi, Ebp, Ebx};
    static constexpr uint8_t indexes[] = {Esi, Edi, Esi, Edi, none, none, none, none};
    unsigned mod = modrm >> 6;
    unsigned rm = modrm & 7;
    insn.base = bases[rm];
    insn.index = indexes[rm];
    if (mod == 0 && rm == 6) {
        insn.base = none;
        insn.disp = cursor.little(2);
    } else if (mod == 1) {
        insn.disp = static_cast<uint32_t>(static_cast<int8_t>(cursor.byte()));
    } else if (mod == 2) {
        insn.disp = cursor.little(2);
    }
    stackBased = insn.base == Ebp;
}

/// SDM vol. 2, tables 2-2 and 2-3.
void address32(Cursor &cursor, uint8_t modrm, Insn &insn, bool &stackBased) {
    unsigned mod = modrm >> 6;
    unsigned rm = modrm & 7;
    insn.base = static_cast<uint8_t>(rm);
    if (rm == 4) {
        uint8_t sib = cursor.byte();
        insn.base = sib & 7;
        insn.index = sib >> 3 & 7;
        insn.scale = sib >> 6;
        if (insn.index == Esp) {
            insn.index = none;
            insn.scale = 0;
        }
    }
    if (mod == 0 && insn.base == Ebp) {
        insn.base = none;
        insn.disp = cursor.little(4);
    } else if (mod == 1) {
        insn.disp = static_cast<uint32_t>(static_cast<int8_t>(cursor.byte()));
    } else if (mod == 2) {
        insn.disp = cursor.little(4);
    }
    stackBased = insn.base == Ebp || insn.base == Esp;
}

uint8_t registerNumber(unsigned number, bool byte) {
    return static_cast<uint8_t>(byte ? (number & 3) * 4 + (number >> 2) : number);
}

void takeImmediate(Cursor &cursor, Immediate kind, Insn &insn) {
    unsigned full = insn.operand16 ? 2 : 4;
    switch (kind) {
    case Immediate::None: break;
    case Immediate::Byte: insn.imm = cursor.byte(); break;
    case Immediate::SignedByte:
        insn.imm = static_cast<uint32_t>(static_cast<int8_t>(cursor.byte()));
        break;
    case Immediate::Word: insn.imm = cursor.little(2); break;
    case Immediate::Full:
        insn.imm = cursor.little(full);
        if (insn.operand16) insn.imm = static_cast<uint32_t>(static_cast<int16_t>(insn.imm));
        break;
    case Immediate::WordByte:
        insn.imm = cursor.little(2);
        insn.disp = cursor.byte();
        break;
    case Immediate::FarPointer:
        insn.imm = cursor.little(full);
        insn.disp = cursor.little(2);
        break;
    case Immediate::Offset:
        insn.disp = cursor.little(insn.address16 ? 2 : 4);
        insn.memory = true;
        break;
    }
}

/// What the opcode itself says beyond its row.
void refine(unsigned opcode, Insn &insn) {
    switch (opcode) {
    case 0xD0:
    case 0xD1: insn.imm = 1; break;
    case 0x06:
    case 0x07: insn.reg = Es; break;
    case 0x0E: insn.reg = Cs; break;
    case 0x16:
    case 0x17: insn.reg = Ss; break;
    case 0x1E:
    case 0x1F: insn.reg = Ds; break;
    case 0x0FA0:
    case 0x0FA1: insn.reg = Fs; break;
    case 0x0FA8:
    case 0x0FA9: insn.reg = Gs; break;
    case 0x90:
        if (insn.rep) insn.op = Op::Pause;
        break;
    case 0xD7:
        insn.memory = true;
        insn.base = Ebx; // plus AL, which the handler adds
        break;
    default: break;
    }
}

OperandSize operandSize(Width width, bool operand16) {
    switch (width) {
    case Width::Byte: return OperandSize::Size8;
    case Width::Operand: return operand16 ? OperandSize::Size16 : OperandSize::Size32;
    case Width::Fixed: break;
    }
    return OperandSize::Size32;
}

void makeInvalid(Insn &insn, uint8_t &properties) {
    insn.op = Op::Ud;
    insn.memory = false;
    properties = EndsBlock;
}

} // namespace

DecodeResult decode(std::span<const uint8_t> bytes, bool code32, Insn &insn, uint8_t &properties) {
    Cursor cursor(bytes.first(std::min<size_t>(bytes.size(), longestInstruction)));
    auto incomplete = [&] {
        return bytes.size() >= longestInstruction ? DecodeResult::TooLong
                                                  : DecodeResult::NeedMoreBytes;
    };
    Prefixes prefixes;
    uint8_t opcode = cursor.byte();
    while (!cursor.tooShort() && takePrefix(opcode, prefixes))
        opcode = cursor.byte();
    bool twoByte = opcode == 0x0F;
    if (twoByte) opcode = cursor.byte();
    if (cursor.tooShort()) return incomplete();

    insn = {};
    insn.opcode = static_cast<uint16_t>(twoByte ? 0x0F00 | opcode : opcode);
    insn.operand16 = code32 == prefixes.operand;
    insn.address16 = code32 == prefixes.address;
    insn.addressMask = insn.address16 ? 0xFFFF : 0xFFFFFFFF;
    insn.lock = prefixes.lock;
    insn.rep = prefixes.rep;
    insn.repne = prefixes.repne;

    bool hasModrm = twoByte ? twoByteHasModrm(opcode) : oneByteHasModrm(opcode);
    uint8_t modrm = hasModrm ? cursor.byte() : 0;
    const OpcodeRow &row =
        twoByte ? twoByteRow(opcode, modrm, prefixes.mandatory()) : oneByteRow(opcode, modrm);
    const Form &form = row.form;
    insn.op = row.op;
    insn.modrm = modrm;
    properties = row.properties;

    bool stackBased = false;
    if (hasModrm) {
        insn.reg = registerNumber(modrm >> 3 & 7, form.byteReg);
        if ((modrm >> 6) == 3 || form.registerOnly) {
            insn.rm = registerNumber(modrm & 7, form.byteRm);
        } else {
            insn.memory = true;
            if (insn.address16)
                address16(cursor, modrm, insn, stackBased);
            else
                address32(cursor, modrm, insn, stackBased);
        }
    } else if (form.opcodeReg) {
        insn.rm = registerNumber(opcode & 7, form.byteRm);
    }
    takeImmediate(cursor, form.immediate, insn);
    if (cursor.tooShort()) return incomplete();

    insn.length = static_cast<uint8_t>(cursor.length());
    insn.segment = prefixes.segment != Prefixes::noSegment ? prefixes.segment
                   : stackBased                            ? uint8_t{Ss}
                                                           : uint8_t{Ds};
    refine(insn.opcode, insn);

    bool badLock = prefixes.lock && !((row.properties & Lockable) && insn.memory);
    bool badPlace = (form.memoryOnly && !insn.memory);
    if (insn.op == Op::Invalid || badLock || badPlace) makeInvalid(insn, properties);
    if ((properties & RepEnds) && (insn.rep || insn.repne)) properties |= EndsBlock;

    const HandlerTable &handlers = HandlerTable::instance();
    insn.handler = handlers.find(insn.op, operandSize(form.width, insn.operand16), insn.memory);
    if (!insn.handler) {
        makeInvalid(insn, properties);
        insn.handler = handlers.find(Op::Ud, OperandSize::Size32, false);
    }
    insn.ends = properties & EndsBlock;
    return DecodeResult::Done;
}

DecodedRow decodeRow(std::span<const uint8_t> bytes, bool code32, std::span<Insn> insns) {
    DecodedRow row;
    uint8_t properties = 0;
    while (row.count < insns.size() && !(properties & EndsBlock)) {
        Insn &insn = insns[row.count];
        if (decode(bytes.subspan(row.bytes), code32, insn, properties) != DecodeResult::Done) break;
        insn.offset = static_cast<uint16_t>(row.bytes);
        insn.position = static_cast<uint8_t>(row.count);
        row.bytes += insn.length;
        ++row.count;
    }
    return row;
}

} // namespace bootglass
