#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::intake {

/// How two spellings differ.
enum class Likeness : std::uint8_t { kCaseOrSpaces, kOneEdit };

/// A spelling and the commoner one that may be meant.
struct Lookalike {
  std::uint32_t spelling = 0, meant = 0;  ///< indices into the spellings
  Likeness likeness = Likeness::kCaseOrSpaces;
  std::uint32_t letters = 0;  ///< of the longer one, spaces between words included
};

/// Of spellings one edit apart the rarer one has at most a tenth of the commoner one's accounts: two cities may have
/// alike names.
inline constexpr std::uint64_t kRarer = 10;
/// Words of fewer letters are too often another's neighbour without being meant: Iran and Iraq.
inline constexpr std::size_t kLeastLetters = 5;
/// Longer spellings are compared in case and spaces alone.
inline constexpr std::size_t kMostLetters = 64;
/// Spellings that become the same text by leaving out one letter are compared with so many of the commonest of them.
inline constexpr std::size_t kMostNeighbours = 64;

/// For each spelling at most one: the commonest of those that differ in case and spaces alone, or else the commonest
/// one letter apart (one more, one fewer, one other, two exchanged). Never where the edit is a digit or beside one
/// ("A1" and "A2"), or in a word of fewer than kLeastLetters ("Type A" and "Type B"). `spellings` are sorted by bytes,
/// all different; ties go to the lower index. Sorted by spelling.
[[nodiscard]] std::vector<Lookalike> lookalikes(std::span<const std::string> spellings,
                                                std::span<const std::uint64_t> accounts);

/// The spelling that a text may mean which is none of them, by the same rules but those of number.
[[nodiscard]] std::optional<Lookalike> nearest_spelling(std::string_view text, std::span<const std::string> spellings,
                                                        std::span<const std::uint64_t> accounts);

/// Whether two folded texts are one edit apart, and the edit may be a slip.
[[nodiscard]] bool is_slip(std::u32string_view a, std::u32string_view b) noexcept;

}  // namespace tessera::intake
