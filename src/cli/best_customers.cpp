#include "cli/best_customers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/figures.hpp"
#include "cli/text_table.hpp"
#include "insight/words.hpp"

namespace tessera::cli {
namespace {

using nlohmann::ordered_json;
using words::share_in_words;

std::string factor(double value) {
  return std::isnan(value) ? "–" : fmt::format("{:.2f}", value);
}

void print_traits(std::ostream& out, const BestCustomers& best, std::size_t most) {
  TextTable table({"column", "", "best", "rest", "lift", "95 % interval"});
  table.keep_left(1);
  constexpr std::size_t kLongest = 40;
  std::size_t shown = 0;
  for (const SharedTrait& trait : best.traits) {
    if (!(trait.tells > 0.0) || shown == most) break;
    ++shown;
    table.add({trait.column, words::shorten(trait.trait, kLongest), share_in_words(trait.share_of_best),
               share_in_words(trait.share_of_rest), factor(trait.lift),
               fmt::format("{} to {}", factor(trait.low), factor(trait.high))});
  }
  if (shown == 0) return;
  out << "What they have more often than the other customers\n";
  table.print(out);
}

ordered_json trait_json(const SharedTrait& trait) {
  return {{"column", trait.column},
          {"trait", trait.trait},
          {"from", number(trait.from)},
          {"below", number(trait.below)},
          {"best", trait.best},
          {"rest", trait.rest},
          {"share_of_best", number(trait.share_of_best)},
          {"share_of_rest", number(trait.share_of_rest)},
          {"lift", number(trait.lift)},
          {"low", number(trait.low)},
          {"high", number(trait.high)},
          {"tells", number(trait.tells)}};
}

}  // namespace

void print_best_customers(std::ostream& out, const ResultsSummary& summary, std::size_t most) {
  if (!summary.best_customers || summary.best_customers->customers == 0) return;
  const BestCustomers& best = *summary.best_customers;
  out << fmt::format("\nBest customers: {} of {} ({} contactable) bring {} of the value\n", count(best.best),
                     count(best.customers), count(best.best_contactable), share_in_words(best.best_share_of_value));
  out << fmt::format("The best 20 % bring {}; Gini {}; value of all {}\n", share_in_words(best.best_fifth_share),
                     factor(best.gini), words::number_in_words(best.value));
  if (best.unknown > 0) out << fmt::format("{} customers have no known value and no rank\n", count(best.unknown));
  print_traits(out, best, most);
}

ordered_json best_customers_json(const std::optional<BestCustomers>& best) {
  if (!best) return nullptr;
  ordered_json json = {{"customers", best->customers},
                       {"contactable", best->contactable},
                       {"unknown", best->unknown},
                       {"value", number(best->value)},
                       {"gini", number(best->gini)},
                       {"best_fifth_share", number(best->best_fifth_share)},
                       {"best", best->best},
                       {"best_contactable", best->best_contactable},
                       {"best_value", number(best->best_value)},
                       {"best_share_of_value", number(best->best_share_of_value)},
                       {"least_best_value", number(best->least_best_value)},
                       {"curve", ordered_json::array()},
                       {"deciles", ordered_json::array()},
                       {"traits", ordered_json::array()}};
  for (const ParetoPoint& point : best->curve)
    json["curve"].push_back({{"share_of_customers", point.share_of_customers},
                             {"customers", point.customers},
                             {"value", number(point.value)},
                             {"share_of_value", number(point.share_of_value)}});
  for (const ValueDecile& decile : best->deciles)
    json["deciles"].push_back({{"decile", decile.decile},
                               {"customers", decile.customers},
                               {"value", number(decile.value)},
                               {"share_of_value", number(decile.share_of_value)},
                               {"least", number(decile.least)}});
  for (const SharedTrait& trait : best->traits) json["traits"].push_back(trait_json(trait));
  return json;
}

}  // namespace tessera::cli
