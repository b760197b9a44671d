// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/cost_text.h"

#include "ui/base/number_format.h"

namespace bootglass {

QStringList costLines(const HostCost &cost) {
    QStringList lines;
    for (size_t n = 0; n < hostActivities; ++n) {
        if (cost.ns[n] == 0) continue;
        const std::string_view name = label(static_cast<HostActivity>(n));
        const double share = static_cast<double>(cost.ns[n]) / static_cast<double>(cost.total());
        lines << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) + u" " +
                     percent(share) + u" · " + duration(cost.ns[n]);
    }
    return lines;
}

} // namespace bootglass
