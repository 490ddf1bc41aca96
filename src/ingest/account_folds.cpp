#include "ingest/account_folds.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tessera::intake {

AccountFolds::AccountFolds(const AccountTable& accounts) : accounts_(accounts), folds_(accounts.n_local) {}

void AccountFolds::add_packed(std::string_view id, WireReader& in) {
  const AccountKey key = account_key(id);
  auto at = std::lower_bound(accounts_.keys.begin(), accounts_.keys.end(), key);
  const auto place = [&] { return static_cast<std::size_t>(at - accounts_.keys.begin()); };
  while (at != accounts_.keys.end() && *at == key && accounts_.ids.at(place()) != id) ++at;
  const bool known = at != accounts_.keys.end() && *at == key;
  Fold stranger;
  Fold& fold = known ? folds_[place()] : stranger;
  const std::uint64_t rows_before = fold.rows;
  fold.add_packed(in);
  (known ? used_ : unmatched_) += fold.rows - rows_before;
}

std::vector<Fold> PopulationFolds::populate(AccountTable& accounts) {
  struct Member {
    AccountKey key;
    const std::string* id;
    Fold* fold;
  };
  std::vector<Member> members;
  members.reserve(folds_.size());
  for (auto& [id, fold] : folds_) members.push_back({account_key(id), &id, &fold});
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return std::tie(a.key, *a.id) < std::tie(b.key, *b.id); });
  std::vector<Fold> folds;
  folds.reserve(members.size());
  accounts.n_local = members.size();
  accounts.keys.reserve(members.size());
  for (const Member& member : members) {
    accounts.keys.push_back(member.key);
    accounts.ids.push_back(*member.id);
    folds.push_back(std::move(*member.fold));
  }
  folds_.clear();
  return folds;
}

}  // namespace tessera::intake
