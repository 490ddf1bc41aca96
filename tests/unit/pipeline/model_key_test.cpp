#include "model_key.hpp"

#include <gtest/gtest.h>

#include <string>

#include "job_text.hpp"

namespace tessera {
namespace {

constexpr const char* kJob = R"(name = "nightly"
seed = 1
[[source]]
name = "crm"
path = "crm/accounts-*.csv"
key = "account_id"
max_age = "2 days"
[[source]]
name = "orders"
kind = "history"
path = "orders.csv"
key = "account_id"
time = "day"
amount = "paid"
as_of = "2026-01-31"
[columns.employees]
type = "number"
min = 1
[[macro]]
name = "size"
column = "employees"
bands = [ { name = "Small", below = 50 }, { name = "Large", from = 50 } ]
[[macro]]
name = "sector"
column = "industry"
groups = { Tech = ["software", "hardware"], Money = ["banking"] }
[value]
column = "revenue"
customer = "is_customer"
[kpi]
churn = { column = "churned", kind = "rate" }
[[segmentation]]
name = "one"
population = "all"
features = ["employees", { column = "orders.monetary", transform = "log1p", weight = 2.0 }]
scale = "standard"
scope = "SCOPE"
k = 3
starts = 4
max_iterations = 300
quality = "plain"
refine = { min_accounts = 200, MINIMUM features = ["orders.frequency"] }
[previous]
max_worse = 0.01
[gate]
)";

std::string swapped(std::string text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  return text.replace(at, before.size(), after);
}

std::string job_of(const std::string& scope, const std::string& minimum = "") {
  return swapped(swapped(kJob, "SCOPE", scope), "MINIMUM", minimum);
}

std::string key(const std::string& text) {
  const Job job = test::load(text);
  return what_makes_segments(job, job.segmentations.front());
}
std::string macro_key(const std::string& text) {
  const Job job = test::load(text);
  return what_makes_macros(job, job.segmentations.front());
}

TEST(ModelKey, IsOfWhatMakesSegmentsAlone) {
  const std::string job = job_of("all");
  for (const auto& [before, after] : std::initializer_list<std::pair<const char*, const char*>>{
           {"\"nightly\"", "\"other\""},
           {"seed = 1", "seed = 2"},
           {"crm/accounts-*.csv", "/elsewhere/accounts.csv"},
           {"\"2 days\"", "\"3 days\""},
           {"2026-01-31", "2026-02-01"},
           {"max_iterations = 300", "max_iterations = 20"},
           {"k = 3\n", "k = 3\ntolerance = 0.001\nnames = { \"few employees\" = \"Shops\" }\n"},
           {"k = 3\n", "k = 3\nobjective = { kpi = \"churn\", target = \"low\" }\nexisting = \"legacy\"\n"},
           {"below = 50", "below = 49"},
           {"column = \"revenue\"", "column = \"margin\""},
           {"churn = { column = \"churned\", kind = \"rate\" }", "left = { column = \"gone\", kind = \"rate\" }"},
           {"max_worse = 0.01", "max_worse = 0.5"},
           {"[gate]", "[gate]\nmax_moved = 0.1"}})
    EXPECT_EQ(key(swapped(job, before, after)), key(job)) << after;
  for (const auto& [before, after] : std::initializer_list<std::pair<const char*, const char*>>{
           {"k = 3", "k = 4"},
           {"k = 3", "k = \"auto\""},
           {"weight = 2.0", "weight = 3.0"},
           {"transform = \"log1p\"", "transform = \"none\""},
           {"[\"employees\", ", "["},
           {"scale = \"standard\"", "scale = \"robust\""},
           {"starts = 4", "starts = 5"},
           {"quality = \"plain\"", "quality = \"best\""},
           {"population = \"all\"", "population = \"customers\""},
           {"customer = \"is_customer\"", "customer = \"has_paid\""},
           {"amount = \"paid\"", "amount = \"paid - cost\""},
           {"min = 1", "min = 2"},
           {"min_accounts = 200", "min_accounts = 100"},
           {"orders.frequency", "orders.recency_days"}})
    EXPECT_NE(key(swapped(job, before, after)), key(job)) << after;
  EXPECT_NE(key(job), key(job_of("macro")));
  const std::string valued = job_of("all", "min_value = 5.0,");
  EXPECT_NE(key(valued), key(swapped(valued, "column = \"revenue\"", "column = \"margin\"")));
}

TEST(ModelKey, HasCriteriaWhereSegmentsAreInsideThemButNotTheirNames) {
  const std::string job = job_of("macro");
  for (const auto& [before, after] : std::initializer_list<std::pair<const char*, const char*>>{
           {"\"Small\"", "\"Tiny\""},
           {"\"sector\"", "\"trade\""},
           {"Tech = [\"software\", \"hardware\"], Money = [\"banking\"]",
            "Banks = [\"banking\"], Tech = [\"hardware\", \"software\"]"}}) {
    EXPECT_EQ(key(swapped(job, before, after)), key(job)) << after;
    EXPECT_EQ(macro_key(swapped(job, before, after)), macro_key(job)) << after;
  }
  for (const auto& [before, after] :
       std::initializer_list<std::pair<const char*, const char*>>{{"below = 50", "below = 49"},
                                                                  {"\"hardware\"", "\"telecoms\""},
                                                                  {"column = \"industry\"", "column = \"branch\""}}) {
    EXPECT_NE(key(swapped(job, before, after)), key(job)) << after;
    EXPECT_NE(macro_key(swapped(job, before, after)), macro_key(job)) << after;
  }
  EXPECT_EQ(macro_key(swapped(job, "k = 3", "k = 4")), macro_key(job));
  EXPECT_NE(macro_key(swapped(job, "population = \"all\"", "population = \"prospects\"")), macro_key(job));
}

}  // namespace
}  // namespace tessera
