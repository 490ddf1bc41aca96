#include "tessera/account_key.hpp"

#include <xxhash.h>

namespace tessera {

AccountKey account_key(std::string_view account_id) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(account_id.data(), account_id.size());
  return {hash.high64, hash.low64};
}

}  // namespace tessera
