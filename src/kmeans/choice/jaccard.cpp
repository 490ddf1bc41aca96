#include "kmeans/choice/jaccard.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "parallel/communicator.hpp"

namespace tessera::choice {

double mean_jaccard(const Context& context, std::span<const std::int32_t> first, int k_first,
                    std::span<const std::int32_t> second, int k_second) {
  const auto rows = static_cast<std::size_t>(k_first), columns = static_cast<std::size_t>(k_second);
  std::vector<std::int64_t> both(rows * columns);
  for (std::size_t i = 0; i < first.size(); ++i)
    ++both[static_cast<std::size_t>(first[i]) * columns + static_cast<std::size_t>(second[i])];
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(both));
  std::vector<std::int64_t> of_first(rows), of_second(columns);
  for (std::size_t a = 0; a < rows; ++a) {
    for (std::size_t b = 0; b < columns; ++b) {
      of_first[a] += both[a * columns + b];
      of_second[b] += both[a * columns + b];
    }
  }
  double sum = 0.0;
  int segments = 0;
  for (std::size_t a = 0; a < rows; ++a) {
    if (of_first[a] == 0) continue;
    double best = 0.0;
    for (std::size_t b = 0; b < columns; ++b) {
      const std::int64_t shared = both[a * columns + b];
      best = std::max(best, static_cast<double>(shared) / static_cast<double>(of_first[a] + of_second[b] - shared));
    }
    sum += best;
    ++segments;
  }
  return segments > 0 ? sum / segments : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace tessera::choice
