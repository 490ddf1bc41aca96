#include "results/read_value.hpp"

#include "results/stored_table.hpp"
#include "storage/schema_value.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::child_path;
using storage::FileReader;

namespace {

std::vector<ParetoPoint> read_curve(const FileReader& reader, const std::string& path) {
  const StoredTable table(reader, path, schema::pareto::kShareOfCustomers);
  std::vector<ParetoPoint> curve(table.rows());
  fill(curve, table.numbers<double>(schema::pareto::kShareOfCustomers), &ParetoPoint::share_of_customers);
  fill(curve, table.numbers<std::int64_t>(schema::pareto::kCustomers), &ParetoPoint::customers);
  fill(curve, table.numbers<double>(schema::pareto::kValue), &ParetoPoint::value);
  fill(curve, table.numbers<double>(schema::pareto::kShareOfValue), &ParetoPoint::share_of_value);
  return curve;
}

std::vector<ValueDecile> read_deciles(const FileReader& reader, const std::string& path) {
  const StoredTable table(reader, path, schema::deciles::kDecile);
  std::vector<ValueDecile> deciles(table.rows());
  fill(deciles, table.numbers<std::int32_t>(schema::deciles::kDecile), &ValueDecile::decile);
  fill(deciles, table.numbers<std::int64_t>(schema::deciles::kCustomers), &ValueDecile::customers);
  fill(deciles, table.numbers<double>(schema::deciles::kValue), &ValueDecile::value);
  fill(deciles, table.numbers<double>(schema::deciles::kShareOfValue), &ValueDecile::share_of_value);
  fill(deciles, table.numbers<double>(schema::deciles::kLeast), &ValueDecile::least);
  return deciles;
}

std::vector<SharedTrait> read_traits(const FileReader& reader, const std::string& path) {
  namespace names = schema::shared_traits;
  const StoredTable table(reader, path, names::kColumn);
  std::vector<SharedTrait> traits(table.rows());
  fill(traits, table.texts(names::kColumn), &SharedTrait::column);
  fill(traits, table.texts(names::kTrait), &SharedTrait::trait);
  fill(traits, table.numbers<double>(names::kFrom), &SharedTrait::from);
  fill(traits, table.numbers<double>(names::kBelow), &SharedTrait::below);
  fill(traits, table.numbers<std::int64_t>(names::kBest), &SharedTrait::best);
  fill(traits, table.numbers<std::int64_t>(names::kRest), &SharedTrait::rest);
  fill(traits, table.numbers<double>(names::kShareOfBest), &SharedTrait::share_of_best);
  fill(traits, table.numbers<double>(names::kShareOfRest), &SharedTrait::share_of_rest);
  fill(traits, table.numbers<double>(names::kLift), &SharedTrait::lift);
  fill(traits, table.numbers<double>(names::kLow), &SharedTrait::low);
  fill(traits, table.numbers<double>(names::kHigh), &SharedTrait::high);
  fill(traits, table.numbers<double>(names::kTells), &SharedTrait::tells);
  return traits;
}

}  // namespace

std::optional<BestCustomers> read_best_customers(const FileReader& reader) {
  namespace names = schema::value;
  const std::string path(names::kPath);
  if (!reader.has(path)) return std::nullopt;
  BestCustomers best;
  const auto count = [&](schema::Name name) { return reader.integer(path, std::string(name)); };
  const auto number = [&](schema::Name name) { return reader.number(path, std::string(name)); };
  best.customers = count(names::kCustomers);
  best.contactable = count(names::kContactable);
  best.unknown = count(names::kUnknown);
  best.value = number(names::kValue);
  best.gini = number(names::kGini);
  best.best_fifth_share = number(names::kBestFifthShare);
  best.best = count(names::kBest);
  best.best_contactable = count(names::kBestContactable);
  best.best_value = number(names::kBestValue);
  best.best_share_of_value = number(names::kBestShareOfValue);
  best.least_best_value = number(names::kLeastBestValue);
  best.curve = read_curve(reader, child_path(path, names::kCurve));
  best.deciles = read_deciles(reader, child_path(path, names::kDeciles));
  best.traits = read_traits(reader, child_path(path, names::kTraits));
  return best;
}

}  // namespace tessera::results
