#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/cell_reader.hpp"
#include "parallel/agreement.hpp"
#include "tessera/account_table.hpp"
#include "tessera/context.hpp"

namespace tessera {

/// The accounts that an encoding is fitted on.
struct FitScope {
  const Context& context;
  const AccountTable& accounts;
  std::span<const std::uint32_t> rows;  ///< local rows of the population
  std::int64_t n_global = 0;            ///< accounts in the population over all ranks
};

/// One pass over the cells of `sources`, in parallel over blocks of accounts: visit(s, begin, cells, partial) sees the
/// cells of source s of the positions from `begin`, and may overwrite them. Returns one Partial a source, of this
/// rank's accounts; Partial::merge must not depend on order. Collective: ranks agree on a failed read.
template <class Partial, class Visit>
[[nodiscard]] std::vector<Partial> pass_over_blocks(const FitScope& scope, std::span<const CellSource> sources,
                                                    Visit visit) {
  constexpr std::size_t kBlock = CellReader::kBlock;
  std::vector<Partial> total(sources.size());
  parallel::run_together(scope.context.comm, [&] {
    CellReader reader(scope.accounts, scope.rows, sources);
    reader.for_each_chunk([&](std::size_t chunk_begin, std::size_t chunk_end) {
#pragma omp parallel num_threads(scope.context.threads)
      {
        std::vector<Partial> mine(sources.size());
#pragma omp for schedule(static)
        for (std::size_t begin = chunk_begin; begin < chunk_end; begin += kBlock) {
          std::array<double, kBlock> block;
          const std::span<double> cells(block.data(), std::min(kBlock, chunk_end - begin));
          for (std::size_t s = 0; s < sources.size(); ++s) {
            reader.cells(sources[s], begin, cells);
            visit(s, begin, cells, mine[s]);
          }
        }
#pragma omp critical
        for (std::size_t s = 0; s < sources.size(); ++s) total[s].merge(mine[s]);
      }
    });
  });
  return total;
}

}  // namespace tessera
