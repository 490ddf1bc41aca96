#include "compare/recount.hpp"

#include <cmath>
#include <optional>
#include <variant>

#include "core/special_numbers.hpp"
#include "evolve/drift/bins.hpp"
#include "storage/schema.hpp"

namespace tessera::compare {

namespace {

/// A stored column, a double a cell: what evolve::BinFinder takes.
struct Cells {
  std::vector<double> values;
  std::vector<std::string> categories;
};

template <class Values, class Convert>
Cells converted(const Values& values, Convert convert) {
  Cells cells;
  for (const auto value : values) cells.values.push_back(convert(value));
  return cells;
}

std::optional<Cells> cells_of(storage::OwnedCells stored, ColumnType type) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&stored); numbers && type == ColumnType::kNumber)
    return converted(*numbers, [](double value) { return value; });
  if (const auto* flags = std::get_if<std::vector<std::int8_t>>(&stored); flags && type == ColumnType::kFlag)
    return converted(*flags, [](std::int8_t flag) { return flag < 0 ? kNaN : flag; });
  if (const auto* days = std::get_if<std::vector<std::int32_t>>(&stored); days && type == ColumnType::kDate)
    return converted(*days, [](std::int32_t day) { return day == kMissingDate ? kNaN : day; });
  if (auto* column = std::get_if<CategoryColumn>(&stored); column && type == ColumnType::kCategory) {
    Cells cells = converted(column->codes, [](std::int32_t code) { return code < 0 ? kNaN : code; });
    cells.categories = std::move(column->categories);
    return cells;
  }
  return std::nullopt;
}

}  // namespace

std::vector<FeatureDistribution> recount(const storage::FileReader& reader, std::vector<FeatureDistribution> bins,
                                         std::span<const std::uint8_t> in_population) {
  for (FeatureDistribution& feature : bins) {
    const std::string path = storage::child_path(storage::schema::accounts::kPath, feature.column);
    std::optional<Cells> cells;
    if (reader.has(path)) cells = cells_of(reader.read(path, 0, reader.rows(path)), feature.type);
    if (!cells || cells->values.size() != in_population.size()) {
      feature.bins.clear();
      continue;
    }
    for (DistributionBin& bin : feature.bins) bin.accounts = 0;
    const evolve::BinFinder find(feature.bins, feature.type, cells->categories);
    for (std::size_t i = 0; i < in_population.size(); ++i)
      if (in_population[i] != 0) ++feature.bins[find(cells->values[i])].accounts;
  }
  return bins;
}

}  // namespace tessera::compare
