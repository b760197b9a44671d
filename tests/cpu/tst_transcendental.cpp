// SPDX-License-Identifier: GPL-3.0-or-later
// The x87's transcendental functions, which are ours alone, against MPFR asked directly: at most
// one unit in the last place (SDM vol. 1, 8.3.10), angles reduced with the manual's pi of 66 bits
// (8.3.8). And their bits, with those of RCPPS and RSQRTPS, are the same on every host: a digest
// says so.
#include "emulator/cpu/fpu/transcendental.h"
#include "tests/cpu/float_operands.h"
#include "tests/cpu/host_simd.h"

#include <QTest>

#include <array>
#include <cmath>

#define MPFR_USE_INTMAX_T 1
#include <mpfr.h>

using namespace bootglass;
using namespace bootglass::test;

namespace {

constexpr uint16_t nearest64 = 0x37F;

struct Real {
    mpfr_t value;
    Real() { mpfr_init2(value, 600); }
    explicit Real(const Float80 &from) : Real() {
        mpfr_set_uj_2exp(value, from.significand, (from.signExponent & 0x7FFF) - 16383 - 63,
                         MPFR_RNDN);
        if (from.signExponent & 0x8000) mpfr_neg(value, value, MPFR_RNDN);
    }
    ~Real() { mpfr_clear(value); }
    Real(const Real &) = delete;
    Real &operator=(const Real &) = delete;
};

/// A number between 2^low and 2^high, either sign.
Float80 between(OperandSource &source, int low, int high) {
    auto exponent = static_cast<uint16_t>(
        16383 + low + static_cast<int>(source.below(static_cast<uint32_t>(high - low))));
    return {source.bits() | float80::integerBit,
            static_cast<uint16_t>(exponent | (source.below(2) << 15))};
}

/// x less a multiple of pi/2, with pi as the manual has it, and that multiple modulo 4.
unsigned reduce(Real &x) {
    Real halfPi, multiple, product;
    mpfr_set_str(halfPi.value, "0.C90FDAA22168C234C", 16, MPFR_RNDN); // pi / 4
    mpfr_mul_2si(halfPi.value, halfPi.value, 1, MPFR_RNDN);
    mpfr_div(multiple.value, x.value, halfPi.value, MPFR_RNDN);
    mpfr_rint(multiple.value, multiple.value, MPFR_RNDN);
    mpfr_mul(product.value, multiple.value, halfPi.value, MPFR_RNDN);
    mpfr_sub(x.value, x.value, product.value, MPFR_RNDN);
    Real four;
    mpfr_set_ui(four.value, 4, MPFR_RNDN);
    mpfr_fmod(multiple.value, multiple.value, four.value, MPFR_RNDN);
    return static_cast<unsigned>(mpfr_get_si(multiple.value, MPFR_RNDN) & 3);
}

struct Function {
    const char *name;
    int low, high; // exponents of x; of y: -20 to 20
    FloatResult (*ours)(const Float80 &y, const Float80 &x);
    void (*theirs)(Real &result, const Real &y, Real &x);
};

const Function functions[] = {
    {"FSIN", -60, 62, [](auto &, auto &x) { return sine(x, nearest64); },
     [](Real &result, const Real &, Real &x) {
         unsigned quadrant = reduce(x);
         (quadrant & 1 ? mpfr_cos : mpfr_sin)(result.value, x.value, MPFR_RNDN);
         if (quadrant & 2) mpfr_neg(result.value, result.value, MPFR_RNDN);
     }},
    {"FCOS", -60, 62, [](auto &, auto &x) { return cosine(x, nearest64); },
     [](Real &result, const Real &, Real &x) {
         unsigned quadrant = reduce(x) + 1;
         (quadrant & 1 ? mpfr_cos : mpfr_sin)(result.value, x.value, MPFR_RNDN);
         if (quadrant & 2) mpfr_neg(result.value, result.value, MPFR_RNDN);
     }},
    {"FPTAN", -60, 62, [](auto &, auto &x) { return tangent(x, nearest64); },
     [](Real &result, const Real &, Real &x) {
         unsigned quadrant = reduce(x);
         mpfr_tan(result.value, x.value, MPFR_RNDN);
         if (quadrant & 1) mpfr_si_div(result.value, -1, result.value, MPFR_RNDN);
     }},
    {"FPATAN", -20, 20, [](auto &y, auto &x) { return arcTangent(y, x, nearest64); },
     [](Real &result, const Real &y, Real &x) {
         mpfr_atan2(result.value, y.value, x.value, MPFR_RNDN);
     }},
    {"F2XM1", -60, 0, [](auto &, auto &x) { return exponentialMinusOne(x, nearest64); },
     [](Real &result, const Real &, Real &x) {
         mpfr_exp2(result.value, x.value, MPFR_RNDN);
         mpfr_sub_ui(result.value, result.value, 1, MPFR_RNDN);
     }},
    {"FYL2X", -100, 100,
     [](auto &y, auto &x) {
         return logarithm(y, {x.significand, static_cast<uint16_t>(x.signExponent & 0x7FFF)},
                          nearest64);
     },
     [](Real &result, const Real &y, Real &x) {
         mpfr_abs(x.value, x.value, MPFR_RNDN);
         mpfr_log2(result.value, x.value, MPFR_RNDN);
         mpfr_mul(result.value, result.value, y.value, MPFR_RNDN);
     }},
    {"FYL2XP1", -60, -2, [](auto &y, auto &x) { return logarithmPlusOne(y, x, nearest64); },
     [](Real &result, const Real &y, Real &x) {
         mpfr_add_ui(x.value, x.value, 1, MPFR_RNDN);
         mpfr_log2(result.value, x.value, MPFR_RNDN);
         mpfr_mul(result.value, result.value, y.value, MPFR_RNDN);
     }},
};

struct Digest {
    uint64_t value = 0xCBF29CE484222325; // FNV-1a
    void add(uint64_t word) {
        for (unsigned n = 0; n < 8; ++n)
            value = (value ^ (word >> 8 * n & 0xFF)) * 0x100000001B3;
    }
};

} // namespace

class TestTranscendental : public QObject {
    Q_OBJECT
  private slots:
    void isWithinOneUnitOfMpfr_data();
    void isWithinOneUnitOfMpfr();
    void isTheSameOnEveryHost();
};

void TestTranscendental::isWithinOneUnitOfMpfr_data() {
    QTest::addColumn<int>("row");
    for (int row = 0; row < static_cast<int>(std::size(functions)); ++row)
        QTest::newRow(functions[row].name) << row;
}

void TestTranscendental::isWithinOneUnitOfMpfr() {
    QFETCH(int, row);
    const Function &function = functions[row];
    OperandSource source(static_cast<uint32_t>(row + 1));
    for (int round = 0; round < 5000; ++round) {
        Float80 x = between(source, function.low, function.high), y = between(source, -20, 20);
        FloatResult ours = function.ours(y, x);
        Real theirs, realX(x);
        function.theirs(theirs, Real(y), realX);
        // |ours - theirs| in units of ours' last place.
        Real distance, mine(ours.value);
        mpfr_sub(distance.value, mine.value, theirs.value, MPFR_RNDN);
        int exponent = (ours.value.signExponent & 0x7FFF) - 16383 - 63;
        mpfr_div_2si(distance.value, distance.value, exponent, MPFR_RNDN);
        double units = std::abs(mpfr_get_d(distance.value, MPFR_RNDN));
        if (units > 1)
            QFAIL(qPrintable(QString("%1:%2 is off by %3 units")
                                 .arg(x.signExponent, 4, 16)
                                 .arg(qulonglong{x.significand}, 16, 16)
                                 .arg(units)));
    }
}

void TestTranscendental::isTheSameOnEveryHost() {
    Digest digest;
    for (const Function &function : functions) {
        OperandSource source(77);
        for (int round = 0; round < 2000; ++round) {
            Float80 x = between(source, function.low, function.high), y = between(source, -20, 20);
            FloatResult result = function.ours(y, x);
            digest.add(result.value.significand);
            digest.add(uint64_t{result.value.signExponent} << 16 | result.status);
        }
    }
    GuestSimd guest;
    OperandSource source(78);
    for (uint8_t opcode : std::to_array<uint8_t>({0x52, 0x53})) { // RSQRTPS, RCPPS XMM0, XMM1
        const uint8_t code[] = {0x0F, opcode, 0xC1};
        for (int round = 0; round < 2000; ++round) {
            SimdState state;
            state.sse.mxcsr = 0x1F80;
            state.sse.xmm[1].q = {source.bits(), source.bits()};
            bool completed = false;
            state = guest.run(code, state, completed);
            QVERIFY(completed);
            digest.add(state.sse.xmm[0].q[0]);
            digest.add(state.sse.xmm[0].q[1]);
        }
    }
    QCOMPARE(QString::number(digest.value, 16), QString("6741cd6096384479"));
}

QTEST_APPLESS_MAIN(TestTranscendental)
#include "tst_transcendental.moc"
