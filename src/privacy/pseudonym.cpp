#include "privacy/pseudonym.hpp"

#include <sodium.h>

#include <array>

namespace tessera::privacy {

std::string pseudonym(const PseudonymKey& key, std::string_view id) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(id.data()), id.size(), key.data(),
                     PseudonymKey::kBytes);
  std::array<char, 2 * crypto_generichash_BYTES_MIN + 1> digits{};
  sodium_bin2hex(digits.data(), digits.size(), hash.data(), hash.size());
  return digits.data();
}

}  // namespace tessera::privacy
