#include "job/section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "job/nearest.hpp"

namespace tessera::job {

Section::Section(Mistakes& mistakes, const Table* table, Place place, std::string_view id, std::string title)
    : mistakes_(mistakes), table_(table), place_(place), id_(id), title_(std::move(title)) {}

bool Section::has(std::string_view key) const noexcept {
  return table_ != nullptr && table_->find(key) != nullptr;
}

Place Section::place(std::string_view key) const noexcept {
  const Entry* entry = table_ == nullptr ? nullptr : table_->find(key);
  return entry == nullptr ? place_ : entry->value.place;
}

void Section::wrong(std::string_view key, std::string_view what) {
  mistakes_.add(place(key), fmt::format("{} of {} {}", key, title_, what));
}

void Section::wrong_type(std::string_view key, const Value& value, std::string_view expected) {
  wrong(key, fmt::format("is of the wrong type; got {}; expected {}", shown(value), expected));
}

const Value* Section::value(std::string_view key, std::string_view expected, Need need) {
  read_.emplace_back(key);
  const Entry* entry = table_ == nullptr ? nullptr : table_->find(key);
  if (entry != nullptr) return &entry->value;
  if (need == Need::kRequired) {
    mistakes_.add(place_, fmt::format("{} lacks the key \"{}\"; expected {}", title_, key, expected));
  }
  return nullptr;
}

std::optional<std::string> Section::text(std::string_view key, std::string_view expected, Need need) {
  const Value* found = value(key, expected, need);
  if (found == nullptr) return std::nullopt;
  const std::string* text = found->text();
  if (text == nullptr) {
    wrong_type(key, *found, fmt::format("{}, in quotes", expected));
    return std::nullopt;
  }
  if (!check_word(mistakes_, *text, found->place, fmt::format("{} of {}", key, title_))) return std::nullopt;
  return *text;
}

std::optional<double> Section::number(std::string_view key, const Range& range, Need need) {
  const Value* found = value(key, range.expected, need);
  if (found == nullptr) return std::nullopt;
  const auto* real = std::get_if<double>(&found->data);
  const auto* whole = std::get_if<std::int64_t>(&found->data);
  if (real == nullptr && whole == nullptr) {
    wrong_type(key, *found, range.expected);
    return std::nullopt;
  }
  const double number = real != nullptr ? *real : static_cast<double>(*whole);
  const bool is_low = range.low_is_in ? number < range.low : number <= range.low;
  const bool is_high = range.high_is_in ? number > range.high : number >= range.high;
  if (!std::isfinite(number) || is_low || is_high) {
    wrong(key, fmt::format("is out of range; got {}; expected {}", shown(*found), range.expected));
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t low, std::int64_t high, Need need) {
  const std::string expected = fmt::format("a whole number from {} to {}", low, high);
  const Value* found = value(key, expected, need);
  if (found == nullptr) return std::nullopt;
  const auto* whole = std::get_if<std::int64_t>(&found->data);
  if (whole == nullptr) {
    if (const Planned* later = planned_value(id_, key, shown(*found))) {
      mistakes_.add(found->place, not_built(*later, *found));
    } else {
      wrong_type(key, *found, expected);
    }
    return std::nullopt;
  }
  if (*whole < low || *whole > high) {
    wrong(key, fmt::format("is out of range; got {}; expected {}", *whole, expected));
    return std::nullopt;
  }
  return *whole;
}

std::optional<bool> Section::flag(std::string_view key) {
  const Value* found = value(key, "true or false", Need::kOptional);
  if (found == nullptr) return std::nullopt;
  const bool* flag = std::get_if<bool>(&found->data);
  if (flag == nullptr) {
    wrong_type(key, *found, "true or false");
    return std::nullopt;
  }
  return *flag;
}

ColumnRef Section::column(std::string_view key, Need need) {
  const auto name = text(key, "the name of a column", need);
  return name ? column_ref(mistakes_, *name, place(key)) : ColumnRef{};
}

const Table* Section::table(std::string_view key, std::string_view expected) {
  const Value* found = value(key, expected, Need::kOptional);
  if (found == nullptr) return nullptr;
  if (found->table() == nullptr) wrong_type(key, *found, expected);
  return found->table();
}

const Array* Section::array(std::string_view key, std::string_view expected) {
  const Value* found = value(key, expected, Need::kOptional);
  if (found == nullptr) return nullptr;
  if (found->array() == nullptr) wrong_type(key, *found, expected);
  return found->array();
}

std::optional<std::size_t> Section::word_index(std::string_view key, std::span<const std::string> words) {
  const std::string expected = fmt::format("one of \"{}\"", fmt::join(words, "\", \""));
  const Value* found = value(key, expected, Need::kOptional);
  if (found == nullptr) return std::nullopt;
  const std::string* word = found->text();
  if (word == nullptr) {
    wrong_type(key, *found, expected);
    return std::nullopt;
  }
  const auto at = std::find(words.begin(), words.end(), *word);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  if (const Planned* later = planned_value(id_, key, shown(*found))) {
    mistakes_.add(found->place, not_built(*later, *found));
    return std::nullopt;
  }
  const std::string near = nearest(*word, words);
  const std::string hint = near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near);
  wrong(key, fmt::format("is not known; got {}; expected {}{}", shown(*found), expected, hint));
  return std::nullopt;
}

std::string Section::not_built(const Planned& later, const Value& value) const {
  if (id_.empty()) return fmt::format("[{}] is not built yet in this version; {}", later.key, later.remedy);
  const bool is_short = value.table() == nullptr && value.array() == nullptr;
  return fmt::format("{}{} of {} is not built yet in this version; {}", later.key,
                     is_short ? fmt::format(" = {}", shown(value)) : "", title_, later.remedy);
}

void Section::not_read(const Entry& entry) {
  if (const Planned* later = planned_key(id_, entry.key)) {
    const std::string got = shown(entry.value);
    const bool is_built = !later->built.empty() && (got == later->built || got == fmt::format("{}.0", later->built));
    if (!is_built) mistakes_.add(entry.place, not_built(*later, entry.value));
    return;
  }
  std::vector<std::string> known = read_;
  for (const Planned& later : planned()) {
    if (later.section == id_) known.emplace_back(later.key);
  }
  const std::string near = mistakes_.full() ? "" : nearest(entry.key, known);
  const std::string hint = near.empty() ? fmt::format("expected one of: {}", fmt::join(read_, ", "))
                                        : fmt::format("did you mean \"{}\"?", near);
  mistakes_.add(entry.place, fmt::format("unknown key {} in {}; {}", shown(entry.key), title_, hint));
}

void Section::finish() {
  if (table_ == nullptr) return;
  for (const Entry& entry : table_->entries) {
    if (std::find(read_.begin(), read_.end(), entry.key) == read_.end()) not_read(entry);
  }
}

bool check_word(Mistakes& mistakes, const std::string& text, Place place, std::string_view what) {
  if (text.empty()) {
    mistakes.add(place, fmt::format("{} is empty; got \"\"; expected at least one character", what));
    return false;
  }
  const bool has_control =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (has_control) {
    mistakes.add(place,
                 fmt::format("{} has a control character in it; got {}; expected plain text", what, shown(text)));
  }
  return !has_control;
}

ColumnRef column_ref(Mistakes& mistakes, const std::string& text, Place place) {
  if (!check_word(mistakes, text, place, "the name of a column")) return {};
  return {.text = text, .line = place.line, .column = place.column};
}

}  // namespace tessera::job
