#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "parallel/communicator.hpp"

namespace tessera::test {

/// A column that every rank of a test knows as a whole, for the serial reference.
struct WholeColumn {
  std::vector<double> values;
  std::vector<std::int32_t> groups;
};

enum class Spread { kUneven, kLastRankAlone, kInTurn };

/// The part of a rank: ranges of very unlike lengths (that of rank 0 empty from two ranks on), all of it on the last
/// rank, or every size-th account.
inline WholeColumn part_of(const WholeColumn& whole, const parallel::Communicator& comm, Spread spread) {
  const auto rank = static_cast<std::size_t>(comm.rank());
  const auto ranks = static_cast<std::size_t>(comm.size());
  const std::size_t n = whole.values.size();
  std::size_t begin = ranks == 1 ? 0 : n * (rank == 0 ? 0 : (rank - 1) * (rank - 1)) / ((ranks - 1) * (ranks - 1));
  std::size_t end = ranks == 1 ? n : n * (rank * rank) / ((ranks - 1) * (ranks - 1));
  if (spread == Spread::kLastRankAlone) {
    begin = 0;
    end = rank + 1 == ranks ? n : 0;
  }
  if (spread == Spread::kInTurn) {
    begin = rank;
    end = n;
  }
  WholeColumn part;
  for (std::size_t i = begin; i < end; i += spread == Spread::kInTurn ? ranks : 1) {
    part.values.push_back(whole.values[i]);
    if (!whole.groups.empty()) part.groups.push_back(whole.groups[i]);
  }
  return part;
}

inline constexpr Spread kSpreads[] = {Spread::kUneven, Spread::kLastRankAlone, Spread::kInTurn};

}  // namespace tessera::test
