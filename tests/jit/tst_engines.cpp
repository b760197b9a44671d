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

    /// How a loop goes round; all but the first become one translation that goes round more than
    /// once.
    enum class Shape { Jump, Condition, Call };
    static void shapes() {
        QTest::addColumn<int>("shape");
        QTest::newRow("jump") << int(Shape::Jump);
        QTest::newRow("condition, or else a jump") << int(Shape::Condition);
        QTest::newRow("with a call") << int(Shape::Call);
    }
    static Shape shape() {
        QFETCH(int, shape);
        return static_cast<Shape>(shape);
    }
    static unsigned lengthOf(Shape shape) { return shape == Shape::Jump ? length : length / 3; }

    /// A loop of instructions that change everything they can, with `special` at one place, or at
    /// some.
    static std::vector<uint8_t> loopWith(unsigned place, std::vector<uint8_t> special,
                                         Shape shape = Shape::Jump) {
        return loopWith({{place, std::move(special)}}, nullptr, shape);
    }
    static std::vector<uint8_t> loopWith(const std::map<unsigned, std::vector<uint8_t>> &special,
                                         std::vector<uint32_t> *starts = nullptr,
                                         Shape shape = Shape::Jump) {
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
        const auto toDword = [&code](uint32_t target) {
            const uint32_t distance = target - static_cast<uint32_t>(code.size() + 4);
            for (unsigned n = 0; n < 4; ++n)
                code.push_back(static_cast<uint8_t>(distance >> 8 * n));
        };
        std::vector<uint8_t> body;
        for (unsigned n = 0; n < lengthOf(shape); ++n) {
            const auto found = special.find(n);
            const auto &piece =
                found != special.end() ? found->second : ordinary[n % ordinary.size()];
            if (starts) starts->push_back(static_cast<uint32_t>(body.size()));
            body.insert(body.end(), piece.begin(), piece.end());
        }
        code = body;
        if (shape == Shape::Condition) {
            code.insert(code.end(), {0x0F, 0x8A}); // jp
            toDword(0);
        }
        const auto function = static_cast<uint32_t>(code.size()) + 10;
        if (shape == Shape::Call) {
            code.push_back(0xE8);
            toDword(function);
        }
        code.push_back(0xE9);
        toDword(0);
        if (shape == Shape::Call) { // the same once more
            code.insert(code.end(), body.begin(), body.end());
            code.push_back(0xC3);
        }
        return code;
    }
    static void install(EnginePair &pair, const std::vector<uint8_t> &code) {
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, code);
            guest->cpu.gpr[Ebx] = 0x12345678;
            guest->cpu.gpr[Edi] = 0x40;
        }
    }

    /// So many blocks, one after the other and round again, that change EAX and EBX.
    static std::vector<uint8_t> chain(unsigned blocks) {
        std::vector<uint8_t> code;
        const auto dword = [&code](uint32_t value) {
            for (unsigned n = 0; n < 4; ++n)
                code.push_back(static_cast<uint8_t>(value >> 8 * n));
        };
        for (unsigned n = 0; n < blocks; ++n) {
            code.insert(code.end(), {0x81, 0xC0}); // add eax, n
            dword(n * 0x01234567);
            // xor ebx, eax; add ebx, [edi]; cli, which ends its block
            code.insert(code.end(), {0x31, 0xC3, 0x03, 0x1F, 0xFA});
        }
        code.push_back(0xE9);
        dword(0U - static_cast<uint32_t>(code.size() + 4));
        return code;
    }

    // --- an instruction that crosses a page: mov eax, imm32, so many bytes before the page's end;
    // after it a jump back to it
    static constexpr uint32_t nextPage = Guest::codeBase + 0x1000;
    static void installAcross(EnginePair &pair, uint32_t before) {
        pair.beginAt(0x1000 - before);
        for (Guest *guest : {&pair.interpreted, &pair.translated})
            guest->load(nextPage - before, {0xB8, 0x11, 0x22, 0x33, 0x44, 0x01, 0xC3, 0xEB, 0xF7});
    }
    /// Elsewhere, with other bytes behind the page's end.
    static void makeOther(Guest &guest, uint32_t frame, uint32_t before) {
        for (uint32_t at = 0; at < 16; ++at)
            guest.poke<uint8_t>(frame + at, guest.peek<uint8_t>(nextPage + at));
        guest.poke<uint8_t>(frame + 4 - before, 0x55); // the last of the immediate
    }

    /// Loads of segment registers, and transfers between segments, as a DOS does them all the time.
    static void installParagraphs(EnginePair &pair) {
        const std::vector<uint8_t> code = {
            0xFA, 0xFB,                   // cli; sti
            0x8C, 0xD0, 0x8E, 0xD0,       // mov ax, ss; mov ss, ax
            0xC4, 0x1E, 0x00, 0x90,       // les bx, [9000h]
            0xC5, 0x36, 0x04, 0x90,       // lds si, [9004h]
            0x0F, 0xB2, 0x26, 0x08, 0x90, // lss sp, [9008h]
            0x9A, 0x30, 0x00, 0x00, 0x10, // call 1000h:0030h
            0xFF, 0x1E, 0x0C, 0x90,       // call far [900Ch]
            0x50, 0x8F, 0x06, 0x10, 0x90, // push ax; pop word [9010h]
            0x06, 0x07,                   // push es; pop es
            0xEA, 0x38, 0x00, 0xFF, 0x0F, // jmp 0FFFh:0038h, which is 1000h:0028h
            0xEB, 0xD6,                   // jmp to the beginning
            0,    0,    0,    0,    0,    0,
            0xCB,                         // retf
            0xFE, 0x06, 0x12, 0x90, 0xCF, // the interrupt's handler: inc byte [9012h]; iret
        };
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, code);
            guest->poke<uint32_t>(0x9000, 0x2000'1234);
            guest->poke<uint32_t>(0x9004, 0x0000'5678);
            guest->poke<uint32_t>(0x9008, 0x0000'8000);
            guest->poke<uint32_t>(0x900C, 0x0FFF'0040);
            guest->poke<uint32_t>(4 * guest->pendingVector, 0x1000'0031);
        }
    }
    static constexpr unsigned paragraphsLength = 17;

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

    void aDeadlineAtEachOffset_data() { shapes(); }
    void aDeadlineAtEachOffset() {
        EnginePair pair(GuestMode::Paged);
        install(pair, loopWith(length, {}, shape()));
        QVERIFY(pair.run(10 * (length + 1)));
        for (unsigned offset = 1; offset <= 2 * length; ++offset) {
            QVERIFY(pair.run(offset));
            QCOMPARE(pair.difference(), std::string());
        }
        QVERIFY(pair.jit.counters().translated > 0);
    }

    void anAccessAtEachOffset_data() { shapes(); }
    void anAccessAtEachOffset() {
        for (unsigned offset = 0; offset < lengthOf(shape()); ++offset) {
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
            install(pair, loopWith(offset, {0xE4, 0x61}, shape())); // in al, 61h
            QVERIFY(pair.run(8 * (length + 1)));
            QCOMPARE(pair.difference(), std::string());
            // In place of a PUSH or POP it sends the function's RET astray.
            QVERIFY(counts[0].size() >= (shape() == Shape::Call ? 1 : 7));
            QCOMPARE(counts[1], counts[0]);
        }
    }

    void anExceptionAtEachOffset_data() { shapes(); }
    void anExceptionAtEachOffset() {
        for (unsigned offset = 0; offset < lengthOf(shape()); ++offset) {
            EnginePair pair(GuestMode::Paged);
            // div dword [21F00h]: by one three times, then by nothing.
            install(pair, loopWith(offset, {0xF7, 0x35, 0x00, 0x1F, 0x02, 0x00}, shape()));
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
    void anAbsentPageAtEachOffset_data() { shapes(); }
    void anAbsentPageAtEachOffset() {
        for (unsigned offset = 0; offset < lengthOf(shape()); ++offset) {
            EnginePair pair(GuestMode::Paged);
            // mov ecx, [5 MiB]
            install(pair, loopWith(offset, {0x8B, 0x0D, 0x00, 0x00, 0x50, 0x00}, shape()));
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
    void aChangeOfTheBlockAtEachOffset_data() { shapes(); }
    void aChangeOfTheBlockAtEachOffset() {
        const unsigned all = lengthOf(shape());
        for (unsigned distance : {1U, 2U, all / 3 + 1, all - 1}) {
            for (unsigned offset = 0; offset < all; ++offset) {
                const unsigned changed = (offset + distance) % all;
                const std::vector<uint8_t> add = {0x83, 0xC1, 0x07};   // add ecx, 7
                std::vector<uint8_t> store = {0x88, 0x15, 0, 0, 0, 0}; // mov [add's 7], dl
                std::vector<uint32_t> starts;
                (void)loopWith({{offset, store}, {changed, add}}, &starts, shape());
                const uint32_t target = Guest::codeBase + starts[changed] + 2;
                for (unsigned n = 0; n < 4; ++n)
                    store[2 + n] = static_cast<uint8_t>(target >> 8 * n);
                EnginePair pair(offset % 2 ? GuestMode::Paged : GuestMode::Flat);
                install(pair, loopWith({{offset, store}, {changed, add}}, nullptr, shape()));
                for (unsigned turn = 0; turn < 6; ++turn) {
                    QVERIFY(pair.run(length + turn));
                    QCOMPARE(pair.difference(), std::string());
                }
                QCOMPARE(pair.translated.cpu.gpr[Ecx], pair.interpreted.cpu.gpr[Ecx]);
            }
        }
    }

    void anInstructionAcrossPagesFollowsBoth_data() {
        QTest::addColumn<int>("mode");
        QTest::addColumn<unsigned>("before");
        for (unsigned before = 1; before <= 4; ++before) {
            QTest::addRow("paged, %u", before) << int(GuestMode::Paged) << before;
            QTest::addRow("paged user, %u", before) << int(GuestMode::PagedUser) << before;
        }
    }
    void anInstructionAcrossPagesFollowsBoth() {
        QFETCH(int, mode);
        QFETCH(unsigned, before);
        EnginePair pair{static_cast<GuestMode>(mode)};
        installAcross(pair, before);
        const auto runs = [&](uint32_t value) {
            for (unsigned turn = 0; turn < 5; ++turn)
                if (!pair.run(9) || pair.ended || !pair.difference().empty()) return false;
            return pair.run(1 + (3 - pair.interpreted.clock.icount().value % 3) % 3) &&
                   pair.translated.cpu.gpr[Eax] == value && pair.difference().empty();
        };
        QVERIFY(runs(0x44332211));
        QVERIFY(pair.jit.counters().translated > 0);
        const auto eachGuest = [&](auto function) {
            for (Guest *guest : {&pair.interpreted, &pair.translated})
                function(*guest);
        };
        // Its second page becomes another one, and comes back.
        const auto flags = pair.interpreted.peek<uint32_t>(Guest::pageTable + (nextPage >> 12) * 4);
        eachGuest([&](Guest &guest) { makeOther(guest, 0x40000, before); });
        eachGuest([&](Guest &g) { g.setPage(nextPage, 0x40000 | (flags & 0xFFF)); });
        QVERIFY(runs(0x55332211));
        eachGuest([&](Guest &g) { g.setPage(nextPage, flags); });
        QVERIFY(runs(0x44332211));
        // Bytes of either page change.
        eachGuest([&](Guest &g) { g.poke<uint8_t>(nextPage + 4 - before, 0x66); });
        QVERIFY(runs(0x66332211));
        eachGuest([&](Guest &g) { g.poke<uint8_t>(nextPage - before, 0xBA); }); // mov edx
        eachGuest([&](Guest &g) { g.cpu.gpr[Eax] = 7; });
        QVERIFY(runs(7));
        QCOMPARE(pair.translated.cpu.gpr[Edx], 0x66332211U);
        // The second page goes.
        eachGuest([&](Guest &g) { g.setPage(nextPage, flags & ~1U); });
        pair.beginAt(0);
        QVERIFY(pair.run(100));
        QVERIFY(pair.ended);
        QCOMPARE(pair.difference(), std::string());
        QCOMPARE(pair.translated.cpu.cr2, nextPage);
    }

    /// A kernel's stack frame: its pages are known, forgotten, and known again; then it is where
    /// most memory is not.
    /// Its block is made anew for another page, bytes of the old one change, and all code that is
    /// there is forgotten.
    void anInstructionAcrossPagesIsForgotten() {
        constexpr uint32_t before = 3;
        EnginePair pair(GuestMode::Paged, size_t{1} << 19);
        installAcross(pair, before);
        const auto flags = pair.interpreted.peek<uint32_t>(Guest::pageTable + (nextPage >> 12) * 4);
        for (Guest *guest : {&pair.interpreted, &pair.translated})
            makeOther(*guest, 0x40000, before);
        for (uint32_t turn = 0; turn < 6; ++turn) {
            const uint32_t frame = turn % 2 ? 0x40000 : nextPage;
            const uint32_t other = turn % 2 ? nextPage : 0x40000;
            for (Guest *guest : {&pair.interpreted, &pair.translated}) {
                guest->setPage(nextPage, frame | (flags & 0xFFF));
                if (turn > 1) guest->poke<uint8_t>(other + 4 - before, static_cast<uint8_t>(turn));
            }
            QVERIFY(pair.run(30));
            QCOMPARE(pair.difference(), std::string());
        }
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->setPage(nextPage, flags);
            guest->load(0x50000, chain(4000));
            guest->cpu.eip = 0x50000;
            guest->cpu.gpr[Edi] = 0x80000;
        }
        QVERIFY(pair.run(40000));
        QCOMPARE(pair.difference(), std::string());
        QVERIFY(pair.jit.turns() > 0);
    }

    void codeThatDoesNotFitIsMadeAgain_data() {
        QTest::addColumn<unsigned>("blocks");
        QTest::newRow("it fits") << 100U;
        QTest::newRow("some of it does not") << 2200U;
        QTest::newRow("most of it does not") << 4000U;
    }
    void codeThatDoesNotFitIsMadeAgain() {
        QFETCH(unsigned, blocks);
        constexpr unsigned perBlock = 4;
        EnginePair pair(GuestMode::Flat, size_t{1} << 19);
        install(pair, chain(blocks));
        for (Guest *guest : {&pair.interpreted, &pair.translated})
            guest->cpu.gpr[Edi] = 0x80000;
        const uint64_t flushes = pair.jit.counters().flushes;
        for (unsigned turn = 0; turn < 7; ++turn) {
            // Something in the middle becomes slow: not aligned, a page that is not known.
            for (Guest *guest : {&pair.interpreted, &pair.translated})
                guest->cpu.gpr[Edi] += turn % 2 ? 0x1001 : 3;
            QVERIFY(pair.run(perBlock * blocks + turn));
            QCOMPARE(pair.difference(), std::string());
        }
        QCOMPARE(pair.jit.turns() > 0, blocks > 2000);
        QCOMPARE(pair.jit.counters().flushes, flushes);
        QVERIFY(pair.jit.counters().translated >= blocks);
    }

    void aStackFrameIsFollowed_data() {
        QTest::addColumn<unsigned>("ebp");
        for (unsigned below : {0U, 4U, 16U, 24U, 40U, 0x800U})
            QTest::addRow("%u below a page's end", below) << Guest::dataBase + 0x1000 - below;
    }
    void aStackFrameIsFollowed() {
        QFETCH(unsigned, ebp);
        EnginePair pair(GuestMode::Paged);
        const std::vector<uint8_t> code = {
            0x8B, 0x45, 0xF0,       // mov eax, [ebp-16]
            0x03, 0x45, 0x10,       // add eax, [ebp+16]
            0x89, 0x45, 0xF4,       // mov [ebp-12], eax
            0x11, 0x5D, 0x0C,       // adc [ebp+12], ebx
            0x0F, 0xB6, 0x55, 0x05, // movzx edx, byte [ebp+5]
            0x01, 0x55, 0xF0,       // add [ebp-16], edx
            0x50, 0x52, 0x5E, 0x5F, // push eax; push edx; pop esi; pop edi
            0x8B, 0x4D, 0xF4,       // mov ecx, [ebp-12]
            0xEB, 0xE4,             // jmp
        };
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->load(Guest::codeBase, code);
            guest->cpu.gpr[Ebp] = ebp;
            guest->cpu.gpr[Ebx] = 0x01234567;
        }
        const auto runs = [&] {
            for (unsigned turn = 0; turn < 8; ++turn)
                if (!pair.run(31) || pair.ended || !pair.difference().empty()) return false;
            return true;
        };
        QVERIFY(runs());
        QVERIFY(pair.jit.counters().translated > 0);
        const uint64_t callouts = pair.jit.counters().callouts;
        QVERIFY(runs());
        QCOMPARE(pair.jit.counters().callouts, callouts); // all in translated code
        for (uint32_t page :
             {Guest::dataBase, Guest::dataBase + 0x1000, Guest::stackTop - 0x1000}) {
            const auto entry = pair.interpreted.peek<uint32_t>(Guest::pageTable + (page >> 12) * 4);
            for (uint32_t now : {entry, 0x41000 | (entry & 0xFFF), entry}) {
                for (Guest *guest : {&pair.interpreted, &pair.translated})
                    guest->setPage(page, now);
                QVERIFY(runs());
            }
        }
        // Not to be written any more: the first store faults.
        const auto entry =
            pair.interpreted.peek<uint32_t>(Guest::pageTable + (Guest::dataBase >> 12) * 4);
        for (Guest *guest : {&pair.interpreted, &pair.translated}) {
            guest->cpu.setCr0(guest->cpu.cr0 | cr0::WP);
            guest->setPage(Guest::dataBase, entry & ~2U);
        }
        QVERIFY(pair.run(100));
        QCOMPARE(pair.difference(), std::string());
        QVERIFY(pair.ended);
    }

    void segmentsAreLoadedInTranslatedCode() {
        EnginePair pair(GuestMode::Real);
        installParagraphs(pair);
        QVERIFY(pair.run(20 * paragraphsLength));
        QVERIFY(pair.jit.counters().translated > 0);
        const uint64_t callouts = pair.jit.counters().callouts;
        QVERIFY(pair.run(20 * paragraphsLength));
        QCOMPARE(pair.jit.counters().callouts, callouts);
        QCOMPARE(pair.difference(), std::string());
    }

    /// Where protected mode was left, loads change more of a segment register than its base.
    void segmentsOfProtectedModeBecomeOrdinary() {
        EnginePair pair(GuestMode::Real);
        installParagraphs(pair);
        for (unsigned n : {Cs, Es, Ss, Ds}) {
            QVERIFY(pair.run(20 * paragraphsLength));
            for (Guest *guest : {&pair.interpreted, &pair.translated}) {
                SegmentRegister &segment = guest->cpu.seg[n];
                segment.rights = n == Cs ? 0x9B : segment.rights | access_rights::unusable;
                segment.refresh();
            }
            for (unsigned step = 0; step < 2 * paragraphsLength && !pair.ended; ++step) {
                QVERIFY(pair.run(1 + step % 3));
                QCOMPARE(pair.difference(), std::string());
            }
            if (pair.ended) pair.revive();
        }
    }

    /// After STI and loads of SS an interrupt waits for one more instruction, also where a deadline
    /// comes between.
    void anInterruptAtEachOffsetOfSegmentLoads() {
        EnginePair pair(GuestMode::Real);
        installParagraphs(pair);
        QVERIFY(pair.run(20 * paragraphsLength));
        for (unsigned offset = 1; offset <= 3 * paragraphsLength; ++offset) {
            QVERIFY(pair.run(offset));
            QCOMPARE(pair.difference(), std::string());
            for (Guest *guest : {&pair.interpreted, &pair.translated})
                guest->cpu.setInterruptLine(true);
            for (unsigned step = 0; step < 3; ++step) {
                QVERIFY(pair.run(1));
                QCOMPARE(pair.difference(), std::string());
            }
            for (Guest *guest : {&pair.interpreted, &pair.translated})
                guest->cpu.setInterruptLine(false);
        }
        QVERIFY(pair.translated.peek<uint8_t>(0x9012) != 0);
        QVERIFY(!pair.ended);
    }
};

QTEST_APPLESS_MAIN(TestEngines)
#include "tst_engines.moc"
