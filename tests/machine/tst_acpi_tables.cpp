// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/acpi_tables.h"
#include "resources/firmware/firmware_blobs.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <string>

using namespace bootglass;

namespace {

constexpr uint64_t tablesAt = 0x0FFE0000;
constexpr uint64_t rsdpAt = 0xF5A00;

/// Carries out the loader's script as the firmware does.
struct Firmware {
    std::map<std::string, Bytes> files;
    std::map<std::string, uint64_t> addresses;
    QString problem;

    static std::string name(std::span<const uint8_t> entry, size_t offset) {
        std::string text(entry.begin() + static_cast<ptrdiff_t>(offset),
                         entry.begin() + static_cast<ptrdiff_t>(offset + 56));
        return text.substr(0, text.find('\0'));
    }

    explicit Firmware(const AcpiFiles &acpi) {
        files = {{"etc/acpi/tables", acpi.tables}, {"etc/acpi/rsdp", acpi.rsdp}};
        for (size_t at = 0; at + 128 <= acpi.loader.size(); at += 128) {
            std::span<const uint8_t> entry = std::span(acpi.loader).subspan(at, 128);
            std::string file = name(entry, 4);
            switch (numberAt(entry, 0, 4)) {
            case 0: break;
            case 1: allocate(file, numberAt(entry, 60, 4), numberAt(entry, 64, 1)); break;
            case 2:
                addPointer(file, name(entry, 60), numberAt(entry, 116, 4), numberAt(entry, 120, 1));
                break;
            case 3:
                addChecksum(file, numberAt(entry, 60, 4), numberAt(entry, 64, 4),
                            numberAt(entry, 68, 4));
                break;
            default: problem = "unknown command";
            }
        }
    }

    void allocate(const std::string &file, uint64_t alignment, uint64_t zone) {
        if (!files.contains(file) || addresses.contains(file)) problem = "bad allocation";
        uint64_t address = zone == 2 ? rsdpAt : tablesAt;
        if (address % alignment != 0) problem = "bad alignment";
        addresses[file] = address;
    }
    void addPointer(const std::string &file, const std::string &target, uint64_t offset,
                    uint64_t size) {
        if (!addresses.contains(file) || !addresses.contains(target) ||
            offset + size > files[file].size()) {
            problem = "bad pointer";
            return;
        }
        uint64_t value = numberAt(files[file], offset, size);
        if (value >= files[target].size()) problem = "pointer out of its file";
        putNumber(files[file], offset, value + addresses[target], size);
    }
    void addChecksum(const std::string &file, uint64_t offset, uint64_t start, uint64_t length) {
        if (!addresses.contains(file) || start + length > files[file].size()) {
            problem = "bad checksum";
            return;
        }
        files[file][offset] = static_cast<uint8_t>(
            files[file][offset] + checksumOf(std::span(files[file]).subspan(start, length)));
    }

    const Bytes &tables() const { return files.at("etc/acpi/tables"); }
    const Bytes &rsdp() const { return files.at("etc/acpi/rsdp"); }
    /// The bytes of the table at an address, by its own length.
    std::span<const uint8_t> table(uint64_t address) const {
        size_t offset = address - tablesAt;
        size_t length = numberAt(tables(), offset + 4, 4);
        if (address < tablesAt || offset > tables().size() || tables().size() - offset < length)
            return {};
        return std::span(tables()).subspan(offset, length);
    }
    std::span<const uint8_t> table(std::string_view signature) const {
        std::span<const uint8_t> rsdt = table(numberAt(rsdp(), 16, 4));
        for (size_t at = 36; at < rsdt.size(); at += 4) {
            std::span<const uint8_t> found = table(numberAt(rsdt, at, 4));
            if (found.size() > 4 && std::equal(signature.begin(), signature.end(), found.begin()))
                return found;
        }
        return {};
    }
};

std::string text(std::span<const uint8_t> bytes, size_t offset, size_t size) {
    bytes = bytes.subspan(offset, size);
    return {bytes.begin(), bytes.end()};
}

bool holds(std::span<const uint8_t> table, const auto &part) {
    return std::search(table.begin(), table.end(), std::begin(part), std::end(part)) != table.end();
}

} // namespace

class TestAcpiTables : public QObject {
    Q_OBJECT

    const Firmware firmware_{buildAcpiFiles(false)};

  private slots:
    void scriptIsSound() { QVERIFY2(firmware_.problem.isEmpty(), qPrintable(firmware_.problem)); }

    void rootPointerLeadsToTheTables() {
        QCOMPARE(text(firmware_.rsdp(), 0, 8), std::string("RSD PTR "));
        QCOMPARE(firmware_.rsdp().size(), size_t{20});
        QCOMPARE(checksumOf(firmware_.rsdp()), uint8_t{0});
        QCOMPARE(text(firmware_.table(numberAt(firmware_.rsdp(), 16, 4)), 0, 4),
                 std::string("RSDT"));
    }

    void tablesAreWhole_data() {
        QTest::addColumn<QByteArray>("signature");
        QTest::addColumn<uint>("length");
        QTest::newRow("FADT") << QByteArray("FACP") << 116U;
        QTest::newRow("MADT") << QByteArray("APIC") << 120U;
        QTest::newRow("HPET") << QByteArray("HPET") << 56U;
        QTest::newRow("WAET") << QByteArray("WAET") << 40U;
    }
    void tablesAreWhole() {
        QFETCH(QByteArray, signature);
        QFETCH(uint, length);
        std::span<const uint8_t> table = firmware_.table(signature.toStdString());
        QCOMPARE(table.size(), size_t{length});
        QCOMPARE(checksumOf(table), uint8_t{0});
    }

    void fixedTableNamesTheRegisters() {
        std::span<const uint8_t> fadt = firmware_.table("FACP");
        QCOMPARE(numberAt(fadt, 46, 2), uint64_t{9});      // SCI
        QCOMPARE(numberAt(fadt, 48, 4), uint64_t{0xB2});   // SMI_CMD
        QCOMPARE(numberAt(fadt, 52, 2), uint64_t{0xF0F1}); // enable, disable
        QCOMPARE(numberAt(fadt, 56, 4), uint64_t{0x600});
        QCOMPARE(numberAt(fadt, 64, 4), uint64_t{0x604});
        QCOMPARE(numberAt(fadt, 76, 4), uint64_t{0x608});
        QCOMPARE(numberAt(fadt, 80, 4), uint64_t{0xAFE0});
        QCOMPARE(numberAt(fadt, 88, 6), uint64_t{0x000404000204}); // lengths
        QCOMPARE(numberAt(fadt, 108, 1), uint64_t{0x32});          // century
    }

    void fixedTableLeadsToFacsAndDsdt() {
        std::span<const uint8_t> fadt = firmware_.table("FACP");
        uint64_t facs = numberAt(fadt, 36, 4);
        QCOMPARE(facs % 64, uint64_t{0});
        QCOMPARE(text(firmware_.table(facs), 0, 4), std::string("FACS"));
        QCOMPARE(firmware_.table(facs).size(), size_t{64});
        std::span<const uint8_t> dsdt = firmware_.table(numberAt(fadt, 40, 4));
        QCOMPARE(text(dsdt, 0, 4), std::string("DSDT"));
        QCOMPARE(checksumOf(dsdt), uint8_t{0});
        QVERIFY(std::ranges::equal(dsdt, dsdtAml()));
    }

    void interruptsAreDescribed() {
        std::span<const uint8_t> madt = firmware_.table("APIC");
        QCOMPARE(numberAt(madt, 36, 4), uint64_t{0xFEE00000});
        std::map<uint64_t, int> kinds;
        std::map<uint64_t, std::pair<uint64_t, uint64_t>> overrides;
        for (size_t at = 44; at < madt.size(); at += numberAt(madt, at + 1, 1)) {
            QVERIFY(numberAt(madt, at + 1, 1) >= 6);
            uint64_t kind = numberAt(madt, at, 1);
            ++kinds[kind];
            if (kind == 1) QCOMPARE(numberAt(madt, at + 4, 8), uint64_t{0xFEC00000});
            if (kind == 2)
                overrides[numberAt(madt, at + 3, 1)] = {numberAt(madt, at + 4, 4),
                                                        numberAt(madt, at + 8, 2)};
        }
        QCOMPARE(kinds, (std::map<uint64_t, int>{{0, 1}, {1, 1}, {2, 5}, {4, 1}}));
        std::map<uint64_t, std::pair<uint64_t, uint64_t>> expected{
            {0, {2, 0}}, {5, {5, 13}}, {9, {9, 13}}, {10, {10, 13}}, {11, {11, 13}}};
        QCOMPARE(overrides, expected);
    }

    void floppyControllerIsToldOfWhereThereIsADrive() {
        QVERIFY(firmware_.table("SSDT").empty());
        Firmware withFloppy(buildAcpiFiles(true));
        QVERIFY2(withFloppy.problem.isEmpty(), qPrintable(withFloppy.problem));
        std::span<const uint8_t> ssdt = withFloppy.table("SSDT");
        QVERIFY(std::ranges::equal(ssdt, floppyAml()));
        QCOMPARE(checksumOf(ssdt), uint8_t{0});
        // ACPI 1.0b, 6.4.2: I/O ranges, IRQ 6, DMA channel 2, the end with its checksum.
        constexpr uint8_t resources[] = {
            0x47, 0x01, 0xF2, 0x03, 0xF2, 0x03, 0x00, 0x04, // 3F2h-3F5h
            0x47, 0x01, 0xF7, 0x03, 0xF7, 0x03, 0x00, 0x01, // 3F7h
            0x22, 0x40, 0x00, 0x2A, 0x04, 0x00, 0x79};
        constexpr uint8_t identifier[] = {0x41, 0xD0, 0x07, 0x00}; // PNP0700
        QVERIFY(holds(ssdt, resources));
        QVERIFY(holds(ssdt, identifier));
    }

    void dsdtIsOfRevisionOne() {
        std::span<const uint8_t> aml = dsdtAml();
        QCOMPARE(numberAt(aml, 4, 4), uint64_t{aml.size()});
        QCOMPARE(numberAt(aml, 8, 1), uint64_t{1}); // 32-bit integers
        for (std::string_view name : {"_PRT", "_S5_", "LNKA", "LNKS", "C000", "COM1"})
            QVERIFY2(holds(aml, name), std::string(name).c_str());
    }
};

QTEST_APPLESS_MAIN(TestAcpiTables)
#include "tst_acpi_tables.moc"
