#include "results/content_parts.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

void add_map(Content& content, const std::string& map, const SegmentMap& drawn) {
  content.add_attribute(map, schema::map::kShareX, drawn.share_x);
  content.add_attribute(map, schema::map::kShareY, drawn.share_y);
  using Bubble = SegmentMap::Bubble;
  Entry& bubbles = content.add_table(child_path(map, schema::map::kBubbles), RowsOf::kRoot, drawn.bubbles.size());
  RowColumns(content, bubbles, drawn.bubbles)
      .add(schema::map::kSegment, &Bubble::segment)
      .add(schema::map::kX, &Bubble::x)
      .add(schema::map::kY, &Bubble::y)
      .add(schema::map::kAccounts, &Bubble::accounts);
  using Point = SegmentMap::Point;
  Entry& points = content.add_table(child_path(map, schema::map::kPoints), RowsOf::kRoot, drawn.points.size());
  RowColumns(content, points, drawn.points)
      .add(schema::map::kSegment, &Point::segment)
      .add(schema::map::kX, &Point::x)
      .add(schema::map::kY, &Point::y);
}

}  // namespace

void add_neighbourhood(Content& content, const std::string& path, const Insight& insight) {
  Entry& neighbours =
      content.add_table(child_path(path, schema::segmentation::kNeighbours), RowsOf::kRoot, insight.neighbours.size());
  RowColumns(content, neighbours, insight.neighbours)
      .add(schema::neighbours::kSegment, &Neighbour::segment)
      .add(schema::neighbours::kNeighbour, &Neighbour::neighbour)
      .add(schema::neighbours::kRank, &Neighbour::rank)
      .add(schema::neighbours::kAccounts, &Neighbour::accounts)
      .add(schema::neighbours::kDistance, &Neighbour::distance)
      .add_category(schema::neighbours::kTrait, &Neighbour::trait);
  Entry& examples =
      content.add_table(child_path(path, schema::segmentation::kExamples), RowsOf::kRoot, insight.examples.size());
  RowColumns(content, examples, insight.examples)
      .add(schema::examples::kSegment, &ExampleAccount::segment)
      .add(schema::examples::kAccountId, &ExampleAccount::account_id)
      .add(schema::examples::kDistance, &ExampleAccount::distance);
  add_map(content, child_path(path, schema::segmentation::kMap), insight.map);
}

}  // namespace tessera::results
