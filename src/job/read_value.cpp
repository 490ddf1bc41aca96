#include <fmt/format.h>

#include <string>
#include <utility>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

KpiSpec read_kpi(Section& section, const std::string& name) {
  KpiSpec kpi;
  kpi.name = name;
  const bool is_ratio = section.has("numerator") || section.has("denominator");
  kpi.kind = section.choice("kind", kKpiKinds).value_or(is_ratio ? KpiKind::kRatio : KpiKind::kMean);
  const bool wants_ratio = kpi.kind == KpiKind::kRatio;
  kpi.column = section.column("column", wants_ratio ? Need::kOptional : Need::kRequired);
  kpi.numerator = section.column("numerator", wants_ratio ? Need::kRequired : Need::kOptional);
  kpi.denominator = section.column("denominator", wants_ratio ? Need::kRequired : Need::kOptional);
  if (wants_ratio && section.has("column")) {
    section.wrong("column", "has no meaning here; a ratio has numerator and denominator; remove it");
  }
  for (const std::string_view key : {"numerator", "denominator"}) {
    if (!wants_ratio && section.has(key))
      section.wrong(key, "has no meaning here; only kind = \"ratio\" has one; remove it");
  }
  section.finish();
  return kpi;
}

}  // namespace

void read_value(Section& top, Job& job) {
  const Table* table = top.table("value", "a table [value]");
  Section section(top.mistakes(), table, top.place("value"), "value", "[value]");
  job.value.column = section.column("column");
  job.value.customer = section.column("customer");
  job.value.suppress = section.column("suppress");
  constexpr Range kBest = {.low = 0.0, .high = 1.0, .low_is_in = false, .expected = "a share above 0, up to 1"};
  const auto best = section.number("best", kBest);
  job.value.best_share_of_value = section.number("best_share_of_value", kBest);
  if (best) job.value.best = *best;
  if (section.has("best") && section.has("best_share_of_value"))
    section.wrong(
        "best_share_of_value",
        "cannot go with best; the best are a share of the customers, or those who bring a share of the value; "
        "remove one of the two");
  for (const std::string_view key : {"best", "best_share_of_value"}) {
    if (section.has(key) && !section.has("column"))
      section.wrong(key, "has no meaning without column; the best are those who are worth most; add column");
  }
  section.finish();
}

void read_duplicates(Section& top, Job& job) {
  const Table* table = top.table("duplicates", "a table [duplicates]");
  if (table == nullptr) return;
  Section section(top.mistakes(), table, top.place("duplicates"), "duplicates", "[duplicates]");
  DuplicatesSpec spec;
  spec.name = section.column("name", Need::kRequired);
  spec.place = section.column("place");
  constexpr Range kLikeness = {.low = 0.5, .high = 1.0, .expected = "a likeness from 0.5 to 1"};
  spec.least = section.number("least", kLikeness).value_or(spec.least);
  section.finish();
  job.duplicates = spec;
}

void read_kpis(Section& top, Job& job) {
  const Table* kpis = top.table("kpi", "a table [kpi]");
  if (kpis == nullptr) return;
  for (const Entry& entry : kpis->entries) {
    check_word(top.mistakes(), entry.key, entry.place, "the name of a KPI");
    if (entry.value.table() == nullptr) {
      top.mistakes().add(entry.value.place, fmt::format("the KPI {} is no table; got {}; expected {{ column = … }} or "
                                                        "{{ numerator = …, denominator = … }}",
                                                        shown(entry.key), shown(entry.value)));
      continue;
    }
    Section section(top.mistakes(), entry.value.table(), entry.place, "kpi",
                    fmt::format("the KPI {}", shown(entry.key)));
    job.kpis.push_back(read_kpi(section, entry.key));
  }
}

}  // namespace tessera::job
