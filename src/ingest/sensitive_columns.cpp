#include "ingest/sensitive_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "ingest/column_use.hpp"
#include "ingest/history_columns.hpp"

namespace tessera::intake {
namespace {

bool is_folded(SourceKind kind) noexcept {
  return kind == SourceKind::kHistory || kind == SourceKind::kLookup;
}

/// What is wrong with one sensitive column, if anything: why its values would be seen, and what to do.
class Exposure {
 public:
  Exposure(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourceHead>& described)
      : job_(job), heads_(heads), described_(described) {}

  [[nodiscard]] std::string of(ColumnPlace place) const {
    std::string why = by_source(place);
    if (why.empty()) why = by_macros_and_measures(place);
    if (why.empty()) why = by_merges(place);
    return why;
  }

 private:
  [[nodiscard]] bool is(const ColumnRef& ref, ColumnPlace place) const {
    const std::vector<ColumnPlace> meant = columns_meant(ref.text, described_);
    return !ref.empty() && std::find(meant.begin(), meant.end(), place) != meant.end();
  }

  [[nodiscard]] std::string by_source(ColumnPlace place) const {
    const bool of_file = place.column < heads_[place.source].columns.size();
    for (std::size_t s = 0; s < job_.sources.size(); ++s) {
      const SourceSpec& spec = job_.sources[s];
      if (spec.kind == SourceKind::kHistory && of_file) {
        const HistoryColumns columns = history_columns(job_, heads_, s);
        if (columns.account == place) return as_id(spec.name);
        for (const HistoryUse& use : history_uses(job_, heads_, s)) {
          if (use.place == place && !is_link(columns, s, place)) return folded(spec.name);
        }
      }
      const bool is_key = spec.kind == SourceKind::kAccounts && s == place.source && of_file &&
                          described_[s].columns[place.column] == spec.key;
      if (is_key) return as_id(spec.name);
    }
    const bool names_shares = job_.sources[place.source].kind == SourceKind::kHistory && !of_file &&
                              described_[place.source].columns[place.column] == derived::kCategory;
    return names_shares ? "its values are in the names of the columns share_…: remove category from the history" : "";
  }
  static bool is_link(const HistoryColumns& columns, std::size_t source, ColumnPlace place) {
    return columns.lookup && place == ColumnPlace{source, columns.link};
  }
  [[nodiscard]] std::string as_id(const std::string& source) const {
    if (job_.privacy.pseudonymise) return {};
    return fmt::format("it is the account id of \"{}\", and ids are written: set pseudonymise = true as well", source);
  }
  static std::string folded(const std::string& source) {
    return fmt::format(
        "the history \"{0}\" folds it into columns of the accounts: name these here instead, such as \"{0}.{1}\"",
        source, derived::kMonetary);
  }

  [[nodiscard]] std::string by_macros_and_measures(ColumnPlace place) const {
    for (const MacroSpec& macro : job_.macros) {
      if (is(macro.column, place))
        return fmt::format(
            "[[macro]] \"{}\" sorts accounts by it, and the results say who is where: remove one of the two",
            macro.name);
    }
    if (is(job_.value.column, place) || is(job_.value.customer, place))
      return "[value] has it, and the results tell an account's value and whether it is a customer: remove one of the "
             "two";
    for (const KpiSpec& kpi : job_.kpis) {
      if (is(kpi.column, place) || is(kpi.numerator, place) || is(kpi.denominator, place))
        return fmt::format(
            "the KPI \"{}\" is made of it, and of a small segment it tells the values: remove one of the two",
            kpi.name);
    }
    return {};
  }

  [[nodiscard]] std::string by_merges(ColumnPlace place) const {
    for (const ColumnSpec& spec : job_.columns) {
      if (!spec.merge.empty() && is(spec.column, place))
        return fmt::format(
            "merge of [columns.{}] spells values out, and the results keep the job: merge them in the source",
            spec.column.text);
    }
    return {};
  }

  const Job& job_;
  const std::vector<SourceHead>& heads_;
  const std::vector<SourceHead>& described_;
};

}  // namespace

void check_sensitive(const Job& job, const std::vector<SourceHead>& heads, std::vector<std::string>& mistakes) {
  const std::vector<SourceHead> described = heads_as_described(job, heads);
  const Exposure exposure(job, heads, described);
  for (const ColumnRef& ref : job.privacy.sensitive) {
    const std::vector<ColumnPlace> meant = columns_meant(ref.text, described);
    std::string wrong;
    if (meant.empty()) {
      std::vector<std::string> known;
      for (const SourceHead& head : described) known.insert(known.end(), head.columns.begin(), head.columns.end());
      wrong = "no source has such a column" + did_you_mean(ref.text, known);
    } else if (meant.size() > 1) {
      wrong = fmt::format("several sources have such a column: write {}.{}, and each of the others that is sensitive",
                          described[meant.front().source].name, ref.text);
    } else {
      wrong = exposure.of(meant.front());
    }
    if (!wrong.empty())
      mistakes.push_back(
          fmt::format("{}[privacy] sensitive \"{}\": {}", job_place(job, ref.line, ref.column), ref.text, wrong));
  }
}

std::vector<bool> withheld_sources(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<bool> withheld(job.sources.size(), job.privacy.pseudonymise || !job.forget_path.empty());
  const std::vector<SourceHead> described = heads_as_described(job, heads);
  for (const ColumnRef& ref : job.privacy.sensitive) {
    for (const ColumnPlace place : columns_meant(ref.text, described)) {
      withheld[place.source] = true;
      if (!is_folded(job.sources[place.source].kind)) continue;
      // A history and its lookups are folded into the same rows.
      for (std::size_t s = 0; s < job.sources.size(); ++s) {
        if (is_folded(job.sources[s].kind)) withheld[s] = true;
      }
    }
  }
  return withheld;
}

void mark_sensitive(const Job& job, AccountTable& accounts) {
  for (Column& column : accounts.columns) {
    // A key that the job names is a column too, and holds the ids as they are.
    column.is_sensitive =
        job.privacy.pseudonymise && std::any_of(job.sources.begin(), job.sources.end(), [&](const SourceSpec& source) {
          return source.name == column.source && source.key == column.name;
        });
  }
  for (const ColumnRef& ref : job.privacy.sensitive) {
    if (const Column* found = accounts.find(ref.text))
      accounts.columns[static_cast<std::size_t>(found - accounts.columns.data())].is_sensitive = true;
  }
}

}  // namespace tessera::intake
