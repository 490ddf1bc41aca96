#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/category_table.hpp"
#include "insight/membership.hpp"
#include "insight/number_table.hpp"
#include "insight/trait_words.hpp"

namespace tessera::insight {

/// One thing that can be said of a segment, and how much it tells.
struct Trait {
  /// Which trait: those of one column exclude one another in a name.
  struct Key {
    std::int32_t column = 0;
    std::int32_t what = 0;
    friend bool operator==(const Key&, const Key&) = default;
    friend bool operator<(const Key& a, const Key& b) noexcept {
      return a.column != b.column ? a.column < b.column : a.what < b.what;
    }
  };
  enum class Kind { kCategory, kNumber, kFlag };  ///< in the order in which a name lists them

  Key key;
  Kind kind = Kind::kCategory;
  bool strong = false;                 ///< typical of the segment and well above the baseline; others only fill a name
  double share = 0.0, baseline = 0.0;  ///< of the accounts of the segment, and of what it is compared with
  double score = 0.0;  ///< Kullback–Leibler divergence of the two shares in bits, times the column's weight
  std::string text;
  std::size_t degree_length = 0;  ///< bytes of `text` that say the degree of a number ("high "), 0: none
};

/// What a column means for names.
struct ColumnRole {
  std::string name;         ///< as in its source
  std::int32_t column = 0;  ///< columns of one origin (a number and the macro criterion made of it) share one
  double weight = 1.0;      ///< features of the segmentation above macro criteria above the rest
  bool is_customer_flag = false;
  std::int32_t criterion =
      -1;  ///< which macro criterion's labels these are, −1: none; said only where nearly all accounts agree
};

/// Collects the traits of all segments, column by column. Plain arithmetic on tables that are the same on every rank.
class TraitBook {
 public:
  /// `accounts` is by segment, the whole last.
  TraitBook(const Membership& members, std::span<const std::int64_t> accounts);

  void add_numbers(const ColumnRole& role, const NumberTable& table);
  void add_categories(const ColumnRole& role, const CategoryTable& table);

  /// A segment's traits, the strong ones first, most telling first; ties by column, then by what. Call it once all are
  /// added.
  [[nodiscard]] std::vector<Trait> ranked(std::size_t segment) const;
  /// Whether most accounts of the segment have this trait, be it telling or not.
  [[nodiscard]] bool is_typical(std::size_t segment, Trait::Key key) const;
  /// What can no longer be said of the segment of the traits that it was named for on an earlier night, a line each;
  /// empty: all of it is true still. "high revenue, which is now low revenue".
  [[nodiscard]] std::string doubts(std::size_t segment, std::string_view named_for) const;

 private:
  struct Claim {
    Trait::Key key;
    Trait::Kind kind;
    double typical;  ///< share from which on it may be said of the segment
    double weight;
    std::string text;
    std::size_t degree_length = 0;
  };
  [[nodiscard]] double share(std::size_t segment, std::int64_t count) const noexcept;
  /// Takes the claim down where the segment's `count` bears it out. `baseline_count` is of the segment it is compared
  /// with.
  void weigh(std::size_t segment, const Claim& claim, std::int64_t count, std::int64_t baseline_count);
  void add_often(std::size_t segment, const Claim& claim, std::int64_t count, std::int64_t baseline_count);
  [[nodiscard]] bool is_said(std::size_t segment, std::string_view text) const;
  void add_comparison(std::size_t segment, const ColumnRole& role, const NumberTable& table);

  const Membership& members_;
  std::vector<std::int64_t> accounts_;
  std::vector<std::vector<Trait>> traits_;                    ///< by segment
  std::vector<std::vector<Trait::Key>> typical_;              ///< by segment, in the order added
  std::map<std::string, std::int32_t, std::less<>> columns_;  ///< by a trait's text: the column that it is of
  std::map<Trait::Key, std::string> texts_;                   ///< of every trait that is typical of any segment
};

}  // namespace tessera::insight
