// SPDX-License-Identifier: GPL-3.0-or-later
// The direct tables, by which translated code knows which pages have the addend that most have.
#include "emulator/cpu/tlb.h"

#include <QTest>

#include <array>

using namespace bootglass;

class TestTlb : public QObject {
    Q_OBJECT

    static constexpr uint32_t linear = 0xC0005000;
    static constexpr PhysicalAddress physical = 0x5000;

    /// As translated code asks: for reads, for writes.
    static std::array<bool, 2> isDirect(const Tlb &tlb) {
        const auto *tables = reinterpret_cast<const uint8_t *>(tlb.table(Access::Read, false)) -
                             Tlb::readTableOffset;
        const uint32_t at = linear >> pageShift << 2;
        return {tables[at] != 0, tables[Tlb::directWriteOffset + at] != 0};
    }

    std::array<uint8_t, 2 * pageSize> bytes_{};
    uint8_t *const read_ = bytes_.data();
    uint8_t *const other_ = bytes_.data() + pageSize;
    const uintptr_t addend_ = reinterpret_cast<uintptr_t>(read_) - linear;

    void fill(Tlb &tlb, Access access, uint8_t *host, bool global = false) const {
        tlb.fill(linear, access, false, global, physical, host);
    }

  private slots:
    void whatIsDirectForWritesIsDirectForReads() {
        Tlb tlb;
        tlb.setDirect(addend_);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
        fill(tlb, Access::Write, read_);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
        fill(tlb, Access::Read, read_);
        QCOMPARE(isDirect(tlb), (std::array{true, true}));
        tlb.flushPage(linear);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
    }

    /// Chipsets can have reads answered by ROM and writes taken by RAM.
    void readsFromElsewhereAreNot() {
        Tlb tlb;
        tlb.setDirect(addend_);
        fill(tlb, Access::Read, other_);
        fill(tlb, Access::Write, read_);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
        fill(tlb, Access::Read, read_);
        QCOMPARE(isDirect(tlb), (std::array{true, true}));
        fill(tlb, Access::Read, other_);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
    }

    void readsThatAreFlushedAlone() {
        Tlb tlb;
        tlb.setDirect(addend_);
        fill(tlb, Access::Read, read_);
        fill(tlb, Access::Write, read_, true);
        QCOMPARE(isDirect(tlb), (std::array{true, true}));
        tlb.flushLocal();
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
        fill(tlb, Access::Read, read_);
        QCOMPARE(isDirect(tlb), (std::array{true, true}));
    }

    void withheldWritesAreNot() {
        Tlb tlb;
        tlb.setDirect(addend_);
        fill(tlb, Access::Read, read_);
        fill(tlb, Access::Write, read_);
        tlb.withholdWrites(physical);
        QCOMPARE(isDirect(tlb), (std::array{true, false}));
        tlb.releaseWrite(linear, false);
        QCOMPARE(isDirect(tlb), (std::array{true, true}));
    }

    void anotherAddendIsDirectFromThenOn() {
        Tlb tlb;
        fill(tlb, Access::Read, read_);
        fill(tlb, Access::Write, read_);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
        tlb.setDirect(addend_);
        QCOMPARE(isDirect(tlb), (std::array{true, true}));
        tlb.setDirect(addend_ + pageSize);
        QCOMPARE(isDirect(tlb), (std::array{false, false}));
    }
};

QTEST_APPLESS_MAIN(TestTlb)
#include "tst_tlb.moc"
