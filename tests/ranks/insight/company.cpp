#include "company.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace tessera::test {

namespace {

std::uint64_t mixed(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  return x * 0x9e3779b97f4a7c15ULL >> 11;
}

double number_of(std::size_t i, std::uint64_t salt) {
  return static_cast<double>(mixed(i * 131 + salt)) / 9007199254740992.0;
}

template <class Data>
Column column(const std::string& name, ColumnType type, Data data) {
  return {"crm", name, type, std::move(data)};
}

void add_columns(AccountTable& table) {
  NumberColumn revenue, visits, nothing, score, sent, clicks;
  CategoryColumn industry;
  FlagColumn customer, silent, converted;
  DateColumn since;
  industry.categories = {"Banking", "Software", "Öl & Gas", "日本"};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t i = 0; i < table.n_local; ++i) {
    const bool large = i % 2 == 1;
    const double u = number_of(i, 1);
    revenue.values.push_back(i % 11 == 5 ? nan
                             : i == 40   ? 1e18
                                         : (large ? 1000.0 : 10.0) * (0.1 + u) - (i % 50 == 7 ? 1e6 : 0));
    visits.values.push_back(u < 0.6 ? 0.0 : std::floor(20.0 * u));
    nothing.values.push_back(nan);
    score.values.push_back(i % 5 == 0 ? nan : i % 37 == 1 ? 11.0 : std::floor(11.0 * number_of(i, 2)));
    sent.values.push_back(i % 13 == 0 ? nan : 10.0);
    clicks.values.push_back(i % 17 == 0 ? nan : std::floor(10.0 * u));
    industry.codes.push_back(i % 19 == 3 ? -1 : i % 3 == 0 ? 1 : static_cast<std::int32_t>(mixed(i) % 4));
    customer.values.push_back(i % 23 == 0 ? std::int8_t{-1} : i % 3 == 0 ? std::int8_t{1} : std::int8_t{0});
    silent.values.push_back(i % 29 == 0 ? std::int8_t{-1} : i % 7 == 0 ? std::int8_t{1} : std::int8_t{0});
    converted.values.push_back(i % 31 == 0 ? std::int8_t{-1} : u > 0.7 ? std::int8_t{1} : std::int8_t{0});
    since.days.push_back(static_cast<std::int32_t>(i));
  }
  table.columns = {column("revenue", ColumnType::kNumber, revenue),
                   column("visits", ColumnType::kNumber, visits),
                   column("nothing", ColumnType::kNumber, nothing),
                   column("score", ColumnType::kNumber, score),
                   column("sent", ColumnType::kNumber, sent),
                   column("clicks", ColumnType::kNumber, clicks),
                   column("industry", ColumnType::kCategory, industry),
                   column("is_customer", ColumnType::kFlag, customer),
                   column("do_not_contact", ColumnType::kFlag, silent),
                   column("converted", ColumnType::kFlag, converted),
                   column("since", ColumnType::kDate, since)};
}

ColumnRef named(const char* column) {
  ColumnRef ref;
  ref.text = column;
  return ref;
}

Job job_of() {
  Job job;
  job.sources.emplace_back();
  job.sources.front().name = "crm";
  MacroSpec& size = job.macros.emplace_back();
  size.name = "size";
  size.column = named("revenue");
  job.value.column = named("revenue");
  job.value.customer = named("is_customer");
  job.value.suppress = named("do_not_contact");
  const auto add_kpi = [&job](const char* name, KpiKind kind, const char* column) {
    KpiSpec& kpi = job.kpis.emplace_back();
    kpi.name = name;
    kpi.kind = kind;
    kpi.column = named(column);
  };
  add_kpi("engagement", KpiKind::kRatio, "");
  job.kpis.back().numerator = named("clicks");
  job.kpis.back().denominator = named("sent");
  add_kpi("conversion", KpiKind::kRate, "converted");
  add_kpi("visits", KpiKind::kMean, "visits");
  add_kpi("nps", KpiKind::kNps, "score");
  add_kpi("nothing", KpiKind::kMean, "nothing");
  return job;
}

template <class T>
std::vector<T> slice(const std::vector<T>& values, std::size_t begin, std::size_t end) {
  return {values.begin() + static_cast<std::ptrdiff_t>(begin), values.begin() + static_cast<std::ptrdiff_t>(end)};
}

struct Slice {
  std::size_t begin, end;
  void operator()(NumberColumn& c) const { c.values = slice(c.values, begin, end); }
  void operator()(CategoryColumn& c) const { c.codes = slice(c.codes, begin, end); }
  void operator()(FlagColumn& c) const { c.values = slice(c.values, begin, end); }
  void operator()(DateColumn& c) const { c.days = slice(c.days, begin, end); }
  void operator()(TextColumn&) const {}
};

/// Where rank r's accounts begin: shares 1, 0, 3, 1, 3, 1, … of the accounts.
std::size_t begin_of(std::size_t n, int rank, int ranks) {
  const auto weight = [](int r) { return r == 1 ? 0U : r % 2 == 0 && r > 0 ? 3U : 1U; };
  std::size_t before = 0, all = 0;
  for (int r = 0; r < ranks; ++r) {
    if (r < rank) before += weight(r);
    all += weight(r);
  }
  return n * before / all;
}

}  // namespace

Company company(std::size_t n) {
  Company result;
  result.whole.n_global = n;
  result.whole.n_local = n;
  for (std::size_t i = 0; i < n; ++i) result.whole.keys.push_back({i, 0});
  add_columns(result.whole);
  result.job = job_of();
  result.seeds = {{Level::kMacro, -1, "Small", "revenue below 100"},
                  {Level::kMacro, -1, "Large", "revenue from 100"},
                  {Level::kCore, -1, "", ""},
                  {Level::kCore, -1, "", ""},
                  {Level::kCore, -1, "", ""},
                  {Level::kMicro, 2, "", ""},
                  {Level::kMicro, 2, "", ""},
                  {Level::kMicro, 3, "", ""},
                  {Level::kMicro, 3, "", ""}};
  for (std::size_t s = 0; s < result.seeds.size(); ++s) result.seeds[s].id = "S-000" + std::to_string(s + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const bool last = i + 2 >= n && n > 10;
    const int core = last ? 4 : i % 3 == 0 ? 2 : 3;
    result.assignment.macro.push_back(static_cast<std::int32_t>(i % 2));
    result.assignment.core.push_back(core);
    result.assignment.micro.push_back(last ? -1 : 5 + 2 * (core - 2) + static_cast<std::int32_t>(i % 2));
  }
  return result;
}

Company part_of(const Company& company, int rank, int ranks) {
  const std::size_t begin = begin_of(company.whole.n_local, rank, ranks);
  const std::size_t end = begin_of(company.whole.n_local, rank + 1, ranks);
  Company part = company;
  part.whole.first_global = begin;
  part.whole.n_local = end - begin;
  part.whole.keys = slice(company.whole.keys, begin, end);
  for (Column& c : part.whole.columns) std::visit(Slice{begin, end}, c.data);
  part.assignment.macro = slice(company.assignment.macro, begin, end);
  part.assignment.core = slice(company.assignment.core, begin, end);
  part.assignment.micro = slice(company.assignment.micro, begin, end);
  return part;
}

std::vector<std::uint32_t> all_rows(const Company& company) {
  std::vector<std::uint32_t> rows(company.whole.n_local);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

}  // namespace tessera::test
