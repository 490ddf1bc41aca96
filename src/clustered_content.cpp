#include "clustered_content.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "parallel/communicator.hpp"
#include "results/column_hash.hpp"

namespace tessera {
namespace {

using results::HashSum;

/// One account as bytes: key, place, features.
class AccountBytes {
 public:
  explicit AccountBytes(int d) : bytes_(3 * sizeof(std::uint64_t) + static_cast<std::size_t>(d) * sizeof(float)) {}

  [[nodiscard]] HashSum hash(AccountKey key, std::uint64_t place, const FeatureTiles& tiles, std::size_t account) {
    std::byte* out = bytes_.data();
    const auto put = [&out](const auto& value) {
      std::memcpy(out, &value, sizeof value);
      out += sizeof value;
    };
    put(key.hi);
    put(key.lo);
    put(place);
    for (int f = 0; f < tiles.d(); ++f) put(tiles.at(account, f));
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), bytes_.size());
    return {hash.high64, hash.low64};
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

std::string clustered_content(const Context& context, const Prepared& prepared, const MacroSegments* macros) {
  std::vector<std::uint64_t> places;  // by macro segment
  if (macros != nullptr)
    for (const MacroSegment& macro : macros->segments)
      places.push_back(XXH3_64bits(macro.rule.data(), macro.rule.size()));
  HashSum mine;
  const auto n = static_cast<std::int64_t>(prepared.rows.size());
#pragma omp parallel num_threads(context.threads)
  {
    HashSum here;
    AccountBytes bytes(prepared.tiles.d());
#pragma omp for schedule(static)
    for (std::int64_t i = 0; i < n; ++i) {
      const auto account = static_cast<std::size_t>(i);
      const std::uint64_t place =
          macros == nullptr ? 0 : places[static_cast<std::size_t>(macros->of_account[prepared.rows[account]])];
      here.add(bytes.hash(prepared.keys[account], place, prepared.tiles, account));
    }
#pragma omp critical
    mine.add(here);
  }
  return to_hex(all_sum(context.comm, std::span<const HashSum>(&mine, 1)).front());
}

}  // namespace tessera
