#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "job/document.hpp"
#include "job/mistakes.hpp"
#include "job/planned.hpp"
#include "job/words.hpp"
#include "tessera/job.hpp"

namespace tessera::job {

enum class Need { kOptional, kRequired };

/// The numbers that a key takes; infinities and NaN never.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_is_in = true, high_is_in = true;
  std::string_view expected = "a number";
};

/// Typed reads of a table's keys. A read that fails adds a mistake and gives nullopt (or nullptr, or an empty
/// reference), as if the key were absent, so that reading goes on. finish() makes mistakes of the keys that nobody
/// read.
class Section {
 public:
  /// `table` may be null: the job file has no such table. `id` is what planned.hpp knows it by; `title` goes into
  /// messages.
  Section(Mistakes& mistakes, const Table* table, Place place, std::string_view id, std::string title);

  /// `expected` completes "expected …" in messages.
  std::optional<std::string> text(std::string_view key, std::string_view expected, Need need = Need::kOptional);
  std::optional<double> number(std::string_view key, const Range& range, Need need = Need::kOptional);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t low, std::int64_t high,
                                      Need need = Need::kOptional);
  std::optional<bool> flag(std::string_view key);
  ColumnRef column(std::string_view key, Need need = Need::kOptional);
  const Table* table(std::string_view key, std::string_view expected);
  const Array* array(std::string_view key, std::string_view expected);
  const Value* value(std::string_view key, std::string_view expected, Need need);
  template <class E, std::size_t N>
  std::optional<E> choice(std::string_view key, const Choice<E> (&choices)[N]) {
    std::vector<std::string> words;
    for (const Choice<E>& one : choices) words.emplace_back(one.word);
    const std::optional<std::size_t> at = word_index(key, words);
    return at ? std::optional<E>(choices[*at].value) : std::nullopt;
  }

  [[nodiscard]] bool has(std::string_view key) const noexcept;
  /// Place of the key's value; of the table itself if the key is absent.
  [[nodiscard]] Place place(std::string_view key) const noexcept;
  /// A mistake at the key's value: "KEY of TITLE WHAT".
  void wrong(std::string_view key, std::string_view what);
  /// Reports unknown and planned keys. Call it last.
  void finish();

  [[nodiscard]] Mistakes& mistakes() const noexcept { return mistakes_; }
  [[nodiscard]] Place place() const noexcept { return place_; }
  [[nodiscard]] const std::string& title() const noexcept { return title_; }

 private:
  std::optional<std::size_t> word_index(std::string_view key, std::span<const std::string> words);
  void wrong_type(std::string_view key, const Value& value, std::string_view expected);
  void not_read(const Entry& entry);
  [[nodiscard]] std::string not_built(const Planned& later, const Value& value) const;

  Mistakes& mistakes_;
  const Table* table_;
  Place place_;
  std::string_view id_;
  std::string title_;
  std::vector<std::string> read_;  ///< keys asked for: those that this version knows
};

/// Whether a text may stand in a message, a file or a name: not empty, no control characters. Adds a mistake if not.
bool check_word(Mistakes& mistakes, const std::string& text, Place place, std::string_view what);

/// The reference, if the text may be the name of a column; empty and a mistake if not.
ColumnRef column_ref(Mistakes& mistakes, const std::string& text, Place place);

}  // namespace tessera::job
