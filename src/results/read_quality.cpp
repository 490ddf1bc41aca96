#include "results/read_quality.hpp"

#include "results/stored_table.hpp"
#include "storage/schema_quality.hpp"
#include "storage/table.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;

namespace {

std::vector<KCriteria> read_curve(const storage::FileReader& reader, const std::string& path, std::size_t n_segments) {
  namespace columns = schema::choice_of_k;
  const StoredTable table(reader, path, columns::kK);
  std::vector<KCriteria> curve(table.rows());
  fill(curve, table.references(columns::kMacro, n_segments, true), &KCriteria::macro);
  fill(curve, table.numbers<std::int32_t>(columns::kK), &KCriteria::k);
  fill(curve, table.numbers<double>(columns::kInertia), &KCriteria::inertia);
  fill(curve, table.numbers<double>(columns::kCalinskiHarabasz), &KCriteria::calinski_harabasz);
  fill(curve, table.numbers<double>(columns::kDaviesBouldin), &KCriteria::davies_bouldin);
  fill(curve, table.numbers<double>(columns::kSilhouette), &KCriteria::silhouette_simplified);
  fill(curve, table.numbers<double>(columns::kGap), &KCriteria::gap);
  fill(curve, table.numbers<double>(columns::kGapError), &KCriteria::gap_error);
  fill(curve, table.numbers<double>(columns::kBic), &KCriteria::bic);
  fill(curve, table.numbers<double>(columns::kStability), &KCriteria::stability);
  fill(curve, table.numbers<double>(columns::kPlace), &KCriteria::place);
  return curve;
}

}  // namespace

CoreQuality read_quality(const storage::FileReader& reader, const std::string& path, std::size_t n_segments) {
  const std::string quality = child_path(path, schema::segmentation::kQuality);
  const std::string curve = child_path(quality, schema::choice_of_k::kGroup);
  CoreQuality core;
  if (!reader.has(curve)) return core;
  core.why_k = reader.text(quality, std::string(schema::quality::kWhyK));
  core.clustering.silhouette_simplified = reader.number(quality, std::string(schema::quality::kSilhouette));
  core.clustering.calinski_harabasz = reader.number(quality, std::string(schema::quality::kCalinskiHarabasz));
  core.clustering.davies_bouldin = reader.number(quality, std::string(schema::quality::kDaviesBouldin));
  core.curve = read_curve(reader, curve, n_segments);
  return core;
}

}  // namespace tessera::results
