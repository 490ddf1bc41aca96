#include "results/read_starts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/iso_date.hpp"
#include "results/names.hpp"
#include "results/stored_table.hpp"
#include "storage/schema_quality.hpp"

namespace tessera::results {

namespace {

namespace columns = storage::schema::starts;

void check(const std::string& path, const ModelStart& start) {
  const auto is_known = [](double inertia) {
    return std::isnan(inertia) || (inertia >= 0.0 && std::isfinite(inertia));
  };
  if (!start.fresh_night.empty() && !parse_iso_date(start.fresh_night))
    refuse(path, fmt::format("has the date \"{}\"", start.fresh_night));
  if (!is_known(start.fresh_inertia) || !is_known(start.inertia)) refuse(path, "has an inertia that is none");
}

}  // namespace

std::map<std::string, ModelStart> read_starts(const storage::FileReader& reader) {
  std::map<std::string, ModelStart> starts;
  const std::string path(columns::kPath);
  if (!reader.has(path)) return starts;
  const StoredTable table(reader, path, columns::kSegmentation);
  std::vector<ModelStart> rows(table.rows());
  fill(rows, table.texts(columns::kWhy), &ModelStart::why);
  fill(rows, table.texts(columns::kFreshNight), &ModelStart::fresh_night);
  fill(rows, table.numbers<double>(columns::kFreshInertia), &ModelStart::fresh_inertia);
  fill(rows, table.numbers<double>(columns::kInertia), &ModelStart::inertia);
  fill(rows, table.texts(columns::kContent), &ModelStart::content);
  fill(rows, table.numbers<std::int64_t>(columns::kMoved), &ModelStart::moved_by_model);
  fill(rows, table.numbers<double>(columns::kStep), &ModelStart::step);
  fill(rows, table.numbers<double>(columns::kCost), &ModelStart::cost);
  const std::vector<std::string> kinds = table.texts(columns::kStart);
  const std::vector<std::string> names = table.texts(columns::kSegmentation);
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const std::optional<StartKind> kind = start_kind_of(kinds[s]);
    if (!kind) refuse(path, fmt::format("has the start \"{}\"", kinds[s]));
    rows[s].kind = *kind;
    check(path, rows[s]);
    starts[names[s]] = std::move(rows[s]);
  }
  return starts;
}

}  // namespace tessera::results
