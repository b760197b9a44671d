// SPDX-License-Identifier: GPL-3.0-or-later
// Profiles written by anybody: TOML, extended profiles, patterns that are then searched for in a
// text.
#include "emulator/probe/profile_parser.h"
#include "fuzz_target.h"

#include <string>

using namespace bootglass;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    std::string_view text(reinterpret_cast<const char *>(data), size);
    auto loader = [&](const std::string &name) {
        ProfileText loaded{.text = {}, .fileName = name + ".toml", .error = {}};
        // A profile that extends itself, one that is there, one that is not.
        if (name == "self") loaded.text = std::string(text);
        if (name == "base") loaded.text = "title = 'Base'\n";
        if (!loaded.text) loaded.error = "there is no profile '" + name + "'";
        return loaded;
    };
    ProfileResult result = parseProfile(text, "fuzz.toml", loader);
    fuzz::require(result.profile.has_value() == result.error.empty(),
                  "neither a profile nor a sentence");
    return 0;
}
