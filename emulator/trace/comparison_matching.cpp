// SPDX-License-Identifier: GPL-3.0-or-later
#include "emulator/trace/comparison_matching.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>

namespace bootglass {

namespace {

constexpr size_t none = SIZE_MAX;
constexpr size_t root = none; // the parent of top phases
// More would be pairs without end in a file made for that.
constexpr size_t mostCandidates = 64;

using Children = std::map<size_t, std::vector<size_t>>;

/// A parent that is unknown, or comes later, is none: so there are no circles.
Children childrenOf(std::span<const RunPhase> phases) {
    Children children;
    std::map<int64_t, size_t> places;
    for (size_t place = 0; place < phases.size(); ++place) {
        const auto parent = places.find(phases[place].parent);
        const bool known = phases[place].parent != 0 && parent != places.end();
        children[known ? parent->second : root].push_back(place);
        places.try_emplace(phases[place].id, place);
    }
    return children;
}

/// Is the shorter at least half of the longer?
bool alike(const RunPhase &a, const RunPhase &b) {
    const auto [less, more] = std::minmax({a.instructions(), b.instructions()});
    return less >= more - less;
}

double likeness(const RunPhase &a, const RunPhase &b) {
    const auto [less, more] = std::minmax({a.instructions(), b.instructions()});
    return more == 0 ? 1 : static_cast<double>(less) / static_cast<double>(more);
}

class Matching {
  public:
    Matching(std::span<const RunPhase> a, std::span<const RunPhase> b)
        : a_(a),
          b_(b),
          childrenA_(childrenOf(a)),
          childrenB_(childrenOf(b)),
          partnerOfA_(a.size(), none),
          partnerOfB_(b.size(), none),
          moved_(a.size(), false) {
        for (size_t place = 0; place < a.size(); ++place)
            namesA_[a[place].name].push_back(place);
        for (size_t place = 0; place < b.size(); ++place)
            namesB_[b[place].name].push_back(place);
    }

    std::vector<PhaseMatch> run() {
        descend({{root, root}});
        findElsewhere();
        return inOrder();
    }

  private:
    using Pair = std::pair<size_t, size_t>;

    void join(size_t a, size_t b) {
        partnerOfA_[a] = b;
        partnerOfB_[b] = a;
    }

    /// Matches the children of matched phases, level by level.
    void descend(std::deque<Pair> parents) {
        while (!parents.empty()) {
            const auto [parentA, parentB] = parents.front();
            parents.pop_front();
            const std::vector<size_t> &a = childrenA_[parentA];
            const std::vector<size_t> &b = childrenB_[parentB];
            joinByName(a, b);
            joinByPlace(a, b);
            markReordered(a, b);
            for (const size_t child : a)
                if (partnerOfA_[child] != none) parents.emplace_back(child, partnerOfA_[child]);
        }
    }

    void joinByName(const std::vector<size_t> &a, const std::vector<size_t> &b) {
        std::map<std::string_view, std::deque<size_t>> free;
        for (const size_t place : b)
            if (partnerOfB_[place] == none) free[b_[place].name].push_back(place);
        for (const size_t place : a) {
            if (partnerOfA_[place] != none) continue;
            const auto found = free.find(a_[place].name);
            if (found == free.end() || found->second.empty()) continue;
            join(place, found->second.front());
            found->second.pop_front();
        }
    }

    /// What has the same matched neighbour before it, and is alike: renamed.
    void joinByPlace(const std::vector<size_t> &a, const std::vector<size_t> &b) {
        std::map<size_t, std::vector<size_t>> gaps; // by the matched neighbour in B
        size_t before = none;
        for (const size_t place : b) {
            if (partnerOfB_[place] == none)
                gaps[before].push_back(place);
            else
                before = place;
        }
        before = none;
        for (const size_t place : a) {
            if (partnerOfA_[place] != none) {
                // A phase that this function joined is no neighbour: it stands in the gap.
                if (a_[place].name == b_[partnerOfA_[place]].name) before = partnerOfA_[place];
                continue;
            }
            const auto gap = gaps.find(before);
            if (gap == gaps.end() || gap->second.size() > mostCandidates) continue;
            size_t best = none;
            for (const size_t candidate : gap->second) {
                if (partnerOfB_[candidate] != none || !alike(a_[place], b_[candidate]) ||
                    isElsewhere(b_[candidate], a_, namesA_) || isElsewhere(a_[place], b_, namesB_))
                    continue;
                if (best == none ||
                    likeness(a_[place], b_[candidate]) > likeness(a_[place], b_[best]))
                    best = candidate;
            }
            if (best != none) join(place, best);
        }
    }

    using Names = std::map<std::string_view, std::vector<size_t>>;

    /// A phase that the other run has below another parent has moved, and is not renamed.
    static bool isElsewhere(const RunPhase &wanted, std::span<const RunPhase> phases,
                            const Names &names) {
        const auto found = names.find(wanted.name);
        if (found == names.end() || found->second.size() > mostCandidates) return false;
        return std::ranges::any_of(found->second, [&](size_t place) {
            return phases[place].path != wanted.path && alike(phases[place], wanted);
        });
    }

    /// The longest ascending run of partners stays; the others have moved.
    void markReordered(const std::vector<size_t> &a, const std::vector<size_t> &b) {
        std::map<size_t, size_t> rank;
        for (size_t place = 0; place < b.size(); ++place)
            rank[b[place]] = place;
        std::vector<size_t> joined;
        for (const size_t place : a) {
            if (partnerOfA_[place] != none && rank.contains(partnerOfA_[place]))
                joined.push_back(place);
        }
        // Patience sorting: `ends[n]` is the joined phase with which the best run of n + 1 ends.
        std::vector<size_t> ends;
        std::vector<size_t> previous(joined.size(), none);
        const auto rankOf = [&](size_t index) { return rank[partnerOfA_[joined[index]]]; };
        for (size_t index = 0; index < joined.size(); ++index) {
            const auto at = std::ranges::lower_bound(ends, rankOf(index), {},
                                                     [&](size_t end) { return rankOf(end); });
            if (at != ends.begin()) previous[index] = *std::prev(at);
            if (at == ends.end())
                ends.push_back(index);
            else
                *at = index;
        }
        std::vector<bool> stays(joined.size(), false);
        for (size_t index = ends.empty() ? none : ends.back(); index != none;
             index = previous[index])
            stays[index] = true;
        for (size_t index = 0; index < joined.size(); ++index)
            if (!stays[index]) moved_[joined[index]] = true;
    }

    /// Below another parent, by name and length.
    void findElsewhere() {
        std::map<std::string_view, std::deque<size_t>> free;
        for (size_t place = 0; place < b_.size(); ++place)
            if (partnerOfB_[place] == none) free[b_[place].name].push_back(place);
        for (size_t place = 0; place < a_.size(); ++place) {
            if (partnerOfA_[place] != none) continue;
            const auto found = free.find(a_[place].name);
            if (found == free.end()) continue;
            std::deque<size_t> &candidates = found->second;
            const auto candidate = std::ranges::find_if(candidates, [&](size_t other) {
                return partnerOfB_[other] == none && alike(a_[place], b_[other]);
            });
            if (candidate == candidates.end()) continue;
            const size_t other = *candidate;
            candidates.erase(candidate);
            join(place, other);
            moved_[place] = true;
            descend({{place, other}});
        }
    }

    std::vector<PhaseMatch> inOrder() const {
        // What is new in B follows what stands before it there.
        std::map<size_t, std::vector<size_t>> news;
        size_t before = none;
        for (size_t place = 0; place < b_.size(); ++place) {
            if (partnerOfB_[place] == none)
                news[before].push_back(place);
            else
                before = partnerOfB_[place];
        }
        std::vector<PhaseMatch> matches;
        const auto addNews = [&](size_t place) {
            const auto found = news.find(place);
            if (found == news.end()) return;
            for (const size_t other : found->second)
                matches.push_back({std::nullopt, other, false, false});
        };
        addNews(none);
        for (size_t place = 0; place < a_.size(); ++place) {
            const size_t other = partnerOfA_[place];
            PhaseMatch match;
            match.a = place;
            match.moved = moved_[place];
            if (other != none) {
                match.b = other;
                match.renamed = a_[place].name != b_[other].name;
            }
            matches.push_back(match);
            addNews(place);
        }
        return matches;
    }

    std::span<const RunPhase> a_;
    std::span<const RunPhase> b_;
    Children childrenA_;
    Children childrenB_;
    Names namesA_;
    Names namesB_;
    std::vector<size_t> partnerOfA_;
    std::vector<size_t> partnerOfB_;
    std::vector<bool> moved_;
};

} // namespace

std::vector<PhaseMatch> matchPhases(std::span<const RunPhase> a, std::span<const RunPhase> b) {
    return Matching(a, b).run();
}

} // namespace bootglass
