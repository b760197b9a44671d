// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/folded_stacks.h"

#include "app/export/output_file.h"
#include "ui/figure/flame_tree.h"

namespace bootglass {

Result<void> writeFoldedStacks(RunReader &reader, TimeRange range,
                               const std::function<std::string(uint32_t)> &names,
                               const std::string &outFile) {
    const auto root = flameTree(reader, range, names);
    if (!root) return root.error();
    auto file = OutputFile::create(outFile);
    if (!file) return file.error();
    forEachFolded(*root, [&](const std::string &line) { (*file)->write(line + "\n"); });
    return (*file)->commit();
}

} // namespace bootglass
