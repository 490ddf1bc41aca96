#include "insight/numbers/few_values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>

#include "core/exact_sum.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kMostValues = 4096;
/// Counters of one column, of every thread: 8 MiB.
constexpr std::size_t kMostCodeCounters = std::size_t{1} << 20;
/// Larger ones could not be multiplied by how often they occur.
constexpr double kLargest = 0x1p900;
constexpr std::uint16_t kNoCode = 0xffff;

/// A value's place among the different values so far, by open addressing on its bits. −0 is 0.
class Dictionary {
 public:
  /// kNoCode where there would be too many.
  std::uint16_t place_of(double value) {
    const double plain = value + 0.0;
    const auto bits = std::bit_cast<std::uint64_t>(plain);
    for (std::size_t slot = bits * 0x9e3779b97f4a7c15ULL >> (64 - kSlotBits);; slot = (slot + 1) % kSlots) {
      if (places_[slot] == kNoCode) {
        if (values_.size() == kMostValues) return kNoCode;
        places_[slot] = static_cast<std::uint16_t>(values_.size());
        values_.push_back(plain);
        return places_[slot];
      }
      if (std::bit_cast<std::uint64_t>(values_[places_[slot]]) == bits) return places_[slot];
    }
  }
  [[nodiscard]] const std::vector<double>& values() const noexcept { return values_; }

 private:
  static constexpr int kSlotBits = 14;
  static constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;
  std::vector<std::uint16_t> places_ = std::vector<std::uint16_t>(kSlots, kNoCode);
  std::vector<double> values_;
};

/// This rank's cells by their place in the dictionary; empty where they are too many or too large.
std::vector<std::uint16_t> codes_of(std::span<const double> cells, Dictionary& dictionary) {
  std::vector<std::uint16_t> codes(cells.size(), kNoCode);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (std::isnan(cells[i])) continue;
    if (std::fabs(cells[i]) > kLargest) return {};
    codes[i] = dictionary.place_of(cells[i]);
    if (codes[i] == kNoCode) return {};
  }
  return codes;
}

/// All ranks' values, ascending; nothing where a rank gave up or there are more than `most`. Collective.
std::optional<std::vector<double>> values_of_all(const parallel::Communicator& comm, bool gave_up,
                                                 const std::vector<double>& mine, std::size_t most) {
  if (comm.all_reduce<parallel::Reduce::kMax>(std::int32_t{gave_up ? 1 : 0}) == 1) return std::nullopt;
  std::vector<double> all = comm.all_gather_varied(std::span<const double>(mine));
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > most) return std::nullopt;
  return all;
}

/// By segment, the whole last, then by value. Collective.
std::vector<std::int64_t> count_codes(const parallel::Communicator& comm, const std::vector<std::uint16_t>& codes,
                                      std::size_t n_values, const Membership& members) {
  std::vector<std::int64_t> counts(members.table_size() * n_values, 0);
#pragma omp parallel if (codes.size() > 16384)
  {
    std::vector<std::int64_t> mine(counts.size(), 0);
#pragma omp for schedule(static) nowait
    for (std::size_t i = 0; i < codes.size(); ++i) {
      if (codes[i] == kNoCode) continue;
      members.for_each_segment(i, [&](std::size_t segment) { ++mine[segment * n_values + codes[i]]; });
    }
#pragma omp critical(tessera_merge_value_counts)
    std::ranges::transform(counts, mine, counts.begin(), std::plus{});
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  return counts;
}

}  // namespace

std::optional<FewValues> few_values(const parallel::Communicator& comm, std::span<const double> cells,
                                    const Membership& members) {
  Dictionary dictionary;
  std::vector<std::uint16_t> codes = codes_of(cells, dictionary);
  const std::size_t most = std::min(kMostValues, kMostCodeCounters / members.table_size());
  std::optional<std::vector<double>> values =
      values_of_all(comm, codes.size() < cells.size(), dictionary.values(), most);
  if (!values) return std::nullopt;
  std::vector<std::uint16_t> place;
  place.reserve(dictionary.values().size());
  for (const double value : dictionary.values())
    place.push_back(static_cast<std::uint16_t>(std::ranges::lower_bound(*values, value) - values->begin()));
  for (std::uint16_t& code : codes)
    if (code != kNoCode) code = place[code];
  std::vector<std::int64_t> counts = count_codes(comm, codes, values->size(), members);
  return FewValues{std::move(*values), std::move(counts)};
}

parallel::Moments moments_of(std::span<const double> values, std::span<const std::int64_t> counts) {
  parallel::Moments moments;
  ExactSum sum, squares;
  for (std::size_t v = 0; v < values.size(); ++v) {
    moments.count += counts[v];
    if (counts[v] > 0) sum.add_product(values[v], static_cast<double>(counts[v]));
  }
  const auto n = static_cast<double>(moments.count);
  moments.sum = sum.value();
  moments.mean = moments.sum / n;
  for (std::size_t v = 0; v < values.size(); ++v) {
    const double deviation = values[v] - moments.mean;
    if (counts[v] > 0) squares.add_product(deviation * deviation, static_cast<double>(counts[v]));
  }
  moments.squares = squares.value();
  moments.sd = std::sqrt(moments.squares / n);
  return moments;
}

double quantile_of(std::span<const double> values, std::span<const std::int64_t> counts, double probability) {
  std::int64_t n = 0;
  for (const std::int64_t one : counts) n += one;
  if (n == 0) return std::numeric_limits<double>::quiet_NaN();
  const double position = static_cast<double>(n - 1) * probability;
  const auto rank = static_cast<std::int64_t>(position);
  const auto value_at = [&](std::int64_t place) {
    std::size_t v = 0;
    for (std::int64_t upto = counts[0]; upto <= place; upto += counts[v]) ++v;
    return values[v];
  };
  const double fraction = position - static_cast<double>(rank);
  return fraction > 0.0 ? parallel::between(value_at(rank), value_at(rank + 1), fraction) : value_at(rank);
}

}  // namespace tessera::insight
