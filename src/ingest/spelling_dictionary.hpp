#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::intake {

/// Numbers spellings in the order in which they are met. Most cells are short and met before, so a spelling of up to 16
/// bytes is compared as two words.
class SpellingDictionary {
 public:
  SpellingDictionary();

  /// The spelling's number, new if need be. kCellPadding bytes behind it are readable.
  [[nodiscard]] std::uint32_t code_of(std::string_view spelling);
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::string_view spelling(std::uint32_t code) const noexcept {
    const Entry& entry = entries_[code];
    return std::string_view(texts_).substr(entry.offset, entry.length);
  }

 private:
  struct Entry {
    std::uint64_t head = 0;  ///< first eight bytes
    std::uint64_t tail = 0;  ///< the next up to eight; of longer spellings the last
    std::uint64_t hash = 0;
    std::uint32_t length = 0;
    std::uint32_t offset = 0;
  };
  [[nodiscard]] static Entry entry_of(std::string_view spelling) noexcept;
  [[nodiscard]] bool is(const Entry& held, const Entry& sought, std::string_view spelling) const noexcept;
  void grow();

  std::vector<std::uint32_t> places_;  ///< code + 1, or 0; a power of two of them, at most half in use
  std::vector<Entry> entries_;         ///< by code
  std::string texts_;
};

}  // namespace tessera::intake
