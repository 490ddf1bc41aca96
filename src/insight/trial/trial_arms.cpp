#include <algorithm>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "tessera/trial.hpp"

namespace tessera {

namespace {

/// Who is at the top of each account's family, or null where accounts have no parents.
const TextColumn* families(const AccountTable& accounts, const Job& job) {
  const SourceSpec& population = job.sources[population_source(job)];
  if (population.parent.empty()) return nullptr;
  const Column* family = accounts.find(population.name + ".family");
  return family == nullptr ? nullptr : std::get_if<TextColumn>(&family->data);
}

/// Where the arms end in (0, 1); the last ends at 1 whatever the shares' rounding.
std::vector<double> ends_of(const TrialSpec& trial) {
  std::vector<double> ends;
  double end = 0.0;
  for (const TrialSpec::Arm& arm : trial.arms) ends.push_back(end += arm.share);
  ends.back() = 1.0;
  return ends;
}

}  // namespace

std::vector<std::int32_t> trial_arms(const AccountTable& accounts, const Job& job, const TrialSpec& trial) {
  const TextColumn* family = families(accounts, job);
  const Column* suppress = accounts.find(job.value.suppress.text);
  const auto* suppressed = suppress == nullptr ? nullptr : std::get_if<FlagColumn>(&suppress->data);
  const std::vector<double> ends = ends_of(trial);
  const TrialDraw draw(trial.campaign);
  std::vector<std::int32_t> arms(accounts.n_local, -1);
  for (std::size_t i = 0; i < accounts.n_local; ++i) {
    if (suppressed != nullptr && suppressed->values[i] == 1) continue;
    const AccountKey key = family != nullptr && !family->at(i).empty() ? account_key(family->at(i)) : accounts.key(i);
    arms[i] = static_cast<std::int32_t>(std::ranges::upper_bound(ends, draw(key)) - ends.begin());
  }
  return arms;
}

}  // namespace tessera
