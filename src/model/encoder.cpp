#include "model/encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/elementary.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

const CategoryColumn* categories_of(const CellSource& source) {
  return source.column == nullptr ? nullptr : std::get_if<CategoryColumn>(&source.column->data);
}

CellSource source_of(const EncodedFeature& feature, const AccountTable& accounts) {
  const std::optional<CellSource> source = find_cells(accounts, feature.column);
  if (!source)
    throw Error(ExitCode::kBadData,
                fmt::format("The encoding needs column \"{}\" for feature \"{}\", but the accounts have "
                            "none of that name: add it to the source, or fit a new model.",
                            feature.column, feature.name));
  const bool is_category = categories_of(*source) != nullptr;
  const bool is_text = source->column != nullptr && std::holds_alternative<TextColumn>(source->column->data);
  const bool needs_category = feature.is_indicator && !feature.is_unknown;
  if (is_text || (needs_category && !is_category) || (!feature.is_indicator && is_category))
    throw Error(ExitCode::kBadData,
                fmt::format("Column \"{}\" is {}, but feature \"{}\" was fitted on {}: state its type under [columns].",
                            feature.column,
                            is_text       ? "text"
                            : is_category ? "a category"
                                          : "no category",
                            feature.name, needs_category ? "a category" : "a number, date or flag"));
  return *source;
}

std::int32_t code_of(const CategoryColumn& column, const std::string& category) {
  const auto found = std::ranges::lower_bound(column.categories, category);
  if (found == column.categories.end() || *found != category) return -1;
  return static_cast<std::int32_t>(found - column.categories.begin());
}

}  // namespace

void fill_transform_winsorise(const EncodedFeature& feature, std::span<double> cells) noexcept {
  const double fill = feature.fill;
  for (double& x : cells) x = std::isnan(x) ? fill : x;
  if (feature.transform == Transform::kLog1p) portable_symmetric_log1p(cells);
  if (feature.low < feature.high) {
    const double low = feature.low;
    const double high = feature.high;
    for (double& x : cells) x = x < low ? low : x > high ? high : x;
  }
}

Encoder::Encoder(const FeatureEncoding& encoding, const AccountTable& accounts)
    : encoding_(encoding), codes_(encoding.features.size(), -1), is_other_(encoding.features.size()) {
  std::map<std::string, std::set<std::string>> own_indicator;  // by column
  for (const EncodedFeature& feature : encoding.features) {
    sources_.push_back(source_of(feature, accounts));
    if (feature.is_indicator && !feature.is_unknown && !feature.is_other)
      own_indicator[feature.column].insert(feature.category);
  }
  for (std::size_t f = 0; f < encoding.features.size(); ++f) {
    const EncodedFeature& feature = encoding.features[f];
    if (!feature.is_indicator || feature.is_unknown) continue;
    const CategoryColumn& column = *categories_of(sources_[f]);
    if (!feature.is_other) {
      codes_[f] = code_of(column, feature.category);
      continue;
    }
    for (const std::string& category : column.categories)
      is_other_[f].push_back(own_indicator[feature.column].contains(category) ? 0 : 1);
  }
}

void Encoder::indicate(std::size_t f, std::span<double> cells) const noexcept {
  const EncodedFeature& feature = encoding_.features[f];
  if (feature.is_unknown) {
    for (double& x : cells) x = std::isnan(x) ? 1.0 : 0.0;
  } else if (feature.is_other) {
    const std::vector<std::uint8_t>& is_other = is_other_[f];
    for (double& x : cells) x = !std::isnan(x) && is_other[static_cast<std::size_t>(x)] != 0 ? 1.0 : 0.0;
  } else {
    const double code = codes_[f];
    for (double& x : cells) x = x == code ? 1.0 : 0.0;
  }
}

std::int64_t Encoder::to_own_units(std::size_t f, std::span<double> cells) const noexcept {
  const EncodedFeature& feature = encoding_.features[f];
  if (feature.is_indicator)
    indicate(f, cells);
  else
    fill_transform_winsorise(feature, cells);
  const double offset = feature.offset;
  const double scale = feature.scale;
  for (double& x : cells) x = (x - offset) / scale;
  std::int64_t clipped = 0;
  if (const double clip = feature.clip; clip > 0.0) {
    for (const double x : cells) clipped += std::fabs(x) > clip ? 1 : 0;
    for (double& x : cells) x = x > clip ? clip : x < -clip ? -clip : x;
  }
  const double root_weight = std::sqrt(feature.weight);
  for (double& x : cells) x *= root_weight;
  return clipped;
}

std::string why_not_encodable(const FeatureEncoding& encoding, const AccountTable& accounts) try {
  const Encoder bound(encoding, accounts);
  return "";
} catch (const Error& error) {
  return error.what();
}

}  // namespace tessera
