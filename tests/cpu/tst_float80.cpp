// SPDX-License-Identifier: GPL-3.0-or-later
// Double-extended arithmetic against the host's x87: results, exceptions and condition codes, for
// every rounding mode, precision and set of masks.
#include "emulator/cpu/fpu/float80_arithmetic.h"
#include "tests/cpu/float_operands.h"
#include "tests/cpu/host_x87.h"
#include "tests/silicon/host_maker.h"

#include <QTest>

#include <random>

using namespace bootglass;

namespace {

QString text(const Float80 &value) {
    return QString("%1:%2")
        .arg(value.signExponent, 4, 16, QChar('0'))
        .arg(qulonglong{value.significand}, 16, 16, QChar('0'));
}

using Ours = FloatResult (*)(const Float80 &, const Float80 &, uint16_t);

struct Case {
    const char *name;
    Ours ours;
    host::X87Function host;
    uint16_t statusMask = fpflags::all | x87status::C1;
    uint8_t d9 = 0; // the instruction is D9 xx: which, where makers differ
};

#if defined(__x86_64__)
constexpr uint16_t anyCondition = fpflags::all | x87status::conditions;
const Case cases[] = {
    {"fadd", [](auto &a, auto &b, auto c) { return add(a, b, c); },
     BOOTGLASS_HOST_X87("fadd %%st(1), %%st")},
    {"fsub", [](auto &a, auto &b, auto c) { return subtract(a, b, c); },
     BOOTGLASS_HOST_X87("fsub %%st(1), %%st")},
    {"fmul", [](auto &a, auto &b, auto c) { return multiply(a, b, c); },
     BOOTGLASS_HOST_X87("fmul %%st(1), %%st")},
    {"fdiv", [](auto &a, auto &b, auto c) { return divide(a, b, c); },
     BOOTGLASS_HOST_X87("fdiv %%st(1), %%st")},
    {"fsqrt", [](auto &a, auto &, auto c) { return squareRoot(a, c); },
     BOOTGLASS_HOST_X87("fsqrt")},
    {"frndint", [](auto &a, auto &, auto c) { return roundToIntegral(a, c); },
     BOOTGLASS_HOST_X87("frndint")},
    {"fscale", [](auto &a, auto &b, auto c) { return scale(a, b, c); },
     BOOTGLASS_HOST_X87("fscale"), fpflags::all | x87status::C1, 0xFD},
    {"fprem", [](auto &a, auto &b, auto c) { return remainder(a, b, c, false); },
     BOOTGLASS_HOST_X87("fprem"), anyCondition, 0xF8},
    {"fprem1", [](auto &a, auto &b, auto c) { return remainder(a, b, c, true); },
     BOOTGLASS_HOST_X87("fprem1"), anyCondition, 0xF5},
    {"fcom",
     [](auto &a, auto &b, auto) {
         return FloatResult{a, compare(a, b, false)};
     },
     BOOTGLASS_HOST_X87("fcom"), anyCondition},
    {"fucom",
     [](auto &a, auto &b, auto) {
         return FloatResult{a, compare(a, b, true)};
     },
     BOOTGLASS_HOST_X87("fucom"), anyCondition},
};
#endif

} // namespace

class FloatTest : public QObject {
    Q_OBJECT
  private slots:
    void equalsTheHost_data();
    void equalsTheHost();
};

void FloatTest::equalsTheHost_data() {
    QTest::addColumn<int>("row");
#if defined(__x86_64__)
    for (int row = 0; row < static_cast<int>(std::size(cases)); ++row)
        QTest::newRow(cases[row].name) << row;
#else
    QSKIP("the host has no x87");
#endif
}

void FloatTest::equalsTheHost() {
#if defined(__x86_64__)
    QFETCH(int, row);
    const Case &test = cases[row];
    test::OperandSource operands(static_cast<uint32_t>(row + 1));
    for (int round = 0; round < 200'000; ++round) {
        Float80 a = operands.any();
        Float80 b = operands.near(a);
        uint16_t control = operands.control();
        if (test.d9 && silicon::unmaskedX87Differs(0xD9, test.d9)) control |= fpflags::all;
        FloatResult ours = test.ours(a, b, control);
        host::X87Result theirs = test.host(a, b, control);
        bool stopped = ours.status & ~control & fpflags::before;
        Float80 expected = theirs.st[0];
        Float80 value = stopped ? a : ours.value;
        bool equal = value == expected &&
                     (ours.status & test.statusMask) == (theirs.status & test.statusMask);
        if (equal) continue;
        QFAIL(qPrintable(QString("%1, %2, control %3: %4 status %5, the host %6 status %7")
                             .arg(text(a), text(b))
                             .arg(control, 0, 16)
                             .arg(text(value))
                             .arg(ours.status, 0, 16)
                             .arg(text(expected))
                             .arg(theirs.status, 0, 16)));
    }
#endif
}

QTEST_APPLESS_MAIN(FloatTest)
#include "tst_float80.moc"
