#include "prospects.hpp"

#include <cmath>

#include "core/elementary.hpp"
#include "core/random.hpp"
#include "core/special_numbers.hpp"

namespace tessera::test {

namespace {

enum Draw : std::uint64_t { kSize, kVisits, kIndustry, kFounded, kPartner, kRegion, kNoise, kCustomer, kSilent, kRare };

std::uint64_t bits(std::size_t i, Draw draw) {
  return random_bits(11, RandomPurpose::kGenerate, {i, 0}, draw);
}

ColumnRef named(const char* text) {
  ColumnRef ref;
  ref.text = text;
  return ref;
}

template <class Data>
Column column(const char* source, const char* name, ColumnType type, Data data) {
  return {source, name, type, std::move(data)};
}

void add_columns(AccountTable& table) {
  NumberColumn employees, visits, leak, secret, campaign, rare, clv, frequency;
  CategoryColumn industry, region;
  FlagColumn partner, customer, silent;
  DateColumn founded;
  industry.categories = {"Banking", "Retail", "Software"};
  region.categories = {"East", "North", "South", "West"};
  for (std::size_t i = 0; i < table.n_local; ++i) {
    const double size = normal(bits(i, kSize));
    const double visited = normal(bits(i, kVisits));
    const auto sector = static_cast<std::int32_t>(bits(i, kIndustry) % 3);
    const double worth =
        portable_exp(5.0 + 0.7 * size + 0.5 * visited + (sector == 2 ? 0.9 : 0.0) + 0.8 * normal(bits(i, kNoise)));
    const bool is_customer = bits(i, kCustomer) % 2 == 0;
    employees.values.push_back(i % 31 == 0 ? kNaN : std::floor(portable_exp(4.0 + size)));
    visits.values.push_back(10.0 + 3.0 * visited);
    leak.values.push_back(2.0 * worth);
    secret.values.push_back(size);
    campaign.values.push_back(visited);
    rare.values.push_back(bits(i, kRare) % 3 == 0 ? visited : kNaN);
    clv.values.push_back(is_customer ? worth : kNaN);
    frequency.values.push_back(is_customer ? std::floor(worth) : 0.0);
    industry.codes.push_back(i % 29 == 0 ? -1 : sector);
    region.codes.push_back(static_cast<std::int32_t>(bits(i, kRegion) % 4));
    partner.values.push_back(i % 37 == 0 ? std::int8_t{-1} : static_cast<std::int8_t>(bits(i, kPartner) % 2));
    customer.values.push_back(is_customer ? std::int8_t{1} : std::int8_t{0});
    silent.values.push_back(bits(i, kSilent) % 10 == 0 ? std::int8_t{1} : std::int8_t{0});
    founded.days.push_back(static_cast<std::int32_t>(bits(i, kFounded) % 10'000));
  }
  table.columns = {column("crm", "employees", ColumnType::kNumber, employees),
                   column("crm", "visits", ColumnType::kNumber, visits),
                   column("crm", "industry", ColumnType::kCategory, industry),
                   column("crm", "founded", ColumnType::kDate, founded),
                   column("crm", "partner", ColumnType::kFlag, partner),
                   column("crm", "region", ColumnType::kCategory, region),
                   column("crm", "leak", ColumnType::kNumber, leak),
                   column("crm", "secret", ColumnType::kNumber, secret),
                   column("crm", "campaign", ColumnType::kNumber, campaign),
                   column("crm", "rare", ColumnType::kNumber, rare),
                   column("crm", "clv", ColumnType::kNumber, clv),
                   column("crm", "is_customer", ColumnType::kFlag, customer),
                   column("crm", "do_not_contact", ColumnType::kFlag, silent),
                   column("orders", "frequency", ColumnType::kNumber, frequency)};
  table.columns[7].is_sensitive = true;
}

}  // namespace

Company prospects(std::size_t n) {
  Company result = company(n);
  add_columns(result.whole);
  result.job.macros.clear();
  result.job.kpis.assign(1, {});
  result.job.kpis.front().name = "response";
  result.job.kpis.front().column = named("campaign");
  result.job.sources.emplace_back();
  result.job.sources.back().name = "orders";
  result.job.sources.back().kind = SourceKind::kHistory;
  result.job.value.column = named("clv");
  return result;
}

}  // namespace tessera::test
