#include "results/content_parts.hpp"
#include "storage/schema_quality.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

void add_quality(Content& content, const std::string& path, const SegmentationResult& segmentation) {
  const std::string quality = child_path(path, schema::segmentation::kQuality);
  const CoreQuality& core = segmentation.quality;
  content.add_attribute(quality, schema::quality::kIterations, std::int64_t{segmentation.iterations});
  content.add_attribute(quality, schema::quality::kInertia, segmentation.inertia);
  content.add_attribute(quality, schema::quality::kK, std::int64_t{segmentation.k});
  content.add_attribute(quality, schema::quality::kWhyK, core.why_k);
  content.add_attribute(quality, schema::quality::kSilhouette, core.clustering.silhouette_simplified);
  content.add_attribute(quality, schema::quality::kCalinskiHarabasz, core.clustering.calinski_harabasz);
  content.add_attribute(quality, schema::quality::kDaviesBouldin, core.clustering.davies_bouldin);
  const auto& inertia = segmentation.inertia_by_iteration;
  Entry& entry = content.add_table(quality, RowsOf::kRoot, inertia.size());
  entry.table.columns.push_back(column_of(schema::quality::kInertiaByIteration, std::span<const double>(inertia)));

  Entry& curve = content.add_table(child_path(quality, schema::choice_of_k::kGroup), RowsOf::kRoot, core.curve.size());
  RowColumns(content, curve, core.curve)
      .add(schema::choice_of_k::kMacro, &KCriteria::macro)
      .add(schema::choice_of_k::kK, &KCriteria::k)
      .add(schema::choice_of_k::kInertia, &KCriteria::inertia)
      .add(schema::choice_of_k::kCalinskiHarabasz, &KCriteria::calinski_harabasz)
      .add(schema::choice_of_k::kDaviesBouldin, &KCriteria::davies_bouldin)
      .add(schema::choice_of_k::kSilhouette, &KCriteria::silhouette_simplified)
      .add(schema::choice_of_k::kGap, &KCriteria::gap)
      .add(schema::choice_of_k::kGapError, &KCriteria::gap_error)
      .add(schema::choice_of_k::kBic, &KCriteria::bic)
      .add(schema::choice_of_k::kStability, &KCriteria::stability)
      .add(schema::choice_of_k::kPlace, &KCriteria::place);
}

}  // namespace tessera::results
