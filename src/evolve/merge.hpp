#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/exact_sum.hpp"
#include "evolve/stored_accounts.hpp"
#include "evolve/stored_night.hpp"

namespace tessera::evolve {

/// One segmentation of last night while its accounts are gone through.
struct Reading {
  StoredSegmentation stored;
  std::vector<StoredLevel> levels;   ///< macro, core, micro
  std::vector<ExactSum> gone_value;  ///< by segment
};

/// A reading of which no account has been read: nobody of tonight's was there.
[[nodiscard]] Reading begin_reading(const storage::FileReader& reader, StoredSegmentation&& stored,
                                    std::size_t n_tonight, std::uint64_t n_accounts);

/// Goes through a range of last night's accounts together with tonight's, both in canonical order.
class Merge {
 public:
  /// What is given outlives this.
  Merge(NamesInOrder tonight, const StoredAccounts& accounts, std::vector<Reading>& readings);

  /// Rows [first, end) of last night's. Throws Error(kBadData) where these are not in order.
  void read(std::uint64_t first, std::uint64_t end);

  /// By account of tonight, once all is read.
  [[nodiscard]] std::vector<std::uint8_t>& was_there() noexcept { return was_there_; }

 private:
  void read_block(std::uint64_t first, std::uint64_t count);
  [[nodiscard]] std::vector<std::size_t> find_tonight(NamesInOrder names, std::uint64_t first);

  NamesInOrder tonight_;
  const StoredAccounts& accounts_;
  std::vector<Reading>& readings_;
  std::vector<std::uint8_t> was_there_;
  std::size_t next_ = 0;  ///< the first of tonight's that is not before the row that was read last
  bool has_read_ = false;
  AccountKey last_key_;  ///< of the row that was read last
  std::string last_id_;
};

}  // namespace tessera::evolve
