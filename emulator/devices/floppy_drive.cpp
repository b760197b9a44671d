// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/floppy_drive.h"

#include <algorithm>

namespace bootglass {

namespace {

// Drives reach a few cylinders past the last one that is used.
constexpr int spareCylinders = 3;

} // namespace

FloppyDrive::FloppyDrive(FloppyFormat format, std::unique_ptr<DiskImage> medium)
    : format_(format), medium_(std::move(medium)) {
    if (medium_) medium_->padTo(format_.bytes());
}

void FloppyDrive::step(int cylinders) {
    if (cylinders != 0 && loaded()) changed_ = false;
    int last = format_.cylinders - 1 + spareCylinders;
    cylinder_ = static_cast<uint8_t>(std::clamp(cylinder_ + cylinders, 0, last));
}

bool FloppyDrive::formatted(unsigned head) const {
    return loaded() && head < format_.heads && cylinder_ < format_.cylinders;
}

bool FloppyDrive::read(unsigned head, unsigned sector, std::span<uint8_t> bytes) const {
    return formatted(head) && medium_->read(format_.offset(cylinder_, head, sector), bytes);
}

bool FloppyDrive::write(unsigned head, unsigned sector, std::span<const uint8_t> bytes) {
    return formatted(head) && medium_->write(format_.offset(cylinder_, head, sector), bytes);
}

void FloppyDrive::serialize(Archive &archive) {
    archive(cylinder_, changed_);
    if (archive.loading() && cylinder_ >= format_.cylinders + spareCylinders)
        archive.fail("the saved state has a floppy drive beyond its last cylinder");
    if (medium_) archive(*medium_);
}

} // namespace bootglass
