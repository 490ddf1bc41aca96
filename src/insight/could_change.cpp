#include "insight/could_change.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include "core/grid.hpp"
#include "model/encoder.hpp"

namespace tessera::insight {
namespace {

/// Accounts that are tried at once.
constexpr std::size_t kBatch = 8192;

/// Some accounts in one space of a segmentation, whose features of one column are put to one value after another.
class Trial {
 public:
  Trial(const AccountTable& accounts, const std::string& column, const FeatureEncoding& encoding,
        std::span<const std::uint32_t> rows, int threads)
      : encoder_(encoding, accounts),
        power_of_two_(std::ldexp(1.0, encoding.exponent)),
        tiles_(encode(encoding, accounts, rows, threads)),
        cells_(rows.size()) {
    for (std::size_t f = 0; f < encoding.features.size(); ++f)
      if (encoding.features[f].column == column) features_.push_back(f);
  }

  /// Encodes each account with its cell, as encode() would; NaN: as it is, without a value.
  void put(std::span<const double> cells) {
    for (const std::size_t f : features_) {
      std::ranges::copy(cells, cells_.begin());
      encoder_.to_own_units(f, cells_);
      for (std::size_t i = 0; i < cells_.size(); ++i)
        tiles_.set(i, static_cast<int>(f), from_grid(to_grid(cells_[i] * power_of_two_)));
    }
  }
  [[nodiscard]] const FeatureTiles& tiles() const noexcept { return tiles_; }

 private:
  Encoder encoder_;
  double power_of_two_;
  FeatureTiles tiles_;
  std::vector<double> cells_;
  std::vector<std::size_t> features_;
};

}  // namespace

bool counts_for(const FittedSegments& segmentation, const std::string& column) {
  return std::ranges::any_of(segmentation.encodings, [&](const FeatureEncoding* encoding) {
    return std::ranges::any_of(encoding->features,
                               [&](const EncodedFeature& f) { return f.column == column && f.weight > 0.0; });
  });
}

void mark_changes(const AccountTable& accounts, const Column& column, const PlausibleValues& plausible,
                  std::span<const std::int32_t> group_of, const FittedSegments& segmentation,
                  std::span<const std::uint32_t> rows, int threads, std::span<std::uint8_t> changed) {
  std::vector<std::size_t> places;  // in `rows`: those in the segmentation
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (segmentation.is_in[rows[i]] != 0) places.push_back(i);
  for (std::size_t begin = 0; begin < places.size(); begin += kBatch) {
    const auto batch = std::span<const std::size_t>(places).subspan(begin, std::min(kBatch, places.size() - begin));
    std::vector<std::uint32_t> batch_rows;
    for (const std::size_t place : batch) batch_rows.push_back(rows[place]);
    std::deque<Trial> trials;
    std::vector<const FeatureTiles*> tiles;
    for (const FeatureEncoding* encoding : segmentation.encodings)
      tiles.push_back(&trials.emplace_back(accounts, column.full_name(), *encoding, batch_rows, threads).tiles());
    const std::vector<std::int32_t> now = segmentation.segment_of(tiles, batch_rows);
    std::vector<double> cells(batch.size());
    for (std::size_t v = 0; v < plausible.most(); ++v) {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const auto& values = plausible.by_group[static_cast<std::size_t>(group_of[batch_rows[i]])];
        cells[i] = v < values.size() ? values[v] : std::numeric_limits<double>::quiet_NaN();
      }
      for (Trial& trial : trials) trial.put(cells);
      const std::vector<std::int32_t> then = segmentation.segment_of(tiles, batch_rows);
      for (std::size_t i = 0; i < batch.size(); ++i)
        if (then[i] != now[i]) changed[batch[i]] = 1;
    }
  }
}

}  // namespace tessera::insight
