#include "prepare/fit_categories.hpp"

#include <fmt/format.h>

#include <numeric>

#include "model/encoder.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

/// Accounts by code over all ranks; the last entry counts the missing.
std::vector<std::int64_t> counts_by_code(const FitScope& scope, const CategoryColumn& column) {
  std::vector<std::int64_t> counts(column.categories.size() + 1, 0);
  for (const std::uint32_t row : scope.rows) {
    const std::int32_t code = column.codes[row];
    ++counts[code < 0 ? column.categories.size() : static_cast<std::size_t>(code)];
  }
  scope.context.comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  return counts;
}

/// Codes that get an indicator of their own, ascending.
std::vector<std::size_t> commonest(std::span<const std::int64_t> counts) {
  std::vector<std::size_t> codes(counts.size());
  std::iota(codes.begin(), codes.end(), std::size_t{0});
  std::erase_if(codes, [&](std::size_t code) { return counts[code] == 0; });
  std::ranges::stable_sort(codes, [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  if (codes.size() > kMaxIndicators) codes.resize(kMaxIndicators);
  std::ranges::sort(codes);
  return codes;
}

}  // namespace

FittedColumn fit_category(const FitScope& scope, const FeatureColumn& column, Scale scale) {
  const auto& data = std::get<CategoryColumn>(column.source.column->data);
  const std::vector<std::int64_t> counts = counts_by_code(scope, data);
  const std::int64_t missing = counts.back();
  const std::vector<std::size_t> own = commonest(std::span(counts).first(data.categories.size()));

  FittedColumn fitted;
  std::int64_t others = scope.n_global - missing;
  const auto add = [&](const std::string& category, std::int64_t accounts) -> EncodedFeature& {
    const double share = static_cast<double>(accounts) / static_cast<double>(scope.n_global);
    fitted.features.push_back(indicator(column.name, category, share, category_scale(scale), column.spec.weight));
    return fitted.features.back().encoded;
  };
  for (const std::size_t code : own) {
    add(data.categories[code], counts[code]);
    others -= counts[code];
  }
  if (others > 0) add(kOtherLabel, others).is_other = true;
  if (missing > 0) add(kUnknownLabel, missing).is_unknown = true;
  if (fitted.features.size() < 2) {
    fitted.warnings.push_back(missing == scope.n_global
                                  ? fmt::format("{} has no value, and is left out", column.name)
                                  : fmt::format("{} is \"{}\" for every account, and is left out", column.name,
                                                fitted.features.front().encoded.category));
    fitted.features.clear();
  }
  return fitted;
}

}  // namespace tessera
