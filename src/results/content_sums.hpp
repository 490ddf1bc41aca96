#pragma once

#include <memory>
#include <string>
#include <vector>

#include "results/content.hpp"

namespace tessera::results {

/// The hash of one column or attribute over all ranks.
struct ContentSum {
  std::string path;
  bool in_digest = false;
  HashSum sum;
};

struct Inventory;

/// The sums of all that is to be written, from memory. `content` must outlive it.
class ContentSums {
 public:
  /// Collective.
  ContentSums(const Context& context, const Content& content);
  ~ContentSums();
  ContentSums(const ContentSums&) = delete;
  ContentSums& operator=(const ContentSums&) = delete;

  /// Adds this rank's part; calls no MPI, so another thread may do it while the content is written.
  void add_mine(int threads);
  /// After that. Collective.
  [[nodiscard]] std::vector<ContentSum> over_ranks(const Context& context) const;

 private:
  const std::unique_ptr<const Inventory> inventory_;
  std::vector<HashSum> mine_;
};

/// Whether the file has what was to be written, bit for bit: "", or the path of something that reads back otherwise.
/// Each rank reads back its own rows. Collective. Throws Error(kCannotWrite) if the file lacks anything.
[[nodiscard]] std::string what_differs(const Context& context, const Content& content, const std::string& path);

/// 32 hex digits: the sum of those in the digest.
[[nodiscard]] std::string digest_of(const std::vector<ContentSum>& sums);

}  // namespace tessera::results
