#include "ingest/spelling_dictionary.hpp"

#include <xxhash.h>

#include "ingest/quick_cell.hpp"

namespace tessera::intake {
namespace {

constexpr std::size_t kWords = 16;  ///< bytes that head and tail hold

std::uint64_t mixed(std::uint64_t head, std::uint64_t tail, std::uint64_t length) noexcept {
  constexpr std::uint64_t kHead = 0x9E3779B97F4A7C15, kTail = 0xC2B2AE3D27D4EB4F;
  const auto product = static_cast<unsigned __int128>(head ^ kTail) * (tail ^ kHead ^ (length << 56U));
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace

SpellingDictionary::SpellingDictionary() : places_(64) {}

SpellingDictionary::Entry SpellingDictionary::entry_of(std::string_view spelling) noexcept {
  Entry entry;
  const std::size_t n = spelling.size();
  entry.length = static_cast<std::uint32_t>(n);
  entry.head = word_of(spelling.data(), n);
  if (n > 8) entry.tail = n <= kWords ? word_of(spelling.data() + 8, n - 8) : word_of(spelling.data() + n - 8, 8);
  entry.hash = n <= kWords ? mixed(entry.head, entry.tail, n) : XXH3_64bits(spelling.data(), n);
  return entry;
}

bool SpellingDictionary::is(const Entry& held, const Entry& sought, std::string_view spelling) const noexcept {
  if (held.head != sought.head || held.tail != sought.tail || held.length != sought.length) return false;
  return spelling.size() <= kWords || std::string_view(texts_).substr(held.offset, held.length) == spelling;
}

std::uint32_t SpellingDictionary::code_of(std::string_view spelling) {
  Entry sought = entry_of(spelling);
  const std::size_t mask = places_.size() - 1;
  std::size_t place = sought.hash & mask;
  for (; places_[place] != 0; place = (place + 1) & mask) {
    if (is(entries_[places_[place] - 1], sought, spelling)) return places_[place] - 1;
  }
  sought.offset = static_cast<std::uint32_t>(texts_.size());
  texts_ += spelling;
  entries_.push_back(sought);
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
