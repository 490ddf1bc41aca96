#include "insight/lookalike/likeness_encoding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "core/grid.hpp"
#include "model/cell_reader.hpp"
#include "model/encoder.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

using parallel::Communicator;
using parallel::Reduce;

constexpr std::size_t kMostFeatures = 256;
constexpr std::size_t kMostIndicators = 20;
constexpr double kClip = kGridLimit * kGridStep;

/// The features of one column, or why it has none.
struct ColumnFit {
  std::vector<EncodedFeature> features;
  std::string why_not;
};

/// Fits columns on the training customers of all ranks.
class Fitting {
 public:
  Fitting(const Communicator& comm, const AccountTable& accounts, const Examples& customers)
      : comm_(comm),
        accounts_(accounts),
        rows_(customers.rows),
        n_global_(comm.all_reduce<Reduce::kSum>(static_cast<std::int64_t>(rows_.size()))) {}

  [[nodiscard]] ColumnFit fit(const Column& column) const {
    EncodedFeature feature;
    feature.column = feature.name = column.full_name();
    if (const auto* category = std::get_if<CategoryColumn>(&column.data)) return fit_category(feature, *category);
    if (const auto* flag = std::get_if<FlagColumn>(&column.data)) return fit_flag(feature, *flag);
    return fit_number(feature, column);
  }

 private:
  [[nodiscard]] std::vector<double> cells(const Column& column) const {
    std::vector<double> all(rows_.size());
    const std::array<CellSource, 1> source{{{&column, 0}}};
    CellReader reader(accounts_, rows_, source);
    reader.for_each_chunk([&](std::size_t begin, std::size_t end) {
      for (; begin < end; begin += CellReader::kBlock)
        reader.cells(source[0], begin, std::span(all).subspan(begin, std::min(CellReader::kBlock, end - begin)));
    });
    return all;
  }

  [[nodiscard]] ColumnFit fit_number(EncodedFeature feature, const Column& column) const {
    constexpr double kLongTail = 3.0;
    constexpr std::array kTails{0.05, 0.5, 0.95};
    std::vector<double> values = cells(column);
    const std::vector<double> q = parallel::grouped_quantiles(comm_, values, {}, 1, kTails);
    feature.fill = q[1];
    const bool has_long_tail = q[2] - q[1] > kLongTail * (q[1] - q[0]);
    const auto is_negative = [](double value) { return value < 0.0; };
    const bool is_size =
        column.type == ColumnType::kNumber &&
        !comm_.all_reduce<Reduce::kMax>(static_cast<std::int32_t>(std::ranges::any_of(values, is_negative) ? 1 : 0));
    if (is_size && has_long_tail) feature.transform = Transform::kLog1p;
    fill_transform_winsorise(feature, values);
    const parallel::Moments moments = parallel::grouped_moments(comm_, values, {}, 1).front();
    if (!(moments.sd > 1e-12 * std::fabs(moments.mean)) || !std::isfinite(moments.sd))
      return {{}, "it is all but the same for all customers"};
    feature.offset = moments.mean;
    feature.scale = moments.sd;
    feature.clip = kClip;
    return {{feature}, ""};
  }

  [[nodiscard]] ColumnFit fit_flag(EncodedFeature feature, const FlagColumn& data) const {
    std::array<std::int64_t, 3> counts{};  // missing, no, yes
    for (const std::uint32_t row : rows_) ++counts[static_cast<std::size_t>(data.values[row] + 1)];
    comm_.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
    feature.fill = counts[2] > counts[1] ? 1.0 : 0.0;
    feature.offset = share(counts[2] + (feature.fill == 1.0 ? counts[0] : 0));
    return {{feature}, ""};
  }

  [[nodiscard]] ColumnFit fit_category(const EncodedFeature& base, const CategoryColumn& data) const {
    const std::size_t n = data.categories.size();
    std::vector<std::int64_t> counts(n + 1, 0);
    for (const std::uint32_t row : rows_) ++counts[data.codes[row] < 0 ? n : static_cast<std::size_t>(data.codes[row])];
    comm_.all_reduce<Reduce::kSum>(std::span<std::int64_t>(counts));
    std::vector<std::size_t> own(n);
    std::iota(own.begin(), own.end(), std::size_t{0});
    std::erase_if(own, [&](std::size_t code) { return counts[code] * 100 < n_global_; });
    std::ranges::stable_sort(own, [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
    own.resize(std::min(own.size(), kMostIndicators));
    std::ranges::sort(own);
    ColumnFit fit;
    std::int64_t others = n_global_ - counts[n];
    for (const std::size_t code : own) {
      fit.features.push_back(indicator(base, data.categories[code], counts[code]));
      others -= counts[code];
    }
    if (others > 0) {
      fit.features.push_back(indicator(base, kOtherLabel, others));
      fit.features.back().is_other = true;
    }
    if (counts[n] > 0) {
      fit.features.push_back(indicator(base, kUnknownLabel, counts[n]));
      fit.features.back().is_unknown = true;
    }
    if (own.empty()) return {{}, "none of its categories is common enough to learn from"};
    return fit;
  }

  [[nodiscard]] EncodedFeature indicator(EncodedFeature feature, const std::string& category,
                                         std::int64_t accounts) const {
    feature.name = feature.column + " = " + category;
    feature.category = category;
    feature.is_indicator = true;
    feature.offset = share(accounts);
    return feature;
  }
  [[nodiscard]] double share(std::int64_t accounts) const {
    return static_cast<double>(accounts) / static_cast<double>(n_global_);
  }

  const Communicator& comm_;
  const AccountTable& accounts_;
  std::span<const std::uint32_t> rows_;
  std::int64_t n_global_;
};

}  // namespace

FeatureEncoding likeness_encoding(const Communicator& comm, const AccountTable& accounts, const Examples& customers,
                                  std::vector<LikenessColumn>& columns) {
  const Fitting fitting(comm, accounts, customers);
  FeatureEncoding encoding;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (!columns[c].is_used) continue;
    ColumnFit fit = fitting.fit(accounts.columns[c]);
    if (fit.why_not.empty() && encoding.features.size() + fit.features.size() > kMostFeatures)
      fit.why_not = "the columns before it make as many features as a model takes";
    columns[c].is_used = fit.why_not.empty();
    columns[c].why_not = std::move(fit.why_not);
    if (columns[c].is_used) std::ranges::move(fit.features, std::back_inserter(encoding.features));
  }
  return encoding;
}

}  // namespace tessera::insight
