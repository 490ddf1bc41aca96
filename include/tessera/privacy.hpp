#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "tessera/context.hpp"
#include "tessera/job.hpp"
#include "tessera/results.hpp"

namespace tessera {

/// The 32 secret bytes that pseudonyms are made with. Wiped from memory when it goes.
class PseudonymKey {
 public:
  static constexpr std::size_t kBytes = 32;
  explicit PseudonymKey(const std::array<unsigned char, kBytes>& bytes) noexcept : bytes_(bytes) {}
  ~PseudonymKey();
  PseudonymKey(const PseudonymKey&) = delete;
  PseudonymKey& operator=(const PseudonymKey&) = delete;
  [[nodiscard]] const unsigned char* data() const noexcept { return bytes_.data(); }

 private:
  std::array<unsigned char, kBytes> bytes_;
};

/// The key that [privacy] names: 64 hexadecimal digits in a file that only its owner can read, or in a variable of the
/// environment. Collective: rank 0 reads it and tells the others. Throws Error(kBadJob) on all ranks where it is
/// absent, not of that form, or open to others; the message says what to do and nothing of the key.
[[nodiscard]] std::unique_ptr<const PseudonymKey> read_pseudonym_key(const Context& context,
                                                                     const PrivacySpec& privacy);

/// What tells one key from another and says nothing of it: for a night to know whether it was made with this key.
[[nodiscard]] std::string fingerprint_of(const PseudonymKey& key);

/// What stands for the ids of this rank's accounts, in their order. Not collective.
[[nodiscard]] TextColumn pseudonyms_of(const PseudonymKey& key, const AccountTable& accounts);

/// Puts pseudonyms in the place of all account ids, and the accounts in the canonical order of these: the order of the
/// true ids would tell who has them to which pseudonym each belongs. Call it last, as ties and random draws go by the
/// true ids, so that segments are the same with pseudonyms and without. Collective. A pseudonym is the BLAKE2b hash of
/// the id with the key, 16 bytes, as 32 hexadecimal digits; the same night after night as long as the key is.
/// Memory: one column of accounts at a time is on its way.
void pseudonymise(const Context& context, const PseudonymKey& key, RunResults& results);

}  // namespace tessera
