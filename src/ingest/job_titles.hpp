#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/column_plan.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Departments of the built-in table and of these rules, sorted.
[[nodiscard]] std::vector<std::string> departments_of(const std::vector<TitleRule>& rules);

/// What a job title says of its holder.
struct TitleMeaning {
  std::optional<Seniority> seniority;
  std::optional<std::uint32_t> department;  ///< index into departments_of()
};

/// Reads job titles. A title is cut into words: small letters (ASCII and Latin-1), dots and apostrophes taken out, all
/// else that is no letter or digit parts them. A rule applies where its words stand in the title side by side; "*"
/// stands for one word or more between two. The first rule that applies and says a seniority decides it, and likewise
/// the department: the job's rules in their order, then the built-in ones. Of one thread.
class JobTitles {
 public:
  explicit JobTitles(const std::vector<TitleRule>& rules);
  [[nodiscard]] TitleMeaning meaning(std::string_view title);

 private:
  struct Rule {
    std::vector<std::string> words;
    std::optional<Seniority> seniority;
    std::optional<std::uint32_t> department;
  };
  [[nodiscard]] TitleMeaning work_out(std::string_view title) const;

  std::vector<Rule> rules_;
  std::unordered_map<std::string, TitleMeaning, SpellingHash, std::equal_to<>> known_;  ///< titles met before
};

}  // namespace tessera::intake
