#include "trial/outcomes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <variant>

#include "core/special_numbers.hpp"
#include "job/section.hpp"
#include "job/sections.hpp"
#include "results/stored_table.hpp"
#include "storage/schema.hpp"
#include "storage/table.hpp"
#include "tessera/job.hpp"
#include "trial/stored_job.hpp"

namespace tessera::trial {
namespace {

namespace schema = storage::schema;
using results::refuse;
using storage::child_path;
using storage::FileReader;

std::vector<KpiSpec> read_kpis(const FileReader& reader, const std::string& path) {
  Job job;
  read_stored_job(reader, path, [&](job::Section& top) { job::read_kpis(top, job); });
  return job.kpis;
}

/// The columns of one file's accounts.
class AccountColumns {
 public:
  explicit AccountColumns(const FileReader& reader)
      : reader_(reader),
        links_(reader.children(std::string(schema::accounts::kPath))),
        rows_(reader.rows(child_path(schema::accounts::kPath, schema::accounts::kAccountId.name))) {}

  /// Numbers or flags of what the job calls `text`, bare or with its source; nothing if the file has no such column, or
  /// several.
  [[nodiscard]] std::optional<std::vector<double>> find(const std::string& text) const {
    const std::string link = storage::link_name(text);
    std::vector<std::string> found;
    for (const std::string& one : links_)
      if (one.ends_with("." + link)) found.push_back(one);
    if (found.empty())
      for (const std::string& one : links_)
        if (one == link) found.push_back(one);
    if (found.size() != 1) return std::nullopt;
    return read(fmt::format("{}/{}", schema::accounts::kPath, found.front()));
  }
  [[nodiscard]] std::optional<std::vector<double>> value() const {
    const std::string path = child_path(schema::accounts::kPath, schema::accounts::kValue.name);
    return reader_.has(path) ? read(path) : std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<std::vector<double>> read(const std::string& path) const {
    if (reader_.rows(path) != rows_) refuse(path, "is not as long as its table");
    storage::OwnedCells cells = reader_.read(path, 0, rows_);
    if (auto* numbers = std::get_if<std::vector<double>>(&cells)) return std::move(*numbers);
    const auto* flags = std::get_if<std::vector<std::int8_t>>(&cells);
    if (flags == nullptr) return std::nullopt;
    std::vector<double> values;
    for (const std::int8_t flag : *flags) values.push_back(flag < 0 ? kNaN : flag);
    return values;
  }

  const FileReader& reader_;
  std::vector<std::string> links_;
  std::uint64_t rows_;
};

std::optional<std::vector<double>> values_of(const AccountColumns& columns, const KpiSpec& kpi) {
  if (kpi.kind != KpiKind::kRatio) return columns.find(kpi.column.text);
  auto above = columns.find(kpi.numerator.text);
  const auto below = columns.find(kpi.denominator.text);
  if (!above || !below) return std::nullopt;
  for (std::size_t i = 0; i < above->size(); ++i) {
    (*above)[i] = (*below)[i] == 0.0 ? kNaN : (*above)[i] / (*below)[i];
    if (std::isinf((*above)[i])) (*above)[i] = kNaN;
  }
  return above;
}

}  // namespace

std::vector<Outcomes> read_outcomes(const FileReader& reader, const std::string& path,
                                    std::vector<std::string>& notes) {
  const AccountColumns columns(reader);
  std::vector<Outcomes> outcomes;
  if (auto value = columns.value()) outcomes.push_back({"value", true, std::move(*value)});
  for (const KpiSpec& kpi : read_kpis(reader, path)) {
    if (auto values = values_of(columns, kpi)) {
      const bool is_amount = kpi.kind == KpiKind::kMean || kpi.kind == KpiKind::kNps;
      outcomes.push_back({kpi.name, is_amount, std::move(*values)});
    } else {
      notes.push_back(
          fmt::format("{} does not keep the KPI \"{}\" account by account, so it is not tested", path, kpi.name));
    }
  }
  return outcomes;
}

}  // namespace tessera::trial
