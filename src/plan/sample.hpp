#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ingest/column_evidence.hpp"
#include "ingest/column_plan.hpp"
#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::plan {

/// What a sample says of one column of a source's files.
struct SampledColumn {
  intake::Evidence seen;
  intake::Spellings spellings;  ///< what was met, but no more than a category may have, and one
  std::uint64_t bytes = 0;      ///< of all cells
};

/// Some rows of a source, read in pieces that lie evenly over its files.
struct SourceSample {
  /// How the number of rows of the whole is known.
  enum class Count {
    kCounted,  ///< all rows were read, or the file says it
    kSampled,  ///< from the length of rows in the pieces
    kGuessed   ///< packed: how much there is within is a guess
  };
  Count count = Count::kSampled;
  double rows_global = 0.0;  ///< of the whole source, those left out because of their shape included
  double rows_error = 0.0;   ///< standard error of that, as a share of it; 0 where it was counted or guessed
  double text_bytes = 0.0;   ///< of the whole source, unpacked

  std::uint64_t refused = 0;    ///< rows read that have no right shape
  std::uint64_t rows = 0;       ///< read and good, as the rest here
  std::uint64_t keys = 0;       ///< different ones
  std::uint64_t key_bytes = 0;  ///< of all rows
  std::vector<SampledColumn> columns;
};

/// How much is read of a source; tests make it tiny.
struct SampleSize {
  std::size_t pieces = 16;
  std::uint64_t piece_bytes = std::uint64_t{128} << 10;
};

/// Reads a sample of a source that is no matrix. A gzip file is unpacked as far as a sample goes, and how much more
/// there is follows from how well that much packs; of other packed formats nothing is read. Not collective. Throws
/// Error(kNoInput, kBadData).
[[nodiscard]] SourceSample sample_source(const SourceSpec& spec, const SourceHead& head, const SampleSize& size = {});

/// How many different values `n_all` cells have, if `n_seen` of them have `distinct`: as if all values were equally
/// frequent.
[[nodiscard]] double distinct_in_all(double distinct, double n_seen, double n_all) noexcept;

}  // namespace tessera::plan
