#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/cell_reader.hpp"
#include "tessera/model.hpp"

namespace tessera {

/// The label of cells that are missing, and of categories without an indicator of their own, in a feature's name.
inline constexpr const char* kUnknownLabel = "(unknown)";
inline constexpr const char* kOtherLabel = "(other)";

/// The first half of a number's encoding, in place: missing cells filled, transformed, winsorised. log1p is taken
/// symmetrically, sign(x)·log1p(|x|), so that a loss or a refund has a place as well.
void fill_transform_winsorise(const EncodedFeature& feature, std::span<double> cells) noexcept;

/// An encoding bound to a table: columns found, categories matched to codes, once. The encoding and the table outlive
/// it.
class Encoder {
 public:
  /// Throws Error(kBadData) if the table lacks a column, or has it as another type than the encoding was fitted on.
  Encoder(const FeatureEncoding& encoding, const AccountTable& accounts);

  [[nodiscard]] std::span<const CellSource> sources() const noexcept { return sources_; }

  /// Cells of feature f become its values in own units, in place. Returns how many were clipped. Thread-safe.
  std::int64_t to_own_units(std::size_t f, std::span<double> cells) const noexcept;

 private:
  void indicate(std::size_t f, std::span<double> cells) const noexcept;

  const FeatureEncoding& encoding_;
  std::vector<CellSource> sources_;
  /// By feature: for an indicator of one category its code in this table (−1: the table has no such category).
  std::vector<std::int32_t> codes_;
  /// By feature: for the indicator of other categories, 1 for each code that has no indicator of its own.
  std::vector<std::vector<std::uint8_t>> is_other_;
};

/// Why the accounts cannot be encoded: a column is not there, or of another type than the encoding was fitted on.
/// Empty: they can. The same on every rank.
[[nodiscard]] std::string why_not_encodable(const FeatureEncoding& encoding, const AccountTable& accounts);

/// encode(), which also counts the accounts clipped, by feature (clipped.size() is d).
[[nodiscard]] FeatureTiles encode_counting(const FeatureEncoding& encoding, const AccountTable& accounts,
                                           std::span<const std::uint32_t> rows, int threads,
                                           std::span<std::int64_t> clipped);

}  // namespace tessera
