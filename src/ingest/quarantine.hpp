#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"

namespace tessera::intake {

/// This rank's rows left out, counted by reason. Past `most_kept` rows the run is certain to fail, so only counts go
/// on.
class Quarantine {
 public:
  /// `withheld` by source: whether the text of its rows is not for people's eyes.
  explicit Quarantine(std::uint64_t most_kept, std::vector<bool> withheld = {})
      : most_kept_(most_kept), withheld_(std::move(withheld)) {}

  void add(QuarantinedRow row);
  void add(Quarantine&& other);
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::vector<QuarantinedRow> take_rows() { return std::move(rows_); }

  /// Collective. The commonest reasons over all ranks, a line each: how often, why, and the first place.
  [[nodiscard]] std::string commonest(const parallel::Communicator& comm) const;

 private:
  struct Reason {
    std::uint64_t count = 0;
    QuarantinedRow first;
  };
  static std::string name_of(const QuarantinedRow& row);

  std::uint64_t most_kept_;
  std::vector<bool> withheld_;
  std::uint64_t count_ = 0;
  std::vector<QuarantinedRow> rows_;
  std::map<std::string, Reason> reasons_;
};

}  // namespace tessera::intake
