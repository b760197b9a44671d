// SPDX-License-Identifier: GPL-3.0-or-later
// Random programs in both engines: registers, flags, counts and memory are the same at every
// deadline, whatever faults, interrupts and changes of the code come between.
// BOOTGLASS_PROGRAMS sets how many there are in each mode, BOOTGLASS_PROGRAM which one alone, with
// a look at the memory each time.
#include "tests/jit/engine_pair.h"
#include "tests/jit/random_program.h"

#include <QTest>

#include <cstdlib>
#include <optional>

using namespace bootglass;
using namespace bootglass::test;

namespace {

constexpr unsigned slices = 60; // of a program's time
/// Memory for another pair costs more than running a program; but where code was often written
/// over, less is translated.
constexpr unsigned programsPerPair = 8;

QString bytesOf(const std::vector<uint8_t> &code) {
    return QString::fromLatin1(
        QByteArray(reinterpret_cast<const char *>(code.data()), qsizetype(code.size())).toHex(' '));
}

} // namespace

class TestRandomPrograms : public QObject {
    Q_OBJECT

  private slots:
    void agree_data() {
        QTest::addColumn<int>("mode");
        QTest::newRow("real mode") << int(GuestMode::Real);
        QTest::newRow("16-bit protected mode") << int(GuestMode::Protected16);
        QTest::newRow("flat") << int(GuestMode::Flat);
        QTest::newRow("paged") << int(GuestMode::Paged);
        QTest::newRow("user") << int(GuestMode::User);
        QTest::newRow("paged user") << int(GuestMode::PagedUser);
        QTest::newRow("virtual-8086 mode") << int(GuestMode::Virtual8086);
    }
    void agree() {
        QFETCH(int, mode);
        const char *wish = std::getenv("BOOTGLASS_PROGRAMS");
        const char *only = std::getenv("BOOTGLASS_PROGRAM");
        unsigned programs = wish ? static_cast<unsigned>(std::atoi(wish)) : 100;
        unsigned first = only ? static_cast<unsigned>(std::atoi(only)) : 0;
        uint64_t callouts = 0, translated = 0;
        std::optional<EnginePair> made;
        const auto count = [&] {
            callouts += made->jit.counters().callouts;
            translated += made->jit.counters().translated;
        };
        for (unsigned seed = first; seed < (only ? first + 1 : programs); ++seed) {
            if (seed % programsPerPair == 0 || !made) {
                if (made) count();
                made.emplace(static_cast<GuestMode>(mode));
            } else {
                made->restart(static_cast<GuestMode>(mode));
            }
            EnginePair &pair = *made;
            RandomProgram program(static_cast<GuestMode>(mode), seed);
            program.install(pair.interpreted);
            program.install(pair.translated);
            pair.beginAt(program.start());
            std::mt19937_64 random(seed);
            for (unsigned slice = 0; slice < slices; ++slice) {
                uint64_t instructions = 1 + random() % (slice % 4 == 0 ? 7 : 120);
                bool same = pair.run(instructions);
                if (random() % 16 == 0)
                    for (Guest *guest : {&pair.interpreted, &pair.translated})
                        guest->cpu.setInterruptLine(true);
                // Comparing the memory takes longer than all the rest.
                std::string difference = (slice + 1) % (only ? 1 : slices / 4) == 0
                                             ? pair.difference()
                                             : pair.stateDifference();
                if (same && difference.empty()) {
                    if (pair.ended) pair.revive();
                    continue;
                }
                QFAIL(qPrintable(QString("program %1, after %2 instructions: %3 code: %4")
                                     .arg(seed)
                                     .arg(pair.interpreted.clock.icount().value)
                                     .arg(QString::fromStdString(difference))
                                     .arg(bytesOf(program.code()))));
            }
        }
        count();
        qInfo("%llu blocks translated, %llu callouts", static_cast<unsigned long long>(translated),
              static_cast<unsigned long long>(callouts));
        QVERIFY(only || translated > programs);
    }
};

QTEST_APPLESS_MAIN(TestRandomPrograms)
#include "tst_random_programs.moc"
