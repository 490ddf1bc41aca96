#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tessera::intake {

/// The words that make a company's name, as written but folded, without accents, punctuation and the legal forms at its
/// end: "Müller & Söhne GmbH & Co. KG" is "muller sohne". Empty if nothing is left. ASCII digits and letters, and what
/// other scripts write.
[[nodiscard]] std::u32string company_words(std::string_view utf8);

/// Longer names are cut when letters are compared.
inline constexpr std::size_t kMostCompared = 64;

/// A name made ready to be likened.
struct ComparableName {
  std::vector<std::u32string_view> order;  ///< its words, sorted; views into what it was made of
  std::u32string joined;                   ///< the sorted words, end to end, cut to kMostCompared letters
};
/// Of `words` as company_words() has them, which must outlive it.
[[nodiscard]] ComparableName comparable(std::u32string_view words);

/// Likeness of two names in thousandths: the better of the letters in words that both have (Dice), and of the letters
/// that agree once the sorted words are brought into line (insertions, deletions, exchanges of neighbours and others
/// count one each). 0 if a word with a digit is in one alone ("Plant 1", "Plant 2") or the likeness is below `least`.
[[nodiscard]] int likeness(const ComparableName& a, const ComparableName& b, int least);

}  // namespace tessera::intake
