#include "ingest/sensitive_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "ingest/column_use.hpp"
#include "ingest/contact_columns.hpp"
#include "ingest/enrichment_columns.hpp"
#include "ingest/families.hpp"
#include "ingest/history_columns.hpp"
#include "ingest/source_columns.hpp"

namespace tessera::intake {
namespace {

/// A history and its lookups are folded into the same rows.
bool goes_with_histories(SourceKind kind) noexcept {
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
        for (const NeededColumn& use : needed_columns(job_, heads_, s)) {
          if (use.place == place && !is_link(columns, s, place)) return folded(spec.name, derived::kMonetary);
        }
      }
      if (s == place.source && of_file) {
        std::string shown = by_further_kinds(s, place);
        if (!shown.empty()) return shown;
      }
      const bool is_key = spec.kind != SourceKind::kLookup && s == place.source && of_file &&
                          described_[s].columns[place.column] == spec.key;
      if (is_key) return as_id(spec.name);
    }
    const bool names_shares = job_.sources[place.source].kind == SourceKind::kHistory && !of_file &&
                              described_[place.source].columns[place.column] == derived::kCategory;
    return names_shares ? "its values are in the names of the columns share_…: remove category from the history" : "";
  }
  /// Of contacts the title alone shows: addresses and opt-outs are only counted.
  [[nodiscard]] std::string by_further_kinds(std::size_t source, ColumnPlace place) const {
    const SourceSpec& spec = job_.sources[source];
    const ColumnRef& title = spec.contacts.title;
    if (spec.kind == SourceKind::kContacts)
      return is(title, place) ? folded(spec.name, derived::kMainDepartment) : std::string();
    const bool shows = spec.kind == SourceKind::kFeedback || spec.kind == SourceKind::kMarket;
    const std::vector<NeededColumn> needed = needed_columns(job_, heads_, source);
    if (!shows || std::ranges::none_of(needed, [&](const NeededColumn& use) { return use.place == place; })) return {};
    return fmt::format("\"{}\" is read for it, and the results tell what it comes to: remove one of the two",
                       spec.name);
  }
  static bool is_link(const HistoryColumns& columns, std::size_t source, ColumnPlace place) {
    return columns.lookup && place == ColumnPlace{source, columns.link};
  }
  [[nodiscard]] std::string as_id(const std::string& source) const {
    if (job_.privacy.pseudonymise) return {};
    return fmt::format("it is the account id of \"{}\", and ids are written: set pseudonymise = true as well", source);
  }
  static std::string folded(const std::string& source, std::string_view example) {
    return fmt::format(
        "the source \"{0}\" folds it into columns of the accounts: name these here instead, such as \"{0}.{1}\"",
        source, example);
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
    for (const SegmentationSpec& segmentation : job_.segmentations) {
      if (is(segmentation.existing, place))
        return fmt::format("existing of \"{}\" is it, and the crosswalk tells its values: remove one of the two",
                           segmentation.name);
    }
    for (const AffinitySpec& affinity : job_.affinities) {
      if (is(affinity.column, place))
        return fmt::format("[affinity] {} tells how often its values come by segment: remove one of the two",
                           affinity.name);
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

namespace {

/// Whether rows of a source hold the same as a column of another: they fill it, or find accounts by it.
bool tells_of(const Job& job, const std::vector<SourceHead>& heads, const std::vector<SourceHead>& described,
              std::size_t source, ColumnPlace place) {
  const SourceSpec& spec = job.sources[source];
  const std::vector<ColumnPlace> by = columns_meant(spec.match_column.text, described);
  if (spec.match == Match::kDomain && std::ranges::find(by, place) != by.end()) return true;
  return spec.kind == SourceKind::kEnrichment &&
         std::ranges::any_of(fill_columns(job, heads, source),
                             [&](const FillColumn& fill) { return fill.target == place; });
}

/// Whether a column holds account ids as they are: a key that the job names, a parent, or the top of a family.
bool holds_ids(const Job& job, const Column& column) {
  return std::ranges::any_of(job.sources, [&](const SourceSpec& source) {
    return source.name == column.source && (source.key == column.name || source.parent.text == column.name ||
                                            (!source.parent.empty() && column.name == derived::kFamily));
  });
}

}  // namespace

std::vector<bool> withheld_sources(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<bool> withheld(job.sources.size(), job.privacy.pseudonymise || !job.forget_path.empty());
  const std::vector<SourceHead> described = heads_as_described(job, heads);
  for (const ColumnRef& ref : job.privacy.sensitive) {
    for (const ColumnPlace place : columns_meant(ref.text, described)) {
      withheld[place.source] = true;
      for (std::size_t s = 0; s < job.sources.size(); ++s) {
        const bool together =
            goes_with_histories(job.sources[s].kind) && goes_with_histories(job.sources[place.source].kind);
        if (together || tells_of(job, heads, described, s, place)) withheld[s] = true;
      }
    }
  }
  return withheld;
}

void mark_sensitive(const Job& job, AccountTable& accounts) {
  for (Column& column : accounts.columns) {
    column.is_sensitive = job.privacy.pseudonymise && holds_ids(job, column);
  }
  for (const ColumnRef& ref : job.privacy.sensitive) {
    if (const Column* found = accounts.find(ref.text))
      accounts.columns[static_cast<std::size_t>(found - accounts.columns.data())].is_sensitive = true;
  }
}

}  // namespace tessera::intake
