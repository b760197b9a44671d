// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/cpu/flags.h"

#include <QTest>

#include <initializer_list>

using namespace bootglass;

class TestFlags : public QObject {
    Q_OBJECT

  private slots:
    void keepsAnyCombination();
    void addsBytesExhaustively();
    void subtractsBytesExhaustively();
    void widensWithTheOperand();
    void incrementLeavesCarryAlone();
    void changesCarryAndZeroAlone();
};

namespace {

/// SDM vol. 1, 3.4.3.1, worked out plainly.
uint32_t expected(int a, int b, int carry, bool subtract) {
    int full = subtract ? a - b - carry : a + b + carry;
    int low = subtract ? (a & 15) - (b & 15) - carry : (a & 15) + (b & 15) + carry;
    int exact = subtract ? static_cast<int8_t>(a) - static_cast<int8_t>(b) - carry
                         : static_cast<int8_t>(a) + static_cast<int8_t>(b) + carry;
    auto result = static_cast<uint8_t>(full);
    uint32_t flags = 0;
    if (full < 0 || full > 255) flags |= eflags::CF;
    if (low < 0 || low > 15) flags |= eflags::AF;
    if (result == 0) flags |= eflags::ZF;
    if (result & 0x80) flags |= eflags::SF;
    if (exact < -128 || exact > 127) flags |= eflags::OF;
    if (std::popcount(result) % 2 == 0) flags |= eflags::PF;
    return flags;
}

} // namespace

void TestFlags::keepsAnyCombination() {
    for (uint32_t bits = 0; bits < 0x1000; ++bits) {
        if (bits & ~eflags::arithmetic) continue;
        ArithmeticFlags flags;
        flags.set(bits);
        QCOMPARE(flags.value(), bits);
    }
}

void TestFlags::addsBytesExhaustively() {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            for (int carry : {0, 1}) {
                ArithmeticFlags flags;
                flags.afterAdd<uint8_t>(static_cast<uint8_t>(a), static_cast<uint8_t>(b),
                                        static_cast<uint8_t>(a + b + carry));
                if (flags.value() != expected(a, b, carry, false))
                    QFAIL(qPrintable(QString("%1 + %2 + %3").arg(a).arg(b).arg(carry)));
            }
}

void TestFlags::subtractsBytesExhaustively() {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            for (int carry : {0, 1}) {
                ArithmeticFlags flags;
                flags.afterSub<uint8_t>(static_cast<uint8_t>(a), static_cast<uint8_t>(b),
                                        static_cast<uint8_t>(a - b - carry));
                if (flags.value() != expected(a, b, carry, true))
                    QFAIL(qPrintable(QString("%1 - %2 - %3").arg(a).arg(b).arg(carry)));
            }
}

void TestFlags::widensWithTheOperand() {
    ArithmeticFlags flags;
    flags.afterAdd<uint16_t>(0x7FFF, 1, 0x8000);
    QCOMPARE(flags.value(), eflags::OF | eflags::SF | eflags::AF | eflags::PF);
    flags.afterAdd<uint32_t>(0xFFFFFFFF, 1, 0);
    QCOMPARE(flags.value(), eflags::CF | eflags::ZF | eflags::AF | eflags::PF);
    flags.afterSub<uint32_t>(0x80000000, 1, 0x7FFFFFFF);
    QCOMPARE(flags.value(), eflags::OF | eflags::AF | eflags::PF);
    flags.afterLogic<uint16_t>(0x8001);
    QCOMPARE(flags.value(), eflags::SF);
}

void TestFlags::incrementLeavesCarryAlone() {
    for (bool carry : {false, true}) {
        ArithmeticFlags flags;
        flags.set(carry ? eflags::CF : 0);
        flags.afterInc<uint8_t>(0x7F, 0x80);
        QCOMPARE(flags.cf(), carry);
        QVERIFY(flags.of() && flags.sf() && flags.af() && !flags.zf());
        flags.afterDec<uint8_t>(0x80, 0x7F);
        QCOMPARE(flags.cf(), carry);
        QVERIFY(flags.of() && !flags.sf());
    }
}

void TestFlags::changesCarryAndZeroAlone() {
    for (uint32_t bits = 0; bits < 0x1000; ++bits) {
        if (bits & ~eflags::arithmetic) continue;
        for (bool value : {false, true}) {
            ArithmeticFlags flags;
            flags.set(bits);
            flags.setCf(value);
            QCOMPARE(flags.value(), (bits & ~eflags::CF) | (value ? eflags::CF : 0));
            flags.set(bits);
            flags.setZf(value);
            QCOMPARE(flags.value(), (bits & ~eflags::ZF) | (value ? eflags::ZF : 0));
        }
    }
}

QTEST_APPLESS_MAIN(TestFlags)
#include "tst_flags.moc"
