#include "ingest/lookalikes.hpp"

#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "ingest/folded_text.hpp"

namespace tessera::intake {
namespace {

using Letters = std::u32string_view;

std::uint32_t letters_of(Letters a, Letters b) {
  return static_cast<std::uint32_t>(std::max(a.size(), b.size()));
}

/// Letters and digits around [begin, end): the words that an edit there touches.
std::size_t word_length(Letters text, std::size_t begin, std::size_t end) {
  while (begin > 0 && is_word_part(text[begin - 1])) --begin;
  while (end < text.size() && is_word_part(text[end])) ++end;
  return end - begin;
}

/// Whether a change of [begin, end) of the text may be a slip: no digit in it or beside it.
bool is_free_of_digits(Letters text, std::size_t begin, std::size_t end) {
  const std::size_t from = begin == 0 ? 0 : begin - 1;
  const Letters around = text.substr(from, std::min(end + 1, text.size()) - from);
  return std::ranges::none_of(around, is_digit);
}

/// Without spaces: two spellings with the same key differ in case and spaces alone.
std::u32string key_of(Letters text) {
  std::u32string key;
  std::ranges::copy_if(text, std::back_inserter(key), [](char32_t c) { return c != U' '; });
  return key;
}

/// A group of spellings that differ in case and spaces alone, by its commonest one.
struct Group {
  std::uint32_t leader = 0;
  std::uint64_t accounts = 0;  ///< of all its spellings
};

struct Neighbour {
  std::uint64_t hash = 0;
  std::uint32_t group = 0;  ///< groups are in the order of their accounts, the commonest first
  friend auto operator<=>(const Neighbour&,
                          const Neighbour&) = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 errs
};

std::uint64_t hash_of_letters(Letters text) {
  return XXH3_64bits(text.data(), text.size() * sizeof(char32_t));
}

class LookalikeSearch {
 public:
  LookalikeSearch(std::span<const std::string> spellings, std::span<const std::uint64_t> accounts)
      : accounts_(accounts) {
    for (const std::string& spelling : spellings) texts_.push_back(folded(spelling));
  }

  std::vector<Lookalike> run() {
    group();
    list_neighbours();
    for (auto first = neighbours_.begin(); first != neighbours_.end();) {
      const auto last =
          std::find_if(first, neighbours_.end(), [&](const Neighbour& n) { return n.hash != first->hash; });
      compare({first, last});
      first = last;
    }
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (meant_[g] == g) continue;
      const std::uint32_t spelling = groups_[g].leader;
      const std::uint32_t meant = groups_[meant_[g]].leader;
      found_.push_back({spelling, meant, Likeness::kOneEdit, letters(spelling, meant)});
    }
    std::ranges::sort(found_, {}, &Lookalike::spelling);
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::uint32_t letters(std::uint32_t a, std::uint32_t b) const {
    return letters_of(texts_[a], texts_[b]);
  }

  /// Spellings of one key follow their commonest one; the groups are put in the order of their accounts.
  void group() {
    std::vector<std::u32string> keys;
    for (const std::u32string& text : texts_) keys.push_back(key_of(text));
    std::vector<std::uint32_t> order(texts_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      if (keys[a] != keys[b]) return keys[a] < keys[b];
      return accounts_[a] != accounts_[b] ? accounts_[a] > accounts_[b] : a < b;
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint32_t one = order[i];
      if (i == 0 || keys[order[i - 1]] != keys[one]) groups_.push_back({one, 0});
      Group& group = groups_.back();
      group.accounts += accounts_[one];
      if (one != group.leader)
        found_.push_back({one, group.leader, Likeness::kCaseOrSpaces, letters(one, group.leader)});
    }
    std::ranges::sort(groups_, [](const Group& a, const Group& b) {
      return a.accounts != b.accounts ? a.accounts > b.accounts : a.leader < b.leader;
    });
    for (std::uint32_t g = 0; g < groups_.size(); ++g) meant_.push_back(g);
  }

  /// Texts one edit apart become the same by leaving out one letter of either or both.
  void list_neighbours() {
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      const std::u32string& text = texts_[groups_[g].leader];
      if (text.size() < kLeastLetters || text.size() > kMostLetters) continue;
      neighbours_.push_back({hash_of_letters(text), g});
      for (std::size_t i = 0; i < text.size(); ++i) {
        std::u32string shorter = text;
        shorter.erase(i, 1);
        neighbours_.push_back({hash_of_letters(shorter), g});
      }
    }
    std::ranges::sort(neighbours_);
    neighbours_.erase(std::unique(neighbours_.begin(), neighbours_.end()), neighbours_.end());
  }

  void compare(std::span<const Neighbour> alike) {
    for (std::size_t i = 1; i < alike.size(); ++i) {
      const Group& rare = groups_[alike[i].group];
      for (std::size_t j = 0; j < std::min(i, kMostNeighbours); ++j) {
        const Group& common = groups_[alike[j].group];
        if (rare.accounts * kRarer > common.accounts) break;  // the others are rarer still
        if (!is_slip(texts_[rare.leader], texts_[common.leader])) continue;
        std::uint32_t& meant = meant_[alike[i].group];
        meant = std::min(meant, alike[j].group);
        break;
      }
    }
  }

  std::span<const std::uint64_t> accounts_;
  std::vector<std::u32string> texts_;
  std::vector<Group> groups_;
  std::vector<Neighbour> neighbours_;
  std::vector<std::uint32_t> meant_;  ///< by group, the commonest group that it may stand for, or itself
  std::vector<Lookalike> found_;
};

}  // namespace

bool is_slip(std::u32string_view a, std::u32string_view b) noexcept {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.size() < kLeastLetters || b.size() > kMostLetters || b.size() - a.size() > 1) return false;
  std::size_t front = 0;
  while (front < a.size() && a[front] == b[front]) ++front;
  std::size_t back = 0;
  while (back < a.size() - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  const std::size_t of_a = a.size() - front - back;
  const std::size_t of_b = b.size() - front - back;
  const bool exchanged = of_a == 2 && of_b == 2 && a[front] == b[front + 1] && a[front + 1] == b[front];
  if (of_b == 0 || (of_b > 1 && !exchanged)) return false;
  if (!is_free_of_digits(a, front, front + of_a) || !is_free_of_digits(b, front, front + of_b)) return false;
  const bool in_word = std::ranges::any_of(a.substr(front, of_a), is_word_part) ||
                       std::ranges::any_of(b.substr(front, of_b), is_word_part);
  return !in_word ||
         std::max(word_length(a, front, front + of_a), word_length(b, front, front + of_b)) >= kLeastLetters;
}

std::vector<Lookalike> lookalikes(std::span<const std::string> spellings, std::span<const std::uint64_t> accounts) {
  return LookalikeSearch(spellings, accounts).run();
}

std::optional<Lookalike> nearest_spelling(std::string_view text, std::span<const std::string> spellings,
                                          std::span<const std::uint64_t> accounts) {
  const std::u32string wanted = folded(text);
  const std::u32string wanted_key = key_of(wanted);
  std::optional<Lookalike> nearest;
  for (std::uint32_t i = 0; i < spellings.size(); ++i) {
    const std::u32string one = folded(spellings[i]);
    const bool same = key_of(one) == wanted_key;
    if (!same && !is_slip(one, wanted)) continue;
    const Likeness likeness = same ? Likeness::kCaseOrSpaces : Likeness::kOneEdit;
    const bool better = !nearest || likeness < nearest->likeness ||
                        (likeness == nearest->likeness && accounts[i] > accounts[nearest->meant]);
    if (better) nearest = Lookalike{0, i, likeness, letters_of(one, wanted)};
  }
  return nearest;
}

}  // namespace tessera::intake
