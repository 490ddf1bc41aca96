#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tessera/results.hpp"

namespace tessera::test {

/// An account of a made-up night: places of its segments within their levels; −1: none.
struct Member {
  std::string id;
  std::int32_t macro = -1, core = -1, micro = -1;
  double value = 0.0;
};

/// A night of these accounts with one segmentation "one" of 2 macro, 3 core and 4 micro segments, of which this rank
/// holds those that it owns, in canonical order.
RunResults made_night(const std::string& night, std::vector<Member> members);

inline constexpr std::int32_t kFirstCore = 2, kFirstMicro = 5;

/// Accounts in the order of made_night(), those of all ranks.
std::vector<Member> in_order(std::vector<Member> members);

/// A folder that all ranks share, gone with this. Collective.
class SharedFolder {
 public:
  SharedFolder();
  ~SharedFolder();
  SharedFolder(const SharedFolder&) = delete;
  SharedFolder& operator=(const SharedFolder&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

}  // namespace tessera::test
