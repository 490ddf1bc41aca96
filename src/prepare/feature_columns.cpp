#include "prepare/feature_columns.hpp"

#include <fmt/format.h>

#include <optional>

#include "storage/matrix_file.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace {

/// A reference without the name of the matrix source before it: "m.3" and "3" are one column.
std::string without_matrix_name(const AccountTable& accounts, const Job& job, const std::string& text) {
  if (!accounts.is_matrix() || job.sources.empty() || accounts.find(text) != nullptr) return text;
  const std::string prefix = job.sources.front().name + ".";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

const ColumnSpec* spec_of(const AccountTable& accounts, const Job& job, const FeatureColumn& feature) {
  for (const ColumnSpec& spec : job.columns) {
    const bool same = feature.source.column != nullptr
                          ? accounts.find(spec.column.text) == feature.source.column
                          : without_matrix_name(accounts, job, spec.column.text) == feature.name;
    if (same) return &spec;
  }
  return nullptr;
}

/// What to do with missing cells: the job's word, else the default of the type. Where rows with a missing cell were
/// quarantined, a cell can still be missing because another source has no row for the account; then the default holds.
void choose_missing_policy(const ColumnSpec* spec, FeatureColumn& feature) {
  if (feature.type == ColumnType::kCategory) {
    feature.missing = MissingPolicy::kUnknown;
  } else if (spec != nullptr && spec->missing && *spec->missing != MissingPolicy::kQuarantine) {
    feature.missing = *spec->missing;
    feature.missing_constant = spec->missing_constant;
  } else {
    feature.missing_is_never = feature.source.column != nullptr && feature.source.column->missing_is_never;
  }
}

FeatureColumn resolve(const AccountTable& accounts, const Job& job, const SegmentationSpec& segmentation,
                      const FeatureSpec& spec) {
  FeatureColumn feature;
  feature.spec = spec;
  const std::string text = without_matrix_name(accounts, job, spec.column.text);
  const std::optional<CellSource> source = find_cells(accounts, text);
  if (!source)
    throw Error(
        ExitCode::kBadJob,
        fmt::format("{}:{}:{}: segmentation \"{}\": feature \"{}\" is no column of the accounts, or of more than one "
                    "source: name it as source.column",
                    job.file, spec.column.line, spec.column.column, segmentation.name, spec.column.text),
        true);
  feature.source = *source;
  feature.name = source->column == nullptr ? std::to_string(source->matrix_column) : source->column->full_name();
  feature.type = source->column == nullptr ? ColumnType::kNumber : source->column->type;
  if (feature.type == ColumnType::kText)
    throw Error(
        ExitCode::kBadJob,
        fmt::format("{}:{}:{}: segmentation \"{}\": feature \"{}\" is text (free, or of more than 65,536 values), and "
                    "text is no feature: leave it out, or give the column another type under [columns]",
                    job.file, spec.column.line, spec.column.column, segmentation.name, spec.column.text),
        true);
  choose_missing_policy(spec_of(accounts, job, feature), feature);
  return feature;
}

}  // namespace

std::vector<FeatureColumn> feature_columns(const AccountTable& accounts, const Job& job,
                                           const SegmentationSpec& segmentation) {
  std::vector<FeatureSpec> specs = segmentation.features;
  if (segmentation.all_features) {
    if (!accounts.is_matrix())
      throw Error(
          ExitCode::kBadJob,
          fmt::format("{}:{}: segmentation \"{}\": features = \"all\" means the columns of a matrix source, and the "
                      "population is none: list the features",
                      job.file, segmentation.line, segmentation.name),
          true);
    specs.resize(accounts.matrix->columns());
    for (std::size_t column = 0; column < specs.size(); ++column) specs[column].column.text = std::to_string(column);
  }
  std::vector<FeatureColumn> features;
  features.reserve(specs.size());
  for (const FeatureSpec& spec : specs) features.push_back(resolve(accounts, job, segmentation, spec));
  return features;
}

}  // namespace tessera
