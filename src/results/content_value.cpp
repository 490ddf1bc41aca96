#include "results/content_parts.hpp"
#include "storage/schema_value.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::RowsOf;

namespace {

void add_concentration(Content& content, const std::string& path, const BestCustomers& best) {
  namespace names = schema::value;
  for (const auto& [name, count] :
       {std::pair(names::kCustomers, best.customers), std::pair(names::kContactable, best.contactable),
        std::pair(names::kUnknown, best.unknown), std::pair(names::kBest, best.best),
        std::pair(names::kBestContactable, best.best_contactable)})
    content.add_attribute(path, name, count);
  for (const auto& [name, number] :
       {std::pair(names::kValue, best.value), std::pair(names::kGini, best.gini),
        std::pair(names::kBestFifthShare, best.best_fifth_share), std::pair(names::kBestValue, best.best_value),
        std::pair(names::kBestShareOfValue, best.best_share_of_value),
        std::pair(names::kLeastBestValue, best.least_best_value)})
    content.add_attribute(path, name, number);
  Entry& curve = content.add_table(child_path(path, names::kCurve), RowsOf::kRoot, best.curve.size());
  RowColumns(content, curve, best.curve)
      .add(schema::pareto::kShareOfCustomers, &ParetoPoint::share_of_customers)
      .add(schema::pareto::kCustomers, &ParetoPoint::customers)
      .add(schema::pareto::kValue, &ParetoPoint::value)
      .add(schema::pareto::kShareOfValue, &ParetoPoint::share_of_value);
  Entry& deciles = content.add_table(child_path(path, names::kDeciles), RowsOf::kRoot, best.deciles.size());
  RowColumns(content, deciles, best.deciles)
      .add(schema::deciles::kDecile, &ValueDecile::decile)
      .add(schema::deciles::kCustomers, &ValueDecile::customers)
      .add(schema::deciles::kValue, &ValueDecile::value)
      .add(schema::deciles::kShareOfValue, &ValueDecile::share_of_value)
      .add(schema::deciles::kLeast, &ValueDecile::least);
}

}  // namespace

void add_best_customers(Content& content, const BestCustomers& best) {
  const std::string path(schema::value::kPath);
  add_concentration(content, path, best);
  namespace names = schema::shared_traits;
  Entry& traits = content.add_table(child_path(path, schema::value::kTraits), RowsOf::kRoot, best.traits.size());
  RowColumns(content, traits, best.traits)
      .add_category(names::kColumn, &SharedTrait::column)
      .add(names::kTrait, &SharedTrait::trait)
      .add(names::kFrom, &SharedTrait::from)
      .add(names::kBelow, &SharedTrait::below)
      .add(names::kBest, &SharedTrait::best)
      .add(names::kRest, &SharedTrait::rest)
      .add(names::kShareOfBest, &SharedTrait::share_of_best)
      .add(names::kShareOfRest, &SharedTrait::share_of_rest)
      .add(names::kLift, &SharedTrait::lift)
      .add(names::kLow, &SharedTrait::low)
      .add(names::kHigh, &SharedTrait::high)
      .add(names::kTells, &SharedTrait::tells);
}

}  // namespace tessera::results
