#include "evolve/drift/bins.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tessera::evolve {

namespace {

using Kind = DistributionBin::Kind;

DistributionBin bin_of(Kind kind, std::string category = {}) {
  DistributionBin bin;
  bin.kind = kind;
  bin.category = std::move(category);
  return bin;
}

DistributionBin range(double low, double high) {
  DistributionBin bin;
  bin.low = low;
  bin.high = high;
  return bin;
}

bool has_codes(ColumnType type) noexcept {
  return type == ColumnType::kCategory || type == ColumnType::kFlag;
}

}  // namespace

std::vector<DistributionBin> number_bins(std::span<const double> quantiles) {
  std::vector<DistributionBin> bins;
  double low = DistributionBin{}.low;
  for (std::size_t i = 0; i < quantiles.size() && !std::isnan(quantiles[i]);) {
    const double cut = quantiles[i];
    std::size_t next = i;
    while (next < quantiles.size() && quantiles[next] == cut) ++next;
    bins.push_back(range(low, cut));
    if (next - i > 1) bins.push_back(range(cut, cut));
    low = cut;
    i = next;
  }
  bins.push_back(range(low, DistributionBin{}.high));
  bins.push_back(bin_of(Kind::kMissing));
  return bins;
}

std::vector<DistributionBin> category_bins(std::span<const std::string> categories,
                                           std::span<const std::int64_t> accounts) {
  std::vector<std::size_t> order;
  for (std::size_t c = 0; c < categories.size(); ++c)
    if (accounts[c] > 0) order.push_back(c);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t c) { return accounts[c]; });
  order.resize(std::min(order.size(), kMostCategories));
  std::ranges::sort(order);
  std::vector<DistributionBin> bins;
  bins.reserve(order.size() + 2);
  for (const std::size_t c : order) bins.push_back(bin_of(Kind::kCategory, categories[c]));
  bins.push_back(bin_of(Kind::kOther));
  bins.push_back(bin_of(Kind::kMissing));
  return bins;
}

std::vector<DistributionBin> flag_bins() {
  return {bin_of(Kind::kCategory, "no"), bin_of(Kind::kCategory, "yes"), bin_of(Kind::kMissing)};
}

BinFinder::BinFinder(const std::vector<DistributionBin>& bins, ColumnType type, std::span<const std::string> categories)
    : missing_(bins.size() - 1), by_code_(has_codes(type)) {
  if (!by_code_) {
    read_ranges(bins);
    return;
  }
  static const std::vector<std::string> kFlags = {"no", "yes"};
  const std::span<const std::string> words = type == ColumnType::kFlag ? std::span(kFlags) : categories;
  const auto other = std::ranges::find(bins, Kind::kOther, &DistributionBin::kind);
  const auto none = other == bins.end() ? missing_ : static_cast<std::size_t>(other - bins.begin());
  for (const std::string& word : words) {
    const auto bin = std::ranges::find_if(
        bins, [&](const DistributionBin& one) { return one.kind == Kind::kCategory && one.category == word; });
    bin_of_code_.push_back(bin == bins.end() ? none : static_cast<std::size_t>(bin - bins.begin()));
  }
}

void BinFinder::read_ranges(const std::vector<DistributionBin>& bins) {
  for (std::size_t b = 0; b < missing_; ++b) {
    if (bins[b].low == bins[b].high) {
      bin_at_.back() = b;
      continue;
    }
    bin_above_.push_back(b);
    // A range begins at the cut before it, which is its own unless a bin of one value has taken it.
    if (!cuts_.empty() && bin_at_.back() == missing_) bin_at_.back() = b;
    if (b + 1 < missing_) {
      cuts_.push_back(bins[b].high);
      bin_at_.push_back(missing_);
    }
  }
}

std::size_t BinFinder::operator()(double cell) const noexcept {
  if (std::isnan(cell)) return missing_;
  if (by_code_) {
    const auto code = static_cast<std::size_t>(cell);
    return code < bin_of_code_.size() ? bin_of_code_[code] : missing_;
  }
  const auto passed = static_cast<std::size_t>(std::ranges::upper_bound(cuts_, cell) - cuts_.begin());
  return passed > 0 && cuts_[passed - 1] == cell ? bin_at_[passed - 1] : bin_above_[passed];
}

}  // namespace tessera::evolve
