// SPDX-License-Identifier: GPL-3.0-or-later
// The cases that the host's processor judges the interpreter by, once more: interpreted and
// translated, which must leave the same to the last bit, whether defined or not.
// BOOTGLASS_SILICON_CASES and BOOTGLASS_SILICON_SEED ask for more than the seeded set.
#include "case_generator.h"
#include "emulated_processor.h"
#include "setting.h"

#include <QTest>

#include <memory>

using namespace bootglass;
using namespace bootglass::silicon;

namespace {

constexpr uint64_t defaultCases = 60'000;
constexpr uint64_t defaultSeed = 20261126;

bool isSame(const Outcome &a, const Outcome &b) {
    return a.vector == b.vector && a.errorCode == b.errorCode && a.faultAddress == b.faultAddress &&
           a.state.gpr == b.state.gpr && a.state.eflags == b.state.eflags &&
           a.state.fx.bytes == b.state.fx.bytes && a.window == b.window;
}

} // namespace

class TestTranslatedCases : public QObject {
    Q_OBJECT

  private slots:
    void everyOpcodeAgrees_data() {
        QTest::addColumn<bool>("twoByte");
        QTest::newRow("one-byte map and x87") << false;
        QTest::newRow("0F map, MMX, SSE and SSE2") << true;
    }
    /// Each opcode with each reg field, with a register and in memory.
    void everyOpcodeAgrees() {
        QFETCH(bool, twoByte);
        CaseGenerator generator(setting("BOOTGLASS_SILICON_SEED", defaultSeed));
        for (auto prefixes : prefixSets())
            for (unsigned opcode = 0; opcode < 256; ++opcode)
                for (unsigned reg = 0; reg < 8; ++reg)
                    for (bool memory : {false, true})
                        if (auto test =
                                generator.encoded({prefixes, twoByte, static_cast<uint8_t>(opcode),
                                                   static_cast<uint8_t>(reg), memory}))
                            compare(*test);
        report();
    }

    void randomCasesAgree_data() {
        QTest::addColumn<int>("family");
        QTest::newRow("integer") << 0;
        QTest::newRow("MMX, SSE and SSE2") << 1;
        QTest::newRow("x87") << 2;
    }
    void randomCasesAgree() {
        QFETCH(int, family);
        CaseGenerator generator(setting("BOOTGLASS_SILICON_SEED", defaultSeed));
        const uint64_t cases = setting("BOOTGLASS_SILICON_CASES", defaultCases) / 3;
        for (uint64_t n = 0; n < cases; ++n)
            compare(family == 0   ? generator.integer()
                    : family == 1 ? generator.simd()
                                  : generator.x87());
        report();
    }

  private:
    void compare(const Case &test) {
        // Before places for code are used again.
        if (++cases_ % 100'000 == 0) renew();
        if (isSame(interpreted_->run(test), translated_->run(test))) return;
        if (failed_++ < 5)
            qWarning("%s [%s]", test.name.c_str(),
                     QByteArray(reinterpret_cast<const char *>(test.code32.data()),
                                qsizetype(test.code32.size()))
                         .toHex(' ')
                         .constData());
    }
    /// Both, since a case may read what another left.
    void renew() {
        made_ += translated_->translated();
        interpreted_ = std::make_unique<EmulatedProcessor>();
        translated_ = std::make_unique<EmulatedProcessor>(true);
    }
    void report() {
        renew();
        qInfo("%llu cases, %llu blocks translated", static_cast<unsigned long long>(cases_),
              static_cast<unsigned long long>(made_));
        QVERIFY(made_ >= cases_ / 2);
        cases_ = made_ = 0;
        QCOMPARE(std::exchange(failed_, 0U), 0U);
    }

    std::unique_ptr<EmulatedProcessor> interpreted_ = std::make_unique<EmulatedProcessor>();
    std::unique_ptr<EmulatedProcessor> translated_ = std::make_unique<EmulatedProcessor>(true);
    uint64_t cases_ = 0;
    uint64_t made_ = 0; // blocks, by those before translated_
    unsigned failed_ = 0;
};

QTEST_APPLESS_MAIN(TestTranslatedCases)
#include "tst_translated_cases.moc"
