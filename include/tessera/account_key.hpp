#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace tessera {

/// Identity of an account: XXH3-128 of its id, or {0, row} for the row of a matrix source. The canonical order of
/// accounts is by key, then by id; the rank that owns an account follows from `hi` alone, so ranks in order hold
/// accounts in order.
struct AccountKey {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;
  friend auto operator<=>(const AccountKey&,
                          const AccountKey&) = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
};

/// The key of an account id, byte for byte as the id came out of `key_format`. Deterministic on every machine.
[[nodiscard]] AccountKey account_key(std::string_view account_id) noexcept;

/// The rank that owns an account: ranks in order hold keys in order.
[[nodiscard]] inline int owner_of(AccountKey key, int n_ranks) noexcept {
  return static_cast<int>(static_cast<unsigned __int128>(key.hi) * static_cast<unsigned>(n_ranks) >> 64U);
}

}  // namespace tessera
