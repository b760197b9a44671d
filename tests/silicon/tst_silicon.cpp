// SPDX-License-Identifier: GPL-3.0-or-later
// Silicon is the arbiter: random cases run on the host's processor and on the emulated one, and
// everything that the manual defines must be equal, faults included. BOOTGLASS_SILICON_CASES and
// BOOTGLASS_SILICON_SEED ask for more than the seeded set.
#include "case_generator.h"
#include "emulated_processor.h"
#include "host_maker.h"
#include "native_processor.h"
#include "setting.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

using namespace bootglass;
using namespace bootglass::silicon;

namespace {

constexpr uint64_t defaultCases = 200'000;
constexpr uint64_t defaultSeed = 20260101;

QString hex(const std::vector<uint8_t> &bytes) {
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()))
        .toHex(' ');
}

void compareValue(QString &found, const QString &name, uint64_t emulated, uint64_t native) {
    if (emulated != native)
        found += QString(" %1=%2 not %3").arg(name).arg(emulated, 0, 16).arg(native, 0, 16);
}

void compareFloats(QString &found, const FloatImage &emulated, const FloatImage &native) {
    for (size_t at : {FloatImage::controlAt, FloatImage::statusAt})
        compareValue(found, at == 0 ? "FCW" : "FSW", emulated.get<uint16_t>(at),
                     native.get<uint16_t>(at));
    compareValue(found, "FTW", emulated.get<uint8_t>(FloatImage::tagsAt),
                 native.get<uint8_t>(FloatImage::tagsAt));
    compareValue(found, "MXCSR", emulated.get<uint32_t>(FloatImage::mxcsrAt),
                 native.get<uint32_t>(FloatImage::mxcsrAt));
    for (unsigned n = 0; n < 8; ++n) {
        size_t st = FloatImage::registersAt + 16 * n;
        compareValue(found, QString("ST%1").arg(n), emulated.get<uint64_t>(st),
                     native.get<uint64_t>(st));
        compareValue(found, QString("ST%1.exponent").arg(n), emulated.get<uint16_t>(st + 8),
                     native.get<uint16_t>(st + 8));
        size_t xmm = FloatImage::xmmAt + 16 * n;
        for (unsigned half = 0; half < 2; ++half)
            compareValue(found, QString("XMM%1.%2").arg(n).arg(half),
                         emulated.get<uint64_t>(xmm + 8 * half),
                         native.get<uint64_t>(xmm + 8 * half));
    }
}

/// What this host's maker does otherwise than the emulated CPU's, and no manual forbids: the
/// reason, and what is not compared for it.
struct MakerDifference {
    const char *why = nullptr;
    bool flags = false, faultAddress = false, floats = false, everything = false;
};

MakerDifference makerDifference(const Case &test, const Outcome &native) {
    // SDM vol. 2, 2.1.1: REP before other instructions than strings is reserved.
    bool repeated = test.code32[0] == 0xF2 || test.code32[0] == 0xF3;
    if (repeated && test.name.starts_with("loop"))
        return {.why = "LOOPE, LOOPNE: REP's condition overrides the opcode's", .everything = true};
    if (hostMaker() != Maker::Amd) return {};
    if (native.vector == 6 && test.name == "nop")
        return {.why = "0F 0D, a hint for a line of memory: refused with a register",
                .everything = true};
    if (native.vector == 13 && test.name == "mov" && test.opcode >= 0x20 && test.opcode <= 0x23)
        return {.why = "LOCK MOV CR0 is MOV CR8", .everything = true};
    if (native.vector != 14) return {};
    if (test.name.starts_with("cmps") || test.name.starts_with("scas"))
        return {.why = "CMPS reads DS:ESI first; REP leaves the last comparison's flags",
                .flags = test.repeats,
                .faultAddress = true};
    if (test.usesFloat && test.name.starts_with("mov"))
        return {.why = "an MMX store that faults has not changed tags and top", .floats = true};
    bool unmasked = ~test.state.fx.get<uint16_t>(FloatImage::controlAt) & 0x3F;
    if (unmasked && (test.name.starts_with("fist") || test.name == "fstp" || test.name == "fbstp"))
        return {.why = "a store finds the page absent before the unmasked invalid operation",
                .everything = true};
    return {};
}

QString difference(const Case &test, const Outcome &emulated, const Outcome &native) {
    MakerDifference differs = makerDifference(test, native);
    if (differs.everything) return {};
    QString found;
    if (emulated.vector != native.vector)
        return QString(" vector %1 not %2 (CR2 %3, %4)")
            .arg(emulated.vector)
            .arg(native.vector)
            .arg(emulated.faultAddress, 0, 16)
            .arg(native.faultAddress, 0, 16);
    compareValue(found, "error", emulated.errorCode,
                 native.vector == 14 || native.vector == 13 ? native.errorCode : 0);
    // Which of an image's bytes is touched first is nobody's business.
    uint32_t address = test.window.size() > 192 ? 0xFFFFF000 : 0xFFFFFFFF;
    if (native.vector == 14 && !differs.faultAddress)
        compareValue(found, "CR2", emulated.faultAddress & address, native.faultAddress & address);
    static constexpr const char *names[] = {"EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"};
    for (unsigned r = 0; r < 8; ++r)
        compareValue(found, names[r], emulated.state.gpr[r], native.state.gpr[r]);
    uint32_t flags = (eflags::arithmetic | eflags::DF) & ~test.undefinedFlags;
    if (!differs.flags)
        compareValue(found, "EFLAGS", emulated.state.eflags & flags, native.state.eflags & flags);
    if (test.usesFloat && !differs.floats) compareFloats(found, emulated.state.fx, native.state.fx);
    auto ours = emulated.window;
    auto theirs = native.window;
    // Processors store more than eight bytes in parts, of which a fault may leave the first.
    bool inParts = native.vector == 14 && test.usesFloat &&
                   (test.name == "fstp" || test.name == "fbstp" || test.name.starts_with("fnst") ||
                    test.name == "fnsave" || test.name == "fxsave");
    for (auto [at, bytes] : test.ignored)
        for (auto *window : {&ours, &theirs})
            if (at < window->size())
                std::fill_n(window->begin() + static_cast<ptrdiff_t>(at),
                            std::min(bytes, window->size() - at), uint8_t{0});
    if (ours != theirs && !inParts) {
        size_t at = 0;
        while (ours[at] == theirs[at])
            ++at;
        found += QString(" memory at operand%1%2: %3 not %4")
                     .arg(test.windowFirst + at >= test.target ? "+" : "")
                     .arg(static_cast<qint64>(test.windowFirst + at) - test.target)
                     .arg(ours[at], 2, 16)
                     .arg(theirs[at], 2, 16);
    }
    return found;
}

} // namespace

class TestSilicon : public QObject {
    Q_OBJECT

  private slots:
    void initTestCase();
    void cleanupTestCase();
    void everyOpcodeAgrees_data();
    void everyOpcodeAgrees();
    void randomCasesAgree_data();
    void randomCasesAgree();

  private:
    void compare(const Case &test);
    void report();
    // Made in the first test: Qt Test installs signal handlers before it, and takes them back after
    // the last.
    std::unique_ptr<NativeProcessor> native_;
    EmulatedProcessor emulated_;
    std::map<std::string, int> failed_;
    uint64_t cases_ = 0;
};

void TestSilicon::initTestCase() {
    native_ = std::make_unique<NativeProcessor>();
    if (!native_->unavailable().empty()) QSKIP(native_->unavailable().c_str());
}

void TestSilicon::cleanupTestCase() {
    native_.reset();
}

void TestSilicon::compare(const Case &test) {
    ++cases_;
    Outcome theirs = native_->run(test);
    Outcome ours = emulated_.run(test);
    QString found = difference(test, ours, theirs);
    if (found.isEmpty()) return;
    if (failed_[test.name]++ < 2)
        qWarning("%s [%s]:%s", test.name.c_str(), qPrintable(hex(test.code32)),
                 qPrintable(found.left(300)));
}

void TestSilicon::report() {
    int total = 0;
    for (const auto &[name, count] : failed_) {
        qInfo("%s: %d", name.c_str(), count);
        total += count;
    }
    qInfo("%llu cases", static_cast<unsigned long long>(cases_));
    failed_.clear();
    QVERIFY(cases_ != 0);
    cases_ = 0;
    QCOMPARE(total, 0);
}

void TestSilicon::everyOpcodeAgrees_data() {
    QTest::addColumn<bool>("twoByte");
    QTest::newRow("one-byte map and x87") << false;
    QTest::newRow("0F map, MMX, SSE and SSE2") << true;
}

/// Each opcode with each set of prefixes, each reg field, a register and several memory operands.
void TestSilicon::everyOpcodeAgrees() {
    QFETCH(bool, twoByte);
    CaseGenerator generator(setting("BOOTGLASS_SILICON_SEED", defaultSeed));
    for (auto prefixes : prefixSets())
        for (unsigned opcode = 0; opcode < 256; ++opcode)
            for (unsigned reg = 0; reg < 8; ++reg)
                for (unsigned form = 0; form < 6; ++form) {
                    Encoding encoding{prefixes, twoByte, static_cast<uint8_t>(opcode),
                                      static_cast<uint8_t>(reg), form >= 2};
                    if (auto test = generator.encoded(encoding)) compare(*test);
                }
    report();
}

void TestSilicon::randomCasesAgree_data() {
    QTest::addColumn<int>("family");
    QTest::newRow("integer") << 0;
    QTest::newRow("MMX, SSE and SSE2") << 1;
    QTest::newRow("x87") << 2;
    QTest::newRow("images of the floating-point state") << 3;
}

void TestSilicon::randomCasesAgree() {
    QFETCH(int, family);
    CaseGenerator generator(setting("BOOTGLASS_SILICON_SEED", defaultSeed));
    uint64_t cases = setting("BOOTGLASS_SILICON_CASES", defaultCases);
    static constexpr uint64_t shares[] = {2, 4, 4, 8};
    cases /= shares[family];
    for (uint64_t n = 0; n < cases; ++n)
        compare(family == 0   ? generator.integer()
                : family == 1 ? generator.simd()
                : family == 2 ? generator.x87()
                              : generator.image());
    report();
}

QTEST_APPLESS_MAIN(TestSilicon)
#include "tst_silicon.moc"
