#include "job/resolved.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "core/iso_date.hpp"
#include "job/document.hpp"
#include "job/paths.hpp"
#include "job/read_checkpoint.hpp"
#include "job/words.hpp"
#include "tessera/macro.hpp"

namespace tessera::job {

namespace {

std::string key(std::string_view name) {
  const bool is_bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return is_bare ? std::string(name) : toml_text(name);
}

template <class Items, class Written>
std::string joined(const Items& items, Written written) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ", ") + written(item);
  return out;
}

std::string written(const HistorySpec& history) {
  std::string out;
  if (history.via)
    out += fmt::format("via = {{ source = {}, key = {} }}\n", toml_text(history.via->source.text),
                       toml_text(history.via->key.text));
  if (!history.time.empty()) out += fmt::format("time = {}\n", toml_text(history.time.text));
  if (!history.amount.empty()) out += fmt::format("amount = {}\n", toml_text(history.amount.text));
  if (!history.category.empty()) out += fmt::format("category = {}\n", toml_text(history.category.text));
  if (history.as_of) out += fmt::format("as_of = \"{}\"\n", iso_date(*history.as_of));
  if (history.returns)
    out += fmt::format("returns = {{ column = {}, prefix = {} }}\n", toml_text(history.returns->column.text),
                       toml_text(history.returns->prefix));
  return out + fmt::format("population = {}\n", history.population);
}

std::string written(const TitleRule& rule) {
  std::string out;
  if (rule.seniority) out += fmt::format("seniority = \"{}\"", word_of(kSeniorityWords, *rule.seniority));
  if (!rule.department.empty())
    out += fmt::format("{}department = {}", out.empty() ? "" : ", ", toml_text(rule.department));
  return fmt::format("{} = {{ {} }}", key(rule.words), out);
}

/// `name = "column"`, where there is one.
std::string written(std::string_view name, const ColumnRef& column) {
  return column.empty() ? "" : fmt::format("{} = {}\n", name, toml_text(column.text));
}

std::string written(const ContactsSpec& contacts) {
  std::string out =
      written("title", contacts.title) + written("email", contacts.email) + written("opt_out", contacts.opt_out);
  if (contacts.title.empty()) return out;
  if (!contacts.titles.empty())
    out += fmt::format("titles = {{ {} }}\n", joined(contacts.titles, [](const auto& rule) { return written(rule); }));
  return out + fmt::format("decision_makers = [{}]\n", joined(contacts.decision_makers, [](Seniority one) {
                             return fmt::format("\"{}\"", word_of(kSeniorityWords, one));
                           }));
}

std::string written(const FeedbackSpec& feedback) {
  std::string out =
      written("score", feedback.score) + written("theme", feedback.theme) + written("time", feedback.time);
  if (feedback.as_of) out += fmt::format("as_of = \"{}\"\n", iso_date(*feedback.as_of));
  return out;
}

std::string written_match(const SourceSpec& source) {
  return fmt::format("match = \"{}\"\n", word_of(kMatches, source.match)) +
         written("match_column", source.match_column);
}

std::string written(const EnrichmentSpec& enrichment) {
  if (!enrichment.fills) return "";
  return fmt::format("fills = {{ {} }}\n", joined(*enrichment.fills, [](const EnrichmentSpec::Fill& fill) {
                       return fmt::format("{} = {}", key(fill.column.text), toml_text(fill.theirs.text));
                     }));
}

std::string written_of_kind(const SourceSpec& source) {
  switch (source.kind) {
    case SourceKind::kAccounts:
      return written("parent", source.parent) + written_match(source);
    case SourceKind::kHistory:
      return written(source.history);
    case SourceKind::kEnrichment:
      return written_match(source) + written(source.enrichment);
    case SourceKind::kContacts:
      return written(source.contacts);
    case SourceKind::kFeedback:
      return written(source.feedback);
    case SourceKind::kMarket:
      return written("companies", source.market.companies) + written("spend", source.market.spend);
    case SourceKind::kMatrix:
    case SourceKind::kLookup:
      return "";
  }
  return "";
}

std::string written(const SourceSpec& source) {
  std::string out = fmt::format("\n[[source]]\nname = {}\nkind = \"{}\"\npath = {}\n", toml_text(source.name),
                                word_of(kSourceKinds, source.kind), toml_text(source.path_as_written));
  if (source.max_age) out += fmt::format("max_age = {}\n", toml_text(source.max_age->text));
  if (source.kind == SourceKind::kMatrix) return out + fmt::format("dataset = {}\n", toml_text(source.dataset));
  const std::string delimiter = source.delimiter == 0 ? "auto" : std::string(1, source.delimiter);
  if (!source.header.empty()) out += fmt::format("header = [{}]\n", joined(source.header, toml_text));
  out += fmt::format("key = {}\n", toml_text(source.key));
  if (source.match == Match::kKey) out += fmt::format("key_format = \"{}\"\n", word_of(kKeyFormats, source.key_format));
  if (has_columns_of_its_own(source.path_as_written)) return out + written_of_kind(source);
  if (source.widths.empty()) {
    out += fmt::format("delimiter = {}\n", toml_text(delimiter));
  } else {
    out += fmt::format("widths = [{}]\n", fmt::join(source.widths, ", "));
  }
  return out + written_of_kind(source);
}

std::string written(const ColumnSpec& column) {
  std::string out = fmt::format("\n[columns.{}]\n", key(column.column.text));
  if (column.type) out += fmt::format("type = \"{}\"\n", word_of(kColumnTypes, *column.type));
  if (column.min) out += fmt::format("min = {}\n", number_text(*column.min));
  if (column.max) out += fmt::format("max = {}\n", number_text(*column.max));
  if (column.decimal) out += fmt::format("decimal = \"{}\"\n", word_of(kDecimalMarks, *column.decimal));
  if (column.date_order) out += fmt::format("date_order = \"{}\"\n", word_of(kDateOrders, *column.date_order));
  out += fmt::format("on_error = \"{}\"\n", word_of(kOnError, column.bad_cell_becomes_missing));
  if (column.missing) out += fmt::format("missing = \"{}\"\n", word_of(kMissingPolicies, *column.missing));
  if (column.missing == MissingPolicy::kConstant)
    out += fmt::format("constant = {}\n", number_text(column.missing_constant));
  if (column.merge.empty()) return out;
  return out + fmt::format("merge = {{ {} }}\n", joined(column.merge, [](const auto& pair) {
                             return fmt::format("{} = {}", key(pair.first), toml_text(pair.second));
                           }));
}

std::string written(const Band& band) {
  std::string out = fmt::format("{{ name = {}", toml_text(band.name));
  if (band.from) out += fmt::format(", from = {}", number_text(*band.from));
  if (band.below) out += fmt::format(", below = {}", number_text(*band.below));
  return out + " }";
}

std::string written(const MacroSpec::Group& group) {
  return fmt::format("{} = [{}]", key(group.name), joined(group.values, toml_text));
}

std::string written(const MacroSpec& macro) {
  const std::string head =
      fmt::format("\n[[macro]]\nname = {}\ncolumn = {}\n", toml_text(macro.name), toml_text(macro.column.text));
  if (macro.groups.empty()) {
    return head + fmt::format("bands = [{}]\n", joined(macro.bands, [](const Band& band) { return written(band); }));
  }
  return head + fmt::format("groups = {{ {} }}\n",
                            joined(macro.groups, [](const MacroSpec::Group& group) { return written(group); }));
}

std::string written(const ValueSpec& value) {
  std::string out = "\n[value]\n";
  if (!value.column.empty()) out += fmt::format("column = {}\n", toml_text(value.column.text));
  if (!value.customer.empty()) out += fmt::format("customer = {}\n", toml_text(value.customer.text));
  if (!value.suppress.empty()) out += fmt::format("suppress = {}\n", toml_text(value.suppress.text));
  if (value.column.empty()) return out;
  return out + (value.best_share_of_value
                    ? fmt::format("best_share_of_value = {}\n", number_text(*value.best_share_of_value))
                    : fmt::format("best = {}\n", number_text(value.best)));
}

std::string written(const DuplicatesSpec& duplicates) {
  std::string out = fmt::format("\n[duplicates]\nname = {}\n", toml_text(duplicates.name.text));
  if (!duplicates.place.empty()) out += fmt::format("place = {}\n", toml_text(duplicates.place.text));
  return out + fmt::format("least = {}\n", number_text(duplicates.least));
}

std::string written(const KpiSpec& kpi) {
  if (kpi.kind == KpiKind::kRatio) {
    return fmt::format("{} = {{ kind = \"ratio\", numerator = {}, denominator = {} }}\n", key(kpi.name),
                       toml_text(kpi.numerator.text), toml_text(kpi.denominator.text));
  }
  return fmt::format("{} = {{ kind = \"{}\", column = {} }}\n", key(kpi.name), word_of(kKpiKinds, kpi.kind),
                     toml_text(kpi.column.text));
}

std::string written(const PrivacySpec& privacy) {
  std::string out = fmt::format("\n[privacy]\npseudonymise = {}\n", privacy.pseudonymise);
  if (!privacy.key_file.empty()) out += fmt::format("key_file = {}\n", toml_text(privacy.key_file_as_written));
  if (!privacy.key_env.empty()) out += fmt::format("key_env = {}\n", toml_text(privacy.key_env));
  return out + fmt::format("sensitive = [{}]\n",
                           joined(privacy.sensitive, [](const ColumnRef& ref) { return toml_text(ref.text); }));
}

std::string written(const ObjectiveSpec& objective) {
  std::string goal;
  if (!objective.goal.empty()) goal = fmt::format("goal = {}, ", toml_text(objective.goal));
  return fmt::format("objective = {{ {}kpi = {}, target = \"{}\" }}\n", goal, toml_text(objective.kpi),
                     objective.high ? "high" : "low");
}

std::string written(const TrialSpec& trial) {
  std::string out = fmt::format(
      "\n[trial]\ncampaign = {}\narms = {{ {} }}\ncontrol = {}\n", toml_text(trial.campaign),
      joined(trial.arms,
             [](const TrialSpec::Arm& arm) { return fmt::format("{} = {}", key(arm.name), number_text(arm.share)); }),
      toml_text(trial.control));
  if (!trial.results) return out;
  const TrialSpec::Results& results = *trial.results;
  out += "\n[trial.results]\n";
  if (!results.source.empty()) out += fmt::format("source = {}\n", toml_text(results.source));
  out += written("sent", results.sent) + written("response", results.response) + written("revenue", results.revenue) +
         written("cost", results.cost) + written("arm", results.arm);
  if (results.expected) out += fmt::format("expected = {}\n", number_text(*results.expected));
  return out;
}

std::string written_k(const SegmentationSpec& spec) {
  if (!spec.auto_k) return fmt::format("{}", spec.k);
  return fmt::format("\"auto\"\nk_min = {}\nk_max = {}", spec.k_min, spec.k_max);
}

/// What k-means goes by.
std::string written_kmeans(const SegmentationSpec& spec) {
  std::string out = spec.all_features ? "features = \"all\"\n" : "features = [\n";
  if (!spec.all_features) {
    for (const FeatureSpec& feature : spec.features) out += fmt::format("  {},\n", resolved(feature));
    out += "]\n";
  }
  out += fmt::format(
      "scale = \"{}\"\nscope = \"{}\"\nk = {}\nstarts = {}\nmax_iterations = {}\ntolerance = {}\nquality = "
      "\"{}\"\n",
      word_of(kScales, spec.scale), word_of(kScopes, spec.scope), written_k(spec), spec.starts, spec.max_iterations,
      number_text(spec.tolerance), word_of(kQualities, spec.quality));
  if (spec.initial)
    out += fmt::format("initial = {}\n", toml_text(spec.initial->path_as_written + ":" + spec.initial->dataset));
  return out;
}

std::string written(const SegmentationSpec& spec) {
  std::string out = fmt::format("\n[[segmentation]]\nname = {}\npopulation = \"{}\"\n", toml_text(spec.name),
                                word_of(kPopulations, spec.population));
  if (!is_macro_only(spec)) out += written_kmeans(spec);
  out += written("existing", spec.existing);
  if (spec.objective) out += written(*spec.objective);
  if (!spec.names.empty())
    out += fmt::format("names = {{ {} }}\n", joined(spec.names, [](const auto& pair) {
                         return fmt::format("{} = {}", key(pair.first), toml_text(pair.second));
                       }));
  return spec.refine ? out + resolved(*spec.refine) : out;
}

}  // namespace

std::string resolved(const Job& job) {
  std::string out = fmt::format("name = {}\nseed = {}\n\n[ingest]\nmax_quarantined = {}\n", toml_text(job.name),
                                job.seed, number_text(job.max_quarantined));
  if (!job.public_domains.empty()) out += fmt::format("public_domains = [{}]\n", joined(job.public_domains, toml_text));
  for (const SourceSpec& source : job.sources) out += written(source);
  for (const ColumnSpec& column : job.columns) out += written(column);
  for (const MacroSpec& macro : job.macros) out += written(macro);
  const bool has_value = !job.value.column.empty() || !job.value.customer.empty() || !job.value.suppress.empty();
  if (has_value) out += written(job.value);
  if (job.duplicates) out += written(*job.duplicates);
  if (!job.kpis.empty()) out += "\n[kpi]\n";
  for (const KpiSpec& kpi : job.kpis) out += written(kpi);
  if (!job.affinities.empty()) out += "\n[affinity]\n";
  for (const AffinitySpec& affinity : job.affinities) out += written(key(affinity.name), affinity.column);
  for (const SegmentationSpec& segmentation : job.segmentations) out += written(segmentation);
  if (job.trial) out += written(*job.trial);
  out += written(job.privacy);
  if (job.previous) out += resolved(*job.previous);
  if (job.gate) out += resolved(*job.gate);
  if (job.review) out += resolved(*job.review);
  out += resolved(job.checkpoint);
  out += fmt::format("\n[output]\npath = {}\n", toml_text(job.output_path_as_written));
  if (job.keep_nights) out += fmt::format("keep = {}\n", *job.keep_nights);
  if (!job.metrics_path_as_written.empty())
    out += fmt::format("metrics = {}\n", toml_text(job.metrics_path_as_written));
  return job.group_may_read ? out + fmt::format("readable_by = \"{}\"\n", word_of(kReaders, true)) : out;
}

}  // namespace tessera::job
