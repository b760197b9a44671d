// SPDX-License-Identifier: GPL-3.0-or-later
// What travels on the APIC bus: an interrupt on its way from an I/O APIC, a message-signalled
// interrupt or another CPU to a local APIC (Intel SDM vol. 3, 10.6 and 10.11).
#pragma once

#include <cstdint>

namespace bootglass {

/// As encoded in redirection entries, the ICR and the LVT; the codes left out are reserved.
enum class ApicDelivery : uint8_t {
    Fixed = 0,
    LowestPriority = 1,
    Smi = 2,
    Nmi = 4,
    Init = 5,
    Startup = 6,
    ExtInt = 7,
};

struct ApicMessage {
    uint8_t vector = 0;
    ApicDelivery delivery = ApicDelivery::Fixed;
    bool levelTriggered = false;
    bool logical = false;    // how to read the destination
    uint8_t destination = 0; // an APIC ID, or a logical set; FFh is everybody

    bool operator==(const ApicMessage &) const = default;
};

} // namespace bootglass
