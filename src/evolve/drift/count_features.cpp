#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "evolve/drift/bins.hpp"
#include "model/cell_reader.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "storage/matrix_file.hpp"
#include "tessera/drift.hpp"

namespace tessera {

namespace {

using evolve::BinFinder;

/// A matrix's columns have no names to tell of; the first ones do.
constexpr std::size_t kMostMatrixColumns = 64;
/// Cells in memory at once, a rank.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

struct Feature {
  std::string column;
  ColumnType type = ColumnType::kNumber;
  CellSource source;

  [[nodiscard]] std::span<const std::string> categories() const {
    const auto* cells = source.column == nullptr ? nullptr : std::get_if<CategoryColumn>(&source.column->data);
    return cells == nullptr ? std::span<const std::string>() : cells->categories;
  }
};

/// A column of the matrix may be named by its number, or as source.number.
std::optional<Feature> find_feature(const AccountTable& accounts, const std::string& text) {
  auto cells = find_cells(accounts, text);
  const std::size_t dot = text.rfind('.');
  if (!cells && accounts.is_matrix() && dot != std::string::npos) cells = find_cells(accounts, text.substr(dot + 1));
  if (!cells) return std::nullopt;
  const Column* column = cells->column;
  if (column == nullptr) return Feature{std::to_string(cells->matrix_column), ColumnType::kNumber, *cells};
  if (column->is_sensitive || column->type == ColumnType::kText) return std::nullopt;
  return Feature{column->full_name(), column->type, *cells};
}

/// Each once, in the order of the job.
std::vector<Feature> features_of(const AccountTable& accounts, const SegmentationSpec& segmentation) {
  std::vector<std::string> names;
  for (const FeatureSpec& feature : segmentation.features) names.push_back(feature.column.text);
  if (segmentation.all_features && accounts.is_matrix())
    for (std::size_t c = 0; c < accounts.matrix->columns(); ++c) names.push_back(std::to_string(c));
  if (segmentation.refine)
    for (const FeatureSpec& feature : segmentation.refine->features) names.push_back(feature.column.text);
  std::vector<Feature> features;
  std::size_t of_matrix = 0;
  for (const std::string& name : names) {
    const auto found = find_feature(accounts, name);
    if (!found || std::ranges::find(features, found->column, &Feature::column) != features.end()) continue;
    if (found->source.column == nullptr && ++of_matrix > kMostMatrixColumns) continue;
    features.push_back(*found);
  }
  return features;
}

/// The cells of some features for all rows, one feature after the other.
std::vector<double> read_cells(const Context& context, const AccountTable& accounts,
                               std::span<const std::uint32_t> rows, std::span<const Feature> features) {
  std::vector<double> cells(rows.size() * features.size());
  std::vector<CellSource> sources;
  for (const Feature& feature : features) sources.push_back(feature.source);
  CellReader reader(accounts, rows, sources);
  reader.for_each_chunk([&](std::size_t begin, std::size_t end) {
    const auto blocks = static_cast<std::int64_t>((end - begin + CellReader::kBlock - 1) / CellReader::kBlock);
#pragma omp parallel for schedule(static) num_threads(context.threads)
    for (std::int64_t block = 0; block < blocks; ++block) {
      const std::size_t first = begin + static_cast<std::size_t>(block) * CellReader::kBlock;
      const std::size_t count = std::min(CellReader::kBlock, end - first);
      for (std::size_t f = 0; f < sources.size(); ++f)
        reader.cells(sources[f], first, std::span(cells).subspan(f * rows.size() + first, count));
    }
  });
  return cells;
}

/// Accounts by bin, on this rank.
std::vector<std::int64_t> count_in(const FeatureDistribution& distribution, const Feature& feature,
                                   std::span<const double> cells, int threads) {
  const BinFinder find(distribution.bins, feature.type, feature.categories());
  const auto n = static_cast<std::int64_t>(cells.size());
  std::vector<std::int64_t> total(distribution.bins.size(), 0);
#pragma omp parallel num_threads(threads)
  {
    std::vector<std::int64_t> mine(total.size(), 0);
#pragma omp for schedule(static)
    for (std::int64_t i = 0; i < n; ++i) ++mine[find(cells[static_cast<std::size_t>(i)])];
#pragma omp critical
    for (std::size_t b = 0; b < total.size(); ++b) total[b] += mine[b];
  }
  return total;
}

std::vector<DistributionBin> bins_of(const Context& context, const Feature& feature, std::span<const double> cells) {
  if (feature.type == ColumnType::kFlag) return evolve::flag_bins();
  if (feature.type == ColumnType::kCategory) {
    const std::span<const std::string> categories = feature.categories();
    std::vector<std::int64_t> accounts(categories.size(), 0);
    for (const double cell : cells)
      if (!std::isnan(cell)) ++accounts[static_cast<std::size_t>(cell)];
    context.comm.all_reduce<parallel::Reduce::kSum>(std::span(accounts));
    return evolve::category_bins(categories, accounts);
  }
  std::vector<double> probabilities;
  for (int i = 1; i < evolve::kNumberBins; ++i) probabilities.push_back(static_cast<double>(i) / evolve::kNumberBins);
  return evolve::number_bins(parallel::grouped_quantiles(context.comm, cells, {}, 1, probabilities));
}

void count(const Context& context, const Feature& feature, std::span<const double> cells, FeatureDistribution& into) {
  std::vector<std::int64_t> accounts = count_in(into, feature, cells, context.threads);
  context.comm.all_reduce<parallel::Reduce::kSum>(std::span(accounts));
  for (std::size_t b = 0; b < accounts.size(); ++b) into.bins[b].accounts = accounts[b];
}

/// The features of other nights by name, as far as tonight has them as well.
class OtherNights {
 public:
  OtherNights(std::span<const std::vector<FeatureDistribution>> nights, FeatureCounts& counts) {
    for (const auto& night : nights) counts.in_bins_of.push_back(night);
    for (auto& night : counts.in_bins_of)
      for (FeatureDistribution& feature : night) by_name_.emplace(feature.column, &feature);
  }
  void count_all(const Context& context, const Feature& feature, std::span<const double> cells) {
    const auto [first, last] = by_name_.equal_range(feature.column);
    for (auto found = first; found != last; ++found)
      if (found->second->type == feature.type) count(context, feature, cells, *found->second);
    std::erase_if(by_name_,
                  [&](const auto& one) { return one.first == feature.column && one.second->type == feature.type; });
  }
  /// Those that nobody asked for are not there tonight, or of another type.
  void drop_rest() {
    for (auto& [name, feature] : by_name_) feature->bins.clear();
  }

 private:
  std::multimap<std::string, FeatureDistribution*> by_name_;
};

}  // namespace

FeatureCounts count_features(const Context& context, const AccountTable& accounts, const SegmentationSpec& segmentation,
                             std::span<const std::uint32_t> rows,
                             std::span<const std::vector<FeatureDistribution>> nights) {
  const std::vector<Feature> features = features_of(accounts, segmentation);
  FeatureCounts counts;
  OtherNights others(nights, counts);
  // Every rank takes the same features at once, or their collectives would not meet.
  const auto most_rows = context.comm.all_reduce<parallel::Reduce::kMax>(static_cast<std::uint64_t>(rows.size()));
  const std::size_t batch =
      std::max<std::size_t>(1, kMostBytes / (sizeof(double) * std::max<std::uint64_t>(1, most_rows)));
  for (std::size_t first = 0; first < features.size(); first += batch) {
    const auto some = std::span(features).subspan(first, std::min(batch, features.size() - first));
    const std::vector<double> all =
        parallel::compute_together(context.comm, [&] { return read_cells(context, accounts, rows, some); });
    for (std::size_t f = 0; f < some.size(); ++f) {
      const auto cells = std::span(all).subspan(f * rows.size(), rows.size());
      FeatureDistribution tonight{some[f].column, some[f].type, bins_of(context, some[f], cells)};
      count(context, some[f], cells, tonight);
      counts.tonight.push_back(std::move(tonight));
      others.count_all(context, some[f], cells);
    }
  }
  others.drop_rest();
  return counts;
}

}  // namespace tessera
