// SPDX-License-Identifier: GPL-3.0-or-later
// Scripts of keys and serial bytes, written by anybody (--input).
#include "app/run/input_script.h"
#include "fuzz_target.h"

using namespace bootglass;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    std::string_view text(reinterpret_cast<const char *>(data), size);
    Profile profile;
    profile.name = "fuzz";
    profile.markers.push_back({.name = "prompt", .rules = {}, .file = {}});
    auto script = parseInputScript(text, "script", profile);
    fuzz::require(script ? true : !script.error().sentence.empty(),
                  "neither a script nor a sentence");
    return 0;
}
