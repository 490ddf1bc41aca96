#include "lacking_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "model/cell_reader.hpp"
#include "parallel/communicator.hpp"

namespace tessera {
namespace {

/// Collects what the accounts lack.
class Lack {
 public:
  Lack(const StoredModels& night, const AccountTable& accounts) : night_(night), accounts_(accounts) {}

  void look_for(const std::string& text, ColumnType type) {
    if (text.empty() || find_cells(accounts_, text)) return;
    const std::string full = full_name(text);
    if (!seen_.insert(full).second) return;
    const std::size_t dot = source_length(full);
    const bool has_source = dot != std::string::npos;
    lacking_.push_back({has_source ? full.substr(0, dot) : "", has_source ? full.substr(dot + 1) : full, type});
  }
  void look_for(const FeatureEncoding& encoding) {
    std::set<std::string> categories;
    for (const EncodedFeature& feature : encoding.features)
      if (feature.is_indicator && !feature.is_unknown) categories.insert(feature.column);
    for (const EncodedFeature& feature : encoding.features)
      look_for(feature.column, categories.contains(feature.column) ? ColumnType::kCategory : ColumnType::kNumber);
  }
  void look_for(const StoredModel& model) {
    for (const MacroSpec& macro : night_.job.macros)
      look_for(macro.column.text, macro.groups.empty() ? ColumnType::kNumber : ColumnType::kCategory);
    if (model.spec.population != Population::kAll) look_for(night_.job.value.customer.text, ColumnType::kFlag);
    if (model.spec.refine) look_for(model.spec.refine->depth_by.text, ColumnType::kCategory);
    look_for(model.encoding);
    look_for(model.micro_encoding);
  }
  [[nodiscard]] std::vector<LackingColumn> take() { return std::move(lacking_); }

 private:
  /// A bare name with the source that had it on that night.
  [[nodiscard]] std::string full_name(const std::string& text) const {
    if (source_length(text) != std::string::npos) return text;
    for (const SourceSpec& source : night_.job.sources) {
      std::string full = source.name + "." + text;
      if (std::ranges::find(night_.columns, full, &ColumnChoice::column) != night_.columns.end()) return full;
    }
    return text;
  }
  /// How long the name of a source at the text's begin is; npos: there is none.
  [[nodiscard]] std::size_t source_length(const std::string& text) const {
    for (const SourceSpec& source : night_.job.sources)
      if (text.starts_with(source.name + ".")) return source.name.size();
    return std::string::npos;
  }

  const StoredModels& night_;
  const AccountTable& accounts_;
  std::set<std::string> seen_;
  std::vector<LackingColumn> lacking_;
};

Column all_missing(const LackingColumn& lacking, std::size_t n) {
  Column column;
  column.source = lacking.source;
  column.name = lacking.name;
  column.type = lacking.type;
  if (lacking.type == ColumnType::kCategory) column.data = CategoryColumn{std::vector<std::int32_t>(n, -1), {}};
  if (lacking.type == ColumnType::kFlag) column.data = FlagColumn{std::vector<std::int8_t>(n, -1)};
  if (lacking.type == ColumnType::kNumber) column.data = NumberColumn{std::vector<double>(n, std::nan(""))};
  return column;
}

/// By column of a model: the categories that it has indicators of, and whether it has one for all others.
struct KnownCategories {
  std::set<std::string> own;
  bool has_other = false;
};

std::map<std::string, KnownCategories> known_categories(const StoredModels& night) {
  std::map<std::string, KnownCategories> known;
  for (const StoredModel& model : night.segmentations)
    for (const FeatureEncoding* encoding : {&model.encoding, &model.micro_encoding})
      for (const EncodedFeature& feature : encoding->features) {
        if (!feature.is_indicator || feature.is_unknown) continue;
        KnownCategories& of_column = known[feature.column];
        of_column.own.insert(feature.category);
        of_column.has_other |= feature.is_other;
      }
  return known;
}

void warn_of_new_categories(const Context& context, const StoredModels& night, const AccountTable& accounts) {
  for (const auto& [name, known] : known_categories(night)) {
    const Column* column = accounts.find(name);
    const auto* categories = column == nullptr ? nullptr : std::get_if<CategoryColumn>(&column->data);
    if (categories == nullptr) continue;
    std::vector<std::uint8_t> is_new;
    std::string example;
    for (const std::string& category : categories->categories) {
      is_new.push_back(known.own.contains(category) ? 0 : 1);
      if (is_new.back() != 0 && example.empty()) example = category;
    }
    const auto in_new = [&](std::int32_t code) { return code >= 0 && is_new[static_cast<std::size_t>(code)] != 0; };
    const auto mine = static_cast<std::int64_t>(std::ranges::count_if(categories->codes, in_new));
    const auto all = context.comm.all_reduce<parallel::Reduce::kSum>(mine);
    if (all == 0) continue;
    context.journal.warn(fmt::format("{}: {} of {} accounts have a category that the model has no indicator of{}: {}",
                                     name, all, accounts.n_global,
                                     column->is_sensitive ? "" : fmt::format(", such as \"{}\"", example),
                                     known.has_other ? "they count as other" : "they count as none of those it knows"));
  }
}

}  // namespace

std::vector<LackingColumn> lacking_columns(const StoredModels& night, const AccountTable& accounts) {
  Lack lack(night, accounts);
  for (const StoredModel& model : night.segmentations) lack.look_for(model);
  return lack.take();
}

std::vector<LackingColumn> lacking_columns(const StoredModels& night, const StoredModel& model,
                                           const AccountTable& accounts) {
  Lack lack(night, accounts);
  lack.look_for(model);
  return lack.take();
}

void complete_columns(const Context& context, const StoredModels& night, AccountTable& accounts) {
  for (const LackingColumn& lacking : lacking_columns(night, accounts)) {
    const std::string where = lacking.source.empty() ? "" : fmt::format(" of source \"{}\"", lacking.source);
    context.journal.warn(fmt::format(
        "column \"{}\"{} is not in what is scored: it is missing for all {} accounts, and filled as the model fills "
        "missing cells. Give its source with --source NAME=PATH to have it",
        lacking.name, where, accounts.n_global));
    accounts.columns.push_back(all_missing(lacking, accounts.n_local));
  }
  warn_of_new_categories(context, night, accounts);
}

}  // namespace tessera
