#include "results/read_neighbourhood.hpp"

#include "results/stored_table.hpp"
#include "storage/schema.hpp"
#include "storage/table.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;

void read_neighbourhood(const storage::FileReader& reader, const std::string& path, Insight& insight) {
  const std::size_t n_segments = insight.segments.size();
  if (const std::string group = child_path(path, schema::segmentation::kNeighbours); reader.has(group)) {
    const StoredTable table(reader, group, schema::neighbours::kSegment);
    insight.neighbours.resize(table.rows());
    fill(insight.neighbours, table.references(schema::neighbours::kSegment, n_segments, false), &Neighbour::segment);
    fill(insight.neighbours, table.references(schema::neighbours::kNeighbour, n_segments, false),
         &Neighbour::neighbour);
    fill(insight.neighbours, table.numbers<std::int32_t>(schema::neighbours::kRank), &Neighbour::rank);
    fill(insight.neighbours, table.numbers<std::int64_t>(schema::neighbours::kAccounts), &Neighbour::accounts);
    fill(insight.neighbours, table.numbers<double>(schema::neighbours::kDistance), &Neighbour::distance);
    fill(insight.neighbours, table.texts(schema::neighbours::kTrait), &Neighbour::trait);
  }
  if (const std::string group = child_path(path, schema::segmentation::kExamples); reader.has(group)) {
    const StoredTable table(reader, group, schema::examples::kSegment);
    insight.examples.resize(table.rows());
    fill(insight.examples, table.references(schema::examples::kSegment, n_segments, false), &ExampleAccount::segment);
    fill(insight.examples, table.texts(schema::examples::kAccountId), &ExampleAccount::account_id);
    fill(insight.examples, table.numbers<double>(schema::examples::kDistance), &ExampleAccount::distance);
  }
}

}  // namespace tessera::results
