#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "job/sections.hpp"

namespace tessera::job {

namespace {

void read_limits(Section& section, ColumnSpec& spec) {
  spec.min = section.number("min", {});
  spec.max = section.number("max", {});
  if (spec.min && spec.max && *spec.min > *spec.max) {
    section.wrong("max",
                  fmt::format("is below min; got min = {} and max = {}; expected min ≤ max", *spec.min, *spec.max));
  }
  if (spec.type.value_or(ColumnType::kNumber) == ColumnType::kNumber) return;
  for (const std::string_view key : {"min", "max"}) {
    if (section.has(key)) section.wrong(key, "has no meaning here; only type = \"number\" has limits; remove it");
  }
}

/// How cells are written; a key of one type with another is a mistake.
void read_writing(Section& section, ColumnSpec& spec) {
  spec.decimal = section.choice("decimal", kDecimalMarks);
  spec.date_order = section.choice("date_order", kDateOrders);
  if (spec.decimal && spec.type.value_or(ColumnType::kNumber) != ColumnType::kNumber)
    section.wrong("decimal", "has no meaning here; only type = \"number\" has a decimal mark; remove it");
  if (spec.date_order && spec.type.value_or(ColumnType::kDate) != ColumnType::kDate)
    section.wrong("date_order", "has no meaning here; only type = \"date\" has day and month; remove it");
  if (spec.decimal && spec.date_order)
    section.wrong("date_order", "cannot go with decimal; a column is a number or a date; remove one of the two");
}

/// A category has no median, mean or constant in its place; text is no feature, so nothing can stand in for it.
bool fits(MissingPolicy policy, ColumnType type) {
  if (policy == MissingPolicy::kQuarantine) return true;
  if (type == ColumnType::kCategory) return policy == MissingPolicy::kUnknown;
  return type != ColumnType::kText;
}

void read_missing(Section& section, ColumnSpec& spec) {
  spec.missing = section.choice("missing", kMissingPolicies);
  const auto constant = section.number("constant", {.expected = "the number that stands for a missing cell"});
  spec.missing_constant = constant.value_or(0.0);
  const bool wants_constant = spec.missing == MissingPolicy::kConstant;
  if (wants_constant && !section.has("constant")) {
    section.wrong("missing", "= \"constant\" lacks the key \"constant\"; expected constant = a number");
  }
  if (!wants_constant && constant) {
    section.wrong("constant", "has no meaning here; it goes with missing = \"constant\"; add that or remove it");
  }
  if (spec.missing && spec.type && !fits(*spec.missing, *spec.type)) {
    section.wrong("missing",
                  "does not fit the column's type; expected \"unknown\" or \"quarantine\" for a category, "
                  "\"quarantine\" for text");
  }
}

void read_merge(Section& section, ColumnSpec& spec) {
  const Table* merge = section.table("merge", "a table of spelling = \"value\"");
  if (merge == nullptr) return;
  if (spec.type.value_or(ColumnType::kCategory) != ColumnType::kCategory) {
    section.wrong("merge", "has no meaning here; only type = \"category\" has values to merge; remove it");
  }
  for (const Entry& entry : merge->entries) {
    const std::string* value = entry.value.text();
    if (value == nullptr || value->empty() || entry.key.empty()) {
      section.mistakes().add(entry.value.place,
                             fmt::format("merge of {} takes texts that are not empty; got {} = {}; expected "
                                         "spelling = \"value\"",
                                         section.title(), shown(entry.key), shown(entry.value)));
    } else if (*value != entry.key && merge->find(*value) != nullptr) {
      section.mistakes().add(entry.value.place,
                             fmt::format("merge of {} leads to a spelling that is merged itself; got {}; "
                                         "expected the last value of the chain",
                                         section.title(), shown(*value)));
    } else {
      spec.merge.emplace(entry.key, *value);
    }
  }
}

/// [columns.crm.employees] is a table "crm" to TOML, with a table in it.
bool is_source_with_columns(const Entry& entry, const Job& job) {
  const bool is_source =
      std::any_of(job.sources.begin(), job.sources.end(), [&](const auto& one) { return one.name == entry.key; });
  const auto& inner = entry.value.table()->entries;
  return is_source && !inner.empty() &&
         std::all_of(inner.begin(), inner.end(), [](const Entry& one) { return one.value.table() != nullptr; });
}

}  // namespace

void read_columns(Section& top, Job& job) {
  const Table* columns = top.table("columns", "a table [columns.NAME] for each column");
  if (columns == nullptr) return;
  for (const Entry& entry : columns->entries) {
    const std::string title = fmt::format("[columns.{}]", shown(entry.key));
    if (entry.value.table() == nullptr) {
      top.mistakes().add(entry.value.place,
                         fmt::format("{} is no table; got {}; expected [columns.NAME] with keys of its own", title,
                                     shown(entry.value)));
      continue;
    }
    if (is_source_with_columns(entry, job)) {
      const std::string& column = entry.value.table()->entries.front().key;
      top.mistakes().add(entry.place, fmt::format("{} is a source; expected its column in quotes, such as [columns.{}]",
                                                  title, toml_text(entry.key + "." + column)));
      continue;
    }
    Section section(top.mistakes(), entry.value.table(), entry.place, "columns", title);
    ColumnSpec spec;
    spec.column = column_ref(top.mistakes(), entry.key, entry.place);
    spec.type = section.choice("type", kColumnTypes);
    read_limits(section, spec);
    read_writing(section, spec);
    spec.bad_cell_becomes_missing = section.choice("on_error", kOnError).value_or(false);
    read_missing(section, spec);
    read_merge(section, spec);
    section.finish();
    job.columns.push_back(std::move(spec));
  }
}

}  // namespace tessera::job
