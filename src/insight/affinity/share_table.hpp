#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/statistics.hpp"
#include "insight/affinity/choices.hpp"

namespace tessera::insight {

/// One affinity by segment and part, the whole last. Parts are the seniorities, or one part of all accounts.
struct ShareTable {
  struct Cell {
    std::int64_t count = 0, known = 0;
    double share = 0.0;  ///< NaN where nothing is known
    statistics::Interval interval{};
  };
  std::vector<std::string> labels;  ///< the commonest of the whole first, ties by the order of Choices
  std::size_t n_parts = 1;
  std::vector<Cell> cells;  ///< segment, then part, then label

  [[nodiscard]] const Cell& at(std::size_t segment, std::size_t part, std::size_t label) const noexcept {
    return cells[(segment * n_parts + part) * labels.size() + label];
  }
};

/// How accounts are parted: by a code (−1: in no part), only in the segments before `end` and in the whole.
struct Parts {
  const std::vector<std::int32_t>* codes = nullptr;  ///< by population row; null: all accounts are one part
  std::size_t n = 1;
  std::size_t end = 0;
};

/// At most this many choices of one affinity are told.
inline constexpr std::size_t kMostChoices = 20;

/// Collective.
[[nodiscard]] ShareTable share_table(const parallel::Communicator& comm, const Choices& choices, const Parts& parts,
                                     const Membership& members);

}  // namespace tessera::insight
