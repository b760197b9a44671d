// SPDX-License-Identifier: GPL-3.0-or-later
// Silicon is the arbiter: random cases run on the host's processor and on the emulated one, and
// everything that the manual defines must be equal, faults included. BOOTGLASS_SILICON_CASES and
// BOOTGLASS_SILICON_SEED ask for more than the seeded set.
#include "case_generator.h"
#include "emulated_processor.h"
#include "native_processor.h"

#include <QTest>

#include <map>

using namespace bootglass;
using namespace bootglass::silicon;

namespace {

constexpr uint64_t defaultCases = 200'000;
constexpr uint64_t defaultSeed = 20260101;

uint64_t setting(const char *name, uint64_t otherwise) {
    bool ok = false;
    uint64_t value = qEnvironmentVariable(name).toULongLong(&ok);
    return ok ? value : otherwise;
}

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

QString difference(const Case &test, const Outcome &emulated, const Outcome &native) {
    QString found;
    if (emulated.vector != native.vector)
        return QString(" vector %1 not %2").arg(emulated.vector).arg(native.vector);
    compareValue(found, "error", emulated.errorCode,
                 native.vector == 14 || native.vector == 13 ? native.errorCode : 0);
    if (native.vector == 14) compareValue(found, "CR2", emulated.faultAddress, native.faultAddress);
    static constexpr const char *names[] = {"EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"};
    for (unsigned r = 0; r < 8; ++r)
        compareValue(found, names[r], emulated.state.gpr[r], native.state.gpr[r]);
    uint32_t flags = (eflags::arithmetic | eflags::DF) & ~test.undefinedFlags;
    compareValue(found, "EFLAGS", emulated.state.eflags & flags, native.state.eflags & flags);
    if (test.usesFloat) compareFloats(found, emulated.state.fx, native.state.fx);
    // Processors store ten bytes in two parts, of which a fault may leave the first.
    bool inParts = native.vector == 14 && (test.name == "fstp" || test.name == "fbstp");
    if (emulated.window != native.window && !inParts)
        found += " memory " + hex(emulated.window) + " not " + hex(native.window);
    return found;
}

} // namespace

class TestSilicon : public QObject {
    Q_OBJECT

  private slots:
    void agrees_data();
    void agrees();
};

void TestSilicon::agrees_data() {
    QTest::addColumn<int>("family");
    QTest::newRow("integer") << 0;
    QTest::newRow("MMX, SSE and SSE2") << 1;
    QTest::newRow("x87") << 2;
}

void TestSilicon::agrees() {
    QFETCH(int, family);
    NativeProcessor native;
    if (!native.unavailable().empty()) QSKIP(native.unavailable().c_str());
    EmulatedProcessor emulated;
    CaseGenerator generator(setting("BOOTGLASS_SILICON_SEED", defaultSeed));
    uint64_t cases = setting("BOOTGLASS_SILICON_CASES", defaultCases);
    if (family != 0) cases /= 2;
    std::map<std::string, int> failed;
    int total = 0;
    for (uint64_t n = 0; n < cases; ++n) {
        Case test = family == 0   ? generator.integer()
                    : family == 1 ? generator.simd()
                                  : generator.x87();
        Outcome theirs = native.run(test);
        Outcome ours = emulated.run(test);
        QString found = difference(test, ours, theirs);
        if (found.isEmpty()) continue;
        ++total;
        if (failed[test.name]++ < 2)
            qWarning("%s [%s]:%s", test.name.c_str(), qPrintable(hex(test.code32)),
                     qPrintable(found.left(300)));
    }
    if (total != 0)
        for (const auto &[name, count] : failed)
            qInfo("%s: %d", name.c_str(), count);
    QCOMPARE(total, 0);
}

QTEST_APPLESS_MAIN(TestSilicon)
#include "tst_silicon.moc"
