#include "results/read_encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/grid.hpp"
#include "results/names.hpp"
#include "results/stored_table.hpp"
#include "storage/schema.hpp"

namespace tessera::results {
namespace {

namespace schema = storage::schema;

/// More features than any job could name, and exponents beyond any that prepare chooses.
constexpr std::size_t kMostFeatures = 1'000'000;
constexpr std::int64_t kLargestExponent = 1000, kLeastExponent = -1100;

bool is_sensitive(const PrivacySpec& privacy, const std::string& column) {
  return std::ranges::any_of(
      privacy.sensitive, [&](const ColumnRef& ref) { return column == ref.text || column.ends_with("." + ref.text); });
}

std::vector<Transform> transforms_of(const std::string& path, const std::vector<std::string>& names) {
  std::vector<Transform> transforms;
  for (const std::string& name : names) {
    constexpr std::array kKnown = {Transform::kNone, Transform::kLog1p};
    const auto* const found = std::ranges::find(kKnown, name, [](Transform one) { return name_of(one); });
    if (found == kKnown.end()) refuse(path, fmt::format("has the unknown transform \"{}\"", name));
    transforms.push_back(*found);
  }
  return transforms;
}

void check(const std::string& path, const EncodedFeature& feature) {
  const bool is_good = std::isfinite(feature.fill) && std::isfinite(feature.low) && std::isfinite(feature.high) &&
                       std::isfinite(feature.offset) && std::isfinite(feature.scale) && feature.scale > 0.0 &&
                       std::isfinite(feature.clip) && feature.clip >= 0.0;
  if (!is_good) refuse(path, fmt::format("has no encoding of feature \"{}\"", feature.name));
}

}  // namespace

FeatureEncoding read_encoding(const storage::FileReader& reader, const std::string& place, const std::string& path,
                              const PrivacySpec& privacy, std::vector<std::string>& withheld) {
  namespace columns = schema::encoding;
  FeatureEncoding encoding;
  const std::int64_t exponent = reader.integer(place, std::string(schema::model::kExponent));
  if (exponent < kLeastExponent || exponent > kLargestExponent) refuse(place, fmt::format("exponent is {}", exponent));
  encoding.exponent = static_cast<int>(exponent);
  const StoredTable table(reader, path, columns::kColumn);
  if (table.rows() == 0 || table.rows() > kMostFeatures) refuse(path, fmt::format("has {} features", table.rows()));
  std::vector<EncodedFeature>& features = encoding.features;
  features.resize(table.rows());
  fill(features, table.texts(columns::kColumn), &EncodedFeature::column);
  fill(features, table.texts(columns::kName), &EncodedFeature::name);
  fill(features, table.texts(columns::kCategory), &EncodedFeature::category);
  fill(features, table.flags(columns::kIsIndicator), &EncodedFeature::is_indicator);
  fill(features, table.flags(columns::kIsUnknown), &EncodedFeature::is_unknown);
  fill(features, table.flags(columns::kIsOther), &EncodedFeature::is_other);
  fill(features, transforms_of(path, table.texts(columns::kTransform)), &EncodedFeature::transform);
  fill(features, table.numbers<double>(columns::kFill), &EncodedFeature::fill);
  fill(features, table.numbers<double>(columns::kLow), &EncodedFeature::low);
  fill(features, table.numbers<double>(columns::kHigh), &EncodedFeature::high);
  fill(features, table.numbers<double>(columns::kOffset), &EncodedFeature::offset);
  fill(features, table.numbers<double>(columns::kScale), &EncodedFeature::scale);
  fill(features, table.numbers<double>(columns::kClip), &EncodedFeature::clip);
  fill(features, table.numbers<double>(columns::kWeight), &EncodedFeature::weight);
  fill(features, table.numbers<std::int64_t>(columns::kClipped), &EncodedFeature::clipped);
  for (const EncodedFeature& feature : features) {
    if (!std::isfinite(feature.weight) || feature.weight < 0.0)
      refuse(path, fmt::format("weighs feature \"{}\" by {}", feature.name, feature.weight));
    if (std::isnan(feature.scale) && is_sensitive(privacy, feature.column)) {
      withheld.push_back(feature.name);
    } else {
      check(path, feature);
    }
  }
  return encoding;
}

std::vector<double> read_places(const storage::FileReader& reader, const std::string& path, int width, int exponent) {
  const std::uint64_t rows = reader.rows(path);
  if (reader.row_bytes(path) != static_cast<std::uint64_t>(width) * sizeof(double))
    refuse(path, fmt::format("does not have the {} columns that its encoding has", width));
  storage::OwnedCells cells = reader.read(path, 0, rows);
  auto* places = std::get_if<std::vector<double>>(&cells);
  if (places == nullptr) refuse(path, "holds no numbers");
  constexpr double kFarthest = (kGridLimit + 1) * kGridStep;
  for (const double place : *places)
    if (!(std::fabs(std::ldexp(place, exponent)) <= kFarthest)) refuse(path, fmt::format("holds {}", place));
  return std::move(*places);
}

}  // namespace tessera::results
