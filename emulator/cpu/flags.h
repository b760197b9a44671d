// SPDX-License-Identifier: GPL-3.0-or-later
// The six arithmetic flags, kept as the last result and its carries and worked out only when
// somebody asks: most instructions write flags, few read them.
//
//   result  the result, sign-extended to 32 bits: ZF, SF and PF come from it
//   aux     bit 31 CF · bit 30 CF xor OF · bit 3 AF · bit 0 inverts SF · bits 15-8 are xored into
//   the
//           byte that PF looks at. The last two let any combination of flags be stored.
#pragma once

#include "emulator/cpu/registers.h"

#include <bit>
#include <cstdint>
#include <type_traits>

namespace bootglass {

class ArithmeticFlags {
  public:
    bool cf() const { return aux_ >> 31; }
    bool of() const { return (aux_ ^ aux_ << 1) >> 31; }
    bool af() const { return aux_ >> 3 & 1; }
    bool zf() const { return result_ == 0; }
    bool sf() const { return (result_ >> 31 ^ aux_) & 1; }
    bool pf() const { return (std::popcount((result_ ^ aux_ >> 8) & 0xFF) & 1) == 0; }

    /// As bits of EFLAGS.
    uint32_t value() const {
        return (cf() ? eflags::CF : 0) | (pf() ? eflags::PF : 0) | (af() ? eflags::AF : 0) |
               (zf() ? eflags::ZF : 0) | (sf() ? eflags::SF : 0) | (of() ? eflags::OF : 0);
    }
    void set(uint32_t bits) {
        bool zf = bits & eflags::ZF;
        result_ = zf ? 0 : 1;
        bool oddResult = !zf;
        uint32_t parityDelta = ((bits & eflags::PF) != 0) == oddResult ? 1 : 0;
        aux_ = (bits & eflags::SF ? 1U : 0) | parityDelta << 8 | (bits & eflags::AF ? 8U : 0);
        setCarryOverflow(bits & eflags::CF, bits & eflags::OF);
    }

    /// a + b (+ carry) = result.
    template<typename T>
    void afterAdd(T a, T b, T result) {
        setResult(result);
        aux_ = carries<T>((a & b) | ((a | b) & ~result));
    }
    /// a - b (- borrow) = result.
    template<typename T>
    void afterSub(T a, T b, T result) {
        setResult(result);
        aux_ = carries<T>((~a & b) | ((~a | b) & result));
    }
    /// AND, OR, XOR, TEST: CF and OF cleared; AF is undefined and cleared here.
    template<typename T>
    void afterLogic(T result) {
        setResult(result);
        aux_ = 0;
    }
    /// INC and DEC leave CF alone.
    template<typename T>
    void afterInc(T a, T result) {
        bool carry = cf();
        afterAdd<T>(a, 1, result);
        setCarryOverflow(carry, of());
    }
    template<typename T>
    void afterDec(T a, T result) {
        bool carry = cf();
        afterSub<T>(a, 1, result);
        setCarryOverflow(carry, of());
    }
    /// ZF, SF, PF from the result, CF and OF as given; AF is undefined and set here: shifts.
    template<typename T>
    void afterShift(T result, bool cf, bool of) {
        setResult(result);
        aux_ = 8;
        setCarryOverflow(cf, of);
    }
    void setCarryOverflow(bool cf, bool of) {
        aux_ = (aux_ & 0x3FFFFFFF) | static_cast<uint32_t>(cf) << 31 |
               static_cast<uint32_t>(cf != of) << 30;
    }
    void setCf(bool cf) { setCarryOverflow(cf, of()); }
    void setZf(bool zf) { set((value() & ~eflags::ZF) | (zf ? eflags::ZF : 0)); }

  private:
    template<typename T>
    void setResult(T result) {
        result_ = static_cast<uint32_t>(static_cast<int32_t>(std::make_signed_t<T>(result)));
    }
    template<typename T>
    static uint32_t carries(uint32_t carryOut) {
        constexpr unsigned toTop = 32 - 8 * sizeof(T);
        return (carryOut << toTop & 0xC0000000) | (carryOut & 8);
    }

    uint32_t result_ = 1;
    uint32_t aux_ = 0x100;
};

} // namespace bootglass
