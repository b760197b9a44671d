// SPDX-License-Identifier: GPL-3.0-or-later
// A temporary folder that goes away with everything in it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace bootglass {

struct Workplace {
    Workplace() {
        std::error_code error;
        std::string name =
            (std::filesystem::temp_directory_path(error) / "bootglass-bench.XXXXXX").string();
        if (mkdtemp(name.data()) != nullptr) folder = name;
    }
    ~Workplace() {
        std::error_code ignored;
        if (!folder.empty()) std::filesystem::remove_all(folder, ignored);
    }
    Workplace(const Workplace &) = delete;
    Workplace &operator=(const Workplace &) = delete;

    std::filesystem::path folder; // empty: it could not be made
};

} // namespace bootglass
