// SPDX-License-Identifier: GPL-3.0-or-later
// Feeds a target without libFuzzer: each file of a corpus as it is, then mutations of them from a
// seed, the same in every run.
//
//   replay_TARGET CORPUS-FOLDER [MUTATIONS [SEED]]
#include "fuzz_target.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

namespace {

using Bytes = std::vector<uint8_t>;

Bytes mutated(Bytes bytes, const Bytes &other, std::mt19937_64 &random) {
    auto below = [&](size_t n) { return n == 0 ? size_t{0} : static_cast<size_t>(random() % n); };
    for (size_t edits = 1 + below(8); edits != 0; --edits) {
        size_t at = below(bytes.size());
        switch (below(6)) {
        case 0:
            if (!bytes.empty()) bytes[at] = static_cast<uint8_t>(random());
            break;
        case 1:
            if (!bytes.empty()) bytes[at] ^= static_cast<uint8_t>(1U << below(8));
            break;
        case 2: bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at), below(16), 0xFF); break;
        case 3:
            bytes.erase(bytes.begin() + static_cast<ptrdiff_t>(at),
                        bytes.begin() + static_cast<ptrdiff_t>(at + below(bytes.size() - at)));
            break;
        case 4: // a piece of another input
            if (!other.empty()) {
                size_t from = below(other.size());
                size_t count = below(std::min<size_t>(64, other.size() - from));
                bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at),
                             other.begin() + static_cast<ptrdiff_t>(from),
                             other.begin() + static_cast<ptrdiff_t>(from + count));
            }
            break;
        default:
            for (size_t n = 0; n < 4 && at + n < bytes.size(); ++n)
                bytes[at + n] = static_cast<uint8_t>(random());
        }
    }
    return bytes;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s CORPUS-FOLDER [MUTATIONS [SEED]]\n", argv[0]);
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::directory_iterator(argv[1]))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Bytes> corpus;
    for (const auto &file : files) {
        std::ifstream stream(file, std::ios::binary);
        corpus.emplace_back(std::istreambuf_iterator<char>(stream),
                            std::istreambuf_iterator<char>());
        LLVMFuzzerTestOneInput(corpus.back().data(), corpus.back().size());
    }
    if (corpus.empty()) {
        std::fprintf(stderr, "%s: no inputs\n", argv[1]);
        return 1;
    }
    unsigned long mutations = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 0;
    std::mt19937_64 random(argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1);
    for (unsigned long n = 0; n < mutations; ++n) {
        Bytes input =
            mutated(corpus[random() % corpus.size()], corpus[random() % corpus.size()], random);
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu inputs, %lu mutations\n", corpus.size(), mutations);
    return 0;
}
