#include "insight/lookalike/training.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <span>

#include "core/random.hpp"
#include "insight/value/customers.hpp"
#include "insight/words.hpp"

namespace tessera::insight {

namespace {

constexpr std::int64_t kFewest = 50;  ///< customers of a kind that a model is fitted on
constexpr std::uint64_t kOneIn = 5;
/// So many customers, and of the best, are learnt from and held out in expectation where there are more.
constexpr double kEnough = 125'000.0, kEnoughBest = 2'500.0;

std::string count(std::int64_t n) {
  return words::count_in_words(static_cast<std::uint64_t>(n));
}

std::string why_not(const Lookalike& found) {
  if (found.prospects == 0) return "there are no prospects: every account is a customer";
  if (found.best < kFewest)
    return fmt::format(
        "only {} of the best customers could be learnt from, and fewer than {} teach chance: let "
        "[value] best take in more of the customers",
        count(found.best), kFewest);
  if (found.rest < kFewest)
    return fmt::format(
        "only {} of the other customers could be learnt from, and fewer than {} teach chance: let "
        "[value] best take in fewer of the customers",
        count(found.rest), kFewest);
  return "";
}

/// Share of the customers that takes part: more than enough would cost time and teach nothing.
double share_taken(const BestCustomers& best) {
  return std::fmax(kEnough / static_cast<double>(best.customers), kEnoughBest / static_cast<double>(best.best));
}

}  // namespace

Training split(const parallel::Communicator& comm, const AccountTable& accounts, const Job& job,
               const BestCustomers& best, Lookalike& found) {
  CustomerValues customers = customer_values(accounts, job.value);
  Training training;
  training.is_contactable = std::move(customers.is_contactable);
  enum Count { kBest, kRest, kHeldOutBest, kHeldOutRest, kProspects, kContactable, kCounts };
  std::array<std::int64_t, kCounts> counts{};
  const double share = share_taken(best);
  for (std::size_t i = 0; i < accounts.n_local; ++i) {
    const auto row = static_cast<std::uint32_t>(i);
    if (customers.is_customer[i] == 0) {
      training.prospects.push_back(row);
      counts[kContactable] += training.is_contactable[i];
    } else if (best.rank[i] > 0 &&
               uniform(random_bits(job.seed, RandomPurpose::kHeldOut, accounts.key(i), 1)) < share) {
      const std::uint8_t is_best = best.rank[i] <= best.best ? 1 : 0;
      const bool is_held_out = random_bits(job.seed, RandomPurpose::kHeldOut, accounts.key(i), 0) % kOneIn == 0;
      Examples& examples = is_held_out ? training.held_out : training.fitted;
      examples.rows.push_back(row);
      examples.is_best.push_back(is_best);
      ++counts[(is_held_out ? kHeldOutBest : kBest) + (is_best == 1 ? 0 : 1)];
    }
  }
  counts[kProspects] = static_cast<std::int64_t>(training.prospects.size());
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(counts));
  found.best = counts[kBest];
  found.rest = counts[kRest];
  found.held_out_best = counts[kHeldOutBest];
  found.held_out_rest = counts[kHeldOutRest];
  found.prospects = counts[kProspects];
  found.contactable = counts[kContactable];
  found.why_not = why_not(found);
  return training;
}

}  // namespace tessera::insight
