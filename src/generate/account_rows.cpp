// accounts.csv with its dirt, truth.csv, provider.csv: who the accounts are.

#include <algorithm>
#include <array>
#include <cmath>

#include "generate/planted.hpp"
#include "generate/rows.hpp"
#include "generate/text.hpp"

namespace tessera::generate {
namespace {

constexpr std::array<std::string_view, 8> kMisspelt = {"Retial",        "Sofware",  "Manufacuring", "Health care",
                                                       "Fin. Services", "Logistcs", "Educaton",     "hospitality"};
constexpr std::array<std::string_view, 4> kCountries = {"Germany", "France", "United Kingdom", "Spain"};
constexpr std::array<std::string_view, 5> kProspectStages = {"unaware", "aware", "engaged", "evaluating",
                                                             "negotiating"};
/// A row written twice stands this many accounts away from its newer self.
constexpr std::uint64_t kDuplicateDistance = 53;

void append_industry(const Draws& dirt, int industry, std::string& out) {
  const double u = dirt.uniform(Trait::kDirt, 0);
  if (u < kBlankIndustryRate) return;
  const auto index = static_cast<std::size_t>(industry);
  out += u < kBlankIndustryRate + kMisspeltIndustryRate ? kMisspelt[index] : kIndustries[index];
}

void append_employees(const Draws& dirt, std::int64_t employees, std::string& out) {
  const double u = dirt.uniform(Trait::kDirt, 1);
  if (u < kBlankEmployeesRate) return;
  Text(out) << (u < kBlankEmployeesRate + kNegativeEmployeesRate ? -employees : employees);
}

std::string_view stage_of(const Draws& draws, const PlantedSegment& segment, const Firmographics& facts) {
  if (facts.customer) return "customer";
  // The more engaged a segment is, the further down its prospects have come.
  const double depth = draws.uniform(Trait::kStage) * (0.5 + segment.log_clicks / 5.0);
  return kProspectStages[std::min<std::size_t>(kProspectStages.size() - 1, static_cast<std::size_t>(depth * 4.0))];
}

/// One row. A stale row is what the CRM said of the account some months ago: fewer employees, an earlier stage.
void append_row(const Company& company, std::uint64_t account, const Life& life, bool stale, std::string& out) {
  const Draws draws = company.draws(account, life);
  const Draws dirt = company.lasting_draws(account);
  const PlantedSegment& segment = planted_segment(life.segment);
  const Firmographics facts = company.firmographics(draws, life);
  Text text(out);
  append_account_id(account, out);
  text << ',';
  const std::string name = company_name(company, account);
  if (name.find_first_of(",\"") == std::string::npos)
    text << name;
  else
    text.quoted(name);
  text << ',';
  append_website(company, account, out);
  text << ',';
  append_industry(dirt, facts.industry, out);
  text << ',';
  append_employees(dirt, stale ? 1 + facts.employees / 2 : facts.employees, out);
  text << ',';
  if (dirt.uniform(Trait::kDirt, 2) >= kBlankRevenueRate) text << facts.revenue;
  text << ',' << kCountries[dirt.below(kCountries.size(), Trait::kDirt, 3)] << ','
       << kRegions[static_cast<std::size_t>(facts.region)] << ','
       << kCityTypes[static_cast<std::size_t>(facts.city_type)] << ',';
  if (dirt.uniform(Trait::kDirt, 4) < kForeignDateRate)
    text.us_date(facts.founded_days);
  else
    text.iso_date(facts.founded_days);
  text << (facts.customer ? ",yes," : ",no,") << (stale ? "aware" : stage_of(draws, segment, facts))
       << (dirt.uniform(Trait::kDoNotContact) < 0.04 ? ",yes\n" : ",no\n");
}

bool has_duplicate(const Company& company, std::uint64_t account) {
  return company.lasting_draws(account).uniform(Trait::kDuplicate) < kDuplicateRate;
}

}  // namespace

void append_accounts(const Company& company, std::uint64_t account, std::string& out) {
  const std::uint64_t later = account + kDuplicateDistance;
  if (later < company.n_ever() && has_duplicate(company, later)) {
    const Life life = company.life(later);
    if (life.present) append_row(company, later, life, true, out);
  }
  const Life life = company.life(account);
  if (life.present) append_row(company, account, life, false, out);
}

void append_truth(const Company& company, std::uint64_t account, std::string& out) {
  const Life life = company.life(account);
  if (!life.present) return;
  append_account_id(account, out);
  Text(out) << ',' << static_cast<std::int64_t>(life.segment) << ',' << planted_segment(life.segment).name << '\n';
}

void append_provider(const Company& company, std::uint64_t account, std::string& out) {
  const Draws lasting = company.lasting_draws(account);
  if (lasting.uniform(Trait::kProvider) >= 0.7) return;
  const Life life = company.life(account);
  if (!life.present) return;
  const Firmographics facts = company.firmographics(company.draws(account, life), life);
  // A provider counts heads by its own means: within a tenth or so of the truth.
  const double error = 1.0 + 0.1 * lasting.normal(Trait::kProvider, 1);
  const auto employees =
      static_cast<std::int64_t>(std::max(1.0, std::round(static_cast<double>(facts.employees) * error)));
  append_website(company, account, out);
  Text(out) << ',' << employees << ',' << facts.revenue << ',' << kIndustries[static_cast<std::size_t>(facts.industry)]
            << ',' << 1 + std::int64_t{lasting.below(40, Trait::kProvider, 2)} << '\n';
}

}  // namespace tessera::generate
