#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/quick_cell.hpp"

namespace tessera::intake {

/// Numbers spellings in the order in which they are met. Most cells are short and met before, so a spelling of up to 16
/// bytes is compared as two words.
class SpellingDictionary {
 public:
  SpellingDictionary();

  /// The spelling's number, new if need be. kCellPadding bytes behind it are readable.
  [[nodiscard]] std::uint32_t code_of(std::string_view spelling) {
    const Entry sought = entry_of(spelling);
    const std::size_t mask = places_.size() - 1;
    std::size_t place = sought.hash & mask;
    for (; places_[place] != 0; place = (place + 1) & mask) {
      if (is(entries_[places_[place] - 1], sought, spelling)) return places_[place] - 1;
    }
    return add(sought, spelling, place);
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::string_view spelling(std::uint32_t code) const noexcept {
    const Entry& entry = entries_[code];
    return std::string_view(texts_).substr(entry.offset, entry.length);
  }

 private:
  static constexpr std::size_t kWords = 16;  ///< bytes that head and tail hold

  struct Entry {
    std::uint64_t head = 0;  ///< first eight bytes
    std::uint64_t tail = 0;  ///< the next up to eight; of longer spellings the last
    std::uint64_t hash = 0;
    std::uint32_t length = 0;
    std::uint32_t offset = 0;
  };
  [[nodiscard]] static Entry entry_of(std::string_view spelling) noexcept {
    Entry entry;
    const std::size_t n = spelling.size();
    entry.length = static_cast<std::uint32_t>(n);
    entry.head = word_of(spelling.data(), n);
    if (n > 8) entry.tail = n <= kWords ? word_of(spelling.data() + 8, n - 8) : word_of(spelling.data() + n - 8, 8);
    entry.hash = n <= kWords ? mixed(entry.head, entry.tail, n) : long_hash(spelling);
    return entry;
  }
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t head, std::uint64_t tail, std::uint64_t length) noexcept {
    constexpr std::uint64_t kHead = 0x9E3779B97F4A7C15, kTail = 0xC2B2AE3D27D4EB4F;
    const auto product = static_cast<unsigned __int128>(head ^ kTail) * (tail ^ kHead ^ (length << 56U));
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }
  [[nodiscard]] static std::uint64_t long_hash(std::string_view spelling) noexcept;
  [[nodiscard]] bool is(const Entry& held, const Entry& sought, std::string_view spelling) const noexcept {
    if (held.head != sought.head || held.tail != sought.tail || held.length != sought.length) return false;
    return spelling.size() <= kWords || std::string_view(texts_).substr(held.offset, held.length) == spelling;
  }
  std::uint32_t add(Entry entry, std::string_view spelling, std::size_t place);
  void grow();

  std::vector<std::uint32_t> places_;  ///< code + 1, or 0; a power of two of them, at most half in use
  std::vector<Entry> entries_;         ///< by code
  std::string texts_;
};

}  // namespace tessera::intake
