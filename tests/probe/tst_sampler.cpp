// SPDX-License-Identifier: GPL-3.0-or-later
// At which counts the instruction pointer is sampled.
#include "emulator/probe/sampler.h"
#include "tests/devices/saved_state.h"

#include <QTest>

using namespace bootglass;

class SamplerTest : public QObject {
    Q_OBJECT

  private slots:
    void samplesAtEveryMultiple();
    void multipleThatWasPassedIsTakenOnce();
    void zeroSamplesNever();
    void endOfTheCountIsNoMultiple();
    void savedGoesOn();
};

void SamplerTest::samplesAtEveryMultiple() {
    Sampler sampler(1000);
    for (uint64_t count = 1000; count < 6000; count += 1000) {
        QCOMPARE(quint64{sampler.next().value}, quint64{count});
        QVERIFY(!sampler.due({count - 1}));
        QVERIFY(sampler.due({count}));
        QVERIFY(!sampler.due({count}));
    }
}

void SamplerTest::multipleThatWasPassedIsTakenOnce() {
    Sampler sampler(1000);
    QVERIFY(sampler.due({3500}));
    QCOMPARE(quint64{sampler.next().value}, quint64{4000});
}

void SamplerTest::zeroSamplesNever() {
    Sampler sampler(0);
    QCOMPARE(sampler.next(), Icount::never());
    QVERIFY(!sampler.due({UINT64_MAX}));
}

void SamplerTest::endOfTheCountIsNoMultiple() {
    Sampler sampler(uint64_t{1} << 63);
    QVERIFY(sampler.due({uint64_t{1} << 63}));
    QCOMPARE(sampler.next(), Icount::never());
}

void SamplerTest::savedGoesOn() {
    Sampler sampler(1000);
    sampler.due({1500});
    const std::vector<uint8_t> saved = savedState(sampler);
    Sampler restored(7);
    QCOMPARE(restoreState(saved, restored), std::string());
    QCOMPARE(quint64{restored.next().value}, quint64{2000});
    QCOMPARE(savedState(restored), saved);
}

QTEST_GUILESS_MAIN(SamplerTest)
#include "tst_sampler.moc"
