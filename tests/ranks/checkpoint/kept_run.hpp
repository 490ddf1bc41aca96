#pragma once

#include <string>
#include <vector>

#include "checkpoint/state.hpp"
#include "parallel/communicator.hpp"
#include "tessera/ingest.hpp"

namespace tessera::test {

/// The first `ranks` ranks of the test run, as a communicator of their own.
class FirstRanks {
 public:
  /// Collective over the test run.
  explicit FirstRanks(int ranks);
  /// Only on those ranks.
  [[nodiscard]] const parallel::Communicator& comm() const { return *comm_; }
  [[nodiscard]] bool has_me() const;

 private:
  std::unique_ptr<parallel::Communicator> comm_;
  int ranks_;
};

/// What ingest might have made of `n` accounts, as this rank of `comm` holds it: ids in Unicode, every type of column,
/// every kind of missing value, texts of none to thousands of bytes, cells that were filled, a quarantine.
Ingested made_accounts(const parallel::Communicator& comm, std::size_t n);

/// A folder of the test run's own, on all ranks; removed by rank 0.
class SharedFolder {
 public:
  SharedFolder();
  ~SharedFolder();
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

/// A state with something in every part.
checkpoint::State made_state(std::uint64_t generation);

/// Flips a bit of a file, on rank 0; all ranks go on together.
void flip(const std::string& path, std::uint64_t at);

}  // namespace tessera::test
