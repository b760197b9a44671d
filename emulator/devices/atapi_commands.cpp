// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/devices/atapi_cdrom.h"

#include <algorithm>
#include <string_view>

namespace bootglass {

namespace {

using Bytes = std::vector<uint8_t>;

void put16(Bytes &bytes, size_t at, uint64_t value) {
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

void put32(Bytes &bytes, size_t at, uint64_t value) {
    put16(bytes, at, value >> 16);
    put16(bytes, at + 2, value);
}

void putText(Bytes &bytes, size_t at, size_t length, std::string_view text) {
    for (size_t i = 0; i < length; ++i)
        bytes[at + i] = i < text.size() ? static_cast<uint8_t>(text[i]) : ' ';
}

/// An address on a CD as minutes, seconds and frames; sector 0 lies at 00:02:00.
void putAddress(Bytes &bytes, size_t at, uint64_t lba, bool msf) {
    if (!msf) return put32(bytes, at, lba);
    uint64_t frames = lba + 150;
    bytes[at] = 0;
    bytes[at + 1] = static_cast<uint8_t>(std::min<uint64_t>(frames / 75 / 60, 255));
    bytes[at + 2] = static_cast<uint8_t>(frames / 75 % 60);
    bytes[at + 3] = static_cast<uint8_t>(frames % 75);
}

constexpr uint8_t leadOut = 0xaa;
constexpr uint8_t dataTrack = 0x14; // ADR 1, a data track
constexpr uint16_t profileCd = 0x0008;
constexpr uint16_t profileDvd = 0x0010;
constexpr uint64_t mostCdSectors = 450'000; // 100 minutes; what is larger is a DVD

constexpr uint8_t eventEjected = 1; // media event codes
constexpr uint8_t eventNewMedia = 2;

} // namespace

uint16_t AtapiCdrom::packet16(size_t at) const {
    return static_cast<uint16_t>(packet_[at] << 8 | packet_[at + 1]);
}

uint32_t AtapiCdrom::packet32(size_t at) const {
    return uint32_t{packet16(at)} << 16 | packet16(at + 2);
}

void AtapiCdrom::answer(Bytes bytes, size_t most) {
    answer_ = std::move(bytes);
    next_ = 0;
    left_ = std::min(answer_.size(), most);
    sendAnswer(false);
}

bool AtapiCdrom::mediumReady() {
    if (image_ && !trayOpen_) return true;
    // Not ready: medium not present, with the tray closed or open.
    check({.key = 0x02, .code = 0x3a, .qualifier = static_cast<uint8_t>(trayOpen_ ? 2 : 1)});
    return false;
}

void AtapiCdrom::runPacket() {
    uint8_t operation = packet_[0];
    if (operation != 0x03) sense_ = {}; // each command replaces the sense of the one before
    switch (operation) {
    case 0x00: // TEST UNIT READY
    case 0xbb: // SET CD SPEED
        if (operation == 0xbb || mediumReady()) finish();
        break;
    case 0x03: requestSense(); break;
    case 0x12: inquiry(); break;
    case 0x1a: modeSense(false); break;
    case 0x5a: modeSense(true); break;
    case 0x1b: startStop(); break;
    case 0x1e: // PREVENT ALLOW MEDIUM REMOVAL
        locked_ = (packet_[4] & 1) != 0;
        finish();
        break;
    case 0x25: readCapacity(); break;
    case 0x28: read(packet32(2), packet16(7)); break; // READ(10)
    case 0xa8: read(packet32(2), packet32(6)); break; // READ(12)
    case 0x2b:                                        // SEEK(10)
        if (!mediumReady()) break;
        if (packet32(2) >= mediumSectors())
            check({.key = 0x05, .code = 0x21});
        else
            after(accessNs, Step::Finish);
        break;
    case 0xbe: readCd(packet32(2), packet32(5) & 0xffffff); break; // READ CD
    case 0xb9: readCdByTime(); break;
    case 0x43: readToc(); break;
    case 0x46: getConfiguration(); break;
    case 0x4a: getEventStatus(); break;
    case 0x51: readDiscInformation(); break;
    case 0xbd: mechanismStatus(); break;
    default: check({.key = 0x05, .code = 0x20}); // invalid operation code
    }
}

void AtapiCdrom::read(uint64_t lba, uint64_t sectors) {
    if (!mediumReady()) return;
    if (lba > mediumSectors() || sectors > mediumSectors() - lba)
        return check({.key = 0x05, .code = 0x21}); // logical block address out of range
    next_ = lba * sectorBytes;
    left_ = sectors * sectorBytes;
    sendAnswer(true);
}

/// MMC-3, 6.15: of the parts of a sector an image has one, the user data.
void AtapiCdrom::readCd(uint64_t lba, uint64_t sectors) {
    if (!mediumReady()) return;
    constexpr uint8_t anyType = 0;
    constexpr uint8_t mode1 = 2;
    constexpr uint8_t userData = 0x10;
    uint8_t type = packet_[1] >> 2 & 7;
    if (type != anyType && type != mode1)
        return check({.key = 0x05, .code = 0x64}); // illegal mode for this track
    if ((packet_[9] & ~userData) != 0 || (packet_[10] & 7) != 0)
        return check({.key = 0x05, .code = 0x24});
    if (packet_[9] == 0) sectors = 0; // nothing of them: a seek
    read(lba, sectors);
}

/// READ CD MSF: from a minute, second and frame up to another.
void AtapiCdrom::readCdByTime() {
    auto sector = [this](size_t at) {
        return int64_t{packet_[at]} * 60 * 75 + packet_[at + 1] * 75 + packet_[at + 2] - 150;
    };
    int64_t first = sector(3);
    int64_t last = sector(6);
    if (first < 0 || last < first) return check({.key = 0x05, .code = 0x24});
    readCd(static_cast<uint64_t>(first), static_cast<uint64_t>(last - first));
}

void AtapiCdrom::requestSense() {
    Bytes bytes(18);
    bytes[0] = 0x70; // current error, fixed format
    bytes[2] = sense_.key;
    bytes[7] = 10;
    bytes[12] = sense_.code;
    bytes[13] = sense_.qualifier;
    sense_ = {};
    answer(std::move(bytes), packet_[4]);
}

void AtapiCdrom::inquiry() {
    if ((packet_[1] & 1) != 0) return check({.key = 0x05, .code = 0x24}); // no vital product data
    Bytes bytes(36);
    bytes[0] = 0x05; // CD-ROM
    bytes[1] = 0x80; // removable
    bytes[3] = 0x21; // ATAPI, response format 1
    bytes[4] = 31;
    putText(bytes, 8, 8, "BOOTGLAS");
    putText(bytes, 16, 16, "CD-ROM");
    putText(bytes, 32, 4, "1.0");
    answer(std::move(bytes), packet_[4]);
}

void AtapiCdrom::modeSense(bool ten) {
    uint8_t page = packet_[2] & 0x3f;
    bool all = page == 0x3f;
    if ((packet_[2] & 0xc0) == 0xc0) return check({.key = 0x05, .code = 0x39}); // none are saved
    if (!all && page != 0x01 && page != 0x2a) return check({.key = 0x05, .code = 0x24});
    bool changeable = (packet_[2] & 0xc0) == 0x40; // none is
    Bytes bytes(ten ? 8 : 4);
    auto add = [&](const Bytes &content) {
        for (size_t i = 0; i < content.size(); ++i)
            bytes.push_back(changeable && i >= 2 ? uint8_t{0} : content[i]);
    };
    if (all || page == 0x01) add({0x01, 0x06, 0x00, 0x05, 0, 0, 0, 0}); // five retries
    if (all || page == 0x2a) {
        Bytes capabilities(22);
        capabilities[0] = 0x2a;
        capabilities[1] = 20;
        capabilities[2] = 0x3b; // reads CD-R, CD-RW, DVD
        capabilities[4] = 0x70; // mode 2 forms, multisession
        capabilities[6] = static_cast<uint8_t>(0x29 | (locked_ ? 0x02 : 0)); // tray, eject, lock
        put16(capabilities, 8, 706 * 16);                                    // kB/s
        put16(capabilities, 12, 512);                                        // buffer, KiB
        put16(capabilities, 14, 706 * 16);
        add(capabilities);
    }
    uint8_t medium = image_ && !trayOpen_ ? 0x01 : 0x70;
    if (trayOpen_) medium = 0x71;
    if (ten) {
        put16(bytes, 0, bytes.size() - 2);
        bytes[2] = medium;
    } else {
        bytes[0] = static_cast<uint8_t>(bytes.size() - 1);
        bytes[1] = medium;
    }
    answer(std::move(bytes), ten ? packet16(7) : packet_[4]);
}

void AtapiCdrom::readCapacity() {
    if (!mediumReady()) return;
    Bytes bytes(8);
    put32(bytes, 0, std::min<uint64_t>(mediumSectors() - 1, 0xffffffff));
    put32(bytes, 4, sectorBytes);
    answer(std::move(bytes), 8);
}

void AtapiCdrom::readToc() {
    if (!mediumReady()) return;
    bool msf = (packet_[1] & 2) != 0;
    uint8_t format = packet_[2] & 0x0f;
    if (format == 0) format = packet_[9] >> 6; // where SFF-8020i had it
    uint8_t first = packet_[6];
    Bytes bytes(4);
    auto track = [&](uint8_t number, uint64_t lba) {
        size_t at = bytes.size();
        bytes.resize(at + 8);
        bytes[at + 1] = dataTrack;
        bytes[at + 2] = number;
        putAddress(bytes, at + 4, lba, msf);
    };
    auto point = [&](uint8_t number, uint8_t minute, uint64_t lba) {
        size_t at = bytes.size();
        bytes.resize(at + 11);
        bytes[at] = 1; // session
        bytes[at + 1] = dataTrack;
        bytes[at + 3] = number;
        Bytes place(4);
        putAddress(place, 0, lba, true);
        if (number == 0xa0 || number == 0xa1)
            bytes[at + 8] = minute;
        else
            std::copy(place.begin(), place.end(), bytes.begin() + static_cast<ptrdiff_t>(at) + 7);
    };
    switch (format) {
    case 0: // the tracks
        if (first > 1 && first != leadOut) return check({.key = 0x05, .code = 0x24});
        if (first <= 1) track(1, 0);
        track(leadOut, mediumSectors());
        break;
    case 1: // the last session's first track
        track(1, 0);
        break;
    case 2: // all points of the lead-in
        point(0xa0, 1, 0);
        point(0xa1, 1, 0);
        point(0xa2, 0, mediumSectors());
        point(1, 0, 0);
        break;
    default: return check({.key = 0x05, .code = 0x24});
    }
    bytes[2] = 1; // first and last track, or session
    bytes[3] = 1;
    put16(bytes, 0, bytes.size() - 2);
    answer(std::move(bytes), packet16(7));
}

void AtapiCdrom::readDiscInformation() {
    if (!mediumReady()) return;
    Bytes bytes(34);
    put16(bytes, 0, 32);
    bytes[2] = 0x0e; // complete disc, last session complete
    bytes[3] = 1;    // first track; then sessions, first and last track of the last session
    bytes[4] = 1;
    bytes[5] = 1;
    bytes[6] = 1;
    bytes[7] = 0x20; // unrestricted use
    for (size_t i = 16; i < 24; ++i)
        bytes[i] = 0xff; // no next session
    answer(std::move(bytes), packet16(7));
}

void AtapiCdrom::getConfiguration() {
    bool dvd = mediumSectors() > mostCdSectors;
    bool medium = image_ && !trayOpen_;
    uint16_t wanted = packet16(2);
    uint8_t type = packet_[1] & 3; // 0 all, 1 those that hold now, 2 only this one
    if (type == 3) return check({.key = 0x05, .code = 0x24});
    Bytes bytes(8);
    if (medium) put16(bytes, 6, dvd ? profileDvd : profileCd);
    auto feature = [&](uint16_t code, uint8_t flags, bool current, const Bytes &data) {
        if (type == 2 ? code != wanted : code < wanted) return;
        if (type == 1 && !current) return;
        size_t at = bytes.size();
        bytes.resize(at + 4);
        put16(bytes, at, code);
        bytes[at + 2] = static_cast<uint8_t>(flags | (current ? 1 : 0)); // flags: persistent
        bytes[at + 3] = static_cast<uint8_t>(data.size());
        bytes.insert(bytes.end(), data.begin(), data.end());
    };
    auto current = [](bool is) { return static_cast<uint8_t>(is ? 1 : 0); };
    feature(0x0000, 0x02, true,
            {0, profileDvd, current(medium && dvd), 0, 0, profileCd, current(medium && !dvd), 0});
    feature(0x0001, 0x02, true, {0, 0, 0, 2});               // core: ATAPI
    feature(0x0003, 0x02, true, {0x29, 0, 0, 0});            // removable: tray, eject, lock
    feature(0x0010, 0x00, medium, {0, 0, 8, 0, 0, 1, 0, 0}); // random readable, 2048-byte blocks
    feature(0x001e, 0x00, medium && !dvd, {0, 0, 0, 0});     // CD read
    feature(0x001f, 0x00, medium && dvd, {});                // DVD read
    put32(bytes, 0, bytes.size() - 4);
    answer(std::move(bytes), packet16(7));
}

void AtapiCdrom::getEventStatus() {
    constexpr uint8_t mediaClass = 4;
    if ((packet_[1] & 1) == 0) return check({.key = 0x05, .code = 0x24}); // polling only
    bool media = (packet_[4] >> mediaClass & 1) != 0;
    Bytes bytes(media ? 8 : 4);
    put16(bytes, 0, bytes.size() - 2);
    bytes[2] = media ? mediaClass : 0x80; // or: no event available
    bytes[3] = 1 << mediaClass;
    if (media) {
        bytes[4] = mediaEvent_;
        bytes[5] = static_cast<uint8_t>((trayOpen_ ? 1 : 0) | (image_ && !trayOpen_ ? 2 : 0));
        if (packet16(7) > 4) mediaEvent_ = 0; // told
    }
    answer(std::move(bytes), packet16(7));
}

void AtapiCdrom::startStop() {
    bool start = (packet_[4] & 1) != 0;
    bool loadEject = (packet_[4] & 2) != 0;
    if (loadEject && !start) {
        if (locked_) return check({.key = 0x05, .code = 0x53, .qualifier = 0x02});
        if (!trayOpen_) mediaEvent_ = eventEjected;
        trayOpen_ = true;
    } else if (loadEject) {
        if (trayOpen_ && image_) mediaEvent_ = eventNewMedia;
        trayOpen_ = false;
    }
    finish();
}

void AtapiCdrom::mechanismStatus() {
    Bytes bytes(8);
    bytes[1] = trayOpen_ ? 0x10 : 0x00; // door
    answer(std::move(bytes), packet16(8));
}

} // namespace bootglass
