#include "ingest/job_titles.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "ingest/title_table.hpp"

namespace tessera::intake {
namespace {

bool is_word_character(unsigned char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80U || c == '*';
}

/// ASCII letters and those of Latin-1 (Ä is C3 84, ä C3 A4) in small; `before` is the byte in front.
unsigned char small(unsigned char c, unsigned char before) noexcept {
  const bool is_ascii = c >= 'A' && c <= 'Z';
  const bool is_latin = before == 0xC3U && c >= 0x80U && c <= 0x9EU && c != 0x97U;
  return is_ascii || is_latin ? static_cast<unsigned char>(c + 0x20U) : c;
}

std::vector<std::string> words_of(std::string_view title) {
  std::vector<std::string> words;
  std::string word;
  unsigned char before = 0;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (const char byte : title) {
    const unsigned char c = small(static_cast<unsigned char>(byte), before);
    before = static_cast<unsigned char>(byte);
    if (c == '.' || c == '\'') continue;
    if (is_word_character(c)) {
      word += static_cast<char>(c);
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

std::vector<std::string_view> parted_by_commas(std::string_view list) {
  constexpr std::string_view kComma = ", ";
  std::vector<std::string_view> parts;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = list.find(kComma);
    parts.push_back(list.substr(0, end));
    if (end != std::string_view::npos) list.remove_prefix(end + kComma.size());
  }
  return parts;
}

/// Whether the words of a rule stand at the beginning of these, side by side.
bool begins_with(std::span<const std::string> title, std::span<const std::string> rule) {
  for (; !rule.empty(); rule = rule.subspan(1), title = title.subspan(1)) {
    if (title.empty()) return false;
    if (rule.front() == "*") {
      for (std::size_t skipped = 1; skipped <= title.size(); ++skipped) {
        if (begins_with(title.subspan(skipped), rule.subspan(1))) return true;
      }
      return false;
    }
    if (title.front() != rule.front()) return false;
  }
  return true;
}

bool applies(std::span<const std::string> rule, std::span<const std::string> title) {
  for (std::size_t first = 0; first < title.size(); ++first) {
    if (begins_with(title.subspan(first), rule)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> departments_of(const std::vector<TitleRule>& rules) {
  std::vector<std::string> departments;
  for (const DepartmentWords& one : department_table()) departments.emplace_back(one.department);
  for (const TitleRule& rule : rules) {
    if (!rule.department.empty()) departments.push_back(rule.department);
  }
  std::sort(departments.begin(), departments.end());
  departments.erase(std::unique(departments.begin(), departments.end()), departments.end());
  return departments;
}

JobTitles::JobTitles(const std::vector<TitleRule>& rules) {
  const std::vector<std::string> departments = departments_of(rules);
  const auto index_of = [&](std::string_view department) -> std::optional<std::uint32_t> {
    if (department.empty()) return std::nullopt;
    return static_cast<std::uint32_t>(std::ranges::lower_bound(departments, department) - departments.begin());
  };
  for (const TitleRule& rule : rules)
    rules_.push_back({words_of(rule.words), rule.seniority, index_of(rule.department)});
  for (const SeniorityWords& one : seniority_table()) {
    for (const std::string_view words : parted_by_commas(one.words))
      rules_.push_back({words_of(words), one.seniority, {}});
  }
  for (const DepartmentWords& one : department_table()) {
    for (const std::string_view words : parted_by_commas(one.words))
      rules_.push_back({words_of(words), {}, index_of(one.department)});
  }
}

TitleMeaning JobTitles::work_out(std::string_view title) const {
  // A title of a thousand words is none, and would cost a rule's time a word.
  constexpr std::size_t kLongestTitle = 256;
  const std::vector<std::string> words = words_of(title.substr(0, kLongestTitle));
  TitleMeaning meaning;
  for (const Rule& rule : rules_) {
    const bool tells = (rule.seniority && !meaning.seniority) || (rule.department && !meaning.department);
    if (!tells || !applies(rule.words, words)) continue;
    if (!meaning.seniority) meaning.seniority = rule.seniority;
    if (!meaning.department) meaning.department = rule.department;
  }
  return meaning;
}

TitleMeaning JobTitles::meaning(std::string_view title) {
  constexpr std::size_t kMostKnown = 65'536;
  if (const auto known = known_.find(title); known != known_.end()) return known->second;
  const TitleMeaning meaning = work_out(title);
  if (known_.size() < kMostKnown) known_.emplace(title, meaning);
  return meaning;
}

}  // namespace tessera::intake
