// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/machine/boot/acpi_tables.h"

#include "emulator/machine/boot/table_loader.h"
#include "resources/firmware/firmware_blobs.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <vector>

namespace bootglass {

namespace {

constexpr std::string_view tablesFile = "etc/acpi/tables";
constexpr std::string_view rsdpFile = "etc/acpi/rsdp";
constexpr std::string_view oem = "BTGLSS";
constexpr std::string_view oemTable = "BOOTGLAS";

// The firmware reserves the whole file at the top of memory. As large as on QEMU's board, so that a
// guest finds the same memory map there and here.
constexpr size_t tablesFileSize = 0x20000;

constexpr size_t checksumOffset = 9;
constexpr uint32_t facsSize = 64;
constexpr uint32_t localApicBase = 0xFEE00000;
constexpr uint32_t ioApicBase = 0xFEC00000;

/// Builds the file of tables and the loader's script side by side.
class Builder {
  public:
    Builder() {
        loader_.allocate(rsdpFile, 16, TableLoader::Zone::FSegment);
        loader_.allocate(tablesFile, facsSize, TableLoader::Zone::High);
    }

    uint32_t facs() {
        uint32_t start = position();
        appendText(file_, "FACS", 4);
        append32(file_, facsSize);
        file_.resize(start + facsSize); // hardware signature, waking vector, lock, flags: zero
        return start;
    }

    /// A table of definitions, complete as compiled, its checksum included.
    uint32_t definitions(std::span<const uint8_t> aml) {
        uint32_t start = position();
        file_.insert(file_.end(), aml.begin(), aml.end());
        return start;
    }

    /// A table with the common header; returns where it starts.
    uint32_t table(std::string_view signature, uint8_t revision,
                   const std::function<void()> &contents) {
        uint32_t start = position();
        appendText(file_, signature, 4);
        append32(file_, 0); // length, below
        append8(file_, revision);
        append8(file_, 0); // checksum, by the firmware
        appendText(file_, oem, 6, ' ');
        appendText(file_, oemTable, 8, ' ');
        append32(file_, 1);                // OEM revision
        appendText(file_, "BTGL", 4, ' '); // who made the table, and its version
        append32(file_, 1);
        contents();
        uint32_t length = position() - start;
        putNumber(file_, start + 4, length, 4);
        loader_.addChecksum(tablesFile, static_cast<uint32_t>(start + checksumOffset), start,
                            length);
        return start;
    }

    /// A field that holds another table's address.
    void pointer(uint32_t target) {
        loader_.addPointer(tablesFile, position(), tablesFile);
        append32(file_, target);
    }

    Bytes &file() { return file_; }

    AcpiFiles finish(uint32_t rsdt) {
        Bytes rsdp;
        appendText(rsdp, "RSD PTR ", 8);
        append8(rsdp, 0); // checksum, by the firmware
        appendText(rsdp, oem, 6, ' ');
        append8(rsdp, 0); // ACPI 1.0
        loader_.addPointer(rsdpFile, static_cast<uint32_t>(rsdp.size()), tablesFile);
        append32(rsdp, rsdt);
        loader_.addChecksum(rsdpFile, 8, 0, static_cast<uint32_t>(rsdp.size()));
        file_.resize(std::max(file_.size(), tablesFileSize));
        return {std::move(file_), std::move(rsdp), loader_.bytes()};
    }

  private:
    uint32_t position() const { return static_cast<uint32_t>(file_.size()); }

    Bytes file_;
    TableLoader loader_;
};

void fillFadt(Builder &builder, uint32_t facs, uint32_t dsdt) {
    Bytes &b = builder.file();
    builder.pointer(facs);
    builder.pointer(dsdt);
    append8(b, 1); // interrupt model: PICs and APICs
    append8(b, 0);
    append16(b, acpiSciIrq);
    append32(b, acpiSmiCommandPort);
    append8(b, acpiEnable);
    append8(b, acpiDisable);
    append8(b, 0); // no S4BIOS
    append8(b, 0);
    append32(b, acpiPmBase); // PM1a event block
    append32(b, 0);
    append32(b, acpiPmBase + 4); // PM1a control block
    append32(b, 0);
    append32(b, 0);
    append32(b, acpiPmBase + 8); // timer
    append32(b, acpiGpeBase);
    append32(b, 0);
    append8(b, 4); // lengths: PM1 event, PM1 control, PM2 control, timer, GPE0, GPE1
    append8(b, 2);
    append8(b, 0);
    append8(b, 4);
    append8(b, 4);
    append8(b, 0);
    append8(b, 0); // GPE1 base
    append8(b, 0);
    append16(b, 0xFFF); // latencies above 100 and 1000 us: no C2, no C3
    append16(b, 0xFFF);
    append16(b, 0); // WBINVD works, no flush stride
    append16(b, 0);
    append8(b, 0); // no throttling
    append8(b, 0);
    append8(b, 0); // no RTC day and month alarm
    append8(b, 0);
    append8(b, 0x32); // CMOS index of the century
    append8(b, 0);
    append16(b, 0);
    constexpr uint32_t wbinvd = 1U << 0;
    constexpr uint32_t haltIsC1 = 1U << 2;
    constexpr uint32_t noSleepButton = 1U << 5;
    constexpr uint32_t preferPlatformTimer = 1U << 15; // the PM timer or HPET before the TSC
    append32(b, wbinvd | haltIsC1 | noSleepButton | preferPlatformTimer);
}

void fillMadt(Builder &builder) {
    Bytes &b = builder.file();
    append32(b, localApicBase);
    append32(b, 1); // there is a pair of 8259s too

    append8(b, 0); // processor 0 is local APIC 0, enabled
    append8(b, 8);
    append8(b, 0);
    append8(b, 0);
    append32(b, 1);

    append8(b, 1); // I/O APIC 0, from interrupt 0 on
    append8(b, 12);
    append8(b, 0);
    append8(b, 0);
    append32(b, ioApicBase);
    append32(b, 0);

    struct Override {
        uint8_t irq;
        uint8_t input;
        uint16_t flags;
    };
    // The 8254 is wired to input 2. PCI's interrupts and the SCI are level-triggered, active high.
    constexpr uint16_t levelHigh = 3 << 2 | 1;
    constexpr std::array overrides = std::to_array<Override>({{0, 2, 0},
                                                              {5, 5, levelHigh},
                                                              {9, 9, levelHigh},
                                                              {10, 10, levelHigh},
                                                              {11, 11, levelHigh}});
    for (const Override &entry : overrides) {
        append8(b, 2);
        append8(b, 10);
        append8(b, 0); // ISA
        append8(b, entry.irq);
        append32(b, entry.input);
        append16(b, entry.flags);
    }

    append8(b, 4); // NMI at LINT1 of every processor
    append8(b, 6);
    append8(b, 0xFF);
    append16(b, 0);
    append8(b, 1);
}

void fillHpet(Builder &builder) {
    Bytes &b = builder.file();
    append32(b, hpetBlockId);
    append32(b, 0); // address structure: memory, width and offset unused
    append64(b, hpetBase);
    append8(b, 0);  // the first HPET
    append16(b, 0); // no shortest period
    append8(b, 0);  // nothing said about what else is in the page
}

} // namespace

AcpiFiles buildAcpiFiles(bool floppy) {
    Builder builder;
    uint32_t facs = builder.facs();
    uint32_t dsdt = builder.definitions(dsdtAml());
    uint32_t fadt = builder.table("FACP", 1, [&] { fillFadt(builder, facs, dsdt); });
    uint32_t madt = builder.table("APIC", 1, [&] { fillMadt(builder); });
    uint32_t hpet = builder.table("HPET", 1, [&] { fillHpet(builder); });
    // Windows ACPI emulated devices table: one read of the PM timer is enough.
    uint32_t waet = builder.table("WAET", 1, [&] { append32(builder.file(), 1U << 1); });
    std::vector<uint32_t> tables{fadt, madt, hpet, waet};
    if (floppy) tables.push_back(builder.definitions(floppyAml()));
    uint32_t rsdt = builder.table("RSDT", 1, [&] {
        for (uint32_t table : tables)
            builder.pointer(table);
    });
    return builder.finish(rsdt);
}

} // namespace bootglass
