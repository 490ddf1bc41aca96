#include "ingest/spelling_dictionary.hpp"

#include <xxhash.h>

namespace tessera::intake {

SpellingDictionary::SpellingDictionary() : places_(64) {}

std::uint64_t SpellingDictionary::long_hash(std::string_view spelling) noexcept {
  return XXH3_64bits(spelling.data(), spelling.size());
}

std::uint32_t SpellingDictionary::add(Entry entry, std::string_view spelling, std::size_t place) {
  entry.offset = static_cast<std::uint32_t>(texts_.size());
  texts_ += spelling;
  entries_.push_back(entry);
  places_[place] = static_cast<std::uint32_t>(entries_.size());
  if (2 * entries_.size() > places_.size()) grow();
  return static_cast<std::uint32_t>(entries_.size() - 1);
}

void SpellingDictionary::grow() {
  places_.assign(4 * places_.size(), 0);
  const std::size_t mask = places_.size() - 1;
  for (std::size_t code = 0; code < entries_.size(); ++code) {
    std::size_t place = entries_[code].hash & mask;
    while (places_[place] != 0) place = (place + 1) & mask;
    places_[place] = static_cast<std::uint32_t>(code + 1);
  }
}

}  // namespace tessera::intake
