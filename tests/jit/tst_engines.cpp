// SPDX-License-Identifier: GPL-3.0-or-later
// Guests end with the same digest in every engine and with every code cache; a deadline, an access
// to a port and an exception at each offset of a long block leave the same state.
#include "tests/jit/engine_pair.h"
#include "tests/machine/guest_run.h"

#include <QTest>

#include <functional>
#include <map>

using namespace bootglass;
using namespace bootglass::test;

class TestEngines : public QObject {
    Q_OBJECT

    static constexpr unsigned length = 30;

    /// A loop of `length` instructions that change everything they can, with `special` at one
    /// place, or at some.
    static std::vector<uint8_t> loopWith(unsigned place, std::vector<uint8_t> special) {
        return loopWith({{place, std::move(special)}});
    }
    static std::vector<uint8_t> loopWith(const std::map<unsigned, std::vector<uint8_t>> &special,
                                         std::vector<uint32_t> *starts = nullptr) {
        static const std::vector<std::vector<uint8_t>> ordinary = {
            {0x01, 0xD8},                         // add eax, ebx
            {0x11, 0xC2},                         // adc edx, eax
            {0x89, 0x87, 0x00, 0x00, 0x02, 0x00}, // mov [edi+20000h], eax
            {0x03, 0x8F, 0x03, 0x00, 0x02, 0x00}, // add ecx, [edi+20003h]
            {0x50},                               // push eax
            {0x5B},                               // pop ebx
            {0xD1, 0xE2},                         // shl edx, 1
            {0x00, 0xE5},                         // add ch, ah
        };
        std::vector<uint8_t> code;
        for (unsigned n = 0; n < length; ++n) {
            const auto found = special.find(n);
            const auto &piece =
                found != special.end() ? found->second : ordinary[n % ordinary.size()];
            if (starts) starts->push_back(static_cast<uint32_t>(code.size()));
            code.insert(code.end(), piece.begin(), piece.end());
        }
        code.push_back(0xE9);
        auto back = -static_cast<int32_t>(code.size() + 4);
        for (unsigned n = 0; n < 4; ++n)
            code.push_back(static_cast<uint8_t>(static_cast<uint32_t>(back) >> 8 * n));
        return code;
    }
    static void install(EnginePair &pair, const std::vector<uint8_t> &code) {
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, code);
            guest->cpu.gpr[Ebx] = 0x12345678;
            guest->cpu.gpr[Edi] = 0x40;
        }
    }

  private slots:
    void digestsAreEqual_data() {
        QTest::addColumn<QString>("guest");
        for (const char *name : {"counting", "halt", "shadow", "rtc", "apic", "ports", "tsc",
                                 "pit0", "pit1", "pit2", "pit3", "pit4", "pit5"})
            QTest::newRow(name) << name;
    }
    void digestsAreEqual() {
        QFETCH(QString, guest);
        auto digest = [&](Engine engine, uint64_t codeCacheBytes) {
            MachineConfig config = GuestRun::config(GuestRun::image(guest));
            config.engine = engine;
            config.codeCacheBytes = codeCacheBytes;
            Machine machine(config);
            machine.run(Icount{2'000'000}, VirtualNs{20 * nsPerSecond});
            return machine.digest() + machine.difference();
        };
        std::string interpreted = digest(Engine::Interpreter, 0);
        QCOMPARE(digest(Engine::Jit, uint64_t{1} << 20), interpreted);
        QCOMPARE(digest(Engine::Jit, uint64_t{256} << 20), interpreted);
        QCOMPARE(digest(Engine::Lockstep, uint64_t{64} << 20), interpreted);
    }

    void lockstepBearsRequestsToStop_data() { digestsAreEqual_data(); }
    void lockstepBearsRequestsToStop() {
        struct Stopper : MachineObserver {
            void event(const Event &) override {
                if (++events % 3 == 0) machine->requestStop();
            }
            Machine *machine = nullptr;
            unsigned events = 0;
        };
        QFETCH(QString, guest);
        auto digest = [&](Engine engine, bool stopping) {
            MachineConfig config = GuestRun::config(GuestRun::image(guest));
            config.engine = engine;
            Machine machine(config);
            Stopper stopper;
            stopper.machine = &machine;
            if (stopping) machine.setObserver(&stopper);
            while (machine.run(Icount{2'000'000}, VirtualNs{20 * nsPerSecond}) == Stop::Requested &&
                   machine.difference().empty()) {
            }
            return machine.digest() + machine.difference();
        };
        QCOMPARE(digest(Engine::Lockstep, true), digest(Engine::Interpreter, false));
    }

    void aDeadlineAtEachOffset() {
        EnginePair pair(GuestMode::Paged);
        install(pair, loopWith(length, {}));
        QVERIFY(pair.run(10 * (length + 1)));
        for (unsigned offset = 1; offset <= 2 * length; ++offset) {
            QVERIFY(pair.run(offset));
            QCOMPARE(pair.difference(), std::string());
        }
        QVERIFY(pair.jit.counters().translated > 0);
    }

    void anAccessAtEachOffset() {
        for (unsigned offset = 0; offset < length; ++offset) {
            EnginePair pair(GuestMode::Flat);
            std::vector<uint64_t> counts[2];
            unsigned which = 0;
            for (Guest *guest : {&pair.interpreted, &pair.translated}) {
                auto &seen = counts[which++];
                uint16_t device = guest->ports.addDevice(
                    "probe", {[guest, &seen](uint16_t, unsigned) {
                                  seen.push_back(guest->clock.icount().value);
                                  return uint32_t{7};
                              },
                              [](uint16_t, uint32_t, unsigned) {}});
                guest->ports.map(0x61, 1, device);
            }
            install(pair, loopWith(offset, {0xE4, 0x61})); // in al, 61h
            QVERIFY(pair.run(8 * (length + 1)));
            QCOMPARE(pair.difference(), std::string());
            QVERIFY(counts[0].size() >= 7);
            QCOMPARE(counts[1], counts[0]);
        }
    }

    void anExceptionAtEachOffset() {
        for (unsigned offset = 0; offset < length; ++offset) {
            EnginePair pair(GuestMode::Paged);
            // div dword [21F00h]: by one three times, then by nothing.
            install(pair, loopWith(offset, {0xF7, 0x35, 0x00, 0x1F, 0x02, 0x00}));
            for (Guest *guest : {&pair.interpreted, &pair.translated})
                guest->poke<uint32_t>(0x21F00, 0xFFFFFFFF);
            QVERIFY(pair.run(5 * (length + 1) + offset / 2));
            QCOMPARE(pair.difference(), std::string());
            if (!pair.ended) {
                for (Guest *guest : {&pair.interpreted, &pair.translated})
                    guest->poke<uint32_t>(0x21F00, 0);
                QVERIFY(pair.run(2 * (length + 1)));
                QVERIFY(pair.ended);
            }
            QCOMPARE(pair.difference(), std::string());
        }
    }
    /// A page that is not there: the fault counts nothing, and the instruction none.
    void anAbsentPageAtEachOffset() {
        for (unsigned offset = 0; offset < length; ++offset) {
            EnginePair pair(GuestMode::Paged);
            install(pair,
                    loopWith(offset, {0x8B, 0x0D, 0x00, 0x00, 0x50, 0x00})); // mov ecx, [5 MiB]
            // The code is translated when it runs again.
            for (unsigned turn = 0; turn < 4; ++turn) {
                QVERIFY(pair.run(3 * (length + 1)));
                QVERIFY(pair.ended);
                QCOMPARE(pair.difference(), std::string());
                pair.revive();
            }
            QVERIFY(offset == 0 || pair.jit.counters().translated > 0);
        }
    }

    /// The block that runs is changed by one of its own instructions, before and behind that.
    void aChangeOfTheBlockAtEachOffset() {
        for (unsigned distance : {1U, 2U, 11U, length - 1}) {
            for (unsigned offset = 0; offset < length; ++offset) {
                const unsigned changed = (offset + distance) % length;
                const std::vector<uint8_t> add = {0x83, 0xC1, 0x07};   // add ecx, 7
                std::vector<uint8_t> store = {0x88, 0x15, 0, 0, 0, 0}; // mov [add's 7], dl
                std::vector<uint32_t> starts;
                (void)loopWith({{offset, store}, {changed, add}}, &starts);
                const uint32_t target = Guest::codeBase + starts[changed] + 2;
                for (unsigned n = 0; n < 4; ++n)
                    store[2 + n] = static_cast<uint8_t>(target >> 8 * n);
                EnginePair pair(offset % 2 ? GuestMode::Paged : GuestMode::Flat);
                install(pair, loopWith({{offset, store}, {changed, add}}));
                for (unsigned turn = 0; turn < 6; ++turn) {
                    QVERIFY(pair.run(length + turn));
                    QCOMPARE(pair.difference(), std::string());
                }
                QCOMPARE(pair.translated.cpu.gpr[Ecx], pair.interpreted.cpu.gpr[Ecx]);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestEngines)
#include "tst_engines.moc"
