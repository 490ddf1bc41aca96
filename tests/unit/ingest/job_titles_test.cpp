#include "ingest/job_titles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "ingest/title_table.hpp"

namespace tessera::intake {
namespace {

struct Case {
  const char* title;
  std::optional<Seniority> seniority;
  const char* department;  ///< empty: none
};

void expect_meaning(JobTitles& titles, const std::vector<std::string>& departments, const Case& one) {
  for (int again = 0; again < 2; ++again) {
    const TitleMeaning meaning = titles.meaning(one.title);
    EXPECT_EQ(meaning.seniority, one.seniority) << one.title;
    EXPECT_EQ(meaning.department ? departments.at(*meaning.department) : "", one.department) << one.title;
  }
}

TEST(JobTitles, OfTheBuiltInTable) {
  JobTitles titles({});
  const std::vector<std::string> departments = departments_of({});
  EXPECT_TRUE(std::is_sorted(departments.begin(), departments.end()));
  for (const Case& one :
       {Case{"Chief Executive Officer", Seniority::kCLevel, "management"},
        Case{"C.E.O.", Seniority::kCLevel, "management"},
        Case{"Chief Information Security Officer", Seniority::kCLevel, "it"},
        Case{"VP Marketing", Seniority::kVp, "marketing"},
        Case{"Senior Vice-President, Sales", Seniority::kVp, "sales"},
        Case{"Head of Purchasing", Seniority::kDirector, "purchasing"}, Case{"IT Manager", Seniority::kManager, "it"},
        Case{"Senior Engineer", Seniority::kSenior, "engineering"},
        Case{"Office Assistant", Seniority::kJunior, "administration"},
        Case{"Assistant to the CEO", Seniority::kJunior, "administration"},
        Case{"Product Owner", Seniority::kStaff, "product"}, Case{"GESCHÄFTSFÜHRER", Seniority::kCLevel, "management"},
        Case{"Leiter Einkauf", Seniority::kDirector, "purchasing"}, Case{"R&D", std::nullopt, "engineering"},
        Case{"", std::nullopt, ""}, Case{"Chief", std::nullopt, ""}, Case{"Officer Chief", Seniority::kStaff, ""},
        Case{"Citation writer", Seniority::kStaff, ""}, Case{"* * *", std::nullopt, ""}})
    expect_meaning(titles, departments, one);
}

TEST(JobTitles, TheJobsRulesComeFirstInTheirOrder) {
  const std::vector<TitleRule> rules = {{"gärtner", Seniority::kManager, "garden"},
                                        {"chief", {}, "garden"},
                                        {"it manager", Seniority::kVp, ""},
                                        {"manager", Seniority::kJunior, ""}};
  JobTitles titles(rules);
  const std::vector<std::string> departments = departments_of(rules);
  for (const Case& one :
       {Case{"GÄRTNER", Seniority::kManager, "garden"}, Case{"Chief Executive Officer", Seniority::kCLevel, "garden"},
        Case{"IT Manager", Seniority::kVp, "it"}, Case{"Sales Manager", Seniority::kJunior, "sales"},
        Case{"Chief IT Manager", Seniority::kVp, "garden"}})
    expect_meaning(titles, departments, one);
}

TEST(JobTitles, HostileOnesAreReadInTheirTime) {
  JobTitles titles({{"a * b * c * d", Seniority::kVp, ""}});
  std::string long_title;
  for (int i = 0; i < 1'000'000; ++i) long_title += "a b c ";
  EXPECT_EQ(titles.meaning(long_title).seniority, std::nullopt);
  EXPECT_EQ(titles.meaning("a x b x c x d").seniority, Seniority::kVp);
  EXPECT_EQ(titles.meaning("a b c d").seniority, std::nullopt) << "a star stands for a word at least";
}

TEST(TitleTable, HasNoWordsThatCannotApply) {
  JobTitles titles({});
  for (const SeniorityWords& one : seniority_table()) EXPECT_FALSE(one.words.empty());
  for (const DepartmentWords& one : department_table()) {
    const std::string first(one.words.substr(0, one.words.find(", ")));
    EXPECT_TRUE(titles.meaning(first).department) << first;
  }
}

}  // namespace
}  // namespace tessera::intake
